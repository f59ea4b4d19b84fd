# Proves: jails start and stop as jail.conf says, in FreeBSD's order of phases; interfaces move in and come home; a phase
# that fails takes back everything, what its commands made too; a jail without persist goes with its last process; jls and
# jexec tell and do what FreeBSD's do. Each form of jail.conf in the readings that the program was made after is here once
# more, with other names and addresses.
. "${SOURCE:?}/tests/lib/sandbox.sh"

# Names of interfaces as the kernel lists them, on the host.
host_links() { ip -j link show | jq -r '[.[].ifname] | sort | join(" ")'; }
jails() { ip netns list | cut -d' ' -f1 | sort | paste -sd' ' -; }

until_true() { # WHAT CMD...: holds within half a minute
        checks=$((checks + 1))
        until_what=$1
        shift
        for _ in $(seq 300); do
                "$@" >/dev/null 2>&1 && return
                # Nobody tells a shell of it: it looks again, ten times a second.
                sleep 0.1
        done
        fail "$until_what"
}

no_jail() { [ -z "$(jails)" ]; }
nothing_started() { [ "$(sql 'SELECT count(*) FROM started_jail')" = 0 ]; }

conf=$work/jail.conf
log=$work/log
: >"$log"

jail() { do_ok jail -f "$conf" "$@"; }
jail_fails() { # TEXT ARGS...
        text=$1
        shift
        J jail -f "$conf" "$@"
        same "exit status of: jail $*" $status 1
        grep -qF -- "$text" "$work/err" || fail "jail $*: does not say '$text' but: $(cat "$work/err")"
}

# -- A pair on a bridge: one end stays, the other is lent ----------------------------------------------------------------
do_ok create bridge sw0
do_ok create epair epair40a epair40b
do_ok create epair epair41a epair41b
do_ok attach epair40a sw0
do_ok attach epair41a sw0
for i in sw0 epair40a epair41a; do do_ok up $i; done

cat >"$conf" <<X
# what all have
\$net = "10.71.5";
exec.clean;
exec.start = "/bin/sh /etc/rc";         // Linux has none: it starts without
exec.stop = "/bin/sh /etc/rc.shutdown";
mount.devfs;
host.hostname = "\$name.lab";
path = "/";
vnet;
persist;

/* two jails
   on one bridge */
mail {
        \$id = 2;
        vnet.interface = "epair40b";
        exec.start += "ip link set epair40b up", "ip address add \${net}.\$id/24 dev epair40b";
        exec.poststop = "echo mail has stopped >>$log";
}
web {
        vnet.interface = epair41b;
        exec.start += "ip link set epair41b up";
        exec.start += 'ip address add 10.71.5.3/24 dev epair41b';
        depend = mail;
}
X
J jail -f "$conf" -e ,
same 'the names in the file' "$(sed 's,\(name=[a-z]*\).*,\1,; s,.*name=,,' "$work/out" | paste -sd, -)" mail,web
do_ok -n jail -f "$conf" -c mail
ok 'the preview tells of it' grep -q 'vnet.interface: epair40b' "$work/out"
same 'jails after the preview' "$(jails)" ''

jail -c web
same 'both are created, what it depends on first' "$(paste -sd' ' - <"$work/out")" 'mail: created web: created'
same 'jails' "$(jails)" 'mail web'
same 'the interface is in it' "$(addresses mail epair40b)" 10.71.5.2/24
same 'and not on the host' "$(host_links)" 'epair40a epair41a lo sw0'
same 'loopback' "$(link mail lo '.flags | index("UP") != null')" true
until_true 'one reaches the other' ip netns exec mail ping -c1 -W1 10.71.5.3
jail_fails '"web" already exists' -c web
jail -cq '*'

