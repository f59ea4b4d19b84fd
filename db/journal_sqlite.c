/*
 * journal_sqlite.c - core/exec's journal in SQLite: every row is committed before the request that it announces leaves.
 *
 * Opening and closing a plan reach the disk before they return. The rows between the two are committed, which survives
 * our own death; the kernel's network does not outlive a power loss anyway.
 */
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "core/base/intl.h"
#include "core/base/text.h"
#include "db/private.h"

static struct db *db_of(struct journal *j)
{
        return (struct db *)(void *)((char *)j - offsetof(struct db, journal));
}

static int journal_lock(struct journal *j, int timeout_ms, struct err *e)
{
        return lock_take(db_of(j), timeout_ms, e);
}

static void journal_unlock(struct journal *j)
{
        lock_release(db_of(j));
}

/* The plan without its steps, which have rows of their own. */
static char *plan_text(const struct plan *p)
{
        struct plan bare = *p;

        bare.step_count = 0;

        CLEANUP(json_decrefp) json_t *j = plan_to_json(&bare);

        return json_dumps(j, JSON_COMPACT);
}

static char *step_text(const struct step *s)
{
        CLEANUP(json_decrefp) json_t *j = step_to_json(s);

        return json_dumps(j, JSON_COMPACT);
}

static int write_step(struct db *d, const struct plan *p, size_t i, struct err *e)
{
        const struct step *s = &p->steps[i];
        CLEANUP(freep) char *json = step_text(s);
        CLEANUP(text_done) struct text sentence = {0};

        intl_pause();
        step_put_sentence(&sentence, s);
        intl_go_on();
        return db_run(d, e,
                      "INSERT INTO step(plan, position, op, sentence, state, outcome, time, json) "
                      "VALUES(?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(plan, position) DO UPDATE SET "
                      "state = excluded.state, outcome = excluded.outcome, json = excluded.json",
                      "llsssils", p->number, (int64_t)i, step_op_name(s->op), text_str(&sentence),
                      step_state_name(s->state), s->outcome, clock_wall_s(), json);
}

static int write_plan(struct db *d, struct plan *p, struct err *e)
{
        CLEANUP(freep) char *objects = history_objects(p);
        CLEANUP(freep) char *json = plan_text(p);
        int x = db_run(d, e,
                       "INSERT INTO plan(time, boot_id, pid, user, words, title, state, undoes, objects, json, cause) "
                       "VALUES(?, ?, ?, ?, ?, ?, ?, nullif(?, 0), ?, ?, ?)",
                       "lsisssslsss", clock_wall_s(), d->boot_id, (int)getpid(), db_user(d), p->words ? p->words : "",
                       p->title ? p->title : "", plan_state_name(PLAN_OPEN), p->undoes, objects, json,
                       getenv(JAILNET_CAUSE));

        if (x < 0)
                return x;
        p->number = sqlite3_last_insert_rowid(d->sql);
        for (size_t i = 0; x == 0 && i < p->step_count; i++)
                x = write_step(d, p, i, e);
        return x;
}

/* The plan is as it was: numbers that were taken back must not stay in it. */
static void forget_numbers(struct plan *p, const struct link_spec *before)
{
        for (size_t i = 0; i < p->step_count; i++) {
                p->steps[i].link.number = before[i].number;
                p->steps[i].link.peer_number = before[i].peer_number;
        }
        p->number = 0;
}

static int journal_begin(struct journal *j, struct plan *p, struct err *e)
{
        struct db *d = db_of(j);

        if (d->is_read_only)
                return err_set(e, -EROFS, "%s: is read-only; nothing can be changed without a record", d->path);

        int64_t open;
        int last = db_journal_last_open(d, &open, e);

        /* Its steps may meet ours half-way: first things first. */
        if (last < 0 && last != -ENOENT)
                return last;
        if (last == 0)
                return err_set(e, -EUCLEAN,
                               "plan %lld: was cut off before its end; end it first with jailnet recover --finish or "
                               "--rollback",
                               (long long)open);

        int allowed = guard_allows(d, p, e);

        if (allowed == 0)
                allowed = undo_is_due(d, p, e);
        if (allowed < 0)
                return allowed;

        CLEANUP(freep) struct link_spec *before = xcalloc(p->step_count + 1, sizeof(*before));

        for (size_t i = 0; i < p->step_count; i++)
                before[i] = p->steps[i].link;

        int x = db_begin(d, true, e);

        if (x < 0)
                return x;
        x = settle_reserve(d, p, e);
        if (x == 0)
                x = write_plan(d, p, e);
        if (x == 0)
                x = db_commit(d, e);
        else
                db_rollback(d);
        if (x < 0) {
                forget_numbers(p, before);
                return x;
        }
        p->state = PLAN_OPEN;
        return 0;
}

