#!/bin/sh
# What undo has to put back although the kernel did it of itself, or would do otherwise on the way back.
. "${SOURCE:?}/tests/lib/sandbox.sh"

ip link add br0 address 02:00:00:00:01:00 type bridge
ip link set br0 up
ip link add p0 type veth peer name p1
ip link add q0 mtu 1400 type veth peer name q1
ip link set p0 master br0 up
mtu() { link - "$1" .mtu; }
contains() { case $1 in *"$2"*) return 0 ;; esac; return 1; }
lacks_link() { ! has_link "$@"; }

# A bridge follows its ports until it is given an MTU.
do_ok mtu p0 1300
same 'a bridge has the MTU of its port' "$(mtu br0)" 1300
do_ok mtu br0 1350
do_ok undo
same 'a bridge that was given an MTU, and had it taken back' "$(mtu br0)" 1300
do_ok undo
same 'its port, as before' "$(mtu p0)" 1500
same 'and the bridge with it' "$(mtu br0)" 1500
ip link set br0 mtu 1500
ip link del br0
ip link add br0 address 02:00:00:00:01:00 type bridge
ip link set p0 master br0
ip link set br0 up
do_ok attach q0 br0
same 'a smaller port' "$(mtu br0)" 1400
do_ok undo
same 'a smaller port is taken off' "$(mtu br0)" 1500
ip link set p0 mtu 1450
same 'the bridge follows still: undo told it nothing that it had' "$(mtu br0)" 1450
ip link set p0 mtu 1500
do_ok attach q0 br0
ip link set br0 mtu 1380
J undo || fail "undo beside a foreign MTU: $(cat "$work/err")"
same 'an MTU that somebody else gave it since stays' "$(mtu br0)" 1380

ip link set q0 nomaster

# What stands on a bridge gets its MTU back behind the bridge, which may keep what it was set to.
ip link add low0 type bridge
ip link set low0 up
do_ok create macvlan low0 high0
do_ok attach q0 low0
same 'lowered with the bridge' "$(mtu low0) $(mtu high0)" '1400 1400'
ip link set low0 mtu 1390
ip link set low0 mtu 1400
ip link set high0 mtu 1400
do_ok undo
same 'raised with it' "$(mtu low0) $(mtu high0)" '1500 1500'
do_ok undo
ip link del low0
ip link del br0
ip link add br0 address 02:00:00:00:01:00 type bridge
ip link set p0 master br0
ip link set br0 up
printf '%s\n' 'attach q0 br0' 'mtu br0 9000' >"$work/batch"
do_ok batch "$work/batch"
same 'an MTU behind a smaller port' "$(mtu br0)" 9000
do_ok undo
same 'an MTU behind a smaller port, both taken back' "$(mtu br0)" 1500

# What was there before an address, or before the link was set up, is there after it.
ip link set q0 up
ip link set q1 up
ip route add 10.20.0.0/16 dev q1
do_ok address add q1 10.9.0.1/24
do_ok undo
same 'a route over what lost its last address' "$(ip -j route show 10.20.0.0/16 | jq -r '.[].dev')" q1
ip link set q0 down
ip link set q1 down
ip link add epair9a type veth peer name epair9b address 02:00:00:00:01:04
do_ok address add epair9b fe80::ff:fe00:104/64
do_ok attach epair9b br0
do_ok undo
same 'a link-local address of what was down' \
        "$(ip -j -6 addr show dev epair9b | jq -r '.[].addr_info[]? | "\(.local)/\(.prefixlen)"')" fe80::ff:fe00:104/64
do_ok address add epair9b 2001:db8:9::1/64
do_ok attach epair9b br0 default --upper
do_ok undo
same 'addresses of what was down, carried over and back' \
        "$(ip -j -6 addr show dev epair9b | jq -r '[.[].addr_info[]? | "\(.local)/\(.prefixlen)"] | sort | join(" ")')" \
        '2001:db8:9::1/64 fe80::ff:fe00:104/64'
do_ok undo
do_ok undo
ip link del epair9a

