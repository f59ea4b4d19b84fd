/*
 * undo_lasting.c - a finished plan without the links that it made and took away again.
 *
 * Nothing of them is left to be undone, and nothing of today is like them: the plan is taken back as if they had never
 * been. Steps about other things that had to do with them stay, without the inverses that would need them.
 */
#include <string.h>

#include "core/plan/undo_parts.h"

/* A link, or a pair, on its way through the plan. */
struct passing {
        struct target at[2]; /* its place and name by now */
        size_t ends;
};

struct lasting {
        const struct plan *done;
        struct step *steps; /* a copy of done's, whose inverses are its own where they differ */
        bool *is_void;      /* by step */
        struct arena *arena;
};

static struct passing passing_begin(const struct step *s)
{
        struct passing p = {.at = {s->at, s->link.peer_jail}, .ends = s->link.kind == KIND_VETH ? 2 : 1};

        (void)str_copy(p.at[0].iface, sizeof(p.at[0].iface), s->link.name); /* of the same size */
        (void)str_copy(p.at[1].iface, sizeof(p.at[1].iface), s->link.peer_name);
        p.at[0].number = s->link.number;
        p.at[1].number = s->link.peer_number;
        return p;
}

/* Which of its ends is meant; NONE. */
static size_t end_of(const struct passing *p, const struct target *t)
{
        for (size_t k = 0; k < p->ends && t->iface[0]; k++)
                if (undo_is_result(t, &p->at[k], p->at[k].iface, p->at[k].number))
                        return k;
        return NONE;
}

static void follow_jail(struct passing *p, const struct step *s)
{
        for (size_t k = 0; k < p->ends; k++) {
                struct target jail = p->at[k];

                jail.iface[0] = '\0';
                if (target_same(&s->at, &jail))
                        (void)str_copy(p->at[k].jail, sizeof(p->at[k].jail), s->name); /* of the same size */
        }
}

static void follow(struct passing *p, const struct step *s)
{
        if (s->op == STEP_JAIL_RENAME && undo_is_done(s))
                follow_jail(p, s);

        size_t end = undo_is_done(s) ? end_of(p, &s->at) : NONE;

        if (end == NONE || (s->op != STEP_LINK_RENAME && s->op != STEP_LINK_MOVE))
                return;

        struct target *t = &p->at[end], now = s->op == STEP_LINK_MOVE ? s->to : *t;

        now.number = t->number;
        (void)str_copy(now.iface, sizeof(now.iface), s->name[0] ? s->name : t->iface); /* of the same size */
        *t = now;
}

/* The step that takes away what step `made` made, before `end`; NONE. */
static size_t find_end(const struct lasting *l, size_t made, size_t end)
{
        struct passing p = passing_begin(&l->steps[made]);

        for (size_t k = made + 1; k < end; k++) {
                const struct step *s = &l->steps[k];

                if (undo_is_done(s) && s->op == STEP_LINK_DEL && end_of(&p, &s->at) != NONE)
                        return k;
                follow(&p, s);
        }
        return NONE;
}

/* Is there nothing in that step but what concerns the link? */
static bool is_about(const struct passing *p, const struct step *s)
{
        bool is_between = s->op == STEP_HOOK_NAME || s->op == STEP_FEED_ADD || s->op == STEP_FEED_DEL;

        return end_of(p, &s->at) != NONE || (is_between && end_of(p, &s->to) != NONE);
}

static bool needs(const struct passing *p, const struct step *s)
{
        return end_of(p, &s->at) != NONE || end_of(p, &s->to) != NONE || end_of(p, &s->link.parent) != NONE;
}

static void drop_inverses(const struct lasting *l, const struct passing *p, struct step *s)
{
        size_t count = 0;

        for (size_t n = 0; n < s->undo_count; n++)
                count += !needs(p, &s->undo[n]);
        if (count == s->undo_count)
                return;

        struct step *kept = arena_alloc(l->arena, (count + 1) * sizeof(*kept));

        for (size_t n = 0, at = 0; n < s->undo_count; n++)
                if (!needs(p, &s->undo[n]))
                        kept[at++] = s->undo[n];
        s->undo = kept;
        s->undo_count = count;
}

/* From where it was made to where it ended, and what stood on it with it. */
static void leave_out(struct lasting *l, size_t made, size_t end)
{
        struct passing p = passing_begin(&l->steps[made]);

        l->is_void[made] = true;
        for (size_t k = made + 1; k <= end; k++) {
                struct step *s = &l->steps[k];

                if (s->op == STEP_LINK_ADD && end_of(&p, &s->link.parent) != NONE && undo_is_done(s) &&
                    !l->is_void[k] && find_end(l, k, end) == NONE)
                        leave_out(l, k, end);
                if (is_about(&p, s))
                        l->is_void[k] = true;
                else
                        drop_inverses(l, &p, s);
                follow(&p, s);
        }
}

static bool takes_away(const struct plan *done)
{
        bool makes = false;

        for (size_t k = 0; k < done->step_count; k++) {
                makes |= done->steps[k].op == STEP_LINK_ADD;
                if (makes && done->steps[k].op == STEP_LINK_DEL)
                        return true;
        }
        return false;
}

const struct plan *undo_lasting(const struct plan *done, struct arena *a)
{
        CLEANUP(freep) bool *is_void = xcalloc(done->step_count + 1, sizeof(*is_void));
        struct plan *p;
        struct lasting l = {.done = done, .is_void = is_void, .arena = a};

        if (!takes_away(done))
                return done;
        p = arena_alloc(a, sizeof(*p));
        *p = *done;
        p->steps = l.steps = arena_alloc(a, done->step_count * sizeof(*l.steps));
        memcpy(l.steps, done->steps, done->step_count * sizeof(*l.steps));
        for (size_t k = 0; k < done->step_count; k++) {
                size_t end = !is_void[k] && l.steps[k].op == STEP_LINK_ADD && undo_is_done(&l.steps[k])
                        ? find_end(&l, k, done->step_count)
                        : NONE;

                if (end != NONE)
                        leave_out(&l, k, end);
        }
        p->step_count = 0;
        for (size_t k = 0; k < done->step_count; k++)
                if (!is_void[k])
                        p->steps[p->step_count++] = l.steps[k];
        return p;
}
