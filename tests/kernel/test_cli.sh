#!/bin/sh
# The command line's manners: exit statuses, where options may stand, previews, the journal, who is refused and why.
. "${SOURCE:?}/tests/lib/sandbox.sh"

do_ok --version
same 'version' "$(cut -d' ' -f1 "$work/out")" jailnet
do_ok --help
for word in 'create epair' 'attach' 'journal' 'undo' 'returns' 'sandbox' 'demo' '--dry-run'; do
        ok "help has $word" grep -q -- "$word" "$work/out"
done
do_ok help create epair
ok 'help of one verb' grep -q '^usage: jailnet .*create epair' "$work/out"
do_ok help nat
for verb in 'nat list' 'nat add' 'nat forward' 'nat del'; do
        ok "help of the command and verbs that begin with nat: $verb" grep -q "^usage: jailnet .*$verb" "$work/out"
done
do_ok attach --help
ok 'help behind a verb' grep -q '^usage: jailnet .*attach' "$work/out"

do_ok create jail --help
same 'of a verb of two words' "$(grep -c '^usage' "$work/out") $(sed -n 's/^usage: jailnet \[-n\] \(create [a-z]*\) .*/\1/p' "$work/out")" \
        '1 create jail'

for word in demo sandbox show returns recover; do
        do_ok "$word" --help
        ok "help behind $word" grep -q "^usage: jailnet $word" "$work/out"
done

wrong_usage 'did you mean attach' atach epair0a br0
wrong_usage 'did you mean journal' jornal
wrong_usage '--wrong' --wrong
wrong_usage '--db' --db
wrong_usage 'terminal'
wrong_usage 'usage' undo 1 2
wrong_usage 'create jail' create jail
wrong_usage 'yaml' create jail www --format yaml

# Who asks for a list gets an answer, also when there is nothing.
for command in returns 'returns --orphans' journal 'nat list' restore; do
        # shellcheck disable=SC2086 # words
        do_ok $command
        same "a sentence of: $command" "$(wc -l <"$work/out" | tr -d ' ')" 1
done
do_ok returns --json
same 'for programs it is an empty list' "$(cat "$work/out")" '[]'

# Previews: -n in front of and behind the verb, text and JSON; nothing is made, nothing recorded.
do_ok -n create epair
ok 'equal command of iproute2' grep -q 'ip link add' "$work/out"
ok 'equal command of FreeBSD' grep -q 'ifconfig epair' "$work/out"
do_ok create epair --dry-run --format json
ok 'preview as JSON' jq -e '.steps | length > 0' "$work/out"
ok 'nothing was made' test "$(ip -j link show type veth | jq length)" = 0
same 'nothing was recorded' "$(sql 'SELECT count(*) FROM plan')" 0

# Global options stand anywhere in front of "--".
do_ok show --format tree --ascii --no-color --db "$work/other.db" -q
ok 'ASCII asked for behind the command' test -z "$(LC_ALL=C tr -d '\n -~' <"$work/out")"
ok 'another file named behind the command' test -s "$work/other.db"
do_ok journal --format json --db="$work/other.db"
same 'that file is asked' "$(cat "$work/out")" '[]'
wrong_usage '--db: needs a value' show --db
wrong_usage 'no preview' -n recover --finish

# The journal
do_ok create epair
do_ok create jail www
do_ok move epair0b www
do_ok journal
same 'the newest first' "$(awk '{print $1}' "$work/out" | tr '\n' ' ')" '3 2 1 '
ok 'words as typed' grep -q 'move epair0b www' "$work/out"
do_ok journal --json
ok 'as JSON' jq -e 'length == 3 and .[0].state == "done" and .[0].words == "move epair0b www"' "$work/out"
do_ok journal --json www
ok 'of one object' jq -e '[.[].number] == [3, 2]' "$work/out"
do_ok journal --last 1 --json
ok 'the last one' jq -e 'length == 1' "$work/out"
do_ok --json journal --last 1
ok 'the option in front' jq -e 'length == 1' "$work/out"
for command in 'nat list' doctor watch journal 'jls -n' 'create bridge br9'; do
        # shellcheck disable=SC2086 # words
        wrong_usage '--format xml' --format xml $command
done
do_ok journal 3
ok 'one plan with its steps' grep -q 'done.*epair0b' "$work/out"
refused 'plan 99' journal 99

