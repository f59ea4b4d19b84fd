/* private.h - what the files of db/ share: the connection, its statements, and SQLite's errors as sentences. */
#ifndef DB_PRIVATE_H
#define DB_PRIVATE_H

#include <sqlite3.h>

#include "core/base/lookup.h"
#include "db/db.h"

#define BOOT_ID_SIZE 40

struct cached_statement {
        const char *sql; /* by address: every statement is written out in one place */
        sqlite3_stmt *statement;
};

struct db {
        struct journal journal;      /* journal_sqlite.c */
        struct registry_store store; /* inventory.c */
        sqlite3 *sql;
        char *path;
        bool is_read_only;
        char boot_id[BOOT_ID_SIZE]; /* cookies and ifindexes mean something within one boot only */
        char *user;                 /* who asks: db_user */
        int lock_fd;                /* of FILE.lock while the lock is held, else -1 */
        int64_t data_version;       /* of the last load: another one means that somebody else wrote */
        struct cached_statement *statements;
        size_t statement_count, statement_capacity;
        struct lookup named_jails; /* while a plan is settled: its steps that make or name jails, by the name */
};

/* Of an interface's row: nothing refers to it, and no device's own address knows it again. */
#define IFACE_IS_FREE                                                                                               \
        "permanent IS NULL AND number NOT IN (SELECT number FROM pin) AND number NOT IN (SELECT number FROM node) " \
        "AND number NOT IN (SELECT number FROM loan) "                                                              \
        "AND number NOT IN (SELECT number FROM wanted_link WHERE number IS NOT NULL)"

/* Of a loan's: as struct reg_loan has it. What jailnet lent is wanted where it is. */
#define LOAN_IS_FOREIGN                                                                                                 \
        "NOT EXISTS (SELECT 1 FROM interface i WHERE i.number = loan.number AND (i.is_owned OR i.permanent NOT NULL)) " \
        "AND loan.number NOT IN (SELECT number FROM pin) "                                                              \
        "AND loan.number NOT IN (SELECT number FROM wanted_link WHERE number IS NOT NULL)"

/* Who asks: found out when something is written, since looking users up may take a library and a service of its own. */
const char *db_user(struct db *d);

/* Tells SQLite's last error on d as "PATH: what is wrong; what to do"; returns the negative errno. code 0: the last. */
int db_error(struct db *d, int code, struct err *e);

/*
 * db_statement - a prepared statement, made once a connection. It is reset when a CLEANUP(db_reset) variable leaves its
 * scope.
 *
 *   errors   NULL; e is filled
 */
sqlite3_stmt *db_statement(struct db *d, const char *sql, struct err *e);
void db_reset(sqlite3_stmt **s);

/* Steps once. 1: a row; 0: done; negative: e is filled. */
int db_step(struct db *d, sqlite3_stmt *s, struct err *e);

/*
 * db_run - a statement without a result, with its arguments in order.
 *
 *   shape    types has a letter an argument: i int, l int64_t, s const char * (NULL gives NULL), b const void * and
 * size_t
 */
int db_run(struct db *d, struct err *e, const char *sql, const char *types, ...);

/* The same for one integer result; *ret is untouched without a row, and 0 is returned; 1 with one. */
int db_query(struct db *d, struct err *e, int64_t *ret, const char *sql, const char *types, ...);

int db_exec(struct db *d, const char *sql, struct err *e); /* any number of plain statements */

/* Transactions. durable: on the disk when commit returns, whatever happens to the power. */
int db_begin(struct db *d, bool durable, struct err *e);
int db_commit(struct db *d, struct err *e);
void db_rollback(struct db *d);

/* Text of a column; "" for NULL. Borrowed until the next step. */
const char *db_column_text(sqlite3_stmt *s, int column);
void db_bind_mac(sqlite3_stmt *s, int index, struct mac m);
struct mac db_column_mac(sqlite3_stmt *s, int column);
void db_bind_handle(sqlite3_stmt *s, int type_index, const struct ns_handle *h); /* type, then bytes */
struct ns_handle db_column_handle(sqlite3_stmt *s, int type_column);

/* migrate.c */
struct migration {
        int version; /* the file's user_version afterwards */
        const char *sql;
};
extern const struct migration migrations[];
extern const size_t migration_count;

/*
 * migrate_run - brings the file to the last of these versions, in one transaction.
 *
 *   shape    a file that has a version already is copied first, to FILE.v<VERSION>-<DATE>;
 *            *ret_notice (may be NULL) says so
 *   errors   -EPROTO the file is of a later version; -EINVAL another program's
 */
int migrate_run(struct db *d, const struct migration *list, size_t count, char **ret_notice, struct err *e);

/* A name beside the file that is free: PATH.<tag>-YYYYMMDD-HHMMSS. Caller frees. */
char *db_name_beside(const char *path, const char *tag);

/* inventory.c, inventory_save.c */
void inventory_init(struct db *d);
int inventory_save(struct db *d, struct registry *r, struct err *e);
/* The next one that nobody has, within the caller's transaction. */
int inventory_take_number(struct db *d, int64_t *ret, struct err *e);
int inventory_take_jid(struct db *d, int64_t *ret, struct err *e);
/* Writes a row within the caller's transaction; j->jid becomes the one that the file has for it. */
int inventory_put_jail(struct db *d, struct reg_jail *j, struct err *e);
int inventory_put_iface(struct db *d, const struct reg_iface *i, struct err *e);

/* journal_sqlite.c, lock.c */
void journal_init(struct db *d);
int lock_take(struct db *d, int timeout_ms, struct err *e);
void lock_release(struct db *d);

/* settle.c: what a plan that ended means for the inventory; within the caller's transaction. */
int settle_plan(struct db *d, const struct plan *p, struct err *e);
int settle_reserve(struct db *d, struct plan *p, struct err *e); /* numbers for the links to be made */
/* The number of a target: -ENOENT when the file has none. */
int settle_number_of(struct db *d, const struct plan *p, const struct target *t, uint32_t *ret, struct err *e);

/* settle_jails.c: the cookie of a target's jail, 0 unknown; indexed while a plan is settled. */
void settle_index_jails(struct db *d, const struct plan *p);
uint64_t settle_cookie_of(struct db *d, const struct plan *p, const struct target *t);

int settle_imported(struct db *d, const struct plan *p, struct err *e); /* imported.c */

/* settle_wanted.c: what a step that was done says of how the network should be. */
int settle_wanted(struct db *d, const struct plan *p, const struct step *s, struct err *e);
bool settle_is_restore(struct db *d, const struct plan *p); /* it builds what is wanted, or takes that back */

/* journal_guard.c: may this plan be begun? */
int guard_allows(struct db *d, const struct plan *p, struct err *e); /* beside one that waits for confirmation */
int undo_is_due(struct db *d, const struct plan *p, struct err *e);  /* and is there still something to take back */

/* history.c: "www/eth0", "www", one a line with line breaks around: what the filter of a list looks for. */
char *history_objects(const struct plan *p);

int event_add(struct db *d, const char *kind, int64_t plan, const char *object, const char *words, struct err *e);

#endif
