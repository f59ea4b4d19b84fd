/* edit.c - jails, interfaces and routes put into a graph that is built, changed, and taken out of it. */
#include <string.h>
#include <sys/socket.h>

#include "core/base/alloc.h"
#include "core/base/sort.h"
#include "core/base/text.h"
#include "core/graph/edit_parts.h"
#include "core/graph/names.h"
#include "core/graph/path.h"

bool graph_is_alone(const struct graph *g)
{
        const struct graph_store *s = g->arena;

        return !s->base && __atomic_load_n(&g->refs, __ATOMIC_ACQUIRE) == 1;
}

/* -- Jails ------------------------------------------------------------------------------------------------------- */

bool graph_add_jail(const struct graph *readable, const struct jail *j)
{
        struct graph *g = edit_open(readable);
        struct graph_store *s = edit_store(g);
        struct arena *a = graph_arena(g);
        size_t cookie_capacity = s->jail_capacity, name_capacity = cookie_capacity;
        size_t by_cookie = 0, cookie_end = g->jail_count, by_name = 0, name_end = cookie_end;

        if (!j->cookie || graph_find_jail_cookie(g, j->cookie) != NONE || graph_find_jail(g, j->name) != NONE ||
            g->jails[g->jail_count - 1].jid >= j->jid)
                return false;
        SEARCH(by_cookie, cookie_end, at, g->jails[s->jails_by_cookie[at]].cookie < j->cookie);
        SEARCH(by_name, name_end, at, strcmp(g->jails[s->jails_by_name[at]].name, j->name) < 0);
        edit_index_insert(g, &s->jails_by_cookie, &cookie_capacity, g->jail_count, by_cookie, g->jail_count);
        edit_index_insert(g, &s->jails_by_name, &name_capacity, g->jail_count, by_name, g->jail_count);
        g->jails = edit_make_room(g, g->jails, &s->jail_capacity, g->jail_count, g->jail_count, sizeof(*g->jails));

        struct jail *to = &g->jails[g->jail_count++];

        *to = *j;
        to->name = arena_strdup(a, j->name);
        to->path = arena_strdup(a, j->path);
        to->warning = arena_strdup(a, j->warning);
        to->nat_rules = arena_strdup(a, j->nat_rules);
        to->root_path = arena_strdup(a, j->root_path);
        to->hostname = arena_strdup(a, j->hostname);
        to->iface_first = to->iface_last = NONE;
        to->iface_count = to->route_count = to->holder_count = 0;
        to->route_first = g->route_count;
        to->holders = NULL;
        return true;
}

bool graph_delete_jail(const struct graph *readable, uint64_t cookie)
{
        struct graph *g = edit_open(readable);
        struct graph_store *s = edit_store(g);
        size_t jail = graph_find_jail_cookie(g, cookie);

        if (jail == NONE || jail == 0 || g->jails[jail].route_count)
                return false;
        for (size_t k = 0; k < g->loan_count; k++)
                if (g->loans[k].jail == jail)
                        return false;
        for (size_t k = 0; k < g->guest_count; k++)
                if (g->guests[k].jail == jail)
                        return false;
        for (size_t k = g->jails[jail].iface_first; k != NONE; k = g->ifaces[k].next) {
                const struct iface *i = &g->ifaces[k];

                if (i->kind != KIND_LOOPBACK || i->altname_count || i->master != NONE)
                        return false;
        }
        while (g->jails[jail].iface_count)
                if (!graph_delete_iface(g, g->ifaces[g->jails[jail].iface_first].id))
                        return false;
        edit_index_remove(s->jails_by_cookie, g->jail_count, jail);
        edit_index_remove(s->jails_by_name, g->jail_count, jail);
        edit_close_gap(g->jails, g->jail_count, jail, sizeof(*g->jails));
        g->jail_count--;
        edit_shift_jails(g, jail);
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
                for (size_t u = 0; u < g->guests[k].use_count; u++)
                        if (g->guests[k].uses[u].iface == iface)
                                return true;
        return false;
}

bool graph_set_jail(const struct graph *readable, const struct jail *from)
{
        struct graph *g = edit_open(readable);
        size_t jail = graph_find_jail_cookie(g, from->cookie);

        if (jail == NONE || !is_same_text(g->jails[jail].nat_rules, from->nat_rules))
                return false; /* rules are guests */
        g->jails[jail].forwarding = from->forwarding;
        g->jails[jail].forwarding6 = from->forwarding6;
        return true;
}

