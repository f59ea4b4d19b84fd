# Proves that nat add, nat forward and nat del change the kernel's nftables as they say: previewed, undone, restored,
# shown, and imported from pf.conf's plain lines; nft tells the rules, and a network outside that knows no way back to
# the jails answers their pings.
. "${SOURCE:?}/tests/lib/sandbox.sh"

kernel_has_nat || {
        echo 'skipped: nft is not installed, or this kernel has no nftables with nat'
        exit 77
}

has() { # FILE TEXT
        checks=$((checks + 1))
        grep -qF -- "$2" "$1" || fail "$1: lacks: $2: $(cat "$1")"
}

rules() { # JAIL: chain and comment of jailnet's rules, as nft tells them
        if [ "$1" = - ]; then
                nft -j list table inet jailnet 2>/dev/null
        else
                ip netns exec "$1" nft -j list table inet jailnet 2>/dev/null
        fi | jq -r '[.nftables[] | .rule // empty | "\(.chain) \(.comment)"] | sort | join("; ")'
}

reaches() { # JAIL ADDRESS
        for try in 1 2 3 4 5 6 7 8 9 10; do
                ip netns exec "$1" ping -c 1 -W 2 "$2" >/dev/null 2>&1 && return 0
        done
        return 1
}

connects() { # WHAT ADDRESS PORT DOOR CMD...: a server at that port, run by CMD, is reached from outside by em0's DOOR
        command -v python3 >/dev/null || return 0
        what=$1 address=$2 port=$3 door=$4
        shift 4
        : >"$work/server"
        "$@" python3 -c 'import socket, sys
s = socket.socket(); s.bind((sys.argv[1], int(sys.argv[2]))); s.listen(1); print("ready", flush=True); s.settimeout(60)
s.accept()' "$address" "$port" >"$work/server" &
        server=$!
        for try in $(seq 100); do grep -q ready "$work/server" && break || sleep 0.1; done
        ok "$what" ip netns exec world timeout 30 python3 -c 'import socket, sys
socket.create_connection(("198.51.100.2", int(sys.argv[1])), 20)' "$door"
        wait $server
}

# The network outside has no route to the jails.
ip netns add world
ip link add em0 type veth peer name wire netns world
ip link set em0 up
ip address add 198.51.100.2/24 dev em0
ip -n world address add 198.51.100.1/24 dev wire
ip -n world link set wire up
do_ok create jail www
do_ok create epair gate www/inner
do_ok address add gate 10.1.0.1/24
do_ok address add www/inner 10.1.0.2/24
do_ok up gate
do_ok up www/inner
do_ok route add www default 10.1.0.1
ip netns exec www ping -c 1 -W 1 198.51.100.1 >/dev/null 2>&1 && fail 'reached without any translation'

# A network.
do_ok -n nat add 10.1.0.0/24 via em0
has "$work/out" 'nft add rule inet jailnet postrouting'
has "$work/out" 'nat on em0 from 10.1.0.0/24 to any -> (em0:0)'
same 'rules after the preview' "$(rules -)" ''
do_ok nat add 10.1.0.0/24 via em0
same 'the rule' "$(rules -)" 'postrouting nat 10.1.0.0/24 via em0'
same 'forwarding' "$(cat /proc/sys/net/ipv4/ip_forward)" 1
ok 'through the translation' reaches www 198.51.100.1
refused 'is there already' nat add 10.1.0.0/24 via em0
do_ok undo
same 'the rule after undo' "$(rules -)" ''
same 'forwarding after undo' "$(cat /proc/sys/net/ipv4/ip_forward)" 0
same 'tables after undo' "$(nft list tables)" ''

