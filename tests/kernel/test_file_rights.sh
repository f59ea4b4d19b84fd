# Proves that file capabilities (setcap) are enough for jailnet instead of root, and that they give their borrower no more
# than the network: what the environment says of files is not heeded, others' files are not read, programs get nothing, and
# a set-user-id bit is refused.
[ "$(id -u)" = 0 ] && [ "$(cat /proc/self/uid_map | awk '{ print $3 }')" = 4294967295 ] || {
        echo 'skipped: only the machine'"'"'s root can give a file capabilities'
        exit 77
}
for need in setcap setpriv unshare; do
        command -v $need >/dev/null || {
                echo "skipped: $need is not installed"
                exit 77
        }
done
if [ "${1-}" != inside ]; then
        why=$(unshare --net --mount --pid --fork --mount-proc sh -c '
                mount -t tmpfs tmpfs /run && : >/run/file && setcap cap_kill+ep /run/file' 2>&1) || {
                echo "skipped: no private namespaces, or no file capabilities in them: $why"
                exit 77
        }
        exec unshare --net --mount --pid --fork --mount-proc sh "$0" inside
fi

failed=0
checks=0
# says WHAT STATUS PATTERN CMD...: as a user, with all output
says() {
        what=$1 status=$2 pattern=$3
        shift 3
        checks=$((checks + 1))
        out=$(setpriv --reuid=65534 --regid=65534 --clear-groups "$@" 2>&1)
        got=$?
        [ $got = "$status" ] && echo "$out" | grep -q -- "$pattern" || {
                echo "FAILED: $what (status $got): $out"
                failed=$((failed + 1))
        }
}
# hides WHAT PATTERN: the last output has it not
hides() {
        checks=$((checks + 1))
        ! echo "$out" | grep -q -- "$2" || {
                echo "FAILED: $1: $out"
                failed=$((failed + 1))
        }
}

mount -t tmpfs -o mode=0755 tmpfs /run
mkdir /run/bin /run/operator /run/secret
cp "${JAILNET:?}" /run/bin/jailnet
chown 65534:65534 /run/operator
chmod 0700 /run/secret
echo 'create jail hunter2' >/run/secret/words
jailnet="/run/bin/jailnet --db /run/operator/inventory.db"

says 'without rights a jail is refused' 1 'jailnet: ' $jailnet create jail a

setcap cap_net_admin,cap_net_broadcast,cap_net_raw,cap_sys_admin,cap_sys_ptrace,cap_sys_chroot,cap_kill,cap_dac_override,cap_dac_read_search+ep \
        /run/bin/jailnet
says 'a jail is made' 0 '^a$' $jailnet create jail a
says 'and a pair' 0 epair0a $jailnet create epair
says 'and it is moved' 0 '' $jailnet move epair0b a
checks=$((checks + 1))
ip -n a link show epair0b >/dev/null || {
        echo 'FAILED: the interface is not in the jail'
        failed=$((failed + 1))
}
says 'it is shown' 0 '"jail":"a","jid":1,"name":"epair0b"' $jailnet show --format json
says 'all is taken back' 0 '' $jailnet undo

# From the environment of whoever borrows the rights nothing is taken that names a file or a folder.
says 'JAILNET_DB is not heeded' 1 '/var/lib/jailnet' \
        env JAILNET_DB=/run/operator/other.db /run/bin/jailnet create jail b
says 'JAILNET_NETNS_DIR is not heeded' 0 '' env JAILNET_NETNS_DIR=/run/operator/names $jailnet create jail b
checks=$((checks + 1))
[ ! -e /run/operator/names ] && [ ! -e /run/operator/other.db ] && [ -e /run/netns/b ] || {
        echo 'FAILED: the environment chose where files are made'
        failed=$((failed + 1))
}

# Files that the user names are read and written with the user's own rights.
says 'a batch of a file that is not theirs' 1 'Permission denied' $jailnet batch /run/secret/words
hides 'what is in it is not told' hunter2
says 'an import of it' 1 '' $jailnet import --as jail.conf /run/secret/words
hides 'what is in it is not told by an import' hunter2
says 'a copy of the inventory into a folder that is not theirs' 1 'jailnet: ' $jailnet inventory backup /run/secret/copy
says 'an inventory there' 1 'jailnet: ' /run/bin/jailnet --db /run/secret/inventory.db create jail c
checks=$((checks + 1))
[ "$(ls -A /run/secret)" = words ] || {
        echo "FAILED: something was written: $(ls -A /run/secret)"
        failed=$((failed + 1))
}

# Rights are not handed on.
says 'a program in a sandbox has no right outside it' 0 '^65534 ' \
        $jailnet sandbox -- sh -c 'awk "{ print \$2, \$3 }" /proc/self/uid_map'
says 'a program of a jail cannot be started, or has no rights' 0 '' sh -c "$jailnet jexec b sh -c '
        sed -n s/^CapEff:.//p /proc/self/status' | { read -r rights && [ \"\$rights\" != 0000000000000000 ] && exit 1; exit 0; }"

setcap -r /run/bin/jailnet
chmod u+s /run/bin/jailnet
says 'set-user-id is refused' 1 'set-user-id' $jailnet show

echo "$checks checks, $failed failed"
[ $failed = 0 ]
