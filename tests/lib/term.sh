# term.sh - for the tests and the screenshots: runs a program in a terminal of its own (a private tmux server), types keys
# and reads the screen. Sourced; nothing here waits for a fixed time, everything for a text with a deadline.
#
#   term_start WIDTH HEIGHT CMD...   a terminal that runs CMD
#   term_keys KEY...                 as tmux names them: Enter Escape F2 C-z Up x
#   term_type TEXT                   literally
#   term_wait TEXT [SECONDS]         until the screen has TEXT (15 s); else the test fails and shows the screen
#   term_gone TEXT [SECONDS]         until it has it no more
#   term_matches PATTERN             a line of the screen matches
#   term_line TEXT                   a whole line of the screen is TEXT
#   term_resize WIDTH HEIGHT         the terminal is of that size from now on
#   term_at_sizes TEXT...            at 80x24, 120x40 and 200x60 the console has each TEXT, its title in the first line and
#                                    keys in the last; then the terminal is as large as it was
#   term_is_dead                     the program has ended
#   term_until SECONDS CMD...        until a command succeeds; false when it never did
#   term_screen                      prints the screen
#   term_check WHAT CMD...           until CMD succeeds; else the test fails and says WHAT
#   term_fail WHAT                   the test fails
#   term_end                         ends the terminal and the test, which has passed

TERM_WAIT=${TERM_WAIT:-15}
# A short path, whatever TMPDIR is: names of files are on the screens, and a socket's name has 107 bytes at most.
term_work=$(mktemp -d /tmp/jailnet.XXXXXX 2>/dev/null || mktemp -d) || exit 1
# A server of its own, not the user's; a locale that every system has; no colours or choices of whoever runs the test.
TMUX_TMPDIR=$term_work
SHELL=/bin/sh
LC_ALL=C.UTF-8
XDG_CONFIG_HOME=$term_work/config # nobody's settings, and what a test keeps is nobody's
export TMUX_TMPDIR SHELL LC_ALL XDG_CONFIG_HOME
unset TMUX TMUX_PANE NO_COLOR COLORTERM LANG LANGUAGE
trap 'term_kill' EXIT
trap 'exit 1' INT TERM HUP

command -v tmux >/dev/null || {
        echo 'skipped: tmux is not installed'
        exit 77
}
cat >"$term_work/conf" <<'END'
set -g status off
set -g default-terminal screen-256color
set -g remain-on-exit on
set -g history-limit 0
set -g escape-time 20
set -g mouse on
END

# Each terminal has a server of its own: one that is still ending would take the next one along.
term_number=0
tm() { tmux -u -L "jailnet$term_number" -f "$term_work/conf" "$@"; }

term_kill() {
        tm kill-server 2>/dev/null || true
        rm -rf "$term_work"
}

term_start() {
        term_width=$1 term_height=$2
        shift 2
        tm kill-server 2>/dev/null || true
        term_number=$((term_number + 1))
        tm new-session -d -s t -x "$term_width" -y "$term_height" "$@" || exit 1
}

term_keys() { tm send-keys -t t: "$@"; }
term_type() { tm send-keys -t t: -l "$1"; }
term_screen() { tm capture-pane -t t: -p; }
term_has() { term_screen | grep -qF -- "$1"; }
term_matches() { term_screen | grep -q -- "$1"; }
term_line() { term_screen | grep -qxF -- "$1"; }
term_is_dead() { [ "$(tm display -p -t t: '#{pane_dead}')" = 1 ]; }
term_has_not() { ! term_has "$1"; }

term_until() {
        term_deadline=$(($(date +%s) + $1))
        shift
        until "$@"; do
                [ "$(date +%s)" -le "$term_deadline" ] || return 1
                sleep 0.03
        done
}

term_resize() {
        term_width=$1 term_height=$2
        tm resize-window -t t: -x "$term_width" -y "$term_height"
}

term_frame_is_whole() {
        [ "$(term_screen | wc -l)" = "$term_height" ] && term_screen | head -n 1 | grep -q '^ jailnet' &&
                term_screen | tail -n 1 | grep -q '[A-Za-z]'
}

term_at_sizes() {
        term_before="$term_width $term_height"
        for term_size in '80 24' '120 40' '200 60'; do
                # shellcheck disable=SC2086 # two words
                term_resize $term_size
                for term_text in "$@"; do
                        term_wait "$term_text"
                done
                term_check "the frame is whole at $term_size" term_frame_is_whole
        done
        # shellcheck disable=SC2086 # two words
        term_resize $term_before
        for term_text in "$@"; do
                term_wait "$term_text"
        done
}

# The steps of a test stand on one another: the first failure ends it.
term_fail() {
        echo "FAILED: $*"
        echo "--- the screen:"
        term_screen 2>&1 || true
        echo "---"
        exit 1
}

term_wait() {
        term_until "${2:-$TERM_WAIT}" term_has "$1" && return 0
        term_fail "the screen never had '$1'"
}

term_gone() {
        term_until "${2:-$TERM_WAIT}" term_has_not "$1" && return 0
        term_fail "'$1' never left the screen"
}

term_check() {
        term_what=$1
        shift
        term_until "$TERM_WAIT" "$@" && return 0
        term_fail "$term_what"
}

term_end() {
        tm kill-server 2>/dev/null || true
        exit 0
}
