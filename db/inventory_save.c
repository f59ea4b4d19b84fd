/*
 * inventory_save.c - the registry's new and changed rows, saved in one transaction.
 *
 * Two processes may see the same new jail or interface at the same moment and count it alike. The one that saves second
 * takes what the first has written: the same identity gets the number that is in the file, a number that is taken by
 * something else gives way to the next free one. Pins, node names and hooks are written by plans alone (settle.c).
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/text.h"
#include "db/private.h"

static bool is_open_loan(const struct reg_loan *l)
{
        return l->state == LOAN_ON_LOAN || l->state == LOAN_PENDING;
}

static int next_of(struct db *d, const char *sql, int64_t *ret, struct err *e)
{
        int x = db_query(d, e, ret, sql, "");

        return x < 0 ? x : 0;
}

/* In two statements: RETURNING takes SQLite two tables of its own each time. */
int inventory_take_number(struct db *d, int64_t *ret, struct err *e)
{
        int x = next_of(d, "SELECT next_number FROM host", ret, e);

        return x < 0 ? x : db_run(d, e, "UPDATE host SET next_number = next_number + 1", "");
}

int inventory_take_jid(struct db *d, int64_t *ret, struct err *e)
{
        int x = next_of(d, "SELECT next_jid FROM host", ret, e);

        return x < 0 ? x : db_run(d, e, "UPDATE host SET next_jid = next_jid + 1", "");
}

int inventory_put_jail(struct db *d, struct reg_jail *j, struct err *e)
{
        int64_t jid = j->jid, known = 0;
        int x = db_query(d, e, &known, "SELECT jid FROM jail WHERE boot_id = ? AND cookie = ?", "sl", d->boot_id,
                         (int64_t)j->cookie);

        /* Seen at the same time by two: the first one's jid. 0 is whatever the asking console calls its host. */
        if (x == 1 && j->is_new && known != 0 && jid != 0)
                jid = known;
        if (x >= 0 && jid != 0) {
                x = db_query(d, e, &known,
                             "SELECT 1 FROM jail WHERE boot_id = ? AND jid = ? AND cookie <> ? AND is_gone = 0", "sll",
                             d->boot_id, jid, (int64_t)j->cookie);
                if (x == 1)
                        x = inventory_take_jid(d, &jid, e);
        }
        if (x < 0)
                return x;
        j->jid = (int)jid;

        CLEANUP(db_reset)
        sqlite3_stmt *s = db_statement(
                d,
                "INSERT INTO jail(boot_id, cookie, jid, name, handle_type, handle, is_owned, had_name, had_process, "
                "is_gone, root_path, hostname) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
                "ON CONFLICT(boot_id, cookie) DO UPDATE SET jid = excluded.jid, name = excluded.name, "
                "handle_type = coalesce(excluded.handle_type, handle_type), "
                "handle = coalesce(excluded.handle, handle), is_owned = max(is_owned, excluded.is_owned), "
                "had_name = excluded.had_name, had_process = excluded.had_process, is_gone = excluded.is_gone, "
                "root_path = coalesce(excluded.root_path, root_path), "
                "hostname = coalesce(excluded.hostname, hostname)",
                e);

        if (!s)
                return db_error(d, 0, NULL);
        (void)sqlite3_bind_text(s, 1, d->boot_id, -1, SQLITE_STATIC);
        (void)sqlite3_bind_int64(s, 2, (int64_t)j->cookie);
        (void)sqlite3_bind_int64(s, 3, jid);
        (void)sqlite3_bind_text(s, 4, j->name, -1, SQLITE_STATIC);
        db_bind_handle(s, 5, &j->handle);
        (void)sqlite3_bind_int(s, 7, j->is_owned);
        (void)sqlite3_bind_int(s, 8, j->had_name);
        (void)sqlite3_bind_int(s, 9, j->had_process);
        (void)sqlite3_bind_int(s, 10, j->is_gone);
        (void)sqlite3_bind_text(s, 11, j->root_path, -1, SQLITE_STATIC);
        (void)sqlite3_bind_text(s, 12, j->hostname, -1, SQLITE_STATIC);
        return db_step(d, s, e);
}

