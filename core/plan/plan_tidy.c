/* plan_tidy.c - what netgraph does of itself: nodes that go with their last hook, told on the graph that the plan
 * leaves. */
#include <string.h>

#include "core/graph/marks.h"
#include "core/plan/planner.h"
#include "core/plan/simulate.h"

/* How often a node's end may take another one's last hook before this gives up: each round ends one node at least. */
#define ROUNDS_MAX 16

static bool has_something_to_tidy(const struct graph *g)
{
        for (size_t k = 0; g->has_netgraph && k < g->iface_count; k++) {
                if (role_is_netgraph(g->ifaces[k].role) || g->ifaces[k].role == ROLE_WIRE ||
                    g->ifaces[k].role == ROLE_ORPHANS)
                        return true;
        }
        for (size_t k = 0; g->has_netgraph && k < g->edge_count; k++) {
                if (g->edges[k].kind == EDGE_UPPER)
                        return true;
        }
        return false;
}

static size_t hook_count(const struct graph *g, size_t iface)
{
        size_t node = g->ifaces[iface].node;

        return node == NONE ? 0 : g->nodes[node].hook_count;
}

/* A node that had hooks and has none any more. */
static void tidy_node(struct planner *pl, const struct graph *then, size_t iface)
{
        const struct graph *g = pl->g;
        const struct iface *i = &g->ifaces[iface];
        size_t there = graph_find_number(then, i->number);

        if (there == NONE || !hook_count(g, iface) || hook_count(then, there) || i->node == NONE ||
            then->nodes[then->ifaces[there].node].is_persistent)
                return;

        CLEANUP(text_done) struct text name = {0};

        if (g->nodes[i->node].name)
                text_put_visible(&name, g->nodes[i->node].name);
        else
                iface_put(&name, g, iface);
        plan_note(pl->p, NOTE_INFO, "%s goes away: it has lost its last hook", text_str(&name));
        if (i->role == ROLE_NAT)
                plan_drop_rules(pl, iface);
        (void)planner_add(pl, STEP_LINK_DEL, target_of_iface(g, iface));
}

/* A wire that lost an end, which frees the other one. */
static void tidy_wire(struct planner *pl, const struct graph *then, size_t wire)
{
        const struct graph *g = pl->g;
        size_t there = graph_find_number(then, g->ifaces[wire].number);

        if (there == NONE || !graph_ports(g, wire, NULL, 0) || graph_ports(then, there, NULL, 0) >= 2)
                return;
        for (size_t k = 0; k < g->iface_count; k++) {
                const struct iface *i = &g->ifaces[k];
                size_t port = i->master == wire ? graph_find_number(then, i->number) : NONE;

                if (port == NONE || then->ifaces[port].master != there)
                        continue;
                if (i->peer != NONE && g->ifaces[i->peer].role == ROLE_ORPHANS) { /* ends with its edge */
                        planner_add(pl, STEP_LINK_DEL, target_of_iface(g, i->peer))->is_internal = true;
                        continue;
                }
                planner_add(pl, STEP_LINK_MASTER, target_of_iface(g, k))->is_internal = true;
                if (i->role == ROLE_FABRIC && planner_end_goes_down(g, k))
                        plan_set_down(pl, k, true);
        }
        planner_add(pl, STEP_LINK_DEL, target_of_iface(g, wire))->is_internal = true;
}

/* What carries a NIC's orphans, or an iface's second hook, when that is out of its reach, or its edge is parted. */
static void tidy_carrier(struct planner *pl, const struct graph *then, size_t carrier, size_t first)
{
        const struct graph *g = pl->g;
        size_t there = graph_find_number(then, g->ifaces[carrier].number), end = g->ifaces[carrier].peer;
        size_t nic = orphans_nic(g, carrier), last;
        size_t nic_there = graph_find_number(then, g->ifaces[nic].number);
        uint32_t digits;

        if (there != NONE && then->ifaces[there].role == ROLE_ORPHANS &&
            (g->ifaces[end].master == NONE || then->ifaces[then->ifaces[there].peer].master != NONE))
                return;
        if (there != NONE)
                planner_add(pl, STEP_LINK_DEL, target_of_iface(g, carrier))->is_internal = true;
        if (nic_there == NONE || !orphans_mark_find(&then->ifaces[nic_there], &digits))
                return;
        last = pl->p->step_count;

        struct step *s = planner_add(pl, STEP_ALTNAME_DEL, target_of_iface(g, nic));

        (void)str_copy(s->text, sizeof(s->text), orphans_mark_find(&g->ifaces[nic], &digits));
        s->is_internal = true;
        plan_advance(pl->p, last, first); /* while the NIC is where it was, should it be moved */
        if (g->ifaces[nic].role == ROLE_FABRIC && then->ifaces[nic_there].is_up &&
            then->ifaces[nic_there].master == NONE)
                plan_set_down(pl, nic, true); /* an iface without any hook */
}

static bool is_forgotten(const struct planner *pl, const struct edge *edge)
{
        for (size_t k = 0; k < pl->p->step_count; k++) {
                const struct step *s = &pl->p->steps[k];

                if (s->op == STEP_HOOK_NAME && s->number && !s->text[0] &&
                    target_find_iface(pl->g, &s->at) == edge->iface_a &&
                    target_find_iface(pl->g, &s->to) == edge->iface_b)
                        return true;
        }
        return false;
}

/* An upper hook whose interface left the stack of its bridge, or either of which is gone. */
static void tidy_upper(struct planner *pl, const struct graph *then, const struct edge *edge)
{
        const struct graph *g = pl->g;
        size_t bridge = graph_find_number(then, g->ifaces[edge->iface_a].number);
        size_t lower = graph_find_number(then, g->ifaces[edge->iface_b].number);

        if (bridge == NONE) /* who destroys a bridge lets go of its hooks */
                return;
        if (lower != NONE && then->ifaces[bridge].jail == then->ifaces[lower].jail)
                return;
        if (is_forgotten(pl, edge))
                return;

        struct step *s = planner_add(pl, STEP_HOOK_NAME, target_of_iface(g, edge->iface_a));

        s->to = target_of_iface(g, edge->iface_b);
        s->number = 1;
        s->is_internal = true;
}

int planner_tidy(struct planner *pl, size_t first, struct err *e)
{
        const struct graph *g = pl->g;

        if (pl->p->step_count == first || !has_something_to_tidy(g))
                return 0;
        for (size_t round = 0, count = 0; round < ROUNDS_MAX && count != pl->p->step_count; round++) {
                CLEANUP(graph_unrefp) const struct graph *then = NULL;
                struct plan part = {.steps = pl->p->steps + first, .step_count = pl->p->step_count - first};
                int r = plan_simulate(&part, g, &then, e);

                if (r < 0)
                        return r;
                count = pl->p->step_count;
                for (size_t k = 0; k < g->iface_count; k++) {
                        if (role_is_netgraph(g->ifaces[k].role))
                                tidy_node(pl, then, k);
                        else if (g->ifaces[k].role == ROLE_WIRE)
                                tidy_wire(pl, then, k);
                        else if (g->ifaces[k].role == ROLE_ORPHANS)
                                tidy_carrier(pl, then, k, first);
                }
                for (size_t k = 0; k < g->edge_count; k++) {
                        if (g->edges[k].kind == EDGE_UPPER)
                                tidy_upper(pl, then, &g->edges[k]);
                }
        }
        return 0;
}
