# Proves: a jail whose start fails, in whichever phase, leaves nothing: what the phases before it made by exec.prepare,
# addresses, exec.prestart, the jail, exec.created, vnet.interface, exec.start, command and exec.poststart is taken back; a
# stop that fails before the jail has ended leaves it as it runs, one that fails behind that has removed it; that exec.timeout
# ends what takes too long, with all that it started, and stop.timeout what does not hear SIGTERM; that consolelog has what
# ran inside and nothing else; and the order in which jails that depend on each other start and stop.
. "${SOURCE:?}/tests/lib/sandbox.sh"

conf=$work/jail.conf
log=$work/log
jails() { ip netns list | cut -d' ' -f1 | sort | paste -sd' ' -; }
says() { # WHAT TEXT: on stderr
        checks=$((checks + 1))
        grep -qF -- "$2" "$work/err" || fail "$1: does not say '$2' but: $(cat "$work/err")"
}
cells() { pgrep -fc 'jailnet.* cell$'; }

do_ok create bridge sw0
do_ok create epair lent0 lent1
do_ok address add sw0 10.74.0.1/24

# --- Each phase of a start fails once -----------------------------------------------------------------------------------
# Each phase before it makes an interface of its own name through jailnet.
phases='exec.prepare exec.prestart exec.created exec.start command exec.poststart'
file() { # KIND BAD: a jail.conf of which the phase BAD fails
        echo "one { persist; path = /;"
        for phase in $phases; do
                end='; }'
                word=$phase
                if [ "$phase" = "$2" ]; then
                        echo "$word = \"/bin/sh -c 'echo $phase >>$log; exit 3'\";"
                elif [ "$phase" = exec.start ] || [ "$phase" = command ]; then
                        echo "$word = \"/bin/sh -c 'echo $phase >>$log'\";"
                else
                        short=${phase#exec.}
                        echo "$word = \"/bin/sh -c 'echo $phase >>$log; exec $JAILNET create epair ${short}0 ${short}1'\";"
                fi
        done
        case $1 in
        vnet) echo 'vnet; vnet.interface = lent0, prestart0;' ;;
        shared) echo 'ip4.addr = "sw0|10.74.0.9/24", "lent0|10.74.1.9"; ip6.addr = "sw0|fd00:74::9";' ;;
        esac
        case $2 in
        interface) echo 'vnet.interface += nobody0;' ;;
        address) echo 'ip4.addr += "nobody0|10.74.0.10";' ;;
        mount) echo "mount = \"$work/nowhere $work/nowhere nullfs\"; path = $work/tree;" ;;
        devfs) echo "mount.devfs; path = $work/tree;" ;; # it has no folder dev
        esac
        echo 'exec.poststop = "touch '"$work"'/poststop"; }'
}
mkdir "$work/tree"
fails() { # KIND PHASE WANTED-LOG TEXT
        file "$1" "$2" >"$conf"
        : >"$log"
        snapshot >"$work/before"
        J jail -f "$conf" -c one
        same "$1: $2: exit status" "$status" 1
        says "$1: $2" "$4"
        same "$1: $2: what ran before" "$(paste -sd' ' - <"$log")" "$3"
        compare "$1: after $2 failed"
        same "$1: $2: what is left" "$(jails)$(sql 'SELECT count(*) FROM started_jail') $(cells)" '0 0'
}
failed_words() { printf "one: /bin/sh -c 'echo %s >>%s; exit 3': failed" "$1" "$log"; }
fails vnet interface 'exec.prepare exec.prestart exec.created' 'vnet.interface: interface nobody0 does not exist'
fails shared address 'exec.prepare' 'nobody0'
for kind in vnet shared; do
        done=
        for phase in $phases; do
                done="${done:+$done }$phase"
                fails $kind $phase "$done" "$(failed_words $phase)"
        done
        fails $kind mount 'exec.prepare exec.prestart' "mount of $work/nowhere"
        fails $kind devfs 'exec.prepare exec.prestart' "mount.devfs: $work/tree/dev: No such file or directory"
done
ok 'exec.poststop is not run, as on FreeBSD' [ ! -e "$work/poststop" ]
file vnet none >"$conf"
snapshot >"$work/before"
do_ok jail -f "$conf" -c one
same 'where nothing fails' "$(jails) $(ip -n one -j link | jq -r '[.[].ifname] | sort | join(" ")')" 'one lent0 lo prestart0'
do_ok jail -r one
for made in prepare prestart created poststart; do do_ok destroy ${made}0; done
compare 'when it has stopped'

# --- Each phase of a stop fails once ----------------------------------------------------------------------------------
for phase in prestop stop poststop release; do
        cat >"$conf" <<X
one { vnet; persist; path = /; vnet.interface = lent0;
        exec.prestop = "echo prestop >>$log"; exec.stop = "echo stop >>$log";
        exec.poststop = "echo poststop >>$log"; exec.release = "echo release >>$log";
        exec.$phase = "false"; }
