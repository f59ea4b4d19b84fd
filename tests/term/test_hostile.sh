#!/bin/sh
# Names that try to command the terminal: escape sequences in an alias, a jail's name and a process' name, raw C1 bytes,
# a 15-byte UTF-8 name, names that look like options. None of them reaches the terminal; all of them are on the screen in a
# visible form.
: "${JAILNET:?}" "${SOURCE:?}"

# Raw bytes (not UTF-8) in a pattern: grep must look at bytes.
has_bytes() { LC_ALL=C grep -qaF -- "$1" "$2"; }

if [ "${1-}" != inside ]; then
        "$JAILNET" sandbox -- true 2>/dev/null || {
                echo 'skipped: sandboxes are forbidden here'
                exit 77
        }
        exec "$JAILNET" sandbox -- sh "$0" inside
fi
. "$SOURCE/tests/lib/term.sh"

esc=$(printf '\033')
title="$esc]0;owned$(printf '\007')"
red="$esc[31;1;5m"
clear="$esc[2J"
csi=$(printf '\233')31m # CSI as one byte of C1

ip netns add web
ip link add name eth0 type veth peer name eth0 netns web
ip link set dev eth0 alias "alias${title}tail${red}x${csi}y"
ip link set dev eth0 up
ip -n web link set dev eth0 up
ip link add name 'ééééééé1' type bridge
ip link add name --help type veth peer name -rf
ip netns add "bad${clear}jail" 2>/dev/null
ip -n "bad${clear}jail" link set lo up 2>/dev/null
mkdir "$term_work/bin"
hostile="p${red}q"
cp "$(command -v sleep)" "$term_work/bin/$hostile"
unshare -n "$term_work/bin/$hostile" 600 &
holder=$!
term_until 5 sh -c "! cmp -s /proc/self/comm /proc/$holder/comm && grep -qa q /proc/$holder/comm"

check_raw() {
        for what in "$title" "$red" "bad$esc" "$csi"; do
                ! has_bytes "$what" "$1" || term_fail "$2 has raw bytes: $(printf %s "$what" | od -An -c)"
        done
}

# The whole output of the console goes into a file as well; it begins once the file is there.
mkfifo "$term_work/go"
term_start 120 40 sh -c "read -r _ <'$term_work/go'; exec '$JAILNET'"
tm pipe-pane -t t: "cat >'$term_work/raw'"
term_until 5 test -e "$term_work/raw"
echo go >"$term_work/go"
term_wait 'ééééééé1'
term_wait '--help'
term_keys 2
term_wait '-rf'
term_type '/'
term_type 'eth0'
term_keys Enter
term_keys 3
term_wait '\x1b]0;owned\x07'
term_at_sizes '\x1b]0;owned\x07'
for key in 4 5 1 F9 Escape 2 1; do
        term_keys $key
done
term_wait 'ééééééé1'
term_wait 'p\x1b'
term_wait 'bad\x1b'
term_at_sizes 'ééééééé1' 'p\x1b' 'bad\x1b'
case $(tm display -p -t t: '#{pane_title}') in *owned*) term_fail 'the title of the terminal was changed' ;; esac
term_keys q
term_until 5 term_is_dead || term_fail 'q does not quit'
[ -s "$term_work/raw" ] || term_fail 'nothing was recorded'
check_raw "$term_work/raw" 'the terminal'

for format in text tree json dot mermaid svg; do
        "$JAILNET" show --format $format >"$term_work/out" 2>&1 || term_fail "show --format $format fails: $(cat -v "$term_work/out")"
        check_raw "$term_work/out" "show --format $format"
        has_bytes "$esc" "$term_work/out" && term_fail "show --format $format writes an escape"
done
"$JAILNET" show --format json | jq -e '.interfaces | map(select(.name == "--help")) | length == 1' >/dev/null ||
        term_fail 'an interface named --help is not in the JSON'
"$JAILNET" down eth9"$red" 2>"$term_work/out"
has_bytes "$esc" "$term_work/out" && term_fail 'an error message passes an escape on'
"$JAILNET" mtu -- --help 1400 || term_fail 'an interface named like an option cannot be changed'
[ "$(ip -j link show dev --help | jq '.[0].mtu')" = 1400 ] || term_fail 'the MTU of --help is not set'
kill "$holder" 2>/dev/null
term_end
