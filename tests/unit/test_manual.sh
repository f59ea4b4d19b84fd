#!/bin/sh
# The manual pages have what the program has: each command, verb, option, key, check, setting, variable of the environment
# and table of the inventory; and they are clean mdoc. They are made from the program's tables, so that this fails when a
# list was forgotten, or a page is not made anew.
set -u
if [ ! -e "${MANUAL:?}/jailnet.8" ]; then
        echo 'skipped: built without manual pages'
        exit 77
fi
for need in mandoc jq; do
        command -v $need >/dev/null || {
                echo "skipped: $need is not installed"
                exit 77
        }
done
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
failed=0
checks=0

fail() {
        echo "FAILED: $*"
        failed=1
}

# Pages as a reader sees them, in lines that are not broken.
pages='jailnet.8 jailnet-console.7 jailnet-freebsd.7 jailnet-inventory.5 jailnet-tutorial.7'
for page in $pages; do
        mandoc -T utf8 -O width=600 "$MANUAL/$page" | sed -e 's/.\x08//g' -e 's/ | /|/g' -e 's/  */ /g' >"$work/$page"
done

# Which pages are installed here is not the pages' fault; ours are to be there.
for page in $pages; do
        mandoc -T lint "$MANUAL/$page" 2>/dev/null | grep -v 'referenced manual not found' >"$work/lint"
        [ ! -s "$work/lint" ] || fail "$(cat "$work/lint")"
        sed -n 's/^\.Xr \(jailnet[a-z-]*\) \([0-9]\).*/\1.\2/p' "$MANUAL/$page" | sort -u >"$work/referred"
        while read -r other; do [ -e "$MANUAL/$other" ] || fail "$page refers to $other"; done <"$work/referred"
done

has() { # PAGE TEXT
        checks=$((checks + 1))
        grep -qF -- "$2" "$work/$1" || fail "$1 lacks: $2"
}
has_word() { # PAGE WORD: as a word of its own
        checks=$((checks + 1))
        sed 's/[][,.:;()]/ & /g' "$work/$1" | tr -s ' ' '\n' | grep -qxF -- "$2" || fail "$1 lacks the word: $2"
}

# What help lists, line by line: commands, verbs, options.
"${JAILNET:?}" --help | sed -n 's/^  \([^ ].*\)/\1/p' | sed -e 's/   *.*//' -e 's/^\(-.\), --/\1|--/' -e 's/ | /|/g' \
        -e '/^demo /d' -e '/^sandbox /d' >"$work/help"
while read -r line; do
        [ -z "$line" ] || has jailnet.8 "$line"
done <"$work/help"
[ "$(wc -l <"$work/help")" -gt 80 ] || fail 'too few lines of help to be true'
"$JAILNET" doctor --list --json | jq -r '.[].id' >"$work/checks"
while read -r id; do has jailnet.8 "$id"; done <"$work/checks"

# Keys: of the actions, of verbs, of the views.
console=$work/jailnet-console.7
cd "${SOURCE:?}" || exit 1
sed -n '/console_actions\[\] = {/,/^};/p' ui/tui/console_actions.c | tr -d '\n' |
        grep -oE "\"[^\"]*\"\)?, +\"[^\"]*\", +\{" | sed -E 's/^"[^"]*"\)?, +"([^"]*)", +\{/\1/' | grep . >"$work/keys"
sed -n "s/.*\.key = '\(.\)'.*/\1/p" core/verb/table.c >>"$work/keys"
[ "$(wc -l <"$work/keys")" -gt 50 ] || fail 'too few keys to be true'
while read -r key; do
        checks=$((checks + 1))
        grep -qE "^ *([^ ]+, )*$(printf %s "$key" | sed 's/[][\.*^$+?(){}|]/\\&/g')(,|  *|$)" "$console" ||
                fail "jailnet-console.7 lacks the key: $key"
done <"$work/keys"
sed -n '/^THE VIEWS/,/^KEYS/p' "$console" >"$work/views"
cat ui/tui/views/*.c | grep -o "case '.'" | cut -d"'" -f2 | sort -u >"$work/keys"
while read -r key; do
        checks=$((checks + 1))
        grep -qF -- "$key" "$work/views" || fail "jailnet-console.7 lacks a view's key: $key"
done <"$work/keys"
"$JAILNET" --version >/dev/null || fail 'the program does not start'

# Settings, by their example; variables, by the source, and no others; tables.
sed -n 's/^#\([a-z-]*\) = .*/\1/p' docs/settings.example >"$work/settings"
while read -r word; do has_word jailnet-console.7 "$word"; done <"$work/settings"
sed -n 's/.*_names\[\] = {\("[^}]*\)}.*/\1/p' ui/tui/settings.c ui/tui/theme.c | grep -o '"[a-z]*"' | tr -d '"' >"$work/settings"
while read -r word; do has_word jailnet-console.7 "$word"; done <"$work/settings"
grep -rhoE 'getenv\("[A-Z_]*"\)' --include='*.c' core db ui | cut -d'"' -f2 | sort -u >"$work/read"
echo JAILNET_CAUSE >>"$work/read"
grep -ohE '"(LC_[A-Z]*|LANG)"' core/base/intl.c | tr -d '"' | sort -u >>"$work/read"
echo LC_CTYPE >>"$work/read" # setlocale reads it
while read -r name; do has_word jailnet.8 "$name"; done <"$work/read"
sed -n 's/^\.It Ev //p' "$MANUAL/jailnet.8" | tr -d ' ' | tr ',' '\n' >"$work/told"
while read -r name; do
        grep -qx "$name" "$work/read" || fail "jailnet.8 tells of $name, which is not read"
done <"$work/told"
grep -oE 'CREATE TABLE [a-z_]*' db/migrate.c | cut -d' ' -f3 >"$work/tables"
while read -r name; do has_word jailnet-inventory.5 "$name"; done <"$work/tables"
# Columns, by a file that the program itself has made.
if command -v sqlite3 >/dev/null && "$JAILNET" --db "$work/inventory.db" sandbox -- true 2>/dev/null &&
        "$JAILNET" sandbox -- "$JAILNET" --db "$work/inventory.db" create jail a >/dev/null 2>&1; then
        sqlite3 -separator ' ' "$work/inventory.db" "SELECT t.name, group_concat(c.name || CASE c.type WHEN 'INTEGER' THEN ''
                ELSE ' (' || lower(c.type) || ')' END, ', ') FROM pragma_table_list t JOIN pragma_table_info(t.name) c
                WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite%' GROUP BY t.name" >"$work/columns"
        [ "$(wc -l <"$work/columns")" -gt 15 ] || fail "the inventory's tables: $(cat "$work/columns")"
        sed '/^ *Their columns/,/^THE JOURNAL/!d' "$work/jailnet-inventory.5" | tr -s ' \n' '  ' >"$work/told"
        while read -r line; do
                checks=$((checks + 1))
                grep -qF -- "$line" "$work/told" || fail "jailnet-inventory.5 tells other columns than: $line"
        done <"$work/columns"
else
        echo 'no inventory could be made here: its columns were not compared'
fi

echo "$checks checks"
exit $failed