# -- jls -----------------------------------------------------------------------------------------------------------------
do_ok jls
same 'header' "$(sed -n 1p "$work/out")" '   JID  IP Address      Hostname                      Path'
same 'row' "$(grep mail "$work/out")" "$(printf '%6d  %-15s %-29s %s' "$("$JAILNET" jls -j mail jid)" 10.71.5.2 mail.lab /)"
do_ok jls name path host.hostname
same 'words' "$(grep ^web "$work/out")" 'web / web.lab'
do_ok jls -n -j web name vnet persist dying allow.raw_sockets
same 'names and values' "$(cat "$work/out")" 'name=web vnet=new persist nodying allow.noraw_sockets'
do_ok jls -h name depend
same 'a header of words' "$(sed -n 1p "$work/out")" 'name depend'
do_ok jls -q -j web name
do_ok jls --libxo json
same 'as JSON' "$(jq -r '.["jail-information"].jail[] | select(.hostname == "web.lab") | .ipv4' "$work/out")" 10.71.5.3
do_ok jls -c -j web
J jls -c -j nobody
same 'a jail that is not there' $status 1
J jls nonsense
same 'an unknown parameter' "$status $(cat "$work/err")" '1 jls: unknown parameter: nonsense'

# -- jexec ---------------------------------------------------------------------------------------------------------------
same 'its stack' "$("$JAILNET" jexec mail readlink /proc/self/ns/net)" "$(ip netns exec mail readlink /proc/self/ns/net)"
same 'its name' "$("$JAILNET" jexec mail uname -n)" mail.lab
same 'its jid will do' "$("$JAILNET" jexec "$("$JAILNET" jls -j mail jid)" uname -n)" mail.lab
ok 'processes of its own' [ "$("$JAILNET" jexec mail sh -c 'echo $$')" -lt 200 ]
J jexec mail sh -c 'exit 7'
same 'its exit status' $status 7
J jexec mail sh -c 'kill -TERM $$'
same 'a signal' $status 143
J jexec nobody true
same 'no jail' "$status $(cat "$work/err")" '1 jexec: jail "nobody" not found'
J jexec mail /no/such/program
same 'no program' $status 1
same 'a clean environment' "$(NOISE=1 "$JAILNET" jexec -l mail sh -c 'echo "$NOISE$USER$HOME"')" root/root
same 'a variable' "$("$JAILNET" jexec -e A=b mail sh -c 'echo $A')" b
same 'in a folder' "$("$JAILNET" jexec -d /proc mail pwd)" /proc
J jexec -u nosuchuser mail true
same 'no user' $status 1

# -- Stopping: what depends on it first, interfaces come home -----------------------------------------------------------
jail -r mail
same 'removed' "$(paste -sd' ' - <"$work/out")" 'web: removed mail: removed'
same 'jails' "$(jails)" ''
same 'interfaces are home' "$(host_links)" 'epair40a epair40b epair41a epair41b lo sw0'
same 'poststop' "$(cat "$log")" 'mail has stopped'
jail_fails '"mail" not found' -r mail

# What a jail's /dev has is told by devfs.rules; FreeBSD's own rulesets are there without a file.
mkdir -p "$work/etc" "$work/dev/dev" "$work/dev/proc" && cp -R /etc/passwd /etc/group /etc/alternatives "$work/etc" 2>/dev/null
mount --bind "$work/etc" /etc || fail 'no /etc of our own'
nodes() { # RULESET: the names in the /dev of a jail with it; processes outside see them by its init's root
        printf 'dev { path = "%s"; vnet; persist; mount.devfs; devfs_ruleset = %s; }\n' "$work/dev" "$1" >"$work/dev.conf"
        do_ok jail -f "$work/dev.conf" -c dev
        ls "/proc/$(sql "SELECT pid FROM started_jail WHERE name = 'dev'")/root/dev" | paste -sd' ' -
        "$JAILNET" -q jail -f "$work/dev.conf" -r dev
}
usual='fd full null ptmx pts random shm stderr stdin stdout tty urandom zero'
same 'devfs_ruleset 4' "$(nodes 4)" "$usual"
same 'devfs_ruleset 1' "$(nodes 1)" shm
same 'one that nobody has' "$(nodes 11)" "$usual"
same 'is told' "$(grep -c 'devfs_ruleset 11: /etc/devfs.rules has none of that number' "$work/err")" 1
cat >/etc/devfs.rules <<'X'
[devfsrules_hidden=10]
add include $devfsrules_hide_all
[devfsrules_guests=11]
add include $devfsrules_hidden
add path 'u*' unhide
add path zero unhide
add path 'bpf*' unhide
X
same 'rules of a file' "$(nodes 11)" 'shm urandom zero'
if [ -e /dev/net/tun ]; then
        echo "add path 'tun*' unhide" >>/etc/devfs.rules
        same 'taps' "$(nodes 11)" 'net shm urandom zero'
