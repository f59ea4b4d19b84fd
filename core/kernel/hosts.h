/* hosts.h - reads a bridge's forwarding table: one dump, in the bridge's namespace. */
#ifndef CORE_KERNEL_HOSTS_H
#define CORE_KERNEL_HOSTS_H

#include "core/graph/graph.h"
#include "core/graph/hosts.h"

struct nlmsghdr;

/*
 * hosts_read - what a bridge of g has learnt, as the kernel lists it.
 *
 *   errors   netns_open's, when its jail cannot be entered; the kernel's
 *   owner    *ret is the caller's to free
 *   source   RTM_GETNEIGH of the family PF_BRIDGE (rtnetlink(7)); its times are in ticks of USER_HZ
 */
int hosts_read(const struct graph *g, size_t bridge, struct bridge_host **ret, size_t *ret_count, struct err *e);

/* One message of the answer; what is no address of the bridge's is passed over. 0 */
struct hosts_question {
        int ifindex; /* of the bridge */
        struct bridge_host *hosts;
        size_t count, capacity;
        long ticks; /* a second */
};
int hosts_take(struct nlmsghdr *h, void *question);

#endif
