# Proves what does not vary with the machine about plans of many steps: that the work to plan them grows no faster than
# they do, that the disk is waited for a few times and not once a step, how many requests a jail costs, and that links go
# by the group and not one by one, which waits for the kernel's readers each time.
! grep -q __asan_init "${JAILNET:?}" || { echo 'skipped: a sanitizer has costs of its own'; exit 77; }
. "${SOURCE:?}/tests/lib/sandbox.sh"

batch() { # N: jails with a pair each, on bridges, all up
        i=0
        while [ $i -lt "$1" ]; do
                echo "create jail j$i"
                i=$((i + 1))
        done
        i=0
        while [ $i -lt "$1" ]; do
                [ $((i % 20)) -ne 0 ] || printf 'create bridge b%d\nup b%d\n' $((i / 20)) $((i / 20))
                printf 'create epair h%d j%d/e0\nattach h%d b%d\nup h%d\nup j%d/e0\n' $i $i $i $((i / 20)) $i $i
                i=$((i + 1))
        done
}

at_most() { # WHAT FOUND BOUND
        checks=$((checks + 1))
        [ "$2" -le "$3" ] || fail "$1: $2, and should be at most $3"
}

count() { grep -c -E "$1" "$work/trace"; }

traced() { # ARGS...
        strace -f -o "$work/trace" -e trace=sendto,fdatasync,fsync,clone3,clone "$JAILNET" -q "$@" >"$work/out" 2>"$work/err"
        same "traced: jailnet $*" $? 0
}

batch 50 >"$work/50"
if command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null; then
        traced batch "$work/50"
        at_most 'waits for the disk to build 50' "$(count 'f(data)?sync')" 40
        at_most 'requests to build 50' "$(count 'sendto.*nlmsg')" 900
        at_most 'threads and processes to build 50' "$(count 'clone')" 20
        traced undo
        at_most 'waits for the disk to take 50 down' "$(count 'f(data)?sync')" 40
        at_most 'requests to take 50 down' "$(count 'sendto.*nlmsg')" 900
        at_most 'deletions to take 50 down' "$(count 'RTM_DELLINK|nlmsg_type=0x11 ')" 2
else
        echo 'no strace: requests are not counted'
fi

instructions() { # N
        batch "$1" >"$work/lines"
        valgrind --tool=callgrind --callgrind-out-file="$work/grind" "$JAILNET" -n -q batch "$work/lines" >/dev/null 2>&1
        sed -n 's/^\(summary\|totals\): *//p' "$work/grind" | head -1
}

if command -v valgrind >/dev/null && valgrind --tool=none "$JAILNET" --version >/dev/null 2>&1; then
        instructions 1 >/dev/null # the first run makes the inventory
        few=$(instructions 40)
        twice=$(instructions 80)
        four=$(instructions 160)
        # What a start costs is in all of them: the growth is compared.
        echo "planning 40, 80, 160: $few $twice $four instructions"
        at_most 'growth of planning, in percent of linear' $(((four - twice) * 100 / (2 * (twice - few)))) 150
else
        echo 'there is no valgrind, or it cannot run this program: instructions are not counted'
fi
finish