static void renumber(struct registry *r, uint32_t from, uint32_t to)
{
        for (size_t i = 0; i < r->hook_count; i++) {
                if (r->hooks[i].number == from)
                        r->hooks[i].number = to;
                if (r->hooks[i].peer == from)
                        r->hooks[i].peer = to;
        }
        for (size_t i = 0; i < r->loan_count; i++)
                if (r->loans[i].number == from && r->loans[i].row == 0)
                        r->loans[i].number = to;
}

/*
 * The number that a new interface has in the file.
 *
 *   shape    owned ones carry their number as a mark in the kernel, which decides; others get the number of the same
 *            link if it was saved meanwhile, of the same device known from before by its permanent address, or the
 *            next free one
 */
static int settle_number(struct db *d, const struct reg_iface *i, uint32_t *ret, struct err *e)
{
        char mac[MAC_TEXT_SIZE];
        int64_t number = 0;
        int x;

        *ret = i->number;
        if (i->is_owned)
                return 0;
        x = db_query(d, e, &number,
                     "SELECT number FROM interface WHERE boot_id = ? AND cookie = ? AND ifindex = ? AND kind = ? AND "
                     "is_gone = 0",
                     "slis", d->boot_id, (int64_t)i->id.cookie, i->id.ifindex, i->kind);
        if (x == 0 && i->permanent.is_set)
                x = db_query(d, e, &number,
                             "SELECT number FROM interface WHERE permanent = ? AND (boot_id IS NOT ? OR is_gone = 1) "
                             "ORDER BY number DESC LIMIT 1",
                             "ss", mac_format(i->permanent, mac), d->boot_id);
        if (x == 0) {
                int64_t taken = 0;

                x = db_query(d, e, &taken, "SELECT 1 FROM interface WHERE number = ?", "l", (int64_t)i->number);
                if (x == 1)
                        x = inventory_take_number(d, &number, e);
        }
        if (x < 0)
                return x;
        if (number)
                *ret = (uint32_t)number;
        return 0;
}

/* A plan, or who else saw it, may have told meanwhile that it is in another place now: what is known here is old. */
static int is_told_elsewhere(struct db *d, const struct reg_iface *i, struct err *e)
{
        int64_t yes = 0;

        return db_query(d, e, &yes,
                        "SELECT 1 FROM interface WHERE number = ? AND boot_id = ? AND is_gone = 0 AND "
                        "NOT (cookie = ? AND ifindex = ?) AND NOT (cookie = ? AND ifindex = ?)",
                        "lslili", (int64_t)i->number, d->boot_id, (int64_t)i->id.cookie, i->id.ifindex,
                        (int64_t)i->saved.cookie, i->saved.ifindex);
}

/* A plan may have told meanwhile which link it is: it took the number away that it was saved under since. */
static int find_told(struct db *d, const struct reg_iface *i, uint32_t *ret, struct err *e)
{
        int64_t number = i->number;
        int x = db_query(
                d, e, &number,
                "SELECT number FROM interface WHERE boot_id = ? AND cookie = ? AND ifindex = ? AND kind = ? AND "
                "is_gone = 0 AND number <> ? AND NOT EXISTS (SELECT 1 FROM interface WHERE number = ? AND "
                "is_gone = 0)",
                "slisll", d->boot_id, (int64_t)i->id.cookie, i->id.ifindex, i->kind, number, number);

        if (x >= 0)
                *ret = (uint32_t)number;
        return x;
}

/*
 * Whoever else has this identity in the file is not there any more (an index was used again), or is the same link under
 * a number that another process gave it before a plan told what it is.
 */
