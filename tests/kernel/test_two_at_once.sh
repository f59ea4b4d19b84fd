#!/bin/sh
# Several at once: plans of two processes do not mix, numbers are given once, and the mark in the kernel is the number in
# the inventory. A plan that was cut off is told of.
. "${SOURCE:?}/tests/lib/sandbox.sh"

do_ok create jail www
do_ok create bridge br0
make() { # PREFIX
        for n in 1 2 3 4 5 6; do
                "$JAILNET" create epair "$1$n" "www/$1$n" >"$work/$1$n.out" 2>&1 || return 1
                "$JAILNET" attach "$1$n" br0 >>"$work/$1$n.out" 2>&1 || return 1
        done
}
look() {
        while [ ! -e "$work/stop" ]; do
                "$JAILNET" show --format json >"$work/looked" 2>&1 || return 1
        done
}
look &
looker=$!
make a &
first=$!
make b &
second=$!
ok 'the first maker' wait $first
ok 'the second maker' wait $second
touch "$work/stop"
ok 'the looker' wait $looker
[ $failed = 0 ] || cat "$work"/*.out

same 'pairs on the host' "$(ip -j link show master br0 | jq length)" 12
same 'pairs in www' "$(ip -n www -j link show type veth | jq length)" 12
same 'each plan ended' "$(sql "SELECT group_concat(DISTINCT state) FROM plan")" 'done'
same 'each step is done' "$(sql "SELECT group_concat(DISTINCT state) FROM step")" 'done'

# number and name as the inventory has them, and as the marks in the kernel say.
sql "SELECT printf('%08x', number) || ' ' || name FROM interface WHERE is_gone = 0 AND is_owned ORDER BY 1" >"$work/file"
{
        ip -j link
        ip -n www -j link
} | jq -r '.[] | .ifname as $name | .altnames[]? | select(startswith("jn.")) | "\(.[3:11]) \($name)"' |
        sort >"$work/marks"
same 'links with a mark' "$(wc -l <"$work/marks" | tr -d ' ')" 25
ok "marks and inventory agree: $(diff "$work/file" "$work/marks")" cmp -s "$work/file" "$work/marks"
"$JAILNET" show --format json | jq -r '.interfaces[] | select(.owned) | "\(.id) \(.name)"' | sort >"$work/shown"
ok 'and what is shown' cmp -s "$work/shown" "$work/marks"
same 'nothing is there twice' \
        "$(sql 'SELECT count(*) FROM (SELECT 1 FROM interface WHERE is_gone = 0 GROUP BY cookie, ifindex HAVING count(*) > 1)')" 0

# A row that says "open" while nobody runs a plan: killed, or the power went.
sqlite3 "$JAILNET_DB" "UPDATE plan SET state = 'open' WHERE number = (SELECT max(number) FROM plan)"
J show
ok 'a plan that was cut off is told of' grep -q 'cut off' "$work/err"
same 'status all the same' "$status" 0
finish
