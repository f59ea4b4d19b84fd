#!/bin/sh
# Ten command lines and a console at once change the same few objects: each plan that says "done" is in the journal and
# nothing else is; what was refused says why in one sentence; nobody waits longer than the lock's bounded time; and at the
# end kernel, picture and inventory agree. JAILNET_LONG=1 takes a minute instead of a few seconds.
. "${SOURCE:?}/tests/lib/sandbox.sh"

rounds=12
[ "${JAILNET_LONG-}" ] && rounds=60
patience=30 # seconds: the lock's own five, and a busy machine's

do_ok create jail www
do_ok create jail db
do_ok create bridge br0
do_ok create epair shared0 shared1
sql 'SELECT max(number) FROM plan' >"$work/first"

# A console that watches, and changes too, when there is a terminal for it.
has_console=
if command -v tmux >/dev/null; then
        socket=$work/tmux
        tmux -S "$socket" -f /dev/null new-session -d -x 100 -y 30 "$JAILNET" && has_console=1
        trap 'tmux -S "$socket" kill-server 2>/dev/null; rm -rf "$work"' EXIT
        deadline=$(($(date +%s) + 60))
        until tmux -S "$socket" capture-pane -p | grep -q shared0; do
                [ "$(date +%s)" -lt $deadline ] || {
                        fail "the console does not come up: $(tmux -S "$socket" capture-pane -p)"
                        break
                }
                sleep 0.2
        done
fi

one() { # WORKER ARGS...: one request, with its outcome in the worker's own file
        worker=$1
        shift
        before=$(date +%s)
        "$JAILNET" "$@" >"$work/$worker.out" 2>"$work/$worker.err" </dev/null
        status=$?
        took=$(($(date +%s) - before))
        echo "$status $took $*" >>"$work/$worker.log"
        [ $status = 0 ] || [ "$(grep -c '^jailnet: ' "$work/$worker.err")" -ge 1 ] ||
                echo "$status without a word: $*: $(cat "$work/$worker.err")" >>"$work/$worker.bad"
        [ $took -le $patience ] || echo "took $took s: $*" >>"$work/$worker.bad"
}

worker() { # NUMBER
        n=0
        while [ $n -lt $rounds ]; do
                n=$((n + 1))
                case $(($1 % 5)) in
                0)
                        one "$1" attach shared0 br0
                        one "$1" detach shared0
                        ;;
                1)
                        one "$1" move shared1 www
                        one "$1" return www/shared1
                        ;;
                2)
                        one "$1" create epair "w$1" "www/w$1"
                        one "$1" attach "w$1" br0
                        one "$1" destroy "w$1"
                        ;;
                3)
                        one "$1" rename jail:db "db$1"
                        one "$1" rename "jail:db$1" db
                        one "$1" address add shared0 "10.$1.0.$n/24"
                        ;;
                4)
                        one "$1" create bridge "b$1"
                        one "$1" mtu shared0 "$((1300 + n))"
                        one "$1" undo
                        one "$1" alias br0 "round $n of $1"
                        ;;
                esac
        done
}

workers='0 1 2 3 4 5 6 7 8 9'
pids=
for number in $workers; do
        worker "$number" &
        pids="$pids $!"
done
for pid in $pids; do
        wait "$pid" || fail 'a worker did not come to its end'
done

if [ $has_console ]; then
        # It has followed, and its own change goes through as any other.
        tmux -S "$socket" send-keys : 'create jail from-console' Enter
        deadline=$(($(date +%s) + 60))
        until ip netns list | grep -q from-console; do
                [ "$(date +%s)" -lt $deadline ] || {
                        fail "the console did not do it: $(tmux -S "$socket" capture-pane -p)"
                        break
                }
                tmux -S "$socket" send-keys Enter
                sleep 0.3
        done
fi

bad=$(cat "$work"/*.bad 2>/dev/null)
same 'each refusal has its reason, and none waited too long' "$bad" ''
done_count=$(cat "$work"/?.log | grep -c '^0 ')
all_count=$(cat "$work"/?.log | wc -l | tr -d ' ')
checks=$((checks + 1))
[ "$done_count" -gt 20 ] || fail "only $done_count of $all_count were done"

# What was done: as many plans as command lines that said so, and the console's one.
first=$(cat "$work/first")
[ $has_console ] && console=1 || console=0
same 'plans that are done, or were and are undone' \
        "$(sql "SELECT count(*) FROM plan WHERE number > $first AND state IN ('done', 'undone') AND words NOT LIKE '%from-console%'")" \
        "$done_count"
same 'plans of the console' "$(sql "SELECT count(*) FROM plan WHERE state = 'done' AND words LIKE '%from-console%'")" $console
same 'no plan is open or stuck' "$(sql "SELECT group_concat(words) FROM plan WHERE state IN ('open', 'failed')")" ''
same 'each undone one has one that undid it' "$(sql "SELECT count(*) FROM plan p WHERE state = 'undone' AND
        (SELECT count(*) FROM plan q WHERE q.undoes = p.number AND q.state IN ('done', 'undone')) <> 1")" 0

# Kernel, picture and inventory agree.
same 'the inventory is sound' "$(sql 'PRAGMA integrity_check; PRAGMA foreign_key_check')" ok
do_ok show --raw --format json
jq -r '.interfaces[] | select(.owned) | "\(.id) \(.jail) \(.name) \(.mac)"' "$work/out" | sort >"$work/shown"
sql "SELECT printf('%08x %s %s %s', i.number, j.name, i.name, i.mac) FROM interface i JOIN jail j USING(boot_id, cookie)
        WHERE i.is_owned AND NOT i.is_gone ORDER BY 1" | sort >"$work/file"
ok "picture and inventory: $(diff "$work/file" "$work/shown")" cmp -s "$work/file" "$work/shown"
for name in - $(ip netns list | cut -d' ' -f1); do
        stack "$name" -j link | jq -r --arg jail "$name" '.[] | .ifname as $name | .address as $mac | .altnames[]? |
                select(startswith("jn.")) | "\(.[3:11]) \(if $jail == "-" then "host" else $jail end) \($name) \($mac)"'
done | sort >"$work/marks"
ok "marks in the kernel and inventory: $(diff "$work/file" "$work/marks")" cmp -s "$work/file" "$work/marks"
same 'nothing is there twice' \
        "$(sql 'SELECT count(*) FROM (SELECT 1 FROM interface WHERE NOT is_gone GROUP BY cookie, ifindex HAVING count(*) > 1)')" 0
same 'jails' "$(ip netns list | cut -d' ' -f1 | sort | tr '\n' ' ')" \
        "$("$JAILNET" show --format json | jq -r '.jails[] | select(.origin == "named") | .name' | sort | tr '\n' ' ')"
if [ $has_console ]; then
        tmux -S "$socket" send-keys q
fi
echo "$all_count requests of ten at once, $done_count done; the longest took $(cat "$work"/?.log | cut -d' ' -f2 | sort -n | tail -1) s"
finish
