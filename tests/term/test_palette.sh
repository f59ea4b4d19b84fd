#!/bin/sh
# The palette: Ctrl-P opens it in every view, a few letters find verbs, actions and things, and while a command is typed what
# fits its next word; "path A B" shows the way from one to the other.
: "${JAILNET:?}" "${SOURCE:?}"
if [ "${1-}" != inside ]; then
        "$JAILNET" sandbox -- true 2>/dev/null || {
                echo 'skipped: sandboxes are forbidden here'
                exit 77
        }
        exec "$JAILNET" demo three-tier -- sh "$0" inside
fi
. "$SOURCE/tests/lib/term.sh"

for size in '80 24' '120 40' '200 60'; do
        # shellcheck disable=SC2086 # two words
        term_start $size "$JAILNET"
        term_wait 'e0b_db1'
        for view in 1 2 3 4 5 6 '!'; do
                term_keys "$view"
                term_keys C-p
                term_wait 'Command'
                term_wait 'Tab complete'
                term_keys Escape
                term_gone 'Tab complete'
        done
        term_keys 1

        # Verbs, actions and things, by letters that need not stand together.
        term_keys C-p
        term_type 'crbr'
        term_check 'a verb' term_matches '>.*create bridge'
        term_keys C-u
        term_type 'zoomout'
        term_check 'an action' term_matches '>.*Zoom out'
        term_keys C-u
        term_type 'rtr2'
        term_gone 'Zoom out'
        term_keys C-u
        term_type 'w2e0'
        term_check 'a thing' term_matches 'www2/e0b_www2 *go to this interface'
        term_keys C-u

        # What fits the next word: beginnings first, then what has the letters.
        term_type 'path w'
        term_wait 'path A B'
        term_check 'a jail that begins so' term_matches '> *www1 '
        term_type '2'
        term_check 'letters that do not stand together' term_matches '> *www2 '
        term_keys Tab
        term_wait 'path www2'
        term_type 'db1'
        term_keys Enter
        term_wait 'www2 to db1  reached'
        term_keys Escape
        term_gone 'www2 to db1'

        # One end alone: the other is picked. What is no end is said.
        term_keys :
        term_wait 'Command'
        term_type 'path www1'
        term_keys Enter
        term_wait 'from www1: go to the other end'
        term_keys Escape
        term_keys C-p
        term_type 'path www1 nowhere'
        term_keys Enter
        term_wait 'nowhere'
        term_keys Escape q
        term_check 'it ends' term_is_dead
done
term_end
