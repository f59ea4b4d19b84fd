/* simulate.c - a graph taken apart into facts that steps can change, and put together again by the builder. */
#include "core/plan/simulate.h"

#include <net/if.h>
#include <string.h>

#include "core/graph/names.h"
#include "core/graph/path.h"
#include "core/plan/simulate_parts.h"

#define NSID_BASE       0x10000000             /* of namespace ids that the kernel never gave */
#define MAC_WARNING     "has the same MAC as " /* of the builder, which finds it again where it still is so */
#define OPERSTATE_DOWN  2
#define OPERSTATE_LOWER 3
#define OPERSTATE_UP    6

struct sim_jail *sim_add_jail(struct simulation *s)
{
        s->jails = array_grow(s->jails, &s->jail_capacity, s->jail_count, sizeof(*s->jails));
        s->jails[s->jail_count] = (struct sim_jail){0};
        return &s->jails[s->jail_count++];
}

struct sim_iface *sim_add_iface(struct simulation *s)
{
        s->ifaces = array_grow(s->ifaces, &s->iface_capacity, s->iface_count, sizeof(*s->ifaces));

        struct sim_iface *f = &s->ifaces[s->iface_count++];

        *f = (struct sim_iface){.peer = NONE, .parent = NONE, .master = NONE, .first_port = NONE, .next_port = NONE};
        return f;
}

struct sim_route *sim_add_route(struct simulation *s)
{
        s->routes = array_grow(s->routes, &s->route_capacity, s->route_count, sizeof(*s->routes));
        s->routes[s->route_count] = (struct sim_route){.iface = NONE};
        return &s->routes[s->route_count++];
}

void sim_add_address(struct sim_iface *f, const struct prefix *p)
{
        f->addresses = array_grow(f->addresses, &f->address_capacity, f->address_count, sizeof(*f->addresses));
        f->addresses[f->address_count++] = *p;
}

void sim_add_port(struct simulation *s, size_t master, size_t port)
{
        s->ifaces[port].next_port = s->ifaces[master].first_port;
        s->ifaces[master].first_port = port;
}

/* -- Taking apart ------------------------------------------------------------------------------------------------ */

static void take_jail(struct simulation *s, const struct jail *from)
{
        struct arena *a = &s->arena;
        struct jail *j = &sim_add_jail(s)->j;
        struct holder *holders = arena_memdup(a, from->holders, from->holder_count * sizeof(*holders));

        *j = *from;
        j->name = arena_strdup(a, from->name);
        j->path = arena_strdup(a, from->path);
        j->warning = arena_strdup(a, from->warning);
        j->nat_rules = arena_strdup(a, from->nat_rules);
        for (size_t k = 0; k < from->holder_count; k++) {
                holders[k].command = arena_strdup(a, from->holders[k].command);
                holders[k].user = arena_strdup(a, from->holders[k].user);
                holders[k].detail = arena_strdup(a, from->holders[k].detail);
        }
        j->holders = holders;
        if (!from->cookie)
                return;

        struct reg_jail *row = registry_add_jail(s->registry, from->cookie);

        row->jid = from->jid;
        (void)str_copy(row->name, sizeof(row->name), from->name);
        row->handle = from->handle;
        row->is_owned = from->is_owned;
        row->had_name = from->origin == ORIGIN_NAMED;
        row->had_process = from->process_count > 0;
        row->root_path = from->root_path ? xstrdup(from->root_path) : NULL;
        row->hostname = from->hostname ? xstrdup(from->hostname) : NULL;
        if (from->jid >= s->registry->next_jid)
                s->registry->next_jid = from->jid + 1;
        if (from->cookie >= s->next_cookie)
                s->next_cookie = from->cookie + 1;
}

/* A node's name where it is not just its interface's. */
static void take_node_name(const struct graph *g, size_t iface, struct reg_iface *row)
{
        const struct iface *i = &g->ifaces[iface];
        const struct node *n = i->node == NONE ? NULL : &g->nodes[i->node];
        char usual[NODE_NAME_SIZE];

        if (!n || n->iface != iface)
                return;
        row->is_persistent = n->is_persistent;
        if (!n->name)
                return;
        path_node_name(i->name, usual);
        if (strcmp(usual, n->name) != 0 || role_is_netgraph(i->role))
                (void)str_copy(row->node_name, sizeof(row->node_name), n->name);
}

