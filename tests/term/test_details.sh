#!/bin/sh
# The Details view tells everything known of the selection: a jail's neighbours, rules, sockets and processes, a bridge's
# table, who made it and when, its journal, and what it carried lately. It is asked beside the loop, and scrolls.
. "${SOURCE:?}/tests/lib/term.sh"

for need in ip jq ping python3 ss; do
        command -v $need >/dev/null || {
                echo "skipped: $need is not installed"
                exit 77
        }
done
why=$("${JAILNET:?}" sandbox -- true 2>&1) || {
        echo "skipped: $why"
        exit 77
}

cat >"$term_work/script" <<'END'
J() { "$JAILNET" -q "$@" >/dev/null; }
for jail in www db; do J create jail $jail; done
J create bridge lan0
J create epair w0 www/w1
J create epair d0 db/d1
for port in w0 d0; do J attach $port lan0; done
J address add www/w1 10.1.0.2/24
J address add db/d1 10.1.0.3/24
for i in lan0 w0 www/w1 d0 db/d1; do J up $i; done
ip netns exec www ip rule add from 10.99.0.0/16 table 77
ip netns exec www python3 -c 'import socket, time
s = socket.socket(); s.bind(("10.1.0.2", 8080)); s.listen(1); time.sleep(600)' &
ip netns exec db ping -q -i 0.2 10.1.0.2 >/dev/null 2>&1 &
until ip netns exec www ss -Hltn | grep -q 10.1.0.2:8080 && ip -n www neighbour | grep -q '^10.1.0.3 .*lladdr'; do
        sleep 0.1
done
"$JAILNET"
END
find() { # NAME: selects it by search
        term_keys /
        term_wait 'stay here'
        term_type "$1"
        term_keys Enter
        term_gone 'stay here'
}
# What the stack is asked for comes later, and above what is on the screen as well: again from the top until it is there.
down_to() { # TEXT: scrolls until it is on the screen
        end=$(($(date +%s) + 4 * TERM_WAIT))
        until term_has "$1"; do
                [ "$(date +%s)" -le $end ] || term_fail "the details never had '$1'"
                term_screen >"$term_work/above"
                term_keys PageDown
                sleep 0.1 # for the screen to follow
                ! term_screen | cmp -s - "$term_work/above" || term_keys Home
        done
}

export term_work
for size in '80 24' '120 40' '200 60'; do
        # shellcheck disable=SC2086
        term_start $size "$JAILNET" sandbox -- sh "$term_work/script"
        term_wait 'jails 2' 60
        find www
        term_keys 3
        term_wait 'Found as'
        down_to 'The last two minutes'
        down_to 'from 10.99.0.0/16 to all  table 77'
        down_to '10.1.0.3 '
        down_to '10.1.0.2:8080  python3('
        down_to 'by '
        down_to 'create jail www'
        find lan0
        term_wait 'VLAN filter'
        down_to 'Forwarding table'
        down_to 'behind w0'
        down_to 'create bridge lan0'
        find w1
        term_wait 'epair, veth'
        down_to 'Reverse path'
        down_to 'create epair w0 www/w1'
        term_keys q
        term_check 'it ends' term_is_dead
done
term_end
