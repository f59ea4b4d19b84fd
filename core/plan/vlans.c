/* vlans.c - what passes a vlan node's ports, worked out from its hooks and their marks before and after a plan. */
#include "core/plan/vlans.h"

#include <string.h>

#include "core/graph/marks.h"
#include "core/plan/feed.h"
#include "core/plan/simulate.h"

/* One node's filters, in one picture. */
struct filters {
        bool is_taken[VLAN_LAST + 1];
        bool has_nomatch;
        uint16_t rest; /* what untagged frames are inside; 0: each VLAN has a filter */
};

enum hook_use { USE_DOWNSTREAM, USE_NOMATCH, USE_FILTER };

static enum hook_use use_of(const char *name)
{
        if (strcmp(name, "downstream") == 0)
                return USE_DOWNSTREAM;
        return strcmp(name, "nomatch") == 0 ? USE_NOMATCH : USE_FILTER;
}

bool is_filter_hook(const char *name)
{
        return use_of(name) == USE_FILTER;
}

static void read_filters(const struct graph *g, size_t bridge, struct filters *ret)
{
        const struct node *n = &g->nodes[g->ifaces[bridge].node];

        *ret = (struct filters){.rest = VLAN_LAST};
        for (size_t k = n->hook_first; k != NONE; k = g->hooks[k].next) {
                enum hook_use use = use_of(g->hooks[k].name);
                uint16_t vlan;

                if (use == USE_NOMATCH)
                        ret->has_nomatch = true;
                else if (use == USE_FILTER && vlan_mark_find(&g->ifaces[hook_port(g, bridge, k)], &vlan))
                        ret->is_taken[vlan] = true;
        }
        while (ret->rest > 0 && ret->is_taken[ret->rest])
                ret->rest--;
}

/* The hook by which an interface, or the node's own for the host's stack, is a port of that node; NONE. */
static size_t hook_of_port(const struct graph *g, size_t bridge, size_t port)
{
        const struct node *n = &g->nodes[g->ifaces[bridge].node];

        for (size_t k = n->hook_first; k != NONE; k = g->hooks[k].next)
                if (hook_port(g, bridge, k) == port)
                        return k;
        return NONE;
}

/* How each VLAN passes a port. A port that is none lets nothing pass. */
static void read_passages(const struct graph *g, size_t bridge, size_t port, uint8_t ret[VLAN_LAST + 1])
{
        size_t hook = port == NONE ? NONE : hook_of_port(g, bridge, port);
        struct filters f;
        uint16_t own = 0;

        memset(ret, VLAN_NONE, VLAN_LAST + 1);
        if (hook == NONE)
                return;

        enum hook_use use = use_of(g->hooks[hook].name);

        if (use == USE_FILTER) {
                if (vlan_mark_find(&g->ifaces[port], &own))
                        ret[own] = VLAN_OWN;
                return;
        }
        read_filters(g, bridge, &f);
        for (unsigned vlan = 1; vlan <= VLAN_LAST; vlan++) {
                if (f.is_taken[vlan])
                        ret[vlan] = use == USE_DOWNSTREAM ? VLAN_TAGGED : VLAN_NONE;
                else if (f.has_nomatch)
                        ret[vlan] = vlan == f.rest ? VLAN_OWN : VLAN_TAGGED;
        }
}

static void add_step(struct plan *p, const struct graph *g, const struct graph *then, size_t port, struct vlan_span v)
{
        struct step *s = plan_add(p, STEP_PORT_VLANS);

        s->at = then ? target_of_then(g, then, port) : target_of_iface(g, port);
        s->number = vlan_span_number(v);
        target_name_end(then ? then : g, port, s->name, sizeof(s->name));
}

/* One step for each run of VLANs that changes alike. then NULL: before the plan's own steps. */
static void add_changes(struct plan *p, const struct graph *g, const struct graph *then, size_t port,
                        const uint8_t from[VLAN_LAST + 1], const uint8_t to[VLAN_LAST + 1])
{
        bool is_self = (then ? then : g)->ifaces[port].role == ROLE_VLAN;

        for (unsigned first = 1, last; first <= VLAN_LAST; first = last + 1) {
                last = first;
                if (from[first] == to[first])
                        continue;
                while (last < VLAN_LAST && from[last + 1] == from[first] && to[last + 1] == to[first] &&
                       from[first] != VLAN_OWN && to[first] != VLAN_OWN)
                        last++;
                add_step(p, g, then, port,
                         (struct vlan_span){.first = (uint16_t)first,
                                            .last = (uint16_t)last,
                                            .from = (enum vlan_passage)from[first],
                                            .to = (enum vlan_passage)to[first],
                                            .is_self = is_self});
        }
}

