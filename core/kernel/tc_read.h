/* tc_read.h - what tc's ingress and egress filters hand from one interface of a stack to another, or drop. */
#ifndef CORE_KERNEL_TC_READ_H
#define CORE_KERNEL_TC_READ_H

#include "core/graph/depth.h"
#include "core/kernel/reader.h"

/* One message of a dump of filters; context: struct tc_visit. What is none, or hands nothing on, is passed over. 0 */
struct tc_visit {
        void (*take)(void *context, const struct depth_redirect *d);
        void *context;
        struct depth_redirect like; /* what all actions of the filter at hand have in common */
};
int tc_take_filter(struct nlmsghdr *h, void *context);

/*
 * tc_read - each redirect and copy (mirred) and each drop (gact) of the stack that r is in, by interface and in the
 * order of the filters.
 *
 *   errors   none: what can't be read (a kernel without tc, an interface that has just gone) hands nothing on
 *   source   act_mirred and act_gact of filters at ingress and clsact (linux/pkt_cls.h, linux/tc_act/tc_*.h)
 */
void tc_read(struct reader *r, void (*take)(void *context, const struct depth_redirect *d), void *context);

#endif
