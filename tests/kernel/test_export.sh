# Proves that what export writes makes the same network again: over several networks drawn by chance, the script of ip
# commands (run by a plain shell, with ip, bridge and nft alone) and FreeBSD's files (imported), each on a host that was
# bare; and that undo takes back what an import did. JAILNET_LONG=1 draws two hundred networks, SEEDS the ones it names.
. "${SOURCE:?}/tests/lib/sandbox.sh"

command -v nft >/dev/null || {
        echo 'skipped: nft is not installed'
        exit 77
}

draw() { # SEED: verbs of a network; behind "then ", what is done by other words once it is there
        awk -v seed="$1" -v tap="$has_tap" -v nat="$has_nat" -v tc="$has_tc" 'function dice(n) { return int(rand() * n) }
        BEGIN {
                srand(seed * 77)
                nowhere[0] = "blackhole"; nowhere[1] = "unreachable"; nowhere[2] = "prohibit"; nowhere[3] = "throw"
                bridges = 1 + dice(3)
                jails = 2 + dice(4)
                for (b = 1; b <= bridges; b++) {
                        stp = dice(3) == 0
                        print "create bridge lan" b (stp ? " --stp" : "")
                        print "address add lan" b " 10." seed "." b ".1/24"
                        if (dice(2)) print "address add lan" b " 2001:db8:" seed ":" b "::1/64"
                        print "up lan" b
                        if (dice(3) == 0) print "tune lan" b " ageing " 10 + dice(900) "\ntune lan" b " priority " 4096 * dice(9)
                        if (dice(3) == 0) print "tune lan" b " max-age " 7 + dice(30) "\ntune lan" b " hello " 1 + dice(3)
                        if (dice(3) == 0) print "group add lan" b " wires"
                        if (tc && dice(3) == 0) print "create epair copy" b " probe" b "\nspan lan" b " copy" b " on"
                }
                for (j = 1; j <= jails; j++) {
                        b = 1 + dice(bridges)
                        print "create jail j" j
                        print "create epair out" j " j" j "/in" j
                        if (dice(2)) print "mtu out" j " 1400\nmtu j" j "/in" j " 1400"
                        print "attach out" j " lan" b
                        print "address add j" j "/in" j " 10." seed "." b "." (10 + j) "/24"
                        print "up j" j "/in" j
                        if (dice(2)) print "route add j" j " default 10." seed "." b ".1"
                        if (dice(3) == 0) print "route add j" j " 198.51.100.0/24 --dev j" j "/in" j
                        if (dice(3) == 0) print "tune out" j " cost " (dice(2) ? 200 + dice(90) : 100) "\ntune out" j " port-priority " dice(32)
                        if (dice(4) == 0) print "tune out" j " learning 0"
                        if (dice(3) == 0) print "isolate out" j " on"
                        if (dice(3) == 0) printf "host add out%d 02:00:00:00:aa:%02x\n", j, j
                        if (dice(3) == 0) print "alias out" j " \"towards j" j "\""
                        if (dice(3) == 0) print "forwarding j" j " on" (dice(2) ? " --family inet6" : "")
                        if (dice(3) == 0) print "then ip -n j" j " route add 203.0.113.0/24 dev in" j " proto static metric " 1 + dice(9)
                        if (dice(3) == 0) print "route add j" j " 192.0.2." 16 * j "/28 --type " nowhere[dice(4)] (dice(3) ? "" : " --metric 7")
                        if (dice(4) == 0) print "route add j" j " 2001:db8:dead::/48 --type " nowhere[dice(4)]
                        if (dice(4) == 0) # IPv4 by way of a neighbour that has IPv6
                                print "address add j" j "/in" j " 2001:db8:" seed ":f" j "::2/64\nroute add j" j " 100.64." j ".0/24 2001:db8:" seed ":f" j "::1"
                        if (dice(5) == 0) print "route add j" j " 0.0.0.0/0 fe80::1 --dev j" j "/in" j " --metric 5"
                        if (dice(5) == 0) print "route add j" j " 100.65." j ".0/24 fe80::1 --dev j" j "/in" j
                        if (dice(4) == 0) print "route add j" j " 198.51.100.128/25 10." seed "." b ".1 --metric " 10 + dice(9)
                        if (dice(3) == 0) print "group add " (dice(2) ? "out" j : "j" j "/in" j) " g" j "x"
                        if (dice(3) == 0) print "pin out" j (dice(2) ? " --stable" : sprintf(" 02:00:00:%02x:bb:%02x", seed, j))
                        if (dice(3) == 0) print "pin j" j "/in" j " --current"
                        if (nat && dice(2)) print "nat add 172.16." j ".0/24 via j" j "/in" j
                        if (nat && dice(3) == 0)
                                print "nat forward lan" b ":" 8000 + j (dice(2) ? "/udp" : "") " j" j " 10." seed "." b "." (10 + j) ":80"
                        if (dice(3) == 0) { name = dice(2) ? "tap" j : "wire" j; if (tap) print "create tap j" j "/" name }
                        if (dice(3) == 0) print "create bridge inner" j " --jail j" j "\nup j" j "/inner" j
                }
                for (n = dice(3); n > 0; n--) {
                        print "create eiface eye" n "\nattach eye" n " lan1\nup eye" n
                        if (dice(2)) print "move eye" n " j1"
                }
                for (n = dice(3); n > 0; n--) {
                        v = dice(2) ? "vxlan" n : "far" n
                        over = dice(2)
                        print "create vxlan " v " " (seed * 10 + n) " --remote " (over && seed % 2 ? "239.0.0." : "203.0.113.") n (over ? " --dev lan1" : "")
                        printf "pin %s 02:00:00:00:%02x:%02x\n", v, seed, n
                        d = dice(3)
                        if (d == 0 && !over) print "attach " v " lan1\nup " v (dice(2) ? "\ntune " v " cost 2" : "")
                        if (d == 1) print "move " v " j1\naddress add j1/" v " 192.168." n ".1/24\nup j1/" v
                }
                for (n = dice(3); n > 0; n--) {
                        split("private vepa bridge", mode)
                        print "create macvlan lan1 mv" n " --mode " mode[1 + dice(3)]
                        if (dice(2)) print "move mv" n " j1\naddress add j1/mv" n " 192.168.7." n "/24\nup j1/mv" n
                }
                if (dice(2)) { # made in one jail, and lent from there to the next
                        print "create macvlan j1/in1 deep1\nmove j1/deep1 j2\naddress add j2/deep1 192.168.8.1/24\nup j2/deep1"
                }
                if (dice(3) == 0) print "create eiface deep2 --jail j2\nmove j2/deep2 j1\nup j1/deep2"
                if (seed % 3 == 0) print "address add lo 10." seed ".200.1/32"
                if (seed % 4 == 0) print "address add j1/lo 10." seed ".201.1/24\naddress add j1/lo 2001:db8:" seed ":201::1/128"
                if (nat) print "nat add 10." seed ".0.0/16 via lan1"
                if (nat && dice(3) == 0) { # between a NIC and its host
                        print "create epair sk0 wire0\naddress add sk0 192.0.2.1/24\nup sk0\nup wire0"
                        print "mkpeer sk0:lower nat in n\nconnect n:out sk0:upper"
                        if (dice(2)) print "then $JAILNET ngctl msg n: setaliasaddr 192.0.2.7"
                        if (dice(2)) print "then $JAILNET ngctl msg n: redirectport { local_addr=10." seed ".1.9 alias_addr=192.0.2.8 " \
                                "local_port=80 alias_port=8080 proto=6 }"
                        if (dice(2)) print "then $JAILNET ngctl msg n: redirectaddr { local_addr=10." seed ".1.8 alias_addr=192.0.2.9 }"
                }
                if (dice(3) == 0) { # packets, from iface to iface
                        print "create node hub pool\npersist node:pool on"
                        for (n = 1 + dice(3); n > 0; n--) print "mkpeer node:pool:l" n " iface inet"
                }
                type[0] = "bridge"; type[1] = "hub"; type[2] = "tee"
                if (dice(3) == 0) print "create node " type[dice(3)] " alone"
                if (dice(4) == 0) print "create node " type[dice(3)] " lonely --jail j1"
                for (n = 0; n < dice(4); n++) { # netgraph: a chain of nodes, some with a name, from eiface to eiface
                        print "create eiface out" seed "x" n
                        path = "out" seed "x" n ":ether"
                        long = 1 + dice(3)
                        for (k = 0; k < long; k++) {
                                t = type[dice(3)]
                                hook = t == "tee" ? "right" : "link" (1 + dice(9))
                                other = t == "tee" ? "left" : "link" (11 + dice(9))
                                print "mkpeer " path " " t " " hook
                                if (k == long - 1 && dice(2)) { path = ""; break } # the last may have no name
                                print "name node:" path " n" n "x" k
                                if (t != "tee" && dice(3) == 0) print "persist node:n" n "x" k " on"
                                if (t == "bridge" && dice(3) == 0)
                                        print "then $JAILNET ngctl msg n" n "x" k ": setconfig { maxStaleness=" 10 + dice(900) " }"
                                path = "n" n "x" k ":" other
                        }
                        if (path && dice(2)) print "mkpeer " path " eiface ether"
                        else if (path) print "create epair low" n " hi" n "\nconnect " path " low" n ":lower\nup hi" n
                        if (dice(3) == 0) print "up out" seed "x" n
                        if (dice(3) == 0) print "move out" seed "x" n " j1"
                }
        }'
}

