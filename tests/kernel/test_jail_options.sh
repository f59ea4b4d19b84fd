# Proves, option by option of FreeBSD's manual pages, what jail, jls and jexec do with each: jail -C -d -e -h -i -J -l -n -p
# -q -s -v, -m, -mr and -cmr; jls -a -c -d -h -j -n -N -q -s -v, "all", dying jails, JSON in each form; jexec -d -e -l -s.
# Users (-u, -U) are test_jail_users.sh's.
. "${SOURCE:?}/tests/lib/sandbox.sh"

jails() { ip netns list | cut -d' ' -f1 | sort | paste -sd' ' -; }
says() { # WHAT TEXT: on stderr
        checks=$((checks + 1))
        grep -qF -- "$2" "$work/err" || fail "$1: does not say '$2' but: $(cat "$work/err")"
}
conf=$work/jail.conf
cat >"$conf" <<X
persist; path = /;
\$greeting = "good day";
a { vnet; host.hostname = a.lab; exec.start = "echo \$greeting >$work/a", 'echo "\$USER:\$NOISE" >$work/user'; allow.raw_sockets; }
b { vnet; depend = a; nopersist; persist = true; exec.noclean; }
"*.x" { vnet; }
X

# --- jail -e: what the file has, by its names and values -----------------------------------------------------------------
do_ok jail -f "$conf" -e '|'
same 'a line for each jail' "$(wc -l <"$work/out" | tr -d ' ')" 2
same 'its parameters' "$(sed -n 2p "$work/out")" 'name=b|persist|path=/|vnet|depend=a|exec.noclean'
same 'values are quoted' "$(tr '|' '\n' <"$work/out" | sed -n 's/^exec.start=//p')" \
        "'echo good day >$work/a','echo \"\$USER:\$NOISE\" >$work/user'"
same 'nothing is done' "$(jails)" ''
printf 'good { vnet; }\nbad { path = $nowhere; }\n' >"$work/half.conf"
J jail -f "$work/half.conf" -e ' '
same 'one of them is wrong' "$status $(paste -sd';' - <"$work/out")" '1 name=good vnet;name=bad'
says 'one of them is wrong' "$work/half.conf:2:14: bad: variable \"nowhere\" not found"

# --- -i, -J, -q, -v, -l, -s, -p, -h ---------------------------------------------------------------------------------------
NOISE=noise "$JAILNET" jail -f "$conf" -i -l -p 2 -s 3 -J "$work/jids" -c >"$work/out" 2>"$work/err" ||
        fail "jail -ilpsJ: $(cat "$work/err")"
same '-i' "$(paste -sd' ' - <"$work/out")" "$("$JAILNET" jls -j a jid) $("$JAILNET" jls -j b jid)"
same '-J: a line for each' "$(sed 's/ .*//' "$work/jids" | paste -sd' ' -)" \
        "jid=$("$JAILNET" jls -j a jid) jid=$("$JAILNET" jls -j b jid)"
same '-J: what it was started with' "$(sed -n 's/.* name=a \(.*\) exec.start=.*/\1/p' "$work/jids")" \
        'persist path=/ vnet host.hostname=a.lab'
same '-s is in it' "$(grep -c 'securelevel=3' "$work/jids")" 2
same '-l: a clean environment' "$(cat "$work/user")" 'root:'
do_ok jail -q -r '*'
same '-q' "$(cat "$work/out" "$work/err")" ''
NOISE=noise "$JAILNET" jail -v -f "$conf" -c a >"$work/out" 2>"$work/err" || fail "jail -v: $(cat "$work/err")"
same '-v: each command' "$(grep -c '^a: run command in jail: echo ' "$work/out")" 2
same '-v: its stack' "$(grep -c '^a: create its network stack' "$work/out")" 1
same 'not clean' "$(cat "$work/user")" ':noise'
do_ok jail -v -r a
same '-v: its end' "$(grep -c '^a: sending SIGTERM\|^a: interfaces come home' "$work/out")" 2
J jail -f "$conf" -J "$work/not/there" -c a
same 'no such folder for -J' "$status $(jails)" '1 '
says 'no such folder for -J' "$work/not/there: No such file or directory"
for words in '-p many -c' '-s high -c' '-z' '-c -r' '-rc' '-u a -U b -c'; do
        J jail -f "$conf" $words
        same "jail $words" "$status $(grep -c 'usage: ' "$work/err") $(jails)" '1 1 '
