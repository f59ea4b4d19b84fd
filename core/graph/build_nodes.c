/*
 * build_nodes.c - netgraph's view of the links: nodes, hooks and edges.
 *
 * Each interface is a node, but for fabric ends and wires: an eiface's fabric end is the hook `ether` of the eiface's
 * node, a pair of two fabric ends is one edge between two bridges, and a wire is one edge between its two ports. What
 * carries a NIC's orphans is the NIC's hook of that name, and so is what carries an iface's second family.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/lookup.h"
#include "core/base/sort.h"
#include "core/base/text.h"
#include "core/graph/build_internal.h"
#include "core/graph/marks.h"
#include "core/graph/names.h"
#include "core/graph/path.h"

/* A hook before its node's other hooks are known. */
struct new_hook {
        size_t node;
        const char *name;
        size_t edge;
        uint32_t peer_id; /* of the node at the other end */
        bool is_a;
};

struct wiring {
        struct graph_build *b;
        struct graph *g;
        struct reg_hook *recorded; /* names of hooks, by sort, number and peer */
        size_t recorded_count;
        struct new_hook *hooks;
        size_t hook_count, hook_capacity;
        struct edge *edges;
        size_t edge_count, edge_capacity;
};

/* The fabric end of an eiface; NONE. */
static size_t fabric_of(const struct graph *g, size_t eiface)
{
        size_t peer = g->ifaces[eiface].peer;

        return role_has_fabric(g->ifaces[eiface].role) && peer != NONE && g->ifaces[peer].role == ROLE_FABRIC ? peer
                                                                                                              : NONE;
}

/* The user's end of an eiface's fabric end; NONE. */
static size_t user_end_of(const struct graph *g, size_t fabric)
{
        size_t peer = g->ifaces[fabric].peer;

        return g->ifaces[fabric].role == ROLE_FABRIC && peer != NONE && role_has_fabric(g->ifaces[peer].role) ? peer
                                                                                                              : NONE;
}

/* One of two fabric ends that join two bridges. */
static bool is_bridge_link(const struct graph *g, size_t i)
{
        const struct iface *f = &g->ifaces[i];

        if (f->role != ROLE_FABRIC || f->peer == NONE)
                return false;

        const struct iface *p = &g->ifaces[f->peer];

        return p->role == ROLE_FABRIC && f->master != NONE && p->master != NONE &&
                g->ifaces[f->master].kind == KIND_BRIDGE && g->ifaces[p->master].kind == KIND_BRIDGE;
}

/* A hidden bridge that stands for an edge; with more ports than an edge has ends it is a hub that can be seen. */
static bool is_wire(const struct graph *g, size_t i)
{
        bool may_be = g->ifaces[i].role == ROLE_WIRE && g->ifaces[i].kind == KIND_BRIDGE;
        size_t ports[2], count = may_be ? graph_ports(g, i, ports, 2) : 0;

        for (size_t k = 0; k < count && k < 2; k++) { /* each port's node must stand for itself */
                if (g->ifaces[ports[k]].role == ROLE_WIRE || is_bridge_link(g, ports[k]))
                        return false;
        }
        return count == 1 || count == 2;
}

const char *graph_node_type(const struct iface *f)
{
        if (f->role == ROLE_EIFACE)
                return "eiface";
        if (f->role == ROLE_IFACE)
                return "iface";
        if (f->role == ROLE_TEE)
                return "tee";
        if (f->role == ROLE_NAT)
                return "nat";
        if (f->role == ROLE_ONE2MANY)
                return "one2many";
        if (f->role == ROLE_VLAN)
                return "vlan";
        if (f->role == ROLE_HUB || f->role == ROLE_WIRE)
                return "hub";
        switch (f->kind) {
        case KIND_BRIDGE: return "bridge";
        case KIND_VLAN: return "vlan";
        case KIND_BOND: return "lagg";
        case KIND_LOOPBACK:
        case KIND_TUN: return "iface";
        case KIND_PHYSICAL:
        case KIND_VETH:
        case KIND_MACVLAN:
        case KIND_MACVTAP:
        case KIND_IPVLAN:
        case KIND_VXLAN:
        case KIND_TAP:
        case KIND_DUMMY:
        case KIND_IFB:
        case KIND_OTHER: break;
        }
        return "ether";
}

