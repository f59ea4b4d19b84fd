# Proves from the binary itself that it was built hardened: position independent, all relocations done and read-only before
# main, no executable stack, no segment that is written and run, stack canaries, fortified calls, no path to search for
# libraries of its own. Debug builds and those with sanitizers are not.
program=${JAILNET:?}
command -v readelf >/dev/null || {
        echo 'skipped: readelf is not installed'
        exit 77
}
[ "${HARDENED-ON}" = ON ] || {
        echo 'skipped: a build for debugging or with sanitizers is not hardened'
        exit 77
}
failed=0

# has WHAT OPTION PATTERN: what readelf tells with this option has such a line; hasnt: it has none
has() { readelf -W "$2" "$program" | grep -qE "$3" || { echo "FAIL: $1"; failed=1; }; }
hasnt() { ! readelf -W "$2" "$program" | grep -qE "$3" || { echo "FAIL: $1"; failed=1; }; }

has 'position independent: the type is DYN' -h '^ *Type: *DYN'
has 'position independent: it says that it is a program' -d 'FLAGS_1.*PIE'
has 'GNU_RELRO: what the loader wrote is read-only afterwards' -l '^ *GNU_RELRO'
has 'BIND_NOW: nothing is left to be bound lazily' -d 'BIND_NOW|FLAGS_1.*NOW'
has 'GNU_STACK: the stack is described' -l '^ *GNU_STACK'
hasnt 'GNU_STACK: the stack can be executed' -l '^ *GNU_STACK.* RWE'
hasnt 'a segment can be written and executed' -l '^ *LOAD.* RWE'
hasnt 'RPATH or RUNPATH: libraries are looked for where the package does not put them' -d 'RPATH|RUNPATH'
hasnt 'TEXTREL: code is written to when it is loaded' -d 'TEXTREL'
has 'stack canaries: nothing calls __stack_chk_fail' --dyn-syms '__stack_chk_fail'
# The C library of Alpine has no such calls; there its headers check.
if readelf -W --dyn-syms "$program" | grep -q 'GLIBC_'; then
        has 'fortified calls: there is none' --dyn-syms '_chk@'
fi
exit $failed