done
J jail -C a
same '-C' "$status $(wc -l <"$work/err" | tr -d ' ')" '1 1'
says '-C' 'jail -R NAME removes one'

# --- -m, -mr, -cm, -cmr -----------------------------------------------------------------------------------------------
J jail -f "$conf" -m a
same '-m of one that does not run' "$status" 1
says '-m' '"a" not found'
J jail -f "$conf" -mr a
says '-mr' '"a" not found'
do_ok jail -f "$conf" -cm a
inside() { ip netns exec "$1" readlink /proc/self/ns/net; }
stack=$(inside a)
sed -i 's/a.lab/other.lab/' "$conf"
do_ok jail -f "$conf" -mr a
same 'a name changes as it runs' "$("$JAILNET" jexec a uname -n) $(inside a)" "other.lab $stack"
sed -i "s,a { vnet;,a { vnet; exec.prestart = \"echo again >$work/again\"; devfs_ruleset = 3;," "$conf"
J jail -f "$conf" -m a
same 'what is made with the jail' "$status" 1
says 'what is made with the jail' 'jail -rc a starts it anew'
ok 'it still runs' "$JAILNET" jexec a true
do_ok jail -f "$conf" -cmr a
same 'started anew' "$(cat "$work/again")" again
do_ok jail -f "$conf" -cmr b
same 'made' "$(jails)" 'a b'
do_ok jail -rc -f "$conf" a
same 'what depended on it has stopped, too' "$(jails)" a

# --- jls --------------------------------------------------------------------------------------------------------------
do_ok create bridge sw0
do_ok jail -f "$conf" -c b
do_ok jail -c name=old path=/ persist host.hostname="two words" ip4.addr='sw0|10.73.0.1/24' ip4.addr+='sw0|10.73.0.2' \
        ip6.addr='sw0|fd00:73::1/64'
jid=$("$JAILNET" jls -j old jid)
row() { "$JAILNET" jls "$@" 2>&1 | tail -n 1; }
same 'jls' "$(row)" "$(printf '%6d  %-15s %-29s %s' "$jid" 10.73.0.1 'two words' /)"
same '-N' "$(row -N)" "$(printf ' %-15s %-15s %-29s %s' old 10.73.0.1 'two words' /)"
same '-N: header' "$("$JAILNET" jls -N | sed -n 1p)" ' JID             IP Address      Hostname                      Path'
same '-v' "$("$JAILNET" jls -v -j "$jid" | sed -n '5,$p' | sed 's/  */ /g; s/ $//' | paste -sd';' -)" \
        " $jid two words /; old ACTIVE; 0; 10.73.0.1; 10.73.0.2; fd00:73::1"
same 'words' "$(row name ip4.addr ip6.addr depend)" 'old 10.73.0.1,10.73.0.2 fd00:73::1 -'
same '-q' "$(row -q host.hostname depend)" "'two words' ''"
same '-q alone' "$(row -q)" "$(row)"
same '-n' "$(row -n name persist ip4.addr depend)" 'name=old persist ip4.addr=10.73.0.1,10.73.0.2 depend='
same '-nq' "$(row -nq host.hostname depend)" "host.hostname='two words' depend=''"
same '-s' "$(row -s name dying parent depend host.hostname)" "name=old host.hostname='two words'"
same '-h' "$("$JAILNET" jls -h name vnet | paste -sd';' -)" 'name vnet;a new;b new;old inherit'
same 'all' "$(row -n all)" "$(row -n)"
same 'all in a header' "$("$JAILNET" jls -h | sed -n 1p | cut -d' ' -f1-4)" 'jid name path host.hostname'
same 'the last of -v and -n' "$(row -v -n -j a)$(row -vn)" "$(row -n -j a)$(row -n)"
same '-c' "$("$JAILNET" jls -c -j old; echo $?)$("$JAILNET" jls -c -j none; echo $?)" 01
J jls -j none
same 'none' "$status $(cat "$work/err")" '1 jls: jail "none" not found'
J jls -z
same 'no option' "$status $(grep -c 'usage: ' "$work/err")" '1 1'

