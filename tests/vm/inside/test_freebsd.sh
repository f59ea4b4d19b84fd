#!/bin/sh
# FreeBSD's words for VLANs and laggs, where the kernel has them: ifconfig makes, changes, lists and destroys them, as `ip`
# sees it; ngctl shows them among the nodes.
. "${SOURCE:?}/tests/lib/sandbox.sh"

ln -s "$JAILNET" "$work/ifconfig"
ln -s "$JAILNET" "$work/ngctl"
ifconfig() { "$work/ifconfig" "$@"; }
is_up() { [ "$(link - "$1" '.flags | index("UP") != null')" = true ]; }
no() { # TEXT ARGS...: refused in one sentence, and nothing changed
        text=$1
        shift
        snapshot >"$work/before"
        ifconfig "$@" >"$work/out" 2>"$work/err"
        same "exit status of: ifconfig $*" $? 1
        same "stderr of: ifconfig $*" "$(grep -c '^ifconfig: ' "$work/err") of $(wc -l <"$work/err" | tr -d ' ')" '1 of 1'
        grep -qF -- "$text" "$work/err" || fail "ifconfig $*: does not say '$text' but: $(cat "$work/err")"
        compare "after the refused: ifconfig $*"
}

do_ok create jail www
do_ok create epair p0 p1
do_ok create epair m0 n0
do_ok create epair m1 n1
do_ok up p0
do_ok up n0
do_ok up n1

# VLANs
vlan() { [ "$(link - vlan7 .linkinfo.info_data.id)" = 7 ] && [ "$(link - vlan7 .link)" = p0 ]; }
law 'vlan7 create' vlan ifconfig vlan7 create vlan 7 vlandev p0
dotted() { [ "$(link - p0.8 .linkinfo.info_data.id)" = 8 ] && [ "$(addresses - p0.8)" = 10.8.0.1/24 ] && is_up p0.8; }
law 'p0.8 create, numbered' dotted ifconfig p0.8 create inet 10.8.0.1/24 up
ok 'a VLAN is listed' grep -q 'vlan: 7 vlanproto: 802.1q parent interface: p0' <<OUT
$(ifconfig vlan7)
OUT
same 'the class vlan' "$(ifconfig -g vlan | sort | tr '\n' ' ')" 'p0.8 vlan7 '
no 'keeps its tag and parent' vlan7 vlan 9
no 'VLAN 8' vlan9 create vlan 8 vlandev p0
no 'nosuch0' vlan9 create vlan 9 vlandev nosuch0
in_jail() { [ "$(link www vlan7 .linkinfo.info_data.id)" = 7 ]; }
law 'vlan7 vnet www' in_jail ifconfig vlan7 vnet www
back() { has_link - vlan7; }
law 'vlan7 -vnet www' back ifconfig vlan7 -vnet www
gone() { ! has_link - vlan7; }
law 'vlan7 destroy' gone ifconfig vlan7 destroy

# Laggs
lagg() {
        [ "$(link - lagg0 .linkinfo.info_data.mode)" = active-backup ] && [ "$(link - m0 .master)" = lagg0 ] &&
                [ "$(link - m1 .master)" = lagg0 ] && [ "$(addresses - lagg0)" = 10.9.0.1/24 ] && is_up lagg0
}
law 'lagg0 create' lagg ifconfig lagg0 create laggproto failover laggport m0 laggport m1 inet 10.9.0.1/24 up
same 'its ports are listed' "$(ifconfig lagg0 | sed -n 's/^\tlaggport: \([^ ]*\).*/\1/p' | sort | tr '\n' ' ')" 'm0 m1 '
ok 'its protocol is listed' grep -q 'laggproto failover' <<OUT
$(ifconfig lagg0)
OUT
parted() { [ "$(link - m1 .master)" = null ]; }
law '-laggport' parted ifconfig lagg0 -laggport m1
joined() { [ "$(link - m1 .master)" = lagg0 ]; }
law 'laggport' joined ifconfig lagg0 laggport m1
no 'cannot change while lagg0 has ports' lagg0 laggproto lacp
no 'laggs' p0 laggport m1
do_ok ifconfig lagg0 -laggport m0 -laggport m1
no 'before a lagg is used' lagg0 laggproto lacp
do_ok ifconfig lagg0 inet 10.9.0.1/24 -alias
lacp() { [ "$(link - lagg0 .linkinfo.info_data.mode)" = 802.3ad ] && is_up lagg0; }
law 'laggproto' lacp ifconfig lagg0 laggproto lacp
do_ok ifconfig lagg0 laggport m0 laggport m1

# As nodes
same 'ngctl: types' "$("$work/ngctl" list | sed -n 's/.*Name: \(lagg0\|p0_8\|p0\.8\)  *Type: \([^ ]*\).*/\2/p' | sort | tr '\n' ' ')" \
        'lagg vlan '
do_ok ngctl show lagg0:
gone() { ! has_link - lagg0 && [ "$(link - m0 .master)" = null ]; }
law 'lagg0 destroy' gone ifconfig lagg0 destroy
finish
