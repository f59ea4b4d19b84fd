# Proves that the .deb of this build is one to install: all that belongs to it is in it, the units name the installed
# program, lintian is content, and the same twice is the same bytes. Then it is installed over a copy of this machine
# (nothing of it is changed), the tutorial's page is run from it, and after a purge nothing is left.
needs='cpack dpkg-deb dpkg-shlibdeps gzip'
. "${SOURCE:?}/tests/lib/package.sh"

pack() { # FOLDER BUILD
        (umask 022 && cd "$work" && cpack -G DEB --config "$2/CPackConfig.cmake" -B "$work/$1")
}
ok 'packed' pack one "$build"
set -- "$work"/one/*.deb
deb=$1
[ -e "$deb" ] || exit 1

dpkg-deb -c "$deb" | awk '{ print $6 }' | sed 's|^\./||' | grep -v '/$' | sort >"$work/list"
has() { ok "$1 is in it" grep -qx "$1" "$work/list"; }
doc=usr/share/doc/jailnet
for file in usr/bin/jailnet usr/lib/systemd/system/jailnet-restore.service usr/lib/systemd/system/jailnet-watch.service \
        usr/share/man/man8/jailnet.8.gz usr/share/man/man7/jailnet-console.7.gz usr/share/man/man7/jailnet-freebsd.7.gz \
        usr/share/man/man7/jailnet-tutorial.7.gz usr/share/man/man5/jailnet-inventory.5.gz \
        usr/share/bash-completion/completions/jailnet usr/share/fish/vendor_completions.d/jailnet.fish \
        $doc/copyright $doc/changelog.gz $doc/README.md $doc/examples/settings.example $doc/examples/jailnet.initd; do
        has "$file"
done
has usr/share/zsh/vendor-completions/_jailnet
has usr/share/bash-completion/completions/ngctl
[ ! -e "$build/po/locale/de" ] || has usr/share/locale/de/LC_MESSAGES/jailnet.mo
has usr/share/fish/vendor_completions.d/ngctl.fish
for name in ngctl ifconfig jail jls jexec jib jng route arp sysctl sysrc service kldload kldstat; do
        has usr/libexec/jailnet/freebsd/$name
done
for library in libnftables libedit libsqlite3; do # the first two are loaded by those who need them
        ok "it depends on $library" sh -c 'dpkg-deb -f "$0" Depends | tr "," "\n" | grep -q "^ *$1"' "$deb" $library
done
ok 'nothing is in a folder of programs but jailnet' [ "$(grep -cE '^usr/s?bin/' "$work/list")" = 1 ]
ok "the licence is the sources'" [ "$(dpkg-deb --fsys-tarfile "$deb" | tar -xOf - ./$doc/copyright |
        sed '1,/^License/d; s/^ //; s/^\.$//' | grep .)" = "$(sed '1,/^Copyright/d' "$SOURCE/LICENSE" | grep .)" ]

dpkg-deb -x "$deb" "$work/root"
for unit in restore watch; do
        ok "the unit names the program: $unit" grep -q "^ExecStart=/usr/bin/jailnet $unit" \
                "$work/root/usr/lib/systemd/system/jailnet-$unit.service"
done
room=$(find "$work/root" -mindepth 1 -printf '%y %s\n' | awk '{ k += $1 == "d" ? 1 : int(($2 + 1023) / 1024) } END { print k }')
ok "the room that it takes is told: $room" [ "$(dpkg-deb -f "$deb" Installed-Size)" = "$room" ]
ok 'and is that of one program' [ "$room" -lt 5000 ]
ok 'a name of FreeBSD runs' sh -c "'$work/root/usr/libexec/jailnet/freebsd/kldstat' --help || [ \$? != 127 ]"

if command -v lintian >/dev/null; then
        ok 'lintian is content' lintian --allow-root --fail-on error,warning "$deb"
        lintian --allow-root "$deb" >"$work/lintian" 2>&1
        ok "and says nothing: $(cat "$work/lintian")" [ ! -s "$work/lintian" ]
else
        echo 'lintian is not installed: the package was only looked at'
fi

# OpenRC's script where OpenRC looks for it: what is installed in /usr is started by what is in /etc. And who makes packages
# is who Debian's tools are told it is.
ok 'configured for OpenRC' env DEBFULLNAME='A Builder' DEBEMAIL=builder@jailnet.test cmake -S "$SOURCE" \
        -B "$work/openrc/build" -DJAILNET_OPENRC=ON -DJAILNET_TESTS=OFF -DCMAKE_INSTALL_PREFIX=/usr
ok 'installed for it' env DESTDIR="$work/openrc/root" cmake --install "$work/openrc/build" --component services
ok 'its script can be run' [ -x "$work/openrc/root/etc/init.d/jailnet" ]
ok 'and names the program' grep -qx 'command="/usr/bin/jailnet"' "$work/openrc/root/etc/init.d/jailnet"
ok 'elsewhere it is below that prefix' cmake --install "$work/openrc/build" --component services --prefix "$work/local"
ok 'there, too' grep -qx "command=\"$work/local/bin/jailnet\"" "$work/local/etc/init.d/jailnet"
ok 'the builder is in the change log' grep -q '^ -- A Builder <builder@jailnet.test>  ' "$work/openrc/build/packaging/changelog"
ok 'and makes the packages' grep -qF '"A Builder <builder@jailnet.test>"' "$work/openrc/build/CPackConfig.cmake"

# Another folder and time; and, where there is the time for it, two builds of copies of the sources in two folders.
ok 'packed again' pack another "$build"
ok 'the same bytes' cmp "$deb" "$work/another/$(basename "$deb")"
ok 'no folder of the build is named in the program' sh -c "! grep -qF '$SOURCE' '$JAILNET'"
if [ -n "${JAILNET_LONG-}" ]; then
        for copy in a/sources b/other/place; do
                mkdir -p "$work/$copy"
                tar -C "$SOURCE" --exclude='./build*' --exclude=./.git -cf - . | tar -C "$work/$copy" -xf -
                ok "built in $copy" sh -c "cmake -S '$work/$copy' -B '$work/$copy/build' -G Ninja -DJAILNET_TESTS=OFF &&
                        cmake --build '$work/$copy/build'"
                ok "packed from $copy" pack "$copy/deb" "$work/$copy/build"
        done
        ok 'two builds: the same program' cmp "$work/a/sources/build/jailnet" "$work/b/other/place/build/jailnet"
        ok 'two builds: the same package' cmp "$work"/a/sources/deb/*.deb "$work"/b/other/place/deb/*.deb
fi

# --- Installed, used, purged ---
install_and_purge() {
        [ "$(id -u)" = 0 ] && [ "$(awk '{ print $3 }' /proc/self/uid_map)" = 4294967295 ] || {
                echo 'not installed: that needs the machine'"'"'s root'
                return 0
        }
        mkdir "$work/over"
        unshare --net --mount --pid --fork --mount-proc sh -c '
                mount -t tmpfs tmpfs "$1/over" && mkdir "$1/over/up" "$1/over/work" "$1/over/all" &&
                mount -t overlay overlay -o "lowerdir=/,upperdir=$1/over/up,workdir=$1/over/work" "$1/over/all"' \
                sh "$work" 2>"$work/said" || {
                echo "not installed: no overlay of this machine: $(cat "$work/said")"
                return 0
        }
        cp "$deb" "$work/over/package.deb"
        cat >"$work/inside.sh" <<'END'
set -e
mount -t tmpfs tmpfs "$1/over"
mkdir "$1/over/up" "$1/over/work" "$1/over/all"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/over/up,workdir=$1/over/work" "$1/over/all"
cd "$1/over/all"
cp "$2" tmp/jailnet.deb
mkdir old
for folder in proc sys dev; do mount --rbind /$folder $folder; done
mount --bind "$1/over/up" mnt # what differs from the machine
mount --bind / media          # the machine
mount -t tmpfs tmpfs run
pivot_root . old
umount -l /old
rmdir /old
cd /
export DEBIAN_FRONTEND=noninteractive
rm -rf /var/lib/jailnet # this machine's own, in the copy
dpkg --install /tmp/jailnet.deb
test "$(command -v jailnet)" = /usr/bin/jailnet
jailnet --version
zcat /usr/share/man/man7/jailnet-tutorial.7.gz | sed -n 's/^# //p' >/tmp/tutorial
test "$(wc -l </tmp/tutorial)" -gt 10
# Commands that find something wrong on purpose (doctor, path) say so by their status. A jail that ip has just deleted goes
# a moment later: who is told to look again does so.
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
done </tmp/tutorial'
# A memory of its own, which a purge takes along.
jailnet create jail left
test -e /var/lib/jailnet/inventory.db
dpkg --remove jailnet
test -e /var/lib/jailnet/inventory.db
test ! -e /usr/bin/jailnet
dpkg --purge jailnet
# A file or link that differs, or is gone, is one too many but for dpkg's records; so is a folder that was not there.
cd /mnt
find . \( -path ./tmp -o -path ./var/lib/dpkg -o -path ./var/log -o -path ./var/cache -o -path ./old \
        -o -path ./var/lib/jailnet \) -prune -o ! -type d -print -o -type d -print | while read -r path; do
        [ -d "$path" ] && [ -d "/media/$path" ] || echo "left: $path"
done >/tmp/left
cat /tmp/left
test ! -s /tmp/left
test ! -e /var/lib/jailnet
END
        ok 'installed, used as the tutorial says, and purged without a trace' unshare --net --mount --pid --fork \
                --mount-proc sh "$work/inside.sh" "$work" "$deb"
}
install_and_purge

echo "$checks checks, $failed failed"
[ $failed = 0 ]
