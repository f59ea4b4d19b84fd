/* edit.c - jails, interfaces, pairs and ports put into a graph that is built, and taken out of it. */
#include "core/graph/edit.h"

#include <string.h>
#include <sys/socket.h>

#include "core/base/alloc.h"
#include "core/base/text.h"
#include "core/graph/names.h"
#include "core/graph/path.h"
#include "core/graph/store.h"

bool graph_is_alone(const struct graph *g)
{
        return __atomic_load_n(&g->refs, __ATOMIC_ACQUIRE) == 1;
}

/* The same graph, writable. */
static struct graph *open_graph(const struct graph *g)
{
        struct graph_store *s = g->arena;

        return s->graph;
}

static struct graph_store *store_of(const struct graph *g)
{
        return g->arena;
}

/* -- Arrays ------------------------------------------------------------------------------------------------------ */

/* Room for one more at `at`. The old place stays in the arena: an array that grows so doubles. */
static void *make_room(const struct graph *g, void *array, size_t *capacity, size_t count, size_t at, size_t size)
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

static void close_gap(void *array, size_t count, size_t at, size_t size)
{
        char *items = array;

        memmove(items + at * size, items + (at + 1) * size, (count - at - 1) * size);
}

static void index_insert(const struct graph *g, size_t **index, size_t *capacity, size_t count, size_t at, size_t value)
{
        *index = make_room(g, *index, capacity, count, at, sizeof(**index));
        (*index)[at] = value;
}

static void index_remove(size_t *index, size_t count, size_t value)
{
        for (size_t k = 0; k < count; k++) {
                if (index[k] == value) {
                        close_gap(index, count, k, sizeof(*index));
                        return;
                }
        }
}

/* What refers to an element behind a place where one comes or goes. */
static void shift(size_t *ref, size_t at, bool comes)
{
        if (*ref == NONE || *ref < at)
                return;
        if (comes)
                ++*ref;
        else
                --*ref;
}

static void shift_all(size_t *refs, size_t count, size_t at, bool comes)
{
        for (size_t k = 0; k < count; k++)
                shift(&refs[k], at, comes);
}

