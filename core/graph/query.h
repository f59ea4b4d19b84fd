/*
 * query.h - from the words that a person types to things in a graph.
 *
 * An interface is NAME on the host or JAIL/NAME; where a word could be two things, jail:NAME, if:NAME or node:PATH
 * decides. An 8-digit hex id in brackets ([0000001e]) names a node.
 */
#ifndef CORE_GRAPH_QUERY_H
#define CORE_GRAPH_QUERY_H

#include "core/graph/graph.h"
#include "core/base/text.h"

enum object_type { OBJECT_NONE, OBJECT_JAIL, OBJECT_IFACE, OBJECT_NODE };

struct object {
        enum object_type type;
        size_t index; /* in graph.jails, graph.ifaces or graph.nodes */
};

/*
 * query_* - resolve a word.
 *
 *   errors   -ENOENT   "www/eth9: no such interface; jailnet show lists them" (with a near miss, when there is one)
 *            -ENOTUNIQ "web: is a jail and an interface; write jail:web or if:web"
 *            -EINVAL   malformed
 */
int query_jail(const struct graph *g, const char *word, size_t *ret_jail, struct err *e);
int query_iface(const struct graph *g, const char *word, size_t *ret_iface, struct err *e);
int query_node(const struct graph *g, const char *word, size_t *ret_node, struct err *e); /* netgraph address or name */
int query_object(const struct graph *g, const char *word, struct object *ret, struct err *e);

/* "NODE:HOOK": the hook need not exist yet (then *ret_hook is NONE and name is set). */
int query_hook(const struct graph *g, const char *word, size_t *ret_node, size_t *ret_hook, char name[HOOK_NAME_SIZE],
               struct err *e);

/* Writes the shortest word that query_iface resolves to it: "eth0", "www/eth0". Foreign text, raw. */
void query_put_iface(struct text *t, const struct graph *g, size_t iface);

#endif
