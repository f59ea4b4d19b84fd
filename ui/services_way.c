/* services_way.c - the way from A to B: each stack on it is asked for what the graph does not hold, once. */
#include "core/exec/echo_send.h"
#include "core/kernel/depth_read.h"
#include "ui/services_parts.h"

struct gathering {
        const struct graph *g;
        struct depth *depths; /* by jail */
        bool *is_asked;
        bool *is_read;
};

static const struct depth *ask(void *context, size_t jail)
{
        struct gathering *x = context;

        if (!x->is_asked[jail]) {
                x->is_asked[jail] = true;
                x->is_read[jail] = depth_read(x->g, jail, DEPTH_WAY, &x->depths[jail], NULL) == 0;
        }
        return x->is_read[jail] ? &x->depths[jail] : NULL;
}

static struct way *find(const struct graph *g, const struct way_end *from, const struct way_end *to, bool is_fresh)
{
        struct gathering x = {.g = g,
                              .depths = xcalloc(g->jail_count, sizeof(*x.depths)),
                              .is_asked = xcalloc(g->jail_count, sizeof(*x.is_asked)),
                              .is_read = xcalloc(g->jail_count, sizeof(*x.is_read))};
        struct way *w = way_find(g, from, to, &(struct way_facts){ask, &x, is_fresh});

        for (size_t k = 0; k < g->jail_count; k++)
                depth_done(&x.depths[k]);
        free(x.depths);
        free(x.is_asked);
        free(x.is_read);
        return w;
}

static int service_way(struct app *a, const struct graph *g, const struct way_end *from, const struct way_end *to,
                       struct way **ret, struct echo_result *probe, struct err *e)
{
        CLEANUP(way_freep) struct way *w = find(g, from, to, false);
        struct echo_request q = {.destination = w->destination, .full_size = w->mtu_bytes};

        (void)a;
        if (probe) {
                *probe = (struct echo_result){.round_trip_us = -1};
                if (from->iface != NONE || from->address.family)
                        q.source = w->source;
        }
        if (probe && q.destination.family && w->from != NONE) {
                int r = echo_send(g, w->from, &q, probe, e);

                if (r < 0)
                        return r;
                way_free(w); /* what it knew of neighbours is old now */
                w = find(g, from, to, true);
                way_confirm(w, probe);
        }
        *ret = TAKE(w);
        return 0;
}

void services_init_way(struct app *a)
{
        a->way = service_way;
}
