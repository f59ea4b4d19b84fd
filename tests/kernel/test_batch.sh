#!/bin/sh
# jailnet batch: a file of verbs is one plan. All of it happens, as `ip` sees it, or nothing; it is undone as one; an
# interrupt takes back what was done.
. "${SOURCE:?}/tests/lib/sandbox.sh"

wait_for() { # WHAT CMD...: until it holds, ten seconds at most
        what=$1
        shift
        deadline=$(($(date +%s) + 10 * slow))
        until "$@" >/dev/null 2>&1; do
                [ "$(date +%s)" -le $deadline ] || {
                        fail "waited in vain: $what"
                        return 1
                }
        done
}

# Small
cat >"$work/small" <<'end'
# a jail on a bridge
create bridge br0 --mac 02:00:00:00:00:b0
create jail www
create epair e0a www/'eth0'   # quotes, as in a shell

attach e0a br0 uplink
address add br0 10.0.0.1/24
up br0
address add www/eth0 10.0.0.2/24
up www/eth0
route add www default 10.0.0.1
alias e0a "to \"www\" \$HOME"
rename www/eth0 lan0
mtu www/lan0 1400
pin e0a 02:00:00:00:00:aa
name br0: switch
end
before=$(snapshot)
do_ok batch -n "$work/small"
same 'a dry run changes nothing' "$(snapshot)" "$before"
ok 'the preview has the equal commands' grep -q 'ip link set dev e0a master br0' "$work/out"
do_ok batch "$work/small"
same 'names are printed' "$(tr '\n' ' ' <"$work/out")" 'br0 www e0a www/eth0 lan0 '
same 'port' "$(link - e0a .master)" br0
same 'address in the jail' "$(addresses www lan0)" 10.0.0.2/24
same 'address of the bridge' "$(addresses - br0)" 10.0.0.1/24
same 'route' "$(ip -n www -j route show default | jq -r '.[0].gateway')" 10.0.0.1
same 'nothing is expanded' "$(link - e0a .ifalias)" 'to "www" $HOME'
same 'mtu' "$(link www lan0 .mtu)" 1400
same 'pinned address' "$(link - e0a .address)" 02:00:00:00:00:aa
same 'pin in the inventory' "$(sql "SELECT pin.mac FROM pin JOIN interface USING (number) WHERE name = 'e0a' AND is_gone = 0")" \
        02:00:00:00:00:aa
same 'hook in the inventory' "$(sql 'SELECT name FROM hook')" uplink1
do_ok show node:switch:
do_ok undo
same 'undone as one' "$(snapshot)" "$before"
do_ok batch "$work/small"
same 'done again' "$(addresses www lan0)" 10.0.0.2/24

# Requests that change what was there before
cat >"$work/change" <<'end'
rename br0 lan
rename jail:www web
mtu lan 1400
move e0a web --name out0
destroy web/out0
create jail db
address add web/lo 10.8.0.1/32
end
before=$(snapshot)
do_ok batch "$work/change"
ok 'renamed bridge' has_link - lan
ok 'the new jail' has_link db lo
same 'the pair is gone' "$(has_link web lan0 && echo there)" ''
same 'address in the renamed jail' "$(addresses web lo)" '127.0.0.1/8 10.8.0.1/32 ::1/128'
do_ok undo
same 'undone' "$(snapshot)" "$before"
do_ok undo

# A file with a fault leaves nothing
head -n 5 "$work/small" >"$work/faulty"
echo 'attach nosuch br0' >>"$work/faulty"
refused "faulty:6: nosuch: no such interface" batch "$work/faulty"
echo 'attach "e0a br0' >"$work/faulty"
wrong_usage 'faulty:1: a quote is open' batch "$work/faulty"
printf 'create jail a\n\nfrobnicate\n' >"$work/faulty"
wrong_usage 'faulty:3: ' batch "$work/faulty"
refused 'cannot be read' batch "$work/no-such-file"
wrong_usage usage batch
printf '# nothing\n\n' >"$work/faulty"
do_ok batch "$work/faulty"

