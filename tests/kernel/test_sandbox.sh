#!/bin/sh
# The sandbox: what runs in it cannot touch the host, its exit status comes through, and nothing outlives it.
set -u
J=${JAILNET:?}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
failed=0

fail() {
        echo "FAILED: $*"
        failed=1
}

# expect STATUS WHAT CMD...: runs CMD, compares its exit status
expect() {
        want=$1 what=$2
        shift 2
        "$@" >"$work/out" 2>"$work/err" </dev/null
        got=$?
        [ "$got" = "$want" ] || fail "$what: exit status $got instead of $want; it said: $(cat "$work/out" "$work/err")"
}

# gone PATTERN: no process has it in its command line (a bracket keeps grep from finding itself); ends take a moment
gone() {
        tries=0
        while grep -lsa "$1" /proc/[0-9]*/cmdline | grep -v "/proc/$$/" | grep -q .; do
                tries=$((tries + 1))
                [ $tries -lt 100 ] || return 1
                sleep 0.05
        done
}

"$J" sandbox -- true 2>"$work/err" || {
        echo "skipped: $(cat "$work/err")"
        exit 77
}

# The host's stack and names are the same before and after. Counters and timers are left out.
host() {
        ip -j link | jq -S '[.[] | del(.stats, .stats64)]'
        ip -j addr | jq -S '[.[] | del(.addr_info[]?.valid_life_time, .addr_info[]?.preferred_life_time)]'
        ip netns list
        ls -A /run/jailnet /run/netns 2>/dev/null
}
host >"$work/before"
expect 0 'making links and jails inside' "$J" sandbox -- sh -ec '
        ip link add name epair0a type veth peer name epair0b
        ip netns add www
        ip link set epair0b netns www
        ip netns exec www ip link set lo up
        test "$(ip -j link | jq -r "map(.ifname) | join(\" \")")" = "lo epair0a"
        test "$(ip netns list | cut -d" " -f1)" = www
        test "$(ip -n www -j link show epair0b | jq -r ".[0].ifname")" = epair0b
        mkdir /run/made-inside'
host >"$work/after"
cmp -s "$work/before" "$work/after" || fail "the host differs: $(diff "$work/before" "$work/after")"

# What is inside: root, an empty /run of its own, loopback up, only its own processes.
expect 0 'the inside' env JAILNET_NETNS_DIR=/elsewhere JAILNET_DB=/elsewhere "$J" sandbox -- sh -ec '
        test "$(id -u):$(id -g)" = 0:0
        test "$JAILNET_DB:$JAILNET_SANDBOX" = /run/jailnet/inventory.db:1
        test -z "${JAILNET_NETNS_DIR-}"
        test "$(ls -A /run)" = jailnet
        test "$(stat -c %a /run/jailnet)" = 700
        ip -j link show lo | jq -e ".[0].flags | index(\"UP\")" >/dev/null
        test "$(ip -j link | jq length)" = 1'

# Without its environment too: the host's inventory is out of reach.
expect 0 'the host has an inventory' unshare -Urm sh -ec '
        mount -t tmpfs none /var/lib
        mkdir /var/lib/jailnet
        "$1" sandbox -- env -i "$1" create jail www >/dev/null
        test -z "$(ls -A /var/lib/jailnet)"' sh "$J"

# Exit statuses, as a shell has them.
expect 0 'true' "$J" sandbox -- true
expect 7 'exit 7' "$J" sandbox -- sh -c 'exit 7'
expect 143 'ended by a signal' "$J" sandbox -- sh -c 'kill -TERM $$'
expect 137 'killed' "$J" sandbox -- sh -c 'kill -KILL $$'
expect 127 'no such command' "$J" sandbox -- ./no-such-command
grep -q '^jailnet: ./no-such-command: ' "$work/err" || fail "no sentence for a missing command: $(cat "$work/err")"
expect 126 'not a program' "$J" sandbox -- /etc/passwd
expect 2 'unknown option' "$J" sandbox --nonsense
expect 0 'options of the command are its own' "$J" sandbox sh -c 'test "$1" = --help' sh --help
expect 0 'standard input' sh -c 'test "$(echo through | "$1" sandbox -- cat)" = through' sh "$J"

# Nested.
expect 9 'a sandbox in a sandbox' "$J" sandbox -- sh -c '
        ip link add name outer type veth peer name outer2
        "$1" sandbox -- sh -c "test \$(ip -j link | jq length) = 1 && exit 9"' sh "$J"

# Nothing outlives it: background jobs, own sessions, and the whole when the caller is killed or told to end.
mark=jailnet-test-$$
expect 3 'leaving processes behind' "$J" sandbox -- sh -c '
        sh -c "sleep 600; : $1-a" & setsid sh -c "sleep 600; : $1-b" & exit 3' sh "$mark"
gone "$mark-[ab]" || fail 'processes of a finished sandbox run on'

mkfifo "$work/up"
"$J" sandbox -- sh -c 'echo up >"$1"; sleep 600; : '"$mark-c" sh "$work/up" &
read -r _ <"$work/up"
kill -KILL $!
wait $! 2>/dev/null
gone "$mark-[c]" || fail 'a sandbox outlives its killed caller'

"$J" sandbox -- sh -c 'trap "exit 5" TERM; echo up >"$1"; while :; do sleep 0.05; done; : '"$mark-d" sh "$work/up" &
read -r _ <"$work/up"
kill -TERM $!
wait $!
[ $? = 5 ] || fail 'SIGTERM is not passed on'
gone "$mark-[d]" || fail 'a sandbox outlives SIGTERM'

# Where /proc is partly covered (a container) mounting another is refused: it goes on without a PID namespace.
if unshare -Urm sh -c 'mount --bind /dev/null /proc/meminfo' 2>/dev/null; then
        expect 5 'with a covered /proc' unshare -Urm sh -c '
                mount --bind /dev/null /proc/meminfo
                "$1" sandbox -- sh -c "
                        test \$(ip -j link | jq length) = 1 || exit 1
                        sh -c \"sleep 600; : $2-e\" & setsid sh -c \"sh -c \\\"sleep 600; : $2-f\\\" &\"; exit 5"' \
                sh "$J" "$mark"
        gone "$mark-[ef]" || fail 'without a PID namespace processes are left behind'
fi

# Forbidden: one sentence that names the setting, and nothing happens.
if unshare -Ur sh -c 'echo 0 >/proc/sys/user/max_user_namespaces' 2>/dev/null; then
        expect 1 'user namespaces forbidden' unshare -Ur sh -c '
                echo 0 >/proc/sys/user/max_user_namespaces
                exec setpriv --inh-caps=-all --bounding-set=-all "$1" sandbox -- touch "$2/ran"' sh "$J" "$work"
        grep -q '^jailnet: sandbox: user.max_user_namespaces=0 forbids' "$work/err" ||
                fail "the forbidding setting is not named: $(cat "$work/err")"
        [ "$(wc -l <"$work/err")" = 1 ] || fail "more than one sentence: $(cat "$work/err")"
        [ ! -e "$work/ran" ] || fail 'the command ran outside of a sandbox'
        # With root's rights it works all the same.
        expect 0 'user namespaces forbidden, but root' unshare -Ur sh -c '
                echo 0 >/proc/sys/user/max_user_namespaces
                "$1" sandbox -- sh -c "test \$(ip -j link | jq length) = 1"' sh "$J"
fi

[ $failed = 0 ] && echo 'sandbox: all as it should be'
exit $failed
