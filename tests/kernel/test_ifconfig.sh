#!/bin/sh
# FreeBSD's ifconfig on the real kernel: the lines that FreeBSD's how-tos have, each as one plan that `ip` sees done and
# `undo` takes back; jails reach each other and the wire; what is refused changes nothing and errs in FreeBSD's way.
. "${SOURCE:?}/tests/lib/sandbox.sh"

ln -s "$JAILNET" "$work/ifconfig"
ifconfig() { "$work/ifconfig" "$@"; }

no() { # TEXT ARGS...: ifconfig refuses with status 1 and one sentence
        text=$1
        shift
        snapshot >"$work/before"
        ifconfig "$@" >"$work/out" 2>"$work/err"
        same "exit status of: ifconfig $*" $? 1
        same "stderr of: ifconfig $*" "$(grep -c '^ifconfig: ' "$work/err") of $(wc -l <"$work/err" | tr -d ' ')" '1 of 1'
        same "stdout of: ifconfig $*" "$(cat "$work/out")" ''
        grep -qF -- "$text" "$work/err" || fail "ifconfig $*: does not say '$text' but: $(cat "$work/err")"
        compare "after the refused: ifconfig $*"
}
prints() { # WANT ARGS...
        want=$1
        shift
        same "ifconfig $*" "$(ifconfig "$@" 2>&1)" "$want"
}
is_up() { [ "$(link "$1" "$2" '.flags | index("UP") != null')" = true ]; }
master() { [ "$(link - "$1" .master)" = "$2" ]; }
reaches() { # JAIL ADDRESS: by a deadline, since ports and carriers take their moment
        checks=$((checks + 1))
        ip netns exec "$1" ping -c 1 -w 20 "$2" >/dev/null 2>&1 || fail "$1 does not reach $2"
}

# Make, name and destroy; the names are printed where they are not the ones that were asked for
pair() { has_link - epair31a && has_link - epair31b && ! is_up - epair31a; }
law 'epair31 create' pair ifconfig epair31 create
same 'the a side is printed' "$(cat "$work/out")" epair31a
prints epair0a epair create
prints epair1a epair create
prints bridge0 bridge create
prints '' bridge5 create
prints sw0 bridge create name sw0
same 'units are lowest free ones' "$(ifconfig -g bridge | sort | tr '\n' ' ')" 'bridge0 bridge5 sw0 '
renamed() { has_link - wan0 && ! has_link - epair0a; }
law 'name' renamed ifconfig epair0a name wan0
same 'its new name is printed' "$(cat "$work/out")" wan0
gone() { ! has_link - epair1a && ! has_link - epair1b; }
law 'destroy of one end takes both' gone ifconfig epair1b destroy
no 'ifconfig epair44 create makes it' epair44
no 'does not exist' nosuch0 up
no 'exists already' bridge0 create
no "class gif" gif0 create
no 'lagg' web7 create

# Several words in one call are one plan
all_in_one() { [ "$(link - bridge9 .linkinfo.info_kind)" = bridge ] && is_up - bridge9 && master epair31a bridge9; }
law 'create up addm' all_in_one ifconfig bridge9 create up addm epair31a
same 'one plan' "$(sql "SELECT words FROM plan ORDER BY number DESC LIMIT 1")" 'ifconfig bridge9 create up addm epair31a'
no 'attached to bridge9 already' bridge0 up addm epair31a
ifconfig epair31b inet up || fail 'a family and no address'
ok 'is up' is_up - epair31b
out() { ! has_link - nothing && [ "$(link - epair31a .master)" = null ]; }
law 'deletem' out ifconfig bridge9 deletem epair31a
no 'no member of bridge9' bridge9 deletem epair31a

# A jail's end, its addresses, and the way between two jails over a bridge of the host
do_ok create jail red
do_ok create jail blue
for jail in red blue; do
        name=$(ifconfig epair create)
        eval "$jail=\${name%a}"
        ifconfig bridge9 addm "$name" up || fail "addm $name"
        ifconfig "$name" up || fail "$name up"
done
moved() { has_link red "${red}b" && ! has_link - "${red}b" && ! is_up red "${red}b"; }
law 'vnet' moved ifconfig "${red}b" vnet red
ifconfig "${blue}b" vnet "$(jailnet_jid=$("$JAILNET" show --format json | jq '.jails[] | select(.name == "blue") | .jid') &&
        echo "$jailnet_jid")" || fail 'vnet by jid'
