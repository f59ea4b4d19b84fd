# Proves: import --exec makes the network by one plan, previewed with what would be run, then starts the jails as jail -c
# does, without doing again what the plan did; what runs already is left alone; and a phase that fails takes back all of it.
. "${SOURCE:?}/tests/lib/sandbox.sh"

has() { # WHAT TEXT: in what was said
        checks=$((checks + 1))
        grep -qF -- "$2" "$work/out" || fail "$1: lacks: $2: $(cat "$work/out" "$work/err")"
}

jails() { ip netns list | cut -d' ' -f1 | sort | paste -sd' ' -; }

cat >"$work/rc.conf" <<'X'
cloned_interfaces="bridge7"
ifconfig_bridge7="inet 10.44.0.1/24 up"
gateway_enable="YES"
X
cat >"$work/jail.conf" <<X
path = "/"; persist; exec.clean;
exec.poststart = "echo poststart \$name >> $work/log";
one {
        vnet; vnet.interface = "epair71b";
        exec.prestart  = "ifconfig epair71 create";
        exec.prestart += "ifconfig bridge7 addm epair71a";
        exec.prestart += "echo prestart \$name >> $work/log";
        exec.start = "echo start \$name >> $work/log";
        exec.poststop = "ifconfig epair71a destroy";
}
two { ip4.addr = "bridge7|10.44.0.77/32"; exec.start = "hostname > $work/two"; host.hostname = "two.lab"; depend = one; }
X
cat >"$work/one.rc" <<'X'
ifconfig_epair71b="inet 10.44.0.71/24"
defaultrouter="10.44.0.1"
X
: >"$work/log"

snapshot >"$work/before"
do_ok -n import --exec "$work/rc.conf" "$work/jail.conf" one="$work/one.rc"
has 'the preview' 'give 10.44.0.71/24'
has 'the preview' 'one: would be started:'
has 'the preview' "run on the host: echo prestart one >> $work/log"
checks=$((checks + 1))
grep -q 'run on the host: ifconfig epair71 create' "$work/out" && fail 'the preview: what the plan does would be run again'
compare 'after the preview'

do_ok import --exec "$work/rc.conf" "$work/jail.conf" one="$work/one.rc"
has 'the outcome' 'one: created'
has 'the outcome' 'two: created'
same 'phases' "$(tr '\n' ';' <"$work/log")" 'prestart one;start one;poststart one;poststart two;'
same 'in the jail' "$(cat "$work/two")" two.lab
ok 'the jail is reached' ping -c 1 -W 5 10.44.0.71
same "the jail's address" "$(addresses - bridge7)" '10.44.0.1/24 10.44.0.77/32'
same 'plans' "$(sql "SELECT count(*) FROM plan WHERE state = 'done'")" 1
same 'running' "$("$JAILNET" jls -N | awk 'NR > 1 { print $1 }' | sort | paste -sd' ' -)" 'one two'

# Again: nothing is changed, nothing is run.
do_ok import --exec "$work/rc.conf" "$work/jail.conf" one="$work/one.rc"
has 'again' 'nothing of the network is to be changed'
same 'phases, again' "$(wc -l <"$work/log" | tr -d ' ')" 4
do_ok jail -r '*'
same 'after the stop' "$(jails)" ''
same 'its pair' "$(ip link show epair71a 2>/dev/null)" ''
same "the host's address" "$(addresses - bridge7)" 10.44.0.1/24

# The network alone was imported: the jail is started in it, without what the plan has done; a phase that fails leaves
# the network as it was imported; somebody else's stack of that name is no such jail.
: >"$work/log"
do_ok import "$work/rc.conf" "$work/jail.conf" one="$work/one.rc"
snapshot >"$work/before"
sed 's/echo start/false \&\& &/' "$work/jail.conf" >"$work/fails.conf"
J jail -f "$work/fails.conf" -c one
same 'a phase that fails' "$status" 1
compare 'after a phase that fails'
same 'records' "$(sql 'SELECT count(*) FROM started_jail')" 0
: >"$work/log"
do_ok -n jail -f "$work/jail.conf" -c one
has 'the preview' "run on the host: echo prestart one >> $work/log"
compare 'after the preview of a start'
do_ok jail -f "$work/jail.conf" -c '*'
same 'phases in the imported network' "$(tr '\n' ';' <"$work/log")" \
        'prestart one;start one;poststart one;poststart two;'
