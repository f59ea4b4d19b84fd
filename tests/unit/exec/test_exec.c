/*
 * test_exec.c - the order in which a plan is locked, checked, announced, done and recorded, and the way back from each
 * place where it can fail. Journal and applier are fakes that write down what they are asked.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>

#include "core/exec/exec.h"
#include "core/kernel/apply.h"

#define NOWHERE (-1)

/* What happened, in words: "lock check:a begin about:0 do:a ..." */
static struct text story;

/* Where things are to go wrong. */
static struct {
        const char *check, *action; /* the step of that name */
        int check_code, action_code;
        const char *action2; /* a second one, for the way back */
        int lock, begin, finish;
        int about, outcome; /* index of the step; NOWHERE */
        atomic_bool *cancel;
        const char *removed;   /* by a request for many */
        const char *cancel_at; /* set while that step is done */
        pthread_t main_thread;
} fake;

static void say(const char *word, const char *name)
{
        text_putf(&story, "%s%s%s%s", story.length ? " " : "", word, name[0] ? ":" : "", name);
}

/* --- the fake applier: a step's text is its name --- */

struct applier {
        const struct graph *graph;
};

struct applier *applier_new(const struct graph *g)
{
        struct applier *a = xcalloc(1, sizeof(*a));

        a->graph = g;
        return a;
}

void applier_free(struct applier *a)
{
        free(a);
}

int applier_check(struct applier *a, const struct step *s, struct err *e)
{
        (void)a;
        say("check", s->text);
        if (fake.check && strcmp(fake.check, s->text) == 0)
                return err_set(e, fake.check_code, "%s: is gone", s->text);
        return 0;
}

int applier_do(struct applier *a, struct step *s, struct err *e)
{
        sigset_t blocked;

        (void)a;
        assert_false(pthread_equal(pthread_self(), fake.main_thread)); /* it enters namespaces */
        assert_int_equal(pthread_sigmask(SIG_SETMASK, NULL, &blocked), 0);
        assert_true(sigismember(&blocked, SIGWINCH)); /* the main thread's */

        say("do", s->text);
        if (fake.cancel_at && strcmp(fake.cancel_at, s->text) == 0)
                atomic_store(fake.cancel, true);
        if ((fake.action && strcmp(fake.action, s->text) == 0) || (fake.action2 && strcmp(fake.action2, s->text) == 0))
                return err_set(e, fake.action_code, "%s: did not work", s->text);
        return 0;
}

void applier_remove(struct applier *a, const struct step *steps, size_t count)
{
        (void)a;
        (void)steps;
        say("remove", count ? steps[0].text : "");
}

bool applier_has_removed(struct applier *a, const struct step *s)
{
        (void)a;
        return fake.removed && strcmp(fake.removed, s->text) == 0;
}

int applier_has_kind(struct applier *a, enum iface_kind k)
{
        (void)a;
        (void)k;
        return 1;
}

/* --- the fake journal --- */

static int journal_lock(struct journal *j, int timeout_ms, struct err *e)
{
        (void)j;
        assert_int_equal(timeout_ms, 250);
        say("lock", "");
        return fake.lock < 0 ? err_set(e, fake.lock, "journal: pid 7 has it") : 0;
}

static void journal_unlock(struct journal *j)
{
        (void)j;
        say("unlock", "");
}

static int journal_begin(struct journal *j, struct plan *p, struct err *e)
{
        (void)j;
        assert_int_equal(p->state, PLAN_OPEN);
        say("begin", "");
        if (fake.begin < 0)
                return err_set(e, fake.begin, "journal: the disk is full");
        p->number = 42;
        return 0;
}

static void say_span(const char *word, const struct plan *p, size_t first, size_t count, bool with_state)
{
        CLEANUP(text_done) struct text names = {0};

        for (size_t i = first; i < first + count; i++)
                text_putf(&names, "%s%s%s%s", i > first ? "," : "", p->steps[i].text, with_state ? "=" : "",
                          with_state ? step_state_name(p->steps[i].state) : "");
        say(word, text_str(&names));
}

static bool is_within(int step, size_t first, size_t count)
{
        return step >= (int)first && step < (int)(first + count);
}

static int journal_about_to(struct journal *j, const struct plan *p, size_t first, size_t count, struct err *e)
{
        (void)j;
        assert_int_equal(p->number, 42);
        for (size_t i = first; i < first + count; i++)
                assert_true(p->steps[i].state == STEP_SENT || p->steps[i].state == STEP_UNDOING);
        say_span("about", p, first, count, false);
        return is_within(fake.about, first, count) ? err_set(e, -EIO, "journal: cannot be written") : 0;
}

