#!/bin/sh
# ether's hook orphans: frames for which the host's stack has no protocol go to what the hook is joined to, a copy of
# each, and what comes from there goes out by the NIC; the host's own traffic is as before. By an eiface, a bridge, a tee.
# It is undone, comes back after the network is gone, goes with its NIC, and outlives the inventory.
set -u
. "${SOURCE:?}/tests/lib/sandbox.sh"

FRAME=${FRAME:-${JAILNET%/*}/tests/frame}
[ -x "$FRAME" ] || {
        echo "skipped: $FRAME is not there"
        exit 77
}
command -v tc >/dev/null || {
        echo 'skipped: tc is not installed'
        exit 77
}

hook() { # NODE HOOK: what it is joined to
        "$JAILNET" show --format json | jq -r --arg n "$1" --arg h "$2" '
                (.nodes | map({key: .id, value: (.name // .interface)}) | from_entries) as $name |
                .edges[] | [.a, .b], [.b, .a] | select($name[.[0].node] == $n and .[0].hook == $h) |
                "\($name[.[1].node]):\(.[1].hook)"'
}
feeds() { tc -j filter show dev "$1" ingress 2>/dev/null | jq -r '[.[] | .options.actions // [] | .[] |
                "\(.mirred_action) \(.to_dev)"] | join(",")'; }
hears() { # JAIL IF TYPE DST JAIL2 IF2 TEXT: what IF2 sends arrives at IF; "" when nothing does
        : >"$work/heard"
        ip netns exec "$1" "$FRAME" wait "$2" "$3" "${WAIT:-20}" "$7" >"$work/heard" &
        listener=$!
        until grep -q ready "$work/heard" || ! kill -0 $listener 2>/dev/null; do :; done
        ip netns exec "$5" "$FRAME" send "$6" "$3" "$4" "$7"
        wait $listener
        sed -n 2p "$work/heard"
}
runs() { # until a new carrier passes frames
        for n in 1 2 3 4 5 6 7 8 9 10; do
                [ -n "$(WAIT=1 hears "$@")" ] && return 0
        done
        return 1
}

do_ok create jail wire # what is at the NIC's other side
do_ok create jail red
do_ok create jail blue
do_ok create epair nic0 wire/far0
do_ok address add nic0 10.1.0.1/24
do_ok address add wire/far0 10.1.0.2/24
do_ok up nic0
do_ok up wire/far0
do_ok create eiface r0
do_ok move r0 red
do_ok up red/r0
mac=$(link - nic0 .address) broadcast=ff:ff:ff:ff:ff:ff

# -- to an eiface -----------------------------------------------------------------------------------------------------

joined() { [ "$(hook nic0 orphans)" = r0:ether ] && [ "$(feeds nic0)" = 'mirror ngorph0' ] && [ "$(feeds ngorph0)" = 'redirect nic0' ]; }
law 'connect' joined ngctl connect nic0: r0: orphans ether
"$JAILNET" -n ngctl rmhook nic0: orphans >"$work/out"
ok 'the preview tells it' grep -q 'frames for nobody from nic0 to nic0:orphans' "$work/out"
ok 'frames of nobody arrive' runs red r0 88b5 $mac wire far0 hello
same 'one to all' "$(hears red r0 88b5 $broadcast wire far0 'to all')" 'to all'
same 'one to the eiface' "$(hears red r0 88b5 "$(link red r0 .address)" wire far0 'to you')" 'to you'
same 'of 802.2' "$(hears red r0 0004 $broadcast wire far0 'a length')" 'a length'
same 'IP is the host'"'s" "$(WAIT=2 hears red r0 0800 $broadcast wire far0 'no packet')" ''
same 'ARP too' "$(WAIT=2 hears red r0 0806 $broadcast wire far0 'no packet')" ''
same 'IPv6 too' "$(WAIT=2 hears red r0 86dd $broadcast wire far0 'no packet')" ''
same 'back, all goes out' "$(hears wire far0 88b5 $broadcast red r0 'back')" back
same 'what the host has a protocol for, too' "$(hears wire far0 0806 $broadcast red r0 'a packet')" 'a packet'
if command -v ping >/dev/null; then
        ok 'the host reaches the wire as before' ping -c 1 -W 10 10.1.0.2
fi

# -- beside lower: what the bridge hands up to the host's stack is looked at, and nothing without upper -----------------

cat >"$work/script" <<'EOF'
mkpeer nic0: bridge lower link0
name nic0:lower both
EOF
alone() { [ "$(hook nic0 orphans)" = r0:ether ] && [ "$(hook nic0 lower)" = both:link0 ] && [ -z "$(feeds nic0)" ] && [ "$(feeds ngorph0)" = 'redirect nic0' ]; }
law 'lower beside orphans' alone --no-guard ngctl -f "$work/script"
same 'which gets nothing then' "$(WAIT=2 hears red r0 88b5 $broadcast wire far0 'no orphan')" ''
same 'and sends' "$(hears wire far0 88b5 $broadcast red r0 'out')" out
node=$("$JAILNET" show --format json | jq -r '.nodes[] | select(.name == "both") | .interface')
stacked() { alone && [ "$(feeds "$node")" = 'mirror ngorph0' ]; }
law 'upper beside both' stacked --no-guard ngctl connect nic0: both: upper link1
ok 'what the stack does not know' runs red r0 88b5 $broadcast wire far0 'by the bridge'
same 'IP is its own' "$(WAIT=2 hears red r0 0800 $broadcast wire far0 'no packet')" ''
if command -v ping >/dev/null; then
        ok 'the host reaches the wire by the bridge' ping -c 1 -W 10 10.1.0.2
fi
do_ok --no-guard ngctl shutdown both:
ok 'as before' joined
cat >"$work/script" <<'EOF'
rmhook nic0: orphans
mkpeer nic0: bridge lower link0
connect nic0: nic0:lower upper link1
connect r0: nic0: ether orphans
EOF
do_ok --no-guard ngctl -f "$work/script"
ok 'orphans beside lower' runs red r0 88b5 $broadcast wire far0 'the other order'
do_ok --no-guard undo
ok 'undone' joined
J doctor
ok 'nothing is wrong with it' sh -c "! grep -qi 'ngorph\|redirect' '$work/out'"
ok 'what carries it is in no list' sh -c "! '$JAILNET' ifconfig -l | grep -q ngorph && ! '$JAILNET' show --format json | grep -q ngorph"
parted() { [ -z "$(hook nic0 orphans)$(feeds nic0)" ] && ! has_link - ngorph0; }
law 'rmhook' parted ngctl rmhook nic0: orphans
do_ok undo
ok 'undone, it carries' runs red r0 88b5 $mac wire far0 again
shut() { ! has_link red r0 && [ -z "$(feeds nic0)" ] && ! has_link - ngorph0; }
law "the eiface's end" shut ngctl shutdown r0:
do_ok undo

# -- as after a restart, and without the inventory --------------------------------------------------------------------

for name in ngorph0 ngwire0; do ip link del $name; done
ip netns delete red
tc qdisc del dev nic0 clsact
do_ok restore
do_ok restore
same 'restored twice' "$(cat "$work/out")" 'nothing to restore'
ok 'restored' joined
ok 'carries' runs red r0 88b5 $mac wire far0 restored
same 'without the inventory' "$(JAILNET_DB=$work/other.db hook nic0 orphans 2>/dev/null)" r0:ether

# -- with its NIC -----------------------------------------------------------------------------------------------------

moved() { has_link blue nic0 && ! has_link - ngorph0 && ! ip -n blue -d link show nic0 | grep -q jn.orphans; }
law 'the NIC is lent' moved move nic0 blue
do_ok undo
ok 'and comes home' joined
ended() { ! has_link - nic0 && ! has_link - ngorph0; }
law "the NIC's end" ended destroy nic0
do_ok undo
ok 'taken back' joined
ok 'carries' runs red r0 88b5 $mac wire far0 'once more'
do_ok ngctl rmhook nic0: orphans

# -- to other nodes ---------------------------------------------------------------------------------------------------

bridged() { [ "$(hook nic0 orphans)" = sw:link7 ] && [ "$(feeds nic0)" = 'mirror ngorph0' ]; }
cat >"$work/script" <<'EOF'
mkpeer nic0: bridge orphans link7
name nic0:orphans sw
connect r0: sw: ether link8
EOF
law 'a bridge' bridged ngctl -f "$work/script"
ok 'by a bridge' runs red r0 88b5 $mac wire far0 bridged
same 'and back' "$(hears wire far0 88b5 $broadcast red r0 back)" back
do_ok ngctl shutdown sw:
ok 'shutdown' parted
cat >"$work/script" <<'EOF'
mkpeer nic0: tee orphans left
connect r0: nic0:orphans ether right
EOF
do_ok ngctl -f "$work/script"
ok 'by a tee' runs red r0 88b5 $mac wire far0 teed
do_ok undo
ok 'the tee undone' parted
finish
