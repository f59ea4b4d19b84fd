#!/bin/sh
# The console as lines: commands at a prompt, what others change is told before the next answer, a wrong line changes nothing
# and the session goes on, options hold for one line.
. "${SOURCE:?}/tests/lib/sandbox.sh"

# said TEXT: waits until it was printed
said() {
        n=0
        until grep -qF -- "$1" "$work/lines"; do
                n=$((n + 1))
                [ $n -lt $((300 * slow)) ] || {
                        fail "was never said: $1"
                        cat "$work/lines"
                        finish
                }
                sleep 0.1
        done
}
kind_of() { link - "$1" .linkinfo.info_kind; }

mkfifo "$work/in"
"$JAILNET" lines <"$work/in" >"$work/lines" 2>&1 &
pid=$!
exec 3>"$work/in"

said '0 jails, 0 interfaces, 0 pending returns'
echo 'create jail web' >&3
echo 'create epair' >&3
said epair0b
same 'epair0a is' "$(kind_of epair0a)" veth

# What somebody else does is told, once.
ip link add other0 type bridge
echo >&3
said 'meanwhile: other0: '
echo 'show --format tree' >&3
said 'jid 1 '
same 'times that other0 was told of' "$(grep -c 'meanwhile: other0' "$work/lines")" 1

# Wrong lines: told, nothing is changed, and it goes on.
echo 'move epair0b nowhere' >&3
said 'nowhere: no such jail'
echo 'destroy "epair0a' >&3
said 'a quote is open'
echo 'lines' >&3
said 'this is it'
same 'after wrong lines epair0b is' "$(kind_of epair0b)" veth

# An option is for its line: the first move is only shown.
echo 'move -n epair0b web' >&3
said 'ip link set'
same 'only shown, epair0b is' "$(kind_of epair0b)" veth
echo 'move epair0b web' >&3
echo 'undo' >&3
echo 'journal --last 1' >&3
said 'undo'
same 'after undo epair0b is' "$(kind_of epair0b)" veth
echo 'quit' >&3
exec 3>&-
ok 'it ends well' wait $pid
finish
