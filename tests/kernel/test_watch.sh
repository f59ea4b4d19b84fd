#!/bin/sh
# `watch` without a terminal: a pinned address that somebody changes is set again within a second, also on what was made
# anew; another manager is not fought for ever; each change is a line; one process has the duties, and the next takes them
# over; it holds no namespace and ends cleanly with SIGTERM.
. "${SOURCE:?}/tests/lib/sandbox.sh"

PIN=02:11:22:33:44:55

within() { # SECONDS CMD...
        deadline=$(($(date +%s%3N) + $1 * 1000 * slow))
        shift
        until "$@"; do
                [ "$(date +%s%3N)" -le "$deadline" ] || return 1
                sleep 0.02
        done
}
has_mac() { [ "$(link www e0b .address)" = "$1" ]; }
says() { grep -q -- "$2" "$work/$1"; }

do_ok create jail www
do_ok create epair e0a www/e0b
do_ok pin www/e0b $PIN

"$JAILNET" watch 2>"$work/lines" </dev/null &
watcher=$!
# The first change that it tells shows that it is there.
ip link add probe0 type veth peer name probe1
within 5 says lines '^probe0: new' || {
        ip link set probe0 mtu 1400
        within 5 says lines '^probe0: ' || fail 'the watcher says nothing'
}

ip -n www link set e0b address 02:00:00:00:00:99
ok 'the pin is set again within a second' within 1 has_mac $PIN
ok 'the change is a line' within 1 says lines '^www/e0b: .*MAC 02:00:00:00:00:99, was'
ok 'so is the setting' says lines "^www/e0b: its pinned MAC address $PIN is set again, it was 02:00:00:00:00:99"
journalled() { [ "$(sql "SELECT count(*) FROM plan WHERE words = 'watch' AND state = 'done'")" = "$1" ]; }
ok 'by a plan of the journal' within 1 journalled 1

# Made anew by somebody else: the same jail and name are pinned.
ip link del e0a
ok 'its end is a line' within 1 says lines '^www/e0b: gone'
ip link add e0a type veth peer name e0b netns www
ok 'what is made anew is pinned' within 1 has_mac $PIN

# By jailnet: born with the address.
do_ok destroy e0a
do_ok create epair e0a www/e0b
same 'born with the pin' "$(link www e0b .address)" $PIN
same 'one pin' "$(sql 'SELECT count(*) FROM pin')" 1

# A jail's restart.
do_ok destroy www
do_ok create jail www
ip link add e0a type veth peer name e0b netns www
ok 'pinned after a restart of its jail' within 1 has_mac $PIN

# The same while something keeps the old stack from its end: the new one has the name, and with it the pin, at once.
exec 9</run/netns/www
printf 'destroy www\ncreate jail www\n' >"$work/batch"
do_ok batch "$work/batch"
ip link add e0a type veth peer name e0b netns www
ok 'pinned although the old stack is still there' within 1 has_mac $PIN
exec 9<&-
same 'neither had another name' "$(grep -c 'www-[0-9]' "$work/lines")" 0

# Another manager: three times within a minute, and no more. Two were used up on other numbers or this one.
for n in 1 2 3 4; do
        within 2 has_mac $PIN || break
        ip -n www link set e0b address 02:00:00:00:00:0$n
done
ok 'it gives up' within 2 says lines '^www/e0b: something else keeps changing its MAC address'
given_up=$(link www e0b .address)
ip -n www link set e0b mtu 1300
ok 'still watching' within 2 says lines '^www/e0b: .*MTU 1300, was'
same 'left alone' "$(link www e0b .address)" "$given_up"
do_ok pin www/e0b $PIN
ip -n www link set e0b mtu 1280
ok 'still watching' within 2 says lines '^www/e0b: .*MTU 1280, was'
ip -n www link set e0b address 02:00:00:00:00:77
ok 'pinned anew, it is watched over again' within 1 has_mac $PIN

# History
seen() { [ "$(sql "SELECT count(*) FROM event WHERE kind = 'seen' AND object = 'probe0'")" -ge 1 ]; }
ok 'the history has it' within 2 seen

# Holds nothing: a jail that is deleted is gone at once.
inode=$(stat -L -c %i /run/netns/www)
same 'descriptors on other stacks' "$(for fd in /proc/$watcher/fd/*; do readlink "$fd"; done | grep -c "net:\[$inode\]")" 0
do_ok create jail short
do_ok create epair s0a short/s0b
ok 'short is seen' within 2 says lines '^short: new jail'
ip netns del short
lost() { ! has_link - s0a; }
ok 'no namespace is held' within 5 lost

# A second one leaves the duties to the first, and has them when that one ends.
"$JAILNET" --format json watch >"$work/json" 2>"$work/second" </dev/null &
second=$!
ok 'the second says that another one does it' within 5 says second 'another jailnet watches over them already'
kill -TERM $watcher
wait $watcher
same 'exit status after SIGTERM' $? 0
ip link set probe0 mtu 1350
ok 'JSON lines' within 2 says json '"object":"probe0"'
ip -n www link set e0b address 02:00:00:00:00:88
ok 'the second has taken over' within 1 has_mac $PIN
ok 'which is told in JSON' within 1 says json '"kind":"pin"'
kill -TERM $second
wait $second
same 'exit status of the second' $? 0
same 'each line is an object' "$(jq -r 'has("time") and has("kind") and has("object") and has("words")' "$work/json" | sort -u)" true
same 'nothing on stderr but the one line' "$(wc -l <"$work/second" | tr -d ' ')" 1

wrong_usage 'watch' watch nonsense
finish
