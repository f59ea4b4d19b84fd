# Proves that each check of jailnet doctor finds its trouble when that is made for real, names the object, and has a remedy
# that ends it; that a healthy network is silent; and that its exit status says how bad it is.
. "${SOURCE:?}/tests/lib/sandbox.sh"

# found CHECK [OBJECT]: the severity of such a finding; empty: there is none
found() {
        jq -r --arg c "$1" --arg o "${2-}" \
                '[.findings[] | select(.check == $c and ($o == "" or .object == $o)) | .severity][0] // ""' "$work/out"
}
doctor() { J doctor --json; }
checks_found() { jq -r '[.findings[].check] | unique | join(" ")' "$work/out"; }

# healthy WHAT: nothing is found, not even a notice, once the kernel has taken apart at its leisure what is gone
is_silent() { doctor && jq -e '.findings == []' "$work/out" >/dev/null; }
healthy() {
        deadline=$(($(date +%s) + 10 * slow))
        until is_silent || [ "$(date +%s)" -gt $deadline ]; do sleep 0.1; done
        same "$1: exit status" $status 0
        same "$1: findings" "$(jq -c '[.findings[] | [.check, .object, .evidence]]' "$work/out")" '[]'
}

# sick CHECK OBJECT SEVERITY: it is found; whatever else is found too, the exit status is at least that bad
sick() {
        doctor
        same "$1 on $2" "$(found "$1" "$2")" "$3"
        case $3 in
        error) same "$1: exit status" $status 4 ;;
        warning) ok "$1: exit status $status" test $status -ge 3 ;;
        esac
}

# alone CHECK OBJECT SEVERITY: and nothing else is
alone() {
        sick "$@"
        same "$1 alone" "$(checks_found)" "$1"
}

# mended CHECK OBJECT: its remedy's lines, as typed, end it
mended() {
        jq -r --arg c "$1" --arg o "$2" '.findings[] | select(.check == $c and .object == $o) | .remedy[]' "$work/out" \
                >"$work/remedy"
        ok "$1 has a remedy" test -s "$work/remedy"
        while read -r line; do
                eval "do_ok $line"
        done <"$work/remedy"
        doctor
        same "$1 after its remedy" "$(found "$1" "$2")" ''
}

# Two jails on a bridge, a router behind, a jail behind that.
do_ok create bridge br0
do_ok address add br0 10.0.0.1/24
do_ok up br0
for jail in www db router; do
        do_ok create jail $jail
        do_ok create epair e0a_$jail $jail/e0b_$jail
        do_ok attach e0a_$jail br0
        do_ok up $jail/e0b_$jail
        do_ok up e0a_$jail
done
do_ok address add www/e0b_www 10.0.0.2/24
do_ok address add db/e0b_db 10.0.0.3/24
do_ok address add router/e0b_router 10.0.0.4/24
do_ok create jail far
do_ok create epair router/e1a far/e1b
do_ok address add router/e1a 10.0.1.1/24
do_ok address add far/e1b 10.0.1.2/24
do_ok up router/e1a
do_ok up far/e1b
do_ok forwarding router on
do_ok route add far default 10.0.1.1
do_ok route add www default 10.0.0.4
do_ok route add db default 10.0.0.4
healthy 'two jails on a bridge, a router, and a jail behind it'

# What it is called with.
J doctor --list
same 'checks listed' "$(wc -l <"$work/out" | tr -d ' ')" "$("$JAILNET" doctor --list --json | jq length)"
wrong_usage 'usage: jailnet doctor' doctor --fix
refused 'no such check, jail, interface or node' doctor nobody
J doctor
same 'healthy, in words' "$(cut -d: -f1 "$work/out")" healthy

