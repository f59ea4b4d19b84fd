# Proves that the inventory and what lies beside it cannot be used to make root write, or believe, what another user wants:
# links in the place of the file, its lock, its watch and its companions; folders that others may write to; modes.
. "$(dirname "$0")/../lib/sandbox.sh"

umask 0 # the worst that a caller may have
other=$work/other
echo precious >"$other"
unharmed() { ok "$1: what the link pointed to is as it was" [ "$(cat "$other")" = precious ]; }

mkdir -m 0700 "$work/safe"
db=$work/safe/inventory.db
do_ok --db "$db" create jail a
for file in "$db" "$db"-wal "$db"-shm "$db".lock; do
        [ ! -e "$file" ] || same "mode of ${file##*/}" "$(stat -c %a "$file")" 600
done
do_ok --db "$work/new/deep/inventory.db" show
same 'mode of a folder that was made' "$(stat -c %a "$work/new/deep")" 700

# Links.
mkdir -m 0700 "$work/link"
for kind in '' -wal -shm .lock; do
        rm -f "$work/link/"*
        [ -z "$kind" ] || do_ok --db "$work/link/i.db" show
        rm -f "$work/link/i.db$kind"
        ln -s "$other" "$work/link/i.db$kind"
        J --db "$work/link/i.db" create epair x"$kind" y"$kind"
        ok "a link as FILE$kind: refused" [ "$status" = 1 ]
        unharmed "FILE$kind"
done

# Folders of others.
mkdir -m 0777 "$work/open"
refused 'others may write to this folder' --db "$work/open/i.db" create jail b
ok 'nothing was made there' [ -z "$(ls -A "$work/open")" ]
mkdir -m 1777 "$work/sticky" # like /tmp
do_ok --db "$work/sticky/i.db" create jail b
touch "$work/sticky/j.db-wal"
if chown 1 "$work/sticky/j.db-wal" 2>/dev/null; then
        refused 'was put there by another user' --db "$work/sticky/j.db" create jail c
        ok 'nothing was made beside it' [ ! -e "$work/sticky/j.db" ]
fi

# Copies.
ln -s "$other" "$work/copy"
refused 'is there already' --db "$db" inventory backup "$work/copy"
unharmed 'backup'
ln -s safe "$work/by_link"
do_ok --db "$db" inventory backup "$work/by_link/copy.db"
same 'mode of a copy' "$(stat -c %a "$work/safe/copy.db")" 600
ok 'it is whole' [ "$(sqlite3 "$work/safe/copy.db" 'PRAGMA integrity_check')" = ok ]

finish
