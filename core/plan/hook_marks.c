/*
 * hook_marks.c - marks for hooks whose names do not follow from the kernel's picture: so that who looks with another
 * inventory, or none, sees the same hooks. Worked out from the hooks before and after a plan.
 */
#include <string.h>

#include "core/graph/marks.h"
#include "core/graph/names.h"
#include "core/plan/planner.h"
#include "core/plan/simulate.h"

/* A hook's name, by the link that is to have the mark. */
struct named_hook {
        enum hook_mark_sort sort;
        size_t link;
        size_t bridge; /* HOOK_MARK_UPPER; else NONE */
        const char *name;
};

struct named_hooks {
        const struct graph *g;
        struct named_hook *items;
        size_t count, capacity;
};

static void named_hooks_done(struct named_hooks *l)
{
        free(l->items);
}

static void add_hook(struct named_hooks *l, struct named_hook h)
{
        l->items = array_grow(l->items, &l->capacity, l->count, sizeof(*l->items));
        l->items[l->count++] = h;
}

static void take_hook(struct named_hooks *l, enum hook_mark_sort sort, size_t hook, size_t link, const char *usual)
{
        const char *name = l->g->hooks[hook].name;

        if (strcmp(usual, name) != 0)
                add_hook(l, (struct named_hook){.sort = sort, .link = link, .bridge = NONE, .name = name});
}

static void take_edge(struct named_hooks *l, const struct edge *e)
{
        const struct graph *g = l->g;
        const struct iface *a = &g->ifaces[e->iface_a], *b = &g->ifaces[e->iface_b];
        bool is_bridge_link = e->kind == EDGE_PORT && a->role == ROLE_FABRIC && b->role == ROLE_FABRIC;
        bool is_wired = e->kind == EDGE_PAIR && a->peer != e->iface_b;
        char name_a[HOOK_NAME_SIZE], name_b[HOOK_NAME_SIZE];

        if (e->kind == EDGE_UPPER) {
                add_hook(l,
                         (struct named_hook){.sort = HOOK_MARK_UPPER,
                                             .link = e->iface_b,
                                             .bridge = e->iface_a,
                                             .name = g->hooks[e->a].name});
                return;
        }
        if (is_bridge_link) {
                hook_default_name(g, EDGE_PORT, a->master, e->iface_a, true, name_a);
                hook_default_name(g, EDGE_PORT, b->master, e->iface_b, true, name_b);
                take_hook(l, HOOK_MARK_MASTER, e->a, e->iface_a, name_a);
                take_hook(l, HOOK_MARK_MASTER, e->b, e->iface_b, name_b);
                return;
        }
        if (e->kind == EDGE_PARENT || (e->kind == EDGE_PAIR && !is_wired))
                return; /* nobody names these */
        hook_default_name(g, e->kind, e->iface_a, e->iface_b, true, name_a);
        hook_default_name(g, e->kind, e->iface_a, e->iface_b, false, name_b);
        if (is_wired)
                take_hook(l, HOOK_MARK_OWN, e->a, e->iface_a, name_a);
        else
                take_hook(l, HOOK_MARK_MASTER, e->a, e->iface_b, name_a);
        take_hook(l, HOOK_MARK_OWN, e->b, e->iface_b, name_b);
}

static struct named_hooks named_hooks_of(const struct graph *g)
{
        struct named_hooks l = {.g = g};

        for (size_t k = 0; k < g->edge_count; k++)
                take_edge(&l, &g->edges[k]);
        return l;
}

static uint32_t number_of(const struct graph *g, size_t iface)
{
        return iface == NONE ? 0 : g->ifaces[iface].number;
}

static bool is_named(const struct named_hooks *l, enum hook_mark_sort sort, uint32_t link, uint32_t bridge,
                     const char *name)
{
        for (size_t k = 0; k < l->count; k++) {
                const struct named_hook *h = &l->items[k];

                if (h->sort == sort && number_of(l->g, h->link) == link && number_of(l->g, h->bridge) == bridge &&
                    strcmp(h->name, name) == 0)
                        return true;
        }
        return false;
}

/* The bridge that an upper's mark means; NONE also of the other sorts. */
static size_t bridge_of(const struct graph *g, size_t link, const struct hook_mark *m)
{
        return m->sort == HOOK_MARK_UPPER ? hook_mark_bridge(g, link, m->digits) : NONE;
}

