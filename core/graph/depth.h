/*
 * depth.h - what one network stack tells beyond the graph: settings, neighbours, rules, VLANs of bridge ports,
 * firewall, listening sockets and processes. Plain values that the kernel layer fills when somebody asks; no graph
 * holds them.
 */
#ifndef CORE_GRAPH_DEPTH_H
#define CORE_GRAPH_DEPTH_H

#include "core/graph/graph.h"

/* What is asked for: bits. */
enum depth_part {
        DEPTH_SETTINGS = 1,
        DEPTH_NEIGHBOURS = 2,
        DEPTH_RULES = 4,
        DEPTH_VLANS = 8,
        DEPTH_FIREWALL = 16,
        DEPTH_LISTENERS = 32,
        DEPTH_PROCESSES = 64,
        DEPTH_REDIRECTS = 128,
        DEPTH_WAY = DEPTH_SETTINGS | DEPTH_NEIGHBOURS | DEPTH_RULES | DEPTH_VLANS | DEPTH_FIREWALL | DEPTH_REDIRECTS,
        DEPTH_ALL = 255,
};

#define DEPTH_EVERY_IFACE 0 /* ifindex of the settings called "all" */

/* net.ipv4.conf.IF or net.ipv6.conf.IF. */
struct depth_setting {
        int ifindex; /* DEPTH_EVERY_IFACE: "all" */
        uint8_t family;
        int8_t forwarding; /* -1 unknown */
        int8_t rp_filter;  /* 0 off, 1 strict, 2 loose; -1 unknown, and always for IPv6 */
        int8_t proxies;    /* answers for the addresses of others (proxy_arp, proxy_ndp); -1 unknown */
};

struct depth_neighbour {
        struct prefix address; /* whole length */
        struct mac mac;        /* not set: none, or none yet */
        int ifindex;
        uint16_t state; /* NUD_* */
};

const char *depth_neighbour_state(uint16_t state); /* "reachable", "stale", "failed", "permanent", ... */

/* A policy rule beside the three that every stack has. */
struct depth_rule {
        uint8_t family;
        uint32_t priority, table;
        uint8_t action;         /* FR_ACT_* */
        struct prefix from, to; /* family 0: any */
        char iif[IF_NAME_SIZE], oif[IF_NAME_SIZE];
        uint32_t mark; /* 0 any */
        bool is_inverted;
};

/* VLANs of one port of a bridge, or of the bridge itself. */
struct depth_vlan {
        int ifindex;
        uint16_t first, last;
        bool is_pvid, is_untagged;
};

/* A chain of the firewall that the kernel calls and that has rules, or drops what no rule takes. */
struct depth_chain {
        char table[64], chain[64]; /* foreign text, cut where it is longer */
        uint8_t family;            /* NFPROTO_* */
        uint32_t hook;             /* NF_INET_* */
        uint32_t rule_count;
        bool drops;
};

/* What tc hands from one interface to another of the same stack, or drops. */
struct depth_redirect {
        int ifindex; /* where frames are taken */
        int target;  /* 0: the kernel has lost it */
        bool is_out; /* of what it sends; else of what it receives */
        bool is_in;  /* the target receives them; else it sends them */
        bool is_copy;
        bool is_drop;   /* handed to nobody: target says nothing */
        bool takes_all; /* every frame; else by a rule that is not looked into */
};

struct depth_listener {
        bool is_udp;
        struct prefix address; /* all zero: any */
        uint16_t port;
        uint32_t uid, inode;
        pid_t pid;        /* whose it is; 0 unknown */
        char command[64]; /* foreign text; "" unknown */
};

struct depth_process {
        pid_t pid;
        char command[64], user[64]; /* foreign text; "" unknown */
        int64_t since;              /* wall seconds; 0 unknown */
};

#define DEPTH_PROCESSES_MAX 200 /* more are counted, not listed */

struct depth {
        unsigned known; /* enum depth_part: what could be read */
        struct depth_setting *settings;
        size_t setting_count;
        struct depth_neighbour *neighbours;
        size_t neighbour_count;
        struct depth_rule *rules;
        size_t rule_count;
        struct depth_vlan *vlans;
        size_t vlan_count;
        struct depth_chain *chains;
        size_t chain_count;
        struct depth_redirect *redirects;
        size_t redirect_count;
        struct depth_listener *listeners;
        size_t listener_count;
        struct depth_process *processes;
        size_t process_count; /* those listed */
        size_t process_total;
        struct err why; /* what kept the rest from being read; code 0: nothing */
};

void depth_done(struct depth *d); /* frees what it holds and empties it */

/* The setting of an interface and family; NULL unknown. */
const struct depth_setting *depth_find_setting(const struct depth *d, uint8_t family, int ifindex);

/* Does the kernel pass on what came in by ifindex? 0, 1, -1 unknown. IPv4 asks the interface, IPv6 the whole stack. */
int depth_forwards(const struct depth *d, uint8_t family, int ifindex);

/* The reverse path filter in force on ifindex, which is the stricter of its own and "all": 0, 1, 2; -1 unknown. */
int depth_rp_filter(const struct depth *d, int ifindex);

const struct depth_neighbour *depth_find_neighbour(const struct depth *d, int ifindex,
                                                   const struct prefix *address); /* NULL */

/* May that VLAN pass the port? *ret (may be NULL): the entry. Only means something on a bridge that filters. */
bool depth_has_vlan(const struct depth *d, int ifindex, uint16_t vlan, const struct depth_vlan **ret);
uint16_t depth_pvid(const struct depth *d, int ifindex); /* what untagged frames belong to; 0 they are dropped */

#endif
