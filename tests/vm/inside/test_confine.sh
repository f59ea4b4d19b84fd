#!/bin/sh
# Jails that share the stack of a machine whose root may do everything, with a distribution's kernel: here they must be kept
# to their addresses, where kernel/test_confine lets it be where it cannot be had.
JAILNET_MUST_CONFINE=1
export JAILNET_MUST_CONFINE
exec sh tests/kernel/test_confine.sh
