#!/bin/sh
# `jailnet path` tells the truth: in random networks (segments of bridges and cables, routers, ends, addresses and routes that
# fit and that do not, and what breaks them) it says "reached" where a ping is answered and "broken" where none is. Says it
# "unknown", nothing is compared, but that must be seldom.
#
# SEED=N COUNT=N: so many networks from that seed on, instead of the same few (a failure prints its seed).
: "${JAILNET:?}" "${SOURCE:?}"
for need in awk ip jq ping; do
        command -v $need >/dev/null || {
                echo "skipped: $need is not installed"
                exit 77
        }
done
why=$("$JAILNET" sandbox -- true 2>&1) || {
        echo "skipped: $why"
        exit 77
}
[ -d /proc/sys/net/ipv6 ] || {
        echo 'skipped: this kernel has no IPv6'
        exit 77
}

# A network as commands, and questions as "ask JAIL ADDRESS". The jail "-" is the host.
network() { # SEED
        awk -v seed="$1" -f - /dev/null <<'END'
function any(n) { return int(rand() * n) }
function chance(percent) { return rand() * 100 < percent }
function sh(text) { print text }
function on(jail, text) { sh("ip " (jail == "-" ? "" : "-n " jail " ") text) }
function set(jail, text) { sh((jail == "-" ? "" : "ip netns exec " jail " ") "sysctl -qw " text) }
function jail_new(name) { sh("ip netns add " name); on(name, "link set lo up"); jails[jail_count++] = name }
function host_part(s, n) { return 10 + n + 100 * (s % 2) }
function v4(s, n) { return "10." s ".0." host_part(s, n) }
function v6(s, n) { return "fd00:0:0:" s "::" host_part(s, n) }

# A bridge's cable, or the first end of a wire until its second one comes.
function cable(jail, s, inner,   outer, where) {
        where = place[s]
        if (is_wire[s]) {
                wired[s]++
                if (wired[s] == 1) {
                        first_jail[s] = jail
                        first_name[s] = inner
                } else
                        on(jail, "link add " inner " type veth peer name " first_name[s] " netns " first_jail[s])
                return
        }
        outer = "o" substr(inner, 2)
        on(where, "link add " outer " type veth peer name " inner (jail == "-" ? " netns 1" : " netns " jail))
        on(where, "link set " outer " master " (has_second[s] && chance(50) ? "t" s : "s" s) " up")
        things[thing_count++] = where " " outer
        ports[port_count++] = where " " outer
}

function member(jail, s, is_router,   n, name, mode, at, len4, len6, iface) {
        if (is_wire[s] && wired[s] == 2)
                return
        n = ++members
        name = "i" n
        cable(jail, s, name)
        pending[n] = jail " " name " " s " " is_router
}

# Once all cables are there: what stands on them.
function furnish(n,   w, jail, name, s, is_router, at, len4, len6, mode) {
        split(pending[n], w, " ")
        jail = w[1]; name = w[2]; s = w[3]; is_router = w[4]
        if (is_wire[s] && wired[s] < 2)
                return
        on(jail, "link set " name " up")
        things[thing_count++] = jail " " name
        if (!is_router && chance(12)) {
                mode = chance(70) ? "bridge" : chance(50) ? "private" : "vepa"
                on(jail, "link add v" n " link " name " type macvlan mode " mode)
                name = "v" n
                on(jail, "link set " name " up")
                things[thing_count++] = jail " " name
        }
        at = chance(4) ? any(segments) : s
        len4 = chance(4) ? 8 : 24
        len6 = 64
        iface[n] = name
        if (chance(4)) {
                name = "lo"
                len4 = 32
                len6 = 128
        }
        if (!chance(3)) {
                on(jail, "address add " v4(at, n) "/" len4 " dev " name)
                addresses[address_count++] = v4(at, n)
        }
        if (!chance(3)) {
                on(jail, "address add " v6(at, n) "/" len6 " dev " name " nodad")
                addresses[address_count++] = v6(at, n)
        }
        if (is_router) {
                gateways[s, gateway_count[s]++] = n
                sits[jail, s] = n
        }
        if (!((jail, "home") in home))
                home[jail, "home"] = s
        ifaces[jail, iface_count[jail]++] = name
}

function routers_route(   r, s, r2, q, round, best, n, kind) {
        for (r = 0; r < routers; r++)
                for (s = 0; s < segments; s++)
                        dist[r, s] = ("r" r, s) in sits ? 0 : 99
        for (round = 0; round < routers; round++)
                for (r = 0; r < routers; r++)
                        for (s = 0; s < segments; s++)
                                for (q = 0; q < segments; q++)
                                        for (r2 = 0; r2 < routers; r2++)
                                                if (r2 != r && (("r" r, q) in sits) && (("r" r2, q) in sits) && \
                                                    dist[r2, s] + 1 < dist[r, s]) {
                                                        dist[r, s] = dist[r2, s] + 1
                                                        via[r, s] = sits["r" r2, q]
                                                        by[r, s] = q
                                                }
        for (r = 0; r < routers; r++)
                for (s = 0; s < segments; s++) {
                        if (dist[r, s] > 0 && dist[r, s] < 99 && chance(90)) {
                                on("r" r, "route add 10." s ".0.0/24 via " v4(by[r, s], via[r, s]) (chance(20) ? " metric 50" : ""))
                                on("r" r, "route add fd00:0:0:" s "::/64 via " v6(by[r, s], via[r, s]))
                        }
                        if (chance(5)) {
                                n = split("blackhole unreachable prohibit throw", kind, " ")
                                on("r" r, "route add " kind[1 + any(n)] " 10." s ".0." (chance(50) ? "128/25" : "0/24 metric 10"))
                        }
                        if (chance(3))
                                on("r" r, "-6 route add blackhole fd00:0:0:" s "::/" (chance(50) ? 64 : 120))
                        if (chance(4) && gateway_count[s])
                                on("r" r, "route add 10." any(segments) ".0.0/25 via " v4(s, gateways[s, any(gateway_count[s])]))
                }
}

function several_hops(r,   s, q) {
        s = r % segments
        q = (r + 1) % segments
        if (gateway_count[s] && gateway_count[q])
                on("r" r, "route replace 10." any(segments) ".0.0/24" \
                          " nexthop via " v4(s, gateways[s, any(gateway_count[s])]) \
                          " nexthop via " v4(q, gateways[q, any(gateway_count[q])]))
}

function end_routes(jail,   s, n) {
        s = home[jail, "home"]
        if (s == "" || !gateway_count[s])
                return
        n = gateways[s, any(gateway_count[s])]
        if (chance(93))
                on(jail, "route add default via " v4(s, chance(4) ? 99 : n))
        if (chance(93))
                on(jail, "route add default via " v6(s, chance(4) ? 99 : n))
        if (chance(6))
                on(jail, "route add default via " v4(s, n) " metric 500")
}

function fault(   kind, t, w) {
        kind = any(12)
        t = things[any(thing_count)]
        split(t, w, " ")
        if (kind < 3)
                on(w[1], "link set " w[2] " down")
        else if (kind == 3)
                on(w[1], "link set " w[2] " arp off")
        else if (kind == 4) {
                t = ports[any(port_count)]
                split(t, w, " ")
                sh((w[1] == "-" ? "" : "ip netns exec " w[1] " ") "bridge link set dev " w[2] " isolated on")
                t = ports[any(port_count)]
                split(t, w, " ")
                sh((w[1] == "-" ? "" : "ip netns exec " w[1] " ") "bridge link set dev " w[2] " isolated on")
        } else if (kind == 5)
                on(w[1], "address flush dev " w[2])
        else if (kind == 6) {
                t = jails[any(jail_count)]
                on(t, "neighbour replace " addresses[any(address_count)] " lladdr 02:00:00:00:00:99 dev " \
                      ifaces[t, any(iface_count[t])] " nud permanent")
        } else if (kind == 7) {
                sh("T " w[1] " " w[2] " " (chance(50) ? "ingress" : "egress"))
        } else if (kind == 8) {
                t = jails[any(jail_count)]
                on(t, "rule add from " (chance(50) ? "all" : "10." any(segments) ".0.0/24") " table " (chance(70) ? 77 : "main"))
                if (chance(50))
                        on(t, "route add default dev " ifaces[t, any(iface_count[t])] " table 77")
        } else if (kind == 9)
                on(w[1], "link set " w[2] " nomaster")
        else if (kind == 10)
                on(w[1], "link set " w[2] " address 02:00:00:00:00:" (10 + any(80)))
        else {
                t = jails[any(jail_count)]
                on(t, "link set lo down")
        }
}

BEGIN {
        srand(seed)
        for (n = 0; n < 5; n++)
                rand() # seeds that are near each other begin alike
        segments = 2 + any(3)
        routers = 1 + any(3)
        ends = 2 + any(3)
        jail_new("sw")
        for (n = 0; n < routers; n++)
                jail_new("r" n)
        for (n = 0; n < ends; n++)
                jail_new("e" n)
        for (s = 0; s < segments; s++) {
                is_wire[s] = chance(15)
                place[s] = chance(75) ? "-" : "sw"
                if (is_wire[s])
                        continue
                on(place[s], "link add s" s " up type bridge")
                things[thing_count++] = place[s] " s" s
                has_second[s] = chance(30)
                if (has_second[s]) {
                        on(place[s], "link add t" s " up type bridge")
                        on(place[s], "link add x" s " up master s" s " type veth peer name y" s)
                        on(place[s], "link set y" s " up master t" s)
                        things[thing_count++] = place[s] " x" s
                }
        }
        for (n = 0; n < routers; n++) {
                member("r" n, n % segments, 1)
                member("r" n, (n + 1) % segments, 1)
                if (chance(30) && segments > 2)
                        member("r" n, (n + 2) % segments, 1)
        }
        for (n = 0; n < ends; n++) {
                s = any(segments)
                member("e" n, s, 0)
                if (chance(20))
                        member("e" n, (s + 1) % segments, 0)
        }
        if (chance(40))
                for (s = 0; s < segments; s++)
                        if (!is_wire[s] && place[s] == "-" && chance(60)) {
                                n = ++members
                                on("-", "address add " v4(s, n) "/24 dev s" s)
                                on("-", "address add " v6(s, n) "/64 dev s" s " nodad")
                                addresses[address_count++] = v4(s, n)
                                addresses[address_count++] = v6(s, n)
                                home["-", "home"] = s
                                ifaces["-", iface_count["-"]++] = "s" s
                                pending[n] = ""
                                jail_in["-"] = 1
                        }
        if ("-" in jail_in) {
                jails[jail_count++] = "-"
                on("-", "link set lo up")
        }
        for (n = 1; n <= members; n++)
                if (pending[n] != "")
                        furnish(n)
        for (n = 0; n < jail_count; n++) {
                j = jails[n]
                is_r = substr(j, 1, 1) == "r"
                set(j, "net.ipv4.ip_forward=" (is_r ? !chance(5) : chance(10)) \
                    " net.ipv6.conf.all.forwarding=" (is_r ? !chance(5) : chance(10)))
                set(j, "net.ipv4.conf.all.rp_filter=" (chance(85) ? 0 : 1 + any(2)))
                if (chance(5))
                        set(j, "net.ipv4.conf.all.proxy_arp=1")
                if (chance(5))
                        on(j, "address add 10." any(segments) ".0.128/25 dev lo")
                for (k = 0; k < iface_count[j]; k++)
                        set(j, "net.ipv4.conf." ifaces[j, k] ".rp_filter=" (chance(90) ? 0 : 1 + any(2)))
        }
        routers_route()
        for (n = 0; n < routers; n++)
                if (chance(15))
                        several_hops(n)
        for (n = 0; n < routers; n++)
                if (chance(20) && iface_count["r" n])
                        sh("\"$JAILNET\" -q nat add 10." any(segments) ".0.0/24 via r" n "/" ifaces["r" n, any(iface_count["r" n])])
        for (n = 0; n < ends; n++)
                end_routes("e" n)
        if ("-" in jail_in)
                end_routes("-")
        for (n = any(4); n > 0; n--)
                fault()
        for (n = 0; n < 14; n++)
                print "ask " jails[1 + any(jail_count - 1)] " " \
                        (chance(4) ? v4(any(segments), 77) : addresses[any(address_count)])
}
END
}

