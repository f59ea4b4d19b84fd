#!/bin/sh
# A thousand jails on three screens: the first picture is of groups that open and close, the map has room in its corner, a
# jail deep inside is found and focused, what changes elsewhere is followed to, and each key is answered at once.
. "${SOURCE:?}/tests/lib/term.sh"

command -v ip >/dev/null || {
        echo 'skipped: ip is not installed'
        exit 77
}
why=$("${JAILNET:?}" sandbox -- true 2>&1) || {
        echo "skipped: $why"
        exit 77
}

# 500 jails web1..., 500 jails db1..., on 20 bridges; "order" lets one link go down.
cat >"$term_work/script" <<'END'
n=0
while [ $n -lt 20 ]; do
        echo "link add br$n up type bridge"
        n=$((n + 1))
done >"$term_work/batch"
n=0
while [ $n -lt 1000 ]; do
        case $((n % 2)) in 0) name=web$n ;; *) name=db$n ;; esac
        echo "netns add $name"
        echo "link add e$n up master br$((n % 20)) type veth peer name eth0 netns $name"
        n=$((n + 1))
done >>"$term_work/batch"
ip -batch "$term_work/batch"
mkfifo "$term_work/order"
{
        exec 3<>"$term_work/order" # held open: a writer never meets a reader that is just leaving
        while read -r order <&3; do
                ip link $order
        done
} &
exec "$JAILNET"
END
export term_work

for size in '80 24' '120 40' '200 60'; do
        rm -f "$term_work/order"
        # shellcheck disable=SC2086 # two words
        term_start $size "$JAILNET" sandbox -- sh "$term_work/script"
        term_wait 'jails 1000' 120
        term_wait ' groups ' 20
        term_wait 'web  50 jails' 20

        # Into a group, and back.
        term_keys Down Right
        term_wait 'Enter opens it' 20
        term_keys Enter
        term_wait 'Enter closes it' 20
        term_matches 'web[0-9].*web[0-9].*web[0-9]' || term_fail 'the opened group names its jails'
        term_keys Enter
        term_wait 'Enter opens it' 20

        # The map comes and goes.
        term_keys v
        term_wait '─ map ─' 20
        term_keys v
        term_gone '─ map ─'

        # One jail among them all, and what is near it.
        term_keys /
        term_wait 'stay here'
        term_type web776
        term_keys Enter
        term_gone 'stay here'
        term_keys Escape x
        term_wait 'within 2 hops' 20
        term_wait 'br16' 20
        term_has_not 'br15' || term_fail 'another bridge is in sight'
        term_keys '['
        term_wait 'within 1 hop' 20
        term_keys x
        term_gone 'within 1 hop'

        # What changes is gone to.
        term_keys Home t
        term_wait 'following' 20
        echo 'set e999 down' >"$term_work/order"
        term_wait 'br19' 30
        echo 'del e998' >"$term_work/order"
        term_wait 'e998: gone' 30
        term_gone 'e998: gone'
done
term_end
