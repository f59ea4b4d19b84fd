/*
 * orphans.h - what nobody needs any more and nobody takes away, and lent interfaces that came home under another name.
 * Pure: worked out from one graph.
 */
#ifndef CORE_GRAPH_ORPHANS_H
#define CORE_GRAPH_ORPHANS_H

#include "core/base/text.h"
#include "core/graph/query.h"

enum orphan_kind {
        ORPHAN_JAIL, /* a stack without name and process, which something else keeps: a descriptor, a socket, a mount */
        ORPHAN_END,  /* an end of a pair whose other end is in such a stack, and was not lent to it */
        ORPHAN_PAIR, /* a pair that jailnet made, both ends on the host, for a jail that is no more */
};

const char *orphan_kind_name(enum orphan_kind k); /* "stack", "end", "pair" */

struct orphan {
        enum orphan_kind kind;
        struct object object; /* a pair: the end that had been lent */
        bool is_foreign;      /* a stack that was never seen with a name or a process: its holder may mean to keep it */
};

/* Fills up to max, in the order of jails and interfaces; returns how many there are. */
size_t graph_orphans(const struct graph *g, struct orphan *ret, size_t max);

/* "epair0a: jailnet made it for www, which is no more", foreign text raw. */
void orphan_put(struct text *t, const struct graph *g, const struct orphan *o);

/* Does the interface come home when its jail ends through jailnet: lent by the host, or a device of the machine? */
bool iface_comes_home(const struct graph *g, size_t iface);

/*
 * loan_has_other_name - the kernel gave it back as devN, since its own name was taken.
 *
 *   source   __dev_change_net_namespace: "dev%d" when the name clashes
 */
bool loan_has_other_name(const struct graph *g, const struct loan *l);

#endif
