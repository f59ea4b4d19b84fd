#!/bin/sh
# Healthy networks of the forms that other programs make: jailnet doctor finds nothing in any of them, not even a notice.
# What it would find wrongly, people would learn to ignore.
: "${JAILNET:?}" "${SOURCE:?}"
for need in ip jq; do
        command -v $need >/dev/null || {
                echo "skipped: $need is not installed"
                exit 77
        }
done
why=$("$JAILNET" sandbox -- true 2>&1) || {
        echo "skipped: $why"
        exit 77
}

set_in() { # JAIL SETTING...
        jail=$1
        shift
        ip netns exec "$jail" sysctl -qw "$@"
}
bridge() { # NAME NUMBER [OPTION...]: with an address of its own, as each of these programs gives it
        name=$1 number=$2
        shift 2
        ip link add name "$name" address "02:00:00:00:00:$number" up type bridge "$@"
}
jails() {
        for name in "$@"; do
                ip netns add "$name"
                ip -n "$name" link set lo up
        done
}
port() { # BRIDGE JAIL IF [ADDRESS]
        ip link add "$2.$3" master "$1" type veth peer name "$3" netns "$2"
        ip link set "$2.$3" up
        ip -n "$2" link set "$3" up
        [ -z "${4-}" ] || ip -n "$2" address add "$4" dev "$3"
}
uplink() { # the host's card, and the world behind it
        jails world
        ip link add eth0 type veth peer name w0 netns world
        ip link set eth0 up
        ip -n world link set w0 up
        ip address add 192.168.1.10/24 dev eth0
        ip -n world address add 192.168.1.1/24 dev w0
        ip route add default via 192.168.1.1
        ip -n world route add default dev lo
}

# An idle bridge beside one with containers; another without a way out; a container in both.
containers() {
        uplink
        sysctl -qw net.ipv4.ip_forward=1
        bridge docker0 01
        ip address add 172.17.0.1/16 dev docker0
        bridge br-out 02
        ip address add 172.18.0.1/16 dev br-out
        bridge br-in 03
        ip address add 172.19.0.1/16 dev br-in
        jails c2 c3 c4
        for n in 2 3; do
                port br-out c$n eth0 172.18.0.$n/16
                ip -n c$n route add default via 172.18.0.1
        done
        port br-in c4 eth0 172.19.0.4/16
        port br-in c2 eth1 172.19.0.2/16
        is_silent containers
}

# A bridge with spanning tree and no guest, whose address was set.
guests() {
        uplink
        bridge virbr0 04 stp_state 1
        ip address add 192.168.122.1/24 dev virbr0
        is_silent guests
}

# Rules that choose a table for a tunnel, as a VPN sets them up.
tunnel() {
        uplink
        ip rule add not fwmark 51820 table 51820
        ip rule add table main suppress_prefixlength 0
        ip route add default via 192.168.1.1 table 51820
        is_silent 'rules for a tunnel'
}

# Each pod with an address of its own alone, a gateway that nobody has, and the host answering for it.
pods() {
        sysctl -qw net.ipv4.ip_forward=1
        jails pod1 pod2
        for n in 1 2; do
                ip link add cali$n address ee:ee:ee:ee:ee:ee mtu 1440 type veth peer name eth0 mtu 1440 netns pod$n
                ip link set cali$n up
                ip -n pod$n link set eth0 up
                ip -n pod$n address add 10.65.0.$n/32 dev eth0
                ip -n pod$n route add 169.254.1.1 dev eth0 scope link
                ip -n pod$n route add default via 169.254.1.1 dev eth0
                sysctl -qw net.ipv4.conf.cali$n.proxy_arp=1
                ip route add 10.65.0.$n/32 dev cali$n
        done
        is_silent pods
}

# Machines on the card itself, and one service's address on the loopbacks of two of them.
on_the_card() {
        uplink
        jails m1 m2
        for n in 1 2; do
                ip link add mv$n link eth0 netns m$n type macvlan mode bridge
                ip -n m$n link set mv$n up
                ip -n m$n address add 192.168.1.2$n/24 dev mv$n
                ip -n m$n route add default via 192.168.1.1
                ip -n m$n address add 192.168.1.100/32 dev lo
        done
        is_silent macvlan
}

