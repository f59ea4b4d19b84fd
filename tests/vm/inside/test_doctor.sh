#!/bin/sh
# A cable between two bridges that filter VLANs, which not every kernel has: the doctor finds the VLAN that one end lets out
# and the other does not let in, path says where it stops, and both are content once the ends agree.
. "${SOURCE:?}/tests/vm/inside/lib.sh"

found() { "$JAILNET" doctor --json | jq -r '[.findings[] | select(.check == "vlan-mismatch") | .object] | join(" ")'; }
way() { "$JAILNET" path a b --json >"$work/way" 2>/dev/null || :; jq -r "$1" "$work/way"; }

do_ok create jail near
do_ok create jail far
do_ok create jail a
do_ok create jail b
ip -n near link add sw0 up type bridge vlan_filtering 1
ip -n far link add sw1 up type bridge vlan_filtering 1
ip -n near link add t0 up master sw0 type veth peer name t1 netns far
ip -n far link set t1 up master sw1
ip -n near link add pa up master sw0 type veth peer name qa netns a
ip -n far link add pb up master sw1 type veth peer name qb netns b
n=1
for jail in a b; do
        ip -n $jail link set q$jail up
        ip -n $jail address add 10.9.0.$n/24 dev q$jail
        n=$((n + 1))
done
bridge -n near vlan add dev pa vid 20 pvid untagged
bridge -n far vlan add dev pb vid 20 pvid untagged
reaches() { ip netns exec a ping -c 1 -W 1 10.9.0.2; }

# Only one end of the cable has VLAN 20.
bridge -n near vlan add dev t0 vid 20
same 'one end' "$(found)" far/t1
same 'the way' "$(way '"\(.verdict) \(.reason)"')" 'broken VLAN not allowed'
ok 'so it is' sh -c '! ip netns exec a ping -c 1 -W 1 10.9.0.2'

# Both have it.
bridge -n far vlan add dev t1 vid 20
same 'both ends' "$(found)" ''
same 'the way, mended' "$(way .verdict)" reached
ok 'so it is, too' within 20 reaches

# Frames without a tag are another VLAN at the far end.
bridge -n far vlan add dev t1 vid 30 pvid untagged
bridge -n near vlan add dev t0 vid 30
same 'the native VLAN' "$([ -n "$(found)" ] && echo found)" found

for jail in near far a b; do ip netns del $jail; done
finish
