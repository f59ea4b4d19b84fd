#!/bin/sh
# Random keys and sizes for a while (JAILNET_LONG=1: a minute): the console stays alive, answers, and ends as if nothing had
# been. What would leave it, suspend it or be typed into a form is not pressed; the seed is printed for a second try.
. "${SOURCE:?}/tests/lib/term.sh"

why=$("${JAILNET:?}" sandbox -- true 2>&1) || {
        echo "skipped: $why"
        exit 77
}

seconds=8
[ -z "${JAILNET_LONG-}" ] || seconds=60
seed=${SEED-$(date +%s)}
echo "SEED=$seed"

# One line a round: keys, or "size W H". A choice of what a person could press without meaning it.
awk -v seed="$seed" 'BEGIN {
        srand(seed)
        n = split("Up Down Left Right Home End PPage NPage Enter Escape Escape Tab h j k l H J K L + - 0 . A o x [ ] t v " \
                  "1 2 3 4 5 6 W T M O F i < > Escape F9 F5 ? Escape / Escape f Escape : Escape c Escape n Escape " \
                  "w e y z b E G Z ! Escape ~ # BSpace DC", key, " ")
        for (;;) {
                if (rand() < 0.04) {
                        print "size", 20 + int(rand() * 200), 5 + int(rand() * 60)
                        continue
                }
                line = ""
                for (i = 0; i < 12; i++)
                        line = line " " key[1 + int(rand() * n)]
                print line
        }
}' 2>"$term_work/awk" | head -n 20000 >"$term_work/keys"

term_start 100 30 "$JAILNET" demo
term_wait 'db2' 30
end=$(($(date +%s) + seconds))
rounds=0
while read -r line <&3 && [ "$(date +%s)" -lt $end ]; do
        case $line in
        size*)
                # shellcheck disable=SC2086 # words
                set -- $line
                tm resize-window -t t: -x "$2" -y "$3"
                ;;
        *)
                # shellcheck disable=SC2086 # keys
                term_keys $line
                ;;
        esac
        rounds=$((rounds + 1))
        if term_is_dead; then # Quit is an action like others: only how it went counts
                [ "$(tm display -p -t t: '#{pane_dead_status}')" = 0 ] ||
                        term_fail "it is gone after round $rounds of SEED=$seed: $line"
                term_start 100 30 "$JAILNET" demo
                term_wait 'db2' 30
        fi
done 3<"$term_work/keys"
echo "$rounds rounds"

# A sane screen again.
tm resize-window -t t: -x 100 -y 30
if term_is_dead; then
        term_start 100 30 "$JAILNET" demo
        term_wait 'db2' 30
fi
term_keys Escape Escape Escape Escape Escape Escape
# What follows an Escape at once may count as part of it: pressed until it is seen.
shows() {
        term_keys "$1"
        term_has "$2"
}
term_check 'the Graph view' shows 1 '1 Graph'
term_check 'the Table view' shows 2 '2 Table'
term_keys q
term_end
