# Proves the way of jails on a private range of the host's, as FreeBSD's texts have it: a cloned loopback with that range,
# jails that share the host's stack by their addresses on it, pf for what goes out and comes in; files alone and together,
# before the jails run and while they do. And the same for jails with stacks of their own, behind a bridge.
. "${SOURCE:?}/tests/lib/sandbox.sh"

kernel_has_nat || {
        echo 'skipped: nft is not installed, or this kernel has no nftables with nat'
        exit 77
}

said() { # FILE TEXT
        checks=$((checks + 1))
        grep -qF -- "$2" "$work/$1" || fail "$1: lacks: $2: $(cat "$work/out" "$work/err")"
}
rules() {
        nft -j list table inet jailnet 2>/dev/null |
                jq -r '[.nftables[] | .rule // empty | .comment] | sort | join("; ")'
}
loopback() {
        ip -j address show lo |
                jq -r '[.[0].addr_info[] | select(.local | startswith("10.71.")).local] | sort | join(" ")'
}
reaches() { # JAIL OPTIONS ADDRESS: new addresses and ports take their moment
        checks=$((checks + 1))
        from=$1
        shift
        for try in $(seq 20); do
                "$JAILNET" jexec "$from" ping -c 1 -W 2 "$@" >/dev/null 2>&1 && return
                sleep 0.2
        done
        fail "$from does not reach $*"
}
alone() { # ARGS...: refused, since pf's lines lead to nobody
        J "$@"
        same "exit status of $*" "$status" 1
        said err '10.71.0.10: no jail has that address'
}
comes_in() { # JAIL ADDRESS PORT DOOR: what comes to the host's DOOR from outside reaches a server in the jail
        command -v python3 >/dev/null || return 0
        : >"$work/server"
        "$JAILNET" jexec "$1" python3 -c 'import socket, sys
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind((sys.argv[1], int(sys.argv[2]))); s.listen(1); s.settimeout(60); print("ready", flush=True)
c = s.accept()[0]; c.sendall(b"hello from " + sys.argv[3].encode()); c.close()' "$2" "$3" "$1" >"$work/server" &
        server=$!
        for try in $(seq 300); do grep -q ready "$work/server" && break || sleep 0.1; done
        same "$1 by port $4" "$(ip netns exec world python3 -c 'import socket, sys
s = socket.create_connection(("198.51.100.71", int(sys.argv[1])), 20)
print(s.makefile().read())' "$4" 2>&1 | tail -1)" "hello from $1"
        wait $server
}

# The network outside knows no way to the private range.
ip netns add world
ip link add ix0 type veth peer name wire netns world
ip link set ix0 up
ip link set lo up
ip -n world address add 198.51.100.1/24 dev wire
ip -n world link set wire up

mkdir "$work/etc" || exit 1
cat >"$work/etc/rc.conf" <<'X'
hostname="lab"
ifconfig_ix0="inet 198.51.100.71 netmask 255.255.255.0"
defaultrouter="198.51.100.1"
cloned_interfaces="lo1"
ifconfig_lo1="inet 10.71.0.1/24"
jail_enable="YES"
pf_enable="YES"
X
cat >"$work/etc/jail.conf" <<'X'
path = "/"; persist; exec.clean; allow.raw_sockets;
interface = "lo1";
shop { ip4.addr = 10.71.0.10; }
post { ip4.addr = "lo1|10.71.0.11/32"; }
X
cat >"$work/etc/pf.conf" <<'X'
ext_if = "ix0"
shop = "10.71.0.10"
nat on $ext_if from 10.71.0.0/24 to any -> ($ext_if:0)
rdr on $ext_if proto tcp to $ext_if:0 port 80 -> $shop port 8080
rdr on $ext_if proto tcp from any to ($ext_if) port 25 -> 10.71.0.11
X
all='forward ix0 tcp 25 to 10.71.0.11 25; forward ix0 tcp 80 to 10.71.0.10 8080; nat 10.71.0.0/24 via ix0'

# All together, before a jail runs.
snapshot >"$work/empty"
do_ok import "$work/etc"
said err 'lo1: Linux has one loopback a stack'
said err 'shop: shares the host'
same 'rules' "$(rules)" "$all"
same 'the range' "$(loopback)" 10.71.0.1
do_ok import "$work/etc"
said out 'nothing is to be changed'
do_ok jail -f "$work/etc/jail.conf" -c '*'
same 'addresses' "$(loopback)" '10.71.0.1 10.71.0.10 10.71.0.11'
do_ok import "$work/etc"
said out 'nothing is to be changed'

