# restore.sh - the network of tests/kernel/test_restore.sh: how it is made, how two of them are compared, and what a
# restored one is asked. Sourced inside a sandbox; $here is the folder that outlives it.
set -- inside
. "${SOURCE:?}/tests/lib/sandbox.sh"

build() {
        ip link add cable0 type veth peer name card0 # foreign: the machine's own card, as far as jailnet knows

        do_ok create jail www --hostname web.example
        do_ok create jail db
        do_ok create jail old
        do_ok create bridge br0 --stp
        do_ok create bridge inner --jail www
        do_ok create epair e0a_www www/e0b_www
        do_ok create epair epair7
        do_ok create epair epair8
        do_ok create eiface db/ngeth0
        do_ok create macvlan epair7b mv0 --mode private
        do_ok create vxlan vx0 4711 --remote 10.9.9.9
        do_ok rename epair7a uplink0
        do_ok attach epair8b br0
        do_ok attach e0a_www br0 wwwlink
        do_ok detach epair8b
        do_ok attach uplink0 br0
        do_ok destroy epair8a
        do_ok connect br0:uplink1 ngeth0:ether
        do_ok name br0 lan
        do_ok pin www/e0b_www 02:11:22:33:44:55
        do_ok mtu www/e0b_www 1400
        do_ok alias www/e0b_www "the web's own"
        do_ok address add www/e0b_www 10.0.0.2/24
        do_ok address add www/e0b_www fd00::2/64
        do_ok address add br0 10.0.0.1/24
        do_ok address add db/ngeth0 10.0.0.3/24
        do_ok up br0
        do_ok up www/e0b_www
        do_ok up db/ngeth0
        do_ok route add www default 10.0.0.1
        do_ok forwarding www on
        do_ok move vx0 db
        do_ok create epair gone0a gone0b
        do_ok destroy gone0a
        do_ok destroy old
        do_ok create jail nothere
        do_ok undo

        # Borrowed: lent to a jail, with another name there.
        do_ok mtu card0 1300
        do_ok address add card0 10.0.7.1/24
        do_ok move card0 db --name nic0 --no-addresses
        do_ok address add db/nic0 10.0.7.2/24
        do_ok up db/nic0
}

# What the two must have in common: nothing of it may depend on the order in which things were made.
take_picture() { # FOLDER
        mkdir -p "$1"
        # Not the card, which is not ours to bring back, nor what the kernel gives anew.
        snapshot | grep -v '"\(nic0\|cable0\|card0\)"' | sed 's/"fe80::[^"]*"/"fe80"/' >"$1/ip"
        "$JAILNET" show --format json | jq -S '
                (.jails | map(.name)) as $names |
                {jails: [.jails[] | {name, state, origin, root, hostname, owned, forwarding}] | sort_by(.name),
                 interfaces: [.interfaces[] | select(.kind != "loopback" and (.name | test("nic0|cable0|card0") | not)) |
                        {id, jail, name, kind, role, mac, pin, pin_source, mtu, up, alias, long_name, altnames, owned,
                         master, parent, peer, vlan_id, vxlan_id, node,
                         addresses: [.addresses[] | select(startswith("fe80") | not)]}] | sort_by(.id),
                 nodes: [.nodes[] | select(.type != "iface" and (.interface | test("nic0|cable0|card0") | not)) |
                        {id, name, type, jail, interface}] | sort_by(.id),
                 edges: [.edges[] | select(.kind == "port" or .kind == "parent") |
                        # Named after the index, which is free to be another one.
                        .a.hook |= sub("^macvlan[0-9]+$"; "macvlan")] | sort}' >"$1/show"
}

# The kernel takes a stack down in its own time; the host's end of the pair goes with it.
gone_with() {
        for _ in $(seq 200); do
                has_link - "$1" || return 0
                sleep 0.05
        done
        fail "$1 stays without its other end"
}

delete_www() {
        ip netns del www
        gone_with e0a_www
}