static int compare_node(const void *a, const void *b)
{
        const struct node *x = a, *y = b;

        if (x->id != y->id)
                return x->id > y->id ? 1 : -1;
        return (x->iface > y->iface) - (x->iface < y->iface);
}

static void make_nodes(struct graph_build *b)
{
        struct graph *g = b->g;

        g->nodes = arena_alloc(graph_arena(g), g->iface_count * sizeof(*g->nodes));
        for (size_t i = 0; i < g->iface_count; i++) {
                const struct iface *f = &g->ifaces[i];
                size_t fabric = fabric_of(g, i);

                if (user_end_of(g, i) != NONE || is_bridge_link(g, i) || is_wire(g, i) || f->role == ROLE_ORPHANS)
                        continue;
                g->nodes[g->node_count++] = (struct node){
                        .id = f->number,
                        .type = graph_node_type(f),
                        .jail = fabric == NONE ? f->jail : g->ifaces[fabric].jail,
                        .iface = i,
                        .hook_first = NONE,
                        .hook_last = NONE,
                };
        }
        sort_items(g->nodes, g->node_count, sizeof(*g->nodes), compare_node);
        for (size_t n = 0; n < g->node_count; n++)
                g->ifaces[g->nodes[n].iface].node = n;
        for (size_t i = 0; i < g->iface_count; i++)
                if (g->ifaces[i].role == ROLE_ORPHANS)
                        g->ifaces[i].node = g->ifaces[carrier_user(g, i)].node;
        for (size_t i = 0; i < g->iface_count; i++) {
                struct iface *f = &g->ifaces[i];

                if (user_end_of(g, i) != NONE)
                        f->node = g->ifaces[f->peer].node;
                else if (is_bridge_link(g, i))
                        f->node = g->ifaces[f->master].node;
        }
        for (size_t i = 0; i < g->iface_count; i++) {
                size_t port;

                if (!is_wire(g, i))
                        continue;
                (void)graph_ports(g, i, &port, 1);
                g->ifaces[i].node = g->ifaces[port].node;
        }
}

/* A node of that jail has that name already. taken: nodes, by jail and name. */
static bool is_taken(const struct graph *g, const struct lookup *taken, uint64_t key, size_t jail, const char *name)
{
        for (size_t at = taken->count ? lookup_first(taken, key) : LOOKUP_END; at != LOOKUP_END;
             at = lookup_next(taken, at)) {
                const struct node *n = &g->nodes[taken->entries[at].value];

                if (n->jail == jail && strcmp(n->name, name) == 0)
                        return true;
        }
        return false;
}

/* Gives a node that name where it is one, and free. */
static void name_node(struct graph *g, size_t n, const char *name, struct lookup *taken)
{
        struct node *node = &g->nodes[n];
        uint64_t key = lookup_mix_text(lookup_mix(LOOKUP_KEY, node->jail), name);

        if (name_check_node(name, NULL) < 0 || is_taken(g, taken, key, node->jail, name))
                return;
        node->name = arena_strdup(graph_arena(g), name);
        lookup_put(taken, key, n);
}

/* What the node was given: by the kernel's word, which outlives an inventory, else by the row's. The row does not learn
 * it: a mark that goes again, as with a plan that fails, has left nothing. */
