/*
 * free_address.h - an address that nobody has yet, to be suggested for an interface or for what will join a bridge.
 */
#ifndef CORE_GRAPH_FREE_ADDRESS_H
#define CORE_GRAPH_FREE_ADDRESS_H

#include "core/graph/graph.h"

/*
 * free_address_on - the next free IPv4 address of the network that an interface's segment has.
 *
 *   shape    iface: a bridge, a port, or an end of a pair. The network is the bridge's, else that of what is joined to
 *            it. The address behind the highest one that is taken, routers aside; the lowest free one when there is
 *            none behind it. Taken is what any interface in sight has and what any route leads through: who is out of
 *            sight is not known. ret_gateway (may be NULL): whom others there send by, else the bridge itself; family
 *            0: unknown
 *   errors   false: no network is known there, or it is full
 */
bool free_address_on(const struct graph *g, size_t iface, struct prefix *ret, struct prefix *ret_gateway);

#endif
