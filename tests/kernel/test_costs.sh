#!/bin/sh
# Proves that nothing has become much dearer, by counts that do not vary with the machine: system calls and requests to
# the kernel for the first picture of 100 jails, instructions for all of it, for its first way into the inventory, for its
# JSON and for a layout of 1000; system calls, libraries and instructions for a start with 5; bytes written to the
# terminal for one changed rate. Each bound is some way above what it was when it was set, so that it tells of another
# order of work, and not of a new fact. One time is among them, with room for a machine that others keep busy: how long
# a key waits at most while 2000 link events come at once.
set -u
: "${JAILNET:?}" "${SOURCE:?}" "${COSTS:?}" "${SCREEN:?}"

CALLS=3500          # 3240 for 100 jails; how often the threads ask for memory varies a little
REQUESTS=630        # 611: six for a jail and eleven besides
SAVED=22            # 16 million, most of them SQLite's
WHOLE=25            # 19 million, a third of them the start's
START_CALLS=1000    # 700, and some for each process that is seen
LIBRARIES=14        # 13: what only some commands need is loaded by those
START=10            # 7.7 million, 3 of them the loader's
JSON=3              # 2.6 million by both threads; those of the first, which takes most of them here
INSTRUCTIONS=72     # 63 million, for two layouts
RATE_BYTES=100      # 60: the cells of one row and where they are
TABLES=3            # two looks at the mount table: one list of all, and one to be told of changes
KEY_MS=1000         # 3 where nothing else runs
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

can_count() { command -v valgrind >/dev/null && valgrind --tool=none "$JAILNET" --version >/dev/null 2>&1; }

jails() { # FROM TO: with a pair each
        i=$1
        while [ "$i" -lt "$2" ]; do
                printf 'netns add j%d\nlink add h%d up master bench0 type veth peer name e0 netns j%d\n' "$i" "$i" "$i"
                i=$((i + 1))
        done >"$work/batch"
        ip -batch "$work/batch" || exit 1
}

if [ "${1-}" = inside ]; then
        work=$2
        JAILNET_DB=$work/inventory.db
        export JAILNET_DB
        # A quiet stack: what IPv6 sends by itself would be traffic.
        echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6 || exit 1
        ip link add bench0 up type bridge || exit 1
        "$SCREEN" rate 5 "$JAILNET" >"$work/rate" || exit 1
        jails 0 5 # and what a start costs with them, all its threads and libraries included
        "$JAILNET" show >/dev/null || exit 1
        strace -f -o "$work/started" "$JAILNET" show >/dev/null || exit 1
        ! can_count || valgrind --tool=callgrind --callgrind-out-file=/dev/null "$JAILNET" show >/dev/null \
                2>"$work/start" || exit 1
        jails 5 100
        if can_count; then
                for f in inventory_save show_write; do # the inventory knows them after the first
                        valgrind --tool=callgrind --callgrind-out-file=/dev/null --toggle-collect=$f "$JAILNET" show \
                                --format json >/dev/null 2>"$work/$f" || exit 1
                done
                valgrind --tool=callgrind --callgrind-out-file=/dev/null "$JAILNET" show --format json >/dev/null \
                        2>"$work/whole" || exit 1
        else
                "$JAILNET" show >/dev/null || exit 1
        fi
        "$SCREEN" burst 2000 "$JAILNET" >"$work/burst" || exit 1
        strace -f -e trace=openat -o "$work/opened" "$JAILNET" show --format json >/dev/null || exit 1
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
below 'looks at the mount table for 100 jails' "$(grep -c 'openat(.*/self/mountinfo"' "$work/opened")" $TABLES
below 'milliseconds that a key waits in a burst of events' $(($(cut -d. -f1 "$work/burst") + 1)) $KEY_MS
below 'system calls for a start with 5 jails' "$(grep -c '(' "$work/started")" $START_CALLS
below 'shared libraries for it' "$(grep -c 'openat(.*\.so[.0-9]*".*= [0-9]' "$work/started")" $LIBRARIES
if can_count; then
        valgrind --tool=callgrind --callgrind-out-file=/dev/null --toggle-collect=layout_build "$COSTS" 2>"$work/layout"
        million() { awk '/Collected/ { print int($NF / 1000000) + 1 }' "$work/$1"; } # begun ones
        below 'million instructions for two layouts of 1000 jails' "$(million layout)" $INSTRUCTIONS
        below 'million instructions to save 100 jails' "$(million inventory_save)" $SAVED
        below 'million instructions for their JSON' "$(million show_write)" $JSON
        below 'million instructions for all of their first picture' "$(million whole)" $WHOLE
        below 'million instructions for a start with 5 jails' "$(million start)" $START
else
        echo 'not counted: instructions (there is no valgrind, or it cannot run this program)'
fi
echo "$checks checks, $failed failed"
[ $failed = 0 ]