# MAC addresses.
mac=$(link www e0b_www .address)
old=$(link db e0b_db .address)
ip -n db link set e0b_db address "$mac"
alone duplicate-mac db/e0b_db error
J doctor duplicate-mac
same 'narrowed to that check' $status 4
J doctor loop
same 'narrowed to another' $status 0
J doctor db
same 'narrowed to its jail' $status 4
J doctor far
same 'narrowed to another jail' $status 0
doctor
mended duplicate-mac db/e0b_db
do_ok unpin db/e0b_db
ip -n db link set e0b_db address "$old"
do_ok pin www/e0b_www --current
healthy 'pinned'
ip -n www link set e0b_www address 02:11:22:33:44:55
alone pin-violated www/e0b_www warning
mended pin-violated www/e0b_www
same 'the pinned address again' "$(link www e0b_www .address)" "$mac"
ip link add loose type bridge
ip link add p0 type veth peer name p1
ip link set p0 master loose up
ip link set p1 up
ip link set loose up
doctor
if [ -n "$(found bridge-mac-floating loose)" ]; then
        alone bridge-mac-floating loose notice
        same 'a notice is no illness' $status 0
        mended bridge-mac-floating loose
        was=$(link - loose .address)
        ip link set p0 nomaster
        same 'its address stays with the port gone' "$(link - loose .address)" "$was"
        ip link set p0 master loose
else
        echo 'note: sysfs cannot be mounted here: bridge-mac-floating not tried'
fi
healthy 'another bridge'
ip link del loose
ip link add loose type bridge
ip link set p0 master loose
ip link set p0 nomaster
sick bridge-mac-zero loose warning
mended bridge-mac-zero loose
ip link del loose
ip link del p0
healthy 'as before'

# A bridge that passes nothing.
ip link add shut type bridge
ip link set shut address 02:00:5e:00:00:09
ip link add p0 type veth peer name p1
ip link set p0 master shut
healthy 'a bridge that is down, and its port, too'
ip link set p0 up
ip link set p1 up
alone bridge-down shut warning
mended bridge-down shut
same 'it is up' "$(ip -j link show shut | jq '[.[0].flags[] | select(. == "UP")] | length')" 1
do_ok destroy shut
ip link del p0
healthy 'without it'

# IP addresses.
ip -n db address add 10.0.0.2/24 dev e0b_db
alone duplicate-address db/e0b_db error
ip -n db address del 10.0.0.2/24 dev e0b_db
ip address add 10.7.0.1/24 dev e0a_www
alone address-on-port e0a_www warning
mended address-on-port e0a_www
same 'it is on the bridge' "$(addresses - br0)" '10.0.0.1/24 10.7.0.1/24'
do_ok address del br0 10.7.0.1/24
ip link add p0 type veth peer name p1
ip address add 10.8.0.1/24 dev p0
alone down-with-address p0 warning
ip link set p1 up
alone half-up-pair p0 warning
mended half-up-pair p0
do_ok destroy p0
healthy 'addresses as before'

# What the kernel takes away from a link that is set down comes back with it, whoever set it down and however.
router_of() { ip -n www -j route show default | jq -r '.[0].gateway // "none"'; }
has_ipv6=
[ ! -d /proc/sys/net/ipv6 ] || has_ipv6=1
route6_of() { ip -n www -6 -j route show fd00:9::/64 | jq -r '.[0].gateway // "none"'; }
if [ -n "$has_ipv6" ]; then
        do_ok address add www/e0b_www fd00:7::2/64
        do_ok route add www fd00:9::/64 fd00:7::4
fi
ip -n www link set e0b_www down
same 'down, its default route is gone' "$(router_of)" none
sick half-up-pair www/e0b_www warning
mended half-up-pair www/e0b_www
same 'its default route is back' "$(router_of)" 10.0.0.4
if [ -n "$has_ipv6" ]; then
        same 'its addresses are, too' "$(addresses www e0b_www)" '10.0.0.2/24 fd00:7::2/64'
        same 'and the route that goes by one of them' "$(route6_of)" fd00:7::4
fi
do_ok down www/e0b_www
same 'down again, its default route is gone' "$(router_of)" none
sick half-up-pair www/e0b_www warning
mended half-up-pair www/e0b_www
same 'its default route is back again' "$(router_of)" 10.0.0.4
if [ -n "$has_ipv6" ]; then
        same 'its addresses are back again' "$(addresses www e0b_www)" '10.0.0.2/24 fd00:7::2/64'
        same 'and the route by one of them' "$(route6_of)" fd00:7::4
        do_ok route del www fd00:9::/64
        do_ok address del www/e0b_www fd00:7::2/64
