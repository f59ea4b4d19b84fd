/* build.c - takes raw facts in, and makes the graph of them step by step. */
#include "core/graph/build.h"

#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>

#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "core/base/intl.h"
#include "core/graph/build_internal.h"
#include "core/graph/marks.h"

struct graph_build *graph_build_new(const char *hostname)
{
        struct graph_build *b = xcalloc(1, sizeof(*b));

        b->g = graph_new();
        b->g->hostname = arena_strdup(graph_arena(b->g), hostname ? hostname : "");
        b->now = clock_wall_s();
        return b;
}

/* Everything but the graph, which the arena holds. */
static void build_done(struct graph_build *b)
{
        free(b->jails);
        free(b->ifaces);
        free(b->marks);
        free(b->routes);
        free(b->facts);
        free(b->warnings);
        free(b);
}

void graph_build_free(struct graph_build *b)
{
        if (!b)
                return;
        graph_unref(b->g);
        build_done(b);
}

void graph_build_expect(struct graph_build *b, size_t jails, size_t ifaces, size_t routes)
{
        b->jails = xcalloc(b->jail_capacity = jails, sizeof(*b->jails));
        b->ifaces = xcalloc(b->iface_capacity = ifaces, sizeof(*b->ifaces));
        b->marks = xcalloc(b->mark_capacity = ifaces, sizeof(*b->marks));
        b->routes = xcalloc(b->route_capacity = routes, sizeof(*b->routes));
        b->facts = xcalloc(b->fact_capacity = jails, sizeof(*b->facts));
}

size_t graph_build_jail(struct graph_build *b, const struct jail *j)
{
        struct arena *a = graph_arena(b->g);

        b->jails = array_grow(b->jails, &b->jail_capacity, b->jail_count, sizeof(*b->jails));

        struct jail *copy = &b->jails[b->jail_count];

        *copy = *j;
        copy->name = arena_strdup(a, j->name);
        copy->path = arena_strdup(a, j->path);
        copy->warning = arena_strdup(a, j->warning);
        copy->nat_rules = arena_strdup(a, j->nat_rules);
        copy->root_path = NULL;
        copy->hostname = NULL;
        copy->is_owned = false;
        copy->iface_first = copy->iface_last = NONE;
        copy->iface_count = copy->route_first = copy->route_count = 0;

        struct holder *holders = arena_alloc(a, j->holder_count * sizeof(*holders));

        for (size_t i = 0; i < j->holder_count; i++) {
                holders[i] = j->holders[i];
                holders[i].command = arena_strdup(a, j->holders[i].command ? j->holders[i].command : "");
                holders[i].user = arena_strdup(a, j->holders[i].user ? j->holders[i].user : "");
                holders[i].detail = arena_strdup(a, j->holders[i].detail ? j->holders[i].detail : "");
        }
        copy->holders = holders;
        return b->jail_count++;
}

/* IPv4 before IPv6, else in the kernel's order. */
static const struct prefix *copy_addresses(struct arena *a, const struct prefix *from, size_t count)
{
        struct prefix *to = arena_alloc(a, count * sizeof(*to));
        size_t n = 0;

        for (size_t i = 0; i < count; i++)
                if (from[i].family == AF_INET)
                        to[n++] = from[i];
        for (size_t i = 0; i < count; i++)
                if (from[i].family != AF_INET)
                        to[n++] = from[i];
        return to;
}

/* Most have the one before's. */
static const char *keep_kind_name(struct graph_build *b, const char *name)
{
        const char *last = b->iface_count ? b->ifaces[b->iface_count - 1].kind_name : NULL;

        return last && strcmp(last, name) == 0 ? last : arena_strdup(graph_arena(b->g), name);
}

