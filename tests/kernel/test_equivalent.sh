#!/bin/sh
# The iproute2 lines that a plan prints do what the verb does: in one sandbox the verbs are run, in another one, begun
# alike, their lines through sh; after each of them both show the same network, to `ip -j -d` and to `show`.
if [ "${1-}" != inside ] && [ "${EQUIVALENT_TURN-}" = '' ]; then
        for need in ip jq sqlite3; do
                command -v $need >/dev/null || {
                        echo "skipped: $need is not installed"
                        exit 77
                }
        done
        why=$("${JAILNET:?}" sandbox -- true 2>&1) || {
                echo "skipped: $why"
                exit 77
        }
        EQUIVALENT=$(mktemp -d) || exit 1
        export EQUIVALENT
        trap 'rm -rf "$EQUIVALENT"' EXIT
        failed=0
        for turn in verbs lines; do
                EQUIVALENT_TURN=$turn "$JAILNET" sandbox -- sh "$0" inside || {
                        echo "FAILED: the $turn could not be run"
                        exit 1
                }
        done
        count=0
        for words in "$EQUIVALENT"/*.words; do
                one=${words%.words}
                count=$((count + 1))
                cmp -s "$one.verbs" "$one.lines" && continue
                failed=$((failed + 1))
                echo "FAILED: $(cat "$words"): the network after the verb and after its lines:"
                cat "$one.iproute2"
                diff "$one.verbs" "$one.lines"
        done
        echo "$count verbs, $failed with other lines"
        [ $count -gt 50 ] && [ $failed = 0 ]
        exit
fi
. "${SOURCE:?}/tests/lib/sandbox.sh"

# Marks, and what only the inventory knows, are jailnet's own; a macvlan's and a pair's other end is named by its index
# where it is in another jail. A tap gets a random address from the kernel.
look() {
        tap_address=$(link - tap7 .address)
        look_at | sed "s/${tap_address:-no tap}/random/g; s/\"altnames\":\(\[[^]]*\]\|null\),//"
}
look_at() {
        for name in - $(ip netns list | sort | cut -d' ' -f1); do
                stack "$name" -j -d address
                [ "$name" = - ] && cat /proc/sys/net/ipv4/ip_forward || ip netns exec "$name" cat /proc/sys/net/ipv4/ip_forward
        done | jq -cS 'if type == "array" then sort_by(.ifname)[] else {forwarding: .} end |
                .altnames = ((.altnames // []) | map(select(startswith("jn.") | not))) |
                .flags = ((.flags // []) - ["NO-CARRIER", "LOWER_UP", "M-DOWN"]) |
                .addr_info = ((.addr_info // []) | map(select(.scope != "link") | del(.tentative))) |
                del(.ifindex, .link_index, .link_netnsid, .operstate, .qdisc, .num_tx_queues, .num_rx_queues,
                        .stats64, .linkinfo.info_slave_data) |
                if .linkinfo.info_kind == "bridge" then .linkinfo.info_data = (.linkinfo.info_data |
                        {stp_state, vlan_filtering, ageing_time, priority}) else . end'
        snapshot
        "$JAILNET" show --raw --format json 2>"$work/err" >"$work/show" || fail "show: $(cat "$work/err")"
        jq -cS '
                (.nodes | map({key: .id, value: .}) | from_entries) as $node |
                {jails: [.jails[] | {name, state, origin}],
                interfaces: [.interfaces[] | {jail, name, kind, mac, mtu, up, alias,
                        addresses: (.addresses | map(select(startswith("fe80:") | not)))}] | sort_by([.jail, .name]),
                edges: [.edges[] | select(.kind != "upper") | [$node[.a.node], $node[.b.node]] | select(all(.[]; .type != "eiface")) |
                        map("\(.jail)/\(.interface)" | select(test("ngeth|ngfab") | not)) | sort | join(" ")] |
                        map(select(contains(" "))) | sort}' <"$work/show"
}

ip -batch - <<'end'
link add a0 address 02:00:00:00:01:03 type veth peer name a1 address 02:00:00:00:01:04
link add o0 address 02:00:00:00:01:05 type veth peer name o1 address 02:00:00:00:01:06
link set a1 up
link set a0 up mtu 1400
addr add 10.5.0.1/24 dev a0
addr add 2001:db8:5::1/64 dev a0
route add 10.6.0.0/16 via 10.5.0.9
route add 10.8.0.0/16 via 10.5.0.9 proto static metric 7 src 10.5.0.1
route add blackhole 10.7.0.0/16
link property add dev a0 altname another-name-of-a0
link set o1 up
end
number=100
start=$(cat /proc/sys/net/ipv4/ip_forward)
same 'no forwarding at first' "$start" 0

# does ARGS...: in its turn the verb, or the lines that it printed
does() {
        number=$((number + 1))
        one=$EQUIVALENT/$number
        if [ "$EQUIVALENT_TURN" = verbs ]; then
                J --no-guard --format json "$@" || {
                        echo "FAILED: jailnet $*: $(cat "$work/err")"
                        failed=$((failed + 1))
                }
                printf '%s\n' "$*" >"$one.words"
                jq -r '.iproute2[]?' "$work/out" >"$one.iproute2"
                jq -e '.iproute2' "$work/out" >/dev/null || fail "jailnet $*: no lines"
        else
                sh -e "$one.iproute2" >"$work/out" 2>"$work/err" ||
                        fail "lines of jailnet $*: $(cat "$one.iproute2" "$work/err")"
        fi
        look >"$one.$EQUIVALENT_TURN"
}
# can KIND: does the kernel have it?
can() { "$JAILNET" -n "$@" >/dev/null 2>&1 && "$JAILNET" "$@" >/dev/null 2>&1; }

does create jail www
does create jail db --path /srv/db --hostname db.example.org
does create jail "it's"
does rename "it's" other
does create bridge br0
does create bridge br1 --mac 02:00:00:00:00:b1 --stp
does create bridge inner --jail www
does create epair
does create epair e0a_www www/e0b_www
does create epair www/x "db/y'y"
does create eiface
does create eiface db/ngeth7 --mac 02:00:00:00:00:e7
does create macvlan a1 mv0 --mode private
does create macvlan a1 mv1
does create vxlan vx0 42 --remote 10.5.0.9
does create vxlan vx1 43 --dev a0
if (ip tuntap add lacks0 mode tap && ip link del lacks0) 2>/dev/null; then
        does create tap tap7
        does destroy tap7
fi
if (ip link add lacks0 link o1 type vlan id 9 && ip link del lacks0) 2>/dev/null; then
        does create vlan o1 20
        does destroy o1.20
fi
if (ip link add lacks0 type bond && ip link del lacks0) 2>/dev/null; then
        does create lagg lagg0 o0 --proto roundrobin
        does destroy lagg0
fi
does destroy vx1
does up www/inner
does up br0
does rename epair0a uplink0
does rename a0 'the*lan'
does rename 'the*lan' a0
does name br0 lan
does attach e0a_www br0
does attach epair0b br0 mine
does attach ngeth0 br0
does connect o0:lower br0:link7
does disconnect br0:link7
does detach e0a_www
does attach e0a_www br0
does connect a0:upper br1:link
does connect a0:lower br1:link
does disconnect a0:upper
does disconnect a0:lower
does create node hub loud
does connect a0:lower loud:any
does shutdown loud:
does up www/e0b_www
does down www/e0b_www
does up www/e0b_www
does mtu www/e0b_www 1400
does mtu a1 1300
does alias www/e0b_www "the web's \$HOME \"x\" \\ *"
does address add www/e0b_www 10.0.0.2/24
does address add www/e0b_www fd00::2/64
does address add www/lo 10.99.0.1/32
does address del www/e0b_www fd00::2/64
does address add www/e0b_www fd00::3/64
does route add www default 10.0.0.1
does route add www fd20::/48 fd00::1
does route add www ::/0 fe80::1 --dev www/e0b_www
does route del www default
does route add www default 10.0.0.1
does forwarding www on
does forwarding host on
does forwarding host off
does pin www/e0b_www 02:00:00:00:00:33
does pin o0 --current
does unpin o0
does pin www/e0b_www --stable
does move www/e0b_www db
does move db/e0b_www www --name eth9 --no-addresses
does rename www/eth9 e0b_www
does address add www/e0b_www 10.0.0.2/24
does move mv0 www
does move mv1 db --no-up
does move o0 db --name lent
does return db/lent
does return db/mv1 --no-addresses
does mtu www/e0b_www 1200
does down www/e0b_www
does destroy db/ngeth7
does destroy ngeth0
does destroy mv1
does destroy br1
does rename jail:www web
does destroy uplink0
does destroy jail:web
does destroy jail:db
finish