numbered() { [ "$(addresses red "${red}b")" = 10.66.0.2/24 ] && is_up red "${red}b"; }
law 'inet ADDR/LEN up in a jail' numbered ifconfig -j red "${red}b" inet 10.66.0.2/24 up
ifconfig -j blue "${blue}b" 10.66.0.3 netmask 255.255.255.0 up || fail 'inet with a netmask'
ifconfig bridge9 inet 10.66.0.1 netmask 0xffffff00 || fail 'inet on the bridge'
reaches red 10.66.0.3
reaches blue 10.66.0.1
both() { [ "$(addresses red "${red}b")" = '10.66.0.2/24 10.66.0.22/32' ]; }
law 'alias' both ifconfig -j red "${red}b" inet 10.66.0.22/32 alias
one() { [ "$(addresses red "${red}b")" = 10.66.0.2/24 ]; }
law '-alias' one ifconfig -j red "${red}b" inet 10.66.0.22 -alias
replaced() { [ "$(addresses red "${red}b")" = 10.66.0.5/24 ]; }
law 'inet takes the place of the first address' replaced ifconfig -j red "${red}b" inet 10.66.0.5/24
six() { addresses red "${red}b" | grep -q '2001:db8:66::5/64'; }
law 'inet6' six ifconfig -j red "${red}b" inet6 2001:db8:66::5 prefixlen 64
ifconfig -j blue "${blue}b" inet6 2001:db8:66::6/64 || fail 'inet6 ADDR/LEN'
no 'neither a word of ifconfig nor an address' bridge9 frobnicate
no 'no netmask' bridge9 inet 10.1.2.3 netmask 255.0.255.0
home() { has_link - "${blue}b" && ! has_link blue "${blue}b"; }
ifconfig "${blue}b" -vnet blue || fail '-vnet'
ok '-vnet brings it home' home
same 'and drops its addresses' "$(addresses - "${blue}b")" ''
no 'jail "nobody" not found' "${blue}b" vnet nobody

# Properties
mac() { [ "$(link - wan0 .address)" = 02:ab:00:00:00:07 ]; }
law 'ether' mac ifconfig wan0 ether 02:ab:00:00:00:07
mtu() { [ "$(link - wan0 .mtu)" = 1400 ]; }
law 'mtu' mtu ifconfig wan0 mtu 1400
text() { [ "$(link - wan0 .ifalias)" = 'to the wire' ]; }
law 'description' text ifconfig wan0 description 'to the wire'
no_text() { [ "$(link - wan0 .ifalias)" = null ]; }
law '-description' no_text ifconfig wan0 -description
group() { [ "$(ifconfig -g outside)" = wan0 ]; }
law 'group' group ifconfig wan0 group outside
ok 'the kernel keeps it' test "$(link - wan0 '.altnames | map(select(startswith("jn.group.outside."))) | length')" = 1
no_group() { [ -z "$(ifconfig -g outside)" ]; }
law '-group' no_group ifconfig wan0 -group outside
no 'does not end in a digit' wan0 group out1
stp() { [ "$(link - bridge0 .linkinfo.info_data.stp_state)" = 1 ]; }
ifconfig bridge0 addm wan0 || fail 'addm wan0'
law 'stp' stp ifconfig bridge0 stp wan0
no_stp() { [ "$(link - bridge0 .linkinfo.info_data.stp_state)" = 0 ]; }
law '-stp' no_stp ifconfig bridge0 -stp wan0
private() { [ "$(link - wan0 .linkinfo.info_slave_data.isolated)" = true ]; }
law 'private' private ifconfig bridge0 private wan0
same 'private is listed' "$(ifconfig bridge0 | grep -c 'member: wan0 flags=943<LEARNING,DISCOVER,AUTOEDGE,AUTOPTP,PRIVATE>')" 1
off() { ! private && master wan0 null; }
law 'deletem of a private one, which is so again after undo' off ifconfig bridge0 deletem wan0
do_ok undo
ok 'private again' private
no_private() { [ "$(link - wan0 .linkinfo.info_slave_data.isolated)" = false ]; }
law '-private' no_private ifconfig bridge0 -private wan0
no 'no member of bridge0' bridge0 private epair31a
promisc() { [ "$(link - wan0 '.flags | index("PROMISC") != null')" = true ]; }
law 'promisc' promisc ifconfig wan0 promisc
ifconfig bridge0 private wan0 && ifconfig wan0 group outside || fail 'private and a group'
ip link delete wan0
do_ok restore
ok 'restore isolates it again' private
ok 'restore puts it into its group' group
pinned=$(link - bridge0 .address)
do_ok restore -n
same 'a bridge has the address that it was given' "$(link - bridge0 .address)" "$pinned"
ifconfig bridge0 ether 02:ab:00:00:00:08 || fail 'ether on a bridge'
same 'a pin follows' "$("$JAILNET" show --format json | jq -r '.interfaces[] | select(.name == "bridge0") | .pin')" \
        02:ab:00:00:00:08

