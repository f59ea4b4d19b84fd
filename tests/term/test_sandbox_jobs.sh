#!/bin/sh
# Job control over a sandbox: Ctrl-C ends what runs in it, Ctrl-Z stops all of it, fg continues it, a shell inside has
# job control of its own, and the terminal is the outer shell's again afterwards.
: "${JAILNET:?}" "${SOURCE:?}"
. "$SOURCE/tests/lib/term.sh"
"$JAILNET" sandbox -- true 2>/dev/null || {
        echo 'skipped: sandboxes are forbidden here'
        exit 77
}

export JAILNET PS1='outer> '
command -v bash >/dev/null || {
        echo 'skipped: this test types into bash, which is not installed'
        exit 77
}
term_start 80 24 bash --norc --noprofile -i
term_wait 'outer>'

term_type '$JAILNET sandbox -- sh -c "echo run\ning; read x; echo got-\$x"; echo "status=$?"'
term_keys Enter
term_wait 'running'
term_keys C-c
term_wait 'status=130'

term_type 'clear; $JAILNET sandbox -- sh -c "echo re\ady; read x; echo got-\$x"; echo "status=$?"'
term_keys Enter
term_wait 'ready'
term_keys C-z
term_wait 'Stopped'
term_type 'clear; fg'
term_keys Enter
term_wait 'sandbox -- sh'
# What is typed while the shell hands the terminal over may be lost: wait until it is no longer the shell's.
runs() { [ "$(tm display -p -t t: '#{pane_current_command}')" = "$1" ]; }
not_bash() { ! runs bash; }
term_check 'the sandbox has the terminal again' not_bash
term_type 'word'
term_keys Enter
term_wait 'got-word'

# An interactive shell inside: its own jobs, and suspending it stops the whole for the outer shell.
term_type 'clear; PS1="inner> " $JAILNET sandbox -- bash --norc --noprofile -i; echo "status=$?"'
term_keys Enter
term_wait 'inner>'
term_gone 'job control'
# In the middle of a shell's vfork Ctrl-Z would stop nothing: wait until it is cat that has the terminal.
term_type 'cat'
term_keys Enter
term_check 'cat runs' runs cat
term_keys C-z
term_wait 'Stopped'
term_type 'clear; fg; echo back-$?'
term_keys Enter
term_check 'cat runs again' runs cat
term_type 'said to cat'
term_keys Enter
term_wait 'said to cat'
term_keys C-d
term_wait 'back-0'
term_type 'clear; suspend -f'
term_keys Enter
term_wait 'outer>'
term_type 'fg'
term_keys Enter
term_wait 'inner>'
term_type 'echo in"ner agai"n'
term_keys Enter
term_wait 'inner again'
term_type 'exit 4'
term_keys Enter
term_wait 'outer>'
term_type 'clear; read x; echo "x=$x"'
term_keys Enter
term_type 'mine'
term_keys Enter
term_wait 'x=mine'
term_end
