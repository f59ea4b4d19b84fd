/* follow.c - a graph that differs from an older one in the states of its interfaces and in routes alone. */
#include "core/graph/follow.h"

#include <stddef.h>
#include <string.h>

#include "core/graph/store.h"

#define SHARED_FROM offsetof(struct graph, hostname)

_Static_assert(offsetof(struct graph, refs) < SHARED_FROM && offsetof(struct graph, serial) < SHARED_FROM,
               "what every graph has for itself stands in front");

void follow_state(struct iface *to, const struct iface *from)
{
        to->flags = from->flags;
        to->is_up = from->is_up;
        to->is_running = from->is_running;
        to->operstate = from->operstate;
        to->mtu_bytes = from->mtu_bytes;
        to->port_state = from->port_state;
        to->counters = from->counters;
        to->rx_Bps = from->rx_Bps;
        to->tx_Bps = from->tx_Bps;
}

struct graph *follow_begin(const struct graph *base, uint64_t serial)
{
        const struct graph_store *from = base->arena;
        struct graph *g = graph_new();
        struct graph_store *s = g->arena;
        struct arena arena = s->arena;

        base = from->base ? from->base : base; /* not of one that itself follows: they would all stay */
        *s = *from;
        s->arena = arena;
        s->graph = g;
        s->base = graph_ref(base);
        /* All but serial and refs, which stand in front: other threads take and drop references of base meanwhile. */
        memcpy((char *)g + SHARED_FROM, (const char *)base + SHARED_FROM, sizeof(*g) - SHARED_FROM);
        g->serial = serial;
        g->arena = s;
        g->ifaces = arena_alloc(&s->arena, base->iface_count * sizeof(*g->ifaces));
        if (base->iface_count)
                memcpy(g->ifaces, base->ifaces, base->iface_count * sizeof(*g->ifaces));
        return g;
}

void follow_begin_routes(struct graph *g, size_t count)
{
        struct arena *a = graph_arena(g);

        g->jails = arena_memdup(a, g->jails, g->jail_count * sizeof(*g->jails));
        g->routes = arena_alloc(a, count * sizeof(*g->routes));
        g->route_count = 0;
}

void follow_routes_of(struct graph *g, size_t jail, const struct route *routes, size_t count)
{
        g->jails[jail].route_first = count ? g->route_count : 0; /* as the builder leaves it */
        g->jails[jail].route_count = count;
        for (size_t k = 0; k < count; k++) {
                g->routes[g->route_count] = routes[k];
                g->routes[g->route_count++].jail = jail;
        }
}
