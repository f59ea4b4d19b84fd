/* check_route.c - checks of routing: gateways that are not there or do not forward, jails without one, reverse paths.
 */
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/doctor/visit.h"

#define PAIRS_MAX 1000000 /* addresses times routes of one stack: more is not worth the wait */

static bool has_gateway(const struct route *r)
{
        return r->type == RTN_UNICAST && r->gateway.family != 0;
}

static size_t route_iface(const struct visit *v, const struct route *r)
{
        return r->oif ? visit_iface(v, r->jail, r->oif) : NONE;
}

/* Who has the gateway's address on the segment that the route leaves by; NONE. */
static size_t find_gateway(const struct visit *v, const struct route *r, size_t iface)
{
        const struct seat *seats;
        size_t count = visit_seats(v, &r->gateway, &seats), found = NONE;

        for (size_t k = 0; k < count; k++) {
                size_t at = seats[k].iface;

                if (v->segment[at] != v->segment[iface] || v->g->ifaces[at].jail == r->jail)
                        continue;
                if (found == NONE || v->g->ifaces[at].is_up)
                        found = at;
        }
        return found;
}

static void put_destination(struct text *t, const struct route *r)
{
        char buf[PREFIX_TEXT_SIZE];

        text_put(t, r->destination.length ? prefix_format(&r->destination, buf) : "default");
}

/* -- A router that does not forward ------------------------------------------------------------------------------ */

/* Somewhere to forward to: an address of that version on another segment, or a way on. */
static bool leads_on(const struct visit *v, size_t jail, size_t iface, uint8_t family)
{
        const struct jail *j = &v->g->jails[jail];

        for (size_t k = j->iface_first; k != NONE; k = v->g->ifaces[k].next) {
                const struct iface *i = &v->g->ifaces[k];

                if (!i->is_up || i->kind == KIND_LOOPBACK || v->segment[k] == v->segment[iface])
                        continue;
                for (size_t n = 0; n < i->address_count; n++)
                        if (address_is_given(&i->addresses[n]) && i->addresses[n].family == family)
                                return true;
        }
        return false;
}

static int jail_forwards(const struct visit *v, size_t jail, bool is_ipv6)
{
        return is_ipv6 ? v->g->jails[jail].forwarding6 : v->g->jails[jail].forwarding;
}

static void tell_not_forwarding(struct visit *v, size_t router, const struct route *r, bool is_device)
{
        size_t jail = v->g->ifaces[router].jail;
        struct finding *f = visit_find_jail(v, SEVERITY_WARNING, jail);
        char gateway[PREFIX_TEXT_SIZE];
        CLEANUP(text_done) struct text to = {0};

        put_destination(&to, r);
        f->other = (struct object){OBJECT_IFACE, router};
        f->evidence = visit_text(v, "%s routes %s through it (%s), and %s forwarding is off%s%s",
                                 v->g->jails[r->jail].name, text_str(&to), prefix_format_addr(&r->gateway, gateway),
                                 r->gateway.family == AF_INET6 ? "IPv6" : "IPv4", is_device ? " on " : "",
                                 is_device ? v->g->ifaces[router].name : "");
        if (is_device)
                f->advice = visit_text(v, "in that stack: sysctl -w net.ipv4.conf.%s.forwarding=1",
                                       v->g->ifaces[router].name);
        else
                visit_remedy(v, f,
                             (const char *const[]){"forwarding", f->name, "on", "--family",
                                                   r->gateway.family == AF_INET6 ? "inet6" : "inet", NULL});
}

