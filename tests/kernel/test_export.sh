# Proves that what export writes makes the same network again: over several networks drawn by chance, the script of ip
# commands (run by a plain shell, with ip, bridge and nft alone) and FreeBSD's files (imported), each on a host that was
# bare; and that undo takes back what an import did. JAILNET_LONG=1 draws two hundred networks, SEEDS the ones it names.
. "${SOURCE:?}/tests/lib/sandbox.sh"

command -v nft >/dev/null || {
        echo 'skipped: nft is not installed'
        exit 77
}

draw() { # SEED: verbs of a network
        awk -v seed="$1" -v tap="$has_tap" -v nat="$has_nat" 'function dice(n) { return int(rand() * n) }
        BEGIN {
                srand(seed * 77)
                bridges = 1 + dice(3)
                jails = 2 + dice(4)
                for (b = 1; b <= bridges; b++) {
                        stp = dice(3) == 0
                        print "create bridge lan" b (stp ? " --stp" : "")
                        print "address add lan" b " 10." seed "." b ".1/24"
                        if (dice(2)) print "address add lan" b " 2001:db8:" seed ":" b "::1/64"
                        print "up lan" b
                        if (!stp && dice(3) == 0) # a change of the tree makes the kernel forget sooner for a while
                                print "tune lan" b " ageing " 10 + dice(900) "\ntune lan" b " priority " 4096 * dice(9)
                        if (dice(3) == 0) print "tune lan" b " max-age " 7 + dice(30) "\ntune lan" b " hello " 1 + dice(3)
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
                        if (dice(3) == 0) print "tune out" j " cost " 200 + dice(90) "\ntune out" j " port-priority " dice(32)
                        if (dice(4) == 0) print "tune out" j " learning 0"
                        if (dice(3) == 0) print "isolate out" j " on"
                        if (dice(3) == 0) printf "host add out%d 02:00:00:00:aa:%02x\n", j, j
                        if (dice(3) == 0) print "alias out" j " \"towards j" j "\""
                        if (dice(3) == 0) print "forwarding j" j " on" (dice(2) ? " --family inet6" : "")
                        if (nat && dice(2)) print "nat add 172.16." j ".0/24 via j" j "/in" j
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
                        print "create vxlan " v " " (seed * 10 + n) " --remote 203.0.113." n (over ? " --dev lan1" : "")
                        printf "pin %s 02:00:00:00:%02x:%02x\n", v, seed, n
                        d = dice(3)
                        if (d == 0 && !over) print "attach " v " lan1\nup " v
                        if (d == 1) print "move " v " j1\naddress add j1/" v " 192.168." n ".1/24\nup j1/" v
                }
                if (nat) print "nat add 10." seed ".0.0/16 via lan1"
                type[0] = "bridge"; type[1] = "hub"; type[2] = "tee"
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
                (.nodes[] | {name, type, jail, persistent}),
                (.edges[] | ["\($n[.a.node]):\(.a.hook)", "\($n[.b.node]):\(.b.hook)"] | sort)' | sort
}

ports() { # JAIL: what ports and bridges are set to, and whom they were told; a tree that changes sets the age for a while
        stack "$1" -j -d link | jq -cS '.[] | .linkinfo // {} | select(.info_kind == "bridge" or .info_slave_kind == "bridge") |
                {n: (.info_data // {} | [if .stp_state == 1 then null else .ageing_time end, .priority, .hello_time, .max_age]),
                p: (.info_slave_data // {} | [.isolated, .learning, .cost, .priority])}' | sort
        if [ "$1" = - ]; then bridge -j fdb show; else bridge -n "$1" -j fdb show; fi |
                jq -c '.[] | select(.state == "static") | [.mac, .ifname]' | sort
}

portrait() { # what ip, bridge and nft tell, without what is only jailnet'\''s; a hidden end has no file
        snapshot | jq -cS 'if type == "object" then del(.altnames) |
                if (.ifname // "") | test("^ng(fab|br|hub|tee)[0-9]") then empty
                else if .master // "" | test("^ng") then .master = "netgraph" else . end |
                if .link // "" | test("^ngfab") then .link = "netgraph" else . end end else . end'
        for name in $(ip netns list | sort | cut -d' ' -f1); do
                ip netns exec "$name" cat /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv6/conf/all/forwarding
                ip netns exec "$name" nft -j list table inet jailnet 2>/dev/null | rules
                ports "$name"
        done
        ports -
        nft -j list table inet jailnet 2>/dev/null | rules
}

same_portrait() { # WHAT
        checks=$((checks + 1))
        portrait >"$work/again"
        cmp -s "$work/portrait" "$work/again" || fail "$1: $(diff "$work/portrait" "$work/again" | cut -c1-600)"
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
        echo 0 >/proc/sys/net/ipv4/ip_forward
        echo 0 >/proc/sys/net/ipv6/conf/all/forwarding
}

has_tap=
ip tuntap add probe0 mode tap 2>/dev/null && ip link del probe0 && has_tap=1
has_nat=
nft add table inet probe 2>/dev/null && nft add chain inet probe x '{ type nat hook postrouting priority 100 ; }' \
        2>/dev/null && has_nat=1
nft delete table inet probe 2>/dev/null
ip link set lo up
seeds='1 2 3 4 5 6 7'
[ -z "${JAILNET_LONG-}" ] || seeds=$(seq 200)
for seed in ${SEEDS-$seeds}; do
        draw $seed >"$work/batch"
        export JAILNET_DB="$work/$seed.db"
        do_ok batch "$work/batch"
        portrait >"$work/portrait"
        graph >"$work/graph"
        do_ok export iproute2 "$work/$seed.sh"
        refused 'is there already' export iproute2 "$work/$seed.sh"
        do_ok export freebsd "$work/$seed.d"
        bare
        ok "the script of network $seed" sh -e "$work/$seed.sh"
        same_portrait "network $seed by its script"
        bare
        export JAILNET_DB="$work/$seed-import.db"
        do_ok import "$work/$seed.d"
        same_portrait "network $seed by FreeBSD's files"
        graph >"$work/again"
        ok "network $seed: its graph: $(diff "$work/graph" "$work/again")" cmp -s "$work/graph" "$work/again"
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
do_ok create macvlan ng7 mv7
do_ok export freebsd "$work/strange"
grep -q 'host/mv7: rc.conf has no word for it' "$work/err" || fail "mv7: $(cat "$work/err")"
grep -q '^# left out: host/mv7: rc.conf has no word for it' "$work/strange/rc.conf" || fail 'mv7 is not in the file'
ok "what is left out has no line" test -z "$(grep "^ifconfig_mv7" "$work/strange/rc.conf")"
do_ok import --as jail.conf "$work/strange/jail.conf"
grep -q '^nothing is to be changed' "$work/out" || fail "a strange name: $(cat "$work/out")"
refused 'is there already' export freebsd "$work/strange"

# A route with a metric, a netgraph bridge's name and hooks: told, too.
do_ok create jail r7
do_ok create epair up7 r7/in7
do_ok address add r7/in7 10.77.0.2/24
do_ok up r7/in7
ip -n r7 route add 192.0.2.0/24 via 10.77.0.1 metric 5
do_ok create eiface ng8
do_ok ngctl mkpeer ng8: bridge ether link4
do_ok ngctl name ng8:ether sw7
do_ok export freebsd "$work/told"
for line in 'r7: the route to 192.0.2.0/24: rc.conf has no word for its metric'; do
        same "told: $line" "$(grep -c "left out: .*$line" "$work/err")" 1
done

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
