#!/bin/sh
# boot.sh - tests on a kernel of Debian's in a virtual machine: all link kinds, cards of its own that really come home to
# the initial namespace, and another version than the one that this machine runs.
#
#   tests/vm/boot.sh BUILD [NAME...]     BUILD: the folder of a build; NAME: tests whose name has it in it
#
# Without a NAME: what only runs here, and those kernel tests that other kernels have failed. All of them (kernel/) take
# half an hour.
#
# The kernel is unpacked from its package into BUILD/vm, never installed; the file system is made of this machine's own
# programs and libraries. One boot runs all. Emulated, since where tests run there is often no KVM. Exit status 77:
# skipped, with the reason on the last line.
set -eu
build=$(realpath "$1")
shift
source=$(realpath "$(dirname "$0")/../..")
[ $# -gt 0 ] || set -- inside/ unit/ test_batch test_verbs test_restore test_holders test_confine
limit=${JAILNET_VM_LIMIT:-3600} # seconds, for all of it

skip() { echo "skipped: $*"; exit 77; }
die() { echo "vm: $*" >&2; exit 1; }

# NAME of the command, the package that has it
for need in qemu-system-x86_64,qemu-system-x86 setpriv,util-linux cpio,cpio depmod,kmod dpkg-deb,dpkg jq,jq sqlite3,sqlite3 ip,iproute2; do
        command -v "${need%,*}" >/dev/null || skip "the program ${need%,*} is not installed (Debian: ${need#*,})"
done
[ "$(uname -m)" = x86_64 ] || skip "the virtual machine is an x86_64, and runs this machine's programs; this is $(uname -m)"

work=$(mktemp -d)
machine=
leave() {
        [ -z "$machine" ] || kill -TERM "$machine" 2>/dev/null || :
        rm -rf "$work"
}
trap leave EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# BUILD/vm/kernel, and BUILD/vm/modules.cpio with the modules that a network is made of. The small kernel for virtual
# machines has them all, and is a third of the common one.
get_kernel() {
        [ ! -e "$build/vm/kernel" ] || [ ! -e "$build/vm/modules.cpio" ] || return 0
        package=$(apt-cache depends linux-image-cloud-amd64 2>/dev/null | sed -n 's/.*Depends: \(linux-image-[0-9].*\)/\1/p')
        [ -n "$package" ] || skip 'the kernel package linux-image-cloud-amd64 is not known to apt here; on a Debian, apt-get update may help'
        echo "fetching $package"
        (cd "$work" && apt-get download "$package" >apt.log 2>&1) || skip "the package $package could not be fetched by apt"
        mkdir "$work/kernel"
        dpkg-deb --fsys-tarfile "$work"/linux-image-*.deb | tar -x -C "$work/kernel" || die "$package: it can't be unpacked"
        version=$(ls "$work/kernel/lib/modules")
        depmod -b "$work/kernel" "$version" 2>/dev/null
        mkdir -p "$work/kernel/usr"
        mv "$work/kernel/lib" "$work/kernel/usr/lib"
        mkdir -p "$build/vm"
        (
                cd "$work/kernel"
                modules=usr/lib/modules/$version
                {
                        echo usr
                        find usr/lib -maxdepth 3
                        find "$modules/kernel" -type d
                        for part in arch crypto drivers/net drivers/virtio lib net; do
                                find "$modules/kernel/$part"
                        done
                } | sort -u | cpio -o -H newc -R 0:0 --quiet
        ) >"$build/vm/modules.cpio.new"
        mv "$work/kernel/boot/vmlinuz-$version" "$build/vm/kernel"
        mv "$build/vm/modules.cpio.new" "$build/vm/modules.cpio"
        rm -rf "$work/kernel" "$work"/*.deb
}

# Each program with the libraries that it names, at the path that it has here.
add_programs() {
        for name in sh awk basename bridge cat chmod cmp comm cp cut date diff dirname env expr false find flock grep head \
                hostname id ip jq kill ln ls mkdir mkfifo mktemp modprobe mount mv nft nproc nsenter paste ping ps readlink \
                realpath rm rmdir sed seq setpriv setsid sleep sort sqlite3 ss stat stty sync sysctl tail tc tee timeout touch tr true \
                umount uname uniq unshare wc xargs yes; do
                path=$(command -v $name) || continue
                case $path in
                /*) echo "$path" ;;
                *) PATH=/usr/sbin:/usr/bin:/sbin:/bin which $name ;; # one that this shell has built in
                esac
        done >"$work/programs"
        printf '%s\n' "$build/jailnet" "$build/tests/jailnet-stops" "$build/tests/hold" "$build/tests/sockets" "$build/tests/test_apply" \
                "$build/tests/test_observer" "$build/tests/test_scan" "$build/tests/test_dying" "$build/tests/test_holders" \
                "$build/tests/test_exec_kernel" >>"$work/programs"
        sort -u "$work/programs" | while read -r path; do
                mkdir -p "$root$(dirname "$path")"
                cp -L "$path" "$root$path"
                ldd "$path" 2>/dev/null | sed -n 's/.*=> \(\/[^ ]*\) .*/\1/p; s/^[[:space:]]*\(\/[^ ]*\) (0x.*/\1/p'
        done | sort -u | while read -r path; do
                mkdir -p "$root$(dirname "$path")"
                cp -L "$path" "$root$path"
        done
        # iproute2 looks for names of tables and scopes; the tests for the user nobody.
        mkdir -p "$root/etc/iproute2"
        cp /etc/iproute2/* "$root/etc/iproute2/" 2>/dev/null || :
        printf 'root:x:0:0::/root:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n' >"$root/etc/passwd"
        printf 'root:x:0:\nnogroup:x:65534:\n' >"$root/etc/group"
}

get_kernel
root=$work/root
mkdir -p "$root/dev" "$root/proc" "$root/sys" "$root/tmp" "$root/run" "$root/var/lib" "$root/root" "$root$source"
for folder in bin sbin lib lib64; do # as Debian has it: the kernel asks for /sbin/modprobe
        mkdir -p "$root/usr/$folder"
        ln -s "usr/$folder" "$root/$folder"
done
add_programs
cp -R "$source/tests" "$root$source/"
cp "$source/tests/vm/inside/init" "$root/init"
chmod 755 "$root/init"
cat >"$root/etc/vm" <<EOF
JAILNET=$build/jailnet
SOURCE=$source
STOPS=$build/tests/jailnet-stops
HOLD=$build/tests/hold
UNITS=$build/tests
ONLY='$*'
EOF
{
        cat "$build/vm/modules.cpio"
        cd "$root" && find . | cpio -o -H newc -R 0:0 --quiet
} >"$work/initrd"
rm -rf "$root"

# Two cards on one wire. The first serial line is the kernel's console, the second the tests'. It ends with this script,
# also when that is killed. The kernel shall not test its timer, which is late on a machine that has much to do.
setpriv --pdeathsig TERM timeout -k 5 "$limit" setpriv --pdeathsig KILL qemu-system-x86_64 -machine pc,accel=tcg -cpu qemu64,+rdrand -m 1024 -nographic -no-reboot -no-user-config \
        -nodefaults -kernel "$build/vm/kernel" -initrd "$work/initrd" -append 'console=ttyS0 quiet panic=-1 net.ifnames=0 no_timer_check' \
        -serial "file:$work/console" -serial "file:$work/tests" \
        -netdev hubport,id=w0,hubid=0 -device virtio-net-pci,netdev=w0,mac=52:54:00:00:00:01,romfile= \
        -netdev hubport,id=w1,hubid=0 -device virtio-net-pci,netdev=w1,mac=52:54:00:00:00:02,romfile= \
        -device virtio-rng-pci </dev/null >"$work/qemu" 2>&1 &
machine=$!
# Shown as it comes; tail ends with the machine.
until [ -e "$work/tests" ] || ! kill -0 $machine 2>/dev/null; do sleep 0.1; done
tail -n +1 -f --pid=$machine "$work/tests" 2>/dev/null &
status=0
wait $machine || status=$? # in the foreground a signal would have to wait for it
machine=
wait

outcome=$(sed -n 's/^all done, \([0-9]*\) failed.*/\1/p' "$work/tests")
if [ -z "$outcome" ]; then
        cat "$work/qemu"
        tail -n 30 "$work/console"
        [ $status != 124 ] || die "it was stopped after $limit seconds"
        die 'the machine ended before its tests; the last words of its console are above'
fi
[ "$outcome" = 0 ]
