#!/bin/sh
# Proves: a plan that touches the operator's own way in is put back unless it is confirmed in time, and the network is then
# identical to the one before, also when whoever ran it is killed, half-way or at its end, and its terminal is gone. What
# differs afterwards is told. Nothing else can be changed meanwhile; without a terminal nothing is begun unless asked for.
. "${SOURCE:?}/tests/lib/sandbox.sh"

DEADLINE=$((15 * slow))

until_so() { # CMD...: until it succeeds; false when it did not in time
        deadline=$(($(date +%s) + DEADLINE))
        until "$@" >/dev/null 2>&1; do
                [ "$(date +%s)" -le $deadline ] || return 1
                sleep 0.03
        done
}
nobody_waits() { ! "$JAILNET" journal | grep -q 'waits for confirmation\|is being put back' && ! [ -S "$JAILNET_DB.guard/socket" ]; }
somebody_waits() { "$JAILNET" journal | grep -q 'waits for confirmation'; }
is_down() { [ "$(link - up0 '.flags | index("UP") == null')" = true ]; }
last() { sql "SELECT $1 FROM plan ORDER BY number DESC LIMIT 1"; }
newest() { sql 'SELECT max(number) FROM plan'; }
state_of() { sql "SELECT state FROM plan WHERE number = $1"; }
# put_back WHAT PLAN TEXT: it comes back by itself, identical, and the journal tells so
put_back() {
        ok "$1: put back in time" until_so nobody_waits
        compare "$1: after it was put back"
        "$JAILNET" journal "$2" >"$work/told"
        grep -qF -- "$3" "$work/told" || fail "$1: the journal does not tell '$3' but: $(cat "$work/told")"
        grep -q 'the network is identical to the one before' "$work/told" ||
                fail "$1: not told to be identical: $(cat "$work/told")"
        same "$1: open plans" "$(sql "SELECT count(*) FROM plan WHERE state = 'open'")" 0
}

# The way in: an interface with the default route; and a session's address on a bridge.
ip link add up0 type veth peer name up1
ip link set up0 up
ip link set up1 up
ip address add 192.0.2.10/24 dev up0
ip address add 2001:db8:9::1/64 dev up0 nodad
ip route add default via 192.0.2.1 dev up0 metric 77
ip -6 route add default via 2001:db8:9::2 dev up0 metric 88
do_ok create jail www
do_ok create bridge br0
do_ok create epair e0a www/e0b
do_ok attach e0a br0
do_ok up br0
do_ok up e0a
do_ok up www/e0b
do_ok address add br0 10.9.0.1/24

# Nobody to confirm it.
refused 'add --confirm-within SECONDS' down up0
refused 'or add --no-guard' move up0 www
refused '--confirm-within SECONDS' route del host default
wrong_usage 'seconds, 1 to' down up0 --confirm-within 0
refused 'no plan waits' confirm
SSH_CONNECTION='198.51.100.7 50000 10.9.0.1 22'
export SSH_CONNECTION
refused 'could cut you off' detach e0a
refused 'could cut you off' destroy br0
unset SSH_CONNECTION
same 'plans that were refused in the journal' "$(sql "SELECT count(*) FROM plan WHERE words LIKE 'down up0%'")" 0

# Confirmed: it stays.
snapshot >"$work/before"
do_ok down up0 --confirm-within 60
grep -q 'is put back in .* s, unless jailnet confirm' "$work/err" || fail "not told what it waits for: $(cat "$work/err")"
number=$(newest)
ok 'it is down' is_down
ok 'the journal shows that it waits' somebody_waits
ok 'and for how long' sh -c "\"$JAILNET\" journal $number | grep -Eq 'waits for confirmation, (60|5[0-9]) s left'"
ok 'as JSON too' sh -c "\"$JAILNET\" journal --json | jq -e '.[0].confirm_within > 40'"
snapshot >"$work/before"
refused "plan $number: waits for confirmation" up br0
refused "jailnet undo $number" up up0 --no-guard
refused 'does not wait for confirmation' confirm 1

