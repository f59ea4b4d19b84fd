/*
 * plan_connect.c - hook to hook: what netgraph's connect and rmhook mean on Linux.
 *
 * A bridge's link and an interface's lower (or an eiface's ether) are a port. A bridge's link and the upper of its own
 * port are the host's stack on the bridge: addresses and routes are carried over. Two bridges are joined by a hidden
 * pair.
 */
#include <errno.h>
#include <string.h>

#include "core/plan/planner.h"

/* One end of a connection, as typed and as found. */
struct end {
        size_t node, hook;
        size_t iface; /* of the node */
        char name[HOOK_NAME_SIZE];
        const char *word;
};

static int find_end(struct planner *pl, size_t value, struct end *ret, struct err *e)
{
        struct end end = {.word = pl->in->values[value]};
        int r = query_hook(pl->g, end.word, &end.node, &end.hook, end.name, e);

        if (r < 0)
                return r;
        end.iface = pl->g->nodes[end.node].iface;
        if (end.iface == NONE)
                return err_set(e, -EOPNOTSUPP, "%s: its node is no interface; nothing can be connected to it",
                               end.word);
        r = planner_allowed(pl, (struct object){.type = OBJECT_NODE, .index = end.node}, e);
        if (r == 0)
                *ret = end;
        return r;
}

static bool is_bridge(const struct planner *pl, const struct end *end)
{
        return pl->g->ifaces[end->iface].kind == KIND_BRIDGE;
}

static bool is_eiface(const struct planner *pl, const struct end *end)
{
        return pl->g->ifaces[end->iface].role == ROLE_EIFACE;
}

static int refuse_connected(struct planner *pl, const struct end *end, struct err *e)
{
        const struct graph *g = pl->g;
        size_t peer = graph_hook_peer(g, end->hook);
        const char *other = peer == NONE ? NULL : g->nodes[g->hooks[peer].node].name;

        return err_set(e, -EEXIST, "%s: is connected to %s already; disconnect it first or choose another hook",
                       end->word, other ? other : "another hook");
}

static void name_hook(struct planner *pl, size_t bridge, struct target to, const char *name)
{
        struct step *s = planner_add(pl, STEP_HOOK_NAME, target_of_iface(pl->g, bridge));

        s->to = to;
        (void)str_copy(s->text, sizeof(s->text), name);
}

/* Two bridges: a pair of hidden ends, each made where its bridge is. */
static int join_bridges(struct planner *pl, const struct end *a, const struct end *b, struct err *e)
{
        const struct graph *g = pl->g;
        const struct end *ends[] = {a, b};
        char hooks[2][HOOK_NAME_SIZE];
        bool record[2];
        struct target made[2];
        struct mac macs[2];

        if (a->iface == b->iface)
                return err_set(e, -ELOOP, "%s: a bridge cannot be joined to itself; choose another one",
                               g->ifaces[a->iface].name);
        for (size_t k = 0; k < 2; k++) {
                int r = planner_choose_hook(pl, ends[k]->iface, ends[k]->name, hooks[k], &record[k], e);

                if (r == 0)
                        r = mac_random(&macs[k], e);
                if (r < 0)
                        return r;
        }

        CLEANUP(freep) bool *segment = segment_of(g, a->iface);

        if (segment[b->iface] && !g->ifaces[a->iface].stp_on && !g->ifaces[b->iface].stp_on)
                plan_note(pl->p, NOTE_WARNING,
                          "the two bridges are joined another way already: a loop, and neither has "
                          "spanning tree");

        size_t step = pl->p->step_count;
        char name[IF_NAME_SIZE];

        (void)planner_add(pl, STEP_LINK_ADD, target_of_jail(g, g->ifaces[a->iface].jail));
        for (size_t k = 0; k < 2; k++) {
                struct link_spec *l = &pl->p->steps[step].link;

                (void)str_format(name, sizeof(name), "ngfab%u", planner_lowest_unit(pl, "ngfab", false));
                (void)str_copy(k == 0 ? l->name : l->peer_name, IF_NAME_SIZE, name);
                made[k] = target_in_jail(g, g->ifaces[ends[k]->iface].jail, name);
        }

        struct link_spec *l = &pl->p->steps[step].link;

        l->kind = KIND_VETH;
        l->role = l->peer_role = ROLE_FABRIC;
        l->mac = macs[0];
        l->peer_mac = macs[1];
        l->peer_jail = target_of_jail(g, g->ifaces[b->iface].jail);
        for (size_t k = 0; k < 2; k++) {
                struct step *s = planner_add(pl, STEP_LINK_MASTER, made[k]);

                s->to = target_of_iface(g, ends[k]->iface);
                (void)planner_add(pl, STEP_LINK_UP, made[k]);
                if (record[k])
                        name_hook(pl, ends[k]->iface, made[k], hooks[k]);
        }

        CLEANUP(freep) char *word_a = shell_word(g->ifaces[a->iface].name);
        CLEANUP(freep) char *word_b = shell_word(g->ifaces[b->iface].name);
        struct target at = target_of_iface(g, a->iface);

        planner_freebsd(pl, &at, "ngctl", "connect %s: %s: %s %s", word_a, word_b, hooks[0], hooks[1]);
        return 0;
}

