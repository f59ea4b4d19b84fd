/* way_find.c - both ways between two ends, for each address that they may mean. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "core/base/intl.h"
#include "core/path/lookup.h"
#include "core/path/way_parts.h"

static struct way *way_new(void)
{
        struct way *w = xcalloc(1, sizeof(*w));

        w->hop = w->from = w->to = NONE;
        return w;
}

void way_free(struct way *w)
{
        if (!w)
                return;
        for (size_t k = 0; k < w->hop_count; k++)
                free(w->hops[k].text);
        free(w->hops);
        free(w->sentence);
        free(w);
}

void way_freep(struct way **w)
{
        way_free(*w);
}

static int end_of_address(const struct graph *g, const char *word, const struct prefix *address, struct way_end *ret,
                          struct err *e)
{
        size_t count, owner = lookup_owner(g, address, NONE, &count);

        if (count > 1)
                return err_set(e, -ENOTUNIQ, "%s: several jails have it; name the jail or its interface instead", word);
        *ret = (struct way_end){
                .jail = owner == NONE ? NONE : g->ifaces[owner].jail, .iface = owner, .address = *address};
        return 0;
}

int way_end_of(const struct graph *g, struct object o, struct way_end *ret, struct err *e)
{
        size_t iface = o.type == OBJECT_NODE ? g->nodes[o.index].iface : o.index;

        if (o.type == OBJECT_JAIL) {
                *ret = (struct way_end){.jail = o.index, .iface = NONE};
                return 0;
        }
        if (o.type == OBJECT_NONE || iface == NONE)
                return err_set(e, -EINVAL, "node: has no interface, and so no way to it");
        *ret = (struct way_end){.jail = g->ifaces[iface].jail, .iface = iface};
        return 0;
}

/* A jail without a stack of its own is where its first address is. */
static bool end_of_guest(const struct graph *g, const char *word, struct way_end *ret)
{
        const char *name = str_has_prefix(word, "jail:") ? word + strlen("jail:") : word;

        for (size_t k = 0; k < g->guest_count; k++) {
                const struct guest *guest = &g->guests[k];

                if (guest->kind != GUEST_JAIL || strcmp(guest->name, name) != 0)
                        continue;
                *ret = (struct way_end){.jail = guest->jail, .iface = NONE};
                for (size_t n = 0; n < guest->use_count && !ret->address.family; n++) {
                        if (guest->uses[n].iface == NONE)
                                continue;
                        ret->iface = guest->uses[n].iface;
                        ret->address = guest->uses[n].address;
                        ret->address.length = (uint8_t)prefix_bits(ret->address.family);
                }
                return true;
        }
        return false;
}

int way_end_parse(const struct graph *g, const char *word, struct way_end *ret, struct err *e)
{
        CLEANUP(freep) char *with_slash = xstrdup(word);
        char *colon = strchr(with_slash, ':');
        struct prefix address;
        struct object o = {.type = OBJECT_NONE};
        int r;

        if (!strchr(word, '/') && prefix_parse(word, &address, NULL) == 0)
                return end_of_address(g, word, &address, ret, e);
        r = query_object(g, word, &o, e);
        if (r < 0 && colon && !str_has_prefix(word, "if:") && !str_has_prefix(word, "jail:") &&
            !str_has_prefix(word, "node:")) {
                *colon = '/'; /* JAIL:IF */
                if (query_iface(g, with_slash, &o.index, NULL) == 0) {
                        o.type = OBJECT_IFACE;
                        r = 0;
                }
        }
        if (r < 0)
                return end_of_guest(g, word, ret) ? 0 : r;
        r = way_end_of(g, o, ret, NULL);
        return r < 0 ? err_set(e, r, "%s: has no interface, and so no way to it", word) : 0;
}

