/* maintain.c - checking, copying, reading out and bounding the inventory. */
#include "db/maintain.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "db/private.h"

#define PAGES_A_STEP   256               /* 1 MiB at SQLite's page size: others may write in between */
#define WORTH_A_VACUUM (4 * 1024 * 1024) /* bytes of free pages: less is used again soon */

static int put_faults(struct db *d, const char *sql, int column, const char *fine, struct text *ret, struct err *e)
{
        CLEANUP(db_reset) sqlite3_stmt *s = db_statement(d, sql, e);
        int x;

        if (!s)
                return db_error(d, 0, NULL);
        while ((x = db_step(d, s, e)) == 1) {
                const char *line = db_column_text(s, column);

                if (fine && strcmp(line, fine) == 0)
                        continue;
                text_put(ret, line);
                text_put(ret, fine ? "\n" : ": a row refers to one that is not there\n");
        }
        return x;
}

int db_check(struct db *d, struct text *ret, struct err *e)
{
        size_t before = ret->length;
        int x = put_faults(d, "PRAGMA integrity_check", 0, "ok", ret, e);

        if (x == 0)
                x = put_faults(d, "PRAGMA foreign_key_check", 0, NULL, ret, e);
        if (x < 0)
                return x;
        if (ret->length > before)
                return err_set(e, -EUCLEAN, "%s: is damaged; jailnet sets it aside at its next start and begins anew",
                               d->path);
        return 0;
}

static int copy_pages(struct db *d, sqlite3 *to, struct err *e)
{
        sqlite3_backup *b = sqlite3_backup_init(to, "main", d->sql, "main");
        int r = SQLITE_OK;

        if (!b)
                return db_error(d, sqlite3_extended_errcode(to), e);
        do {
                r = sqlite3_backup_step(b, PAGES_A_STEP);
        } while (r == SQLITE_OK);
        (void)sqlite3_backup_finish(b); /* repeats what the last step said */
        return r == SQLITE_DONE ? 0 : db_error(d, r, e);
}

/* The same file, its folder without links. */
static char *real_path(const char *path)
{
        const char *slash = strrchr(path, '/');
        CLEANUP(freep) char *folder = slash ? xstrndup(path, slash == path ? 1 : (size_t)(slash - path)) : xstrdup(".");
        CLEANUP(freep) char *real = realpath(folder, NULL);

        return real ? xasprintf("%s/%s", real, slash ? slash + 1 : path) : xstrdup(path);
}

int db_backup(struct db *d, const char *path, struct err *e)
{
        sqlite3 *to = NULL;
        int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

        if (fd < 0)
                return errno == EEXIST ? err_set(e, -EEXIST, "%s: is there already; name another file", path)
                                       : err_set(e, -errno, "%s: cannot be made: %s", path, strerror(errno));
        (void)close(fd); /* it is empty */

        /* SQLite opens it by name: should somebody have put a link in its place meanwhile, it must not be followed. The
         * folders above may be links. */
        CLEANUP(freep) char *real = real_path(path);
        int r = sqlite3_open_v2(real, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_NOFOLLOW, NULL);

        r = r == SQLITE_OK ? copy_pages(d, to, e) : db_error(d, r, e);
        if (sqlite3_close(to) != SQLITE_OK && r == 0)
                r = err_set(e, -EIO, "%s: cannot be written whole", path);
        if (r < 0)
                (void)unlink(path); /* half a copy is none */
        return r;
}

static json_t *column_to_json(sqlite3_stmt *s, int column)
{
        switch (sqlite3_column_type(s, column)) {
        case SQLITE_INTEGER: return json_integer(sqlite3_column_int64(s, column));
        case SQLITE_FLOAT: return json_real(sqlite3_column_double(s, column));
        case SQLITE_TEXT: {
                CLEANUP(text_done) struct text t = {0};
                const char *raw = db_column_text(s, column);
                json_t *plain = json_string(raw);

                if (plain)
                        return plain;
                text_put_visible(&t, raw); /* a name that is no UTF-8 */
                return json_string(text_str(&t));
        }
        case SQLITE_BLOB: {
                CLEANUP(text_done) struct text t = {0};
                const unsigned char *bytes = sqlite3_column_blob(s, column);

                for (int i = 0; i < sqlite3_column_bytes(s, column); i++)
                        text_putf(&t, "%02x", bytes[i]);
                return json_string(text_str(&t));
        }
        default: return json_null();
        }
}

static int export_table(struct db *d, const char *table, json_t *rows, struct err *e)
{
        /* The names come from our own schema; quoted all the same. */
        char *sql = sqlite3_mprintf("SELECT * FROM \"%w\" ORDER BY 1", table);
        sqlite3_stmt *s = NULL;
        int x = sqlite3_prepare_v2(d->sql, sql, -1, &s, NULL);

        sqlite3_free(sql);
        if (x != SQLITE_OK)
                return db_error(d, x, e);
        while ((x = db_step(d, s, e)) == 1) {
                json_t *row = json_object();

                for (int i = 0; i < sqlite3_column_count(s); i++)
                        (void)json_object_set_new(row, sqlite3_column_name(s, i), column_to_json(s, i));
                (void)json_array_append_new(rows, row);
        }
        (void)sqlite3_finalize(s); /* repeats an error that was told */
        return x;
}

