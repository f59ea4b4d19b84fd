# Proves that `jailnet path` names the first thing that is wrong: three tiers (a client, a router and a server, with
# bridges between them) are broken in each way for real, the verdict is compared, and a real echo agrees with it.
. "${SOURCE:?}/tests/lib/sandbox.sh"

command -v bridge >/dev/null || {
        echo 'skipped: bridge is not installed'
        exit 77
}

told() { # FILTER: of the last answer
        jq -cr "$1" "$work/out"
}

# way WHAT STATUS VERDICT REASON PLACE ARGS...: what is said of it; PLACE is the hop it is about
way() {
        what=$1 want_status=$2 verdict=$3 reason=$4 place=$5
        shift 5
        J path "$@" --json
        same "$what: exit status" "$status" "$want_status"
        same "$what" "$(told '"\(.verdict) \(.reason // "-") \(.at // {} | "\(.jail // "-")/\(.interface // "-")")"')" \
                "$verdict $reason $place"
}

# The same, and a probe must be silent.
broken() { # WHAT REASON PLACE ARGS...
        what=$1 reason=$2 place=$3
        shift 3
        way "$what" 1 broken "$reason" "$place" "$@" --probe
        same "$what: echoes answered" "$(told '.probe.answered // 0')" 0
}

healthy() { # WHAT
        way "$1: afterwards" 0 reached - -/- client server --probe
        same "$1: afterwards, echoes" "$(told '.probe | "\(.answered) \(.large)"')" '1 answered'
}

forwarding() { # waits until each port is
        for n in $(seq 1 300); do
                [ "$(bridge -j link show | jq -c '[.[] | .state] | unique')" = '["forwarding"]' ] && return
                sleep 0.1
        done
        fail "ports do not forward: $(bridge link show)"
}

in_router() { ip netns exec router "$@"; }

do_ok create jail client
do_ok create jail router
do_ok create jail server
do_ok create bridge lan0
do_ok create bridge dmz0
do_ok create epair c0 client/c1
do_ok create epair r0 router/r1
do_ok create epair r2 router/r3
do_ok create epair s0 server/s1
for port in c0 r0; do do_ok attach $port lan0; done
for port in r2 s0; do do_ok attach $port dmz0; done
do_ok address add client/c1 10.1.0.2/24
do_ok address add router/r1 10.1.0.1/24
do_ok address add router/r3 10.2.0.1/24
do_ok address add server/s1 10.2.0.2/24
for i in lan0 dmz0 c0 client/c1 r0 router/r1 r2 router/r3 s0 server/s1; do do_ok up $i; done
do_ok route add client default 10.1.0.1
do_ok route add server default 10.2.0.1
in_router sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.r1.rp_filter=0 \
        net.ipv4.conf.r3.rp_filter=0
forwarding

# Healthy, by each way of naming the ends.
healthy 'at the start'
same 'the way there' "$(told '[.there[] | select(.kind == "link") | "\(.jail)/\(.interface)"] | join(" ")')" \
        'client/c1 host/c0 host/lan0 host/r0 router/r1 router/r3 host/r2 host/dmz0 host/s0 server/s1'
same 'the hooks on the way' "$(told '[.there[] | select(.interface == "lan0") | .hook_in, .hook_out] | join(" ")')" \
        'link0 link1'
same 'the way back' "$(told '[.back[] | select(.kind == "link") | "\(.jail)/\(.interface)"] | join(" ")')" \
        'server/s1 host/s0 host/dmz0 host/r2 router/r3 router/r1 host/r0 host/lan0 host/c0 client/c1'
way 'by interface and address' 0 reached - -/- client:c1 10.2.0.2
way 'from an address' 0 reached - -/- 10.1.0.2 server/s1
way 'to itself' 0 reached - -/- client 10.1.0.2
J path client server
same 'as text' "$(head -1 "$work/out")" 'client to server: reached'
refused 'no such jail' path client nobody
refused 'no jail here has it' path 10.77.0.1 client
wrong_usage 'usage: jailnet path' path client

# Down: at each place.
do_ok down client/c1
broken 'the first interface is down' down client/c1 client server
do_ok undo
ip -n client route replace default via 10.1.0.1
do_ok down c0
broken 'its other end is down' down host/c0 client server
do_ok undo
do_ok down lan0
broken 'a bridge is down' down host/lan0 client server
do_ok undo
ip -n server link set s1 down
broken 'the last interface is down' down server/s1 client server
ip -n server link set s1 up
ip -n server route replace default via 10.2.0.1
in_router ip link set r3 down
broken "a router's interface is down" down router/r3 client server
in_router ip link set r3 up
healthy down

# No carrier: a bridge without ports.
do_ok create bridge cb --jail client
do_ok address add client/cb 10.9.0.1/24
do_ok up client/cb
broken 'a bridge without ports' 'no carrier' client/cb client 10.9.0.2
do_ok destroy client/cb

# No address.
ip -n server address del 10.2.0.2/24 dev s1
way 'no address to send to' 1 broken 'no address' server/- client server
ip -n server address add 10.2.0.2/24 dev s1
ip -n server route replace default via 10.2.0.1
ip -n client address del 10.1.0.2/24 dev c1
ip -n client route replace 10.2.0.0/24 dev c1
broken 'no address to send from' 'no address' client/- client server
ip -n client route del 10.2.0.0/24
ip -n client address add 10.1.0.2/24 dev c1
ip -n client route replace default via 10.1.0.1
healthy 'no address'

# Routes.
ip -n client route del default
broken 'no route' 'no route' client/- client server
ip -n client route replace default via 10.1.0.1
ip -n server route del default
broken 'no route back' 'no route' server/- client server
same 'it is the way back' "$(told .on_way_back)" true
ip -n server route replace default via 10.2.0.1
in_router ip route add blackhole 10.2.0.2/32
broken 'a black hole' 'refused by a route' router/- client server
in_router ip route del blackhole 10.2.0.2/32
in_router ip route add 10.3.0.0/24 via 10.2.0.2
ip netns exec server sysctl -qw net.ipv4.ip_forward=1
broken 'a circle' 'routing loop' server/s1 client 10.3.0.1
in_router ip route del 10.3.0.0/24
ip netns exec server sysctl -qw net.ipv4.ip_forward=0
healthy routes

# The segment.
do_ok detach s0
do_ok attach s0 lan0
broken 'on another bridge' 'not on one segment' router/r3 client server
do_ok detach s0
do_ok attach s0 dmz0
ip link set dmz0 type bridge stp_state 1 forward_delay 3000
ip link set r2 nomaster
ip link set r2 master dmz0 # spanning tree listens first, and then learns
broken 'a port that listens' 'STP blocking' host/r2 client server
ip link set dmz0 type bridge stp_state 0 forward_delay 1500
ip link set r2 nomaster
ip link set r2 master dmz0 # anew: without spanning tree it forwards at once
forwarding
bridge link set dev c0 isolated on
bridge link set dev r0 isolated on
broken 'isolated ports' 'isolated port' host/r0 client server
bridge link set dev c0 isolated off
bridge link set dev r0 isolated off
if ip link set dmz0 type bridge vlan_filtering 1 2>/dev/null; then
        bridge vlan del dev s0 vid 1
        J path client server --json --probe
        same 'a VLAN that is not let out' "$(told '"\(.verdict) \(.reason) \(.probe.answered)"')" 'broken VLAN not allowed 0'
        bridge vlan add dev s0 vid 1 pvid untagged
        ip link set dmz0 type bridge vlan_filtering 0
else
        echo 'left out: this kernel has no VLAN filtering'
fi
healthy segment

# Neighbours.
broken 'nobody has it' 'neighbour failed' router/r3 client 10.2.0.77
ip -n server link set s1 arp off
in_router ip neighbour flush all
broken 'it does not answer' 'neighbour failed' server/s1 client server
ip -n server link set s1 arp on
in_router ip neighbour replace 10.2.0.2 lladdr 02:00:00:00:00:99 dev r3
broken 'a wrong neighbour' 'neighbour failed' router/r3 client server
in_router ip neighbour del 10.2.0.2 dev r3
healthy neighbours

# The router.
in_router sysctl -qw net.ipv4.ip_forward=0
broken 'forwarding off' 'forwarding off' router/- client server
in_router sysctl -qw net.ipv4.ip_forward=1
in_router sysctl -qw net.ipv4.conf.all.rp_filter=1
healthy 'a reverse path filter that fits'
in_router ip route add 10.1.0.2/32 dev r3
# The filter drops questions for the router's address, too: the client must not have to ask just now.
router_mac=$(ip -n router -j link show r1 | jq -r '.[0].address')
ip -n client neighbour replace 10.1.0.1 lladdr "$router_mac" dev c1 nud permanent
broken 'reverse path' 'reverse path' router/r1 client server
ip -n client neighbour del 10.1.0.1 dev c1
in_router ip route del 10.1.0.2/32 dev r3
in_router sysctl -qw net.ipv4.conf.all.rp_filter=0
healthy router

# MTU: small packets pass, large ones are lost on the bridge; a router that tells the sender is fine.
do_ok mtu r0 1400
do_ok mtu router/r1 1400
way 'a step on a segment' 1 broken MTU host/r0 client server --probe
same 'a step on a segment: echoes' "$(told '.probe | "\(.answered) \(.large)"')" '1 lost'
do_ok undo
do_ok undo
for i in r2 router/r3 s0 server/s1; do do_ok mtu $i 1400; done
way 'a step at a router' 0 reached - -/- client server --probe
same 'a step at a router: echoes' "$(told '.probe | "\(.answered) \(.large) \(.told_bytes)"')" '1 too large 1400'
for i in 1 2 3 4; do do_ok undo; done
healthy MTU

# Translation: the server knows no way back, and needs none.
if command -v nft >/dev/null && J nat add 10.1.0.0/24 via router/r3; then
        ip -n server route del default
        healthy translation
        same 'the translation is told' "$(told '[.there[], .back[] | select(.kind == "nat") | .jail] | join(" ")')" \
                'router router'
        ip -n server route replace default via 10.2.0.1
        do_ok undo
fi

# A firewall: not known, and a probe knows.
if command -v nft >/dev/null && in_router nft add table inet filter 2>/dev/null; then
        in_router nft add chain inet filter forward '{ type filter hook forward priority 0 ; policy accept ; }'
        in_router nft add rule inet filter forward ip daddr 10.2.0.99 drop
        way 'a firewall' 3 unknown firewall router/- client server
        way 'a firewall that lets it pass' 0 reached - -/- client server --probe
        in_router nft add rule inet filter forward ip daddr 10.2.0.2 drop
        way 'a firewall that drops' 3 unknown firewall router/- client server --probe
        same 'a firewall that drops: echoes' "$(told .probe.answered)" 0
        in_router nft delete table inet filter
fi

# What tc hands on: past a bridge that is down, as a tee's is; by a filter that takes some frames only, not known.
if command -v tc >/dev/null && tc qdisc add dev c0 clsact 2>/dev/null; then
        tc qdisc add dev r0 clsact
        if tc filter add dev c0 ingress protocol all prio 1 u32 match u32 0 0 action mirred egress redirect dev r0 2>/dev/null
        then
                tc filter add dev r0 ingress protocol all prio 1 u32 match u32 0 0 action mirred egress redirect dev c0
                do_ok down lan0
                way 'tc hands on' 0 reached - -/- client server --probe
                same 'tc hands on: echoes' "$(told '.probe | "\(.answered) \(.large)"')" '1 answered'
                same 'tc hands on: the way' "$(told '[.there[] | select(.kind == "link") | .interface] | .[0:4] | join(" ")')" \
                        'c1 c0 r0 r1'
                tc filter del dev r0 ingress
                broken 'tc hands on there, not back' down host/lan0 client server
                do_ok undo
                tc filter del dev c0 ingress
                tc filter add dev c0 ingress protocol ip prio 1 u32 match ip dst 10.9.9.9/32 action mirred egress redirect \
                        dev r0
                way 'tc takes some' 3 unknown 'tc filter' host/c0 client server
                way 'tc takes some, not these' 0 reached - -/- client server --probe
                tc filter del dev c0 ingress
                if tc filter add dev c0 ingress protocol all prio 1 u32 match u32 0 0 action drop 2>/dev/null; then
                        broken 'tc drops' 'dropped by tc' host/c0 client server
                else
                        echo 'left out: this kernel has no gact'
                fi
        else
                echo 'left out: this kernel has no u32 or no mirred'
        fi
        tc qdisc del dev c0 clsact
        tc qdisc del dev r0 clsact
        healthy 'tc'
fi

# A jail without a stack of its own is where its address is, on the host.
echo 'mail { path = "/"; persist; ip4.addr = "lan0|10.1.0.25/24"; }' >"$work/shared.conf"
do_ok jail -c -f "$work/shared.conf"
way 'to a jail that shares the stack' 0 reached - -/- client mail --probe
same 'to a jail that shares the stack: echoes' "$(told .probe.answered)" 1
same 'where it is' "$(told '.to | "\(.asked) \(.jail) \(.address)"')" 'mail host 10.1.0.25'
way 'from a jail that shares the stack' 0 reached - -/- mail client --probe
broken 'its route' 'no route' host/- mail server
do_ok jail -r mail
refused 'no such jail' path client mail

# IPv6, with its own addresses, neighbours and forwarding.
if [ -d /proc/sys/net/ipv6 ]; then
        ip -n client address add fd00:1::2/64 dev c1 nodad
        in_router ip address add fd00:1::1/64 dev r1 nodad
        in_router ip address add fd00:2::1/64 dev r3 nodad
        ip -n server address add fd00:2::2/64 dev s1 nodad
        ip -n client -6 route add default via fd00:1::1
        ip -n server -6 route add default via fd00:2::1
        broken 'IPv6 forwarding off' 'forwarding off' router/- client fd00:2::2
        in_router sysctl -qw net.ipv6.conf.all.forwarding=1
        way 'IPv6' 0 reached - -/- client fd00:2::2 --probe
        same 'IPv6: echoes' "$(told '.probe | "\(.answered) \(.large)"')" '1 answered'
fi
finish
