# holders.sh - for tests of pending returns, sourced behind sandbox.sh: real holders, and what is pending.
#
#   hold WAY ARGS...   starts a holder (tests/holders/hold.c); false: that way is not to be had here
#   lend               a jail www with epair0b of the host in it
#   now_ms             the time
#   pending            epair0b as returns --json in $work/out has it, while it is pending
#   within SECONDS CMD...   until a command succeeds; false when it never did

# hold WAY ARGS...: starts a holder in the background; $holder is its pid. What it says is in $work/said.
hold() {
        : >"$work/said"
        "${HOLD:?}" "$@" >"$work/said" 2>"$work/hold.err" &
        started=$!
        until grep -q . "$work/said"; do
                kill -0 $started 2>/dev/null || {
                        grep -q . "$work/said" && break
                        fail "hold $*: $(cat "$work/hold.err")"
                        return 1
                }
        done
        holder=$(cut -d' ' -f2 "$work/said")
        ! grep -q skip "$work/said"
}

lend() { # a jail with an interface of the host in it
        do_ok create jail www
        do_ok create epair
        mac=$(link - epair0b .address)
        do_ok move epair0b www
}

now_ms() { date +%s%3N; }

pending() { jq -c '.[] | select(.interface == "epair0b" and .state == "pending")' "$work/out"; }

within() {
        within_until=$(($(now_ms) + $1 * 1000 * slow))
        shift
        until "$@"; do
                [ "$(now_ms)" -lt $within_until ] || return 1
        done
}
