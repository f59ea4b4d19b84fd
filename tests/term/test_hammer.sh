#!/bin/sh
# Random keys, mouse events and sizes for a while (JAILNET_LONG=1: a minute, and one more among a thousand jails): the
# console stays alive, answers, and ends as if nothing had been. The seed is printed for a second try (SEED=N). With
# sanitizers built in, what they report is a failure too.
#
# Keys that leave it or suspend it are not pressed, but a menu, the palette and the mouse can leave it as well. That is told
# from all other ends by its exit status, which is 0 for nothing else (test_terminal.sh); it is begun again then.
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
# The console has handlers of its own for what kills it: the sanitizer shall have the last word on that.
ASAN_OPTIONS=detect_leaks=0:handle_segv=2:handle_sigbus=2:handle_sigfpe=2:handle_abort=2:log_path=$term_work/report
UBSAN_OPTIONS=print_stacktrace=1:log_path=$term_work/report
export ASAN_OPTIONS UBSAN_OPTIONS
no_report() {
        find "$term_work" -name 'report*' -exec head -n 40 {} + | grep . && return 1
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

cat >"$term_work/crowd" <<'END'
n=0
while [ $n -lt 1000 ]; do
        [ $((n % 50)) != 0 ] || echo "link add br$((n / 50)) up type bridge"
        echo "netns add web$n"
        echo "link add e$n up master br$((n / 50)) type veth peer name eth0 netns web$n"
        n=$((n + 1))
done | ip -batch -
exec "$JAILNET"
END

# How it ended is written down: tmux does not always hear of a child's end.
begin() {
        rm -rf "$term_work/status" "$XDG_CONFIG_HOME/jailnet" # settings may have been kept: another view to begin with
        case $among in
        demo) term_start 100 30 sh -c '"$0" demo; echo $? >"$1.new"; mv "$1.new" "$1"' "$JAILNET" "$term_work/status" ;;
        crowd)
                term_start 100 30 sh -c '"$0" sandbox -- sh "$2"; echo $? >"$1.new"; mv "$1.new" "$1"' "$JAILNET" \
                        "$term_work/status" "$term_work/crowd"
                ;;
        esac
        term_wait "$begun" 120
}

# As terminals tell it: button, column and line, each with 32 added.
mouse() { printf '\033[M%s%b%b' "$1" "\\0$(printf %o $((32 + $2)))" "\\0$(printf %o $((32 + $3)))"; }

# Keys may still be waiting, and one of them may open a dialog or leave the console: pressed until it is seen. The kernel
# takes a thousand stacks apart before the status of one that was left is known.
shows() { # KEY TEXT
        for n in $(seq 1 75); do
                [ ! -e "$term_work/status" ] || begin
                term_keys Escape
                term_keys "$1"
                term_until 4 term_has "$2" && return
        done
        term_fail "the view of key $1"
}

hammer() { # AMONG BEGUN: what the screen has once it has begun
        among=$1 begun=$2
        begin
        end=$(($(date +%s) + seconds))
        rounds=0
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
                if [ -e "$term_work/status" ]; then
                        no_report && [ "$(cat "$term_work/status")" = 0 ] ||
                                term_fail "it is gone ($(cat "$term_work/status")) after round $rounds of SEED=$seed: $line"
                        echo "left by a menu, the palette or the mouse in round $rounds"
                        begin
                fi
        done 3<"$term_work/keys"
        echo "$rounds rounds, $among"

        # A sane screen again.
        tm resize-window -t t: -x 100 -y 30
        shows 1 '1 Graph'
        shows 2 '2 Table'
        term_keys q
        term_check 'it ends' grep -sqx 0 "$term_work/status"
        no_report || term_fail "a sanitizer has reported (SEED=$seed)"
}

set -f # a star is a key
hammer demo db2
[ -z "${JAILNET_LONG-}" ] || hammer crowd 'jails 1000'
term_end
