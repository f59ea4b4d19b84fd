# sandbox.sh - for tests of the kernel: sourced first, it runs the test that sources it in a sandbox of its own, and has
# functions that look at the network with other eyes than ours (ip, jq).
#
#   J ARGS...                  the program; what it said is in $work/out and $work/err, its exit status in $status
#   do_ok ARGS...              it must succeed; what it said is kept
#   refused TEXT ARGS...       exit status 1, one line on stderr that begins with "jailnet: " and has TEXT, and the
#                              network as before
#   wrong_usage TEXT ARGS...   the same with exit status 2
#   same WHAT GOT WANT         two words are equal
#   ok WHAT CMD...             a command succeeds
#   link JAIL IF FILTER        a link as ip -j -d shows it, through jq; JAIL - is the host
#   addresses JAIL IF          its addresses, link-local ones left out
#   snapshot                   links, addresses and routes of the host and of all jails; indexes and counters aside
#   law WHAT CHECK ARGS...     does a verb; CHECK (a function) must hold, and not before; `undo` brings the snapshot of
#                              before; then it is done again, and CHECK must hold once more
#   kernel_has_nat             it can translate addresses, and nft is there
#   sql QUERY                  asks the inventory
#   $slow                      deadlines are to be multiplied by this
#   finish                     exits with the test's outcome
unset LANG LANGUAGE LC_ALL LC_CTYPE LC_MESSAGES LC_TIME LC_NUMERIC # they compare sentences
if [ "${1-}" != inside ]; then
        for need in ip jq sqlite3; do
                command -v $need >/dev/null || {
                        echo "skipped: $need is not installed"
                        exit 77
                }
        done
        why=$("${JAILNET:?}" sandbox -- true 2>&1) || {
                echo "skipped: $why"
                exit 77
        }
        exec "$JAILNET" sandbox -- sh "$0" inside
fi

work=$(mktemp -d) || exit 1
slow=1 # in an emulated machine times are not judged, and deadlines are longer
[ -z "${JAILNET_NO_TIMES-}" ] || slow=20
trap 'rm -rf "$work"' EXIT
failed=0
checks=0

fail() {
        echo "FAILED: $*"
        failed=$((failed + 1))
}

J() {
        "$JAILNET" "$@" >"$work/out" 2>"$work/err" </dev/null
        status=$?
        return $status
}

do_ok() { J "$@" || fail "jailnet $*: exit status $status: $(cat "$work/err")"; }

same() {
        checks=$((checks + 1))
        [ "$2" = "$3" ] || fail "$1: '$2' instead of '$3'"
}

ok() {
        checks=$((checks + 1))
        what=$1
        shift
        "$@" >/dev/null || fail "$what"
}

stack() { # JAIL CMD...: ip's options for a jail's stack
        if [ "$1" = - ]; then
                shift
                ip "$@"
        else
                jail=$1
                shift
                ip -n "$jail" "$@"
        fi
}

link() { stack "$1" -j -d link show "$2" 2>/dev/null | jq -cr ".[0] | $3"; }
has_link() { stack "$1" link show "$2" >/dev/null 2>&1; }
addresses() {
        stack "$1" -j address show "$2" 2>/dev/null |
                jq -cr '[.[0].addr_info[] | select(.scope != "link") | "\(.local)/\(.prefixlen)"] | join(" ")'
}

snapshot_of() {
        {
                stack "$1" -j -d link
                stack "$1" -j address
                stack "$1" -j -4 route show table all
                stack "$1" -j -6 route show
        } | jq -cS -s --arg stack "$1" '
                def in_order: sort_by(tojson)[];
                $stack,
                (.[0] | sort_by(.ifname)[] | {ifname, mtu, address, master, ifalias, link, altnames: (.altnames | if . then sort else . end),
                        up: (.flags | index("UP") != null), kind: .linkinfo.info_kind, id: .linkinfo.info_data.id,
                        mode: .linkinfo.info_data.mode, stp: .linkinfo.info_data.stp_state}),
                (.[1] | sort_by(.ifname)[] | {ifname, a: [.addr_info[] | select(.scope != "link") |
                        {local, prefixlen, broadcast}] | sort}),
                (.[2] | map({type, dst, gateway, dev, metric, prefsrc, scope}) | in_order),
                # Without a carrier the kernel takes its own IPv6 routes away, and brings them back by itself.
                (.[3] | map(select(.protocol != "kernel") | {dst, gateway, dev, metric}) | in_order)'
}

snapshot() {
        snapshot_of -
        for name in $(ip netns list | sort | cut -d' ' -f1); do
                snapshot_of "$name"
        done
}

compare() { # WHAT: the snapshot is as in $work/before
        checks=$((checks + 1))
        snapshot >"$work/now"
        cmp -s "$work/before" "$work/now" || fail "$1: the network differs: $(diff "$work/before" "$work/now")"
}

complaint() { # STATUS TEXT ARGS...
        want=$1 text=$2
        shift 2
        snapshot >"$work/before"
        J "$@"
        same "exit status of: jailnet $*" "$status" "$want"
        same "lines on stderr of: jailnet $*" "$(grep -c '^jailnet: ' "$work/err") of $(wc -l <"$work/err" | tr -d ' ')" \
                '1 of 1'
        grep -qF -- "$text" "$work/err" || fail "jailnet $*: does not say '$text' but: $(cat "$work/err")"
        compare "after the refused: jailnet $*"
}

refused() { complaint 1 "$@"; }
wrong_usage() { complaint 2 "$@"; }

law() {
        what=$1 check=$2
        shift 2
        snapshot >"$work/before"
        checks=$((checks + 1))
        ! $check >/dev/null 2>&1 || fail "$what: holds before it was done"

        # The preview changes nothing.
        do_ok -n "$@"
        compare "$what: after the preview"
        do_ok "$@"
        $check || fail "$what: is not so afterwards"
        do_ok undo
        compare "$what: after undo"
        do_ok "$@"
        $check || fail "$what: is not so the second time"
}

# Does this kernel translate addresses, and is nft there to see it? Nothing is left of the question.
kernel_has_nat() {
        command -v nft >/dev/null && nft add table inet probe 2>/dev/null || return 1
        nft add chain inet probe x '{ type nat hook postrouting priority 100 ; }' 2>/dev/null
        set -- $?
        nft delete table inet probe
        return "$1"
}

sql() { sqlite3 -batch -readonly "${JAILNET_DB:?}" "$1"; }

finish() {
        echo "$checks checks, $failed failed"
        [ $failed = 0 ]
        exit
}
