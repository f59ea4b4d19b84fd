/* around.c - breadth first over the edges of a graph, with hops that cost one and hops that cost nothing. */
#include "core/graph/around.h"

#include <string.h>

#include "core/base/alloc.h"

#define FAR INT32_MAX

struct walk {
        const struct graph *g;
        size_t *first, *next; /* ends of edges by interface: 2 * edge + end */
        bool *is_port;
        bool *is_entered; /* by jail: its interfaces have been reached through it */
        int *hops;        /* by interface */
        size_t *queue;    /* interfaces whose hops are known, in their order; a ring of `room` */
        size_t room, head, count;
};

static size_t end_iface(const struct graph *g, size_t edge, size_t end)
{
        return g->nodes[g->hooks[end ? g->edges[edge].b : g->edges[edge].a].node].iface;
}

/* Whether a port is only the near end of a pair: nobody asks for it itself. */
static bool is_on_the_way(const struct graph *g, size_t port)
{
        size_t peer = g->ifaces[port].peer;

        return peer != NONE && g->ifaces[peer].role != ROLE_FABRIC;
}

static void index_ends(struct walk *w)
{
        for (size_t i = 0; i < w->g->iface_count; i++) {
                w->first[i] = NONE;
                w->hops[i] = FAR;
        }
        for (size_t e = 0; e < w->g->edge_count; e++) {
                for (size_t end = 0; end < 2; end++) {
                        size_t i = end_iface(w->g, e, end);

                        if (i == NONE)
                                continue;
                        w->next[2 * e + end] = w->first[i];
                        w->first[i] = 2 * e + end;
                        if (end && w->g->edges[e].kind == EDGE_PORT)
                                w->is_port[i] = is_on_the_way(w->g, i);
                }
        }
}

/* An interface may be reached twice, the second time at less: then it stands in the queue twice. */
static void reach(struct walk *w, size_t iface, int hops, bool is_free)
{
        if (w->hops[iface] <= hops || w->count == w->room)
                return;
        w->hops[iface] = hops;
        if (is_free)
                w->head = (w->head + w->room - 1) % w->room;
        w->queue[is_free ? w->head : (w->head + w->count) % w->room] = iface;
        w->count++;
}

static void enter_jail(struct walk *w, size_t jail, int hops)
{
        const struct jail *j = &w->g->jails[jail];

        if (w->is_entered[jail])
                return;
        w->is_entered[jail] = true;
        for (size_t i = j->iface_first; i != NONE; i = w->g->ifaces[i].next)
                reach(w, i, hops, false);
}

static void spread(struct walk *w, int limit)
{
        while (w->count) {
                size_t i = w->queue[w->head];
                bool is_free = w->is_port[i];
                int hops = w->hops[i] + (is_free ? 0 : 1);

                w->head = (w->head + 1) % w->room;
                w->count--;
                if (hops > limit)
                        continue;
                for (size_t at = w->first[i]; at != NONE; at = w->next[at]) {
                        size_t far = end_iface(w->g, at / 2, !(at % 2));

                        if (far != NONE)
                                reach(w, far, hops, is_free);
                }
                if (!is_free && w->g->ifaces[i].jail != 0)
                        enter_jail(w, w->g->ifaces[i].jail, hops);
        }
}

void graph_around(const struct graph *g, struct object start, int hops, bool *near)
{
        size_t room = 2 * (g->iface_count + 1);
        CLEANUP(freep) size_t *first = xcalloc(g->iface_count + 1, sizeof(*first));
        CLEANUP(freep) size_t *next = xcalloc(2 * g->edge_count + 1, sizeof(*next));
        CLEANUP(freep) bool *is_port = xcalloc(g->iface_count + 1, sizeof(*is_port));
        CLEANUP(freep) bool *is_entered = xcalloc(g->jail_count + 1, sizeof(*is_entered));
        CLEANUP(freep) int *distance = xcalloc(g->iface_count + 1, sizeof(*distance));
        CLEANUP(freep) size_t *queue = xcalloc(room, sizeof(*queue));
        struct walk w = {g, first, next, is_port, is_entered, distance, queue, room, 0, 0};

        index_ends(&w);
        if (start.type == OBJECT_NODE)
                start = (struct object){g->nodes[start.index].iface == NONE ? OBJECT_NONE : OBJECT_IFACE,
                                        g->nodes[start.index].iface};
        if (start.type == OBJECT_JAIL)
                enter_jail(&w, start.index, 0);
        else if (start.type == OBJECT_IFACE)
                reach(&w, start.index, 0, false);
        spread(&w, hops);
        for (size_t i = 0; i < g->iface_count; i++)
                near[i] = distance[i] != FAR;
}