static int journal_outcome(struct journal *j, const struct plan *p, size_t first, size_t count, struct err *e)
{
        (void)j;
        say_span("outcome", p, first, count, true);
        if (!is_within(fake.outcome, first, count))
                return 0;
        fake.outcome = NOWHERE;
        return err_set(e, -EIO, "journal: cannot be written");
}

static int journal_finish(struct journal *j, const struct plan *p, struct err *e)
{
        int r = fake.finish;

        (void)j;
        say("finish", plan_state_name(p->state));
        fake.finish = 0;
        return r < 0 ? err_set(e, r, "journal: the disk is full") : 0;
}

static struct journal journal = {journal_lock,    journal_unlock, journal_begin, journal_about_to,
                                 journal_outcome, journal_finish, NULL};

/* --- the plan: steps a, b and c, b alone in its span; b's way back has two steps --- */

static struct plan *make_plan(void)
{
        static const char *const names[] = {"a", "b", "c"};
        struct plan *p = plan_new("three steps");

        for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
                struct step *s = plan_add(p, i == 1 ? STEP_LINK_RENAME : STEP_LINK_ALIAS);

                (void)str_copy(s->text, sizeof(s->text), names[i]);
        }
        (void)str_copy(step_add_undo(&p->steps[0], STEP_LINK_ALIAS)->text, 8, "-a");
        (void)str_copy(step_add_undo(&p->steps[1], STEP_LINK_ALIAS)->text, 8, "-b1");
        (void)str_copy(step_add_undo(&p->steps[1], STEP_LINK_DEL)->text, 8, "-b2");
        (void)str_copy(step_add_undo(&p->steps[2], STEP_LINK_ALIAS)->text, 8, "-c");
        return p;
}

static const struct graph graph = {.serial = 1};
static atomic_bool cancel;

static const struct exec_options options = {
        .graph = &graph,
        .journal = &journal,
        .cancel = &cancel,
        .lock_timeout_ms = 250,
};

static int setup(void **state)
{
        (void)state;
        text_clear(&story);
        memset(&fake, 0, sizeof(fake));
        fake.about = fake.outcome = NOWHERE;
        fake.main_thread = pthread_self();
        fake.cancel = &cancel;
        atomic_store(&cancel, false);
        return 0;
}

static int run(struct plan *p, struct err *e)
{
        int r = exec_run(p, &options, e);

        assert_int_equal(r, e->code);
        return r;
}

#define CHECKS "lock check:a check:b check:c"

static void test_all_well(void **state)
{
        CLEANUP(plan_freep) struct plan *p = make_plan();
        struct err e = {0};

        (void)state;
        assert_int_equal(run(p, &e), 0);
        assert_string_equal(text_str(&story),
                            CHECKS " begin about:a do:a outcome:a=done about:b do:b outcome:b=done "
                                   "about:c do:c outcome:c=done finish:done unlock");
        assert_int_equal(p->state, PLAN_DONE);
        assert_string_equal(p->failure, "");
}

/* The last step fails: newest first, each with its own way back in order; the errno comes through. */
static void test_roll_back(void **state)
{
        CLEANUP(plan_freep) struct plan *p = make_plan();
        struct err e = {0};

        (void)state;
        fake.action = "c";
        fake.action_code = -EADDRINUSE;
        assert_int_equal(run(p, &e), -EADDRINUSE);
        assert_string_equal(text_str(&story),
                            CHECKS
                            " begin about:a do:a outcome:a=done about:b do:b outcome:b=done about:c do:c "
                            "outcome:c=failed about:b do:-b1 do:-b2 outcome:b=undone about:a do:-a outcome:a=undone "
                            "finish:rolled back unlock");
        assert_int_equal(p->state, PLAN_ROLLED_BACK);
        assert_string_equal(p->failure, "c: did not work");
        assert_string_equal(e.what, "c: did not work");
        assert_int_equal(p->steps[2].outcome, -EADDRINUSE);
}

/* Something on the way back fails too: the rest is taken back all the same, and both are told. */
static void test_way_back_fails(void **state)
{
        CLEANUP(plan_freep) struct plan *p = make_plan();
        struct err e = {0};

        (void)state;
        fake.action = "c";
        fake.action2 = "-b1";
        fake.action_code = -EBUSY;
        assert_int_equal(run(p, &e), -EBUSY);
        assert_non_null(strstr(text_str(&story),
                               "do:-b1 do:-b2 outcome:b=done about:a do:-a outcome:a=undone "
                               "finish:failed unlock"));
        assert_int_equal(p->state, PLAN_FAILED);
        assert_string_equal(p->failure, "c: did not work; not taken back: -b1: did not work");
}

