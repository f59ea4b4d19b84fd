# Proves: started in a jail's stack, jailnet looks at the same picture as on the host, with the same inventory, and knows
# where it is; what it does there is done to that jail; what it mounts is mounted for everybody. It used to take the jail
# for the host.
. "${SOURCE:?}/tests/lib/sandbox.sh"

inside() { # JAIL ARGS...: jailnet, started in the jail's stack
        inside_jail=$1
        shift
        ip netns exec "$inside_jail" "$JAILNET" "$@" >"$work/out" 2>"$work/err" </dev/null
        status=$?
        [ $status = 0 ] || fail "in $inside_jail: jailnet $*: exit status $status: $(cat "$work/err")"
}

jids() { jq -cS '[.jails[] | {jid, name}]' "$work/out"; }

do_ok create jail www
do_ok create jail db
do_ok create epair h0 www/j0
do_ok show --format json
jids >"$work/jids"
same 'where one is, on the host' "$(jq -r '.jails[] | select(.here) | .name' "$work/out")" host

for handles in JAILNET_HANDLES JAILNET_NO_HANDLES; do
        export $handles=1
        inside www show --format json
        same "the picture ($handles)" "$(jids)" "$(cat "$work/jids")"
        same "where one is ($handles)" "$(jq -r '.jails[] | select(.here) | .name' "$work/out")" www
done
unset JAILNET_NO_HANDLES
same 'hosts in the inventory' "$(sql 'SELECT count(*) FROM jail WHERE jid = 0')" 1
inside www show
ok 'the text says where one is' grep -q 'www.*you are here' "$work/out"
inside www show --format tree
ok 'the tree says where one is' grep -q 'www.*you are here' "$work/out"

# With an inventory that nobody has used yet, too.
inside www --db "$work/new.db" show --format json
same 'a new inventory' "$(jq -r '.jails[] | select(.here) | .name' "$work/out")" www
same 'its host' "$(jq -r '.jails[0].inode' "$work/out")" "$(readlink /proc/self/ns/net | tr -dc 0-9)"

# Verbs name things as on the host, and the journal is one.
inside www up h0
same 'h0' "$(link - h0 '.flags | index("UP") != null')" true
inside www address add www/j0 192.0.2.1/24
same 'the address' "$(addresses www j0)" 192.0.2.1/24
do_ok undo
same 'the address, taken back on the host' "$(addresses www j0)" ''

# A FreeBSD command speaks of the stack that it is started in.
inside www ifconfig -l
same 'ifconfig -l in www' "$(cat "$work/out")" 'lo j0'
inside db ifconfig -l
same 'ifconfig -l in db' "$(cat "$work/out")" 'lo'

# `ip netns exec` gives a mount table that only follows: jails that are made there must be there for all.
inside www create jail inner
ok 'the new jail is there' ip -n inner link show lo
inside www show --format json
same 'and in the picture' "$(jq '[.jails[] | select(.name == "inner" and .state == "alive")] | length' "$work/out")" 1
inside www rename inner other
ok 'its new name' ip -n other link show lo
same 'its old name' "$(ip netns list | grep -c inner)" 0
inside www destroy other
same 'names afterwards' "$(ip netns list | cut -d' ' -f1 | sort | tr '\n' ' ')" 'db www '

# A process's own stack, without a name.
unshare -n sh -c '"$JAILNET" show --format json' >"$work/out" 2>"$work/err" || fail "unshare -n: $(cat "$work/err")"
same 'a nameless stack' "$(jq -r '.jails[] | select(.here) | .jid != 0' "$work/out")" true

# Who may not go home sees the own stack, changes nothing and is told why.
if unshare -Un --map-root-user true 2>/dev/null; then
        unshare -Un --map-root-user "$JAILNET" create bridge br0 >"$work/out" 2>"$work/err" </dev/null
        same 'without the right: exit status' $? 1
        ok 'without the right: the reason' grep -q '^jailnet: inventory: .*the host' "$work/err"
        unshare -Un --map-root-user "$JAILNET" show --format json >"$work/out" 2>"$work/err" </dev/null
        same 'without the right: show' $? 0
        same 'hosts in the inventory afterwards' "$(sql 'SELECT count(*) FROM jail WHERE jid = 0')" 1
fi

finish
