/*
 * follow.h - a graph that differs from an older one in the states of its interfaces and in routes alone: a link went
 * up, counters went on. It costs a copy of these; all else is the older one's, which stays as long as this one does.
 */
#ifndef CORE_GRAPH_FOLLOW_H
#define CORE_GRAPH_FOLLOW_H

#include "core/graph/graph.h"

/* What of an interface may change so: no order, no other part of a graph and no row of the inventory depends on it. */
void follow_state(struct iface *to, const struct iface *from);

/*
 * follow_begin - the same graph once more, with a serial of its own, whose interfaces may be given other states until
 * somebody else gets to see it.
 *
 *   owner    one reference, the caller's; it holds one of base
 */
struct graph *follow_begin(const struct graph *base, uint64_t serial);

/* Other routes for all jails: so many in all, then those of each jail, in the order of the jails. */
void follow_begin_routes(struct graph *g, size_t count);
void follow_routes_of(struct graph *g, size_t jail, const struct route *routes, size_t count);

#endif
