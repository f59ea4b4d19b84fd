/*
 * services_guard.c - the guard over plans that could cut the operator off: when one is set, and what its helper process
 * does (core/exec/guard.h has how the two talk).
 */
#include <errno.h>
#include <poll.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/exec/guard.h"
#include "core/graph/diff.h"
#include "ui/services_parts.h"

#define TRIES     3    /* of putting back, when somebody else changes things meanwhile */
#define SETTLE_MS 3000 /* the kernel tells of carriers and its own routes a moment after they came back */

static char *folder_of(struct app *a)
{
        struct services *s = a->state;

        services_open_inventory(a);
        return guard_folder(s->path);
}

static bool service_is_guarded(struct app *a, const struct plan *p)
{
        bool cuts = false;
        int64_t waiting = 0;

        for (size_t i = 0; i < p->step_count; i++)
                cuts = cuts || p->steps[i].cuts_operator;
        if (!cuts || a->no_guard || !a->sets_guards)
                return false;
        /* The way back from a plan that waits leads to where the operator was. */
        return !p->undoes || a->waiting(a, &waiting, NULL) < 0 || waiting != p->undoes;
}

struct guard *services_guard_for(struct app *a, const struct plan *p)
{
        struct services *s = a->state;

        guard_free(s->guard);
        s->guard = NULL;
        if (!service_is_guarded(a, p))
                return NULL;

        int within_s = a->confirm_within_s ? a->confirm_within_s : GUARD_WITHIN_S;
        CLEANUP(freep) char *seconds = xasprintf("%d", within_s);
        CLEANUP(freep) char *path = realpath(s->path, NULL); /* the helper leaves this folder */
        const char *const argv[] = {"jailnet", "--db", path ? path : s->path, "guard", seconds, NULL};

        s->guard = guard_new(argv);
        return s->guard;
}

void services_guard_ended(struct app *a, const struct plan *p)
{
        int64_t number = p->undoes;
        CLEANUP(freep) char *folder = number && p->state == PLAN_DONE ? folder_of(a) : NULL;

        if (folder)
                (void)guard_ask(folder, GUARD_UNDONE, &number, NULL); /* most plans that are undone have no guard */
}

static int service_guard_fd(struct app *a)
{
        struct services *s = a->state;

        return guard_fd(s->guard);
}

static enum guard_news service_guard_news(struct app *a, char *ret_sentence, size_t size)
{
        struct services *s = a->state;
        enum guard_news news = guard_read(s->guard, ret_sentence, size);

        if (news != GUARD_NEWS_NONE) {
                guard_free(s->guard);
                s->guard = NULL;
        }
        return news;
}

static void service_guard_answer(struct app *a, bool keep)
{
        struct services *s = a->state;

        guard_answer(s->guard, keep);
}

static int service_waiting(struct app *a, int64_t *ret_plan, int *ret_left_s)
{
        CLEANUP(freep) char *folder = folder_of(a);
        struct guard_state g;
        int r = guard_look(folder, &g);

        if (r < 0 || g.phase == GUARD_STARTING)
                return -ENOENT;
        if (ret_plan)
                *ret_plan = g.plan;
        if (ret_left_s)
                *ret_left_s = g.phase == GUARD_WAITING ? g.left_s : 0;
        return 0;
}

static int service_confirm(struct app *a, int64_t *number, struct err *e)
{
        CLEANUP(freep) char *folder = folder_of(a);

        return guard_ask(folder, GUARD_KEEP, number, e);
}

/* -- The helper ---------------------------------------------------------------------------------------------------- */

static void put_differences(struct text *t, const struct graph *before, const struct graph *now)
{
        struct diff_entry *entries = NULL;
        size_t count = diff_graphs(before, now, &entries);

        for (size_t i = 0; i < count; i++) {
                if (t->length)
                        text_put(t, "; ");
                diff_put_line(t, before, now, &entries[i]);
        }
        free(entries);
        diff_put_routes(t, before, now);
}

/* The state is read anew, until it is the one of before or has had its time to settle. */
static int compare(struct app *a, const struct graph *before, struct text *ret, struct err *e)
{
        struct pollfd p = {.events = POLLIN};
        int64_t until_ms = clock_now_ms() + SETTLE_MS;
        int r = a->watch(a, &p.fd, e);

        for (int64_t left_ms = SETTLE_MS; r == 0; left_ms = until_ms - clock_now_ms()) {
                CLEANUP(graph_unrefp) const struct graph *now = a->latest(a);

                text_clear(ret);
                put_differences(ret, before, now);
                if (!ret->length || left_ms <= 0)
                        break;
                (void)poll(&p, 1, (int)left_ms); /* an interrupted one looks once more */
        }
        return r;
}

static int put_back(struct app *a, int64_t number, int64_t *ret_by, struct err *e)
{
        int r = -EAGAIN;

        for (int i = 0; i < TRIES && r < 0 && r != -EALREADY; i++) {
                CLEANUP(graph_unrefp) const struct graph *g = NULL;
                CLEANUP(plan_freep) struct plan *p = NULL;

                r = a->picture(a, true, false, false, &g, e);
                if (r == 0)
                        r = a->undo(a, number, g, &p, e);
                if (r == 0)
                        r = a->run(a, p, g, e);
                if (r == 0)
                        *ret_by = p->number;
        }
        return r;
}

struct helper {
        struct app *app;
        struct guard_post *post;
        const struct graph *before;
        int within_s;
};

