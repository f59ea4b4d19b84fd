# Proves that jailnet-tutorial(7) tells the truth: its commands are run as they stand in the page, in their order, and each
# prints the lines that are shown below it. And jailnet-inventory(5) names the fields of what is printed as JSON.
. "${SOURCE:?}/tests/lib/sandbox.sh"

page=${SOURCE}/man/jailnet-tutorial.7.in
mkdir "$work/bin"
ln -s "$JAILNET" "$work/bin/jailnet"
PATH=$work/bin:$PATH
printf '#!/bin/sh\nexec "%s" -W 20 "$@"\n' "$(command -v ping)" >"$work/bin/ping" # a busy machine may take its time
chmod +x "$work/bin/ping"

runs() { # COMMAND: it may find fault with the network, but must not be refused
        checks=$((checks + 1))
        sh -c "$1" >"$work/out" 2>"$work/err" </dev/null
        status=$?
        case $1:$status in
        *:0 | 'jailnet path '*:1 | 'jailnet doctor':[34]) ;;
        *) fail "$1: exit status $status: $(cat "$work/out" "$work/err")" ;;
        esac
}

# Destroyed namespaces take a moment to be gone for all; what follows in the page looks at the network then.
settled() {
        for _ in $(seq 200); do
                [ -z "$("$JAILNET" show --format json | jq -r '.jails[] | select(.state == "dying").name')" ] && return
                sleep 0.1
        done
}

sed -n '/^\.Bd/,/^\.Ed/p' "$page" | grep -v '^\.[BE]d' >"$work/lines"
command=
count=0
while IFS= read -r line; do
        case $line in
        '# '*)
                command=${line#??}
                settled
                runs "$command"
                count=$((count + 1))
                ;;
        '$ '*) ;; # starts the sandbox, the console, the system's services
        *)
                checks=$((checks + 1))
                text=$(printf %s "$line" | sed 's/^ *//')
                grep -qF -- "$text" "$work/out" || fail "$command: does not print '$text' but: $(cat "$work/out")"
                ;;
        esac
done <"$work/lines"
checks=$((checks + 1))
[ "$count" -gt 20 ] || fail "only $count commands in the page"

inventory=$SOURCE/man/jailnet-inventory.5.in
for field in $(jailnet show --format json | jq -r 'keys[]') $(jailnet journal --json | jq -r '.[0] | keys[]') \
        $(jailnet doctor --json | jq -r 'keys[]') $(jailnet path web db --json | jq -r 'keys[]'); do
        ok "jailnet-inventory(5) tells of $field" grep -qwF -- "$field" "$inventory"
done
finish
