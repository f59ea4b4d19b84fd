#!/bin/sh
# The template of the translations has the very texts of the sources; each translation is sound: formats take what they
# are given, and hints keep their keys, which are pressed by them.
set -u
for need in xgettext msgfmt msgcat; do
        command -v $need >/dev/null || {
                echo "skipped: $need is not installed"
                exit 77
        }
done
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
failed=0
cd "${SOURCE:?}" || exit 1

keywords() { sed -n "$1" po/keywords | sed 's/^/--keyword=/'; }
find core db ui -name '*.[ch]' | sort >"$work/sources"
collect() { # OPTION... < KEYWORDS
        xargs xgettext --from-code=UTF-8 --language=C --no-location --files-from="$work/sources" --output="$work/new.pot" \
                --keyword "$@" 2>"$work/said" || {
                cat "$work/said"
                exit 1
        }
}
keywords '/^#/d; /^also /d; p' | collect
keywords 's/^also //p' | collect --join-existing
texts() { msgcat --no-wrap --sort-output "$1" | grep -v '^#' | sed '1,/^$/d'; }
texts "$work/new.pot" >"$work/new"
texts po/jailnet.pot >"$work/kept"
diff "$work/kept" "$work/new" >"$work/diff" || {
        grep '^[<>]' "$work/diff" | head -n 20
        echo 'FAILED: po/jailnet.pot has other texts (<) than the sources (>); ninja pot brings it up to date'
        failed=1
}
[ "$(grep -c '^msgid' "$work/new")" -gt 1000 ] || {
        echo 'FAILED: too few texts to be true'
        failed=1
}

# Pairs of lines: the English hints, and the other ones.
keys() { tr ' ' '\n' | grep . | sed 's/^\(.[^:]*\):.*/\1/'; }
while read -r language; do
        msgfmt --check --check-format -o "$work/$language.mo" "po/$language.po" || failed=1
        msgcat --no-wrap "po/$language.po" | sed -n '/^msgid "/{s/^msgid "\(.*\)"$/\1/;h;n;s/^msgstr "\(.*\)"$/\1/;/./{H;x;p;}}' |
                while IFS= read -r english && IFS= read -r own; do
                        # Hints: all their words are KEY:word.
                        echo "$english" | tr ' ' '\n' | grep . | grep -v '^%s$' | grep -qv '^.[^ ]*:[^ ]' && continue
                        echo "$english" | grep -q '[A-Za-z?>.]:[^ ]' || continue
                        case $english in *:port) continue ;; esac
                        [ "$(echo "$english" | keys)" = "$(echo "$own" | keys)" ] || echo "$english -> $own"
                done >"$work/keys"
        [ ! -s "$work/keys" ] || {
                sed "s/^/FAILED: po\/$language.po: other keys: /" "$work/keys"
                failed=1
        }
done <po/LINGUAS
exit $failed
