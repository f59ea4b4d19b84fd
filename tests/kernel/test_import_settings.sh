# Proves that importing a changed file takes back what it set and wants no more: each setting gets the value again that it had
# before the import, with a way, unless somebody has set it to something else since: that stays, and is said.
. "${SOURCE:?}/tests/lib/sandbox.sh"

has() { # NAME FILE TEXT
        checks=$((checks + 1))
        grep -qF -e "$3" "$2" || fail "$1: no '$3' in $(cat "$2")"
}
hasnt() { # NAME FILE TEXT
        checks=$((checks + 1))
        ! grep -qF -e "$3" "$2" || fail "$1: '$3' in $(cat "$2")"
}
wants() { # FILE LINES...
        file=$work/$1
        shift
        printf '%s\n' "$@" >"$file"
}
import() { do_ok --no-guard import "$@"; } # nobody is at a terminal, and the default route changes
settled() { # an import of these that has nothing to do
        do_ok import "$@"
        grep -q '^nothing is to be changed' "$work/out" || fail "again: $(cat "$work/out")"
        checks=$((checks + 1))
}
link() { ip -j -d link show "$1" | jq -r ".[0] | $2"; }
told() { bridge -j fdb show br "$1" | jq -r '[.[] | select(.state == "static").mac] | sort | join(" ")'; }
look() { # all that is set
        ip -j -d link | jq -cS '[.[] | {ifname, mtu, address, master, alias: .ifalias, up: (.flags | index("UP") != null),
                bridge: (.linkinfo.info_data // {} | [.ageing_time, .priority, .stp_state]),
                port: (.linkinfo.info_slave_data // {} | [.isolated, .learning, .cost, .priority])}] | sort'
        told br0
        "$JAILNET" show --format json | jq -cS '[.interfaces[] | select(.pin) | [.name, .pin]] | sort'
        ip -j route | jq -cS '[.[] | select(.gateway) | {dst, gateway}] | sort'
}

# Somebody's own bridge with two ports, which the file sets otherwise.
for n in 0 1 2; do
        ip link add em$n address 02:00:00:00:00:e$n type veth peer name wire$n
        ip link set wire$n up
done
ip link set em0 up
ip link set em1 up
ip link add br0 address 02:00:00:00:00:b0 type bridge ageing_time 20000 # a name that nobody clones
ip link set em0 master br0
ip link set em1 master br0
ip link set em0 alias 'the first'
bridge link set dev em1 cost 77
ip link set br0 up
ip address add 10.5.0.1/24 dev br0
ip route add default via 10.5.0.250
look >"$work/before"
wants rc.conf 'ifconfig_br0="mtu 1400 timeout 60 priority 4096 private em0 -learn em0 ifpathcost em1 300 static em1 02:00:00:00:aa:01 up"' \
        'ifconfig_em0="mtu 1400 up"' 'ifconfig_em0_descr="towards the world"' 'ifconfig_em1="ether 02:00:00:00:cc:01 mtu 1400 up"' \
        'ifconfig_em2="up"' 'defaultrouter="10.5.0.254"'
import "$work/rc.conf"
same 'mtu' "$(link em0 .mtu) $(link em1 .mtu) $(link br0 .mtu)" '1400 1400 1400'
same 'description' "$(link em0 .ifalias)" 'towards the world'
same 'up' "$(link em2 '.flags | index("UP") != null')" true
same 'pin' "$(link em1 .address)" 02:00:00:00:cc:01
same 'told' "$(told br0)" 02:00:00:00:aa:01
same 'router' "$(ip -j route show default | jq -r '.[0].gateway')" 10.5.0.254
settled "$work/rc.conf"
look >"$work/imported"

# A value that changes is changed once, and what was there before is not forgotten.
wants rc.conf 'ifconfig_br0="mtu 1400 timeout 90 priority 4096 private em0 -learn em0 ifpathcost em1 300 static em1 02:00:00:00:aa:01 up"' \
        'ifconfig_em0="mtu 1300 up"' 'ifconfig_em0_descr="towards the world"' 'ifconfig_em1="ether 02:00:00:00:cc:01 mtu 1400 up"' \
        'ifconfig_em2="up"' 'defaultrouter="10.5.0.253"'
do_ok import -n "$work/rc.conf"
has 'one step' "$work/out" 'set the MTU of em0 to 1300'
hasnt 'no way back' "$work/out" 'em0 to 1500'
hasnt 'no way back' "$work/out" 10.5.0.250
import "$work/rc.conf"
same 'another value' "$(link em0 .mtu) $(link br0 .linkinfo.info_data.ageing_time)" '1300 9000'
same 'another router' "$(ip -j route show default | jq -r '.[0].gateway')" 10.5.0.253
settled "$work/rc.conf"
do_ok --no-guard undo
same 'undone' "$(look | diff "$work/imported" -)" ''
import "$work/rc.conf"

# All lines go: everything is as somebody had it.
wants rc.conf 'hostname="alpha"'
do_ok import -n "$work/rc.conf"
has 'the sentence' "$work/err" "$work/rc.conf: mtu of em0 is in it no more"
has 'the sentence' "$work/err" "$work/rc.conf: ageing of br0 is in it no more"
import "$work/rc.conf"
same 'as before' "$(look | diff "$work/before" -)" ''
settled "$work/rc.conf"
do_ok --no-guard undo
same 'as imported' "$(link em0 .mtu) $(told br0)" '1300 02:00:00:00:aa:01'
import "$work/rc.conf"
same 'as before, again' "$(look | diff "$work/before" -)" ''

# What somebody has set since stays, and that is said.
wants rc.conf 'ifconfig_em0="mtu 1400 up"' 'ifconfig_em0_descr="towards the world"' 'ifconfig_br0="private em0 -learn em0 up"'
import "$work/rc.conf"
ip link set em0 mtu 1450
ip link set em0 alias "the admin's"
bridge link set dev em0 learning on
wants rc.conf 'hostname="alpha"'
import "$work/rc.conf"
same 'it stays' "$(link em0 .mtu)" 1450
has 'the sentence' "$work/err" 'mtu of em0 is in it no more, but stays: it is 1450 now, and not 1400 as imported'
has 'the sentence' "$work/err" "description of em0 is in it no more, but stays: it is the admin's"
hasnt 'as it was' "$work/err" learning
same 'what was left alone' "$(link em0 .linkinfo.info_slave_data.isolated)" false

# Set up by the file and used by somebody since, it stays up; and what the file made goes without more ado.
ip link set em0 nomaster
ip link set em0 down
wants rc.conf 'cloned_interfaces="bridge7 epair7"' 'ifconfig_bridge7="addm epair7a private epair7a mtu 1400 stp epair7a up"' \
        'ifconfig_epair7a="mtu 1400 up"' 'ifconfig_em0="up"' 'ifconfig_wire0="mtu 1200"'
import "$work/rc.conf"
ip address add 10.6.0.1/24 dev em0
wants rc.conf 'cloned_interfaces="bridge7"' 'ifconfig_bridge7="mtu 1400 up"'
import "$work/rc.conf"
same 'in use' "$(link em0 '.flags | index("UP") != null')" true
has 'the sentence' "$work/err" 'state of em0 is in it no more, but stays: addresses, routes or other interfaces need it up'
same "the other's" "$(link wire0 .mtu)" 1500
hasnt 'without more ado' "$work/out" isolat
settled "$work/rc.conf"

# Two files that want the same; a jail's interface, lent from the host.
wants one.conf 'ifconfig_wire1="mtu 1350"'
wants two.conf 'ifconfig_wire1="mtu 1350"'
import --as rc.conf "$work/one.conf" "$work/two.conf"
wants one.conf 'hostname="alpha"'
import --as rc.conf "$work/one.conf"
same "the other's" "$(link wire1 .mtu)" 1350
wants two.conf 'hostname="alpha"'
import --as rc.conf "$work/two.conf"
same "nobody's" "$(link wire1 .mtu)" 1500
wants jail.conf 'www { vnet; persist; vnet.interface = wire1; }'
mkdir -p "$work/jails/www/etc"
wants jails/www/etc/rc.conf 'ifconfig_wire1="inet 10.7.0.2/24 mtu 1280"'
import "$work/jail.conf" "$work/jails/www/etc/rc.conf"
same 'lent' "$(ip -n www -j link show wire1 | jq '.[0].mtu')" 1280
wants jail.conf 'www { vnet; persist; }'
wants jails/www/etc/rc.conf '# none'
import "$work/jail.conf" "$work/jails/www/etc/rc.conf"
same 'home' "$(link wire1 .mtu)" 1500
finish
