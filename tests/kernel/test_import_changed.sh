# Proves that importing a changed file changes only the difference: a network drawn by chance as rc.conf, jail.conf, the
# jails' rc.conf and pf.conf, or as ezjail's files; one thing in it is changed, and the plan of the second import has steps
# for what was changed alone, by its JSON; and what is there then is what a bare host has when it imports the changed files.
# SEEDS names other networks.
. "${SOURCE:?}/tests/lib/sandbox.sh"

has_nat=
! kernel_has_nat || has_nat=1

# A network is lines "KEY VALUE"; "" is what is not there.
draw() { # SEED
        awk -v seed="$1" 'function dice(n) { return int(rand() * n) }
        BEGIN {
                srand(seed * 31)
                print "jails", 2 + dice(3)
                print "gateway", dice(2) ? "YES" : ""
                for (b = 0; b < 2; b++) {
                        print "b" b ".timeout", dice(2) ? 60 + dice(900) : ""
                        print "b" b ".priority", dice(2) ? 4096 * (1 + dice(7)) : ""
                        print "b" b ".stp", dice(3) == 0 ? "stp" : ""
                }
                print "nat", dice(2) ? "10.0.0.0/16" : ""
                for (j = 1; j < 6; j++) {
                        print "j" j ".bridge", dice(2)
                        print "j" j ".host", 10 * j
                        print "j" j ".mtu", dice(2) ? 1300 + dice(100) : 1500
                        print "j" j ".router", dice(2) ? 1 : ""
                        print "j" j ".back", dice(2) ? 2 + dice(3) : ""
                        print "j" j ".six", dice(2) ? j : ""
                        print "j" j ".more", dice(2) ? 10 * j + 1 : ""
                        print "j" j ".descr", "to jail " j
                        print "j" j ".group", dice(2) ? "lab" : ""
                        print "j" j ".private", dice(3) == 0 ? "private" : "-private"
                        print "j" j ".ether", dice(3) == 0 ? sprintf("02:00:00:%02x:00:%02x", seed, j) : ""
                }
        }'
}

change() { # SEED NETWORK: another network; what may be touched goes to $work/allowed, as JAIL/INTERFACE or JAIL/
        awk -v seed="$1" -v allowed="$work/allowed" -v nat="$has_nat" 'function dice(n) { return int(rand() * n) }
        function allow(what) { print what >allowed }
        { key[NR] = $1; value[$1] = was[$1] = substr($0, length($1) + 2) }
        END {
                srand(seed * 57 + 1)
                printf "" >allowed
                while (!done) {
                        j = 1 + dice(value["jails"]); b = dice(2)
                        in_ = "j" j "/epair" j "b"; out = "host/epair" j "a"; lan = "host/bridge" b
                        what = dice(15)
                        if (what == 0) { value["j" j ".host"] = 10 * j + 5; allow(in_); allow("j" j "/") }
                        else if (what == 1) { value["j" j ".mtu"] = 1400 + dice(50); allow(out); allow("host/bridge" value["j" j ".bridge"]) }
                        else if (what == 2) { value["j" j ".router"] = value["j" j ".router"] ? 3 - value["j" j ".router"] : 1; allow("j" j "/"); allow(in_) }
                        else if (what == 3) { value["j" j ".back"] = 5; allow("j" j "/"); allow(in_) }
                        else if (what == 4) { value["j" j ".six"] = j + 9; allow(in_) }
                        else if (what == 5) { value["j" j ".more"] = value["j" j ".more"] ? "" : 10 * j + 2; allow(in_) }
                        else if (what == 6) { value["j" j ".descr"] = "changed"; allow(out) }
                        else if (what == 7) { value["j" j ".group"] = "lab group den"; allow(out) }
                        else if (what == 8) { value["j" j ".private"] = value["j" j ".private"] == "private" ? "-private" : "private"; allow(out) }
                        else if (what == 9) { value["b" b ".timeout"] = 1000 + dice(99); allow(lan) }
                        else if (what == 10) { value["b" b ".priority"] = 4096 * (8 + dice(7)); allow(lan) }
                        else if (what == 11) { value["gateway"] = "YES"; allow("host/") }
                        else if (what == 12) { # one jail more
                                j = ++value["jails"]
                                allow("j" j "/"); allow("j" j "/epair" j "b"); allow("host/epair" j "a"); allow("j" j "/lo"); allow("host/epair" j "b")
                        }
                        else if (what == 13) { value["j" j ".ether"] = sprintf("02:00:00:%02x:01:%02x", seed, j); allow(out) }
                        else if (nat) { value["nat"] = "10.0." dice(9) ".0/24"; allow("host/") }
                        for (k = 1; k <= NR; k++) done += value[key[k]] != was[key[k]]
                }
                for (k = 1; k <= NR; k++) print key[k], value[key[k]]
        }' "$2"
}

