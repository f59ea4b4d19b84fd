/* around.h - what lies near a thing: for pictures of a part of the whole. */
#ifndef CORE_GRAPH_AROUND_H
#define CORE_GRAPH_AROUND_H

#include "core/graph/query.h"

/*
 * graph_around - the interfaces within that many hops of a thing.
 *
 *   hop     from a jail to what its interfaces are joined to, from a bridge to what its ports are joined to, through a
 *           jail from one of its interfaces to the others; a bridge's port counts as part of the way, not as a place.
 *           Not through the host: it joins everything.
 *   start   a jail (all its interfaces are 0 hops away), an interface or a node; OBJECT_NONE: nothing is near
 *   near    set for each interface; g->iface_count long
 */
void graph_around(const struct graph *g, struct object start, int hops, bool *near);

#endif
