/*
 * edit_arrays.c - an element more or less in a graph's arrays. What comes stands behind all others, so that no index
 * changes: its place in the order is told by lists, and by indexes of which only these are moved. Where one goes, all
 * that refers to those behind it is told.
 */
#include <string.h>

#include "core/graph/edit_parts.h"

/* The same graph, writable. */
struct graph *edit_open(const struct graph *g)
{
        struct graph_store *s = g->arena;

        return s->graph;
}

struct graph_store *edit_store(const struct graph *g)
{
        return g->arena;
}

/* -- Arrays ------------------------------------------------------------------------------------------------------ */

/* Room for one more at `at`. The old place stays in the arena: an array that grows so doubles. */
void *edit_make_room(const struct graph *g, void *array, size_t *capacity, size_t count, size_t at, size_t size)
{
        char *items = array;

        if (*capacity <= count) {
                *capacity = 2 * count + 16;
                items = arena_alloc(graph_arena(g), *capacity * size);
                if (count)
                        memcpy(items, array, count * size);
        }
        memmove(items + (at + 1) * size, items + at * size, (count - at) * size);
        return items;
}

void edit_close_gap(void *array, size_t count, size_t at, size_t size)
{
        char *items = array;

        memmove(items + at * size, items + (at + 1) * size, (count - at - 1) * size);
}

void edit_index_insert(const struct graph *g, size_t **index, size_t *capacity, size_t count, size_t at, size_t value)
{
        *index = edit_make_room(g, *index, capacity, count, at, sizeof(**index));
        (*index)[at] = value;
}

void edit_index_remove(size_t *index, size_t count, size_t value)
{
        for (size_t k = 0; k < count; k++) {
                if (index[k] == value) {
                        edit_close_gap(index, count, k, sizeof(*index));
                        return;
                }
        }
}

static size_t *index_new(struct graph *g, size_t capacity, size_t count)
{
        size_t *items = arena_alloc(graph_arena(g), (capacity > count ? capacity : count) * sizeof(*items));

        for (size_t k = 0; k < count; k++)
                items[k] = k;
        return items;
}

/* The indexes that a built graph does without, as its arrays stand in their order. */
void edit_begin_order(struct graph *g)
{
        struct graph_store *s = edit_store(g);

        if (s->ifaces_by_place)
                return;
        s->ifaces_by_place = index_new(g, s->iface_capacity, g->iface_count);
        s->nodes_by_id = index_new(g, s->node_capacity, g->node_count);
}

/* What refers to an element behind a place where one went. */
static inline void shift(size_t *ref, size_t at)
{
        *ref -= *ref > at && *ref != NONE ? 1 : 0; /* no jump: it is done for all of them */
}

static void shift_all(size_t *refs, size_t count, size_t at)
{
        for (size_t k = 0; k < count; k++)
                shift(&refs[k], at);
}

void edit_shift_ifaces(struct graph *g, size_t at)
{
        struct graph_store *s = edit_store(g);

        for (size_t k = 0; k < g->jail_count; k++) {
                shift(&g->jails[k].iface_first, at);
                shift(&g->jails[k].iface_last, at);
        }
        for (size_t k = 0; k < g->iface_count; k++) {
                shift(&g->ifaces[k].next, at);
                shift(&g->ifaces[k].master, at);
                shift(&g->ifaces[k].parent, at);
                shift(&g->ifaces[k].child, at);
                shift(&g->ifaces[k].next_child, at);
                shift(&g->ifaces[k].peer, at);
        }
        for (size_t k = 0; k < g->node_count; k++)
                shift(&g->nodes[k].iface, at);
        for (size_t k = 0; k < g->edge_count; k++) {
                shift(&g->edges[k].iface_a, at);
                shift(&g->edges[k].iface_b, at);
        }
        for (size_t k = 0; k < g->loan_count; k++)
                shift(&g->loans[k].iface_index, at);
        for (size_t k = 0; k < g->guest_count; k++)
                for (size_t u = 0; u < g->guests[k].use_count; u++)
                        shift(&g->guests[k].uses[u].iface, at);
        for (size_t k = 0; k < s->name_count; k++)
                shift(&s->names[k].iface, at);
        shift_all(s->ifaces_by_place, g->iface_count, at);
        shift_all(s->ifaces_by_number, g->iface_count, at);
        shift_all(s->ports, s->port_count, at);
}

void edit_shift_nodes(struct graph *g, size_t at)
{
        struct graph_store *s = edit_store(g);

        for (size_t k = 0; k < g->iface_count; k++)
                shift(&g->ifaces[k].node, at);
        for (size_t k = 0; k < g->hook_count; k++)
                shift(&g->hooks[k].node, at);
        shift_all(s->nodes_by_id, g->node_count, at);
        shift_all(s->nodes_by_name, s->named_node_count, at);
}

void edit_shift_hooks(struct graph *g, size_t at)
{
        struct graph_store *s = edit_store(g);

        for (size_t k = 0; k < g->node_count; k++) {
                shift(&g->nodes[k].hook_first, at);
                shift(&g->nodes[k].hook_last, at);
        }
        for (size_t k = 0; k < g->hook_count; k++)
                shift(&g->hooks[k].next, at);
        for (size_t k = 0; k < g->edge_count; k++) {
                shift(&g->edges[k].a, at);
                shift(&g->edges[k].b, at);
        }
        shift_all(s->hooks_by_name, g->hook_count, at);
}

void edit_shift_jails(struct graph *g, size_t at)
{
        struct graph_store *s = edit_store(g);

        for (size_t k = 0; k < g->iface_count; k++)
                shift(&g->ifaces[k].jail, at);
        for (size_t k = 0; k < g->route_count; k++)
                shift(&g->routes[k].jail, at);
        for (size_t k = 0; k < g->node_count; k++)
                shift(&g->nodes[k].jail, at);
        for (size_t k = 0; k < g->loan_count; k++)
                shift(&g->loans[k].jail, at);
        for (size_t k = 0; k < g->guest_count; k++)
                shift(&g->guests[k].jail, at);
        for (size_t k = 0; k < s->name_count; k++)
                shift(&s->names[k].jail, at);
        shift_all(s->jails_by_cookie, g->jail_count, at);
        shift_all(s->jails_by_name, g->jail_count, at);
}