/* What somebody else has removed meanwhile needs no removing. */
static void test_way_back_is_so_already(void **state)
{
        CLEANUP(plan_freep) struct plan *p = make_plan();
        struct err e = {0};

        (void)state;
        fake.action = "c";
        fake.action2 = "-b2"; /* a STEP_LINK_DEL */
        fake.action_code = -ENODEV;
        assert_int_equal(run(p, &e), -ENODEV);
        assert_int_equal(p->state, PLAN_ROLLED_BACK);
}

static void test_check_refuses(void **state)
{
        CLEANUP(plan_freep) struct plan *p = make_plan();
        struct err e = {0};

        (void)state;
        fake.check = "b";
        fake.check_code = -ESTALE;
        assert_int_equal(run(p, &e), -ESTALE);
        assert_string_equal(text_str(&story), "lock check:a check:b unlock");
        assert_int_equal(p->state, PLAN_DRAFT);
        assert_string_equal(p->failure, "b: is gone");
}

static void test_journal_refuses(void **state)
{
        CLEANUP(plan_freep) struct plan *p = make_plan();
        CLEANUP(plan_freep) struct plan *q = make_plan();
        struct err e = {0};

        (void)state;
        fake.begin = -ENOSPC; /* a full disk: refused before the kernel is touched */
        assert_int_equal(run(p, &e), -ENOSPC);
        assert_string_equal(text_str(&story), CHECKS " begin unlock");
        assert_int_equal(p->state, PLAN_DRAFT);

        text_clear(&story);
        err_clear(&e);
        fake.lock = -EBUSY;
        assert_int_equal(run(q, &e), -EBUSY);
        assert_string_equal(text_str(&story), "lock");
        assert_string_equal(q->failure, "journal: pid 7 has it");
}

/* The disk fills up in the middle. A step that could not be announced is not done; one whose outcome could not be
 * written was done, and is taken back with the others. */
static void test_journal_fails_midway(void **state)
{
        CLEANUP(plan_freep) struct plan *p = make_plan();
        CLEANUP(plan_freep) struct plan *q = make_plan();
        struct err e = {0};

        (void)state;
        fake.about = 1;
        assert_int_equal(run(p, &e), -EIO);
        assert_string_equal(text_str(&story),
                            CHECKS " begin about:a do:a outcome:a=done about:b about:a do:-a outcome:a=undone "
                                   "finish:rolled back unlock");
        assert_int_equal(p->steps[1].state, STEP_PLANNED);

        text_clear(&story);
        err_clear(&e);
        fake.about = NOWHERE;
        fake.outcome = 1;
        assert_int_equal(run(q, &e), -EIO);
        assert_non_null(strstr(text_str(&story),
                               "do:b outcome:b=done about:b do:-b1 do:-b2 outcome:b=undone "
                               "about:a do:-a"));
        assert_int_equal(q->state, PLAN_ROLLED_BACK);
}

/* Without its rows in the inventory a plan is not done. */
static void test_finish_fails(void **state)
{
        CLEANUP(plan_freep) struct plan *p = make_plan();
        struct err e = {0};

        (void)state;
        fake.finish = -ENOSPC;
        assert_int_equal(run(p, &e), -ENOSPC);
        assert_non_null(strstr(text_str(&story), "outcome:c=done finish:done about:c do:-c outcome:c=undone about:b"));
        assert_non_null(strstr(text_str(&story), "finish:rolled back unlock"));
        assert_int_equal(p->state, PLAN_ROLLED_BACK);
}

static void test_cancel(void **state)
{
        CLEANUP(plan_freep) struct plan *p = make_plan();
        struct err e = {0};

        (void)state;
        fake.cancel_at = "b"; /* the step at hand is completed */
        assert_int_equal(run(p, &e), -ECANCELED);
        assert_non_null(strstr(text_str(&story),
                               "do:b outcome:b=done about:b do:-b1 do:-b2 outcome:b=undone about:a "
                               "do:-a outcome:a=undone finish:rolled back unlock"));
        assert_null(strstr(text_str(&story), "do:c"));
        assert_string_equal(p->failure, "three steps: cancelled before step 3 of 3");
}

