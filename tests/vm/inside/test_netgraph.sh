#!/bin/sh
# netgraph's nodes that are made of what not every kernel has. A vlan node: frames of a VLAN cross from the wire to the
# hook that filters it and back, and to no other; untagged and unknown ones are the host's by nomatch; a filter is taken
# away, undone, restored, and read back without an inventory. A lagg and a one2many: real bonds that carry frames, over
# the link that is left when one goes.
set -u
. "${SOURCE:?}/tests/lib/sandbox.sh"

reaches() { # JAIL ADDR: within what an emulated machine needs
        for n in 1 2 3 4 5 6 7 8 9 10; do
                ip netns exec "$1" ping -c 1 -W 2 "$2" >/dev/null 2>&1 && return 0
        done
        return 1
}
misses() { ! ip netns exec "$1" ping -c 2 -i 0.3 -W 1 "$2" >/dev/null 2>&1; }
answers() { for n in 1 2 3 4 5 6 7 8 9 10; do ping -c 1 -W 2 "$1" >/dev/null 2>&1 && return 0; done; return 1; }
vlans() { # IF: its VLANs, with the flags of each run
        bridge -j -compressvlans vlan show dev "$1" 2>/dev/null | jq -cr '.[0].vlans // [] |
                map("\(.vlan)\(if .vlanEnd then "-\(.vlanEnd)" else "" end)\(.flags // [] |
                        map(ascii_downcase | .[0:1]) | sort | join(""))") | join(" ")'
}
args() { "$JAILNET" ngctl msg "$@" | sed -n '2s/^Args:\t//p'; }

# -- vlan: a trunk to the jail wire, whose VLANs are the kernel's own ------------------------------------------------

do_ok create jail wire
do_ok create jail red
do_ok create jail blue
do_ok create epair p0 p1
do_ok address add p0 10.0.0.1/24
do_ok up p0
do_ok move p1 wire
do_ok up wire/p1
do_ok address add wire/p1 10.0.0.2/24
for vlan in 7 8 9; do
        ip -n wire link add link p1 name p1.$vlan type vlan id $vlan
        ip -n wire address add 10.$vlan.0.2/24 dev p1.$vlan
        ip -n wire link set p1.$vlan up
done
"$JAILNET" ngctl -f - >"$work/out" 2>"$work/err" <<'EOF' || fail "the script: $(cat "$work/err")"
mkpeer p0: vlan lower downstream
name p0:lower v
connect v: p0: nomatch upper
mkpeer v: eiface seven ether
mkpeer v: eiface eight ether
msg v: addfilter { vlan=7 hook="seven" }
msg v: addfilter { vid=8 hook="eight" }
EOF
same 'gettable' "$(args v: gettable)" '{ n=2 filter=[ { hook="seven" vlan=7 vid=7 } { hook="eight" vlan=8 vid=8 } ] }'
same 'getencap' "$(args v: getencap) $(args v: getdecap) $(args v: getencapproto)" '0x1 0x0 0x8100'
seven=$("$JAILNET" ngctl msg v:seven getifname | sed -n '2s/.*"\(.*\)"/\1/p')
eight=$("$JAILNET" ngctl msg v:eight getifname | sed -n '2s/.*"\(.*\)"/\1/p')
do_ok move "$seven" red
do_ok move "$eight" blue
do_ok address add "red/$seven" 10.7.0.1/24
do_ok address add "blue/$eight" 10.8.0.1/24
do_ok up "red/$seven"
do_ok up "blue/$eight"
port=$(ip -j link show master ngvlan0 | jq -r '[.[].ifname | select(. != "p0")] | sort | .[0]')
same 'the trunk' "$(vlans p0)" '1-4093 4094ep'
same 'a filter' "$(vlans "$port")" '7ep'
same "the host's" "$(vlans ngvlan0)" '1-6 9-4093 4094ep'
ok 'VLAN 7 crosses' reaches red 10.7.0.2
ok 'VLAN 8 crosses' reaches blue 10.8.0.2
ok 'and back' reaches wire 10.7.0.1
ok "untagged frames are the host's" answers 10.0.0.2
ip -n red address add 10.8.0.9/24 dev "$seven"
ok 'VLAN 8 does not reach the hook of 7' misses red 10.8.0.2
ip -n red address del 10.8.0.9/24 dev "$seven"
ip link add link ngvlan0 name host9 type vlan id 9
ip address add 10.9.0.1/24 dev host9
ip link set host9 up
ok 'what has no filter goes to nomatch with its tag' answers 10.9.0.2
ip link del host9