fi
echo 'add path zero unhyde' >>/etc/devfs.rules
J jail -f "$work/dev.conf" -c dev
same 'what is wrong in it' "$status $(sed -n 1p "$work/err" | grep -c "^jail: /etc/devfs.rules:[0-9]*:15: 'unhyde': ")" '1 1'
same 'the mark' "$(sed -n 3p "$work/err" | tr -d '\n')" '                  ^'
umount /etc || fail 'our own /etc stays'
rmdir "$work/dev/dev"
J jail -f "$work/dev.conf" -c dev
same 'without the folder dev' "$status $(tail -1 "$work/err")" \
        "1 jail: dev: mount.devfs: $work/dev/dev: No such file or directory"
same 'nothing is remembered' "$(sql 'SELECT count(*) FROM started_jail')" 0

# -- The order of phases -----------------------------------------------------------------------------------------------
: >"$log"
cat >"$conf" <<X
path = /;
one {
        vnet; persist;
        vnet.interface += "epair40b";
        exec.prepare = "echo prepare >>$log";
        exec.prestart = "echo prestart \$(ip netns | wc -l) >>$log";
        exec.prestart += "echo prestart2 >>$log";
        exec.created = "echo created \$(ip link show epair40b | grep -c epair40b) >>$log";
        exec.start = "echo start \$(ip link show epair40b | grep -c epair40b) >>$log";
        command = "/bin/sh -c 'echo command >>$log'";
        exec.poststart = "echo poststart >>$log";
        exec.prestop = "echo prestop >>$log";
        exec.stop = "echo stop \$(ip link show epair40b | grep -c epair40b) >>$log";
        exec.poststop = "echo poststop \$(ip link show epair40b | grep -c epair40b) >>$log";
        exec.release = "echo release >>$log";
}
X
jail -c one
jail -rc one
jail -r one
again='prepare prestart 0 prestart2 created 1 start 1 command poststart prestop stop 1 poststop 1 release'
same 'phases' "$(paste -sd' ' - <"$log")" "$again $again"

# -- A phase that fails ----------------------------------------------------------------------------------------------
cat >"$conf" <<X
path = "/"; vnet; persist;
a { vnet.interface = "epair40b", e9b; exec.prestart = "$JAILNET create epair e9a e9b"; exec.start = "false"; }
b { vnet.interface = "epair40b nobody"; }
c { vnet.interface = epair40b; exec.start = "sleep 60"; exec.timeout = 1; }
d { exec.prestart = "$JAILNET create epair e9a e9b"; vnet.interface = e9b; exec.poststart = "kill -9 \\\$\\\$"; }
e { exec.start = "/no/such/program"; }
f { depend = a; }
X
snapshot >"$work/before"
jail_fails 'a: false: failed' -c a
compare 'after a start that failed'
jail_fails 'several are written with commas' -c b
compare 'after a start without its interface'
jail_fails 'c: sleep 60: timed out' -c c
compare 'after a start that took too long'
jail_fails 'exited on signal 9' -c d
compare 'after a start that was killed at its end'
jail_fails 'e: /no/such/program: failed: a program was not found' -c e
jail_fails 'f: is not started: a jail that it depends on failed' -c f
compare 'after a start whose jail before it failed'
same 'nothing is remembered' "$(sql 'SELECT count(*) FROM started_jail')" 0

# -- Files that are wrong: place and mark, and nothing is done -----------------------------------------------------------
printf 'good { path = /; vnet; persist; }\nbad {\n  vnet;\n  ip4.addrs += 10.7.0.2;\n' >"$conf"
jail_fails "$conf:2:5: this { is never closed" -c good
same 'the mark' "$(sed -n 3p "$work/err" | tr -d '\n')" '        ^'
printf 'x { depend = y; path = /; persist; vnet; }\ny { depend = x; path = /; persist; vnet; }\n' >"$conf"
jail_fails 'depends on' -c
printf '.include "more/*.conf";\n' >"$conf"
mkdir "$work/more"
printf 'inc { vnet; persist; path = /; }\r\n' >"$work/more/inc.conf"
jail -c inc
jail -r inc
printf 'inc { $x = "$(touch %s/run)"; exec.prestop = "$x"; vnet; persist; path = "/nowhere"; }' "$work" >"$conf"
jail_fails 'path /nowhere' -c inc
ok 'nothing is run while reading' [ ! -e "$work/run" ]
compare 'after files that are wrong'

