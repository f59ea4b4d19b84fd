/* diff.h - what changed between two graphs: for marks on the screen, tests and event lines. */
#ifndef CORE_GRAPH_DIFF_H
#define CORE_GRAPH_DIFF_H

#include "core/graph/graph.h"

enum diff_kind {
        DIFF_JAIL_ADDED,
        DIFF_JAIL_GONE,
        DIFF_JAIL_CHANGED, /* name or state */
        DIFF_IFACE_ADDED,
        DIFF_IFACE_GONE,
        DIFF_IFACE_MOVED,  /* to another jail (same number) */
        DIFF_IFACE_CHANGED /* name, flags, MAC, MTU, master, addresses, alias */
};

struct diff_entry {
        enum diff_kind kind;
        size_t before; /* index in the old graph's jails or ifaces; NONE */
        size_t after;  /* index in the new graph's; NONE */
};

/* Fills an array that the caller frees; counters and rates do not count as a change. Returns its length. */
size_t diff_graphs(const struct graph *before, const struct graph *after, struct diff_entry **ret);

/* Routes that one of them lacks, when both have routes: "host: no more default via 10.0.0.1 on eth0", "; " between. */
struct text;
void diff_put_routes(struct text *t, const struct graph *before, const struct graph *after);

/* One plain line ("www/eth0: moved from host"), foreign text made visible. */
void diff_put_line(struct text *t, const struct graph *before, const struct graph *after, const struct diff_entry *d);

#endif
