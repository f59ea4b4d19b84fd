# Proves that import builds what FreeBSD's files tell, as one plan that undo takes back: rc.conf of the host and of jails,
# jail.conf, ezjail's files; the three figures of an ezjail host turned to VNET, with pings; that importing again changes
# nothing, a changed file only the difference; and that what is wrong is shown with its place, with nothing changed.
. "${SOURCE:?}/tests/lib/sandbox.sh"

pings() { # JAIL ADDRESS
        checks=$((checks + 1))
        for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do # a new IPv6 address is not used at once
                if [ "$1" = - ]; then
                        ping -c 1 -W 1 "$2" >/dev/null 2>&1 && return
                else
                        ip netns exec "$1" ping -c 1 -W 1 "$2" >/dev/null 2>&1 && return
                fi
                [ "$try" = 1 ] || sleep 0.3
        done
        fail "$1 does not reach $2"
}

again() { # ARGS...: importing again changes nothing
        snapshot >"$work/before"
        last=$(sql 'select count(*) from plan')
        do_ok import "$@"
        grep -q '^nothing is to be changed' "$work/out" || fail "import $*: again: $(cat "$work/out")"
        compare "import $*: again"
        same "plans after import $*: again" "$(sql 'select count(*) from plan')" "$last"
}

has() { grep -qF -- "$2" "$1" || fail "$1: lacks: $2: $(cat "$1")"; }

# The network outside: a jail that is no jail of ours, with em0's other end.
ip netns add world
ip link add em0 address 02:00:00:00:00:e0 type veth peer name wire netns world
ip -n world address add 198.51.100.1/24 dev wire
ip -n world address add 2001:db8:5::1/64 dev wire
ip -n world link set wire up
ip -n world link set lo up
snapshot >"$work/bare"

# --- Figure 1: everybody on the host's own network, epairs made at boot.
mkdir -p "$work/one/jails/blog/etc" "$work/one/jails/shop/etc"
cat >"$work/one/rc.conf" <<'EOT'
# the host
kld_list="if_bridge if_epair"
cloned_interfaces="bridge0 epair17 epair18"
ifconfig_em0="inet 198.51.100.2/24"
ifconfig_bridge0="up addm em0 addm epair17a addm epair18a"
ifconfig_epair17a="up"
ifconfig_epair18a="up"
sshd_enable="YES"
EOT
cat >"$work/one/jail.conf" <<'EOT'
exec.clean;
vnet;
blog { vnet.interface = "epair17b"; exec.start = "/bin/sh /etc/rc"; }
shop { vnet.interface = epair18b; }
EOT
cat >"$work/one/jails/blog/etc/rc.conf" <<'EOT'
ifconfig_epair17b="198.51.100.17/24"
ifconfig_epair17b_ipv6="inet6 2001:db8:5::11/64"
defaultrouter="198.51.100.1"
EOT
echo 'ifconfig_epair18b="inet 198.51.100.18 netmask 255.255.255.0"' >"$work/one/jails/shop/etc/rc.conf"
snapshot >"$work/before"
do_ok -n import "$work/one"
compare 'after the preview'
has "$work/out" 'make bridge bridge0'
do_ok import "$work/one"
same 'the port' "$(link - epair17a .master)" bridge0
same 'the uplink' "$(link - em0 .master)" bridge0
same "the host's address" "$(addresses - bridge0)" 198.51.100.2/24
same "blog's addresses" "$(addresses blog epair17b)" '198.51.100.17/24 2001:db8:5::11/64'
pings blog 198.51.100.18
pings blog 198.51.100.2
pings blog 198.51.100.1
pings shop 198.51.100.1
pings - 198.51.100.17
pings blog 2001:db8:5::1
again "$work/one"

# A changed file changes the difference.
sed -i 's/198.51.100.18/198.51.100.28/' "$work/one/jails/shop/etc/rc.conf"
do_ok -n import "$work/one"
same 'steps for another address' "$(sed -n 's/^  [0-9]*\. //p' "$work/out" | tr '\n' ';')" \
        'take 198.51.100.18/24 from shop/epair18b;give 198.51.100.28/24 to shop/epair18b;'
do_ok import "$work/one"
same "shop's address" "$(addresses shop epair18b)" 198.51.100.28/24
again "$work/one"
do_ok undo
do_ok undo
mv "$work/bare" "$work/before"
compare 'after undo'
cp "$work/before" "$work/bare"