# -- Words of the command line; jails that live as long as something runs in them -----------------------------------------
do_ok jail -c name=w vnet path=/ persist host.hostname=w.lab
same 'from words' "$("$JAILNET" jexec w uname -n)" w.lab
do_ok jail -m name=w host.hostname=v.lab
same 'changed' "$("$JAILNET" jexec w uname -n)" v.lab
J jail -m name=w path=/tmp
same 'what cannot be changed' $status 1
do_ok jail -cm name=w host.hostname=w.lab
do_ok jail -R w
J jail -c name=w vnet path=/
same 'nothing to run' $status 1
do_ok jail -c name=w vnet path=/ command=sh -c 'exit 0'
same 'it has ended with its command' "$(jails)" ''
same 'which was its purpose' "$(cat "$work/err")" ''
do_ok jail -c name=w vnet path=/ exec.start=true
same 'nothing runs in it' "$(jails) $(grep -c 'w: nothing is left running in it' "$work/err")" ' 1'
J jail -c name=w vnet path=/ command=false
same 'a command that fails' $status 1
do_ok jail -i -c name=w vnet path=/ exec.start='sleep 3000 &'
same 'its jid is told' "$(cat "$work/out")" "$("$JAILNET" jls -j w jid)"
do_ok move epair40b w
"$JAILNET" jexec w sh -c 'kill -9 -1' 2>/dev/null
until_true 'it goes with its last process' no_jail
until_true 'what it had lent is home' ip link show epair40b
until_true 'and it is forgotten' nothing_started
do_ok jail -c name=w vnet path=/ persist exec.start='sh -c "trap : TERM; while :; do sleep 0.1; done" &' stop.timeout=1
do_ok jail -r w
same 'one that does not hear SIGTERM' "$(jails)" ''

# -- Jails that share the host's stack ---------------------------------------------------------------------------------
cat >"$conf" <<X
path = "/"; persist;
interface = sw0;
old {
        ip4.addr = "epair40a|10.72.0.5/24", 10.72.1.6;
        ip6.addr += "sw0|fd00:72::5/64";
        host.hostname = old.lab;
}
raw { ip4.addr = 10.72.1.7; allow.raw_sockets; }
X
jail -c
same 'its address' "$(addresses - epair40a)" 10.72.0.5/24
same 'others on the interface of all' "$(addresses - sw0)" '10.72.1.6/32 10.72.1.7/32 fd00:72::5/64'
same 'the host'"'"'s stack' "$("$JAILNET" jexec old readlink /proc/self/ns/net)" "$(readlink /proc/self/ns/net)"
same 'listed' "$("$JAILNET" jls -j old name ip4.addr vnet)" 'old 10.72.0.5,10.72.1.6 inherit'
J jexec old ip link set sw0 down
ok 'it may not change the host'"'"'s stack' [ $status != 0 ]
ok 'with raw sockets ping works' "$JAILNET" jexec raw ping -c1 -W5 10.72.1.7
jail -r '*'
same 'addresses go' "$(addresses - epair40a)$(addresses - sw0)" ''

# -- FreeBSD's commands by their own paths, node names -----------------------------------------------------------------
cat >"$conf" <<'X'
exec.clean; path = "/"; vnet; persist;
exec.prestart = "/usr/local/sbin/jib addm $name card0";
exec.poststop = "/usr/local/sbin/jib destroy $name";
vnet.interface = "e0b_$name";
foo { exec.start = "/sbin/ifconfig e0b_foo inet 10.71.6.2/24 up"; }
bar { exec.start = "ifconfig e0b_bar inet 10.71.6.3 netmask 255.255.255.0 up"; }
X
do_ok create epair card0 wire0
do_ok up card0
jail -c
same 'set up inside' "$(addresses foo e0b_foo)" 10.71.6.2/24
until_true 'by the bridges of jib' ip netns exec foo ping -c1 -W1 10.71.6.3
jail -r foo bar
same 'what jib made is gone' "$(jails)$(ip -j link show | jq -r '[.[].ifname | select(test("^e[0-9]"))] | join(" ")')" ''
cat >"$conf" <<'X'
vnet; persist; path = "/";
ng1 { vnet.interface = ng_one; exec.start = "ifconfig ngeth0 inet 10.71.7.2/24 up"; }
X
do_ok create eiface
do_ok name ngeth0 ng_one
jail -c ng1
ok 'a name of a node is told' grep -q 'ng_one is a node; its interface is ngeth0' "$work/err"
same 'its interface' "$(addresses ng1 ngeth0)" 10.71.7.2/24
jail -r ng1
do_ok destroy ngeth0

