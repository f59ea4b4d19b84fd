#!/bin/sh
# FreeBSD's jng on the real kernel: four jails on the machine's interface through a netgraph bridge, which reach each
# other, the wire and the host; their counters and their graph; several bridges; names and addresses by its rules.
. "${SOURCE:?}/tests/lib/sandbox.sh"

ln -s "$JAILNET" "$work/jng"
jng() { "$work/jng" "$@" >"$work/out" 2>"$work/err"; }
mac() { link "$1" "$2" .address; }
reaches() {
        checks=$((checks + 1))
        ip netns exec "$1" ping -c 1 -w 20 "$2" >/dev/null 2>&1 || fail "$1 does not reach $2"
}

do_ok create jail wire
do_ok create epair igb0 wire/far0
do_ok mac igb0 90:e2:ba:74:ba:ec
do_ok address add wire/far0 10.60.0.9/24
do_ok address add igb0 10.60.0.1/24
do_ok up wire/far0
do_ok up igb0

# The first one makes the bridge, and carries the host's addresses over to it
made() { has_link - ng0_www && [ -z "$(addresses - igb0)" ] && [ "$(link - igb0 .master)" != null ]; }
law 'jng bridge' made jng bridge www igb0
same 'it prints the new name' "$(cat "$work/out")" ng0_www
same 'its address' "$(mac - ng0_www)" 02:40:d0:74:ba:ec
same 'one plan' "$(sql "SELECT words FROM plan ORDER BY number DESC LIMIT 1")" 'jng bridge www igb0'
# igb0 is half of a pair here: that is its third hook
same 'nodes' "$("$JAILNET" ngctl list | awk '/igb0|www/ { print $2, $4, $9 }' | sort | tr '\n' ' ')" \
        'igb0 ether 3 igb0bridge bridge 3 ng0_www eiface 1 '
reaches wire 10.60.0.1
jng bridge www igb0 || fail 'a second time'
same 'what is there is left alone' "$(cat "$work/out" "$work/err")" ''

number=10
for jail in www db mail dns; do
        [ $jail = www ] || do_ok jng bridge $jail igb0
        do_ok create jail $jail
        do_ok ifconfig ng0_$jail vnet $jail
        do_ok ifconfig -j $jail ng0_$jail inet 10.60.0.$number/24 up
        number=$((number + 1))
done
reaches www 10.60.0.13
reaches dns 10.60.0.10
reaches mail 10.60.0.9
reaches db 10.60.0.1
reaches wire 10.60.0.12
do_ok jng show
same 'show' "$(tr '\n' ' ' <"$work/out")" 'db dns mail www '
do_ok jng show mail
same 'show NAME' "$(cat "$work/out")" ng0_mail
same 'all addresses on the segment differ' "$(for jail in www db mail dns; do mac $jail ng0_$jail; done | sort | uniq -d)" ''

# What the links have counted, in lines of the form NAME = VALUE
do_ok jng stats www
same 'stats: the interface' "$(head -n 1 "$work/out")" ng0_www:
ok 'stats: what the jail has sent' grep -Eq '^ {10}recvOctets = [1-9][0-9]*$' "$work/out"
ok 'stats: what it was sent' grep -Eq '^ {9}xmitPackets = [1-9][0-9]*$' "$work/out"
same 'stats: nothing else' "$(sed 1d "$work/out" | grep -Evc '^ *[a-zA-Z]+ = [1-9][0-9]*$')" 0
before=$(awk '/recvPackets/ { print $3 }' "$work/out")
reaches www 10.60.0.13
do_ok jng stats www
ok 'stats: they count on' test "$(awk '/recvPackets/ { print $3 }' "$work/out")" -gt "$before"

# The graph: as text without any other program, as a picture where Graphviz is installed; no file is written over
do_ok jng graph -o "$work/net.dot"
ok 'graph: each node is in it' sh -c 'for n in igb0 igb0bridge ng0_www ng0_db ng0_mail ng0_dns; do
        grep -q "{$n:" "$1" || exit 1; done' - "$work/net.dot"
