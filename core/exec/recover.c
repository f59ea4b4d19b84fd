/*
 * recover.c - ends a plan that was cut off (kill -9, power loss): on to its end, or back to where it began.
 *
 * The journal says which steps are done and which one was on its way; the kernel is asked about that one alone.
 */
#include <errno.h>
#include <string.h>

#include "core/exec/run.h"

static const char *title(const struct plan *p)
{
        return p->title ? p->title : "plan";
}

/* The kernel's networks do not outlive a boot: nothing is there to be taken back, and the inventory forgets it. */
static int close_of_earlier_boot(const struct run *x, struct err *e)
{
        struct plan *p = x->plan;

        for (size_t i = 0; i < p->step_count; i++)
                p->steps[i].state = p->steps[i].state == STEP_PLANNED ? STEP_PLANNED : STEP_UNDONE;
        p->state = PLAN_ROLLED_BACK;
        (void)str_copy(p->failure, sizeof(p->failure), "cut off by a restart of the machine: nothing of it is left");
        return x->journal->finish(x->journal, p, e);
}

/* Was it on its way back already? Then it can only go on back. */
static bool was_going_back(const struct plan *p)
{
        for (size_t i = 0; i < p->step_count; i++) {
                enum step_state s = p->steps[i].state;

                if (s == STEP_UNDOING || s == STEP_UNDONE || s == STEP_FAILED)
                        return true;
        }
        return false;
}

/* Tells the applier what is done, and asks it about the step whose outcome was lost. */
static int take_up(const struct run *x, struct err *e)
{
        for (size_t i = 0; i < x->plan->step_count; i++) {
                struct step *s = &x->plan->steps[i];
                bool is_so = false;
                int r = 0;

                if (run_has_to_undo(s)) {
                        r = applier_recall(x->applier, s, e);
                        if (r == -ENOENT || r == -ESTALE)
                                r = 0; /* its jail went since: what stood in it is gone as well */
                } else if (s->state == STEP_SENT && !step_is_repeatable(s->op)) {
                        r = applier_is_so(x->applier, s, &is_so, e);
                        s->state = is_so ? STEP_DONE : STEP_PLANNED;
                } else if (s->state == STEP_SENT && x->options->way == EXEC_ROLL_BACK) {
                        s->state = STEP_DONE; /* taking it back sets the old value, whether it was set anew or not */
                }
                if (r < 0)
                        return r;
        }
        return 0;
}

/*
 * A link whose making was cut off may lack its mark or its flags: it is made again, which nothing can have noticed yet.
 * Not so when the plan goes back: then it is just removed.
 */
static int remake_half_made(const struct run *x, const struct plan *before, struct err *e)
{
        for (size_t i = 0; i < x->plan->step_count; i++) {
                struct step *s = &x->plan->steps[i];

                if (s->op != STEP_LINK_ADD || s->state != STEP_DONE || before->steps[i].state != STEP_SENT)
                        continue;
                for (size_t k = 0; k < s->undo_count; k++) {
                        int r = applier_do(x->applier, &s->undo[k], e);

                        if (r < 0)
                                return r;
                }
                s->state = STEP_PLANNED;
        }
        return 0;
}

static int finish(const struct run *x, struct err *e)
{
        struct plan states = {.step_count = x->plan->step_count};
        CLEANUP(freep) struct step *copies = xcalloc(x->plan->step_count, sizeof(*copies));

        if (x->plan->step_count)
                memcpy(copies, x->plan->steps, x->plan->step_count * sizeof(*copies));
        states.steps = copies;

        int r = take_up(x, e);

        if (r == 0)
                r = remake_half_made(x, &states, e);
        return r < 0 ? r : run_open_plan(x, e);
}

static int go_back(const struct run *x, struct err *e)
{
        CLEANUP(text_done) struct text failure = {0};
        struct plan *p = x->plan;
        int r = take_up(x, e);

        if (r < 0)
                return r;
        text_put(&failure, "cut off before its end");

        int left = run_back(x, &failure);

        p->state = left < 0 ? PLAN_FAILED : PLAN_ROLLED_BACK;
        (void)str_copy(p->failure, sizeof(p->failure), text_str(&failure)); /* a cut one still tells */
        r = x->journal->finish(x->journal, p, e);
        if (r == 0 && left < 0)
                return err_set(e, left, "%s: could not be taken back whole: %s", title(p), text_str(&failure));
        return r;
}

int recover_run(const struct run *x, struct err *e)
{
        struct plan *p = x->plan;

        /* Somebody may have ended it between our look and our lock. */
        int r = x->journal->reopen(x->journal, p, e);

        if (r < 0)
                return r;
        p->state = PLAN_OPEN;
        if (x->options->is_other_boot)
                return close_of_earlier_boot(x, e);
        if (x->options->way == EXEC_ROLL_BACK)
                return go_back(x, e);
        if (was_going_back(p))
                return err_set(e, -EINVAL,
                               "%s: was being taken back when it was cut off; only recover --rollback can end it",
                               title(p));
        return finish(x, e);
}