# --- Figure 2: two networks, the host between them.
cat >"$work/two.rc" <<'EOT'
cloned_interfaces="bridge0 bridge1 epair1 epair2 epair3 epair4"
ifconfig_bridge0="up addm epair1a addm epair2a"
ifconfig_bridge0_alias0="inet 10.1.0.1/24"
ifconfig_bridge1="inet 10.2.0.1/24 addm epair3a addm epair4a"
ifconfig_epair1a="up" ; ifconfig_epair2a="up"
ifconfig_epair3a="up"
ifconfig_epair4a='up'
gateway_enable="YES"
EOT
cat >"$work/two.jails" <<'EOT'
guest1 { vnet; vnet.interface = "epair1b"; }
guest2 { vnet; vnet.interface = "epair2b"; }
guest3 { vnet; vnet.interface = "epair3b"; }
guest4 { vnet; vnet.interface = "epair4b"; }
EOT
for n in 1 2 3 4; do
        net=$(((n + 1) / 2))
        printf 'ifconfig_epair%db="inet 10.%d.0.1%d/24"\ndefaultrouter=10.%d.0.1\n' $n $net $n $net >"$work/g$n.rc"
done
set -- "$work/two.rc" "$work/two.jails" guest1="$work/g1.rc" guest2="$work/g2.rc" guest3="$work/g3.rc" \
        guest4="$work/g4.rc"
do_ok import "$@"
pings guest1 10.1.0.12
pings guest1 10.2.0.13
pings guest4 10.1.0.12
pings - 10.2.0.14
again "$@"
do_ok undo

# --- Figure 3: the second network is reached through a jail that is a router.
cat >"$work/three.rc" <<'EOT'
cloned_interfaces="bridge0 bridge1 epair1 epair2 epair3 epair4 epair5 epair13"
ifconfig_bridge0="up addm em0 addm epair1a addm epair2a addm epair3a"
ifconfig_bridge1="up addm epair4a addm epair5a addm epair13a"
EOT
for n in 1 2 3 4 5 13; do echo "ifconfig_epair${n}a=up" >>"$work/three.rc"; done
cat >"$work/three.jails" <<'EOT'
guest1 { vnet; vnet.interface = epair1b; }
guest2 { vnet; vnet.interface = epair2b; }
guest3 { vnet; vnet.interface = epair3b; vnet.interface += "epair13b"; }
guest4 { vnet; vnet.interface = epair4b; depend = guest3; }
guest5 { vnet; vnet.interface = epair5b; depend = guest3; }
EOT
printf 'ifconfig_epair1b="198.51.100.11/24"\nstatic_routes="back"\nroute_back="-net 10.3.0.0/24 198.51.100.13"\n' \
        >"$work/g1.rc"
printf 'ifconfig_epair2b="198.51.100.12/24"\nroute_back="10.3.0.0/24 198.51.100.13"\nstatic_routes=back\n' >"$work/g2.rc"
printf 'ifconfig_epair3b="inet 198.51.100.13/24"\nifconfig_epair13b="inet 10.3.0.1/24"\ngateway_enable=yes\n' \
        >"$work/g3.rc"
printf 'ifconfig_epair4b="inet 10.3.0.14/24"\ndefaultrouter=10.3.0.1\n' >"$work/g4.rc"
printf 'ifconfig_epair5b="inet 10.3.0.15/24"\ndefaultrouter=10.3.0.1\n' >"$work/g5.rc"
set -- "$work/three.rc" "$work/three.jails"
for n in 1 2 3 4 5; do set -- "$@" guest$n="$work/g$n.rc"; done
do_ok import "$@"
pings guest1 198.51.100.1
pings guest4 10.3.0.15
pings guest4 198.51.100.11
pings guest2 10.3.0.15
again "$@"
do_ok undo
cp "$work/bare" "$work/before"
compare 'after the third figure'

