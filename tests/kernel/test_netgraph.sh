#!/bin/sh
# netgraph's nodes as Linux links: a NIC's lower and upper on an ng bridge keep the host reachable and let jails reach
# the wire; bridges and hubs go with their last hook, unless persistent; eifaces stay, and go by shutdown even from
# within a jail; two hooks are joined without a bridge; a hub floods. Each is undone, and looked at by ip and bridge.
set -u
. "${SOURCE:?}/tests/lib/sandbox.sh"

# The NIC carries the default route: what is done to it would ask to be confirmed.
cat >"$work/jailnet" <<EOF
#!/bin/sh
exec "$JAILNET" --no-guard "\$@"
EOF
chmod +x "$work/jailnet"
JAILNET=$work/jailnet

graph() { "$JAILNET" show --format json; }
edges() { # NODE: its hooks as HOOK=PEER:PEERHOOK, sorted; an unnamed node by its interface
        graph | jq -cr --arg n "$1" '
                (.nodes | map({key: .id, value: (.name // .interface)}) | from_entries) as $name |
                [.edges[] | [.a, .b], [.b, .a] | select($name[.[0].node] == $n) |
                        "\(.[0].hook)=\($name[.[1].node]):\(.[1].hook)"] | sort | join(" ")'
}
id_of() { graph | jq -r --arg n "$1" '.nodes[] | select(.name == $n or .interface == $n) | .id'; }
reaches() { # JAIL ADDR: within a few seconds, which a new carrier may need
        for n in 1 2 3 4 5 6 7 8 9 10; do
                if [ "$1" = - ]; then
                        ping -c 1 -W 1 "$2" >/dev/null 2>&1 && return 0
                else
                        ip netns exec "$1" ping -c 1 -W 1 "$2" >/dev/null 2>&1 && return 0
                fi
        done
        return 1
}
has_ping() { command -v ping >/dev/null; }

# A NIC with the wire behind it: the wire's end is a neighbour's.
ip netns add outside
ip link add sk0 type veth peer name far0 netns outside
ip link set sk0 up
ip address add 192.0.2.1/24 dev sk0
ip -n outside link set far0 up
ip -n outside address add 192.0.2.254/24 dev far0
ip route add default via 192.0.2.254
do_ok create jail red
do_ok create jail blue

# The bridge at the NIC, by mkpeer; then the host's stack on it.
refused 'no such node type' mkpeer sk0:lower switch link0
refused 'it is called bridge' mkpeer sk0:lower ng_bridge link0
refused 'comes and goes with that' mkpeer sk0:lower ether lower
if ip link add jnprobe type bridge vlan_filtering 1 2>/dev/null; then
        ip link del jnprobe
else
        refused 'vlan: this kernel has no such link kind (8021q)' mkpeer sk0:lower vlan downstream
fi
if ip link add jnprobe type bond 2>/dev/null; then
        ip link del jnprobe
else
        refused 'no such link kind (bonding)' mkpeer sk0:lower one2many many0
        refused 'no such link kind (bonding)' mkpeer sk0:lower lagg link0
fi
refused 'many0 to many63' mkpeer sk0:lower one2many lower
refused 'linkN' mkpeer sk0:lower lagg lower
refused 'linkN and uplinkN' mkpeer sk0:lower bridge link01
refused 'linkN and uplinkN' mkpeer sk0:lower bridge uplink0
refused 'an eiface has one hook' mkpeer sk0:lower eiface left
on_bridge() { [ "$(link - sk0 .master)" = ngbr0 ] && [ "$(edges core)" = "link0=sk0:lower" ]; }
law 'mkpeer at a NIC' on_bridge mkpeer sk0:lower bridge link0 core
same 'an ng bridge is marked' "$(link - ngbr0 '.altnames[]' | grep -v jn.node)" "jn.$(id_of core).bridge"
ok 'and with its name' sh -c 'ip -j link show ngbr0 | jq -e ".[0].altnames[] | select(startswith(\"jn.node.core.\"))" >/dev/null'
refused 'is connected to' connect core:link0 sk0:lower
carried() {
        [ "$(edges core)" = "link0=sk0:lower link1=sk0:upper" ] && [ "$(addresses - ngbr0)" = 192.0.2.1/24 ] &&
                [ -z "$(addresses - sk0)" ] && ip route show default | grep -q 'dev ngbr0'
}
law 'upper' carried connect sk0:upper core:link1
refused 'is connected to' connect sk0:upper core:link5
has_ping && ok 'the host reaches the wire by the bridge' reaches - 192.0.2.254

# eifaces with gaps between the links, in jails; the first free number.
two() { [ "$(edges core)" = "link0=sk0:lower link1=sk0:upper link4=ngeth0:ether" ]; }
law 'an eiface at link4' two mkpeer core:link4 eiface ether
do_ok mkpeer core:link eiface ether
same 'link is the lowest free number' "$(edges core)" \
        'link0=sk0:lower link1=sk0:upper link2=ngeth1:ether link4=ngeth0:ether'
do_ok name ngeth0: sw_red
refused 'already' name ngeth1: sw_red
same 'node name and interface name are apart' "$(graph | jq -r '.nodes[] | select(.name == "sw_red") | .interface')" \
        ngeth0
do_ok move ngeth0 red
do_ok move ngeth1 blue
for pair in red/ngeth0=192.0.2.11/24 blue/ngeth1=192.0.2.12/24; do
        do_ok address add "${pair%%=*}" "${pair#*=}"
        do_ok up "${pair%%=*}"
done
if has_ping; then
        ok 'a jail reaches the wire' reaches red 192.0.2.254
        ok 'a jail reaches the host' reaches red 192.0.2.1
        ok 'jails reach each other' reaches red 192.0.2.12
        ok 'the wire reaches a jail' reaches outside 192.0.2.12
fi
# What the host has elsewhere is not answered for on the bridge; what the bridge itself has, is.
ip address add 203.0.113.1/32 dev lo
ip -n red route add 203.0.113.1/32 dev ngeth0
if has_ping; then
        ok 'an address elsewhere is not answered for' sh -c '! ip netns exec red ping -c 1 -W 1 203.0.113.1 >/dev/null'
        same 'nobody has it' "$(ip -n red -j neigh show to 203.0.113.1 | jq -r '.[].lladdr // "none"')" none
        ok "the bridge's own is" reaches red 192.0.2.1
fi
ip -n red route del 203.0.113.1/32 dev ngeth0
ip address del 203.0.113.1/32 dev lo
promisc() { link - sk0 '.flags | index("PROMISC") != null' | grep -q true; }
law 'promiscuous' promisc promisc sk0 on

# An uplink learns, or else what goes there would reach every port. Messages about the table.
do_ok create epair up0 outside/up1
uplinked() { [ "$(ip -d -j link show up0 | jq -r '.[0] | "\(.master) \(.linkinfo.info_slave_data.learning)"')" = 'ngbr0 true' ]; }
law 'an uplink' uplinked attach up0 ngbr0 uplink
do_ok detach up0
do_ok destroy up0
aged() { [ "$(ip -d -j link show ngbr0 | jq '.[0].linkinfo.info_data.ageing_time')" = 7700 ]; }
law 'setconfig' aged ngctl msg core: setconfig '{ debugLevel=1 maxStaleness=77 }'
do_ok ngctl msg core: getconfig
same 'getconfig' "$(sed -n 's/^Args:.//p' "$work/out")" '{ maxStaleness=77 }'
bridge fdb replace 02:00:00:00:bb:01 dev sk0 master static
do_ok ngctl msg core: reset
ok 'reset forgets' sh -c '! bridge fdb show br ngbr0 | grep -q 02:00:00:00:bb:01'
do_ok ngctl msg core: setconfig '{ maxStaleness=300 }'

# Shutdown: the bridge goes, the host's stack comes home, the eifaces stay.
home() {
        ! has_link - ngbr0 && [ "$(addresses - sk0)" = 192.0.2.1/24 ] && [ -z "$(link - sk0 '.master // ""')" ] &&
                has_link red ngeth0 && ip route show default | grep -q 'dev sk0'
}
law 'shutdown of a bridge' home shutdown core:
has_ping && ok 'the host reaches the wire again' reaches - 192.0.2.254
do_ok undo
same 'hooks after undo' "$(edges core)" \
        'link0=sk0:lower link1=sk0:upper link2=ngeth1:ether link4=sw_red:ether'
has_ping && ok 'a jail reaches the wire after undo' reaches red 192.0.2.254
bare() { [ "$(edges core)" = 'link2=ngeth1:ether link4=sw_red:ether' ] && has_link - sk0; }
law 'shutdown of an ether node breaks its hooks' bare shutdown sk0:
gone() { ! has_link red ngeth0 && [ "$(edges core)" = 'link2=ngeth1:ether' ]; }
law "shutdown of an eiface that is in a jail" gone shutdown sw_red:
last() { ! has_link blue ngeth1 && ! has_link - ngbr0; }
law 'a bridge goes with its last hook' last destroy blue/ngeth1
do_ok undo
cut_off() { has_link blue ngeth1 && ! has_link - ngbr0; }
law 'and with a disconnect' cut_off disconnect core:link2
do_ok undo
do_ok persist core: on
do_ok disconnect core:link2
ok 'a persistent one stays' has_link - ngbr0
do_ok connect ngeth1:ether core:link2
do_ok persist core: off
do_ok disconnect core:link2
ok 'no more' test "$(ip -br link show type bridge | wc -l)" = 0
refused 'stays until it is shut down' persist sk0 on

# Upper first.
do_ok mkpeer ngeth1:ether bridge link0 core
do_ok connect sk0:upper core:link9
do_ok connect sk0:lower core:link3
same 'upper before lower' "$(edges core)" 'link0=ngeth1:ether link3=sk0:lower link9=sk0:upper'
has_ping && ok 'the host reaches the wire' reaches - 192.0.2.254
apart() { [ "$(addresses - sk0)" = 192.0.2.1/24 ] && [ "$(edges core)" = 'link0=ngeth1:ether link3=sk0:lower' ]; }
law 'disconnect of upper' apart disconnect sk0:upper
do_ok disconnect sk0:lower
do_ok shutdown ngeth1:
ok 'the bridge is gone' test "$(ip -br link show type bridge | wc -l)" = 0

# Without a bridge: eiface to eiface, and eiface to NIC.
do_ok create node eiface
do_ok create node eiface
joined() { [ "$(edges ngeth0)" = 'ether=ngeth1:ether' ] && [ "$(bridge -j link | jq 'map(select(.master == "ngwire0")) | length')" = 2 ]; }
law 'two eifaces' joined connect ngeth0:ether ngeth1:ether
refused 'is connected to' connect ngeth0:ether ngeth1:ether
do_ok move ngeth0 red
do_ok move ngeth1 blue
for pair in red/ngeth0=198.51.100.1/24 blue/ngeth1=198.51.100.2/24; do
        do_ok address add "${pair%%=*}" "${pair#*=}"
        do_ok up "${pair%%=*}"
done
has_ping && ok 'two eifaces joined' reaches red 198.51.100.2
parted() { [ -z "$(edges ngeth0)" ] && ! has_link - ngwire0; }
law 'parted again' parted disconnect ngeth1:ether
do_ok undo
half() { ! has_link - ngwire0 && ! has_link blue ngeth1; }
law 'one of them shut down' half shutdown ngeth1:
do_ok connect ngeth0:ether sk0:lower
do_ok address add red/ngeth0 192.0.2.13/24
has_ping && ok 'an eiface on the wire' reaches red 192.0.2.254
do_ok disconnect ngeth0:ether
do_ok shutdown ngeth0:
same 'nothing is left' "$(ip -br link | cut -d' ' -f1 | cut -d@ -f1 | sort | tr '\n' ' ')" 'lo sk0 '

# The usual script as one plan: each line builds on the ones before it.
cat >"$work/script" <<EOF
mkpeer sk0:lower bridge link0
name sk0:lower uplink
connect sk0:upper uplink:link1
promisc sk0 on
mkpeer uplink:link2 eiface ether
mkpeer uplink:link3 eiface ether
create node bridge inner
mkpeer inner:link2 eiface ether
disconnect uplink:link3
EOF
scripted() {
        [ "$(edges uplink)" = 'link0=sk0:lower link1=sk0:upper link2=ngeth0:ether' ] &&
                [ "$(edges inner)" = 'link2=ngeth2:ether' ] && [ "$(addresses - ngbr0)" = 192.0.2.1/24 ]
}
law 'a script' scripted batch "$work/script"
printf 'shutdown inner:\nshutdown uplink:\n' >"$work/end"
ended() { ! has_link - ngbr0 && ! has_link - ngbr1 && [ "$(addresses - sk0)" = 192.0.2.1/24 ]; }
law 'and the script that ends it' ended batch "$work/end"
do_ok undo
do_ok undo
same 'nothing is left of the script' "$(ip -br link | cut -d' ' -f1 | cut -d@ -f1 | sort | tr '\n' ' ')" 'lo sk0 '

# What was deleted behind our back is built again, with the host's stack on it.
do_ok mkpeer sk0:lower bridge link3 core
do_ok connect sk0:upper core:link1
ip link delete ngbr0
do_ok restore
same 'restored at the NIC' "$(edges core), $(addresses - ngbr0)" 'link1=sk0:upper link3=sk0:lower, 192.0.2.1/24'
do_ok shutdown core:
same 'the host has its address again' "$(addresses - sk0)" 192.0.2.1/24

# A hub floods: a third one hears what two say to each other. Any hook's name will do.
do_ok create node hub loud
same 'a hub learns nothing' "$(link - nghub0 .linkinfo.info_data.ageing_time)" 0
for n in 0 1 2; do
        do_ok mkpeer "loud:hook$n" eiface ether
done
do_ok move ngeth0 red
do_ok move ngeth1 blue
do_ok address add red/ngeth0 198.51.100.1/24
do_ok address add blue/ngeth1 198.51.100.2/24
do_ok up red/ngeth0
do_ok up blue/ngeth1
do_ok up ngeth2
if has_ping; then
        ok 'over a hub' reaches red 198.51.100.2
        heard() { link - ngeth2 .ifname >/dev/null; ip -j -s link show ngeth2 | jq '.[0].stats64.rx.packets'; }
        before=$(heard)
        ip netns exec red ping -c 5 -i 0.2 198.51.100.2 >/dev/null 2>&1
        after=$(heard)
        ok "a third one hears the five requests and answers ($before, $after)" test $((after - before)) -ge 10
fi
same 'hooks of a hub' "$(edges loud)" 'hook0=ngeth0:ether hook1=ngeth1:ether hook2=ngeth2:ether'

# A stack that knows nothing of them: the inventory's file is gone, the marks are there.
hub=$(id_of loud)
mv "$JAILNET_DB" "$JAILNET_DB.lost"
rm -f "$JAILNET_DB"-*
same 'a hub is known by its mark' "$(graph | jq -r '.nodes[] | select(.interface == "nghub0") | "\(.id) \(.type) \(.name)"')" \
        "$hub hub loud"
mv "$JAILNET_DB.lost" "$JAILNET_DB"
rm -f "$JAILNET_DB"-*

# What is there is built again.
ip link delete nghub0
ip link delete ngfab2
do_ok restore
same 'restored' "$(edges loud)" 'hook0=ngeth0:ether hook1=ngeth1:ether hook2=ngeth2:ether'
same 'it floods again' "$(link - nghub0 .linkinfo.info_data.ageing_time)" 0
do_ok restore
finish
