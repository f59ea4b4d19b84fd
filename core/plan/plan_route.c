/* plan_route.c - plans that change how a jail forwards packets: routes, and whether it does. */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "core/plan/planner.h"

/* The interface of a jail on whose network a gateway is. */
static int find_towards(struct planner *pl, size_t jail, const struct prefix *gateway, size_t *ret, struct err *e)
{
        const struct graph *g = pl->g;
        const struct jail *j = &g->jails[jail];
        char buf[PREFIX_TEXT_SIZE];
        size_t down = NONE;

        if (prefix_is_link_local(gateway))
                return err_set(e, -EINVAL, "%s: is on every link; say which with --dev IF",
                               prefix_format_addr(gateway, buf));
        for (size_t k = j->iface_first; k != NONE; k = g->ifaces[k].next) {
                for (size_t a = 0; a < g->ifaces[k].address_count; a++) {
                        if (!prefix_contains(&g->ifaces[k].addresses[a], gateway))
                                continue;
                        if (g->ifaces[k].is_up) {
                                *ret = k;
                                return 0;
                        }
                        down = k;
                }
        }
        if (down != NONE)
                return err_set(e, -ENETDOWN, "%s: is down, and the gateway %s is behind it; set it up first",
                               g->ifaces[down].name, prefix_format_addr(gateway, buf));
        return err_set(e, -ENETUNREACH, "%s: no interface %s%s has an address in its network; add one first",
                       prefix_format_addr(gateway, buf), jail ? "of " : "of the host", jail ? j->name : "");
}

static int parse_destination(const char *word, uint8_t default_family, struct prefix *ret, struct err *e)
{
        if (strcmp(word, "default") == 0) {
                *ret = (struct prefix){.family = default_family};
                return 0;
        }
        return prefix_parse(word, ret, e);
}

/* --metric; 0 when it is not given, which is the kernel's usual one. */
static int read_metric(struct planner *pl, uint32_t *ret, struct err *e)
{
        const char *word = intent_option(pl->in, "metric");

        *ret = 0;
        if (word && (str_to_u32(word, UINT32_MAX, ret) < 0 || *ret == 0))
                return err_set(e, -EINVAL, "--metric %s: is no number from 1 to %u", word, UINT32_MAX);
        return 0;
}

/* One that leads nowhere needs no way. The kernel lets those of IPv6 stand on the loopback. */
static int read_nowhere(struct planner *pl, size_t jail, struct route *route, struct target *ret_at, struct err *e)
{
        const char *type = intent_option(pl->in, "type");
        size_t lo = graph_find_iface_in(pl->g, jail, "lo");

        route->type = route_nowhere_find(type);
        if (route->type == RTN_UNSPEC)
                return err_set(e, -EINVAL, "--type %s: is none of blackhole, prohibit, throw and unreachable", type);
        if (pl->in->values[2] || intent_option(pl->in, "dev"))
                return err_set(e, -EINVAL, "--type %s: such a route has no gateway and no interface; leave them out",
                               type);

        int r = parse_destination(pl->in->values[1], AF_INET, &route->destination, e);

        if (r == 0)
                *ret_at = route->destination.family == AF_INET6 && lo != NONE ? target_of_iface(pl->g, lo)
                                                                              : target_of_jail(pl->g, jail);
        return r;
}

static int check_absent(struct planner *pl, size_t jail, const struct route *route, struct err *e)
{
        for (size_t k = 0; k < pl->g->route_count; k++) {
                const struct route *o = &pl->g->routes[k];

                if (o->jail == jail && route_metric(o) == route_metric(route) &&
                    (o->type == RTN_UNICAST || route_nowhere_name(o->type)) &&
                    prefix_equal(&o->destination, &route->destination))
                        return err_set(e, -EEXIST, "%s: has a route to %s already; remove that one first",
                                       pl->in->values[0], pl->in->values[1]);
        }
        return 0;
}

int plan_route_add(struct planner *pl, struct err *e)
{
        const struct graph *g = pl->g;
        const char *dev = intent_option(pl->in, "dev"), *via = pl->in->values[2];
        struct route route = {.protocol = RTPROT_STATIC, .type = RTN_UNICAST};
        size_t jail = NONE, iface = NONE;
        uint8_t family;
        int r = query_jail(g, pl->in->values[0], &jail, e);

        if (r == 0)
                r = planner_allowed(pl, (struct object){.type = OBJECT_JAIL, .index = jail}, e);
        if (r == 0 && intent_option(pl->in, "type")) {
                struct target at = {0};

                r = read_metric(pl, &route.metric, e);
                if (r == 0)
                        r = read_nowhere(pl, jail, &route, &at, e);
                if (r == 0)
                        r = check_absent(pl, jail, &route, e);
                if (r < 0)
                        return r;
                (void)planner_add_route(pl, STEP_ROUTE_ADD, &route, at);
                freebsd_route(pl, &at, &route, true);
                return 0;
        }
        if (r == 0 && via)
                r = prefix_parse_addr(via, &route.gateway, e);
        family = via ? route.gateway.family : AF_INET; /* without one, the destination's */
        if (r == 0)
                r = parse_destination(pl->in->values[1], family, &route.destination, e);
        if (r == 0)
                r = read_metric(pl, &route.metric, e);
        if (r == 0 && !via)
                route.gateway.family = family = route.destination.family;
        if (r == 0 && prefix_is_zero(&route.gateway) && !dev)
                r = err_set(e, -EINVAL, "%s: is no gateway; name one, or the interface itself with --dev IF",
                            via ? via : pl->in->values[1]);
        if (r == 0)
                r = dev ? query_iface(g, dev, &iface, e) : find_towards(pl, jail, &route.gateway, &iface, e);
        if (r < 0)
                return r;
        if (g->ifaces[iface].jail != jail)
                return err_set(e, -EINVAL, "%s: is in another jail; name one in %s", dev, pl->in->values[0]);
        if (route.destination.family != family && route.destination.family == AF_INET6)
                return err_set(e, -EINVAL, "%s: an IPv6 destination needs an IPv6 gateway", pl->in->values[1]);
        if (prefix_is_zero(&route.gateway)) /* as ip(8) and the kernel mean it: all are on that link */
                route.gateway = (struct prefix){0};
        r = check_absent(pl, jail, &route, e);
        if (r < 0)
                return r;

        struct target at = target_of_iface(g, iface);

        (void)planner_add_route(pl, STEP_ROUTE_ADD, &route, at);
        freebsd_route(pl, &at, &route, true);
        return 0;
}

