/* layout_check.c - a layout painted on a grid of who owns which cell. */
#include "tests/lib/layout_check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/text.h"
#include "tests/lib/topo.h"

enum { GO_N = 1, GO_E = 2, GO_S = 4, GO_W = 8 };

/* Up to two lines go through a cell: one across, one upright. */
struct spot {
        uint64_t net[2];
        uint8_t ways[2];
        bool has_word, has_hook;
        size_t box; /* outermost item here, plus 1; 0 none */
};

static char reason[256];

#define FAIL(...)                                                    \
        do {                                                         \
                (void)snprintf(reason, sizeof(reason), __VA_ARGS__); \
                return reason;                                       \
        } while (0)

static struct spot *spot_at(struct spot *grid, const struct layout *l, int x, int y)
{
        if (x < 0 || y < 0 || x >= l->w || y >= l->h)
                return NULL;
        return &grid[(size_t)y * (size_t)l->w + (size_t)x];
}

static const char *check_items(struct spot *grid, const struct layout *l)
{
        for (size_t n = 0; n < l->item_count; n++) {
                const struct layout_item *i = &l->items[n];

                if (i->at.w <= 0 || i->at.h <= 0)
                        FAIL("item %zu is empty", n);
                if (i->parent != NONE) {
                        struct layout_rect p = l->items[i->parent].at;

                        if (i->parent >= n)
                                FAIL("item %zu stands before its parent", n);
                        if (i->at.x <= p.x || i->at.y <= p.y || i->at.x + i->at.w >= p.x + p.w ||
                            i->at.y + i->at.h >= p.y + p.h)
                                FAIL("item %zu sticks out of its frame", n);
                        continue;
                }
                for (int y = i->at.y; y < i->at.y + i->at.h; y++) {
                        for (int x = i->at.x; x < i->at.x + i->at.w; x++) {
                                struct spot *s = spot_at(grid, l, x, y);

                                if (!s)
                                        FAIL("item %zu is outside of the world", n);
                                if (s->box)
                                        FAIL("boxes %zu and %zu overlap at %d,%d", s->box - 1, n, x, y);
                                s->box = n + 1;
                        }
                }
        }
        return NULL;
}

static const char *check_words(struct spot *grid, const struct layout *l)
{
        for (size_t n = 0; n < l->span_count; n++) {
                const struct layout_span *w = &l->spans[n];

                for (int x = w->x; x < w->x + w->w; x++) {
                        struct spot *s = spot_at(grid, l, x, w->y);

                        if (!s)
                                FAIL("word %zu is outside of the world", n);
                        if (s->has_word)
                                FAIL("words overlap at %d,%d: \"%s\"", x, w->y, w->text ? w->text : "sign");
                        s->has_word = true;
                }
                if (w->sign == LAYOUT_SIGN_NONE && !w->text)
                        FAIL("word %zu says nothing", n);
        }
        for (size_t n = 0; n < l->hook_count; n++) {
                struct spot *s = spot_at(grid, l, l->hooks[n].at.x, l->hooks[n].at.y);

                if (!s)
                        FAIL("hook %zu is outside of the world", n);
                if (s->has_word || s->has_hook)
                        FAIL("hook %zu covers something at %d,%d", n, l->hooks[n].at.x, l->hooks[n].at.y);
                s->has_hook = true;
        }
        return NULL;
}

/* One cell of one edge. */
static const char *mark(struct spot *s, uint64_t net, uint8_t ways, int x, int y)
{
        int slot = -1;

        for (int n = 0; n < 2; n++) {
                if (s->net[n] == net || (s->net[n] == 0 && slot < 0))
                        slot = n;
                if (s->net[n] == net)
                        break;
        }
        if (slot < 0)
                FAIL("three lines meet at %d,%d", x, y);
        s->net[slot] = net;
        s->ways[slot] |= ways;
        return NULL;
}

static size_t outermost(const struct layout *l, size_t item)
{
        while (l->items[item].parent != NONE)
                item = l->items[item].parent;
        return item;
}

static const char *check_edge(struct spot *grid, const struct layout *l, size_t n)
{
        const struct layout_edge *e = &l->edges[n];
        uint64_t net = e->bundle ? e->bundle : (uint64_t)n + 1;
        const char *wrong = NULL;

        if (e->point_count < 2)
                FAIL("edge %zu has no length", n);
        for (size_t k = 0; k + 1 < e->point_count; k++) {
                struct layout_point a = l->points[e->point_first + k], b = l->points[e->point_first + k + 1];
                int dx = (b.x > a.x) - (b.x < a.x), dy = (b.y > a.y) - (b.y < a.y);

                if ((dx != 0) == (dy != 0))
                        FAIL("edge %zu has a piece that is neither level nor upright", n);
                for (int x = a.x, y = a.y;; x += dx, y += dy) {
                        struct spot *s = spot_at(grid, l, x, y);
                        uint8_t ways = 0;

                        if (!s)
                                FAIL("edge %zu leaves the world at %d,%d", n, x, y);
                        if (s->has_word)
                                FAIL("edge %zu runs through a word at %d,%d", n, x, y);
                        if (s->box && s->box - 1 != outermost(l, e->items[0]) &&
                            s->box - 1 != outermost(l, e->items[1]))
                                FAIL("edge %zu runs through a box at %d,%d", n, x, y);
                        if (x != a.x || y != a.y)
                                ways |= dx ? (dx > 0 ? GO_W : GO_E) : (dy > 0 ? GO_N : GO_S);
                        if (x != b.x || y != b.y)
                                ways |= dx ? (dx > 0 ? GO_E : GO_W) : (dy > 0 ? GO_S : GO_N);
                        wrong = mark(s, net, ways, x, y);
                        if (wrong)
                                return wrong;
                        if (x == b.x && y == b.y)
                                break;
                }
        }
        return NULL;
}

