# Proves that a command keeps the capabilities that it needs and no other, read from /proc/PID/status while it runs: one
# that looks, one that changes, one that starts programs; in all its threads; and that what a jail's root gets is not less
# for it. (Before, every command ran with all that root has.)
. "$(dirname "$0")/../lib/sandbox.sh"

# mask NUMBER...: capabilities by their numbers in capabilities(7), as /proc shows a set of them
mask() {
        bits=0
        for number; do bits=$((bits | 1 << number)); done
        printf '%016x\n' $bits
}

dac_override=1 dac_read_search=2 chown=0 fowner=3 kill=5 setgid=6 setuid=7 setpcap=8 net_broadcast=11 net_admin=12 net_raw=13
sys_chroot=18 sys_ptrace=19 sys_admin=21 mknod=27
look=$(mask $dac_override $dac_read_search $net_broadcast $net_admin $net_raw $sys_ptrace $sys_admin)
change=$(mask $dac_override $dac_read_search $net_broadcast $net_admin $net_raw $sys_ptrace $sys_admin $kill $sys_chroot)
start=$(mask $dac_override $dac_read_search $net_broadcast $net_admin $net_raw $sys_ptrace $sys_admin $kill $sys_chroot \
        $chown $fowner $setgid $setuid $setpcap $mknod)
all=$(sed -n 's/^CapBnd:\t//p' /proc/self/status)

# sets PID: all sets of all threads, each kind once: "CapEff 0123..."
sets() { sed -n 's/^\(Cap[A-Z][a-z]*\):\t/\1 /p' /proc/"$1"/task/*/status 2>/dev/null | sort -u; }
has_set() { sets "$1" | grep -qx "$2"; }

# keeps WHAT PID SET BOUND: waits until the process has dropped what it drops (it has just been started), then looks
keeps() {
        deadline=$(($(date +%s) + 30 * slow))
        until has_set "$2" "CapPrm $3" || [ "$(date +%s)" -ge $deadline ]; do kill -0 "$2" 2>/dev/null || break; done
        same "$1" "$(sets "$2" | tr '\n' ' ')" \
                "CapAmb $(mask) CapBnd $4 CapEff $3 CapInh $(mask) CapPrm $3 "
}

same 'the sandbox itself gives all rights' "$(sed -n 's/^CapEff:\t//p' /proc/self/status)" "$all"
do_ok create jail a

mkfifo "$work/pipe" "$work/words"
"$JAILNET" convert ezjail "$work/pipe" >/dev/null 2>&1 & # waits for a writer
pid=$!
keeps 'one that looks' $pid "$look" "$look"
kill $pid
wait $pid 2>/dev/null

"$JAILNET" batch - <"$work/words" &
pid=$!
exec 3>"$work/words"
keeps 'one that changes' $pid "$change" "$change"
echo 'create jail b' >&3
exec 3>&-
wait $pid 2>/dev/null
same 'and could' $? 0
ok 'its jail is there' ip netns exec b true

"$JAILNET" watch 2>"$work/watch" &
pid=$!
deadline=$(($(date +%s) + 30 * slow))
until [ "$(ls /proc/$pid/task | wc -l)" -gt 1 ] || [ "$(date +%s)" -ge $deadline ]; do :; done
ok 'the observer has a thread of its own' [ "$(ls /proc/$pid/task | wc -l)" -gt 1 ]
keeps 'one that watches, in all threads' $pid "$change" "$change"
kill $pid
wait $pid 2>/dev/null

"$JAILNET" lines <"$work/words" >/dev/null &
pid=$!
exec 3>"$work/words"
keeps 'one that starts programs' $pid "$start" "$all"
exec 3>&-
wait $pid 2>/dev/null

# A jail's root has what root has, but for what no jail has (modules, raw I/O, boot, time); in a jail with its own stack.
given=$("$JAILNET" jexec a sed -n 's/^CapEff:\t//p' /proc/self/status)
for number in $chown $setuid $net_admin $sys_admin; do
        ok "a program in a jail has capability $number" [ $((0x$given >> number & 1)) = 1 ]
done
for number in 16 17 22 25; do
        ok "a program in a jail has not capability $number" [ $((0x$given >> number & 1)) = 0 ]
done

finish
