/*
 * member.h - an interface becomes a bridge's member as FreeBSD means it: what it was reached by keeps working.
 *
 * FreeBSD's stack answers on a member's own addresses; Linux's does not. So the stack goes on the bridge too, by the
 * hook upper, with the addresses and routes; and comes back when the member is taken out.
 */
#ifndef CORE_DIALECT_MEMBER_H
#define CORE_DIALECT_MEMBER_H

#include "core/dialect/dialect.h"

/* Both are indexes in dialect_graph, in one stack; who: the command, for what is said. */
int dialect_add_member(struct dialect *d, const char *who, size_t bridge, size_t iface, struct err *e);

/* Before a member of a bridge gets an address: its stack goes on the bridge, if it is not there already. Nothing for an
 * interface that is no member, or one that is a wire's end alone (an eiface). */
int dialect_answer_on_member(struct dialect *d, const char *who, size_t iface, struct err *e);
int dialect_remove_member(struct dialect *d, size_t iface, struct err *e);

/* The bridge or lagg that an interface is a port of (an eiface by its hidden end); NONE. */
size_t dialect_master(const struct graph *g, size_t iface);

#endif
