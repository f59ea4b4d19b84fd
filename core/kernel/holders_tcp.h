/*
 * holders_tcp.h - connections that are closing without a process: the kernel keeps them, and their namespace, until the
 * other side answers or patience ends.
 */
#ifndef CORE_KERNEL_HOLDERS_TCP_H
#define CORE_KERNEL_HOLDERS_TCP_H

#include "core/kernel/netns.h"

struct nlmsghdr;
struct scan;
struct stack;

/*
 * holders_read_closing - asks a namespace for its closing connections and adds them to the list.
 *
 *   shape    "10.0.0.1:80 > 10.0.0.2:4711 FIN-WAIT-1, 95 s left". Connections in TIME-WAIT hold nothing,
 *            and those that a process still has open are that process's
 *   errors   of opening and of asking: then nothing is known, and nothing added
 *   source   sock_diag(7), inet_diag_msg and tcp_info
 */
int holders_read_closing(struct scan *sc, struct stack *s, struct netns_list *l);

/* One message of the answer, in which only what was asked for is to be expected; context: struct closing. 0 */
struct closing {
        struct netns_list *list;
        struct netns_ref *ref;
        unsigned tries; /* net.ipv4.tcp_orphan_retries of the namespace */
};
int closing_take(struct nlmsghdr *h, void *context);

/* A connection's patience. Milliseconds. */
struct tcp_patience {
        int64_t first_ms; /* the first wait for an answer, which doubles each time */
        unsigned doubled; /* how often it has */
        int64_t timer_ms; /* until the next try */
        unsigned tries;   /* net.ipv4.tcp_orphan_retries of that namespace; 0: the kernel's own 8 */
};

/*
 * tcp_time_left - until the kernel gives up. *ret_since_ms: how long it has been trying.
 *
 *   source   the kernel gives up at the first try after the time that so many doubled waits of 200 ms would take
 */
int64_t tcp_time_left(const struct tcp_patience *p, int64_t *ret_since_ms);

#endif