render() { # NETWORK FOLDER
        mkdir -p "$2/jails"
        awk -v at="$2" -v nat="$has_nat" '{ v[$1] = substr($0, length($1) + 2) }
        END {
                rc = at "/rc.conf"; conf = at "/jail.conf"
                for (j = 1; j <= v["jails"]; j++) pairs = pairs " epair" j
                print "cloned_interfaces=\"bridge0 bridge1" pairs "\"" >rc
                if (v["gateway"]) print "gateway_enable=\"YES\"" >rc
                print "vnet;" >conf
                for (b = 0; b < 2; b++) {
                        words = "inet 10.0." b ".1/24 inet 10.0." b ".2/32"
                        for (j = 1; j <= v["jails"]; j++) if (v["j" j ".bridge"] == b)
                                words = words " addm epair" j "a " v["j" j ".private"] " epair" j "a"
                        if (v["b" b ".timeout"]) words = words " timeout " v["b" b ".timeout"]
                        if (v["b" b ".priority"]) words = words " priority " v["b" b ".priority"]
                        print "ifconfig_bridge" b "=\"" words " up\"" >rc
                        if (v["b" b ".stp"]) print "create_args_bridge" b "=\"stp\"" >rc
                }
                for (j = 1; j <= v["jails"]; j++) {
                        p = "j" j "."
                        file = at "/jails/j" j "/etc/rc.conf"
                        words = "mtu " v[p "mtu"]
                        if (v[p "group"]) words = words " group " v[p "group"]
                        if (v[p "ether"]) words = words " ether " v[p "ether"]
                        print "ifconfig_epair" j "a=\"" words " up\"\nifconfig_epair" j "a_descr=\"" v[p "descr"] "\"" >rc
                        print "j" j " { vnet.interface = epair" j "b; }" >conf
                        system("mkdir -p " at "/jails/j" j "/etc")
                        net = "10.0." v[p "bridge"]
                        print "ifconfig_epair" j "b=\"inet " net "." v[p "host"] "/24\"" >file
                        if (v[p "more"]) print "ifconfig_epair" j "b_alias0=\"inet " net "." v[p "more"] "/32\"" >file
                        if (v[p "six"]) print "ifconfig_epair" j "b_ipv6=\"inet6 2001:db8::" v[p "six"] "/64\"" >file
                        if (v[p "router"]) print "defaultrouter=\"" net "." v[p "router"] "\"" >file
                        if (v[p "back"]) print "static_routes=\"back\"\nroute_back=\"-net 192.0.2.0/24 " net "." v[p "back"] "\"" >file
                        close(file)
                }
                if (nat && v["nat"]) print "nat on bridge0 from " v["nat"] " to any -> (bridge0:0)" >(at "/pf.conf")
        }' "$1"
}

touched() { # of the import's plan: whatever a step is at, and the ends of what it makes
        J --no-guard --format json -n import "$@" || fail "import $*: $(cat "$work/err")"
        jq -r '.steps[] | select(.op != "node name" and .op != "hook name") | . as $s |
                ("\(.at.jail)/\(.at.iface // .link.name // "")"),
                (if .link.peer_name then "\(.link.peer_jail.jail)/\(.link.peer_name)" else empty end)' "$work/out" | sort -u
}

