# Proves, line by line, what well-known how-tos for FreeBSD's jails show, in the order in which a reader types it: a VNET
# jail on a bridge with DHCP; jails on netgraph's interfaces; an ezjail host's commands; jails that share addresses, with
# pf; whole interfaces lent; lagg. Names and addresses are others. What such a text gets wrong is told with its place.
. "${SOURCE:?}/tests/lib/sandbox.sh"

reaches() { # JAIL ADDRESS: ports, carriers and new addresses take their moment
        checks=$((checks + 1))
        for try in $(seq 20); do
                if [ "$1" = - ]; then
                        ping -c 1 -W 1 "$2" >/dev/null 2>&1 && return
                else
                        ip netns exec "$1" ping -c 1 -W 1 "$2" >/dev/null 2>&1 && return
                fi
                [ "$try" = 1 ] || sleep 0.3
        done
        fail "$1 does not reach $2"
}
has() { # TEXT: on stderr
        checks=$((checks + 1))
        grep -qF -- "$1" "$work/err" || fail "does not say '$1' but: $(cat "$work/err")"
}
typed() { # what stands on stdin, as a shell on FreeBSD has it; it must succeed
        cat >"$work/typed"
        "$JAILNET" freebsd -- "$work/typed" >"$work/out" 2>"$work/err" </dev/null
        status=$?
        checks=$((checks + 1))
        [ $status = 0 ] || fail "exit status $status of: $(cat "$work/typed"): $(cat "$work/err")"
}
links() { ip -j link show | jq -r '[.[].ifname] | sort | join(" ")'; }

# A host with one card, and the network outside.
ip netns add world
ip link add ix0 address 00:0c:29:3e:4f:50 type veth peer name wire netns world
ip link set ix0 up
ip -n world address add 10.81.0.1/24 dev wire
ip -n world link set wire up
mkdir "$work/etc" && cp -R /etc/passwd /etc/group /etc/alternatives "$work/etc" 2>/dev/null
mount --bind "$work/etc" /etc || fail 'no /etc of our own'

# --- A VNET jail: bridge, epair, DHCP -------------------------------------------------------------------------------
cat >/etc/rc.conf <<'X'
cloned_interfaces="bridge0"
ifconfig_bridge0="addm ix0 up"
kld_list="if_bridge if_epair"
X
typed <<'X'
service netif restart && service routing restart
X
same 'the bridge' "$(link - ix0 .master) $(link - bridge0 '.flags | index("UP") != null')" 'bridge0 true'
cat >/etc/devfs.rules <<'X'
[devfsrules_guests=5]
add include $devfsrules_hide_all
add include $devfsrules_unhide_basic
add include $devfsrules_unhide_login
add path 'bpf*' unhide
X
tree=$work/jail/bar
cat >/etc/jail.conf <<X
path = "$work/jail/\$name";
host.hostname="\$name";

exec.clean;
exec.start = "/bin/sh /etc/rc";
exec.stop = "/bin/sh /etc/rc.shutdown";
allow.mount;
allow.raw_sockets = 1;
mount.devfs;
devfs_ruleset="5";
vnet;
sysvmsg=new;
sysvsem=new;
sysvshm=new;
mount = "/bin \$path/bin nullfs ro", "/lib \$path/lib nullfs ro", "/usr \$path/usr nullfs ro";
$([ ! -d /lib64 ] || echo 'mount += "/lib64 $path/lib64 nullfs ro";')

