# Proves: a jail without a stack of its own hangs on the interfaces whose addresses it has, and a rule of address
# translation on the interface that it names, in every form that `show` writes, and they go when they go; IPv6 forwarding
# is restored as IPv4's is.
. "${SOURCE:?}/tests/lib/sandbox.sh"

shown() { # FORMAT: what show writes
        "$JAILNET" show --format "$1" 2>/dev/null
}

has() { # WHAT FILE TEXT
        checks=$((checks + 1))
        grep -qF -- "$3" "$2" || fail "$1: lacks: $3: $(cat "$2")"
}

lacks() { # WHAT FILE TEXT
        checks=$((checks + 1))
        ! grep -qF -- "$3" "$2" || fail "$1: still has: $3"
}

ip link add em0 type veth peer name wire
ip link set em0 up
ip link set wire up
ip address add 203.0.113.2/24 dev em0
cat >"$work/jail.conf" <<'X'
path = "/"; persist;
mail { ip4.addr = "em0|203.0.113.25", "em0|203.0.113.26/32"; ip6.addr = "wire|2001:db8:7::25/128"; }
plain { ip4 = inherit; }
X
do_ok jail -c -f "$work/jail.conf"
mail=$("$JAILNET" jls -j mail jid)
plain=$("$JAILNET" jls -j plain jid)

for format in text tree dot mermaid svg json; do shown $format >"$work/$format"; done
has 'the picture' "$work/text" 'mail  jail 203.0.113.25/32 203.0.113.26/32'
has 'the picture' "$work/text" 'mail  jail 2001:db8:7::25/128'
has 'the picture' "$work/text" 'plain  jail any address'
same 'the tree' "$(grep 'mail .*203' "$work/tree" | tr -s ' ' | sed 's/^[^a-z]*//')" \
        "mail jail jid $mail 203.0.113.25/32 203.0.113.26/32"
em0=$(jq -r '.interfaces[] | select(.name == "em0").node' "$work/json")
node=$(printf 'ne%07x' "$mail")
has 'Graphviz' "$work/dot" "$node [label=\"mail\\njail\\n203.0.113.25/32 203.0.113.26/32\\n2001:db8:7::25/128\""
has 'Graphviz' "$work/dot" "$node -- n$em0 [style=dashed];"
has 'Mermaid' "$work/mermaid" "$node -.- n$em0"
same 'JSON' "$(jq -c '.jails[] | select(.origin == "shared") | [.jid, .name, .shares, [.uses[] | .interface, .address]]' \
        "$work/json" | tr '\n' ' ')" "[$mail,\"mail\",\"host\",[\"em0\",\"203.0.113.25/32\",\"em0\",\
\"203.0.113.26/32\",\"wire\",\"2001:db8:7::25/128\"]] [$plain,\"plain\",\"host\",[]] "
! command -v dot >/dev/null || ok 'Graphviz takes it' dot -Tsvg -o "$work/svg" "$work/dot"
do_ok jail -r mail plain

# On the loopback, which FreeBSD calls lo0.
ip link set lo up
echo 'sql { path = "/"; persist; ip4.addr = "lo0|127.0.0.54"; ip4.addr += "lo0|10.54.0.1"; }' >"$work/lo.conf"
do_ok jail -c -f "$work/lo.conf"
same 'on lo' "$(ip -j address show lo | jq -c '[.[0].addr_info[] | select(.family == "inet").local]')" \
        '["127.0.0.1","127.0.0.54","10.54.0.1"]'
do_ok export freebsd "$work/lo"
has 'the file' "$work/lo/jail.conf" 'ip4.addr = "lo0|127.0.0.54/32";'
do_ok jail -r sql
same 'taken off' "$(ip -j address show lo | jq -c '[.[0].addr_info[] | select(.family == "inet").local]')" \
        '["127.0.0.1"]'