/* What happens between a plan's begin and end is not forced to the disk: see above. */
static int in_one(struct db *d, const struct plan *p, size_t first, size_t count,
                  int (*write)(struct db *d, const struct plan *p, size_t i, struct err *e), struct err *e)
{
        int x = db_begin(d, false, e);

        if (x < 0)
                return x;
        for (size_t i = first; x == 0 && i < first + count; i++)
                x = write(d, p, i, e);
        if (x == 0)
                return db_commit(d, e);
        db_rollback(d);
        return x;
}

static int write_state(struct db *d, const struct plan *p, size_t i, struct err *e)
{
        return db_run(d, e, "UPDATE step SET state = ?, time = ? WHERE plan = ? AND position = ?", "slll",
                      step_state_name(p->steps[i].state), clock_wall_s(), p->number, (int64_t)i);
}

static int journal_about_to(struct journal *j, const struct plan *p, size_t first, size_t count, struct err *e)
{
        for (size_t i = first + 1; i < first + count; i++)
                if (p->steps[i].state != p->steps[first].state)
                        return in_one(db_of(j), p, first, count, write_state, e);

        struct db *d = db_of(j);
        int x = db_begin(d, false, e);

        if (x < 0)
                return x;
        x = db_run(d, e, "UPDATE step SET state = ?, time = ? WHERE plan = ? AND position BETWEEN ? AND ?", "sllll",
                   step_state_name(p->steps[first].state), clock_wall_s(), p->number, (int64_t)first,
                   (int64_t)(first + count - 1));
        if (x == 0)
                return db_commit(d, e);
        db_rollback(d);
        return x;
}

/* Only what got an identity has more to tell than how it went. */
static bool has_more_to_tell(const struct step *s)
{
        return s->made_cookie || s->made.cookie || s->made.ifindex || s->state != STEP_DONE;
}

static int write_outcome(struct db *d, const struct plan *p, size_t i, struct err *e)
{
        const struct step *s = &p->steps[i];

        if (has_more_to_tell(s)) {
                CLEANUP(freep) char *json = step_text(s);

                return db_run(d, e, "UPDATE step SET state = ?, outcome = ?, json = ? WHERE plan = ? AND position = ?",
                              "sisll", step_state_name(s->state), s->outcome, json, p->number, (int64_t)i);
        }
        return db_run(d, e, "UPDATE step SET state = ?, outcome = ? WHERE plan = ? AND position = ?", "sill",
                      step_state_name(s->state), s->outcome, p->number, (int64_t)i);
}

static int journal_outcome(struct journal *j, const struct plan *p, size_t first, size_t count, struct err *e)
{
        return in_one(db_of(j), p, first, count, write_outcome, e);
}

/* Another may have ended the plan since it was loaded; and its steps may have gone on. */
static int journal_reopen(struct journal *j, struct plan *p, struct err *e)
{
        CLEANUP(plan_freep) struct plan *now = NULL;
        int x = db_journal_load(db_of(j), p->number, &now, NULL, e);

        if (x < 0)
                return x;
        if (now->state != PLAN_OPEN || now->step_count != p->step_count)
                return err_set(e, -EALREADY, "plan %lld: is %s already", (long long)p->number,
                               plan_state_name(now->state));

        struct step *old = p->steps;

        p->steps = now->steps;
        now->steps = old; /* freed with now */
        return 0;
}

static int close_plan(struct db *d, const struct plan *p, struct err *e)
{
        int x = settle_plan(d, p, e);

        /* Of a plan that is done all outcomes are there; a failure may have kept one from being written. */
        for (size_t i = 0; x == 0 && p->state != PLAN_DONE && i < p->step_count; i++)
                x = write_step(d, p, i, e);
        if (x == 0)
                x = db_run(d, e, "UPDATE plan SET state = ?, failure = ?, ended = ? WHERE number = ?", "ssll",
                           plan_state_name(p->state), p->failure, clock_wall_s(), p->number);
        if (x == 0 && p->undoes && p->state == PLAN_DONE)
                x = db_run(d, e, "UPDATE plan SET state = ?, undone_by = ? WHERE number = ?", "sll",
                           plan_state_name(PLAN_UNDONE), p->number, p->undoes);
        return x;
}

static int journal_finish(struct journal *j, const struct plan *p, struct err *e)
{
        struct db *d = db_of(j);
        int x = db_begin(d, true, e);

        if (x < 0)
                return x;
        x = close_plan(d, p, e);
        if (x == 0)
                return db_commit(d, e);
        db_rollback(d);
        return x;
}

void journal_init(struct db *d)
{
        d->journal = (struct journal){
                .lock = journal_lock,
                .unlock = journal_unlock,
                .begin = journal_begin,
                .about_to = journal_about_to,
                .outcome = journal_outcome,
                .reopen = journal_reopen,
                .finish = journal_finish,
        };
}