# The helper: a session of its own, in no other namespace, nothing of one held open.
find_helper() {
        helper=
        for p in /proc/[0-9]*; do
                tr '\0' ' ' <"$p/cmdline" 2>/dev/null | grep -q 'jailnet --db .* guard 60 ' && helper=${p#/proc/}
        done
}
find_helper
ok 'the helper is there' test -n "$helper"
same "the helper's session" "$(ps -o sid= -p "$helper" | tr -d ' ')" "$helper"
same 'its namespace' "$(readlink "/proc/$helper/ns/net")" "$(readlink /proc/self/ns/net)"
ok 'it holds no namespace open' sh -c "! ls -l /proc/$helper/fd | grep -q net:"
same 'its folder' "$(stat -c %a "$JAILNET_DB.guard")" 700
is_gone() { ! [ -d "/proc/$helper" ]; }

do_ok confirm "$number"
same 'what confirm says' "$(cat "$work/out")" "plan $number: kept"
ok 'the helper ends' until_so is_gone
ok 'it is down still' is_down
same 'its state' "$(state_of "$number")" 'done'
refused 'no plan waits' confirm
do_ok undo --no-guard

# Not confirmed: put back.
snapshot >"$work/before"
for words in 'down up0' 'move up0 www' 'route del host default' 'address del up0 192.0.2.10/24' 'attach up0 br0' \
        'pin up0 02:00:00:00:00:99'; do
        do_ok $words --confirm-within 1
        number=$(newest)
        put_back "$words" "$number" "plan $number: was not confirmed within 1 s and is put back by plan $((number + 1))"
        same "$words: its state" "$(state_of "$number")" undone
        same "$words: what took it back" "$(sql "SELECT undoes FROM plan WHERE number = $((number + 1))")" "$number"
done

# A helper that is told to end puts it back first; its terminal's end is none of its business.
do_ok down up0 --confirm-within 60
number=$(newest)
find_helper
kill -HUP "$helper"
ok 'it waits after SIGHUP' somebody_waits
kill -TERM "$helper"
put_back 'the helper told to end' "$number" 'was not to be kept and is put back'

# One that is killed can't; then nothing waits any more, and nothing is in the way.
do_ok down up0 --confirm-within 60
find_helper
kill -KILL "$helper"
ok 'nothing waits' until_so is_gone
J confirm
same 'confirm when nothing waits' "$status" 1
do_ok undo --no-guard
compare 'undone by hand after its guard was killed'

# Taken back by hand: the guard ends, and takes nothing back a second time.
do_ok down up0 --confirm-within 60
number=$(newest)
do_ok undo
ok 'the guard ends' until_so nobody_waits
compare 'undone by hand'
same 'plans after the one undone by hand' "$(newest)" $((number + 1))

# What differs is told.
do_ok down up0 --confirm-within 1
number=$(newest)
ip link add stray0 type bridge
ip route add 203.0.113.0/24 via 10.9.0.7
ok 'put back beside a change of others' until_so nobody_waits
"$JAILNET" journal "$number" >"$work/told"
grep -q 'what differs from before: stray0: new; host: new route 203.0.113.0/24 via 10.9.0.7 on br0' "$work/told" ||
        fail "what differs: $(cat "$work/told")"
ip route del 203.0.113.0/24
ip link del stray0
compare 'put back beside a change of others'

# What cannot be put back is told, and left alone.
do_ok down up0 --confirm-within 1
number=$(newest)
ip link set up0 name gone0
ip link set gone0 up
ok 'not put back' until_so nobody_waits
"$JAILNET" journal "$number" >"$work/told"
grep -q 'was not confirmed within 1 s, and could not be put back: ' "$work/told" || fail "not told: $(cat "$work/told")"
ip link set gone0 down
ip link set gone0 name up0
do_ok undo "$number" --no-guard
compare 'by hand after all'

# --no-guard: nobody puts it back.
do_ok down up0 --no-guard
ok 'no helper' nobody_waits
ok 'it is down' is_down
do_ok undo --no-guard
compare '--no-guard, undone'
export JAILNET_NO_GUARD=1
do_ok down up0
ok 'its variable: no helper' nobody_waits
do_ok undo
unset JAILNET_NO_GUARD
compare 'its variable, undone'

# A failing plan leaves no guard behind.
J move up0 www --name e0b --confirm-within 5
same 'a plan that is refused' "$status" 1
ok 'leaves no guard' nobody_waits

# Whoever runs it is killed: half-way, or before it could tell that it is done.
if [ "${STOPS-}" ]; then
        steps=$("$JAILNET" -n --format json down up0 | jq '.steps | length')
        for point in begun:0 done:0 sent:$((steps - 1)) close:$steps; do
                JAILNET_STOP_AT=$point "$STOPS" down up0 --confirm-within 60 >/dev/null 2>&1 </dev/null
                same "exit status when killed at $point" $? 137
                number=$(newest)
                put_back "killed at $point" "$number" 'was cut off before its end and is taken back'
                same "killed at $point: its state" "$(state_of "$number")" 'rolled back'
        done
        JAILNET_STOP_AT=closed:$steps "$STOPS" down up0 --confirm-within 1 >/dev/null 2>&1 </dev/null
        same 'exit status when killed at its end' $? 137
        number=$(newest)
        ok 'it waits all the same' until_so somebody_waits
        put_back 'killed at its end' "$number" 'was not confirmed within 1 s'
fi

# Killed while it asks, and its terminal closed.
if command -v tmux >/dev/null; then
        TMUX_TMPDIR=$work
        export TMUX_TMPDIR
        unset TMUX
        tmux -L guard -f /dev/null new-session -d -x 80 -y 24 "exec '$JAILNET' down up0 --confirm-within 2"
        ok 'asked at the terminal' until_so somebody_waits
        number=$(newest)
        kill -9 "$(tmux -L guard display -p '#{pane_pid}')"
        tmux -L guard kill-server 2>/dev/null
        ok 'it is down' is_down
        ok 'it waits without its terminal' somebody_waits
        put_back 'killed, its terminal closed' "$number" 'was not confirmed within 2 s'

        tmux -L guard -f /dev/null new-session -d -x 80 -y 24 "exec '$JAILNET' down up0"
        ok 'asked at another terminal' until_so somebody_waits
        tmux -L guard kill-server
        ok 'it waits without its terminal' somebody_waits
        do_ok confirm
        ok 'confirmed from elsewhere' nobody_waits
        ok 'it is down' is_down
        do_ok undo --no-guard
        compare 'confirmed from elsewhere, undone'
else
        echo 'not tried without tmux: a terminal that is closed'
fi
finish
