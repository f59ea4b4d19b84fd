#!/bin/sh
# Jails of a jail.conf in the console: what a start would do is shown, nothing is run before the answer; the jail starts, runs
# and stops beside the console, which goes on meanwhile; its console log is followed as it grows, is turned over or cut, shows
# no control characters, scrolls and is searched; a start that fails tells why and leaves nothing.
: "${JAILNET:?}" "${SOURCE:?}"
if [ "${1-}" != inside ]; then
        "$JAILNET" sandbox -- true 2>/dev/null || {
                echo 'skipped: sandboxes are forbidden here'
                exit 77
        }
        exec "$JAILNET" sandbox -- sh "$0" inside
fi
. "$SOURCE/tests/lib/term.sh"

files=$term_work/files
log=$files/shop.log
mkdir -p "$files"
mkfifo "$files/gate"
cat >"$files/jail.conf" <<END_CONF
path = /;
shop {
        vnet; persist;
        exec.consolelog = "$log";
        exec.prestart = "cat $files/gate";
        exec.start = "echo the shop is open";
        exec.stop = "echo the shop is closed";
}
broken { vnet; persist; exec.start = "false"; }
END_CONF

runs() { "$JAILNET" jls -N 2>/dev/null | grep -q "$1"; }
runs_not() { ! runs "$1"; }
# Both the sandbox and the tests may have a jail.conf of the host's: the picker is the sure way.
open_list() {
        term_keys S
        if [ -e /etc/jail.conf ]; then
                term_wait 'Another file'
                term_keys End Enter
        fi
        term_wait 'which jail.conf'
        term_type "$files/jail.conf"
        term_keys Enter
        term_wait "Jails of $files/jail.conf"
}

term_start 80 24 "$JAILNET"
term_wait 'live'
open_list
term_wait 'shop'
term_wait 'stopped'
term_at_sizes 'shop' 'broken' 'stopped'
term_keys Home Enter
term_at_sizes 's  Start'
term_keys s
term_wait 'would be started'
term_at_sizes 'would be started' 'echo the shop is open'
term_check 'nothing runs before the answer' runs_not shop
term_keys Enter
term_wait 'start jail shop...'

# It waits in its prestart: the console does not.
term_keys 2
term_wait 'Interface'
term_keys 1
: >"$files/gate"
term_wait 'done: start jail shop'
term_check 'it runs' runs shop
term_wait 'shop'

# Its log.
term_keys /
term_wait 'stay here'
term_type shop
term_keys Enter Escape
term_gone 'stay here'
term_keys C
term_wait 'the shop is open'
term_at_sizes 'the shop is open' 'follows the end'
printf 'a \033[31mred\033[0m word\nbell\007\n' >>"$log"
term_wait 'a red word'
term_wait 'bell\x07'
i=0
while [ $i -lt 40 ]; do
        echo "line $i of many"
        i=$((i + 1))
done >>"$log"
term_wait 'line 39 of many'
term_keys PageUp
term_wait 'stands still'
term_gone 'line 39'
echo 'a later line' >>"$log"
term_check 'it stands still' term_has_not 'a later line'
term_keys /
term_type 'shop is open'
term_wait 'the shop is open'
term_keys Enter f
term_wait 'a later line'
mv "$log" "$log.0"
echo 'a file in its place' >"$log"
term_wait 'a file in its place'
: >"$log"
echo 'begun anew' >>"$log"
term_wait 'begun anew'
term_keys z
term_check 'the whole screen' term_matches '^ *┌─ shop: '
term_keys Escape
term_gone 'follows the end'

# Stopped from its own menu.
term_keys Enter
term_wait 'l  Life of the jail'
term_keys l
term_wait 's  Stop'
term_keys s
term_at_sizes 'would be stopped'
term_keys Enter
term_wait 'done: stop jail shop'
term_check 'it is gone' runs_not shop
grep -q 'the shop is closed' "$log" || term_fail 'its stop commands did not run'

# One that fails.
term_keys S
term_wait 'Jails of'
term_keys Home Down Enter
term_wait 'jail broken'
term_keys s
term_wait 'would be started'
term_keys Enter
term_wait 'Not done'
term_at_sizes 'Not done' 'false: failed'
term_keys Escape
term_check 'nothing is left of it' runs_not broken

# One whose network was imported is listed as what it is, and started in it.
"$JAILNET" -q import "$files/jail.conf" || term_fail 'the jails cannot be imported'
term_check 'the imported jails are in the picture' eval 'term_matches "• shop  jid" && term_matches "• broken  jid"'
term_keys S
term_wait 'Jails of'
term_at_sizes 'not started; its network is there'
term_keys Home Enter
term_wait 's  Start'
term_keys s
term_wait 'would be started'
term_keys Enter
term_wait 'start jail shop...'
: >"$files/gate"
term_wait 'done: start jail shop'
term_check 'the imported one runs' runs shop
"$JAILNET" -q jail -r shop >/dev/null || term_fail 'it cannot be stopped'

# A log that is asked for before there is one.
rm -f "$log" "$log.0"
term_keys S
term_wait 'Jails of'
term_keys Home Enter
term_wait 's  Start'
term_keys l
term_wait 'It is not there yet'
echo 'now it is' >"$log"
term_wait 'now it is'
term_keys Escape
term_keys q
term_until 5 term_is_dead || term_fail 'q does not quit'
term_end
