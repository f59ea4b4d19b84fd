/* build_internal.h - a graph while it is being made, and the order in which its parts come to stand. Private. */
#ifndef CORE_GRAPH_BUILD_INTERNAL_H
#define CORE_GRAPH_BUILD_INTERNAL_H

#include "core/graph/build.h"
#include "core/graph/store.h"

/* The mark found among an interface's alternative names. */
struct iface_mark {
        uint32_t number;
        enum iface_role role;
        bool is_there;
};

/* In that jail's numbering, that id is that jail. */
struct nsid_fact {
        size_t jail;
        int nsid;
        size_t target;
};

struct graph_build {
        struct graph *g; /* strings go into its arena at once, arrays when they are sorted */
        struct iface *ifaces;
        struct iface_mark *marks; /* of each; they follow it when it is sorted */
        size_t iface_count, iface_capacity, mark_capacity;
        struct jail *jails;
        size_t jail_count, jail_capacity;
        struct route *routes;
        size_t route_count, route_capacity;
        struct nsid_fact *facts; /* told by the caller */
        size_t fact_count, fact_capacity;
        const char **warnings;
        size_t warning_count, warning_capacity;
        struct registry *registry;
        int64_t now; /* wall seconds, for loans */
};

/* Jails by jid with their final names; interfaces and routes put behind them. Row of the registry: also made. */
void build_jails(struct graph_build *b);

/* True when the jail's interfaces were not read: what is missing there is not gone. */
bool build_jail_is_unread(const struct graph *g, size_t jail);

/* Each interface's number, role and pin, by its row in the registry; rows follow what moved; opens loans. */
void build_identities(struct graph_build *b);

/* master, parent, peer. */
void build_links(struct graph_build *b);

/* nodes, hooks, edges. */
void build_nodes(struct graph_build *b);

/* Two equal MACs on one segment become a warning at both. */
void build_mac_warnings(struct graph_build *b);

/* guests: from the stacks' rules, and the registry's jails without a stack. */
void build_guests(struct graph_build *b);

/* The states of loans, in the registry and in the graph. */
void build_loans(struct graph_build *b);

#endif
