/* build_loans.c - lent interfaces: where each is now, and so in which state its loan. */
#include <stdlib.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/sort.h"
#include "core/base/text.h"
#include "core/graph/build_internal.h"

struct turn {
        uint32_t number;
        size_t loan;
};

static int compare_turns(const void *a, const void *b)
{
        const struct turn *x = a, *y = b;

        if (x->number != y->number)
                return x->number > y->number ? 1 : -1;
        return (x->loan > y->loan) - (x->loan < y->loan);
}

/* Which loans were followed by another one of the same interface. The caller frees it. */
static bool *find_followed(const struct registry *r)
{
        CLEANUP(freep) struct turn *turns = xcalloc(r->loan_count + 1, sizeof(*turns));
        bool *followed = xcalloc(r->loan_count + 1, sizeof(*followed));

        for (size_t i = 0; i < r->loan_count; i++)
                turns[i] = (struct turn){r->loans[i].number, i};
        sort_items(turns, r->loan_count, sizeof(*turns), compare_turns);
        for (size_t i = 0; i + 1 < r->loan_count; i++)
                followed[turns[i].loan] = turns[i].number == turns[i + 1].number;
        return followed;
}

/*
 * A device is never destroyed with its namespace: it is not back, so something keeps that, also when nobody can be seen
 * to. Not where the kernel gives namespaces handles (Linux 6.18): what is found by none of them is really gone, and the
 * device went to the machine's first namespace, out of sight.
 */
static bool is_kept_unseen(struct registry *r, const struct reg_loan *l)
{
        const struct reg_iface *row = registry_find_number(r, l->number);

        return row && !*row->kind && row->permanent.is_set && l->handle.length == 0;
}

/* The state that the picture shows; the loan's own when the picture can't tell. */
static enum loan_state state_now(const struct graph_build *b, const struct reg_loan *l, size_t iface)
{
        const struct graph *g = b->g;

        if (iface != NONE) {
                size_t jail = g->ifaces[iface].jail;

                if (jail == 0)
                        return LOAN_RETURNED;
                return g->jails[jail].state == JAIL_DYING ? LOAN_PENDING : LOAN_ON_LOAN;
        }

        size_t jail = graph_find_jail_cookie(g, l->cookie);

        if (jail == NONE) { /* nor is the cookie known of one that cannot be entered */
                size_t named = graph_find_jail(g, l->jail);

                if (named != NONE && g->jails[named].state == JAIL_HIDDEN)
                        return l->state;
        }
        if (jail == NONE || !build_jail_is_unread(g, jail))
                return is_kept_unseen(b->registry, l) ? LOAN_PENDING : LOAN_LOST;
        return g->jails[jail].state == JAIL_DYING ? LOAN_PENDING : l->state;
}

static void update(struct graph_build *b, struct reg_loan *l)
{
        const struct graph *g = b->g;
        size_t iface = graph_find_number(g, l->number);
        enum loan_state state = state_now(b, l, iface);

        if (iface != NONE && !loan_is_ended(state)) { /* it may have gone from one jail to another */
                const struct jail *j = &g->jails[g->ifaces[iface].jail];

                if (l->cookie != j->cookie) {
                        l->cookie = j->cookie;
                        l->handle = j->handle;
                        (void)str_copy(l->jail, sizeof(l->jail), j->name);
                        l->is_changed = true;
                }
        }
        if (l->state != state) {
                l->state = state;
                l->changed_at = b->now;
                l->is_changed = true;
        }
}

int graph_compare_loans(const void *a, const void *b)
{
        static const int ranks[] = {[LOAN_PENDING] = 0, [LOAN_ON_LOAN] = 1, [LOAN_LOST] = 2, [LOAN_RETURNED] = 3};
        const struct loan *x = a, *y = b;

        if (x->state != y->state)
                return ranks[x->state] - ranks[y->state];
        if (x->since != y->since)
                return x->since > y->since ? 1 : -1;
        return (x->number > y->number) - (x->number < y->number);
}

void build_loans(struct graph_build *b)
{
        struct registry *r = b->registry;
        struct graph *g = b->g;
        struct arena *a = graph_arena(g);
        CLEANUP(freep) bool *followed = find_followed(r);

        /* An ended loan is not opened again once the interface came home; one that seemed lost may be. */
        for (size_t i = 0; i < r->loan_count; i++)
                if (r->loans[i].state != LOAN_RETURNED && (r->loans[i].state != LOAN_LOST || !followed[i]))
                        update(b, &r->loans[i]);
        registry_forget_loans(r, b->now);
        g->loans = arena_alloc(a, r->loan_count * sizeof(*g->loans));
        for (size_t i = 0; i < r->loan_count; i++) {
                const struct reg_loan *l = &r->loans[i];
                size_t iface = graph_find_number(g, l->number);

                g->loans[g->loan_count++] = (struct loan){
                        .number = l->number,
                        .iface = arena_strdup(a, l->iface),
                        .mac = l->mac,
                        .jail_name = arena_strdup(a, l->jail),
                        .jail = graph_find_jail_cookie(g, l->cookie),
                        .iface_index = iface,
                        .state = l->state,
                        .is_foreign = l->is_foreign,
                        .since = l->state == LOAN_ON_LOAN ? l->lent_at : l->changed_at,
                };
        }
        sort_items(g->loans, g->loan_count, sizeof(*g->loans), graph_compare_loans);
}
