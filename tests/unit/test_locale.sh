#!/bin/sh
# What people read is in their language and as they write dates and numbers; what programs read is the same everywhere:
# the journal, JSON, FreeBSD's commands. In the C locale no catalogue is looked for.
set -u
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
checks=0 failed=0
unset LANG LANGUAGE LC_ALL LC_CTYPE LC_MESSAGES LC_TIME LC_NUMERIC JAILNET_LOCALEDIR
ok() {
        checks=$((checks + 1))
        what=$1
        shift
        "$@" || {
                echo "FAILED: $what"
                failed=1
        }
}
same() { # WHAT GOT WANT
        checks=$((checks + 1))
        [ "$2" = "$3" ] || {
                echo "FAILED: $1: '$2', not '$3'"
                failed=1
        }
}
has() { grep -qF -- "$1" "$2"; }
why=$("${JAILNET:?}" sandbox -- true 2>&1) || {
        echo "skipped: $why"
        exit 77
}
[ -e "${LOCALES:?}/de/LC_MESSAGES/jailnet.mo" ] || {
        echo 'skipped: built without translations (no msgfmt, or no gettext in the C library)'
        exit 77
}
LC_ALL=C.UTF-8 locale charmap 2>/dev/null | grep -qx UTF-8 || {
        echo 'skipped: there is no C.UTF-8 here'
        exit 77
}
german() { LC_ALL=C.UTF-8 LANGUAGE=de JAILNET_LOCALEDIR=$LOCALES "$@"; }

# -- Language --
german "$JAILNET" frobnicate 2>"$work/de"
LC_ALL=C "$JAILNET" frobnicate 2>"$work/en"
ok 'a sentence is German' has 'diesen Befehl gibt es nicht' "$work/de"
ok 'and English' has 'no such command' "$work/en"
german "$JAILNET" --help >"$work/de"
ok 'help is German' has 'Eine Bridge erstellen' "$work/de"
ok 'commands are what they are' has 'create bridge NAME' "$work/de"
LC_ALL=C LANGUAGE=de JAILNET_LOCALEDIR=$LOCALES "$JAILNET" --help >"$work/c"
LC_ALL=C "$JAILNET" --help >"$work/en"
ok 'the C locale is English, whatever LANGUAGE says' cmp -s "$work/c" "$work/en"
LC_ALL=C.UTF-8 LANGUAGE=tlh JAILNET_LOCALEDIR=$LOCALES "$JAILNET" --help >"$work/c"
ok 'a language that there is no catalogue of is English' cmp -s "$work/c" "$work/en"
if command -v strace >/dev/null && strace -o "$work/trace" true 2>/dev/null; then
        LC_ALL=C.UTF-8 JAILNET_LOCALEDIR=$LOCALES strace -f -e trace=open,openat,access -o "$work/trace" "$JAILNET" --help >"$work/c"
        ok 'no catalogue is looked for without a language' sh -c "! grep -q 'jailnet\.mo' '$work/trace'"
fi

# -- What programs read --
cat >"$work/inside" <<'END'
JAILNET_DB=$1/$2.db
export JAILNET_DB
"$JAILNET" -q create bridge br0 >/dev/null || exit 1
"$JAILNET" -q create jail www >/dev/null || exit 1
"$JAILNET" destroy nobody 2>"$1/$2.err"
"$JAILNET" journal --json >"$1/$2.json" || exit 1
"$JAILNET" journal 1 >"$1/$2.plan" || exit 1
"$JAILNET" doctor --json >"$1/$2.doctor"
"$JAILNET" show --format json >"$1/$2.show" || exit 1
"$JAILNET" -n --format json create epair >"$1/$2.preview" || exit 1
"$JAILNET" -n create epair >"$1/$2.words" || exit 1
"$JAILNET" ifconfig nosuch 2>"$1/$2.ifconfig"
"$JAILNET" ngctl list >"$1/$2.ngctl" 2>&1
"$JAILNET" jls >"$1/$2.jls" 2>&1
# Made and refused by the kernel, which the journal keeps a sentence of.
"$JAILNET" jail -c name=x vnet persist >/dev/null 2>&1
command -v sqlite3 >/dev/null && sqlite3 "$JAILNET_DB" 'SELECT sentence FROM step ORDER BY plan, position' >"$1/$2.steps"
exit 0
END
LC_ALL=C.UTF-8 "$JAILNET" sandbox -- sh "$work/inside" "$work" en || ok 'the English run' false
german "$JAILNET" sandbox -- sh "$work/inside" "$work" de || ok 'the German run' false
ok 'an error is German' has 'nobody' "$work/de.err"
ok 'another than in English' sh -c "! cmp -s '$work/de.err' '$work/en.err'"
ok 'a plan in the journal is read in German' has 'getan' "$work/de.plan"
ok 'a preview is German' has 'erstellen' "$work/de.words"
ok 'its commands are not' has 'ip link add' "$work/de.words"
plain() { # Without what is another in each run: times, numbers of the kernel.
        sed -E 's/"(time|cookie|inode|at|serial|mac|pin|rx_bytes|tx_bytes|id|node)": ?("[^"]*"|[0-9]+)/"\1": 0/g; s/[0-9a-f]{2}(:[0-9a-f]{2}){5}/MAC/g; s/\b[0-9a-f]{8}\b/ID/g' "$1"
}
for file in json doctor show preview ifconfig ngctl jls steps; do
        [ -e "$work/en.$file" ] || continue
        plain "$work/en.$file" >"$work/a"
        plain "$work/de.$file" >"$work/b"
        cmp -s "$work/a" "$work/b" || {
                diff "$work/a" "$work/b" | head -n 6
                ok "$file is the same in every language" false
        }
done
[ ! -e "$work/de.steps" ] || ok 'the journal is English' has 'make bridge br0' "$work/de.steps"

# -- Dates and numbers --
# The C library does not free its list of LOCPATH's folders; that is no leak of ours to be found.
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
export ASAN_OPTIONS
if command -v localedef >/dev/null && localedef -i de_DE -f UTF-8 "$work/de_DE.UTF-8" >/dev/null 2>&1; then
        LOCPATH=$work LC_ALL=de_DE.UTF-8 JAILNET_TEST_HABITS=de TZ=UTC "${INTL:?}" >"$work/said" 2>&1 || {
                cat "$work/said"
                ok 'numbers and dates of de_DE' false
        }
        cat >"$work/inside" <<'END'
JAILNET_DB=$1/date.db
export JAILNET_DB
"$JAILNET" -q create jail www >/dev/null || exit 1
"$JAILNET" journal
"$JAILNET" journal --json >"$1/json"
END
        LOCPATH=$work LC_ALL=de_DE.UTF-8 JAILNET_LOCALEDIR=$LOCALES "$JAILNET" sandbox -- sh "$work/inside" "$work" >"$work/said"
        ok 'the journal has German dates' grep -qE ' [0-3][0-9]\.[01][0-9]\.20[0-9]{2} [0-2][0-9]:' "$work/said"
        ok 'and German words' has getan "$work/said"
        ok 'JSON has no such dates' sh -c "! grep -qE '[0-3][0-9]\.[01][0-9]\.20[0-9][0-9]' '$work/json'"
else
        echo 'not tried: dates and numbers of another locale (no localedef, or no source of de_DE)'
fi
echo "$checks checks"
exit $failed
