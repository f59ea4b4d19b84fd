# Proves, parameter by parameter of jail.conf(5) and jail(8), that each has its effect, or is told at the start to have none
# and why; also those that every FreeBSD's jail.conf has: variables, lists and +=, wildcard blocks, files that are included.
. "${SOURCE:?}/tests/lib/sandbox.sh"

conf=$work/jail.conf
says() { # WHAT TEXT: on stderr
        checks=$((checks + 1))
        grep -qF -- "$2" "$work/err" || fail "$1: does not say '$2' but: $(cat "$work/err")"
}
with() { # PARAMETERS: jail j has them, and runs
        printf 'j { path = /; persist; %s }\n' "$1" >"$conf"
        do_ok jail -f "$conf" -c j
}
in_j() { "$JAILNET" jexec j "$@" 2>&1; }
gone() { "$JAILNET" -q jail -R j || fail 'j cannot be removed'; }
refuses() { # TEXT PARAMETERS
        printf 'j { path = /; persist; %s }\n' "$2" >"$conf"
        J jail -f "$conf" -c j
        same "exit status with: $2" "$status" 1
        says "$2" "$1"
        same "jails with: $2" "$(ip netns list | wc -l | tr -d ' ')" 0
}
do_ok create bridge sw0

# --- Without effect: told, and why ---------------------------------------------------------------------------------------
idle='children.max = 5; cpuset.id = 1; enforce_statfs = 1; exec.fib = 2; host = new; host.domainname = lab; host.hostid = 5;
        host.hostuuid = "0-0"; ip4.saddrsel; ip6.nosaddrsel; ip_hostname; linux = new; linux.osname = Linux; linux.osrelease = "3";
        linux.oss_version = 198144; mount.fdescfs; osreldate = 1400097; osrelease = "14.0"; securelevel = 2; sysvmsg = new;
        sysvsem = inherit; sysvshm = disable; zfs.dataset = tank/j; zfs.mount_snapshot = 1;
        allow.set_hostname; allow.mount; allow.mount.nullfs; allow.chflags; allow.noreserved_ports;'
with "vnet; allow.raw_sockets; allow.dying; meta = m; env = e; $idle"
same 'one line' "$(wc -l <"$work/err" | tr -d ' ')" 1
names=$(printf '%s' "$idle" | tr ';' '\n' | sed 's/^ *//; s/[ =].*//; s/\.no/./; /^$/d' | paste -sd, - | sed 's/,/, /g')
same 'with all of them' "$(cat "$work/err")" "jail: j: without effect on Linux: $names; jail -v says why"
same 'they are kept' "$("$JAILNET" jls -j j securelevel meta env host.hostuuid sysvmsg)" '2 m e 0-0 new'
same 'and listed' "$("$JAILNET" jls -n -j j allow.mount allow.reserved_ports allow.dying)" \
        'allow.mount allow.noreserved_ports allow.dying'
gone
J jail -v -f "$conf" -c j
same 'each has a reason' "$(grep -c '^j: [a-z0-9_.]*: without effect: ' "$work/out") $(cat "$work/err")" \
        "$(echo "$names" | wc -w | tr -d ' ') "
gone
J jail -q -f "$conf" -c j
same 'not with -q' "$(cat "$work/err")" ''
gone
with 'vnet; allow.noraw_sockets;'
says 'raw sockets' 'without effect on Linux: allow.raw_sockets;'
gone

# --- Host name, persist, path, devices ------------------------------------------------------------------------------------
with 'vnet; host.hostname = "${name}-1.lab"; exec.start = "true";'
same 'host.hostname' "$(in_j uname -n)" j-1.lab
same 'and no other line' "$(cat "$work/err")" ''
gone
with 'vnet; host.hostname = a.lab; nopersist; exec.start = "sleep 600 &";'
same 'nopersist, while something runs' "$("$JAILNET" jls -n -j j persist)" nopersist
gone
with 'vnet = new; persist = 0; persist = true; ip4 = inherit;'
same 'the last of them counts' "$("$JAILNET" jls -n -j j persist vnet)" 'persist vnet=new'
gone
refuses 'is no yes or no' 'vnet; persist = perhaps;'
refuses 'needs a value; write stop.timeout = VALUE;' 'vnet; stop.timeout;'
refuses '"soon" is no number' 'vnet; exec.timeout = soon;'
refuses '"jails/j" is no absolute path' 'vnet; path = jails/j;'
refuses 'unknown value "false"; write new, inherit or disable' 'vnet = "false";'
refuses 'unknown parameter; did you mean vnet.interface?' 'vnet; vnet.interfaces = e0;'
refuses 'cannot be set again' 'vnet; name = other;'
refuses 'has vnet.interface, but no vnet' 'vnet.interface = sw0;'
refuses 'has vnet and ip4.addr; addresses of its own stack are set in it' 'vnet; ip4.addr = 10.75.0.9;'
refuses 'has neither persist nor anything to run in it' 'vnet; nopersist;'
refuses 'nopersist: takes no value' 'vnet; nopersist = 1;'