again() {
        # Over the file that the sandbox has not made yet.
        mkdir -p "$(dirname "$JAILNET_DB")"
        cp "$here/inventory.db" "$JAILNET_DB"
        do_ok show
        snapshot >"$work/before"
        "$JAILNET" restore -n >"$work/out" 2>"$work/err"
        compare 'after the preview of restore'

        # The card is not here: that is told, and all the rest is done.
        J restore
        same 'exit status without the card' "$status" 1
        same 'troubles' "$(cat "$work/err")" \
                'jailnet: db/nic0: the interface card0 is not here, and jailnet did not make it'
        ok 'a line a thing' grep -q '^make jail www' "$work/out"
        take_picture "$here/after"
        same 'as ip sees it' "$(diff "$here/before/ip" "$here/after/ip")" ''
        same 'as show tells it' "$(diff "$here/before/show" "$here/after/show")" ''
        same 'what was destroyed' "$(sql "SELECT count(*) FROM wanted_link WHERE name LIKE 'gone%' OR name LIKE 'epair8%'")" 0
        same 'jails' "$(ip netns list | cut -d' ' -f1 | sort | tr '\n' ' ')" 'db www '
        same 'STP' "$(link - br0 .linkinfo.info_data.stp_state)" 1
        same 'remote of the VXLAN' "$(link db vx0 .linkinfo.info_data.remote)" 10.9.9.9
        same 'mode of the macvlan' "$(link - mv0 .linkinfo.info_data.mode)" private
        same 'one plan' "$(sql "SELECT count(*) FROM plan WHERE words = 'restore'")" 1

        snapshot >"$work/before"
        J restore
        same 'nothing is left to do' "$(cat "$work/out")" 'nothing to restore'
        compare 'a second restore'
        same 'still one plan' "$(sql "SELECT count(*) FROM plan WHERE words = 'restore'")" 1

        # The card comes back.
        ip link add cable0 type veth peer name card0
        do_ok restore
        same 'card in its jail' "$(addresses db nic0)" 10.0.7.2/24
        same 'MTU of the card' "$(link db nic0 .mtu)" 1300
        same 'card is up' "$(link db nic0 '.flags | index("UP") != null')" true
        do_ok restore
        same 'all is there' "$(cat "$work/out")" 'nothing to restore'

        # Taken away behind our back, and foreign things in the way.
        delete_www
        ip link del br0
        ip link add br0 type veth peer name blocker
        J restore
        same 'exit status with a taken name' "$status" 1
        ok 'says whose name is taken' grep -q '^jailnet: br0: another interface has its name' "$work/err"
        same 'www is there again' "$(addresses www e0b_www)" '10.0.0.2/24 fd00::2/64'
        same 'the foreign one stays' "$(link - br0 .linkinfo.info_kind)" veth
        ip link del br0
        do_ok restore
        same 'members are back' "$(ip -j link show master br0 | jq -r 'map(.ifname) | sort | join(" ")')" \
                'e0a_www ngfab0 uplink0'
        do_ok restore
        same 'nothing more' "$(cat "$work/out")" 'nothing to restore'

        # One refused step does not keep the rest away: an address that nothing can have.
        sqlite3 -batch "$JAILNET_DB" "PRAGMA foreign_keys = ON; DELETE FROM wanted_route;
                INSERT INTO wanted_route(jail, link, destination, gateway, metric, protocol, scope, type)
                SELECT jail, row, '198.51.100.0/24', '203.0.113.1/32', 0, 4, 0, 1 FROM wanted_link WHERE name = 'e0b_www'"
        ip -n www address del 10.0.0.2/24 dev e0b_www
        J restore
        same 'exit status with a refused step' "$status" 1
        ok 'says what was refused' grep -q '^jailnet: cannot add route 198.51.100.0/24' "$work/err"
        same 'the rest is done' "$(addresses www e0b_www)" '10.0.0.2/24 fd00::2/64'
        sqlite3 -batch "$JAILNET_DB" "DELETE FROM wanted_route"

        # Undoing a restore takes away what it made, and what is wanted stays wanted.
        do_ok destroy uplink0
        delete_www
        do_ok restore
        do_ok undo
        ok 'undone' test -z "$(ip netns list | grep www)"
        do_ok restore
        same 'restored once more' "$(addresses www e0b_www)" '10.0.0.2/24 fd00::2/64'
        ok 'what was destroyed meanwhile stays away' test -z "$(ip -j link show | jq -r '.[].ifname' | grep uplink0)"

        # A hidden end's name may be taken: it gets another one. The card dies with db; it can be forgotten.
        ip netns del db
        gone_with ngfab0
        gone_with cable0
        ip link add ngfab0 type veth peer name taker
        J restore
        same 'exit status without the card' "$status" 1
        same 'eiface is back' "$(addresses db ngeth0)" 10.0.0.3/24
        same 'on the bridge, under another name' "$(ip -j link show master br0 | jq -r 'map(.ifname) | sort | join(" ")')" \
                'e0a_www ngfab1'
        J restore --forget
        same 'exit status that tells it once more' "$status" 1
        do_ok restore
        same 'forgotten' "$(cat "$work/out")" 'nothing to restore'
        wrong_usage 'restore' restore --www
}
