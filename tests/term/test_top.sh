#!/bin/sh
# What carries most is on top, with its last minutes; what is under the bar is what all keys act on.
. "${SOURCE:?}/tests/lib/term.sh"

why=$("${JAILNET:?}" sandbox -- true 2>&1) || {
        echo "skipped: $why"
        exit 77
}

rows() { term_screen | sed -n '4,20p' | grep 'b/s'; }
has_rows() { [ "$(rows | wc -l)" -ge 5 ]; }
is_sorted() { # the sums of what is received and sent never rise from row to row by more than what moves within five seconds
        rows | awk '{ for (i = 1; i <= NF; i++) if ($i == "kb/s") { sum += $(i - 1) } print sum; sum = 0 }' |
                awk 'NR > 1 && $1 > 2 * last + 50 { exit 1 } { last = $1 }'
}

rates_differ() { ! rows | cmp -s - "$term_work/rates"; }

for size in '80 24' '120 40' '200 60'; do
        # shellcheck disable=SC2086 # two words
        term_start $size "$JAILNET" demo
        term_wait 'db2' 30
        term_keys 6
        term_wait 'The last two minutes' 20
        term_check 'five interfaces are busy' has_rows
        term_check 'the busiest is first' is_sorted
        rows | grep -q host && term_fail 'the near ends of pairs are listed too'
        term_matches '[▁▂▃▄▅▆▇█]' || term_fail 'no bars'
        # By what is received, by what is sent, by both.
        term_keys '>'
        term_check 'sorted by what is received' term_matches 'Interface *↓ *Receives'
        term_keys F6
        term_check 'sorted by what is sent' term_matches 'Receives *↓ *Sends'
        term_keys '<' '<'
        term_check 'sorted by both' term_matches 'two minutes↓'
        # Of a longer time, and back to the last two minutes.
        term_keys -
        term_wait 'The last ten minutes'
        has_rows || term_fail 'a longer time has fewer rows'
        term_keys - -
        term_wait 'The last day'
        term_keys + + +
        term_wait 'The last two minutes'
        # Paused, the rows and their rates stay as they are.
        term_keys Z
        term_wait ' paused'
        rows >"$term_work/rates"
        before=$(term_screen | head -n 1)
        more() { [ "$(term_screen | head -n 1)" != "$before" ] || rates_differ; }
        ! term_until 2 more || ! rates_differ || term_fail 'rows have moved while it was paused'
        term_keys Z
        term_gone ' paused'
        term_check 'the rates go on' rates_differ
        term_keys G
        term_keys g
        term_keys Down Down
        term_wait ' epair ' 20
        term_keys 3
        term_wait '3 Details' 20

        # On the edges of the graph too, where there is room for it behind the rate.
        term_keys 1
        term_wait 'e0b_db1' 20
        case $size in
        200*) term_check 'bars on edges' term_matches 'b/s[─━═]*[▁▂▃▄▅▆▇█][─━═▁▂▃▄▅▆▇█┓┛]*' ;;
        esac
done
term_end
