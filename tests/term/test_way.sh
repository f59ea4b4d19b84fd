#!/bin/sh
# The way between two things, in the console: picked by key and search, marked on the graph, told hop by hop, followed
# while the network changes, confirmed by an echo; Esc ends it.
. "${SOURCE:?}/tests/lib/term.sh"

for need in ip jq; do
        command -v $need >/dev/null || {
                echo "skipped: $need is not installed"
                exit 77
        }
done
why=$("${JAILNET:?}" sandbox -- true 2>&1) || {
        echo "skipped: $why"
        exit 77
}

cat >"$term_work/script" <<'END'
J() { "$JAILNET" -q "$@" >/dev/null; }
for jail in client router server; do J create jail $jail; done
J create bridge lan0
J create bridge dmz0
J create epair c0 client/c1
J create epair r0 router/r1
J create epair r2 router/r3
J create epair s0 server/s1
for port in c0 r0; do J attach $port lan0; done
for port in r2 s0; do J attach $port dmz0; done
J address add client/c1 10.1.0.2/24
J address add router/r1 10.1.0.1/24
J address add router/r3 10.2.0.1/24
J address add server/s1 10.2.0.2/24
for i in lan0 dmz0 c0 client/c1 r0 router/r1 r2 router/r3 s0 server/s1; do J up $i; done
J route add client default 10.1.0.1
J route add server default 10.2.0.1
ip netns exec router sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0
mkfifo "$term_work/orders" "$term_work/done"
while read -r order <"$term_work/orders"; do
        eval "$order"
        echo >"$term_work/done"
done &
"$JAILNET" $WAY_OPTIONS
END
order() {
        echo "$*" >"$term_work/orders"
        read -r _ <"$term_work/done"
}
find() { # NAME: selects it by search
        term_keys /
        term_wait 'stay here'
        term_type "$1"
        term_keys Enter
        term_gone 'stay here'
}

export term_work WAY_OPTIONS
for size in '80 24' '120 40' '200 60'; do
        rm -f "$term_work/orders" "$term_work/done"
        WAY_OPTIONS=
        # shellcheck disable=SC2086
        term_start $size "$JAILNET" sandbox -- sh "$term_work/script"
        term_wait 'jails 3'
        find client
        term_keys w
        term_wait 'from client: go to the other end'
        term_keys Enter
        term_wait 'this is where it begins'
        find server
        term_keys Enter
        term_wait 'client to server  reached'
        term_wait '10.1.0.2 reaches 10.2.0.2, and the answer finds its way back'
        term_wait '→link0 ●═●' # the graph has it, and not by colour alone

        # Where not all of it has room, the way stands alone, from end to end; x shows everything, and again the way.
        case $size in
        80*)
                term_wait 'the way alone'
                term_wait 'server'
                term_wait 'dmz0'
                term_keys x
                term_gone 'the way alone'
                term_keys x
                term_wait 'the way alone'
                ;;
        esac

        # It breaks while it is looked at, and is mended.
        order ip -n router link set r3 down
        term_wait 'client to server  broken (down)'
        term_wait 'router/r3: it is down'
        order ip -n router link set r3 up
        term_wait 'client to server  reached'

        # A real echo; the pane scrolls; Esc ends it.
        term_keys w
        term_wait 'probe: answered in'
        term_keys PageDown PageDown PageDown
        term_gone 'finds its way back'
        term_keys PageUp PageUp PageUp
        term_wait 'finds its way back'
        term_keys Escape
        term_gone 'client to server'
        term_gone 'the way alone'
        term_keys w
        term_wait 'go to the other end'
        term_keys Escape q
        term_check 'it ends' term_is_dead
done

# One end goes while it is shown.
rm -f "$term_work/orders" "$term_work/done"
WAY_OPTIONS=--ascii
term_start 80 24 "$JAILNET" sandbox -- sh "$term_work/script"
term_wait 'jails 3'
find client
term_keys w
term_wait 'go to the other end'
find router
term_keys Enter
term_wait 'client to router  reached'
order '"$JAILNET" -q destroy router >/dev/null'
term_wait 'one of its ends is gone'

# On the line of a jail without a stack of its own, the way begins at its address, and not at the interface's first.
echo 'mail { path = "/"; persist; ip4.addr = "lan0|10.1.0.25/24"; }' >"$term_work/shared.conf"
order '"$JAILNET" -q address add lan0 10.1.0.9/24 >/dev/null; "$JAILNET" -q jail -c -f "$term_work/shared.conf" >/dev/null'
term_wait 'mail  jail 10.1.0.25'
find lan0
for n in 1 2 3 4 5; do
        term_keys Down
        term_keys w
        term_wait 'go to the other end'
        ! term_has 'from mail: ' || break
        term_keys Escape
        term_gone 'to here'
done
term_has 'from mail: ' || term_fail 'the line of the jail is not reached'
find client
term_keys Enter
term_wait 'mail to client  reached'
term_wait '10.1.0.25 reaches 10.1.0.2'
term_keys Escape
term_gone 'mail to client'
term_keys q
term_end