fi
healthy 'set down by jailnet'

# VLANs: of ports that filter, and of interfaces at the two ends of a cable.
ip link add v0 type veth peer name v1
ip link set v0 up
ip link set v1 up
if ip link add vf0 type bridge vlan_filtering 1 2>/dev/null && ip link add vf1 type bridge vlan_filtering 1; then
        ip link set vf0 up address 02:00:5e:00:00:10
        ip link set vf1 up address 02:00:5e:00:00:11
        ip link set v0 master vf0
        ip link set v1 master vf1
        healthy 'two bridges that filter alike'
        bridge vlan add dev v0 vid 10
        sick vlan-mismatch v1 warning
        bridge vlan add dev v1 vid 10
        healthy 'the same VLANs at both ends'
        ip link del vf1
else
        echo 'note: this kernel has no VLAN filtering: vlan-mismatch of ports not tried'
fi
ip link del vf0 2>/dev/null
if ip link add link v0 name v0.10 type vlan id 10 2>/dev/null; then
        ip link add link v1 name v1.20 type vlan id 20
        doctor
        same 'vlan-mismatch of two ends' "$(found vlan-mismatch)" warning
        ip link del v1.20
        ip link add link v1 name v1.10 type vlan id 10
        doctor
        same 'the same VLAN at both ends' "$(found vlan-mismatch)" ''
else
        echo 'note: this kernel has no VLANs: vlan-mismatch of two ends not tried'
fi
ip link del v0
healthy 'no VLANs'

# Loops, STP, MTU.
do_ok create bridge br1
do_ok up br1
for n in 0 1; do
        ip link add t${n}a type veth peer name t${n}b
        ip link set t${n}a master br0 up
        ip link set t${n}b master br1 up
        [ $n = 1 ] || healthy 'two bridges with one cable'
done
alone loop t1b error
mended loop t1b
blocked() { bridge -j link | jq -e 'any(.[]; .state == "blocking")' >/dev/null; }
deadline=$(($(date +%s) + 60 * slow))
until blocked || [ "$(date +%s)" -gt $deadline ]; do sleep 0.1; done
doctor
same 'the spanning tree keeps one shut' "$(checks_found)" stp-blocking
same 'which is no illness' $status 0
ip link del t0a
ip link del t1a
do_ok destroy br1
do_ok stp br0 off
ip link add t0a type veth peer name t0b
ip link set t0a master br0 up
ip link set t0b master br0 up
alone loop t0b error
ip link del t0a
ip -n www link set e0b_www mtu 1400
alone mtu-step www/e0b_www warning
mended mtu-step www/e0b_www
same 'the MTU' "$(link www e0b_www .mtu)" 1500
healthy 'bridges as before'

# Carriers, names, peers.
if ip -n far link add link e1b name mv0 type macvlan mode bridge 2>/dev/null; then
        ip -n far link add q0 type veth peer name q1
        ip -n far link add link q0 name mv1 type macvlan mode bridge
        ip -n far link set mv1 up 2>/dev/null
        # A macvlan cannot be set up before its parent is, but its parent may go down below it.
        ip -n far link set q0 up
        ip -n far link set q1 up
        ip -n far link set mv1 up
        ip -n far link set q0 down
        ip -n far link set q1 down
        alone no-carrier far/mv1 warning
        mended no-carrier far/mv1
        do_ok destroy far/q0
        ip -n far link del mv0
fi
do_ok create epair a_name_of_15_by b_side
doctor
same 'a name without room' "$(found name-limit a_name_of_15_by)" notice
same 'which is no illness either' $status 0
do_ok destroy a_name_of_15_by
healthy 'names as before'

