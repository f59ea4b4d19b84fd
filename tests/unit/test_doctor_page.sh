#!/bin/sh
# docs/doctor.md lists the very checks that the doctor has, in its words; so does its help page.
set -u
for need in jq; do
        command -v $need >/dev/null || {
                echo "skipped: $need is not installed"
                exit 77
        }
done
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
failed=0

"${JAILNET:?}" doctor --list --json |
        jq -r '.[] | "| \(.id) | \(.severity) | \(.title) | \(.explanation) |"' >"$work/table"
sed -n '/^| check | worst/,/^$/p' "${SOURCE:?}/docs/doctor.md" | sed -e 1,2d -e '/^$/d' >"$work/page"
diff "$work/page" "$work/table" || {
        echo 'FAILED: docs/doctor.md (<) has other checks than the table (>)'
        failed=1
}
[ "$(wc -l <"$work/table")" -gt 20 ] || {
        echo 'FAILED: too few checks to be true'
        failed=1
}
"$JAILNET" help doctor >"$work/help"
for id in $(cut -d' ' -f2 "$work/table"); do
        grep -q " $id " "$work/help" || {
                echo "FAILED: the help page lacks $id"
                failed=1
        }
done
exit $failed
