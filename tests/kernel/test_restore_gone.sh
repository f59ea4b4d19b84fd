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

# What does not go is told as before, after a while.
ip netns exec web sleep 1000 &
holder=$!
until ip netns pids web | grep -q "^$holder$"; do :; done
ip netns del web
J restore
same 'a jail that something holds' "$status" 1
kill $holder
finish
