# Proves that a disk that is full leaves nothing half done, whenever it gets full: each request is done or the network is
# as before; a plan that could not be closed is not called finished when nothing of it is there (it was: what was taken
# back without a record counted as done), and is always ended by recover --rollback (once it stayed open for good).
. "${SOURCE:?}/tests/lib/sandbox.sh"

mkdir "$work/disk"
mount -t tmpfs -o size=1024k,mode=0700 none "$work/disk" 2>/dev/null || {
        echo 'skipped: no tmpfs can be mounted here'
        exit 77
}
JAILNET_DB=$work/disk/inventory.db
export JAILNET_DB
do_ok create jail db
do_ok create bridge br0
do_ok create epair p0 p1
cat >"$work/batch" <<'X'
create epair e1 e2
move e2 db
attach e1 br0
address add db/e2 10.1.1.3/24
up db/e2
X
plain() { sed -e 's/02:[0-9a-f:]\{14\}/MAC/g' -e 's/jn\.[0-9a-f]\{8\}/jn.N/g'; }
free_kb() { df -k "$work/disk" | awk 'NR == 2 { print $4 }'; }
leave() { # KB: so much is free
        rm -f "$work/disk/fill"
        size=$(($(free_kb) - $1))
        [ $size -le 0 ] || dd if=/dev/zero of="$work/disk/fill" bs=1024 count=$size 2>/dev/null
}
is_open() { [ "$(sql "SELECT count(*) FROM plan WHERE state = 'open'")" != 0 ]; }
as() { # WHAT STATE: the network, but for what is drawn by lot
        checks=$((checks + 1))
        snapshot | plain >"$work/now"
        cmp -s "$work/$2" "$work/now" || fail "$1: not as $2: $(diff "$work/$2" "$work/now")"
}

opened=0 round=0
with_room() { # KB ARGS...
        room=$1
        shift
        round=$((round + 1))
        leave "$room"
        J "$@"
        told=$status
        rm -f "$work/disk/fill"
        if is_open; then
                opened=$((opened + 1))
                same "$room KB: exit status, the plan open: $*" "$told" 1
                as "$room KB, open: $*" before
                if [ $((round % 2)) = 0 ]; then
                        J recover --finish
                        [ "$status" != 0 ] || as "$room KB, finished: $*" after
                fi
                ! is_open || J recover --rollback
                ! is_open || fail "$room KB: cannot be ended: $*: $(cat "$work/err")"
                [ "$(sql 'SELECT state FROM plan ORDER BY number DESC LIMIT 1')" != done ] || do_ok undo
        elif [ "$told" = 0 ]; then
                as "$room KB, done: $*" after
                do_ok undo
        fi
        as "$room KB: $*" before
}

try() { # ARGS...
        snapshot | plain >"$work/before"
        do_ok "$@"
        snapshot | plain >"$work/after"
        do_ok undo
        kb=0
        while [ $kb -le 240 ]; do
                with_room $kb "$@"
                kb=$((kb + 16))
        done
}

try create epair
try move p1 db
try batch "$work/batch"
ok 'a disk got full between the beginning and the end of a plan' test $opened -gt 0
umount "$work/disk" 2>/dev/null
echo "$opened plans stayed open"
finish
