# Proves: FreeBSD's scripts run as they stand: in their grammar, with their absolute paths and interpreters, with the small
# commands that they call, on the host's stack and in a jail's; the exit status is the script's, and nothing of what it was
# given is left when it is gone.
. "${SOURCE:?}/tests/lib/sandbox.sh"

scripts=$work/scripts
mkdir "$scripts" || exit 1
write() { cat >"$scripts/$1" && chmod +x "$scripts/$1"; } # NAME: a script from stdin
freebsd() {
        "$JAILNET" freebsd -- "$@" >"$work/out" 2>"$work/err" </dev/null
        status=$?
        return $status
}
freebsd_ok() {
        checks=$((checks + 1))
        freebsd "$@" || fail "freebsd $*: exit status $status: $(cat "$work/err")"
}

mounts() { cut -d' ' -f4- /proc/self/mountinfo | sort; }
freebsd_ok true # the run directory of named jails is a mount of its own from now on
mounts >"$work/mounts"

# --- The script is the process --------------------------------------------------------------------------------------
write status <<'SCRIPT'
#!/bin/sh
echo "$#: $*"
exit 7
SCRIPT
freebsd "$scripts/status" -n 'two words' --strict
same 'the exit status is the script'"'"'s' "$status" 7
same 'its words are its own' "$(cat "$work/out")" '3: -n two words --strict'

write killed <<'SCRIPT'
kill -TERM $$
SCRIPT
chmod -x "$scripts/killed" # neither an interpreter nor the right: sh
freebsd "$scripts/killed"
same 'ended by a signal' "$status" $((128 + 15))

mkfifo "$work/there" || exit 1
write waits <<SCRIPT
#!/bin/sh
trap 'echo caught; exit 5' TERM
echo here >"$work/there"
while :; do sleep 1; done
SCRIPT
"$JAILNET" freebsd -- "$scripts/waits" >"$work/out" &
pid=$!
read -r word <"$work/there"
kill -TERM $pid
wait $pid
same 'a signal reaches the script' "$? $(cat "$work/out") $word" '5 caught here'

freebsd nosuch_command
same 'no such command' "$status" 127
freebsd "$work/nosuch"
same 'no such script' "$status" 127
printf '#!/opt/packages/bin/nosuch_interpreter\n' | write odd
freebsd "$scripts/odd"
same 'an interpreter that is not here' "$status $(grep -c 'nosuch_interpreter is not installed' "$work/err")" '1 1'
printf '#!/usr/nosuch/bin/awk -f\nBEGIN { print 6 * 7 }\n' | write awk
freebsd_ok "$scripts/awk"
same 'an interpreter in another folder' "$(cat "$work/out")" 42
J freebsd --frobnicate
same 'a wrong option' "$status" 2
J -n freebsd -- true
same 'a preview' "$status" 2
(cd "$scripts" && "$JAILNET" freebsd status >"$work/out")
same 'a script of this folder' "$? $(cat "$work/out")" '7 0: '

