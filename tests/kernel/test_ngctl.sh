#!/bin/sh
# ngctl on the real kernel: the sessions and scripts that how-tos show do what their text says, as `ip`, `bridge` and
# pings between jails see it; what a script cuts out of the output is there; a script is one plan.
. "${SOURCE:?}/tests/lib/sandbox.sh"

N() { J ngctl "$@"; }
n_ok() { N "$@" || fail "ngctl $*: exit status $status: $(cat "$work/err")"; }
script() { # ARGS...: ngctl -f - with the script from here
        "$JAILNET" "$@" -f - >"$work/out" 2>"$work/err"
        status=$?
        return $status
}
script_ok() { script "$@" || fail "script: exit status $status: $(cat "$work/err")"; }
said() { grep -qF -- "$1" "$work/err" || fail "does not say '$1' but: $(cat "$work/err")"; }
printed() { cat "$work/out"; }
wait_for() { # WHAT CMD...: until it holds, twenty seconds at most
        what=$1
        shift
        deadline=$(($(date +%s) + 20))
        checks=$((checks + 1))
        until "$@" >/dev/null 2>&1; do
                [ "$(date +%s)" -le $deadline ] || {
                        fail "waited in vain: $what"
                        return 1
                }
        done
}
reaches() { wait_for "$1 reaches $2" stack_ping "$1" "$2"; }
stack_ping() {
        if [ "$1" = - ]; then ping -c 1 -W 1 "$2"; else ip netns exec "$1" ping -c 1 -W 1 "$2"; fi
}
give() { # IF JAIL ADDRESS: moves it there and sets it up with the address
        do_ok move "$1" "$2"
        ip -n "$2" address add "$3" dev "$1"
        ip -n "$2" link set "$1" up
}
clean() { # everything away again
        for name in $(ip netns list | cut -d' ' -f1); do
                "$JAILNET" -q destroy "jail:$name" >/dev/null 2>&1
        done
        for name in $(ip -j link | jq -r '.[].ifname' | grep -v '^lo$'); do
                ip link delete "$name" 2>/dev/null
        done
}
nodes() { N list && printed | awk '/Type: / {print $2, $4, $9}' | grep -v '^ngctl' | sort | tr '\n' ';'; }
remember() { snapshot >"$work/before"; } # for compare
remember

# -- A host and two jails on a bridge, as it is typed at the prompt: three times the same hook, and C's comments --------
script_ok ngctl <<'end'
mkpeer eiface ether ether
mkpeer eiface ether ether
mkpeer eiface ether ether
name ngeth0: to_host
name ngeth1: to_web
name ngeth2: to_db
/*
 * FIRST WAY: the bridge alone
 */
mkpeer bridge link0 link0

/*
 * It has no name of its own.
 */
name link0 lan0
connect lan0: to_host: link0 ether
connect lan0: to_web: link1 ether
connect lan0: to_db: link2 ether
list
end
said 'held by ngctl alone'
same 'one plan' "$(sql 'SELECT count(*) FROM plan')" 1
same 'nodes' "$(nodes)" 'lan0 bridge 3;to_db eiface 1;to_host eiface 1;to_web eiface 1;'
bridge_if=$(link - ngfab0 .master)
same 'ports on the kernel' "$(ip -j link show master "$bridge_if" | jq length)" 3
for jail in web db; do do_ok create jail $jail; done
ip address add 10.31.0.1/24 dev ngeth0
ip link set ngeth0 up
give ngeth1 web 10.31.0.2/24
give ngeth2 db 10.31.0.3/24
reaches - 10.31.0.2
reaches web 10.31.0.3
reaches db 10.31.0.1

# What a script cuts out
same 'interface behind a hook' \
        "$(expr "$("$JAILNET" ngctl msg lan0:link2 getifname)" : '.*Args:.*"\([a-zA-Z]*[0-9]*\)"')" ngeth2
n_ok msg to_web: getifname
same 'two lines' "$(sed 's/\[[0-9a-f]*\]/[X]/' "$work/out")" "Rec'd response \"getifname\" (1) from \"[X]:\":
$(printf 'Args:\t"ngeth1"')"
id=$("$JAILNET" ngctl show -n to_web: | awk '{print $6}')
n_ok show "[$id]:ether"
same 'by its id, and on over a hook' "$(awk 'NR == 1 {print $2}' "$work/out")" lan0
n_ok show -n "[$(printf '%s' "$id" | sed 's/^0*//')]:"
n_ok show lan0:
same 'hooks, newest first' "$(awk 'NR > 3 {print $1, $2, $3, $5}' "$work/out" | tr '\n' ';')" \
        'link2 to_db eiface ether;link1 to_web eiface ether;link0 to_host eiface ether;'

