/*
 * inventory.c - the registry's rows, loaded whole; what a process has learnt and not saved yet is kept.
 */
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "core/base/text.h"
#include "db/private.h"

static struct db *db_of(struct registry_store *s)
{
        return (struct db *)(void *)((char *)s - offsetof(struct db, store));
}

static int64_t data_version(struct db *d)
{
        int64_t version = -1;

        (void)db_query(d, NULL, &version, "PRAGMA data_version", ""); /* -1 means: load again */
        return version;
}

static int load_host(struct db *d, struct registry *r, struct err *e)
{
        CLEANUP(db_reset) sqlite3_stmt *s = db_statement(d, "SELECT next_number, next_jid FROM host", e);

        if (!s)
                return db_error(d, 0, NULL);

        int x = db_step(d, s, e);

        if (x == 1) {
                r->next_number = (uint32_t)sqlite3_column_int64(s, 0);
                r->next_jid = sqlite3_column_int(s, 1);
        }
        return x < 0 ? x : 0;
}

int db_host(struct db *d, uint64_t *ret_cookie, struct ns_handle *ret_handle, struct err *e)
{
        CLEANUP(db_reset)
        sqlite3_stmt *s = db_statement(d,
                                       "SELECT cookie, handle_type, handle FROM jail WHERE boot_id = ? AND jid = 0 AND "
                                       "is_gone = 0 ORDER BY row DESC LIMIT 1",
                                       e);

        if (!s)
                return db_error(d, 0, NULL);
        (void)sqlite3_bind_text(s, 1, d->boot_id, -1, SQLITE_STATIC);

        int x = db_step(d, s, e);

        *ret_cookie = x == 1 ? (uint64_t)sqlite3_column_int64(s, 0) : 0;
        *ret_handle = x == 1 ? db_column_handle(s, 1) : (struct ns_handle){0};
        return x < 0 ? x : 0;
}

static char *column_copy(sqlite3_stmt *s, int column)
{
        const char *text = (const char *)sqlite3_column_text(s, column);

        return text ? xstrdup(text) : NULL;
}

static int load_jails(struct db *d, struct registry *r, struct err *e)
{
        CLEANUP(db_reset)
        sqlite3_stmt *s =
                db_statement(d,
                             "SELECT cookie, jid, name, handle_type, handle, is_owned, had_name, had_process, "
                             "root_path, hostname FROM jail WHERE boot_id = ? AND is_gone = 0 ORDER BY cookie",
                             e);
        int x;

        if (!s)
                return db_error(d, 0, NULL);
        (void)sqlite3_bind_text(s, 1, d->boot_id, -1, SQLITE_STATIC);
        while ((x = db_step(d, s, e)) == 1) {
                r->jails = array_grow(r->jails, &r->jail_capacity, r->jail_count, sizeof(*r->jails));

                struct reg_jail *j = &r->jails[r->jail_count++];

                *j = (struct reg_jail){
                        .cookie = (uint64_t)sqlite3_column_int64(s, 0),
                        .jid = sqlite3_column_int(s, 1),
                        .handle = db_column_handle(s, 3),
                        .is_owned = sqlite3_column_int(s, 5),
                        .had_name = sqlite3_column_int(s, 6),
                        .had_process = sqlite3_column_int(s, 7),
                        .root_path = column_copy(s, 8),
                        .hostname = column_copy(s, 9),
                };
                (void)str_copy(j->name, sizeof(j->name), db_column_text(s, 2)); /* fitted when it was saved */
        }
        return x;
}

/* Jails without a stack, as long as their processes may live: those of an earlier boot do not. */
static int load_shared(struct db *d, struct registry *r, struct err *e)
{
        CLEANUP(db_reset)
        sqlite3_stmt *s = db_statement(d,
                                       "SELECT name, jid, addresses, is_confined FROM started_jail "
                                       "WHERE boot_id = ? AND addresses IS NOT NULL ORDER BY jid",
                                       e);
        int x;

        if (!s)
                return db_error(d, 0, NULL);
        (void)sqlite3_bind_text(s, 1, d->boot_id, -1, SQLITE_STATIC);
        while ((x = db_step(d, s, e)) == 1)
                registry_add_shared(r, db_column_text(s, 0), sqlite3_column_int(s, 1), db_column_text(s, 2))
                        ->is_confined = sqlite3_column_int(s, 3);
        return x;
}

