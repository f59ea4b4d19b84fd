#!/bin/sh
# Every view at 80x24 (and once larger): nothing is cut off at the edges, keys stand in the last line. --ascii draws with ASCII alone; NO_COLOR,
# --no-color and a terminal without colours get no colour sequences; 8 colours are enough; a locale without UTF-8 gets ASCII.
: "${JAILNET:?}" "${SOURCE:?}"
if [ "${1-}" != inside ]; then
        "$JAILNET" sandbox -- true 2>/dev/null || {
                echo 'skipped: sandboxes are forbidden here'
                exit 77
        }
        exec "$JAILNET" demo three-tier -- sh "$0" inside
fi
. "$SOURCE/tests/lib/term.sh"

frame_is_whole() {
        [ "$(term_screen | wc -l)" = "$1" ] && term_screen | tail -n 1 | grep -q 'quit' &&
                term_screen | head -n 1 | grep -q 'jailnet'
}

shows_anything() { term_screen | grep -q '[a-z]'; }

# What a person may read in each view
walk() {
        term_wait 'www1'
        term_check 'the frame is whole' frame_is_whole "$1"
        for view in '2:Addresses' '4:demo-holder' '5:create jail' '3:host' '1:www1'; do
                term_keys "${view%%:*}"
                term_wait "${view#*:}"
                term_check "the frame is whole in view ${view%%:*}" frame_is_whole "$1"
        done
        term_keys '?'
        term_wait 'Undo the last change'
        term_keys Escape
        term_gone 'Undo the last change'
        term_keys q
        term_until 5 term_is_dead || term_fail 'q does not quit'
}

# record CMD...: 80x24, all output into $term_work/raw
record() {
        rm -f "$term_work/go" "$term_work/raw"
        mkfifo "$term_work/go"
        term_start 80 24 sh -c 'read -r _ <"$0"; exec "$@"' "$term_work/go" "$@"
        tm pipe-pane -t t: "cat >'$term_work/raw'"
        term_until 5 test -e "$term_work/raw" || term_fail 'the output cannot be recorded'
        echo go >"$term_work/go"
        walk 24
}

raw_has() { LC_ALL=C grep -qaE "$1" "$term_work/raw"; }
esc=$(printf '\033')
colour="$esc\\[([0-9;]*;)?(3[0-7]|4[0-7]|9[0-7]|10[0-7]|38;[25]|48;[25])[;0-9]*m"
high=$(printf '[\200-\377]')

record "$JAILNET"
raw_has "$colour" || term_fail 'there are no colours'
raw_has "$high" || term_fail 'there are no box characters'

record "$JAILNET" --ascii
raw_has "$high" && term_fail '--ascii sends more than ASCII'
record env LC_ALL=C "$JAILNET"
raw_has "$high" && term_fail 'a locale without UTF-8 gets more than ASCII'

record env NO_COLOR=1 "$JAILNET"
raw_has "$colour" && term_fail 'NO_COLOR gets colours'
record "$JAILNET" --no-color
raw_has "$colour" && term_fail '--no-color gets colours'
record env TERM=vt100 "$JAILNET"
raw_has "$colour" && term_fail 'a terminal without colours gets colours'

record env TERM=screen "$JAILNET"
raw_has "$colour" || term_fail '8 colours are not used'
raw_has "$esc\\[[0-9;]*[34]8;5" && term_fail 'a terminal with 8 colours gets 256'

record env TERM=xterm-256color "$JAILNET"
raw_has "$esc\\[[0-9;]*[34]8;5" || term_fail '256 colours are not used'

# The Linux console's font lacks our signs, heavy lines and eighths of bars; letters and what it has stand in.
record env TERM=linux "$JAILNET"
raw_has "$colour" || term_fail 'the Linux console has colours'
raw_has "$high" || term_fail 'the Linux console has box characters'
for sign in ● ◆ ◷ ✗ ━ ▃ ▅ …; do
        raw_has "$sign" && term_fail "the Linux console gets $sign"
done

# Large, narrow, and far too small: it says so or draws what fits, and lives.
term_start 120 40 "$JAILNET"
walk 40
term_start 200 60 "$JAILNET"
walk 60
term_start 30 5 "$JAILNET"
term_check 'something is said on 30x5' shows_anything
tm resize-window -t t: -x 80 -y 24
walk 24
term_end