static void take_given(struct graph *g, size_t n, const struct reg_iface *row, struct lookup *taken)
{
        const struct iface *f = &g->ifaces[g->nodes[n].iface];
        char name[NODE_NAME_SIZE], marked[NODE_NAME_SIZE];

        (void)str_copy(name, sizeof(name), row->node_name); /* same size */
        g->nodes[n].is_persistent = row->is_persistent;
        for (size_t k = 0; k < f->altname_count; k++) {
                if (keep_mark_parse(f->altnames[k]))
                        g->nodes[n].is_persistent = true;
                else if (node_mark_parse(f->altnames[k], marked))
                        (void)str_copy(name, sizeof(name), marked);
        }
        name_node(g, n, name, taken);
}

/* Recorded names first; then the interfaces' own, as far as they are not taken: such a node has none. */
static void name_nodes(struct graph_build *b)
{
        struct graph *g = b->g;
        CLEANUP(lookup_done) struct lookup taken = {0};

        lookup_expect(&taken, g->node_count);
        for (size_t n = 0; n < g->node_count; n++) {
                struct iface_id id = g->ifaces[g->nodes[n].iface].id;
                const struct reg_iface *row = id.cookie ? registry_find_iface(b->registry, id) : NULL;

                if (row)
                        take_given(g, n, row, &taken);
        }
        for (size_t n = 0; n < g->node_count; n++) {
                const struct iface *f = &g->ifaces[g->nodes[n].iface];
                char own[NODE_NAME_SIZE];

                if (g->nodes[n].name || role_is_netgraph(f->role))
                        continue; /* a netgraph bridge has no name before it is given one */
                path_node_name(f->name, own);
                name_node(g, n, own, &taken);
        }
}

static int compare_recorded(const void *a, const void *b)
{
        const struct reg_hook *x = a, *y = b;

        if (x->is_upper != y->is_upper)
                return x->is_upper - y->is_upper;
        if (x->number != y->number)
                return x->number > y->number ? 1 : -1;
        return (x->peer > y->peer) - (x->peer < y->peer);
}

static const char *recorded_name(const struct wiring *w, uint32_t number, uint32_t peer)
{
        struct reg_hook key = {.number = number, .peer = peer};
        const struct reg_hook *h = w->recorded_count
                ? bsearch(&key, w->recorded, w->recorded_count, sizeof(*w->recorded), compare_recorded)
                : NULL;

        return h ? h->name : NULL;
}

/* Does the port hang from what carries a hook, whose name it tells by itself? */
static bool is_carried(const struct graph *g, size_t port)
{
        size_t peer = g->ifaces[port].role == ROLE_FABRIC ? g->ifaces[port].peer : NONE;

        return peer != NONE && g->ifaces[peer].role == ROLE_ORPHANS;
}

/* A hook on the node of `own`, towards `other`: the name on record for the interface or its node, else the given one.
 */
static void add_hook(struct wiring *w, size_t own, size_t other, const char *fallback, bool is_a)
{
        const struct graph *g = w->g;
        size_t node = g->ifaces[own].node, peer = g->ifaces[other].node;
        bool is_fixed = is_carried(g, own); /* what is on record is of the node's other hook */
        const char *name = is_fixed ? NULL : recorded_name(w, g->nodes[node].id, g->ifaces[other].number);

        if (!name && !is_fixed)
                name = recorded_name(w, g->nodes[node].id, g->nodes[peer].id);
        w->hooks = array_grow(w->hooks, &w->hook_capacity, w->hook_count, sizeof(*w->hooks));
        w->hooks[w->hook_count++] = (struct new_hook){
                .node = node,
                .name = arena_strdup(graph_arena(g), name ? name : fallback),
                .edge = w->edge_count,
                .peer_id = g->nodes[peer].id,
                .is_a = is_a,
        };
}

/* An edge between the node of `a` and that of `b`; hooks by their names on record, else the given ones. */
static void add_edge(struct wiring *w, enum edge_kind kind, size_t a, size_t b, const char *name_a, const char *name_b)
{
        add_hook(w, a, b, name_a, true);
        add_hook(w, b, a, name_b, false);
        w->edges = array_grow(w->edges, &w->edge_capacity, w->edge_count, sizeof(*w->edges));
        w->edges[w->edge_count++] = (struct edge){.kind = kind, .iface_a = a, .iface_b = b};
}

