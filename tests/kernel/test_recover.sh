# Proves: killed before, during or after any step of a plan, the plan is found open, nothing else can be changed, and both
# ways out, on to the end and back to the beginning, leave kernel, inventory and journal in agreement; also when the way
# back is itself killed; and that a restart of the machine ends an open plan without touching anything. JAILNET_LONG=1
# takes more plans and every point; the short run leaves out the points that differ from another by nothing but a row.
. "${SOURCE:?}/tests/lib/sandbox.sh"

kills=0

# What two runs of the same words may differ in: addresses drawn by lot, and inventory numbers.
plain() { sed -e 's/02:[0-9a-f:]\{14\}/MAC/g' -e 's/jn\.[0-9a-f]\{8\}/jn.N/g' -e 's/"master":"[^"]*"/&/'; }

killed_at() { # POINT ARGS...
        point=$1
        shift
        JAILNET_STOP_AT=$point "${STOPS:?}" "$@" >"$work/out" 2>"$work/err" </dev/null
        same "exit status when killed at $point: jailnet $*" $? 137
        kills=$((kills + 1))
        same "$point: open plans in the journal" "$(sql "SELECT count(*) FROM plan WHERE state = 'open'")" 1
}

is_open() {
        J recover
        same "$1: recover alone" "$status" 1
        grep -q 'was cut off' "$work/err" || fail "$1: recover does not tell: $(cat "$work/err")"
        J create jail other
        same "$1: another change" "$status" 1
        grep -q 'recover --finish or --rollback' "$work/err" || fail "$1: not refused: $(cat "$work/err")"
}

agree() { # WHAT STATE: no plan open, the last one in that state, inventory as the kernel
        same "$1: open plans" "$(sql "SELECT count(*) FROM plan WHERE state = 'open'")" 0
        same "$1: the plan" "$(sql 'SELECT state FROM plan ORDER BY number DESC LIMIT 1')" "$2"
        "$JAILNET" show --format json >/dev/null || fail "$1: no picture"
        for name in $(sql "SELECT name FROM interface WHERE is_owned AND NOT is_gone"); do
                "$JAILNET" show --raw --format json | jq -e --arg n "$name" '[.interfaces[].name] | index($n) != null' \
                        >/dev/null || fail "$1: the inventory has $name, the kernel has not"
        done
        J recover
        same "$1: recover with nothing to do" "$status" 0
}

# crash ARGS...: every point of every step, both ways out
crash() {
        steps=$("$JAILNET" -n --format json "$@" | jq '.steps | length')
        [ "$steps" -gt 0 ] || fail "no steps: jailnet $*"
        snapshot >"$work/before"
        plain <"$work/before" >"$work/begun"
        do_ok "$@"
        snapshot | plain >"$work/ended"
        do_ok undo
        compare "undo of: jailnet $*"
        points="begun:0 close:$steps"
        i=0
        while [ $i -lt "$steps" ]; do
                points="$points sent:$i done:$i"
                [ -z "${JAILNET_LONG-}" ] || points="$points before:$i"
                i=$((i + 1))
        done
        checked_open=
        for point in $points; do
                killed_at "$point" "$@"
                [ "$checked_open" ] || is_open "$*"
                checked_open=yes
                do_ok recover --rollback
                compare "killed at $point, rolled back: jailnet $*"
                agree "killed at $point, rolled back: jailnet $*" 'rolled back'

                killed_at "$point" "$@"
                do_ok recover --finish
                snapshot | plain >"$work/now"
                checks=$((checks + 1))
                cmp -s "$work/ended" "$work/now" ||
                        fail "killed at $point, finished: jailnet $*: $(diff "$work/ended" "$work/now")"
                agree "killed at $point, finished: jailnet $*" done
                do_ok undo
                compare "killed at $point, finished, undone: jailnet $*"
        done
        # The way back, killed on its way. Somebody holds the stack of www, which outlives its jail then: the jail that is
        # made anew is the one that is meant.
        last=$((steps - 1))
        for back in undoing:$last undone:0; do
                exec 9<"${JAILNET_NETNS_DIR:-/run/netns}/www"
                killed_at "close:$steps" "$@"
                JAILNET_STOP_AT=$back "$STOPS" recover --rollback >/dev/null 2>&1
                same "recover killed at $back" $? 137
                kills=$((kills + 1))
                J recover --finish
                same "finish of a plan that was going back" "$status" 1
                do_ok recover --rollback
                compare "recover killed at $back: jailnet $*"
                agree "recover killed at $back: jailnet $*" 'rolled back'
                exec 9<&-
        done
}

do_ok create jail www
do_ok create jail db
do_ok create bridge br0
do_ok up br0
do_ok create epair e0a www/e0b
do_ok attach e0a br0
do_ok up www/e0b
do_ok address add www/e0b 10.3.0.2/24
do_ok create epair lent lent_far
do_ok up lent
do_ok address add lent 10.4.0.1/24

crash create epair x0 db/x1
crash rename jail:db db2
crash move lent db
crash detach e0a

# The old stack lives on beside the new one of its name, which is the one that is meant.
ip netns exec www sleep 1000 &
resident=$!
until ip netns pids www | grep -q "^$resident$"; do :; done
crash restart jail:www
kill $resident
wait $resident
crash destroy jail:www

# Many requests in one plan: later ones go by the names that earlier ones give.
cat >"$work/batch" <<'BATCH'
create jail web
create epair w0 web/w1
attach w0 br0
address add web/w1 10.3.0.9/24
rename web/w1 eth0
move lent web
rename jail:db store
BATCH
crash batch "$work/batch"
if [ "${JAILNET_LONG-}" ]; then
        crash create jail new
        crash create eiface
        crash rename e0a e0z
        crash pin lent --stable
        crash address add lent 10.5.0.1/24
        crash destroy br0
fi

# A restart of the machine: the boot id in the journal is another than today's. Nothing is touched.
killed_at done:0 rename e0a e0z
snapshot >"$work/before"
sqlite3 "$JAILNET_DB" "UPDATE plan SET boot_id = 'another' WHERE state = 'open'"
do_ok recover --rollback
compare 'a plan of an earlier boot'
same 'its state' "$(sql 'SELECT state FROM plan ORDER BY number DESC LIMIT 1')" 'rolled back'

# A power cut: the file as the disk may have it, its log torn anywhere, or gone. What was there when the plan began is
# on the disk; whatever came later may be missing, and no cut leaves a file that is damaged or a plan that can't be ended.
killed_at done:0 create epair p0 p1
size=$(wc -c <"$JAILNET_DB-wal" | tr -d ' ')
for cut in gone 0 1 $((size / 7)) $((size / 3)) $((size / 2)) $((size - 4097)) $((size - 1)) "$size"; do
        copy=$work/cut-$cut.db
        cp "$JAILNET_DB" "$copy"
        [ "$cut" = gone ] || head -c "$cut" "$JAILNET_DB-wal" >"$copy-wal"
        J --db "$copy" inventory check
        same "log cut at $cut: check" "$status" 0
        sqlite3 "$copy" "UPDATE plan SET boot_id = 'another'"
        J --db "$copy" recover --rollback
        same "log cut at $cut: recover" "$status" 0
        same "log cut at $cut: open plans" "$(sqlite3 "$copy" "SELECT count(*) FROM plan WHERE state = 'open'")" 0
done
do_ok recover --rollback
compare 'after the power cut'

echo "$kills kills survived"
finish