static const char *check_crossings(const struct spot *grid, const struct layout *l)
{
        for (size_t n = 0; n < (size_t)l->w * (size_t)l->h; n++) {
                const struct spot *s = &grid[n];
                int x = (int)(n % (size_t)l->w), y = (int)(n / (size_t)l->w);

                if (!s->net[1])
                        continue;
                if (!((s->ways[0] == (GO_E | GO_W) && s->ways[1] == (GO_N | GO_S)) ||
                      (s->ways[1] == (GO_E | GO_W) && s->ways[0] == (GO_N | GO_S))))
                        FAIL("two edges share a piece or a corner at %d,%d", x, y);
        }
        return NULL;
}

const char *layout_check(const struct layout *l)
{
        CLEANUP(freep) struct spot *grid = xcalloc((size_t)l->w * (size_t)l->h + 1, sizeof(*grid));
        const char *wrong = check_items(grid, l);

        if (!wrong)
                wrong = check_words(grid, l);
        for (size_t n = 0; !wrong && n < l->edge_count; n++)
                wrong = check_edge(grid, l, n);
        return wrong ? wrong : check_crossings(grid, l);
}

/* A small generator of our own, so that a seed gives the same network everywhere. */
static unsigned next(unsigned *state, unsigned below)
{
        *state = *state * 1664525u + 1013904223u;
        return below ? (*state >> 8) % below : 0;
}

static const char *random_name(char *buf, size_t size, unsigned *state, const char *prefix, size_t n)
{
        static const char *const spices[] = {"",         "",       "", "", "_web", "-\xe6\x9d\xb1\xe4\xba\xac",
                                             "\xc3\xa9", "\x1b[1m"};

        (void)str_format(buf, size, "%s%zu%s", prefix, n, spices[next(state, ARRAY_SIZE(spices))]);
        return buf;
}

const struct graph *random_graph(unsigned seed, size_t jails, struct registry *registry)
{
        struct topo *t = topo_begin();
        unsigned state = seed * 2654435761u + 12345;
        CLEANUP(freep) size_t *bridges = xcalloc(jails + 4, sizeof(*bridges));
        CLEANUP(freep) size_t *bridge_jails = xcalloc(jails + 4, sizeof(*bridge_jails));
        size_t bridge_count = 0;
        char name[JAIL_NAME_SIZE], far_name[IF_NAME_SIZE];
        size_t eth0 = topo_link(t, 0, "eth0", KIND_PHYSICAL, ""), bond, a, b;

        topo_address(t, eth0, "192.0.2.10/24");
        bond = topo_link(t, 0, "bond0", KIND_BOND, "bond");
        topo_port(t, bond, topo_link(t, 0, "eth1", KIND_PHYSICAL, ""));
        for (; bridge_count < 1 + next(&state, 3); bridge_count++)
                bridges[bridge_count] = topo_bridge(t, 0, random_name(name, IF_NAME_SIZE, &state, "br", bridge_count));
        topo_port(t, bridges[0], eth0);

        for (size_t n = 0; n < jails; n++) {
                size_t jail = topo_jail(t, random_name(name, sizeof(name), &state, "jail", n));
                unsigned wires = next(&state, 4);

                if (next(&state, 12) == 0)
                        topo_jail_facts(t, jail)->state = JAIL_DYING;
                for (unsigned w = 0; w < wires; w++) {
                        size_t k = next(&state, (unsigned)bridge_count);

                        topo_pair(t, bridge_jails[k], random_name(far_name, sizeof(far_name), &state, "p", n * 8 + w),
                                  jail, random_name(name, IF_NAME_SIZE, &state, "e", w), &a, &b);
                        if (next(&state, 8))
                                topo_port(t, bridges[k], a);
                        if (next(&state, 2))
                                topo_address(t, b, next(&state, 2) ? "10.0.0.7/24" : "2001:db8::7/64");
                        if (next(&state, 3) == 0)
                                topo_address(t, b, "10.99.0.7/16");
                        if (next(&state, 6) == 0)
                                topo_iface_facts(t, a)->is_up = false;
                }
                if (n > 0 && next(&state, 5) == 0) { /* a pair between two jails, or within one */
                        size_t other = 1 + next(&state, (unsigned)n + 1);

                        topo_pair(t, jail, "x", other, random_name(far_name, sizeof(far_name), &state, "y", n), &a, &b);
                }
                if (next(&state, 6) == 0) {
                        a = topo_link(t, jail, random_name(name, IF_NAME_SIZE, &state, "mv", n), KIND_MACVLAN,
                                      "macvlan");
                        topo_parent(t, eth0, a);
                }
                if (next(&state, 7) == 0) {
                        a = topo_link(t, jail, "lost", KIND_VETH, "veth");
                        topo_iface_facts(t, a)->link_ifindex = 44;
                        topo_iface_facts(t, a)->link_nsid = 77;
                }
                if (next(&state, 6) == 0) {
                        bridge_jails[bridge_count] = jail;
                        bridges[bridge_count++] =
                                topo_bridge(t, jail, random_name(name, IF_NAME_SIZE, &state, "jb", n));
                }
        }
        return topo_finish(t, registry);
}
