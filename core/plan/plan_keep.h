/* plan_keep.h - the plan that gives interfaces the addresses back that they are pinned to. Pure. */
#ifndef CORE_PLAN_PLAN_KEEP_H
#define CORE_PLAN_PLAN_KEEP_H

#include "core/plan/plan.h"

/* Has it another address than the one that it must have? */
bool pin_is_missed(const struct iface *i);

/* ifaces: indexes in g of interfaces whose pin is missed. Caller frees with plan_free. */
struct plan *plan_build_keep(const struct graph *g, const size_t *ifaces, size_t count);

#endif
