/* registry.c - the inventory's image in memory: sorted rows, added and found. */
#include "core/graph/registry.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "core/base/sort.h"
#include "core/base/text.h"

struct registry *registry_new(void)
{
        struct registry *r = xcalloc(1, sizeof(*r));

        r->next_number = 1;
        r->next_jid = 1;
        return r;
}

void registry_clear(struct registry *r)
{
        for (size_t i = 0; i < r->jail_count; i++) {
                free(r->jails[i].root_path);
                free(r->jails[i].hostname);
        }
        for (size_t i = 0; i < r->iface_count; i++)
                free(r->ifaces[i].long_name);
        free(r->jails);
        free(r->ifaces);
        free(r->hooks);
        for (size_t i = 0; i < r->shared_count; i++)
                free(r->shared[i].addresses);
        free(r->shared);
        free(r->loans);
        *r = (struct registry){.next_number = 1, .next_jid = 1};
}

void registry_free(struct registry *r)
{
        if (!r)
                return;
        registry_clear(r);
        free(r);
}

static int compare_jail(const void *a, const void *b)
{
        const struct reg_jail *x = a, *y = b;

        return (x->cookie > y->cookie) - (x->cookie < y->cookie);
}

static int compare_id(struct iface_id x, struct iface_id y)
{
        if (x.cookie != y.cookie)
                return x.cookie > y.cookie ? 1 : -1;
        return (x.ifindex > y.ifindex) - (x.ifindex < y.ifindex);
}

static int compare_iface(const void *a, const void *b)
{
        const struct reg_iface *x = a, *y = b;
        int order = compare_id(x->id, y->id);

        /* Rows without an identity share one: keep an order that does not depend on the sort. */
        return order ? order : (x->number > y->number) - (x->number < y->number);
}

void registry_sort(struct registry *r)
{
        bool is_sorted = true;

        for (size_t i = 1; i < r->jail_count && is_sorted; i++)
                is_sorted = compare_jail(&r->jails[i - 1], &r->jails[i]) <= 0;
        if (!is_sorted)
                sort_items(r->jails, r->jail_count, sizeof(*r->jails), compare_jail);

        is_sorted = true;
        for (size_t i = 1; i < r->iface_count && is_sorted; i++)
                is_sorted = compare_iface(&r->ifaces[i - 1], &r->ifaces[i]) <= 0;
        if (!is_sorted)
                sort_items(r->ifaces, r->iface_count, sizeof(*r->ifaces), compare_iface);
}

/* Where the row with that cookie is, or belongs. */
static size_t jail_position(const struct registry *r, uint64_t cookie)
{
        size_t low = 0, high = r->jail_count;

        while (low < high) {
                size_t middle = low + (high - low) / 2;

                if (r->jails[middle].cookie < cookie)
                        low = middle + 1;
                else
                        high = middle;
        }
        return low;
}

static size_t iface_position(const struct registry *r, struct iface_id id)
{
        size_t low = 0, high = r->iface_count;

        while (low < high) {
                size_t middle = low + (high - low) / 2;

                if (compare_id(r->ifaces[middle].id, id) < 0)
                        low = middle + 1;
                else
                        high = middle;
        }
        return low;
}

struct reg_jail *registry_find_jail(struct registry *r, uint64_t cookie)
{
        size_t at = jail_position(r, cookie);

        return at < r->jail_count && r->jails[at].cookie == cookie ? &r->jails[at] : NULL;
}

struct reg_iface *registry_find_iface(struct registry *r, struct iface_id id)
{
        size_t at = iface_position(r, id);

        return at < r->iface_count && iface_id_equal(r->ifaces[at].id, id) ? &r->ifaces[at] : NULL;
}

struct reg_iface *registry_find_number(struct registry *r, uint32_t number)
{
        for (size_t i = 0; i < r->iface_count; i++)
                if (r->ifaces[i].number == number)
                        return &r->ifaces[i];
        return NULL;
}

const char *registry_find_hook(const struct registry *r, uint32_t number, uint32_t peer)
{
        for (size_t i = 0; i < r->hook_count; i++)
                if (r->hooks[i].number == number && r->hooks[i].peer == peer && !r->hooks[i].is_upper)
                        return r->hooks[i].name;
        return NULL;
}

struct reg_jail *registry_add_jail(struct registry *r, uint64_t cookie)
{
        size_t at = jail_position(r, cookie);

        if (at < r->jail_count && r->jails[at].cookie == cookie)
                return &r->jails[at];
        r->jails = array_grow(r->jails, &r->jail_capacity, r->jail_count, sizeof(*r->jails));
        memmove(&r->jails[at + 1], &r->jails[at], (r->jail_count - at) * sizeof(*r->jails));
        r->jail_count++;
        r->jails[at] = (struct reg_jail){.cookie = cookie, .jid = r->next_jid++, .is_new = true};
        return &r->jails[at];
}

struct reg_iface *registry_add_iface(struct registry *r, struct iface_id id)
{
        size_t at = iface_position(r, id);

