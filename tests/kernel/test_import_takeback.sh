# Proves that importing a changed file takes back what its earlier version made and it wants no more, of each sort, by a plan
# that is shown before and undone as a whole; and that what somebody else made stays, whatever it is called.
. "${SOURCE:?}/tests/lib/sandbox.sh"

has() { # NAME FILE TEXT
        checks=$((checks + 1))
        grep -qF -e "$3" "$2" || fail "$1: no '$3' in $(cat "$2")"
}
reaches() { ok "$1 reaches $2" ip netns exec "$1" ping -c 1 -W 20 "$2"; }
there() { ip -j link | jq -e --arg n "$1" 'any(.[]; .ifname == $n)' >/dev/null; }
gone() { ! there "$1"; }
ports() { bridge -j link | jq -r --arg b "$1" '[.[] | select(.master == $b).ifname] | sort | join(" ")'; }
routes() { ip -j route | jq -r '[.[] | select(.gateway) | "\(.dst) \(.gateway)"] | sort | join(", ")'; }
jails() { ip netns list | cut -d' ' -f1 | sort | paste -sd' ' -; }
look() { # all that counts, for before and after
        ip -j -d link | jq -cS '[.[] | {ifname, master, address, link, up: (.flags | index("UP") != null),
                alt: [.altnames[]? | select(startswith("jn.group.")) | .[:-9]]}] | sort'
        ip -j address | jq -cS '[.[] | {ifname, a: [.addr_info[] | select(.scope == "global").local]}] | sort'
        routes
        jails
        cat /proc/sys/net/ipv4/ip_forward
}
import() { do_ok import "$@"; }
settled() { # an import of these that has nothing to do
        do_ok import "$@"
        grep -q '^nothing is to be changed' "$work/out" || fail "again: $(cat "$work/out")"
        checks=$((checks + 1))
}
wants() { # FILE LINES...
        file=$work/$1
        shift
        printf '%s\n' "$@" >"$file"
}

ip link add em0 address 02:00:00:00:00:e0 type veth peer name wire0
ip link add em1 type veth peer name wire1
ip link set em0 up
ip link set wire0 up

# --- Clones, and what stands on them -----------------------------------------------------------------------------------
ip link add tap9 type veth peer name tap9x # somebody's own, called as the file calls it
wants rc.conf 'cloned_interfaces="bridge0 bridge1 epair1 epair2 tap9"' \
        'ifconfig_bridge0="inet 10.1.0.1/24 addm epair1a addm epair2a addm em0 up"' 'ifconfig_bridge1="inet 10.2.0.1/24 up"' \
        'ifconfig_epair1a="up group lab"' 'ifconfig_epair2a="up"' 'ifconfig_wire1_name="wan0"' 'gateway_enable="YES"' \
        'static_routes="a b"' 'route_a="-net 192.0.2.0/24 10.1.0.7"' 'route_b="-net 198.51.100.0/24 10.1.0.8"'
import "$work/rc.conf"
same 'ports' "$(ports bridge0)" 'em0 epair1a epair2a'
ip link add theirs type veth peer name theirs2
ip link set theirs master bridge0
ip route add 203.0.113.0/24 via 10.1.0.9
ip address add 10.9.9.9/32 dev em1
look >"$work/before"
wants rc.conf 'cloned_interfaces="bridge0 epair1"' 'ifconfig_bridge0="inet 10.1.0.1/24 addm epair1a up"' 'ifconfig_epair1a="up"' \
        'static_routes="a"' 'route_a="-net 192.0.2.0/24 10.1.0.7"'