size_t graph_build_iface(struct graph_build *b, size_t jail, const struct iface *i)
{
        struct arena *a = graph_arena(b->g);

        b->ifaces = array_grow(b->ifaces, &b->iface_capacity, b->iface_count, sizeof(*b->ifaces));
        b->marks = array_grow(b->marks, &b->mark_capacity, b->iface_count, sizeof(*b->marks));

        struct iface *f = &b->ifaces[b->iface_count];
        struct iface_mark *mark = &b->marks[b->iface_count];
        const char **altnames = arena_alloc(a, i->altname_count * sizeof(*altnames));
        size_t altname_count = 0;

        *f = *i;
        *mark = (struct iface_mark){0};
        for (size_t k = 0; k < i->altname_count; k++)
                if (mark_parse(i->altnames[k], &mark->number, &mark->role))
                        mark->is_there = true;
                else
                        altnames[altname_count++] = arena_strdup(a, i->altnames[k]);

        f->jail = jail;
        f->number = 0;
        f->name = arena_strdup(a, i->name ? i->name : "");
        f->kind_name = keep_kind_name(b, i->kind_name ? i->kind_name : "");
        f->alias = i->alias && *i->alias ? arena_strdup(a, i->alias) : NULL;
        f->warning = arena_strdup(a, i->warning);
        f->long_name = NULL;
        f->altnames = altnames;
        f->altname_count = altname_count;
        f->addresses = copy_addresses(a, i->addresses, i->address_count);
        f->role = ROLE_PLAIN;
        f->is_owned = false;
        f->pin = (struct mac){0};
        f->pin_source = PIN_NONE;
        f->node = f->master = f->parent = f->peer = NONE;
        f->peer_state = PEER_NONE;
        return b->iface_count++;
}

void graph_build_nsid(struct graph_build *b, size_t jail, int nsid, size_t target)
{
        b->facts = array_grow(b->facts, &b->fact_capacity, b->fact_count, sizeof(*b->facts));
        b->facts[b->fact_count++] = (struct nsid_fact){jail, nsid, target};
}

void graph_build_route(struct graph_build *b, size_t jail, const struct route *r)
{
        b->routes = array_grow(b->routes, &b->route_capacity, b->route_count, sizeof(*b->routes));
        b->routes[b->route_count] = *r;
        b->routes[b->route_count++].jail = jail;
        b->g->has_routes = true;
}

void graph_build_routes_known(struct graph_build *b)
{
        b->g->has_routes = true;
}

void graph_build_unreadable(struct graph_build *b, unsigned count)
{
        b->g->unreadable = count;
}

void graph_build_partial(struct graph_build *b, const char *reason)
{
        if (!b->g->partial)
                b->g->partial = arena_strdup(graph_arena(b->g), reason);
}

void graph_build_warning(struct graph_build *b, const char *fmt, ...)
{
        va_list ap;

        va_start(ap, fmt);
        CLEANUP(freep) char *s = xvasprintf(intl_text(fmt), ap);
        va_end(ap);
        b->warnings = array_grow(b->warnings, &b->warning_capacity, b->warning_count, sizeof(*b->warnings));
        b->warnings[b->warning_count++] = arena_strdup(graph_arena(b->g), s);
}

static bool has_netgraph(const struct graph *g)
{
        for (size_t i = 0; i < g->iface_count; i++) {
                const struct iface *f = &g->ifaces[i];

                if (f->role != ROLE_PLAIN && f->role != ROLE_EPAIR)
                        return true;
                for (size_t k = 0; k < f->altname_count; k++)
                        if (is_node_mark(f->altnames[k]))
                                return true;
        }
        for (size_t i = 0; i < g->edge_count; i++)
                if (g->edges[i].kind == EDGE_UPPER)
                        return true;
        return false;
}

struct graph *graph_build_finish(struct graph_build *b, struct registry *registry, uint64_t serial)
{
        struct registry *own = registry ? NULL : registry_new();
        struct graph *g = b->g;

        b->registry = registry ? registry : own;
        registry_sort(b->registry);
        g->serial = serial;

        build_jails(b);
        graph_index_jails(g);
        build_identities(b);
        graph_index_ifaces(g);
        build_links(b);
        graph_index_ports(g);
        build_nodes(b);
        graph_index_nodes(g);
        build_mac_warnings(b);
        build_guests(b);
        build_loans(b);
        g->next_number = b->registry->next_number;
        g->has_netgraph = has_netgraph(g);

        g->warnings = arena_memdup(graph_arena(g), b->warnings, b->warning_count * sizeof(*b->warnings));
        g->warning_count = b->warning_count;
        registry_free(own);
        build_done(b);
        return g;
}
