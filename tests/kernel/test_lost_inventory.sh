# Proves: when the inventory's file is gone, it is said once, and the kernel's marks bring back what is ours, with its ids
# and roles; and that an eiface has one MTU, its hidden end included.
. "${SOURCE:?}/tests/lib/sandbox.sh"

ids() { "$JAILNET" show --raw --format json | jq -cS '[.interfaces[] | select(.name != "lo") | {id, name, jail}]'; }

do_ok create jail www
do_ok create eiface
do_ok create bridge br0
do_ok attach ngeth0 br0
do_ok create epair h0 www/j0

do_ok mtu ngeth0 1400
same 'the MTU of the hidden end' "$(link - ngfab0 .mtu)" 1400
do_ok undo
same 'the MTU of the hidden end, taken back' "$(link - ngfab0 .mtu)" 1500

before=$(ids)
rm -f "$JAILNET_DB" "$JAILNET_DB"-*
J show
same 'show without an inventory' "$status" 0
grep -q 'was not there, though the kernel has 5 interfaces that jailnet made' "$work/err" ||
        fail "the loss is not told: $(cat "$work/err")"
same 'ids' "$(ids)" "$before"
same 'the eiface is one still' \
        "$("$JAILNET" show --format json | jq -r '.nodes[] | select(.name == "ngeth0") | .type')" eiface
J show
same 'told once' "$(cat "$work/err")" ''

finish
