# Proves what root of a jail with a root folder of its own cannot get at: descriptors that whoever started the jail had
# open, in its programs, in its init and in those that come in by jexec; its init itself; devices, mounts and the settings
# of the machine; what is mounted below a read-only mount; and that places of its tree lead nowhere else.
. "${SOURCE:?}/tests/lib/sandbox.sh"

# Where a container covers parts of the host's /proc the kernel gives nobody a new one.
unshare -m -p -f --mount-proc true 2>/dev/null || {
        echo 'skipped: no /proc of its own can be mounted here'
        exit 77
}

tree=$work/tree
mkdir "$tree" "$work/secret" "$work/given" "$work/given/below" "$work/below"
for folder in bin lib lib64 usr dev proc etc tmp given; do mkdir "$tree/$folder"; done
echo hidden >"$work/secret/word"
ln -s "$work/secret" "$tree/out"
ln -s / "$tree/top"
mount -t tmpfs below "$work/given/below" || fail 'no mount below another one'
cat >"$work/jail.conf" <<X
path = "$tree"; persist; mount.devfs; exec.clean;
mount = "/bin \$path/bin nullfs ro", "/lib \$path/lib nullfs ro", "/usr \$path/usr nullfs ro";
$([ ! -d /lib64 ] || echo 'mount += "/lib64 $path/lib64 nullfs ro";')
mount += "$work/given \$path/given nullfs ro";
exec.start = "ls /proc/self/fd >/tmp/open; ls /proc/1/fd >/tmp/open.init 2>/tmp/err";
shut { vnet; }
open { vnet; allow.mount; }
near { ip4.addr = "lo|127.0.7.7"; }
aside { vnet; mount += "tmpfs \$path/out tmpfs rw"; }
X
in_jail() { # JAIL COMMAND
        "$JAILNET" jexec "$1" sh -c "$2" 2>&1
}
right() { # NUMBER SET-OF-PROCESS JAIL: 1 when it has that capability
        set=$(in_jail "$3" "cat /proc/$2/status" | sed -n 's/^CapEff:.//p')
        echo $((0x$set >> $1 & 1))
}
fails() { # JAIL WHAT COMMAND
        checks=$((checks + 1))
        ! in_jail "$1" "$3" >/dev/null 2>&1 || fail "$2"
}
mounted() { # JAIL PLACE: ro or rw, what is there last
        in_jail "$1" 'cat /proc/self/mounts' | awk -v p="$2" '$2 == p { split($4, o, ",") } END { print o[1] }'
}

# Descriptors of ours, high and low, a folder of the host's among them.
exec 7<"$work/secret/word" 8</
do_ok jail -f "$work/jail.conf" -c shut
same "a program's descriptors" "$(tr '\n' ' ' <"$tree/tmp/open")" '0 1 2 3 '
same "the init's" "$(tr '\n' ' ' <"$tree/tmp/open.init")" '0 1 2 '
same 'of one that comes in' "$(in_jail shut 'ls /proc/self/fd' | tr '\n' ' ')" '0 1 2 3 '
keeper=$(sed -n 's/^PPid:.//p' "/proc/$(sql "SELECT pid FROM started_jail WHERE name = 'shut'")/status")
same "the keeper's" "$(for fd in 7 8 $(seq 20 99); do [ ! -e "/proc/$keeper/fd/$fd" ] || echo "$fd"; done)" ''
fails shut 'the folder of a descriptor' 'cat /proc/1/fd/8/etc/passwd'
fails shut "the init's program" 'cat /proc/1/exe'
same 'what is open in a command on the host' "$(sed 's/exec.start.*/exec.prestart = "ls \/proc\/self\/fd >'"$(echo "$work" | sed 's/\//\\\//g')"'\/host";/' \
                "$work/jail.conf" >"$work/host.conf"
        "$JAILNET" -q jail -f "$work/host.conf" -c near >/dev/null 2>&1
        tr '\n' ' ' <"$work/host")" '0 1 2 3 '
exec 7<&- 8<&-

# Rights: to signal is all that the init has; the programs have what works in a jail.
same 'the init may signal' "$(in_jail shut 'sed -n s/^CapEff:.//p /proc/1/status')" 0000000000000020
for capability in 2 16 17 19 21 22 25 27 34 39; do # reads by handle, modules, raw I/O, ptrace, mounts, boot, time, ...
        same "capability $capability" "$(right $capability self shut)" 0
done
for capability in 0 1 5 7 10 12 13 18; do # owners, modes, signals, users, low ports, network, raw packets, chroot
        same "capability $capability" "$(right $capability self shut)" 1
done
fails shut 'a mount' 'mount -t tmpfs none /tmp'
fails shut 'a device' 'mknod /tmp/device b 254 0'
same 'with allow.mount' "$("$JAILNET" -q jail -f "$work/jail.conf" -c open && right 21 self open)" 1
ok 'it mounts' "$JAILNET" jexec open sh -c 'mount -t tmpfs none /tmp'
fails open 'its init cannot be looked into all the same' 'cat /proc/1/exe'

# The settings of the machine; those of a stack of its own are its own.
same 'settings' "$(mounted shut /proc/sys) $(mounted shut /proc/sys/net)" 'ro rw'
same 'settings of a stack that is shared' "$(mounted near /proc/sys) $(mounted near /proc/sys/net)" 'ro '
fails shut 'a setting' 'echo 1 >/proc/sys/vm/drop_caches'
ok 'forwarding' "$JAILNET" jexec shut sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'

# Mounts: read-only with all that is below; a place that is a link out of the tree is a place in it.
same 'below a read-only mount' "$(mounted shut /given) $(mounted shut /given/below)" 'ro ro'
fails shut 'a file below a read-only mount' 'echo x >/given/below/file'
ok 'it is as it was outside' touch "$work/given/below/file"
fails shut 'a link out of the tree' 'cat /out/word'
same 'a link to the top' "$(in_jail shut 'ls -d /top/given')" /top/given
J jail -f "$work/jail.conf" -c aside
same 'a mount by a link' "$status $(grep -c 'mount of tmpfs on /out' "$work/err")" '1 1'
same 'what the link names is as it was' "$(cat "$work/secret/word")" hidden
do_ok jail -f "$work/jail.conf" -r '*'
same 'nothing of theirs is mounted' "$(grep -c "$tree" /proc/self/mounts)" 0
umount "$work/given/below"
finish