do_ok import -n "$work/rc.conf"
has 'the preview' "$work/out" 'detach em0'
has 'the preview' "$work/out" 'destroy bridge1'
has 'the preview' "$work/out" 'rename wan0 to wire1'
has 'the sentence' "$work/err" "$work/rc.conf: link bridge1 is in it no more"
same 'nothing is done' "$(look | cmp - "$work/before")" ''
import "$work/rc.conf"
same 'ports' "$(ports bridge0)" 'epair1a theirs'
ok 'a bridge' gone bridge1
ok 'an epair' gone epair2a
ok "somebody's own" there tap9
ok 'a name' there wire1
same 'routes' "$(routes)" '192.0.2.0/24 10.1.0.7, 203.0.113.0/24 10.1.0.9'
same 'the group' "$(ip -j link show epair1a | jq '[.[0].altnames[]? | select(startswith("jn.group."))] | length')" 0
same 'forwarding' "$(cat /proc/sys/net/ipv4/ip_forward)" 0
same 'an address of another' "$(ip -j address show em1 | jq -r '.[0].addr_info[] | select(.scope == "global").local')" 10.9.9.9
same 'that of the bridge, once' "$(ip -j address | jq '[.[].addr_info[] | select(.local == "10.1.0.1")] | length')" 1
settled "$work/rc.conf"
do_ok undo
same 'undone' "$(look | diff "$work/before" -)" ''
import "$work/rc.conf"
same 'done again' "$(ports bridge0)" 'epair1a theirs'

# An interface that gets another bridge, one of another number, and one that gets a name are changed, not made anew.
wants rc.conf 'cloned_interfaces="bridge0 bridge1 epair1"' 'ifconfig_bridge0="inet 10.1.0.1/24 up"' 'ifconfig_bridge1_name="lan1"' \
        'ifconfig_lan1="addm epair1a up"' 'ifconfig_epair1a="up"'
index=$(ip -j link show bridge0 | jq '.[0].ifindex')
import "$work/rc.conf"
same 'another bridge' "$(ports lan1)" epair1a
settled "$work/rc.conf"
wants rc.conf 'cloned_interfaces="bridge0 bridge1 epair1"' 'ifconfig_bridge0_name="lan0"' 'ifconfig_lan0="inet 10.1.0.1/24 up"' \
        'ifconfig_bridge1="addm epair1a up"' 'ifconfig_epair1a="up"'
import "$work/rc.conf"
same 'the same bridge' "$(ip -j link show lan0 | jq '.[0].ifindex')" "$index"
same 'its own name again' "$(ports bridge1)" epair1a
settled "$work/rc.conf"

# What somebody takes away and makes anew is theirs.
do_ok destroy bridge1
do_ok create bridge bridge1
wants rc.conf 'cloned_interfaces="epair1"' 'ifconfig_epair1a="up"'
import "$work/rc.conf"
ok 'made anew by hand' there bridge1
ok 'the other' gone lan0
do_ok destroy bridge1

# --- Jails and what is lent to them --------------------------------------------------------------------------------------
wants rc.conf 'cloned_interfaces="epair1 epair2 epair3"' 'ifconfig_epair1a="inet 10.3.0.1/24 up"' 'ifconfig_epair2a="up"' \
        'ifconfig_epair3a="up"'
wants jail.conf 'vnet; persist;' 'www { vnet.interface = epair1b, epair3b; }' 'db { vnet.interface = epair2b; }'
mkdir -p "$work/jails/www/etc"
wants jails/www/etc/rc.conf 'ifconfig_epair1b="inet 10.3.0.2/24"' 'defaultrouter="10.3.0.1"'
ip netns add other
import "$work/rc.conf" "$work/jail.conf" "$work/jails/www/etc/rc.conf"
reaches www 10.3.0.1
wants jail.conf 'vnet; persist;' 'www { vnet.interface = epair1b; }'
import "$work/jail.conf"
same 'jails' "$(jails)" 'other www'
ok 'home again' there epair2b
ok 'home again' there epair3b
reaches www 10.3.0.1
settled "$work/jail.conf"
wants jails/www/etc/rc.conf 'ifconfig_epair1b="inet 10.3.0.2/24"'
import "$work/jails/www/etc/rc.conf"
same 'its default route' "$(ip -n www -j route show default | jq length)" 0
reaches www 10.3.0.1
do_ok undo
same 'put back' "$(ip -n www -j route show default | jq -r '.[0].gateway')" 10.3.0.1
wants rc.conf 'cloned_interfaces="epair1"' 'ifconfig_epair1a="inet 10.3.0.1/24 up"'
wants jail.conf 'vnet; persist;' 'db { vnet.interface = epair1b; }'
import "$work/rc.conf" "$work/jail.conf"
same 'lent to another' "$(jails) $(ip -n db -j link | jq -r '[.[].ifname] | join(" ")')" 'db other lo epair1b'
ok 'the others are gone' gone epair2b
settled "$work/rc.conf" "$work/jail.conf"

