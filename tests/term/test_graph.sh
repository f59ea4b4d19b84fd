#!/bin/sh
# The graph on three screens: four zooms and the fit, groups, what is hidden by rule and shown by a key, the filter, what
# changed and its mark that fades, names of wide characters in line with the others, the mouse's switch, the help page that
# does what is chosen in it, and the place of everything after the console was left and opened again.
: "${JAILNET:?}" "${SOURCE:?}"
if [ "${1-}" != inside ]; then
        command -v ip >/dev/null || {
                echo 'skipped: ip is not installed'
                exit 77
        }
        why=$("$JAILNET" sandbox -- true 2>&1) || {
                echo "skipped: $why"
                exit 77
        }
        exec "$JAILNET" sandbox -- sh "$0" inside
fi
. "$SOURCE/tests/lib/term.sh"

"$JAILNET" create bridge lan0 >/dev/null
"$JAILNET" up lan0 >/dev/null
for n in 1 2 3 4 5 6 7 8; do
        ip netns add web$n
        ip link add w$n up master lan0 type veth peer name eth0 netns web$n
        ip -n web$n link set eth0 up
done
ip netns add 日本
ip link add jp0 up master lan0 type veth peer name eth0 netns 日本
ip -n 日本 link set eth0 up
ip -n 日本 address add 10.7.0.9/24 dev eth0
"$JAILNET" create eiface >/dev/null
echo 'mail { path = "/"; persist; ip4.addr = "lan0|10.7.0.25/24"; }' >"$term_work/shared.conf"
"$JAILNET" jail -c -f "$term_work/shared.conf" >/dev/null || exit 1

select_by_name() {
        term_keys /
        term_wait 'stay here'
        term_type "$1"
        term_keys Enter
        term_gone 'stay here'
        term_keys Escape
        term_gone 'N previous'
}
# The jail's frame: its upper side ends in the column in which its lower side does. A wide character takes two columns.
frame_is_straight() {
        term_screen | python3 -c '
import sys, unicodedata
def columns(s):
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in s)
lines = sys.stdin.read().split("\n")
for y, line in enumerate(lines):
    at = line.find("日本  jid")
    if at < 0:
        continue
    corners = [k for k, c in enumerate(line) if c in "┐┓" and k > at]
    right = columns(line[:corners[0]])
    for below in lines[y + 1:]:
        ends = [columns(below[:k]) for k, c in enumerate(below) if c in "┘┛"]
        if right in ends:
            sys.exit(0)
sys.exit(1)'
}

for size in '80 24' '120 40' '200 60'; do
        # shellcheck disable=SC2086 # two words
        term_start $size "$JAILNET"
        term_wait 'live'
        term_wait 'lan0'

        # The zooms, from the one that shows most to the one that shows least, and the one that fits.
        term_keys + + + +
        select_by_name web3/eth0
        term_wait 'lower'
        term_check 'hooks are named' term_matches 'eth0.*ether\|ether.*eth0'
        term_keys -
        term_gone 'lower'
        term_keys - -
        term_check 'jails of one name are one line' term_matches 'web  8 jails'
        term_keys o
        term_check 'opened' term_matches 'web[0-9].*web[0-9]'
        term_keys 0
        term_wait 'lan0'

        # What is hidden by rule: loopbacks, fabric ends.
        term_keys + + + +
        select_by_name web3/eth0
        term_check 'no loopback' term_has_not ' lo '
        term_keys .
        term_wait 'shown: everything'
        term_wait ' lo '
        term_keys .
        term_wait 'hidden: loopbacks'
        term_gone ' lo '

        # A jail without a stack of its own is found where its address is.
        select_by_name mail
        term_check 'at its interface' term_matches '^ lan0  bridge'

        # Only what matches, and everything again.
        term_keys f
        term_wait 'Filter'
        term_type web5
        term_keys Enter
        term_wait 'web5'
        term_gone 'web3'
        term_keys F
        term_wait 'filter cleared'
        term_wait 'web3'

        # What has just changed has a sign, also for who sees no colour; the sign goes.
        select_by_name web3/eth0
        ip -n web3 link set eth0 down
        term_check 'marked as changed' term_matches '•ether ▼ eth0'
        term_check 'the mark fades' term_matches ' ether ▼ eth0'
        ip -n web3 link set eth0 up
        term_check 'up again' term_matches 'ether ▲ eth0'

        # Wide characters take two columns, and the frame is straight.
        if command -v python3 >/dev/null; then
                select_by_name 10.7.0.9
                term_check 'the frame is straight' frame_is_straight
        fi

        # The mouse belongs to the terminal, and to the console again.
        term_keys M
        term_wait 'mouse off'
        term_check 'the terminal has the mouse' test "$(tm display -p -t t: '#{mouse_any_flag}')" = 0
        term_keys M
        term_wait 'mouse on'

        # The help page runs what is chosen in it.
        term_keys ?
        term_wait 'Help: keys and actions'
        term_keys Escape
        term_gone 'Help: keys and actions'
        term_keys q
        term_check 'it ends' term_is_dead
done

# The places are kept: the picture is the same one when the console is opened again, whatever joined while it was closed.
term_start 120 40 "$JAILNET"
term_wait 'live'
term_keys Home
term_check 'the host is selected' term_matches '^ host  jail'
term_screen | sed '1,2d;$d' | grep -n 'web[0-9]\|lan0' | cut -c1-60 >"$term_work/before"
term_keys q
term_check 'it ends' term_is_dead
term_start 120 40 "$JAILNET"
term_wait 'live'
term_keys Home
same_places() { term_screen | sed '1,2d;$d' | grep -n 'web[0-9]\|lan0' | cut -c1-60 | cmp -s - "$term_work/before"; }
term_check 'all is where it was' same_places
term_keys q
term_end
