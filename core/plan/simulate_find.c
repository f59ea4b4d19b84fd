/* simulate_find.c - what a step's target is among the facts: by identity as long as that lasts, else by name. */
#include <string.h>

#include "core/plan/simulate_parts.h"

/* -- Tables ------------------------------------------------------------------------------------------------------ */

#define FNV_OFFSET UINT64_C(0xcbf29ce484222325)
#define FNV_PRIME  UINT64_C(0x100000001b3)

static uint64_t mix(uint64_t key, uint64_t value)
{
        for (unsigned k = 0; k < 64; k += 8)
                key = (key ^ (value >> k & 0xff)) * FNV_PRIME;
        return key;
}

static uint64_t mix_text(uint64_t key, const char *text)
{
        for (; *text; text++)
                key = (key ^ (uint8_t)*text) * FNV_PRIME;
        return key;
}

static uint64_t id_key(struct iface_id id)
{
        return mix(mix(FNV_OFFSET, id.cookie), (uint64_t)id.ifindex);
}

static void table_link(struct sim_table *t, size_t entry)
{
        size_t *head = &t->heads[t->entries[entry].key % t->head_count];

        t->entries[entry].next = *head;
        *head = entry;
}

static void table_put(struct sim_table *t, uint64_t key, size_t value)
{
        if (t->count >= t->head_count) {
                t->head_count = 2 * t->head_count + 64;
                free(t->heads);
                t->heads = xcalloc(t->head_count, sizeof(*t->heads));
                for (size_t k = 0; k < t->head_count; k++)
                        t->heads[k] = NONE;
                for (size_t k = 0; k < t->count; k++)
                        table_link(t, k);
        }
        t->entries = array_grow(t->entries, &t->capacity, t->count, sizeof(*t->entries));
        t->entries[t->count] = (struct sim_entry){.key = key, .value = value};
        table_link(t, t->count++);
}

/* The next entry with that key behind `entry`, or the first one (NONE); NONE: no more. */
static size_t table_next(const struct sim_table *t, uint64_t key, size_t entry)
{
        size_t at = entry != NONE ? t->entries[entry].next : t->head_count ? t->heads[key % t->head_count] : NONE;

        while (at != NONE && t->entries[at].key != key)
                at = t->entries[at].next;
        return at;
}

static void table_done(struct sim_table *t)
{
        free(t->entries);
        free(t->heads);
}

void sim_tables_done(struct simulation *s)
{
        table_done(&s->jails_by_cookie);
        table_done(&s->jails_by_name);
        table_done(&s->ifaces_by_id);
        table_done(&s->ifaces_by_name);
}

void sim_index_jail(struct simulation *s, size_t jail)
{
        const struct jail *j = &s->jails[jail].j;

        if (j->cookie)
                table_put(&s->jails_by_cookie, mix(FNV_OFFSET, j->cookie), jail);
        table_put(&s->jails_by_name, mix_text(FNV_OFFSET, j->name), jail);
}

void sim_index_iface(struct simulation *s, size_t iface)
{
        const struct sim_iface *f = &s->ifaces[iface];

        table_put(&s->ifaces_by_id, id_key(f->i.id), iface);
        table_put(&s->ifaces_by_name, mix_text(mix(FNV_OFFSET, f->jail), f->i.name), iface);
}

/* -- Finding ----------------------------------------------------------------------------------------------------- */

size_t sim_find_jail(const struct simulation *s, const struct target *t)
{
        const struct sim_table *cookies = &s->jails_by_cookie, *names = &s->jails_by_name;
        uint64_t cookie = mix(FNV_OFFSET, t->cookie), name = mix_text(FNV_OFFSET, t->jail);
        size_t named = NONE;

        if (!t->cookie && (!t->jail[0] || strcmp(t->jail, "host") == 0))
                return 0;
        for (size_t e = NONE; t->cookie && (e = table_next(cookies, cookie, e)) != NONE;) {
                size_t k = cookies->entries[e].value;

                if (!s->jails[k].is_gone && s->jails[k].j.cookie == t->cookie)
                        return k;
        }
        for (size_t e = NONE; (e = table_next(names, name, e)) != NONE;) {
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
        const struct sim_table *t = &s->ifaces_by_name;
        uint64_t key = mix_text(mix(FNV_OFFSET, jail), name);
        size_t newest = NONE;

        for (size_t e = NONE; (e = table_next(t, key, e)) != NONE;) {
                size_t k = t->entries[e].value;

                if (!s->ifaces[k].is_gone && s->ifaces[k].jail == jail && strcmp(s->ifaces[k].i.name, name) == 0 &&
                    (newest == NONE || k > newest))
                        newest = k;
        }
        return newest;
}

static size_t find_id(const struct simulation *s, struct iface_id id)
{
        const struct sim_table *t = &s->ifaces_by_id;
        size_t oldest = NONE;

        for (size_t e = NONE; (e = table_next(t, id_key(id), e)) != NONE;) {
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
