#!/bin/sh
# Among thousands of processes that could all be holders, the console goes on: keys and events are on the screen while it
# looks for who holds what is pending, and the holder is found. The bounds are what a person would call stuck, not what the
# console needs.
. "${SOURCE:?}/tests/lib/term.sh"

command -v ip >/dev/null || {
        echo 'skipped: ip is not installed'
        exit 77
}
why=$("${JAILNET:?}" sandbox -- true 2>&1) || {
        echo "skipped: $why"
        exit 77
}

cat >"$term_work/script" <<'END'
wait_for() { until grep -q . "$1"; do :; done; }
{
        "$JAILNET" create jail www
        "$JAILNET" create epair
        "$JAILNET" move epair0b www
} >/dev/null
"$HOLD" crowd 1500 >"$term_work/crowd" &
wait_for "$term_work/crowd"
"$HOLD" socket /run/netns/www >"$term_work/held" &
wait_for "$term_work/held"
ip netns del www
mkfifo "$term_work/order"
{
        read -r order <"$term_work/order"
        ip link add seen0 type veth peer name seen1
} &
exec "$JAILNET"
END
export term_work
term_start 100 30 "$JAILNET" sandbox -- sh "$term_work/script"
term_wait 'pending 1' 60
for round in 1 2 3 4 5 6 7 8; do
        term_keys 4
        term_wait 'Held by' 3
        term_keys 2
        term_wait 'Addresses' 3
done
echo go >"$term_work/order"
term_wait seen0 5
term_keys 4
term_wait "socket hold($(cut -d' ' -f2 "$term_work/held"))" 30
term_at_sizes "socket hold($(cut -d' ' -f2 "$term_work/held"))"
term_keys q
term_end
