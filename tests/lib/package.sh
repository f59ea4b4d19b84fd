# package.sh - what the tests of packages share; to be sourced, with $needs: the programs that packing takes here.
# Gives $build, $work (removed at the end), ok WHAT CMD..., and the counts $checks and $failed.
build=$(dirname "${JAILNET:?}")
for need in ${needs:?}; do
        command -v "$need" >/dev/null || {
                echo "skipped: $need is not installed"
                exit 77
        }
done
[ -e "$build/CPackConfig.cmake" ] && [ -w "$build" ] || {
        echo 'skipped: packed is what is in a build folder that can be written to'
        exit 77
}
! grep -q __asan_init "$JAILNET" || { echo 'skipped: nobody packs a program with a sanitizer in it'; exit 77; }
work=$(mktemp -d) || exit 1
trap 'rm -rf --one-file-system "$work"' EXIT
failed=0
checks=0
ok() {
        checks=$((checks + 1))
        what=$1
        shift
        "$@" >"$work/said" 2>&1 || {
                echo "FAILED: $what: $(tail -n 20 "$work/said")"
                failed=$((failed + 1))
        }
}
export SOURCE_DATE_EPOCH=1793620800