deaf() { [ "$(vlans "$port")" = '' ]; }
law 'a filter is taken away' deaf ngctl msg v: delfilter '"seven"'
ok 'VLAN 7 crosses no more' misses red 10.7.0.2
do_ok undo
ok 'and again' reaches red 10.7.0.2
own() { [ "$(args v: gettable)" = '{ n=1 filter=[ { hook="eight" vlan=8 vid=8 } ] }' ]; }
law 'by its number' own ngctl msg v: delvidflt 7
do_ok undo
J ngctl msg v: addfilter '{ vlan=8 hook="seven" }'
same 'a hook has one filter' "$status $(grep -c 'File exists' "$work/err")" '71 1'

# As after a restart.
ip link del ngvlan0
do_ok restore
do_ok restore
same 'restored' "$(cat "$work/out")" 'nothing to restore'
ok 'VLAN 7 crosses when restored' reaches red 10.7.0.2
ok 'VLAN 8 too' reaches blue 10.8.0.2
same "the host's, restored" "$(vlans ngvlan0)" '1-6 9-4093 4094ep'
gone() { ! has_link - ngvlan0; }
law 'its end' gone shutdown v:
do_ok undo
ok 'VLAN 8 crosses after that is undone' reaches blue 10.8.0.2
do_ok shutdown v:
same 'no mark is left' "$(ip -j link | jq -r '[.[] | .altnames // [] | .[] | select(startswith("jn.vlan"))] | length')" 0

# -- lagg and one2many: bonds, to a bond of the kernel's own in the jail far -----------------------------------------

do_ok create jail far
for n in 0 1 2 3; do
        do_ok create epair "m$n" "n$n"
        do_ok up "m$n"
        ip link set "n$n" netns far
done
ip -n far link add bond1 type bond mode active-backup miimon 100
ip -n far link add bond2 type bond mode balance-rr miimon 100
for n in 0 1 2 3; do
        ip -n far link set "n$n" down
        ip -n far link set "n$n" master bond$((n / 2 + 1))
done
ip -n far address add 10.50.0.2/24 dev bond1
ip -n far address add 10.60.0.2/24 dev bond2
ip -n far link set bond1 up
ip -n far link set bond2 up

"$JAILNET" ngctl -f - >"$work/out" 2>"$work/err" <<'EOF' || fail "lagg: $(cat "$work/err")"
mkpeer m0: lagg lower link0
name m0:lower l
connect l: m1: link1 lower
EOF
lagg=$(ip -j link show m0 | jq -r '.[0].master')
same 'a lagg is a bond' "$(link - "$lagg" .linkinfo.info_kind)" bond
do_ok address add "$lagg" 10.50.0.1/24
ok 'a lagg carries frames' answers 10.50.0.2
do_ok down m0
ok 'over the link that is left' answers 10.50.0.2
do_ok up m0

"$JAILNET" ngctl -f - >"$work/out" 2>"$work/err" <<'EOF' || fail "one2many: $(cat "$work/err")"
mkpeer m2: one2many lower many0
name m2:lower o
connect o: m3: many1 lower
mkpeer o: eiface one ether
EOF
one=$("$JAILNET" ngctl msg o:one getifname | sed -n '2s/.*"\(.*\)"/\1/p')
do_ok move "$one" red
do_ok address add "red/$one" 10.60.0.1/24
do_ok up "red/$one"
same 'a one2many is a bond' "$(link - ngmany0 '"\(.linkinfo.info_kind) \(.linkinfo.info_data.mode)"')" 'bond balance-rr'
same 'getconfig' "$(args o: getconfig)" '{ xmitAlg=1 failAlg=2 enabledLinks=[ 1 1 ] }'
ok 'a one2many carries frames' reaches red 10.60.0.2
before=$(cat /sys/class/net/m2/statistics/tx_packets) also=$(cat /sys/class/net/m3/statistics/tx_packets)
ip netns exec red ping -c 6 -i 0.2 -W 2 10.60.0.2 >/dev/null
ok 'by both its links' test "$(cat /sys/class/net/m2/statistics/tx_packets)" -gt "$before" -a \
        "$(cat /sys/class/net/m3/statistics/tx_packets)" -gt "$also"
do_ok down m3
ok 'over the link that is left' reaches red 10.60.0.2
finish
