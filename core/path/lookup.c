/* lookup.c - routes, sources and owners of addresses in a graph. */
#include "core/path/lookup.h"

#include <string.h>
#include <sys/socket.h>

bool address_equal(const struct prefix *a, const struct prefix *b)
{
        return a->family == b->family && memcmp(a->bytes, b->bytes, prefix_bits(a->family) / 8) == 0;
}

/* Is a the better of two routes to the same address? */
static bool is_better(const struct route *a, const struct route *b, int oif)
{
        if (a->destination.length != b->destination.length)
                return a->destination.length > b->destination.length;
        if (a->metric != b->metric)
                return a->metric < b->metric;
        return a->oif == oif && b->oif != oif;
}

size_t lookup_route(const struct graph *g, size_t jail, const struct prefix *to, size_t like)
{
        const struct jail *j = &g->jails[jail];
        int oif = like == NONE || to->family != AF_INET6 ? 0 : g->ifaces[like].id.ifindex;
        size_t best = NONE;

        for (size_t k = j->route_first; k < j->route_first + j->route_count; k++) {
                const struct route *r = &g->routes[k];

                if (r->destination.family != to->family || !prefix_contains(&r->destination, to))
                        continue;
                if (best == NONE || is_better(r, &g->routes[best], oif))
                        best = k;
        }
        return best;
}

struct prefix lookup_gateway(const struct graph *g, const struct route *r, const struct prefix *to)
{
        bool is_own = r->gateway.family == AF_INET && lookup_local(g, r->jail, &r->gateway) != NONE;

        return r->gateway.family && !is_own ? r->gateway : *to;
}

bool lookup_has_address(const struct iface *i, const struct prefix *address)
{
        for (size_t n = 0; n < i->address_count; n++) {
                const struct prefix *own = &i->addresses[n];

                if (address_equal(own, address) ||
                    (i->kind == KIND_LOOPBACK && own->family == address->family && prefix_contains(own, address)))
                        return true;
        }
        return false;
}

size_t lookup_local(const struct graph *g, size_t jail, const struct prefix *address)
{
        const struct jail *j = &g->jails[jail];
        size_t found = NONE;

        for (size_t k = j->iface_first; k != NONE; k = g->ifaces[k].next) {
                const struct iface *i = &g->ifaces[k];

                if (!lookup_has_address(i, address))
                        continue;
                if (i->is_up)
                        return k;
                found = k;
        }
        return found;
}

size_t lookup_owner(const struct graph *g, const struct prefix *address, size_t but, size_t *ret_count)
{
        size_t found = NONE, count = 0;

        for (size_t k = 0; k < g->jail_count; k++) {
                size_t i = k == but ? NONE : lookup_local(g, k, address);

                if (i == NONE || g->ifaces[i].kind == KIND_LOOPBACK)
                        continue;
                count++;
                if (found == NONE)
                        found = i;
        }
        if (ret_count)
                *ret_count = count;
        return found;
}

bool lookup_is_public(const struct iface *i, const struct prefix *address)
{
        return i->kind != KIND_LOOPBACK && !prefix_is_link_local(address) &&
                !(address->family == AF_INET && address->bytes[0] == 127);
}

/* Of one interface: on the next one's network rather than on another. */
static bool take_source(const struct iface *i, const struct prefix *next, struct prefix *ret)
{
        bool is_found = false;

        for (size_t n = 0; n < i->address_count; n++) {
                const struct prefix *p = &i->addresses[n];

                if (p->family != next->family || prefix_is_link_local(p) != prefix_is_link_local(next))
                        continue;
                if (prefix_contains(p, next)) {
                        *ret = *p;
                        return true;
                }
                if (!is_found)
                        *ret = *p;
                is_found = true;
        }
        return is_found;
}

bool lookup_source(const struct graph *g, const struct route *r, const struct prefix *next, struct prefix *ret)
{
        const struct jail *j = &g->jails[r->jail];
        size_t out = graph_find_iface(g, (struct iface_id){j->cookie, r->oif});
        struct prefix like = *next;

        if (r->source.family) {
                *ret = r->source;
                return true;
        }
        if (r->gateway.family && r->gateway.family == r->destination.family && !prefix_is_link_local(&r->gateway))
                like = r->gateway;
        if (out != NONE && take_source(&g->ifaces[out], &like, ret))
                return true;
        for (size_t k = j->iface_first; k != NONE; k = g->ifaces[k].next)
                if (g->ifaces[k].is_up && g->ifaces[k].kind != KIND_LOOPBACK && take_source(&g->ifaces[k], &like, ret))
                        return true;
        return false;
}

size_t lookup_sleeping(const struct graph *g, size_t jail, const struct prefix *to)
{
        const struct jail *j = &g->jails[jail];
        size_t found = NONE;
        bool has_other = false;

        for (size_t k = j->iface_first; k != NONE; k = g->ifaces[k].next) {
                const struct iface *i = &g->ifaces[k];

                for (size_t n = 0; n < i->address_count; n++) {
                        if (i->addresses[n].family != to->family || !lookup_is_public(i, &i->addresses[n]))
                                continue;
                        if (!i->is_up && prefix_contains(&i->addresses[n], to))
                                return k;
                        if (i->is_up)
                                has_other = true;
                        else if (found == NONE)
                                found = k;
                }
        }
        return has_other ? NONE : found; /* the only way out that the jail had */
}

bool lookup_has_rule(const struct depth *d, const struct prefix *from, const struct prefix *to, const char *iif)
{
        for (size_t k = 0; k < d->rule_count; k++) {
                const struct depth_rule *r = &d->rules[k];

                if (r->family != to->family || r->mark)
                        continue;
                if (r->is_inverted)
                        return true;
                if ((!r->from.family || (from->family && prefix_contains(&r->from, from))) &&
                    (!r->to.family || prefix_contains(&r->to, to)) && (!r->iif[0] || strcmp(r->iif, iif) == 0))
                        return true;
        }
        return false;
}
