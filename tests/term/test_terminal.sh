#!/bin/sh
# The terminal is as it was: after quitting, after Ctrl-Z (and the console comes back with fg), after a crash, after losing
# a resize race. Modes are compared with stty -a; what stood on the screen before stands there again.
: "${JAILNET:?}" "${SOURCE:?}"
if [ "${1-}" != inside ]; then
        "$JAILNET" sandbox -- true 2>/dev/null || {
                echo 'skipped: sandboxes are forbidden here'
                exit 77
        }
        command -v bash >/dev/null || {
                echo 'skipped: this test needs the job control of bash, which is not installed'
                exit 77
        }
        exec "$JAILNET" sandbox -- sh "$0" inside
fi
. "$SOURCE/tests/lib/term.sh"
ip link add name epair0a type veth peer name epair0b

same_modes() {
        stty_now=$term_work/modes.$1
        rm -f "$stty_now"
        term_type "stty -a >$stty_now; echo modes-\$?"
        term_keys Enter
        term_wait 'modes-0'
        cmp -s "$term_work/modes.before" "$stty_now" ||
                term_fail "the terminal's modes differ after $1: $(diff "$term_work/modes.before" "$stty_now")"
        term_type 'clear; echo it was here'
        term_keys Enter
        term_gone 'modes-0'
        term_wait 'it was here'
}

console_pid() { ps -o pid= --ppid "$(tm display -p -t t: '#{pane_pid}')" | tr -d ' '; }
console_is_gone() { [ -z "$(console_pid)" ]; }

export JAILNET PS1='$ '
term_start 100 30 bash --norc --noprofile -i
term_wait '$'
term_type "stty -a >$term_work/modes.before; clear; echo it was here"
term_keys Enter
term_gone 'stty'
term_wait 'it was here'

# Quit.
term_type '$JAILNET'
term_keys Enter
term_wait 'epair0a'
term_has 'it was here' && term_fail 'the console draws over the screen of before'
term_keys q
term_wait 'it was here'
term_gone 'epair0b'
same_modes quit

# Ctrl-Z and back; the picture is the newest one.
term_type '$JAILNET'
term_keys Enter
term_wait 'epair0a'
term_keys C-z
term_wait 'Stopped'
same_modes stopping
ip link set dev epair0b name epair0z
term_type 'fg'
term_keys Enter
term_wait 'epair0z'

# Resizing, down to the smallest and beyond, and up again.
for size in 80x24 40x10 132x43; do
        tm resize-window -t t: -x "${size%x*}" -y "${size#*x}"
done
bottom_is_last() { [ "$(term_screen | wc -l)" = "$1" ] && term_screen | tail -n 1 | grep -q 'q quit'; }
term_check 'the bottom line is at the bottom after resizing' bottom_is_last 43
term_wait 'epair0z'
tm resize-window -t t: -x 100 -y 30
term_check 'the bottom line is at the bottom again' bottom_is_last 30
term_wait 'epair0z'
term_keys q
term_wait 'it was here'
same_modes resizing

# A crash: the shell tells of it on a usable terminal.
for signal in SEGV ABRT TERM HUP; do
        term_type '$JAILNET'
        term_keys Enter
        term_wait 'epair0a'
        kill -$signal "$(console_pid)"
        term_check "the console ends by SIG$signal" console_is_gone
        term_wait 'it was here'
        same_modes "SIG$signal"
done

# The same through the sandbox of a demo, whose console is a grandchild of the shell's job.
term_type '$JAILNET demo empty'
term_keys Enter
term_wait 'q quit'
term_keys C-z
term_wait 'Stopped'
same_modes demo-stopping
term_type 'fg'
term_keys Enter
term_wait 'q quit'
term_keys q
term_wait 'it was here'
same_modes demo-quit

# The exit status is 0 for who has left the console, by whatever means, and for nothing else.
start_told() { # CMD: it runs CMD with the console as $0, whose status and process are written down
        rm -f "$term_work/status" "$term_work/pid"
        term_start 80 24 sh -c "$1" "$term_work/one" "$term_work"
}
cat >"$term_work/one" <<'END'
#!/bin/sh
echo $$ >"$1/pid"
exec "$JAILNET"
END
chmod +x "$term_work/one"
told='"$0" "$1"; echo $? >"$1/status.new"; mv "$1/status.new" "$1/status"'
status_is() { grep -sqx "$1" "$term_work/status"; }
for keys in q F10 C-c 'F9 Up Enter' ': Quit Enter' click; do
        start_told "$told"
        term_wait 'epair0a'
        # shellcheck disable=SC2086 # keys
        case $keys in
        click)
                column=$(term_screen | tail -n 1 | sed 's/q quit.*//' | wc -m)
                term_type "$(printf '\033[M %b%b\033[M#%b%b' "\\0$(printf %o $((32 + column)))" "\\0$(printf %o 56)" \
                        "\\0$(printf %o $((32 + column)))" "\\0$(printf %o 56)")"
                ;;
        *) term_keys $keys ;;
        esac
        term_check "the status after $keys is 0" status_is 0
done
for signal in HUP:129 INT:130 QUIT:131 TERM:143; do
        start_told "$told"
        term_wait 'epair0a'
        kill -"${signal%:*}" "$(cat "$term_work/pid")"
        term_check "the status after SIG${signal%:*}" status_is "${signal#*:}"
done
# A signal that it was told to ignore; a terminal that goes without one.
for command in "trap '' HUP; $told" "tty=\$(tty); setsid sh -c '$told' \"\$0\" \"\$1\" <\"\$tty\" & trap '' HUP; wait"; do
        start_told "$command"
        term_wait 'epair0a'
        tm kill-server
        term_until "$TERM_WAIT" status_is 1 || {
                echo "FAILED: status $(cat "$term_work/status") without a terminal: $command"
                exit 1
        }
done

# The terminal goes away: so do consoles, whether the first program in it or under a shell, and demos.
jailnets() { pgrep -x jailnet | tr '\n' ' '; } # the keeper of this test's own sandbox is one
outer=$(jailnets)
nothing_left() { [ "$(jailnets)" = "$outer" ]; }
for command in "exec $JAILNET" "exec $JAILNET demo empty" "$JAILNET; true" "bash --norc --noprofile -i -c '$JAILNET; true'"; do
        term_start 100 30 sh -c "$command"
        term_wait 'q quit'
        tm kill-server
        term_until "$TERM_WAIT" nothing_left || {
                echo "FAILED: '$command' outlives its terminal: $(pgrep -ax jailnet)"
                exit 1
        }
done
exit 0
