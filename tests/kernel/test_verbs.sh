#!/bin/sh
# Each verb does what it says, as `ip` sees it; `undo` brings back what was there before; a second run does it again. A
# refused one changes nothing and says why in one sentence.
. "${SOURCE:?}/tests/lib/sandbox.sh"

lacks() { # KIND: this kernel has no such links; tried in a place of its own, so that nothing stays
        case $1 in
        vlan) set -- vlan link epair1b id 7 ;; # none can be on lo
        esac
        name=lacks0
        kind=$1
        shift
        if [ "$kind" = vlan ]; then
                ip link add $name "$1" "$2" type vlan "$3" "$4" 2>/dev/null && ip link del $name && return 1
        else
                ip link add $name type "$kind" 2>/dev/null && ip link del $name && return 1
        fi
        return 0
}

# Jails
jail_www() { ip netns list | cut -d' ' -f1 | grep -qx www; }
law 'create jail' jail_www create jail www
same 'jail in the inventory' "$(sql "SELECT is_owned FROM jail WHERE name = 'www' AND is_gone = 0")" 1
refused 'www' create jail www
refused "'" create jail 'a/b'
do_ok create jail db
same 'loopback of a new jail is up' "$(link www lo '.flags | index("UP") != null')" true

jail_web() { ip netns list | cut -d' ' -f1 | grep -qx web; }
law 'rename jail' jail_web rename db web
do_ok undo

# Bridges
bridge_br0() {
        [ "$(link - br0 .linkinfo.info_kind)" = bridge ] && [ "$(link - br0 .address)" = 02:00:00:00:00:b0 ]
}
law 'create bridge' bridge_br0 create bridge br0 --mac 02:00:00:00:00:b0
bridge_in_www() { [ "$(link www inner .linkinfo.info_kind)" = bridge ] && [ "$(link www inner .linkinfo.info_data.stp_state)" = 1 ]; }
law 'create bridge in a jail' bridge_in_www create bridge inner --jail www --stp
refused 'br0' create bridge br0
refused 'white space' create bridge 'a b'

# Pairs
epair_default() { [ "$(link - epair0a .link)" = epair0b ] && [ "$(link - epair0b .linkinfo.info_kind)" = veth ]; }
law 'create epair' epair_default create epair
same 'names are printed' "$(tr '\n' ' ' <"$work/out")" 'epair0a epair0b '
do_ok create epair
same 'the next unit' "$(tr '\n' ' ' <"$work/out")" 'epair1a epair1b '
pair_across() { has_link - e0a_www && [ "$(link www e0b_www .linkinfo.info_kind)" = veth ]; }
law 'create epair with an end in a jail' pair_across create epair e0a_www www/e0b_www
same 'roles in the inventory' "$(sql "SELECT count(*) FROM interface WHERE name LIKE 'e0__www' AND role = 1 AND is_owned AND NOT is_gone")" 2
refused epair0a create epair epair0a other0

eiface() { [ "$(link - ngeth0 .linkinfo.info_kind)" = veth ]; }
law 'create eiface' eiface create eiface
same 'its name is printed' "$(cat "$work/out")" ngeth0

# Kinds on a parent
macvlan() { [ "$(link - mv0 .linkinfo.info_kind)" = macvlan ] && [ "$(link - mv0 .linkinfo.info_data.mode)" = bridge ]; }
law 'create macvlan' macvlan create macvlan epair1a mv0 --mode bridge
vxlan() { [ "$(link - vx0 .linkinfo.info_data.id)" = 4711 ]; }
law 'create vxlan' vxlan create vxlan vx0 4711
tap() { [ "$(link - tap7 .linkinfo.info_kind)" = tun ] && [ "$(link - tap7 .linkinfo.info_data.type)" = tap ]; }
if [ -c /dev/net/tun ] && ip tuntap add lacks0 mode tap 2>/dev/null; then
        ip link del lacks0
        law 'create tap' tap create tap tap7
