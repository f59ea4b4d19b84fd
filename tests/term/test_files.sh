#!/bin/sh
# Files in the console: the picker walks folders, completes, marks, shows hidden names by a key and foreign names harmless;
# what is imported is previewed, run and undone like any plan; a refusal shows the file's line; ezjail files are converted and
# the network exported into folders that were looked at first; and a file that never ends does not hold the console up.
: "${JAILNET:?}" "${SOURCE:?}"
if [ "${1-}" != inside ]; then
        "$JAILNET" sandbox -- true 2>/dev/null || {
                echo 'skipped: sandboxes are forbidden here'
                exit 77
        }
        exec "$JAILNET" sandbox -- sh "$0" inside
fi
. "$SOURCE/tests/lib/term.sh"

files=$term_work/files
mkdir -p "$files/sub" "$files/ez"
cat >"$files/rc.conf" <<'END_RC'
cloned_interfaces="bridge7"
ifconfig_bridge7="inet 10.7.0.1/24 up"
END_RC
cat >"$files/jail.conf" <<'END_CONF'
vnet;
persist;
shop { vnet.interface = "epair7b"; }
END_CONF
printf 'cloned_interfaces="epair7"\n' >"$files/sub/rc.conf"
printf 'shop { path = ; }\n' >"$files/bad.jail.conf"
printf 'x\n' >"$files/$(printf 'z\033]0;owned\007')"
: >"$files/.hidden"
mkfifo "$files/pipe"
cat >"$files/ez/old" <<'END_EZ'
export jail_old_hostname="old.example.org"
export jail_old_ip="re0|10.9.0.5"
export jail_old_rootdir="/usr/jails/old"
END_EZ

shop_has() { ip -n shop link show "$1" >/dev/null 2>&1; }
has_link() { ip -j link show "$1" 2>/dev/null | jq -e 'length == 1' >/dev/null; }
lacks_link() { ! ip link show "$1" 2>/dev/null | grep -q .; }
lacks_jail() { ! ip netns list | grep -q "^$1"; }

term_start 80 24 "$JAILNET"
term_wait 'live'

# The picker: names cleaned, hidden ones by a key, completion, folders.
term_keys I
term_wait 'Import: which files?'
term_type "$files/"
term_wait 'bad.jail.conf'
term_at_sizes 'Import: which files?' 'bad.jail.conf' 'z\x1b]0;owned\x07'
term_check 'hidden names are hidden' term_has_not '.hidden'
term_keys F2
term_wait '.hidden'
term_keys F2
term_gone '.hidden'
term_type 'su'
term_keys Tab
term_check 'Tab goes into the folder' term_matches 'files/sub'
term_keys Left
term_gone 'files/sub'
term_type 'nothing-like-it'
term_wait 'nothing of that name is here'
term_keys C-u

# A refusal, with its place.
term_type 'bad'
term_keys Enter
term_wait 'Not imported'
term_at_sizes 'Not imported' 'bad.jail.conf:1'
term_keys Escape
term_gone 'Not imported'

# A prefix length that no file tells is asked for, for each of the network's families.
mkdir "$files/traditional"
cat >"$files/traditional/kiosk" <<'END_EZ'
export jail_kiosk_hostname="kiosk"
export jail_kiosk_ip="lan0|10.9.0.6,lan0|2001:db8:9::6"
END_EZ
ip link add lan0 type veth peer name lan1
term_keys I
term_wait 'Import: which files?'
term_type 'traditional/kiosk'
term_keys Enter
term_wait 'Prefix length'
term_at_sizes 'Not imported' 'Prefix length'
term_type '24'
term_keys Enter
term_wait ':2:42: '
term_type 'many'
term_keys Enter
term_wait 'many: is no prefix length'
term_keys I
term_wait 'Import: which files?'
term_type 'kiosk'
term_keys Enter
term_wait 'Prefix length'
term_type '24'
term_keys Enter
term_wait ':2:42: '
term_type '64'
term_keys Enter
term_wait 'Preview'
term_keys Escape
term_gone 'Preview'
ip link delete lan0

