/*
 * way.h - the way of a packet from A to B and back: hop by hop through routes, interfaces, bridges, VLANs and address
 * translation, up to the first thing that stops it.
 *
 * Pure: a graph (with routes), and what each stack on the way tells beyond it, asked for by a callback. What can't be
 * seen from here (a firewall's rules, a wire that leaves the host) is a doubt, and never taken for open or closed.
 */
#ifndef CORE_PATH_WAY_H
#define CORE_PATH_WAY_H

#include "core/base/text.h"
#include "core/graph/depth.h"
#include "core/graph/echo.h"
#include "core/graph/query.h"

enum way_verdict {
        WAY_REACHED,
        WAY_BROKEN,
        WAY_UNKNOWN, /* nothing stops it as far as can be seen, and that is not far enough */
};

const char *way_verdict_name(enum way_verdict v); /* "reached", "broken", "unknown" */

enum way_reason {
        WAY_FINE,
        WAY_DOWN,
        WAY_NO_CARRIER,
        WAY_NO_ADDRESS,
        WAY_NO_ROUTE,
        WAY_REFUSED,        /* a route that says unreachable, prohibited or blackhole */
        WAY_NOT_ON_SEGMENT, /* the next one is not where the route says */
        WAY_VLAN,
        WAY_STP,
        WAY_ISOLATED,
        WAY_DROPPED, /* by tc */
        WAY_NEIGHBOUR,
        WAY_NO_FORWARDING,
        WAY_REVERSE_PATH,
        WAY_MTU,
        WAY_LOOP,
        WAY_OUT_OF_SIGHT, /* a doubt: it leaves what can be seen */
        WAY_FIREWALL,     /* a doubt */
        WAY_RULES,        /* a doubt: policy rules choose another table */
        WAY_HOPS,         /* a doubt: several next hops */
        WAY_FILTER,       /* a doubt: tc takes some frames */
        WAY_NO_ANSWER,    /* nothing that can be seen stops it, and a probe was not answered */
};

const char *way_reason_name(enum way_reason r); /* "down", "no carrier", ...; "" for WAY_FINE */

/* One end, as it was asked for. */
struct way_end {
        size_t jail;           /* NONE: an address that nobody in the graph has */
        size_t iface;          /* NONE: the jail decides */
        struct prefix address; /* family 0: not given */
};

/*
 * way_end_parse - a jail, an interface (JAIL/IF or JAIL:IF), a node or an address.
 *
 *   errors   query_object's; -ENOTUNIQ an address that several jails have
 */
int way_end_parse(const struct graph *g, const char *word, struct way_end *ret, struct err *e);
int way_end_of(const struct graph *g, struct object o, struct way_end *ret, struct err *e);

enum way_hop_kind {
        HOP_START,
        HOP_ROUTE,
        HOP_LINK, /* an interface or a bridge that the frame passes */
        HOP_FORWARD,
        HOP_NAT,
        HOP_END,
        HOP_LEAVES, /* out of sight */
};

const char *way_hop_kind_name(enum way_hop_kind k); /* "start", "route", "link", ... */

struct way_hop {
        enum way_hop_kind kind;
        bool is_back;
        size_t jail;
        size_t iface;             /* NONE: none */
        size_t edge;              /* in graph.edges: by which it came here from the hop before; NONE */
        size_t hook_in, hook_out; /* in graph.hooks, of the interface's node; NONE */
        enum way_reason reason;   /* WAY_FINE, or what stops or may stop it here */
        char *text;               /* what it is or does; foreign names raw */
};

struct way {
        enum way_verdict verdict;
        enum way_reason reason; /* of the first hop that breaks it, else of the first doubt */
        size_t hop;             /* that one; NONE */
        char *sentence;         /* the verdict for a person; foreign names raw */
        struct way_hop *hops;   /* there, then back */
        size_t hop_count, hop_capacity;
        size_t from, to;                   /* jails: where it begins, and how far it came; NONE */
        struct prefix source, destination; /* family 0: it did not come so far */
        uint32_t mtu_bytes;                /* what the first interface sends at once; 0 unknown */
};

/* What a stack tells (DEPTH_WAY); NULL unknown. Borrowed until way_find returns. */
struct way_facts {
        const struct depth *(*of)(void *context, size_t jail);
        void *context;
        bool is_fresh; /* the way was tried just now, so that what neighbours are remembered for is true */
};

/*
 * way_find - the way from `from` to `to`, there and back.
 *
 *   shape    a jail with several addresses: the address that is reached, else the one that gets furthest
 *   owner    way_free
 */
struct way *way_find(const struct graph *g, const struct way_end *from, const struct way_end *to,
                     const struct way_facts *facts);
void way_free(struct way *w); /* NULL is fine */
void way_freep(struct way **w);

/*
 * way_confirm - what a real probe says of it: an answer settles a doubt, and silence where nothing seemed wrong is
 * told.
 */
void way_confirm(struct way *w, const struct echo_result *probe);
void way_put_probe(struct text *t, const struct echo_result *probe); /* "answered in 0.1 ms; ..." */

/*
 * way_mark - that it passes from one interface (NONE: it begins) to another: sets both, and the edges between them.
 *
 *   shape    arrays of g's counts. An eiface's hidden end marks the eiface; where tc hands on past a bridge from one of
 * its ports to another, the bridge is marked, too
 */
void way_mark(const struct graph *g, size_t from, size_t to, bool *ifaces, bool *edges);

/* A hop's thing, as a person writes it: "router", "www/epair0b". Foreign text, raw. */
void way_put_place(struct text *t, const struct graph *g, const struct way_hop *h);

/* Does a person want to see it? Fabric ends and wires stand for hooks, which their neighbours name. */
bool way_hop_is_shown(const struct graph *g, const struct way_hop *h);

#endif