/* Addresses and routes of one interface go to another one in the same jail. */
static void carry(struct planner *pl, size_t from, size_t to)
{
        const struct graph *g = pl->g;
        const struct iface *i = &g->ifaces[from];
        struct target at = target_of_iface(g, from), there = target_of_iface(g, to);
        CLEANUP(text_done) struct text name = {0};
        char buf[PREFIX_TEXT_SIZE];

        iface_put(&name, g, to);
        for (size_t k = 0; k < g->route_count; k++) {
                if (route_is_carried(g, &g->routes[k], from))
                        (void)planner_add_route(pl, STEP_ROUTE_DEL, &g->routes[k], at);
        }
        for (size_t k = 0; k < i->address_count; k++) {
                if (!address_is_carried(i, &i->addresses[k]))
                        continue;
                planner_add(pl, STEP_ADDRESS_DEL, at)->address = i->addresses[k];
                planner_add(pl, STEP_ADDRESS_ADD, there)->address = i->addresses[k];
                plan_note(pl->p, NOTE_INFO, "%s is carried over to %s", prefix_format(&i->addresses[k], buf),
                          text_str(&name));
                freebsd_address(pl, &at, &i->addresses[k], false);
                freebsd_address(pl, &there, &i->addresses[k], true);
        }
        for (size_t k = 0; k < g->route_count; k++) {
                if (!route_is_carried(g, &g->routes[k], from))
                        continue;
                (void)planner_add_route(pl, STEP_ROUTE_ADD, &g->routes[k], there);
                freebsd_route(pl, &there, &g->routes[k], true);
        }
}

static int connect_upper(struct planner *pl, const struct end *bridge, const struct end *ether, struct err *e)
{
        const struct graph *g = pl->g;
        const struct iface *i = &g->ifaces[ether->iface];

        if (i->master != NONE && i->master != bridge->iface)
                return err_set(e, -EBUSY, "%s: its lower hook is on %s; upper can only go there too", ether->word,
                               g->ifaces[i->master].name);
        pl->carries_addresses = true;
        if (i->master == NONE) {
                int r = plan_attach_port(pl, ether->iface, bridge->iface, "link", e);

                if (r < 0)
                        return r;
                plan_note(pl->p, NOTE_INFO, "its lower hook is connected to the bridge too");
        }
        if (!g->ifaces[bridge->iface].is_up)
                (void)planner_add(pl, STEP_LINK_UP, target_of_iface(g, bridge->iface));
        carry(pl, ether->iface, bridge->iface);
        if (pl->p->step_count == 0)
                plan_note(pl->p, NOTE_INFO, "there is no address to carry over: give the bridge one");
        return 0;
}