# --- ezjail's files: what convert would write is built.
ip address add 198.51.100.2/24 dev em0
ip link set em0 up
snapshot >"$work/bare"
mkdir "$work/ezjail"
cat >"$work/ezjail/blog" <<'EOT'
export jail_blog_hostname="blog"
export jail_blog_ip="em0|198.51.100.17,em0|2001:db8:5::11,lo0|127.0.0.17"
EOT
echo 'export jail_shop_ip="em0|198.51.100.18"' >"$work/ezjail/shop"
J import "$work/ezjail"
same 'a length that nobody knows' "$status $(grep -c "the prefix length of em0's network is not known" "$work/err")" '1 1'
for style in --jib --jng --static; do
        do_ok import $style "$work/ezjail" --prefix em0=24 --prefix em0=64 --router 198.51.100.1
        pings blog 198.51.100.18
        pings shop 198.51.100.1
        pings shop 198.51.100.2
        case $style in
        --jib)
                same "jib's address" "$(link blog e0b_blog .address | cut -c1,2)" 0e
                same 'its bridge' "$(link - e0a_blog .master)" em0bridge
                ;;
        --static) same 'its bridge' "$(link - epair18a .master)" bridge0 ;;
        esac
        again $style "$work/ezjail" --prefix em0=24 --prefix em0=64 --router 198.51.100.1
        do_ok undo
        cp "$work/bare" "$work/before"
        compare "after undo of $style"
done

# The converted files themselves, made by convert.
do_ok convert ezjail "$work/ezjail" --static --prefix em0=24 --prefix em0=64 --router 198.51.100.1 -o "$work/vnet"
do_ok import "$work/vnet"
pings blog 198.51.100.18
pings blog 198.51.100.2
pings blog 198.51.100.1
again "$work/vnet"
do_ok undo
do_ok convert ezjail "$work/ezjail" --prefix em0=24 --prefix em0=64 --router 198.51.100.1 -o "$work/jib"
do_ok import "$work/jib"
pings shop 198.51.100.17
again "$work/jib"
do_ok import "$work/jib/ezjail/blog"
do_ok undo

# --- Single lines.
one() { # TEXT: an rc.conf of that text alone
        printf '%s\n' "$1" >"$work/x.rc"
        do_ok import "$work/x.rc"
}
one 'cloned_interfaces="bridge3:sticky lo1"'
ok 'a bridge' has_link - bridge3
one 'cloned_interfaces=bridge0
ifconfig_bridge0_name="lan" ifconfig_lan="inet 10.5.0.1/24 mtu 1400 up description inner"
ifconfig_lan_alias0="inet 10.5.0.2/32"
ifconfig_lan_alias1="inet 10.5.0.5-7/24"'
same 'a renamed clone' "$(link - lan '"\(.mtu) \(.ifalias)"')" '1400 inner'
same 'its addresses' "$(addresses - lan)" '10.5.0.1/24 10.5.0.2/32 10.5.0.5/24 10.5.0.6/24 10.5.0.7/24'
one 'cloned_interfaces=epair8
ifconfig_epair8a="ether 02:00:00:00:08:01 inet 10.8.0.1/30"'
same 'a MAC address' "$(link - epair8a .address)" 02:00:00:00:08:01
printf 'x.one {\r\n vnet;\r\n vnet.interface = epair8b;\r\n}\r\n' >"$work/crlf"
do_ok import --as jail.conf "$work/crlf"
ok 'a jail of a file with CRLF' has_link x.one epair8b

# --- What is wrong.
wrong() { # PLACE-AND-SENTENCE TEXT
        printf '%s\n' "$2" >"$work/rc.conf"
        snapshot >"$work/before"
        J import "$work/rc.conf"
        same "exit status of: $2" "$status" 1
        grep -qF -- "rc.conf:$1" "$work/err" || fail "$2: does not say '$1' but: $(cat "$work/err")"
        compare "after: $2"
}
wrong '1:20: wlan0: jailnet makes' 'cloned_interfaces="wlan0"'
wrong '2:19: epair9c: no such interface' 'cloned_interfaces="bridge9 epair9"
ifconfig_bridge9="addm epair9c up"'
wrong '1:15: em7: no such interface' 'ifconfig_em7="inet 10.0.0.1/24"'
wrong '1:20: 10.0.0.999/24: is not an address' 'ifconfig_em0="inet 10.0.0.999/24"'
wrong '1:15: frobnicate: is not a word' 'ifconfig_em0="frobnicate"'
wrong '1:20: inet6 must stand first' 'ifconfig_em0_ipv6="2001:db8::1"'
wrong '1:11: a command to be run' "x=\"10.0.0.\$(touch $work/ran)\""
wrong '1:19: the quote " that is opened here' 'cloned_interfaces="bridge9'
wrong "2:24: 'em0' is not an assignment; is a quote lost? the last one was opened at line 1, column 19" \
        'cloned_interfaces="bridge9
