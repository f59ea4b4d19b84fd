#!/bin/sh
# Pending returns: whatever keeps the namespace of a jail that is gone is found, and the interface comes home at once.
# Each holder is a real one; the jail's name is taken away by ip, as anybody would.
. "${SOURCE:?}/tests/lib/sandbox.sh"

. "$SOURCE/tests/lib/holders.sh"

# expect KIND PID COMMAND DETAIL: among the holders is this one. PID 0: none; a COMMAND or DETAIL is a pattern.
expect() {
        before=$(now_ms)
        do_ok returns --json
        took=$(($(now_ms) - before))
        [ $took -lt $((1000 * slow)) ] || fail "$way: returns took $took ms"
        ok "$way: pending" test -n "$(pending)"
        same "$way: its jail" "$(pending | jq -r .jail)" www
        same "$way: its MAC" "$(pending | jq -r .mac)" "$mac"
        checks=$((checks + 1))
        pending | jq -e --arg kind "$1" --argjson pid "$2" --arg command "$3" --arg detail "$4" '
                any(.holders[]; .kind == $kind and (.pid // 0) == $pid and ((.command // "") | test($command)) and
                    ((.detail // "") | test($detail)) and
                    ($pid == 0 or (.user == "root" and (.since - now | . > -1000 and . < 5))))' >/dev/null ||
                fail "$way: not found: $(pending | jq -c .holders)"
}

# The interface comes home, with its name and address, and the namespace goes on.
take_home() {
        before=$(now_ms)
        do_ok return www/epair0b
        took=$(($(now_ms) - before))
        same "$way: home again" "$(link - epair0b .address)" "$mac"
        J returns --json
        same "$way: nothing is pending any more" "$(pending)" ''
        echo "$way: returned after $took ms"
        [ $took -ge $fastest ] || fastest=$took
}

let_go() {
        [ -z "${holder-}" ] || kill -KILL "$started" 2>/dev/null
        wait "$started" 2>/dev/null
        do_ok destroy epair0a
        J returns --json
}

# one WAY KIND DETAIL [ARGS...]
one() {
        way=$1 kind=$2 detail=$3
        shift 3
        lend
        if hold "$way" /run/netns/www "$@"; then
                ip netns del www
                expect "$kind" "$holder" '^hold$' "$detail"
                same "$way: nothing else holds it" "$(pending | jq -c '[.holders[].kind] | unique')" "[\"$kind\"]"
                take_home
                let_go
        else
                echo "$way: left out here"
                let_go
                ip netns del www
        fi
}

fastest=$((1000 * slow))
way=none
lend
ip netns del www
deadline=$(($(now_ms) + 1000 * slow))
while has_link - epair0a && [ "$(now_ms)" -lt $deadline ]; do :; done
ok 'without holders a jail is gone at once' test "$(link - epair0a .ifname)" = ''
do_ok returns --json

one process process ''
one thread thread '^thread '
one descriptor descriptor '^fd '
one socket socket '^fd [0-9]*: udp 0.0.0.0:4711$'
one passed-socket socket '^fd [0-9]*: tcp 0.0.0.0:4711 listening$'
one queue socket '^fd [0-9]*: tap tap0$'
mkdir "$work/m" && : >"$work/m/ns"
one mount 'bind mount' '/m/ns$' "$work/m/ns"

# Waiting for it: with a limit it ends by that, else as soon as the interface is home.
way='wait'
lend
hold process /run/netns/www
ip netns del www
refused 'not back yet; held by process hold' returns --wait epair0b --timeout 0
refused 'no such lent interface' returns --wait nothing0
wrong_usage 'usage' returns --timeout 1
"$JAILNET" returns --wait epair0b >"$work/waited" 2>&1 &
waiter=$!
while kill -0 $waiter 2>/dev/null; do
        grep -q '^State:.*S' /proc/$waiter/status && [ "$(ls /proc/$waiter/task | wc -l)" -gt 1 ] && break
done
take_home
ok 'wait: it ends when the interface is back' wait $waiter
same 'wait: it has nothing to tell' "$(cat "$work/waited")" ''
let_go

# Without handles (Linux before 6.18) everything that has a process is found and opened by it.
JAILNET_NO_HANDLES=1
export JAILNET_NO_HANDLES
one process process ''
one thread thread '^thread '
one descriptor descriptor '^fd '
one socket socket '^fd [0-9]*: udp 0.0.0.0:4711$'
one queue socket '^fd [0-9]*: tap tap0$'
one mount 'bind mount' '/m/ns$' "$work/m/ns"
unset JAILNET_NO_HANDLES

# What follows has no process: only by a namespace's handle is it found, which Linux has since 6.18.
version=$(uname -r)
minor=${version#*.}
if [ $((${version%%.*} * 1000 + ${minor%%[!0-9]*})) -lt 6018 ]; then
        echo "left out on Linux $version: a descriptor in flight, a connection without a process"
        ok 'in good time' test $fastest -lt $((100 * slow))
        finish
fi

# Nothing can be seen: it is said so, and the interface comes home all the same.
way=flight
lend
hold flight /run/netns/www
ip netns del www
do_ok returns --json
same 'in flight: pending' "$(pending | jq -c .holders)" '[]'
do_ok returns
ok 'in flight: said' grep -q 'nothing that can be seen' "$work/out"
take_home
let_go

# The last one, since its namespace outlives it: a connection that its process left amid closing. The peer is deaf by then, so
# what was sent stays unanswered, and the kernel keeps trying, with nobody to be asked for it.
way=connection
lend
ip -n www address add 10.9.0.1/24 dev epair0b
ip -n www link set epair0b up
ip netns add peer
ip link set epair0a netns peer
ip -n peer address add 10.9.0.2/24 dev epair0a
ip -n peer link set epair0a up
hold accept /run/netns/peer
listener=$started
mkfifo "$work/go"
exec 9<>"$work/go" # opened for both: a holder that has failed does not keep the test waiting
hold connection /run/netns/www 10.9.0.2 "$work/go"
ip -n peer address delete 10.9.0.2/24 dev epair0a
echo >&9
wait $started
ok 'connection: it is closing' test "$(ip netns exec www ss -Htan state fin-wait-1 | wc -l)" = 1
ip netns del www
holder=0
expect tcp 0 '' '^10.9.0.1:[0-9]+ > 10.9.0.2:4711 FIN-WAIT-1, (8[0-9]|9[0-9]|1[0-9][0-9]|20[0-9]) s left$'
same 'connection: nothing else holds it' "$(pending | jq -c '[.holders[].kind]')" '["tcp"]'
take_home
kill -KILL $listener
ip -n peer link set epair0a netns $$
ip netns del peer
let_go

ok 'on a machine that is not busy it takes less than 100 ms' test $fastest -lt $((100 * slow))
finish
