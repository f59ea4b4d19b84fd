# Proves that the .rpm of this build is one to install: what belongs to it is in it, it asks for libraries by what they are
# called in the binary and not by a distribution's names for packages, rpm installs, verifies and removes it in a tree of its
# own, rpmlint says nothing that packaging/rpmlint.toml does not answer, and the same twice is the same bytes.
needs='cpack rpmbuild rpm gzip readelf'
. "${SOURCE:?}/tests/lib/package.sh"

pack() { # FOLDER UMASK
        (umask "$2" && cd "$work" && cpack -G RPM --config "$build/CPackConfig.cmake" -B "$work/$1")
}
ok 'packed' pack one 022
set -- "$work"/one/*.rpm
rpm=$1
[ -e "$rpm" ] || exit 1
query() { rpm --dbpath "$work/nodb" -qp "$@" "$rpm" 2>/dev/null; }

query -l >"$work/list"
has() { ok "$1 is in it" grep -qx "$1" "$work/list"; }
doc=/usr/share/doc/jailnet
for file in /usr/bin/jailnet /usr/lib/systemd/system/jailnet-restore.service /usr/lib/systemd/system/jailnet-watch.service \
        /usr/share/man/man8/jailnet.8.gz /usr/share/man/man5/jailnet-inventory.5.gz \
        /usr/share/bash-completion/completions/jailnet /usr/share/zsh/site-functions/_jailnet \
        /usr/share/fish/vendor_completions.d/jailnet.fish /usr/libexec/jailnet/freebsd/ngctl $doc/copyright $doc/README.md \
        $doc/examples/settings.example; do
        has "$file"
done
# A folder of the system's that a package owns is in the way of the next one that does.
query --qf '[%{FILEMODES:perms} %{FILENAMES}\n]' | awk '/^d/ { print $2 }' >"$work/folders"
ok 'no folder is its own but its own' sh -c "! grep -vE '/jailnet(/|\$)' '$work/folders'"

# By what the binary asks for, each of it and nothing else, besides what rpm itself is to be able to.
query --requires | sed 's/(.*//; s/ .*//' | sort -u | grep '\.so' >"$work/requires"
readelf -d "$JAILNET" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | sort -u >"$work/needed"
# What is loaded later (core/base/library.h) is no dependency that tools see; its name is in the program, too.
ok 'each that is linked is asked for' sh -c "! comm -23 '$work/needed' '$work/requires' | grep ."
comm -13 "$work/needed" "$work/requires" >"$work/loaded"
in_program() { while read -r name; do grep -qF "$name" "$JAILNET" || return 1; done <"$work/loaded"; }
ok "and each that is loaded, nothing else: $(cat "$work/loaded")" in_program
ok 'there are such' [ -s "$work/loaded" ]
ok 'and nothing by the name of a package' sh -c "! rpm --dbpath '$work/nodb' -qp --requires '$rpm' 2>/dev/null |
        grep -vE '^((lib|ld-)[^ ]*\.so|rpmlib\(|rtld\(|/bin/sh\$)'"

# --- Installed in a tree of its own: which is a root's right, or that of a user namespace's root ---
cat >"$work/inside.sh" <<'END'
set -e
install() { rpm --root "$tree" --dbpath /db "$@"; }
tree=$1/tree
mkdir "$tree"
if install -i "$2" 2>"$1/missing"; then
        echo 'it was installed where there is no library'
        exit 1
fi
grep -q 'libnl-3.so.200' "$1/missing"
install --nodeps -i "$2"
test "$(install -q --qf '%{NAME} %{VERSION}' jailnet)" = "jailnet $3"
install -V --nodeps jailnet
test "$("$tree/usr/bin/jailnet" --version)" = "jailnet $3"
test "$(readlink -f "$tree/usr/libexec/jailnet/freebsd/ngctl")" = "$(readlink -f "$tree/usr/bin/jailnet")"
# The tree has no shell for what is done before a removal.
install --nodeps --noscripts -e jailnet
find "$tree" -path "$tree/db" -prune -o ! -type d -print >"$1/left"
find "$tree" -type d -name '*jailnet*' >>"$1/left"
cat "$1/left"
test ! -s "$1/left"
END
version=$("$JAILNET" --version | sed 's/^jailnet //')
if [ "$(id -u)" = 0 ] || unshare --user --map-root-user true 2>/dev/null; then
        as_root=
        [ "$(id -u)" = 0 ] || as_root='unshare --user --map-root-user'
        ok 'installed, verified and removed in a tree of its own' $as_root sh "$work/inside.sh" "$work" "$rpm" "$version"
else
        echo 'not installed: that needs root, or a user namespace'
fi

query --scripts | sed '/scriptlet (using/d' >"$work/scripts"
ok 'what runs before a removal is a shell script' sh -n "$work/scripts"
ok 'what it is and for whom' [ "$(query --qf '%{LICENSE} %{BUILDHOST}')" = 'BSD-2-Clause localhost' ]
ok 'its description is ours' sh -c "rpm --dbpath '$work/nodb' -qpi '$rpm' 2>/dev/null | grep -q 'every network stack'"
ok 'it has a change log' sh -c "rpm --dbpath '$work/nodb' -qp --changelog '$rpm' 2>/dev/null | grep -q -- '- $version-1\$'"

if command -v rpmlint >/dev/null; then
        ok 'rpmlint is content' rpmlint --strict -c "$SOURCE/packaging/rpmlint.toml" "$rpm"
else
        echo 'rpmlint is not installed: the package was only looked at'
fi

# Another folder, time and umask.
ok 'packed again' pack another 077
ok 'the same bytes' cmp "$rpm" "$work/another/$(basename "$rpm")"

echo "$checks checks, $failed failed"
[ $failed = 0 ]