static void add_default_edge(struct wiring *w, enum edge_kind kind, size_t upper, size_t lower, bool upper_is_a)
{
        char name_upper[HOOK_NAME_SIZE], name_lower[HOOK_NAME_SIZE];

        hook_default_name(w->g, kind, upper, lower, true, name_upper);
        hook_default_name(w->g, kind, upper, lower, false, name_lower);
        if (upper_is_a)
                add_edge(w, kind, upper, lower, name_upper, name_lower);
        else
                add_edge(w, kind, lower, upper, name_lower, name_upper);
}

/* Two bridges joined by a pair of fabric ends: the pair's ends stand for their bridges. */
static void add_bridge_link(struct wiring *w, size_t i)
{
        const struct graph *g = w->g;
        size_t peer = g->ifaces[i].peer;
        char name_a[HOOK_NAME_SIZE], name_b[HOOK_NAME_SIZE];

        hook_default_name(g, EDGE_PORT, g->ifaces[i].master, i, true, name_a);
        hook_default_name(g, EDGE_PORT, g->ifaces[peer].master, peer, true, name_b);
        /* A name on record is towards the bridge's own fabric end or the other bridge's. */
        const char *known_a = recorded_name(w, g->nodes[g->ifaces[i].node].id, g->ifaces[i].number);
        const char *known_b = recorded_name(w, g->nodes[g->ifaces[peer].node].id, g->ifaces[peer].number);

        add_edge(w, EDGE_PORT, i, peer, known_a ? known_a : name_a, known_b ? known_b : name_b);
}

/* Two ports of a wire are joined to each other; a lone one is joined to nothing. */
static void add_wire(struct wiring *w, size_t wire)
{
        size_t ends[2];

        if (graph_ports(w->g, wire, ends, 2) == 2)
                add_default_edge(w, EDGE_PAIR, ends[0], ends[1], true);
}

/* The host's stack on a bridge: known from the registry alone, as long as both are in one stack. */
static void add_upper(struct wiring *w, const struct reg_hook *h)
{
        const struct graph *g = w->g;
        size_t bridge = graph_find_number(g, h->number), lower = graph_find_number(g, h->peer);
        const size_t ends[] = {bridge, lower};

        if (bridge == NONE || lower == NONE || !iface_takes_ports(&g->ifaces[bridge]) ||
            g->ifaces[bridge].jail != g->ifaces[lower].jail || g->ifaces[bridge].node == NONE ||
            g->ifaces[lower].node == NONE || g->ifaces[bridge].node == g->ifaces[lower].node)
                return;
        for (size_t k = 0; k < 2; k++) {
                w->hooks = array_grow(w->hooks, &w->hook_capacity, w->hook_count, sizeof(*w->hooks));
                w->hooks[w->hook_count++] = (struct new_hook){
                        .node = g->ifaces[ends[k]].node,
                        .name = arena_strdup(graph_arena(g), k == 0 ? h->name : "upper"),
                        .edge = w->edge_count,
                        .peer_id = g->nodes[g->ifaces[ends[!k]].node].id,
                        .is_a = k == 0,
                };
        }
        w->edges = array_grow(w->edges, &w->edge_capacity, w->edge_count, sizeof(*w->edges));
        w->edges[w->edge_count++] = (struct edge){.kind = EDGE_UPPER, .iface_a = bridge, .iface_b = lower};
}

