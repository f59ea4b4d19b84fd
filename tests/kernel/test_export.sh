# Proves that what export writes makes the same network again: over several networks drawn by chance, the script of ip
# commands (run by a plain shell, with ip and nft alone) and FreeBSD's files (imported), each on a host that was bare.
. "${SOURCE:?}/tests/lib/sandbox.sh"

command -v nft >/dev/null || {
        echo 'skipped: nft is not installed'
        exit 77
}

draw() { # SEED: verbs of a network
        awk -v seed="$1" 'function dice(n) { return int(rand() * n) }
        BEGIN {
                srand(seed * 77)
                bridges = 1 + dice(3)
                jails = 2 + dice(4)
                for (b = 1; b <= bridges; b++) {
                        print "create bridge lan" b (dice(3) ? "" : " --stp")
                        print "address add lan" b " 10." seed "." b ".1/24"
                        if (dice(2)) print "address add lan" b " 2001:db8:" seed ":" b "::1/64"
                        print "up lan" b
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
                        if (dice(3) == 0) print "alias out" j " \"towards j" j "\""
                        if (dice(3) == 0) print "forwarding j" j " on"
                        if (dice(3) == 0) print "create bridge inner" j " --jail j" j "\nup j" j "/inner" j
                }
                for (n = dice(3); n > 0; n--) {
                        print "create eiface eye" n "\nattach eye" n " lan1\nup eye" n
                        if (dice(2)) print "move eye" n " j1"
                }
                if (nat) print "nat add 10." seed ".0.0/16 via lan1"
        }' nat="$has_nat" /dev/null
}

portrait() { # what ip and nft tell, without what is only jailnet'\''s
        snapshot | jq -cS 'if type == "object" then del(.altnames) |
                if (.ifname // "") | startswith("ngfab") then del(.address) else . end else . end' # a hidden end has no file
        for name in $(ip netns list | sort | cut -d' ' -f1); do
                ip netns exec "$name" cat /proc/sys/net/ipv4/ip_forward
        done
        nft -j list table inet jailnet 2>/dev/null |
                jq -c '[.nftables[] | .rule // empty | {chain, comment, expr}] | sort' 
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
}

has_nat=
nft add table inet probe 2>/dev/null && nft add chain inet probe x '{ type nat hook postrouting priority 100 ; }' \
        2>/dev/null && has_nat=1
nft delete table inet probe 2>/dev/null
ip link set lo up
for seed in 1 2 3 4 5 6 7; do
        draw $seed >"$work/batch"
        [ -z "$has_nat" ] || echo "nat add 10.$seed.0.0/16 via lan1" >>"$work/batch"
        export JAILNET_DB="$work/$seed.db"
        do_ok batch "$work/batch"
        portrait >"$work/portrait"
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
        do_ok import "$work/$seed.d"
        grep -q '^nothing is to be changed' "$work/out" || fail "network $seed: imported again: $(cat "$work/out")"
        bare
done

# What files cannot tell is said, and strange names stay what they are.
export JAILNET_DB="$work/strange.db"
ip netns add 'a"b$(id)'
do_ok create eiface ng7
do_ok create macvlan ng7 mv7
do_ok export freebsd "$work/strange"
grep -q 'host/mv7: rc.conf has no word for it' "$work/err" || fail "mv7: $(cat "$work/err")"
do_ok import --as jail.conf "$work/strange/jail.conf"
grep -q '^nothing is to be changed' "$work/out" || fail "a strange name: $(cat "$work/out")"
refused 'is there already' export freebsd "$work/strange"
wrong_usage 'usage: jailnet export' export
wrong_usage 'usage: jailnet export' export what
finish