/*
 * Rows of this boot with their identity. Behind them, without one and marked gone, what can be recognised by something
 * that outlives a boot or a removal: a device's own address, a pin, a mark.
 */
static int load_ifaces(struct db *d, struct registry *r, struct err *e)
{
        CLEANUP(db_reset)
        sqlite3_stmt *s = db_statement(
                d,
                "SELECT i.number, i.cookie, i.ifindex, i.name, i.kind, i.role, i.permanent, i.mac, i.long_name, "
                "i.is_owned, i.is_persistent, p.mac, p.source, n.name, "
                "i.boot_id IS ?1 AND i.is_gone = 0 AND i.cookie IS NOT NULL AS is_here, i.jail "
                "FROM interface i LEFT JOIN pin p USING(number) LEFT JOIN node n USING(number) "
                "WHERE is_here OR i.permanent IS NOT NULL OR p.mac IS NOT NULL OR i.is_owned ORDER BY i.number",
                e);
        int x;

        if (!s)
                return db_error(d, 0, NULL);
        (void)sqlite3_bind_text(s, 1, d->boot_id, -1, SQLITE_STATIC);
        while ((x = db_step(d, s, e)) == 1) {
                r->ifaces = array_grow(r->ifaces, &r->iface_capacity, r->iface_count, sizeof(*r->ifaces));

                struct reg_iface *i = &r->ifaces[r->iface_count++];
                bool is_here = sqlite3_column_int(s, 14);

                *i = (struct reg_iface){
                        .number = (uint32_t)sqlite3_column_int64(s, 0),
                        .role = (enum iface_role)sqlite3_column_int(s, 5),
                        .permanent = db_column_mac(s, 6),
                        .mac = db_column_mac(s, 7),
                        .long_name = column_copy(s, 8),
                        .is_owned = sqlite3_column_int(s, 9),
                        .is_persistent = sqlite3_column_int(s, 10),
                        .pin = db_column_mac(s, 11),
                        .pin_source = (enum pin_source)sqlite3_column_int(s, 12),
                        .is_gone = !is_here,
                };
                if (is_here)
                        i->id = (struct iface_id){.cookie = (uint64_t)sqlite3_column_int64(s, 1),
                                                  .ifindex = sqlite3_column_int(s, 2)};
                i->saved = i->id;
                /* All fitted when they were saved. */
                (void)str_copy(i->name, sizeof(i->name), db_column_text(s, 3));
                (void)str_copy(i->kind, sizeof(i->kind), db_column_text(s, 4));
                (void)str_copy(i->jail, sizeof(i->jail), db_column_text(s, 15));
                (void)str_copy(i->node_name, sizeof(i->node_name), db_column_text(s, 13));
        }
        return x;
}

/* What bridges were told; the rows stand by number. */
static int load_ageing(struct db *d, struct registry *r, struct err *e)
{
        CLEANUP(db_reset)
        sqlite3_stmt *s =
                db_statement(d,
                             "SELECT l.number, t.value FROM wanted_tuning t JOIN wanted_link l ON l.row = t.link "
                             "WHERE t.name = 'ageing' AND l.number IS NOT NULL ORDER BY l.number",
                             e);
        size_t k = 0;
        int x;

        if (!s)
                return db_error(d, 0, NULL);
        while ((x = db_step(d, s, e)) == 1) {
                int64_t number = sqlite3_column_int64(s, 0);

                while (k < r->iface_count && r->ifaces[k].number < number)
                        k++;
                if (k == r->iface_count || r->ifaces[k].number != number)
                        continue;
                r->ifaces[k].ageing = (uint32_t)sqlite3_column_int64(s, 1);
                r->ifaces[k].has_ageing = true;
        }
        return x;
}

