/* probe.h - what this kernel cannot do, asked before a plan is made for it. */
#ifndef CORE_EXEC_PROBE_H
#define CORE_EXEC_PROBE_H

#include "core/graph/graph.h"

/*
 * probe_missing_kinds - which of the kinds in `wanted` (bit 1 << KIND_...) this kernel makes no links of.
 *
 *   shape    runs in a thread that it joins, since it may enter namespaces; changes nothing that stays
 *   errors   the thread's start
 */
int probe_missing_kinds(const struct graph *g, uint32_t wanted, uint32_t *ret_missing, struct err *e);

#endif