static int clear_identity(struct db *d, const struct reg_iface *i, struct err *e)
{
        int64_t there = 0;
        int x = db_query(d, e, &there,
                         "SELECT 1 FROM interface WHERE boot_id = ? AND cookie = ? AND ifindex = ? AND number <> ?",
                         "slil", d->boot_id, (int64_t)i->id.cookie, i->id.ifindex, (int64_t)i->number);

        if (x <= 0)
                return x; /* mostly: to look costs a fourth of what the two below do for nothing */
        x = db_run(d, e,
                   "DELETE FROM interface WHERE boot_id = ? AND cookie = ? AND ifindex = ? AND number <> ? "
                   "AND is_owned = 0 AND " IFACE_IS_FREE,
                   "slil", d->boot_id, (int64_t)i->id.cookie, i->id.ifindex, (int64_t)i->number);

        if (x < 0)
                return x;
        return db_run(
                d, e,
                "UPDATE interface SET is_gone = 1 WHERE boot_id = ? AND cookie = ? AND ifindex = ? AND number <> ?",
                "slil", d->boot_id, (int64_t)i->id.cookie, i->id.ifindex, (int64_t)i->number);
}

int inventory_put_iface(struct db *d, const struct reg_iface *i, struct err *e)
{
        int x = clear_identity(d, i, e);

        if (x < 0)
                return x;

        CLEANUP(db_reset)
        sqlite3_stmt *s = db_statement(
                d,
                "INSERT INTO interface(number, boot_id, cookie, ifindex, name, kind, role, permanent, mac, long_name, "
                "is_owned, is_persistent, jail) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
                "ON CONFLICT(number) DO UPDATE SET boot_id = excluded.boot_id, cookie = excluded.cookie, "
                "ifindex = excluded.ifindex, name = excluded.name, kind = excluded.kind, "
                "role = CASE excluded.role WHEN 0 THEN role ELSE excluded.role END, "
                "permanent = coalesce(excluded.permanent, permanent), mac = coalesce(excluded.mac, mac), "
                "long_name = coalesce(excluded.long_name, long_name), is_owned = max(is_owned, excluded.is_owned), "
                "is_persistent = max(is_persistent, excluded.is_persistent), is_gone = 0, "
                "jail = CASE excluded.jail WHEN '' THEN jail ELSE excluded.jail END",
                e);

        if (!s)
                return db_error(d, 0, NULL);
        (void)sqlite3_bind_int64(s, 1, i->number);
        (void)sqlite3_bind_text(s, 2, d->boot_id, -1, SQLITE_STATIC);
        (void)sqlite3_bind_int64(s, 3, (int64_t)i->id.cookie);
        (void)sqlite3_bind_int(s, 4, i->id.ifindex);
        (void)sqlite3_bind_text(s, 5, i->name, -1, SQLITE_STATIC);
        (void)sqlite3_bind_text(s, 6, i->kind, -1, SQLITE_STATIC);
        (void)sqlite3_bind_int(s, 7, (int)i->role);
        db_bind_mac(s, 8, i->permanent);
        db_bind_mac(s, 9, i->mac);
        (void)sqlite3_bind_text(s, 10, i->long_name, -1, SQLITE_STATIC);
        (void)sqlite3_bind_int(s, 11, i->is_owned);
        (void)sqlite3_bind_int(s, 12, i->is_persistent);
        (void)sqlite3_bind_text(s, 13, i->jail, -1, SQLITE_STATIC);
        return db_step(d, s, e);
}

/* A foreign one that nothing refers to is forgotten; what we made, pinned, named or lent is remembered as gone. By
 * identity as well: a plan may have given the number to the link's new place meanwhile. */
static int drop_iface(struct db *d, const struct reg_iface *i, struct err *e)
{
        int x = db_run(d, e,
                       "DELETE FROM interface WHERE number = ? AND boot_id = ? AND cookie = ? AND ifindex = ? "
                       "AND is_owned = 0 AND " IFACE_IS_FREE,
                       "lsli", (int64_t)i->number, d->boot_id, (int64_t)i->id.cookie, i->id.ifindex);

        if (x < 0)
                return x;
        return db_run(
                d, e,
                "UPDATE interface SET is_gone = 1 WHERE number = ? AND boot_id = ? AND cookie = ? AND ifindex = ?",
                "lsli", (int64_t)i->number, d->boot_id, (int64_t)i->id.cookie, i->id.ifindex);
}