rules() { jq -c '[.nftables[] | .rule // empty | {chain, comment, expr}] | sort'; }

graph() { # nodes and edges by their names
        "$JAILNET" show --format json | jq -cS '
                (.nodes | map({(.id): "\(.jail)/\(.name // .type)"}) | add) as $n |
                def port: "\($n[.node]):\(.hook | sub("^(?<k>nat|macvlan)[0-9]+$"; .k))"; # rules have no order, and indexes are new
                (.nodes[] | {name, type, jail, persistent}),
                (.edges[] | [(.a | port), (.b | port)] | sort)' | sort
}

ports() { # JAIL: what ports and bridges are set to, and whom they were told; a tree that changes sets the age for a while
        stack "$1" -j -d link | jq -cS '.[] | .linkinfo // {} | select(.info_kind == "bridge" or .info_slave_kind == "bridge") |
                {n: (.info_data // {} | [if .stp_state == 1 then null else .ageing_time end, .priority, .hello_time, .max_age]),
                p: (.info_slave_data // {} | [.isolated, .learning, .cost, .priority])}' | sort
        if [ "$1" = - ]; then bridge -j fdb show; else bridge -n "$1" -j fdb show; fi |
                jq -c '.[] | select(.state == "static") | [.mac, .ifname]' | sort
}

copies() { # JAIL: what traffic control copies to where, of links with names of their own
        tc_in() { if [ "$1" = - ]; then shift; tc "$@"; else tc -n "$@"; fi; }
        tc_in "$1" -j qdisc show | jq -r '.[] | select(.kind == "clsact") | .dev' | grep -v '^ng' | sort | while read -r dev; do
                for side in ingress egress; do
                        tc_in "$1" -j filter show dev "$dev" $side | jq -c --arg dev "$dev" --arg side $side '
                                [.[] | .options.actions // [] | .[] | select(.kind == "mirred") | {mirred_action, to: (.to_dev | sub("^ngfab[0-9]*$"; "netgraph"))}] |
                                select(. != []) | {$dev, $side, a: .}'
                done
        done
}

portrait() { # what ip, bridge and nft tell, without what is only jailnet'\''s; a hidden end has no file
        snapshot | jq -cS 'if type == "object" then
                (if .altnames then .altnames |= ([.[] | select(startswith("jn.group.")) | .[:-9]] | sort) else . end) |
                if (.ifname // "") | test("^ng(fab|br|hub|tee|nat)[0-9]") then empty
                else if .master // "" | test("^ng") then .master = "netgraph" else . end |
                if .link // "" | test("^ngfab") then .link = "netgraph" else . end end else . end'
        for name in $(ip netns list | sort | cut -d' ' -f1); do
                ip netns exec "$name" cat /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv6/conf/all/forwarding
                ip netns exec "$name" nft -j list table inet jailnet 2>/dev/null | rules
                ports "$name"
                [ -z "$has_tc" ] || copies "$name"
        done
        ports -
        [ -z "$has_tc" ] || copies -
        nft -j list table inet jailnet 2>/dev/null | rules
}

same_file() { # WHAT A B
        checks=$((checks + 1))
        cmp -s "$2" "$3" || fail "$1: $(diff "$2" "$3" | cut -c1-600)"
}

same_portrait() { # WHAT
        portrait >"$work/again"
        same_file "$1" "$work/portrait" "$work/again"
}

pins() { "$JAILNET" show --format json | jq -cS '.interfaces[] | select(.pin) | [.jail, .name, .pin]' | sort; }

told() { # of a portrait, what FreeBSD'\''s files have words for: no addresses but pinned ones
        jq -cS --argjson pins "$(jq -s 'map(.[2])' "$work/pins")" 'if type == "object" then
                if has("address") and (.address as $a | $pins | index($a) | not) then del(.address) else . end
                else . end' "$1"
}

bare() { # nothing is left
        for name in $(ip netns list | cut -d' ' -f1); do ip netns delete "$name"; done
        nft delete table inet jailnet 2>/dev/null
        for try in $(seq 100); do
                for link in $(ip -j link | jq -r '.[] | select(.ifname != "lo") | .ifname'); do
                        ip link delete "$link" 2>/dev/null
                done
                [ "$(ip -j link | jq length)" = 1 ] && break
                sleep 0.1
        done
        for address in $(addresses - lo); do
                case $address in 127.* | ::1/*) ;; *) ip address delete "$address" dev lo ;; esac
        done
        echo 0 >/proc/sys/net/ipv4/ip_forward
        echo 0 >/proc/sys/net/ipv6/conf/all/forwarding
}

has_tap=
ip tuntap add probe0 mode tap 2>/dev/null && ip link del probe0 && has_tap=1
has_nat=
! kernel_has_nat || has_nat=1
has_tc=
command -v tc >/dev/null && ip link add probe0 type veth peer name probe1 && tc qdisc add dev probe0 clsact 2>/dev/null && has_tc=1
ip link delete probe0 2>/dev/null
ip link set lo up
mkdir "$work/bin" && ln -s "$JAILNET" "$work/bin/jailnet" && ln -s "$JAILNET" "$work/bin/route"
# A name that would be an option.
ip link add name -n type veth peer name far0
do_ok pin -- -n 02:00:00:00:00:99
do_ok export iproute2 "$work/dash.sh"
ok 'a pinned name with a dash is no option' grep -qxF '	jailnet -q pin -- -n 02:00:00:00:00:99' "$work/dash.sh"
ip link delete far0
numbers='^cloned_interfaces=\|_name=' # which epair is the how-manieth says nothing
seeds='1 2 3 4 5 6 7'
[ -z "${JAILNET_LONG-}" ] || seeds=$(seq 200)
for seed in ${SEEDS-$seeds}; do
        draw $seed >"$work/drawn"
        grep -v '^then ' "$work/drawn" >"$work/batch"
        sed -n 's/^then //p' "$work/drawn" >"$work/then"
        export JAILNET_DB="$work/$seed.db"
        do_ok batch "$work/batch"
        ok "network $seed: what is done then" sh -e "$work/then"
        pins >"$work/pins"
        portrait >"$work/portrait"
        graph >"$work/graph"
        do_ok export iproute2 "$work/$seed.sh"
        refused 'is there already' export iproute2 "$work/$seed.sh"
        do_ok export freebsd "$work/$seed.d"
        bare
        export JAILNET_DB="$work/$seed-script.db"
        # Where jailnet is, it has the pins; its inventory is a new one, which it says.
        ok "the script of network $seed" env PATH="$work/bin:$PATH" sh -e "$work/$seed.sh"
        same_portrait "network $seed by its script"
        graph >"$work/again" 2>"$work/err"
        same_file "network $seed by its script: its graph" "$work/graph" "$work/again"
        pins >"$work/again"
        same_file "network $seed by its script: its pins" "$work/pins" "$work/again"
        bare
        export JAILNET_DB="$work/$seed-import.db"
        do_ok import "$work/$seed.d"
        portrait >"$work/imported"
        told "$work/portrait" >"$work/expected"
        told "$work/imported" >"$work/again"
        same_file "network $seed by FreeBSD's files" "$work/expected" "$work/again"
        pins >"$work/again"
        same_file "network $seed by FreeBSD's files: its pins" "$work/pins" "$work/again"
        graph >"$work/again"
        same_file "network $seed by FreeBSD's files: its graph" "$work/graph" "$work/again"
        do_ok export freebsd "$work/$seed.again"
        for file in $(cd "$work/$seed.d" && find . -type f); do # lines in any order: interfaces have other indexes now
                grep -v '^# left out: ' "$work/$seed.d/$file" | grep -v "$numbers" | sort >"$work/first"
                grep -v "$numbers" "$work/$seed.again/$file" | sort >"$work/second"
                same_file "network $seed exported again: $file" "$work/first" "$work/second"
        done
        do_ok import "$work/$seed.d"
        grep -q '^nothing is to be changed' "$work/out" || fail "network $seed: imported again: $(cat "$work/out")"
        do_ok undo
        same "network $seed: what is left when the import was undone" "$(ip -j link | jq length) $(ip netns list | wc -l)" \
                '1 0'
        bare
done

# What files cannot tell is said, and strange names stay what they are.
export JAILNET_DB="$work/strange.db"
ip netns add 'a"b$(id)'
do_ok create eiface ng7
if ip link add ifb7 type ifb 2>/dev/null; then
        do_ok export freebsd "$work/odd"
        grep -q 'host/ifb7: rc.conf has no word for it' "$work/err" || fail "ifb7: $(cat "$work/err")"
        grep -q '^# left out: host/ifb7: rc.conf has no word for it' "$work/odd/rc.conf" || fail 'ifb7 is not in the file'
        ok "what is left out has no line" test -z "$(grep "^ifconfig_ifb7" "$work/odd/rc.conf")"
        ip link delete ifb7
fi
do_ok export freebsd "$work/strange"
do_ok import --as jail.conf "$work/strange/jail.conf"
grep -q '^nothing is to be changed' "$work/out" || fail "a strange name: $(cat "$work/out")"
refused 'is there already' export freebsd "$work/strange"

# By the words that FreeBSD has, where it has some.
export JAILNET_DB="$work/words.db"
bare
do_ok create jail r7
do_ok create epair up7 r7/in7
do_ok address add r7/in7 10.77.0.2/24
do_ok up r7/in7
ip -n r7 route add blackhole 192.0.2.0/24
ip -n r7 route add prohibit 198.51.100.0/24
ip -n r7 route add 0.0.0.0/0 via inet6 fe80::7 dev in7
do_ok export freebsd "$work/told"

for line in 'route_r[0-9]*="-net 192.0.2.0/24 127.0.0.1 -blackhole"' 'jailnet_route_r0="-net 198.51.100.0/24 127.0.0.1 -prohibit"' \
        'route_r[0-9]*="-net 0.0.0.0/0 -inet6 fe80::7%in7"'; do
        same "told: $line" "$(grep -c "^$line$" "$work/told/jails/r7/etc/rc.conf")" 1
done
for route in 'add -net 203.0.113.0/25 127.0.0.1 -blackhole' 'add -net 203.0.113.128/25 127.0.0.1 -reject'; do
        ok "route $route" "$work/bin/route" $route # several words
done
same 'routes by hand' "$(ip -j route show root 203.0.113.0/24 | jq -r '[.[] | "\(.type) \(.dst)"] | sort | join(", ")')" \
        'blackhole 203.0.113.0/25, unreachable 203.0.113.128/25'
refused 'has no gateway and no interface' route add host 203.0.113.0/24 10.0.0.1 --type blackhole
refused 'has a route to 203.0.113.0/25 already' route add host 203.0.113.0/25 --type throw
do_ok undo

# Jails without a stack: their addresses are in jail.conf, and theirs alone.
export JAILNET_DB="$work/shared.db"
bare
do_ok create bridge lan7
do_ok address add lan7 10.70.0.1/24
do_ok up lan7
printf '%s\n' 'post { path = "/"; persist; ip4.addr = "lan7|10.70.0.25/32", "lan7|10.70.0.26/32";' \
        'ip6.addr = "lan7|2001:db8:70::25/128"; }' >"$work/post.conf"
do_ok jail -c -f "$work/post.conf"
portrait >"$work/portrait"
do_ok export freebsd "$work/shared"
same "rc.conf's addresses" "$(grep -c '10.70.0.2[56]' "$work/shared/rc.conf")" 0
do_ok jail -r post
bare
export JAILNET_DB="$work/shared-import.db"
do_ok import --exec "$work/shared"
same_portrait 'a jail without a stack'
do_ok jail -r post
wrong_usage 'usage: jailnet export' export
wrong_usage 'usage: jailnet export' export what
finish
