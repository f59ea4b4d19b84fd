#!/bin/sh
# README's five things to try do what it says of them, typed as they stand there, and its words on the command line run, in
# their order; the pages and pictures that it refers to are there.
: "${JAILNET:?}" "${SOURCE:?}"
"$JAILNET" sandbox -- true 2>/dev/null || {
        echo 'skipped: sandboxes are forbidden here'
        exit 77
}
. "$SOURCE/tests/lib/term.sh"

demo() { # [SCENARIO]
        term_start 120 40 "$JAILNET" demo "$@"
        term_wait 'sandbox'
}
leave() {
        term_keys q
        term_until 30 term_is_dead || term_fail 'q does not quit'
}
find_thing() {
        term_keys /
        term_wait 'Enter stay here'
        term_type "$1"
        term_keys Enter
        term_gone 'Enter stay here'
        term_wait "search '$1'"
}

# What stands in README of each is what is tried here.
readme() { tr '\n' ' ' <"$SOURCE/README.md" | tr -s ' ' | grep -qF -- "$1" || term_fail "README no longer says: $1"; }

demo
term_wait 'e0b_www1'

# 1. Walk.
readme 'Enter lists what can be done to the selected thing'
readme '`1` to `7` and `!` are the views; `/` finds; `?` lists all keys'
for view in '2:Addresses' '3:host' '4:demo-holder' '5:create jail' '1:e0b_www1'; do
        term_keys "${view%%:*}"
        term_wait "${view#*:}"
done
term_keys '?'
term_wait 'Undo the last change'
term_keys Escape
term_gone 'Undo the last change'

# 2. Change something.
readme '`/e0b_www1` Enter, then `r`, and type a name.'
readme 'Enter runs it; `u` takes it back.'
find_thing e0b_www1
term_keys r
term_wait 'New name'
term_type shop0
term_keys Enter
term_wait 'iproute2'
term_wait 'FreeBSD'
term_keys Enter
term_wait 'done: rename' # the picture behind the preview has the new name before
term_wait '▲ shop0'
term_keys u
term_wait 'iproute2'
term_keys Enter
term_wait 'done: undo'
term_wait '▲ e0b_www1'

# 3. Break something.
readme '`/e0b_db1` Enter, Enter, *State*, *Set down*, and Enter for its plan.'
readme '`!` says what, and why that is a trouble; Enter shows the plan that mends it.'
find_thing e0b_db1
term_keys Enter
term_wait '>s  State'
term_keys Enter
term_wait '>d  Set down'
term_keys Enter
term_wait 'set db1/e0b_db1 down'
term_keys Enter
term_wait 'done: down db1/e0b_db1'
term_wait '! 2 warnings'
term_keys '!'
term_wait 'the other end e0a_db1 is up'
term_keys Home
term_wait 'A pair has a carrier only when both ends are up'
term_keys Enter
term_wait 'set db1/e0b_db1 up'
term_keys Escape
term_gone 'Preview'
readme '`w`, another jail, Enter: where a packet gets stuck, hop by hop.'
term_keys 1
term_wait 'e0b_www1'
term_keys w
term_wait 'go to the other end'
find_thing e0b_www2
term_keys Enter
term_wait '<- down'
term_keys Escape
leave

# 4. See what did not come back.
readme 'View `4` has `nic0`: it was lent to the jail `old`'
readme '`R` brings the interface home, with its address.'
demo
term_wait 'e0b_www1'
term_keys 4
term_wait 'demo-holder'
term_keys R
term_wait 'iproute2'
term_keys Enter
term_wait 'done: return old/nic0'
term_keys 3
term_wait '10.0.9.2/24'
leave

# 5. Use both hands.
readme '`./run demo three-tier -- sh` gives a shell inside: `ip -n db1 route`, `build/jailnet -n destroy db1`'
"$JAILNET" demo three-tier -- sh -c 'ip -n db1 route | grep -q 10.0.2 && "$1" -n destroy db1 | grep -q "ip netns"' sh "$JAILNET" ||
        term_fail 'a shell in the demo does not do what README says'

readme '`./run demo crowd`: sixty jails'
jails=$("$JAILNET" demo crowd -- "$JAILNET" show --format json | jq '[.jails[] | select(.jid > 0)] | length')
[ "$jails" -ge 60 ] || term_fail "the crowd has $jails jails"

# On the command line: what stands in its first block of jailnet's words, on a network that has what they speak of.
sed -n '/^jailnet show /,/^```/p' "$SOURCE/README.md" | sed '/^```/,$d; s/ *#.*//' >"$term_work/words"
[ "$(wc -l <"$term_work/words")" -gt 6 ] || term_fail 'README has no such block'
cat >"$term_work/script" <<'END'
set -e
jailnet() { "$JAILNET" "$@"; }
"$JAILNET" create jail web >"$term_work/out"
"$JAILNET" create epair eth1 eth2 >"$term_work/out"
while read -r line; do
        # What finds something says so by its status: web has no way to db, and a pair leads nowhere.
        eval "$line" >"$term_work/out" 2>&1 </dev/null || case $?:$line in
        3:*doctor | 1:*path*) ;;
        *) echo "$line: $(cat "$term_work/out")"; exit 1 ;;
        esac
done <"$term_work/words"
END
export term_work
"$JAILNET" sandbox -- sh "$term_work/script" || term_fail 'a line of README does not run'

grep -oE '\((screenshots|docs)/[^)#]*|\(LICENSE' "$SOURCE/README.md" | tr -d '(' | while read -r path; do
        [ -e "$SOURCE/$path" ] || echo "$path"
done >"$term_work/missing"
[ ! -s "$term_work/missing" ] || term_fail "README refers to what is not there: $(cat "$term_work/missing")"
term_end
