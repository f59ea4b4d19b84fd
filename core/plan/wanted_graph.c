/* wanted_graph.c - a running network as a wish, and the plan that fulfils it on a bare host. */
#include "core/plan/wanted_graph.h"

#include <net/if.h>
#include <string.h>

#include "core/graph/build.h"
#include "core/graph/marks.h"
#include "core/plan/plan_restore.h"
#include "core/plan/planner.h"

#define NUMBER_BASE 0x40000000U /* no device of the bare host has a number up there */

static bool is_device(const struct iface *i)
{
        return i->kind == KIND_PHYSICAL || i->kind == KIND_LOOPBACK;
}

static bool can_be_made(const struct iface *i)
{
        switch (i->kind) {
        case KIND_VETH: return i->peer != NONE;
        case KIND_BRIDGE:
        case KIND_VLAN:
        case KIND_MACVLAN:
        case KIND_VXLAN:
        case KIND_TAP:
        case KIND_BOND:
        case KIND_DUMMY:
        case KIND_IFB: return true;
        case KIND_PHYSICAL:
        case KIND_LOOPBACK:
        case KIND_MACVTAP:
        case KIND_IPVLAN:
        case KIND_TUN:
        case KIND_OTHER: return false;
        }
        return false;
}

static bool is_told(const struct jail *j)
{
        return j->state == JAIL_ALIVE && (j->jid == 0 || j->origin == ORIGIN_NAMED);
}

/* Those that others stand on come first. */
static unsigned order_of(const struct graph *g, size_t iface)
{
        unsigned depth = 0;

        for (size_t p = iface; p != NONE && depth < 8; p = g->ifaces[p].parent)
                depth++;
        return depth;
}

struct maker {
        const struct graph *g;
        struct wanted *w;
        size_t *jails; /* by the graph's index: the wanted one, or NONE */
        size_t *links;
};

static void add_link(struct maker *m, size_t iface)
{
        const struct iface *i = &m->g->ifaces[iface];
        struct wanted_link *l = wanted_add_link(m->w, m->jails[i->jail], i->name);
        uint32_t bridge;

        m->links[iface] = m->w->link_count - 1;
        l->row = (int64_t)m->w->link_count;
        l->is_owned = !is_device(i);
        l->number = l->is_owned ? NUMBER_BASE + (uint32_t)m->w->link_count : 0;
        if (!l->is_owned)
                (void)str_copy(l->home, sizeof(l->home), i->name); /* same size */
        l->kind = i->kind;
        l->role = i->role;
        if (i->kind != KIND_LOOPBACK)
                l->mac = l->pin = i->mac;
        l->pin_source = PIN_NONE;
        if (i->kind != KIND_LOOPBACK && i->mtu_bytes != 1500)
                l->mtu_bytes = i->mtu_bytes;
        l->is_up = i->is_up;
        l->alias = i->alias ? xstrdup(i->alias) : NULL;
        l->vlan_id = i->vlan_id;
        l->vxlan_id = i->vxlan_id;
        l->vxlan_remote = i->vxlan_remote;
        l->macvlan_mode = i->macvlan_mode;
        l->bond_mode = i->bond_mode;
        l->stp_on = i->stp_on;
        l->port = i->port_number;
        l->is_isolated = i->is_isolated;
        l->is_promisc = i->flags & IFF_PROMISC;
        for (int t = 0; t < TUNE_COUNT; t++) {
                if (!iface_is_tuned(i, (enum tuning)t))
                        continue;
                l->tuning[t] = i->tuning[t];
                l->tuning_known |= (uint16_t)(1u << t);
        }
        for (size_t k = 0; k < i->altname_count; k++)
                if (!span_mark_parse(i->altnames[k], &bridge)) /* add_spans: it is by number */
                        wanted_add_altname(l, i->altnames[k]);
        for (size_t k = 0; k < i->address_count; k++)
                if (address_is_carried(i, &i->addresses[k]) &&
                    !(i->kind == KIND_LOOPBACK && prefix_is_loopback(&i->addresses[k])))
                        wanted_add_address(l, &i->addresses[k]);
}

static void join_links(struct maker *m)
{
        for (size_t k = 0; k < m->g->iface_count; k++) {
                const struct iface *i = &m->g->ifaces[k];
                struct wanted_link *l = m->links[k] == NONE ? NULL : &m->w->links[m->links[k]];

                if (!l)
                        continue;
                l->peer = i->kind == KIND_VETH && i->peer != NONE ? m->links[i->peer] : NONE;
                l->parent = i->parent == NONE ? NONE : m->links[i->parent];
                l->master = i->master == NONE ? NONE : m->links[i->master];
                if (i->master != NONE && recorded_hook_name(m->g, i->master, k)[0])
                        l->hook = xstrdup(recorded_hook_name(m->g, i->master, k));
                if (i->master != NONE && upper_hook_name(m->g, i->master, k)[0])
                        l->upper = xstrdup(upper_hook_name(m->g, i->master, k));
        }
}

