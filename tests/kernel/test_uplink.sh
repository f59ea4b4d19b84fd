#!/bin/sh
# netgraph's uplinks: a bridge whose first hook is one learns nothing from it, and sends frames to unknown addresses out
# by uplinks alone. So jails reach the wire and each other, no jail sees what another one sends to the wire, and what
# comes from the wire for nobody reaches no jail. Undone, restored; a bridge that begins with a link learns everywhere.
set -u
. "${SOURCE:?}/tests/lib/sandbox.sh"

reaches() { # JAIL ADDR: within a few seconds, which a new carrier may need
        for n in 1 2 3 4 5 6 7 8 9 10; do
                ip netns exec "$1" ping -c 1 -W 1 "$2" >/dev/null 2>&1 && return 0
        done
        return 1
}
got() { ip -n "$1" -j -s link show "$2" | jq '.[0].stats64.rx.packets'; }

command -v ping >/dev/null || {
        echo 'skipped: ping is not installed'
        exit 77
}
do_ok create jail wire
do_ok create jail red
do_ok create jail blue
do_ok create epair p0 p1
do_ok up p0
do_ok move p1 wire
for name in default all; do # no frames but those that are asked for
        echo 1 >/proc/sys/net/ipv6/conf/$name/disable_ipv6
        for jail in wire red blue; do
                ip netns exec $jail sh -c "echo 1 >/proc/sys/net/ipv6/conf/$name/disable_ipv6"
        done
done
do_ok up wire/p1
do_ok address add wire/p1 10.0.0.1/24
made() { [ "$("$JAILNET" ngctl show -n sw: 2>/dev/null | awk '{print $NF}')" = 1 ]; }
law 'a bridge on an uplink' made mkpeer p0:lower bridge uplink1 sw
for jail in red blue; do
        do_ok mkpeer sw:link eiface ether
done
do_ok move ngeth0 red
do_ok move ngeth1 blue
n=2
for jail in red blue; do
        do_ok address add $jail/ngeth$((n - 2)) 10.0.0.$n/24
        do_ok up $jail/ngeth$((n - 2))
        n=$((n + 1))
done
bridge=$(ip -j link show p0 | jq -r '.[0].master')
data() { ip -j -d link show "$1" | jq -r '.[0].linkinfo.info_slave_data | "\(.learning) \(.flood)"'; }
same 'the uplink learns nothing' "$(data p0)" 'false true'
for port in $(ip -j link show master "$bridge" | jq -r '.[].ifname | select(. != "p0")'); do
        same "unknown addresses are not sought at $port" "$(data "$port")" 'true false'
done
ok 'red reaches the wire' reaches red 10.0.0.1
ok 'blue reaches the wire' reaches blue 10.0.0.1
ok 'red reaches blue' reaches red 10.0.0.3
ok 'the wire reaches red' reaches wire 10.0.0.2
wire=$(ip -n wire -j link show p1 | jq -r '.[0].address')
same "the wire's address is not learnt" "$(bridge -j fdb show br "$bridge" | jq -r --arg m "$wire" '[.[] | select(.mac == $m)] | length')" 0
before=$(got blue ngeth1)
ip netns exec red ping -c 40 -i 0.02 -W 1 10.0.0.1 >/dev/null
# What is for everybody (neighbour discovery) still arrives.
ok 'blue gets nothing of it' [ $(($(got blue ngeth1) - before)) -lt 20 ]
ip -n wire neigh replace 10.0.0.99 lladdr 02:00:00:00:00:99 dev p1
before=$(got blue ngeth1) also=$(got red ngeth0)
ip netns exec wire ping -c 40 -i 0.02 -W 1 10.0.0.99 >/dev/null
ok 'blue does not get what is for nobody' [ $(($(got blue ngeth1) - before)) -lt 20 ]
ok 'nor does red' [ $(($(got red ngeth0) - also)) -lt 20 ]

# As after a restart of what is on the host.
ip link del "$bridge"
do_ok restore
do_ok restore
same 'restored' "$(cat "$work/out")" 'nothing to restore'
same 'the uplink, restored' "$(data p0)" 'false true'
ok 'red reaches the wire again' reaches red 10.0.0.1
do_ok shutdown sw:

# Begun with a link: as every bridge.
do_ok mkpeer p0:lower bridge link0 sw
do_ok mkpeer sw:uplink eiface ether
for port in $(ip -j link show master "$(ip -j link show p0 | jq -r '.[0].master')" | jq -r '.[].ifname'); do
        same "$port learns" "$(data "$port")" 'true true'
done

# ifconfig's words for the same.
do_ok create bridge b0
do_ok create epair c0 c1
do_ok attach c0 b0
quiet() { [ "$(data c0)" = 'true false' ]; }
law '-discover' quiet ifconfig b0 -discover c0
"$JAILNET" ifconfig b0 >"$work/out"
ok 'is listed so' sh -c "! grep -q 'member: c0 .*DISCOVER' '$work/out'"
seeking() { [ "$(data c0)" = 'true true' ]; }
law 'discover' seeking ifconfig b0 discover c0
finish
