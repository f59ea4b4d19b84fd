#!/bin/sh
# The console as its user likes it: the settings file decides the first view, the keys and whether anything may be changed; a
# wrong line is told and the rest counts; themes go round by a key.
. "${SOURCE:?}/tests/lib/term.sh"

why=$("${JAILNET:?}" sandbox -- true 2>&1) || {
        echo "skipped: $why"
        exit 77
}

mkdir -p "$term_work/config/jailnet"
cat >"$term_work/config/jailnet/settings" <<'END'
[console]
view = table
theme = contrast
read-only = yes
colour = red
[keys]
F8 = 1
END

term_start 100 30 "$JAILNET" demo
term_wait '2 Table' 30
term_wait 'read-only' 20
term_wait 'settings:5: colour = red: no such setting' 20
term_at_sizes '2 Table' 'read-only' 'settings:5: colour = red'
term_keys F8
term_wait '1 Graph' 20
term_at_sizes '1 Graph' 'read-only'

# A plan is shown, and not run.
term_keys /
term_wait 'stay here'
term_type db2
term_keys Enter
term_gone 'stay here'
term_keys Escape d
term_wait 'ready: destroy db2' 10
term_keys Enter
term_wait 'do it' 10
term_keys Enter
term_wait 'read-only: nothing is changed' 20
term_at_sizes 'read-only: nothing is changed' 'db2'
term_has db2 || term_fail 'it was destroyed'
term_keys O
term_wait 'changes are possible again' 20
term_gone ' read-only '
term_keys d
term_wait 'ready: destroy db2' 10
term_keys Enter
term_wait 'do it' 10
term_keys Enter
term_wait 'done: destroy db2' 20
term_gone 'db2  jid'

# Themes, one after another.
term_keys T
term_wait 'theme: blind' 20
term_at_sizes 'theme: blind'
term_keys T
term_wait 'theme: default' 20
term_keys T
term_wait 'theme: contrast' 20

# What is chosen is kept for the next time, beside what stands in the file.
term_keys 6
term_wait '6 Top'
term_keys :
term_wait '─ Command ─'
term_type 'keep these'
term_wait 'Keep these settings'
term_keys Down # the row that was found, not the words as they stand
term_keys Enter
term_wait 'kept: theme'
term_keys q
term_check 'it has ended' term_is_dead
kept=$term_work/config/jailnet/settings
for line in 'view = top' 'theme = contrast' 'read-only = no' 'colour = red' 'F8 = 1'; do
        grep -qxF "$line" "$kept" || term_fail "the settings lack: $line"
done
term_start 100 30 "$JAILNET" demo
term_wait '6 Top' 30
term_keys q
term_end