# Below 1280 the kernel takes its IPv6 addresses away with its port's.
do_ok address add br0 2001:db8::1/64
ip link add s0 type bridge
ip link set p0 nomaster
ip link set s0 up
ip link set p0 master s0
do_ok address add s0 2001:db8:1::1/64
do_ok mtu p0 600
same 'the bridge of a port with an MTU below IPv6' "$(addresses - s0)" ''
do_ok undo
same 'has its addresses again' "$(addresses - s0)" 2001:db8:1::1/64
do_ok undo
ip link del s0
do_ok undo
ip link set p0 master br0

# One of its own, which its ports would take from it.
snapshot >"$work/before"
do_ok destroy br0
do_ok undo
compare 'a bridge with an MTU of its own, destroyed and taken back'

# What jailnet did not make is not jailnet's because it was made again.
owned() { sql "SELECT coalesce(max(is_owned), 0) FROM interface WHERE name IN ('br0', 'p0', 'p1') AND NOT is_gone"; }
same 'a bridge that was there before, made again' "$(owned)" 0
same 'is not wanted after a boot either' \
        "$(sql "SELECT count(*) FROM wanted_link WHERE name = 'br0' AND is_owned")" 0
snapshot >"$work/before"
do_ok destroy p0
do_ok undo
compare 'a pair that was there before, destroyed and taken back'
same 'nor is that' "$(owned)" 0

# A hook to what is gone is forgotten last, and named again when that is back.
ip link add a0 type veth peer name a1
do_ok attach a0 br0 link --upper
snapshot >"$work/before"
upper() { sql "SELECT count(*) FROM upper_hook"; }
same 'an upper hook' "$(upper)" 1
do_ok destroy a1
same 'goes with its interface' "$(upper)" 0
do_ok undo
same 'and comes back with it' "$(upper)" 1

# What a link was told to take in.
ip link set p0 promisc on
do_ok destroy p0
do_ok undo
same 'promiscuous as before' "$(link - p0 '.flags | index("PROMISC") != null')" true

# A loopback's names.
do_ok create jail www
ip -n www link property add dev lo altname inner
ip -n www link set dev lo alias within promisc on
snapshot >"$work/before"
do_ok destroy www
do_ok undo
compare 'a loopback with names of its own, destroyed and taken back'
do_ok restart www
compare 'a loopback after a restart of its jail'
do_ok undo
compare 'and after that is taken back'

do_ok address add www/lo 127.0.0.9/8
do_ok destroy www
do_ok undo
same 'a further address of its own' "$(addresses www lo)" '127.0.0.1/8 127.0.0.9/8 ::1/128'
do_ok undo
do_ok address del www/lo ::1/128
do_ok destroy www
do_ok undo
same 'an address that was taken from it stays away' "$(addresses www lo)" 127.0.0.1/8
do_ok undo
same 'and comes back' "$(addresses www lo)" '127.0.0.1/8 ::1/128'

# Below 1280 the kernel takes ::1 away of itself.
do_ok mtu www/lo 68
snapshot >"$work/before"
do_ok destroy www
do_ok undo
compare 'a loopback with an MTU below IPv6, destroyed and taken back'
do_ok restart www
compare 'after a restart of its jail'
do_ok undo
compare 'and after that is taken back'
do_ok undo
do_ok mtu www/lo 1400

# The same of one that its plan makes itself: nobody has seen its loopback yet.
names() { "$JAILNET" show --format json | jq -c '[.nodes[].name] | sort'; }
printf 'create jail other\nname other/lo: mine\n' >"$work/batch"
before=$(names)
do_ok batch "$work/batch"
ok 'the node of a new loopback has its name' contains "$(names)" '"mine"'
do_ok destroy other
do_ok undo
ok 'also when its jail is made again' contains "$(names)" '"mine"'
do_ok undo
deadline=$(($(date +%s) + 30)) # the kernel takes the jail apart in its own time
until [ "$(names)" = "$before" ] || [ "$(date +%s)" -ge $deadline ]; do :; done
same 'and goes with it' "$(names)" "$before"

