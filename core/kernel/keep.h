/*
 * keep.h - what the kernel drops when a link goes down, remembered as the kernel tells it, and put back.
 *
 * For the applier, where an old kernel or a driver wants a link to be down for a moment: renaming before Linux 6.2, the
 * address of hardware that cannot change it while it runs. Dropped are IPv6 addresses, and the routes through the link
 * that somebody set; what the kernel makes itself it makes anew.
 */
#ifndef CORE_KERNEL_KEEP_H
#define CORE_KERNEL_KEEP_H

#include <stddef.h>

#include "core/base/err.h"

struct nl_msg;
struct nl_sock;

/* A zeroed one keeps nothing. */
struct kept {
        struct nl_msg **messages; /* requests that would make them; in the order in which they can be sent */
        size_t count, capacity;
};

/* Reads what would be dropped of that link; sk is of its namespace. */
int keep_read(struct kept *k, struct nl_sock *sk, int ifindex, struct err *e);

/* Puts back what is not there; of what is refused the first is told, and all the rest is tried. */
int keep_restore(const struct kept *k, struct nl_sock *sk, struct err *e);

void keep_done(struct kept *k); /* for CLEANUP too */

#endif
