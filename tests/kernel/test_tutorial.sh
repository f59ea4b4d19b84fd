# Proves that docs/ezjail.md tells the truth: its files are taken from the page, its commands are run as they stand there,
# and what it says that they print is compared.
. "${SOURCE:?}/tests/lib/sandbox.sh"

command -v nft >/dev/null || {
        echo 'skipped: nft is not installed'
        exit 77
}
page=$SOURCE/docs/ezjail.md
mkdir "$work/bin" "$work/host" "$work/host/ezjail" "$work/nets"
ln -s "$JAILNET" "$work/bin/jailnet"
PATH=$work/bin:$PATH

section() { # NUMBER: its lines
        awk -v n="$1" '/^## / { is_it = index($0, "## " n ".") == 1 } is_it' "$page"
}
commands() { sed -n 's/^    \$ //p'; }
printed_by() { # COMMAND'S BEGINNING: what the page shows below it
        awk -v c="    \$ $1" 'index($0, c) == 1 { on = 1; next } on && (/^    \$ / || !/^    /) { exit } on { print substr($0, 5) }'
}
runs() { # COMMAND: as it stands in the page
        checks=$((checks + 1))
        sh -c "$1" >"$work/out" 2>"$work/err" </dev/null || fail "$1: $(cat "$work/out" "$work/err")"
}

# 1: the files.
cd "$work/host" || exit 1
for file in ezjail/blog rc.conf; do section 1 | printed_by "cat $file" >"$file"; done
checks=$((checks + 1))
[ -s ezjail/blog ] && [ -s rc.conf ] || fail 'the page shows no files'

# 2: the conversion, and what it prints.
convert=$(section 2 | commands | head -1)
runs "$convert"
section 2 | printed_by 'jailnet convert' >"$work/wanted"
checks=$((checks + 1))
cmp -s "$work/wanted" "$work/out" || fail "convert prints: $(diff "$work/wanted" "$work/out")"
for file in ezjail/blog jails/blog/etc/rc.conf rc.conf jail.conf; do ok "new/$file" test -s "new/$file"; done

# 3: command by command; an echo may take its time on a machine that is busy.
section 3 | commands | sed 's/ping -c 1/ping -c 1 -W 20/' >"$work/third"
while read -r line; do runs "$line"; done <"$work/third"
runs 'jailnet import new'
same 'again' "$(head -1 "$work/out")" "$(section 3 | sed -n 's/^    \(nothing is to be changed.*\)/\1/p')"

# What the text says of other commands.
runs 'jailnet import -n new'
runs 'jailnet undo'
same 'undone' "$(ip netns list | grep -c blog)" 0
runs "$(tr '\n' ' ' <"$page" | grep -o 'jailnet import ezjail[^`]*')"
ok 'both steps at once' ip netns exec blog ping -c 1 -W 20 198.51.100.1
mac=$(link blog e0b_blog .address)
ip netns delete blog
runs 'jailnet restore'
ok 'restored' ip netns exec blog ping -c 1 -W 20 198.51.100.1
same 'with the same MAC address' "$(link blog e0b_blog .address)" "$mac"
runs "jailnet export freebsd $work/exported"
ok 'as files again' grep -q 'inet 198.51.100.17/24' "$work/exported/jails/blog/etc/rc.conf"

# 4: two networks, the files from the page's blocks.
cd "$work/nets" || exit 1
section 4 | grep '^    [a-z].*=' | grep -v '^    \(nat\|rdr\) ' | sed 's/^    //' >"$work/blocks"
grep -E '^(cloned_interfaces|ifconfig_(bridge|epair[0-9]*a)|gateway_enable)' "$work/blocks" >rc.conf
section 4 | sed -n 's/^    \([a-z]* *{.*}\)$/\1/p' >jail.conf
section 4 | sed -n 's/^    \(\(nat\|rdr\) on .*\)/\1/p' >pf.conf
same 'jails in the page' "$(wc -l <jail.conf | tr -d ' ')" 3
printf '%s\n' 'ifconfig_epair1b="inet 10.1.0.11/24"' 'defaultrouter="10.1.0.1"' >front.rc
same "a jail's file is the page's" "$(grep -vE '^(cloned|ifconfig_(bridge|epair[0-9]*a)|gateway)' "$work/blocks" |
        grep -c -x -F -f front.rc)" 2
printf '%s\n' 'ifconfig_epair2b="inet 10.1.0.12/24"' 'defaultrouter="10.1.0.1"' >shop.rc
printf '%s\n' 'ifconfig_epair3b="inet 10.2.0.11/24"' 'defaultrouter="10.2.0.1"' >db.rc
section 4 | commands >"$work/fourth"
while read -r line; do runs "$line"; done <"$work/fourth"
ok 'from one network to the other' ip netns exec front ping -c 1 -W 20 10.2.0.11
runs 'jailnet import pf.conf'
same "pf.conf's lines are the same rules" "$(head -1 "$work/out")" 'nothing is to be changed: all of it is so already'
cd / || exit 1
finish
