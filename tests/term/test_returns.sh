#!/bin/sh
# The Returns view in the real console: what is pending, lost and on loan, who holds it, and what is done about it. What the
# status line and the keys speak of is what is under the bar. A console that was started anew takes back what nobody can be
# seen to hold, by the handle in the inventory.
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
make() { # JAIL A: a jail with A's other end of the host in it
        "$JAILNET" create jail "$1"
        "$JAILNET" create epair "$2" "$2.b"
        "$JAILNET" move "$2.b" "$1"
}
hold() { # WAY JAIL: its pid is in $term_work/JAIL.pid
        "$HOLD" "$1" "/run/netns/$2" >"$term_work/$2.said" &
        until grep -q . "$term_work/$2.said"; do :; done
        cut -d' ' -f2 "$term_work/$2.said" >"$term_work/$2.pid"
        ip netns del "$2"
}
{
        for jail in www db mail sql lent dead; do
                make $jail $jail
        done
        hold process www
        hold descriptor db
        hold socket mail
        hold flight sql
} >/dev/null
mkfifo "$term_work/orders" "$term_work/done"
while read -r order <"$term_work/orders"; do
        eval "$order" >/dev/null 2>&1
        echo $? >"$term_work/done"
done &
while :; do "$JAILNET"; done
END
order() {
        echo "$*" >"$term_work/orders"
        read -r status <"$term_work/done"
        return "$status"
}
bar_is_on() { term_screen | grep -q "^── $1 in "; }
goes_to() { # NAME: moves the bar there
        term_keys Home
        for _ in 1 2 3 4 5 6; do
                term_until 1 bar_is_on "$1" && return 0
                term_keys Down
        done
        term_fail "the bar does not get to $1"
}
row() { term_screen | grep "^ . $1 " | head -1; }
row_has() { row "$1" | grep -q "$2"; }
is_home() { order ip link show "$1"; }
is_away() { ! order ip link show "$1"; }
pid_of() { cat "$term_work/$1.pid"; }
has_rung() { [ "$(tm display -p -t t: '#{window_bell_flag}')" = 1 ]; }

console_is_new() { term_has_not 'Held by' && term_has 'live'; }

export term_work
term_start 120 34 "$JAILNET" sandbox -- sh "$term_work/script"
term_wait 'pending 4' 60
term_keys 4
term_check 'a process is named' row_has www.b "pending.*process hold($(pid_of www)) of root"
term_check 'a descriptor is named' row_has db.b "pending.*descriptor hold($(pid_of db)) of root"
term_check 'a socket is named' row_has mail.b "pending.*socket hold($(pid_of mail)) of root"
term_check 'nothing is to be seen of a descriptor in flight' row_has sql.b 'pending.*nothing visible'
term_check 'on loan' row_has lent.b 'on loan'
term_at_sizes 'Held by' 'www.b' 'db.b' 'mail.b' 'sql.b' 'nothing visible' "descriptor hold($(pid_of db))" "socket hold($(pid_of mail))"

# The status line speaks of the bar's, also of what is no more.
goes_to lent.b
term_check 'the status line: on loan' term_matches '^ lent/lent.b .*on loan in lent'
term_wait 'dies with its jail'
order ip netns del dead
goes_to dead.b
term_check 'lost' row_has dead.b lost
term_check 'the status line: lost' term_matches '^ dead.b .*lost with dead'
term_keys d
term_wait 'is no more; R makes it again'

# Made again, from the preview.
term_keys R
term_wait 'make jail dead'
term_at_sizes 'make jail dead' 'joined to dead/dead.b' 'do it'
term_keys Enter
term_wait 'done: restore'
term_check 'on loan again' row_has dead.b 'on loan'
order ip -n dead link show dead.b || term_fail 'dead.b was not made again'

# Waiting: the bell, and the mark.
goes_to www.b
term_keys w
term_wait 'the bell rings when it is back'
order ip -n db link show db.b && term_fail 'db has a name still'
order "$JAILNET return www/www.b"
term_wait 'www.b: is back on the host'
term_check 'the bell has rung' has_rung
term_check 'marked as back' row_has www.b returned

# A holder is asked to end, after a question; then the jail is gone and its interface lost.
goes_to mail.b
term_keys s
term_wait "Terminate hold($(pid_of mail)) of root: socket"
term_at_sizes 'Who shall let go?' "Terminate hold($(pid_of mail)) of root: socket"
term_keys Enter
term_at_sizes 'This cannot be undone'
term_keys Escape
order kill -0 "$(pid_of mail)" || term_fail 'Esc has ended it'
term_keys s
term_wait 'Who shall let go?'
term_keys Enter
term_wait 'This cannot be undone'
term_keys Enter
term_check 'told' term_matches 'was sent TERM\|mail.b: is lost'
term_check 'lost with its jail' row_has mail.b lost
order kill -0 "$(pid_of mail)" && term_fail 'the holder lives'

# The menu of a row, and what cannot be done said in it.
goes_to db.b
term_keys Enter
term_at_sizes 'Bring it home now'
term_keys Escape
term_gone 'Bring it home now'

# A console that was started anew: all that is pending at once, by one plan. Nobody can be seen to hold sql.b: it is the
# handle that opens its stack.
term_keys q
term_check 'a new console shows the graph' console_is_new
term_keys 4
term_check 'pending still' row_has sql.b 'pending.*nothing visible'
term_keys '*'
term_check 'marked' row_has sql.b 'pending'
term_keys R
term_wait 'move db.b from db to the host'
term_wait 'move sql.b from sql to the host'
term_keys Enter
term_wait 'done: return'
term_check 'home' is_home sql.b
term_check 'home' is_home db.b
order kill -0 "$(pid_of db)" || term_fail 'the holder was disturbed'
term_keys u
term_wait 'move'
term_keys Escape
order kill -KILL "$(pid_of db)" "$(pid_of sql)"
term_end
