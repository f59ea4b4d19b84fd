/* neighbours.h - reads the addresses that a jail has learnt on its links (ARP): one dump, in its namespace. */
#ifndef CORE_KERNEL_NEIGHBOURS_H
#define CORE_KERNEL_NEIGHBOURS_H

#include "core/graph/graph.h"
#include "core/graph/hosts.h"

/*
 * neighbours_read - the IPv4 neighbours of a jail of g, as the kernel lists them.
 *
 *   errors   dump_in's
 *   owner    *ret is the caller's to free
 *   source   RTM_GETNEIGH (rtnetlink(7)); entries that are only probed for have no address yet
 */
int neighbours_read(const struct graph *g, size_t jail, struct neighbour **ret, size_t *ret_count, struct err *e);

#endif
