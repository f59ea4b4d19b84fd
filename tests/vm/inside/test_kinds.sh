#!/bin/sh
# Kinds of links that not every kernel has: VLANs, laggs (bonds), dummies, ipvlans, VRFs. Made, shown, moved, destroyed and
# undone, as `ip` sees it; and built again from the inventory when all of it is gone.
. "${SOURCE:?}/tests/lib/sandbox.sh"

within() { # SECONDS CMD...
        deadline=$(($(date +%s) + $1))
        shift
        until "$@" >/dev/null 2>&1; do
                [ "$(date +%s)" -le $deadline ] || return 1
                sleep 0.05
        done
}
shown() { "$JAILNET" show --format json | jq -cr --arg name "$1" --arg jail "$2" \
        '.interfaces[] | select(.name == $name and .jail == $jail) | '"$3"; }
host=$("$JAILNET" show --format json | jq -r '.jails[0].name')
# The hooks of the edge between two interfaces of the host, that of the first one first.
hooks() { "$JAILNET" show --format json | jq -cr --arg a "$1" --arg b "$2" '
        (.interfaces | map({(.name): .node}) | add) as $of |
        .edges[] | select([.a.node, .b.node] | sort == ([$of[$a], $of[$b]] | sort)) |
        if .a.node == $of[$a] then "\(.a.hook) \(.b.hook)" else "\(.b.hook) \(.a.hook)" end'; }

do_ok create jail www
do_ok create epair p0 p1
do_ok create epair q0 q1
do_ok up p0
do_ok up p1

# VLANs
vlan() { [ "$(link - p0.20 .linkinfo.info_data.id)" = 20 ] && [ "$(link - p0.20 .link)" = p0 ]; }
law 'create vlan' vlan create vlan p0 20
same 'its name is printed' "$(cat "$work/out")" p0.20
same 'VLAN: shown' "$(shown p0.20 "$host" '"\(.kind) \(.vlan_id)"')" 'vlan 20'
same 'VLAN: its hooks' "$(hooks p0 p0.20)" 'vlan20 downstream'
named() { [ "$(link - blue .linkinfo.info_data.id)" = 30 ]; }
law 'create vlan with a name' named create vlan p0 30 blue
refused 'p0.20' create vlan p0 20 again
refused '4095' create vlan p0 4095
refused 'nothing0' create vlan nothing0 7
stacked() { [ "$(link - inner .link)" = p0.20 ]; }
law 'a VLAN on a VLAN' stacked create vlan p0.20 7 inner
do_ok destroy inner
pinned() { [ "$(link - p0.20 .address)" = 02:00:00:00:00:20 ]; }
law 'pin a VLAN' pinned pin p0.20 02:00:00:00:00:20
do_ok up p0.20
do_ok mtu p0.20 1400
do_ok address add p0.20 10.20.0.1/24
# It talks: the same VLAN on the other end, in a jail.
do_ok create vlan p1 20
in_www() { [ "$(link www p1.20 .linkinfo.info_data.id)" = 20 ] && [ "$(link www p1.20 '.flags | index("UP") != null')" = true ]; }
do_ok address add p1.20 10.20.0.2/24
do_ok up p1.20
law 'move a VLAN to a jail' in_www move p1.20 www
same 'its addresses came along' "$(addresses www p1.20)" 10.20.0.2/24
same 'VLAN in a jail: shown' "$(shown p1.20 www '"\(.kind) \(.vlan_id)"')" 'vlan 20'
ok 'it talks over its parent' ping -c1 -W5 10.20.0.2
law 'return a VLAN' 'has_link - p1.20' return www/p1.20
do_ok undo
no_vlan() { ! has_link - p0.20; }
law 'destroy a VLAN' no_vlan destroy p0.20
do_ok undo
same 'VLAN after destroy and undo' "$(link - p0.20 '"\(.mtu) \(.address) \(.linkinfo.info_data.id)"') $(addresses - p0.20)" \
        '1400 02:00:00:00:00:20 20 10.20.0.1/24'
do_ok -n destroy p0
ok 'the preview tells what goes along' grep -q 'p0.20.*stands on it and is destroyed with' "$work/out"
no_p0() { ! has_link - p0 && ! has_link - p0.20 && ! has_link www p1.20; }
law 'destroy what VLANs stand on' no_p0 destroy p0
do_ok undo
ok 'it talks again' within 10 ping -c1 -W1 10.20.0.2
do_ok route add "$host" 10.77.0.0/16 10.20.0.2
down() { [ "$(link - p0 '.flags | index("UP") == null')" = true ]; }
law 'VLANs go down with what they stand on, and up as they were' down down p0
do_ok undo
on_bridge() { [ "$(link - blue .master)" = br0 ]; }
do_ok create bridge br0
law 'a VLAN as a port' on_bridge attach blue br0
same 'the hooks of a VLAN as a port' "$(hooks br0 blue)" 'link0 lower'

# Laggs
do_ok create epair m0 n0
do_ok create epair m1 n1
do_ok up m0
lagg() {
        [ "$(link - lagg0 .linkinfo.info_data.mode)" = active-backup ] && [ "$(link - m0 .master)" = lagg0 ] &&
                [ "$(link - m1 .master)" = lagg0 ]
}
law 'create lagg with ports' lagg create lagg lagg0 m0 m1
same 'lagg: shown' "$(shown lagg0 "$host" .kind)" bond
ok 'lagg: an edge to each port' test "$(hooks lagg0 m0)" -a "$(hooks lagg0 m1)"
same 'lagg watches its ports' "$(link - lagg0 .linkinfo.info_data.miimon)" 100
for proto in lacp:802.3ad loadbalance:balance-xor roundrobin:balance-rr; do
        mode() { [ "$(link - lagg1 .linkinfo.info_data.mode)" = "${proto#*:}" ]; }
        law "lagg: ${proto%:*}" mode create lagg lagg1 --proto "${proto%:*}"
        do_ok destroy lagg1
done
parted() { [ "$(link - m1 .master)" = null ]; }
law 'take a port out of a lagg' parted detach m1
joined() { [ "$(link - m1 .master)" = lagg0 ]; }
law 'put a port into a lagg' joined attach m1 lagg0
refused 'a lagg has hooks linkN' attach q0 lagg0 port7
do_ok address add lagg0 10.30.0.1/24
do_ok up lagg0
refused lagg0 move lagg0 www
refused lagg0 create lagg lagg0
on_bridge() { [ "$(link - lagg0 .master)" = br0 ]; }
law 'a lagg as a port' on_bridge attach lagg0 br0
do_ok undo
lagg_vlan() { [ "$(link - lagg0.5 .link)" = lagg0 ]; }
law 'a VLAN on a lagg' lagg_vlan create vlan lagg0 5
no_lagg() { ! has_link - lagg0 && ! has_link - lagg0.5 && [ "$(link - m0 .master)" = null ]; }
law 'destroy a lagg' no_lagg destroy lagg0
do_ok undo
same 'lagg after destroy and undo' "$(link - m0 .master) $(link - m1 .master) $(addresses - lagg0)" 'lagg0 lagg0 10.30.0.1/24'
gone_port() { ! has_link - m1; }
law 'destroy a port of a lagg' gone_port destroy m1
do_ok undo
same 'port of a lagg after destroy and undo' "$(link - m1 .master)" lagg0

# All of it from the inventory, after it was deleted behind our back.
snapshot >"$work/whole"
for name in lagg0 m0 m1 p0 q0 br0; do
        ip link del $name
done
ip netns del www
within 10 test ! -e /run/netns/www
ok 'restore' "$JAILNET" restore
snapshot >"$work/now"
same 'as it was, by restore' "$(diff "$work/whole" "$work/now")" ''
J restore
same 'nothing is left to restore' "$(cat "$work/out")" 'nothing to restore'

# Kinds that jailnet does not make: shown, moved and destroyed all the same.
ip link add d0 type dummy
same 'dummy: shown' "$(shown d0 "$host" .kind)" dummy
do_ok address add d0 10.40.0.1/24
do_ok up d0
lent() { [ "$(link www d0 .linkinfo.info_kind)" = dummy ] && [ "$(addresses www d0)" = 10.40.0.1/24 ]; }
law 'move a dummy' lent move d0 www
do_ok return www/d0
do_ok destroy d0
ok 'destroy a dummy' test "$(link - d0 .ifname)" = ''
do_ok undo # what is made anew is marked as jailnet's
same 'dummy after destroy and undo' "$(link - d0 .linkinfo.info_kind) $(addresses - d0)" 'dummy 10.40.0.1/24'
ip link add link q0 name ipv0 type ipvlan mode l2
same 'ipvlan: shown' "$(shown ipv0 "$host" .kind)" ipvlan
same 'ipvlan: its parent' "$(hooks q0 ipv0 | wc -w)" 2
refused Ethernet attach ipv0 br0
lent() { [ "$(link www ipv0 .linkinfo.info_kind)" = ipvlan ]; }
law 'move an ipvlan' lent move ipv0 www
do_ok return www/ipv0
ip link del ipv0
ip link add vrf0 type vrf table 77
ip link set vrf0 up
ip link set d0 master vrf0
same 'vrf: shown' "$(shown vrf0 "$host" .kind)" vrf
same 'vrf: its port' "$(hooks vrf0 d0 | wc -w)" 2
refused 'vrf' move vrf0 www
parted() { [ "$(link - d0 .master)" = null ]; }
law 'take a port out of a VRF' parted detach d0
do_ok show
do_ok show --format tree
do_ok show --format dot
ip link del vrf0
for kind in wireguard nlmon ifb team; do
        ip link add other0 type $kind 2>/dev/null || continue
        ok "$kind: shown" test "$(shown other0 "$host" .name)" = other0
        ip link del other0
done
finish