# A step about a link that a later one takes along: with the jail of its other end, or with that end.
for last in 'destroy jail:inner' 'destroy inner/i1'; do
        do_ok create jail inner
        do_ok create epair i0 inner/i1
        do_ok attach i0 br0
        do_ok up i0
        snapshot >"$work/before"
        printf 'detach i0\n%s\n' "$last" >"$work/batch"
        do_ok batch "$work/batch"
        ok "$last took i0 along" lacks_link - i0
        do_ok undo
        compare "detach i0, $last, taken back"
        do_ok destroy jail:inner
done

# What a plan made in a jail that it destroyed goes again when a later step of it fails: the way back makes links under
# the indexes that others had which went together.
do_ok create jail inner
do_ok create epair i0 inner/i1
ip addr add 10.1.0.1/16 dev p0
ip link set p0 up
snapshot >"$work/before"
printf 'create vxlan inner/i2 7\ndestroy jail:inner\nroute add host 10.20.0.1/16 10.1.0.2\n' >"$work/batch"
J batch "$work/batch"
same 'a plan whose last step the kernel refuses' "$status" 1
compare 'and which is taken back'
ip addr del 10.1.0.1/16 dev p0
do_ok destroy jail:inner

# What a plan itself made and took away again needs nothing; another of its name goes.
do_ok create jail kept
do_ok create epair k0 kept/k1
snapshot >"$work/before"
for lines in 'create bridge b9\ndestroy b9' 'create epair x0 x1\nup x0\ndestroy x1' \
        'create bridge b9\ndestroy b9\ncreate bridge b9\nup b9' 'create jail inner\ndestroy jail:inner' \
        'create jail inner\ncreate epair x0 inner/x1\nup x0\nrename x0 x2\nup inner/x1\ndestroy jail:inner' \
        'create bridge b9 --jail kept\nrename jail:kept other\ndestroy jail:other' \
        'create epair x0 kept/x1\nup x0\nrename kept/x1 x2\nrename jail:kept other\ndestroy other/x2' \
        'create jail inner\nrename jail:inner other\ndestroy jail:other\ncreate jail inner'; do
        printf "$lines\n" >"$work/batch"
        do_ok batch "$work/batch"
        do_ok undo
        compare "taken back: $lines"
done

# The kernel ends a VXLAN with the stack that it was made in.
if ip link add lacks0 type vxlan id 9 dstport 4789 2>/dev/null; then
        ip link del lacks0
        do_ok create vxlan www/vx0 9
        refused 'ends a VXLAN' restart www
        do_ok destroy www/vx0
        do_ok create vxlan vx0 9
        do_ok move vx0 www
        do_ok restart www
        ok 'one that was made elsewhere lives on' has_link www vx0
        do_ok undo
        ok 'also on the way back' has_link www vx0
