/* edit_edges.c - pairs and ports joined and parted in a graph that is built: edges, hooks and their order. */
#include <string.h>

#include "core/base/sort.h"
#include "core/base/text.h"
#include "core/graph/edit_parts.h"
#include "core/graph/names.h"

/* Among the node's hooks behind that one; NONE: as the first. */
static size_t put_hook(struct graph *g, size_t node, size_t behind, const char *name, size_t edge)
{
        struct graph_store *s = edit_store(g);
        struct node *n = &g->nodes[node];
        size_t at = g->hook_count, name_capacity = s->hook_capacity;

        edit_index_insert(g, &s->hooks_by_name, &name_capacity, at, graph_hook_place(g, node, name), at);
        g->hooks = edit_make_room(g, g->hooks, &s->hook_capacity, at, at, sizeof(*g->hooks));
        g->hooks[at] = (struct hook){
                .node = node,
                .next = behind == NONE ? n->hook_first : g->hooks[behind].next,
                .name = arena_strdup(graph_arena(g), name),
                .edge = edge,
        };
        *(behind == NONE ? &n->hook_first : &g->hooks[behind].next) = at;
        if (n->hook_last == behind)
                n->hook_last = at;
        g->hook_count++;
        n->hook_count++;
        return at;
}

static void drop_hook(struct graph *g, size_t hook)
{
        struct graph_store *s = edit_store(g);
        struct node *n = &g->nodes[g->hooks[hook].node];
        size_t before = NONE;

        for (size_t k = n->hook_first; k != hook; k = g->hooks[k].next)
                before = k;
        *(before == NONE ? &n->hook_first : &g->hooks[before].next) = g->hooks[hook].next;
        if (n->hook_last == hook)
                n->hook_last = before;
        n->hook_count--;
        edit_index_remove(s->hooks_by_name, g->hook_count, hook);
        edit_close_gap(g->hooks, g->hook_count, hook, sizeof(*g->hooks));
        g->hook_count--;
        edit_shift_hooks(g, hook);
}

/* Hooks of a bridge's ports stand first, in the ports' order: the last of them; NONE. */
static size_t last_port_hook(const struct graph *g, size_t node)
{
        size_t last = NONE;

        for (size_t k = g->nodes[node].hook_first; k != NONE; k = g->hooks[k].next) {
                if (g->edges[g->hooks[k].edge].kind != EDGE_PORT)
                        break;
                last = k;
        }
        return last;
}

static void put_edge(struct graph *g, enum edge_kind kind, size_t a, size_t b)
{
        struct graph_store *s = edit_store(g);
        size_t edge = g->edge_count;
        bool is_port = kind == EDGE_PORT;
        size_t node_a = g->ifaces[a].node, node_b = g->ifaces[b].node;
        char name_a[HOOK_NAME_SIZE], name_b[HOOK_NAME_SIZE];

        hook_default_name(g, kind, a, b, true, name_a);
        hook_default_name(g, kind, a, b, false, name_b);
        g->edges = edit_make_room(g, g->edges, &s->edge_capacity, edge, edge, sizeof(*g->edges));
        g->edges[edge] = (struct edge){.kind = kind, .a = NONE, .b = NONE, .iface_a = a, .iface_b = b};
        g->edge_count++;
        g->edges[edge].a =
                put_hook(g, node_a, is_port ? last_port_hook(g, node_a) : g->nodes[node_a].hook_last, name_a, edge);
        g->edges[edge].b = put_hook(g, node_b, is_port ? NONE : g->nodes[node_b].hook_last, name_b, edge);
}

void edit_drop_edge(struct graph *g, size_t edge)
{
        size_t a = g->edges[edge].a, b = g->edges[edge].b, last = g->edge_count - 1;

        drop_hook(g, a > b ? a : b);
        drop_hook(g, a > b ? b : a);
        if (edge != last) {
                g->edges[edge] = g->edges[last];
                g->hooks[g->edges[edge].a].edge = edge;
                g->hooks[g->edges[edge].b].edge = edge;
        }
        g->edge_count--;
}