        if (at < r->iface_count && iface_id_equal(r->ifaces[at].id, id))
                return &r->ifaces[at];
        r->ifaces = array_grow(r->ifaces, &r->iface_capacity, r->iface_count, sizeof(*r->ifaces));
        memmove(&r->ifaces[at + 1], &r->ifaces[at], (r->iface_count - at) * sizeof(*r->ifaces));
        r->iface_count++;
        r->ifaces[at] = (struct reg_iface){.number = r->next_number++, .id = id, .is_new = true};
        return &r->ifaces[at];
}

static void set_hook(struct registry *r, uint32_t number, uint32_t peer, bool is_upper, const char *name)
{
        struct reg_hook *h = NULL;

        for (size_t i = 0; i < r->hook_count && !h; i++)
                if (r->hooks[i].number == number && r->hooks[i].peer == peer && r->hooks[i].is_upper == is_upper)
                        h = &r->hooks[i];
        if (!name || !*name) {
                if (h)
                        *h = r->hooks[--r->hook_count];
                return;
        }
        if (!h) {
                r->hooks = array_grow(r->hooks, &r->hook_capacity, r->hook_count, sizeof(*r->hooks));
                h = &r->hooks[r->hook_count++];
                *h = (struct reg_hook){.number = number, .peer = peer, .is_upper = is_upper};
        }
        (void)str_copy(h->name, sizeof(h->name), name); /* checked by name_check_hook before */
}

void registry_set_hook(struct registry *r, uint32_t number, uint32_t peer, const char *name)
{
        set_hook(r, number, peer, false, name);
}

void registry_set_upper(struct registry *r, uint32_t bridge, uint32_t iface, const char *name)
{
        set_hook(r, bridge, iface, true, name);
}

struct reg_loan *registry_add_loan(struct registry *r, uint32_t number, uint64_t cookie)
{
        for (size_t i = 0; i < r->loan_count; i++) {
                struct reg_loan *l = &r->loans[i];

                if (l->number == number && (l->state == LOAN_ON_LOAN || l->state == LOAN_PENDING))
                        return l;
        }
        r->loans = array_grow(r->loans, &r->loan_capacity, r->loan_count, sizeof(*r->loans));

        struct reg_loan *l = &r->loans[r->loan_count++];
        const struct reg_iface *row = registry_find_number(r, number);
        int64_t now = clock_wall_s();

        *l = (struct reg_loan){.number = number, .cookie = cookie, .lent_at = now, .changed_at = now};
        l->is_foreign = row && !row->is_owned && !row->permanent.is_set && row->pin_source == PIN_NONE;
        l->is_changed = true;
        return l;
}

void registry_forget_loans(struct registry *r, int64_t now)
{
        size_t foreign = 0, kept = r->loan_count;

        /* From the newest; what is kept gathers at the end. */
        for (size_t i = r->loan_count; i-- > 0;) {
                const struct reg_loan *l = &r->loans[i];

                if (loan_is_ended(l->state)) {
                        bool is_spare = l->is_foreign && ++foreign > LOAN_FOREIGN_SHOWN_MAX && !l->is_changed;

                        if (is_spare || now - l->changed_at > (l->is_foreign ? LOAN_FOREIGN_SHOWN_S : LOAN_SHOWN_S))
                                continue;
                }
                r->loans[--kept] = *l;
        }
        r->loan_count -= kept;
        if (kept)
                memmove(r->loans, r->loans + kept, r->loan_count * sizeof(*r->loans));
}

void registry_move_iface(struct registry *r, struct iface_id from, struct iface_id to)
{
        struct reg_iface *row = registry_find_iface(r, from);

        if (!row)
                return;
        row->id = to;
        row->is_gone = false;
        row->is_changed = true;
        registry_sort(r);
}

bool registry_is_dirty(const struct registry *r)
{
        for (size_t i = 0; i < r->jail_count; i++)
                if (r->jails[i].is_new || r->jails[i].is_changed)
                        return true;
        for (size_t i = 0; i < r->iface_count; i++)
                if (r->ifaces[i].is_new || r->ifaces[i].is_changed)
                        return true;
        for (size_t i = 0; i < r->loan_count; i++)
                if (r->loans[i].is_changed)
                        return true;
        return false;
}

bool registry_catch_up(struct registry *r)
{
        bool was_ahead = false;

        for (size_t i = 0; i < r->jail_count; i++) {
                was_ahead |= r->jails[i].is_ahead;
                r->jails[i].is_ahead = false;
        }
        for (size_t i = 0; i < r->iface_count; i++) {
                was_ahead |= r->ifaces[i].is_ahead;
                r->ifaces[i].is_ahead = false;
        }
        return was_ahead;
}

struct reg_shared *registry_add_shared(struct registry *r, const char *name, int jid, const char *addresses)
{
        r->shared = array_grow(r->shared, &r->shared_capacity, r->shared_count, sizeof(*r->shared));

        struct reg_shared *s = &r->shared[r->shared_count++];

        *s = (struct reg_shared){.jid = jid, .addresses = xstrdup(addresses)};
        (void)str_copy(s->name, sizeof(s->name), name); /* was measured when the jail was started */
        return s;
}