# --- What it finds --------------------------------------------------------------------------------------------------
write finds <<'SCRIPT'
for command in ifconfig ngctl route sysctl kldload kldstat service sysrc; do
        case $(command -v $command) in
        */.jailnet/*) ;;
        *) echo "$command is $(command -v $command)" ;;
        esac
done
for path in /sbin/ifconfig /sbin/route /sbin/sysctl /sbin/kldload /usr/sbin/ngctl /usr/sbin/service /usr/sbin/sysrc \
        /usr/local/sbin/jib /usr/local/bin/jng; do
        [ -x $path ] || echo "no $path"
done
# What was there is there still, as it was.
[ -x "$(command -v ip)" ] && ip link show lo >/dev/null || echo 'no ip'
touch /usr/sbin/nosuch 2>/dev/null && echo 'a folder can be written to'
uname
SCRIPT
freebsd_ok "$scripts/finds"
same 'what a script finds' "$(cat "$work/out")" Linux
"$JAILNET" freebsd --strict -- "$scripts/finds" >"$work/out" 2>"$work/err"
same 'and with --strict' "$(cat "$work/out")" FreeBSD

# A script that runs another one this way, as a jail's exec.start does.
write nested <<SCRIPT
"$JAILNET" freebsd -- "$scripts/finds"
/sbin/ifconfig -l
"$JAILNET" freebsd -- "$scripts/status"
SCRIPT
freebsd "$scripts/nested"
same 'a script in a script' "$status $(tr '\n' ' ' <"$work/out")" '7 Linux lo 0:  '

# --- epairs on a bridge, as jib's kind of scripts make them ----------------------------------------------------------
ok 'a card' ip link add em0 type veth peer name wire0
ip link set em0 address 00:0c:29:3e:4f:50
write pairs <<'SCRIPT'
#!/bin/sh
pgm="${0##*/}"
die() { echo "$pgm: $*" >&2; exit 1; }
kldstat -qm if_bridge || kldload if_bridge || die "no bridges"
kldstat -qn if_epair || /sbin/kldload -n if_epair || die "no epairs"
[ "$( sysctl -n net.link.bridge.pfil_member )" = 0 ] || sysctl net.link.bridge.pfil_member=0 > /dev/null
join()
{
        local parent="$1" name="$2" new sum mac
        ifconfig "e0a_$name" > /dev/null 2>&1 && return
        /sbin/ifconfig $parent up || return
        if ! ifconfig "${parent}bridge" > /dev/null 2>&1; then
                new=$( ifconfig bridge create ) || return
                ifconfig $new addm $parent || return
                ifconfig $new name "${parent}bridge" > /dev/null || return
                ifconfig "${parent}bridge" up || return
        fi
        new=`ifconfig epair create` || return
        ifconfig "${parent}bridge" addm $new || return
        ifconfig $new name "e0a_$name" > /dev/null || return
        ifconfig ${new%a}b name "e0b_$name" > /dev/null || return
        ifconfig "e0a_$name" up || return
        sum=$( set -- `echo -n $name | sum` && echo $1 )
        mac=$( ifconfig $parent ether | awk '/ether/ { print $2 }' )
        mac=$( printf 02:%02x:%02x $(( $sum >> 8 & 255 )) $(( $sum & 255 )) )${mac#??:??:??}
        ifconfig "e0a_$name" ether $mac
}
for name in www Foo; do
        join em0 $name || die "$name: failed"
done
ifconfig em0bridge | awk '$1 == "member:" && sub(/^e[0-9]+a_/, "", $2) { print $2 }' | sort
SCRIPT
freebsd_ok "$scripts/pairs"
same 'members, as its awk finds them' "$(tr '\n' ' ' <"$work/out")" 'Foo www '
same 'what it said' "$(cat "$work/err")" ''
same 'a port' "$(link - e0a_www .master)" em0bridge
same 'its address' "$(link - e0a_www .address)" 02:40:d0:3e:4f:50
same 'an address with a small sum' "$(link - e0a_Foo .address)" 02:00:b8:3e:4f:50
same 'the other end' "$(link - e0b_www .linkinfo.info_kind)" veth
snapshot >"$work/before"
freebsd_ok "$scripts/pairs"
compare 'run again'

# --- A graph, as a netgraph script in rc.d makes it ---------------------------------------------------------------------
do_ok create jail www
write graph <<'SCRIPT'
#!/bin/sh
# PROVIDE: graph
# REQUIRE: netif
case "$1" in
start)
        for module in netgraph ng_ether ng_bridge ng_eiface; do
                kldload -nq $module
        done
        /usr/sbin/ngctl -f- <<EOF || exit 1
mkpeer eiface ether ether
mkpeer ngeth0: bridge ether link0
name ngeth0:ether sw0
msg sw0: setpersistent
EOF
        /usr/sbin/ngctl mkpeer sw0: eiface link1 ether || exit 1
        new=$(expr "$(/usr/sbin/ngctl msg sw0:link1 getifname)" : '.*Args:.*"\([a-zA-Z]*[0-9]*\)"')
        /usr/sbin/ngctl name sw0:link1 www0
        /sbin/ifconfig $new name www0 > /dev/null
        /sbin/ifconfig ngeth0 inet 10.7.0.1/24 up
        /sbin/ifconfig www0 vnet www
        ;;
stop)
        for node in www0 ngeth0 sw0; do
                /usr/sbin/ngctl shutdown $node:
        done
        ;;
esac
SCRIPT
freebsd_ok "$scripts/graph" start
same 'the interface in the jail' "$(link www www0 .linkinfo.info_kind)" veth

