/* build_macs.c - flags two equal MACs on one segment: what bridges and pairs join. */
#include <stdlib.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/sort.h"
#include "core/base/text.h"
#include "core/graph/build_internal.h"
#include "core/graph/query.h"

struct seat {
        size_t segment;
        uint64_t mac;
        size_t iface;
};

static size_t root_of(size_t *up, size_t i)
{
        while (up[i] != i)
                i = up[i] = up[up[i]];
        return i;
}

static void unite(size_t *up, size_t a, size_t b)
{
        up[root_of(up, a)] = root_of(up, b);
}

static int compare_seat(const void *a, const void *b)
{
        const struct seat *x = a, *y = b;

        if (x->segment != y->segment)
                return x->segment > y->segment ? 1 : -1;
        if (x->mac != y->mac)
                return x->mac > y->mac ? 1 : -1;
        return (x->iface > y->iface) - (x->iface < y->iface);
}

/* A bridge and a bond have the address of one of theirs by rule: that is no clash. */
static bool may_share(const struct graph *g, size_t a, size_t b)
{
        const struct iface *x = &g->ifaces[a], *y = &g->ifaces[b];

        return x->master == b || y->master == a ||
                (x->master != NONE && x->master == y->master && g->ifaces[x->master].kind == KIND_BOND);
}

static void flag(struct graph *g, size_t iface, size_t other)
{
        CLEANUP(text_done) struct text t = {0};

        if (g->ifaces[iface].warning)
                return;
        text_put(&t, "has the same MAC as ");
        query_put_iface(&t, g, other);
        text_put(&t, " on the same segment");
        g->ifaces[iface].warning = arena_strdup(graph_arena(g), text_str(&t));
}

void build_mac_warnings(struct graph_build *b)
{
        struct graph *g = b->g;
        CLEANUP(freep) size_t *up = xcalloc(g->iface_count, sizeof(*up));
        CLEANUP(freep) struct seat *seats = xcalloc(g->iface_count, sizeof(*seats));
        size_t count = 0;

        for (size_t i = 0; i < g->iface_count; i++)
                up[i] = i;
        for (size_t i = 0; i < g->iface_count; i++) {
                if (g->ifaces[i].master != NONE)
                        unite(up, i, g->ifaces[i].master);
                if (g->ifaces[i].peer != NONE)
                        unite(up, i, g->ifaces[i].peer);
        }
        for (size_t i = 0; i < g->iface_count; i++) {
                struct mac m = g->ifaces[i].mac;

                if (!m.is_set || mac_is_zero(m) || g->ifaces[i].role == ROLE_IFACE) /* these share one */
                        continue;
                seats[count] = (struct seat){.segment = root_of(up, i), .iface = i};
                for (unsigned k = 0; k < sizeof(m.bytes); k++)
                        seats[count].mac = seats[count].mac << 8 | m.bytes[k];
                count++;
        }
        sort_items(seats, count, sizeof(*seats), compare_seat);
        for (size_t k = 1; k < count; k++) {
                size_t x = seats[k - 1].iface, y = seats[k].iface;

                if (seats[k - 1].segment != seats[k].segment || seats[k - 1].mac != seats[k].mac || may_share(g, x, y))
                        continue;
                flag(g, x, y);
                flag(g, y, x);
        }
}