# Statistics and the table are the kernel's
received() { ip -j -s link show ngfab1 | jq '.[0].stats64.rx.packets'; }
least=$(received)
n_ok msg lan0: getstats 1
count=$(sed -n 's/.*recvPackets=\([0-9]*\).*/\1/p' "$work/out")
ok 'received from the jail' [ "$least" -le "${count:-0}" ] && ok 'and no more' [ "${count:-0}" -le "$(received)" ]
N msg lan0: getstats 7 && fail 'statistics of a link that is not there'
same 'exit status' "$status" 71
said 'Socket is not connected'
n_ok msg lan0: gettable
for pair in 'web ngeth1 link1' 'db ngeth2 link2'; do
        set -- $pair
        ok "$1 in the table" grep -qE "addr=$(link "$1" "$2" .address) (age=[0-9]+ )?(staleness=[0-9]+ )?hook=\"$3\"" "$work/out"
done
n_ok msg to_db: set 02:00:00:00:77:01
same 'address' "$(link db ngeth2 .address)" 02:00:00:00:77:01
ip -n web neighbour flush all
reaches web 10.31.0.3

# rmhook, connect, a second bridge
n_ok rmhook lan0: link2
ok 'parted' sh -c "! ip netns exec web ping -c 1 -W 1 10.31.0.3"
n_ok rmhook lan0: link2
n_ok connect lan0: to_db: link9 ether
reaches web 10.31.0.3
n_ok rmhook to_db: ether
n_ok mkpeer lan0: bridge link3 link0
n_ok name lan0:link3 lan1
n_ok connect lan1: to_db: link5 ether
reaches web 10.31.0.3
same 'a path over three nodes' "$("$JAILNET" ngctl show -n to_web:ether.link3.link5 | awk '{print $2}')" to_db
N dot -c
ok 'dot' grep -q 'headlabel = "' "$work/out"
same 'edges' "$(grep -c -- '->' "$work/out")" 4

# An eiface stays when its bridge goes, and goes itself by its node, from within a jail too
n_ok shutdown lan1:
n_ok shutdown lan0:
same 'eifaces stay' "$(nodes)" 'to_db eiface 0;to_host eiface 0;to_web eiface 0;'
ok 'inside' has_link web ngeth1
n_ok shutdown to_web:
ok 'gone from the jail' sh -c "! ip -n web link show ngeth1 2>/dev/null"
N shutdown to_web:
same 'exit status' "$status" 71
said 'ngctl: shutdown: No such file or directory'
clean

# -- What a script and a preview tell of nodes that are not made yet is what is there afterwards --------------------------
script_ok ngctl <<'end'
mkpeer eiface e ether
mkpeer ngeth0: bridge ether link0
mkpeer ngeth0:ether eiface link7 ether
show -n ngeth0:ether
list
end
told=$(awk '/Type: / && !/socket/ {print $4, $6}' "$work/out" | sort -u)
same 'ids' "$told" "$("$JAILNET" ngctl list | awk '/Type: / && !/socket/ {print $4, $6}' | sort)"
do_ok -n ngctl mkpeer ngeth0:ether eiface link8 ether
ok 'a nameless node by the way to it' grep -qxF '  ngctl mkpeer ngeth0:ether eiface link8 ether' "$work/out"
n_ok shutdown ngeth0:
n_ok shutdown ngeth1:
clean

# -- The other way: a bridge as an eiface's peer, named by its id ---------------------------------------------------------
n_ok mkpeer eiface ether ether
n_ok mkpeer eiface ether ether
n_ok mkpeer ngeth0: bridge ether link0
id=$("$JAILNET" ngctl list | awk '/Type: bridge/ {print $6}')
same 'unnamed' "$("$JAILNET" ngctl list | awk '/Type: bridge/ {print $2}')" '<unnamed>'
n_ok name "[${id#0000}]:" sw0
n_ok connect sw0: ngeth0: link0 ether
said 'joined already'
n_ok connect sw0: ngeth1: link1 ether
N --strict connect sw0: ngeth1: link1 ether
same 'exit status' "$status" 71
same 'to the letter' "$(cat "$work/err")" 'ngctl: send msg: File exists'
n_ok shutdown ngeth0:
n_ok shutdown ngeth1:
same 'a bridge goes with its last hook' "$(nodes)" ''
n_ok mkpeer bridge a link0
said 'hung from ngctl alone'
same 'and so does one that hangs from ngctl' "$(nodes)" ''
script_ok ngctl <<'end'
mkpeer bridge a link0
name a sw1
msg sw1: setpersistent
end
same 'unless it is persistent' "$(nodes)" 'sw1 bridge 0;'
n_ok shutdown sw1:
compare 'nothing is left'

