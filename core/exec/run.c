/* run.c - one plan from its lock to its last row: check, begin, steps, and the way back, newest first. */
#include "core/exec/run.h"

#include <errno.h>
#include <string.h>

#include "core/exec/span.h"

static void tell(const struct run *x, const struct step *s, size_t done, size_t total, bool is_rolling_back)
{
        CLEANUP(text_done) struct text sentence = {0};
        struct exec_progress p = {.done = done, .total = total, .is_rolling_back = is_rolling_back};

        if (!x->options->progress)
                return;
        if (s)
                step_put_sentence(&sentence, s);
        (void)str_copy(p.sentence, sizeof(p.sentence), text_str(&sentence)); /* a cut one still tells */
        x->options->progress(x->options->user, &p);
}

void run_put_failure(struct text *t, const struct err *e)
{
        char line[sizeof(e->what) + sizeof(e->kernel) + 32];

        if (t->length)
                text_put(t, "; ");
        text_put(t, err_plain_sentence(e, line, sizeof(line))); /* the journal keeps it */
}

/* The first failure is the plan's; what fails on the way back is added behind it. */
static void keep_failure(struct plan *p, const struct text *failure)
{
        (void)str_copy(p->failure, sizeof(p->failure), text_str(failure));
}

static int check_all(const struct run *x, struct err *e)
{
        for (size_t i = 0; i < x->plan->step_count; i++) {
                int r = applier_check(x->applier, &x->plan->steps[i], e);

                if (r < 0)
                        return r;
        }
        return 0;
}

static int check_cancelled(const struct run *x, size_t index, struct err *e)
{
        const struct plan *p = x->plan;

        if (!x->options->cancel || !atomic_load(x->options->cancel))
                return 0;
        return err_set(e, -ECANCELED, "%s: cancelled before step %zu of %zu", p->title ? p->title : "plan", index + 1,
                       p->step_count);
}

/* Somebody else was quicker: what the step would bring about is so already. */
static bool is_so_already(const struct step *s, int code)
{
        switch (s->op) {
        case STEP_LINK_DEL: return code == -ENODEV;
        case STEP_JAIL_DEL: return code == -ENOENT;
        case STEP_ADDRESS_DEL: return code == -EADDRNOTAVAIL;
        case STEP_ROUTE_DEL: return code == -ESRCH;
        case STEP_ADDRESS_ADD:
        case STEP_ROUTE_ADD: return code == -EEXIST;
        default: return false;
        }
}

/* What was announced and not reached: as before, but for what went with a request for many. */
static void leave_rest(const struct run *x, size_t from, size_t end)
{
        for (size_t i = from; i < end; i++) {
                struct step *s = &x->plan->steps[i];

                s->state = applier_has_removed(x->applier, s) ? STEP_DONE : STEP_PLANNED;
        }
}

static int do_step(const struct run *x, size_t index, bool was_sent, struct err *e)
{
        struct step *s = &x->plan->steps[index];

        tell(x, s, index, x->plan->step_count, false);
        STOP_POINT("sent", index);
        s->outcome = applier_do(x->applier, s, e);
        STOP_POINT("done", index);
        if (was_sent && s->outcome < 0 && is_so_already(s, s->outcome))
                s->outcome = 0;
        s->state = s->outcome < 0 ? STEP_FAILED : STEP_DONE;
        return s->outcome;
}

static int do_steps(const struct run *x, size_t first, size_t end, const bool *was_sent, struct err *e)
{
        const struct plan *p = x->plan;

        for (size_t i = first; i < end; i++) {
                int r = check_cancelled(x, i, e);

                if (r == 0)
                        r = do_step(x, i, was_sent[i - first], e);
                if (r < 0) {
                        leave_rest(x, p->steps[i].state == STEP_FAILED ? i + 1 : i, end);
                        return r;
                }
        }
        return 0;
}

/* A span: announced on disk, done, its outcomes on disk. When only the last fails, its steps are done all the same, and
 * have to be taken back with the others. */
static int do_span(const struct run *x, size_t first, size_t count, struct err *e)
{
        CLEANUP(freep) bool *was_sent = xcalloc(count, sizeof(*was_sent)); /* before the plan was cut off */
        struct plan *p = x->plan;
        int r;

        for (size_t i = 0; i < count; i++) {
                was_sent[i] = p->steps[first + i].state == STEP_SENT;
                p->steps[first + i].state = STEP_SENT;
                STOP_POINT("before", first + i);
        }
        r = x->journal->about_to(x->journal, p, first, count, e);
        if (r < 0) {
                for (size_t i = first; i < first + count; i++)
                        p->steps[i].state = STEP_PLANNED;
                return r;
        }
        if (span_kind(p, first, count) == SPAN_REMOVING)
                applier_remove(x->applier, &p->steps[first], count);
        r = do_steps(x, first, first + count, was_sent, e);

        struct err written = {0};
        int w = x->journal->outcome(x->journal, p, first, count, r < 0 ? &written : e);

        return r < 0 ? r : w;
}

/* Of a step whose way back was cut off, what is so already is not done again. */
static int undo_once(const struct run *x, struct step *u, bool was_cut_off, struct err *e)
{
        bool is_so = false;

        if (was_cut_off) {
                int r = applier_is_so(x->applier, u, &is_so, e);

                if (r < 0)
                        return r;
        }
        return is_so ? 0 : applier_do(x->applier, u, e);
}

