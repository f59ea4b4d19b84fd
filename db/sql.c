/* sql.c - statements, transactions and errors of SQLite. */
#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/text.h"
#include "db/private.h"

static int io_error(struct db *d, int cause, struct err *e)
{
        switch (cause) {
        case ENOSPC:
        case EDQUOT: return err_set(e, -ENOSPC, "%s: the disk is full; make room and repeat", d->path);
        case EROFS: return err_set(e, -EROFS, "%s: is on a read-only file system", d->path);
        case EACCES:
        case EPERM:
                return err_set(e, -EACCES, "%s: no permission; run as root or name another file with --db", d->path);
        case ENOENT: return err_set(e, -ENOENT, "%s: no such file", d->path);
        case 0: return err_set(e, -EIO, "%s: cannot be read or written", d->path);
        default: return err_set(e, -cause, "%s: %s", d->path, strerror(cause));
        }
}

int db_error(struct db *d, int code, struct err *e)
{
        if (code == 0)
                code = sqlite3_extended_errcode(d->sql);
        switch (code & 0xff) {
        case SQLITE_FULL: return io_error(d, ENOSPC, e);
        case SQLITE_READONLY: return err_set(e, -EROFS, "%s: is read-only; nothing can be recorded", d->path);
        case SQLITE_IOERR: return io_error(d, sqlite3_system_errno(d->sql), e);
        case SQLITE_CANTOPEN: {
                int cause = sqlite3_system_errno(d->sql);

                return io_error(d, cause ? cause : EACCES, e);
        }
        case SQLITE_PERM:
        case SQLITE_AUTH: return io_error(d, EACCES, e);
        case SQLITE_BUSY:
        case SQLITE_LOCKED: return err_set(e, -EBUSY, "%s: another program is writing to it; try again", d->path);
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB: return err_set(e, -EUCLEAN, "%s: is damaged", d->path);
        default: return err_set(e, -EIO, "%s: %s", d->path, sqlite3_errmsg(d->sql));
        }
}

sqlite3_stmt *db_statement(struct db *d, const char *sql, struct err *e)
{
        for (size_t i = 0; i < d->statement_count; i++)
                if (d->statements[i].sql == sql)
                        return d->statements[i].statement;

        sqlite3_stmt *s;

        if (sqlite3_prepare_v3(d->sql, sql, -1, SQLITE_PREPARE_PERSISTENT, &s, NULL) != SQLITE_OK) {
                (void)db_error(d, 0, e);
                return NULL;
        }
        d->statements = array_grow(d->statements, &d->statement_capacity, d->statement_count, sizeof(*d->statements));
        d->statements[d->statement_count++] = (struct cached_statement){.sql = sql, .statement = s};
        return s;
}

void db_reset(sqlite3_stmt **s)
{
        if (!*s)
                return;
        (void)sqlite3_reset(*s); /* repeats the error that db_step has told */
        (void)sqlite3_clear_bindings(*s);
}

int db_step(struct db *d, sqlite3_stmt *s, struct err *e)
{
        int r = sqlite3_step(s);

        if (r == SQLITE_ROW)
                return 1;
        return r == SQLITE_DONE ? 0 : db_error(d, 0, e);
}

static void bind_all(sqlite3_stmt *s, const char *types, va_list *ap)
{
        for (int i = 1; *types; i++, types++) {
                switch (*types) {
                case 'i': (void)sqlite3_bind_int(s, i, va_arg(*ap, int)); break;
                case 'l': (void)sqlite3_bind_int64(s, i, va_arg(*ap, int64_t)); break;
                case 's': (void)sqlite3_bind_text(s, i, va_arg(*ap, const char *), -1, SQLITE_TRANSIENT); break;
                case 'b': {
                        const void *bytes = va_arg(*ap, const void *);
                        size_t length = va_arg(*ap, size_t);

                        (void)sqlite3_bind_blob64(s, i, bytes, length, SQLITE_TRANSIENT);
                        break;
                }
                default: abort(); /* a mistake of ours */
                }
        }
}