# -- A start script: the NIC in a bridge, so that host and jails reach the wire, and a network of jails alone -------------
ip netns add outside
ip link add wan0 type veth peer name wire netns outside
ip address add 10.32.0.1/24 dev wan0
ip link set wan0 up
ip -n outside address add 10.32.0.9/24 dev wire
ip -n outside link set wire up
ip route add default via 10.32.0.9
reaches - 10.32.0.9
remember
start() { # the script's here-document, indented as it stands there
        "$JAILNET" --no-guard ngctl -f- >"$work/out" 2>"$work/err" <<'end'
    # Grow the bridge out of the device.
    mkpeer wan0: ng_bridge lower link0
    # It gets a name.
    name wan0:lower sw0
    # The host's own stack.
    connect wan0: sw0: upper link1
    # Three devices on it.
    mkpeer sw0: ng_eiface link2 ether
    mkpeer sw0: ng_eiface link3 ether
    mkpeer sw0: ng_eiface link4 ether

    # A network that no wire leads to: ngctl itself holds its first hook.
    mkpeer . ng_bridge virt link0
    name virt sw1
    mkpeer sw1: ng_eiface link2 ether
    mkpeer sw1: ng_eiface link3 ether
    mkpeer sw1: ng_eiface link4 ether
end
        status=$?
}
N shutdown sw0:
same 'a start script may shut down what is not there' "$status" 71
start
same "the start script's exit status" "$status" 0
said 'ng_bridge: taken for the type bridge'
ok 'no word of what a later line mends' sh -c "! grep -q 'stops working' '$work/err'"
reaches - 10.32.0.9
same 'the default route' "$(ip -j route show default | jq -r '.[0].gateway')" 10.32.0.9
iface=$(expr "$("$JAILNET" ngctl msg sw1:link2 getifname)" : '.*Args:.*"\([a-zA-Z]*[0-9]*\)"')
same 'the first of the inner network' "$iface" ngeth3
J ifconfig ngeth0 name phys0 || fail "ifconfig: $(cat "$work/err")"
J ifconfig "$iface" name virt0 || fail "ifconfig: $(cat "$work/err")"
n_ok msg ngeth3: getifname
same 'the node keeps its name' "$(sed -n 's/^Args:.*"\(.*\)"$/\1/p' "$work/out")" virt0
for jail in web db; do do_ok create jail $jail; done
give phys0 web 10.32.0.2/24
give virt0 web 10.33.0.2/24
give ngeth4 db 10.33.0.3/24
reaches web 10.32.0.9
reaches web 10.32.0.1
reaches web 10.33.0.3
ok 'the inner network reaches no wire' sh -c "! ip netns exec db ping -c 1 -W 1 10.32.0.9 2>/dev/null"
n_ok msg wan0: getpromisc
ok 'promiscuous' grep -q 'Args:.1' "$work/out"
n_ok msg wan0: setautosrc 0
n_ok msg wan0: getenaddr
same 'address' "$(sed -n 's/^Args:.//p' "$work/out")" "$(link - wan0 .address)"
J --no-guard ngctl shutdown sw0: || fail "shutdown: $(cat "$work/err")"
reaches - 10.32.0.9
same 'the host has its address back' "$(addresses - wan0)" 10.32.0.1/24
n_ok shutdown sw1:
for unit in 0 1 2 3 4 5; do n_ok shutdown ngeth$unit:; done
for jail in web db; do do_ok destroy jail:$jail; done
compare 'as before'

# -- One plan: it is undone as one, and a line that fails leaves nothing --------------------------------------------------
start
same 'exit status' "$status" 0
J --no-guard undo || fail "undo: $(cat "$work/err")"
compare 'undone'
cat >"$work/faulty" <<'end'
# four lines that are fine
mkpeer eiface e0 ether
rmhook e0
mkpeer ngeth0: bridge ether link0
name ngeth0:ether sw0
connect sw0: nosuch: link1 ether
end
N -f "$work/faulty"
same 'exit status' "$status" 71
said "ngctl: line 6: error in file $work/faulty"
compare 'nothing of it is done'
N --strict -f "$work/faulty"
same 'exit status' "$status" 71
same 'to the letter' "$(cat "$work/err")" 'ngctl: send msg: No such file or directory
ngctl: line 6: error in file'
same 'what was before the line stays' "$(nodes)" 'ngeth0 eiface 1;sw0 bridge 1;wan0 ether 1;'
n_ok shutdown ngeth0:
printf '  # indented\nmkpeer eiface ether ether\n' >"$work/faulty"
JAILNET_STRICT=1 "$JAILNET" ngctl -f "$work/faulty" 2>"$work/err" && fail 'an indented comment was taken'
same 'FreeBSD stops there' "$(cat "$work/err")" 'ngctl: "#": unknown command
ngctl: line 1: error in file'
compare 'nothing is done'
do_ok -n ngctl mkpeer eiface ether ether
compare 'a preview'
ok 'with the equal commands' grep -q 'ip link add' "$work/out"