/* What was gone and is there again, as its address or name tells and no mark, may be what a plan is about to put back:
 * until that has ended and said so it is a guess, which would overwrite what the row was. After it all is loaded again.
 */
static int is_guess(struct db *d, const struct reg_iface *i, struct err *e)
{
        int64_t yes = 0;

        if (i->is_new || i->saved.cookie || i->is_marked)
                return 0;
        return db_query(d, e, &yes, "SELECT 1 FROM plan WHERE state = 'open' LIMIT 1", "");
}

static int save_iface(struct db *d, struct registry *r, struct reg_iface *i, struct err *e)
{
        uint32_t number = i->number;
        int x;

        if (i->is_gone)
                return i->is_new ? 0 : drop_iface(d, i, e);
        if ((x = is_guess(d, i, e)) != 0)
                return x < 0 ? x : 0;
        if (!i->is_new && (x = is_told_elsewhere(d, i, e)) != 0)
                return x < 0 ? x : 0;
        if (i->is_new)
                x = settle_number(d, i, &number, e);
        else /* what was gone and is known again by its mark has that number, whatever it was taken for meanwhile */
                x = i->is_marked && !i->saved.cookie ? 0 : find_told(d, i, &number, e);
        if (x < 0)
                return x;
        if (number != i->number && i->is_owned && !i->is_marked)
                return 0; /* it was gone, and taken for what has its name now, which a plan told to be another */
        if (number != i->number) {
                renumber(r, i->number, number);
                i->number = number;
        }
        return inventory_put_iface(d, i, e);
}