int db_export(struct db *d, json_t **ret, struct err *e)
{
        CLEANUP(db_reset)
        sqlite3_stmt *s = db_statement(
                d, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name", e);
        json_t *tables = json_object();
        int64_t version = 0;
        int x = s ? db_begin(d, false, e) : db_error(d, 0, NULL); /* one moment for all tables */
        bool is_begun = s && x == 0;

        if (x == 0)
                x = db_query(d, e, &version, "PRAGMA user_version", "") < 0 ? db_error(d, 0, NULL) : 0;
        while (x == 0 && (x = db_step(d, s, e)) == 1) {
                json_t *rows = json_array();

                (void)json_object_set_new(tables, db_column_text(s, 0), rows);
                x = export_table(d, db_column_text(s, 0), rows, e);
                if (x < 0)
                        break;
        }
        if (is_begun)
                db_rollback(d);
        if (x < 0) {
                json_decref(tables);
                return x;
        }
        *ret = json_pack("{s:I, s:o}", "version", (json_int_t)version, "tables", tables);
        return 0;
}

#define OLDEST "(SELECT max(number) FROM plan) - ?"

static int prune_history(struct db *d, struct db_limits keep, struct err *e)
{
        /* What is kept may have taken back what is dropped: it then says so no longer. */
        int x = db_run(d, e, "UPDATE plan SET undoes = NULL WHERE undoes <= " OLDEST, "l", keep.plans);

        if (x == 0)
                x = db_run(d, e, "UPDATE plan SET undone_by = NULL WHERE undone_by <= " OLDEST, "l", keep.plans);
        if (x == 0)
                x = db_run(d, e, "DELETE FROM plan WHERE state <> 'open' AND number <= " OLDEST, "l", keep.plans);
        if (x == 0)
                x = db_run(d, e, "DELETE FROM event WHERE row <= (SELECT max(row) FROM event) - ?", "l", keep.events);
        return x;
}

/* Loans before what they are about. */
static int prune_gone(struct db *d, struct db_limits keep, struct err *e)
{
        int x = db_run(d, e,
                       "DELETE FROM loan WHERE (boot_id <> ?1 OR state IN (?2, ?3)) AND ((changed_at < ?4 "
                       "AND " LOAN_IS_FOREIGN ") OR row <= (SELECT row FROM loan WHERE boot_id <> ?1 OR "
                       "state IN (?2, ?3) ORDER BY row DESC LIMIT 1 OFFSET ?5))",
                       "siill", d->boot_id, LOAN_RETURNED, LOAN_LOST, clock_wall_s() - LOAN_FOREIGN_SHOWN_S, keep.gone);

        if (x == 0)
                x = db_run(d, e,
                           "DELETE FROM interface WHERE (is_gone = 1 OR boot_id <> ?) AND " IFACE_IS_FREE
                           " AND (is_owned = 0 OR number <= (SELECT number FROM interface WHERE is_gone = 1 AND "
                           "is_owned = 1 ORDER BY number DESC LIMIT 1 OFFSET ?))",
                           "sl", d->boot_id, keep.gone);
        if (x == 0)
                x = db_run(d, e, "DELETE FROM jail WHERE is_gone = 1 OR boot_id <> ?", "s", d->boot_id);
        return x;
}

int db_prune(struct db *d, struct db_limits keep, struct err *e)
{
        int64_t is_due = 0, free_bytes = 0;
        int x = db_query(d, e, &is_due,
                         "SELECT (SELECT max(number) - min(number) FROM plan) >= ? OR "
                         "(SELECT max(row) - min(row) FROM event) >= ? OR "
                         "(SELECT count(*) FROM jail WHERE is_gone = 1 OR boot_id <> ?) >= ? OR "
                         "(SELECT count(*) FROM interface WHERE is_gone = 1) >= ?",
                         "llsll", keep.plans, keep.events, d->boot_id, keep.gone, 3 * keep.gone);

        if (x < 0 || !is_due) /* most often: this is asked at each start */
                return x < 0 ? x : 0;
        x = db_begin(d, false, e);
        if (x < 0)
                return x;
        x = prune_history(d, keep, e);
        if (x == 0)
                x = prune_gone(d, keep, e);
        if (x < 0) {
                db_rollback(d);
                return x;
        }
        x = db_commit(d, e);
        if (x < 0)
                return x;
        x = db_query(d, e, &free_bytes,
                     "SELECT freelist_count * page_size FROM pragma_freelist_count, pragma_page_size", "");
        return x < 0 ? x : free_bytes < WORTH_A_VACUUM ? 0 : db_exec(d, "VACUUM", e);
}
