/* settle_jails.c - who is meant by the name of a jail that the plan itself makes or names. */
#include <string.h>

#include "db/private.h"

/* Of a jail that the plan's first steps made, or gave that name. */
static uint64_t cookie_by(struct db *d, const struct plan *p, size_t step_count, const struct target *t)
{
        size_t found = NONE;

        if (t->cookie)
                return t->cookie;
        for (size_t at = lookup_first(&d->named_jails, lookup_mix_text(LOOKUP_KEY, t->jail)); at != LOOKUP_END;
             at = lookup_next(&d->named_jails, at)) {
                size_t i = d->named_jails.entries[at].value; /* the newest first: the first of them is meant */
                const struct step *s = &p->steps[i];

                if (i < step_count && strcmp(s->op == STEP_JAIL_ADD ? s->at.jail : s->name, t->jail) == 0)
                        found = i;
        }
        if (found == NONE)
                return 0;
        return p->steps[found].op == STEP_JAIL_ADD ? p->steps[found].made_cookie
                                                   : cookie_by(d, p, found, &p->steps[found].at);
}

uint64_t settle_cookie_of(struct db *d, const struct plan *p, const struct target *t)
{
        return cookie_by(d, p, p->step_count, t);
}

void settle_index_jails(struct db *d, const struct plan *p)
{
        for (size_t i = 0; i < p->step_count; i++) {
                const struct step *s = &p->steps[i];

                if (s->op == STEP_JAIL_ADD || s->op == STEP_JAIL_RENAME)
                        lookup_put(&d->named_jails,
                                   lookup_mix_text(LOOKUP_KEY, s->op == STEP_JAIL_ADD ? s->at.jail : s->name), i);
        }
}