# FreeBSD's cloned lo1 is lo, too, with the addresses that rc.conf gives it; where an interface really is called so, that is
# meant, also by the jail's end, when the name has come to another.
printf '%s\n' 'cloned_interfaces="lo1"' 'ifconfig_lo1="inet 10.55.0.1/24"' >"$work/lo1.rc.conf"
printf '%s\n' 'sql { path = "/"; persist; interface = "lo1"; ip4.addr = "10.55.0.2", "lo2|10.55.0.3"; }' >"$work/lo.conf"
do_ok import "$work/lo1.rc.conf"
do_ok jail -c -f "$work/lo.conf"
loopback() { ip -j address show lo | jq -c '[.[0].addr_info[] | select(.family == "inet").local]'; }
same 'of lo1' "$(loopback)" '["127.0.0.1","10.55.0.1","10.55.0.2","10.55.0.3"]'
ip link add lo1 type veth peer name lo1x
do_ok jail -r sql
same 'taken off what they were on' "$(loopback)" '["127.0.0.1","10.55.0.1"]'
do_ok jail -c -f "$work/lo.conf"
same 'of an interface lo1' "$(ip -j address show lo1 | jq -c '[.[0].addr_info[] | select(.family == "inet").local]')" \
        '["10.55.0.2"]'
same 'of lo2, which there is none of' "$(loopback)" '["127.0.0.1","10.55.0.1","10.55.0.3"]'
do_ok jail -r sql
same 'taken off both' "$(ip -j address show lo1 | jq -c '[.[0].addr_info[] | select(.family == "inet").local]') $(loopback)" \
        '[] ["127.0.0.1","10.55.0.1"]'
ip link delete lo1
ip address delete 10.55.0.1/24 dev lo
for format in text tree dot mermaid svg json; do shown $format >"$work/$format"; done
for format in text tree dot mermaid svg json; do lacks "$format" "$work/$format" mail; done

# IPv6 forwarding is built again after a restart.
do_ok create jail hop
do_ok forwarding hop on --family inet6
ip netns del hop
do_ok restore
same 'forwarding, restored' "$(ip netns exec hop cat /proc/sys/net/ipv4/ip_forward \
        /proc/sys/net/ipv6/conf/all/forwarding | tr '\n' ' ')" '0 1 '

if kernel_has_nat; then
        do_ok nat add 10.66.0.0/24 via em0
        do_ok create epair door hop/in
        do_ok address add hop/in 10.66.0.2/24
        do_ok nat forward em0:8443/udp hop 10.66.0.2:443
        for format in text tree dot mermaid svg json; do shown $format >"$work/$format"; done
        has 'the picture' "$work/text" 'nat  from 10.66.0.0/24'
        has 'the picture' "$work/text" 'nat  udp 8443 to 10.66.0.2 443'
        same 'the tree' "$(grep -c 'nat [12] *nat ' "$work/tree")" 2
        same 'Graphviz' "$(grep -c "nf000000[12] -- n$em0" "$work/dot")" 2
        same 'Mermaid' "$(grep -c "nf000000[12] -\.- n$em0" "$work/mermaid")" 2
        same 'JSON' "$(jq -c --arg em0 "$em0" '[.edges[] | select(.kind == "nat" and .b.node == $em0) | .a.hook] |
                sort' "$work/json")" '["in","out"]'
        # Each end of an edge is a node of the picture, and no hook has two edges.
        same 'nodes without a place' "$(jq -c '[.nodes[].id] as $n | [.edges[] | .a, .b | select(.node as $x |
                $n | index($x) | not)]' "$work/json")" '[]'
        same 'hooks with two edges' "$(jq -c '[.edges[] | .a, .b] | group_by(.) | map(select(length > 1))' \
                "$work/json")" '[]'
        do_ok nat del 1
        do_ok nat del 1
        shown tree >"$work/tree"
        lacks 'the tree' "$work/tree" 'nat 1'
fi
finish
