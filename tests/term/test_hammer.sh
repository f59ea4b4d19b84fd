#!/bin/sh
# Random keys, mouse events and sizes for a while (JAILNET_LONG=1: a minute): the console stays alive, answers, and ends as
# if nothing had been. What would leave it, suspend it or be typed into a form is not pressed; the seed is printed for a
# second try (SEED=N). With sanitizers built in, what they report is a failure too.
. "${SOURCE:?}/tests/lib/term.sh"

why=$("${JAILNET:?}" sandbox -- true 2>&1) || {
        echo "skipped: $why"
        exit 77
}

seconds=8
[ -z "${JAILNET_LONG-}" ] || seconds=60
seed=${SEED-$(date +%s)}
echo "SEED=$seed"
# LeakSanitizer does not find itself in the PID namespace of a sandbox. Reports would be taken for stray output.
ASAN_OPTIONS=detect_leaks=0:log_path=$term_work/report
UBSAN_OPTIONS=print_stacktrace=1:log_path=$term_work/report
export ASAN_OPTIONS UBSAN_OPTIONS
no_report() {
        find "$term_work" -name 'report*' -exec head -n 60 {} + | grep . && return 1
        return 0
}

# One line a round: keys, "size W H", or "mouse X Y X2 Y2" (pressed, dragged, let go). A choice of what a person could press without meaning it.
awk -v seed="$seed" 'BEGIN {
        srand(seed)
        n = split("Up Down Left Right Home End PPage NPage Enter Escape Escape Tab h j k l H J K L + - 0 . A o x [ ] t v " \
                  "1 2 3 4 5 6 W T M O F i < > Escape F9 F5 ? Escape / Escape f Escape : Escape c Escape n Escape " \
                  "w e y z b E G Z ! Escape ~ # BSpace DC Space Space * Escape @ Escape C-p Escape N C-n", key, " ")
        for (;;) {
                if (rand() < 0.04) {
                        print "size", 20 + int(rand() * 200), 5 + int(rand() * 60)
                        continue
                }
                if (rand() < 0.1) {
                        print "mouse", 1 + int(rand() * 90), 1 + int(rand() * 40), 1 + int(rand() * 90), 1 + int(rand() * 40)
                        continue
                }
                line = ""
                for (i = 0; i < 12; i++)
                        line = line " " key[1 + int(rand() * n)]
                print line
        }
}' 2>"$term_work/awk" | head -n 20000 >"$term_work/keys"

# How it ended is written down: tmux does not always hear of a child's end.
begin() {
        rm -f "$term_work/status"
        term_start 100 30 sh -c '"$0" demo; echo $? >"$1.new"; mv "$1.new" "$1"' "$JAILNET" "$term_work/status"
        term_wait 'db2' 30
}
begin
end=$(($(date +%s) + seconds))
rounds=0
set -f # a star is a key
# As terminals tell it: button, column and line, each with 32 added.
mouse() { printf '\033[M%s%b%b' "$1" "\\0$(printf %o $((32 + $2)))" "\\0$(printf %o $((32 + $3)))"; }
while read -r line <&3 && [ "$(date +%s)" -lt $end ]; do
        case $line in
        size*)
                # shellcheck disable=SC2086 # words
                set -- $line
                tm resize-window -t t: -x "$2" -y "$3"
                ;;
        mouse*)
                # shellcheck disable=SC2086 # words
                set -- $line
                term_type "$(mouse ' ' "$2" "$3")$(mouse '@' "$4" "$5")$(mouse '#' "$4" "$5")"
                ;;
        *)
                # shellcheck disable=SC2086 # keys
                term_keys $line
                ;;
        esac
        rounds=$((rounds + 1))
        if [ -e "$term_work/status" ]; then # Quit is an action like others: only how it went counts
                no_report && [ "$(cat "$term_work/status")" = 0 ] ||
                        term_fail "it is gone ($(cat "$term_work/status")) after round $rounds of SEED=$seed: $line"
                begin
        fi
done 3<"$term_work/keys"
echo "$rounds rounds"

# A sane screen again.
tm resize-window -t t: -x 100 -y 30
[ ! -e "$term_work/status" ] || begin
term_keys Escape Escape Escape Escape Escape Escape
# What follows an Escape at once may count as part of it: pressed until it is seen.
shows() {
        term_keys "$1"
        term_has "$2"
}
term_check 'the Graph view' shows 1 '1 Graph'
term_check 'the Table view' shows 2 '2 Table'
term_keys q
term_check 'it ends' grep -sqx 0 "$term_work/status"
no_report || term_fail "a sanitizer has reported (SEED=$seed)"
term_end
