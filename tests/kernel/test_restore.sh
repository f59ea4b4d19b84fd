#!/bin/sh
# `restore` in a new stack builds what the inventory of another one wants: a network made by verbs is there again, as `ip`
# and `show` see it, with its numbers, names, hooks, pins and state; what was destroyed stays away; a second run finds
# nothing to do; what cannot be is told, and the rest is built. So after a restart, where the boot id is another one too.
set -u

if [ "${1-}" = build ]; then
        . "${SOURCE:?}/tests/lib/restore.sh"
        build
        take_picture "$here/before"
        sqlite3 -batch "$JAILNET_DB" "VACUUM INTO '$here/inventory.db'"
        finish
fi

if [ "${1-}" = again ]; then
        . "${SOURCE:?}/tests/lib/restore.sh"
        again
        finish
fi

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
here=$(mktemp -d) || exit 1
export here
trap 'rm -rf "$here"' EXIT
"$JAILNET" sandbox -- sh "$0" build || exit 1
"$JAILNET" sandbox -- sh "$0" again || exit 1

# The same after a restart: nothing in the file is of this boot.
for table in jail interface loan plan; do
        sqlite3 -batch "$here/inventory.db" "UPDATE $table SET boot_id = 'of-the-boot-before' WHERE boot_id IS NOT NULL"
done
"$JAILNET" sandbox -- sh "$0" again
