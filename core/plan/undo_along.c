/*
 * undo_along.c - steps back with which the kernel takes more than they say: IPv6 addresses go with a link that is set
 * down, IPv4 routes with the last IPv4 address. What is to stay is taken away before and put back behind.
 */
#include <sys/socket.h>

#include "core/plan/undo_parts.h"

bool undo_is_deleted_here(const struct undoing *u, const struct target *at, const struct prefix *address)
{
        CLEANUP(step_list_done) struct step_list l = {0};

        step_index_taken(&u->new_index, &l, address);
        for (size_t k = 0; k < l.count; k++) {
                const struct step *s = &u->p->steps[l.steps[k]];

                if (s->op == STEP_ADDRESS_DEL && target_same(&s->at, at) && prefix_equal(&s->address, address))
                        return true;
        }
        return false;
}

static bool is_given_here(const struct undoing *u, const struct target *at, const struct prefix *address)
{
        for (size_t k = 0; k < u->p->step_count; k++) {
                const struct step *s = &u->p->steps[k];

                if (s->op == STEP_ADDRESS_ADD && target_same(&s->at, at) && prefix_equal(&s->address, address))
                        return true;
        }
        return false;
}

/* The IPv6 addresses that a link has today, which the kernel drops when it goes down: before, or put back after. */
static int add_addresses(struct undoing *u, enum step_op op, const struct iface *i, const struct prefix *kept,
                         size_t kept_count, struct err *e)
{
        for (size_t k = 0; k < kept_count; k++) {
                struct step s = {.op = op,
                                 .at = target_of_iface(u->g, (size_t)(i - u->g->ifaces)),
                                 .address = kept[k],
                                 .is_internal = true};
                int r = undo_add_step(u, &s, e);

                if (r < 0)
                        return r;
        }
        return 0;
}

/* Had the link that address before the step set it up? */
static bool was_there(const struct step *up, const struct prefix *p)
{
        for (size_t n = 0; n < up->undo_count; n++)
                if (up->undo[n].op == STEP_ADDRESS_ADD && prefix_equal(&up->undo[n].address, p))
                        return true;
        return false;
}

/* Down again, as it was before it was set up: with its addresses. */
int undo_add_down(struct undoing *u, const struct step *up, struct err *e)
{
        const struct step *down = &up->undo[0];
        size_t iface = undo_find_iface(u, &down->at);
        struct target made;

        if (iface == NONE || undo_is_made_here(u, &down->at, &made))
                return undo_add_step(u, down, e);

        const struct iface *i = &u->g->ifaces[iface];
        struct target at = target_of_iface(u->g, iface);
        CLEANUP(freep) struct prefix *kept = xcalloc(i->address_count + up->undo_count, sizeof(*kept));
        size_t count = 0;

        for (size_t k = 0; i->is_up && k < i->address_count; k++) {
                const struct prefix *p = &i->addresses[k];

                if (p->family == AF_INET6 && (address_is_carried(i, p) || was_there(up, p)) &&
                    !undo_is_deleted_here(u, &at, p))
                        kept[count++] = *p;
        }
        /* What the way back has put there again before. */
        for (size_t n = 1; n < up->undo_count; n++) {
                const struct step *s = &up->undo[n];

                if (s->op == STEP_ADDRESS_ADD && !address_is_there(i, &s->address) &&
                    is_given_here(u, &at, &s->address))
                        kept[count++] = s->address;
        }

        int r = add_addresses(u, STEP_ADDRESS_DEL, i, kept, count, e);

        if (r == 0)
                r = undo_add_step(u, down, e);
        return r < 0 ? r : add_addresses(u, STEP_ADDRESS_ADD, i, kept, count, e);
}

static bool is_route_removed_here(const struct undoing *u, const struct target *at, const struct route *r)
{
        CLEANUP(step_list_done) struct step_list l = {0};

        step_index_taken(&u->new_index, &l, &r->destination);
        for (size_t k = 0; k < l.count; k++) {
                const struct step *s = &u->p->steps[l.steps[k]];

                if (s->op == STEP_ROUTE_DEL && target_same(&s->at, at) && s->route.metric == r->metric &&
                    prefix_equal(&s->route.destination, &r->destination))
                        return true;
        }
        return false;
}

static bool is_put_down_here(const struct undoing *u, const struct target *at)
{
        for (size_t k = 0; k < u->p->step_count; k++)
                if (u->p->steps[k].op == STEP_LINK_DOWN && target_same(&u->p->steps[k].at, at))
                        return true;
        return false;
}

/* Will that interface have no IPv4 address when it loses this one? */
static bool is_last_address(const struct undoing *u, const struct target *at, const struct iface *i,
                            const struct prefix *address)
{
        for (size_t k = 0; k < i->address_count; k++)
                if (i->addresses[k].family == AF_INET && !prefix_equal(&i->addresses[k], address) &&
                    !undo_is_deleted_here(u, at, &i->addresses[k]))
                        return false;
        return address->family == AF_INET;
}

/* Routes over the interface that need no gateway, and so no address of it; but for those that the plan takes away.
 * Their steps lack an op. ret: caller frees. */
static size_t lasting_routes(const struct undoing *u, size_t iface, const struct target *at, struct step **ret)
{
        const struct jail *j = &u->g->jails[u->g->ifaces[iface].jail];
        size_t count = 0;

        *ret = xcalloc(j->route_count + 1, sizeof(**ret));
        for (size_t k = j->route_first; k < j->route_first + j->route_count; k++) {
                const struct route *route = &u->g->routes[k];

                if (!route_is_carried(u->g, route, iface) || route->destination.family != AF_INET ||
                    route->gateway.family || is_route_removed_here(u, at, route))
                        continue;

                struct step *s = &(*ret)[count++];

                *s = (struct step){.at = target_of_iface(u->g, iface), .route = *route, .is_internal = true};
                s->route.jail = 0;
                s->route.oif = 0; /* at says it */
        }
        return count;
}

/* With the last IPv4 address the kernel drops all IPv4 routes over the interface: away and back they stay. */
int undo_add_address_del(struct undoing *u, const struct step *del, struct err *e)
{
        size_t iface = undo_find_iface(u, &del->at), count = 0;
        CLEANUP(freep) struct step *routes = NULL;
        struct target at, made;
        int r = 0;

        if (iface == NONE || undo_is_made_here(u, &del->at, &made))
                return undo_add_step(u, del, e);
        at = target_of_iface(u->g, iface);
        undo_apply_renames(u, &at);
        if (is_last_address(u, &at, &u->g->ifaces[iface], &del->address) && !is_put_down_here(u, &at))
                count = lasting_routes(u, iface, &at, &routes);
        for (size_t k = 0; r == 0 && k < count; k++) {
                routes[k].op = STEP_ROUTE_DEL;
                r = undo_add_step(u, &routes[k], e);
        }
        if (r == 0)
                r = undo_add_step(u, del, e);
        for (size_t k = 0; r == 0 && k < count; k++) {
                routes[k].op = STEP_ROUTE_ADD;
                r = undo_add_step(u, &routes[k], e);
        }
        return r;
}
