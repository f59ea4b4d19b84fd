# Proves that importing a changed script of ngctl parts what its earlier version joined and it joins no more, while both nodes
# stay; gives a node that it only named its old name again; and leaves what somebody else joined or named.
. "${SOURCE:?}/tests/lib/sandbox.sh"

has() { # NAME FILE TEXT
        checks=$((checks + 1))
        grep -qF -e "$3" "$2" || fail "$1: no '$3' in $(cat "$2")"
}
wants() { # LINES... of the script
        printf '%s\n' "$@" >"$work/net.ngctl"
}
import() { do_ok --no-guard import "$work/net.ngctl"; }
settled() {
        do_ok --no-guard import "$work/net.ngctl"
        grep -q '^nothing is to be changed' "$work/out" || fail "again: $(cat "$work/out")"
        checks=$((checks + 1))
}
joined() { # all edges between named nodes
        "$JAILNET" show --format json | jq -r '(.nodes | map({(.id): (.name // "")}) | add) as $n |
                [.edges[] | [.a, .b] | map("\($n[.node]):\(.hook)") | sort | join("-") | select(startswith("t_") and (endswith("wire0:ether") | not))] | sort | join(" ")'
}
named() { "$JAILNET" show --format json | jq -r '[.nodes[] | select(.name | strings | startswith("t_")).name] | sort | join(" ")'; }

makes="mkpeer eiface a ether
name a t_one
mkpeer eiface b ether
name b t_two
mkpeer eiface c ether
name c t_three
mkpeer t_one: bridge ether link0
name t_one:ether t_br"

wants "$makes" 'connect t_br: t_two: link1 ether' 'connect t_br: t_three: link2 ether'
import
same 'joined' "$(joined)" 't_br:link0-t_one:ether t_br:link1-t_two:ether t_br:link2-t_three:ether'
settled

# A connect that leaves.
wants "$makes" 'connect t_br: t_two: link1 ether'
do_ok import -n "$work/net.ngctl"
has 'the sentence' "$work/err" 'the edge from t_br:link2 to t_three:ether is in it no more'
import
same 'parted' "$(joined)" 't_br:link0-t_one:ether t_br:link1-t_two:ether'
same 'both stay' "$(named)" 't_br t_one t_three t_two'
settled
do_ok undo
same 'put back' "$(joined)" 't_br:link0-t_one:ether t_br:link1-t_two:ether t_br:link2-t_three:ether'
import
same 'parted again' "$(joined)" 't_br:link0-t_one:ether t_br:link1-t_two:ether'

# One that goes to another hook, and one that goes to another node.
wants "$makes" 'connect t_br: t_three: link1 ether' 'connect t_br: t_two: link7 ether'
import
same 'moved' "$(joined)" 't_br:link0-t_one:ether t_br:link1-t_three:ether t_br:link7-t_two:ether'
settled

# What somebody has joined otherwise since stays.
do_ok disconnect node:t_br:link7
do_ok connect node:t_br:link8 node:t_two:ether
wants "$makes" 'connect t_br: t_three: link1 ether'
import
same "somebody's own" "$(joined)" 't_br:link0-t_one:ether t_br:link1-t_three:ether t_br:link8-t_two:ether'

# A node that is left without a hook goes, as it does by hand; all of them go with their lines.
wants 'mkpeer eiface a ether' 'name a t_one'
import
same 'what is left' "$(named)" t_one

# A card with its host, and its name in the graph; both were somebody's before.
ip link add em0 type veth peer name wire0
ip address add 10.4.0.1/24 dev em0
ip link set em0 up
wants 'name em0: t_card' 'mkpeer t_card: bridge lower link0' 'name t_card:lower t_lan' 'connect t_card: t_lan: upper link1'
import
same 'joined' "$(joined)" 't_card:lower-t_lan:link0 t_card:upper-t_lan:link1'
same 'its address is not its own' "$(ip -j address show em0 | jq '[.[0].addr_info[] | select(.family == "inet")] | length')" 0
settled
wants 'name em0: t_card' 'mkpeer t_card: bridge lower link0' 'name t_card:lower t_lan'
import
same 'its address is its own' "$(ip -j address show em0 | jq -r '[.[0].addr_info[] | select(.family == "inet").local] | join(" ")')" 10.4.0.1
same 'parted' "$(joined)" 't_card:lower-t_lan:link0'
settled
wants '# nothing'
import
same 'nothing is named' "$(named)" ''
same 'as it was called' "$("$JAILNET" show --format json | jq -r '[.nodes[] | select(.name == "em0")] | length')" 1
settled

# What one jail has made and lent to another goes back to it when the line goes; not twice is it made.
mkdir -p "$work/jails/one/etc" "$work/jails/two/etc"
ip link add low0 type veth peer name low1
printf '%s\n' 'one { vnet; persist; vnet.interface = low0; }' 'two { vnet; persist; }' >"$work/jail.conf"
printf '%s\n' 'jailnet_macvlans="mv0"' 'jailnet_macvlan_mv0="low0 bridge"' 'jailnet_lent="mv0:two"' >"$work/jails/one/etc/rc.conf"
echo 'ifconfig_mv0="inet 10.8.0.1/24"' >"$work/jails/two/etc/rc.conf"
all="$work/jail.conf $work/jails/one/etc/rc.conf $work/jails/two/etc/rc.conf"
do_ok import $all # paths without blanks
same 'passed on' "$(ip -n two -j address show mv0 | jq -r '[.[0].addr_info[] | select(.family == "inet").local] | join(" ")')" 10.8.0.1
do_ok import $all
grep -q '^nothing is to be changed' "$work/out" || fail "again: $(cat "$work/out")"
printf '%s\n' 'jailnet_macvlans="mv0"' 'jailnet_macvlan_mv0="low0 bridge"' >"$work/jails/one/etc/rc.conf"
echo 'hostname="two"' >"$work/jails/two/etc/rc.conf"
do_ok import $all
same 'where it was made' "$(ip -n one -j link | jq -r '[.[].ifname] | sort | join(" ")')" 'lo low0 mv0'
printf '%s\n' 'jailnet_lent="mv0:nowhere"' >"$work/jails/one/etc/rc.conf"
J import $all
same 'refused' "$status" 1
has 'the sentence' "$work/err" "rc.conf:1:15: 'mv0:nowhere': an interface and a jail are expected, as IF:JAIL"
finish
