/* facts_follow.c - the graph of facts that differ from an older graph in states and routes alone. */
#include <string.h>

#include "core/base/alloc.h"
#include "core/graph/follow.h"
#include "core/kernel/facts.h"

/* What is not told as a change, since the next picture shows it. */
static bool is_same_jail(const struct stack *s, const struct jail *j)
{
        const char *warning = j->warning ? j->warning : "";

        return j->nsid == s->nsid && strcmp(warning, s->warning ? s->warning : "") == 0;
}

/* Its links and the graph's stand in the same order, and are the same ones. */
static bool follow_stack(const struct stack *s, struct graph *g, size_t jail)
{
        if (jail == NONE || g->jails[jail].iface_count != s->link_count || !is_same_jail(s, &g->jails[jail]))
                return false;

        size_t iface = g->jails[jail].iface_first;

        for (size_t k = 0; k < s->link_count; k++, iface = g->ifaces[iface].next) {
                if (g->ifaces[iface].id.ifindex != s->links[k]->i.id.ifindex)
                        return false;
                follow_state(&g->ifaces[iface], &s->links[k]->i);
        }
        return true;
}

/* stacks: of each jail of g. */
static void follow_routes(const struct facts *f, struct graph *g, struct stack *const *stacks)
{
        size_t count = 0;

        for (size_t k = 0; k < f->count; k++)
                count += f->stacks[k]->route_count;
        follow_begin_routes(g, count);
        for (size_t k = 0; k < g->jail_count; k++)
                follow_routes_of(g, k, stacks[k]->routes, stacks[k]->route_count);
}

struct graph *facts_follow(struct facts *f, const struct graph *base, uint64_t serial)
{
        CLEANUP(freep) struct stack **stacks = NULL;
        struct graph *g;

        if (f->is_changed || f->warning_count || f->count != base->jail_count)
                return NULL;
        g = follow_begin(base, serial);
        stacks = xcalloc(f->count, sizeof(struct stack *));
        for (size_t k = 0; k < f->count; k++) {
                struct stack *s = f->stacks[k];
                size_t jail = s->cookie ? graph_find_jail_cookie(g, s->cookie) : NONE;

                if (!follow_stack(s, g, jail) || stacks[jail]) {
                        graph_unref(g);
                        return NULL;
                }
                stacks[jail] = s;
        }
        if (f->has_routes)
                follow_routes(f, g, stacks);
        f->is_state_changed = false;
        return g;
}
