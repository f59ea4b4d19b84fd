#!/bin/sh
# The console watches over pinned addresses while it runs: one that is changed beside it is set again, and said; a watcher
# leaves the duty to it.
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

# The hand beside the console: what it is told through a file, since the terminal is the console's.
cat >"$term_work/script" <<'END'
"$JAILNET" create epair epair0a epair0b >/dev/null
"$JAILNET" pin epair0a 02:11:22:33:44:55
mkfifo "$term_work/orders" "$term_work/done"
while read -r order <"$term_work/orders"; do
        eval "$order"
        echo >"$term_work/done"
done &
"$JAILNET"
END
order() {
        echo "$*" >"$term_work/orders"
        read -r _ <"$term_work/done"
}
mac() {
        order "ip -j link show epair0a | jq -r .[0].address >$term_work/mac"
        cat "$term_work/mac"
}
has_mac() { [ "$(mac)" = "$1" ]; }

export term_work
term_start 100 30 "$JAILNET" sandbox -- sh "$term_work/script"
term_wait epair0a
order ip link set epair0a address 02:00:00:00:00:99
term_check 'the pin is set again' has_mac 02:11:22:33:44:55
term_wait 'its pinned MAC address 02:11:22:33:44:55 is set again'
term_at_sizes 'its pinned MAC address 02:11:22:33:44:55 is set again'
order "\"\$JAILNET\" watch 2>$term_work/watcher & echo \$! >$term_work/pid"
told() { grep -q 'another jailnet watches over them already' "$term_work/watcher"; }
term_check 'the watcher leaves it to the console' told

# Undo while a plan runs, or in the very moment in which it ends, on a picture of before its end.
for round in 1 2 3; do
        term_type ':'
        term_type "pin epair0b 02:11:22:33:44:0$round"
        term_keys Enter
        term_wait 'Preview: nothing is done yet'
        term_keys Enter u # while it runs, or when it has just ended
        term_check 'undo at once' term_matches 'undo [0-9]'
        term_has 'otherwise since' && term_fail 'undo was planned on a picture of before the plan'
        term_keys Enter
        term_wait 'done: undo'
done
order 'kill $(cat $term_work/pid)'
term_keys q
term_end
