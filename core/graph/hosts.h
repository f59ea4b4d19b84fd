/* hosts.h - what a bridge or a jail has learnt of others: plain values, that the kernel layer fills and a language
 * prints. */
#ifndef CORE_GRAPH_HOSTS_H
#define CORE_GRAPH_HOSTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/addr.h"

/* An address that a bridge has seen, and behind which port. */
struct bridge_host {
        struct mac mac;
        int ifindex;          /* of the port, in the bridge's jail */
        bool is_static;       /* told for good, not learnt */
        bool is_own;          /* the port's or the bridge's own address, not learnt */
        uint32_t staleness_s; /* since it was last heard */
        uint32_t age_s;       /* known for that long at least: the kernel keeps no more than the last uses */
};

/* One that a bridge was told for good: an index in a graph's interfaces, of the port. */
struct static_host {
        size_t port;
        struct mac mac;
};

struct static_hosts {
        struct static_host *items;
        size_t count, capacity;
};

/* An IPv4 address that a jail has talked to on a link, or wants to. */
struct neighbour {
        struct prefix address;
        struct mac mac; /* not set: asked for, and not answered (yet) */
        int ifindex;    /* in the jail */
        bool is_permanent;
};

#endif
