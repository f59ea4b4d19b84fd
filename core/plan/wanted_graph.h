/* wanted_graph.h - a network as it runs, as one that is wanted: what an export is made from. Pure. */
#ifndef CORE_PLAN_WANTED_GRAPH_H
#define CORE_PLAN_WANTED_GRAPH_H

#include "core/base/text.h"
#include "core/graph/hosts.h"
#include "core/plan/plan.h"
#include "core/plan/wanted.h"

/*
 * wanted_of_graph - jails that have a name in the run directory, and the links on the host and in them.
 *
 *   shape    what can be made is jailnet's to make, whoever made it; devices are borrowed. What cannot be told
 *            (processes' stacks, ends out of sight) is left out, with a line in ret_left
 *            hosts: what its bridges were told, which the graph does not have
 *   owner    wanted_done
 */
void wanted_of_graph(const struct graph *g, const struct static_hosts *hosts, struct wanted *ret,
                     struct text *ret_left);

/* The plan that makes all of it on a host that has nothing but g's devices. Caller: plan_free. */
struct plan *plan_from_nothing(const struct graph *g, const struct static_hosts *hosts, struct text *ret_left);

#endif