# A front network with a way out and one behind it, for backups; strict filters; a server that routes for one of them.
two_networks() {
        jails router s1 s2 backup
        bridge front 05
        bridge back 06
        port front router e0 10.0.0.1/24
        port front s1 e0 10.0.0.2/24
        port front s2 e0 10.0.0.3/24
        port back s1 e1 10.1.0.2/24
        port back s2 e1 10.1.0.3/24
        port back backup e0 10.1.0.4/24
        set_in router net.ipv4.ip_forward=1
        for n in 1 2; do ip -n s$n route add default via 10.0.0.1; done
        for jail in router s1 s2 backup; do set_in $jail net.ipv4.conf.all.rp_filter=1; done
        is_silent 'two networks'
        ip -n backup route add 10.0.0.0/24 via 10.1.0.2
        set_in s1 net.ipv4.ip_forward=1
        ip -n s1 address add 10.0.0.50/24 dev e0
        ip -n s1 address add 10.0.0.50/32 dev lo
        ip -n s1 route add blackhole 10.99.0.0/16
        ip -n s1 route add default via 10.1.0.4 metric 500
        ip link add x0 master front type veth peer name x1 master back
        ip link set x0 up
        ip link set x1 up
        is_silent 'two networks, joined'
}

# A gateway beside the address's own network of one.
beside() {
        jails gate host1
        bridge lan 07
        port lan gate e0 10.5.0.1/32
        port lan host1 e0 10.5.0.9/32
        ip -n host1 route add 10.5.0.1 dev e0
        ip -n host1 route add default via 10.5.0.1
        ip -n gate route add 10.5.0.9 dev e0
        set_in gate net.ipv4.ip_forward=1
        is_silent 'a gateway beside the network'
}

# No IPv4 but among two.
new_protocol() {
        [ -d /proc/sys/net/ipv6 ] || return 0
        jails router a b
        bridge lan 08
        for jail in router a b; do port lan $jail e0; done
        ip -n router address add fd00::1/64 dev e0 nodad
        ip -n a address add fd00::2/64 dev e0 nodad
        ip -n b address add fd00::3/64 dev e0 nodad
        set_in router net.ipv6.conf.all.forwarding=1
        for jail in a b; do ip -n $jail -6 route add default via fd00::1; done
        is_silent 'IPv6 alone'
        ip -n a address add 10.0.0.2/24 dev e0
        ip -n b address add 10.0.0.3/24 dev e0
        is_silent 'IPv6, and IPv4 among two'
}

# The same network and the same MAC address twice, on segments that never meet; a pair that waits for its use.
apart() {
        for s in 1 2; do
                bridge lan$s 1$s
                jails a$s b$s
                port lan$s a$s e0 192.168.0.1/24
                port lan$s b$s e0 192.168.0.2/24
                ip -n a$s link set e0 address 02:00:00:00:0a:01
        done
        jails later
        ip link add spare type veth peer name e0 netns later
        is_silent 'the same network twice'
}

# Carriers come in the kernel's own time.
is_silent() {
        deadline=$(($(date +%s) + 20))
        until "$JAILNET" doctor --json >"$work/found" 2>&1 && jq -e '.findings == []' "$work/found" >/dev/null; do
                [ "$(date +%s)" -le $deadline ] || {
                        echo "FAILED: $1: $(jq -c '[.findings[] | [.check, .object, .evidence]]' "$work/found")"
                        exit 1
                }
                sleep 0.2
        done
        echo "$1: silent"
}

if [ "${1-}" = one ]; then
        set -e
        work=$2
        ip link set lo up
        "$3"
        exit
fi
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
failed=0
for network in containers guests tunnel pods on_the_card two_networks beside new_protocol apart; do
        "$JAILNET" sandbox -- sh "$0" one "$work" $network || failed=1
done
exit $failed
