#!/bin/sh
# What is installed for service managers is well-formed: the units as systemd reads them, the OpenRC script as a shell does;
# they name the installed program, and the commands that they give it exist.
set -u
failed=0

fail() {
        echo "FAILED: $*"
        failed=1
}

build=$(dirname "${JAILNET:?}")
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

for file in jailnet-restore.service jailnet-watch.service jailnet.initd; do
        [ -s "$build/service/$file" ] || fail "$file is missing"
        grep -q '@[A-Z_]*@' "$build/service/$file" && fail "$file: something was not filled in"
        # The check wants the program to be there.
        sed "s|/[^ \"=]*/bin/jailnet|$JAILNET|" "$build/service/$file" >"$work/$file"
        grep -qF "$JAILNET" "$work/$file" || fail "$file does not name the program"
done

sh -n "$work/jailnet.initd" || fail 'the OpenRC script is no shell script'
grep -q '^depend()' "$work/jailnet.initd" || fail 'the OpenRC script has no dependencies'

for unit in restore watch; do
        caps=$(sed -n 's/^CapabilityBoundingSet=//p' "$work/jailnet-$unit.service")
        [ "$caps" = 'CAP_NET_ADMIN CAP_NET_BROADCAST CAP_SYS_ADMIN CAP_SYS_PTRACE CAP_DAC_READ_SEARCH' ] || fail "$unit: capabilities: $caps"
        # Each of these gives the service a copy of the mounts, among them those that are named jails.
        grep -E '^(Protect(System|Home|KernelTunables|KernelModules|KernelLogs|ControlGroups|Hostname|Proc)|Private(Tmp|Devices|Mounts|Users)|ReadWritePaths|ReadOnlyPaths|InaccessiblePaths|BindPaths|RootDirectory|TemporaryFileSystem|MountFlags)=' \
                "$work/jailnet-$unit.service" && fail "$unit: would hold the jails' mounts"
        "$JAILNET" help $unit >/dev/null || fail "jailnet has no $unit"
done
grep -q '^Before=.*network-pre.target' "$work/jailnet-restore.service" || fail 'restore is not before the network'
grep -q '^After=.*jailnet-restore.service' "$work/jailnet-watch.service" || fail 'watch is not after restore'

if command -v systemd-analyze >/dev/null; then
        (cd "$work" && SYSTEMD_UNIT_PATH="$work:" systemd-analyze verify --man=no ./jailnet-restore.service \
                ./jailnet-watch.service) >"$work/verdict" 2>&1 || fail "systemd: $(cat "$work/verdict")"
        # A word that systemd does not know is only a warning to it.
        grep -E 'jailnet-(restore|watch)\.service' "$work/verdict" && fail 'systemd complains'
else
        echo 'systemd-analyze is not installed: the units were only looked at'
fi
exit $failed
