/* journal_guard.c - what the journal has to do with plans that wait for their confirmation (core/exec/guard.h). */
#include <errno.h>
#include <unistd.h>

#include "core/exec/guard.h"
#include "db/private.h"

/* Nothing may change below a plan that may be put back any moment, but the plan that takes it back. */
int guard_allows(struct db *d, const struct plan *p, struct err *e)
{
        CLEANUP(freep) char *folder = guard_folder(d->path);
        struct guard_state g;

        if (guard_look(folder, &g) < 0)
                return 0;
        if (g.phase == GUARD_STARTING ? g.starter == getpid() : p->undoes == g.plan)
                return 0;
        return guard_put_refusal(&g, e);
}

/* Two may wish to take the same plan back, and the second has planned it while the first was at work. */
int undo_is_due(struct db *d, const struct plan *p, struct err *e)
{
        int64_t by = 0;
        int x = p->undoes ? db_query(d, e, &by, "SELECT undone_by FROM plan WHERE number = ? AND state = 'undone'", "l",
                                     p->undoes)
                          : 0;

        if (x == 1)
                return err_set(e, -EALREADY, "plan %lld: was taken back already, by plan %lld", (long long)p->undoes,
                               (long long)by);
        return x;
}

int db_journal_newest_of(struct db *d, int pid, int64_t after, int64_t *ret, struct err *e)
{
        int x = db_query(d, e, ret,
                         "SELECT number FROM plan WHERE (?1 = 0 OR pid = ?1) AND boot_id = ?2 AND number > ?3 "
                         "ORDER BY number DESC LIMIT 1",
                         "isl", pid, d->boot_id, after);

        return x < 0 ? x : x == 1 ? 0 : err_set(e, -ENOENT, "journal: no such plan");
}

int db_journal_note(struct db *d, int64_t number, const char *kind, const char *sentence, struct err *e)
{
        int x = db_begin(d, true, e);

        if (x < 0)
                return x;
        x = db_run(d, e, "UPDATE plan SET failure = ? WHERE number = ?", "sl", sentence, number);
        if (x == 0)
                x = event_add(d, kind, number, "", sentence, e);
        if (x == 0)
                return db_commit(d, e);
        db_rollback(d);
        return x;
}
