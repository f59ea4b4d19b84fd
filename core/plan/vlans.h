/*
 * vlans.h - a vlan node's VLANs: which frames pass which of its ports.
 *
 * A vlan node is a Linux bridge that filters VLANs. Behind its hook downstream frames keep their tags. A hook with a
 * filter is an access port of that VLAN. What has no filter, and what has no tag, passes between downstream and
 * nomatch; the latter as a VLAN that no hook has, the highest free one. All that follows from the hooks and from the
 * marks of those that have a filter (names.h): nobody records it.
 */
#ifndef CORE_PLAN_VLANS_H
#define CORE_PLAN_VLANS_H

#include "core/plan/planner.h"

#define VLAN_LAST 4094

enum vlan_passage {
        VLAN_NONE,
        VLAN_TAGGED,
        VLAN_OWN, /* without a tag: what comes in untagged is of this VLAN */
};

/* A STEP_PORT_VLANS's number: frames of VLANs first to last, how they passed and how they will. */
struct vlan_span {
        uint16_t first, last;
        enum vlan_passage from, to;
        bool is_self; /* the bridge's own interface instead of a port: the host's stack */
};

static inline uint32_t vlan_span_number(struct vlan_span v)
{
        return (uint32_t)v.first | (uint32_t)v.last << 12 | (uint32_t)v.from << 24 | (uint32_t)v.to << 26 |
                (uint32_t)v.is_self << 28;
}

static inline struct vlan_span vlan_span_of(uint32_t number)
{
        return (struct vlan_span){.first = number & 0xfff,
                                  .last = number >> 12 & 0xfff,
                                  .from = (enum vlan_passage)(number >> 24 & 3),
                                  .to = (enum vlan_passage)(number >> 26 & 3),
                                  .is_self = number >> 28 & 1};
}

/* Of a vlan node's hook: neither downstream nor nomatch, so that it can have a filter. */
bool is_filter_hook(const char *name);

/*
 * planner_vlans - what passes the ports of vlan nodes after the plan's steps from `first` on.
 *
 *   shape    what passes no more is told before those steps, what passes newly after them; a mark goes with the hook
 *            that it was of
 *   errors   those of plan_simulate
 */
int planner_vlans(struct plan *p, const struct graph *g, size_t first, struct err *e);

int plan_filter(struct planner *pl, struct err *e); /* VERB_FILTER_ADD, VERB_FILTER_DEL */

#endif