ok 'the jail is reached, started afterwards' ping -c 1 -W 20 10.44.0.71
do_ok import "$work/rc.conf" "$work/jail.conf" one="$work/one.rc"
has 'imported again' 'nothing is to be changed'
J jail -f "$work/jail.conf" -c one
same 'runs already' "$status $(cat "$work/err")" '1 jail: "one" already exists'
do_ok jail -r '*'
same 'after this stop' "$(jails) $(ip link show epair71a 2>/dev/null)" ' '
do_ok import "$work/jail.conf" "$work/rc.conf" one="$work/one.rc"
ip -n one link set epair71b netns 1 2>/dev/null || ip -n one link delete epair71b
J jail -f "$work/jail.conf" -c one
same 'not as it was imported' "$status $(grep -c 'import that again' "$work/err")" '1 1'
do_ok import "$work/jail.conf" "$work/rc.conf" one="$work/one.rc"
do_ok jail -R one
ip netns add one
J jail -f "$work/jail.conf" -c one
same "somebody else's" "$status $(cat "$work/err")" '1 jail: "one" already exists'
ip netns delete one

# What cannot be started is refused before anything is changed.
cat >"$work/bad.conf" <<X
five { vnet; path = "$work/not/there"; persist; }
X
refused 'is no directory that can be seen' import --exec "$work/bad.conf"

# A phase of the last one fails: the first ends, too, and the network is as before.
sed "s/exec.start = \"hostname.*two\"; host/exec.start = \"false\"; host/" "$work/jail.conf" >"$work/fails.conf"
snapshot >"$work/before"
J import --exec "$work/fails.conf" one="$work/one.rc"
same 'exit status' "$status" 1
grep -q 'two: was not started; all of the import is taken back' "$work/err" || fail "the failure: $(cat "$work/err")"
same 'jails' "$(jails)" ''
compare 'after a failure'
same 'records' "$(sql 'SELECT count(*) FROM started_jail')" 0

# ezjail's jails: started as the jail.conf says into which they would be converted, in the network that the plan has made.
ip link add em9 type veth peer name em9_wire
ip link set em9 up
ip link set em9_wire up
ip address add 10.45.0.1/24 dev em9
cat >"$work/start" <<X
echo "start \$(hostname)" >>$work/log
sleep 1000 >/dev/null 2>&1 </dev/null &
X
mkdir "$work/ezjail"
for n in 2 3; do
        cat >"$work/ezjail/ez$n" <<X
export jail_ez${n}_hostname="ez$n.lab"
export jail_ez${n}_ip="em9|10.45.0.$n"
export jail_ez${n}_rootdir="/"
export jail_ez${n}_exec_prestart0="echo prestart ez$n >>$work/log"
export jail_ez${n}_exec_start="sh $work/start"
export jail_ez${n}_exec_stop=""
X
done
for style in --static --jib; do
        : >"$work/log"
        snapshot >"$work/before"
        do_ok -n import --exec $style --prefix em9=24 "$work/ezjail"
        has "$style: the preview" 'ez2: would be started:'
        compare "$style: after the preview"
        do_ok import --exec $style --prefix em9=24 "$work/ezjail"
        same "$style: phases" "$(sort "$work/log" | paste -sd';' -)" 'prestart ez2;prestart ez3;start ez2.lab;start ez3.lab'
        ok "$style: from jail to jail" ip netns exec ez2 ping -c 1 -W 5 10.45.0.3
        same "$style: running" "$("$JAILNET" jls -N | awk 'NR > 1 { print $1 }' | sort | paste -sd' ' -)" 'ez2 ez3'
        do_ok import --exec $style --prefix em9=24 "$work/ezjail"
        same "$style: again, phases" "$(wc -l <"$work/log" | tr -d ' ')" 4
        do_ok jail -r '*'
        same "$style: after the stop" "$(jails)" ''
        do_ok destroy "$(link - em9 .master)" # the bridge, which stays
done
finish