/* A span's mark has the number of its bridge, which is another one here. */
static void add_spans(struct maker *m)
{
        for (size_t k = 0; k < m->g->iface_count; k++) {
                uint32_t number;
                size_t bridge = m->links[k] != NONE && span_mark_find(&m->g->ifaces[k], &number)
                        ? graph_find_number(m->g, number)
                        : NONE;
                char mark[NODE_MARK_SIZE];

                if (bridge == NONE || m->links[bridge] == NONE || m->g->ifaces[bridge].jail != m->g->ifaces[k].jail)
                        continue;
                span_mark_format(m->w->links[m->links[bridge]].number, 0, mark);
                wanted_add_altname(&m->w->links[m->links[k]], mark);
        }
}

static void add_routes(struct maker *m)
{
        for (size_t k = 0; k < m->g->route_count; k++) {
                const struct route *r = &m->g->routes[k];
                size_t iface = graph_find_iface(m->g, (struct iface_id){m->g->jails[r->jail].cookie, r->oif});

                if (m->jails[r->jail] == NONE || (r->oif && (iface == NONE || m->links[iface] == NONE)))
                        continue;
                if (iface != NONE && !route_is_carried(m->g, r, iface))
                        continue;
                wanted_add_route(m->w, m->jails[r->jail], iface == NONE ? NONE : m->links[iface])->route = *r;
        }
}

void wanted_of_graph(const struct graph *g, const struct static_hosts *hosts, struct wanted *ret, struct text *ret_left)
{
        CLEANUP(freep) size_t *jails = xcalloc(g->jail_count + 1, sizeof(*jails));
        CLEANUP(freep) size_t *links = xcalloc(g->iface_count + 1, sizeof(*links));
        struct maker m = {.g = g, .w = ret, .jails = jails, .links = links};

        for (size_t k = 0; k < g->jail_count; k++) {
                const struct jail *j = &g->jails[k];

                jails[k] = NONE;
                if (!is_told(j)) {
                        text_put(ret_left, "jail ");
                        text_put_visible(ret_left, j->name);
                        text_put(ret_left, ": is no named network stack\n");
                        continue;
                }
                jails[k] = ret->jail_count;

                struct wanted_jail *w = wanted_add_jail(ret, j->name);

                w->row = (int64_t)ret->jail_count;
                w->is_owned = k != 0;
                w->root_path = j->root_path ? xstrdup(j->root_path) : NULL;
                w->hostname = j->hostname ? xstrdup(j->hostname) : NULL;
                w->forwarding = j->forwarding == 1 ? 1 : -1;
                w->forwarding6 = j->forwarding6 == 1 ? 1 : -1;
                w->nat_rules = j->nat_rules ? xstrdup(j->nat_rules) : NULL;
        }
        for (size_t k = 0; k < g->iface_count; k++)
                links[k] = NONE;
        for (unsigned depth = 1; depth < 9; depth++) {
                for (size_t k = 0; k < g->iface_count; k++) {
                        const struct iface *i = &g->ifaces[k];

                        if (jails[i->jail] == NONE || order_of(g, k) != depth)
                                continue;
                        if (is_device(i) ||
                            (can_be_made(i) && (i->kind != KIND_VETH || jails[g->ifaces[i->peer].jail] != NONE))) {
                                add_link(&m, k);
                                continue;
                        }
                        text_put(ret_left, "interface ");
                        iface_put(ret_left, g, k);
                        text_put(ret_left, ": cannot be made from here\n");
                }
        }
        for (size_t k = 0; k < hosts->count; k++)
                if (links[hosts->items[k].port] != NONE)
                        wanted_add_host(&ret->links[links[hosts->items[k].port]], hosts->items[k].mac);
        join_links(&m);
        add_spans(&m);
        add_routes(&m);
}

/* The host with its devices, as they are before anybody touches them. */
static const struct graph *bare_host(const struct graph *g)
{
        struct graph_build *b = graph_build_new(g->hostname);
        struct jail host = {.name = g->jails[0].name,
                            .state = JAIL_ALIVE,
                            .origin = ORIGIN_HOST,
                            .cookie = 1,
                            .nsid = -1,
                            .forwarding = 0,
                            .nat_rules = ""};
        int ifindex = 1;

        (void)graph_build_jail(b, &host);
        for (size_t k = 0; k < g->iface_count; k++) {
                struct iface i = g->ifaces[k];

                if (!is_device(&i) || (i.kind == KIND_LOOPBACK && i.jail != 0))
                        continue;
                i.id = (struct iface_id){1, ifindex++};
                i.addresses = NULL;
                i.altnames = NULL;
                i.address_count = i.altname_count = 0;
                i.master_ifindex = i.link_ifindex = 0;
                i.link_nsid = i.link_nsid_home = -1;
                i.alias = NULL;
                i.is_up = i.kind == KIND_LOOPBACK && g->ifaces[k].is_up;
                (void)graph_build_iface(b, 0, &i);
        }
        graph_build_routes_known(b);
        return graph_build_finish(b, NULL, 1);
}

struct plan *plan_from_nothing(const struct graph *g, const struct static_hosts *hosts, struct text *ret_left)
{
        CLEANUP(graph_unrefp) const struct graph *bare = bare_host(g);
        CLEANUP(wanted_done) struct wanted w = {0};
        struct restore_limits limits = {0};
        struct plan *p = NULL;
        size_t troubles = 0;

        wanted_of_graph(g, hosts, &w, ret_left);
        plan_build_restore(&w, bare, &limits, &p, &troubles);
        for (size_t k = 0; k < troubles; k++)
                text_putf(ret_left, "%s\n", p->notes[k].text);
        restore_limits_done(&limits);
        return p;
}