/* The addresses that an end may mean, IPv4 first. */
static size_t list_addresses(const struct graph *g, const struct way_end *end, struct prefix *ret, size_t max)
{
        size_t count = 0;

        if (end->address.family) {
                ret[0] = end->address;
                return 1;
        }
        for (int pass = 0; pass < 2; pass++) {
                const struct jail *j = &g->jails[end->jail];

                for (size_t k = j->iface_first; k != NONE; k = g->ifaces[k].next) {
                        const struct iface *i = &g->ifaces[k];

                        if (end->iface != NONE && k != end->iface)
                                continue;
                        for (size_t n = 0; n < i->address_count && count < max; n++) {
                                const struct prefix *p = &i->addresses[n];

                                if (p->family != (pass == 0 ? AF_INET : AF_INET6) || !lookup_is_public(i, p))
                                        continue;
                                ret[count] = *p;
                                ret[count++].length = (uint8_t)prefix_bits(p->family);
                        }
                }
        }
        return count;
}

/* An end that has no address: nothing can be sent to or from it. */
static struct way *find_without_address(const struct graph *g, const struct way_facts *facts, const struct way_end *end,
                                        bool is_source)
{
        struct walk w = {.g = g, .facts = facts, .way = way_new()};

        walk_hop(&w, is_source ? HOP_START : HOP_END, end->jail, end->iface, "no address");
        (void)walk_break(&w, WAY_NO_ADDRESS, "it has no address to send %s; address add gives it one",
                         is_source ? "from" : "to"); /* always false */
        w.way->from = is_source ? end->jail : NONE;
        w.way->to = is_source ? NONE : end->jail;
        return w.way;
}

static void note_ends(struct walk *w, size_t from)
{
        struct way *way = w->way;

        for (size_t k = 0; k < way->hop_count && way->mtu_bytes == 0; k++)
                if (way->hops[k].kind == HOP_LINK)
                        way->mtu_bytes = w->g->ifaces[way->hops[k].iface].mtu_bytes;
        way->from = from;
        way->to = way->hops[way->hop_count - 1].jail;
}

static struct way *find_one(const struct graph *g, const struct way_facts *facts, size_t from,
                            const struct prefix *source, const struct prefix *destination)
{
        struct walk w = {.g = g,
                         .facts = facts,
                         .way = way_new(),
                         .source = *source,
                         .destination = *destination,
                         .came_by = NONE};
        char a[PREFIX_TEXT_SIZE], b[PREFIX_TEXT_SIZE];
        bool arrives = walk_on(&w, from);

        w.way->source = w.nat_count ? w.nats[0].old : w.source;
        w.way->destination = *destination;
        note_ends(&w, from);
        if (arrives && w.way->to != from) {
                w.is_back = true;
                w.destination = w.source;
                w.source = *destination;
                arrives = walk_on(&w, w.way->to);
        }
        if (arrives && w.way->reason == WAY_FINE)
                w.way->sentence = w.way->to == from
                        ? xasprintf(_("%s is its own"), prefix_format_addr(destination, b))
                        : xasprintf(_("%s reaches %s, and the answer finds its way back"),
                                    prefix_format_addr(&w.way->source, a), prefix_format_addr(destination, b));
        return w.way;
}

/* Is a the better answer? One that is reached, then one that may be, then one that gets further. */
static bool is_better(const struct way *a, const struct way *b)
{
        static const int rank[] = {[WAY_REACHED] = 2, [WAY_UNKNOWN] = 1, [WAY_BROKEN] = 0};

        if (rank[a->verdict] != rank[b->verdict])
                return rank[a->verdict] > rank[b->verdict];
        return a->hop_count > b->hop_count;
}