# A jail, by its addresses; a port.
do_ok nat add www via em0
same "the jail's rule" "$(rules -)" 'postrouting nat 10.1.0.2/32 via em0'
ok 'through the translation of the jail' reaches www 198.51.100.1
do_ok nat forward em0:8080 www 10.1.0.2:80
do_ok nat forward em0:53/udp www 10.1.0.2:53
same 'all rules' "$(rules -)" 'postrouting nat 10.1.0.2/32 via em0; prerouting forward em0 tcp 8080 to 10.1.0.2 80; prerouting forward em0 udp 53 to 10.1.0.2 53'
same 'where a port leads' "$(nft -j list chain inet jailnet prerouting |
        jq -c '[.nftables[] | .rule // empty | .expr[] | .dnat // empty | "\(.addr):\(.port)"]')" \
        '["10.1.0.2:80","10.1.0.2:53"]'
connects 'a connection to the forwarded port' 10.1.0.2 80 8080 ip netns exec www

# Shown.
do_ok nat list
same 'the list' "$(sed 's/^[0-9]*  //' "$work/out" | sort | tr '\n' ';')" \
        'host  forward em0 tcp 8080 to 10.1.0.2 80;host  forward em0 udp 53 to 10.1.0.2 53;host  nat 10.1.0.2/32 via em0;'
same 'its nodes' "$("$JAILNET" show --format json | jq -r '[.nodes[] | select(.type == "nat")] | length')" 3
same 'as JSON' "$("$JAILNET" --format json nat list | jq -c 'map(.kind) | sort')" '["forward","forward","nat"]'
same 'as JSON, said at the end' "$("$JAILNET" nat list --json | jq -c 'map(.kind) | sort')" '["forward","forward","nat"]'
wrong_usage 'nat list' nat list em0
do_ok nat list

# By number, and back.
number=$(sed -n 's/^\([0-9]*\)  host  nat .*/\1/p' "$work/out")
do_ok nat del "$number"
same 'one less' "$(rules - | grep -c 'nat 10')" 0
do_ok undo
same 'and back' "$(rules - | grep -c 'nat 10')" 1
refused 'no such rule' nat del 9
wrong_usage 'usage' nat del
refused 'is not understood' nat forward em0 www 10.1.0.2:80
refused 'has no address 10.1.0.9' nat forward em0:81 www 10.1.0.9:80
refused 'no such interface' nat add 10.1.0.0/24 via em9
refused 'its own interface' nat add www via www/inner

# After a restart the rules are wanted still.
nft delete table inet jailnet
do_ok restore
same 'rules after restore' "$(rules - | tr ';' '\n' | grep -c .)" 3
do_ok restore
same 'rules after another restore' "$(rules - | tr ';' '\n' | grep -c .)" 3

# In a jail that is a router; a jail that is destroyed brings them back by undo.
do_ok create jail router
do_ok create epair router/out world0
do_ok nat add 10.7.0.0/24 via router/out
same "the router's rule" "$(rules router)" 'postrouting nat 10.7.0.0/24 via out'
do_ok destroy router
do_ok undo
same "the router's rule again" "$(rules router)" 'postrouting nat 10.7.0.0/24 via out'

# pf.conf.
for n in 1 2 3; do do_ok nat del 1; done
cat >"$work/pf.conf" <<'EOT'
# the jails go out by em0
ext_if = "em0"
www=10.1.0.2
nat on $ext_if inet from 10.1.0.0/24 \
        to any -> ($ext_if:0) # one rule on two lines
rdr on $ext_if proto tcp to $ext_if:0 port 80 -> $www port 8080
rdr on em0 proto udp from any to (em0) port 53 -> 10.1.0.2
EOT
do_ok import "$work/pf.conf"
same 'imported rules' "$(rules -)" 'postrouting nat 10.1.0.0/24 via em0; prerouting forward em0 tcp 80 to 10.1.0.2 8080; prerouting forward em0 udp 53 to 10.1.0.2 53'
do_ok import "$work/pf.conf"
has "$work/out" 'nothing is to be changed'