ifconfig_bridge9="addm em0 up"'
wrong '1:16: 203.0.113.1: no interface' 'defaultrouter="203.0.113.1"'
wrong '1:16: nowhere: there is no route_nowhere' 'static_routes="nowhere"'
wrong '1:20: /44: is no prefix length' 'ifconfig_em0="inet 10.0.0.1/44"'
wrong '1:15: an address is expected behind inet' 'ifconfig_em0="inet"'
wrong '1:19: mv1: jailnet_macvlan_mv1 must say' 'jailnet_macvlans="mv1"'
wrong '2:51: a number above 0 is expected behind metric' 'jailnet_routes="a"
jailnet_route_a="-net 10.9.0.0/16 10.0.0.1 metric x"'
# Also what only shows when it is planned has its place, and the line with a mark.
placed() { # KIND PLACE-AND-SENTENCE MARKED TEXT
        printf '%s\n' "$4" >"$work/placed"
        J import --as "$1" "$work/placed"
        same "exit status of: $4" "$status" 1
        checks=$((checks + 1))
        grep -qF -- "placed:$2" "$work/err" || fail "$4: does not say '$2' but: $(cat "$work/err")"
        column=$(tail -1 "$work/err" | tr -d '\n' | wc -c)
        same "what is marked of: $4" "$(tail -2 "$work/err" | head -1 | tail -c "+$column" | head -c "${#3}")" "$3"
}
placed jail.conf '1:28: a: nope: no such interface on the host' '"nope"' 'a { vnet; vnet.interface = "nope"; }'
placed jail.conf '2:5: b: depends on a, which depends on b' 'depend' 'a { vnet; depend = b; }
b { depend = a; vnet; }'
placed jail.conf '1:22: a: has vnet and ip4.addr; addresses of its own stack are set in it' '10.0.0.9' \
        'a { vnet; ip4.addr = 10.0.0.9; }'
placed jail.conf '1:22: a: has vnet.interface, but no vnet; add vnet' 'lo;' 'a { vnet.interface = lo; }'
placed ezjail '1:25: www: em9: no such interface' '10.0.0.9' 'export jail_www_ip="em9|10.0.0.9/24"'
placed ezjail "1:25: www: the prefix length of em0's network is not known" '10.0.0.9' 'export jail_www_ip="em0|10.0.0.9"'
placed pf.conf '1:1: em9: no such interface' 'nat on' 'nat on em9 from 10.0.0.0/24 to any -> (em9:0)'
same 'a command of a file ran' "$(test -e "$work/ran" && echo yes)" ''
echo 'hello world' >"$work/hello"
refused 'is none of the files' import "$work/hello"
refused 'cannot be read' import "$work/nothing"
wrong_usage 'is no kind of file' import --as what "$work/hello"
# --- Groups and a span port, there and back.
cat >"$work/marks.conf" <<'EOT'
cloned_interfaces="bridge8 epair88 epair89"
ifconfig_epair88a="group wan group lab up"
ifconfig_epair89a="up"
ifconfig_bridge8="addm epair88a span epair89a up"
EOT
do_ok import --as rc.conf "$work/marks.conf"
same 'groups' "$("$JAILNET" show --format json | jq -c '.interfaces[] | select(.name == "epair88a").groups | sort')" '["lab","wan"]'
ok 'the span port' sh -c 'tc filter show dev epair88a ingress | grep -q "Mirror to device epair89a"'
again --as rc.conf "$work/marks.conf"
do_ok export freebsd "$work/marks"
do_ok import "$work/marks" # addresses that a file has are pinned
again "$work/marks"
has "$work/marks/rc.conf" 'group wan'
has "$work/marks/rc.conf" 'span epair89a'

# --- A tunnel without vxlandev, a bridge that gets a spanning tree later, an address that was taken away by hand.
cat >"$work/more.conf" <<'EOT'
cloned_interfaces="vxlan3 vxlan4 bridge6 epair66"
create_args_vxlan3="vxlanid 42 vxlanremote 203.0.113.9"
create_args_vxlan4="vxlanid 43 vxlanlocal 198.51.100.2 vxlangroup 239.0.0.1"
ifconfig_bridge6="addm epair66a static epair66a 02:00:00:00:00:99 up"
EOT
do_ok import --as rc.conf "$work/more.conf"
same 'to one' "$(link - vxlan3 '.linkinfo.info_data | "\(.id) \(.remote) \(.link)"')" '42 203.0.113.9 null'
same 'to a group, by the interface of the local address' \
        "$(link - vxlan4 '.linkinfo.info_data | "\(.id) \(.group // .remote) \(.link)"')" '43 239.0.0.1 em0'
again --as rc.conf "$work/more.conf"
bridge fdb del 02:00:00:00:00:99 dev epair66a master
do_ok import --as rc.conf "$work/more.conf"
ok 'told again' sh -c 'bridge fdb show dev epair66a | grep -q "^02:00:00:00:00:99 .*static"'
echo 'create_args_bridge6="stp"' >>"$work/more.conf"
do_ok import --as rc.conf "$work/more.conf"
same 'a spanning tree, later' "$(link - bridge6 .linkinfo.info_data.stp_state)" 1
again --as rc.conf "$work/more.conf"
sed -i 's/203.0.113.9/203.0.113.8/' "$work/more.conf"
do_ok import --as rc.conf "$work/more.conf"
same 'another remote' "$(ip -j -d link show vxlan3 | jq -r '.[0].linkinfo.info_data.remote')" 203.0.113.8
cp "$work/more.conf" "$work/others.conf"
sed -i 's/203.0.113.8/203.0.113.7/' "$work/others.conf"
J import --as rc.conf "$work/others.conf"
same "another file's" "$status $(grep -c 'vxlan3: is there already and is no VXLAN of that number and remote' "$work/err")" '1 1'

# --- The loopbacks are one, unless something really has that name.
printf '%s\n' 'cloned_interfaces="lo1"' 'ifconfig_lo0="inet 127.0.0.1/8"' 'ifconfig_lo0_alias0="inet 10.7.0.1/32"' \
        'ifconfig_lo1="inet 10.7.1.1/24"' >"$work/lo.conf"
do_ok import --as rc.conf "$work/lo.conf"
same 'addresses of lo0 and lo1' "$(addresses - lo)" '127.0.0.1/8 10.7.0.1/32 10.7.1.1/24 ::1/128'
again --as rc.conf "$work/lo.conf"
ip link add lo0 type veth peer name lo0x
echo 'ifconfig_lo0="inet 10.7.2.1/24"' >"$work/lo0.conf"
do_ok import --as rc.conf "$work/lo0.conf"
same 'an interface of that name' "$(addresses - lo0)" 10.7.2.1/24
same 'and not the loopback' "$(addresses - lo | grep -c 10.7.2)" 0
again --as rc.conf "$work/lo0.conf"
do_ok export freebsd "$work/lo"
has "$work/lo/rc.conf" 'ifconfig_lo="inet 10.7.0.1/32 '
has "$work/lo/rc.conf" 'ifconfig_lo0="inet 10.7.2.1/24 '

# --- The old variables of rc.conf: the jails of jail_list, each by its own values, else by those of all.
cat >"$work/old.conf" <<'EOT'
jail_enable="YES"
jail_list="old-www mail"
jail_set_hostname_allow="NO"
jail_interface="em0"
jail_old_www_rootdir="/usr/jails/www"
jail_old_www_hostname="www.example.org"
jail_old_www_ip="198.51.100.27"
jail_old_www_ip_multi0="198.51.100.28/32"
jail_old_www_devfs_enable="YES"
jail_old_www_exec_start="/bin/sh /etc/rc"
jail_mail_rootdir="/usr/jails/mail"
jail_mail_ip="em0|198.51.100.29,em0|2001:db8:5::29"
jail_gone_rootdir="/usr/jails/gone"
jail_gone_ip="198.51.100.30"
EOT
set -- --static --as rc.conf "$work/old.conf" --prefix em0=24 --prefix em0=64 --router 198.51.100.1
do_ok import "$@"
has "$work/err" 'gone: is not in jail_list; it is left out'
same 'its jails' "$(ip netns list | cut -d' ' -f1 | grep -cx 'old_www\|mail\|gone')" 2
same 'all addresses' "$(addresses old_www epair27b)" '198.51.100.27/24 198.51.100.28/24'
pings mail 198.51.100.28
pings mail 198.51.100.1
again "$@"

finish
