#!/bin/sh
# Proves that what README and the pages of docs/ and jailnet(8) show is so: their commands are run as they stand there, and
# what is shown as printed is printed. (docs/ezjail.md, jailnet-tutorial(7), docs/doctor.md's table and README's walk through
# the demo have tests of their own.)
. "${SOURCE:?}/tests/lib/sandbox.sh"

mkdir "$work/bin" "$work/here"
ln -s "$JAILNET" "$work/bin/jailnet"
PATH=$work/bin:$PATH
cd "$work/here" || exit 1

runs() { # COMMAND [STATUS...]: as it stands in a page; 0 is always fine
        command=$1
        shift
        checks=$((checks + 1))
        sh -c "$command" >"$work/out" 2>"$work/err" </dev/null
        status=$?
        case " 0 $* " in
        *" $status "*) ;;
        *) fail "$command: exit status $status: $(cat "$work/out" "$work/err")" ;;
        esac
}
runs_all() { # PAGE: each line of $work/shown, without what stands behind #
        sed -e 's/ *#.*//' -e '/^$/d' "$work/shown" >"$work/lines"
        [ -s "$work/lines" ] || fail "$1 has no such lines"
        while read -r line; do runs "$line" 3; done <"$work/lines"
}
prints() { # FILE: the lines of it, in their order and next to each other
        checks=$((checks + 1))
        awk 'NR == FNR { want[++n] = $0; next } { have[++m] = $0 } END {
                for (i = 0; i + n <= m; i++) {
                        for (k = 1; k <= n && have[i + k] == want[k]; k++) ;
                        if (n && k > n) exit 0
                }
                exit 1 }' "$1" "$work/out" || fail "$command: $(diff "$1" "$work/out")"
}
clean() { # what the page before has made
        for jail in $(ip netns list | cut -d' ' -f1); do ip netns delete "$jail"; done
        for name in $(ip -j link show | jq -r '.[].ifname | select(. != "lo")'); do
                ip link delete "$name" 2>/dev/null
        done
        for _ in $(seq 200); do # the kernel takes stacks apart in its own time
                [ "$("$JAILNET" show --format json | jq '.jails | length')" = 1 ] && break
                sleep 0.1
        done
        pages=$((pages + 1))
        JAILNET_DB=$work/$pages.db # which knows nothing of it
        export JAILNET_DB
}
pages=0
quietly() { "$JAILNET" -q --no-guard "$@" >"$work/out" 2>"$work/err" || fail "jailnet $*: $(cat "$work/err")"; }

# --- docs/doctor.md ----------------------------------------------------------------------------------------------------------
page=$SOURCE/docs/doctor.md
quietly create bridge br0
quietly up br0
quietly create jail www --bridge br0 --address 10.0.0.2/24
quietly create jail db --bridge br0 --address 10.0.0.3/24
quietly mtu db/e0b_db 1400
runs "$(sed -n 's/^\$ //p' "$page")" 3
sed -n '/^\$ /,/^```/p' "$page" | sed -e 1d -e '$d' >"$work/wanted"
same 'what the doctor prints' "$(cat "$work/out")" "$(cat "$work/wanted")"
sed -n '/^```sh/,/^```$/p' "$page" | sed '/^```/d' >"$work/shown"
runs_all docs/doctor.md
clean

# --- docs/path.md ------------------------------------------------------------------------------------------------------------
page=$SOURCE/docs/path.md
quietly create bridge lan0
for jail in client router server; do quietly create jail $jail; done
quietly create epair c0 client/c1
quietly create epair r0 router/r1
quietly create epair router/r2 server/s1
for port in c0 r0; do
        quietly attach $port lan0
        quietly up $port
done
for name in lan0 client/c1 router/r1 router/r2 server/s1; do quietly up $name; done
quietly address add client/c1 10.1.0.2/24
quietly address add router/r1 10.1.0.1/24
quietly address add router/r2 10.2.0.1/24
quietly address add server/s1 10.2.0.2/24
quietly route add client default 10.1.0.1
quietly route add server default 10.2.0.1
runs 'jailnet path client server' 1
same 'the way is broken' "$status" 1
sed -n '/^client to server/,/^```/p' "$page" | sed '$d' >"$work/wanted"
prints "$work/wanted"
clean