# undo
do_ok undo -n
ok 'undo -n shows what it would do' grep -q 'epair0b' "$work/out"
same 'a preview is not recorded' "$(sql 'SELECT count(*) FROM plan')" 3
do_ok undo
same 'which it was' "$(cat "$work/out")" 'undo 3: move epair0b www'
ok 'the last is taken back' has_link - epair0b
do_ok undo 1
ok 'and an earlier one' test "$(ip -j link show type veth | jq length)" = 0
refused 'plan 3' undo 3
refused 'plan 1' undo 1
do_ok undo
refused 'nothing' undo
# What somebody else changed meanwhile is not taken back.
do_ok create bridge br0
ip link del br0
refused 'br0' undo

# What is no such thing is said to be another, or how it is written.
do_ok create bridge br9
do_ok create epair epair7a epair7b
do_ok create jail cell
refused "'%' in it" create bridge 'a%d'
refused "'/' in it" rename br9 a/b
refused 'white space' create bridge 'a b'
refused 'cell: is a jail; write JAIL/NAME' up cell
refused 'br9: is an interface and no jail' restart br9
refused 'epair7a: is no bridge' host flush epair7a
refused '10.0.0.1: has no length; write /24' address add br9 10.0.0.1
refused 'write it like 10.0.0.1' route add cell default 10.0.0.1/24
refused 'write one of them' stp br9 maybe
do_ok journal nosuch
same 'nothing was done to what is not there' "$(cat "$work/out")" 'nothing was done to it'

# Another user of the lock: refused in bounded time, with the reason.
do_ok create bridge br1
exec 9>>"$JAILNET_DB.lock"
flock 9
refused 'changing the network' create bridge br2
flock -u 9
exec 9>&-

# Without a place to write nothing is changed.
mkdir "$work/full"
if mount -t tmpfs -o size=64k,mode=0700 none "$work/full"; then
        refused 'full' --db "$work/full/inventory.db" create bridge br3
        umount "$work/full"
fi
cp "$JAILNET_DB" "$work/ro.db"
mkdir "$work/ro"
if mount -t tmpfs -o mode=0700 none "$work/ro" && cp "$JAILNET_DB" "$work/ro/inventory.db" &&
        mount -o remount,bind,ro "$work/ro"; then
        snapshot >"$work/before"
        J --db "$work/ro/inventory.db" create bridge br3
        same 'exit status on a read-only file system' "$status" 1
        ok 'and its reason' grep -q 'read-only' "$work/err"
        compare 'on a read-only file system'
        do_ok --db "$work/ro/inventory.db" show --format json
        ok 'the picture is there all the same' jq -e '.jails | length > 0' "$work/out"
        umount "$work/ro"
fi

# A damaged inventory is set aside; names and numbers come back from the marks in the kernel.
do_ok create epair mark0 mark1
number=$(sql "SELECT number FROM interface WHERE name = 'mark0' AND is_gone = 0")
rm -f "$JAILNET_DB-wal" "$JAILNET_DB-shm"
echo 'this is not a database, and never was one in all its life; it only looks like a file of ours' >"$JAILNET_DB"
J show --format json
same 'exit status with a damaged file' "$status" 0
ok 'it is said' grep -q 'damaged' "$work/err"
ok 'it is kept' test -n "$(ls "$JAILNET_DB".damaged-* 2>/dev/null)"
same 'number from the mark' "$(sql "SELECT number FROM interface WHERE name = 'mark0'")" "$number"
same 'ours again' "$(sql "SELECT is_owned, role FROM interface WHERE name = 'mark0'")" '1|1'

# A newer one is refused, and left alone.
version=$(sql 'PRAGMA user_version')
sqlite3 "$JAILNET_DB" 'PRAGMA user_version=99' >/dev/null
J create bridge br4
same 'exit status with a newer file' "$status" 1
ok 'and its reason' grep -q 'newer jailnet' "$work/err"
same 'left alone' "$(sql 'PRAGMA user_version')" 99
sqlite3 "$JAILNET_DB" "PRAGMA user_version=$version" >/dev/null

# Completion
same 'first words' "$("$JAILNET" complete att)" attach
same 'second words' "$("$JAILNET" complete create ep)" epair
same 'an object' "$("$JAILNET" complete up mark | sort | tr '\n' ' ')" 'mark0 mark1 '
same 'an option' "$("$JAILNET" complete create bridge x --st)" --stp

# An undo that later changes stand in the way of says which one is to be undone first.
do_ok create epair late0 late1
do_ok mtu late0 1400
made=$(sql 'SELECT max(number) FROM plan')
do_ok mtu late0 1300
refused "(plan $((made + 1)), mtu late0 1300, came after plan $made)" undo "$made"
ip link set late0 mtu 1350
refused 'not by a plan' undo
do_ok destroy late0

# By another name
ln -s "$JAILNET" "$work/journal"
"$work/journal" --json >"$work/out" && ok 'called by a command'"'"'s name' jq -e 'type == "array"' "$work/out"
finish
