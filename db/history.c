/* history.c - what the journal remembers: lists, single plans, and which one can be taken back. */
#include <errno.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/text.h"
#include "db/private.h"

/* Objects */

static void put_object(struct text *t, const char *jail, const char *iface)
{
        if (!*jail)
                return;
        if (!*iface)
                text_putf(t, "%s\n", jail);
        else if (strcmp(jail, "host") == 0)
                text_putf(t, "%s\n", iface);
        else
                text_putf(t, "%s/%s\n%s\n", jail, iface, jail);
}

char *history_objects(const struct plan *p)
{
        struct text t = {0};

        text_put(&t, "\n");
        for (size_t i = 0; i < p->step_count; i++) {
                const struct step *s = &p->steps[i];

                put_object(&t, s->at.jail, s->at.iface);
                put_object(&t, s->to.jail, s->to.iface);
                if (s->op == STEP_LINK_ADD) {
                        put_object(&t, s->at.jail, s->link.name);
                        put_object(&t, s->link.peer_jail.jail, s->link.peer_name);
                }
                if (s->op == STEP_LINK_MOVE)
                        put_object(&t, s->to.jail, *s->name ? s->name : s->at.iface);
                if (s->op == STEP_LINK_RENAME)
                        put_object(&t, s->at.jail, s->name);
                if (s->op == STEP_JAIL_RENAME)
                        put_object(&t, s->name, "");
        }
        return text_take(&t);
}

/* "if:www/eth0", "host/eth0" and the like as put_object writes them. */
static const char *plain_object(const char *word)
{
        static const char *const prefixes[] = {"jail:", "if:", "node:", "host/"};

        for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++)
                if (str_has_prefix(word, prefixes[i]))
                        word += strlen(prefixes[i]);
        return word;
}

/* Entries */

#define ENTRY_COLUMNS                                                           \
        "number, time, user, words, title, state, undoes, undone_by, failure, " \
        "(SELECT count(*) FROM step WHERE plan = number), boot_id"

static enum plan_state parse_state(const char *name)
{
        static const enum plan_state states[] = {PLAN_DRAFT,  PLAN_OPEN,        PLAN_DONE,
                                                 PLAN_FAILED, PLAN_ROLLED_BACK, PLAN_UNDONE};

        for (size_t i = 0; i < ARRAY_SIZE(states); i++)
                if (strcmp(plan_state_name(states[i]), name) == 0)
                        return states[i];
        return PLAN_FAILED; /* a word that nobody wrote: nothing is to be done with it */
}

static struct journal_entry read_entry(const struct db *d, sqlite3_stmt *s)
{
        struct journal_entry j = {
                .number = sqlite3_column_int64(s, 0),
                .time = sqlite3_column_int64(s, 1),
                .state = parse_state(db_column_text(s, 5)),
                .undoes = sqlite3_column_int64(s, 6),
                .undone_by = sqlite3_column_int64(s, 7),
                .step_count = (unsigned)sqlite3_column_int(s, 9),
                .is_this_boot = strcmp(db_column_text(s, 10), d->boot_id) == 0,
        };

        /* Cut for a list; the plan itself has them whole. */
        (void)str_copy(j.user, sizeof(j.user), db_column_text(s, 2));
        (void)str_copy(j.words, sizeof(j.words), db_column_text(s, 3));
        (void)str_copy(j.title, sizeof(j.title), db_column_text(s, 4));
        (void)str_copy(j.failure, sizeof(j.failure), db_column_text(s, 8));
        return j;
}

int db_journal_list(struct db *d, int64_t before, size_t max, const char *object_filter, struct journal_entry **ret,
                    size_t *ret_count, struct err *e)
{
        CLEANUP(freep) struct journal_entry *entries = NULL;
        CLEANUP(freep) char *line = object_filter ? xasprintf("\n%s\n", plain_object(object_filter)) : NULL;
        CLEANUP(db_reset)
        sqlite3_stmt *s = db_statement(d,
                                       "SELECT " ENTRY_COLUMNS " FROM plan WHERE (?1 = 0 OR number < ?1) "
                                       "AND (?2 IS NULL OR instr(objects, ?2)) ORDER BY number DESC LIMIT ?3",
                                       e);
        size_t count = 0, capacity = 0;
        int x;

        if (!s)
                return db_error(d, 0, NULL);
        (void)sqlite3_bind_int64(s, 1, before);
        (void)sqlite3_bind_text(s, 2, line, -1, SQLITE_STATIC);
        (void)sqlite3_bind_int64(s, 3, (int64_t)max);
        while ((x = db_step(d, s, e)) == 1) {
                entries = array_grow(entries, &capacity, count, sizeof(*entries));
                entries[count++] = read_entry(d, s);
        }
        if (x < 0)
                return x;
        *ret = TAKE(entries);
        *ret_count = count;
        return 0;
}

