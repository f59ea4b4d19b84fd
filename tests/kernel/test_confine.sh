# Proves: a jail that shares the host's stack is kept to its own addresses, as on FreeBSD: wildcard and loopback are its
# first address, another address cannot be bound, what it sends comes from an address of its own, it has no sockets of a
# family that it has no address of; and that it is told where that cannot be had. The first part needs real root.
if [ "${1-}" = rooted ]; then
        mount --make-rprivate / && mount -t tmpfs run /run || exit 1
        ip link set lo up || exit 1
        JAILNET_DB=$(mktemp -d)/inventory.db
        export JAILNET_DB
        set -- inside
        . "${SOURCE:?}/tests/lib/sandbox.sh"
        trap 'rm -rf "$work" "${JAILNET_DB%/*}"' EXIT
elif [ "${1-}" != inside ]; then
        for need in ip jq sqlite3 unshare; do
                command -v $need >/dev/null || {
                        echo "skipped: $need is not installed"
                        exit 77
                }
        done
        if [ "$(id -u)" = 0 ] && unshare -nmpf --mount-proc true 2>/dev/null; then
                unshare -nmpf --mount-proc --kill-child sh "$0" rooted || exit
        else
                [ -z "${JAILNET_MUST_CONFINE-}" ] || exit 1
                echo 'only root can load BPF programs: the first part is left out'
        fi
        . "${SOURCE:?}/tests/lib/sandbox.sh"
else
        . "${SOURCE:?}/tests/lib/sandbox.sh"
        rooted=no
fi

