/* services_texts.c - small texts in the inventory: what the console remembers, and what files have asked for. */
#include <errno.h>
#include "ui/services_parts.h"

static int service_remember(struct app *a, const char *key, const char *value, struct err *e)
{
        struct services *s = a->state;
        int r = services_need_journal(a, e);

        if (r < 0)
                return r;
        return s->is_read_only ? err_set(e, -EROFS, "%s: can only be read", s->path) : db_set(s->db, key, value, e);
}

static int service_recall(struct app *a, const char *key, char **ret, struct err *e)
{
        struct services *s = a->state;
        int r = services_need_journal(a, e);

        return r < 0 ? r : db_get(s->db, key, ret, e);
}

/* What cannot be read was imported by nobody: an ordinary user previews a plan all the same. */
static int service_imported(struct app *a, struct claims *ret, struct err *e)
{
        struct services *s = a->state;

        services_open_inventory(a);
        return s->db ? db_imported(s->db, ret, e) : 0;
}

static int service_claim(struct app *a, const struct plan *p, struct err *e)
{
        struct services *s = a->state;
        int r = services_need_journal(a, e);

        if (r < 0)
                return r;
        return s->is_read_only ? err_set(e, -EROFS, "%s: can only be read", s->path) : db_settle_claims(s->db, p, e);
}

void services_init_texts(struct app *a)
{
        a->claim = service_claim;
        a->imported = service_imported;
        a->remember = service_remember;
        a->recall = service_recall;
}