static void make_edges(struct wiring *w)
{
        const struct graph_store *s = w->g->arena;
        const struct graph *g = w->g;

        /* Ports in their order, so that a bridge's hooks stand in it too. */
        for (size_t k = 0; k < s->port_count; k++) {
                size_t i = s->ports[k], master = g->ifaces[i].master;

                if (is_bridge_link(g, i)) {
                        if (i < g->ifaces[i].peer)
                                add_bridge_link(w, i);
                } else if (is_wire(g, master)) {
                        if (k == 0 || g->ifaces[s->ports[k - 1]].master != master)
                                add_wire(w, master);
                } else if (master != i) {
                        add_default_edge(w, g->ifaces[master].kind == KIND_BRIDGE ? EDGE_PORT : EDGE_MEMBER, master, i,
                                         true);
                }
        }
        for (size_t i = 0; i < g->iface_count; i++) {
                const struct iface *f = &g->ifaces[i];

                if (f->peer != NONE && i < f->peer && f->node != g->ifaces[f->peer].node && !is_bridge_link(g, i))
                        add_default_edge(w, EDGE_PAIR, i, f->peer, true);
                if (f->parent != NONE)
                        add_default_edge(w, EDGE_PARENT, i, f->parent, false);
        }
        for (size_t k = 0; k < w->recorded_count; k++) {
                if (w->recorded[k].is_upper)
                        add_upper(w, &w->recorded[k]);
        }
}

/* By node, then as they were made, which is by edge and end: counted, since they come in any order of nodes. */
static void sort_hooks(struct wiring *w)
{
        CLEANUP(freep) size_t *next = xcalloc(w->g->node_count + 1, sizeof(*next));
        struct new_hook *sorted = xcalloc(w->hook_count, sizeof(*sorted));

        for (size_t i = 0; i < w->hook_count; i++)
                next[w->hooks[i].node + 1]++;
        for (size_t n = 1; n < w->g->node_count; n++)
                next[n] += next[n - 1];
        for (size_t i = 0; i < w->hook_count; i++)
                sorted[next[w->hooks[i].node]++] = w->hooks[i];
        free(w->hooks);
        w->hooks = sorted;
}

static int compare_hook_name(const void *a, const void *b, void *context)
{
        const struct new_hook *hooks = context;
        const struct new_hook *x = &hooks[*(const size_t *)a], *y = &hooks[*(const size_t *)b];

        if (x->node != y->node)
                return x->node > y->node ? 1 : -1;

        int order = strcmp(x->name, y->name);

        return order ? order : (x > y) - (x < y);
}

/* A hook's name is unique on its node: of two equal ones the later takes the other end's id into its name. order: by
 * node and name. True when there were some. */
static bool separate_names(struct wiring *w, const size_t *order)
{
        bool were_equal = false;

        for (size_t k = 1, first = 0; k < w->hook_count; k++) {
                struct new_hook *h = &w->hooks[order[k]];
                char name[HOOK_NAME_SIZE], stem[HOOK_NAME_SIZE - 12];

                if (h->node != w->hooks[order[first]].node || strcmp(h->name, w->hooks[order[first]].name) != 0) {
                        first = k;
                        continue;
                }
                (void)str_copy(stem, sizeof(stem), h->name); /* a cut stem is still one */
                (void)str_format(name, sizeof(name), "%s_%" PRIx32, stem, h->peer_id);
                h->name = arena_strdup(graph_arena(w->g), name);
                were_equal = true;
        }
        return were_equal;
}

/* Their names are told apart; the order by them, if it is known then: it is that of the graph's own index. */
static size_t *name_hooks(struct wiring *w)
{
        size_t *order = xcalloc(w->hook_count, sizeof(*order));

        for (size_t i = 0; i < w->hook_count; i++)
                order[i] = i;
        sort_items_with(order, w->hook_count, sizeof(*order), compare_hook_name, w->hooks);
        if (!separate_names(w, order))
                return order;
        free(order);
        return NULL;
}

