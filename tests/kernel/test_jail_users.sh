# Proves whose rights the commands of a jail have: exec.system_user, exec.jail_user and exec.system_jail_user, jail -u and
# -U, jexec -u and -U: the numbers and groups of the right passwd, no rights of root's left, and the environment of that
# user; and that a user who is not there stops the start, which is taken back. Needs real root: a sandbox has one user.
if [ "${1-}" = rooted ]; then
        mount --make-rprivate / && mount -t tmpfs run /run || exit 1
        JAILNET_DB=$(mktemp -d)/inventory.db
        export JAILNET_DB
        set -- inside
        . "${SOURCE:?}/tests/lib/sandbox.sh"
        trap 'umount /etc 2>/dev/null; rm -rf "$work" "${JAILNET_DB%/*}"' EXIT
else
        for need in ip jq sqlite3 unshare; do
                command -v $need >/dev/null || {
                        echo "skipped: $need is not installed"
                        exit 77
                }
        done
        if [ "$(id -u)" != 0 ] || ! unshare -nmpf --mount-proc sh -c 'setpriv --reuid=4001 --regid=4001 --clear-groups true' 2>/dev/null; then
                echo 'skipped: only root has other users'\'' numbers to give'
                exit 77
        fi
        exec unshare -nmpf --mount-proc --kill-child sh "$0" rooted
fi

mkdir "$work/etc" "$work/free" && chmod 755 "$work" && chmod 777 "$work/free"
cp -R /etc/alternatives "$work/etc" 2>/dev/null
mount --bind "$work/etc" /etc || fail 'no /etc of our own'
cat >/etc/passwd <<X
root:x:0:0::/root:/bin/sh
worker:x:4001:4001::$work/free:/bin/sh
X
printf 'root:x:0:\nworker:x:4001:\nmedia:x:4100:worker,other\n' >/etc/group

tree=$work/tree
for folder in bin lib lib64 usr dev proc etc tmp home; do mkdir -p "$tree/$folder"; done
chmod 777 "$tree/tmp"
cat >"$tree/etc/passwd" <<'X'
root:x:0:0::/:/bin/sh
worker:x:5001:5001::/home:/bin/sh
inner:x:5002:5002::/nowhere:/bin/false
X
printf 'worker:x:5001:\nsound:x:5100:other,worker\nvideo:x:5101:worker\n' >"$tree/etc/group"
mounts='mount = "/bin $path/bin nullfs ro", "/lib $path/lib nullfs ro", "/usr $path/usr nullfs ro";'
[ ! -d /lib64 ] || mounts="$mounts mount += \"/lib64 \$path/lib64 nullfs ro\";"
who='echo $(id -u) $(id -g) $(id -G) $(sed -n "s/^CapEff:.//p" /proc/self/status)'
all=$(sed -n 's/^CapEff:.//p' /proc/self/status)
none=0000000000000000

# --- exec.* ---------------------------------------------------------------------------------------------------------
cat >"$work/jail.conf" <<X
vnet; persist; mount.devfs; path = "$tree"; $mounts
plain  { exec.prestart = '$who >$work/free/host'; exec.start = '$who >/tmp/jail'; }
both   { exec.system_user = worker; exec.jail_user = worker;
         exec.prestart = '$who >$work/free/host'; exec.poststart = 'touch $work/free/post';
         exec.start = '$who >/tmp/jail'; exec.stop = 'id -u >/tmp/stop'; exec.poststop = 'id -u >$work/free/poststop'; }
system { exec.jail_user = worker; exec.system_jail_user; exec.start = '$who >/tmp/jail'; }
clean  { exec.clean; exec.jail_user = worker; exec.start = 'echo "\$USER \$HOME \$SHELL \$PWD \$NOISE" >/tmp/jail'; }
lost   { exec.clean; exec.jail_user = inner; exec.start = 'echo "\$USER \$PWD" >/tmp/jail'; }
nobody { exec.jail_user = inner; exec.system_jail_user; exec.start = 'true'; }
absent { exec.system_user = inner; exec.prestart = 'true'; }
X
jail() {
        rm -f "$tree/tmp/jail" "$work/free/host"
        NOISE=noise
        export NOISE
        do_ok jail -f "$work/jail.conf" -c "$1"
        did=$(cat "$tree/tmp/jail")
}
stop() { do_ok jail -f "$work/jail.conf" -r "$1"; }