bool graph_add_route(const struct graph *readable, uint64_t cookie, const struct route *r)
{
        struct graph *g = edit_open(readable);
        struct graph_store *s = edit_store(g);
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
        g->routes = edit_make_room(g, g->routes, &s->route_capacity, g->route_count++, at, sizeof(*g->routes));
        g->routes[at] = *r;
        g->routes[at].jail = jail;
        g->jails[jail].route_count++;
        return true;
}

bool graph_delete_route(const struct graph *readable, uint64_t cookie, const struct route *r)
{
        struct graph *g = edit_open(readable);
        size_t jail = graph_find_jail_cookie(g, cookie);
        struct jail *j = jail == NONE ? NULL : &g->jails[jail];

        if (!j || !g->has_routes)
                return false;
        for (size_t at = j->route_first; at < j->route_first + j->route_count; at++) {
                const struct route *o = &g->routes[at];

                if (o->oif != r->oif || o->metric != r->metric || o->type != r->type || o->protocol != r->protocol ||
                    !prefix_equal(&o->destination, &r->destination) ||
                    memcmp(&o->gateway, &r->gateway, sizeof(o->gateway)) != 0)
                        continue;
                edit_close_gap(g->routes, g->route_count--, at, sizeof(*g->routes));
                j->route_count--;
                for (size_t k = 0; k < g->jail_count; k++)
                        if (g->jails[k].route_first > at)
                                g->jails[k].route_first--;
                return true;
        }
        return false;
}

bool graph_add_loan(const struct graph *readable, const struct loan *l)
{
        struct graph *g = edit_open(readable);
        struct graph_store *s = edit_store(g);
        size_t at = g->loan_count;

        for (size_t k = 0; k < g->loan_count; k++)
                if (g->loans[k].number == l->number)
                        return false;
        while (at > 0 && graph_compare_loans(&g->loans[at - 1], l) > 0)
                at--;
        g->loans = edit_make_room(g, g->loans, &s->loan_capacity, g->loan_count++, at, sizeof(*g->loans));
        g->loans[at] = *l;
        g->loans[at].iface = arena_strdup(graph_arena(g), l->iface);
        g->loans[at].jail_name = arena_strdup(graph_arena(g), l->jail_name);
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
        struct graph_store *s = edit_store(g);
        size_t low = 0, high = s->name_count;

        SEARCH(low, high, at,
               s->names[at].jail < jail || (s->names[at].jail == jail && strcmp(s->names[at].name, name) < 0));
        s->names = edit_make_room(g, s->names, &s->name_capacity, s->name_count, low, sizeof(*s->names));
        s->names[low] = (struct iface_name){.jail = jail, .name = name, .iface = iface};
        s->name_count++;
}

static bool is_named_before(const struct node *n, size_t jail, const char *name)
{
        return n->jail < jail || (n->jail == jail && strcmp(n->name, name) < 0);
}

static void put_node(struct graph *g, size_t iface)
{
        struct graph_store *s = edit_store(g);
        struct iface *f = &g->ifaces[iface];
        char name[NODE_NAME_SIZE];
        size_t low = 0, high = s->named_node_count, node = g->node_count, id_capacity = s->node_capacity;

        edit_index_insert(g, &s->nodes_by_id, &id_capacity, node, graph_node_place(g, f->number), node);
        g->nodes = edit_make_room(g, g->nodes, &s->node_capacity, node, node, sizeof(*g->nodes));
        g->nodes[node] = (struct node){
                .id = f->number,
                .type = graph_node_type(f),
                .jail = f->jail,
                .iface = iface,
                .hook_first = NONE,
                .hook_last = NONE,
        };
        g->node_count++;
        f->node = node;
        path_node_name(f->name, name);
        if (role_is_netgraph(f->role) || name_check_node(name, NULL) < 0 ||
            graph_find_node_named(g, f->jail, name) != NONE)
                return;
        g->nodes[node].name = arena_strdup(graph_arena(g), name);
        SEARCH(low, high, at, is_named_before(&g->nodes[s->nodes_by_name[at]], f->jail, name));
        edit_index_insert(g, &s->nodes_by_name, &s->named_node_capacity, s->named_node_count++, low, node);
}