/* Three that are announced together. */
static struct plan *make_span(enum step_op op)
{
        struct plan *p = make_plan();

        for (size_t i = 0; i < p->step_count; i++)
                p->steps[i].op = op;
        return p;
}

static void test_span(void **state)
{
        CLEANUP(plan_freep) struct plan *p = make_span(STEP_LINK_ALIAS);
        CLEANUP(plan_freep) struct plan *q = make_span(STEP_LINK_ALIAS);
        CLEANUP(plan_freep) struct plan *u = make_span(STEP_LINK_ALIAS);
        struct err e = {0};

        (void)state;
        assert_int_equal(run(p, &e), 0);
        assert_string_equal(text_str(&story),
                            CHECKS " begin about:a,b,c do:a do:b do:c outcome:a=done,b=done,c=done finish:done unlock");

        text_clear(&story);
        fake.action = "b";
        fake.action_code = -EBUSY;
        assert_int_equal(run(q, &e), -EBUSY);
        assert_string_equal(text_str(&story),
                            CHECKS " begin about:a,b,c do:a do:b outcome:a=done,b=failed,c=planned "
                                   "about:a do:-a outcome:a=undone finish:rolled back unlock");

        text_clear(&story);
        err_clear(&e);
        fake.action = NULL;
        fake.about = 2;
        assert_int_equal(run(u, &e), -EIO);
        assert_string_equal(text_str(&story), CHECKS " begin about:a,b,c finish:rolled back unlock");
}

/* Many go by one request; when another step of theirs fails, they come back too. */
static void test_removal(void **state)
{
        CLEANUP(plan_freep) struct plan *p = make_span(STEP_LINK_DEL);
        struct err e = {0};

        (void)state;
        fake.action = "b";
        fake.action_code = -EBUSY;
        fake.removed = "c";
        assert_int_equal(run(p, &e), -EBUSY);
        assert_string_equal(text_str(&story),
                            CHECKS " begin about:a,b,c remove:a do:a do:b outcome:a=done,b=failed,c=done "
                                   "about:c do:-c outcome:c=undone about:a do:-a outcome:a=undone "
                                   "finish:rolled back unlock");
}

static size_t progress_calls;

static void count_progress(void *user, const struct exec_progress *p)
{
        assert_ptr_equal(user, &progress_calls);
        assert_int_equal(p->total, 3);
        assert_false(p->is_rolling_back);
        progress_calls++;
}

/* The console's way: nobody waits, a descriptor tells. */
static void test_without_waiting(void **state)
{
        CLEANUP(plan_freep) struct plan *p = make_plan();
        struct exec_options o = options;
        struct exec_progress progress;
        struct exec *x = NULL;
        struct err e = {0};
        int fd = -1;

        (void)state;
        o.progress = count_progress;
        o.user = &progress_calls;
        progress_calls = 0;
        assert_int_equal(exec_start(p, &o, &x, &fd, &e), 0);

        bool ended = false;
        while (!ended) {
                struct pollfd wait = {.fd = fd, .events = POLLIN};

                assert_int_equal(poll(&wait, 1, 10000), 1);
                ended = exec_poll(x, &progress);
        }

        struct pollfd quiet = {.fd = fd, .events = POLLIN};

        assert_int_equal(poll(&quiet, 1, 0), 0); /* quiet when all was told */
        assert_int_equal(progress.done, 3);
        assert_int_equal(progress.total, 3);
        assert_int_equal(exec_join(x, &e), 0);
        assert_int_equal(progress_calls, 4); /* before each step, and at the end */
        assert_int_equal(p->state, PLAN_DONE);
}

static int done(void **state)
{
        (void)state;
        text_done(&story);
        return 0;
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup(test_all_well, setup),
                cmocka_unit_test_setup(test_roll_back, setup),
                cmocka_unit_test_setup(test_way_back_fails, setup),
                cmocka_unit_test_setup(test_way_back_is_so_already, setup),
                cmocka_unit_test_setup(test_check_refuses, setup),
                cmocka_unit_test_setup(test_journal_refuses, setup),
                cmocka_unit_test_setup(test_journal_fails_midway, setup),
                cmocka_unit_test_setup(test_finish_fails, setup),
                cmocka_unit_test_setup(test_cancel, setup),
                cmocka_unit_test_setup(test_span, setup),
                cmocka_unit_test_setup(test_removal, setup),
                cmocka_unit_test_setup(test_without_waiting, setup),
        };

        return cmocka_run_group_tests(tests, NULL, done);
}
