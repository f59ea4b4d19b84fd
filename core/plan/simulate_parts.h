/*
 * simulate_parts.h - the facts of a network that is only thought of: simulate.c takes a graph apart into them and puts
 * one together, simulate_find.c finds among them, simulate_steps.c and simulate_effects.c change them, and
 * simulate_follow.c lets a graph that was put together follow.
 */
#ifndef CORE_PLAN_SIMULATE_PARTS_H
#define CORE_PLAN_SIMULATE_PARTS_H

#include "core/base/arena.h"
#include "core/base/lookup.h"
#include "core/graph/build.h"
#include "core/plan/simulate.h"

struct sim_jail {
        struct jail j; /* strings last as long as the simulation; counts are not kept */
        bool is_gone;
};

struct sim_iface {
        struct iface i;               /* id is the present one; its addresses stand below */
        struct iface_id first;        /* as the steps' targets know it */
        size_t jail;                  /* these four are indexes in the simulation */
        size_t peer, parent, master;  /* or NONE */
        size_t first_port, next_port; /* of a master, its ports; of a port, the next one; or NONE */
        bool has_children;            /* something may stand on it */
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

/* What a step did, for a graph that follows it; in this order. */
enum sim_change_kind {
        SIM_MADE,
        SIM_MOVED, /* before the others of its step: `from` is what it was, and its facts are what it is now */
        SIM_MASTER,
        SIM_STATE,
        SIM_GONE,
        SIM_JAIL_MADE,
        SIM_JAIL_STATE,
        SIM_JAIL_GONE,
        SIM_ROUTE
};

struct sim_change {
        enum sim_change_kind kind;
        size_t index; /* of the interface, jail or route */
        struct iface_id from;
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
        struct lookup jails_by_cookie, jails_by_name, ifaces_by_id, ifaces_by_name;
        const struct graph *now; /* these facts as a graph; NULL: has to be put together */
        struct sim_change *changes;
        size_t change_count, change_capacity;
        bool is_beyond; /* the step at hand did more than `changes` can tell */
};

struct sim_jail *sim_add_jail(struct simulation *s); /* zeroed; lasts until the next one */
struct sim_iface *sim_add_iface(struct simulation *s);
struct sim_route *sim_add_route(struct simulation *s);
void sim_add_address(struct sim_iface *f, const struct prefix *p);
void sim_add_port(struct simulation *s, size_t master, size_t port);
void sim_put_carrier(const struct simulation *s, size_t k, struct iface *i); /* as the kernel would find it */

/* simulate_find.c: to be called whenever cookie, index, jail or name of one was set. */
void sim_index_jail(struct simulation *s, size_t jail);
void sim_index_iface(struct simulation *s, size_t iface);
void sim_tables_done(struct simulation *s);
size_t sim_find_jail(const struct simulation *s, const struct target *t);
size_t sim_find_iface(const struct simulation *s, const struct target *t);
struct reg_iface *sim_row(const struct simulation *s, size_t iface);
uint32_t sim_number(const struct simulation *s, size_t iface);

/* simulate_effects.c */
void sim_set_master(struct simulation *s, size_t iface, size_t master);
void sim_set_up(struct simulation *s, size_t iface, bool is_up);
void sim_set_mtu(struct simulation *s, size_t iface, uint32_t mtu);
void sim_add_connected(struct simulation *s, size_t iface, const struct prefix *address);
void sim_drop_routes(struct simulation *s, size_t iface);
void sim_drop_address_routes(struct simulation *s, size_t iface, const struct prefix *address);
void sim_drop_routes_of_last(struct simulation *s, size_t iface, const struct prefix *address); /* that went before */
void sim_drop_route(struct simulation *s, size_t route);
void sim_delete_iface(struct simulation *s, size_t iface);

/* simulate_follow.c */
void sim_changed(struct simulation *s, enum sim_change_kind kind, size_t index);
void sim_follow(struct simulation *s); /* s->now as the facts are now, or NULL; begins a new list of changes */

#endif
