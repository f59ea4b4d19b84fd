#!/bin/sh
# Hooks' names outlive the inventory: who looks with another one, or none, sees the same hooks, of bridges with gaps,
# uplinks and the host's stack, hubs with odd and long names, tees, ifaces; they go with their edges, and are undone.
set -u
. "${SOURCE:?}/tests/lib/sandbox.sh"

hooks() { # all edges by the interfaces and hooks at their ends
        "$JAILNET" -q show --raw --format json | jq -cS '
                (.nodes | map({key: .id, value: .interface}) | from_entries) as $of |
                [.edges[] | [.a, .b] | map("\($of[.node]):\(.hook)") | sort | join(" ")] | sort'
}
without() { JAILNET_DB=$work/other$((other = other + 1)).db hooks 2>/dev/null; } # an inventory that knows nothing
survives() { same "$1" "$(without)" "$(hooks)"; }
marks() { ip -d link | grep -c 'jn\.\(hook\|own\|upper\|stack\)\.'; }
other=0

do_ok create epair w0 w1
do_ok address add w0 10.2.0.1/24
do_ok up w0
cat >"$work/script" <<'EOF'
mkpeer w0: bridge lower link5
name w0:lower sw
connect w0: sw: upper link9
mkpeer sw: eiface uplink2 ether
mkpeer sw: eiface link0 ether
mkpeer sw: bridge link7 link3
mkpeer sw:link7 hub link8 this_hooks_name_has_31_bytes_in_
EOF
before=$(marks)
do_ok ngctl -f "$work/script"
ok 'hooks are as they were asked for' sh -c "'$JAILNET' ngctl show sw: | grep -q '^  uplink2 '"
survives 'a bridge'"'s"
do_ok undo
same 'no mark is left' "$(marks)" "$before"
do_ok ngctl -f "$work/script"
survives 'done again'

do_ok create node hub h
do_ok ngctl mkpeer h: eiface '100%/~*%41' ether
do_ok ngctl mkpeer h: eiface "\$(x)\"';é" ether
do_ok ngctl mkpeer h: eiface '%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%' ether
survives "a hub's, odd ones"
do_ok ngctl mkpeer eiface ether ether
do_ok create eiface t0
do_ok create eiface t1
do_ok create eiface t2
do_ok ngctl mkpeer t0: tee ether left
do_ok ngctl name t0:ether tee
do_ok ngctl connect tee: t1: right ether
do_ok ngctl connect tee: t2: left2right ether
survives "a tee's"
do_ok ngctl mkpeer iface dummy inet
do_ok ngctl mkpeer iface dummy inet
do_ok ngctl connect ng0: ng1: inet6 inet6
survives "an iface's"

# One that changes its hook, or leaves.
do_ok ngctl rmhook tee: left2right
do_ok ngctl connect tee: t2: right2left ether
survives 'another hook'
ok 'one mark for it' test "$(ip -d link show "$(ip -j link | jq -r '.[] | select(.ifname == "t2") | .link')" |
        grep -c 'jn\.hook\.')" = 1
do_ok undo
survives 'undone'
do_ok ngctl rmhook sw: link9
survives 'without upper'
do_ok undo
survives 'with it again'
do_ok create jail away
do_ok move w0 away
ok 'marks stay behind' sh -c "! ip -n away -d link show w0 | grep -q 'jn.hook\|jn.upper'"
survives 'moved'
do_ok undo
survives 'and back'

# Marks that others set: of no bridge, cut, or no name.
for mark in jn.hook.left.00000000 jn.own.right.00000000 jn.upper.link0.00000000 jn.hook.a%2.00000000 \
        jn.hook.a%00b.00000001 jn.hook.a.b.00000000 jn.hook..00000000 jn.stack.0; do
        ip link property add dev w1 altname "$mark"
done
survives 'foreign marks'
same 'and they change nothing' "$("$JAILNET" ngctl show w1: | sed 1,3d | cut -c3-8 | xargs)" ether

finish