# In the jail's own stack, as its rc script would.
write rc <<'SCRIPT'
#!/bin/sh
[ "$(/sbin/sysctl -n security.jail.jailed)" = 1 ] || exit 3
/sbin/ifconfig www0 inet 10.7.0.2 netmask 255.255.255.0 up || exit 4
/sbin/route -q add default 10.7.0.1 || exit 5
route -n get default | awk '$1 == "gateway:" { print $2 } $1 == "interface:" { print $2 }'
/sbin/sysctl net.inet.ip.forwarding=1
SCRIPT
ip netns exec www "$JAILNET" freebsd -- "$scripts/rc" >"$work/out" 2>"$work/err" </dev/null
same 'in a jail' "$? $(tr '\n' ' ' <"$work/out")" '0 10.7.0.1 www0 net.inet.ip.forwarding: 0 -> 1 '
same 'its address' "$(addresses www www0)" 10.7.0.2/24
same 'its default route' "$(ip -n www -j route show default | jq -r '.[0].gateway')" 10.7.0.1
same 'its forwarding' "$(ip netns exec www cat /proc/sys/net/ipv4/ip_forward)" 1
same 'forwarding of the host' "$(cat /proc/sys/net/ipv4/ip_forward)" 0
ok 'the host is reached from the jail' ip netns exec www ping -c1 -W5 10.7.0.1
ip netns exec www "$JAILNET" freebsd -- arp -an >"$work/out" 2>"$work/err"
same 'arp in the jail' "$? $(cat "$work/out")" "0 ? (10.7.0.1) at $(ip -n www -j neighbour show 10.7.0.1 | jq -r ".[0].lladdr") on www0 [ethernet]"
ip netns exec www "$JAILNET" freebsd -- arp 10.7.0.9 >"$work/out" 2>"$work/err"
same 'arp of a stranger' "$? $(cat "$work/err")" '1 arp: 10.7.0.9 (10.7.0.9) -- no entry'
same 'it is one journal' "$("$JAILNET" journal --json --last 1 | jq -r '.[0].words')" 'sysctl net.inet.ip.forwarding=1'
do_ok undo
same 'forwarding, taken back' "$(ip netns exec www cat /proc/sys/net/ipv4/ip_forward)" 0
freebsd_ok "$scripts/graph" stop
ok 'the graph is gone' test "$(ip -n www -j link | jq length) $(ip -j link show type bridge | jq -r '[.[].ifname] | join(" ")')" = \
        '1 em0bridge'

# --- A script of rc.d as it stands, with rc.subr -------------------------------------------------------------------------
if [ ! -e /etc/rc.subr ]; then
        do_ok create epair ixl0 plug0
        do_ok address add ixl0 10.11.0.1/24
        do_ok up ixl0
        do_ok up plug0
        do_ok move plug0 www
        do_ok address add www/plug0 10.11.0.9/24
        do_ok up www/plug0
        write fabric <<'SCRIPT'
#!/bin/sh

# PROVIDE: fabric
# BEFORE: netif

. /etc/rc.subr

name="fabric"
rcvar="fabric_enable"
start_cmd="fabric_start"
stop_cmd="fabric_stop"

fabric_start() {
  # What the graph is made of
  kld_load ng_bridge ng_eiface ng_ether
  # What may be left
  ngctl shutdown outside:
  ngctl shutdown inside:
  ngctl -f- <<EOF
    # A bridge behind the card
    mkpeer ixl0: ng_bridge lower link0
    # with a name
    name ixl0:lower outside
    connect ixl0: outside: upper link1
    mkpeer outside: ng_eiface link2 ether
    mkpeer outside: ng_eiface link3 ether

    # One that hangs from nothing but ngctl, and has gaps
    mkpeer . ng_bridge anchor link0
    name anchor inside
    mkpeer inside: ng_eiface link4 ether
    mkpeer inside: ng_eiface link7 ether
EOF
  iface=$(expr "$(ngctl msg inside:link7 getifname)" : '.*Args:.*"\([a-zA-Z]*[0-9]*\)"')
  ifconfig "${iface}" name inner1
}

fabric_stop() {
  ngctl shutdown outside:
  ngctl shutdown inside:
}

load_rc_config $name
: ${fabric_enable:="NO"}