static bool has_mark(const struct graph *g, const struct named_hook *h)
{
        const struct iface *link = &g->ifaces[h->link];

        for (size_t k = 0; k < link->altname_count; k++) {
                struct hook_mark m;

                if (hook_mark_parse(link->altnames[k], &m) && m.sort == h->sort && strcmp(m.name, h->name) == 0 &&
                    bridge_of(g, h->link, &m) == h->bridge)
                        return true;
        }
        return false;
}

static void add_step(struct plan *p, enum step_op op, struct target at, const char *mark)
{
        struct step *s = plan_add(p, op);

        s->at = at;
        s->is_internal = true;
        (void)str_copy(s->text, sizeof(s->text), mark); /* shorter */
}

static void add_marks(struct plan *p, const struct named_hooks *before, const struct named_hooks *after)
{
        const struct graph *then = after->g;

        for (size_t k = 0; k < after->count; k++) {
                const struct named_hook *h = &after->items[k];
                struct hook_mark m = {.sort = h->sort, .digits = planner_mark_digits()};
                char mark[NODE_MARK_SIZE];

                if (is_named(before, h->sort, number_of(then, h->link), number_of(then, h->bridge), h->name) ||
                    has_mark(then, h))
                        continue;
                (void)str_copy(m.name, sizeof(m.name), h->name); /* a hook's name is shorter */
                hook_mark_format(&m, mark);
                add_step(p, STEP_ALTNAME_ADD, target_of_then(before->g, then, h->link), mark);
                if (h->bridge == NONE)
                        continue;
                stack_mark_format(m.digits, mark);
                add_step(p, STEP_ALTNAME_ADD, target_of_then(before->g, then, h->bridge), mark);
        }
}

/* What stands on a link that stays is taken off while the link is where it was. */
static void drop_marks(struct plan *p, const struct named_hooks *before, const struct named_hooks *after, size_t first)
{
        const struct graph *g = before->g;
        size_t planned = p->step_count;

        for (size_t k = 0; k < g->iface_count; k++) {
                const struct iface *i = &g->ifaces[k];

                for (size_t n = 0; n < i->altname_count; n++) {
                        struct hook_mark m;
                        char mark[NODE_MARK_SIZE];
                        size_t bridge;

                        if (!hook_mark_parse(i->altnames[n], &m))
                                continue;
                        bridge = bridge_of(g, k, &m);
                        if (is_named(after, m.sort, i->number, number_of(g, bridge), m.name))
                                continue;
                        if (graph_find_number(after->g, i->number) != NONE)
                                add_step(p, STEP_ALTNAME_DEL, target_of_iface(g, k), i->altnames[n]);
                        stack_mark_format(m.digits, mark);
                        if (bridge != NONE && graph_find_number(after->g, g->ifaces[bridge].number) != NONE)
                                add_step(p, STEP_ALTNAME_DEL, target_of_iface(g, bridge), mark);
                }
        }
        plan_advance(p, planned, first);
}

static bool has_marks(const struct graph *g)
{
        struct hook_mark m;

        for (size_t k = 0; g->has_netgraph && k < g->iface_count; k++)
                for (size_t n = 0; n < g->ifaces[k].altname_count; n++)
                        if (hook_mark_parse(g->ifaces[k].altnames[n], &m))
                                return true;
        return false;
}

int planner_hook_marks(struct plan *p, const struct graph *g, size_t first, struct err *e)
{
        CLEANUP(graph_unrefp) const struct graph *then = NULL;
        bool names = false, parts = false;

        for (size_t k = first; k < p->step_count; k++) {
                enum step_op op = p->steps[k].op;

                names = names || (op == STEP_HOOK_NAME && p->steps[k].text[0]);
                parts = parts || op == STEP_HOOK_NAME || op == STEP_LINK_MASTER || op == STEP_LINK_DEL ||
                        op == STEP_LINK_MOVE || op == STEP_JAIL_DEL;
        }
        if (!names && !(parts && has_marks(g)))
                return 0;

        struct plan part = {.steps = p->steps + first, .step_count = p->step_count - first};
        int r = plan_simulate(&part, g, &then, e);

        if (r < 0)
                return r;

        CLEANUP(named_hooks_done) struct named_hooks before = named_hooks_of(g);
        CLEANUP(named_hooks_done) struct named_hooks after = named_hooks_of(then);

        add_marks(p, &before, &after);
        drop_marks(p, &before, &after, first);
        return 0;
}
