/* feed.c - a tee's feeds, worked out from its hooks before and after a plan. */
#include "core/plan/feed.h"

#include <string.h>

#include "core/plan/simulate.h"

#define FEEDS_MAX 6 /* of one tee: two ways with a copy each, and two hooks that feed back */

struct feed {
        size_t from, to; /* interfaces */
        uint32_t flags;
};

static const char *const hook_names[] = {"right", "left", "right2left", "left2right"};

bool is_tee_hook(const char *name)
{
        for (size_t k = 0; k < ARRAY_SIZE(hook_names); k++)
                if (strcmp(hook_names[k], name) == 0)
                        return true;
        return false;
}

size_t hook_port(const struct graph *g, size_t bridge, size_t hook)
{
        const struct edge *edge = &g->edges[g->hooks[hook].edge];

        if (edge->kind == EDGE_UPPER)
                return bridge;
        return g->ifaces[edge->iface_a].master == bridge ? edge->iface_a : edge->iface_b;
}

/* The interface behind a tee's hook; NONE. */
static size_t behind(const struct graph *g, size_t tee, const char *name)
{
        size_t hook = graph_find_hook(g, g->ifaces[tee].node, name);

        return hook == NONE ? NONE : hook_port(g, tee, hook);
}

static void add_feed(struct feed *feeds, size_t *count, size_t tee, size_t from, size_t to, uint32_t flags)
{
        if (from == NONE || to == NONE)
                return;
        if (from == tee)
                flags |= FEED_OUT;
        if (to == tee)
                flags |= FEED_IN;
        feeds[(*count)++] = (struct feed){from, to, flags};
}

static size_t feeds_of(const struct graph *g, size_t tee, struct feed ret[FEEDS_MAX])
{
        size_t right = behind(g, tee, "right"), left = behind(g, tee, "left"), count = 0;
        size_t right2left = behind(g, tee, "right2left"), left2right = behind(g, tee, "left2right");

        add_feed(ret, &count, tee, right, right2left, FEED_COPY);
        add_feed(ret, &count, tee, left, left2right, FEED_COPY);
        add_feed(ret, &count, tee, right, left, 0);
        add_feed(ret, &count, tee, left, right, 0);
        add_feed(ret, &count, tee, right2left, right, 0);
        add_feed(ret, &count, tee, left2right, left, 0);
        return count;
}

static bool is_same_iface(const struct graph *a, size_t x, const struct graph *b, size_t y)
{
        return a->ifaces[x].number == b->ifaces[y].number && iface_id_equal(a->ifaces[x].id, b->ifaces[y].id);
}

/* Is the feed of one graph in the other one too, between the same two links? */
static bool has_feed(const struct graph *g, const struct feed *f, const struct graph *other, size_t tee)
{
        struct feed feeds[FEEDS_MAX];
        size_t count = tee == NONE ? 0 : feeds_of(other, tee, feeds);

        for (size_t k = 0; k < count; k++)
                if (feeds[k].flags == f->flags && is_same_iface(g, f->from, other, feeds[k].from) &&
                    is_same_iface(g, f->to, other, feeds[k].to))
                        return true;
        return false;
}

static void add_step(struct plan *p, enum step_op op, const struct graph *g, const struct graph *then,
                     const struct feed *f)
{
        struct step *s = plan_add(p, op);
        const struct graph *of = then ? then : g;

        s->at = then ? target_of_then(g, then, f->from) : target_of_iface(g, f->from);
        s->to = then ? target_of_then(g, then, f->to) : target_of_iface(g, f->to);
        s->number = f->flags;
        target_name_end(of, f->from, s->name, sizeof(s->name));
        target_name_end(of, f->to, s->text, sizeof(s->text));
}

static bool has_tee(const struct graph *g)
{
        for (size_t k = 0; k < g->iface_count; k++)
                if (g->ifaces[k].role == ROLE_TEE)
                        return true;
        return false;
}

static bool makes_tee(const struct plan *p, size_t first)
{
        for (size_t k = first; k < p->step_count; k++)
                if (p->steps[k].op == STEP_LINK_ADD && p->steps[k].link.role == ROLE_TEE)
                        return true;
        return false;
}

/* Ended while all that they join is there; so that undoing begins them again when it all is there again. */
static void end_feeds(struct plan *p, const struct graph *g, const struct graph *then, size_t first)
{
        size_t planned = p->step_count;

        for (size_t k = 0; k < g->iface_count; k++) {
                struct feed feeds[FEEDS_MAX];
                size_t count = g->ifaces[k].role == ROLE_TEE ? feeds_of(g, k, feeds) : 0;

                for (size_t n = 0; n < count; n++)
                        if (!has_feed(g, &feeds[n], then, graph_find_number(then, g->ifaces[k].number)))
                                add_step(p, STEP_FEED_DEL, g, NULL, &feeds[n]);
        }
        plan_advance(p, planned, first);
}

static void begin_feeds(struct plan *p, const struct graph *g, const struct graph *then)
{
        for (size_t k = 0; k < then->iface_count; k++) {
                struct feed feeds[FEEDS_MAX];
                size_t count = then->ifaces[k].role == ROLE_TEE ? feeds_of(then, k, feeds) : 0;

                for (size_t n = 0; n < count; n++)
                        if (!has_feed(then, &feeds[n], g, graph_find_number(g, then->ifaces[k].number)))
                                add_step(p, STEP_FEED_ADD, g, then, &feeds[n]);
        }
}

int planner_feed(struct plan *p, const struct graph *g, size_t first, struct err *e)
{
        CLEANUP(graph_unrefp) const struct graph *then = NULL;

        if (p->step_count == first || (!has_tee(g) && !makes_tee(p, first)))
                return 0;

        struct plan part = {.steps = p->steps + first, .step_count = p->step_count - first};
        int r = plan_simulate(&part, g, &then, e);

        if (r < 0)
                return r;
        begin_feeds(p, g, then);
        end_feeds(p, g, then, first);
        return 0;
}