static void take_row(struct simulation *s, const struct graph *g, size_t iface)
{
        const struct iface *i = &g->ifaces[iface];
        struct registry *r = s->registry;

        r->ifaces = array_grow(r->ifaces, &r->iface_capacity, r->iface_count, sizeof(*r->ifaces));

        struct reg_iface *row = &r->ifaces[r->iface_count++];

        *row = (struct reg_iface){
                .number = i->number,
                .id = i->id,
                .permanent = i->permanent,
                .mac = i->mac,
                .pin = i->pin,
                .pin_source = i->pin_source,
                .role = i->role,
                .is_owned = i->is_owned,
                .long_name = i->long_name ? xstrdup(i->long_name) : NULL,
        };
        (void)str_copy(row->jail, sizeof(row->jail), g->jails[i->jail].name);
        (void)str_copy(row->name, sizeof(row->name), i->name);
        (void)str_copy(row->kind, sizeof(row->kind), i->kind_name);
        take_node_name(g, iface, row);
        if (i->number >= PROVISIONAL_NUMBER)
                s->loopback_count = i->number - PROVISIONAL_NUMBER + 1;
        else if (i->number >= r->next_number)
                r->next_number = i->number + 1;
}

static void take_iface(struct simulation *s, const struct graph *g, size_t iface)
{
        const struct iface *from = &g->ifaces[iface];
        struct arena *a = &s->arena;
        struct sim_iface *f = sim_add_iface(s);
        const char **altnames = arena_alloc(a, from->altname_count * sizeof(*altnames));

        f->i = *from;
        f->first = from->id;
        f->jail = from->jail; /* jails and interfaces stand in the same order here */
        f->peer = from->peer;
        f->parent = from->parent;
        f->master = from->master;
        f->i.name = arena_strdup(a, from->name);
        f->i.kind_name = arena_strdup(a, from->kind_name);
        f->i.alias = arena_strdup(a, from->alias);
        f->i.warning =
                from->warning && !str_has_prefix(from->warning, MAC_WARNING) ? arena_strdup(a, from->warning) : NULL;
        for (size_t k = 0; k < from->altname_count; k++)
                altnames[k] = arena_strdup(a, from->altnames[k]);
        f->i.altnames = altnames;
        for (size_t k = 0; k < from->address_count; k++)
                sim_add_address(f, &from->addresses[k]);
        if (from->id.cookie)
                take_row(s, g, iface);
        if (from->id.ifindex >= s->next_ifindex)
                s->next_ifindex = from->id.ifindex + 1;
}

static void take_hook(struct simulation *s, const struct graph *g, size_t hook, const char *usual, size_t towards)
{
        const struct hook *h = &g->hooks[hook];

        /* Of netgraph's own bridges all names stand there: a port that comes back may get another number. */
        if (strcmp(h->name, usual) != 0 || role_is_netgraph(g->ifaces[g->nodes[h->node].iface].role))
                registry_set_hook(s->registry, g->nodes[h->node].id, g->ifaces[towards].number, h->name);
}

/* Names of hooks that are not the usual ones stand in the inventory. */
static void take_hooks(struct simulation *s, const struct graph *g)
{
        for (size_t k = 0; k < g->edge_count; k++) {
                const struct edge *e = &g->edges[k];
                const struct iface *a = &g->ifaces[e->iface_a], *b = &g->ifaces[e->iface_b];
                bool is_bridge_link = e->kind == EDGE_PORT && a->role == ROLE_FABRIC && b->role == ROLE_FABRIC;
                bool upper_is_a = e->kind != EDGE_PARENT;
                size_t upper = upper_is_a ? e->iface_a : e->iface_b, lower = upper_is_a ? e->iface_b : e->iface_a;
                char name[HOOK_NAME_SIZE];

                if (e->kind == EDGE_UPPER) {
                        registry_set_upper(s->registry, a->number, b->number, g->hooks[e->a].name);
                        continue;
                }
                if (is_bridge_link && a->master != NONE && b->master != NONE) {
                        hook_default_name(g, EDGE_PORT, a->master, e->iface_a, true, name);
                        take_hook(s, g, e->a, name, e->iface_a);
                        hook_default_name(g, EDGE_PORT, b->master, e->iface_b, true, name);
                        take_hook(s, g, e->b, name, e->iface_b);
                        continue;
                }
                hook_default_name(g, e->kind, upper, lower, upper_is_a, name);
                take_hook(s, g, e->a, name, e->iface_b);
                hook_default_name(g, e->kind, upper, lower, !upper_is_a, name);
                take_hook(s, g, e->b, name, e->iface_a);
        }
}

