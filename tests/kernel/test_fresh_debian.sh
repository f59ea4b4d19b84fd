# Proves that a stranger with a fresh Debian gets to a pinned jail on a bridge: from the .deb with the manual alone, and
# from the sources with README alone. A minimal Debian is made with debootstrap from the mirror that this machine uses; apt
# installs the package there, the tutorial's page is run as man(1) shows it, and after a purge nothing is left. Then an
# ordinary user says ./run, root what that answers, and the user builds and goes on in README's words.
#
# It downloads some hundred megabytes and builds everything once more: only with JAILNET_LONG=1.
[ -n "${JAILNET_LONG-}" ] || {
        echo 'skipped: downloads a Debian and builds in it; JAILNET_LONG=1 asks for that'
        exit 77
}
[ "$(id -u)" = 0 ] && [ "$(awk '{ print $3 }' /proc/self/uid_map)" = 4294967295 ] || {
        echo 'skipped: a system in a folder is made by the machine'"'"'s root only'
        exit 77
}
needs='debootstrap apt-get cpack dpkg-deb unshare'
. "${SOURCE:?}/tests/lib/package.sh"
suite=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null | head -n 1)
grep -q '^ID=debian' /etc/os-release && [ -n "$suite" ] && [ -n "$mirror" ] || {
        echo 'skipped: this is no Debian that knows a mirror'
        exit 77
}

debootstrap --variant=minbase "$suite" "$work/deb" "$mirror" >"$work/said" 2>&1 || {
        echo "skipped: no Debian could be had: $(tail -n 1 "$work/said")"
        exit 77
}
# As apt is set up here, so it is there: the updates that the package was built with, and how they are reached.
cp -r /etc/apt/sources.list* /etc/apt/apt.conf.d /etc/apt/auth.conf* "$work/deb/etc/apt/" 2>/dev/null
[ ! -e /etc/apt/sources.list ] && : >"$work/deb/etc/apt/sources.list"
cp /etc/resolv.conf "$work/deb/etc/"
cp -a "$work/deb" "$work/run"

# in_system SYSTEM CMD...: as its root, with this machine's network for apt; what needs none is given one of its own
in_system() {
        system=$work/$1
        shift
        unshare --mount --pid --fork --mount-proc sh -c '
                mount --bind "$1" "$1" && cd "$1" && mkdir -p old && shift || exit 1
                mount -t proc proc proc && mount --rbind /sys sys && mount --rbind /dev dev && mount -t tmpfs tmpfs run &&
                        pivot_root . old && umount -l /old && rmdir /old && cd / || exit 1
                DEBIAN_FRONTEND=noninteractive LANG=C.UTF-8 HOME=/root
                PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
                export DEBIAN_FRONTEND LANG HOME PATH
                unset JAILNET SOURCE TMPDIR
                exec "$@"' sh "$system" "$@" </dev/null
}

# --- From the .deb, with the manual ---
ok 'packed' sh -c "cd '$work' && cpack -G DEB --config '$build/CPackConfig.cmake' -B '$work/packed'"
cp "$work"/packed/*.deb "$work/deb/root/jailnet.deb"
cat >"$work/deb/root/tutorial.sh" <<'END'
# Commands that find something wrong on purpose (doctor, path) say so by their status. A jail that ip has just deleted goes a
# moment later: who is told to look again does so.
MANWIDTH=200 man jailnet-tutorial | sed -n 's/^ *# //p' >/tmp/tutorial
test "$(wc -l </tmp/tutorial)" -gt 10 || exit 1
jailnet sandbox -- sh -c 'while read -r line; do
        for try in 1 2 3 4 5 6 7 8 9 10; do
                sh -c "$line" >/tmp/out 2>&1 </dev/null
                status=$?
                [ $status = 1 ] && grep -q "look again" /tmp/out || break
        done
        case $status:$line in
        0:* | *:*doctor* | [13]:*path*) ;;
        *) echo "$line: status $status: $(cat /tmp/out)"; exit 1 ;;
        esac
done </tmp/tutorial
ip -n web link show e0b_web | grep -q 02:00:00:00:00:42'
END
cat >"$work/deb/root/inside.sh" <<'END'
list() {
        find / -xdev \( -path /proc -o -path /sys -o -path /dev -o -path /run -o -path /tmp -o -path /root -o \
                -path /var/lib/dpkg -o -path /var/lib/apt -o -path /var/cache -o -path /var/log \) -prune -o -print | sort
}
set -e
apt-get update -qq
apt-get install -qq man-db >/dev/null
useradd --create-home stranger
list >/root/before
apt-get install -qq --no-install-suggests /root/jailnet.deb
test "$(command -v jailnet)" = /usr/bin/jailnet
cp /root/tutorial.sh /tmp/tutorial.sh
su stranger -s /bin/sh -c 'sh /tmp/tutorial.sh'
# As root, on what is the host's network here: the usual inventory.
unshare --net sh -c 'set -e
        jailnet create bridge br0
        jailnet create jail web --bridge br0 --address 10.0.0.2/24
        jailnet show --format json | grep -q "\"name\":\"e0b_web\""
        test -e /var/lib/jailnet/inventory.db
        jailnet destroy web'
apt-get purge -qq --auto-remove jailnet
list >/root/after
comm -13 /root/before /root/after >/root/left
cat /root/left
test ! -s /root/left
END
ok 'from the .deb: installed by apt, the tutorial run by a user, a jail made by root, purged without a trace' \
        in_system deb sh /root/inside.sh

# --- From the sources, with README ---
mkdir -p "$work/run/home/stranger/jailnet"
tar -C "$SOURCE" --exclude='./build*' --exclude=./.git -cf - . | tar -C "$work/run/home/stranger/jailnet" -xf -
cat >"$work/run/root/inside.sh" <<'END'
useradd stranger
chown -R stranger: /home/stranger
as_user() { (cd /home/stranger/jailnet && su stranger -s /bin/sh -c "$1"); }
as_user './run build' >/root/said 2>&1 && exit 1
# Root does what it says.
sed -n 's/^apt-get update/&/p' /root/said >/root/command
test -s /root/command || { cat /root/said; exit 1; }
sh -e /root/command >/root/said 2>&1 || { tail -n 5 /root/said; exit 1; }
as_user './run build' >/root/said 2>&1 || { tail -n 20 /root/said; exit 1; }
# README's words, in a private network.
cat >/tmp/words <<'WORDS'
set -e
PATH=$PWD/build:$PATH
jailnet create bridge bridge0
jailnet create jail db --bridge bridge0 --address 10.0.0.3/24
jailnet pin db/e0b_db --stable
jailnet show --format tree | grep "e0b_db .*pinned"
jailnet doctor
jailnet undo
WORDS
as_user './run sandbox -- sh /tmp/words' || exit 1
# The first thing of it: the console on the demo, in a terminal of its own, until it is left.
as_user 'tmux -L fresh new-session -d -x 100 -y 30 "./run; echo status \$? >/tmp/left; sleep 60"
        for try in $(seq 120); do
                tmux -L fresh capture-pane -p | grep -q "1 *Graph" && tmux -L fresh send-keys q
                [ ! -e /tmp/left ] || break
                sleep 0.5
        done
        tmux -L fresh kill-server
        grep -qx "status 0" /tmp/left'
END
ok 'from the sources: ./run tells root what is missing, builds, makes a pinned jail on a bridge, opens and leaves the console' \
        in_system run sh /root/inside.sh

echo "$checks checks, $failed failed"
[ $failed = 0 ]
