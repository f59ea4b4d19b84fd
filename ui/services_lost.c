/*
 * services_lost.c - what links that are down had before: the kernel forgets their routes and their addresses of IPv6,
 * and does not give them back when they are set up. The inventory knows what plans gave them, and the journal what a
 * plan that set one down took away first.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "ui/services_parts.h"

#define LINKS_MAX 32 /* whose journal is read; more that are down at once are no single mishap */
#define PLANS_MAX 16 /* of one link's */

static bool has_address(const struct iface *i, const struct prefix *p)
{
        for (size_t k = 0; k < i->address_count; k++) {
                if (prefix_equal(&i->addresses[k], p))
                        return true;
        }
        return false;
}

static bool has_route(const struct graph *g, size_t jail, const struct prefix *destination)
{
        const struct jail *j = &g->jails[jail];

        for (size_t k = j->route_first; k < j->route_first + j->route_count; k++) {
                if (prefix_equal(&g->routes[k].destination, destination))
                        return true;
        }
        return false;
}

/* IPv4's addresses stay, and link-local ones come by themselves. */
static void add_address(const struct graph *g, size_t iface, const struct prefix *p, struct examination *x)
{
        const struct iface *i = &g->ifaces[iface];

        if (p->family == AF_INET6 && !prefix_is_link_local(p) && !has_address(i, p))
                examination_add_lost(x, &(struct exam_lost){.id = i->id, .address = *p});
}

static void add_route(const struct graph *g, size_t iface, const struct route *r, struct examination *x)
{
        const struct iface *i = &g->ifaces[iface];

        if (!prefix_is_link_local(&r->gateway) && !has_route(g, i->jail, &r->destination))
                examination_add_lost(
                        x, &(struct exam_lost){.id = i->id, .destination = r->destination, .gateway = r->gateway});
}

static void add_wanted(const struct graph *g, size_t iface, const struct wanted *w, struct examination *x)
{
        uint32_t number = g->ifaces[iface].number;

        for (size_t k = 0; k < w->link_count; k++) {
                const struct wanted_link *l = &w->links[k];

                if (!number || l->number != number)
                        continue;
                for (size_t n = 0; n < l->address_count; n++)
                        add_address(g, iface, &l->addresses[n], x);
                for (size_t n = 0; n < w->route_count; n++) {
                        if (w->routes[n].link == k)
                                add_route(g, iface, &w->routes[n].route, x);
                }
        }
}

/* False: the plan has neither set it down nor up, so an earlier one tells. */
static bool add_of_plan(const struct graph *g, size_t iface, const struct plan *p, struct examination *x)
{
        uint32_t number = g->ifaces[iface].number;
        size_t at = p->step_count;

        while (at > 0) {
                const struct step *s = &p->steps[--at];

                if (s->state != STEP_DONE || s->at.number != number ||
                    (s->op != STEP_LINK_UP && s->op != STEP_LINK_DOWN))
                        continue;
                for (size_t k = 0; s->op == STEP_LINK_DOWN && k < at; k++) {
                        const struct step *before = &p->steps[k];

                        if (before->state != STEP_DONE || before->at.number != number)
                                continue;
                        if (before->op == STEP_ADDRESS_DEL)
                                add_address(g, iface, &before->address, x);
                        else if (before->op == STEP_ROUTE_DEL)
                                add_route(g, iface, &before->route, x);
                }
                return true;
        }
        return false;
}

static void add_journal(struct db *db, const struct graph *g, size_t iface, struct examination *x)
{
        struct journal_entry *entries = NULL;
        CLEANUP(text_done) struct text name = {0};
        size_t count = 0;
        bool is_told = false;

        query_put_iface(&name, g, iface);
        if (db_journal_list(db, 0, PLANS_MAX, text_str(&name), &entries, &count, NULL) < 0)
                return;
        for (size_t k = 0; k < count && !is_told; k++) {
                CLEANUP(plan_freep) struct plan *p = NULL;

                if (entries[k].is_this_boot && db_journal_load(db, entries[k].number, &p, NULL, NULL) == 0)
                        is_told = add_of_plan(g, iface, p, x);
        }
        free(entries);
}

void services_find_lost(struct db *db, const struct graph *g, const struct wanted *w, struct examination *x)
{
        size_t asked = 0;

        for (size_t k = 0; k < g->iface_count && asked < LINKS_MAX; k++) {
                const struct iface *i = &g->ifaces[k];

                if (i->is_up || !i->number || iface_is_hidden(i))
                        continue;
                asked++;
                add_wanted(g, k, w, x);
                add_journal(db, g, k, x);
        }
}