# One whose last step the kernel refuses is taken back
cat >"$work/refused" <<'end'
create jail a
create epair x a/y
up x
address add x 10.0.0.1/24
route add host 10.9.0.0/16 10.0.0.9
mtu x 70000
end
before=$(snapshot)
J batch "$work/refused" && fail 'an MTU of 70000 was taken'
same 'nothing is left of it' "$(snapshot)" "$before"
ok 'one sentence' [ "$(wc -l <"$work/err")" = 1 ]

# From standard input, and many
many() { # COUNT
        echo 'create bridge sw'
        i=0
        while [ $i -lt "$1" ]; do
                printf 'create jail j%d\ncreate epair e%da j%d/eth0\nattach e%da sw\nup j%d/eth0\n' $i $i $i $i $i
                i=$((i + 1))
        done
}
many 200 >"$work/many"
begun=$(date +%s)
"$JAILNET" -q batch - <"$work/many" || fail '200 jails'
echo "200 jails: $(($(date +%s) - begun)) s"
ok 'at most 60 s for 200 jails' [ $(($(date +%s) - begun)) -le $((60 * slow)) ]
same '200 jails' "$(ip netns list | wc -l)" 200
same '200 ports' "$(ip -j link show master sw | jq length)" 200
same '200 are up inside' "$(i=0
        while [ $i -lt 200 ]; do
                link j$i eth0 '.flags | index("UP") != null'
                i=$((i + 1))
        done | grep -c true)" 200
same 'one plan' "$(sql 'SELECT count(*) FROM plan WHERE words = '"'batch -'")" 1
do_ok undo
same 'no jail is left' "$(ip netns list | wc -l)" 0
same 'as before' "$(snapshot)" "$before"

# One in the place of another, in one plan: its way back was refused, since the name was taken by what it had made itself.
do_ok create bridge br9
do_ok address add br9 10.9.0.1/24
do_ok up br9
with_br9=$(snapshot)
printf '%s\n' 'destroy br9' 'create bridge br9 --stp' 'mtu br9 1400' | "$JAILNET" -q batch - || fail 'one for another'
same 'one for another' "$(link - br9 '"\(.linkinfo.info_data.stp_state) \(.mtu)"') $(addresses - br9)" '1 1400 '
do_ok undo
same 'the first one is back' "$(snapshot)" "$with_br9"
do_ok destroy br9

# A jail that is renamed and then goes is known by its new name only, and so are its links: the second of them was not
# found any more when they had gone together, and the plan was left half done; and undo took the jail for another one.
do_ok create jail old
do_ok create epair e8a old/e8b
do_ok up old/e8b
do_ok address add old/e8b 10.8.0.2/24
do_ok create macvlan old/e8b mv8
with_old=$(snapshot)
printf '%s\n' 'mtu old/e8b 1400' 'rename old new' 'forwarding new on' 'rename new newest' 'destroy newest' |
        "$JAILNET" -q batch - || fail 'renamed and destroyed'
same 'it is gone' "$(snapshot)" "$before"
do_ok undo
same 'it is back under its first name' "$(snapshot)" "$with_old"
do_ok destroy old
same 'all is gone' "$(snapshot)" "$before"

# Interrupted half-way (a shell starts jobs in the background with the interrupt ignored: sh -c would keep that)
setsid env --default-signal=INT "$JAILNET" -q batch "$work/many" >"$work/out" 2>"$work/err" &
pid=$!
wait_for 'some jails' sh -c '[ "$(ip netns list | wc -l)" -ge 20 ]'
kill -INT $pid
wait $pid && fail 'interrupted, and yet done'
same 'taken back: jails' "$(ip netns list | wc -l)" 0
same 'taken back: all' "$(snapshot)" "$before"
ok 'it says so' grep -q 'cancelled' "$work/err"

finish