int db_run(struct db *d, struct err *e, const char *sql, const char *types, ...)
{
        CLEANUP(db_reset) sqlite3_stmt *s = db_statement(d, sql, e);
        va_list ap;

        if (!s)
                return db_error(d, 0, NULL);
        va_start(ap, types);
        bind_all(s, types, &ap);
        va_end(ap);

        int r = db_step(d, s, e);

        return r < 0 ? r : 0;
}

int db_query(struct db *d, struct err *e, int64_t *ret, const char *sql, const char *types, ...)
{
        CLEANUP(db_reset) sqlite3_stmt *s = db_statement(d, sql, e);
        va_list ap;

        if (!s)
                return db_error(d, 0, NULL);
        va_start(ap, types);
        bind_all(s, types, &ap);
        va_end(ap);

        int r = db_step(d, s, e);

        if (r == 1)
                *ret = sqlite3_column_int64(s, 0);
        return r;
}

int db_exec(struct db *d, const char *sql, struct err *e)
{
        return sqlite3_exec(d->sql, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : db_error(d, 0, e);
}

int db_begin(struct db *d, bool durable, struct err *e)
{
        int r = db_exec(d, durable ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL", e);

        return r < 0 ? r : db_run(d, e, "BEGIN IMMEDIATE", "");
}

int db_commit(struct db *d, struct err *e)
{
        int r = db_run(d, e, "COMMIT", "");

        if (r < 0)
                db_rollback(d);
        return r;
}

void db_rollback(struct db *d)
{
        /* After a full disk SQLite may have rolled back by itself. */
        if (!sqlite3_get_autocommit(d->sql))
                (void)db_exec(d, "ROLLBACK", NULL);
}

const char *db_column_text(sqlite3_stmt *s, int column)
{
        const char *text = (const char *)sqlite3_column_text(s, column);

        return text ? text : "";
}

void db_bind_mac(sqlite3_stmt *s, int index, struct mac m)
{
        char buf[MAC_TEXT_SIZE];

        if (m.is_set)
                (void)sqlite3_bind_text(s, index, mac_format(m, buf), -1, SQLITE_TRANSIENT);
        else
                (void)sqlite3_bind_null(s, index);
}

struct mac db_column_mac(sqlite3_stmt *s, int column)
{
        struct mac m = {0};

        (void)mac_parse(db_column_text(s, column), &m); /* NULL or nonsense stays unset */
        return m;
}

void db_bind_handle(sqlite3_stmt *s, int type_index, const struct ns_handle *h)
{
        if (h->length == 0) {
                (void)sqlite3_bind_null(s, type_index);
                (void)sqlite3_bind_null(s, type_index + 1);
                return;
        }
        (void)sqlite3_bind_int(s, type_index, h->type);
        (void)sqlite3_bind_blob(s, type_index + 1, h->bytes, h->length, SQLITE_TRANSIENT);
}

struct ns_handle db_column_handle(sqlite3_stmt *s, int type_column)
{
        struct ns_handle h = {.type = sqlite3_column_int(s, type_column)};
        const void *bytes = sqlite3_column_blob(s, type_column + 1);
        int length = sqlite3_column_bytes(s, type_column + 1);

        if (!bytes || length <= 0 || (size_t)length > sizeof(h.bytes))
                return (struct ns_handle){0};
        h.length = (uint8_t)length;
        memcpy(h.bytes, bytes, (size_t)length);
        return h;
}

int event_add(struct db *d, const char *kind, int64_t plan, const char *object, const char *words, struct err *e)
{
        return db_run(
                d, e,
                "INSERT INTO event(time, kind, plan, object, words) VALUES(CAST(strftime('%s', 'now') AS INTEGER), ?, nullif(?, 0), ?, ?)",
                "slss", kind, plan, object, words);
}
