#!/bin/sh
# make.sh - makes the pictures of this folder from the real program: it runs the demo and some more networks in a private tmux,
# types, captures the screen, and draws it as SVG and PNG. Every view twice: large in the usual colours, and at 80x24 in
# high contrast (NAME-small.png); and a recording of a whole story (story.gif, by story.sh). Needs tmux, python3, rsvg-convert (librsvg2-bin) and the font DejaVu Sans Mono; with
# pngquant the files are a quarter as big.
#
#   screenshots/make.sh [FOLDER]     where the pictures go; this folder when not given
set -eu
SOURCE=$(cd "$(dirname "$0")/.." && pwd)
out=${1:-$SOURCE/screenshots}
program=${JAILNET:-$SOURCE/build/jailnet}

for tool in tmux python3 rsvg-convert; do
        command -v $tool >/dev/null || {
                echo "make.sh: $tool is missing (tmux, python3, librsvg2-bin, fonts-dejavu-core)" >&2
                exit 1
        }
done
[ -n "${JAILNET-}" ] || "$SOURCE/run" build
. "$SOURCE/tests/lib/term.sh"
JAILNET=$program HOLD=${HOLD:-$SOURCE/build/tests/hold}
export JAILNET HOLD term_work
mkdir -p "$XDG_CONFIG_HOME/jailnet"

# capture FILE TITLE: the screen as it is now, drawn to FILE.png
capture() {
        tm capture-pane -e -N -p -t t: >"$term_work/screen"
        python3 "$SOURCE/screenshots/ansi-to-svg.py" $width $height "$2" <"$term_work/screen" >"$term_work/picture.svg"
        rsvg-convert -o "$1.png" "$term_work/picture.svg"
}

# shot NAME TITLE: a picture of the screen as it is now
shot() {
        picture=$out/$1$suffix.png
        capture "$out/$1$suffix" "$2"
        ! command -v pngquant >/dev/null || pngquant --force --ext .png 64 "$picture"
        echo "$picture"
}

# select_interface WORD: by search
select_interface() {
        term_keys /
        term_wait 'stay here'
        term_type "$1"
        term_keys Enter
        term_gone 'stay here'
        term_keys Escape
        term_gone 'N previous'
}

# The demo: a small network with traffic, and an interface that does not come back.
demo_views() {
        term_start $width $height "$program" demo
        term_wait 'db2'
        select_interface e0b_router
        has_rates() { [ "$(term_screen | grep -cE 'b/s|[0-9][kM]')" -ge 5 ]; }
        term_check 'rates on every edge' has_rates
        shot graph 'jailnet: the graph of the demo'

        select_interface e0b_www1
        term_keys Enter
        term_wait 'Names and groups'
        term_keys s
        term_wait 'Set down'
        shot menu 'jailnet: what can be done to an interface'
        term_keys Escape Escape
        term_gone 'Names and groups'

        select_interface nic0
        term_keys R
        term_wait 'do it'
        shot preview "jailnet: a plan's preview"
        term_keys Escape
        term_gone 'do it'

        term_keys 2
        term_wait 'Addresses'
        shot table 'jailnet: the table'

        select_interface e0b_router
        term_keys 3
        term_wait 'Made by'
        shot details 'jailnet: all about one interface'

        term_keys 6
        term_wait 'The last two'
        has_bars() { term_screen | grep -q '[▁▂▃▄▅▆▇█]\{6,\}'; }
        term_until 60 has_bars || term_fail 'some seconds of traffic' # in a narrow plot a bar is five of them
        shot top 'jailnet: which interfaces carry most'

        term_keys '!'
        term_wait 'pending-return'
        shot doctor 'jailnet: what is wrong, and what mends it'

        term_keys 1
        select_interface e0b_www1
        term_keys w
        term_wait 'go to the other end'
        term_keys /
        term_wait 'stay here'
        term_type e0b_db1
        term_keys Enter
        term_gone 'stay here'
        term_keys Enter
        term_gone 'go to the other end'
        term_wait 'reach'
        shot path 'jailnet: the way from one jail to another'
        term_keys Escape
        term_keys :
        term_type 'mov'
        term_gone 'create jail'
        shot palette 'jailnet: any command, by a few of its letters'
        term_keys Escape
        term_gone '─ Command ─'
        for command in 'down db1/e0b_db1' 'up db1/e0b_db1' 'create jail new --bridge local --address 10.0.1.13/24'; do
                term_keys :
                term_wait '─ Command ─'
                term_type "$command"
                term_keys Enter
                term_wait 'nothing is done yet'
                term_keys Enter
                term_wait 'done: '
        done
        term_keys 7
        term_wait 'new: new jail'
        term_keys End Up
        term_wait 'e0a_db1  epair'
        shot events 'jailnet: what changed, and when'
}

# Three jails whose names are gone, each held in another way, one that the kernel destroyed, and one that is alive.
cat >"$term_work/held" <<'END'
hold() { # WAY JAIL
        "$HOLD" "$1" "/run/netns/$2" >"$term_work/said" &
        until grep -q . "$term_work/said"; do :; done
        : >"$term_work/said"
}
: >"$term_work/said"
for jail in web mail db old dns; do
        "$JAILNET" create jail $jail
        "$JAILNET" create epair nic_$jail ${jail}0
        "$JAILNET" move ${jail}0 $jail
done >/dev/null
hold process web
hold socket web
hold thread mail
hold descriptor db
"$JAILNET" show >/dev/null
for jail in web mail db old; do
        ip netns del $jail
done
exec "$JAILNET"
END
returns_view() {
        term_start $width $height "$program" sandbox -- sh "$term_work/held"
        term_wait 'pending 3'
        term_keys 4
        term_wait 'thread hold'
        term_wait 'descriptor hold'
        term_wait 'lost'
        shot returns 'jailnet: what is not back, and who holds it'
        term_keys 5
        term_wait 'create epair'
        shot journal 'jailnet: what was changed, when and by whom'
}

# A thousand jails of four kinds on 21 bridges, some with a link down.
cat >"$term_work/many" <<'END'
n=0
while [ $n -lt 21 ]; do
        echo "link add br$n up type bridge"
        n=$((n + 1))
done >"$term_work/batch"
n=0
while [ $n -lt 1000 ]; do
        case $((n % 10)) in 0) name=db$n ;; 1 | 2) name=cache-$n ;; 3) name=mail$n ;; *) name=web$n ;; esac
        state=up
        [ $((n % 97)) != 5 ] || state=down
        echo "netns add $name"
        echo "link add e$n master br$((n % 21)) up type veth peer name eth0 netns $name"
        echo "netns exec $name ip link set eth0 $state"
        n=$((n + 1))
done >>"$term_work/batch"
grep -v exec "$term_work/batch" | ip -batch -
grep exec "$term_work/batch" | sh -c 'while read -r a b name rest; do ip -n "$name" ${rest#ip }; done'
exec "$JAILNET"
END
many_views() {
        term_start $width $height "$program" sandbox -- sh "$term_work/many"
        term_wait 'jails 1000' 120
        term_wait ' groups '
        term_keys Down Right Down Enter
        term_wait 'Enter closes it'
        [ $width -lt 100 ] || term_keys v
        shot groups 'jailnet: a thousand jails'
}

views() { # WIDTH HEIGHT THEME SUFFIX
        width=$1 height=$2 suffix=$4
        printf '[console]\ntheme = %s\n' "$3" >"$XDG_CONFIG_HOME/jailnet/settings"
        demo_views
        returns_view
        many_views
}

. "$SOURCE/screenshots/story.sh"

views 120 32 default ''
story
views 80 24 contrast -small
term_kill