/* The edge between the two nodes' interfaces; NONE. */
size_t edit_find_edge(const struct graph *g, enum edge_kind kind, size_t a, size_t b)
{
        size_t node = g->ifaces[b].node;

        for (size_t k = node == NONE ? NONE : g->nodes[node].hook_first; k != NONE; k = g->hooks[k].next) {
                size_t edge = g->hooks[k].edge;
                const struct edge *e = &g->edges[edge];

                if (e->kind == kind && ((e->iface_a == a && e->iface_b == b) || (e->iface_a == b && e->iface_b == a)))
                        return edge;
        }
        return NONE;
}

/* In the builder's order of interfaces. */
static bool stands_before(const struct graph *g, size_t a, size_t b)
{
        const struct iface *x = &g->ifaces[a], *y = &g->ifaces[b];

        return x->jail != y->jail ? x->jail < y->jail : x->id.ifindex < y->id.ifindex;
}

/* Its node is its own, and stands for nothing else. */
bool edit_is_plain(const struct graph *g, size_t iface)
{
        const struct iface *f = &g->ifaces[iface];

        return (f->role == ROLE_PLAIN || f->role == ROLE_EPAIR) && f->node != NONE && g->nodes[f->node].iface == iface;
}

bool graph_join_pair(const struct graph *readable, struct iface_id id_a, struct iface_id id_b)
{
        struct graph *g = edit_open(readable);
        size_t a = graph_find_iface(g, id_a), b = graph_find_iface(g, id_b);

        if (a == NONE || b == NONE || !edit_is_plain(g, a) || !edit_is_plain(g, b) || g->ifaces[a].peer != NONE ||
            g->ifaces[b].peer != NONE || g->nodes[g->ifaces[a].node].hook_count ||
            g->nodes[g->ifaces[b].node].hook_count)
                return false;
        if (stands_before(g, b, a)) { /* the builder goes from the first to its other end */
                size_t first = b;

                b = a;
                a = first;
        }
        g->ifaces[a].peer = b;
        g->ifaces[b].peer = a;
        g->ifaces[a].peer_state = g->ifaces[b].peer_state = PEER_KNOWN;
        put_edge(g, EDGE_PAIR, a, b);
        return true;
}

bool graph_join_port(const struct graph *readable, struct iface_id id_bridge, struct iface_id id_port, uint16_t number)
{
        struct graph *g = edit_open(readable);
        struct graph_store *s = edit_store(g);
        size_t bridge = graph_find_iface(g, id_bridge), port = graph_find_iface(g, id_port), at = 0,
               end = s->port_count;
        char name[HOOK_NAME_SIZE];

        if (bridge == NONE || port == NONE || bridge == port || g->ifaces[bridge].kind != KIND_BRIDGE ||
            !edit_is_plain(g, bridge) || !edit_is_plain(g, port) || g->ifaces[port].master != NONE ||
            graph_find_hook(g, g->ifaces[port].node, "lower") != NONE || !number)
                return false;
        (void)str_format(name, sizeof(name), "link%u", number - 1u);
        if (graph_find_hook(g, g->ifaces[bridge].node, name) != NONE)
                return false;
        SEARCH(at, end, k, g->ifaces[s->ports[k]].master <= bridge);
        if (at > 0 && g->ifaces[s->ports[at - 1]].master == bridge && g->ifaces[s->ports[at - 1]].port_number >= number)
                return false; /* it takes a place between the others */
        edit_index_insert(g, &s->ports, &s->port_capacity, s->port_count++, at, port);
        g->ifaces[port].master = bridge;
        g->ifaces[port].master_ifindex = id_bridge.ifindex;
        g->ifaces[port].port_number = number;
        put_edge(g, EDGE_PORT, bridge, port);
        return true;
}

bool graph_leave_port(const struct graph *readable, struct iface_id id)
{
        struct graph *g = edit_open(readable);
        struct graph_store *s = edit_store(g);
        size_t port = graph_find_iface(g, id), bridge = port == NONE ? NONE : g->ifaces[port].master;
        size_t edge = bridge == NONE || !edit_is_plain(g, port) || !edit_is_plain(g, bridge)
                ? NONE
                : edit_find_edge(g, EDGE_PORT, bridge, port);

        if (edge == NONE)
                return false;
        edit_drop_edge(g, edge);
        edit_index_remove(s->ports, s->port_count--, port);
        g->ifaces[port].master = NONE;
        g->ifaces[port].master_ifindex = 0;
        g->ifaces[port].port_number = 0;
        return true;
}
