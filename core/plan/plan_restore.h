/* plan_restore.h - the plan that builds what the inventory wants and the kernel lacks. Pure, as all planning. */
#ifndef CORE_PLAN_PLAN_RESTORE_H
#define CORE_PLAN_PLAN_RESTORE_H

#include "core/plan/plan.h"
#include "core/plan/wanted.h"

/* What is known to be impossible here, and what was found to be. */
struct restore_limits {
        /* Only links of these numbers are built again, with what they need; none: everything. Borrowed. */
        const uint32_t *only;
        size_t only_count;
        uint32_t missing_kinds; /* bit 1 << KIND_...: this kernel makes no such links */
        /* Steps of an earlier try that the kernel refused, and why: they are left out, with what stands on them. */
        struct step *refused;
        char **reasons;
        size_t refused_count;
        /* Told by the planner: wanted links (by row) that are not jailnet's to make, or have no jail here. */
        int64_t *absent;
        size_t absent_count, absent_capacity;
        /* Told, too: what is left of a jail that has ended is in the way, and may be gone in a moment. */
        bool is_going;
};

/* Keeps the first step of p that failed, for the next try; false when none did. */
bool restore_limits_learn(struct restore_limits *l, const struct plan *p);
void restore_limits_done(struct restore_limits *l);

/*
 * plan_build_restore - jails, links, names, MACs, MTUs, membership, addresses, routes, forwarding and state.
 *
 *   shape    only adds: what is there in another shape than wanted is left alone, but for pinned addresses and for
 *            what jailnet set on borrowed interfaces. No steps when nothing is lacking. *ret_troubles notes of *ret,
 *            its first, say what is wanted and cannot be
 *   owner    caller frees with plan_free
 */
void plan_build_restore(const struct wanted *w, const struct graph *g, struct restore_limits *limits, struct plan **ret,
                        size_t *ret_troubles);

#endif
