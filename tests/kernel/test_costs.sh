#!/bin/sh
# Proves that nothing has become much dearer, by counts that do not vary with the machine: system calls and requests to
# the kernel for the first picture of 100 jails, instructions for its first way into the inventory, for its JSON and for a
# layout of 1000, bytes written to the terminal for one changed rate. Each bound is some way above what it was when it was set, so that it tells of another order of work, and
# not of a new fact.
set -u
: "${JAILNET:?}" "${SOURCE:?}" "${COSTS:?}" "${SCREEN:?}"

CALLS=4400          # 3860 for 100 jails; how often the threads ask for memory varies a little
REQUESTS=850        # 811: eight for a jail and eleven besides
SAVED=30            # 20 million, most of them SQLite's
JSON=5              # 3.8 million
INSTRUCTIONS=80     # 63 million, for two layouts
RATE_BYTES=100      # 60: the cells of one row and where they are
checks=0 failed=0

below() { # WHAT COUNT BOUND
        checks=$((checks + 1))
        if [ -n "$2" ] && [ "$2" -gt 0 ] && [ "$2" -le "$3" ]; then
                echo "$1: $2, at most $3"
        else
                echo "FAILED: $1: ${2:-nothing}, at most $3"
                failed=$((failed + 1))
        fi
}

if [ "${1-}" = inside ]; then
        work=$2
        JAILNET_DB=$work/inventory.db
        export JAILNET_DB
        # A quiet stack: what IPv6 sends by itself would be traffic.
        echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6 || exit 1
        ip link add bench0 up type bridge || exit 1
        "$SCREEN" rate 5 "$JAILNET" >"$work/rate" || exit 1
        {
                i=0
                while [ $i -lt 100 ]; do
                        echo "netns add j$i"
                        i=$((i + 1))
                done
                i=0
                while [ $i -lt 100 ]; do
                        echo "link add h$i up master bench0 type veth peer name e0 netns j$i"
                        i=$((i + 1))
                done
        } >"$work/batch"
        ip -batch "$work/batch" || exit 1
        if command -v valgrind >/dev/null && valgrind --tool=none "$JAILNET" --version >/dev/null 2>&1; then
                for f in inventory_save show_write; do # the inventory knows them after the first
                        valgrind --tool=callgrind --callgrind-out-file=/dev/null --toggle-collect=$f "$JAILNET" show \
                                --format json >/dev/null 2>"$work/$f" || exit 1
                done
        else
                "$JAILNET" show >/dev/null || exit 1
        fi
        exec strace -f -c -o "$work/calls" "$JAILNET" show --format json >/dev/null
fi

! grep -q __asan_init "$JAILNET" || { echo 'skipped: a sanitizer has costs of its own'; exit 77; }
command -v strace >/dev/null 2>&1 || { echo 'skipped: there is no strace (package strace)'; exit 77; }
strace -o /dev/null true 2>/dev/null || { echo 'skipped: nothing may be traced here'; exit 77; }
"$JAILNET" sandbox -- true 2>/dev/null || { echo 'skipped: there are no sandboxes here'; exit 77; }

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
"$JAILNET" sandbox -- sh "$0" inside "$work" || { echo 'FAILED: the network could not be made or seen'; exit 1; }
below 'system calls for 100 jails' "$(awk '$NF == "total" { print $4 }' "$work/calls")" $CALLS
below 'requests to the kernel for 100 jails' "$(awk '$NF == "sendto" { print $4 }' "$work/calls")" $REQUESTS
below 'bytes for one changed rate' "$(cat "$work/rate")" $RATE_BYTES
if command -v valgrind >/dev/null && valgrind --tool=none "$JAILNET" --version >/dev/null 2>&1; then
        valgrind --tool=callgrind --callgrind-out-file=/dev/null --toggle-collect=layout_build "$COSTS" 2>"$work/layout"
        million() { awk '/Collected/ { print int($NF / 1000000) + 1 }' "$work/$1"; } # begun ones
        below 'million instructions for two layouts of 1000 jails' "$(million layout)" $INSTRUCTIONS
        below 'million instructions to save 100 jails' "$(million inventory_save)" $SAVED
        below 'million instructions for their JSON' "$(million show_write)" $JSON
else
        echo 'not counted: instructions (there is no valgrind, or it cannot run this program)'
fi
echo "$checks checks, $failed failed"
[ $failed = 0 ]