/* The same link in the other picture; NONE. */
static size_t find_same(const struct graph *g, size_t iface, const struct graph *other)
{
        size_t there = graph_find_number(other, g->ifaces[iface].number);

        return there != NONE && iface_id_equal(g->ifaces[iface].id, other->ifaces[there].id) ? there : NONE;
}

static void pass_newly(struct plan *p, const struct graph *g, const struct graph *then, size_t bridge)
{
        const struct node *n = &then->nodes[then->ifaces[bridge].node];
        size_t before = find_same(then, bridge, g);
        uint8_t from[VLAN_LAST + 1], to[VLAN_LAST + 1];

        for (size_t k = n->hook_first; k != NONE; k = then->hooks[k].next) {
                size_t port = hook_port(then, bridge, k);

                memset(from, VLAN_NONE, sizeof(from));
                if (before != NONE)
                        read_passages(g, before, find_same(then, port, g), from);
                read_passages(then, bridge, port, to);
                add_changes(p, g, then, port, from, to);
        }
}

/* Of ports that leave, told while they are there, so that undoing lets it pass again when they are back. */
static void pass_no_more(struct plan *p, const struct graph *g, const struct graph *then, size_t bridge)
{
        const struct node *n = &g->nodes[g->ifaces[bridge].node];
        size_t after = find_same(g, bridge, then);
        uint8_t from[VLAN_LAST + 1], nothing[VLAN_LAST + 1];

        memset(nothing, VLAN_NONE, sizeof(nothing));
        for (size_t k = n->hook_first; k != NONE; k = g->hooks[k].next) {
                size_t port = hook_port(g, bridge, k), there = find_same(g, port, then);

                if (after != NONE && there != NONE && hook_of_port(then, after, there) != NONE)
                        continue;
                read_passages(g, bridge, port, from);
                add_changes(p, g, NULL, port, from, nothing);
        }
}

/* The vlan node's interface by whose hook, of those that can have a filter, a link hangs there; NONE. */
static size_t filtered_by(const struct graph *g, size_t iface)
{
        size_t bridge = g->ifaces[iface].role == ROLE_VLAN ? iface : g->ifaces[iface].master;
        size_t hook;

        if (bridge == NONE || g->ifaces[bridge].role != ROLE_VLAN)
                return NONE;
        hook = hook_of_port(g, bridge, iface);
        return hook != NONE && is_filter_hook(g->hooks[hook].name) ? bridge : NONE;
}

/* A mark is its hook's: it does not come along to another one. */
static void drop_marks(struct plan *p, const struct graph *g, const struct graph *then)
{
        for (size_t k = 0; k < g->iface_count; k++) {
                uint16_t vlan;
                const char *mark = vlan_mark_find(&g->ifaces[k], &vlan);
                size_t there = mark ? graph_find_number(then, g->ifaces[k].number) : NONE;
                size_t before, after;

                if (there == NONE || !vlan_mark_find(&then->ifaces[there], &vlan))
                        continue;
                before = filtered_by(g, k);
                after = filtered_by(then, there);
                if (after != NONE && (before == NONE || g->ifaces[before].number == then->ifaces[after].number))
                        continue;

                struct step *s = plan_add(p, STEP_ALTNAME_DEL);

                s->at = target_of_iface(g, k);
                s->is_internal = true;
                (void)str_copy(s->text, sizeof(s->text), mark); /* an alternative name is shorter */
        }
}

static bool has_vlan_node(const struct graph *g)
{
        for (size_t k = 0; g->has_netgraph && k < g->iface_count; k++)
                if (g->ifaces[k].role == ROLE_VLAN)
                        return true;
        return false;
}

static bool makes_vlan_node(const struct plan *p, size_t first)
{
        for (size_t k = first; k < p->step_count; k++)
                if (p->steps[k].op == STEP_LINK_ADD && p->steps[k].link.role == ROLE_VLAN)
                        return true;
        return false;
}

int planner_vlans(struct plan *p, const struct graph *g, size_t first, struct err *e)
{
        CLEANUP(graph_unrefp) const struct graph *then = NULL;
        size_t planned;

        if (p->step_count == first || (!has_vlan_node(g) && !makes_vlan_node(p, first)))
                return 0;

        struct plan part = {.steps = p->steps + first, .step_count = p->step_count - first};
        int r = plan_simulate(&part, g, &then, e);

        if (r < 0)
                return r;
        for (size_t k = 0; k < then->iface_count; k++)
                if (then->ifaces[k].role == ROLE_VLAN)
                        pass_newly(p, g, then, k);
        drop_marks(p, g, then);
        planned = p->step_count;
        for (size_t k = 0; k < g->iface_count; k++)
                if (g->ifaces[k].role == ROLE_VLAN)
                        pass_no_more(p, g, then, k);
        plan_advance(p, planned, first);
        return 0;
}
