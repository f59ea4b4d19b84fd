#!/bin/sh
# The console end to end, on the demo: walk the graph with the arrows; make an epair from the menu; attach one end, move the
# other to a jail, rename it, pin it; see every one of these in `ip -j` and on the screen; undo the last; what somebody else
# does appears by itself.
: "${JAILNET:?}" "${SOURCE:?}"
if [ "${1-}" != inside ]; then
        "$JAILNET" sandbox -- true 2>/dev/null || {
                echo 'skipped: sandboxes are forbidden here'
                exit 77
        }
        exec "$JAILNET" demo three-tier -- sh "$0" inside
fi
. "$SOURCE/tests/lib/term.sh"

# The last but one line tells about the selected thing, or what was done.
status_has() { term_screen | tail -n 2 | head -n 1 | grep -qF -- "$1"; }
status() { term_check "the status line says '$1'" status_has "$1"; }
select_by_name() {
        term_keys /
        term_wait 'stay here'
        term_type "$1"
        term_keys Enter
        term_gone 'stay here'
        term_keys Escape
        status "$1"
}
# The preview is on the screen: accept it, and wait for the outcome.
accept() {
        term_wait 'do it' && term_wait 'iproute2:'
        term_keys Enter
        status 'done:'
}
ip_says() { ip "$@" 2>/dev/null | jq -e "$filter" >/dev/null; }
# in_kernel WHAT FILTER IP-ARGS...
in_kernel() {
        what=$1 filter=$2
        shift 2
        term_check "$what (ip $*)" ip_says "$@"
}

term_start 120 40 "$JAILNET"
for text in 'host' 'www1' 'www2' 'router' 'db1' 'db2' '10.0.1.11/24' 'uplink1' 'dying' 'pending' 'sandbox' 'live'; do
        term_wait "$text"
done
term_at_sizes 'www1' 'db2' 'live' 'pending'

# Walk: host, its bridge, a port, over the edge to the jail at its other end, its box, and back.
status 'host  jail'
term_keys Down
status 'local  bridge'
term_keys Down
status 'e0a_www1  epair'
term_keys Right
status 'www1/e0b_www1'
term_keys Up
status 'www1  jail'
term_keys Down Left
status 'e0a_www1  epair'

# Create an epair from the menu.
term_keys c
term_wait 'Make a bridge'
term_keys Down Down
status 'Make two joined interfaces'
term_at_sizes 'Make two joined interfaces' 'Make a bridge'
term_keys Enter
term_wait 'Create epair'
term_wait 'Other end'
term_type 'epair0a'
term_keys Tab
term_type 'epair0b'
term_at_sizes 'Create epair' 'Other end' 'jailnet create epair epair0a epair0b'
term_keys Enter
term_wait 'do it'
term_at_sizes 'Preview: nothing is done yet' 'do it' 'iproute2:' 'FreeBSD:'
accept
in_kernel 'the epair is there' 'map(.linkinfo.info_kind) == ["veth"]' -d -j link show epair0a
in_kernel 'with its other end' 'map(.link) == ["epair0a"]' -j link show epair0b
term_wait '▼ epair0b'

# Attach one end: the form knows the selected interface, completes the bridge.
select_by_name epair0a
term_keys a
term_wait 'Attach to bridge'
term_wait 'Interface  epair0a'
term_type 'loc'
term_keys Tab
term_wait 'attach epair0a local'
term_keys Enter
accept
in_kernel 'epair0a is a port of local' 'map(.master) == ["local"]' -j link show epair0a
term_check 'the port is drawn in its bridge' term_matches 'link4.*epair0a'

# Move the other end.
select_by_name epair0b
term_keys m
term_wait 'Move to jail'
term_type 'www1'
term_wait 'move epair0b www1'
term_keys Enter
accept
in_kernel 'epair0b is in www1' 'map(.ifname) == ["epair0b"]' -n www1 -j link show epair0b
status 'done:'
term_keys Escape
status 'www1/epair0b'

# Rename it; the selection stays with it.
term_keys r
term_wait 'Rename'
term_type 'uplink'
term_wait 'rename www1/epair0b uplink'
term_keys Enter
accept
in_kernel 'it is named uplink' 'map(.ifname) == ["uplink"]' -n www1 -j link show uplink
term_keys Escape
status 'www1/uplink'

# Pin it.
mac=02:00:5e:10:00:07
term_keys p
term_wait 'Pin MAC address'
term_type "$mac"
term_wait "pin www1/uplink $mac"
term_keys Enter
accept
in_kernel 'it has the pinned address' "map(.address) == [\"$mac\"]" -n www1 -j link show uplink
term_keys Escape
status "$mac"
status 'pinned'

# All five in the table as well, and in the journal.
term_keys 2
term_check 'the table has the new row' term_matches 'www1 .*uplink .*epair'
term_at_sizes 'Interface' 'uplink'
term_keys 5
for words in 'create epair epair0a epair0b' 'attach epair0a local' 'move epair0b www1' 'rename www1/epair0b uplink' \
        "pin www1/uplink $mac"; do
        term_wait "$words"
done
term_at_sizes 'create epair epair0a' "pin www1/uplink $mac"
term_keys 4
term_wait 'demo-holder'
term_at_sizes 'demo-holder'
term_keys 3
term_wait "$mac"
term_at_sizes "$mac"

# The line about the selection ends with the bar's place in the list.
term_keys 2 Home
status ' 1/'
term_keys Down
status ' 2/'
term_keys 1
term_wait 'uplink'

# A refusal is a sentence, and changes nothing.
select_by_name local
term_keys m
term_wait 'cannot change its jail'
term_at_sizes 'cannot change its jail'
term_keys Escape Escape
in_kernel 'the bridge is where it was' 'map(.ifname) == ["local"]' -j link show local

# What can be done to a thing: groups with a letter each, then the verbs of one; Esc goes back a level.
select_by_name uplink
term_keys Enter
term_at_sizes 's  State' 'Set up, Set MTU'
term_keys s
term_at_sizes 'www1/uplink: State' 'u  Set up'
term_wait 'u  Set up'
term_keys Escape
term_gone 'www1/uplink: State'
term_wait 's  State'
term_keys s
term_wait 'www1/uplink: State'
term_keys u
term_wait 'do it'
term_wait 'set www1/uplink up'
term_keys Escape
term_gone 'do it'
term_check 'no menu is left open' term_has_not 's  State'

# Undo takes the pin's address back.
term_keys u
term_wait 'do it'
term_keys Enter
status 'done:'
in_kernel 'the pinned address is gone' "map(.address) != [\"$mac\"]" -n www1 -j link show uplink

# By somebody else's hand.
ip netns add newcomer
term_wait 'newcomer'
ip -n newcomer link add name br7 type bridge
term_wait 'br7'
ip netns delete newcomer
term_gone 'newcomer'

term_keys q
term_until 5 term_is_dead || term_fail 'q does not quit'
term_end