run_rc_command "$1"
SCRIPT
        freebsd "$scripts/fabric" start
        same 'not enabled' "$status $(grep -c 'fabric_enable' "$work/err")" '1 1'
        JAILNET_NO_GUARD=1 freebsd_ok "$scripts/fabric" onestart
        same 'its nodes' "$("$JAILNET" ngctl list -n | awk '$4 == "bridge" && $2 != "em0bridge" { print $2, $9 }' | sort | xargs)" 'inside 2 outside 4'
        same 'its hooks' "$("$JAILNET" ngctl show inside: | awk 'NR > 3 { print $1, $3 }' | sort | xargs)" 'link4 eiface link7 eiface'
        ok 'renamed by getifname' has_link - inner1
        ok 'the host reaches the wire by the bridge' ping -c 1 -W 10 10.11.0.9
        ok 'nothing of it is in /etc' [ ! -e /etc/rc.subr ]
        JAILNET_NO_GUARD=1 freebsd_ok "$scripts/fabric" onestop
        same 'its bridges are gone' "$("$JAILNET" ngctl list -n | grep -cE 'Name: (inside|outside) ')" 0
        same 'its eifaces are not' "$("$JAILNET" ngctl list -n | grep -c 'Type: eiface')" 4
        for node in $("$JAILNET" ngctl list -n | awk '$4 == "eiface" { print $2 }'); do do_ok ngctl shutdown $node:; done
        do_ok destroy ixl0
fi

# --- The small commands ------------------------------------------------------------------------------------------------
write small <<SCRIPT
sysrc -q -f $work/rc.conf cloned_interfaces="bridge7" gateway_enable=YES
sysrc -f $work/rc.conf cloned_interfaces+=epair7
sysrc -n -f $work/rc.conf gateway_enable
kldload nosuch 2>/dev/null || echo 'no such module'
sysctl net.link.bridge.pfil_member=1 2>/dev/null || echo 'not quietly'
service nginx start 2>/dev/null || echo 'not ours'
service netif stop 2>/dev/null || echo 'not all at once'
SCRIPT
freebsd_ok "$scripts/small"
same 'the small commands' "$(cat "$work/out")" 'cloned_interfaces: bridge7 -> bridge7 epair7
YES
no such module
not quietly
not ours
not all at once'
same 'the file' "$(cat "$work/rc.conf")" 'cloned_interfaces="bridge7 epair7"
gateway_enable="YES"'

freebsd sysrc -f "$work/nosuch/rc.conf" a=1
same 'a file that cannot be written' "$status $(cat "$work/out") $(grep -c 'cannot be written' "$work/err")" '1  1'

# --- Services: what rc.conf and jail.conf tell ------------------------------------------------------------------------------
mkdir "$work/etc" && cp -R /etc/passwd /etc/group /etc/alternatives "$work/etc" 2>/dev/null
mount --bind "$work/etc" /etc || fail 'no /etc of our own'
cat >/etc/rc.conf <<'CONF'
cloned_interfaces="bridge8 epair8"
ifconfig_bridge8="inet 10.8.0.1/24 addm epair8a up"
ifconfig_epair8a="up"
CONF
cat >/etc/jail.conf <<'CONF'
db {
        vnet;
        vnet.interface = epair8b;
        persist;
        path = /;
        exec.start = "/sbin/ifconfig epair8b inet 10.8.0.2/24 up";
}
CONF
write services <<'SCRIPT'
service netif restart && service routing restart || exit 1
ifconfig bridge8 | awk '$1 == "inet" { print $2 } $1 == "member:" { print $2 }' | sort
service jail onestart db || exit 2
ping -c1 -W5 10.8.0.2 > /dev/null && echo reached
service jail onestop db
sysrc -x ifconfig_epair8a
SCRIPT
freebsd_ok "$scripts/services"
ok 'addresses and members' test "$(sed -n 1,2p "$work/out" | tr '\n' ' ')" = '10.8.0.1 epair8a '
ok 'the jail was reached' grep -qx reached "$work/out"
same 'the jail is gone' "$(ip netns list | grep -c db)" 0
same 'rc.conf' "$(grep -c epair8a /etc/rc.conf)" 1
umount /etc || fail 'our own /etc stays'

# --- Nothing is left -----------------------------------------------------------------------------------------------------
do_ok destroy www
mounts >"$work/now"
cmp -s "$work/mounts" "$work/now" || fail "the mount table differs: $(diff "$work/mounts" "$work/now")"
for folder in /sbin /usr/sbin /usr/local/sbin /usr/local/bin; do
        ok "$folder is as it was" test ! -e $folder/.jailnet
done

finish