bool graph_add_iface(const struct graph *readable, const struct iface *i)
{
        struct graph *g = edit_open(readable);
        struct graph_store *s = edit_store(g);
        struct arena *a = graph_arena(g);
        size_t jail = graph_find_jail_cookie(g, i->id.cookie);

        if (jail == NONE || i->altname_count || !i->number || has_guest(g, NONE) ||
            (i->role != ROLE_PLAIN && i->role != ROLE_EPAIR) || graph_find_iface_in(g, jail, i->name) != NONE ||
            graph_find_number(g, i->number) != NONE)
                return false;

        struct jail *j = &g->jails[jail];
        size_t at = g->iface_count, number_capacity = s->iface_capacity, place_capacity = number_capacity;
        size_t by_number = 0, number_end = at;

        if (j->iface_count && g->ifaces[j->iface_last].id.ifindex >= i->id.ifindex)
                return false;
        edit_begin_order(g);
        edit_index_insert(g, &s->ifaces_by_place, &place_capacity, at, graph_iface_place(g, jail, i->id.ifindex), at);
        SEARCH(by_number, number_end, k, g->ifaces[s->ifaces_by_number[k]].number < i->number);
        edit_index_insert(g, &s->ifaces_by_number, &number_capacity, at, by_number, at);
        g->ifaces = edit_make_room(g, g->ifaces, &s->iface_capacity, at, at, sizeof(*g->ifaces));
        *(j->iface_count++ ? &g->ifaces[j->iface_last].next : &j->iface_first) = at;
        j->iface_last = at;
        g->iface_count++;

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
        to->next = to->child = to->next_child = NONE;
        to->node = to->master = to->parent = to->peer = NONE;
        to->peer_state = PEER_NONE;
        put_name(g, jail, to->name, at);
        put_node(g, at);
        return true;
}

bool graph_set_iface(const struct graph *readable, const struct iface *from)
{
        struct graph *g = edit_open(readable);
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
        edit_open(g)->next_number = number;
}

/* -- Taking out -------------------------------------------------------------------------------------------------- */

static void drop_node(struct graph *g, size_t node)
{
        struct graph_store *s = edit_store(g);

        if (g->nodes[node].name)
                edit_index_remove(s->nodes_by_name, s->named_node_count--, node);
        edit_index_remove(s->nodes_by_id, g->node_count, node);
        edit_close_gap(g->nodes, g->node_count, node, sizeof(*g->nodes));
        g->node_count--;
        edit_shift_nodes(g, node);
}

static void drop_name(struct graph *g, size_t iface)
{
        struct graph_store *s = edit_store(g);

        for (size_t k = 0; k < s->name_count; k++) {
                if (s->names[k].iface == iface) {
                        edit_close_gap(s->names, s->name_count--, k, sizeof(*s->names));
                        return;
                }
        }
}

static void drop_from_jail(struct graph *g, size_t iface)
{
        struct jail *j = &g->jails[g->ifaces[iface].jail];
        size_t before = NONE;

        for (size_t k = j->iface_first; k != iface; k = g->ifaces[k].next)
                before = k;
        *(before == NONE ? &j->iface_first : &g->ifaces[before].next) = g->ifaces[iface].next;
        if (j->iface_last == iface)
                j->iface_last = before;
        j->iface_count--;
}

/* Does its going bring anything else about? A node of its name may be waiting for it. */
static bool stands_alone(const struct graph *g, size_t iface, size_t pair)
{
        const struct iface *f = &g->ifaces[iface];
        const struct node *n = f->node == NONE ? NULL : &g->nodes[f->node];

        if (!n || !edit_is_plain(g, iface) || f->altname_count || f->master != NONE || f->parent != NONE ||
            f->child != NONE || n->hook_count != (pair != NONE) || graph_ports(g, iface, NULL, 0))
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
        struct graph *g = edit_open(readable);
        struct graph_store *s = edit_store(g);
        size_t iface = graph_find_iface(g, id);
        size_t peer = iface == NONE ? NONE : g->ifaces[iface].peer;
        size_t pair = peer == NONE ? NONE : edit_find_edge(g, EDGE_PAIR, peer, iface);

        if (iface == NONE || has_guest(g, iface) || !stands_alone(g, iface, pair) || (peer != NONE && pair == NONE))
                return false;
        edit_begin_order(g);
        if (pair != NONE) {
                edit_drop_edge(g, pair);
                g->ifaces[peer].peer = NONE;
                g->ifaces[peer].peer_state = PEER_NONE;
        }
        drop_node(g, g->ifaces[iface].node);
        drop_name(g, iface);
        drop_from_jail(g, iface);
        edit_index_remove(s->ifaces_by_place, g->iface_count, iface);
        edit_index_remove(s->ifaces_by_number, g->iface_count, iface);
        edit_close_gap(g->ifaces, g->iface_count, iface, sizeof(*g->ifaces));
        g->iface_count--;
        edit_shift_ifaces(g, iface);
        return true;
}
