/* feed.h - frames handed from one link to another, or copied, by traffic control. */
#ifndef CORE_KERNEL_FEED_H
#define CORE_KERNEL_FEED_H

#include "core/kernel/apply_parts.h"

/*
 * feed_add, feed_del - a classifier that takes every frame at p (or those that the flags tell), with the one action to
 * give it to the link `to`.
 *
 *   shape    flags are core/plan/feed.h's. Added again it is renewed; one that is not there is deleted already. The
 *            queueing discipline that it hangs on goes with the last classifier.
 *   errors   -EOPNOTSUPP: the kernel lacks clsact, u32, bpf or mirred, and e says which module; else the kernel's
 *   source   linux/rtnetlink.h, linux/pkt_cls.h, linux/tc_act/tc_mirred.h
 */
int feed_add(const struct place *p, int to, uint32_t flags, struct err *e);
int feed_del(const struct place *p, uint32_t flags, struct err *e);

#endif