same 'graph: as ngctl draws it' "$(grep -c -- ' -- ' "$work/net.dot")" "$("$JAILNET" ngctl dot | grep -c -- ' -- ')"
jng graph -o "$work/net.dot" && fail 'graph writes over a file'
same 'graph: says why' "$(cat "$work/err")" "jng: $work/net.dot: Already exists (use \`-f' to overwrite)"
do_ok jng graph -f -o "$work/net.dot"
if command -v dot >/dev/null; then
        do_ok jng graph -o "$work/net.svg"
        ok 'graph: a picture' grep -q '<svg' "$work/net.svg"
else
        jng graph -o "$work/net.svg" && fail 'graph without Graphviz'
        ok 'graph: says what is missing' grep -q 'Graphviz' "$work/err"
fi

# Shutdown takes an interface out of its jail; the bridge stays
gone() { ! has_link www ng0_www && ! has_link - ng0_www && [ "$(link - igb0 .master)" != null ]; }
law 'jng shutdown' gone jng shutdown www
do_ok jng shutdown nobody
reaches mail 10.60.0.9

# Several interfaces, another bridge that hangs off the first, and the marks
do_ok jng bridge -b lan web igb0 '=igb0' '!igb0' igb0
same 'the counter' "$(mac - ng0_web) $(mac - ng3_web)" '02:40:b2:74:ba:ec 12:40:b2:74:ba:ec'
same '= copies' "$(mac - ng1_web)" 90:e2:ba:74:ba:ec
case $(mac - ng2_web) in
*:74:ba:ec) fail "'!' has derived an address" ;;
esac
same 'the second bridge' "$("$JAILNET" ngctl show -n igb0lan: | awk '{ print $2, $4, $9 }')" 'igb0lan bridge 5'
do_ok create jail web
do_ok ifconfig ng0_web vnet web
do_ok ifconfig -j web ng0_web inet 10.60.0.20/24 up
reaches web 10.60.0.9
reaches web 10.60.0.1
do_ok jng show web
same 'show: all of them' "$(tr '\n' ' ' <"$work/out")" 'ng0_web ng1_web ng2_web ng3_web '
do_ok jng shutdown web

# Names that sum alike
do_ok jng bridge jail1 igb0
[ "$(mac - ng0_jail1)" != "$(mac db ng0_db)" ] || fail 'two equal addresses on one segment'
same 'it says so' "$(grep -c '^jng: ng0_jail1: .*a stable other address' "$work/err")" 1
do_ok jng shutdown jail1
do_ok jng --strict bridge jail1 igb0
same '--strict sets the rule'"'"'s' "$(mac - ng0_jail1)" "$(mac db ng0_db)"
do_ok jng shutdown jail1

# A name that is too long is cut as FreeBSD cuts it, and found again
jng bridge a_jail_with_a_long_name igb0 || fail 'a long name'
ok 'a long name: says so' grep -q 'cut to ng0_a_jail_with' "$work/err"
do_ok jng show a_jail_with_a_long_name
same 'a long name: shown' "$(cat "$work/out")" ng0_a_jail_with
do_ok jng shutdown a_jail_with_a_long_name
ok 'a long name: gone' test "$(ip -j link | jq '[.[] | select(.ifname | startswith("ng0_a"))] | length')" = 0

wrong() { # TEXT ARGS...
        text=$1
        shift
        snapshot >"$work/before"
        jng "$@"
        same "exit status of: jng $*" $? 1
        grep -qF -- "$text" "$work/err" || fail "jng $*: does not say '$text' but: $(cat "$work/err")"
        compare "after: jng $*"
}
wrong 'interface igb7 does not exist' bridge web igb0 igb7
wrong 'Usage: jng bridge [-b BRIDGE_NAME]' bridge
wrong 'Usage: jng bridge [-b BRIDGE_NAME]' bridge -b '' web igb0
wrong 'Usage: jng bridge [-b BRIDGE_NAME]' bridge web-1 igb0
wrong 'Usage: jng shutdown NAME' shutdown
wrong 'Usage: jng stats NAME' stats
wrong 'Usage: jng graph' graph extra
wrong 'Usage: jng action' frobnicate
same 'the actions' "$(grep -c "^$(printf '\t')[a-z]" "$work/err")" 6

finish