void check_forwarding_off(struct visit *v)
{
        const struct graph *g = v->g;
        CLEANUP(freep) bool *is_told = xcalloc(g->jail_count * 2 + 1, sizeof(*is_told)); /* by jail and family */

        for (size_t k = 0; k < g->route_count; k++) {
                const struct route *r = &g->routes[k];
                size_t iface = has_gateway(r) ? route_iface(v, r) : NONE;
                size_t router = iface == NONE ? NONE : find_gateway(v, r, iface);
                bool is_ipv6 = r->gateway.family == AF_INET6;

                if (router == NONE || !g->ifaces[router].is_up)
                        continue;

                size_t jail = g->ifaces[router].jail;
                int forwards = jail_forwards(v, jail, is_ipv6);
                const struct exam_device *d = visit_device(v, router);
                /* The kernel asks the interface for IPv4, and the whole stack for IPv6. */
                bool is_device = forwards == 1 && !is_ipv6 && d && d->forwarding == 0;

                if ((forwards != 0 && !is_device) || is_told[jail * 2 + is_ipv6] ||
                    !leads_on(v, jail, router, r->gateway.family))
                        continue;
                is_told[jail * 2 + is_ipv6] = true;
                tell_not_forwarding(v, router, r, is_device);
        }
}

/* -- Gateways that are not there --------------------------------------------------------------------------------- */

/* Addresses that are answered for by rule (a proxy), and so belong to nobody. */
static bool is_by_proxy(const struct prefix *p)
{
        return p->family == AF_INET && p->bytes[0] == 169 && p->bytes[1] == 254;
}

static void tell_gateway(struct visit *v, const struct route *r, size_t iface, enum severity s, const char *why,
                         size_t down)
{
        struct finding *f = visit_find_iface(v, s, iface);
        char gateway[PREFIX_TEXT_SIZE];
        CLEANUP(text_done) struct text to = {0};

        put_destination(&to, r);
        (void)prefix_format_addr(&r->gateway, gateway);
        f->evidence = visit_text(v, "%s goes via %s, and %s", text_str(&to), gateway, why);
        if (down != NONE) {
                f->other = (struct object){OBJECT_IFACE, down};
                visit_remedy_up(v, f, down);
                return;
        }
        f->advice = visit_text(v,
                               "give %s to the router on this segment (jailnet address add), or name another "
                               "gateway (jailnet route del %s %s, then route add)",
                               gateway, v->g->jails[r->jail].name, text_str(&to));
}

static void judge_gateway(struct visit *v, const struct route *r, size_t iface)
{
        size_t holder = find_gateway(v, r, iface);
        bool is_open = v->is_open[v->segment[iface]];

        if (holder != NONE && !v->g->ifaces[holder].is_up)
                tell_gateway(v, r, iface, SEVERITY_ERROR,
                             visit_text(v, "%s, which has it, is down", visit_name(v, holder)), holder);
        else if (holder == NONE && !is_open && !is_by_proxy(&r->gateway))
                tell_gateway(v, r, iface, SEVERITY_ERROR, "nobody on the segment has that address", NONE);
        else if (holder == NONE && examination_is_silent(v->x, v->g->ifaces[iface].id, &r->gateway))
                tell_gateway(v, r, iface, SEVERITY_WARNING, "nobody answers there", NONE);
}

/* Two routes through one gateway (a default and a network) are one trouble. */
static bool was_told(const struct graph *g, size_t route)
{
        const struct route *r = &g->routes[route];

        for (size_t k = g->jails[r->jail].route_first; k < route; k++)
                if (has_gateway(&g->routes[k]) && g->routes[k].oif == r->oif &&
                    prefix_equal(&g->routes[k].gateway, &r->gateway))
                        return true;
        return false;
}

void check_unreachable_gateway(struct visit *v)
{
        for (size_t k = 0; v->x && k < v->g->route_count; k++) {
                const struct route *r = &v->g->routes[k];
                size_t iface = has_gateway(r) ? route_iface(v, r) : NONE;

                /* Large tables are a routing program's, which looks after its gateways itself. */
                if (iface != NONE && v->g->ifaces[iface].is_up && r->protocol != RTPROT_RA &&
                    v->g->jails[r->jail].route_count < 1000 && !was_told(v->g, k))
                        judge_gateway(v, r, iface);
        }
}

