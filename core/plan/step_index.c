/* step_index.c - the steps of a plan by what they are about. */
#include "core/plan/step_index.h"

#include <stdlib.h>

/* What a key is of: equal words of two sorts shall not meet. */
enum sort {
        SORT_JAIL = 1,
        SORT_RESULT,
        SORT_RESULT_NUMBER,
        SORT_NAME,
        SORT_NUMBER,
        SORT_IDENTITY,
        SORT_TAKEN,
        SORT_REMOVED
};

static uint64_t text_key(enum sort sort, const char *text)
{
        return lookup_mix_text(lookup_mix(LOOKUP_KEY, (uint64_t)sort), text);
}

static uint64_t number_key(enum sort sort, uint64_t number)
{
        return lookup_mix(lookup_mix(LOOKUP_KEY, (uint64_t)sort), number);
}

static uint64_t identity_key(const struct target *t)
{
        return lookup_mix(number_key(SORT_IDENTITY, t->cookie), (uint64_t)t->ifindex);
}

static uint64_t prefix_key(const struct prefix *p)
{
        uint64_t key = number_key(SORT_TAKEN, p->length);

        for (size_t k = 0; k < sizeof(p->bytes); k++)
                key = lookup_mix(key, p->bytes[k]);
        return key;
}

/* A name is one in its jail: many jails have an interface of the same name. */
static uint64_t name_key(enum sort sort, const char *jail, const char *name)
{
        return lookup_mix_text(text_key(sort, jail), name);
}

/* A jail that is known by its cookie may have another name by then. */
static uint64_t cookie_key(enum sort sort, uint64_t cookie, const char *name)
{
        return lookup_mix_text(number_key(sort, cookie), name);
}

static void put_name(struct step_index *x, enum sort sort, const struct target *jail, const char *name, size_t step)
{
        lookup_put(&x->table, name_key(sort, jail->jail, name), step);
        if (jail->cookie)
                lookup_put(&x->table, cookie_key(sort, jail->cookie, name), step);
}

static void put_result(struct step_index *x, const struct target *jail, const char *name, uint32_t number, size_t step)
{
        if (name[0])
                put_name(x, SORT_RESULT, jail, name, step);
        if (number)
                lookup_put(&x->table, number_key(SORT_RESULT_NUMBER, number), step);
}

static void put_about(struct step_index *x, const struct target *t, size_t step)
{
        if (!t->iface[0])
                return;
        put_name(x, SORT_NAME, t, t->iface, step);
        if (t->number)
                lookup_put(&x->table, number_key(SORT_NUMBER, t->number), step);
        if (t->ifindex)
                lookup_put(&x->table, identity_key(t), step);
}

/* A pair goes as a whole, also with the jail of one end: the way back knows what went. */
static void put_taken_along(struct step_index *x, const struct step *s, size_t step)
{
        for (size_t k = 0; k < s->undo_count; k++) {
                const struct link_spec *l = &s->undo[k].link;

                if (s->undo[k].op == STEP_LINK_ADD && l->number)
                        lookup_put(&x->table, number_key(SORT_NUMBER, l->number), step);
                if (s->undo[k].op == STEP_LINK_ADD && l->peer_number)
                        lookup_put(&x->table, number_key(SORT_NUMBER, l->peer_number), step);
        }
}

static void put_step(struct step_index *x, const struct step *s, size_t step)
{
        put_about(x, &s->at, step);
        switch ((int)s->op) {
        case STEP_LINK_DEL: put_taken_along(x, s, step); break;
        case STEP_JAIL_DEL:
                put_taken_along(x, s, step);
                lookup_put(&x->table, number_key(SORT_REMOVED, s->at.cookie), step); /* fall through */
        case STEP_FORWARDING:
        case STEP_FORWARDING6:
        case STEP_NAT_ADD:
        case STEP_NAT_DEL:
        case STEP_JAIL_ADD: lookup_put(&x->table, text_key(SORT_JAIL, s->at.jail), step); break;
        case STEP_JAIL_RENAME:
                lookup_put(&x->table, text_key(SORT_JAIL, s->at.jail), step);
                lookup_put(&x->table, text_key(SORT_JAIL, s->name), step);
                break;
        case STEP_LINK_ADD:
                put_result(x, &s->at, s->link.name, s->link.number, step);
                put_result(x, &s->link.peer_jail, s->link.peer_name, s->link.peer_number, step);
                break;
        case STEP_LINK_MOVE: put_result(x, &s->to, s->name[0] ? s->name : s->at.iface, s->at.number, step); break;
        case STEP_LINK_RENAME: put_result(x, &s->at, s->name, 0, step); break;
        case STEP_ADDRESS_DEL: lookup_put(&x->table, prefix_key(&s->address), step); break;
        case STEP_ROUTE_DEL: lookup_put(&x->table, prefix_key(&s->route.destination), step); break;
        default: break;
        }
}

void step_index_update(struct step_index *x, const struct plan *p)
{
        x->plan = p;
        for (; x->count < p->step_count; x->count++)
                put_step(x, &p->steps[x->count], x->count);
}

void step_index_done(struct step_index *x)
{
        lookup_done(&x->table);
}

void step_list_done(struct step_list *l)
{
        free(l->steps);
}

static void collect(const struct step_index *x, struct step_list *l, uint64_t key)
{
        for (size_t at = lookup_first(&x->table, key); at != LOOKUP_END; at = lookup_next(&x->table, at)) {
                l->steps = array_grow(l->steps, &l->capacity, l->count, sizeof(*l->steps));
                l->steps[l->count++] = x->table.entries[at].value;
        }
}

static void collect_named(const struct step_index *x, struct step_list *l, enum sort sort, const struct target *t)
{
        if (!t->iface[0])
                return;
        collect(x, l, name_key(sort, t->jail, t->iface));
        if (t->cookie)
                collect(x, l, cookie_key(sort, t->cookie, t->iface));
}

void step_index_jail(const struct step_index *x, struct step_list *l, const char *name)
{
        collect(x, l, text_key(SORT_JAIL, name));
}

void step_index_result(const struct step_index *x, struct step_list *l, const struct target *t)
{
        collect_named(x, l, SORT_RESULT, t);
        if (t->number)
                collect(x, l, number_key(SORT_RESULT_NUMBER, t->number));
}

void step_index_about(const struct step_index *x, struct step_list *l, const struct target *t)
{
        if (!t->iface[0])
                return;
        collect_named(x, l, SORT_NAME, t);
        if (t->number)
                collect(x, l, number_key(SORT_NUMBER, t->number));
        if (t->ifindex)
                collect(x, l, identity_key(t));
}

void step_index_removed(const struct step_index *x, struct step_list *l, uint64_t cookie)
{
        collect(x, l, number_key(SORT_REMOVED, cookie));
}

void step_index_taken(const struct step_index *x, struct step_list *l, const struct prefix *p)
{
        collect(x, l, prefix_key(p));
}

static int compare(const void *a, const void *b)
{
        size_t x = *(const size_t *)a, y = *(const size_t *)b;

        return (x > y) - (x < y);
}

void step_list_sort(struct step_list *l)
{
        size_t kept = 0;

        if (l->count)
                qsort(l->steps, l->count, sizeof(*l->steps), compare);
        for (size_t k = 0; k < l->count; k++)
                if (kept == 0 || l->steps[kept - 1] != l->steps[k])
                        l->steps[kept++] = l->steps[k];
        l->count = kept;
}
