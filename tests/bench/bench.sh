#!/bin/sh
# The benchmark: jailnet, the tools that are used instead of it, and the least that the kernel asks for (floor.c), on the
# same networks in one run. Each network is built in a sandbox of its own: N jails with a pair each, the outer ends on
# N / 50 + 1 bridges. Prints a table of milliseconds and of ratios to the floor; --json prints the figures alone.
#
#   bench.sh [--json] [N...]        N: 10 100 1000 2000 unless given; RUNS in the environment: 5
#
# JAILNET, FLOOR and SCREEN name the programs.
set -u
: "${JAILNET:?}" "${FLOOR:?}" "${SCREEN:?}"
RUNS=${RUNS:-5}

if [ "${1-}" != inside ]; then
        json=
        [ "${1-}" = --json ] && json=yes && shift
        results=$(mktemp) || exit 1
        trap 'rm -f "$results"' EXIT
        for n in ${@:-10 100 1000 2000}; do
                RUNS=$RUNS "$JAILNET" sandbox -- sh "$0" inside "$n" >>"$results" || exit 1
        done
        if [ "$json" ]; then
                jq -s 'group_by(.what) | map({(.[0].what): map({(.n | tostring): (del(.what, .n))}) | add}) | add' \
                        <"$results"
                exit
        fi
        printf '%-44s %6s %12s %9s\n' 'milliseconds (median)' N wall 'of floor'
        jq -rs 'def r: . * 100 | round / 100;
                sort_by(.order, .n)[] | [.what, .n, (.ms // "-"), (if .floor then (.ms / .floor | r) else "-" end)] | @tsv' \
                <"$results" | while IFS='	' read -r what n ms ratio; do
                printf '%-44s %6s %12s %9s\n' "$what" "$n" "$ms" "$ratio"
        done
        exit
fi

n=$2
order=0

result() { # WHAT MS [FLOOR]
        order=$((order + 1))
        printf '{"order": %d, "what": "%s", "n": %d, "ms": %s, "floor": %s}\n' $order "$1" "$n" "$2" "${3:-null}"
}
ms() { "$FLOOR" time "$@" | cut -d' ' -f1; }
has() { command -v "$1" >/dev/null 2>&1; }
bridges=$((n / 50 + 1))

# The stacks of the last round are taken down by the kernel in its own time, one after the other: when a last one has gone,
# and with it the other end of its pair, nothing of them is left.
quiet() {
        until [ "$(cat /proc/net/dev | wc -l)" -le 4 ]; do :; done
        ip netns add settle
        ip link add settle0 type veth peer name e0 netns settle
        ip netns del settle
        while ip link show settle0 >/dev/null 2>&1; do :; done
}
take_down() {
        "$FLOOR" teardown "$n"
        quiet
}

ip link add bench0 type bridge
ip netns add first && ip netns del first # the run directory is there

work=$(mktemp -d)
export JAILNET_DB="$work/inventory.db"

i=0
while [ $i -lt "$n" ]; do
        echo "create jail j$i"
        i=$((i + 1))
done >"$work/jails"
i=0
while [ $i -lt $bridges ]; do
        printf 'create bridge b%d\nup b%d\n' $i $i
        i=$((i + 1))
done >"$work/bridges"
i=0
while [ $i -lt "$n" ]; do
        printf 'create epair h%d j%d/e0\nattach h%d b%d\nup h%d\nup j%d/e0\n' $i $i $i $((i % bridges)) $i $i
        i=$((i + 1))
done >"$work/pairs"
cat "$work/jails" "$work/bridges" "$work/pairs" >"$work/batch"
{
        i=0
        while [ $i -lt "$n" ]; do
                echo "netns add j$i"
                i=$((i + 1))
        done
        i=0
        while [ $i -lt $bridges ]; do
                echo "link add b$i up type bridge"
                i=$((i + 1))
        done
        i=0
        while [ $i -lt "$n" ]; do
                echo "link add h$i up master b$((i % bridges)) type veth peer name e0 netns j$i"
                i=$((i + 1))
        done
} >"$work/ip"

# -- Building and taking down: once each, since a second round finds the kernel at work on the first's end -------------
floor_build=$(ms 1 "$FLOOR" build "$n")
result 'build: floor' "$floor_build"
floor_down=$(ms 1 "$FLOOR" teardown "$n")
quiet
result 'build: ip -batch' "$(ms 1 ip -batch "$work/ip")" "$floor_build"
take_down
result 'build: jailnet batch' "$(ms 1 "$JAILNET" -q batch "$work/batch")" "$floor_build"
result 'take down: floor' "$floor_down"
result 'take down: jailnet undo' "$(ms 1 "$JAILNET" -q undo)" "$floor_down"
quiet
rm -f "$JAILNET_DB"*

# -- Looking ---------------------------------------------------------------------------------------------------------
"$FLOOR" build "$n"
floor_picture=$(ms "$RUNS" "$FLOOR" picture)
result 'picture: floor' "$floor_picture"
result 'picture: jailnet show --format json' "$(ms "$RUNS" "$JAILNET" show --format json)" "$floor_picture"
result 'picture: ip, once a namespace' "$(ms 1 sh -c 'ip -j -d addr; for f in /run/netns/*; do
        ip -n "${f##*/}" -j -d addr; done')" "$floor_picture"
! has plotnetcfg || result 'picture: plotnetcfg' "$(ms 1 plotnetcfg)" "$floor_picture"
! has lsns || result 'lsns -t net (no interfaces)' "$(ms 1 lsns -t net)" "$floor_picture"

# -- The console -----------------------------------------------------------------------------------------------------
result 'console: start to the whole picture' "$("$SCREEN" start "$JAILNET")"
"$SCREEN" events 60 "$JAILNET" >"$work/events" 2>/dev/null
read -r median late bytes <"$work/events"
result 'console: event to screen, median' "$median"
result 'console: event to screen, 99 of 100' "$late"
result 'console: bytes to the screen an event' "$bytes"
result 'console: a key waits at most, 10000 events' "$("$SCREEN" burst 10000 "$JAILNET")"
"$SCREEN" idle 5 "$JAILNET" >"$work/idle"
read -r cpu size bytes <"$work/idle"
result 'console: idle, percent of a core' "$cpu"
result 'console: idle, KiB resident' "$size"
result 'console: idle, bytes a second' "$bytes"

# -- Moving ----------------------------------------------------------------------------------------------------------
if [ "$n" -ge 100 ]; then
        floor_move=$(ms 1 "$FLOOR" move 20)
        result 'move 20 links: floor' "$floor_move"
        i=20
        while [ $i -lt 40 ]; do
                echo "move h$i j0"
                i=$((i + 1))
        done >"$work/move"
        result 'move 20 links: jailnet batch' "$(ms 1 "$JAILNET" -q batch "$work/move")" "$floor_move"
fi
rm -rf "$work"