/* -- Jails without a way out ------------------------------------------------------------------------------------- */

/* What the neighbours on a segment go out by: the first gateway of a default route there. */
struct way_out {
        bool is_known;
        struct prefix gateway;
        size_t user, router;
};

static bool is_default(const struct route *r)
{
        return r->destination.length == 0 && has_gateway(r);
}

static struct way_out *find_ways_out(const struct visit *v)
{
        struct way_out *ways = xcalloc(v->segment_count + 1, sizeof(*ways));

        for (size_t k = 0; k < v->g->route_count; k++) {
                const struct route *r = &v->g->routes[k];
                size_t iface = is_default(r) && r->gateway.family == AF_INET ? route_iface(v, r) : NONE;
                size_t router = iface == NONE ? NONE : find_gateway(v, r, iface);

                if (router != NONE && v->g->ifaces[router].is_up && !ways[v->segment[iface]].is_known)
                        ways[v->segment[iface]] = (struct way_out){true, r->gateway, r->jail, router};
        }
        return ways;
}

/* Any route of IPv4 that somebody gave it, beyond its own networks. */
static bool knows_a_way(const struct graph *g, size_t jail)
{
        const struct jail *j = &g->jails[jail];

        for (size_t k = j->route_first; k < j->route_first + j->route_count; k++) {
                const struct route *r = &g->routes[k];

                if (r->destination.family == AF_INET && r->type == RTN_UNICAST &&
                    (r->gateway.family != 0 || r->destination.length == 0))
                        return true;
        }
        return false;
}

/* The interface by which it would go out like its neighbours do; NONE. */
static size_t find_exit(const struct visit *v, size_t jail, const struct way_out *ways)
{
        const struct jail *j = &v->g->jails[jail];

        for (size_t k = j->iface_first; k != NONE; k = v->g->ifaces[k].next) {
                const struct iface *i = &v->g->ifaces[k];
                const struct way_out *w = &ways[v->segment[k]];

                if (!i->is_up || !w->is_known || v->g->ifaces[w->router].jail == jail)
                        continue;
                for (size_t n = 0; n < i->address_count; n++)
                        if (prefix_contains(&i->addresses[n], &w->gateway))
                                return k;
        }
        return NONE;
}

void check_no_default_route(struct visit *v)
{
        const struct graph *g = v->g;
        CLEANUP(freep) struct way_out *ways = g->has_routes ? find_ways_out(v) : NULL;

        for (size_t k = 1; ways && k < g->jail_count; k++) { /* the host's way is its own business */
                size_t exit = g->jails[k].state != JAIL_ALIVE || knows_a_way(g, k) ? NONE : find_exit(v, k, ways);
                const struct exam_stack *s = v->x ? examination_stack(v->x, g->jails[k].cookie) : NULL;
                char gateway[PREFIX_TEXT_SIZE];
                CLEANUP(text_done) struct text t = {0};

                if (exit == NONE || (s && s->has_rules))
                        continue;

                const struct way_out *w = &ways[v->segment[exit]];
                struct finding *f = visit_find_jail(v, SEVERITY_WARNING, k);

                put_addresses(&t, &g->ifaces[exit]);
                (void)prefix_format_addr(&w->gateway, gateway);
                f->other = (struct object){OBJECT_IFACE, exit};
                f->evidence = visit_text(v, "has %s and no default route; its neighbour %s goes out via %s",
                                         text_str(&t), g->jails[w->user].name, gateway);
                visit_remedy(v, f, (const char *const[]){"route", "add", f->name, "default", gateway, NULL});
        }
}

/* -- Reverse paths ----------------------------------------------------------------------------------------------- */