fi
vlan() { [ "$(link - epair1b.20 .linkinfo.info_data.id)" = 20 ]; }
if lacks vlan; then
        refused vlan create vlan epair1b 20
else
        law 'create vlan' vlan create vlan epair1b 20
fi
lagg() { [ "$(link - lagg0 .linkinfo.info_kind)" = bond ]; }
if lacks bond; then
        refused bond create lagg lagg0
else
        law 'create lagg' lagg create lagg lagg0
fi

# Names
renamed() { has_link - uplink0 && ! has_link - epair1a; }
do_ok up epair1a
law 'rename an interface that is up' renamed rename epair1a uplink0
do_ok undo
node_name() { [ "$("$JAILNET" show --format json | jq -r '.nodes[] | select(.name == "lan") | .type')" = bridge ]; }
law 'name node' node_name name br0 lan
same 'node in the inventory' "$(sql 'SELECT name FROM node')" lan
refused 'white space' rename epair1a 'white space'
refused br0 rename epair1a br0

# Bridges and hooks
attached() { [ "$(link - e0a_www .master)" = br0 ]; }
law 'attach' attached attach e0a_www br0 wwwlink
same 'hook in the inventory' "$(sql "SELECT count(*) FROM hook WHERE name = 'wwwlink'")" 1
same 'hook in the picture' \
        "$("$JAILNET" show --format json | jq '[.edges[] | select(.a.hook == "wwwlink" or .b.hook == "wwwlink")] | length')" 1
refused br0 attach e0a_www br0
detached() { [ "$(link - e0a_www .master)" = null ]; }
law 'detach' detached detach e0a_www
do_ok attach e0a_www br0
connected() { [ "$(link - epair1b .master)" = br0 ]; }
law 'connect' connected connect epair1b:lower br0:link7
disconnected() { [ "$(link - epair1b .master)" = null ]; }
law 'disconnect' disconnected disconnect br0:link7
refused bridge attach epair0b epair1b

# State and addresses
up() { [ "$(link www e0b_www '.flags | index("UP") != null')" = true ]; }
do_ok down www/e0b_www
law 'up' up up www/e0b_www
down() { ! up; }
law 'down' down down www/e0b_www
do_ok up www/e0b_www
mtu() { [ "$(link www e0b_www .mtu)" = 1400 ]; }
law 'mtu' mtu mtu www/e0b_www 1400
alias() { [ "$(link www e0b_www .ifalias)" = "the web's" ]; }
law 'alias' alias alias www/e0b_www "the web's"
address() { [ "$(addresses www e0b_www)" = 10.0.0.2/24 ]; }
law 'address add' address address add www/e0b_www 10.0.0.2/24
address_6() { addresses www e0b_www | grep -q fd00::2/64; }
law 'address add, IPv6' address_6 address add www/e0b_www fd00::2/64
no_address_6() { ! address_6; }
law 'address del' no_address_6 address del www/e0b_www fd00::2/64
refused 10.0.0.2/24 address add www/e0b_www 10.0.0.2/24
refused 10.0.0.9/24 address del www/e0b_www 10.0.0.9/24
refused "nonsense" address add www/e0b_www nonsense
route() { [ "$(ip -n www -j route show default | jq -r '.[0].gateway')" = 10.0.0.1 ]; }
law 'route add' route route add www default 10.0.0.1
no_route() { [ "$(ip -n www -j route show default | jq length)" = 0 ]; }
law 'route del' no_route route del www default
do_ok undo
forwarding() { [ "$(ip netns exec www cat /proc/sys/net/ipv4/ip_forward)" = 1 ]; }
law 'forwarding' forwarding forwarding www on --family inet
forwarding6() {
        [ "$(ip netns exec www cat /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv6/conf/all/forwarding |
                tr '\n' ' ')" = '1 1 ' ]
}
law 'forwarding of IPv6 alone' forwarding6 forwarding www on --family inet6