X
        : >"$log"
        snapshot >"$work/before"
        do_ok jail -q -f "$conf" -c one
        J jail -r one
        same "exec.$phase fails" "$status" 1
        says "exec.$phase fails" 'one: false: failed'
        case $phase in
        prestop) left=one did= ;;
        stop) left=one did=prestop ;;
        poststop) left= did='prestop stop' ;;
        release) left= did='prestop stop poststop' ;;
        esac
        same "exec.$phase: what ran, what is left" "$(paste -sd' ' - <"$log"),$(jails)" "$did,$left"
        [ -z "$left" ] || do_ok jail -R one
        compare "exec.$phase: in the end"
        same "exec.$phase: forgotten" "$(sql 'SELECT count(*) FROM started_jail') $(cells)" '0 0'
done

# --- Times ----------------------------------------------------------------------------------------------------------------
cat >"$conf" <<X
persist; path = /; vnet; exec.timeout = 1;
slow { exec.start = "/bin/sh -c 'echo \$\$ >$work/pid; sleep 614 & echo \$! >>$work/pid; wait'"; }
host { }
deaf { exec.start = "/bin/sh -c 'trap : TERM; echo up; while :; do sleep 0.1; done' &"; stop.timeout = 1; exec.timeout = 0; }
kind { exec.start = "/bin/sh -c 'trap \\"echo bye >>$log; exit\\" TERM; echo up >>$log; while :; do sleep 0.1; done' &"; exec.timeout = 0; }
never { exec.start = "/bin/sh -c 'trap \\"echo heard >>$log\\" TERM; echo up >>$log; while :; do sleep 0.1; done' &"; stop.timeout = 0; exec.timeout = 0; }
X
snapshot >"$work/before"
J jail -f "$conf" -c slow
same 'exec.timeout' "$status" 1
says 'exec.timeout' ': timed out'
compare 'after exec.timeout'
same 'nothing that it started is left' "$(pgrep -fc '^sleep 614')" 0
J jail -f "$conf" -c host
says 'a name that is taken' 'is the name of the host itself'
until_up() { for _ in $(seq 300); do grep -q up "$log" && return || sleep 0.1; done; } # it is in the background
do_ok jail -f "$conf" -c deaf
do_ok jail -r deaf
same 'stop.timeout' "$(jails)" ''
: >"$log"
do_ok jail -f "$conf" -c kind
until_up
do_ok jail -r kind
same 'SIGTERM is heard' "$(paste -sd' ' - <"$log")" 'up bye'
: >"$log"
do_ok jail -f "$conf" -c never
until_up
do_ok jail -r never
same 'stop.timeout = 0: none is sent' "$(cat "$log")" up

# --- exec.consolelog ----------------------------------------------------------------------------------------------------
cat >"$conf" <<X
one { vnet; persist; path = /; exec.consolelog = "$work/console.\$name";
        exec.prestart = "echo outside"; exec.start = "echo in", 'echo err >&2'; exec.start += "sh -c 'sleep 0.2; echo late' &";
        exec.poststart = "echo behind"; exec.stop = "echo out"; exec.prestop = "echo before"; }
X
do_ok jail -f "$conf" -c one
same 'on the terminal' "$(paste -sd' ' - <"$work/out")" 'outside behind one: created'
for _ in $(seq 300); do grep -q late "$work/console.one" && break || sleep 0.1; done
do_ok jail -r one
same 'in the log' "$(paste -sd' ' - <"$work/console.one")" 'in err late out'
rm "$work/console.one"
ln -s "$work/elsewhere" "$work/console.one"
J jail -f "$conf" -c one
same 'a link is not followed' "$status $([ -e "$work/elsewhere" ] && echo there)" '1 '

# --- Who depends on whom ------------------------------------------------------------------------------------------------
cat >"$conf" <<X
persist; path = /; vnet; exec.poststart = "echo +\$name >>$log"; exec.poststop = "echo -\$name >>$log";
top { depend = left, right; }
left { depend = base; }
right { depend = base; }
base { }
alone { }
X
: >"$log"
do_ok jail -q -f "$conf" -c top
same 'before it, what it depends on' "$(paste -sd' ' - <"$log")" '+base +left +right +top'
: >"$log"
do_ok jail -q -r base
same 'before it, what depends on it' "$(sort "$log" | paste -sd' ' -) $(tail -n 1 "$log") $(head -n 1 "$log")" \
        '-base -left -right -top -base -top'
cat >"$conf" <<X
persist; path = /; vnet;
a { depend = b; }
b { depend = c; }
c { depend = a; }
me { depend = me; }
lost { depend = nobody; }
X
for jail in a me; do
        J jail -f "$conf" -c $jail
        same "a circle, $jail" "$status $(jails)" '1 '
        says "a circle, $jail" 'take one of them out of depend'
done
J jail -f "$conf" -c lost
same 'depends on nobody' "$status $(jails)" '1 '
says 'depends on nobody' '"nobody" not found'
finish