jail plain
same 'on the host: root' "$(cat "$work/free/host")" "0 0 0 $all"
same 'in the jail: root' "$(echo "$did" | cut -d' ' -f1-3)" '0 0 0'
stop plain
jail both
same 'exec.system_user' "$(cat "$work/free/host")" "4001 4001 4001 4100 $none"
same 'in exec.poststart' "$(stat -c %u "$work/free/post")" 4001
same 'exec.jail_user' "$did" "5001 5001 5001 5100 5101 $none"
stop both
same 'in exec.stop' "$(cat "$tree/tmp/stop")" 5001
same 'in exec.poststop' "$(cat "$work/free/poststop")" 4001
jail system
same 'exec.system_jail_user' "$did" "4001 4001 4001 4100 $none"
stop system
jail clean
same 'exec.clean' "$did" 'worker /home /bin/sh /home '
stop clean
jail lost
same 'without a home folder' "$did" 'inner /'
stop lost
snapshot >"$work/before"
for jail in nobody absent; do
        J jail -f "$work/jail.conf" -c $jail
        same "$jail: no such user" "$status $(grep -c "^jail: $jail: true: inner: no such user" "$work/err")" '1 1'
        compare "$jail: after the start that failed"
done
same 'nothing is remembered' "$(sql 'SELECT count(*) FROM started_jail')" 0

# --- Options of jail: for each jail, whatever the file says -----------------------------------------------------------
rm -f "$tree/tmp/jail"
do_ok jail -f "$work/jail.conf" -U worker -c plain
same 'jail -U' "$(cat "$tree/tmp/jail")" "5001 5001 5001 5100 5101 $none"
stop plain
rm -f "$tree/tmp/jail"
do_ok jail -l -u worker -c name=w vnet persist path="$tree" mount="/bin $tree/bin nullfs ro" \
        mount="/lib $tree/lib nullfs ro" mount="/usr $tree/usr nullfs ro" mount="/lib64 $tree/lib64 nullfs ro" \
        command=/bin/sh -c 'echo $(id -u) $USER, $NOISE >/tmp/jail'
same 'jail -lu' "$(cat "$tree/tmp/jail")" '4001 worker,'
do_ok jail -R w
do_ok jail -n old -u worker / old.lab '' sh -c "id -u >$work/free/old"
same 'the old form' "$(cat "$work/free/old")" 4001
J jail -u worker -U worker -c name=w vnet persist
same 'one of both' "$status" 1

# --- jexec ------------------------------------------------------------------------------------------------------------
jail plain
same 'jexec' "$("$JAILNET" jexec plain id -u)" 0
same 'jexec -U' "$("$JAILNET" jexec -U worker plain sh -c "$who")" "5001 5001 5001 5100 5101 $none"
same 'jexec -u' "$("$JAILNET" jexec -u worker plain sh -c "$who")" "4001 4001 4001 4100 $none"
same 'its environment' "$("$JAILNET" jexec -U worker plain sh -c 'echo $USER $HOME $NOISE $PWD')" 'worker /home noise /'
same 'a clean one' "$(TERM=dumb "$JAILNET" jexec -l -U worker plain sh -c 'echo $USER $HOME $SHELL $TERM $PWD $NOISE')" \
        'worker /home /bin/sh dumb /home'
same 'in a folder' "$("$JAILNET" jexec -l -d /tmp -U worker plain pwd)" /tmp
same 'a clean one of root' "$("$JAILNET" jexec -l plain sh -c 'echo $USER $HOME')" 'root /'
for words in '-U nobody_here' '-u inner'; do
        J jexec $words plain true
        same "jexec $words" "$status $(grep -c 'no such user' "$work/err")" '1 1'
done
J jexec -u worker -U worker plain true
same 'one of both' "$status $(grep -c 'usage: .*jexec' "$work/err")" '1 1'
J jexec -U worker plain kill -9 1
ok 'who is not root kills not the init' [ "$status" != 0 ]
J jexec -d /nowhere plain true
same 'a folder that is not there' "$status $(grep -c '/nowhere' "$work/err")" '1 1'
stop plain
umount /etc || fail 'our own /etc stays'
finish
