#!/bin/sh
# Proves that docs/CONTRIBUTING.md tells the truth: its examples are in its patches, the patches apply to this source one
# after the other, build with warnings as errors, and do what the page says: a verb that can be undone, a command language,
# a view with a key, a kind of link. And the folders that it names are there.
. "${SOURCE:?}/tests/lib/term.sh"
page=$SOURCE/docs/CONTRIBUTING.md

try() { # in the sandbox, with the program that was built
        "$JAILNET" create bridge br0 >/dev/null && "$JAILNET" up br0 || term_fail 'no bridge can be made'
        "$JAILNET" create jail web --bridge br0 --address 10.0.0.2/24 >/dev/null || term_fail 'no jail can be made'
        "$JAILNET" bounce nothing 2>/dev/null && term_fail 'bounce: of nothing succeeds'
        "$JAILNET" -n bounce web/e0b_web | grep -q 'set web/e0b_web down' || term_fail 'bounce: has no preview'
        "$JAILNET" bounce web/e0b_web 2>/dev/null || term_fail 'bounce: fails'
        "$JAILNET" undo || term_fail 'bounce: cannot be undone'
        ip -n web -br link show e0b_web | grep -q ' UP ' || term_fail 'bounce: the interface is not up'
        "$JAILNET" down e0a_web && "$JAILNET" ifup e0a_web || term_fail 'ifup: fails'
        ip -br link show e0a_web | grep -q ',UP' || term_fail 'ifup: the interface is not up'
        term_start 100 30 "$JAILNET"
        term_wait '1 Graph'
        term_keys 8
        term_wait '8 Addresses'
        term_wait '10.0.0.2/24'
        term_end
}
[ "${1-}" != inside ] || try

for need in cmake ninja patch ip; do
        command -v $need >/dev/null || {
                echo "skipped: $need is not installed"
                exit 77
        }
done
why=$("${JAILNET:?}" sandbox -- true 2>&1) || {
        echo "skipped: $why"
        exit 77
}
fail() {
        echo "FAILED: $*"
        exit 1
}

awk '/^## Where what lives/ { on = 1 } /^## The four/ { on = 0 } on && /^\| `/' "$page" | grep -o '`[a-z/]*`' | tr -d '`' >"$term_work/folders"
[ "$(wc -l <"$term_work/folders")" -gt 15 ] || fail 'the page names too few folders to be true'
while read -r folder; do [ -d "$SOURCE/$folder" ] || fail "there is no folder $folder"; done <"$term_work/folders"
cat "$SOURCE"/docs/examples/*.patch | sed -n 's/^+//p' >"$term_work/added"
awk '/^```c$/ { on = 1; next } /^```/ { on = 0 } on' "$page" >"$term_work/shown"
[ "$(wc -l <"$term_work/shown")" -gt 25 ] || fail 'the page shows too little to be true'
while IFS= read -r line; do
        [ -z "$line" ] || grep -qxF -- "$line" "$term_work/added" || fail "no patch has this line of the page: $line"
done <"$term_work/shown"

copy=$term_work/source
mkdir "$copy"
for part in CMakeLists.txt core db ui man completions po docs tests; do cp -R "$SOURCE/$part" "$copy/" || exit 1; done
[ ! -d "$SOURCE/packaging" ] || cp -R "$SOURCE/packaging" "$copy/"
for example in verb dialect view kind; do
        patch -d "$copy" -p1 -s <"$SOURCE/docs/examples/$example.patch" >"$term_work/log" 2>&1 ||
                fail "docs/examples/$example.patch does not apply: $(cat "$term_work/log")"
done
set -- -DCMAKE_BUILD_TYPE=Debug -DCMAKE_C_FLAGS_DEBUG=-O0 -DJAILNET_MAN=OFF
if command -v ccache >/dev/null && ccache -s >/dev/null 2>&1 && [ -w "${CCACHE_DIR:-${HOME:-/}}" ]; then
        CCACHE_BASEDIR=$copy CCACHE_NOHASHDIR=1
        export CCACHE_BASEDIR CCACHE_NOHASHDIR
        set -- "$@" -DCMAKE_C_COMPILER_LAUNCHER=ccache
fi
nice cmake -S "$copy" -B "$copy/build" -G Ninja "$@" >"$term_work/log" 2>&1 &&
        nice ninja -C "$copy/build" jailnet test_geneve >"$term_work/log" 2>&1 ||
        fail "the examples do not build: $(grep -E 'error|FAILED' "$term_work/log" | head -20)"
"$copy/build/tests/test_geneve" >"$term_work/log" 2>&1 || fail "the kind's test fails: $(cat "$term_work/log")"
"$copy/build/jailnet" help bounce | grep -q 'usage: jailnet \[-n\] bounce IF' || fail 'help does not know the verb'
[ "$("$copy/build/jailnet" complete boun)" = bounce ] || fail 'completion does not know the verb'

JAILNET=$copy/build/jailnet
export JAILNET
"$JAILNET" sandbox -- sh "$0" inside
