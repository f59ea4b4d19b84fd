/*
 * recover.c - ends a plan that was cut off (kill -9, power loss): on to its end, or back to where it began.
 *
 * The journal says which steps are done and which were on their way; the kernel is asked about these alone.
 */
#include <errno.h>
#include <string.h>

#include "core/exec/run.h"
#include "core/exec/span.h"

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

/* Of a span that was cut off, in the order in which it was done: what is so already, and the last that is. What comes
 * before it is done; what comes after one that is not so was not begun. */
static int ask_in_order(const struct run *x, size_t first, size_t count, size_t *ret_last, struct err *e)
{
        struct step *steps = &x->plan->steps[first];
        bool is_known = false;
        size_t last = 0, missing = count;

        for (size_t i = 0; i < count && missing == count; i++) {
                bool is_so = false;

                if (step_is_repeatable(steps[i].op))
                        continue;

                int r = applier_is_so(x->applier, &steps[i], &is_so, e);

                if (r < 0)
                        return r;
                if (is_so) {
                        is_known = true;
                        last = i;
                } else {
                        missing = i;
                }
        }
        for (size_t i = 0; is_known && i <= last; i++)
                steps[i].state = STEP_DONE;
        for (size_t i = missing; i < count; i++)
                steps[i].state = STEP_PLANNED;
        if (is_known)
                *ret_last = first + last;
        return 0;
}

/* Removals: each can be told by itself. */
static int ask_each(const struct run *x, size_t first, size_t count, struct err *e)
{
        for (size_t i = first; i < first + count; i++) {
                struct step *s = &x->plan->steps[i];
                bool is_so = false;

                if (step_is_repeatable(s->op))
                        continue;

                int r = applier_is_so(x->applier, s, &is_so, e);

                if (r < 0)
                        return r;
                s->state = is_so ? STEP_DONE : STEP_PLANNED;
        }
        return 0;
}

/* The span whose outcomes were lost. Taking a setting back sets the old value, whether the new one was set or not. */
static int ask_span(const struct run *x, size_t first, size_t count, size_t *ret_last, struct err *e)
{
        int r = span_kind(x->plan, first, count) == SPAN_REMOVING ? ask_each(x, first, count, e)
                                                                  : ask_in_order(x, first, count, ret_last, e);

        for (size_t i = first; r == 0 && x->options->way == EXEC_ROLL_BACK && i < first + count; i++)
                if (x->plan->steps[i].state == STEP_SENT)
                        x->plan->steps[i].state = STEP_DONE;
        return r;
}

/* The last that was made, moved, named or removed, as far as the journal knows; NONE. */
static size_t last_done(const struct plan *p)
{
        size_t i = p->step_count;

        while (i > 0 && (p->steps[i - 1].state != STEP_DONE || step_is_repeatable(p->steps[i - 1].op)))
                i--;
        return i > 0 ? i - 1 : NONE;
}

/* Of jails that were made again on the way back the name is enough. */
static int take_up_remade(const struct run *x, struct err *e)
{
        const struct plan *p = x->plan;

        for (size_t i = 0; i < p->step_count; i++) {
                if (p->steps[i].op != STEP_JAIL_DEL || p->steps[i].state != STEP_UNDONE)
                        continue;

                int r = applier_recall_remade(x->applier, &p->steps[i], e);

                if (r < 0 && r != -ENOENT) /* that one may be gone as well */
                        return r;
        }
        return 0;
}

/* Tells the applier what is done, and asks it about the steps whose outcome was lost. *ret_last: of these the last
 * making or moving that is so; NONE. *ret_stands: so is the last of what the journal has as done; asked for a plan that
 * is to go on. */
static int take_up(const struct run *x, size_t *ret_last, bool *ret_stands, struct err *e)
{
        const struct plan *p = x->plan;
        size_t count, last = last_done(p);
        int r = take_up_remade(x, e);

        *ret_last = NONE;
        *ret_stands = true;
        for (size_t i = 0; r == 0 && i < p->step_count; i += count) {
                count = 1;
                /* Before the applier is told that it is done: it would not ask then. */
                if (i == last && x->options->way == EXEC_FINISH)
                        r = applier_is_so(x->applier, &p->steps[i], ret_stands, e);
                if (r == -ENOENT || r == -ESTALE) {
                        *ret_stands = false;
                        r = 0;
                }
                if (r == 0 && run_has_to_undo(&p->steps[i])) {
                        r = applier_recall(x->applier, &p->steps[i], e);
                        if (r == -ENOENT || r == -ESTALE)
                                r = 0; /* its jail went since: what stood in it is gone as well */
                } else if (r == 0 && p->steps[i].state == STEP_SENT) {
                        while (i + count < p->step_count && p->steps[i + count].state == STEP_SENT)
                                count++;
                        r = ask_span(x, i, count, ret_last, e);
                }
        }
        return r;
}

/*
 * A link whose making was cut off may lack its mark or its flags: it is made again, which nothing can have noticed yet.
 * Not so when the plan goes back: then it is just removed.
 */
static int remake_half_made(const struct run *x, struct step *s, struct err *e)
{
        if (s->op != STEP_LINK_ADD)
                return 0;
        for (size_t k = 0; k < s->undo_count; k++) {
                int r = applier_do(x->applier, &s->undo[k], e);

                if (r < 0)
                        return r;
        }
        s->state = STEP_PLANNED;
        return 0;
}

/*
 * Where nothing could be written (a full disk), a plan that failed was taken back without a record of that, newest
 * first: the journal has as done what is so no more. What can tell is the last step that something can be asked about;
 * where there is none such, all are settings, and are set again.
 */
static int trust_journal(const struct run *x, bool stands, struct err *e)
{
        struct plan *p = x->plan;

        if (!stands)
                return err_set(e, -EINVAL,
                               "%s: what it had done is not there any more; only recover --rollback can end it",
                               title(p));
        for (size_t i = 0; last_done(p) == NONE && i < p->step_count; i++)
                if (p->steps[i].state == STEP_DONE && step_about(p->steps[i].op) != ABOUT_RECORD)
                        p->steps[i].state = STEP_SENT;
        return 0;
}

static int finish(const struct run *x, struct err *e)
{
        size_t known = last_done(x->plan), last;
        bool stands;
        int r = take_up(x, &last, &stands, e);

        if (r == 0 && last_done(x->plan) == known) /* else it had gone on, and was not on its way back */
                r = trust_journal(x, stands, e);
        if (r == 0 && last != NONE)
                r = remake_half_made(x, &x->plan->steps[last], e);
        if (r == 0)
                r = x->journal->outcome(x->journal, x->plan, 0, x->plan->step_count, e); /* what was learnt */
        return r < 0 ? r : run_open_plan(x, e);
}

static int go_back(const struct run *x, struct err *e)
{
        CLEANUP(text_done) struct text failure = {0};
        struct plan *p = x->plan;
        bool stands; /* it is taken back either way */
        size_t last;
        int r = take_up(x, &last, &stands, e);

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
