/*
 * feed.h - what a tee, a bridge with a span, a NIC's hook orphans, or an iface with two hooks does with frames: from
 * which interface to which they are handed or copied.
 *
 * A tee is a Linux bridge that stays down and so passes nothing by itself; its ports' frames are taken by traffic
 * control before the bridge could. Which feeds there are follows from its hooks: nobody records them.
 */
#ifndef CORE_PLAN_FEED_H
#define CORE_PLAN_FEED_H

#include "core/plan/planner.h"

/* A feed step's number. */
enum feed_flag {
        FEED_COPY = 1,    /* the frame goes on as if nothing were */
        FEED_OUT = 2,     /* of what `at` sends, not of what it receives: the host's stack on a tee */
        FEED_IN = 4,      /* `to` receives it, instead of sending it: the host's stack on a tee */
        FEED_ORPHANS = 8, /* of those alone for which the host's stack has no protocol */
        FEED_SPAN = 16,   /* a copy for a span; its place is FEED_PLACE_SHIFT bits up */
        FEED_DROP = 32,   /* nothing of it goes anywhere: what a span receives */
        FEED_INET = 64,   /* of one family alone: what goes by an iface's other hook */
        FEED_INET6 = 128,
};

#define FEED_PRIORITY_FAMILY  20000 /* what goes by another hook never meets the tee that is behind this one */
#define FEED_PRIORITY_COPY    20001 /* of the classifiers; others' come before or after as they like */
#define FEED_PRIORITY_REST    20002
#define FEED_PRIORITY_ORPHANS 20003
#define FEED_PRIORITY_DROP    20004
#define FEED_PRIORITY_SPAN    21000 /* and the span's place */

/* Copies of one interface for several spans need classifiers of their own: each span of a bridge has another place. */
#define FEED_PLACE_SHIFT 16
#define FEED_PLACES      4096

static inline unsigned feed_priority(uint32_t flags)
{
        if (flags & FEED_SPAN)
                return FEED_PRIORITY_SPAN + (flags >> FEED_PLACE_SHIFT) % FEED_PLACES;
        if (flags & FEED_DROP)
                return FEED_PRIORITY_DROP;
        if (flags & (FEED_INET | FEED_INET6))
                return FEED_PRIORITY_FAMILY;
        if (flags & FEED_ORPHANS)
                return FEED_PRIORITY_ORPHANS;
        return flags & FEED_COPY ? FEED_PRIORITY_COPY : FEED_PRIORITY_REST;
}

static inline uint32_t feed_span_place(uint32_t mark_digits)
{
        return mark_digits % FEED_PLACES;
}

/* A program of the packet filter of old (linux/filter.h) that a classifier runs: all it picks is not 0. */
struct feed_filter {
        const struct sock_filter *code;
        size_t count;
};
struct feed_filter feed_filter_of(uint32_t flags); /* of FEED_FILTERED; of what is dropped: its verdict */
#define FEED_FILTERED (FEED_ORPHANS | FEED_INET | FEED_INET6 | FEED_DROP)

bool is_tee_hook(const char *name);

/* The link behind a hook of a bridge's: a port, or for the host's stack the bridge's own. */
size_t hook_port(const struct graph *g, size_t bridge, size_t hook);

/*
 * planner_feed - the feeds that the plan's steps from `first` on end go before them, and the new ones after them.
 *
 *   errors   those of plan_simulate
 */
int planner_feed(struct plan *p, const struct graph *g, size_t first, struct err *e);

#endif