# The listing: scripts cut words out of it
list=$(ifconfig bridge9)
same 'first line' "$(echo "$list" | head -n 1)" \
        'bridge9: flags=8843<UP,BROADCAST,RUNNING,SIMPLEX,MULTICAST> metric 0 mtu 1500'
same 'ether' "$(echo "$list" | awk '/^\tether/ { print $2 }')" "$(link - bridge9 .address)"
same 'inet' "$(echo "$list" | awk '/^\tinet / { print $2, $4, $6 }')" '10.66.0.1 0xffffff00 10.66.0.255'
same 'members' "$(echo "$list" | awk '/member:/ { print $2 }' | sort | tr '\n' ' ')" \
        "$(printf '%s\n' "${red}a" "${blue}a" | sort | tr '\n' ' ')"
same 'groups' "$(ifconfig wan0 | awk '/groups:/ { $1 = ""; print }')" ' epair outside'
same 'ether alone' "$(ifconfig wan0 ether | awk 'END { print NR, $1, $2 }')" '2 ether 02:ab:00:00:00:07'
same '-l has every name once' "$(ifconfig -l | tr ' ' '\n' | sort | tr '\n' ' ')" \
        "$(ip -j link | jq -r '.[].ifname' | sort | tr '\n' ' ')"
same '-l in a jail' "$(ifconfig -j red -l)" "lo ${red}b"

# A member's own addresses: the host is reached as before, and they come back with it
do_ok create jail wire
do_ok create epair nic0 wire/far0
do_ok up nic0
do_ok up wire/far0
do_ok address add nic0 192.0.2.1/24
do_ok address add wire/far0 192.0.2.9/24
reaches wire 192.0.2.1
carried() { [ -z "$(addresses - nic0)" ] && [ "$(addresses - bridge3)" = 192.0.2.1/24 ] && master nic0 bridge3; }
law 'addm of an interface with addresses' carried ifconfig bridge3 create addm nic0 up
reaches wire 192.0.2.1
back() { [ "$(addresses - nic0)" = 192.0.2.1/24 ] && [ -z "$(addresses - bridge3)" ] && ! master nic0 bridge3; }
law 'deletem brings them back' back ifconfig bridge3 deletem nic0
reaches wire 192.0.2.1
given() { [ -z "$(addresses - nic0)" ] && [ "$(addresses - bridge3)" = 192.0.2.2/24 ]; }
ifconfig bridge3 addm nic0 2>/dev/null || fail 'addm nic0'
law 'an address of a member replaces its address' given ifconfig nic0 inet 192.0.2.2/24
reaches wire 192.0.2.2
ifconfig nic0 -alias 192.0.2.2 || fail '-alias on a member'
same 'and is taken away again' "$(addresses - bridge3)" ''

