/*
 * undo_numbers.c - a finished plan whose steps say by number which of the links they mean that the plan itself made.
 *
 * While a plan is made these have none: steps call them by jail and name, which both change on the way. The numbers
 * came when it was run, so here they are handed on from step to step.
 */
#include <string.h>

#include "core/plan/undo_parts.h"

/* Links that the plan has made so far, each by the jail and name that it has by now. */
struct made {
        struct target *ends;
        size_t count, capacity;
};

static void made_done(struct made *m)
{
        free(m->ends);
}

static void remember(struct made *m, const struct target *place, const char *name, uint32_t number)
{
        if (!number)
                return;
        m->ends = array_grow(m->ends, &m->capacity, m->count, sizeof(*m->ends));
        m->ends[m->count] = *place;
        m->ends[m->count].number = number;
        (void)str_copy(m->ends[m->count++].iface, sizeof(place->iface), name); /* of the same size */
}

/* The one that is meant; the newest of that name, if the plan made more. */
static struct target *find(const struct made *m, const struct target *t)
{
        for (size_t k = m->count; t->iface[0] && k-- > 0;)
                if (undo_is_result(t, &m->ends[k], m->ends[k].iface, m->ends[k].number))
                        return &m->ends[k];
        return NULL;
}

static void put_number(const struct made *m, struct target *t)
{
        const struct target *end = t->number ? NULL : find(m, t);

        if (end)
                t->number = end->number;
}

static void rename_jail(const struct made *m, const struct step *s)
{
        for (size_t k = 0; k < m->count; k++) {
                struct target jail = m->ends[k];

                jail.iface[0] = '\0';
                if (target_same(&s->at, &jail))
                        (void)str_copy(m->ends[k].jail, sizeof(m->ends[k].jail), s->name); /* of the same size */
        }
}

static void follow(struct made *m, const struct step *s)
{
        const struct link_spec *l = &s->link;
        struct target *end = find(m, &s->at);

        if (!undo_is_done(s))
                return;
        if (s->op == STEP_LINK_ADD) {
                remember(m, &s->at, l->name, l->number);
                if (l->kind == KIND_VETH)
                        remember(m, &l->peer_jail, l->peer_name, l->peer_number);
        } else if (s->op == STEP_JAIL_RENAME) {
                rename_jail(m, s);
        } else if (end && (s->op == STEP_LINK_MOVE || s->op == STEP_LINK_RENAME)) {
                struct target now = s->op == STEP_LINK_MOVE ? s->to : *end;

                now.number = end->number;
                (void)str_copy(now.iface, sizeof(now.iface), s->name[0] ? s->name : end->iface); /* of the same size */
                *end = now;
        }
}

static bool makes_and_goes_on(const struct plan *done)
{
        for (size_t k = 0; k + 1 < done->step_count; k++)
                if (done->steps[k].op == STEP_LINK_ADD)
                        return true;
        return false;
}

const struct plan *undo_numbers(const struct plan *done, struct arena *a)
{
        CLEANUP(made_done) struct made m = {0};
        struct plan *p;

        if (!makes_and_goes_on(done))
                return done;
        p = arena_alloc(a, sizeof(*p));
        *p = *done;
        p->steps = arena_alloc(a, done->step_count * sizeof(*p->steps));
        memcpy(p->steps, done->steps, done->step_count * sizeof(*p->steps));
        for (size_t k = 0; k < p->step_count; k++) {
                struct step *s = &p->steps[k];

                put_number(&m, &s->at);
                put_number(&m, &s->to);
                put_number(&m, &s->link.parent);
                follow(&m, s);
        }
        return p;
}
