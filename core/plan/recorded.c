/* recorded.c - the names of nodes and hooks that are on record, apart from those that they have of themselves. */
#include <string.h>

#include "core/graph/names.h"
#include "core/graph/path.h"
#include "core/plan/planner.h"

const char *recorded_node_name(const struct graph *g, size_t iface)
{
        const struct iface *i = &g->ifaces[iface];
        char own[NODE_NAME_SIZE];

        if (i->node == NONE || !g->nodes[i->node].name || g->nodes[i->node].iface != iface)
                return "";
        path_node_name(i->name, own);
        if (strcmp(own, g->nodes[i->node].name) == 0 && !role_is_netgraph(i->role))
                return "";
        return g->nodes[i->node].name;
}

/* A name that the port's number gives is not on record, but on netgraph's own bridges: a number may be another one
 * when the port comes back. */
static const char *unless_usual(const struct graph *g, size_t own, const char *name, const char *usual)
{
        return strcmp(usual, name) == 0 && !role_is_netgraph(g->ifaces[own].role) ? "" : name;
}

/* The hook by which one of two joined bridges has its end of the pair. */
static const char *bridge_link_hook(const struct graph *g, size_t bridge, size_t end)
{
        for (size_t k = 0; k < g->edge_count; k++) {
                const struct edge *edge = &g->edges[k];
                char usual[HOOK_NAME_SIZE];

                if (edge->kind != EDGE_PORT || (edge->iface_a != end && edge->iface_b != end) ||
                    g->ifaces[edge->iface_a].role != ROLE_FABRIC)
                        continue;
                hook_default_name(g, EDGE_PORT, bridge, end, true, usual);
                return unless_usual(g, bridge, g->hooks[edge->iface_a == end ? edge->a : edge->b].name, usual);
        }
        return "";
}

const char *recorded_hook_name(const struct graph *g, size_t own, size_t other)
{
        size_t node = g->ifaces[own].node, peer = g->ifaces[other].node;

        if (node == NONE || peer == NONE)
                return "";
        if (node == peer && g->ifaces[other].master == own)
                return bridge_link_hook(g, own, other);
        for (size_t k = 0; k < g->edge_count; k++) {
                const struct edge *edge = &g->edges[k];
                bool own_is_a = g->hooks[edge->a].node == node && g->hooks[edge->b].node == peer;
                bool own_is_b = g->hooks[edge->b].node == node && g->hooks[edge->a].node == peer;
                char usual[HOOK_NAME_SIZE];

                if (edge->kind == EDGE_UPPER || (!own_is_a && !own_is_b))
                        continue;

                const struct hook *h = &g->hooks[own_is_a ? edge->a : edge->b];
                bool upper_is_a = edge->kind != EDGE_PARENT;

                hook_default_name(g, edge->kind, upper_is_a ? edge->iface_a : edge->iface_b,
                                  upper_is_a ? edge->iface_b : edge->iface_a, own_is_a == upper_is_a, usual);
                return unless_usual(g, own, h->name, usual);
        }
        return "";
}

const char *upper_hook_name(const struct graph *g, size_t bridge, size_t iface)
{
        for (size_t k = 0; k < g->edge_count; k++) {
                const struct edge *edge = &g->edges[k];

                if (edge->kind == EDGE_UPPER && edge->iface_a == bridge && edge->iface_b == iface)
                        return g->hooks[edge->a].name;
        }
        return "";
}