# A jail in which something runs stays, and it is said why.
ip netns exec db sleep 1000 &
holder=$!
until [ "$(readlink "/proc/$holder/ns/net")" = "$(ip netns exec db readlink /proc/self/ns/net)" ]; do sleep 0.05; done
wants jail.conf 'vnet; persist;' 'mail { }'
import "$work/jail.conf"
same 'it stays' "$(jails)" 'db mail other'
has 'the reason' "$work/err" 'db is in it no more, but stays: processes run in it; stop it with jailnet jail -r db'
kill "$holder"
wait "$holder" 2>/dev/null || :
import "$work/jail.conf"
same 'it goes' "$(jails)" 'mail other'

# --- Two files that want the same ----------------------------------------------------------------------------------------
wants one.conf 'cloned_interfaces="bridge5"'
wants two.conf 'cloned_interfaces="bridge5 bridge6"'
import --as rc.conf "$work/one.conf" "$work/two.conf"
wants one.conf 'gateway_enable="NO"'
import --as rc.conf "$work/one.conf"
ok "the other's" there bridge5
wants two.conf 'gateway_enable="NO"'
import --as rc.conf "$work/one.conf" "$work/two.conf"
ok "nobody's" gone bridge5
ok "nobody's" gone bridge6

# --- A folder that lost a file; ezjail's --------------------------------------------------------------------------------
mkdir "$work/ezjail"
echo 'export jail_blog_ip="em1|198.51.100.17"' >"$work/ezjail/blog"
echo 'export jail_shop_ip="em1|198.51.100.18"' >"$work/ezjail/shop"
import "$work/ezjail" --prefix em1=24
same 'both' "$(jails)" 'blog mail other shop'
mv "$work/ezjail/shop" "$work/ezjail/shop.norun"
import "$work/ezjail" --prefix em1=24
same 'one' "$(jails)" 'blog mail other'
ok "its epair" gone e0a_shop
same 'the bridge' "$(ports em1bridge)" 'e0a_blog em1'
settled "$work/ezjail" --prefix em1=24

# --- Nodes of a script of ngctl ----------------------------------------------------------------------------------------
nodes() {
        "$JAILNET" --format json show |
        jq -r '[.nodes[] | select(.name | strings | startswith("t_")).name] | sort | join(" ")'
}
wants net.ngctl 'mkpeer eiface a ether' 'name a t_one' 'mkpeer eiface b ether' 'name b t_two' 'mkpeer t_one: bridge ether link0' \
        'name t_one:ether t_br' 'connect t_br: t_two: link1 ether'
import --as ngctl "$work/net.ngctl"
same 'nodes' "$(nodes)" 't_br t_one t_two'
do_ok create eiface
do_ok name ngeth2: t_own
wants net.ngctl 'mkpeer eiface a ether' 'name a t_one' 'mkpeer t_one: bridge ether link0' 'name t_one:ether t_br'
import --as ngctl "$work/net.ngctl"
same 'nodes' "$(nodes)" 't_br t_one t_own'
settled --as ngctl "$work/net.ngctl"

# --- NAT -------------------------------------------------------------------------------------------------------------------
if kernel_has_nat; then
        rules() { nft -j list table inet jailnet 2>/dev/null | jq -r '[.nftables[].rule.comment // empty] | sort | join(", ")'; }
        wants pf.conf 'nat on em0 from 10.7.0.0/24 to any -> (em0:0)' 'nat on em0 from 10.8.0.0/24 to any -> (em0:0)'
        import "$work/pf.conf"
        do_ok nat add 10.9.0.0/24 via em0
        wants pf.conf 'nat on em0 from 10.8.0.0/24 to any -> (em0:0)'
        import "$work/pf.conf"
        same 'rules' "$(rules)" 'nat 10.8.0.0/24 via em0, nat 10.9.0.0/24 via em0'
        settled "$work/pf.conf"
fi
finish