reaches shop -I 10.71.0.10 198.51.100.1
reaches post -I 10.71.0.11 198.51.100.1
reaches post 10.71.0.10
comes_in shop 10.71.0.10 8080 80
comes_in post 10.71.0.11 25 25

# They are drawn on what they use, and named by the verbs.
"$JAILNET" show >"$work/out"
said out 'shop  jail 10.71.0.10/32'
same 'on lo' "$("$JAILNET" show --format tree | grep -A1 '^.* lo  *loopback' | tail -1 |
        grep -o 'shop  *jail' | tr -s ' ')" 'shop jail'
do_ok nat forward ix0:443 shop 10.71.0.10:8443
do_ok nat add post via ix0
same 'rules by verbs' "$(rules | tr ';' '\n' | grep -c -e '443 to 10.71.0.10 8443' -e '10.71.0.11/32 via ix0')" 2
refused 'shop: has no address 10.71.0.11' nat forward ix0:444 shop 10.71.0.11:444
refused 'nobody: no such jail' nat add nobody via ix0
do_ok undo
do_ok undo
same 'rules, both undone' "$(rules)" "$all"

# They stop; what the files made stays, and is not made again; all of it goes by undo.
do_ok jail -r '*'
same 'addresses after the stop' "$(loopback)" 10.71.0.1
do_ok import "$work/etc"
said out 'nothing is to be changed'
"$JAILNET" show >"$work/out"
same 'a loopback without jails' "$(grep -c ' lo ' "$work/out")" 0
do_ok --no-guard undo "$(sql 'SELECT min(number) FROM plan')"
cp "$work/empty" "$work/before"
compare 'after undo'

# pf's lines alone need the jails. With --exec all of it is made, and they run.
alone import "$work/etc/rc.conf" "$work/etc/pf.conf"
compare 'after the refusal'
do_ok import --exec "$work/etc"
same 'rules by --exec' "$(rules)" "$all"
comes_in shop 10.71.0.10 8080 80

# What is exported from there can be imported where no jail runs.
do_ok export freebsd "$work/written"
do_ok jail -r '*'
while [ "$(rules)" ]; do do_ok nat del 1; done
alone import "$work/written/pf.conf"
do_ok import "$work/written/jail.conf" "$work/written/pf.conf"
same 'rules of what was exported' "$(rules)" "$all"
while [ "$(rules)" ]; do do_ok nat del 1; done

# Jails with stacks of their own behind a bridge that has the private range.
mkdir -p "$work/own/jails/web/etc" "$work/own/jails/sql/etc"
cat >"$work/own/rc.conf" <<'X'
cloned_interfaces="bridge9 epair8 epair9"
ifconfig_bridge9="inet 10.72.0.1/24 addm epair8a addm epair9a up"
ifconfig_epair8a="up"
ifconfig_epair9a="up"
gateway_enable="YES"
X
cat >"$work/own/jail.conf" <<'X'
vnet; persist;
web { vnet.interface = "epair8b"; }
sql { vnet.interface = "epair9b"; }
X
printf 'ifconfig_epair8b="inet 10.72.0.8/24"\ndefaultrouter="10.72.0.1"\n' >"$work/own/jails/web/etc/rc.conf"
printf 'ifconfig_epair9b="inet 10.72.0.9/24"\ndefaultrouter="10.72.0.1"\n' >"$work/own/jails/sql/etc/rc.conf"
cat >"$work/own/pf.conf" <<'X'
ext = ix0
nat on $ext from 10.72.0.0/24 to any -> ($ext)
rdr on $ext proto tcp to ($ext) port 8081 -> 10.72.0.8 port 80
X
do_ok import "$work/own"
same 'their rules' "$(rules)" 'forward ix0 tcp 8081 to 10.72.0.8 80; nat 10.72.0.0/24 via ix0'
reaches web 198.51.100.1
reaches sql 198.51.100.1
reaches sql 10.72.0.8
comes_in web 10.72.0.8 80 8081
do_ok import "$work/own"
said out 'nothing is to be changed'
do_ok undo
same 'all of theirs is gone' "$(rules)$(ip -j link show |
        jq -r '[.[].ifname | select(startswith("epair") or startswith("bridge"))] | join(" ")')" ''
finish