# Routes.
do_ok forwarding router off
alone forwarding-off router warning
mended forwarding-off router
ip -n router link set e0b_router up
ip netns exec router sysctl -qw net.ipv4.conf.e0b_router.forwarding=0
alone forwarding-off router warning
ip netns exec router sysctl -qw net.ipv4.conf.e0b_router.forwarding=1
ip -n db route del default
sick no-default-route db warning
mended no-default-route db
same 'the route' "$(ip -n db -j route show default | jq -r '.[0].gateway')" 10.0.0.4
ip -n far route del default
ip -n far route add default via 10.0.1.9
alone unreachable-gateway far/e1b error
ip -n far route del default
ip -n far route add default via 10.0.1.1
ip -n router route add 10.0.0.2/32 dev e1a
ip netns exec router sysctl -qw net.ipv4.conf.all.rp_filter=1
alone reverse-path router/e0b_router warning
ip netns exec router sysctl -qw net.ipv4.conf.e0b_router.rp_filter=2
healthy 'a loose filter is in nobody'\''s way'
ip -n router route del 10.0.0.2/32 dev e1a
healthy 'routes as before'

# tc.
if ip link add r0 type veth peer name r1 && ip link add s0 type veth peer name s1 &&
        ip link set r0 up && ip link set r1 up && ip link set s0 up && ip link set s1 up &&
        tc qdisc add dev r0 clsact 2>/dev/null &&
        tc filter add dev r0 ingress protocol all u32 match u32 0 0 action mirred egress redirect dev s0 2>/dev/null; then
        healthy 'a redirect to what is there'
        ip link del s0
        alone stale-redirect r0 error
        tc qdisc del dev r0 clsact
        tc qdisc add dev r0 clsact
        if tc filter add dev r0 ingress protocol all u32 match u32 0 0 action drop 2>/dev/null; then
                alone tc-drop r0 warning
                tc filter del dev r0 ingress
                tc filter add dev r0 ingress protocol ip u32 match ip dst 10.9.9.9/32 action drop
                healthy 'a filter that drops some'
        else
                echo 'note: this kernel has no tc verdicts: tc-drop not tried'
        fi
        tc qdisc del dev r0 clsact
else
        echo 'note: this kernel has no tc redirects: stale-redirect not tried'
fi
ip link del r0
ip link del s0 2>/dev/null

# Two managers: their own files tell, as long as they run.
mkdir -p /run/NetworkManager/devices /run/systemd/netif/links
index=$(link - br0 .ifindex)
printf '[device]\nmanaged=true\nconnection-uuid=4c0a\n' >"/run/NetworkManager/devices/$index"
printf 'ADMIN_STATE=configured\nNETWORK_FILE=/etc/systemd/network/a.network\n' >"/run/systemd/netif/links/$index"
healthy 'files of managers that do not run'
# run_manager NAME: something of that name runs, and is $manager
run_manager() {
        cp "$(command -v sleep)" "$work/$1"
        "$work/$1" 600 &
        manager=$!
        deadline=$(($(date +%s) + 20 * slow))
        until [ "$(cat "/proc/$manager/comm")" = "$1" ] || [ "$(date +%s)" -gt $deadline ]; do sleep 0.05; done
}
end_manager() {
        kill $manager
        wait $manager 2>/dev/null
}
manager_is() { # WORD: it is the one that is told
        ok "the other manager is $1" jq -e --arg w "$1" '.findings[] | select(.check == "two-managers") | .evidence |
                startswith($w)' "$work/out"
}
run_manager NetworkManager
alone two-managers br0 warning
manager_is NetworkManager
end_manager
healthy 'it runs no more'
run_manager systemd-network
alone two-managers br0 warning
manager_is systemd-networkd
end_manager
rm "/run/NetworkManager/devices/$index" "/run/systemd/netif/links/$index"
do_ok create bridge docker0
healthy 'a bridge of that name'
run_manager dockerd
alone two-managers docker0 warning
manager_is docker
end_manager
do_ok destroy docker0
healthy 'none of them runs'

# Drift: somebody takes away what jailnet made.
ip link set e0a_db nomaster
doctor
same 'drift' "$(found drift inventory)" warning
mended drift inventory
ip -n db link del e0b_db
doctor
same 'drift of a pair' "$(found drift inventory)" warning
do_ok restore
healthy 'restored'