static void shift_ifaces(struct graph *g, size_t at, bool comes)
{
        struct graph_store *s = store_of(g);

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

static void shift_nodes(struct graph *g, size_t at, bool comes)
{
        struct graph_store *s = store_of(g);

        for (size_t k = 0; k < g->iface_count; k++)
                shift(&g->ifaces[k].node, at, comes);
        for (size_t k = 0; k < g->hook_count; k++)
                shift(&g->hooks[k].node, at, comes);
        shift_all(s->nodes_by_name, s->named_node_count, at, comes);
}

static void shift_hooks(struct graph *g, size_t at, bool comes)
{
        struct graph_store *s = store_of(g);

        for (size_t k = 0; k < g->node_count; k++)
                if (g->nodes[k].hook_count)
                        shift(&g->nodes[k].hook_first, at, comes);
        for (size_t k = 0; k < g->edge_count; k++) {
                shift(&g->edges[k].a, at, comes);
                shift(&g->edges[k].b, at, comes);
        }
        shift_all(s->hooks_by_name, g->hook_count, at, comes);
}

static void shift_jails(struct graph *g, size_t at)
{
        struct graph_store *s = store_of(g);

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

/* -- Jails ------------------------------------------------------------------------------------------------------- */

bool graph_add_jail(const struct graph *readable, const struct jail *j)
{
        struct graph *g = open_graph(readable);
        struct graph_store *s = store_of(g);
        struct arena *a = graph_arena(g);
        size_t cookie_capacity = s->jail_capacity, name_capacity = s->jail_capacity, by_cookie = 0, by_name = 0;

        if (!j->cookie || graph_find_jail_cookie(g, j->cookie) != NONE || graph_find_jail(g, j->name) != NONE ||
            g->jails[g->jail_count - 1].jid >= j->jid)
                return false;
        while (by_cookie < g->jail_count && g->jails[s->jails_by_cookie[by_cookie]].cookie < j->cookie)
                by_cookie++;
        while (by_name < g->jail_count && strcmp(g->jails[s->jails_by_name[by_name]].name, j->name) < 0)
                by_name++;
        index_insert(g, &s->jails_by_cookie, &cookie_capacity, g->jail_count, by_cookie, g->jail_count);
        index_insert(g, &s->jails_by_name, &name_capacity, g->jail_count, by_name, g->jail_count);
        g->jails = make_room(g, g->jails, &s->jail_capacity, g->jail_count, g->jail_count, sizeof(*g->jails));

        struct jail *to = &g->jails[g->jail_count++];

        *to = *j;
        to->name = arena_strdup(a, j->name);
        to->path = arena_strdup(a, j->path);
        to->warning = arena_strdup(a, j->warning);
        to->nat_rules = arena_strdup(a, j->nat_rules);
        to->root_path = arena_strdup(a, j->root_path);
        to->hostname = arena_strdup(a, j->hostname);
        to->iface_first = g->iface_count;
        to->iface_count = to->route_count = to->holder_count = 0;
        to->route_first = g->route_count;
        to->holders = NULL;
        return true;
}

bool graph_delete_jail(const struct graph *readable, uint64_t cookie)
{
        struct graph *g = open_graph(readable);
        struct graph_store *s = store_of(g);
        size_t jail = graph_find_jail_cookie(g, cookie);

        if (jail == NONE || jail == 0 || g->jails[jail].route_count)
                return false;
        for (size_t k = 0; k < g->loan_count; k++)
                if (g->loans[k].jail == jail)
                        return false;
        for (size_t k = 0; k < g->guest_count; k++)
                if (g->guests[k].jail == jail)
                        return false;
        for (size_t k = 0; k < g->jails[jail].iface_count; k++) {
                const struct iface *i = &g->ifaces[g->jails[jail].iface_first + k];

                if (i->kind != KIND_LOOPBACK || i->altname_count || i->master != NONE)
                        return false;
        }
        while (g->jails[jail].iface_count)
                if (!graph_delete_iface(g, g->ifaces[g->jails[jail].iface_first].id))
                        return false;
        index_remove(s->jails_by_cookie, g->jail_count, jail);
        index_remove(s->jails_by_name, g->jail_count, jail);
        close_gap(g->jails, g->jail_count, jail, sizeof(*g->jails));
        g->jail_count--;
        shift_jails(g, jail);
        return true;
}

static bool is_same_text(const char *a, const char *b)
{
        return a == b || (a && b && strcmp(a, b) == 0);
}

static const char *keep_text(struct graph *g, const char *old, const char *text)
{
        return is_same_text(old, text) ? old : arena_strdup(graph_arena(g), text);
}

/* Does one of them use it, or look for one that is not there? */
static bool has_guest(const struct graph *g, size_t iface)
{
        for (size_t k = 0; k < g->guest_count; k++)
                if (guest_uses(&g->guests[k], iface))
                        return true;
        return false;
}

bool graph_set_jail(const struct graph *readable, const struct jail *from)
{
        struct graph *g = open_graph(readable);
        size_t jail = graph_find_jail_cookie(g, from->cookie);

        if (jail == NONE || !is_same_text(g->jails[jail].nat_rules, from->nat_rules))
                return false; /* rules are guests */
        g->jails[jail].forwarding = from->forwarding;
        g->jails[jail].forwarding6 = from->forwarding6;
        return true;
}

bool graph_add_route(const struct graph *readable, uint64_t cookie, const struct route *r)
{
        struct graph *g = open_graph(readable);
        struct graph_store *s = store_of(g);
        size_t jail = graph_find_jail_cookie(g, cookie), at;

        if (jail == NONE || !g->has_routes)
                return false;
        at = g->jails[jail].route_first + g->jails[jail].route_count;
        if (g->jails[jail].route_count == 0) { /* behind those of the jails before it */
                for (at = 0; at < g->route_count && g->routes[at].jail < jail; at++)
                        ;
                g->jails[jail].route_first = at;
        }
        for (size_t k = 0; k < g->jail_count; k++)
                if (k != jail && g->jails[k].route_first >= at)
                        g->jails[k].route_first++;
        g->routes = make_room(g, g->routes, &s->route_capacity, g->route_count++, at, sizeof(*g->routes));
        g->routes[at] = *r;
        g->routes[at].jail = jail;
        g->jails[jail].route_count++;
        return true;
}

/* -- Interfaces -------------------------------------------------------------------------------------------------- */

static void set_addresses(struct graph *g, struct iface *to, const struct prefix *from, size_t count)
{
        struct prefix *copy;
        size_t n = 0;

        if (to->address_count == count && (!count || memcmp(to->addresses, from, count * sizeof(*from)) == 0))
                return;
        copy = arena_alloc(graph_arena(g), count * sizeof(*copy));
        for (size_t k = 0; k < count; k++) /* IPv4 first, as the builder has it */
                if (from[k].family == AF_INET)
                        copy[n++] = from[k];
        for (size_t k = 0; k < count; k++)
                if (from[k].family != AF_INET)
                        copy[n++] = from[k];
        to->addresses = copy;
        to->address_count = count;
}

static void put_name(struct graph *g, size_t jail, const char *name, size_t iface)
{
        struct graph_store *s = store_of(g);
        size_t low = 0, high = s->name_count;

        while (low < high) {
                size_t middle = low + (high - low) / 2;
                const struct iface_name *n = &s->names[middle];

                if (n->jail < jail || (n->jail == jail && strcmp(n->name, name) < 0))
                        low = middle + 1;
                else
                        high = middle;
        }
        s->names = make_room(g, s->names, &s->name_capacity, s->name_count, low, sizeof(*s->names));
        s->names[low] = (struct iface_name){.jail = jail, .name = name, .iface = iface};
        s->name_count++;
}

static void put_node(struct graph *g, size_t iface)
{
        struct graph_store *s = store_of(g);
        struct iface *f = &g->ifaces[iface];
        char name[NODE_NAME_SIZE];
        size_t at = 0, node = g->node_count;

        while (node > 0 && g->nodes[node - 1].id > f->number)
                node--;
        shift_nodes(g, node, true);
        g->nodes = make_room(g, g->nodes, &s->node_capacity, g->node_count, node, sizeof(*g->nodes));
        g->nodes[node] = (struct node){.id = f->number, .type = graph_node_type(f), .jail = f->jail, .iface = iface};
        g->node_count++;
        f->node = node;
        path_node_name(f->name, name);
        if (role_is_netgraph(f->role) || name_check_node(name, NULL) < 0 ||
            graph_find_node_named(g, f->jail, name) != NONE)
                return;
        g->nodes[node].name = arena_strdup(graph_arena(g), name);
        while (at < s->named_node_count) {
                const struct node *n = &g->nodes[s->nodes_by_name[at]];

                if (n->jail > f->jail || (n->jail == f->jail && strcmp(n->name, name) > 0))
                        break;
                at++;
        }
        index_insert(g, &s->nodes_by_name, &s->named_node_capacity, s->named_node_count++, at, node);
}

bool graph_add_iface(const struct graph *readable, const struct iface *i)
{
        struct graph *g = open_graph(readable);
        struct graph_store *s = store_of(g);
        struct arena *a = graph_arena(g);
        size_t jail = graph_find_jail_cookie(g, i->id.cookie);

        if (jail == NONE || i->altname_count || !i->number || has_guest(g, NONE) ||
            (i->role != ROLE_PLAIN && i->role != ROLE_EPAIR) || graph_find_iface_in(g, jail, i->name) != NONE ||
            graph_find_number(g, i->number) != NONE)
                return false;

        struct jail *j = &g->jails[jail];
        size_t end = j->iface_first + j->iface_count, at = end, number_capacity = s->iface_capacity;

        if (j->iface_count == 0 && j->iface_first != g->iface_count)
                return false;
        if (j->iface_count && g->ifaces[end - 1].id.ifindex >= i->id.ifindex)
                return false;
        for (size_t k = 0; k < g->jail_count; k++)
                if (k != jail && g->jails[k].iface_first >= at)
                        g->jails[k].iface_first++;

        size_t by_number = g->iface_count;

        while (by_number > 0 && g->ifaces[s->ifaces_by_number[by_number - 1]].number > i->number)
                by_number--;
        shift_ifaces(g, at, true);
        index_insert(g, &s->ifaces_by_number, &number_capacity, g->iface_count, by_number, at);
        g->ifaces = make_room(g, g->ifaces, &s->iface_capacity, g->iface_count, at, sizeof(*g->ifaces));
        g->iface_count++;
        j->iface_count++;

        struct iface *to = &g->ifaces[at];

        *to = *i;
        to->jail = jail;
        to->name = arena_strdup(a, i->name);
        to->kind_name = arena_strdup(a, i->kind_name);
        to->alias = arena_strdup(a, i->alias);
        to->long_name = arena_strdup(a, i->long_name);
        to->warning = NULL;
        to->altnames = NULL;
        to->addresses = NULL;
        to->address_count = 0;
        set_addresses(g, to, i->addresses, i->address_count);
        to->node = to->master = to->parent = to->peer = NONE;
        to->peer_state = PEER_NONE;
        put_name(g, jail, to->name, at);
        put_node(g, at);
        return true;
}

bool graph_set_iface(const struct graph *readable, const struct iface *from)
{
        struct graph *g = open_graph(readable);
        size_t iface = graph_find_iface(g, from->id);

        if (iface == NONE || (g->guest_count && g->ifaces[iface].address_count != from->address_count))
                return false; /* a guest may be looking for an address */

        struct iface *to = &g->ifaces[iface];

        to->flags = from->flags;
        to->is_up = from->is_up;
        to->is_running = from->is_running;
        to->operstate = from->operstate;
        to->mac = from->mac;
        to->pin = from->pin;
        to->pin_source = from->pin_source;
        to->mtu_bytes = from->mtu_bytes;
        to->port_state = from->port_state;
        to->is_isolated = from->is_isolated;
        to->stp_on = from->stp_on;
        to->tuning_known = from->tuning_known;
        memcpy(to->tuning, from->tuning, sizeof(to->tuning));
        to->alias = from->alias && *from->alias ? keep_text(g, to->alias, from->alias) : NULL;
        to->long_name = keep_text(g, to->long_name, from->long_name);
        set_addresses(g, to, from->addresses, from->address_count);
        return true;
}

void graph_set_next_number(const struct graph *g, uint32_t number)
{
        open_graph(g)->next_number = number;
}

/* -- Hooks ------------------------------------------------------------------------------------------------------- */

/* At that place among the node's hooks. */
static size_t put_hook(struct graph *g, size_t node, size_t at_node, const char *name, size_t edge)
{
        struct graph_store *s = store_of(g);
        struct node *n = &g->nodes[node];
        size_t before = node, at, low = 0, high = g->hook_count, name_capacity = s->hook_capacity;

        while (n->hook_count == 0 && before > 0 && g->nodes[before - 1].hook_count == 0)
                before--;
        if (n->hook_count)
                at = n->hook_first + at_node;
        else
                at = before ? g->nodes[before - 1].hook_first + g->nodes[before - 1].hook_count : 0;
        shift_hooks(g, at, true);
        /* A hook at the node's first place pushes its own first one on. */
        if (n->hook_count == 0 || at_node == 0)
                n->hook_first = at;
        g->hooks = make_room(g, g->hooks, &s->hook_capacity, g->hook_count, at, sizeof(*g->hooks));
        g->hooks[at] = (struct hook){.node = node, .name = arena_strdup(graph_arena(g), name), .edge = edge};
        while (low < high) {
                size_t middle = low + (high - low) / 2;
                const struct hook *h = &g->hooks[s->hooks_by_name[middle]];

                if (h->node < node || (h->node == node && strcmp(h->name, name) < 0))
                        low = middle + 1;
                else
                        high = middle;
        }
        index_insert(g, &s->hooks_by_name, &name_capacity, g->hook_count++, low, at);
        n->hook_count++;
        return at;
}

static void drop_hook(struct graph *g, size_t hook)
{
        struct graph_store *s = store_of(g);
        struct node *n = &g->nodes[g->hooks[hook].node];

        index_remove(s->hooks_by_name, g->hook_count, hook);
        close_gap(g->hooks, g->hook_count, hook, sizeof(*g->hooks));
        g->hook_count--;
        n->hook_count--;
        shift_hooks(g, hook + 1, false);
}

/* Hooks of a bridge's ports stand first, in the ports' order. */
static size_t port_hooks(const struct graph *g, size_t node)
{
        const struct node *n = &g->nodes[node];
        size_t count = 0;

        while (count < n->hook_count && g->edges[g->hooks[n->hook_first + count].edge].kind == EDGE_PORT)
                count++;
        return count;
}

static void put_edge(struct graph *g, enum edge_kind kind, size_t a, size_t b)
{
        struct graph_store *s = store_of(g);
        size_t edge = g->edge_count;
        bool is_port = kind == EDGE_PORT;
        size_t node_a = g->ifaces[a].node, node_b = g->ifaces[b].node;
        char name_a[HOOK_NAME_SIZE], name_b[HOOK_NAME_SIZE];

        hook_default_name(g, kind, a, b, true, name_a);
        hook_default_name(g, kind, a, b, false, name_b);
        g->edges = make_room(g, g->edges, &s->edge_capacity, edge, edge, sizeof(*g->edges));
        g->edges[edge] = (struct edge){.kind = kind, .a = NONE, .b = NONE, .iface_a = a, .iface_b = b};
        g->edge_count++;
        g->edges[edge].a =
                put_hook(g, node_a, is_port ? port_hooks(g, node_a) : g->nodes[node_a].hook_count, name_a, edge);
        g->edges[edge].b = put_hook(g, node_b, is_port ? 0 : g->nodes[node_b].hook_count, name_b, edge);
}

static void drop_edge(struct graph *g, size_t edge)
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
static size_t find_edge(const struct graph *g, enum edge_kind kind, size_t a, size_t b)
{
        size_t node = g->ifaces[b].node;

        for (size_t k = 0; node != NONE && k < g->nodes[node].hook_count; k++) {
                size_t edge = g->hooks[g->nodes[node].hook_first + k].edge;
                const struct edge *e = &g->edges[edge];

                if (e->kind == kind && ((e->iface_a == a && e->iface_b == b) || (e->iface_a == b && e->iface_b == a)))
                        return edge;
        }
        return NONE;
}

/* Its node is its own, and stands for nothing else. */
static bool is_plain(const struct graph *g, size_t iface)
{
        const struct iface *f = &g->ifaces[iface];

        return (f->role == ROLE_PLAIN || f->role == ROLE_EPAIR) && f->node != NONE && g->nodes[f->node].iface == iface;
}

bool graph_join_pair(const struct graph *readable, struct iface_id id_a, struct iface_id id_b)
{
        struct graph *g = open_graph(readable);
        size_t a = graph_find_iface(g, id_a), b = graph_find_iface(g, id_b);

        if (a == NONE || b == NONE || !is_plain(g, a) || !is_plain(g, b) || g->ifaces[a].peer != NONE ||
            g->ifaces[b].peer != NONE || g->nodes[g->ifaces[a].node].hook_count ||
            g->nodes[g->ifaces[b].node].hook_count)
                return false;
        if (a > b) { /* the builder goes from the first to its other end */
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
        struct graph *g = open_graph(readable);
        struct graph_store *s = store_of(g);
        size_t bridge = graph_find_iface(g, id_bridge), port = graph_find_iface(g, id_port), at = 0;
        char name[HOOK_NAME_SIZE];

        if (bridge == NONE || port == NONE || bridge == port || g->ifaces[bridge].kind != KIND_BRIDGE ||
            !is_plain(g, bridge) || !is_plain(g, port) || g->ifaces[port].master != NONE ||
            graph_find_hook(g, g->ifaces[port].node, "lower") != NONE || !number)
                return false;
        (void)str_format(name, sizeof(name), "link%u", number - 1u);
        if (graph_find_hook(g, g->ifaces[bridge].node, name) != NONE)
                return false;
        while (at < s->port_count && g->ifaces[s->ports[at]].master <= bridge) {
                if (g->ifaces[s->ports[at]].master == bridge && g->ifaces[s->ports[at]].port_number >= number)
                        return false; /* it takes a place between the others */
                at++;
        }
        index_insert(g, &s->ports, &s->port_capacity, s->port_count++, at, port);
        g->ifaces[port].master = bridge;
        g->ifaces[port].master_ifindex = id_bridge.ifindex;
        g->ifaces[port].port_number = number;
        put_edge(g, EDGE_PORT, bridge, port);
        return true;
}

bool graph_leave_port(const struct graph *readable, struct iface_id id)
{
        struct graph *g = open_graph(readable);
        struct graph_store *s = store_of(g);
        size_t port = graph_find_iface(g, id), bridge = port == NONE ? NONE : g->ifaces[port].master;
        size_t edge = bridge == NONE || !is_plain(g, port) || !is_plain(g, bridge)
                ? NONE
                : find_edge(g, EDGE_PORT, bridge, port);

        if (edge == NONE)
                return false;
        drop_edge(g, edge);
        index_remove(s->ports, s->port_count--, port);
        g->ifaces[port].master = NONE;
        g->ifaces[port].master_ifindex = 0;
        g->ifaces[port].port_number = 0;
        return true;
}

/* -- Taking out -------------------------------------------------------------------------------------------------- */

static void drop_node(struct graph *g, size_t node)
{
        struct graph_store *s = store_of(g);

        if (g->nodes[node].name)
                index_remove(s->nodes_by_name, s->named_node_count--, node);
        close_gap(g->nodes, g->node_count, node, sizeof(*g->nodes));
        g->node_count--;
        shift_nodes(g, node + 1, false);
}

static void drop_name(struct graph *g, size_t iface)
{
        struct graph_store *s = store_of(g);

        for (size_t k = 0; k < s->name_count; k++) {
                if (s->names[k].iface == iface) {
                        close_gap(s->names, s->name_count--, k, sizeof(*s->names));
                        return;
                }
        }
}

/* Does its going bring anything else about? A node of its name may be waiting for it. */
static bool stands_alone(const struct graph *g, size_t iface, size_t pair)
{
        const struct iface *f = &g->ifaces[iface];
        const struct node *n = f->node == NONE ? NULL : &g->nodes[f->node];

        if (!n || !is_plain(g, iface) || f->altname_count || f->master != NONE || f->parent != NONE ||
            n->hook_count != (pair != NONE))
                return false;
        for (size_t k = 0; k < g->iface_count; k++)
                if (g->ifaces[k].parent == iface || g->ifaces[k].master == iface)
                        return false;
        for (size_t k = 0; k < g->loan_count; k++)
                if (g->loans[k].iface_index == iface)
                        return false;
        for (size_t k = 0; k < g->node_count; k++)
                if (!g->nodes[k].name && g->nodes[k].jail == n->jail)
                        return false;
        return true;
}

bool graph_delete_iface(const struct graph *readable, struct iface_id id)
{
        struct graph *g = open_graph(readable);
        struct graph_store *s = store_of(g);
        size_t iface = graph_find_iface(g, id);
        size_t peer = iface == NONE ? NONE : g->ifaces[iface].peer;
        size_t pair = peer == NONE ? NONE : find_edge(g, EDGE_PAIR, peer, iface);

        if (iface == NONE || has_guest(g, iface) || !stands_alone(g, iface, pair) || (peer != NONE && pair == NONE))
                return false;
        if (pair != NONE) {
                drop_edge(g, pair);
                g->ifaces[peer].peer = NONE;
                g->ifaces[peer].peer_state = PEER_NONE;
        }
        drop_node(g, g->ifaces[iface].node);
        drop_name(g, iface);
        index_remove(s->ifaces_by_number, g->iface_count, iface);
        g->jails[g->ifaces[iface].jail].iface_count--;
        close_gap(g->ifaces, g->iface_count, iface, sizeof(*g->ifaces));
        g->iface_count--;
        shift_ifaces(g, iface + 1, false);
        for (size_t k = 0; k < g->jail_count; k++)
                if (g->jails[k].iface_first > iface)
                        g->jails[k].iface_first--;
        return true;
}
