/*
 * wanted.h - what the inventory says that the network should be: everything that plans made or set, and nobody took
 * back. db/wanted.c loads it, `restore` builds what of it the kernel lacks.
 */
#ifndef CORE_PLAN_WANTED_H
#define CORE_PLAN_WANTED_H

#include "core/graph/graph.h"

struct wanted_jail {
        int64_t row; /* the database's */
        char name[JAIL_NAME_SIZE];
        bool is_owned;               /* jailnet made it; else it is somebody else's, who may make it again */
        char *root_path, *hostname;  /* NULL none */
        int forwarding, forwarding6; /* 0, 1; -1 nothing was said */
        char *nat_rules;             /* one a line; NULL none */
};

struct wanted_link {
        int64_t row;
        uint32_t number; /* the inventory's; 0 a loopback, or one whose number was lost */
        size_t jail;     /* index in wanted.jails */
        char name[IF_NAME_SIZE];
        char home[IF_NAME_SIZE]; /* the name of a borrowed one when it was first touched; "" an owned one */
        enum iface_kind kind;
        enum iface_role role;
        bool is_owned;
        struct mac mac, pin;
        enum pin_source pin_source;
        uint32_t mtu_bytes; /* 0 nothing was said */
        int is_up;          /* 0, 1; -1 nothing was said */
        char *alias;        /* NULL none, as the next two */
        char *node_name;
        char *hook;                  /* its bridge's recorded name for the hook towards it */
        char *upper;                 /* and for the one towards its upper */
        size_t peer, master, parent; /* indexes in wanted.links; NONE */
        unsigned port;               /* the number that it had in its bridge, from 1 */
        uint16_t vlan_id;
        uint32_t vxlan_id;
        struct prefix vxlan_remote;
        uint32_t macvlan_mode;
        uint8_t bond_mode;
        bool stp_on;
        bool is_promisc;
        bool is_isolated;      /* as a port of its master */
        uint16_t tuning_known; /* bits by enum tuning: what it was set to */
        uint32_t tuning[TUNE_COUNT];
        char **altnames;
        size_t altname_count, altname_capacity;
        struct prefix *addresses;
        size_t address_count, address_capacity;
        struct mac *hosts; /* that stand for good in its bridge's table, behind it */
        size_t host_count, host_capacity;
};

struct wanted_route {
        size_t jail;
        size_t link; /* NONE: the kernel finds its interface */
        struct route route;
};

struct wanted {
        struct wanted_jail *jails;
        size_t jail_count, jail_capacity;
        struct wanted_link *links; /* in the order in which they were made */
        size_t link_count, link_capacity;
        struct wanted_route *routes;
        size_t route_count, route_capacity;
};

/* The returned element is zeroed (indexes NONE, what was not said -1) and lasts until the next add. */
struct wanted_jail *wanted_add_jail(struct wanted *w, const char *name);
struct wanted_link *wanted_add_link(struct wanted *w, size_t jail, const char *name);
struct wanted_route *wanted_add_route(struct wanted *w, size_t jail, size_t link);
void wanted_add_address(struct wanted_link *l, const struct prefix *p);
void wanted_add_altname(struct wanted_link *l, const char *name);
void wanted_add_host(struct wanted_link *l, struct mac host);

/* Leaves only the links of these numbers, with what they need to be made: their other ends, parents, masters and jails,
 * and the routes over them. */
void wanted_pick(struct wanted *w, const uint32_t *numbers, size_t count);

void wanted_link_done(struct wanted_link *l); /* what it holds */
void wanted_done(struct wanted *w);

/* "veth", "physical", ...: the inventory's words for kinds. -EINVAL for an unknown word. */
const char *wanted_kind_name(enum iface_kind k);
int wanted_kind_parse(const char *name, enum iface_kind *ret);

#endif
