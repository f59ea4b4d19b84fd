/* find.c - look-ups in a graph: sorted indexes made once, searched by halves. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/sort.h"
#include "core/graph/store.h"

static int compare_size(size_t a, size_t b)
{
        return (a > b) - (a < b);
}

/* The order of names that belong to something: by its place, then by the name. */
static bool is_before(size_t owner, const char *name, size_t than_owner, const char *than_name)
{
        return owner < than_owner || (owner == than_owner && strcmp(name, than_name) < 0);
}

static size_t *index_new(struct graph *g, size_t count)
{
        size_t *items = arena_alloc(graph_arena(g), count * sizeof(*items));

        for (size_t i = 0; i < count; i++)
                items[i] = i;
        return items;
}

static int compare_jail_cookie(const void *a, const void *b, void *context)
{
        const struct graph *g = context;
        size_t x = *(const size_t *)a, y = *(const size_t *)b;
        uint64_t p = g->jails[x].cookie, q = g->jails[y].cookie;

        return p != q ? (p > q) - (p < q) : compare_size(x, y);
}

static int compare_jail_name(const void *a, const void *b, void *context)
{
        const struct graph *g = context;
        size_t x = *(const size_t *)a, y = *(const size_t *)b;
        int order = strcmp(g->jails[x].name, g->jails[y].name);
        bool x_dies = g->jails[x].state == JAIL_DYING, y_dies = g->jails[y].state == JAIL_DYING;

        if (order)
                return order;
        return x_dies != y_dies ? x_dies - y_dies : compare_size(x, y);
}

void graph_index_jails(struct graph *g)
{
        struct graph_store *s = g->arena;

        s->jails_by_cookie = index_new(g, g->jail_count);
        sort_items_with(s->jails_by_cookie, g->jail_count, sizeof(size_t), compare_jail_cookie, g);
        s->jails_by_name = index_new(g, g->jail_count);
        sort_items_with(s->jails_by_name, g->jail_count, sizeof(size_t), compare_jail_name, g);
}

size_t graph_find_jail(const struct graph *g, const char *name)
{
        const struct graph_store *s = g->arena;
        size_t low = 0, high = g->jail_count;

        SEARCH(low, high, middle, strcmp(g->jails[s->jails_by_name[middle]].name, name) < 0);
        if (low == g->jail_count || strcmp(g->jails[s->jails_by_name[low]].name, name) != 0)
                return NONE;
        return s->jails_by_name[low];
}

size_t graph_find_jail_cookie(const struct graph *g, uint64_t cookie)
{
        const struct graph_store *s = g->arena;
        size_t low = 0, high = g->jail_count;

        if (!cookie)
                return NONE;
        SEARCH(low, high, middle, g->jails[s->jails_by_cookie[middle]].cookie < cookie);
        if (low == g->jail_count || g->jails[s->jails_by_cookie[low]].cookie != cookie)
                return NONE;
        return s->jails_by_cookie[low];
}

static bool is_placed_before(const struct iface *f, size_t jail, int ifindex)
{
        return f->jail < jail || (f->jail == jail && f->id.ifindex < ifindex);
}

size_t graph_iface_place(const struct graph *g, size_t jail, int ifindex)
{
        const struct graph_store *s = g->arena;
        size_t low = 0, high = g->iface_count;

        SEARCH(low, high, middle, is_placed_before(&g->ifaces[s->ifaces_by_place[middle]], jail, ifindex));
        return low;
}

size_t graph_find_ifindex(const struct graph *g, size_t jail, int ifindex)
{
        const struct graph_store *s = g->arena;
        size_t iface = NONE;

        if (jail >= g->jail_count || g->jails[jail].iface_count == 0)
                return NONE;
        if (s->ifaces_by_place) {
                size_t at = graph_iface_place(g, jail, ifindex);

                iface = at < g->iface_count ? s->ifaces_by_place[at] : NONE;
        } else {
                size_t low = g->jails[jail].iface_first, end = low + g->jails[jail].iface_count, high = end;

                SEARCH(low, high, middle, g->ifaces[middle].id.ifindex < ifindex);
                iface = low < end ? low : NONE;
        }
        return iface != NONE && g->ifaces[iface].jail == jail && g->ifaces[iface].id.ifindex == ifindex ? iface : NONE;
}

