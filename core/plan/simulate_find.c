/* simulate_find.c - what a step's target is among the facts: by identity as long as that lasts, else by name. */
#include <string.h>

#include "core/plan/simulate_parts.h"

static uint64_t id_key(struct iface_id id)
{
        return lookup_mix(lookup_mix(LOOKUP_KEY, id.cookie), (uint64_t)id.ifindex);
}

void sim_tables_done(struct simulation *s)
{
        lookup_done(&s->jails_by_cookie);
        lookup_done(&s->jails_by_name);
        lookup_done(&s->ifaces_by_id);
        lookup_done(&s->ifaces_by_name);
}

void sim_index_jail(struct simulation *s, size_t jail)
{
        const struct jail *j = &s->jails[jail].j;

        if (j->cookie)
                lookup_put(&s->jails_by_cookie, lookup_mix(LOOKUP_KEY, j->cookie), jail);
        lookup_put(&s->jails_by_name, lookup_mix_text(LOOKUP_KEY, j->name), jail);
}

void sim_index_iface(struct simulation *s, size_t iface)
{
        const struct sim_iface *f = &s->ifaces[iface];

        lookup_put(&s->ifaces_by_id, id_key(f->i.id), iface);
        lookup_put(&s->ifaces_by_name, lookup_mix_text(lookup_mix(LOOKUP_KEY, f->jail), f->i.name), iface);
}

/* -- Finding ----------------------------------------------------------------------------------------------------- */

size_t sim_find_jail(const struct simulation *s, const struct target *t)
{
        const struct lookup *cookies = &s->jails_by_cookie, *names = &s->jails_by_name;
        uint64_t cookie = lookup_mix(LOOKUP_KEY, t->cookie), name = lookup_mix_text(LOOKUP_KEY, t->jail);
        size_t named = NONE;

        if (!t->cookie && (!t->jail[0] || strcmp(t->jail, "host") == 0))
                return 0;
        for (size_t e = t->cookie ? lookup_first(cookies, cookie) : LOOKUP_END; e != LOOKUP_END;
             e = lookup_next(cookies, e)) {
                size_t k = cookies->entries[e].value;

                if (!s->jails[k].is_gone && s->jails[k].j.cookie == t->cookie)
                        return k;
        }
        for (size_t e = lookup_first(names, name); e != LOOKUP_END; e = lookup_next(names, e)) {
                size_t k = names->entries[e].value;
                const struct jail *j = &s->jails[k].j;

                if (!s->jails[k].is_gone && j->state == JAIL_ALIVE && strcmp(j->name, t->jail) == 0 &&
                    (named == NONE || k > named))
                        named = k; /* the newest of that name */
        }
        return named;
}

static size_t find_named(const struct simulation *s, size_t jail, const char *name)
{
        const struct lookup *t = &s->ifaces_by_name;
        uint64_t key = lookup_mix_text(lookup_mix(LOOKUP_KEY, jail), name);
        size_t newest = NONE;

        for (size_t e = lookup_first(t, key); e != LOOKUP_END; e = lookup_next(t, e)) {
                size_t k = t->entries[e].value;

                if (!s->ifaces[k].is_gone && s->ifaces[k].jail == jail && strcmp(s->ifaces[k].i.name, name) == 0 &&
                    (newest == NONE || k > newest))
                        newest = k;
        }
        return newest;
}

static size_t find_id(const struct simulation *s, struct iface_id id)
{
        const struct lookup *t = &s->ifaces_by_id;
        size_t oldest = NONE;

        for (size_t e = lookup_first(t, id_key(id)); e != LOOKUP_END; e = lookup_next(t, e)) {
                size_t k = t->entries[e].value;
                const struct sim_iface *f = &s->ifaces[k];

                if (!f->is_gone && (iface_id_equal(f->first, id) || iface_id_equal(f->i.id, id)) && k < oldest)
                        oldest = k;
        }
        return oldest;
}

size_t sim_find_iface(const struct simulation *s, const struct target *t)
{
        struct iface_id id = {.cookie = t->cookie, .ifindex = t->ifindex};
        size_t found = t->ifindex ? find_id(s, id) : NONE;
        size_t jail = found == NONE ? sim_find_jail(s, t) : NONE;

        if (found == NONE && jail != NONE)
                found = find_named(s, jail, t->iface);
        /* By its number: where the plan has taken it to. */
        for (size_t k = 0; found == NONE && t->number && k < s->iface_count; k++)
                if (!s->ifaces[k].is_gone && sim_number(s, k) == t->number)
                        found = k;
        return found;
}

struct reg_iface *sim_row(const struct simulation *s, size_t iface)
{
        return registry_find_iface(s->registry, s->ifaces[iface].i.id);
}

uint32_t sim_number(const struct simulation *s, size_t iface)
{
        const struct reg_iface *row = sim_row(s, iface);

        return row ? row->number : 0;
}
