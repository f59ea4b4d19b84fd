/*
 * examine.h - asks each network stack for what the doctor wants to know besides the picture: settings of forwarding and
 * reverse paths, tc's redirects, VLANs of bridge ports, silent neighbours, fixed bridge addresses; and the host's other
 * managers of interfaces.
 */
#ifndef CORE_KERNEL_EXAMINE_H
#define CORE_KERNEL_EXAMINE_H

#include "core/graph/examination.h"

/*
 * examine - fills x for all jails of g; what cannot be asked stays unknown.
 *
 *   shape    a thread of its own enters each stack for the moment of its questions (about 0.1 ms) and ends; the caller
 *            waits for it: keep it off the drawing thread
 *   errors   -EAGAIN and others: no thread
 *   source   netconf, rule, neighbour, qdisc, filter and bridge VLAN messages of rtnetlink(7); sysfs'
 *            class/net/BRIDGE/addr_assign_type; files below /run
 */
int examine(const struct graph *g, struct examination *x, struct err *e);

#endif
