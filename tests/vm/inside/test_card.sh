#!/bin/sh
# A card (not a link that the kernel made up) that is lent to a jail: when the jail's name is taken away by ip, the card
# comes home to the machine's first namespace by itself, or it is pending, with the right holder, and `return` brings it
# home with name and MAC. A kernel of before the weak handles of namespaces finds its way by the holder.
. "${SOURCE:?}/tests/vm/inside/lib.sh"

MAC=52:54:00:00:00:02
same 'the card' "$(link - eth1 .address)" $MAC

number() { "$JAILNET" show --format json | jq -r --arg mac $MAC '.interfaces[] | select(.mac == $mac) | .id'; }
loan() { "$JAILNET" returns --json | jq -cr '.[] | select(.interface == "eth1") | .state'; }
pending() { jq -c '.[] | select(.interface == "eth1" and .state == "pending")' "$work/out"; }

lend() {
        do_ok create jail www
        do_ok move eth1 www
        same "$way: it is in the jail" "$(link www eth1 .address)" $MAC
}

# Two cards on one wire: what is lent works.
way=wire
lend
do_ok address add eth0 10.9.0.1/24
do_ok up eth0
do_ok address add www/eth1 10.9.0.2/24
do_ok up www/eth1
ok 'the jail answers through the card' within 10 ping -c1 -W1 10.9.0.2
do_ok return www/eth1 --no-addresses --no-up
same 'home again' "$(link - eth1 .address)" $MAC
do_ok destroy jail:www

# By itself, and to the first namespace.
way=alone
before=$(number)
lend
ip netns del www
ok 'without holders it comes home by itself' within 10 has_link - eth1
same 'its address' "$(link - eth1 .address)" $MAC
same 'it is the same one' "$(number)" "$before"
same 'nothing is pending' "$(loan)" ''

one() { # WAY KIND [ARGS...]
        way=$1 kind=$2
        shift 2
        lend
        hold "$way" /run/netns/www "$@"
        ip netns del www
        do_ok returns --json
        same "$way: its holder" "$(pending | jq -r '[.holders[] | "\(.kind) \(.pid // 0)"] | join(", ")')" "$kind $holder"
        same "$way: its jail and MAC" "$(pending | jq -r '"\(.jail) \(.mac)"')" "www $MAC"
        ok "$way: it is not here" test "$(link - eth1 .address)" = ''
        do_ok return www/eth1
        same "$way: home again" "$(link - eth1 .address)" $MAC
        same "$way: the same one" "$(number)" "$before"
        same "$way: nothing is pending any more" "$(loan)" ''
        kill -KILL "$started" 2>/dev/null
        wait "$started" 2>/dev/null
}
one process process
one thread thread
one descriptor descriptor
one socket socket
one passed-socket socket
one queue socket
mkdir "$work/m" && : >"$work/m/ns"
one mount 'bind mount' "$work/m/ns"

# Nobody is to be seen, and there is no handle: it is said so, in one sentence, and it comes home with its holder's end.
way=flight
lend
hold flight /run/netns/www
ip netns del www
do_ok returns
ok 'in flight: it is said that nothing can be seen' grep -q 'nothing that can be seen' "$work/out"
J return www/eth1
same 'in flight: no way in' "$status" 1
same 'in flight: one sentence' "$(grep -c '^jailnet: ' "$work/err") of $(wc -l <"$work/err" | tr -d ' ')" '1 of 1'
cat "$work/err"
kill -KILL $started
ok 'in flight: it comes home with the end of the holder' within 10 has_link - eth1
same 'in flight: the same one' "$(number)" "$before"

# Its name is taken meanwhile: the kernel makes one up, and the card is known again by its own address.
way=clash
lend
do_ok alias www/eth1 'the lent one'
ip link add eth1 type dummy
ip netns del www
card() { ip -j -d link show | jq -r --arg mac $MAC '.[] | select(.permaddr == $mac or .address == $mac) | .ifname'; }
ok 'clash: home again' within 10 test "$(card)"
within 10 eval '[ "$(card)" ]'
ok "clash: under a name of the kernel's" test "$(card | cut -c1-3)" = dev
same 'clash: known again' "$(number)" "$before"
same 'clash: the loan is over' "$(loan)" ''
ip link del eth1
do_ok rename "$(card)" eth1
same 'clash: its name again' "$(link - eth1 .address)" $MAC

# The jail is ended by jailnet: the card comes home first, whoever holds the rest.
way=ended
lend
hold descriptor /run/netns/www
do_ok destroy jail:www
same 'ended: home at once' "$(link - eth1 .address)" $MAC
kill -KILL "$started"
wait "$started" 2>/dev/null
finish