# Lent, and not back; then left over.
do_ok create epair lent0 lent1
do_ok up lent0
do_ok up lent1
do_ok create jail gone
do_ok move lent1 gone
ip netns exec gone sleep 600 &
holder=$!
deadline=$(($(date +%s) + 20 * slow))
until [ "$(ip netns identify $holder 2>/dev/null)" = gone ] || [ "$(date +%s)" -gt $deadline ]; do sleep 0.05; done
healthy 'on loan'
ip netns del gone
sick pending-return gone/lent1 warning
mended pending-return gone/lent1
kill $holder
wait $holder 2>/dev/null
doctor
sick orphan-pair lent1 warning
mended orphan-pair lent1
do_ok restore
do_ok destroy gone
healthy 'nothing is left over'

# Destroyed with its jail, which nobody held.
do_ok create epair lent0 lent1
do_ok up lent0
do_ok up lent1
do_ok create jail gone
do_ok move lent1 gone
do_ok doctor # it is seen there
ip netns del gone
deadline=$(($(date +%s) + 20 * slow))
while has_link - lent0 && [ "$(date +%s)" -le $deadline ]; do sleep 0.1; done
sick lost-interface lent1 notice
same 'and what is wanted of it' "$(found drift inventory)" warning
mended lost-interface lent1
do_ok destroy gone
do_ok destroy lent0
healthy 'made again and taken away'

# A plan that is cut off.
if [ -x "${STOPS-}" ]; then
        JAILNET_STOP_AT=done:0 "$STOPS" create bridge cut >/dev/null 2>&1 </dev/null
        doctor
        same 'a plan that was cut off' "$(jq -r '[.findings[] | select(.check == "unfinished-plan")] | length' \
                "$work/out")" 1
        same 'which is an error' $status 4
        do_ok recover --rollback
        healthy 'rolled back'
fi

# Networks as FreeBSD's scripts make them, and one behind address translation.
ip link add em0 type veth peer name wire0
ip link add em1 type veth peer name wire1
for n in 0 1; do
        ip link set em$n up
        ip link set wire$n up
done
ip address add 198.51.100.2/24 dev em0
do_ok jib addm web em0
do_ok jng bridge mail em1
healthy 'what jib and jng made'
for jail in web mail; do
        do_ok create jail $jail
done
do_ok move e0b_web web
do_ok move ng0_mail mail
do_ok up web/e0b_web
do_ok up mail/ng0_mail
do_ok address add web/e0b_web 198.51.100.5/24
do_ok address add mail/ng0_mail 192.0.2.5/24
healthy 'jails on them'
if "$JAILNET" nat add 10.0.0.0/24 via em0 >/dev/null 2>&1; then
        healthy 'translated'
        do_ok nat del 1
fi

# Without the rights to enter the jails: that is told, and what they lack is not guessed.
if unshare -Ur true 2>/dev/null; then
        unshare -Ur "$JAILNET" doctor --json >"$work/out" 2>/dev/null
        same 'without rights: exit status' $? 0
        same 'a stack that cannot be read' "$(found hidden-stack www)" notice
        same 'the other end is in it' "$(found peer-out-of-sight e0a_www)" notice
        same 'and nothing else' "$(checks_found)" 'hidden-stack peer-out-of-sight'
        healthy 'with rights again'
fi

# A stack that a descriptor alone keeps.
if [ -n "${HOLD-}" ]; then
        do_ok create jail leak
        "$HOLD" descriptor /run/netns/leak >"$work/held" &
        holder=$!
        deadline=$(($(date +%s) + 20 * slow))
        until grep -q . "$work/held" || [ "$(date +%s)" -gt $deadline ]; do sleep 0.05; done
        ip netns del leak
        doctor
        same 'a leaked stack' "$(jq -r '[.findings[] | select(.check == "leaked-namespace")] | length' "$work/out")" 1
        kill "$(cut -d' ' -f2 "$work/held")"
        wait $holder 2>/dev/null
fi
finish