bar {
        vnet.interface = "epair3b";
        exec.start += "dhclient epair3b";
}
X
for folder in bin lib lib64 usr sbin dev proc etc tmp; do mkdir -p "$tree/$folder"; done
echo 'root:x:0:0::/:/bin/sh' >"$tree/etc/passwd"
printf 'sleep 3000 </dev/null >/dev/null 2>&1 &\n' >"$tree/etc/rc" # a daemon: the jail does not persist without
echo 'echo down >/tmp/down' >"$tree/etc/rc.shutdown"
# What asks a server on FreeBSD: it needs packets as they come, before the interface has an address.
cat >"$tree/sbin/dhclient" <<'X'
#!/bin/sh
ip link set "$1" up && ip address add 10.81.0.7/24 dev "$1" && ip route add default via 10.81.0.1
X
chmod 755 "$tree/sbin/dhclient"
typed <<'X'
service devfs restart
ifconfig epair3 create
ifconfig bridge0 addm epair3a
ifconfig epair3a up
service jail start bar
X
same "dhclient's address" "$(addresses bar epair3b)" 10.81.0.7/24
same 'the hostname' "$("$JAILNET" jexec bar uname -n)" bar
reaches bar 10.81.0.1
ok 'from within' "$JAILNET" jexec bar ping -c 1 -W 20 10.81.0.1
ok 'packets may be captured in it' "$JAILNET" jexec bar sh -c 'p=$(sed -n "s/^CapEff:.//p" /proc/self/status); [ $((0x$p >> 13 & 1)) = 1 ]'
typed <<'X'
service jail onestop bar
ifconfig epair3a destroy
X
same 'it was shut down' "$(cat "$tree/tmp/down")" down
same 'all of it is gone' "$(links) $(ip netns list | grep -c bar)" 'bridge0 ix0 lo 0'
sed -i 's/epair3b/epair4b/' /etc/jail.conf
J jail -c bar
same 'without its epair' "$status" 1
has 'bar: vnet.interface: interface epair4b does not exist'
typed <<'X'
ifconfig epair4 create
ifconfig bridge0 addm epair4a
service jail start bar
service jail stop bar
ifconfig epair4a destroy
X
# Making the tree, and taking it away with the flags that FreeBSD's installer gives to files.
"$JAILNET" freebsd -- sh -c "bsdinstall jail $tree" 2>"$work/err" >"$work/out"
same 'bsdinstall' "$? $(wc -l <"$work/err" | tr -d ' ')" '1 1'
has 'put a Linux tree there'
ln -s /etc/passwd "$tree/tmp/link"
typed <<X
chflags -R noschg $work/jail/bar
rm -rf $work/jail/bar
X
ok 'the tree is gone' [ ! -e "$tree" ]
J chflags -R noschg "$tree"
same 'it is not there' "$status $(cat "$work/err")" "1 chflags: $tree: No such file or directory"
J chflags nosuch /etc
same 'no such flag' "$status $(cat "$work/err")" '1 chflags: nosuch: invalid flag'
rm -rf "$work/jail"

# --- netgraph's interfaces in jails, with the lines once for all jails -----------------------------------------------------
cat >"$work/ng" <<'X'
mkpeer eiface ether ether
mkpeer eiface ether ether
mkpeer eiface ether ether
name ngeth0: ng_top
name ngeth1: ng_left
name ngeth2: ng_right
mkpeer ng_top: bridge ether link0
name ng_top:ether mid0
connect mid0: ng_left: link1 ether
connect mid0: ng_right: link2 ether
X
do_ok ngctl -f "$work/ng"
cat >"$work/two.conf" <<'X'
persist;
vnet;
vnet.interface = "ng_$name";
left { }
right { }
X
do_ok jail -f "$work/two.conf" -c
has 'ng_left is a node; its interface is ngeth1'
typed <<'X'
ifconfig ngeth0 inet 10.82.0.1/24 up
jexec left ifconfig ngeth1 inet 10.82.0.2/24 up
jexec right ifconfig ngeth2 inet 10.82.0.3/24 up
X
reaches - 10.82.0.2
reaches left 10.82.0.3
same 'nodes' "$("$JAILNET" ngctl list | awk '/Type: (eiface|bridge)/ { print $2, $9 }' | sort | tr '\n' ';')" \
        'bridge0 1;mid0 3;ng_left 1;ng_right 1;ng_top 1;'
