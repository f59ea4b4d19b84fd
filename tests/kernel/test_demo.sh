#!/bin/sh
# The demo's network is real: jails, bridges, addresses and routes are there for `ip`, what db1 sends to www1 passes through
# the router jail, an interface is not back from a jail without a name, and all of it ends with the command.
set -u
J=${JAILNET:?}
failed=0

fail() {
        echo "FAILED: $*"
        failed=1
}

# within SECONDS CMD...: until CMD succeeds
within() {
        deadline=$(($(date +%s) + $1))
        shift
        until "$@"; do
                [ "$(date +%s)" -le "$deadline" ] || return 1
                sleep 0.05
        done
}

count() { ip netns exec "$1" ip -j -s link show "$2" | jq ".[0].stats64.$3.packets"; } # JAIL IF rx|tx
has_more() { [ "$(count "$1" "$2" "$3")" -ge "$4" ]; }
gone() { ! ip link show "$1" >/dev/null 2>&1; }
master() { ip -j link show "$1" | jq -r '.[0].master // ""'; }
address() { ip -n "$1" -j -4 address show "$2" | jq -r '.[0].addr_info[0] | "\(.local)/\(.prefixlen)"'; }
same() { [ "$2" = "$3" ] || fail "$1: '$2' instead of '$3'"; }

if [ "${1-}" = inside ]; then
        same 'named jails' "$(ip netns list | cut -d' ' -f1 | sort | tr '\n' ' ')" 'db1 db2 router www1 www2 '
        same 'bridges' "$(ip -j link show type bridge | jq -r 'map(.ifname) | sort | join(" ")')" 'backend local'
        for port in e0a_www1 e0a_www2 e0a_router nic0_cable; do
                same "$port" "$(master $port)" local
        done
        for port in e1a_router e0a_db1; do
                same "$port" "$(master $port)" backend
        done
        same 'ports of backend' "$(ip -j link show master backend | jq length)" 3
        same 'the host on the bridge' "$(ip -j -4 address show local | jq -r '.[0].addr_info[0].local')" 10.0.1.1
        same www1 "$(address www1 e0b_www1)" 10.0.1.11/24
        same router "$(address router e1b_router)" 10.0.2.1/24
        same db2 "$(address db2 ngeth0)" 10.0.2.12/24
        same 'forwarding in router' "$(ip netns exec router cat /proc/sys/net/ipv4/ip_forward)" 1
        same 'forwarding on the host' "$(cat /proc/sys/net/ipv4/ip_forward)" 0
        same 'the way from db1 to www1' \
                "$(ip -n db1 -j route get 10.0.1.11 | jq -r '.[0].gateway')" 10.0.2.1

        # Answers come back to db1, and no more once the router does not forward.
        within 10 has_more db1 e0b_db1 rx 20 || fail 'db1 gets no answers'
        within 10 has_more router e0b_router tx 10 || fail 'nothing passes through the router'
        ip netns exec router sh -c 'echo 0 >/proc/sys/net/ipv4/ip_forward'
        sent=$(count db1 e0b_db1 tx)
        within 10 has_more db1 e0b_db1 tx $((sent + 10)) || fail 'db1 sends no more'
        answered=$(count db1 e0b_db1 rx)
        sent=$(count db1 e0b_db1 tx)
        within 20 has_more db1 e0b_db1 tx $((sent + 60))
        # Neighbour discovery goes on; answers do not.
        [ "$(count db1 e0b_db1 rx)" -lt $((answered + 30)) ] || fail 'answers come without the router'

        # The pending return: no name, a process inside, and the interface with it.
        holder=$(grep -lx demo-holder /proc/[0-9]*/comm | cut -d/ -f3)
        [ -n "$holder" ] || fail 'nobody holds the jail without a name'
        same 'nic0 in it' "$(nsenter -t "$holder" -n ip -j link show nic0 | jq -r '.[0].ifname')" nic0
        "$J" returns --json | jq -e \
                '[.. | objects | select(.interface? == "nic0" and .state? == "pending")] | length == 1' >/dev/null ||
                fail "jailnet returns does not have nic0 pending: $("$J" returns --json)"
        "$J" returns --json | jq -e --argjson pid "${holder:-0}" '[.. | objects | select(.pid? == $pid)] | length > 0' \
                >/dev/null || fail "jailnet returns does not name the holder $holder: $("$J" returns --json)"

        # Traffic holds no jail: with the name of one its namespace goes, and with that the far end of its pair.
        ip netns delete www2
        within 5 gone e0a_www2 || fail 'www2 lives on without a name'
        exit $failed
fi

# In a sandbox of its own: what is left behind is told from other tests' processes.
if [ "${1-}" != outside ]; then
        "$J" sandbox -- true 2>/dev/null || {
                echo 'skipped: sandboxes are forbidden here'
                exit 77
        }
        exec "$J" sandbox -- sh "$0" outside
fi
before=$(ip -j link | jq -S 'map(.ifname)')
"$J" demo three-tier -- sh "$0" inside </dev/null || fail 'see above'
same 'the host' "$(ip -j link | jq -S 'map(.ifname)')" "$before"
grep -lx 'demo-holder\|demo-traffic' /proc/[0-9]*/comm && fail 'the demo left processes behind'

"$J" demo -- sh -c 'exit 6'
same 'exit status' $? 6
"$J" demo empty -- sh -c 'test "$(ip -j link | jq length)" = 1 && test -z "$(ip netns list)"' || fail 'empty is not empty'
"$J" demo crowd -- sh -c 'test "$(ip netns list | wc -l)" = 60 && test "$(ip -j link | jq "map(select(.master)) | length")" = 60' ||
        fail 'crowd is not 60 jails on bridges'
"$J" demo nonsense 2>/dev/null
same 'an unknown scenario' $? 2
for scenario in three-tier empty crowd; do
        "$J" demo --list | grep -q "^$scenario " || fail "demo --list does not name $scenario"
done
exit $failed