/* All of a step's undo steps are tried, even behind one that failed: each that works leaves less to be done by hand. */
static int undo_step(const struct run *x, struct step *s, bool was_cut_off, struct text *failure)
{
        int first = 0;

        for (size_t i = 0; i < s->undo_count; i++) {
                struct step *u = &s->undo[i];
                struct err e = {0};

                u->state = STEP_SENT;
                u->outcome = undo_once(x, u, was_cut_off, &e);
                if (u->outcome < 0 && is_so_already(u, u->outcome))
                        u->outcome = 0;
                u->state = u->outcome < 0 ? STEP_FAILED : STEP_DONE;
                if (u->outcome == 0)
                        continue;
                (void)err_wrap(&e, "not taken back");
                run_put_failure(failure, &e);
                if (first == 0)
                        first = u->outcome;
        }
        return first;
}

/* A move can fail when the link has left already (apply.h). */
bool run_has_to_undo(const struct step *s)
{
        return s->state == STEP_DONE || s->state == STEP_UNDOING ||
                (s->state == STEP_FAILED && s->op == STEP_LINK_MOVE && s->made.ifindex != 0);
}

/* The journal's own failures do not stop it: the way back matters more than its record, which stays open for recovery
 * then. */
int run_back(const struct run *x, struct text *failure)
{
        size_t total = 0, done = 0;
        int first = 0;

        for (size_t i = 0; i < x->plan->step_count; i++)
                total += run_has_to_undo(&x->plan->steps[i]);

        for (size_t i = x->plan->step_count; i-- > 0;) {
                struct step *s = &x->plan->steps[i];
                bool was_cut_off = x->options->way != EXEC_RUN;
                struct err e = {0};

                if (!run_has_to_undo(s))
                        continue;
                tell(x, s, done, total, true);
                s->state = STEP_UNDOING;
                (void)x->journal->about_to(x->journal, x->plan, i, 1, &e);
                STOP_POINT("undoing", i);

                int r = undo_step(x, s, was_cut_off, failure);

                STOP_POINT("undone", i);
                s->state = r < 0 ? STEP_DONE : STEP_UNDONE;
                (void)x->journal->outcome(x->journal, x->plan, i, 1, &e);
                if (first == 0)
                        first = r;
                tell(x, s, ++done, total, true);
        }
        return first;
}

static int run_steps(const struct run *x, struct err *e)
{
        struct plan *p = x->plan;
        size_t count;

        for (size_t i = 0; i < p->step_count; i += count) {
                count = 1;
                if (p->steps[i].state == STEP_DONE)
                        continue; /* before the plan was cut off */
                count = span_length(p, i);

                int r = check_cancelled(x, i, e);

                if (r == 0)
                        r = do_span(x, i, count, e);
                if (r < 0)
                        return r;
        }
        tell(x, NULL, p->step_count, p->step_count, false);
        return 0;
}

/* Done, or back where it began, or stuck between; the journal's last row says which. */
int run_open_plan(const struct run *x, struct err *e)
{
        CLEANUP(text_done) struct text failure = {0};
        struct plan *p = x->plan;
        int r = run_steps(x, e);

        if (r == 0) {
                p->state = PLAN_DONE;
                STOP_POINT("close", p->step_count);
                r = x->journal->finish(x->journal, p, e); /* with the inventory: without it the plan is not done */
                if (r == 0)
                        return 0;
        }
        run_put_failure(&failure, e);
        keep_failure(p, &failure);
        p->state = run_back(x, &failure) < 0 ? PLAN_FAILED : PLAN_ROLLED_BACK;
        keep_failure(p, &failure);

        struct err unwritten = {0};

        /* Where this fails too, the plan stays open in the journal, and the next start reports it. */
        (void)x->journal->finish(x->journal, p, &unwritten);
        return r;
}

static int run_locked(struct run *x, struct err *e)
{
        struct plan *p = x->plan;

        x->applier = applier_new(x->options->graph);

        /* Under the lock: the guard's picture is the one that the plan begins with. */
        int r = x->options->guard ? guard_start(x->options->guard, e) : 0;
        if (r == 0)
                r = x->options->way == EXEC_RUN ? check_all(x, e) : recover_run(x, e);
        if (r == 0 && x->options->way == EXEC_RUN) {
                p->state = PLAN_OPEN;
                r = x->journal->begin(x->journal, p, e);
                if (r < 0) {
                        p->state = PLAN_DRAFT;
                } else {
                        STOP_POINT("begun", 0);
                        r = run_open_plan(x, e);
                }
        }
        applier_free(x->applier);
        if (x->options->guard) {
                STOP_POINT("closed", p->step_count);
                guard_ran(x->options->guard, p->state == PLAN_DONE ? p->number : 0);
        }
        return r;
}

int run_plan(struct plan *p, const struct exec_options *o, struct err *e)
{
        struct run x = {.plan = p, .options = o, .journal = o->journal};
        int r = o->journal->lock(o->journal, o->lock_timeout_ms, e);

        if (r == 0) {
                r = run_locked(&x, e);
                o->journal->unlock(o->journal);
        }
        if (r < 0 && !p->failure[0]) {
                CLEANUP(text_done) struct text failure = {0};

                run_put_failure(&failure, e);
                keep_failure(p, &failure);
        }
        return r;
}