struct way *way_find(const struct graph *g, const struct way_end *from, const struct way_end *to,
                     const struct way_facts *facts)
{
        struct prefix sources[16], destinations[16];
        bool has_source = from->iface != NONE || from->address.family;
        size_t source_count = has_source ? list_addresses(g, from, sources, ARRAY_SIZE(sources)) : 0;
        size_t count = list_addresses(g, to, destinations, ARRAY_SIZE(destinations));
        struct way *best = NULL;

        if (has_source && source_count == 0)
                return find_without_address(g, facts, from, true);
        if (count == 0)
                return find_without_address(g, facts, to, false);
        for (size_t k = 0; k < count; k++) {
                struct prefix source = {0};
                struct way *way;

                for (size_t n = source_count; n-- > 0;)
                        if (sources[n].family == destinations[k].family)
                                source = sources[n];
                if (has_source && !source.family && k + 1 < count)
                        continue; /* of the other kind; the last one says so */
                way = find_one(g, facts, from->jail, &source, &destinations[k]);
                if (best && !is_better(way, best)) {
                        way_free(way);
                } else {
                        way_free(best);
                        best = way;
                }
                if (best->verdict == WAY_REACHED)
                        break;
        }
        return best;
}

static bool joins(const struct edge *e, size_t a, size_t b)
{
        return (e->iface_a == a && e->iface_b == b) || (e->iface_a == b && e->iface_b == a);
}

void way_mark(const struct graph *g, size_t from, size_t to, bool *ifaces, bool *edges)
{
        const struct iface *i = &g->ifaces[to];
        bool is_past_bridge = from != NONE && from != to && i->master != NONE && g->ifaces[from].master == i->master;

        ifaces[to] = true;
        if (i->role == ROLE_FABRIC && i->peer != NONE)
                ifaces[i->peer] = true;
        if (is_past_bridge)
                ifaces[i->master] = true;
        for (size_t n = 0; from != NONE && n < g->edge_count; n++) {
                const struct edge *e = &g->edges[n];

                edges[n] |= joins(e, from, to);
                if (is_past_bridge)
                        edges[n] |= joins(e, from, i->master) || joins(e, to, i->master);
        }
}

void way_put_place(struct text *t, const struct graph *g, const struct way_hop *h)
{
        if (h->iface != NONE)
                query_put_iface(t, g, h->iface);
        else
                text_put(t, g->jails[h->jail].name);
}

bool way_hop_is_shown(const struct graph *g, const struct way_hop *h)
{
        enum iface_role role = h->iface == NONE ? ROLE_PLAIN : g->ifaces[h->iface].role;

        return h->reason != WAY_FINE || (role != ROLE_FABRIC && role != ROLE_WIRE && role != ROLE_ORPHANS);
}

const char *way_verdict_name(enum way_verdict v)
{
        static const char *const names[] = {N_("reached"), N_("broken"), N_("unknown")};

        return names[v];
}

const char *way_reason_name(enum way_reason r)
{
        static const char *const names[] = {
                [WAY_FINE] = "",
                [WAY_DOWN] = N_("down"),
                [WAY_NO_CARRIER] = N_("no carrier"),
                [WAY_NO_ADDRESS] = N_("no address"),
                [WAY_NO_ROUTE] = N_("no route"),
                [WAY_REFUSED] = N_("refused by a route"),
                [WAY_NOT_ON_SEGMENT] = N_("not on one segment"),
                [WAY_VLAN] = N_("VLAN not allowed"),
                [WAY_STP] = N_("STP blocking"),
                [WAY_ISOLATED] = N_("isolated port"),
                [WAY_DROPPED] = N_("dropped by tc"),
                [WAY_NEIGHBOUR] = N_("neighbour failed"),
                [WAY_NO_FORWARDING] = N_("forwarding off"),
                [WAY_REVERSE_PATH] = N_("reverse path"),
                [WAY_MTU] = N_("MTU"),
                [WAY_LOOP] = N_("routing loop"),
                [WAY_OUT_OF_SIGHT] = N_("out of sight"),
                [WAY_FIREWALL] = N_("firewall"),
                [WAY_RULES] = N_("policy rules"),
                [WAY_HOPS] = N_("several next hops"),
                [WAY_FILTER] = N_("tc filter"),
                [WAY_NO_ANSWER] = N_("no answer"),
        };

        return names[r];
}

const char *way_hop_kind_name(enum way_hop_kind k)
{
        static const char *const names[] = {"start", "route", "link", "forward", "nat", "end", "leaves"};

        return names[k];
}