fi
# What a plan made and took away again leaves nothing to be undone; what else it did goes back.
passing() { # WHAT ARGS...
        what=$1
        shift
        snapshot >"$work/before"
        do_ok "$@"
        snapshot >"$work/after"
        checks=$((checks + 1))
        cmp -s "$work/before" "$work/after" && fail "$what: did nothing"
        do_ok undo
        compare "$what, undone"
}
cat >"$work/eiface" <<'end'
mkpeer eiface x ether
name .:x pass0
rmhook x
mkpeer pass0: bridge ether link3
name pass0:ether passage
mkpeer passage: eiface link4 ether
shutdown passage:link4
end
passing 'an eiface' import --as ngctl "$work/eiface"
cat >"$work/chain" <<'end'
mkpeer hub h a
name .:h rest
msg rest: setpersistent
mkpeer rest: bridge b link0
mkpeer rest:b tee link1 left
rmhook rest: b
end
passing 'a chain of nodes' import --as ngctl "$work/chain"
cat >"$work/rc.conf" <<'end'
cloned_interfaces="bridge0 epair0"
ifconfig_bridge0="addm epair0a up"
end
printf '%s\n' 'mkpeer epair0b: tee lower right' 'shutdown epair0b:lower' >"$work/tee"
passing 'a tee' import "$work/rc.conf" "$work/tee"
cat >"$work/batch" <<'end'
create epair a b
create bridge x
create bridge y
attach a x
up a
address add b 10.9.0.1/24
create macvlan b m
create jail passage
move m passage
destroy a
destroy x
create epair a b
attach a y
end
passing 'a name that is used again' batch "$work/batch"
# The same of one that is not jailnet's: the new one's pin is its own.
ip netns add pinned
ip link add far0 type veth peer name near0 netns pinned
printf '%s\n' 'destroy pinned' 'create eiface far0 --mac 02:00:00:00:00:33' >"$work/batch"
passing 'a pin on a name that is used again' batch "$work/batch"
ip netns del pinned
cat >"$work/batch" <<'end'
create bridge x
span x keep0 on
create epair r s
attach r x
attach keep1 x
rename r t
destroy x
destroy t
mtu keep1 1400
end
do_ok create epair keep0 keep1
passing 'a span' batch "$work/batch"
# A route of IPv6 that was given no metric goes alone, not the one of a smaller metric in its place.
ip link add m0 type veth peer name m1
ip link set m0 up
ip -6 route add 2001:db8:67::/48 dev m0 metric 5
metrics() { ip -j -6 route show 2001:db8:67::/48 | jq -r '[.[].metric] | join(" ")'; }
do_ok route add host 2001:db8:67::/48 --dev m0
same 'a route beside one of a smaller metric' "$(metrics)" '5 1024'
do_ok undo
same 'and taken back' "$(metrics)" 5
ip link del m0
# A jail's routes that lead nowhere stand on no interface, and go with the jail.
do_ok create jail dead
do_ok route add dead default --type prohibit --metric 2
do_ok route add dead 10.66.0.0/16 --type blackhole
do_ok route add dead 2001:db8:66::/48 --type unreachable
no_jail() { [ ! -e /run/netns/dead ]; }
law 'destroy a jail with routes that lead nowhere' no_jail destroy dead
do_ok undo
printf '%s\n' 'rename dead late' 'destroy late' >"$work/batch"
law 'destroy it once it is renamed' no_jail batch "$work/batch"
# Taken back, done again by the way back of that, and taken back once more.
there_and_back() { # WHAT FILE
        snapshot >"$work/before"
        do_ok batch "$2"
        first=$(sql 'SELECT max(number) FROM plan')
        do_ok undo
        compare "$1: taken back"
        do_ok undo $((first + 1))
        do_ok undo $((first + 2))
        compare "$1: taken back once more"
}
ip netns add far
ip link add far0 address 02:00:00:00:07:01 type veth peer name near0 address 02:00:00:00:07:02 netns far
ip -n far link set lo up
ip -n far addr add 10.7.0.2/24 dev near0
ip -n far addr add 2001:db8:7::2/64 dev near0
ip -n far link set near0 up
ip link set far0 up
# A link that comes back to a jail which the plan has renamed, and whose name it has given to another.
printf '%s\n' 'rename far late' 'destroy late' 'create jail far' >"$work/batch"
there_and_back 'a jail in place of another' "$work/batch"
# The link-local address that is left of an earlier MAC address is the kernel's again once that address is.
printf '%s\n' 'restart far' 'pin far/near0 --stable' >"$work/batch"
there_and_back 'a restart, and another MAC address' "$work/batch"
# A bridge and its port go, each by a step of its own: made again, it was to be joined before it was there.
ip netns add deep
ip -n deep link set lo up
ip link add deep0 address 02:00:00:00:07:03 type veth peer name in0 address 02:00:00:00:07:04 netns deep
ip link add deep1 address 02:00:00:00:07:05 type bridge
do_ok attach deep0 deep1 mine
printf '%s\n' 'destroy deep1' 'destroy deep' >"$work/batch"
there_and_back 'a bridge, and a jail that is on it' "$work/batch"
ip netns del deep
ip link del deep1
ip link del far0
# A VXLAN goes with the stack that it was made in, wherever it is.
if "$JAILNET" create jail under >"$work/out" && "$JAILNET" create vxlan under/vx7 7 >"$work/out" 2>"$work/err"; then
        do_ok return under/vx7
        do_ok address add vx7 10.77.0.1/24
        do_ok up vx7
        no_jail() { [ ! -e /run/netns/under ] && ! has_link - vx7; }
        refused 'was made in this stack' restart under
        law 'destroy a jail whose VXLAN is on the host' no_jail destroy under
fi
finish