static int save_loan(struct db *d, struct reg_loan *l, struct err *e)
{
        CLEANUP(db_reset) sqlite3_stmt *s = NULL;

        if (l->row == 0 && is_open_loan(l)) { /* a plan may have told of it already */
                int x = db_query(d, e, &l->row, "SELECT row FROM loan WHERE number = ? AND state IN (?, ?)", "lii",
                                 (int64_t)l->number, LOAN_ON_LOAN, LOAN_PENDING);

                if (x < 0)
                        return x;
        }
        if (l->row != 0 && l->state != LOAN_ON_LOAN) {
                int x = event_add(d, loan_state_name(l->state), 0, l->iface, l->jail, e);

                if (x < 0)
                        return x;
        }
        if (l->row != 0)
                return db_run(d, e, "UPDATE loan SET state = ?, changed_at = ?, cookie = ?, jail = ? WHERE row = ?",
                              "illsl", (int)l->state, l->changed_at, (int64_t)l->cookie, l->jail, l->row);
        s = db_statement(d,
                         "INSERT INTO loan(number, iface, mac, boot_id, cookie, jail, handle_type, handle, state, "
                         "lent_at, changed_at) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                         e);
        if (!s)
                return db_error(d, 0, NULL);
        (void)sqlite3_bind_int64(s, 1, l->number);
        (void)sqlite3_bind_text(s, 2, l->iface, -1, SQLITE_STATIC);
        db_bind_mac(s, 3, l->mac);
        (void)sqlite3_bind_text(s, 4, d->boot_id, -1, SQLITE_STATIC);
        (void)sqlite3_bind_int64(s, 5, (int64_t)l->cookie);
        (void)sqlite3_bind_text(s, 6, l->jail, -1, SQLITE_STATIC);
        db_bind_handle(s, 7, &l->handle);
        (void)sqlite3_bind_int(s, 9, (int)l->state);
        (void)sqlite3_bind_int64(s, 10, l->lent_at);
        (void)sqlite3_bind_int64(s, 11, l->changed_at);

        int x = db_step(d, s, e);

        if (x == 0)
                l->row = sqlite3_last_insert_rowid(d->sql);
        return x;
}

static int save_rows(struct db *d, struct registry *r, struct err *e)
{
        char hostname[65] = "";

        (void)gethostname(hostname, sizeof(hostname) - 1); /* for the reader of the file only */

        /* The counters only grow, whoever saves. */
        int x = db_run(d, e,
                       "UPDATE host SET hostname = ?, next_number = max(next_number, ?), next_jid = max(next_jid, ?)",
                       "sll", hostname, (int64_t)r->next_number, (int64_t)r->next_jid);

        for (size_t i = 0; x == 0 && i < r->jail_count; i++)
                if (r->jails[i].is_new || r->jails[i].is_changed)
                        x = inventory_put_jail(d, &r->jails[i], e);
        /* Gone ones first: a new one may have their identity. */
        for (size_t i = 0; x == 0 && i < r->iface_count; i++)
                if (r->ifaces[i].is_gone && r->ifaces[i].is_changed)
                        x = save_iface(d, r, &r->ifaces[i], e);
        for (size_t i = 0; x == 0 && i < r->iface_count; i++)
                if (!r->ifaces[i].is_gone && (r->ifaces[i].is_new || r->ifaces[i].is_changed))
                        x = save_iface(d, r, &r->ifaces[i], e);
        for (size_t i = 0; x == 0 && i < r->loan_count; i++)
                if (r->loans[i].row == 0 || r->loans[i].is_changed)
                        x = save_loan(d, &r->loans[i], e);
        if (x == 0) {
                int64_t next_number = r->next_number, next_jid = r->next_jid;

                x = next_of(d, "SELECT next_number FROM host", &next_number, e);
                if (x == 0)
                        x = next_of(d, "SELECT next_jid FROM host", &next_jid, e);
                r->next_number = (uint32_t)next_number;
                r->next_jid = (int)next_jid;
        }
        return x;
}

/* What turns up again is known by these, as after a load: see load_ifaces. */
static bool is_remembered(const struct reg_iface *i)
{
        return i->permanent.is_set || i->pin_source != PIN_NONE || i->is_owned;
}

/* All is in the file: nothing is new any more, and of what is gone only that is kept which a load would bring. */
static void settle_registry(struct registry *r)
{
        size_t kept = 0;

        for (size_t i = 0; i < r->jail_count; i++) {
                if (r->jails[i].is_gone) {
                        free(r->jails[i].root_path);
                        free(r->jails[i].hostname);
                        continue;
                }
                r->jails[i].is_new = r->jails[i].is_changed = false;
                r->jails[kept++] = r->jails[i];
        }
        r->jail_count = kept;
        kept = 0;
        for (size_t i = 0; i < r->iface_count; i++) {
                if (r->ifaces[i].is_gone && !is_remembered(&r->ifaces[i])) {
                        free(r->ifaces[i].long_name);
                        continue;
                }
                if (r->ifaces[i].is_gone)
                        r->ifaces[i].id = (struct iface_id){0}; /* another may have it by now */
                r->ifaces[i].is_new = r->ifaces[i].is_changed = false;
                r->ifaces[i].saved = r->ifaces[i].id;
                r->ifaces[kept++] = r->ifaces[i];
        }
        r->iface_count = kept;
        for (size_t i = 0; i < r->loan_count; i++)
                r->loans[i].is_changed = false;
        registry_sort(r);
}

int inventory_save(struct db *d, struct registry *r, struct err *e)
{
        if (d->is_read_only)
                return err_set(e, -EROFS, "%s: is read-only; nothing can be recorded", d->path);

        int x = db_begin(d, false, e);

        if (x < 0)
                return x;
        x = save_rows(d, r, e);
        if (x < 0) {
                db_rollback(d);
                return x;
        }
        x = db_commit(d, e);
        if (x == 0)
                settle_registry(r);
        return x;
}
