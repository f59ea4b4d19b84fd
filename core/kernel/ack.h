/*
 * ack.h - one request socket, one request, its answer: errno exact and the kernel's own words (extended ack).
 *
 * libnl folds several errnos into one code and drops the kernel's sentence, so the answers are read here, raw. Nobody
 * else interprets netlink errors of requests.
 */
#ifndef CORE_KERNEL_ACK_H
#define CORE_KERNEL_ACK_H

#include <stdint.h>

#include "core/base/err.h"

struct nl_msg;
struct nl_sock;
struct nlmsghdr;

/* A request socket in the namespace that the calling thread is in. Caller frees with ack_close (NULL is fine). */
int ack_open(struct nl_sock **ret, struct err *e);
void ack_close(struct nl_sock *sk);
uint64_t ack_cookie(struct nl_sock *sk); /* SO_NETNS_COOKIE of the namespace that it is in; 0: the kernel can't tell */

#define ACK_ERRNO_MAX 4095 /* the kernel has no more of them (MAX_ERRNO) */

/* What an error message says: 0, or the kernel's errno, with its words in e; -EBADMSG when it is too short to say. */
int ack_read_error(const struct nlmsghdr *h, struct err *e);

/*
 * ack_request - sends m and waits for the kernel's acknowledgement.
 *
 *   errors   the kernel's errno; e->kernel has its words, e->what the errno's meaning (callers say what was tried)
 */
int ack_request(struct nl_sock *sk, struct nl_msg *m, struct err *e);

/* The same for what makes a link: fn is handed the kernel's news of it (NLM_F_ECHO), which kernels before 6.2 keep for
 * themselves. */
int ack_request_echo(struct nl_sock *sk, struct nl_msg *m, int (*fn)(struct nlmsghdr *h, void *user), void *user,
                     struct err *e);

/*
 * ack_query - sends m, hands the one message that answers it to fn (borrowed for the call).
 *
 *   errors   as ack_request, or what fn returned
 */
int ack_query(struct nl_sock *sk, struct nl_msg *m, int (*fn)(struct nlmsghdr *h, void *user), void *user,
              struct err *e);

#endif
