#!/bin/sh
# A changed rc.conf is imported again where there are laggs and VLANs: what changed is changed, and nothing else; what is
# there then is what a bare host has of it; a jail's laggs and VLANs are made in the jail; undo takes back each import.
. "${SOURCE:?}/tests/lib/sandbox.sh"

mkdir "$work/files"
write() { # LINES of lagg0 and of VLANs
        cat >"$work/files/rc.conf" <<EOF
cloned_interfaces="epair0 epair1 epair2 epair3 epair4 lagg0"
$(for n in 0 1 2 3 4; do printf 'ifconfig_epair%sa="up"\nifconfig_epair%sb="up"\n' $n $n; done)
$1
EOF
}
import() { J import "$work/files" || fail "import: $(cat "$work/err")"; }
nothing() { grep -q '^nothing is to be changed' "$work/out" || fail "$1: imported again: $(cat "$work/out")"; }
ports() { ip -j link show master "$1" | jq -r '[.[].ifname] | sort | join(" ")'; }
mode() { link - lagg0 .linkinfo.info_data.mode; }
number() { link - lagg0 .ifindex; }
links() { # of the stack it is asked in
        ip -j -d link | jq -c 'sort_by(.ifname)[] | [.ifname, .link, .master, .linkinfo.info_kind, .linkinfo.info_data.mode,
                .linkinfo.info_data.id, (.flags | index("UP") != null)]'
}
again() { # WHAT: repeated it changes nothing; a bare host gets the same
        import
        nothing "$1"
        links >"$work/here"
        JAILNET_DB=$work/bare.db "$JAILNET" sandbox -- sh -c '"$JAILNET" import "$1" >"$2"; ip -j -d link' sh "$work/files" "$work/bare.out" |
                (ip() { cat; }; links) >"$work/bare"
        same "$1: as on a bare host" "$(diff "$work/bare" "$work/here")" ''
        rm -f "$work"/bare.db*
}

write 'ifconfig_lagg0="laggproto failover laggport epair0a laggport epair1a 10.1.0.1/24 up"
vlans_lagg0="5 6"
ifconfig_lagg0_5="10.5.0.1/24 up"
ifconfig_lagg0_6="up"'
import
same 'made' "$(mode) $(ports lagg0) $(link - lagg0.5 .linkinfo.info_data.id)" 'active-backup epair0a epair1a 5'
again 'at first'
kept=$(number)
snapshot >"$work/first"

write 'ifconfig_lagg0="laggproto failover laggport epair1a laggport epair2a laggport epair3a 10.1.0.1/24 up"
vlans_lagg0="5 6"
ifconfig_lagg0_5="10.5.0.1/24 up"
ifconfig_lagg0_6="up"'
import
same 'ports' "$(ports lagg0), $(number)" "epair1a epair2a epair3a, $kept"
ok 'it is told' grep -q 'port epair0a is in it no more' "$work/out" "$work/err"
again 'other ports'
do_ok undo
snapshot >"$work/now"
same 'other ports, undone' "$(diff "$work/first" "$work/now")" ''

write 'ifconfig_lagg0="laggport epair0a laggport epair1a 10.1.0.1/24 up"
vlans_lagg0="5 7"
ifconfig_lagg0_5="10.5.0.2/24 up"
ifconfig_lagg0_7="up"'
import
same 'VLANs' "$(link - lagg0.6 .ifname) $(link - lagg0.7 .linkinfo.info_data.id) $(addresses - lagg0.5) $(number)" \
        " 7 10.5.0.2/24 $kept"
again 'other VLANs'
do_ok undo
snapshot >"$work/now"
same 'other VLANs, undone' "$(diff "$work/first" "$work/now")" ''

write 'ifconfig_lagg0="laggproto roundrobin laggport epair0a laggport epair1a 10.1.0.1/24 up"
vlans_lagg0="5 6"
ifconfig_lagg0_5="10.5.0.1/24 up"
ifconfig_lagg0_6="up"'
import
same 'protocol' "$(mode) $(ports lagg0) $(addresses - lagg0.5)" 'balance-rr epair0a epair1a 10.5.0.1/24'
again 'another protocol'
do_ok undo
snapshot >"$work/now"
same 'another protocol, undone' "$(diff "$work/first" "$work/now")" ''

# Somebody else's: its ports and mode stay, unless the file says so.
write ''
sed -i 's/ lagg0"/"/' "$work/files/rc.conf"
import
same 'a lagg that is not wanted' "$(link - lagg0 .ifname)" ''
ip link add lagg0 type bond mode balance-rr
write 'ifconfig_lagg0="laggproto lacp"'
J import "$work/files"
same 'of another protocol, and not ours' "$status $(grep -c 'lagg0: is there already and is no lagg of that protocol' "$work/err")" '1 1'
write 'ifconfig_lagg0="laggport epair4a"'
import
same "a port more of somebody's" "$(mode) $(ports lagg0)" 'balance-rr epair4a'
write 'ifconfig_epair4a="up"'
import
same "it leaves, and somebody's lagg stays" "$(mode) [$(ports lagg0)]" 'balance-rr []'
ip link del lagg0

# In a jail
mkdir -p "$work/files/jails/inner/etc"
write ''
sed -i 's/ lagg0"/"/' "$work/files/rc.conf"
printf '%s\n' 'inner { vnet; persist; path = "'"$work"'/files/jails/inner"; vnet.interface = "epair0b", "epair1b"; }' >"$work/files/jail.conf"
printf '%s\n' 'cloned_interfaces="lagg7"' 'ifconfig_epair0b="up"' 'ifconfig_epair1b="up"' \
        'ifconfig_lagg7="laggproto loadbalance laggport epair0b laggport epair1b 10.7.0.1/24"' 'vlans_lagg7="9"' \
        >"$work/files/jails/inner/etc/rc.conf"
import
same 'in the jail' "$(link inner lagg7 .linkinfo.info_data.mode) $(link inner epair1b .master) $(link inner lagg7.9 .linkinfo.info_data.id)" \
        'balance-xor lagg7 9'
ok "and not on the host" test "$(link - lagg7 .ifname)" = ""
import
nothing 'in a jail'
finish