# MAC addresses
pinned() { [ "$(link www e0b_www .address)" = 02:00:00:00:00:33 ]; }
law 'pin' pinned pin www/e0b_www 02:00:00:00:00:33
same 'pin in the inventory' "$(sql 'SELECT pin.mac FROM pin JOIN interface USING(number) WHERE name = '"'e0b_www'")" \
        02:00:00:00:00:33
refused group pin www/e0b_www 03:00:00:00:00:33
do_ok unpin www/e0b_www
same 'no pin in the inventory' "$(sql 'SELECT count(*) FROM pin JOIN interface USING(number) WHERE name = '"'e0b_www'")" 0
do_ok undo
same 'pin is back' "$(sql 'SELECT count(*) FROM pin JOIN interface USING(number) WHERE name = '"'e0b_www'")" 1

# Moves: MAC, MTU, state, addresses and routes go along.
moved() {
        ! has_link www e0b_www && [ "$(link db e0b_www .mtu)" = 1400 ] &&
                [ "$(link db e0b_www .address)" = 02:00:00:00:00:33 ] &&
                [ "$(addresses db e0b_www)" = 10.0.0.2/24 ] && [ "$(link db e0b_www .ifalias)" = "the web's" ] &&
                [ "$(link db e0b_www '.flags | index("UP") != null')" = true ]
}
law 'move' moved move www/e0b_www db
do_ok undo
lent() { has_link db epair1b && ! has_link - epair1b; }
law 'move from the host' lent move epair1b db
same 'loan' "$(sql "SELECT state, jail FROM loan WHERE iface = 'epair1b' ORDER BY row DESC LIMIT 1")" '0|db'
same 'loan in returns' "$("$JAILNET" returns --json | jq -r '.[] | select(.interface == "epair1b") | .state')" 'on loan'
home() { has_link - epair1b && ! has_link db epair1b; }
law 'return' home return db/epair1b
same 'returned' "$(sql "SELECT DISTINCT state FROM loan WHERE iface = 'epair1b'")" 2
refused bridge move br0 db
ip -n db link add epair1b type ifb 2>/dev/null || ip -n db link add epair1b type veth peer name other
refused epair1b move epair1b db
refused nowhere move epair1b nowhere
refused nothing0 move nothing0 db

# A bridge that nobody has given an address takes another one with a lower port: that is told before, and so it is.
ip link add taken type bridge
for n in 1 2; do
        ip link add "low$n" type veth peer name "far$n"
        ip link set "low$n" address "02:00:5e:00:01:0$((3 - n))"
done
ip link set low1 master taken
same 'the lowest so far' "$(link - taken .address)" 02:00:5e:00:01:02
J attach low2 taken -n
ok 'the other address is told' grep -q 'so becomes 02:00:5e:00:01:01' "$work/out"
do_ok pin taken --current
J attach low2 taken -n
ok 'pinned, nothing is told' test "$(grep -c 'so becomes' "$work/out")" = 0
do_ok unpin taken
ip link del low2
ip link del low1
ip link del taken

# Destroy
no_pair() { ! has_link - e0a_www && ! has_link www e0b_www; }
law 'destroy a pair' no_pair destroy e0a_www
do_ok undo
same 'hook after destroy and undo' "$(link - e0a_www .master)" br0
same 'addresses after destroy and undo' "$(addresses www e0b_www)" 10.0.0.2/24
same 'pin after destroy and undo' \
        "$(sql "SELECT count(*) FROM pin JOIN interface USING(number) WHERE name = 'e0b_www' AND is_gone = 0")" 1
no_bridge() { ! has_link - br0; }
law 'destroy a bridge' no_bridge destroy br0
do_ok undo
no_jail() { ! ip netns list | cut -d' ' -f1 | grep -qx www; }
law 'destroy a jail' no_jail destroy jail:www

# The journal knows them all.
same 'no plan is open' "$(sql "SELECT count(*) FROM plan WHERE state NOT IN ('done', 'undone', 'rolled back')")" 0
same 'no number without a link' "$(sql 'SELECT count(*) FROM interface WHERE cookie IS NULL')" 0
finish
