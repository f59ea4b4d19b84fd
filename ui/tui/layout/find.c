/* find.c - questions to a finished layout: what is at a cell, where is a thing, what is the next thing that way. */
#include <stdlib.h>

#include "ui/tui/layout/draft.h"

static bool has(struct layout_rect r, int x, int y)
{
        return x >= r.x && y >= r.y && x < r.x + r.w && y < r.y + r.h;
}

static bool edge_has(const struct layout *l, const struct layout_edge *e, int x, int y)
{
        for (size_t n = 0; n + 1 < e->point_count; n++) {
                const struct layout_point *a = &l->points[e->point_first + n], *b = a + 1;
                int x1 = a->x < b->x ? a->x : b->x, x2 = a->x < b->x ? b->x : a->x;
                int y1 = a->y < b->y ? a->y : b->y, y2 = a->y < b->y ? b->y : a->y;

                if (x >= x1 && x <= x2 && y >= y1 && y <= y2)
                        return true;
        }
        return false;
}

size_t layout_at(const struct layout *l, int x, int y, size_t *ret_edge)
{
        size_t found = NONE;

        for (size_t n = 0; n < l->item_count; n++) {
                if (has(l->items[n].at, x, y))
                        found = n; /* what is inside stands behind what it is in */
        }
        for (size_t n = 0; found == NONE && n < l->edge_count; n++) {
                if (edge_has(l, &l->edges[n], x, y)) {
                        if (ret_edge)
                                *ret_edge = n;
                        break;
                }
        }
        return found;
}

size_t layout_find_key(const struct layout *l, uint64_t key)
{
        for (size_t n = 0; n < l->item_count; n++) {
                if (l->items[n].key == key)
                        return n;
        }
        return NONE;
}

const struct guest_use *layout_guest_use(const struct layout *l, const struct graph *g, size_t item,
                                         const struct guest **ret_guest)
{
        struct object o = l->items[item].object;

        for (size_t k = 0; o.type == OBJECT_IFACE && k < g->guest_count; k++) {
                const struct guest *guest = &g->guests[k];

                if (guest->kind != GUEST_JAIL ||
                    l->items[item].key != draft_key(KEY_GUEST, guest_node_id(guest), g->ifaces[o.index].number))
                        continue;
                for (size_t n = 0; n < guest->use_count; n++) {
                        if (guest->uses[n].iface != o.index)
                                continue;
                        *ret_guest = guest;
                        return &guest->uses[n];
                }
        }
        return NULL;
}

bool layout_can_stop(const struct layout_item *i)
{
        return i->object.type != OBJECT_NONE || i->kind == LAYOUT_FOLD;
}

static size_t find_object(const struct layout *l, struct object o)
{
        for (size_t n = 0; n < l->item_count; n++) {
                if (l->items[n].object.type == o.type && l->items[n].object.index == o.index)
                        return n;
        }
        return NONE;
}

size_t layout_find(const struct layout *l, const struct graph *g, struct object o)
{
        size_t found = NONE;

        if (o.type == OBJECT_NODE)
                o = (struct object){g->nodes[o.index].iface == NONE ? OBJECT_NONE : OBJECT_IFACE,
                                    g->nodes[o.index].iface};
        if (o.type == OBJECT_NONE)
                return NONE;
        if (o.type == OBJECT_IFACE) {
                found = layout_find_key(l, draft_key(KEY_IFACE, g->ifaces[o.index].number, 0));
                if (found == NONE)
                        found = find_object(l, o);
                if (found == NONE)
                        o = (struct object){OBJECT_JAIL, g->ifaces[o.index].jail};
        }
        if (found == NONE && o.type == OBJECT_JAIL)
                found = o.index < l->jail_count ? l->jail_items[o.index] : NONE;
        return found;
}

/* Distance between two spans of cells; 0 when they overlap. */
static int apart(int a, int a_length, int b, int b_length)
{
        if (a + a_length <= b)
                return b - (a + a_length) + 1;
        if (b + b_length <= a)
                return a - (b + b_length) + 1;
        return 0;
}

/* The other end of an edge that leaves an item to that side. */
static size_t along_edge(const struct layout *l, size_t item, int dx)
{
        struct layout_rect from = l->items[item].focus;
        size_t best = NONE;

        for (size_t n = 0; n < l->edge_count; n++) {
                const struct layout_edge *e = &l->edges[n];

                for (int end = 0; end < 2; end++) {
                        size_t far = e->items[!end];

                        if (e->items[end] != item || far == item || !layout_can_stop(&l->items[far]))
                                continue;

                        const struct layout_point *p = &l->points[e->point_first + (end ? e->point_count - 1 : 0)];
                        bool leaves_right = p->x > from.x + from.w / 2;
                        int dy = abs(l->items[far].focus.y - from.y);

                        if (leaves_right != (dx > 0))
                                continue;
                        if (best == NONE || dy < abs(l->items[best].focus.y - from.y))
                                best = far;
                }
        }
        return best;
}

size_t layout_step(const struct layout *l, size_t item, int dx, int dy)
{
        struct layout_rect from = l->items[item].focus;
        size_t best = NONE;
        long best_cost = 0;

        if (dx) {
                best = along_edge(l, item, dx);
                if (best != NONE)
                        return best;
        }
        for (size_t n = 0; n < l->item_count; n++) {
                const struct layout_item *i = &l->items[n];

                if (n == item || !layout_can_stop(i))
                        continue;

                long ahead = 0, aside = 0;

                if (dy) {
                        ahead = (long)(i->focus.y - from.y) * dy;
                        aside = apart(from.x, from.w, i->focus.x, i->focus.w);
                } else {
                        ahead = dx > 0 ? i->focus.x - (from.x + from.w) + 1 : from.x - (i->focus.x + i->focus.w) + 1;
                        aside = labs((long)i->focus.y - from.y) * 3;
                        /* A frame that this item stands in begins beside it, but is not the way out. */
                        if (i->focus.x < from.x + from.w && from.x < i->focus.x + i->focus.w)
                                continue;
                }
                if (ahead <= 0)
                        continue;

                long cost = ahead + 4 * aside;

                if (best == NONE || cost < best_cost) {
                        best = n;
                        best_cost = cost;
                }
        }
        return best;
}