do_ok jail -f "$work/two.conf" -r '*'
same 'they are back' "$(links)" "$(links | grep -o '.*ngeth0.*ngeth1.*ngeth2.*')"
# In the first two jails' own blocks, and only the interface named by ifconfig.
do_ok ifconfig ngeth1 name ng_one
printf 'one { vnet; persist; vnet.interface = ng_one; }\n' >"$work/one.conf"
do_ok jail -f "$work/one.conf" -c one
ok 'an interface has the name' has_link one ng_one
do_ok jail -f "$work/one.conf" -r one
for node in ng_top ng_left ng_right; do do_ok ngctl shutdown $node:; done
# A bridge named by the id that list shows, zeros left out; one line a run, as typed at a shell; then what it is joined to.
typed <<'X'
ngctl mkpeer eiface ether ether
ngctl mkpeer eiface ether ether
ngctl name ngeth0: ng_top
ngctl name ngeth1: ng_low
ngctl mkpeer ng_top: bridge ether link0
id=$(ngctl list | awk '$2 == "<unnamed>" && $4 == "bridge" { sub(/^0*/, "", $6); print $6 }')
ngctl name "[$id]:" mid1
ngctl connect mid1: ng_low: link1 ether
ngctl show mid1:
X
same 'by its id' "$(awk 'NR == 1 { print $2, $4, $9 } NR > 3 { print $1, $2, $3, $5 }' "$work/out" | tr '\n' ';')" \
        'mid1 bridge 2;link1 ng_low eiface ether;link0 ng_top eiface ether;'
for node in ng_top ng_low; do do_ok ngctl shutdown $node:; done

# A jail with two interfaces of a script that makes two bridges.
cat >"$work/ng" <<'X'
    mkpeer ix0: ng_bridge lower link0
    name ix0:lower phys
    connect ix0: phys: upper link1
    mkpeer phys: ng_eiface link2 ether
    mkpeer . ng_bridge inner link0
    name inner virt
    mkpeer virt: ng_eiface link2 ether
X
do_ok ifconfig bridge0 destroy
"$JAILNET" --no-guard ngctl -f- <"$work/ng" 2>"$work/err" || fail "the script: $(cat "$work/err")"
cat >"$work/www.conf" <<'X'
www {
        vnet; persist;
        vnet.interface += "ngeth0";
        vnet.interface += "ngeth1";
        exec.start = "ifconfig ngeth0 inet 10.81.0.9/24 up";
}
X
do_ok jail -f "$work/www.conf" -c www
same 'both are in it' "$(ip -n www -j link | jq -r '[.[].ifname] | sort | join(" ")')" 'lo ngeth0 ngeth1'
reaches www 10.81.0.1
do_ok jail -f "$work/www.conf" -r www
for node in phys virt ngeth0 ngeth1; do J --no-guard ngctl shutdown $node: || fail "shutdown $node: $(cat "$work/err")"; done

# --- What the ezjail text has its reader type --------------------------------------------------------------------------------
J ifconfig epair27
same 'an epair that is not there' "$status" 1
has 'ifconfig epair27 create makes it'
typed <<'X'
ifconfig epair27 create
ifconfig epair27a up
ifconfig bridge0 create up
ifconfig bridge0 addm epair27a
ifconfig bridge0 addm ix0
X
do_ok jail -c name=run vnet persist
typed <<X
ifconfig epair27b vnet $("$JAILNET" jls -j run jid)
jexec run ifconfig epair27b inet 10.81.0.27/24 up
X
reaches run 10.81.0.1
do_ok jail -r run
cat >"$work/host.conf" <<'X'
cloned_interfaces="bridge0 epair1 epair2 ifconfig_bridge0="up addm ix0 addm epair1a addm epair2a"
ifconfig_epair1a="up"
X
J import --as rc.conf "$work/host.conf"
same 'a lost quote' "$status" 1
has "$work/host.conf:1:"
has 'opened at'
do_ok ifconfig epair27a destroy
do_ok ifconfig bridge0 destroy
typed <<'X'
jib addm UNIT ix0
X
same 'jib' "$(links)" 'e0a_UNIT e0b_UNIT ix0 ix0bridge lo'
same 'its port' "$(link - e0a_UNIT .master)" ix0bridge
mac=$(link - e0b_UNIT .address)
typed <<'X'
jib destroy UNIT
/usr/local/sbin/jib addm UNIT ix0
X
same 'the same address again' "$(link - e0b_UNIT .address)" "$mac"
typed <<'X'
jib destroy UNIT
ifconfig ix0bridge destroy
X

