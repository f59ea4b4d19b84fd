#!/bin/sh
# make.sh - makes the pictures of this folder from the real program: it runs the demo in a private tmux, types, captures the
# screen, and draws it as SVG and PNG. Needs tmux, python3, rsvg-convert (librsvg2-bin) and the font DejaVu Sans Mono.
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

width=120 height=32

# shot NAME TITLE: the screen as it is now
shot() {
        tm capture-pane -e -N -p -t t: >"$term_work/screen"
        python3 "$SOURCE/screenshots/ansi-to-svg.py" $width $height "$2" <"$term_work/screen" >"$term_work/$1.svg"
        rsvg-convert -o "$out/$1.png" "$term_work/$1.svg"
        echo "$out/$1.png"
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

term_start $width $height "$program" demo
term_wait 'db2'
term_wait 'b/s'
select_interface e0b_router
has_rates() { [ "$(term_screen | grep -c 'b/s')" -ge 7 ]; }
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
term_wait 'Traffic'
shot details 'jailnet: all about one interface'

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
JAILNET=$program HOLD=${HOLD:-$SOURCE/build/tests/hold}
export JAILNET HOLD term_work
term_start $width $height "$program" sandbox -- sh "$term_work/held"
term_wait 'pending 3'
term_keys 4
term_wait 'thread hold'
term_wait 'descriptor hold'
term_wait 'lost'
shot returns 'jailnet: what is not back, and who holds it'
term_end