size_t graph_find_iface(const struct graph *g, struct iface_id id)
{
        return graph_find_ifindex(g, graph_find_jail_cookie(g, id.cookie), id.ifindex);
}

static int compare_iface_name(const void *a, const void *b)
{
        const struct iface_name *x = a, *y = b;
        int order = compare_size(x->jail, y->jail);

        if (!order)
                order = strcmp(x->name, y->name);
        if (!order)
                order = x->is_alternative - y->is_alternative;
        return order ? order : compare_size(x->iface, y->iface);
}

static int compare_iface_number(const void *a, const void *b, void *context)
{
        const struct graph *g = context;
        size_t x = *(const size_t *)a, y = *(const size_t *)b;
        uint32_t p = g->ifaces[x].number, q = g->ifaces[y].number;

        return p != q ? (p > q) - (p < q) : compare_size(x, y);
}

void graph_index_ifaces(struct graph *g)
{
        struct graph_store *s = g->arena;
        size_t count = g->iface_count;

        for (size_t i = 0; i < g->iface_count; i++)
                count += g->ifaces[i].altname_count;
        s->names = arena_alloc(&s->arena, count * sizeof(*s->names));
        for (size_t i = 0; i < g->iface_count; i++) {
                const struct iface *f = &g->ifaces[i];

                s->names[s->name_count++] = (struct iface_name){f->jail, f->name, i, false};
                for (size_t k = 0; k < f->altname_count; k++)
                        s->names[s->name_count++] = (struct iface_name){f->jail, f->altnames[k], i, true};
        }
        sort_items(s->names, s->name_count, sizeof(*s->names), compare_iface_name);
        s->ifaces_by_number = index_new(g, g->iface_count);
        sort_items_with(s->ifaces_by_number, g->iface_count, sizeof(size_t), compare_iface_number, g);
}

size_t graph_find_iface_in(const struct graph *g, size_t jail, const char *name)
{
        const struct graph_store *s = g->arena;
        size_t low = 0, high = s->name_count;

        SEARCH(low, high, middle, is_before(s->names[middle].jail, s->names[middle].name, jail, name));
        if (low == s->name_count || s->names[low].jail != jail || strcmp(s->names[low].name, name) != 0)
                return NONE;
        return s->names[low].iface;
}

size_t graph_find_number(const struct graph *g, uint32_t number)
{
        const struct graph_store *s = g->arena;
        size_t low = 0, high = g->iface_count;

        SEARCH(low, high, middle, g->ifaces[s->ifaces_by_number[middle]].number < number);
        if (low == g->iface_count || g->ifaces[s->ifaces_by_number[low]].number != number)
                return NONE;
        return s->ifaces_by_number[low];
}

static int compare_port(const void *a, const void *b, void *context)
{
        const struct graph *g = context;
        size_t x = *(const size_t *)a, y = *(const size_t *)b;
        const struct iface *p = &g->ifaces[x], *q = &g->ifaces[y];

        if (p->master != q->master)
                return compare_size(p->master, q->master);
        return p->port_number != q->port_number ? p->port_number - q->port_number : compare_size(x, y);
}

void graph_index_ports(struct graph *g)
{
        struct graph_store *s = g->arena;

        s->ports = arena_alloc(&s->arena, g->iface_count * sizeof(*s->ports));
        for (size_t i = 0; i < g->iface_count; i++)
                if (g->ifaces[i].master != NONE)
                        s->ports[s->port_count++] = i;
        sort_items_with(s->ports, s->port_count, sizeof(size_t), compare_port, g);
}

size_t graph_ports(const struct graph *g, size_t master, size_t *ret, size_t max)
{
        const struct graph_store *s = g->arena;
        size_t low = 0, high = s->port_count, found = 0;

        SEARCH(low, high, middle, g->ifaces[s->ports[middle]].master < master);
        for (; low < s->port_count && g->ifaces[s->ports[low]].master == master; low++) {
                if (found < max)
                        ret[found] = s->ports[low];
                found++;
        }
        return found;
}

