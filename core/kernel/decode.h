/*
 * decode.h - one rtnetlink message as facts: a link, an address, a route. Pure: bytes in, a value out.
 *
 * The bytes may be anything (a test feeds it nonsense): lengths are checked here, and only here.
 */
#ifndef CORE_KERNEL_DECODE_H
#define CORE_KERNEL_DECODE_H

#include "core/graph/graph.h"

struct nlmsghdr;

/* A link as the kernel tells it, with the strings it needs. On the heap: i points into it. */
struct link {
        struct iface i; /* id.cookie, the addresses' place and everything that crosses links are set elsewhere */
        char name[IF_NAME_SIZE];
        char kind_name[32];
        char *alias;
        char **altnames;
        struct prefix *addresses;
        size_t address_capacity;
        int new_nsid,
                new_ifindex; /* RTM_DELLINK of a link that moves: where to, in the sender's numbering; -1, 0 none */
        bool is_port_told;   /* the message said something of bridge ports */
        int8_t forwarding, forwarding6;  /* the device's own; -1 not told */
        uint64_t sampled_rx, sampled_tx; /* bytes at the last sample, for the rate; RATE_UNKNOWN */
        int64_t sampled_ms;              /* when that was */
        bool is_seen;                    /* mark and sweep of a repeated dump */
};

void link_free(struct link *l); /* NULL is fine */
void link_freep(struct link **l);

/* Same facts? Counters, rates and addresses aside. */
bool link_equal(const struct link *a, const struct link *b);

/* The same, what graphs can follow (core/graph/follow.h) aside too. */
bool link_follows(const struct link *a, const struct link *b);

/*
 * decode_link - RTM_NEWLINK or RTM_DELLINK of any family but AF_BRIDGE.
 *
 *   errors   -EBADMSG; -ENOMSG: a message about something else (wireless events come as links)
 *   owner    *ret is the caller's: link_free
 */
int decode_link(struct nlmsghdr *h, struct link **ret);

/* RTM_NEWLINK or RTM_DELLINK of family AF_BRIDGE: a port as its bridge tells it. */
struct port_fact {
        int ifindex, master;
        bool has_state; /* false: about the bridge itself */
        enum stp_state state;
        bool is_isolated;
        uint16_t tuning_known; /* of a port, by enum tuning */
        uint32_t tuning[TUNE_COUNT];
        uint16_t number;
};
int decode_port(struct nlmsghdr *h, struct port_fact *ret);
bool decode_is_port(struct nlmsghdr *h); /* family AF_BRIDGE? */

struct address_fact {
        int ifindex;
        struct prefix address;
};
int decode_address(struct nlmsghdr *h, struct address_fact *ret);

/* -ENOMSG for routes that are not shown: other tables than main, cached, local, broadcast and multicast ones. */
int decode_route(struct nlmsghdr *h, struct route *ret);

struct nsid_fact {
        int nsid;         /* the namespace in the asked one's numbering; -1 */
        int current_nsid; /* the same in the asker's; -1 */
};
int decode_nsid(struct nlmsghdr *h, struct nsid_fact *ret);

/* Forwarding of the whole namespace, of IPv4 or IPv6: 0 or 1; -ENOMSG when it is about one interface. */
int decode_forwarding(struct nlmsghdr *h, bool *ret_is_v6, int *ret);

/* RTM_NEWSTATS with IFLA_STATS_LINK_64. */
int decode_stats(struct nlmsghdr *h, int *ret_ifindex, struct counters *ret);

#endif