# --- Addresses ------------------------------------------------------------------------------------------------------------
with 'interface = sw0; ip4.addr = 10.75.0.9/24, 10.75.0.10; ip4.addr += "10.75.0.11 netmask 255.255.255.0"; ip6.addr = "sw0|fd00:75::9 prefixlen 64";'
same 'in their forms' "$(addresses - sw0)" '10.75.0.9/24 10.75.0.10/32 10.75.0.11/24 fd00:75::9/64'
gone
same 'taken off' "$(addresses - sw0)" ''
with '$ips = 10.75.0.21, 10.75.0.22; $if = sw0; interface = $if; ip4.addr = $ips;'
same 'a list as a variable' "$(addresses - sw0)" '10.75.0.21/32 10.75.0.22/32'
gone
refuses 'is not an address' 'ip4.addr = "sw0|10.75.0";'
refuses '/33: is no prefix length' 'ip4.addr = "sw0|10.75.0.1/33";'
refuses 'is no network mask' 'ip4.addr = "sw0|10.75.0.1/255.0.255.0";'
refuses 'vhid behind an address is not known here' 'ip4.addr = "sw0|10.75.0.1/24 vhid 1";'
refuses 'is a list of 2' '$ips = 10.75.0.21, 10.75.0.22; interface = sw0; ip4.addr = "x$ips";'

# --- Mounts and devices ----------------------------------------------------------------------------------------------------
tree=$work/tree
mkdir -p "$tree/proc" "$tree/dev" "$tree/tmp" "$tree/a" "$tree/b" "$work/data"
echo text >"$work/data/file"
outside() { echo "/proc/$(sql "SELECT pid FROM started_jail WHERE name = 'j'")/root$1"; }
mounted() { grep -c " $1 " "/proc/$(sql "SELECT pid FROM started_jail WHERE name = 'j'")/mountinfo"; }
printf '# a comment\n%s %s nullfs rw 0 0\n\n' "$work/data" "$tree/b" >"$work/fstab"
with "vnet; path = \"$tree\"; mount.procfs; mount.devfs; mount = \"$work/data \$path/a nullfs ro\", \"tmpfs \$path/tmp tmpfs rw\"; mount.fstab = \"$work/fstab\";"
same 'mounts' "$(mounted /a) $(mounted /b) $(mounted /tmp) $(mounted /proc) $(mounted /dev)" '1 1 1 1 1'
same 'one may be written to' "$(touch "$(outside /b)/new" && ls "$work/data" | paste -sd' ' -)" 'file new'
ok 'one not' sh -c "! touch '$(outside /a)/newer' 2>/dev/null"
same 'none on the host' "$(grep -c "$tree" /proc/self/mountinfo)" 0
gone
refuses 'expected SOURCE TARGET TYPE' "vnet; mount = \"/dev/ada0p2 $tree/a ufs rw\";"
refuses "$work/nofstab: No such file or directory" "vnet; mount.fstab = \"$work/nofstab\";"
with "vnet; path = \"$tree\"; mount.nodevfs; devfs_ruleset = 4;"
same 'no devices' "$(ls "$(outside /dev)")" ''
gone

# --- What makes a jail of a file ---------------------------------------------------------------------------------------------
mkdir "$work/conf.d"
cat >"$conf" <<X
# for all
\$base = "$work";
exec.prestart = "echo 1 \$name >>$work/log";
host.hostname = "\${name}.\$zone";
path = /; persist; vnet;
\$zone = lab;
.include "conf.d/*.conf";
.include "$work/conf.d/[x-z]*";
"*" { exec.prestart += "echo 3 \${host.hostname} >>$work/log"; }
X
printf 'one { exec.prestart += "echo 2 of one >>${base}/log"; }\n' >"$work/conf.d/10.conf"
printf 'two.a { $zone = "other"; exec.prestart = "echo 2 of two >>${base}/log"; }' >"$work/conf.d/20.conf" # no newline
printf '"*.a" { host.hostname = "wild.$zone"; }\r\n' >"$work/conf.d/x"
: >"$work/log"
do_ok jail -f "$conf" -c one
do_ok jail -f "$conf" -c two.a
same 'merged in the order of the files' "$(paste -sd';' - <"$work/log")" '1 one;2 of one;3 one.lab;2 of two;3 wild.other'
same 'names' "$("$JAILNET" jexec one uname -n) $("$JAILNET" jexec two.a uname -n)" 'one.lab wild.other'
# Names that mean several; a jail that runs already is left alone.
stack=$(ip netns exec one readlink /proc/self/ns/net)
do_ok jail -f "$conf" -r '*.a'
same 'those that fit stop' "$(ip netns list | cut -d' ' -f1)" one
do_ok jail -f "$conf" -c '*' 'two.*'
same 'those that fit start' "$(ip netns list | cut -d' ' -f1 | sort | paste -sd' ' -)" 'one two.a'
same 'not anew' "$(ip netns exec one readlink /proc/self/ns/net)" "$stack"
sed -i 's/${name}.$zone/${name}.net/' "$conf"
do_ok jail -f "$conf" -m 'one' '*.b'
do_ok jail -f "$conf" -m '*'
same 'those that fit change' "$("$JAILNET" jexec one uname -n)" one.net
do_ok jail -f "$conf" -r '*'
echo '.include "nowhere.conf";' >>"$conf"
J jail -f "$conf" -c one
same 'a file that is not there' "$status" 1
says 'a file that is not there' "$conf:10:1: $work/nowhere.conf: No such file or directory"
printf '.include "jail.conf";\n' >"$conf"
J jail -f "$conf" -c one
same 'a file that includes itself' "$status" 1
says 'a file that includes itself' "$conf:1:1: files include each other"
finish
