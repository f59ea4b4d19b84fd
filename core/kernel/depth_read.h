/* depth_read.h - reads what a network stack tells beyond the graph (core/graph/depth.h): a few dumps in its namespace.
 */
#ifndef CORE_KERNEL_DEPTH_READ_H
#define CORE_KERNEL_DEPTH_READ_H

#include "core/graph/depth.h"

/*
 * depth_read - asks the stack of jail in g for these parts (enum depth_part).
 *
 *   shape    what the kernel refuses is left out of ret->known, and ret->why has the first reason. The thread that asks
 *            enters the namespace and ends; processes are looked for in /proc
 *   errors   netns_open's, when the jail cannot be entered at all
 *   owner    depth_done
 *   source   RTM_GETNETCONF, RTM_GETNEIGH, RTM_GETRULE, RTM_GETLINK of PF_BRIDGE (rtnetlink(7)); NFT_MSG_GETCHAIN;
 *            sock_diag(7)
 */
int depth_read(const struct graph *g, size_t jail, unsigned parts, struct depth *ret, struct err *e);

#endif
