#!/bin/sh
# Who comes from another console finds its keys: a host without jails says what this is and what to press; Tab goes through
# the views, n goes on with a search, z takes back, F1 to F10 do what they do elsewhere; the help page tells what the signs
# mean, and a row of it can be chosen.
. "${SOURCE:?}/tests/lib/term.sh"

why=$("${JAILNET:?}" sandbox -- true 2>&1) || {
        echo "skipped: $why"
        exit 77
}

# The first start, and gone with the first jail.
term_start 80 24 "$JAILNET" sandbox -- "$JAILNET"
term_wait 'This is a live picture'
term_at_sizes 'This is a live picture' 'c  create one' '?  every key' 'man jailnet-tutorial'
term_keys c
term_wait 'Make a jail: a network stack'
term_keys Escape
term_gone 'Make a jail: a network stack'
term_keys :
term_wait '─ Command ─'
term_type 'create jail web'
term_keys Enter
term_wait 'nothing is done yet'
term_keys Enter
term_wait 'done: create jail web'
term_wait 'web  jid'
term_gone 'This is a live picture'

# z takes back, as elsewhere; Esc leaves it.
term_keys z
term_wait 'nothing is done yet'
term_keys Enter
term_wait 'done: undo'
term_wait 'This is a live picture'
term_keys F10
term_check 'F10 leaves' term_is_dead

term_start 80 24 "$JAILNET" demo
term_wait 'db2' 30
for view in '2 Table' '3 Details' '4 Returns' '5 Journal' '6 Top' '7 Events' '! Doctor' '1 Graph'; do
        term_keys Tab
        term_wait "$view"
done
for view in '! Doctor' '7 Events'; do
        term_keys BTab
        term_wait "$view"
done
term_keys 1
term_wait '1 Graph'

# A search goes on with n, and back with N; after another key n is ngctl's again.
term_keys /
term_wait 'stay here'
term_type www
term_wait '1 of 6'
term_keys Enter
term_wait 'n next, N previous'
term_keys n
term_wait '2 of 6'
term_keys n
term_wait '3 of 6'
term_keys N
term_wait '2 of 6'
term_keys Down n
term_wait '─ ngctl ─'
term_keys Escape
term_gone '─ ngctl ─'
term_keys F3
term_wait 'stay here'
term_keys Escape
term_gone 'stay here'
term_keys F4
term_wait 'Enter keep'
term_keys Escape
term_gone 'Enter keep'
term_keys F2
term_wait '─ Command ─'
term_keys Escape
term_gone '─ Command ─'
term_keys F7
term_wait 'Make a jail: a network stack'
term_keys Escape
term_gone 'Make a jail: a network stack'
term_keys F9
term_wait 'Arrows move'
term_keys Escape
term_gone 'Arrows move'
term_keys F5
term_wait 'anew'

# A plan is looked at in the picture before it runs; of what is lent, it is told what becomes of it.
term_keys Escape :
term_wait '─ Command ─'
term_type 'detach e0a_www1'
term_keys Enter
term_wait 'nothing is done yet'
term_keys g
term_wait 'back to the preview'
term_wait 'If you say yes'
term_keys g
term_wait 'nothing is done yet'
term_keys Escape
term_gone 'nothing is done yet'
term_keys /
term_wait 'stay here'
term_type nic0
term_keys Enter 3
term_wait 'Made by'
term_wait 'Fate'
term_at_sizes 'Made by' 'Fate'
term_keys 1

# Help: the signs at its end; a row of it does what it says.
term_keys F1
term_wait 'Help: keys and actions'
term_keys End
term_wait 'What the signs mean'
term_at_sizes 'a hook: an end of an edge'
term_keys Enter # its last row is the help itself
term_wait 'Help: keys and actions'
term_keys Escape
term_gone 'Help: keys and actions'
term_keys q
term_check 'q leaves' term_is_dead
term_end
