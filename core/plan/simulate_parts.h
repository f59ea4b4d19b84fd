/* simulate_parts.h - the facts of a network that is only thought of; simulate.c and simulate_steps.c share them. */
#ifndef CORE_PLAN_SIMULATE_PARTS_H
#define CORE_PLAN_SIMULATE_PARTS_H

#include "core/base/arena.h"
#include "core/graph/build.h"
#include "core/plan/simulate.h"

struct sim_jail {
        struct jail j; /* strings last as long as the simulation; counts are not kept */
        bool is_gone;
};

struct sim_iface {
        struct iface i;              /* id is the present one; its addresses stand below */
        struct iface_id first;       /* as the steps' targets know it */
        size_t jail;                 /* these four are indexes in the simulation */
        size_t peer, parent, master; /* or NONE */
        struct prefix *addresses;
        size_t address_count, address_capacity;
        bool is_gone;
        bool is_touched;    /* its carrier has to be worked out anew */
        bool has_new_place; /* it, or what it is joined to, was made or moved: namespace ids are not the kernel's */
        bool has_own_mtu;   /* a bridge that was given one does not follow its ports any more */
};

struct sim_route {
        struct route r;
        size_t jail, iface;
        bool is_gone;
};

struct simulation {
        struct arena arena;
        struct registry *registry;
        const char *hostname, *partial;
        const char **warnings;
        size_t warning_count;
        unsigned unreadable;
        uint64_t serial;
        bool has_routes;
        struct sim_jail *jails; /* [0] is the host */
        size_t jail_count, jail_capacity;
        struct sim_iface *ifaces;
        size_t iface_count, iface_capacity;
        struct sim_route *routes;
        size_t route_count, route_capacity;
        uint64_t next_cookie;
        int next_ifindex;
        uint32_t loopback_count; /* that the simulation made */
};

struct sim_jail *sim_add_jail(struct simulation *s); /* zeroed; lasts until the next one */
struct sim_iface *sim_add_iface(struct simulation *s);
struct sim_route *sim_add_route(struct simulation *s);
void sim_add_address(struct sim_iface *f, const struct prefix *p);

#endif
