# Proves: when the inventory's file is gone, it is said once, and the kernel's marks bring back what is ours, with its ids
# and roles; and that an eiface has one MTU, its hidden end included.
. "${SOURCE:?}/tests/lib/sandbox.sh"

ids() { "$JAILNET" show --raw --format json | jq -cS '[.interfaces[] | select(.name != "lo") | {id, name, jail}]'; }

do_ok create jail www
do_ok create eiface
do_ok create bridge br0
do_ok attach ngeth0 br0
do_ok create epair h0 www/j0
do_ok create node hub spare
do_ok persist spare: on
do_ok name h0: 'to the jail'
do_ok name www/j0: inner
do_ok create eiface
do_ok name ngeth1: sw_red
do_ok rename ngeth1 red0

do_ok mtu ngeth0 1400
same 'the MTU of the hidden end' "$(link - ngfab0 .mtu)" 1400
do_ok undo
same 'the MTU of the hidden end, taken back' "$(link - ngfab0 .mtu)" 1500

names() { "$JAILNET" show --raw --format json | jq -cS '[.nodes[] | select(.name != "lo") | {id, name, type, persistent}]'; }
before=$(ids)
named=$(names)
ok 'a node has its name' sh -c "echo '$named' | grep -q 'to the jail'"
rm -f "$JAILNET_DB" "$JAILNET_DB"-*
J show
same 'show without an inventory' "$status" 0
grep -q 'was not there, though the kernel has 8 interfaces that jailnet made' "$work/err" ||
        fail "the loss is not told: $(cat "$work/err")"
same 'ids' "$(ids)" "$before"
same "nodes' names, and which of them stay" "$(names)" "$named"
JAILNET_DB="$work/another.db" "$JAILNET" -q show >/dev/null
same "nodes' names with another inventory" \
        "$(JAILNET_DB="$work/another.db" "$JAILNET" -q show --raw --format json |
                jq -cS '[.nodes[] | select(.name != "lo") | {id, name, type, persistent}]')" "$named"
do_ok name sw_red: sw_blue
do_ok undo
same "a name's way back" "$(names)" "$named"
do_ok persist spare: off
ok 'no mark is left of what was taken back' sh -c '! ip -d link | grep -q jn.keep'
ok 'marks are not shown as names' sh -c "! '$JAILNET' show --format json | jq -e '.interfaces[].altnames[]?' >/dev/null"
same 'the eiface is one still' \
        "$("$JAILNET" show --format json | jq -r '.nodes[] | select(.name == "ngeth0") | .type')" eiface
J show
same 'told once' "$(cat "$work/err")" ''

finish