SOCKETS=${SOCKETS:-${JAILNET%/*}/tests/sockets} # beside the program that is tested
[ -x "$SOCKETS" ] || fail "no program for sockets at $SOCKETS"
conf=$work/jail.conf
net() { # JAIL WANT WORDS...
        jail=$1 want=$2
        shift 2
        if [ "$jail" = - ]; then
                same "on the host: $*" "$("$SOCKETS" "$@" 2>&1)" "$want"
        else
                same "in $jail: $*" "$("$JAILNET" jexec "$jail" "$SOCKETS" "$@" 2>&1)" "$want"
        fi
}

ip netns add world || fail 'a network outside'
ip link add ix0 type veth peer name wire netns world
ip link set ix0 up
ip address add 10.91.0.2/24 dev ix0
ip address add fd00:91::2/64 dev ix0 nodad
ip -n world link set wire up
ip -n world address add 10.91.0.1/24 dev wire
ip -n world address add fd00:91::1/64 dev wire nodad

cat >"$conf" <<'X'
persist; path = /;
one { ip4.addr = "ix0|10.91.0.11"; }
many {
        ip4.addr = "lo0|127.0.91.1", "ix0|10.91.0.21", "ix0|10.92.0.21/24";
        ip6.addr = "ix0|fd00:91::21";
        allow.raw_sockets;
}
all { ip4 = inherit; ip6 = inherit; }
none { ip6 = inherit; }
X

# --- Where it cannot be had -----------------------------------------------------------------------------------------------
if [ "${rooted-}" = no ]; then
        do_ok jail -f "$conf" -c one many all
        same 'told once a jail' "$(grep -c 'is not kept to its addresses: ' "$work/err") $(grep -c '^jail: one: ' "$work/err")" '2 1'
        same 'in the inventory' "$(sql 'SELECT group_concat(name || is_confined, " ") FROM (SELECT * FROM started_jail ORDER BY name)')" \
                'all0 many0 one0'
        net one 0.0.0.0 bind 0.0.0.0
        do_ok jail -f "$conf" -r one many all
        finish
fi

# --- Where it can --------------------------------------------------------------------------------------------------------
groups() { find /sys/fs/cgroup -maxdepth 4 -path '*/jailnet/*' -name "*-$(stat -Lc %i /proc/self/ns/net)" 2>/dev/null | sed 's,.*/,,; s/-[0-9]*$//' | sort | paste -sd' ' -; }
J jail -f "$conf" -c '*'
same 'started' "$status" 0
if grep -q 'is not kept to its addresses' "$work/err"; then
        why=$(grep -m1 -o 'is not kept to its addresses: [^;]*' "$work/err")
        do_ok jail -f "$conf" -r '*'
        [ -z "${JAILNET_MUST_CONFINE-}" ] || fail "jails are not kept to their addresses: $why"
        echo "this root cannot confine jails ($why): the first part is left out"
        exit $((failed > 0))
fi
same 'said' "$(cat "$work/err")" ''
same 'groups' "$(groups)" 'many none one'
for s in - world; do
        [ $s = - ] || run="ip netns exec $s"
        ${run-} "$SOCKETS" serve 4000 "$work/ready$s" &
        pids="${pids-} $!"
done
for s in - world; do
        for try in $(seq 300); do [ -s "$work/ready$s" ] && break || sleep 0.1; done
done

settled() { [ -z "$(ip -6 address show dev ix0 tentative)" ]; } # else nobody can use the address yet
for try in $(seq 300); do settled && break || sleep 0.1; done
net - 0.0.0.0 bind 0.0.0.0
for kind in bind ubind; do
        net one 10.91.0.11 $kind 0.0.0.0
        net one 10.91.0.11 $kind 127.0.0.1
        net one 10.91.0.11 $kind 10.91.0.11
        net one EADDRNOTAVAIL $kind 10.91.0.2
        net one EADDRNOTAVAIL $kind 127.0.0.2
        net many 127.0.91.1 $kind 0.0.0.0
        net many 10.91.0.21 $kind 10.91.0.21
        net many fd00:91::21 $kind ::
        net many fd00:91::21 $kind ::1
        net many EADDRNOTAVAIL $kind fd00:91::2
        net many ::ffff:10.91.0.21 $kind ::ffff:10.91.0.21
        net many ::ffff:127.0.91.1 $kind ::ffff:127.0.0.1
        net many EADDRNOTAVAIL $kind ::ffff:10.91.0.2
        net all 10.91.0.2 $kind 10.91.0.2
        net all :: $kind ::
done
net one EAFNOSUPPORT bind ::1
net none EAFNOSUPPORT bind 127.0.0.1
net none ::1 bind ::1
net none EADDRNOTAVAIL bind ::ffff:127.0.0.1

# By TCP, by UDP; the host's services are reached, from the jail's address.
for way in connect send; do
        net - 10.91.0.2 $way 10.91.0.1 4000
        net one 10.91.0.11 $way 10.91.0.1 4000
        net one 10.91.0.11 $way 10.91.0.2 4000
        net one EADDRNOTAVAIL $way 10.91.0.1 4000 10.91.0.2
        net one 10.91.0.11 $way 10.91.0.1 4000 10.91.0.11
        net many 10.91.0.21 $way 10.91.0.1 4000
        net many fd00:91::21 $way fd00:91::1 4000
        net many 127.0.91.1 $way 127.0.91.1 4000
        net all 10.91.0.2 $way 10.91.0.1 4000
        net none EAFNOSUPPORT $way 10.91.0.1 4000
done
net many 10.91.0.21 mapped 10.91.0.1 4000
net one 10.91.0.11 connect 127.0.0.1 4000 # its loopback: the host's wildcard serves there, too

# ICMP
echo '0 65535' >/proc/sys/net/ipv4/ping_group_range # so that the kernel has no reason of its own
net all made socket AF_INET 1
net one EPERM socket AF_INET 1
"$JAILNET" jexec many ping -c 1 -W 20 10.91.0.1 >/dev/null 2>&1 || fail 'with raw sockets ping works'

# A phase's command is confined as well, and what it leaves behind; and the jail sees no group above its own.
printf 'two { path = /; persist; ip4.addr = "ix0|10.91.0.12"; exec.start = "%s bind 0.0.0.0 >%s"; }\n' "$SOCKETS" "$work/two" >"$work/two.conf"
do_ok jail -f "$work/two.conf" -c two
same 'exec.start' "$(cat "$work/two")" 10.91.0.12
same 'its group is all that it sees' "$("$JAILNET" jexec two sed -n 's/^0:://p' /proc/self/cgroup)" /
same 'in the picture' "$("$JAILNET" show --format json | jq -c '[.jails[] | select(.origin == "shared") | .name, .confined]')" \
        '["one",true,"many",true,"all",false,"none",true,"two",true]'
same 'in the inventory' "$(sql 'SELECT group_concat(name || is_confined, " ") FROM (SELECT * FROM started_jail ORDER BY name)')" \
        'all0 many1 none1 one1 two1'
do_ok jail -f "$work/two.conf" -r two
do_ok jail -f "$conf" -rc one
net one 10.91.0.11 bind 0.0.0.0

# A keeper that was killed leaves nothing that the next start stumbles over.
keeper=$(ps -o ppid= -p "$(sql "SELECT pid FROM started_jail WHERE name = 'one'")" | tr -d ' ')
kill -KILL "$keeper"
do_ok jail -f "$conf" -R one
do_ok jail -f "$conf" -c one
net one 10.91.0.11 bind 0.0.0.0
do_ok jail -f "$conf" -r '*'
same 'no group is left' "$(groups)" ''
same 'no address is left' "$(addresses - ix0)" '10.91.0.2/24 fd00:91::2/64'
kill $pids
ip netns delete world
finish
