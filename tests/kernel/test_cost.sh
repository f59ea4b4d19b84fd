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
        strace -f -o "$work/trace" "$JAILNET" -q "$@" >"$work/out" 2>"$work/err"
        same "traced: jailnet $*" $? 0
}

batch 100 >"$work/100"
if command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null; then
        "$JAILNET" -q show >/dev/null # makes the inventory
        traced batch "$work/100"
        at_most 'system calls to build 100' "$(count '')" 7000
        at_most 'requests to build 100' "$(count 'sendto.*nlmsg')" 880
        at_most 'writes to the inventory to build 100' "$(count 'pwrite64')" 720
        at_most 'waits for the disk to build 100' "$(count 'f(data)?sync')" 10
        at_most 'threads and processes to build 100' "$(count 'clone')" 20
        traced undo
        at_most 'system calls to take 100 down' "$(count '')" 12500
        at_most 'requests to take 100 down' "$(count 'sendto.*nlmsg')" 1200
        at_most 'writes to the inventory to take 100 down' "$(count 'pwrite64')" 560
        at_most 'waits for the disk to take 100 down' "$(count 'f(data)?sync')" 10
        at_most 'deletions to take 100 down' "$(count 'RTM_DELLINK|nlmsg_type=0x11 ')" 2

        # A move is followed in the picture that is planned on: one of many lines asks for no more than one alone.
        "$JAILNET" -q batch "$work/100" || fail 'built once more'
        i=0
        while [ $i -lt 20 ]; do
                echo "move h$i j50"
                i=$((i + 1))
        done >"$work/moves"
        traced batch "$work/moves"
        at_most 'requests to move 20' "$(count 'sendto.*nlmsg.*(RTM_SETLINK|nlmsg_type=0x13 )')" 25
        at_most 'writes to the inventory to move 20' "$(count 'pwrite64')" 400
        "$JAILNET" -q undo && "$JAILNET" -q undo || fail 'taken back'
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
        at_most 'growth of planning, in percent of linear' $(((four - twice) * 100 / (2 * (twice - few)))) 120
else
        echo 'there is no valgrind, or it cannot run this program: instructions are not counted'
fi
finish