static void put_end(struct text *t, const struct helper *h, int64_t number, enum guard_event event)
{
        if (event == GUARD_EVENT_EXPIRED)
                text_putf(t, "plan %lld: was not confirmed within %d s", (long long)number, h->within_s);
        else if (event == GUARD_EVENT_ORPHANED)
                text_putf(t, "plan %lld: was cut off before its end", (long long)number);
        else
                text_putf(t, "plan %lld: was not to be kept", (long long)number);
}

/* Puts it back, compares, writes it down; the sentence is what there is to tell. */
static enum guard_news go_back(const struct helper *h, enum guard_event event, int64_t number, struct text *ret)
{
        struct services *s = h->app->state;
        CLEANUP(plan_freep) struct plan *recovered = NULL;
        CLEANUP(text_done) struct text differences = {0};
        struct err e = {0}, unread = {0};
        char sentence[ERR_SENTENCE_SIZE];
        int64_t by = 0;
        int r = event == GUARD_EVENT_ORPHANED ? h->app->recover(h->app, number, false, &recovered, &e)
                                              : put_back(h->app, number, &by, &e);

        if (r == -EALREADY)
                return GUARD_NEWS_UNDONE;
        put_end(ret, h, number, event);
        if (r < 0) {
                text_putf(ret, ", and could not be put back: %s", err_sentence(&e, sentence, sizeof(sentence)));
        } else {
                text_put(ret, by ? " and is put back" : " and is taken back");
                if (by)
                        text_putf(ret, " by plan %lld", (long long)by);
                if (compare(h->app, h->before, &differences, &unread) < 0)
                        text_putf(ret, "; what it is like now cannot be read: %s",
                                  err_sentence(&unread, sentence, sizeof(sentence)));
                else if (differences.length)
                        text_putf(ret, "; what differs from before: %s", text_str(&differences));
                else
                        text_put(ret, "; the network is identical to the one before");
        }
        /* Where this fails the sentence is told all the same. */
        (void)db_journal_note(s->db, number, r < 0 ? "not put back" : "put back", text_str(ret), &e);
        return r < 0 ? GUARD_NEWS_STUCK : GUARD_NEWS_BACK;
}

/* Whoever ran the plan was killed. How far did it come? True: *ret_number is to be taken back now. */
static bool take_over(const struct helper *h, int64_t newest, int64_t *ret_number)
{
        struct services *s = h->app->state;
        CLEANUP(plan_freep) struct plan *p = NULL;
        struct journal_entry entry = {0};

        if (db_journal_newest_of(s->db, guard_post_starter(h->post), newest, ret_number, NULL) < 0 ||
            db_journal_load(s->db, *ret_number, &p, &entry, NULL) < 0)
                return false;
        if (entry.state == PLAN_DONE)
                guard_post_set_plan(h->post, *ret_number); /* its end was not told any more */
        return entry.state == PLAN_OPEN;
}

static enum guard_news serve(const struct helper *h, int64_t newest, struct text *ret)
{
        for (;;) {
                enum guard_event event = guard_post_wait(h->post);
                int64_t number = guard_post_plan(h->post);

                switch (event) {
                case GUARD_EVENT_NOT_RUN: return GUARD_NEWS_NONE;
                case GUARD_EVENT_KEEP: return GUARD_NEWS_KEPT;
                case GUARD_EVENT_UNDONE: return GUARD_NEWS_UNDONE;
                case GUARD_EVENT_EXPIRED:
                case GUARD_EVENT_PUT_BACK: return go_back(h, event, number, ret);
                case GUARD_EVENT_ORPHANED:
                        if (take_over(h, newest, &number))
                                return go_back(h, event, number, ret);
                        if (guard_post_plan(h->post) == 0)
                                return GUARD_NEWS_NONE;
                        break; /* done, and waits for its confirmation */
                }
        }
}

static int stand(struct app *a, struct helper *h, int64_t *ret_newest, struct err *e)
{
        CLEANUP(freep) char *folder = guard_folder(a->db_path);
        struct services *s = a->state;
        int r = guard_post_new(folder, h->within_s, &h->post, e);

        if (r == 0)
                r = services_refuse(a, e);
        if (r == 0)
                r = a->picture(a, true, false, false, &h->before, e);
        if (r == 0 && db_journal_newest_of(s->db, 0, 0, ret_newest, NULL) < 0)
                *ret_newest = 0; /* the first plan of this boot */
        if (r < 0)
                guard_post_refuse(e);
        return r;
}

int services_guard_main(struct app *a, int within_s, char **ret_told, struct err *e)
{
        struct helper h = {.app = a, .within_s = within_s};
        CLEANUP(text_done) struct text sentence = {0};
        int64_t newest = 0;

        int r = stand(a, &h, &newest, e);

        if (r == 0) {
                guard_post_ready(h.post);

                enum guard_news news = serve(&h, newest, &sentence);

                if (news != GUARD_NEWS_NONE && !guard_post_tell(h.post, news, text_str(&sentence)) && sentence.length)
                        *ret_told = text_take(&sentence); /* nobody else is there to tell it */
        }
        guard_post_free(h.post);
        graph_unref(h.before);
        return r;
}

void services_init_guard(struct app *a)
{
        a->is_guarded = service_is_guarded;
        a->guard_fd = service_guard_fd;
        a->guard_news = service_guard_news;
        a->guard_answer = service_guard_answer;
        a->waiting = service_waiting;
        a->confirm = service_confirm;
}