# A bridge's numbers and its table of addresses: as the kernel has them, taken back, and restored
bridge_data() { link - bridge3 ".linkinfo.info_data.$1"; }
port_data() { link - nic0 ".linkinfo.info_slave_data.$1"; }
tuned() {
        [ "$(bridge_data ageing_time)/$(bridge_data hello_time)/$(bridge_data forward_delay)" = 60000/300/1000 ] &&
                [ "$(bridge_data max_age)/$(bridge_data priority)" = 1500/4096 ] &&
                [ "$(port_data priority)/$(port_data cost)/$(port_data learning)" = 16/55/false ]
}
numbers='timeout 600 hellotime 3 fwddelay 10 maxage 15 priority 4096 ifpriority nic0 64 ifpathcost nic0 55'
# shellcheck disable=SC2086 # they are words
law 'numbers of a bridge and its member' tuned ifconfig bridge3 $numbers -learn nic0
ifconfig bridge3 >"$work/out"
ok 'listed' grep -qE '^	id [0-9a-f:]+ priority 4096 hellotime 3 fwddelay 10$' "$work/out"
ok 'listed, and the time' grep -qE '^	maxage 15 proto stp .*timeout 600$' "$work/out"
ok 'the member' grep -qE 'priority 64 path cost 55$' "$work/out"
ok 'does not learn' sh -c "! grep -q 'member: nic0 .*LEARNING' '$work/out'"
ifconfig bridge3 deletem nic0 || fail 'deletem of a tuned member'
do_ok undo
ok 'a member that left is tuned again when that is undone' tuned
ifconfig bridge3 deletem nic0 || fail 'deletem'
ifconfig bridge3 addm nic0 || fail 'addm again'
same 'a port anew has the usual numbers' "$(port_data cost)/$(port_data learning)" 2/true
# shellcheck disable=SC2086 # they are words
ifconfig bridge3 $numbers -learn nic0 || fail 'tuned again'
ip link set bridge3 type bridge hello_time 200
ip link set nic0 type bridge_slave learning on
do_ok restore
ok 'restored' tuned
no 'takes 1 to 10' bridge3 hellotime 99
no 'at once on Linux' bridge3 timeout 0
no 'in steps of 16' bridge3 ifpriority nic0 7
no 'stp alone' bridge3 proto rstp
no 'no limit of messages' bridge3 holdcnt 6
no 'is a port' bridge3 span nic0
no 'requires two arguments' bridge3 ifpathcost nic0
no 'is a word for bridges' nic0 timeout 5
ifconfig bridge3 proto stp discover nic0 || fail 'what is so already'
if [ "$(bridge_data 'fdb_max_learned // "none"')" != none ]; then
        ifconfig bridge3 maxaddr 50 || fail 'maxaddr'
        same 'maxaddr' "$(bridge_data fdb_max_learned)" 50
fi
static() { bridge -j fdb show br bridge3 | jq -r '.[] | select(.state == "static") | .mac + " " + .ifname' | sort | tr '\n' ';'; }
told() { [ "$(static)" = '02:00:00:00:aa:01 nic0;' ]; }
law 'static' told ifconfig bridge3 static nic0 02:00:00:00:aa:01
ifconfig bridge3 addr >"$work/out"
same 'addr' "$(grep aa:01 "$work/out")" '02:00:00:00:aa:01 Vlan1 nic0 0 flags=1<STATIC>'
untold() { [ "$(static)" = '' ]; }
law 'deladdr' untold ifconfig bridge3 deladdr 02:00:00:00:aa:01
no 'does not know that address' bridge3 deladdr 02:00:00:00:aa:02
ifconfig bridge3 static nic0 02:00:00:00:aa:01 || fail 'static again'
ifconfig bridge3 flush || fail flush
same 'flush keeps what was told' "$(static)" '02:00:00:00:aa:01 nic0;'
ip link set nic0 nomaster
same 'the kernel forgets with the membership' "$(static)" ''
do_ok restore
same 'restored with it' "$(static)" '02:00:00:00:aa:01 nic0;'
do_ok restore
same 'restored again' "$(cat "$work/out")" 'nothing to restore'
ifconfig bridge3 flushall || fail flushall
same 'flushall does not' "$(static)" ''
ip link set nic0 nomaster
do_ok restore
same 'nor is it restored then' "$(static)" ''

# Kinds that this kernel may lack: done, or refused in one sentence
for line in 'lagg0 create laggproto failover' 'vlan7 create vlan 7 vlandev nic0' 'nic0.8 create' 'tap3 create' \
        'vxlan4 create vxlanid 4'; do
        # shellcheck disable=SC2086 # they are words
        set -- $line
        snapshot >"$work/before"
        if ifconfig "$@" >"$work/out" 2>"$work/err"; then
                checks=$((checks + 1))
                has_link - "$1" || fail "$line: is not there"
                ifconfig "$1" destroy || fail "$1 destroy"
        else
                same "lines on stderr of: $line" "$(grep -c '^ifconfig: ' "$work/err")" 1
        fi
        compare "$line, and away again"
done

# Nothing happens in a preview, and it says the words that do it
snapshot >"$work/before"
do_ok -n ifconfig bridge9 destroy
compare 'a preview'
ok 'the preview has the iproute2 line' grep -q 'ip link delete' "$work/out"
ok 'help' "$JAILNET" help ifconfig
ok '--help' ifconfig --help

finish
