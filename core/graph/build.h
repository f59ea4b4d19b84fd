/*
 * build.h - makes a graph from raw facts.
 *
 * The kernel side (or a test) adds jails, interfaces, addresses and routes as it read them; graph_build_finish sorts
 * them, asks the registry for jids, ids, names, hooks and pins, joins veth ends across jails, and derives nodes, hooks
 * and edges. Pure: no kernel, no database.
 */
#ifndef CORE_GRAPH_BUILD_H
#define CORE_GRAPH_BUILD_H

#include "core/graph/graph.h"
#include "core/graph/registry.h"

struct graph_build;

struct graph_build *graph_build_new(const char *hostname);
void graph_build_free(struct graph_build *b); /* when finish was not reached; NULL is fine */

/* Room for so many, before the first is added: more may come, but a large array that grows is copied and cleared. */
void graph_build_expect(struct graph_build *b, size_t jails, size_t ifaces, size_t routes);

/*
 * graph_build_jail - adds a namespace. The first one added is the host.
 *
 *   shape    fields set by the caller: name (wished; NULL when only found by cookie), state, origin, path,
 *            cookie, inode, device, nsid, handle, pid, process_count, warning, forwarding, holders;
 *            jid, final name and the rest are set by finish. Returns the jail's index for the calls below
 *   owner    strings and holders are copied
 */
size_t graph_build_jail(struct graph_build *b, const struct jail *j);

/* Adds a link. Caller sets what the kernel said; jail, node, master, parent, peer, pin and number are set by finish.
 * Raw alternative names are handed over whole (marks included). Strings and arrays are copied. Returns its index. */
size_t graph_build_iface(struct graph_build *b, size_t jail, const struct iface *i);

/* In the numbering of `jail`'s namespace, that id means `target`: helps to find what its interfaces stand on or pair
 * with. */
void graph_build_nsid(struct graph_build *b, size_t jail, int nsid, size_t target);

void graph_build_route(struct graph_build *b, size_t jail, const struct route *r); /* also sets has_routes */
void graph_build_routes_known(struct graph_build *b);
void graph_build_unreadable(struct graph_build *b, unsigned count);  /* processes that could not be looked at */
void graph_build_partial(struct graph_build *b, const char *reason); /* the first reason is kept */
void graph_build_warning(struct graph_build *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/*
 * graph_build_finish - the graph, with one reference that the caller owns; frees b.
 *
 *   shape    registry may be NULL (ids are then counted from 1 in order); new jails and interfaces are added to it
 *            (registry_is_dirty tells), vanished ones are marked gone, loans change state.
 */
struct graph *graph_build_finish(struct graph_build *b, struct registry *registry, uint64_t serial);

#endif