/* What may be joined to what, told from the bridge's side. */
static int connect_to_bridge(struct planner *pl, const struct end *bridge, const struct end *other, struct err *e)
{
        bool is_link = str_has_prefix(bridge->name, "link") || str_has_prefix(bridge->name, "uplink");

        if (!is_link)
                return err_set(e, -EINVAL, "%s: a bridge has hooks linkN and uplinkN; write link for the next free one",
                               bridge->word);
        if (is_bridge(pl, other))
                return join_bridges(pl, bridge, other, e);
        if (strcmp(other->name, "upper") == 0 && !is_eiface(pl, other))
                return connect_upper(pl, bridge, other, e);
        if (strcmp(other->name, is_eiface(pl, other) ? "ether" : "lower") == 0) {
                struct object o = {.type = OBJECT_IFACE, .index = other->iface};
                struct err why = {0};

                if (!verb_is_allowed(&verbs[VERB_ATTACH], pl->g, o, &why)) {
                        if (e)
                                *e = why;
                        return why.code ? why.code : -EOPNOTSUPP;
                }
                return plan_attach_port(pl, other->iface, bridge->iface, bridge->name, e);
        }
        return err_set(e, -EINVAL, "%s: cannot be connected to a bridge; %s can", other->word,
                       is_eiface(pl, other) ? "its hook ether" : "its hooks lower and upper");
}

int plan_connect(struct planner *pl, struct err *e)
{
        struct end a = {0}, b = {0};
        int r = find_end(pl, 0, &a, e);

        if (r == 0)
                r = find_end(pl, 1, &b, e);
        if (r < 0)
                return r;
        if (a.hook != NONE)
                return refuse_connected(pl, &a, e);
        if (b.hook != NONE)
                return refuse_connected(pl, &b, e);
        if (is_bridge(pl, &a))
                return connect_to_bridge(pl, &a, &b, e);
        if (is_bridge(pl, &b))
                return connect_to_bridge(pl, &b, &a, e);
        return err_set(e, -EOPNOTSUPP, "%s: one of the two must be a bridge's hook; create epair makes two joined ends",
                       a.word);
}

static int disconnect_upper(struct planner *pl, const struct end *end, struct err *e)
{
        const struct graph *g = pl->g;
        size_t master = g->ifaces[end->iface].master;
        size_t carried = 0;

        for (size_t k = 0; master != NONE && k < g->ifaces[master].address_count; k++)
                carried += address_is_carried(&g->ifaces[master], &g->ifaces[master].addresses[k]);
        if (!carried)
                return err_set(e, -ENOTCONN, "%s: is not connected; the host's addresses are not on a bridge of it",
                               end->word);
        carry(pl, master, end->iface);
        plan_note(pl->p, NOTE_WARNING, "while it is a port, its own addresses do not answer; detach it to use them");
        return 0;
}

static int disconnect_edge(struct planner *pl, const struct end *end, const struct edge *edge, struct err *e)
{
        const struct graph *g = pl->g;
        const struct iface *a = &g->ifaces[edge->iface_a], *b = &g->ifaces[edge->iface_b];

        switch (edge->kind) {
        case EDGE_PORT:
                if (a->role == ROLE_FABRIC && b->role == ROLE_FABRIC)
                        return plan_destroy_iface(pl, edge->iface_a, e);
                return plan_detach_port(pl, b->role == ROLE_FABRIC && b->peer != NONE ? b->peer : edge->iface_b, e);
        case EDGE_MEMBER: return plan_detach_port(pl, edge->iface_b, e);
        case EDGE_PAIR:
                return err_set(e, -EOPNOTSUPP, "%s: a pair's two ends are joined for life; destroy it instead",
                               end->word);
        case EDGE_PARENT:
                return err_set(e, -EOPNOTSUPP, "%s: %s stands on its parent for life; destroy it instead", end->word,
                               b->name);
        }
        return -EINVAL;
}

int plan_disconnect(struct planner *pl, struct err *e)
{
        struct end end = {0};
        int r = find_end(pl, 0, &end, e);

        if (r < 0)
                return r;
        if (end.hook != NONE)
                return disconnect_edge(pl, &end, &pl->g->edges[pl->g->hooks[end.hook].edge], e);
        if (strcmp(end.name, "upper") == 0)
                return disconnect_upper(pl, &end, e);
        return err_set(e, -ENOTCONN, "%s: is not connected; there is nothing to part", end.word);
}
