#!/bin/sh
# What ends of a jail leave behind, and how it is put right: a restart keeps interfaces and neighbours, what the kernel
# destroyed is made again as it was, what was abandoned is not, several come home at once, and orphans are found and swept.
. "${SOURCE:?}/tests/lib/sandbox.sh"
. "$SOURCE/tests/lib/holders.sh"

is_absent() { ! has_link "$@"; }
orphans() {
        do_ok returns --orphans --json
        jq -r '[.[] | "\(.kind) \(.object)"] | join(", ")' "$work/out"
}

# Restart: neighbours notice nothing but a short loss of link.
do_ok create jail www --hostname web
do_ok create bridge lan
do_ok up lan
do_ok address add lan 10.0.0.1/24
do_ok create epair
do_ok attach epair0a lan uplink
do_ok move epair0b www
do_ok up epair0a
do_ok up www/epair0b
do_ok pin www/epair0b
do_ok address add www/epair0b 10.0.0.2/24
do_ok route add www default 10.0.0.1
do_ok forwarding www on
do_ok create macvlan www/epair0b mv
do_ok address add www/lo 10.9.9.9/32
do_ok route add www 10.66.0.0/16 --type prohibit --metric 3
rules() { ip netns exec www nft -j list table inet jailnet 2>/dev/null | jq -c '[.nftables[] | .rule // empty | .expr]'; }
! kernel_has_nat || do_ok nat add 10.9.9.9/32 via www/epair0b
translated=$(rules)
near=$(link - epair0a '{ifindex, address, master}')
# A stack is known again by what nobody carries over; its inode number may be given to the next one.
ip netns exec www sh -c 'echo 77 >/proc/sys/net/ipv4/ip_default_ttl'
is_restarted() { [ "$(ip netns exec www cat /proc/sys/net/ipv4/ip_default_ttl)" != 77 ]; }
law restart is_restarted restart www
same 'restart: the near end' "$(link - epair0a '{ifindex, address, master}')" "$near"
same 'restart: its addresses' "$(addresses www epair0b)" 10.0.0.2/24
same 'restart: the loopback' "$(addresses www lo)" '127.0.0.1/8 10.9.9.9/32 ::1/128'
same 'restart: a route that leads nowhere' "$(ip -n www -j route show type prohibit | jq -r '.[] | "\(.dst) \(.metric)"')" '10.66.0.0/16 3'
same 'restart: address translation' "$(rules)" "$translated"
do_ok address del www/lo 127.0.0.1/8
ip netns exec www sh -c 'echo 77 >/proc/sys/net/ipv4/ip_default_ttl'
law 'restart without 127.0.0.1' is_restarted restart www
same 'restart: a new stack has it again' "$(addresses www lo)" '127.0.0.1/8 10.9.9.9/32 ::1/128'
same 'restart: one jail' "$(ip netns list | wc -l)" 1
ok 'restart: forwarding' ip netns exec www grep -q 1 /proc/sys/net/ipv4/ip_forward
ok 'restart: what stands on it' has_link www mv
ok 'restart: the jail answers' ping -c 1 -W 5 10.0.0.2
do_ok returns --json
same 'restart: still on loan' "$(jq -r '.[] | "\(.interface) \(.jail) \(.state)"' "$work/out")" 'epair0b www on loan'
do_ok show --format json
same 'restart: the hook keeps its name' \
        "$(jq -r '[.edges[] | .a.hook, .b.hook | select(startswith("uplink"))] | join(" ")' "$work/out")" uplink1

do_ok create bridge www/inner
do_ok create epair www/p www/q
do_ok attach www/p www/inner
refused 'a bridge cannot change its jail' restart www
do_ok destroy www/inner
do_ok destroy www/p
refused 'host: cannot be restarted' restart host
do_ok create jail www.new
refused 'www.new: is in the way' restart www
do_ok destroy www.new
do_ok destroy www/mv

# The kernel destroys a jail that somebody else removes: what was in it is lost, and made again as it was.
mac=$(link www epair0b .address)
ip netns del www
ok 'lost: gone' within 20 is_absent - epair0a
refused 'no such lost interface' restore epair9b
do_ok returns
ok 'lost: said' grep -q 'jailnet restore epair0b makes it again' "$work/out"
do_ok restore epair0b
same 'lost: its MAC again' "$(link www epair0b .address)" "$mac"
same 'lost: its address again' "$(addresses www epair0b)" 10.0.0.2/24
same 'lost: in its bridge again' "$(link - epair0a .master)" lan
ok 'lost: the jail answers' ping -c 1 -W 5 10.0.0.2
do_ok show --format json
same 'lost: the hook has its name again' \
        "$(jq -r '[.edges[] | .a.hook, .b.hook | select(startswith("uplink"))] | join(" ")' "$work/out")" uplink1
do_ok returns --json
same 'lost: on loan again' "$(jq -r '.[] | "\(.interface) \(.state)"' "$work/out")" 'epair0b on loan'

is_abandoned() { is_absent - epair0a; }
# Abandoned: left to the kernel, and not wanted any more.
refused 'is no jail' destroy --abandon lan
do_ok -n destroy --abandon www
ok 'abandon: the preview says what is lost' grep -q 'www/epair0b is lost at once' "$work/out"
law abandon is_abandoned destroy --abandon www

refused 'how it was made is not known' restore epair0b
do_ok restore
same 'abandon: nothing is wanted of it' "$(cat "$work/out")" 'nothing to restore'

# Held by a process, what is abandoned is pending; nothing else is done to it.
do_ok create jail held
do_ok create epair h0 h1
do_ok move h1 held
hold process /run/netns/held
do_ok destroy --abandon held
do_ok returns --json
same 'abandon: pending while it is held' "$(jq -r '.[] | select(.interface == "h1").state' "$work/out")" pending
do_ok return h1
kill -KILL "$started"
wait "$started" 2>/dev/null
do_ok destroy h0

# Several at once come home by one plan.
do_ok create jail db
do_ok create epair a0 a1
do_ok create epair b0 b1
do_ok move a1 db
do_ok move b1 db
are_home() { has_link - a1 && has_link - b1; }
law 'several at once' are_home return a1 db/b1
refused 'one name cannot be given to several' return --name x a1 b1

# Orphans: a stack that a descriptor keeps, an end whose other end is in it, a pair whose jail is no more.
do_ok move b1 db
do_ok create epair near db/far
same 'orphans: none while the jail is there' "$(orphans)" ''
refused 'nothing is left over' sweep
hold descriptor /run/netns/db
ip netns del db
same 'orphans: the stack and the end' "$(orphans)" 'stack db, end near'
refused 'is no orphan' sweep lan
is_swept() { has_link - b1 && ! has_link - near; }
do_ok -n sweep near
ok 'orphans: the preview says why' grep -q 'near: its other end far is in db' "$work/out"
do_ok sweep
ok 'orphans: swept, what was lent is home' is_swept
kill -KILL "$started"
wait "$started" 2>/dev/null
no_jail() { [ "$(orphans)" = 'pair a1, pair b1' ]; }
ok 'orphans: pairs of a jail that is no more' within 20 no_jail
do_ok sweep a1
same 'orphans: one of them swept' "$(orphans)" 'pair b1'
do_ok sweep
ok 'orphans: all swept' is_absent - b0
same 'orphans: none is left' "$(orphans)" ''

finish
