#!/bin/sh
# netgraph's nodes that are no bridges: an iface's packets cross from jail to jail, whichever family its hook is called
# by. Each is undone, comes back after the network is gone, and is left whole by a kill at any step.
set -u
. "${SOURCE:?}/tests/lib/sandbox.sh"

graph() { "$JAILNET" show --format json; }
edges() { # NODE: its hooks as HOOK=PEER:PEERHOOK, sorted; an unnamed node by its interface
        graph | jq -cr --arg n "$1" '
                (.nodes | map({key: .id, value: (.name // .interface)}) | from_entries) as $name |
                [.edges[] | [.a, .b], [.b, .a] | select($name[.[0].node] == $n) |
                        "\(.[0].hook)=\($name[.[1].node]):\(.[1].hook)"] | sort | join(" ")'
}
has_ping() { command -v ping >/dev/null; }
reaches() { # JAIL ADDR: within a few seconds, which a new carrier may need
        for n in 1 2 3 4 5 6 7 8 9 10; do
                ip netns exec "$1" ping -c 1 -W 1 "$2" >/dev/null 2>&1 && return 0
        done
        return 1
}
no_network() { # as after a restart: the stacks and what netgraph made on the host are gone
        for name in $(ip netns list | cut -d' ' -f1); do ip netns delete "$name"; done
        for name in $(ip -o link | sed -n 's/^[0-9]*: \(ng[a-z]*[0-9]*\)[@:].*/\1/p'); do
                ip link delete "$name" 2>/dev/null
        done
}
restored() { # WHAT: a second restore has nothing to do
        do_ok restore
        do_ok restore
        same "$1: restored twice" "$(cat "$work/out" "$work/err")" 'nothing to restore'
}

do_ok create jail red
do_ok create jail blue

# -- iface: the lowest unit, named as its interface, and staying without a hook --------------------------------------

J ngctl -f - <<'EOF'
mkpeer iface dummy inet
mkpeer iface dummy inet
EOF
do_ok ngctl mkpeer iface dummy inet
do_ok ngctl mkpeer iface dummy inet
same 'ifaces take the lowest unit' "$("$JAILNET" ngctl list -n | awk '$4 == "iface" {print $2}' | sort | xargs)" 'ng0 ng1'
same 'getifname' "$("$JAILNET" ngctl msg ng0: getifname | sed -n 2p)" "Args:	\"ng0\""
ok 'an iface has no ARP' link - ng0 '.flags | index("NOARP") != null or error'
same 'an iface is marked' "$(link - ng0 '.altnames[0]' | cut -d. -f3)" iface
joined() { [ "$(edges ng0)" = inet6=ng1:inet6 ]; }
law 'two ifaces by inet6' joined connect ng0:inet6 ng1:inet6
refused 'an iface has one edge here' connect ng0:inet ng1:inet
do_ok ngctl rmhook ng0: inet6
joined() { [ "$(edges ng0)" = inet=ng1:inet ]; }
law 'two ifaces by inet' joined connect ng0:inet ng1:inet
do_ok move ng0 red
do_ok move ng1 blue
do_ok address add red/ng0 10.30.0.1/30
do_ok address add blue/ng1 10.30.0.2/30
do_ok address add red/ng0 fd30::1/64
do_ok address add blue/ng1 fd30::2/64
do_ok up red/ng0
do_ok up blue/ng1
ip netns exec red "$JAILNET" ifconfig ng0 >"$work/ifconfig"
same 'ifconfig: flags' "$(head -n 1 "$work/ifconfig")" \
        'ng0: flags=88d1<UP,POINTOPOINT,RUNNING,NOARP,SIMPLEX,MULTICAST> metric 0 mtu 1500'
same 'ifconfig: no Ethernet' "$(grep -cE 'ether|media' "$work/ifconfig")" 0
has_ping && ok 'packets cross' reaches red 10.30.0.2
has_ping && ok "IPv6's too" reaches red fd30::2
same 'no warning of equal addresses' "$(graph | jq -c '[.interfaces[].warning | select(.)]')" '[]'
do_ok create bridge sw
do_ok create node iface
refused 'which mean nothing to a bridge' attach ng2 sw
do_ok shutdown ng2:
refused 'has no MAC address' pin red/ng0 02:00:00:00:00:05
do_ok create node hub pool
refused 'inet and inet6' mkpeer pool:a iface ether
do_ok ngctl mkpeer pool: iface a inet
same 'an iface at a hub' "$(edges ng2)" inet=pool:a
do_ok shutdown ng2:
J ngctl --strict msg ng0: broadcast
same 'broadcast while it is up' "$status $(cat "$work/err")" '71 ngctl: send msg: Device busy'
do_ok destroy sw
no_network
restored iface
has_ping && ok 'packets cross after the restart' reaches blue 10.30.0.1
same 'the hooks after the restart' "$(edges ng0)" inet=ng1:inet
gone() { ! has_link red ng0; }
law 'shutdown from within a jail' gone shutdown ng0:
same 'an iface without a hook stays' "$(edges ng1)" ''
do_ok shutdown ng1:

finish