static int damaged(struct db *d, int64_t number, struct err *e)
{
        return err_set(e, -EUCLEAN, "%s: plan %lld cannot be read", d->path, (long long)number);
}

static int read_steps(struct db *d, int64_t number, json_t *steps, struct err *e)
{
        CLEANUP(db_reset)
        sqlite3_stmt *s = db_statement(d, "SELECT json, state FROM step WHERE plan = ? ORDER BY position", e);
        int x;

        if (!s)
                return db_error(d, 0, NULL);
        (void)sqlite3_bind_int64(s, 1, number);
        while ((x = db_step(d, s, e)) == 1) {
                json_t *step = json_loads(db_column_text(s, 0), 0, NULL);

                if (!step)
                        return damaged(d, number, e);
                /* The row's state is newer than its JSON, which is written with the outcome. */
                (void)json_object_set_new(step, "state", json_string(db_column_text(s, 1)));
                (void)json_array_append_new(steps, step);
        }
        return x;
}

int db_journal_load(struct db *d, int64_t number, struct plan **ret, struct journal_entry *ret_entry, struct err *e)
{
        CLEANUP(plan_freep) struct plan *p = NULL;
        CLEANUP(json_decrefp) json_t *j = NULL;
        CLEANUP(db_reset)
        sqlite3_stmt *s = db_statement(d, "SELECT " ENTRY_COLUMNS ", json FROM plan WHERE number = ?", e);

        if (!s)
                return db_error(d, 0, NULL);
        (void)sqlite3_bind_int64(s, 1, number);

        int x = db_step(d, s, e);

        if (x < 0)
                return x;
        if (x == 0)
                return err_set(e, -ENOENT, "plan %lld: is not in the journal; jailnet journal lists them",
                               (long long)number);

        struct journal_entry entry = read_entry(d, s);

        j = json_loads(db_column_text(s, 11), 0, NULL);
        if (!j)
                return damaged(d, number, e);
        x = read_steps(d, number, json_object_get(j, "steps"), e);
        if (x == 0)
                x = plan_from_json(j, &p, e);
        if (x < 0 || !p)
                return x < 0 ? x : damaged(d, number, e);
        p->number = number;
        p->state = entry.state;
        p->undoes = entry.undoes;
        (void)str_copy(p->failure, sizeof(p->failure), db_column_text(s, 8)); /* of the same size when it was saved */
        if (ret_entry)
                *ret_entry = entry;
        *ret = TAKE(p);
        return 0;
}

int db_journal_last_undoable(struct db *d, int64_t *ret, struct err *e)
{
        /* What took something back is not itself the next to be taken back: undo twice goes two plans back. */
        int x = db_query(d, e, ret,
                         "SELECT number FROM plan WHERE state = 'done' AND undoes IS NULL AND boot_id = ? "
                         "ORDER BY number DESC LIMIT 1",
                         "s", d->boot_id);

        return x < 0 ? x : x == 1 ? 0 : err_set(e, -ENOENT, "undo: the journal has nothing that can be taken back");
}

int db_journal_last_open(struct db *d, int64_t *ret, struct err *e)
{
        int x = db_query(d, e, ret, "SELECT number FROM plan WHERE state = 'open' ORDER BY number DESC LIMIT 1", "");

        return x < 0 ? x : x == 1 ? 0 : err_set(e, -ENOENT, "journal: no plan is open");
}

int db_put_events(struct db *d, const struct db_event *events, size_t count, struct err *e)
{
        int x = db_begin(d, false, e);

        if (x < 0)
                return x;
        for (size_t i = 0; x == 0 && i < count; i++)
                x = event_add(d, "seen", 0, events[i].object, events[i].words, e);
        if (x == 0)
                return db_commit(d, e);
        db_rollback(d);
        return x;
}

int db_put_deed(struct db *d, const char *kind, const char *object, const char *words, struct err *e)
{
        CLEANUP(freep) char *whole = xasprintf("%s, by %s", words, db_user(d));
        int x = db_begin(d, false, e);

        if (x < 0)
                return x;
        x = event_add(d, kind, 0, object, whole, e);
        if (x == 0)
                return db_commit(d, e);
        db_rollback(d);
        return x;
}