static int load_hooks(struct db *d, struct registry *r, struct err *e)
{
        CLEANUP(db_reset)
        sqlite3_stmt *s = db_statement(d,
                                       "SELECT number, peer, name, 0 FROM hook "
                                       "UNION ALL SELECT number, peer, name, 1 FROM upper_hook",
                                       e);
        int x;

        if (!s)
                return db_error(d, 0, NULL);
        while ((x = db_step(d, s, e)) == 1) {
                uint32_t number = (uint32_t)sqlite3_column_int64(s, 0), peer = (uint32_t)sqlite3_column_int64(s, 1);

                if (sqlite3_column_int(s, 3))
                        registry_set_upper(r, number, peer, db_column_text(s, 2));
                else
                        registry_set_hook(r, number, peer, db_column_text(s, 2));
        }
        return x;
}

static int load_loans(struct db *d, struct registry *r, struct err *e)
{
        CLEANUP(db_reset)
        sqlite3_stmt *s = db_statement(
                d,
                "SELECT row, number, iface, mac, cookie, jail, handle_type, handle, state, lent_at, "
                "changed_at, " LOAN_IS_FOREIGN " FROM loan WHERE boot_id = ? AND (state IN (?, ?) OR changed_at > ?) "
                "ORDER BY row",
                e);
        int x;

        if (!s)
                return db_error(d, 0, NULL);
        (void)sqlite3_bind_text(s, 1, d->boot_id, -1, SQLITE_STATIC);
        (void)sqlite3_bind_int(s, 2, LOAN_ON_LOAN);
        (void)sqlite3_bind_int(s, 3, LOAN_PENDING);
        (void)sqlite3_bind_int64(s, 4, clock_wall_s() - LOAN_SHOWN_S);
        while ((x = db_step(d, s, e)) == 1) {
                r->loans = array_grow(r->loans, &r->loan_capacity, r->loan_count, sizeof(*r->loans));

                struct reg_loan *l = &r->loans[r->loan_count++];

                *l = (struct reg_loan){
                        .row = sqlite3_column_int64(s, 0),
                        .number = (uint32_t)sqlite3_column_int64(s, 1),
                        .mac = db_column_mac(s, 3),
                        .cookie = (uint64_t)sqlite3_column_int64(s, 4),
                        .handle = db_column_handle(s, 6),
                        .state = (enum loan_state)sqlite3_column_int(s, 8),
                        .lent_at = sqlite3_column_int64(s, 9),
                        .changed_at = sqlite3_column_int64(s, 10),
                        .is_foreign = sqlite3_column_int(s, 11),
                };
                (void)str_copy(l->iface, sizeof(l->iface), db_column_text(s, 2)); /* fitted when they were saved */
                (void)str_copy(l->jail, sizeof(l->jail), db_column_text(s, 5));
        }
        return x;
}

static bool jid_is_taken(const struct registry *r, const struct reg_jail *by)
{
        for (size_t i = 0; i < r->jail_count; i++)
                if (&r->jails[i] != by && r->jails[i].jid == by->jid)
                        return true;
        return false;
}

static void keep_jail(struct registry *fresh, struct reg_jail *old)
{
        struct reg_jail *now = registry_find_jail(fresh, old->cookie);

        if (now) {
                now->had_process = now->had_process || old->had_process;
                return;
        }
        if (!old->is_new || old->is_gone)
                return;
        now = registry_add_jail(fresh, old->cookie);

        int free_jid = now->jid;

        *now = *old;
        if (jid_is_taken(fresh, now))
                now->jid = free_jid;
        old->root_path = NULL;
        old->hostname = NULL;
}

static void keep_iface(struct registry *fresh, struct reg_iface *old)
{
        struct reg_iface *now = old->id.cookie ? registry_find_iface(fresh, old->id) : NULL;

        if (now && old->mac.is_set)
                now->mac = old->mac;
        if (now || !old->is_new || old->is_gone || !old->id.cookie)
                return;

        bool is_taken = registry_find_number(fresh, old->number) != NULL;

        now = registry_add_iface(fresh, old->id);

        uint32_t number = is_taken ? now->number : old->number;

        *now = *old;
        now->number = number;
        old->long_name = NULL;
}

