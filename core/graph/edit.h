/*
 * edit.h - changes of a graph in place, for who works out step by step what a plan would bring about (core/plan): to
 * build it anew after each step would cost as much as all that there is.
 *
 * Only for a graph that nobody else holds. Each call leaves it as the builder would have made it, but for the order of
 * edges and warnings of equal addresses; or it returns false and has changed nothing: then the case is one for the
 * builder. Pointers into the graph and indexes last until the next call.
 */
#ifndef CORE_GRAPH_EDIT_H
#define CORE_GRAPH_EDIT_H

#include "core/graph/graph.h"

/* May it be changed? */
bool graph_is_alone(const struct graph *g);

/* A new jail behind all others, with the name, jid and origin that it shall have, without interfaces. */
bool graph_add_jail(const struct graph *g, const struct jail *j);

/* A new interface in the jail of i->id.cookie, with its number, role and pin; it is joined to nothing. */
bool graph_add_iface(const struct graph *g, const struct iface *i);

bool graph_join_pair(const struct graph *g, struct iface_id a, struct iface_id b);
bool graph_join_port(const struct graph *g, struct iface_id bridge, struct iface_id port, uint16_t number);
bool graph_leave_port(const struct graph *g, struct iface_id port);

/* Nothing may stand on it or be joined to it, but for the other end of a pair, which is left alone. */
bool graph_delete_iface(const struct graph *g, struct iface_id id);
bool graph_delete_jail(const struct graph *g, uint64_t cookie); /* with what is left in it, of which the same holds */

/* A new route of that jail, behind its others, or the one that is like it gone; the graph must have routes. */
bool graph_add_route(const struct graph *g, uint64_t cookie, const struct route *r);
bool graph_delete_route(const struct graph *g, uint64_t cookie, const struct route *r);

/* A new loan of an interface that has none: l->jail and l->iface_index are its place now. */
bool graph_add_loan(const struct graph *g, const struct loan *l);

/* Takes over what no order and no other part depends on: flags and state, MAC, MTU, pin, alias, addresses and the like
 * of an interface; forwarding and address translation of a jail. */
bool graph_set_iface(const struct graph *g, const struct iface *from);
void graph_set_next_number(const struct graph *g, uint32_t number);
bool graph_set_jail(const struct graph *g, const struct jail *from);

#endif