static int compare_node_name(const void *a, const void *b, void *context)
{
        const struct graph *g = context;
        size_t x = *(const size_t *)a, y = *(const size_t *)b;
        int order = compare_size(g->nodes[x].jail, g->nodes[y].jail);

        if (!order)
                order = strcmp(g->nodes[x].name, g->nodes[y].name);
        return order ? order : compare_size(x, y);
}

void graph_index_nodes(struct graph *g)
{
        struct graph_store *s = g->arena;

        s->nodes_by_name = arena_alloc(&s->arena, g->node_count * sizeof(size_t));
        for (size_t i = 0; i < g->node_count; i++)
                if (g->nodes[i].name)
                        s->nodes_by_name[s->named_node_count++] = i;
        sort_items_with(s->nodes_by_name, s->named_node_count, sizeof(size_t), compare_node_name, g);
}

size_t graph_node_place(const struct graph *g, uint32_t id)
{
        const struct graph_store *s = g->arena;
        const size_t *order = s->nodes_by_id;
        size_t low = 0, high = g->node_count;

        SEARCH(low, high, middle, g->nodes[order ? order[middle] : middle].id < id);
        return low;
}

size_t graph_find_node(const struct graph *g, uint32_t id)
{
        const struct graph_store *s = g->arena;
        size_t at = graph_node_place(g, id), node = at < g->node_count && s->nodes_by_id ? s->nodes_by_id[at] : at;

        return at < g->node_count && g->nodes[node].id == id ? node : NONE;
}

size_t graph_find_node_named(const struct graph *g, size_t jail, const char *name)
{
        const struct graph_store *s = g->arena;
        size_t low = 0, high = s->named_node_count;

        SEARCH(low, high, middle,
               is_before(g->nodes[s->nodes_by_name[middle]].jail, g->nodes[s->nodes_by_name[middle]].name, jail, name));
        if (low == s->named_node_count)
                return NONE;

        const struct node *n = &g->nodes[s->nodes_by_name[low]];

        return n->jail == jail && strcmp(n->name, name) == 0 ? s->nodes_by_name[low] : NONE;
}

static int compare_hook_name(const void *a, const void *b, void *context)
{
        const struct graph *g = context;
        size_t x = *(const size_t *)a, y = *(const size_t *)b;
        int order = compare_size(g->hooks[x].node, g->hooks[y].node);

        if (!order)
                order = strcmp(g->hooks[x].name, g->hooks[y].name);
        return order ? order : compare_size(x, y);
}

void graph_index_hooks(struct graph *g, size_t *order)
{
        struct graph_store *s = g->arena;

        if (order) {
                arena_keep(&s->arena, order);
                s->hooks_by_name = order;
                return;
        }
        s->hooks_by_name = index_new(g, g->hook_count);
        sort_items_with(s->hooks_by_name, g->hook_count, sizeof(size_t), compare_hook_name, g);
}

size_t graph_hook_place(const struct graph *g, size_t node, const char *name)
{
        const struct graph_store *s = g->arena;
        size_t low = 0, high = g->hook_count;

        SEARCH(low, high, middle,
               is_before(g->hooks[s->hooks_by_name[middle]].node, g->hooks[s->hooks_by_name[middle]].name, node, name));
        return low;
}

size_t graph_find_hook(const struct graph *g, size_t node, const char *name)
{
        const struct graph_store *s = g->arena;
        size_t at = graph_hook_place(g, node, name);

        if (at == g->hook_count)
                return NONE;

        const struct hook *h = &g->hooks[s->hooks_by_name[at]];

        return h->node == node && strcmp(h->name, name) == 0 ? s->hooks_by_name[at] : NONE;
}

size_t graph_hook_peer(const struct graph *g, size_t hook)
{
        const struct edge *e = &g->edges[g->hooks[hook].edge];

        return e->a == hook ? e->b : e->a;
}
