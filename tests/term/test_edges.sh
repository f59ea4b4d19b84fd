#!/bin/sh
# Edges that are taken to another bridge: by a key twice, and by the mouse; the plan is previewed, run and undone as any other.
# And a jail on a bridge from one form, which tells a free address.
: "${JAILNET:?}" "${SOURCE:?}"
if [ "${1-}" != inside ]; then
        "$JAILNET" sandbox -- true 2>/dev/null || {
                echo 'skipped: sandboxes are forbidden here'
                exit 77
        }
        exec "$JAILNET" demo three-tier -- sh "$0" inside
fi
. "$SOURCE/tests/lib/term.sh"

master_is() { ip -j link show "$1" | jq -e "map(.master) == [\"$2\"]" >/dev/null; }
select_by_name() {
        term_keys /
        term_wait 'stay here'
        term_type "$1"
        term_keys Enter
        term_gone 'stay here'
}
accept_and_undo() { # INTERFACE NEW OLD
        term_wait 'do it'
        term_keys Enter
        term_wait 'done: attach'
        term_check "$1 is on $2" master_is "$1" "$2"
        term_keys u
        term_wait 'do it'
        term_keys Enter
        term_wait 'done: undo'
        term_check "$1 is back on $3" master_is "$1" "$3"
}

for size in '80 24' '120 40' '200 60'; do
        term_start ${size% *} ${size#* } "$JAILNET"
        term_wait 'live'
        term_wait 'e0b_db1'
        term_keys 0

        # By keys: taken at the jail's end, its port moves; Esc lets go.
        select_by_name www2/e0b
        term_keys e
        term_wait 'grabbed www2/e0b_www2'
        term_wait 'drop it here'
        term_wait 'edge held'
        term_keys Escape
        term_wait 'let go'
        term_gone 'edge held'
        term_keys e
        term_wait 'edge held'
        select_by_name backend
        term_keys e
        term_wait 'attach e0a_www2 to backend'
        accept_and_undo e0a_www2 backend local

        # To where nothing can be dropped, and to where it is.
        select_by_name www2/e0b
        term_keys e
        select_by_name local
        term_keys e
        term_wait 'e0a_www2: is on local already'
        term_keys Escape Escape
        term_gone 'edge held'

        # By the mouse: from the port to the other bridge's name.
        term_keys 0
        term_gone 'is on local already'
        at() { # TEXT: its line and column on the screen, counted from 1
                line=$(term_screen | grep -nF -- "$1" | head -n 1)
                row=${line%%:*}
                line=${line#*:}
                line=${line%%"$1"*}
                column=$(($(printf %s "$line" | wc -m) + 2))
        }
        mouse() { printf '\033[M%s%b%b' "$1" "\\0$(printf %o $((32 + column)))" "\\0$(printf %o $((32 + row)))"; }
        term_check 'both bridges are in sight' term_matches 'backend'
        pull() {
                at e0a_www2
                press=$(mouse ' ')
                at backend
                term_type "$press$(mouse '@')$(mouse '#')"
                term_until 5 term_has 'attach e0a_www2 to backend'
        }
        # All in one, as over a slow line. Bytes of a sequence that come too far apart are keys: then once more.
        pull || pull || true
        term_wait 'attach e0a_www2 to backend'
        accept_and_undo e0a_www2 backend local

        # A jail on this bridge.
        select_by_name backend
        term_keys c
        term_wait 'Create'
        term_keys Enter
        term_wait 'Create jail'
        term_wait 'On bridge'
        term_type mail
        term_keys Down Down Down
        term_wait 'mail --bridge backend'
        term_keys Down
        term_wait '10.0.2.13/24 is free'
        term_keys F4
        term_wait '>10.0.2.13/24'
        term_keys Enter
        term_wait '--address 10.0.2.13/24'
        term_wait 'ready:'
        term_keys Enter
        term_wait 'make jail mail'
        term_keys Enter
        term_wait 'done: create jail'
        term_check 'it is on the bridge' master_is e0a_mail backend
        answers() { ip netns exec mail ping -c 1 -W 5 10.0.2.13 >/dev/null; }
        term_check "and has its address" answers
        # An undo is planned on the picture, which has the pin a moment later than the kernel the address.
        select_by_name mail/e0b
        term_keys Escape
        term_check 'the picture has its pin' term_matches '^ mail/e0b_mail.* pinned'
        term_keys u
        term_wait 'do it'
        term_keys Enter
        term_wait 'done: undo'
        term_keys q
        term_until 5 term_is_dead || term_fail 'q does not quit'
done
term_end
