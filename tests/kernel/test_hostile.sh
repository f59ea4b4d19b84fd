# Proves that whoever has no rights here cannot keep the program waiting: neither by a FIFO over the mount of a stack, nor
# by the lock of the run directory, which everybody may take; nor can the root of a jail by the files of his own tree
# that tell of users: a FIFO, or one without an end. Each call used to hang for as long as they pleased, deaf to signals.
. "${SOURCE:?}/tests/lib/sandbox.sh"

for need in timeout flock mkfifo unshare; do
        command -v $need >/dev/null || {
                echo "skipped: $need is not installed"
                exit 77
        }
done

# ends WHAT WANTED ARGS...: with that status, within a time that nothing of it needs
ends() {
        what=$1 want=$2
        shift 2
        timeout -k 1 $((60 * slow)) "$JAILNET" "$@" >"$work/out" 2>"$work/err" </dev/null
        same "$what: exit status of: jailnet $*" $? "$want"
}

# --- a stack that only a mount keeps, and a FIFO over that, in a user's own namespaces ------------------------------
mkdir "$work/free"
cat >"$work/cover" <<'X'
mount -t tmpfs cover "$1/free" && cd "$1/free" && : >place && mkfifo fifo &&
        unshare -n sh -c 'mount --bind /proc/self/ns/net place' && mount --bind fifo place || exit 1
: >"$1/covered"
read -r _
X
mkfifo "$work/go"
unshare -Umrn sh "$work/cover" "$work" <"$work/go" 2>"$work/cover.err" &
cover=$!
exec 7>"$work/go"
while [ ! -e "$work/covered" ] && kill -0 $cover 2>/dev/null; do :; done
if [ -e "$work/covered" ]; then
        ends 'a FIFO over a stack' 0 show
        ends 'a FIFO over a stack' 0 returns
        ends 'a FIFO over a stack' 0 doctor
else
        echo "a FIFO over a stack: left out here: $(cat "$work/cover.err")"
fi
exec 7>&-
wait $cover 2>/dev/null

# --- the run directory's lock, before it is a mount point and after -------------------------------------------------
mkdir -p /run/netns
exec 8</run/netns
flock 8 || fail 'no lock'
ends 'the lock, the first time' 0 create jail one
ends 'the lock' 0 create jail two
ends 'the lock' 0 rename jail:two three
same 'jails' "$(ip netns list | cut -d' ' -f1 | sort | tr '\n' ' ')" 'one three '
exec 8<&-

# --- a jail's list of users -----------------------------------------------------------------------------------------
tree=$work/tree
mkdir "$tree"
for folder in bin lib lib64 usr dev proc etc; do mkdir "$tree/$folder"; done
cat >"$work/jail.conf" <<X
users { path = "$tree"; persist; vnet; exec.clean; exec.stop = "true";
mount = "/bin \$path/bin nullfs ro", "/lib \$path/lib nullfs ro", "/usr \$path/usr nullfs ro";
$([ ! -d /lib64 ] || echo 'mount += "/lib64 $path/lib64 nullfs ro";') }
X
do_ok jail -f "$work/jail.conf" -c users
mkfifo "$tree/etc/passwd"
ends 'a FIFO of users' 0 jexec users true
ends 'a FIFO of users' 1 jexec -U worker users true
ok 'told so' grep -q 'worker: no such user' "$work/err"
rm "$tree/etc/passwd"
truncate -s 1T "$tree/etc/passwd" 2>/dev/null || truncate -s 1G "$tree/etc/passwd"
ends 'users without an end' 0 jexec users true
rm "$tree/etc/passwd"
ln -s /dev/zero "$tree/etc/passwd"
ends 'a device of users' 0 jexec users true
rm "$tree/etc/passwd"
mkfifo "$tree/etc/passwd" "$tree/etc/group"
ends 'a FIFO of users, at the stop' 0 jail -f "$work/jail.conf" -r users

finish
