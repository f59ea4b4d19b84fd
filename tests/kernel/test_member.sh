#!/bin/sh
# A jail on a bridge by one request: its stack, an epair between the two, a pinned MAC address, an address and a default route;
# it answers at once, one undo takes all of it back, and a request that cannot be had whole leaves nothing.
: "${JAILNET:?}" "${SOURCE:?}"
if [ "${1-}" != inside ]; then
        "$JAILNET" sandbox -- true 2>/dev/null || {
                echo 'skipped: sandboxes are forbidden here'
                exit 77
        }
        exec "$JAILNET" sandbox -- sh "$0" inside
fi
set -u
failed=0
check() {
        what=$1
        shift
        "$@" >/dev/null 2>&1 && return
        echo "FAILED: $what"
        failed=1
}
is() { [ "$2" = "$3" ] || {
        echo "FAILED: $1: '$2' instead of '$3'"
        failed=1
}; }
refused() { # SENTENCE WORDS...
        sentence=$1
        shift
        said=$("$JAILNET" "$@" 2>&1) && {
                echo "FAILED: not refused: $*"
                failed=1
        }
        case $said in
        *"$sentence"*) ;;
        *)
                echo "FAILED: $*: said '$said'"
                failed=1
                ;;
        esac
        is "nothing is left of: $*" "$(links)" "$before"
}
links() { ip -j link | jq -r '[.[].ifname] | sort | join(" ")' && ip netns list; }

"$JAILNET" -q create bridge sw0 && "$JAILNET" -q address add sw0 10.5.0.1/24 && "$JAILNET" -q up sw0 || exit 1
before=$(links)
"$JAILNET" -q create jail web --bridge sw0 --address 10.5.0.2/24 --gateway 10.5.0.1 --mac 02:00:5e:00:00:07 || failed=1
is 'the port' "$(ip -j link show e0a_web | jq -r '.[0].master')" sw0
is 'the pinned address' "$(ip -n web -j link show e0b_web | jq -r '.[0].address')" 02:00:5e:00:00:07
is 'the pin' "$("$JAILNET" show --format json | jq -r '.interfaces[] | select(.name == "e0b_web").pin')" 02:00:5e:00:00:07
is 'the route' "$(ip -n web -j route show default | jq -r '.[0].gateway')" 10.5.0.1
check 'it answers' ping -c 1 -W 10 10.5.0.2
"$JAILNET" -q undo || failed=1
is 'one undo takes it all back' "$(links)" "$before"

# A name that is too long for e0a_NAME, a second one of the same name on the bridge's side, a bridge in a jail.
"$JAILNET" -q create jail a-jail-with-a-long-name --bridge sw0 || failed=1
is 'a plain epair' "$(ip -j link show epair0a | jq -r '.[0].master')" sw0
"$JAILNET" -q undo || failed=1
ip link set sw0 down
"$JAILNET" -q create jail db --bridge sw0 --address 10.5.0.3/24 || failed=1
is 'a bridge that was down is up' "$(ip -j link show sw0 | jq '.[0].flags | index("UP") != null')" true
check 'or the jail would reach nobody' ip netns exec db ping -c 1 -W 10 10.5.0.1
"$JAILNET" -q undo || failed=1
is 'and down again' "$(ip -j link show sw0 | jq '.[0].flags | index("UP") != null')" false
ip link set sw0 up
ip link add name e0a_db type veth peer name somebody || failed=1
"$JAILNET" -q create jail db --bridge sw0 || failed=1
is 'the next number' "$(ip -j link show e1a_db | jq -r '.[0].master')" sw0
"$JAILNET" -q undo || failed=1
ip link del e0a_db
"$JAILNET" -q create jail sub && "$JAILNET" -q create bridge sub/br0 || failed=1
"$JAILNET" -q create jail leaf --bridge sub/br0 --address 10.6.0.2/24 || failed=1
is 'on a bridge in a jail' "$(ip -n sub -j link show e0a_leaf | jq -r '.[0].master')" br0
for jail in leaf sub; do "$JAILNET" -q destroy "jail:$jail" || failed=1; done

is 'as before' "$(links)" "$before"
refused 'add --bridge' create jail web --address 10.5.0.2/24
refused 'no such interface' create jail web --bridge nowhere
refused 'lo' create jail web --bridge lo
refused '10.5.0.300' create jail web --bridge sw0 --address 10.5.0.300/24
refused '192.0.2.1' create jail web --bridge sw0 --address 10.5.0.2/24 --gateway 192.0.2.1
exit $failed
