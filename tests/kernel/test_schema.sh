#!/bin/sh
# What `show` and `watch` write as JSON is what docs/schema says, strictly: nothing that is written is left out there, and
# nothing is of another type. A network with one of everything, and hostile names.
. "${SOURCE:?}/tests/lib/sandbox.sh"

python=/usr/bin/python3
$python -c 'import jsonschema' 2>/dev/null || {
        echo "skipped: Python's jsonschema is not installed (Debian: python3-jsonschema)"
        exit 77
}

# valid WHAT SCHEMA FILE: FILE has a document a line
valid() {
        checks=$((checks + 1))
        jq 'walk(if type == "object" and has("properties") and has("type") then .additionalProperties = false else . end)' \
                "$SOURCE/docs/schema/$2" >"$work/strict"
        $python - "$work/strict" "$3" >"$work/verdict" 2>&1 <<'END' || fail "$1: $(head -n 12 "$work/verdict")"
import json, sys
import jsonschema
schema = json.load(open(sys.argv[1]))
checker = jsonschema.Draft202012Validator
checker.check_schema(schema)
count = 0
for line in open(sys.argv[2]):
    found = checker(schema).iter_errors(json.loads(line))
    for error in found:
        sys.exit("%s: %s" % ("/".join(str(p) for p in error.absolute_path), error.message))
    count += 1
sys.exit(0 if count else "nothing was written")
END
}

shown() { "$JAILNET" show --format json "$@" >"$work/shown" || fail "show $*"; }

shown
valid 'an empty host' show.json "$work/shown"

"$JAILNET" watch --format json >"$work/lines" 2>/dev/null &
watcher=$!

do_ok create jail www --hostname www.example
do_ok create jail old
do_ok create bridge br0 --mac 02:00:00:00:aa:01
do_ok create epair e0a www/e0b
do_ok attach e0a br0
do_ok up e0a
do_ok up br0
do_ok up www/e0b
do_ok address add www/e0b 10.7.0.2/24
do_ok address add br0 fd00:7::1/64
do_ok address add br0 10.7.0.1/24
do_ok route add www default 10.7.0.1
do_ok pin www/e0b --stable
do_ok alias br0 'the "inner" <net> \ of them'
do_ok nat add 10.7.0.0/24 via br0
do_ok nat forward br0:8080 www 10.7.0.2:80
do_ok create vxlan vx0 42
do_ok create macvlan br0 mv0
do_ok ngctl mkpeer eiface ether ether
do_ok ngctl mkpeer ngeth0: bridge ether link0
do_ok ngctl mkpeer ngeth0:ether hub link1 any
ip link add "$(printf 'x\033[31m')" type veth peer name lent
do_ok move lent old
ip netns exec old sh -c 'exec sleep 1000' &
holder=$!
until ip netns pids old | grep -q "^$holder$"; do :; done
ip netns del old

shown
valid 'one of everything' show.json "$work/shown"
ok 'there are addresses, a pin, a port, rules, routes, nodes and a loan' jq -e '
        ([.interfaces[] | select(.pin and .pin_source and (.addresses | length > 0))] | length > 0)
        and ([.interfaces[] | select(.master and .port_state)] | length > 0)
        and (.nat | length == 2) and (.routes | length > 0) and (.returns[0].holders | length > 0)
        and ([.nodes[].type] | index("hub") and index("bridge") and index("eiface") and index("nat"))' "$work/shown"
shown www
valid 'a part' show.json "$work/shown"
shown --raw
valid 'raw' show.json "$work/shown"

said() { grep -q '"www/e0b"' "$work/lines" && grep -q '"jail gone"\|"dying"\|dying' "$work/lines"; }
until said; do sleep 0.05; done
kill $watcher
wait $watcher
valid 'what watch tells' watch.json "$work/lines"
kill $holder
finish
