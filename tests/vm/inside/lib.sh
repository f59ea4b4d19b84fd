# lib.sh - for the tests that run on the virtual machine's own stack, as root, not in a sandbox: tests/lib/sandbox.sh's
# functions, with an inventory of the test's own.
set -- inside
JAILNET_DB=$(mktemp -d)/inventory.db
export JAILNET_DB
. "${SOURCE:?}/tests/lib/sandbox.sh"
trap 'rm -rf "$work" "${JAILNET_DB%/*}"' EXIT

# within SECONDS CMD...: until CMD succeeds
within() {
        deadline=$(($(date +%s) + $1))
        shift
        until "$@" >/dev/null 2>&1; do
                [ "$(date +%s)" -le $deadline ] || return 1
                sleep 0.05
        done
}

# hold WAY ARGS...: starts a holder in the background; $holder is the pid to be found, $started the one to be waited for.
hold() {
        : >"$work/said"
        "${HOLD:?}" "$@" >"$work/said" 2>"$work/hold.err" &
        started=$!
        within 20 grep -q . "$work/said" || fail "hold $*: $(cat "$work/hold.err")"
        holder=$(cut -d' ' -f2 "$work/said")
}