portrait() { # what is there, but for addresses that nobody asked for and the digits of marks
        snapshot | jq -cS 'if type == "object" then
                (if .altnames then .altnames |= ([.[] | select(startswith("jn.group.")) | .[:-9]] | sort) else . end) |
                if has("address") and (.address | startswith("02:00:00:") | not) then del(.address) else . end else . end'
        bridge -j -d link show | jq -cS '.[] | {ifname, master, isolated}' | sort
        ip -j -d link show type bridge | jq -cS '.[] | {ifname, p: .linkinfo.info_data.priority,
                a: (if .linkinfo.info_data.stp_state == 0 then .linkinfo.info_data.ageing_time else null end)}' | sort
        cat /proc/sys/net/ipv4/ip_forward
        nft -j list table inet jailnet 2>/dev/null | jq -c '[.nftables[] | .rule // empty | {chain, comment}] | sort'
}

bare() {
        for name in $(ip netns list | cut -d' ' -f1); do ip netns delete "$name"; done
        nft delete table inet jailnet 2>/dev/null
        for try in $(seq 100); do
                for link in $(ip -j link | jq -r '.[] | select(.ifname != "lo" and .ifname != "em0") | .ifname'); do
                        ip link delete "$link" 2>/dev/null
                done
                [ "$(ip -j link | jq '[.[] | select(.ifname != "lo" and .ifname != "em0")] | length')" = 0 ] && break
                sleep 0.1
        done
        echo 0 >/proc/sys/net/ipv4/ip_forward
}

both() { # SEED ARGS...: what is there now, the second import's outcome, is what the files make on a bare host
        seed=$1
        shift
        portrait >"$work/changed"
        do_ok import "$@"
        grep -q '^nothing is to be changed' "$work/out" || fail "network $seed: imported again: $(cat "$work/out")"
        bare
        export JAILNET_DB="$work/$seed-fresh.db"
        do_ok import "$@"
        portrait >"$work/fresh"
        checks=$((checks + 1))
        cmp -s "$work/changed" "$work/fresh" || fail "network $seed: $(diff "$work/changed" "$work/fresh" | cut -c1-600)"
        bare
}

ip link set lo up
for seed in ${SEEDS-1 2 3 4 5 6 7 8 9 10 11 12}; do
        export JAILNET_DB="$work/$seed.db"
        draw $seed >"$work/network"
        change $seed "$work/network" >"$work/other"
        render "$work/network" "$work/$seed.a"
        render "$work/other" "$work/$seed.b"
        do_ok import "$work/$seed.a"
        touched "$work/$seed.b" >"$work/touched"
        [ -z "${VERBOSE-}" ] || { diff -r "$work/$seed.a" "$work/$seed.b"; cat "$work/touched"; }
        same "network $seed: touched beside what was changed: $(diff -r "$work/$seed.a" "$work/$seed.b" | grep '^[<>]')" \
                "$(sort -u "$work/allowed" | comm -23 "$work/touched" - | xargs)" ''
        do_ok import "$work/$seed.b"
        both $seed "$work/$seed.b"
done

# ezjail's files: an address more, another address, a jail more.
mkdir "$work/ezjail"
export JAILNET_DB="$work/ezjail.db"
echo 'export jail_blog_ip="em0|198.51.100.17"' >"$work/ezjail/blog"
echo 'export jail_shop_ip="em0|198.51.100.18"' >"$work/ezjail/shop"
ip link add em0 address 02:00:00:00:00:e0 type veth peer name wire0
ip link set wire0 netns "$(ip netns add world && echo world)"
set -- "$work/ezjail" --static --prefix em0=24 --prefix em0=64
do_ok import "$@"
echo 'export jail_shop_ip="em0|198.51.100.18,em0|198.51.100.28,em0|2001:db8:5::18"' >"$work/ezjail/shop"
same 'two addresses more' "$(touched "$@" | xargs)" shop/epair18b
do_ok import "$@"
echo 'export jail_mail_ip="em0|198.51.100.19"' >"$work/ezjail/mail"
same 'a jail more' "$(touched "$@" | xargs)" 'host/epair19a host/epair19b mail/ mail/epair19b mail/lo'
do_ok import "$@"
do_ok import "$@"
grep -q '^nothing is to be changed' "$work/out" || fail "ezjail's files again: $(cat "$work/out")"
finish
