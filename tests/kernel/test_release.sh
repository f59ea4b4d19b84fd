#!/bin/sh
# Holders are made to let go: a signal to the process that the list names, an unmount wherever the mount is. What is gone
# then is what ip no longer shows. Nobody else is hit, and the history tells who did what.
. "${SOURCE:?}/tests/lib/sandbox.sh"
. "$SOURCE/tests/lib/holders.sh"

is_gone() { ! has_link - epair0a; } # the namespace took its end of the pair along, and so the other one
has_ended() { ! kill -0 "$1" 2>/dev/null; }
events() { sql "SELECT kind || ': ' || object || ': ' || words FROM event WHERE kind IN ('signal', 'unmount') ORDER BY row DESC LIMIT 1"; }

# one WAY [ARGS...]: TERM ends the holder, and with it the jail
one() {
        way=$1
        shift
        lend
        if ! hold "$way" /run/netns/www "$@"; then
                echo "$way: left out here"
                wait "$started"
                do_ok destroy epair0a # before its jail, which takes it along
                ip netns del www
                return
        fi
        ip netns del www
        refused 'process 1 does not hold it' returns --signal 1 www
        refused "process $$ does not hold it" returns --signal $$ epair0b
        do_ok returns --signal "$holder" epair0b
        same "$way: said" "$(cat "$work/out")" "hold ($holder) was sent TERM"
        ok "$way: the process ends" within 20 has_ended "$started"
        wait "$started"
        ok "$way: the jail is gone" within 20 is_gone
        same "$way: in the history" "$(events)" "signal: www: TERM sent to hold ($holder), by root"
        refused 'nothing of that name is pending' returns --signal "$holder" epair0b
        do_ok returns --json # the loan is over
}

one process
one thread
one descriptor
one socket
one passed-socket
one queue

# A process that ignores TERM is still listed, and KILL is by request alone.
lend
mkfifo "$work/fifo"
ip netns exec www sh -c 'trap "" TERM; echo ready >"$1"; exec sleep 1000' sh "$work/fifo" &
stubborn=$!
read -r ready <"$work/fifo"
same 'stubborn: ready' "$ready" ready
ip netns del www
do_ok returns --signal $stubborn www
do_ok returns --json
same 'stubborn: TERM is ignored' "$(pending | jq -r '.holders[0].pid')" $stubborn
wrong_usage 'usage' returns --kill www
wrong_usage 'usage' returns --signal 0 www
wrong_usage 'usage' returns --signal $stubborn
wrong_usage 'usage' returns --signal $stubborn --unmount /x www
do_ok returns --signal $stubborn --kill www
ok 'stubborn: KILL ends it' within 20 has_ended $stubborn
wait $stubborn
ok 'stubborn: the jail is gone' within 20 is_gone

# A mount in our own mount namespace, and one in another's.
lend
mkdir "$work/m" && : >"$work/m/ns"
mount --bind /run/netns/www "$work/m/ns"
ip netns del www
do_ok returns --json
same 'mount here: listed' "$(pending | jq -c '[.holders[] | .kind, .detail]')" "[\"bind mount\",\"$work/m/ns\"]"
refused 'no mount at /elsewhere' returns --unmount /elsewhere www
do_ok returns --unmount "$work/m/ns" www
ok 'mount here: the jail is gone' within 20 is_gone
same 'mount here: in the history' "$(events)" "unmount: www: $work/m/ns unmounted, by root"

lend
hold mount /run/netns/www "$work/m/ns"
ip netns del www
do_ok returns --json
same 'mount there: listed' "$(pending | jq -c '[.holders[] | .kind, .pid, .detail]')" \
        "[\"bind mount\",$holder,\"$work/m/ns\"]"
refused "process $holder does not hold it" returns --signal "$holder" www
do_ok returns --unmount "$work/m/ns" epair0b
ok 'mount there: the jail is gone' within 20 is_gone
ok 'mount there: its process lives on' kill -0 "$started"
kill -KILL "$started"
wait "$started" 2>/dev/null

finish
