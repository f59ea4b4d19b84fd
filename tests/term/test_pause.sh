#!/bin/sh
# The picture is paused by a key: nothing of it moves, what changes is counted, pins are kept all the same; the same key or
# Esc goes on and marks what has changed; what is begun meanwhile is planned on what is there. And the events tell what
# changed, by whomever; what the plots show can be longer than the last minutes.
. "${SOURCE:?}/tests/lib/term.sh"

why=$("${JAILNET:?}" sandbox -- true 2>&1) || {
        echo "skipped: $why"
        exit 77
}

# The console, beside a shell that changes the network when it is told to, by a pipe, and says when it has.
mkfifo "$term_work/orders"
cat >"$term_work/begin" <<'END2'
"$JAILNET" create bridge br0 >/dev/null
"$JAILNET" create jail web --bridge br0 --address 10.0.0.2/24 >/dev/null
"$JAILNET" pin e0a_web --stable >/dev/null
while read -r order; do
        sh -c "$order" >>"$term_work/said" 2>&1
        echo done >>"$term_work/said"
done <"$term_work/orders" &
exec "$JAILNET"
END2
export JAILNET term_work
orders=0
order() { # and wait until it is done
        orders=$((orders + 1))
        echo "$1" >&3
        term_check "done: $1" order_is_done
}
order_is_done() { [ "$(grep -c '^done$' "$term_work/said")" -ge $orders ]; }
picture() { term_screen | sed -n '3,22p'; }

: >"$term_work/said"
term_start 80 24 "$JAILNET" sandbox -- sh "$term_work/begin"
exec 3>"$term_work/orders"
term_wait 'e0b_web'
term_wait 'live'
term_keys 7
term_wait '7 Events'
term_keys 1
term_wait '1 Graph'

term_keys Z
term_wait ' paused'
term_wait 'paused: nothing moves'
term_at_sizes ' paused' 'e0b_web'
term_keys Down # another thing can be selected
term_wait 'br0  bridge'
picture >"$term_work/before"
order 'ip link add late0 type veth peer name late1'
term_wait 'changes'
term_has late0 && term_fail 'it is shown while the picture is paused'
picture | cmp -s - "$term_work/before" || term_fail 'the picture has moved'
term_at_sizes 'change'
order 'ip link set e0a_web address 02:00:00:00:00:77'
kept='until [ "$(ip -o link show e0a_web | grep -c 02:00:00:00:00:77)" = 0 ]; do :; done'
order "$kept" # pins are kept behind the picture
term_keys Z
term_wait 'live again'
term_gone ' paused'
term_wait late0
term_wait late1

# Esc goes on as well; marks stay then.
term_keys Z
term_wait ' paused'
order 'ip link del late0'
term_wait 'changes'
term_has late0 || term_fail 'it went while the picture is paused'
term_keys Escape
term_gone ' paused'
term_gone late0

# What is begun goes on: it is planned on what is there.
term_keys Z
term_wait ' paused'
order 'ip link add other0 type veth peer name other1'
term_wait 'changes'
term_keys :
term_type 'up other0'
term_keys Enter
term_wait 'nothing is done yet'
term_gone ' paused'
term_keys Escape
term_gone 'nothing is done yet'
term_wait other0

term_keys :
term_type 'up other0'
term_keys Enter
term_wait 'nothing is done yet'
term_keys Enter
term_wait 'done: up other0'

# All of it is told, the newest first, at every size; the bar goes to what it speaks of.
term_keys 7
term_wait 'other0: new'
term_wait 'late0: gone'
term_wait 'late0: new'
term_at_sizes 'other0: new' 'late0: gone' 'When' '* done: up other0' 'other0: up'
rank() { term_screen | grep -nF -- "$1" | head -n 1 | cut -d: -f1; }
[ "$(rank 'late0: gone')" -lt "$(rank 'late0: new')" ] || term_fail 'the newest is not first'
term_keys f
term_wait 'Enter keep'
term_type other1
term_keys Enter
term_gone 'late0: gone'
term_keys Home
term_wait 'other1  veth'
term_keys 3
term_wait '3 Details'
term_matches 'Name  *other1' || term_fail 'the details are not of what the bar was on'
term_keys F

# The plots of a longer time.
down_to() {
        term_keys Home
        for step in $(seq 40); do
                ! term_has "$1" || return 0
                term_keys Down
        done
        term_wait "$1"
}
down_to now
term_wait 'The last two minutes'
term_keys -
term_wait 'The last ten minutes'
term_at_sizes 'The last ten minutes'
term_keys -
term_wait 'The last hour'
term_keys -
term_wait 'The last day'
term_keys - +
term_wait 'The last hour'
term_keys q
term_end