# T JAIL LINK SIDE: there tc drops everything, if this kernel can.
T() {
        if [ "$1" = - ]; then set -- '' "$2" "$3"; else set -- "ip netns exec $1" "$2" "$3"; fi
        $1 tc qdisc add dev "$2" clsact 2>/dev/null || return 0
        $1 tc filter add dev "$2" "$3" protocol all prio 1 u32 match u32 0 0 action drop 2>/dev/null || return 0
}

inside_of() { # JAIL CMD...
        if [ "$1" = - ]; then
                shift
                "$@"
        else
                jail=$1
                shift
                ip netns exec "$jail" "$@"
        fi
}

is_answered() { # JAIL ADDRESS SECONDS
        inside_of "$1" ping -n -q -c 2 -i 0.2 -W "$3" "$2" >/dev/null 2>&1 && echo answered || echo silent
}

verdict() { # JAIL ADDRESS
        from=$1
        [ "$from" != - ] || from=host
        "$JAILNET" path "$from" "$2" --json >"$work/way" 2>"$work/err"
        jq -r '"\(.verdict) \(.reason // "-")"' "$work/way" 2>/dev/null | grep . || echo "failed $(cat "$work/err")"
}

agrees() { # VERDICT ANSWER
        case $1:$2 in
        reached*:answered | broken*:silent | unknown*:*) ;;
        'broken MTU':answered) ;; # small ones pass
        'failed'*) false ;;
        *) false ;;
        esac
}

