#!/bin/sh
# In a terminal: after a plan on the interface with the default route, the console asks whether it is to be kept, and counts
# down. Enter keeps it, n and the end of the time put it back, and what was found then is told; a console that is killed
# meanwhile changes nothing about that. On the command line the same is asked at the prompt: yes and no.
: "${JAILNET:?}" "${SOURCE:?}"
if [ "${1-}" != inside ]; then
        "$JAILNET" sandbox -- true 2>/dev/null || {
                echo 'skipped: sandboxes are forbidden here'
                exit 77
        }
        exec "$JAILNET" sandbox -- sh "$0" inside
fi
. "$SOURCE/tests/lib/term.sh"

ip link add up0 type veth peer name up1
ip link set up0 up
ip link set up1 up
ip address add 192.0.2.10/24 dev up0
ip route add default via 192.0.2.1 dev up0

is_up() { ip -j link show up0 | jq -e '.[0].flags | index("UP") != null' >/dev/null; }
is_down() { ! is_up; }
has_route() { ip -j route show default | jq -e '.[0].dev == "up0"' >/dev/null; }
nobody_waits() { ! [ -S "$JAILNET_DB.guard/socket" ]; }
# down_in_console: sets up0 down from the palette
down_in_console() {
        term_keys :
        term_wait 'Tab complete'
        term_type 'down up0'
        term_keys Enter
        term_wait 'do it'
        term_wait 'This touches your own way in'
        term_keys Enter
        term_wait 'Keep this?'
        term_wait 'unless you keep it'
        term_check 'it is down' is_down
}
begin() { # SECONDS
        term_start 100 30 "$JAILNET" --confirm-within "$1"
        term_wait 'up0'
        term_wait 'live'
}

# Kept. The count goes down, other keys are no answer.
begin 60
down_in_console
term_wait 'It is put back in 58 s'
term_keys Escape q c
term_wait 'Keep this?'
term_wait 'It is put back in 57 s'
term_at_sizes 'Keep this?' 'It is put back in'
term_keys Enter
term_gone 'Keep this?'
term_wait 'confirmed: it is kept'
term_check 'no guard is left' nobody_waits
term_check 'it is down still' is_down

# Undone with the key; that is no loss, and is not asked about.
term_keys u
term_wait 'do it'
term_keys Enter
term_check 'it is up again' is_up
term_gone 'do it'

# Not to be kept.
down_in_console
term_keys n
term_wait 'the network is identical'
term_at_sizes 'was not to be kept and is put back'
term_check 'it is up again' is_up
term_check 'with its route' has_route
term_keys Enter
term_gone 'the network is identical'
term_keys q
term_check 'the console has ended' term_is_dead

# The time runs out.
begin 1
down_in_console
term_wait 'was not confirmed within 1 s'
term_check 'it is up again' is_up
term_check 'with its route' has_route

# Confirmed elsewhere: the question goes.
term_keys Enter q
begin 60
down_in_console
"$JAILNET" confirm >/dev/null || term_fail 'confirm failed'
term_gone 'Keep this?'
term_wait 'confirmed: it is kept'
"$JAILNET" undo --no-guard </dev/null || term_fail 'undo failed'

# The journal shows what waits elsewhere.
"$JAILNET" down up0 --confirm-within 60 </dev/null 2>/dev/null || term_fail 'down failed'
term_keys 5
term_wait 'unconfirmed'
term_at_sizes 'unconfirmed' 'down up0'
"$JAILNET" confirm >/dev/null || term_fail 'confirm failed'
term_gone 'unconfirmed'
"$JAILNET" undo --no-guard </dev/null || term_fail 'undo failed'

# The console is killed and its terminal goes.
term_keys q
begin 2
down_in_console
kill -9 "$(tm display -p -t t: '#{pane_pid}')"
tm kill-server
term_check 'it is put back all the same' is_up
term_check 'with its route' has_route
term_check 'the guard ends' nobody_waits
journal_tells() { "$JAILNET" journal | grep -q 'was not confirmed within 2 s and is put back'; }
term_check 'the journal tells' journal_tells

# The prompt of the command line.
term_start 100 30 "$JAILNET" down up0
term_wait 'type yes within 60 s to keep it'
term_check 'it is down' is_down
term_type 'maybe'
term_keys Enter
asked_twice() { [ "$(term_screen | grep -c 'type yes within')" = 2 ]; }
term_check 'asked again' asked_twice
term_type 'no'
term_keys Enter
term_wait 'the network is identical'
term_check 'the command has ended' term_is_dead
term_check 'it is up again' is_up

term_start 100 30 "$JAILNET" down up0
term_wait 'type yes within'
term_type 'yes'
term_keys Enter
term_wait ': kept'
term_check 'the command has ended' term_is_dead
term_check 'it is down' is_down
term_check 'the guard ends' nobody_waits
term_end
