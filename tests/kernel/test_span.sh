#!/bin/sh
# A bridge's span: what its ports receive, and what the host sends by it, is copied out by an interface that is no port,
# also of ports that join later; undone, restored, and ended with the bridge.
set -u
. "${SOURCE:?}/tests/lib/sandbox.sh"

feeds() { # DEV SIDE: how many copies it gives, and to whom
        tc -j filter show dev "$1" "$2" 2>/dev/null | jq -r '[.[] | .options.actions // [] | .[] |
                select(.kind == "mirred") | "\(.mirred_action) \(.to_dev)"] | join(",")'
}
command -v tc >/dev/null || {
        echo 'skipped: tc is not installed'
        exit 77
}
for jail in red blue ids; do do_ok create jail $jail; done
do_ok create bridge br0
do_ok up br0
n=1
for jail in red blue; do
        do_ok create epair "p$n" "q$n"
        do_ok attach "p$n" br0
        do_ok move "q$n" $jail
        do_ok address add "$jail/q$n" 10.0.0.$n/24
        do_ok up "$jail/q$n"
        n=$((n + 1))
done
do_ok create epair span0 tap0
do_ok move tap0 ids
do_ok up ids/tap0
copied() { [ "$(feeds p1 ingress)/$(feeds p2 ingress)/$(feeds br0 egress)" = 'mirror span0/mirror span0/mirror span0' ]; }
do_ok address add span0 10.9.0.1/24
do_ok address add ids/tap0 10.9.0.2/24
do_ok up span0
reached() { # within some seconds, which a new carrier may need
        for n in 1 2 3 4 5 6 7 8 9 10; do
                ip netns exec ids ping -c 1 -W 1 10.9.0.1 >/dev/null 2>&1 && return 0
        done
        return 1
}
! command -v ping >/dev/null || ok 'the host is reached by it before' reached
law 'span' copied ifconfig br0 span span0
"$JAILNET" ifconfig br0 >"$work/out"
ok 'is listed' grep -q 'member: span0 flags=8<SPAN>' "$work/out"
refused 'already' span br0 span0 on
do_ok create epair span1 tap1
do_ok up tap1
twice() { [ "$(feeds p1 ingress)/$(feeds br0 egress)" != "${one:=$(feeds p1 ingress)/$(feeds br0 egress)}" ] &&
        [ "$(feeds p1 ingress | tr , '\n' | sort | xargs)" = 'mirror span0 mirror span1' ]; }
law 'a second span' twice span br0 span1 on
if command -v ping >/dev/null; then
        ok 'what comes in by a span is dropped' sh -c '! ip netns exec ids ping -c 2 -i 0.2 -W 1 10.9.0.1'
fi
do_ok span br0 span1 off
ok 'the first one stays' copied
refused 'is a port' span br0 p1 on
if command -v ping >/dev/null; then
        for n in 1 2 3 4 5 6 7 8 9 10; do # a new carrier may need a moment
                ip netns exec red ping -c 1 -W 1 10.0.0.2 >/dev/null 2>&1 && break
        done
        before=$(ip -n ids -j -s link show tap0 | jq '.[0].stats64.rx.packets')
        ok 'the jails talk' ip netns exec red ping -c 4 -i 0.2 -W 5 10.0.0.2
        got=$(($(ip -n ids -j -s link show tap0 | jq '.[0].stats64.rx.packets') - before))
        ok "copies of both ways: $got" test "$got" -ge 8
fi
# Ports that come and go.
do_ok create epair p3 q3
joined() { [ "$(feeds p3 ingress)" = 'mirror span0' ]; }
law 'a port more' joined attach p3 br0
left() { [ "$(feeds p3 ingress)" = '' ]; }
law 'a port less' left detach p3
ended() { [ "$(feeds p1 ingress)$(feeds br0 egress)" = '' ]; }
law '-span' ended ifconfig br0 -span span0
do_ok undo
# As after a restart of the bridge.
ip link del br0
do_ok restore
do_ok restore
same 'restored' "$(cat "$work/out")" 'nothing to restore'
ok 'copies, restored' copied
gone() { ! ip link show br0 >/dev/null 2>&1 && [ "$(feeds p1 ingress)" = '' ] &&
        [ "$(ip -j link show span0 | jq '[.[0].altnames[]? | select(startswith("jn.span"))] | length')" = 0 ]; }
law 'the end of the bridge' gone destroy br0
finish
