/* started.c - jails that were started from jail.conf, and the plans that their commands made. */
#include <errno.h>
#include <string.h>

#include "core/base/alloc.h"
#include "db/private.h"

static struct started_jail read_row(const struct db *d, sqlite3_stmt *s)
{
        bool is_this_boot = strcmp(db_column_text(s, 1), d->boot_id) == 0;
        struct started_jail j = {
                .jid = sqlite3_column_int(s, 2),
                .pid = is_this_boot ? (pid_t)sqlite3_column_int(s, 3) : 0,
                .began = (uint64_t)sqlite3_column_int64(s, 4),
                .phase = (enum started_phase)sqlite3_column_int(s, 5),
                .params = json_loads(db_column_text(s, 6), 0, NULL),
                .addresses = sqlite3_column_type(s, 7) == SQLITE_NULL ? NULL : xstrdup(db_column_text(s, 7)),
                .is_confined = sqlite3_column_int(s, 8),
        };

        (void)str_copy(j.name, sizeof(j.name), db_column_text(s, 0)); /* was short enough when it was put */
        if (!j.params)
                j.params = json_object(); /* broken by hand: it can still be stopped */
        return j;
}

int db_started_list(struct db *d, struct started_jail **ret, size_t *ret_count, struct err *e)
{
        CLEANUP(db_reset)
        sqlite3_stmt *s = db_statement(
                d,
                "SELECT name, boot_id, jid, pid, began, phase, params, addresses, is_confined FROM started_jail ORDER BY name",
                e);
        struct started_jail *list = NULL;
        size_t count = 0, capacity = 0;
        int x;

        if (!s)
                return db_error(d, 0, NULL);
        while ((x = db_step(d, s, e)) == 1) {
                list = array_grow(list, &capacity, count, sizeof(*list));
                list[count++] = read_row(d, s);
        }
        if (x < 0) {
                while (count > 0)
                        started_jail_done(&list[--count]);
                free(list);
                return x;
        }
        *ret = list;
        *ret_count = count;
        return 0;
}

int db_started_put(struct db *d, const struct started_jail *j, struct err *e)
{
        CLEANUP(freep) char *params = json_dumps(j->params, JSON_COMPACT);

        return db_run(
                d, e,
                "INSERT OR REPLACE INTO started_jail(name, boot_id, jid, pid, began, phase, params, addresses, is_confined) "
                "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)",
                "ssiilissi", j->name, d->boot_id, j->jid, (int)j->pid, (int64_t)j->began, (int)j->phase,
                params ? params : "{}", j->addresses, (int)j->is_confined);
}

int db_started_remove(struct db *d, const char *name, pid_t pid, struct err *e)
{
        int x = db_run(d, e, "DELETE FROM started_jail WHERE name = ?1 AND (?2 = 0 OR pid = ?2)", "si", name, (int)pid);

        return x < 0 ? x : sqlite3_changes(d->sql) ? 0 : -ENOENT;
}

int db_journal_caused(struct db *d, const char *cause, int64_t **ret, size_t *ret_count, struct err *e)
{
        CLEANUP(db_reset)
        sqlite3_stmt *s = db_statement(
                d, "SELECT number FROM plan WHERE cause = ? AND state = 'done' AND undoes IS NULL ORDER BY number DESC",
                e);
        int64_t *list = NULL;
        size_t count = 0, capacity = 0;
        int x;

        if (!s)
                return db_error(d, 0, NULL);
        (void)sqlite3_bind_text(s, 1, cause, -1, SQLITE_STATIC);
        while ((x = db_step(d, s, e)) == 1) {
                list = array_grow(list, &capacity, count, sizeof(*list));
                list[count++] = sqlite3_column_int64(s, 0);
        }
        if (x < 0) {
                free(list);
                return x;
        }
        *ret = list;
        *ret_count = count;
        return 0;
}
