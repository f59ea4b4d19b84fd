/* edit_arrays.c - an element more or less in a graph's arrays, and all that refers to those behind it. */
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

/* What refers to an element behind a place where one comes or goes. */
static inline void shift(size_t *ref, size_t at, bool comes)
{
        size_t by = comes ? 1 : (size_t)-1;

        *ref += *ref >= at && *ref != NONE ? by : 0; /* no jump: it is done for all of them */
}

static void shift_all(size_t *refs, size_t count, size_t at, bool comes)
{
        for (size_t k = 0; k < count; k++)
                shift(&refs[k], at, comes);
}

void edit_shift_ifaces(struct graph *g, size_t at, bool comes)
{
        struct graph_store *s = edit_store(g);

        for (size_t k = 0; k < g->iface_count; k++) {
                shift(&g->ifaces[k].master, at, comes);
                shift(&g->ifaces[k].parent, at, comes);
                shift(&g->ifaces[k].peer, at, comes);
        }
        for (size_t k = 0; k < g->node_count; k++)
                shift(&g->nodes[k].iface, at, comes);
        for (size_t k = 0; k < g->edge_count; k++) {
                shift(&g->edges[k].iface_a, at, comes);
                shift(&g->edges[k].iface_b, at, comes);
        }
        for (size_t k = 0; k < g->loan_count; k++)
                shift(&g->loans[k].iface_index, at, comes);
        for (size_t k = 0; k < g->guest_count; k++)
                for (size_t u = 0; u < g->guests[k].use_count; u++)
                        shift(&g->guests[k].uses[u].iface, at, comes);
        for (size_t k = 0; k < s->name_count; k++)
                shift(&s->names[k].iface, at, comes);
        shift_all(s->ifaces_by_number, g->iface_count, at, comes);
        shift_all(s->ports, s->port_count, at, comes);
}

void edit_shift_nodes(struct graph *g, size_t at, bool comes)
{
        struct graph_store *s = edit_store(g);

        for (size_t k = 0; k < g->iface_count; k++)
                shift(&g->ifaces[k].node, at, comes);
        for (size_t k = 0; k < g->hook_count; k++)
                shift(&g->hooks[k].node, at, comes);
        shift_all(s->nodes_by_name, s->named_node_count, at, comes);
}

void edit_shift_hooks(struct graph *g, size_t at, bool comes)
{
        struct graph_store *s = edit_store(g);

        for (size_t k = 0; k < g->node_count; k++)
                if (g->nodes[k].hook_count)
                        shift(&g->nodes[k].hook_first, at, comes);
        for (size_t k = 0; k < g->edge_count; k++) {
                shift(&g->edges[k].a, at, comes);
                shift(&g->edges[k].b, at, comes);
        }
        shift_all(s->hooks_by_name, g->hook_count, at, comes);
}

void edit_shift_jails(struct graph *g, size_t at)
{
        struct graph_store *s = edit_store(g);

        for (size_t k = 0; k < g->iface_count; k++)
                shift(&g->ifaces[k].jail, at, false);
        for (size_t k = 0; k < g->route_count; k++)
                shift(&g->routes[k].jail, at, false);
        for (size_t k = 0; k < g->node_count; k++)
                shift(&g->nodes[k].jail, at, false);
        for (size_t k = 0; k < g->loan_count; k++)
                shift(&g->loans[k].jail, at, false);
        for (size_t k = 0; k < g->guest_count; k++)
                shift(&g->guests[k].jail, at, false);
        for (size_t k = 0; k < s->name_count; k++)
                shift(&s->names[k].jail, at, false);
        shift_all(s->jails_by_cookie, g->jail_count, at, false);
        shift_all(s->jails_by_name, g->jail_count, at, false);
}
