#!/bin/sh
# netgraph's nodes that are no bridges: an iface's packets cross from jail to jail, whichever family its hook is called
# by; a tee passes from left to right and back, and copies each way to its own hook, also between a NIC and the host; a
# nat gives what the host's stack sends out by a NIC another address, and leads ports and addresses to a jail.
# Each is undone, comes back after the network is gone, and a tee's feeds are whole again after a kill at any step.
set -u
. "${SOURCE:?}/tests/lib/sandbox.sh"

graph() { "$JAILNET" show --format json; }
edges() { # NODE: its hooks as HOOK=PEER:PEERHOOK, sorted; an unnamed node by its interface
        graph | jq -cr --arg n "$1" '
                (.nodes | map({key: .id, value: (.name // .interface)}) | from_entries) as $name |
                [.edges[] | [.a, .b], [.b, .a] | select($name[.[0].node] == $n) |
                        "\(.[0].hook)=\($name[.[1].node]):\(.[1].hook)"] | sort | join(" ")'
}
has_ping() { command -v ping >/dev/null; }
reaches() { # JAIL ADDR: within a few seconds, which a new carrier may need
        for n in 1 2 3 4 5 6 7 8 9 10; do
                ip netns exec "$1" ping -c 1 -W 1 "$2" >/dev/null 2>&1 && return 0
        done
        return 1
}
no_network() { # as after a restart: the stacks and what netgraph made on the host are gone
        for name in $(ip netns list | cut -d' ' -f1); do ip netns delete "$name"; done
        for name in $(ip -o link | sed -n 's/^[0-9]*: \(ng[a-z]*[0-9]*\)[@:].*/\1/p'); do
                ip link delete "$name" 2>/dev/null
        done
}
restored() { # WHAT: a second restore has nothing to do
        do_ok restore
        do_ok restore
        same "$1: restored twice" "$(cat "$work/out" "$work/err")" 'nothing to restore'
}

do_ok create jail red
do_ok create jail blue

# -- iface: the lowest unit, named as its interface, and staying without a hook --------------------------------------

J ngctl -f - <<'EOF'
mkpeer iface dummy inet
mkpeer iface dummy inet
EOF
do_ok ngctl mkpeer iface dummy inet
do_ok ngctl mkpeer iface dummy inet
same 'ifaces take the lowest unit' "$("$JAILNET" ngctl list -n | awk '$4 == "iface" {print $2}' | sort | xargs)" 'ng0 ng1'
same 'getifname' "$("$JAILNET" ngctl msg ng0: getifname | sed -n 2p)" "Args:	\"ng0\""
ok 'an iface has no ARP' link - ng0 '.flags | index("NOARP") != null or error'
same 'an iface is marked' "$(link - ng0 '.altnames[0]' | cut -d. -f3)" iface
joined() { [ "$(edges ng0)" = inet6=ng1:inet6 ]; }
law 'two ifaces by inet6' joined connect ng0:inet6 ng1:inet6
do_ok ngctl rmhook ng0: inet6
joined() { [ "$(edges ng0)" = inet=ng1:inet ]; }
law 'two ifaces by inet' joined connect ng0:inet ng1:inet
do_ok move ng0 red
do_ok move ng1 blue
do_ok address add red/ng0 10.30.0.1/30
do_ok address add blue/ng1 10.30.0.2/30
do_ok address add red/ng0 fd30::1/64
do_ok address add blue/ng1 fd30::2/64
do_ok up red/ng0
do_ok up blue/ng1
ip netns exec red "$JAILNET" ifconfig ng0 >"$work/ifconfig"
same 'ifconfig: flags' "$(head -n 1 "$work/ifconfig")" \
        'ng0: flags=88d1<UP,POINTOPOINT,RUNNING,NOARP,SIMPLEX,MULTICAST> metric 0 mtu 1500'
same 'ifconfig: no Ethernet' "$(grep -cE 'ether|media' "$work/ifconfig")" 0
has_ping && ok 'packets cross' reaches red 10.30.0.2
has_ping && ok "IPv6's too" reaches red fd30::2
# A second hook takes its family along; the first one keeps the other.
both='inet6=ng1:inet6 inet=ng1:inet'
by() { # IF: how many packets of IPv6 went through the carrier of its second hook
        tc -j -s filter show dev "$1" ingress | jq '[.[] | select(.pref == 20000) | .options.actions[]?.stats.packets] | add // 0'
}
second() { [ "$(edges ng0)" = "$both" ] && [ "$(edges ng1)" = "$(echo "$both" | sed s/ng1/ng0/g)" ]; }
law 'a second hook of both' second ngctl connect ng0: ng1: inet6 inet6
has_ping && ok 'IPv4 by the one' reaches red 10.30.0.2
has_ping && ok 'IPv6 by the other' reaches red fd30::2
ok 'which has its own way' [ "$(by ngorph0)" -gt 0 ]
same 'list -l' "$("$JAILNET" ngctl show ng0: | sed -n '4,5p' | awk '{ print $1, $2, $3, $5 }' | xargs)" \
        'inet6 ng1 iface inet6 inet ng1 iface inet'
refused 'connected to ng1 already' connect ng0:inet6 ng1:inet6
no_network
restored 'both hooks'
ok 'both hooks after the restart' second
has_ping && ok 'IPv6 after the restart' reaches blue fd30::1
same 'without the inventory' "$(JAILNET_DB=$work/other.db "$JAILNET" show --format json 2>/dev/null |
        jq -c '[.edges[] | .a.hook, .b.hook] | sort')" '["inet","inet","inet6","inet6"]'
first_gone() { [ "$(edges ng0)" = inet6=ng1:inet6 ]; }
law 'rmhook of the first' first_gone ngctl rmhook ng0: inet
has_ping && ok 'IPv6 goes on' reaches red fd30::2
has_ping && ok 'IPv4 does not' sh -c '! ip netns exec red ping -c 1 -W 1 10.30.0.2'
do_ok undo
both_gone() { ! has_link red ng0 && [ -z "$(edges ng1)" ] && ! has_link - ngorph0 && ! has_link - ngorph1; }
law 'shutdown with two hooks' both_gone ngctl shutdown ng0:
do_ok undo
do_ok create node hub third
do_ok ngctl rmhook ng0: inet6
do_ok ngctl connect ng0: third: inet6 v6
same 'to two peers' "$(edges ng0)" 'inet6=third:v6 inet=ng1:inet'
do_ok ngctl rmhook ng0: inet6
do_ok create node iface
do_ok create node hub fourth
do_ok ngctl connect ng2: fourth: inet a
refused 'packets twice' connect ng2:inet6 fourth:b
do_ok shutdown ng2:
same 'no warning of equal addresses' "$(graph | jq -c '[.interfaces[].warning | select(.)]')" '[]'
do_ok create bridge sw
do_ok create node iface
refused 'which mean nothing to a bridge' attach ng2 sw
do_ok shutdown ng2:
refused 'has no MAC address' pin red/ng0 02:00:00:00:00:05
do_ok create node hub pool
refused 'inet and inet6' mkpeer pool:a iface ether
do_ok ngctl mkpeer pool: iface a inet
same 'an iface at a hub' "$(edges ng2)" inet=pool:a
do_ok shutdown ng2:
J ngctl --strict msg ng0: broadcast
same 'broadcast while it is up' "$status $(cat "$work/err")" '71 ngctl: send msg: Device busy'
do_ok destroy sw
no_network
restored iface
has_ping && ok 'packets cross after the restart' reaches blue 10.30.0.1
same 'the hooks after the restart' "$(edges ng0)" inet=ng1:inet
gone() { ! has_link red ng0; }
law 'shutdown from within a jail' gone shutdown ng0:
same 'an iface without a hook stays' "$(edges ng1)" ''
do_ok shutdown ng1:

# -- tee: what is seen is tc's, and what gets where is counted by the kernel ------------------------------------------

feeds() { # every feed of the host's links: FROM side FLAG TO, sorted
        for dev in $(ip -j link | jq -r '.[].ifname'); do
                for side in ingress egress; do
                        tc -j filter show dev "$dev" $side 2>/dev/null | jq -r --arg at "$dev $side" '.[].options.actions[]? |
                                "\($at) \(.mirred_action) \(.direction) \(.to_dev)"'
                done
        done | sort
}
counted() { # JAIL IF: frames that it has got
        ip -n "$1" -j -s link show "$2" | jq '.[0].stats64.rx.packets'
}
gets() { # JAIL IF WANT: within a few seconds
        for n in 1 2 3 4 5 6 7 8 9 10; do
                [ "$(counted "$1" "$2")" -ge "$3" ] && return 0
                ip netns exec red ping -c 1 -W 1 10.31.0.2 >/dev/null 2>&1
        done
        return 1
}
if ! command -v tc >/dev/null || ! has_ping; then
        echo 'the rest is left out: tc or ping is not installed'
        finish
fi
do_ok create jail spy
quiet='for c in all default; do echo 1 >/proc/sys/net/ipv6/conf/$c/disable_ipv6; done'
sh -c "$quiet" # nothing but what is sent here
for jail in red blue spy; do ip netns exec "$jail" sh -c "$quiet"; done
do_ok create eiface l0
do_ok create eiface r0
do_ok create eiface copy0
do_ok create eiface copy1
refused 'left2right and right2left' mkpeer l0:ether tee middle
has_tee() { [ "$(edges t)" = left=l0:ether ] && has_link - ngtee0; }
law 'mkpeer tee' has_tee mkpeer l0:ether tee left t
same 'a tee is marked' "$(link - ngtee0 '.altnames[0]' | cut -d. -f3)" tee
same 'and stays down' "$(link - ngtee0 '.flags | index("UP")')" null
same 'one side feeds nothing' "$(feeds)" ''
refused 'left2right and right2left' connect t:link0 r0:ether
both() { [ "$(feeds | wc -l)" = 2 ]; }
law 'right' both connect t:right r0:ether
copied() { feeds | grep -q 'ingress mirror egress'; }
law 'left2right' copied connect t:left2right copy0:ether
do_ok connect t:right2left copy1:ether
same 'all feeds' "$(feeds | cut -d' ' -f2- | sed 's/ngfab[0-9]*/X/' | sort | uniq -c | sed 's/^ *//')" \
        '2 ingress mirror egress X
4 ingress redirect egress X'
do_ok move l0 red
do_ok move r0 blue
do_ok move copy0 spy
do_ok move copy1 spy
do_ok address add red/l0 10.31.0.1/24
do_ok address add blue/r0 10.31.0.2/24
for one in red/l0 blue/r0 spy/copy0 spy/copy1; do do_ok up $one; done
ok 'a tee passes' reaches red 10.31.0.2
ok 'the way through a tee is known' "$JAILNET" path red blue
mac=$(link blue r0 .address)
ip -n red neigh replace 10.31.0.9 lladdr "$mac" dev l0 # somebody who takes and does not answer
ip -n red neigh replace 10.31.0.2 lladdr "$mac" dev l0 # nobody asks who has an address while it is counted
ip -n blue neigh replace 10.31.0.1 lladdr "$(link red l0 .address)" dev r0
a=$(counted spy copy0) b=$(counted spy copy1)
ip netns exec red ping -c 3 -i 0.2 -W 1 10.31.0.9 >/dev/null 2>&1
same 'copies from left to right' $(($(counted spy copy0) - a)) 3
same 'copies from right to left' $(($(counted spy copy1) - b)) 0
ip netns exec red ping -c 3 -i 0.2 -W 5 10.31.0.2 >/dev/null 2>&1
ok 'answers are copied too' [ $(($(counted spy copy1) - b)) -ge 3 ]
sent() { ip -n red -j -s link show l0 | jq '.[0].stats64.tx.packets'; }
low=$(sent)
told=$("$JAILNET" ngctl msg t: getstats | grep -o 'left={ [^}]*' | sed -n 's/.*inFrames=\([0-9]*\).*/\1/p')
ok "getstats: $told, by the kernel $low at least" test "$told" -ge "$low"
ok "getstats: $told, by the kernel up to $(sent)" test "$told" -le "$(sent)"
printf 'msg t: clrstats\nmsg t: getstats\n' | "$JAILNET" ngctl -f - >"$work/stats" 2>/dev/null
same 'clrstats' "$(sed -n 2p "$work/stats")" 'Args:	{}'
"$JAILNET" ngctl types | grep -q ' tee  *1' || fail 'types does not count the tee'
feeds >"$work/feeds"
no_network
restored tee
feeds >"$work/again"
cut -d' ' -f2-4 "$work/feeds" | sort >"$work/a"
cut -d' ' -f2-4 "$work/again" | sort >"$work/b"
ok 'the feeds are there again' cmp "$work/a" "$work/b"
ok 'a tee passes after the restart' reaches red 10.31.0.2
a=$(counted spy copy0)
ok 'and copies' gets spy copy0 $((a + 3))

# A kill at each step; both ways out leave the feeds of before, or of the end.
state() { feeds && edges t; }
if [ "${STOPS-}" ]; then
        state >"$work/begun"
        do_ok disconnect t:right
        state >"$work/ended"
        do_ok undo
        steps=$("$JAILNET" -n --format json disconnect t:right | jq '.steps | length')
        i=0
        while [ $i -lt "$steps" ]; do
                for point in sent:$i done:$i; do
                        for way in rollback finish; do
                                JAILNET_STOP_AT=$point "$STOPS" disconnect t:right >/dev/null 2>&1
                                do_ok recover --$way
                                state >"$work/now"
                                [ $way = finish ] && want=ended || want=begun
                                ok "killed at $point, $way" cmp "$work/now" "$work/$want"
                                [ $way = rollback ] || do_ok undo
                                state >"$work/now"
                                ok "killed at $point, $way, undone" cmp "$work/now" "$work/begun"
                        done
                done
                i=$((i + 1))
        done
fi

# Its end joins the two sides.
bypassed() { [ "$(edges l0)" = ether=r0:ether ] && ! has_link - ngtee0 && [ -z "$(feeds)" ]; }
law 'shutdown joins the sides' bypassed shutdown t:
ok 'they reach each other' reaches red 10.31.0.2

# Between a NIC and the host's own stack.
ip netns add outside
ip link add sk0 type veth peer name far0 netns outside
ip link set sk0 up
ip address add 192.0.2.1/24 dev sk0
ip -n outside link set far0 up
ip -n outside address add 192.0.2.254/24 dev far0
do_ok mkpeer sk0:lower tee right w
taken() { [ "$(edges w)" = 'left=sk0:upper right=sk0:lower' ] && [ "$(addresses - ngtee0)" = 192.0.2.1/24 ]; }
law "a tee at a NIC's upper" taken connect sk0:upper w:left
ok 'the host is reached by the tee' reaches outside 192.0.2.1
same 'its address is the NIC' "$(link - ngtee0 .address)" "$(link - sk0 .address)"
do_ok connect w:left2right copy0:ether
a=$(counted spy copy0)
ip -4 neigh replace 192.0.2.9 lladdr "$(link outside far0 .address)" dev ngtee0
ping -c 3 -i 0.2 -W 1 192.0.2.9 >/dev/null 2>&1
ok "what the host sends is copied" [ $(($(counted spy copy0) - a)) -ge 3 ]
left() { [ "$(edges sk0 | grep -c upper)" = 0 ] && [ "$(addresses - sk0)" = 192.0.2.1/24 ] && [ -z "$(feeds)" ]; }
law 'its end gives the NIC back' left shutdown w:
ok 'the host is reached without it' reaches outside 192.0.2.1

# -- nat: what the wire sees is counted by nft outside -----------------------------------------------------------------

if ! kernel_has_nat; then
        echo 'the rest is left out: nft is not installed, or the kernel has no nftables with nat'
        finish
fi
rules() { nft -j list table inet jailnet 2>/dev/null | jq -r '[.nftables[] | .rule // empty | .comment] | sort | join("; ")'; }
seen() { # ADDR: echo requests from there, as the neighbour counts them
        ip netns exec outside nft -j list table inet seen | jq --arg a "$1" \
                '[.nftables[] | .rule // empty | select([.expr[].match?.right] | index($a)) | .expr[].counter?.packets // empty] | add'
}
ip netns exec outside nft -f - <<'EOF'
table inet seen {
        chain in {
                type filter hook input priority 0;
                ip saddr 192.0.2.7 icmp type echo-request counter
                ip saddr 10.32.0.2 icmp type echo-request counter
                ip saddr 192.0.2.8 icmp type echo-request counter
        }
}
EOF
ip address add 192.0.2.7/24 dev sk0 # behind the first of its network, which takes it along when it goes
ip address add 192.0.2.8/24 dev sk0
do_ok create epair gate red/inner
do_ok address add gate 10.32.0.1/24
do_ok address add red/inner 10.32.0.2/24
do_ok up gate
do_ok up red/inner
do_ok route add red default 10.32.0.1
refused 'a nat has hooks in and out' mkpeer sk0:lower nat left
do_ok mkpeer sk0:lower nat in n
refused 'join out to a NIC' mkpeer n:out eiface ether
between() { [ "$(edges n)" = 'in=sk0:lower out=sk0:upper' ] && [ "$(addresses - ngnat0)" = '192.0.2.1/24 192.0.2.7/24 192.0.2.8/24' ]; }
law "a nat at a NIC" between connect n:out sk0:upper
ok 'the host is reached' reaches outside 192.0.2.1
do_ok ngctl msg n: setdlt 1
J ngctl msg n: setdlt 12
same 'not Ethernet' "$status" 71
do_ok ngctl msg n: setaliasaddr 192.0.2.7
same 'the alias' "$(rules)" 'nat 0.0.0.0/0 via ngnat0 as 192.0.2.7'
do_ok ngctl msg n: setaliasaddr 192.0.2.7
same 'twice is no more' "$(rules)" 'nat 0.0.0.0/0 via ngnat0 as 192.0.2.7'
do_ok forwarding host on
ok "a jail's packets pass" reaches red 192.0.2.254
ok 'by the alias' [ "$(seen 192.0.2.7)" -ge 1 ]
same 'never by its own address' "$(seen 10.32.0.2)" 0
do_ok ngctl msg n: redirectport '{ local_addr=10.32.0.2 alias_addr=192.0.2.7 local_port=80 alias_port=8080 proto=6 }'
same 'its id' "$(sed -n 2p "$work/out")" 'Args:	1'
do_ok ngctl msg n: redirectaddr '{ local_addr=10.32.0.2 alias_addr=192.0.2.8 }'
same 'the next id' "$(sed -n 2p "$work/out")" 'Args:	2'
do_ok ngctl msg n: listredirects
same 'the redirects' "$(sed -n 2p "$work/out")" 'Args:	{ total_count=2 redirects=[ { id=1 local_addr=10.32.0.2 alias_addr=192.0.2.7 local_port=80 alias_port=8080 proto=6 } { id=2 local_addr=10.32.0.2 alias_addr=192.0.2.8 proto=259 } ] }'
own=$(seen 192.0.2.8)
ok 'a jail with an address of its own' reaches red 192.0.2.254
ok 'is seen by that' [ "$(seen 192.0.2.8)" -gt "$own" ]
if command -v python3 >/dev/null; then
        ip netns exec red python3 -c 'import socket
s = socket.socket(); s.bind(("10.32.0.2", 80)); s.listen(1); print("ready", flush=True); s.settimeout(60); s.accept()' \
                >"$work/server" &
        server=$!
        for try in $(seq 100); do grep -q ready "$work/server" && break || sleep 0.1; done
        ok 'a connection to the redirected port' ip netns exec outside timeout 30 python3 -c 'import socket
socket.create_connection(("192.0.2.7", 8080), 20)'
        wait $server
fi

# By protocol, by sender, and whatever is left; a reply that a router has passed on has one hop less.
hops() { ip netns exec outside ping -c 1 -W 10 "$1" 2>/dev/null | sed -n 's/.*ttl=\([0-9]*\).*/\1/p'; }
if has_ping; then
        do_ok ngctl msg n: redirectdelete 2
        same 'the host answers' "$(hops 192.0.2.8)" 64
        do_ok ngctl msg n: redirectproto '{ local_addr=10.32.0.2 alias_addr=192.0.2.8 proto=1 }'
        same 'its number' "$(sed -n 2p "$work/out")" 'Args:	2'
        same 'ICMP is the jail'"'"'s' "$(hops 192.0.2.8)" 63
        do_ok ngctl msg n: listredirects
        ok 'its protocol' grep -qF '{ id=2 local_addr=10.32.0.2 alias_addr=192.0.2.8 proto=1 }' "$work/out"
        do_ok ngctl msg n: settarget 10.32.0.2
        same 'what else comes' "$(hops 192.0.2.1)" 63
        do_ok ngctl msg n: redirectport '{ local_addr=10.32.0.2 local_port=80 alias_port=81 remote_addr=192.0.2.254 remote_port=4000 proto=17 }'
        same 'behind the target none would be asked' \
                "$(nft -j list chain inet jailnet prerouting | jq -r '[.nftables[].rule.comment // empty] | join("; ")')" \
                'forward ngnat0 tcp 8080 at 192.0.2.7 to 10.32.0.2 80 id 1; forward ngnat0 udp 81 from 192.0.2.254 4000 to 10.32.0.2 80 id 3; forward ngnat0 proto 1 at 192.0.2.8 to 10.32.0.2 id 2; forward ngnat0 all to 10.32.0.2'
        do_ok ngctl msg n: listredirects
        ok 'its sender' grep -qF '{ id=3 local_addr=10.32.0.2 remote_addr=192.0.2.254 local_port=80 alias_port=81 remote_port=4000 proto=17 }' "$work/out"
        ok 'the list as JSON' sh -c '"$1" nat list --format json | jq -e "[.[] | select(.from)] == [.[] | select(.from == \"192.0.2.254\" and .from_port == 4000 and .protocol == \"udp\")]" >/dev/null' sh "$JAILNET"
        "$JAILNET" export freebsd "$work/exported" >/dev/null 2>&1
        ok 'an export has the messages' grep -qF 'settarget 10.32.0.2' "$work/exported/netgraph_nodes.ngctl"
        ok 'with the sender' grep -qF 'remote_addr=192.0.2.254 local_port=80 alias_port=81 remote_port=4000 proto=17' "$work/exported/netgraph_nodes.ngctl"
        do_ok ngctl msg n: settarget 0.0.0.0
        same 'as it was sent' "$(hops 192.0.2.1)" 64
        do_ok ngctl msg n: redirectdelete 3
        do_ok ngctl msg n: redirectdelete 2
        do_ok ngctl msg n: redirectaddr '{ local_addr=10.32.0.2 alias_addr=192.0.2.8 }'
fi

# Private networks alone have the alias.
do_ok ngctl msg n: setmode '{ flags=0x10 mask=0x10 }'
same 'three networks' "$(rules | tr ';' '\n' | grep -c 'nat 1[0-9./]* via ngnat0 as 192.0.2.7')" 3
ok 'of which the jail is' reaches red 192.0.2.254
do_ok ngctl msg n: setaliasaddr 192.0.2.1
same 'another alias' "$(rules | tr ';' '\n' | grep -c 'nat 1[0-9./]* via ngnat0 as 192.0.2.1$')" 3
do_ok ngctl msg n: setmode '{ flags=0x100 mask=0x100 }'
ok "a carrier's network, too" sh -c 'nft list table inet jailnet | grep -q "100.64.0.0/10"'
do_ok ngctl msg n: setmode '{ flags=4 mask=0x114 }'
do_ok ngctl msg n: setaliasaddr 192.0.2.7
same 'all again' "$(rules | tr ';' '\n' | grep -c ' as 192.0.2.7$')" 1
no_mode() { # FLAGS NAME
        J ngctl msg n: setmode "{ flags=$1 mask=$1 }"
        same "no mode $2" "$status $(grep -c "setmode $2: " "$work/err")" '71 1'
}
no_mode 1 log
no_mode 2 denyincoming
no_mode 0x40 proxyonly
no_mode 0x80 reverse
for message in 'redirectdynamic 1' 'addserver { id=1 addr=10.32.0.3 port=80 }' 'proxyrule "port 80"' libaliasinfo; do
        J ngctl msg n: $message
        same "no $message" "$status $(grep -c "^ngctl: send msg: Operation not supported (${message%% *}: " "$work/err")" '71 1'
done
do_ok ngctl msg n: redirectdelete 2
same 'one redirect less' "$(rules)" \
        'forward ngnat0 tcp 8080 at 192.0.2.7 to 10.32.0.2 80 id 1; nat 0.0.0.0/0 via ngnat0 as 192.0.2.7'
J ngctl msg n: redirectdelete 2
same 'there is none' "$status" 71
nft delete table inet jailnet
ip link delete ngnat0
restored nat
same 'the rules after the restart' "$(rules)" \
        'forward ngnat0 tcp 8080 at 192.0.2.7 to 10.32.0.2 80 id 1; nat 0.0.0.0/0 via ngnat0 as 192.0.2.7'
ok "a jail's packets pass after the restart" reaches red 192.0.2.254
ended() { [ -z "$(rules)" ] && ! has_link - ngnat0 && [ "$(addresses - sk0)" = '192.0.2.1/24 192.0.2.7/24 192.0.2.8/24' ]; }
law "a nat's rules end with it" ended shutdown n:

finish