/* The interface that a packet to that address leaves by; 0: none, or not by one interface. */
static int look_up(const struct graph *g, size_t jail, const struct prefix *to)
{
        const struct jail *j = &g->jails[jail];
        const struct route *best = NULL;

        for (size_t k = j->route_first; k < j->route_first + j->route_count; k++) {
                const struct route *r = &g->routes[k];

                if (r->destination.family != to->family ||
                    (r->destination.length && !prefix_contains(&r->destination, to)))
                        continue;
                if (!best || r->destination.length > best->destination.length ||
                    (r->destination.length == best->destination.length && r->metric < best->metric))
                        best = r;
        }
        return best && best->type == RTN_UNICAST ? best->oif : 0;
}

/* Strict: what came in by one interface must be answered by the same. */
static bool is_strict(const struct visit *v, size_t iface)
{
        const struct exam_device *d = visit_device(v, iface);
        const struct exam_stack *s = examination_stack(v->x, v->g->jails[v->g->ifaces[iface].jail].cookie);

        if (!d || !s || s->has_rules || d->reverse_path < 0 || s->reverse_path < 0)
                return false;
        return (d->reverse_path > s->reverse_path ? d->reverse_path : s->reverse_path) == 1;
}

static void tell_reverse_path(struct visit *v, size_t iface, size_t from, const struct prefix *address, int oif)
{
        struct finding *f = visit_find_iface(v, SEVERITY_WARNING, iface);
        size_t answer = visit_iface(v, v->g->ifaces[iface].jail, oif);
        char buf[PREFIX_TEXT_SIZE];

        f->other = (struct object){OBJECT_IFACE, from};
        f->evidence = visit_text(v, "what %s (%s) sends here is dropped: the way back is %s, and rp_filter is strict",
                                 visit_name(v, from), prefix_format_addr(address, buf),
                                 answer == NONE ? "another interface" : visit_name(v, answer));
        f->advice = visit_text(v,
                               "let the way back be the way in (a route by this interface), or loosen the filter in "
                               "that stack: sysctl -w net.ipv4.conf.%s.rp_filter=2",
                               v->g->ifaces[iface].name);
}

static void judge_reverse_path(struct visit *v, size_t iface)
{
        const struct graph *g = v->g;
        size_t jail = g->ifaces[iface].jail, s = v->segment[iface];

        if ((v->segment_first[s + 1] - v->segment_first[s]) * (g->jails[jail].route_count + 1) > PAIRS_MAX)
                return;
        for (size_t k = v->segment_first[s]; k < v->segment_first[s + 1]; k++) {
                const struct iface *other = &g->ifaces[v->members[k]];

                if (other->jail == jail || !other->is_up)
                        continue;
                for (size_t n = 0; n < other->address_count; n++) {
                        const struct prefix *p = &other->addresses[n];
                        int oif = p->family == AF_INET && address_is_given(p) ? look_up(g, jail, p) : 0;

                        if (oif == 0 || oif == g->ifaces[iface].id.ifindex)
                                continue;
                        tell_reverse_path(v, iface, v->members[k], p, oif);
                        return; /* one for each interface */
                }
        }
}

/* With one way in there is one way back. */
static bool has_several_ways(const struct graph *g, size_t jail)
{
        const struct jail *j = &g->jails[jail];
        size_t count = 0;

        for (size_t k = j->iface_first; k != NONE; k = g->ifaces[k].next)
                count += g->ifaces[k].is_up && g->ifaces[k].kind != KIND_LOOPBACK && iface_has_address(&g->ifaces[k]);
        return count > 1;
}

void check_reverse_path(struct visit *v)
{
        const struct graph *g = v->g;

        for (size_t j = 0; v->x && g->has_routes && j < g->jail_count; j++) {
                if (!has_several_ways(g, j))
                        continue;
                for (size_t k = g->jails[j].iface_first; k != NONE; k = g->ifaces[k].next)
                        if (g->ifaces[k].is_up && g->ifaces[k].kind != KIND_LOOPBACK &&
                            iface_has_address(&g->ifaces[k]) && is_strict(v, k))
                                judge_reverse_path(v, k);
        }
}
