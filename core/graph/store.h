/*
 * store.h - what stands behind a graph: its arena and the sorted indexes that make look-ups cheap. Private to
 * core/graph.
 */
#ifndef CORE_GRAPH_STORE_H
#define CORE_GRAPH_STORE_H

#include "core/base/arena.h"
#include "core/graph/graph.h"

/* A name by which an interface answers: its own, or an alternative one. */
struct iface_name {
        size_t jail;
        const char *name;
        size_t iface;
        bool is_alternative;
};

struct graph_store {
        struct arena arena;
        struct graph *graph;      /* itself, writable: only the reference count changes */
        const struct graph *base; /* all but the interfaces is borrowed from it, a reference; NULL: all is its own */
        size_t *jails_by_cookie;
        size_t *jails_by_name;    /* by name, the living first */
        struct iface_name *names; /* by jail and name, own names first */
        size_t name_count;
        size_t *ifaces_by_place; /* by jail and ifindex; NULL: they stand so */
        size_t *ifaces_by_number;
        size_t *nodes_by_id;   /* NULL: they stand so */
        size_t *nodes_by_name; /* by jail and name; named ones only */
        size_t named_node_count;
        size_t *hooks_by_name; /* by node and name */
        size_t *ports;         /* interfaces with a master, by master and port number */
        size_t port_count;
        /* Room that edit.c has made, 0 none; the indexes of an array have as much as it. */
        size_t jail_capacity, iface_capacity, route_capacity, name_capacity, node_capacity, named_node_capacity,
                hook_capacity, edge_capacity, port_capacity, loan_capacity;
};

/* An empty graph with one reference. */
struct graph *graph_new(void);
struct arena *graph_arena(const struct graph *g);

/*
 * The indexes, each made once its part of the graph stands: jails and their interfaces; then ports (masters are
 * known); then nodes and hooks.
 */
void graph_index_jails(struct graph *g);
void graph_index_ifaces(struct graph *g);
void graph_index_ports(struct graph *g);
void graph_index_nodes(struct graph *g);
void graph_index_hooks(struct graph *g, size_t *order); /* order: by node and name, if that is known; taken over */

/* Where in these indexes one is, or would be. */
size_t graph_iface_place(const struct graph *g, size_t jail, int ifindex);
size_t graph_node_place(const struct graph *g, uint32_t id);
size_t graph_hook_place(const struct graph *g, size_t node, const char *name);

/* The order of loans: what is pending first. */
int graph_compare_loans(const void *a, const void *b);

const char *graph_node_type(const struct iface *f);

#endif