# --- Addresses of the host's ---------------------------------------------------------------------------------------------
do_ok ifconfig ix0 inet 10.81.0.2/24
cat >"$work/old.conf" <<'X'
persist;
shop { ip4.addr = "ix0|10.81.0.80"; }
mail {
        # the first is what it has for a loopback
        ip4.addr += "lo0|127.0.8.1";
        ip4.addr += "ix0|10.81.0.81";
        ip6.addr += "ix0|fd00:81::81";
}
X
do_ok jail -f "$work/old.conf" -c '*'
same 'aliases' "$(addresses - ix0)" '10.81.0.2/24 10.81.0.80/32 10.81.0.81/32 fd00:81::81/128'
ok 'of the loopback' sh -c 'ip -j address show lo | grep -q 127.0.8.1'
reaches world 10.81.0.80
do_ok jail -f "$work/old.conf" -r '*'
same 'gone' "$(addresses - ix0)" 10.81.0.2/24
printf 'shop {\n  ip4.addrs += "lo0|10.83.0.1";\n}\n' >"$work/old.conf"
J jail -f "$work/old.conf" -c shop
same 'no such parameter' "$status" 1
has "$work/old.conf:2:3: "
has ip4.addr

# --- A whole card; an epair from host to jail; a lagg ------------------------------------------------------------------------
do_ok create epair ix2 plug
do_ok up plug
do_ok address add plug 10.84.0.1/24
printf 'own { vnet; persist; vnet.interface += "ix2"; }\n' >"$work/own.conf"
do_ok jail -f "$work/own.conf" -c own
ok 'it has left the host' sh -c '! ip link show ix2 2>/dev/null'
typed <<'X'
jexec own ifconfig ix2 inet 10.84.0.2/24 up
jexec own ifconfig
X
ok 'its own loopback' grep -q '^lo: flags=.*LOOPBACK' "$work/out"
ok 'its card' grep -q '^ix2: flags=' "$work/out"
reaches own 10.84.0.1
printf 'ifconfig_ix2_ipv6="inet6 accept_rtadv"\n' >"$work/own.rc"
do_ok import own="$work/own.rc"
do_ok jail -f "$work/own.conf" -r own
ok 'it is home' has_link - ix2
cat >"$work/host.conf" <<'X'
cloned_interfaces="bridge0 epair5"
ifconfig_bridge0="addm ix0 addm epair5a up"
X
do_ok import --as rc.conf "$work/host.conf"
same 'members' "$(ip -j link show master bridge0 | jq -r '[.[].ifname] | sort | join(" ")')" 'epair5a ix0'
same 'the address is the bridge'"'"'s' "$(addresses - bridge0)" 10.81.0.2/24
do_ok undo
printf 'cloned_interfaces="epair6"\nifconfig_epair6a="inet 10.85.0.1/30 up"\n' >"$work/host.conf"
do_ok import --as rc.conf "$work/host.conf"
printf 'ptp { vnet; persist; vnet.interface += "epair6b"; exec.start = "ifconfig epair6b inet 10.85.0.2/30 up"; }\n' >"$work/ptp.conf"
do_ok jail -f "$work/ptp.conf" -c ptp
reaches - 10.85.0.2
do_ok jail -f "$work/ptp.conf" -r ptp
printf 'cloned_interfaces="lagg0"\nifconfig_lagg0="laggport ix2 laggport plug up"\n' >"$work/lagg.conf"
if ip link add jnprobe type bond 2>/dev/null; then
        ip link del jnprobe
        do_ok import --as rc.conf "$work/lagg.conf"
        same 'ports' "$(link - ix2 .master) $(link - plug .master)" 'lagg0 lagg0'
else
        refused bonding import --as rc.conf "$work/lagg.conf"
fi
typed <<'X'
sysctl net.link.bridge.pfil_member=0
sysctl net.link.bridge.pfil_bridge=0
sysctl net.link.bridge.pfil_onlyip=0
sysctl -n net.link.lagg.failover_rx_all
X
J sysctl net.link.lagg.failover_rx_all=1
has 'all_slaves_active'
umount /etc || fail 'our own /etc stays'
finish