/* Has this process been told of it in this load? Whoever wrote it has seen more than the facts that are at hand. */
static void mark_ahead(struct registry *fresh, struct registry *r)
{
        if (!r->iface_count && !r->jail_count)
                return; /* the first load comes before the facts */
        for (size_t i = 0; i < fresh->jail_count; i++)
                fresh->jails[i].is_ahead = !registry_find_jail(r, fresh->jails[i].cookie);
        for (size_t i = 0; i < fresh->iface_count; i++)
                fresh->ifaces[i].is_ahead = fresh->ifaces[i].id.cookie && !registry_find_iface(r, fresh->ifaces[i].id);
}

static bool is_open_loan(const struct reg_loan *l)
{
        return l->state == LOAN_ON_LOAN || l->state == LOAN_PENDING;
}

static void keep_loan(struct registry *fresh, const struct reg_loan *old)
{
        if (old->row != 0)
                return;
        for (size_t i = 0; i < fresh->loan_count; i++)
                if (fresh->loans[i].number == old->number && is_open_loan(&fresh->loans[i]))
                        return; /* a plan told of it meanwhile */
        fresh->loans = array_grow(fresh->loans, &fresh->loan_capacity, fresh->loan_count, sizeof(*fresh->loans));
        fresh->loans[fresh->loan_count++] = *old;
}

/* What r had learnt since and not saved yet is carried over into the fresh image, with numbers that are free there. */
static void keep_unsaved(struct registry *fresh, struct registry *r)
{
        if (r->next_number > fresh->next_number)
                fresh->next_number = r->next_number;
        if (r->next_jid > fresh->next_jid)
                fresh->next_jid = r->next_jid;
        for (size_t i = 0; i < r->jail_count; i++)
                keep_jail(fresh, &r->jails[i]);
        for (size_t i = 0; i < r->iface_count; i++)
                keep_iface(fresh, &r->ifaces[i]);
        for (size_t i = 0; i < r->loan_count; i++)
                keep_loan(fresh, &r->loans[i]);
}

static int inventory_load(struct registry_store *store, struct registry *r, struct err *e)
{
        struct db *d = db_of(store);
        struct registry *fresh = registry_new();
        /* Asked first: what is written while we read is loaded again the next time. */
        int64_t version = data_version(d);
        int x = db_run(d, e, "BEGIN", "");

        if (x == 0)
                x = load_host(d, fresh, e);
        if (x == 0)
                x = load_jails(d, fresh, e);
        if (x == 0)
                x = load_ifaces(d, fresh, e);
        if (x == 0)
                x = load_ageing(d, fresh, e);
        if (x == 0)
                x = load_hooks(d, fresh, e);
        if (x == 0)
                x = load_loans(d, fresh, e);
        if (x == 0)
                x = load_shared(d, fresh, e);
        db_rollback(d); /* nothing was written */
        if (x == 0) {
                (void)str_copy(fresh->boot_id, sizeof(fresh->boot_id), d->boot_id);
                registry_sort(fresh); /* SQLite orders cookies as signed numbers */
                mark_ahead(fresh, r);
                keep_unsaved(fresh, r);

                struct registry old = *r;

                *r = *fresh;
                *fresh = old;
                d->data_version = version;
        }
        registry_free(fresh);
        return x;
}

static bool inventory_has_changed(struct registry_store *store)
{
        struct db *d = db_of(store);
        int64_t version = data_version(d);

        return version < 0 || version != d->data_version;
}

static int store_save(struct registry_store *store, struct registry *r, struct err *e)
{
        return inventory_save(db_of(store), r, e);
}

void inventory_init(struct db *d)
{
        d->store = (struct registry_store){
                .load = inventory_load,
                .has_changed = inventory_has_changed,
                .save = store_save,
        };
        d->data_version = -1;
}
