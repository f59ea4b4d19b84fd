/* services_journal.c - what was done, taken back or cut off, and the file that remembers it. */
#include "ui/services_parts.h"

#include <errno.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/text.h"
#include "core/exec/exec.h"
#include "db/db.h"
#include "db/maintain.h"

static void copy_entry(struct app_journal_entry *to, const struct journal_entry *from)
{
        *to = (struct app_journal_entry){
                .number = from->number,
                .time = from->time,
                .state = from->state,
                .undoes = from->undoes,
                .undone_by = from->undone_by,
                .step_count = from->step_count,
        };
        (void)str_copy(to->user, sizeof(to->user), from->user);
        (void)str_copy(to->words, sizeof(to->words), from->words);
        (void)str_copy(to->title, sizeof(to->title), from->title);
        (void)str_copy(to->failure, sizeof(to->failure), from->failure);
}

static int service_journal(struct app *a, int64_t before, size_t max, const char *filter,
                           struct app_journal_entry **ret, size_t *ret_count, struct err *e)
{
        struct services *s = a->state;
        CLEANUP(freep) struct journal_entry *entries = NULL;
        size_t count = 0;
        int r = services_need_journal(a, e);

        if (r < 0)
                return r;
        r = db_journal_list(s->db, before, max, filter, &entries, &count, e);
        if (r < 0)
                return r;

        struct app_journal_entry *copies = xcalloc(count ? count : 1, sizeof(*copies));

        for (size_t i = 0; i < count; i++)
                copy_entry(&copies[i], &entries[i]);
        *ret = copies;
        *ret_count = count;
        return 0;
}

static int service_journal_plan(struct app *a, int64_t number, struct plan **ret, struct err *e)
{
        struct services *s = a->state;
        int r = services_need_journal(a, e);

        return r < 0 ? r : db_journal_load(s->db, number, ret, NULL, e);
}

/* Which later plan touched what stands in an undo's way: the newest that is still done, since that one is to be undone
 * first. None: somebody else changed it. */
static void name_later_change(struct services *s, int64_t number, struct err *e)
{
        CLEANUP(freep) struct journal_entry *entries = NULL;
        CLEANUP(freep) char *object = e ? xstrndup(e->what, strcspn(e->what, ":")) : NULL;
        CLEANUP(freep) char *said = e ? xstrdup(e->what) : NULL;
        const struct journal_entry *later = NULL;
        size_t count = 0;

        if (!e || db_journal_list(s->db, 0, SIZE_MAX, object, &entries, &count, NULL) < 0)
                return;
        for (size_t i = 0; !later && i < count && entries[i].number > number; i++)
                if (entries[i].state == PLAN_DONE && entries[i].undoes == 0)
                        later = &entries[i];
        if (later)
                (void)err_set(e, e->code, "%s (plan %lld, %s, came after plan %lld)", said, (long long)later->number,
                              later->words, (long long)number);
        else
                (void)err_set(e, e->code, "%s (not by a plan of jailnet's)", said);
}

static int service_undo(struct app *a, int64_t number, const struct graph *g, struct plan **ret, struct err *e)
{
        struct services *s = a->state;
        CLEANUP(plan_freep) struct plan *done = NULL;
        struct journal_entry entry = {0};
        int r = services_need_journal(a, e);

        if (r == 0 && number == 0)
                r = db_journal_last_undoable(s->db, &number, e);
        if (r == 0)
                r = db_journal_load(s->db, number, &done, &entry, e);
        if (r < 0)
                return r;
        if (entry.state == PLAN_UNDONE)
                return err_set(e, -EALREADY, "plan %lld: was taken back already, by plan %lld", (long long)number,
                               (long long)entry.undone_by);
        if (entry.state != PLAN_DONE)
                return err_set(e, -EINVAL, "plan %lld: is %s; only one that is done can be taken back",
                               (long long)number, plan_state_name(entry.state));
        if (!entry.is_this_boot)
                return err_set(e, -ESTALE, "plan %lld: was done before the last boot; what it made is gone",
                               (long long)number);
        r = plan_build_undo(done, g, ret, e);
        if (r == -ESTALE)
                name_later_change(s, number, e);
        if (r == 0)
                (*ret)->undoes = number;
        return r;
}

static int service_open_plan(struct app *a, int64_t *ret, struct err *e)
{
        struct services *s = a->state;
        int r = services_need_journal(a, e);

        return r < 0 ? r : db_journal_last_open(s->db, ret, e);
}

static int service_recover(struct app *a, int64_t number, bool is_forward, struct plan **ret, struct err *e)
{
        struct services *s = a->state;
        CLEANUP(graph_unrefp) const struct graph *g = NULL;
        CLEANUP(plan_freep) struct plan *p = NULL;
        struct journal_entry entry = {0};
        int r = services_refuse(a, e);

        if (r == 0)
                r = db_journal_load(s->db, number, &p, &entry, e);
        if (r == 0)
                r = a->picture(a, false, false, false, &g, e);
        if (r < 0)
                return r;

        struct exec_options o = {
                .way = is_forward ? EXEC_FINISH : EXEC_ROLL_BACK,
                .is_other_boot = !entry.is_this_boot,
                .graph = g,
                .journal = db_journal(s->db),
                .lock_timeout_ms = LOCK_TIMEOUT_MS,
        };

        r = exec_run(p, &o, e);
        if (r == 0)
                *ret = TAKE(p);
        return r;
}

static int service_inventory_check(struct app *a, struct text *ret_faults, struct err *e)
{
        struct services *s = a->state;
        int r = services_need_journal(a, e);

        return r < 0 ? r : db_check(s->db, ret_faults, e);
}

static int service_inventory_backup(struct app *a, const char *path, struct err *e)
{
        struct services *s = a->state;
        int r = services_need_journal(a, e);

        return r < 0 ? r : db_backup(s->db, path, e);
}

static int service_inventory_export(struct app *a, json_t **ret, struct err *e)
{
        struct services *s = a->state;
        int r = services_need_journal(a, e);

        return r < 0 ? r : db_export(s->db, ret, e);
}

void services_init_journal(struct app *a)
{
        a->journal = service_journal;
        a->journal_plan = service_journal_plan;
        a->undo = service_undo;
        a->open_plan = service_open_plan;
        a->recover = service_recover;
        a->inventory_check = service_inventory_check;
        a->inventory_backup = service_inventory_backup;
        a->inventory_export = service_inventory_export;
}