# --- docs/returns.md ---------------------------------------------------------------------------------------------------------
page=$SOURCE/docs/returns.md
holder=
lend() { # what the page's commands speak of: eth1, eth2 and epair4b in a jail whose name is gone, held by one process
        [ -z "$holder" ] || kill "$holder" 2>/dev/null
        clean
        quietly create jail www
        for name in eth1:far1 eth2:far2 epair4b:epair4a; do
                quietly create epair "${name%:*}" "${name#*:}"
                quietly move "${name%:*}" www
        done
        ip netns exec www sleep 1000 &
        holder=$!
        for _ in $(seq 400); do
                [ "$(readlink /proc/$holder/ns/net)" != "$(readlink /proc/self/ns/net)" ] && break
                sleep 0.05
        done
        ip netns delete www
        ok 'the holder is named' sh -c "jailnet returns | grep -q 'process $holder '"
}
is_lost() { "$JAILNET" returns --json | jq -e 'any(.[]; .interface == "epair4b" and .state == "lost")' >/dev/null; }
sed -n '/^jailnet returns  /,/^```/p' "$page" | sed -e '$d' -e 's/   .*//' -e 's/ \[OBJECT\.\.\.\].*//' -e 's/  .*//' >"$work/commands"
same 'commands in the page' "$(wc -l <"$work/commands" | tr -d ' ')" 9
while read -r line; do
        case $line in
        *--unmount*) ;; # tests/kernel/test_release.sh
        *--wait*)
                lend
                runs "$line & jailnet -q return eth1 && wait \$!"
                ;;
        'jailnet return '*)
                lend
                runs "$line"
                ok 'they are home' sh -c 'ip link show eth1 && ip link show eth2'
                ;;
        *--signal*)
                lend
                runs "$(printf '%s\n' "$line" | sed "s/4211/$holder/")"
                for _ in $(seq 200); do
                        is_lost && break
                        sleep 0.1
                done
                ok 'what it kept is lost' is_lost
                ;;
        'jailnet sweep') runs "$line" 1 ;; # nothing is left over
        *) runs "$line" ;;
        esac
done <"$work/commands"
ok 'what was lost is made again, where it was' ip -n www link show epair4b
clean

# --- jailnet(8): its examples ------------------------------------------------------------------------------------------------
quietly create epair eth1 wire
sed -n '/^\.Sh EXAMPLES/,/^\.Sh SEE/p' "$SOURCE/man/jailnet.8.in" >"$work/examples"
sed -n 's/^# //p' "$work/examples" | grep -v -e '<<' -e watch >"$work/shown"
runs_all 'jailnet(8)'
ok 'the batch of the page' sh -c "sed -n '/<<END/,/^END/p' '$work/examples' | sed 's/^# //' | sh"
clean

# --- README: FreeBSD's commands ------------------------------------------------------------------------------------------------
mkdir "$work/etc" && cp -R /etc/passwd /etc/group /etc/alternatives "$work/etc" 2>/dev/null
mount --bind "$work/etc" /etc || fail 'no /etc of our own'
ip link add em0 type veth peer name outside
quietly create epair epair17a epair17b
printf 'mkpeer eiface ether ether\nname ngeth0: ng_web\n' >graph.ngctl
echo 'web { vnet; persist; vnet.interface = "e0b_web"; }' >/etc/jail.conf
echo 'db { vnet; persist; }' >jail.conf
echo 'ifconfig_em0="inet 10.7.0.1/24"' >rc.conf
sed -n '/^jailnet ifconfig /,/^```/p' "$SOURCE/README.md" | sed '$d' >"$work/shown"
runs_all README.md
ok 'a bridge with a member' test -e /sys/class/net/bridge0/brif/epair17a
ok 'jib and jail' ip -n web link show e0b_web
ok 'the import' sh -c 'ip netns list | grep -q ^db && ip address show em0bridge | grep -q 10.7.0.1/24'

# --- docs/freebsd.md: an error of jail.conf --------------------------------------------------------------------------------------
page=$SOURCE/docs/freebsd.md
printf 'web {\n  vnet; persist;\n  vnet.interface = e0b_web }\n' >/etc/jail.conf
J jail -c web
same 'it is refused' "$status" 1
sed -n '/^jail: \/etc\/jail.conf:3/,/^```/p' "$page" | sed '$d' >"$work/wanted"
cp "$work/err" "$work/out"
command='jail -c web'
prints "$work/wanted"
umount /etc || fail 'our own /etc stays'
finish