static void place_hooks(struct wiring *w)
{
        struct graph *g = w->g;
        size_t *order;

        sort_hooks(w);
        order = name_hooks(w);
        g->edge_count = w->edge_count;
        g->edges = arena_memdup(graph_arena(g), w->edges, w->edge_count * sizeof(*w->edges));
        g->hook_count = w->hook_count;
        g->hooks = arena_alloc(graph_arena(g), w->hook_count * sizeof(*g->hooks));
        for (size_t i = 0; i < w->hook_count; i++) {
                const struct new_hook *h = &w->hooks[i];
                struct node *n = &g->nodes[h->node];

                g->hooks[i] = (struct hook){.node = h->node, .next = NONE, .name = h->name, .edge = h->edge};
                if (n->hook_count++ == 0)
                        n->hook_first = i;
                else
                        g->hooks[i - 1].next = i;
                n->hook_last = i;
                if (h->is_a)
                        g->edges[h->edge].a = i;
                else
                        g->edges[h->edge].b = i;
        }
        graph_index_hooks(g, order);
}

/* The other port of a wire; NONE. */
static size_t across(const struct graph *g, size_t wire, size_t port)
{
        size_t ends[2];

        if (graph_ports(g, wire, ends, 2) != 2)
                return NONE;
        return ends[0] == port ? ends[1] : ends[0];
}

/* A mark as what the record would be. */
static bool read_mark(const struct graph *g, size_t iface, const struct hook_mark *m, struct reg_hook *ret)
{
        const struct iface *f = &g->ifaces[iface];
        size_t master = f->master, own, peer;

        switch (m->sort) {
        case HOOK_MARK_UPPER:
                own = hook_mark_bridge(g, iface, m->digits);
                peer = iface;
                break;
        case HOOK_MARK_MASTER:
                own = master == NONE || is_wire(g, master) ? NONE : master;
                peer = iface;
                break;
        case HOOK_MARK_OWN:
                own = iface;
                peer = master != NONE && is_wire(g, master) ? across(g, master, iface) : master;
                break;
        default: return false;
        }
        if (own == NONE || peer == NONE || g->ifaces[own].node == NONE)
                return false;
        *ret = (struct reg_hook){.number = g->nodes[g->ifaces[own].node].id,
                                 .peer = g->ifaces[peer].number,
                                 .is_upper = m->sort == HOOK_MARK_UPPER};
        (void)str_copy(ret->name, sizeof(ret->name), m->name); /* of the same size */
        return true;
}

/* The kernel's word for the name of a hook, which outlives an inventory, goes before the record. */
static void take_marks(struct wiring *w)
{
        size_t capacity = 0;

        for (size_t i = 0; !w->b->registry->has_all_hooks && i < w->g->iface_count; i++) {
                const struct iface *f = &w->g->ifaces[i];

                for (size_t k = 0; k < f->altname_count; k++) {
                        struct hook_mark m;
                        struct reg_hook h;

                        if (!hook_mark_parse(f->altnames[k], &m) || !read_mark(w->g, i, &m, &h))
                                continue;
                        w->recorded = array_grow(w->recorded, &capacity, w->recorded_count, sizeof(*w->recorded));
                        w->recorded[w->recorded_count++] = h;
                }
        }
        if (w->recorded_count)
                sort_items(w->recorded, w->recorded_count, sizeof(*w->recorded), compare_recorded);
}

static void take_records(struct wiring *w)
{
        const struct registry *r = w->b->registry;
        size_t marked = w->recorded_count, capacity = marked;

        for (size_t i = 0; i < r->hook_count; i++) {
                if (marked && bsearch(&r->hooks[i], w->recorded, marked, sizeof(*w->recorded), compare_recorded))
                        continue;
                w->recorded = array_grow(w->recorded, &capacity, w->recorded_count, sizeof(*w->recorded));
                w->recorded[w->recorded_count++] = r->hooks[i];
        }
        if (w->recorded_count)
                sort_items(w->recorded, w->recorded_count, sizeof(*w->recorded), compare_recorded);
}

void build_nodes(struct graph_build *b)
{
        struct wiring w = {.b = b, .g = b->g};

        make_nodes(b);
        name_nodes(b);
        take_marks(&w);
        take_records(&w);
        make_edges(&w);
        place_hooks(&w);
        free(w.recorded);
        free(w.hooks);
        free(w.edges);
}
