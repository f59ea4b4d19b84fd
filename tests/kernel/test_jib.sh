#!/bin/sh
# FreeBSD's jib on the real kernel: epairs for jails on a bridge with the machine's interface, by its names and with its
# addresses; equal addresses on one segment; nothing left behind where FreeBSD's leaves an orphan.
. "${SOURCE:?}/tests/lib/sandbox.sh"

ln -s "$JAILNET" "$work/jib"
jib() { "$work/jib" "$@" >"$work/out" 2>"$work/err"; }
mac() { link "$1" "$2" .address; }
master() { link - "$1" .master; }
reaches() {
        checks=$((checks + 1))
        ip netns exec "$1" ping -c 1 -w 20 "$2" >/dev/null 2>&1 || fail "$1 does not reach $2"
}

# The wire: a jail of its own at the other end of what stands for the machine's interface
do_ok create jail wire
do_ok create epair re0 wire/far0
do_ok create epair re1 re1x
do_ok mac re0 00:0c:29:3e:4f:50
do_ok mac re1 00:0c:29:3e:4f:51
do_ok address add wire/far0 10.50.0.9/24
do_ok up wire/far0
do_ok address add re0 10.50.0.1/24

# One jail, as the how-to does it: its interface is there, on a bridge that it makes, and gone afterwards
made() { [ "$(master e0a_TEST)" = re0bridge ] && [ "$(master re0)" = re0bridge ] && has_link - e0b_TEST; }
law 'jib addm' made jib addm TEST re0
same 'it prints the new names' "$(tr '\n' ' ' <"$work/out")" 're0bridge e0a_TEST e0b_TEST '
same 'a side' "$(mac - e0a_TEST)" 02:40:99:3e:4f:50
same 'b side' "$(mac - e0b_TEST)" 0e:40:99:3e:4f:50
same 'all are up' "$(ip -j link | jq -r '[.[] | select(.ifname == ("re0", "re0bridge", "e0a_TEST", "e0b_TEST")) |
        select(.flags | index("UP"))] | length')" 4
same 'one plan' "$(sql "SELECT words FROM plan ORDER BY number DESC LIMIT 1")" 'jib addm TEST re0'
do_ok create jail one
do_ok ifconfig e0b_TEST vnet one
do_ok ifconfig -j one e0b_TEST inet 10.50.0.2/24 up
reaches one 10.50.0.9
reaches wire 10.50.0.1
same 'its address goes along' "$(mac one e0b_TEST)" 0e:40:99:3e:4f:50
jib addm TEST re0 || fail 'a second time'
same 'what is there is left alone' "$(cat "$work/out" "$work/err")" ''
gone() { ! has_link - e0a_TEST && ! has_link one e0b_TEST && [ "$(master re0)" = re0bridge ]; }
law 'jib destroy' gone jib destroy TEST
jib destroy TEST || fail 'destroy of what is not there'
same 'says nothing' "$(cat "$work/out" "$work/err")" ''

# Several interfaces: the counter goes up with each use of the same parent
do_ok jib addm web re0 re1 re0 '!re0' re0
same 'addresses of the a sides' "$(for i in 0 1 2 4; do mac - e${i}a_web; done | tr '\n' ' ')" \
        '02:40:b2:3e:4f:50 02:40:b2:3e:4f:51 12:40:b2:3e:4f:50 22:40:b2:3e:4f:50 '
same 'addresses of the b sides' "$(for i in 0 1 2 4; do mac - e${i}b_web; done | tr '\n' ' ')" \
        '0e:40:b2:3e:4f:50 0e:40:b2:3e:4f:51 1e:40:b2:3e:4f:50 2e:40:b2:3e:4f:50 '
same 'bridges' "$(for i in 0 1 2 3 4; do master e${i}a_web; done | tr '\n' ' ')" \
        're0bridge re1bridge re0bridge re0bridge re0bridge '
case $(mac - e3a_web) in
*:3e:4f:50) fail "'!' has derived an address" ;;
esac
do_ok jib show web
same 'show NAME' "$(tr '\n' ' ' <"$work/out")" 'e0a_web e1a_web e2a_web e3a_web e4a_web '
do_ok jib addm dns re1
do_ok jib show
same 'show' "$(tr '\n' ' ' <"$work/out")" 'dns web '
do_ok jib destroy web
do_ok jib destroy dns
do_ok ifconfig re1bridge destroy

# A bridge of another name; an interface with a dot, which stops FreeBSD's script half way
do_ok jib addm -b lan dns re1
same '-b' "$(master e0a_dns) $(master re1)" 're1lan re1lan'
do_ok jib destroy dns
do_ok rename re1x re1.20
do_ok jib addm vl re1.20
same 'a dotted name' "$(master e0a_vl)" re1.20bridge
do_ok jib destroy vl

# Names that sum alike: the first keeps the rule's address, the second gets another one that stays
do_ok jib addm db re0
jib addm jail1 re0 || fail 'jib addm jail1 re0'
same 'the first' "$(mac - e0a_db) $(mac - e0b_db)" '02:00:94:3e:4f:50 0e:00:94:3e:4f:50'
other=$(mac - e0b_jail1)
[ "$other" != 0e:00:94:3e:4f:50 ] || fail 'two equal addresses on one segment'
same 'it says so' "$(grep -c '^jib: e0[ab]_jail1: .*a stable other address' "$work/err")" 2
same 'addresses on the segment are all different' "$(ip -j link show type veth | jq -r '.[].address' | sort | uniq -d)" ''
do_ok jib destroy jail1
do_ok jib addm jail1 re0
same 'the other one is stable' "$(mac - e0b_jail1)" "$other"
do_ok jib destroy jail1
do_ok jib --strict addm jail1 re0
same '--strict sets the rule'"'"'s' "$(mac - e0a_jail1) $(mac - e0b_jail1)" '02:00:94:3e:4f:50 0e:00:94:3e:4f:50'
do_ok jib destroy jail1
JAILNET_STRICT=1 "$JAILNET" jib addm jail1 re0 >/dev/null 2>&1 || fail 'strict by the environment'
same 'JAILNET_STRICT sets the rule'"'"'s' "$(mac - e0a_jail1)" 02:00:94:3e:4f:50
do_ok jib destroy jail1
do_ok jib destroy db

# What fails leaves nothing behind
wrong() { # TEXT ARGS...
        text=$1
        shift
        snapshot >"$work/before"
        jib "$@"
        same "exit status of: jib $*" $? 1
        grep -qF -- "$text" "$work/err" || fail "jib $*: does not say '$text' but: $(cat "$work/err")"
        compare "after: jib $*"
}
wrong 'longer than 15 bytes' addm a_name_too_long re0
wrong 'longer than 15 bytes' addm -b -much-too-long web re0
wrong 'interface re7 does not exist' addm web re0 re7
wrong 'Usage: jib addm [-b BRIDGE_NAME]' addm
wrong 'Usage: jib addm [-b BRIDGE_NAME]' addm web
wrong 'Usage: jib addm [-b BRIDGE_NAME]' addm web-1 re0
wrong 'Usage: jib destroy NAME' destroy
wrong 'Usage: jib destroy NAME' destroy web db
wrong 'Usage: jib action' frobnicate
wrong 'Usage: jib action'
same 'the actions' "$(grep -c "^$(printf '\t')[a-z]" "$work/err")" 4

finish