static int compare_loan(const void *a, const void *b)
{
        const struct reg_loan *x = a, *y = b;

        if (x->lent_at != y->lent_at)
                return x->lent_at > y->lent_at ? 1 : -1;
        return (x->number > y->number) - (x->number < y->number);
}

static void take_loans(struct simulation *s, const struct graph *g)
{
        struct registry *r = s->registry;

        for (size_t k = 0; k < g->loan_count; k++) {
                const struct loan *from = &g->loans[k];

                r->loans = array_grow(r->loans, &r->loan_capacity, r->loan_count, sizeof(*r->loans));

                struct reg_loan *l = &r->loans[r->loan_count++];

                *l = (struct reg_loan){
                        .number = from->number,
                        .mac = from->mac,
                        .cookie = from->jail == NONE ? 0 : g->jails[from->jail].cookie,
                        .state = from->state,
                        .is_foreign = from->is_foreign,
                        .lent_at = from->since,
                        .changed_at = from->since,
                };
                (void)str_copy(l->iface, sizeof(l->iface), from->iface);
                (void)str_copy(l->jail, sizeof(l->jail), from->jail_name);
        }
        if (r->loan_count)
                qsort(r->loans, r->loan_count, sizeof(*r->loans), compare_loan); /* the builder looks for newer ones */
}

static void take_shared(struct simulation *s, const struct graph *g)
{
        for (size_t k = 0; k < g->guest_count; k++) {
                CLEANUP(text_done) struct text t = {0};
                const struct guest *from = &g->guests[k];
                char buf[PREFIX_TEXT_SIZE];

                for (size_t i = 0; i < from->use_count; i++)
                        text_putf(&t, "%s %s\n",
                                  from->uses[i].iface == NONE ? "-" : g->ifaces[from->uses[i].iface].name,
                                  prefix_format(&from->uses[i].address, buf));
                if (from->kind == GUEST_JAIL)
                        registry_add_shared(s->registry, from->name, from->number, text_str(&t))->is_confined =
                                from->is_confined;
        }
}

struct simulation *simulation_new(const struct graph *g)
{
        struct simulation *s = xcalloc(1, sizeof(*s));

        s->registry = registry_new();
        s->registry->next_number = g->next_number;
        s->registry->has_all_hooks = true;
        s->next_cookie = PROVISIONAL_COOKIE;
        s->next_ifindex = PROVISIONAL_IFINDEX;
        s->hostname = arena_strdup(&s->arena, g->hostname);
        s->partial = arena_strdup(&s->arena, g->partial);
        s->unreadable = g->unreadable;
        s->serial = g->serial;
        s->has_routes = g->has_routes;
        s->warnings = arena_alloc(&s->arena, g->warning_count * sizeof(*s->warnings));
        for (size_t k = 0; k < g->warning_count; k++)
                s->warnings[s->warning_count++] = arena_strdup(&s->arena, g->warnings[k]);
        for (size_t k = 0; k < g->jail_count; k++)
                take_jail(s, &g->jails[k]);
        for (size_t k = 0; k < g->iface_count; k++)
                take_iface(s, g, k);
        for (size_t k = 0; k < s->jail_count; k++)
                sim_index_jail(s, k);
        for (size_t k = 0; k < s->iface_count; k++) {
                const struct sim_iface *f = &s->ifaces[k];

                sim_index_iface(s, k);
                if (f->master != NONE)
                        sim_add_port(s, f->master, k);
                if (f->parent != NONE)
                        s->ifaces[f->parent].has_children = true;
        }
        for (size_t k = 0; k < g->route_count; k++) {
                struct sim_route *r = sim_add_route(s);

                r->r = g->routes[k];
                r->jail = g->routes[k].jail;
                if (r->r.oif)
                        r->iface = graph_find_iface(
                                g, (struct iface_id){.cookie = g->jails[r->jail].cookie, .ifindex = r->r.oif});
        }
        registry_sort(s->registry);
        take_hooks(s, g);
        take_loans(s, g);
        take_shared(s, g);
        return s;
}

void simulation_free(struct simulation *s)
{
        if (!s)
                return;
        for (size_t k = 0; k < s->iface_count; k++)
                free(s->ifaces[k].addresses);
        free(s->jails);
        free(s->ifaces);
        free(s->routes);
        free(s->changes);
        sim_tables_done(s);
        graph_unref(s->now);
        registry_free(s->registry);
        arena_done(&s->arena);
        free(s);
}

void simulation_freep(struct simulation **s)
{
        simulation_free(*s);
        *s = NULL;
}

/* -- Putting together -------------------------------------------------------------------------------------------- */