# -- A tree of its own -------------------------------------------------------------------------------------------------
tree=$work/tree
for folder in bin lib lib64 usr dev proc etc tmp data; do mkdir -p "$tree/$folder"; done
mkdir "$work/data"
echo shared >"$work/data/file"
echo 'svc:x:1:1::/tmp:/bin/sh' >"$tree/etc/passwd"
ln -s /tmp "$tree/evil"
if command -v busybox >/dev/null && ! ldd "$(command -v busybox)" >/dev/null 2>&1; then
        cp "$(command -v busybox)" "$tree/bin/sh" && mounts=
else
        mounts="mount = \"/bin $tree/bin nullfs ro\", \"/lib $tree/lib nullfs ro\", \"/usr $tree/usr nullfs ro\";"
        [ ! -d /lib64 ] || mounts="$mounts mount += \"/lib64 $tree/lib64 nullfs ro\";"
fi
cat >"$work/fstab" <<X
# device mountpoint type options
$work/data $tree/data nullfs ro 0 0
X
cat >"$conf" <<X
tree {
        path = "$tree"; vnet; persist; mount.devfs; host.hostname = tree.lab;
        $mounts
        mount.fstab = "$work/fstab";
        exec.start = "echo started >/tmp/started";
        exec.consolelog = "$work/console";
        exec.start += "echo to the log";
        exec.stop = "echo bye >/tmp/stopped";
}
X
jail -c tree
same 'its root' "$("$JAILNET" jexec tree /bin/sh -c 'echo /*')" "$(cd "$tree" && echo * | sed 's,^,/,; s, , /,g')"
same 'what ran in it' "$(cat "$tree/tmp/started")" started
same 'the console log' "$(cat "$work/console")" 'to the log'
same 'its mode' "$(stat -c %a "$work/console")" 600
same 'a mount' "$("$JAILNET" jexec tree /bin/sh -c 'read x </data/file; echo $x')" shared
J jexec tree /bin/sh -c 'echo x >/data/file'
ok 'it is read-only' [ $status != 0 ]
same 'its devices' "$("$JAILNET" jexec tree /bin/sh -c 'echo hidden >/dev/null; cd /dev; echo n*l z*o *random')" \
        'null zero random urandom'
ok 'no disks' [ -z "$("$JAILNET" jexec tree /bin/sh -c 'cd /dev; for d in sd* vd* nvme* mem kmem; do [ ! -e $d ] || echo $d; done')" ]
ok 'nothing is mounted on the host' [ -z "$(grep "$tree" /proc/self/mounts)" ]
ok 'the host is out of sight' "$JAILNET" jexec tree /bin/sh -c "[ ! -e $work ]"
jail -r tree
same 'what ran at its end' "$(cat "$tree/tmp/stopped")" bye

# A link in the tree leads no mount out of it.
rmdir "$tree/dev"
ln -s /tmp "$tree/dev"
jail -c tree
ok 'the host'"'"'s /tmp is as it was' [ ! -e /tmp/null ]
jail -r tree

# -- A stop that fails leaves the jail; -R removes it ---------------------------------------------------------------------
printf 's { path = /; vnet; persist; exec.stop = "false"; }' >"$conf"
jail -c s
jail_fails 'jail -R s removes it' -r s
same 'it is still there' "$(jails)" s
jail -R s
same 'now not' "$(jails)" ''
same 'no process of a jail is left' "$(pgrep -fc 'jailnet.* cell$')" 0
finish
