#!/bin/sh
# Wishes of docs/wishes.md that no other test shows: a preview tells of a bridge that would change its MAC address, a loop is
# refused, a name that would be cut is replaced and seen before, what was taken back can be had again, the inventory
# is printed whole, and what is destroyed is wanted no more.
. "${SOURCE:?}/tests/lib/sandbox.sh"

# A bridge of somebody else's that has the address of its port; then a lower one comes.
ip link add fb type bridge
ip link add p0 address 02:00:00:00:00:20 type veth peer name p1
ip link add q0 address 02:00:00:00:00:10 type veth peer name q1
ip link set p0 master fb
"$JAILNET" -n attach q0 fb >"$work/out" || fail 'no preview'
ok 'the preview tells of the new address' grep -q 'fb takes the lowest MAC address of its ports, and so becomes 02:00:00:00:00:10' "$work/out"
ok 'nothing was done' test "$(cat /sys/class/net/fb/address)" = 02:00:00:00:00:20
"$JAILNET" -q attach q0 fb 2>/dev/null || fail 'attach'
ok 'it was true' test "$(cat /sys/class/net/fb/address)" = 02:00:00:00:00:10
refused 'makes a loop' attach q1 fb

# One made here keeps its address, whatever joins.
do_ok -q create bridge br0
before=$(cat /sys/class/net/br0/address)
ip link add r0 address 02:00:00:00:00:01 type veth peer name r1
"$JAILNET" -n attach r0 br0 >"$work/out"
grep -q 'takes the lowest' "$work/out" && fail 'it is told of a bridge whose address is fixed'
do_ok -q attach r0 br0
ok 'the address stays' test "$(cat /sys/class/net/br0/address)" = "$before"

# Two names that are one when they are cut to fifteen letters.
do_ok -q create jail a-very-long-name-1 --bridge br0
"$JAILNET" -n create jail a-very-long-name-2 --bridge br0 >"$work/out"
name=$(sed -n 's/.*make \(epair[0-9]*\)a with MAC.*/\1/p' "$work/out")
ok 'the preview names the pair' test -n "$name"
do_ok -q create jail a-very-long-name-2 --bridge br0
ok 'the pair has that name' test -e "/sys/class/net/${name}a"
ok 'both are there' test "$(ip netns list | grep -c '^a-very-long-name-')" = 2

# Taken back, and had again: an undo is a plan as well.
do_ok -q undo
ip netns list | grep -q a-very-long-name-2 && fail 'undo'
undone=$("$JAILNET" journal --last 1 | awk '{ print $1 }')
do_ok -q undo "$undone"
ok 'it is there again' sh -c 'ip netns list | grep -q a-very-long-name-2'

# The ledger, and what is wanted.
"$JAILNET" inventory export >"$work/out" || fail 'inventory export'
ok 'the inventory has the pinned addresses' grep -qi "$(ip -n a-very-long-name-2 -br link | awk '!/^lo/ { print $3; exit }')" "$work/out"
ip netns del a-very-long-name-2
"$JAILNET" -n restore >"$work/out" 2>&1
ok 'it is wanted' grep -q 'a-very-long-name-2' "$work/out"
do_ok -q restore
ok 'it is there again' sh -c 'ip netns list | grep -q a-very-long-name-2'
do_ok -q destroy a-very-long-name-2
"$JAILNET" -n restore >"$work/out" 2>&1
same 'it is wanted no more' "$(cat "$work/out")" 'nothing to restore'
finish
