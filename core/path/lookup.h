/* lookup.h - what a stack would choose: the route to an address, the address to send from, and whose an address is. */
#ifndef CORE_PATH_LOOKUP_H
#define CORE_PATH_LOOKUP_H

#include "core/graph/depth.h"

/*
 * The route of the main table that an address takes: the longest prefix, then the smallest metric, then the first; for
 * IPv6 rather one by the interface `like` (NONE: none), as an answer leaves by where its question came. NONE.
 */
size_t lookup_route(const struct graph *g, size_t jail, const struct prefix *to, size_t like);

/* To whom the route hands a packet: its gateway, else the destination. An own address as IPv4's gateway says "here". */
struct prefix lookup_gateway(const struct graph *g, const struct route *r, const struct prefix *to);

/* The interface of a jail that has the address, one that is up first. NONE. All of a loopback's networks are its own.
 */
size_t lookup_local(const struct graph *g, size_t jail, const struct prefix *address);

/* A jail with that address and its interface; other than `but`. NONE. *ret_count (may be NULL): how many jails have it.
 */
size_t lookup_owner(const struct graph *g, const struct prefix *address, size_t but, size_t *ret_count);

/* The address to send from: the route's own, else one of the interface's, else another of the jail's. False: none. */
bool lookup_source(const struct graph *g, const struct route *r, const struct prefix *next, struct prefix *ret);

/* One that others may send to: not of a loopback, not link-local. */
bool lookup_is_public(const struct iface *i, const struct prefix *address);

/* An interface that is down and would lead there, had it its routes: for saying why there is none. NONE. */
size_t lookup_sleeping(const struct graph *g, size_t jail, const struct prefix *to);

/* May a rule beside the usual ones apply to what goes from `from` to `to`? */
bool lookup_has_rule(const struct depth *d, const struct prefix *from, const struct prefix *to, const char *iif);

bool lookup_has_address(const struct iface *i, const struct prefix *address);
bool address_equal(const struct prefix *a, const struct prefix *b); /* whatever their lengths */

#endif
