/* imported.c - what imports made for which file: kept with the plans that made it, and forgotten with what is taken
 * away. */
#include "db/private.h"

/* What somebody takes away is not the file's any more, whoever makes it again: an import takes back its own only. */
static int forget_step(struct db *d, const struct step *s, struct err *e)
{
        char destination[PREFIX_TEXT_SIZE];

        if (s->state != STEP_DONE)
                return 0;
        if (s->op == STEP_JAIL_DEL)
                return db_run(d, e, "DELETE FROM imported WHERE jail = ?", "s", s->at.jail);
        if (s->op == STEP_LINK_DEL)
                return db_run(
                        d, e,
                        "DELETE FROM imported WHERE rest = 'epair ' || ?1 OR (name = ?1 AND "
                        "(jail = ?2 AND kind NOT IN ('jail', 'route', 'nat') OR kind IN ('link', 'port', 'span', 'group')))",
                        "ss", s->at.iface, s->at.jail);
        if (s->op == STEP_NAT_DEL)
                return db_run(d, e, "DELETE FROM imported WHERE kind = 'nat' AND jail = ? AND name = ?", "ss",
                              s->at.jail, s->text);
        if (s->op == STEP_ROUTE_DEL)
                return db_run(d, e, "DELETE FROM imported WHERE kind = 'route' AND jail = ? AND name = ?", "ss",
                              s->at.jail, prefix_format(&s->route.destination, destination));
        return 0;
}

static int forget(struct db *d, const struct claim *f, struct err *e)
{
        return db_run(d, e, "DELETE FROM imported WHERE file = ? AND kind = ? AND jail = ? AND name = ? AND rest = ?",
                      "sssss", f->file, f->kind, f->jail, f->name, f->rest);
}

static int settle_claims(struct db *d, const struct plan *p, struct err *e)
{
        int x = 0;

        for (size_t i = 0; x == 0 && i < p->withdrawn.count; i++)
                x = forget(d, &p->withdrawn.list[i], e);
        for (size_t i = 0; x == 0 && i < p->imported.count; i++) {
                const struct claim *f = &p->imported.list[i];

                x = db_run(d, e,
                           "INSERT INTO imported(file, kind, jail, name, rest, value, was) VALUES(?, ?, ?, ?, ?, ?, ?) "
                           "ON CONFLICT DO UPDATE SET value = excluded.value, was = excluded.was",
                           "sssssss", f->file, f->kind, f->jail, f->name, f->rest, f->value, f->was);
        }
        return x;
}

int settle_imported(struct db *d, const struct plan *p, struct err *e)
{
        int x = 0;

        for (size_t i = 0; x == 0 && i < p->step_count; i++)
                x = forget_step(d, &p->steps[i], e);
        return x == 0 ? settle_claims(d, p, e) : x;
}

int db_settle_claims(struct db *d, const struct plan *p, struct err *e)
{
        int x = db_begin(d, true, e);

        if (x < 0)
                return x;
        x = settle_claims(d, p, e);
        if (x == 0)
                return db_commit(d, e);
        db_rollback(d);
        return x;
}

int db_imported(struct db *d, struct claims *ret, struct err *e)
{
        CLEANUP(db_reset)
        sqlite3_stmt *s =
                db_statement(d, "SELECT file, kind, jail, name, rest, value, was FROM imported ORDER BY row", e);
        int x;

        if (!s)
                return db_error(d, 0, NULL);
        while ((x = db_step(d, s, e)) == 1)
                claims_add(ret,
                           &(struct claim){.file = db_column_text(s, 0),
                                           .kind = db_column_text(s, 1),
                                           .jail = db_column_text(s, 2),
                                           .name = db_column_text(s, 3),
                                           .rest = db_column_text(s, 4),
                                           .value = db_column_text(s, 5),
                                           .was = db_column_text(s, 6)});
        return x;
}