# A line that the kernel alone refuses, when the plan runs: a loop over two bridges and what stands on them
printf 'mkpeer eiface e ether\nrmhook e\nmkpeer ngeth0: bridge ether link0\nname ngeth0:ether loop\n' >"$work/fine"
n_ok -f "$work/fine"
ip link add ring type bridge
ip link add link "$(link - ngfab0 .master)" name up0 type macvlan mode bridge
ip link set up0 master ring
ip link add link ring name up1 type macvlan mode bridge
remember
printf '# fine\nmkpeer eiface e ether\nconnect loop: up1: link5 lower\nname up1: x\n' >"$work/faulty"
N -f "$work/faulty"
same 'exit status' "$status" 71
said "ngctl: line 3: error in file $work/faulty; nothing that it asks for is done"
compare 'what came before that line is taken back'
ip link delete up1
ip link delete up0
ip link delete ring
n_ok shutdown ngeth0:

# -- Four jails on the wire, each with its statistics ----------------------------------------------------------------------
{
        echo 'mkpeer wan0: bridge lower link0'
        echo 'name wan0:lower wan0bridge'
        echo 'connect wan0: wan0bridge: upper link1'
        for i in 2 3 4 5; do
                echo "mkpeer wan0bridge: eiface link$i ether"
                echo "name wan0bridge:link$i ng0_j$i"
        done
} >"$work/four"
J --no-guard ngctl -f "$work/four" || fail "four jails: $(cat "$work/err")"
for i in 2 3 4 5; do
        do_ok create jail j$i
        iface=$("$JAILNET" ngctl msg ng0_j$i: getifname | sed -n 's/^Args:.*"\(.*\)"$/\1/p')
        give "$iface" j$i 10.32.0.1$i/24
done
for i in 2 3 4 5; do reaches j$i 10.32.0.9; done
reaches j2 10.32.0.15
for i in 2 3 4 5; do
        n_ok msg wan0bridge: getstats $i
        ok "statistics of j$i" grep -qE 'recvOctets=[1-9][0-9]* recvPackets=[1-9][0-9]* xmitOctets=[1-9]' "$work/out"
done
n_ok dot -c "$work/dot"
same 'four eifaces in the picture' "$(grep -c 'taillabel = "ether"\|headlabel = "ether"' "$work/dot")" 4
ok 'and the bridge' grep -q '{wan0bridge:|{bridge|' "$work/dot"
clean

# -- Exit statuses ---------------------------------------------------------------------------------------------------------
N; same 'no command' "$status $(sed -n 1p "$work/err")" '64 ngctl: no command specified'
N -f "$work/nosuch"; same 'no file' "$status $(cat "$work/err")" "66 ngctl: $work/nosuch: No such file or directory"
N s; same 'ambiguous' "$status $(cat "$work/err")" '71 ngctl: "s": ambiguous command'
N name x; same 'usage' "$status $(cat "$work/err")" '64 ngctl: usage: name <path> <name>'
N quit; same 'quit' "$status" 0

# -- Noise: it ends soon, with a line's number, and in bounded memory ------------------------------------------------------
remember
for strict in '' --strict; do
        (
                # KiB; a tenth of what a reader without bounds would take for endless input. A program built with
                # sanitizers asks for far more before it begins.
                (ulimit -v 1000000 && "$JAILNET" --version >/dev/null 2>&1) && ulimit -v 1000000
                head -c 10000000 /dev/urandom | timeout 60 "$JAILNET" ngctl $strict -f - >/dev/null 2>"$work/err"
                echo $? >"$work/status"
        )
        ok "noise $strict: an exit status of ngctl's" grep -qxE '64|71' "$work/status"
        ok "noise $strict: a line is named" grep -qE '^ngctl: line [0-9]+: error in file' "$work/err"
done
timeout 60 "$JAILNET" ngctl -f /dev/zero 2>"$work/err" && fail 'endless input was taken'
said 'ngctl: /dev/zero: File too large'
compare 'after the noise'

finish
