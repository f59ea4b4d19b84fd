#!/bin/sh
# docs/wishes.md tells the truth about names: each test that it calls a witness is there, each check is one of the doctor's,
# each command is the program's.
set -u
page=${SOURCE:?}/docs/wishes.md
failed=0
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
fail() {
        echo "FAILED: $*"
        failed=1
}

[ "$(grep -c '^| ' "$page")" -gt 70 ] || fail 'the page has lost its rows'
for word in $(grep -o '([a-z_/, ]*test_[a-z_]*[a-z_/, ]*)' "$page" | tr -d '(),' | tr ' ' '\n' | sort -u); do
        case $word in
        */*) set -- "$SOURCE/tests/$word" "$SOURCE/tests/$word".* ;;
        *) set -- "$SOURCE"/tests/kernel/"$word".sh "$SOURCE"/tests/term/"$word".sh "$SOURCE"/tests/unit/"$word".sh ;;
        esac
        found=
        for file; do [ ! -e "$file" ] || found=1; done
        [ "$found" ] || fail "there is no test $word"
done
"${JAILNET:?}" doctor --list >"$work/words"
"$JAILNET" --help >>"$work/words"
for word in $(grep -o '`[a-z][a-z-]*[a-z]`' "$page" | tr -d '`' | sort -u | grep -vx hjkl); do
        grep -qw -- "$word" "$work/words" || fail "neither a check nor a command: $word"
done
exit $failed