int plan_route_del(struct planner *pl, struct err *e)
{
        const struct graph *g = pl->g;
        bool is_default = strcmp(pl->in->values[1], "default") == 0;
        struct prefix destination = {0};
        const struct route *found = NULL;
        bool is_kernels = false;
        uint32_t metric = 0;
        size_t jail = NONE;
        int r = query_jail(g, pl->in->values[0], &jail, e);

        if (r == 0)
                r = planner_allowed(pl, (struct object){.type = OBJECT_JAIL, .index = jail}, e);
        if (r == 0)
                r = parse_destination(pl->in->values[1], AF_INET, &destination, e);
        if (r == 0)
                r = read_metric(pl, &metric, e);
        if (r < 0)
                return r;
        for (size_t k = 0; k < g->route_count; k++) {
                const struct route *o = &g->routes[k];
                bool same = prefix_equal(&o->destination, &destination) || (is_default && o->destination.length == 0);

                if (o->jail != jail || !same || (metric && o->metric != metric) ||
                    (found && found->destination.family == AF_INET && o->destination.family != AF_INET))
                        continue;
                is_kernels |= o->protocol == RTPROT_KERNEL;
                if (o->protocol == RTPROT_KERNEL)
                        continue;
                if (!found || (found->destination.family == o->destination.family && o->metric < found->metric) ||
                    (found->destination.family != AF_INET && o->destination.family == AF_INET))
                        found = o;
        }
        if (!found && is_kernels)
                return err_set(e, -EINVAL, "%s: its route to %s is the kernel's, for an address; remove that address",
                               pl->in->values[0], pl->in->values[1]);
        if (!found)
                return err_set(e, -ESRCH, "%s: has no route to %s; jailnet show %s lists them", pl->in->values[0],
                               pl->in->values[1], pl->in->values[0]);

        struct target at = target_of_jail(g, jail);
        size_t iface = graph_find_iface(g, (struct iface_id){.cookie = g->jails[jail].cookie, .ifindex = found->oif});

        if (found->oif && iface != NONE)
                at = target_of_iface(g, iface);
        (void)planner_add_route(pl, STEP_ROUTE_DEL, found, at);
        freebsd_route(pl, &at, found, false);
        return 0;
}

bool planner_forwarding(struct planner *pl, size_t jail, bool is_v6, bool on)
{
        struct target at = target_of_jail(pl->g, jail);
        const struct jail *j = &pl->g->jails[jail];

        if ((is_v6 ? j->forwarding6 : j->forwarding) == (on ? 1 : 0))
                return false;
        planner_add(pl, is_v6 ? STEP_FORWARDING6 : STEP_FORWARDING, at)->number = on ? 1 : 0;
        planner_freebsd(pl, &at, "sysctl", "%s=%d", is_v6 ? "net.inet6.ip6.forwarding" : "net.inet.ip.forwarding",
                        on ? 1 : 0);
        return true;
}

int plan_forwarding(struct planner *pl, struct err *e)
{
        const char *family = intent_option(pl->in, "family");
        const char *state = pl->in->values[1];
        bool on = strcmp(state, "on") == 0;
        size_t jail = NONE;
        int r = query_jail(pl->g, pl->in->values[0], &jail, e);

        if (r == 0)
                r = planner_allowed(pl, (struct object){.type = OBJECT_JAIL, .index = jail}, e);
        if (r < 0)
                return r;
        if (!on && strcmp(state, "off") != 0)
                return err_set(e, -EINVAL, "%s: is neither on nor off; write one of them", state);
        if (family && strcmp(family, "inet") != 0 && strcmp(family, "inet6") != 0)
                return err_set(e, -EINVAL, "--family %s: is neither inet nor inet6", family);

        bool is_v6 = family && strcmp(family, "inet6") == 0;
        bool has_v6 = pl->g->jails[jail].forwarding6 >= 0 || pl->g->jails[0].forwarding6 >= 0; /* else no IPv6 here */
        bool is_done = !is_v6 && planner_forwarding(pl, jail, false, on);

        if (is_v6 || (!family && has_v6))
                is_done = planner_forwarding(pl, jail, true, on) || is_done;
        if (!is_done)
                plan_note(pl->p, NOTE_INFO, "forwarding is %s already: nothing to do", state);
        return 0;
}