# Each rule that there can be is exported, and imported as it was. pf has no word for a nat node's numbers.
printf '%s\n' 'nat on em0 from 10.3.0.0/16 to any -> 198.51.100.9' 'rdr on em0 from any to 198.51.100.9 -> 10.1.0.2' \
        'rdr on em0 proto udp to 198.51.100.9 port 53 -> 10.1.0.2 port 5353' 'rdr on em0 to (em0:0) port 81 -> 10.1.0.2' \
        >"$work/more.conf"
do_ok import --as pf.conf "$work/more.conf"
has "$work/err" 'rdr on em0: a port without proto is taken for proto tcp'
all=$(rules -)
for rule in 'postrouting nat 10.3.0.0/16 via em0 as 198.51.100.9' \
        'prerouting forward em0 all at 198.51.100.9 to 10.1.0.2' \
        'prerouting forward em0 udp 53 at 198.51.100.9 to 10.1.0.2 5353' 'prerouting forward em0 tcp 81 to 10.1.0.2 81'; do
        same "$rule" "$(rules - | grep -cF "$rule")" 1
done
do_ok export freebsd "$work/all"
while [ "$(rules -)" ]; do do_ok nat del 1; done
do_ok import "$work/all/pf.conf"
same 'all rules, exported and imported' "$(rules -)" "$all"
connects 'a port that was given without proto' 10.1.0.2 81 81 ip netns exec www

# A jail without a stack of its own, whose address is on the loopback: out in em0's name, and in by a port.
printf '%s\n' 'post { path = "/"; persist; allow.raw_sockets; ip4.addr = "lo0|10.9.0.9/32"; }' >"$work/post.conf"
do_ok jail -c -f "$work/post.conf"
"$JAILNET" jexec post ping -c 1 -W 1 -I 10.9.0.9 198.51.100.1 >/dev/null 2>&1 && fail 'post reached without translation'
printf '%s\n' 'nat on em0 from 10.9.0.9 to any -> (em0:0)' 'rdr on em0 proto tcp to em0 port 82 -> 10.9.0.9 port 8282' \
        >"$work/post.pf"
do_ok import --as pf.conf "$work/post.pf"
own_address() { # what post sends by its own address is answered
        for try in 1 2 3 4 5 6 7 8 9 10; do
                "$JAILNET" jexec post ping -c 1 -W 2 -I 10.9.0.9 198.51.100.1 && return 0
        done
}
ok 'post by its address on the loopback' own_address
connects 'a port that leads to post' 10.9.0.9 8282 82 "$JAILNET" jexec post
do_ok import --as pf.conf "$work/post.pf"
has "$work/out" 'nothing is to be changed'
do_ok jail -r post

wrong() { # PLACE-AND-SENTENCE LINE
        printf 'a = em0\n%s\n' "$2" >"$work/pf.conf"
        J import "$work/pf.conf"
        same "exit status of: $2" "$status" 1
        has "$work/err" "pf.conf:2:$1"
}
wrong "1: 'pass': 'nat on' or 'rdr on' was expected" 'pass in all'
wrong '8: $b: no line before' 'nat on $b from 10.0.0.0/8 -> ($b)'
wrong "16: 10.0.0.0/40:" 'nat on $a from 10.0.0.0/40 to any -> ($a)'
wrong "37: 'em1': the interface's own address" 'nat on $a from 10.0.0.0/8 to any -> em1'
wrong "37: '192.0.2.0/24': one address" 'nat on $a from 10.0.0.0/8 to any -> 192.0.2.0/24'
wrong "21: '->': 'port'" 'rdr on $a to ($a:0) -> 10.1.0.2'
wrong '27: both addresses must be' 'rdr on $a to 192.0.2.7 -> 2001:db8::2'
wrong "38: 'static-port': the end" 'nat on $a from 10.2.0.0/16 -> ($a:0) static-port'
wrong '1: 10.9.9.9: no jail has that address' 'rdr on $a proto tcp to $a port 80 -> 10.9.9.9'
wrong '16: is not read' 'nat on $a from { 10.0.0.1, 10.0.0.2 } -> ($a)'
finish
