#!/bin/sh
# `restore` at once after a jail was deleted by another hand: what the kernel is still taking apart is waited for, and all of
# it is made anew.
. "${SOURCE:?}/tests/lib/sandbox.sh"

do_ok create bridge br0
do_ok create jail web --bridge br0 --address 10.6.0.2/24
snapshot >"$work/before"
for round in 1 2 3 4 5; do
        ip netns del web
        do_ok restore
        compare "round $round"
done

# What does not go, since somebody holds it, is told at once: the wait for what does go would be three seconds.
ip netns exec web sleep 1000 &
holder=$!
until ip netns pids web | grep -q "^$holder$"; do :; done
ip netns del web
now_ms() { date +%s%3N; }
began=$(now_ms)
J -n restore # which never waits
plain=$(($(now_ms) - began))
began=$(now_ms)
J restore
took=$(($(now_ms) - began))
same 'a jail that something holds' "$status" 1
ok 'says who tells what holds it' grep -q 'jailnet returns' "$work/err"
ok "at once: $took ms, without a wait $plain" [ $((took - 2 * plain)) -lt 2500 ]
kill $holder

# An address that the kernel made of a former MAC address goes along with a move, and is not made again after a boot.
do_ok create jail other
do_ok create epair p0 p1
do_ok up p0
do_ok up p1
inner() { ip "$@" -6 -o address show dev p1 scope link | sed -n 's/.*inet6 \([^ ]*\).*/\1/p'; }
until inner | grep -q '^fe80'; do :; done
former=$(inner)
do_ok pin p1 02:00:00:00:00:77
do_ok move p1 other
ip link del p0
do_ok restore
same 'the former address is not made again' "$(inner -n other | grep -cxF "$former")" 0
finish