if [ "${1-}" = one ]; then
        work=$2 seed=$3
        network "$seed" >"$work/network"
        grep -v '^ask ' "$work/network" >"$work/commands"
        grep '^ask ' "$work/network" >"$work/asked"
        : >"$work/refused"
        # Some of it is nonsense to the kernel: it says so, and it is not there.
        . "$work/commands" 2>"$work/refused"
        n=0
        while read -r _ from to; do
                verdict "$from" "$to" >"$work/verdict.$n"
                n=$((n + 1))
        done <"$work/asked"
        n=0
        while read -r _ from to; do
                is_answered "$from" "$to" 1 >"$work/answer.$n" &
                n=$((n + 1))
        done <"$work/asked"
        wait
        n=0
        while read -r _ from to; do
                said=$(cat "$work/verdict.$n") heard=$(cat "$work/answer.$n")
                # The kernel tells of carriers in its own time, and a machine may be busy: asked again before it counts.
                for try in 1 2 3; do
                        agrees "$said" "$heard" && break
                        sleep 1
                        said=$(verdict "$from" "$to") heard=$(is_answered "$from" "$to" 3)
                done
                echo "$seed: $from to $to: $said; $heard" >>"$work/all"
                agrees "$said" "$heard" || {
                        echo "FAILED: SEED=$seed COUNT=1: $from to $to: $said, and a ping is $heard"
                        [ -z "${VERBOSE-}" ] || "$JAILNET" path "$(echo "$from" | sed 's/^-$/host/')" "$to"
                        echo 1 >"$work/failed"
                }
                n=$((n + 1))
        done <"$work/asked"
        [ -z "${SHELL_IN-}" ] || sh
        exit 0
fi

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
seed=${SEED-1}
last=$((seed + ${COUNT-10} - 1))
while [ "$seed" -le $last ]; do
        "$JAILNET" sandbox -- sh "$0" one "$work" "$seed" || exit 1
        seed=$((seed + 1))
done
count() { grep -c ": $1" "$work/all"; }
asked=$(wc -l <"$work/all") unknown=$(count unknown)
echo "$asked questions: $(count reached) reached, $(count broken) broken, $unknown unknown"
[ -z "${LIST-}" ] || cp "$work/all" "$LIST"
[ $((unknown * 5)) -le "$asked" ] || {
        echo 'FAILED: too much is unknown'
        echo 1 >"$work/failed"
}
[ ! -e "$work/failed" ]