static bool has_running_port(const struct simulation *s, size_t bridge)
{
        for (size_t k = s->ifaces[bridge].first_port; k != NONE; k = s->ifaces[k].next_port) {
                const struct sim_iface *f = &s->ifaces[k];

                if (f->i.is_up && (f->peer == NONE || s->ifaces[f->peer].i.is_up))
                        return true;
        }
        return false;
}

void sim_put_carrier(const struct simulation *s, size_t k, struct iface *i)
{
        const struct sim_iface *f = &s->ifaces[k];
        bool has_lower = true;

        i->is_running = i->is_up;
        if (i->kind == KIND_VETH && f->peer != NONE)
                has_lower = s->ifaces[f->peer].i.is_up;
        else if (i->kind == KIND_BRIDGE)
                has_lower = has_running_port(s, k);
        i->is_running = i->is_up && has_lower;
        i->flags &= ~(unsigned)(IFF_UP | IFF_RUNNING);
        i->flags |= (i->is_up ? IFF_UP : 0u) | (i->is_running ? IFF_RUNNING : 0u);
        i->operstate = i->is_running ? OPERSTATE_UP : i->is_up ? OPERSTATE_LOWER : OPERSTATE_DOWN;
}

/* What a link is joined to, told as the kernel tells it: an index, and what its namespace calls the other one. */
static void put_lower(struct graph_build *b, const struct simulation *s, const struct sim_iface *f, struct iface *i,
                      const size_t *jails)
{
        size_t lower = f->peer != NONE ? f->peer : f->parent;

        if (lower == NONE)
                return;

        const struct sim_iface *l = &s->ifaces[lower];

        i->link_ifindex = l->i.id.ifindex;
        if (l->jail == f->jail) {
                i->link_nsid = i->link_nsid_home = -1;
                return;
        }
        if (f->has_new_place || l->has_new_place || i->link_nsid < 0) {
                i->link_nsid = NSID_BASE + (int)l->jail;
                i->link_nsid_home = -1;
        }
        graph_build_nsid(b, jails[f->jail], i->link_nsid, jails[l->jail]);
}

static void put_iface(struct graph_build *b, const struct simulation *s, size_t k, const size_t *jails)
{
        const struct sim_iface *f = &s->ifaces[k];
        struct iface i = f->i;

        i.addresses = f->addresses;
        i.address_count = f->address_count;
        if (f->master != NONE)
                i.master_ifindex = s->ifaces[f->master].i.id.ifindex;
        if (f->is_touched && i.kind != KIND_PHYSICAL)
                sim_put_carrier(s, k, &i);
        put_lower(b, s, f, &i, jails);
        (void)graph_build_iface(b, jails[f->jail], &i);
}

static const struct graph *put_together(struct simulation *s)
{
        struct graph_build *b = graph_build_new(s->hostname);
        CLEANUP(freep) size_t *jails = xcalloc(s->jail_count, sizeof(*jails));

        for (size_t k = 0; k < s->jail_count; k++)
                jails[k] = s->jails[k].is_gone ? NONE : graph_build_jail(b, &s->jails[k].j);
        for (size_t k = 0; k < s->iface_count; k++)
                if (!s->ifaces[k].is_gone)
                        put_iface(b, s, k, jails);
        for (size_t k = 0; s->has_routes && k < s->route_count; k++) {
                struct sim_route *r = &s->routes[k];

                if (r->is_gone)
                        continue;
                if (r->iface != NONE)
                        r->r.oif = s->ifaces[r->iface].i.id.ifindex;
                graph_build_route(b, jails[r->jail], &r->r);
        }
        if (s->has_routes)
                graph_build_routes_known(b);
        graph_build_unreadable(b, s->unreadable);
        if (s->partial)
                graph_build_partial(b, s->partial);
        for (size_t k = 0; k < s->warning_count; k++)
                graph_build_warning(b, "%s", s->warnings[k]);
        return graph_build_finish(b, s->registry, s->serial);
}

const struct graph *simulation_now(struct simulation *s)
{
        if (!s->now)
                s->now = put_together(s);
        return s->now;
}

const struct graph *simulation_graph(struct simulation *s)
{
        return graph_ref(simulation_now(s));
}

int plan_simulate(const struct plan *p, const struct graph *g, const struct graph **ret, struct err *e)
{
        CLEANUP(simulation_freep) struct simulation *s = simulation_new(g);

        for (size_t k = 0; k < p->step_count; k++) {
                int r = simulation_step(s, &p->steps[k], e);

                if (r < 0)
                        return r;
        }
        *ret = simulation_graph(s);
        return 0;
}
