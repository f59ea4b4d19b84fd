# Proves that the program has not grown by much unnoticed: what a package would install, stripped. Bounds are for x86-64,
# where the figures of docs/performance.md are from, a hundredth above what it was when they were set; clang makes it larger.
program=${JAILNET:?}
for tool in readelf strip; do
        command -v $tool >/dev/null || {
                echo "skipped: $tool is not installed"
                exit 77
        }
done
[ "${HARDENED-ON}" = ON ] || {
        echo 'skipped: a build for debugging or with sanitizers is not made to be small'
        exit 77
}
readelf -h "$program" | grep -q 'Machine:.*X86-64' || {
        echo 'skipped: the bounds are for x86-64'
        exit 77
}
GCC=1335000   # 1317952
CLANG=1410000 # 1391672, a little earlier
bound=$GCC
! readelf -p .comment "$program" | grep -q clang || bound=$CLANG

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
strip -o "$work/jailnet" "$program" || exit 1
size=$(wc -c <"$work/jailnet")
if [ "$size" -gt "$bound" ]; then
        echo "FAIL: stripped, it has $size bytes, at most $bound were expected: is all of that needed? docs/performance.md"
        exit 1
fi
echo "$size bytes stripped, at most $bound"