json() { "$JAILNET" jls --libxo json "$@" | jq -c '.["jail-information"].jail[-1]'; }
same 'JSON' "$(json)" "{\"jid\":$jid,\"ipv4\":\"10.73.0.1\",\"hostname\":\"two words\",\"path\":\"/\"}"
same 'JSON -N' "$(json -N | jq -c 'keys')" '["hostname","ipv4","name","path"]'
same 'JSON -v' "$(json -v | jq -c '[.name, .state, .ipv4_addrs, .ipv6_addrs]')" \
        '["old","ACTIVE",["10.73.0.1","10.73.0.2"],["fd00:73::1"]]'
same 'JSON words' "$(json name ip6.addr persist vnet)" '{"name":"old","ip6.addr":["fd00:73::1"],"persist":true,"vnet":"inherit"}'
same 'JSON -n' "$(json -n | jq -c '[.name, .dying]')" '["old",false]'
same 'JSON, none' "$("$JAILNET" jls --libxo=json -j none 2>/dev/null)" ''
J jls --libxo xml
same 'no XML' "$status $(cat "$work/err")" '1 jls: --libxo: only json and text are known here'

# A dying jail: its stack is held by a process of the host's.
nsenter --net="$(sql "SELECT '/proc/' || pid || '/ns/net' FROM started_jail WHERE name = 'b'")" sleep 600 &
holder=$!
until [ "$(readlink /proc/$holder/ns/net)" = "$(inside b)" ]; do sleep 0.05; done
do_ok jail -R b
same 'not listed' "$("$JAILNET" jls name | paste -sd' ' -)" 'a old'
same '-d' "$("$JAILNET" jls -d name dying | grep ^b)" 'b true'
same '-a' "$("$JAILNET" jls -a name | grep -c ^b)" 1
same '-dv' "$("$JAILNET" jls -dv | grep -c 'b  *DYING')" 1
same 'JSON' "$("$JAILNET" jls -d --libxo json name dying | jq -c '.["jail-information"].jail[] | select(.name == "b").dying')" true
for option in -d -q; do
        do_ok jail $option -f "$conf" -c b
        ok "its name is free, jail $option" "$JAILNET" jexec b true
        do_ok jail -R b
done
kill $holder

# --- jexec ------------------------------------------------------------------------------------------------------------
in_a() { "$JAILNET" jexec "$@" 2>&1; }
same 'jexec' "$(NOISE=x in_a a sh -c 'echo $NOISE')" x
same '-l' "$(NOISE=x TERM=dumb in_a -l a sh -c 'echo $NOISE,$USER,$TERM')" ,root,dumb
same '-le' "$(in_a -l -e ONE=1 -e TWO='2 3' a sh -c 'echo $ONE $TWO')" '1 2 3'
same '-d' "$(in_a -d /usr a pwd)" /usr
same '-s' "$(in_a -s a echo '$x  *')" '$x  *'
same 'a shell' "$(echo 'echo $$ is inside' | in_a a | sed 's/^[0-9]*//')" ' is inside'
for words in '' '-z a' '-e nothing a true'; do
        J jexec $words
        same "jexec $words" "$status $(grep -c 'usage: ' "$work/err")" '1 1'
done
do_ok jail -r '*'
finish
