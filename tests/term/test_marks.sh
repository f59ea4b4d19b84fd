#!/bin/sh
# Several things at once: Space, a pattern and the mouse mark; a verb on all that are marked is one form and one plan, which is
# undone as one; what cannot be done to any says why. A preview and the journal as commands: to the clipboard (OSC 52), and on
# the screen.
: "${JAILNET:?}" "${SOURCE:?}"
if [ "${1-}" != inside ]; then
        "$JAILNET" sandbox -- true 2>/dev/null || {
                echo 'skipped: sandboxes are forbidden here'
                exit 77
        }
        exec "$JAILNET" demo three-tier -- sh "$0" inside
fi
. "$SOURCE/tests/lib/term.sh"

mtu_is() { ip -n "$1" -j link show "$2" | jq -e "map(.mtu) == [$3]" >/dev/null; }
select_by_name() {
        term_keys /
        term_wait 'stay here'
        term_type "$1"
        term_keys Enter
        term_gone 'stay here'
        term_keys Escape
}

for size in '80 24' '120 40' '200 60'; do
        term_start ${size% *} ${size#* } "$JAILNET"
        tm set -s set-clipboard on
        term_wait 'live'
        term_wait 'e0b_db1'

        # By Space in two views, by pattern, and all off again by Esc.
        select_by_name www1/e0b
        term_keys Space
        term_wait '1 marked'
        term_check 'a sign in the graph' term_matches '●\*'
        term_keys 2
        term_wait 'State'
        term_check 'a sign in the table' term_matches '^\*www1 '
        term_keys Space
        term_gone '1 marked'
        term_keys '*'
        term_wait 'mark'
        term_type 'www?/e0b_*'
        term_wait '2 marked'
        term_keys Enter
        term_wait 'Enter lists what can be done to them'

        # One form, one plan.
        term_keys Enter
        term_wait 's  State'
        term_keys s
        term_wait '2 marked: State'
        term_keys m
        term_wait 'Set MTU: each of the 2 marked'
        term_type 1400
        term_wait 'ready: mtu www1/e0b_www1, www2/e0b_www2'
        term_keys Enter
        term_wait '2. set the MTU of www2/e0b_www2 to 1400'

        # The preview as commands.
        term_keys c
        term_wait 'As commands'
        term_wait 'jailnet mtu www1/e0b_www1 1400'
        term_wait 'jailnet mtu www2/e0b_www2 1400'
        has_copy() { tm show-buffer 2>/dev/null | grep -qxF "jailnet mtu www2/e0b_www2 1400"; }
        term_check 'the terminal has it in its clipboard' has_copy
        term_keys Escape
        term_gone 'As commands'
        term_keys Enter
        term_wait 'done: mtu www1/e0b_www1, www2/e0b_www2'
        term_check 'the first has it' mtu_is www1 e0b_www1 1400
        term_check 'the second has it' mtu_is www2 e0b_www2 1400
        term_gone '2 marked'

        # Everything that was done.
        term_keys @
        term_wait 'Everything that was done'
        term_wait 'jailnet mtu www2/e0b_www2 1400'
        term_wait '#    ip -n www2 link set dev e0b_www2 mtu 1400'
        term_keys Escape
        term_gone 'Everything'
        term_keys u
        term_wait 'do it'
        term_keys Enter
        term_wait 'done: undo'
        term_check 'undone as one' mtu_is www1 e0b_www1 1500
        term_check 'both' mtu_is www2 e0b_www2 1500

        # A marked bridge cannot move: said with its name; nothing is changed.
        term_keys '*'
        term_wait 'mark'
        term_type 'backend'
        term_wait '1 marked'
        term_keys Enter m
        term_wait 'backend: a bridge cannot change its jail'
        term_keys Escape Escape
        term_gone '1 marked'

        # What no marked one can bear is said, and nothing is planned.
        term_keys '*'
        term_wait 'mark'
        term_type 'www?'
        term_wait '2 marked'
        term_keys Enter
        term_wait 'Enter lists what can be done to them'
        term_keys Enter
        term_wait 'o  Sweep'
        term_keys o
        term_wait 'www1: is no orphan'
        term_keys Escape
        term_gone '2 marked'

        # A click on a menu ends the question for a pattern, and what it has marked stays.
        click() { printf '\033[M %b%b\033[M#%b%b' "$1" "$2" "$1" "$2"; } # as terminals tell it
        term_keys '*'
        term_wait 'mark'
        term_type 'www?'
        term_wait '2 marked'
        term_type "$(click "\\0$(printf %o $((32 + 2)))" "\\0$(printf %o $((32 + 2)))")"
        term_wait 'Read everything anew'
        term_has '2 marked' || term_fail 'nothing is marked any more'
        term_keys Escape
        term_gone 'Read everything anew'
        term_keys Escape C-n
        term_gone '2 marked'

        # The mouse over rows of the table: from the first to the fourth.
        term_keys 2
        term_check 'the table' term_matches '^ host *local'
        row=$(term_screen | grep -n '^ host *local' | head -n 1 | cut -d: -f1)
        # As terminals tell it: button, column and line, each with 32 added.
        mouse() { printf '\033[M%s$%b' "$1" "\\0$(printf %o $((32 + $2)))"; }
        drag() {
                term_type "$(mouse ' ' "$row")$(mouse '@' $((row + 1)))$(mouse '@' $((row + 3)))$(mouse '#' $((row + 3)))"
                term_until 5 term_has '4 marked'
        }
        # All in one, as over a slow line. Bytes of a sequence that come too far apart are keys: then once more.
        drag || drag || true
        term_wait '4 marked'
        term_keys Escape
        term_gone '4 marked'

        # A rectangle in the graph, from the empty ground beside a jail's title over the rows of two jails.
        term_keys 1 +
        term_wait ' www1  jid' # the Graph, and no more the Table
        cell() { # TEXT: column and line where it stands; the bytes that only continue a character are no columns
                term_screen | LC_ALL=C tr -d '\200-\277' |
                        LC_ALL=C awk -v text="$1" '(at = index($0, text)) { print at, NR; exit }'
        }
        first=$(cell ' www1  jid') second=$(cell 'e0b_www2')
        over() {
                term_type "$(at ' ' $((${first% *} - 4)) "${first#* }")"
                term_type "$(at '@' $((${first% *} - 3)) "${first#* }")"
                term_type "$(at '@' $((${second% *} + 2)) "${second#* }")"
                term_until 5 term_has '2 marked'
        }
        at() { printf '\033[M%s%b%b' "$1" "\\0$(printf %o $((32 + $2)))" "\\0$(printf %o $((32 + $3)))"; }
        over || over || true
        term_wait '2 marked'
        term_wait '......'
        term_type "$(at '#' $((${second% *} + 2)) "${second#* }")"
        term_gone '......'
        term_check 'the first has its sign' term_matches '\*.*e0b_www1'
        term_check 'the second too' term_matches '\*.*e0b_www2'
        term_keys Escape
        term_gone '2 marked'
        term_keys q
        term_until 5 term_is_dead || term_fail 'q does not quit'
done
term_end
