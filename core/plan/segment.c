/* segment.c - what shares a broadcast domain. */
#include <stdlib.h>

#include "core/plan/planner.h"

void segment_done(struct segment *s)
{
        free(s->marks);
        free(s->items);
}

static void add(struct segment *s, size_t iface)
{
        if (iface == NONE || s->marks[iface])
                return;
        s->marks[iface] = true;
        s->items = array_grow(s->items, &s->capacity, s->count, sizeof(*s->items));
        s->items[s->count++] = iface;
}

static void add_ports(struct segment *s, const struct graph *g, size_t master)
{
        size_t count = graph_ports(g, master, NULL, 0);
        CLEANUP(freep) size_t *ports = count ? xcalloc(count, sizeof(*ports)) : NULL;

        if (count)
                (void)graph_ports(g, master, ports, count);
        for (size_t k = 0; k < count; k++)
                add(s, ports[k]);
}

static bool shares_its_parent(const struct iface *i)
{
        return i->parent != NONE && (i->kind == KIND_MACVLAN || i->kind == KIND_MACVTAP);
}

struct segment segment_of(const struct graph *g, size_t iface)
{
        struct segment s = {.marks = xcalloc(g->iface_count, sizeof(*s.marks))};

        add(&s, iface);
        for (size_t k = 0; k < s.count; k++) { /* it grows as long as there are neighbours */
                size_t at = s.items[k];
                const struct iface *i = &g->ifaces[at];

                add(&s, i->master);
                add(&s, i->peer);
                if (shares_its_parent(i))
                        add(&s, i->parent);
                add_ports(&s, g, at);
                for (size_t child = i->child; child != NONE; child = g->ifaces[child].next_child)
                        if (shares_its_parent(&g->ifaces[child]))
                                add(&s, child);
        }
        return s;
}

/* A bridge and a bond have the address of one of their ports by rule: that is no clash. */
static bool may_share(const struct graph *g, size_t a, size_t b)
{
        const struct iface *x = &g->ifaces[a], *y = &g->ifaces[b];

        return x->master == b || y->master == a ||
                (x->master != NONE && x->master == y->master && g->ifaces[x->master].kind == KIND_BOND);
}

static size_t find(const struct graph *g, const struct segment *s, size_t iface, struct mac m, bool by_pin)
{
        size_t found = NONE;

        for (size_t n = 0; m.is_set && n < s->count; n++) {
                size_t k = s->items[n];
                const struct iface *i = &g->ifaces[k];

                if (k < found && k != iface && mac_equal(by_pin ? i->pin : i->mac, m) && i->role != ROLE_IFACE &&
                    !may_share(g, iface, k))
                        found = k;
        }
        return found;
}

size_t segment_find_mac(const struct graph *g, const struct segment *s, size_t iface, struct mac m)
{
        return find(g, s, iface, m, false);
}

size_t segment_find_pin(const struct graph *g, const struct segment *s, size_t iface, struct mac m)
{
        return find(g, s, iface, m, true);
}