# Two files at once; the second from another folder; previewed, run, undone.
term_keys I
term_wait 'Import: which files?'
term_keys Left
term_wait 'sub/'
term_type 'jail.conf'
term_keys C-Space
term_wait '1 marked'
term_keys C-u
term_type 'sub/'
term_keys C-Space
term_wait '2 marked'
term_at_sizes '2 marked'
term_keys Enter
term_wait 'Preview: nothing is done yet'
term_at_sizes 'Preview: nothing is done yet' 'shop' 'do it'
term_check 'nothing is made before the answer' lacks_jail shop
term_keys Enter
term_wait 'done: import'
term_check 'the jail is there' ip netns exec shop true
term_check 'and has its interface' shop_has epair7b
term_keys I
term_wait 'Import: which files?'
term_keys C-u
term_type "$files/jail.conf"
term_keys Enter
term_wait 'nothing is to be changed'
term_keys u
term_wait 'do it'
term_keys Enter
term_wait 'done: undo'
term_check 'undo takes it all away' lacks_jail shop
term_check 'the epair, too' lacks_link epair7a

# Known by its name alone as what it is: another kind by F3.
term_keys I
term_wait 'Read as: whatever it is'
term_keys F3 F3
term_wait 'Read as: rc.conf'
term_type "$files/rc.conf"
term_keys Enter
term_wait 'bridge7'
term_wait 'do it'
term_keys Enter
term_wait 'done: import rc.conf'
term_check 'the bridge is there' has_link bridge7

# The same file changed: what it wants no more is in the preview, and goes.
echo 'cloned_interfaces="bridge8"' >"$files/rc.conf"
term_keys I
term_wait 'Read as: whatever it is'
term_type "$files/rc.conf"
term_keys Enter
term_wait 'destroy bridge7'
term_at_sizes 'destroy bridge7' 'do it'
term_keys Enter
term_wait 'done: import rc.conf'
term_check 'another bridge' has_link bridge8
term_check 'in place of the first' lacks_link bridge7

# A pipe is no file that one reads.
term_keys I
term_wait 'Import: which files?'
term_type "$files/pipe"
term_keys Enter
term_wait 'no file that can be read'
term_keys Escape
term_gone 'Import: which'

# Convert: looked at first, then written.
from_palette() {
        term_keys :
        term_wait 'Command'
        term_type "$1"
        term_check "the palette finds $1" term_matches ">.*$2"
        term_keys Enter
}
from_palette 'convert ezj' 'Convert ezjail files'
term_wait 'Convert: which'
term_type "$files/ez/old"
term_keys Enter
term_wait 'into which folder'
term_type "$files/new"
term_wait 'new   (new)'
term_keys Enter
term_at_sizes 'nothing is written yet' "Into $files/new"
[ ! -e "$files/new" ] || term_fail 'written before the answer'
term_keys Enter
term_wait 'Written'
term_wait "written: $files/new"
term_keys Escape
term_gone 'Written'
grep -q 'vnet' "$files/new/jail.conf" || term_fail 'no jail.conf with vnet was written'

# Export, both ways; a folder that has such files already is left alone.
from_palette 'export free' 'Export for FreeBSD'
term_wait 'into which folder'
term_type "$files/out"
term_keys Enter
term_wait 'nothing is written yet'
term_at_sizes 'nothing is written yet' '# ==== rc.conf ===='
term_keys Enter
term_wait "written: $files/out"
grep -q 'bridge8' "$files/out/rc.conf" || term_fail 'the exported rc.conf lacks the bridge'
from_palette 'export free' 'Export for FreeBSD'
term_wait 'into which folder'
term_type "$files/out/"
term_wait 'write into this folder'
term_keys Enter
term_wait 'Refused: nothing was written'
term_at_sizes 'Refused: nothing was written' 'is there already'
term_keys Escape
term_gone 'Refused:'
from_palette 'export scr' 'Export as a script'
term_wait 'into which file'
term_type "$files/again.sh"
term_keys Enter
term_wait 'ip link add name bridge8'
term_keys Enter
term_wait "written: $files/again.sh"
sh -n "$files/again.sh" || term_fail 'the script is none'

# The screen that is too small comes back with the picker as it was.
term_keys I
term_wait 'Import: which files?'
term_resize 50 10
term_wait 'too small'
term_resize 100 30
term_wait 'Import: which files?'
term_keys Escape
term_gone 'Import: which'
term_keys q
term_until 5 term_is_dead || term_fail 'q does not quit'
term_end
