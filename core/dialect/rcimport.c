/* rcimport.c - rc.conf's network: what its interfaces are like, and its routes. */
#include "core/dialect/rcimport.h"

#include <errno.h>
#include <string.h>

#include "core/dialect/ensure.h"
#include "core/dialect/rcimport_parts.h"
#include "core/dialect/rcwords.h"

/* -- What interfaces are like ------------------------------------------------------------------------------------ */

/* Addresses, by the interface that gets them; and where each stands. */
struct gift {
        const char *iface;
        struct prefix *addresses;
        struct gift_place {
                const struct rc_variable *variable;
                size_t at;
        } * places;
        size_t count, capacity, place_capacity;
        bool is_open; /* others come by DHCP */
};

struct gifts {
        struct gift *items;
        size_t count, capacity;
};

static void gifts_done(struct gifts *g)
{
        for (size_t i = 0; i < g->count; i++) {
                free(g->items[i].addresses);
                free(g->items[i].places);
        }
        free(g->items);
}

static struct gift *find_gift(struct gifts *g, const char *iface)
{
        for (size_t i = 0; i < g->count; i++)
                if (strcmp(g->items[i].iface, iface) == 0)
                        return &g->items[i];
        g->items = array_grow(g->items, &g->capacity, g->count, sizeof(*g->items));
        g->items[g->count] = (struct gift){.iface = iface};
        return &g->items[g->count++];
}

/* Who gets an interface's addresses: its bridge, when it is or becomes a port of one. */
static const char *receiver_of(struct rc *rc, const char *iface)
{
        const struct graph *g = dialect_graph(rc->d);
        size_t at = ensure_find(rc->d, rc->jail, iface);

        if (at != NONE && g->ifaces[at].kind == KIND_LOOPBACK)
                return "lo"; /* all loopbacks of the file are this one */
        if (at == NONE || g->ifaces[at].master == NONE || g->ifaces[g->ifaces[at].master].kind != KIND_BRIDGE)
                return iface;
        return arena_strdup(&rc->f->arena, g->ifaces[g->ifaces[at].master].name);
}

static int set_clause(struct rc *rc, const char *iface, const struct rc_clause *c, struct err *e)
{
        switch (c->word) {
        case RC_ADDM: return ensure_port(rc->d, rc->jail, c->text, iface, e);
        case RC_MTU: return ensure_mtu(rc->d, rc->jail, iface, c->number, e);
        case RC_ETHER: return ensure_mac(rc->d, rc->jail, iface, c->mac, e);
        case RC_DESCR: return ensure_alias(rc->d, rc->jail, iface, c->text, e);
        case RC_GROUP: return ensure_group(rc->d, rc->jail, iface, c->text, e);
        case RC_SPAN: return ensure_span(rc->d, rc->jail, iface, c->text, e);
        case RC_PRIVATE: return ensure_isolated(rc->d, rc->jail, c->text, c->is_on, e);
        case RC_SWITCH:
                return ensure_tuning(rc->d, rc->jail, c->text, tuning_find_freebsd(c->name + (c->name[0] == '-')),
                                     c->is_on, e);
        case RC_STATIC: return ensure_host(rc->d, rc->jail, c->text, c->mac, e);
        case RC_TUNE: return ensure_tuning(rc->d, rc->jail, iface, tuning_find_freebsd(c->name), c->number, e);
        case RC_TUNE_MEMBER: {
                enum tuning t = tuning_find_freebsd(c->name);

                return ensure_tuning(rc->d, rc->jail, c->text, t,
                                     t == TUNE_PORT_PRIORITY ? c->number / PORT_PRIORITY_MORE : c->number, e);
        }
        case RC_STP: dialect_say(rc->d, "%s: stp %s: create the bridge with --stp", iface, c->text); return 0;
        case RC_DHCP: dialect_say(rc->d, "%s: %s: who asks for addresses is not jailnet", iface, c->text); return 0;
        case RC_IGNORED: dialect_say(rc->d, "%s: %s means nothing here; it is left out", iface, c->text); return 0;
        case RC_ADDRESS:
        case RC_UP:
        case RC_LAGGPORT:
        case RC_LAGGPROTO:
        case RC_VLAN:
        case RC_VLANDEV:
        case RC_VXLANID:
        case RC_VXLANREMOTE:
        case RC_VXLANGROUP:
        case RC_VXLANLOCAL:
        case RC_VXLANDEV: return 0; /* elsewhere */
        }
        return 0;
}

static int set_interface(struct rc *rc, const char *iface, struct err *e)
{
        struct rc_clauses c = {0};
        bool is_up = true;
        int r = rcwords_read_interface(rc->f, iface, &c, e);

        for (size_t i = 0; r == 0 && i < c.count; i++) {
                if (c.items[i].word == RC_UP)
                        is_up = c.items[i].is_on;
                if (set_clause(rc, iface, &c.items[i], e) < 0)
                        r = rcconf_wrap(rc->f, c.items[i].variable, c.items[i].at, e);
        }
        if (r == 0 && c.count)
                r = ensure_up(rc->d, rc->jail, iface, is_up, e);
        rcwords_done(&c);
        return r;
}

static int collect_addresses(struct rc *rc, const char *iface, struct gifts *gifts, struct err *e)
{
        struct rc_clauses c = {0};
        int r = rcwords_read_interface(rc->f, iface, &c, e);

        for (size_t i = 0; r == 0 && i < c.count; i++) {
                if (c.items[i].word != RC_ADDRESS && c.items[i].word != RC_DHCP)
                        continue;

                struct gift *g = find_gift(gifts, receiver_of(rc, iface));

                if (strcmp(g->iface, iface) != 0 && !ensure_is_loopback(iface))
                        dialect_say(rc->d,
                                    "%s: is a port of %s, which gets its addresses: on Linux nobody answers on a port",
                                    iface, g->iface);
                if (c.items[i].word == RC_DHCP) {
                        g->is_open = true;
                        continue;
                }
                g->addresses = array_grow(g->addresses, &g->capacity, g->count, sizeof(*g->addresses));
                g->places = array_grow(g->places, &g->place_capacity, g->count, sizeof(*g->places));
                g->addresses[g->count] = c.items[i].address;
                g->places[g->count++] = (struct gift_place){c.items[i].variable, c.items[i].at};
        }
        rcwords_done(&c);
        return r;
}

/* "epair1a" of ifconfig_epair1a, ifconfig_epair1a_ipv6 and so on; NULL when it is no such variable. */
static const char *base_of(struct rc *rc, const char *variable)
{
        static const char *const ends[] = {"_ipv6", "_aliases", "_descr", "_name"};

        if (!str_has_prefix(variable, "ifconfig_"))
                return NULL;

        const char *base = variable + strlen("ifconfig_");
        size_t n = strlen(base), digits = n;

        for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
                size_t m = strlen(ends[i]);

                if (n > m && strcmp(base + n - m, ends[i]) == 0)
                        n -= m, digits = n, i = ARRAY_SIZE(ends);
        }
        while (digits > 0 && base[digits - 1] >= '0' && base[digits - 1] <= '9')
                digits--;
        if (digits > 6 && digits < n && strncmp(base + digits - 6, "_alias", 6) == 0)
                n = digits - 6;

        CLEANUP(freep) char *copy = xstrndup(base, n);

        return arena_strdup(&rc->f->arena, copy);
}

static bool is_renamed(const struct rc *rc, const char *mangled)
{
        const struct rc_variable *v = rcconf_findf(rc->f, "ifconfig_%s_name", mangled);

        return v && *v->value && strcmp(rcconf_mangle(&rc->f->arena, v->value), mangled) != 0;
}

static bool is_elsewhere(struct rc *rc, const char *mangled)
{
        const struct graph *g = dialect_graph(rc->d);

        for (size_t k = 0; k < g->iface_count; k++)
                if (strcmp(rcconf_mangle(&rc->f->arena, g->ifaces[k].name), mangled) == 0)
                        return true;
        return false;
}

/* What is there in another shape goes first: the kernel would take its secondaries along. */
static int give(struct rc *rc, const struct gift *g, struct err *e)
{
        int r = g->is_open ? 0 : ensure_only(rc->d, rc->jail, g->iface, g->addresses, g->count, e);

        if (r == 0 && g->count)
                r = ensure_up(rc->d, rc->jail, g->iface, true, e);
        for (size_t i = 0; r == 0 && i < g->count; i++)
                if (ensure_address(rc->d, rc->jail, g->iface, &g->addresses[i], e) < 0)
                        r = rcconf_wrap(rc->f, g->places[i].variable, g->places[i].at, e);
        return r;
}

typedef int each_fn(struct rc *rc, const char *iface, struct gifts *gifts, struct err *e);

static int set_each(struct rc *rc, const char *iface, struct gifts *gifts, struct err *e)
{
        (void)gifts;
        return set_interface(rc, iface, e);
}

/* The interface here of a node that ngctl gave that name: which number of its class it got does not matter. */
static const char *find_node(struct rc *rc, const char *name)
{
        const struct graph *g = dialect_graph(rc->d);
        size_t jail = graph_find_jail(g, rc->jail);
        size_t node = jail == NONE ? NONE : graph_find_node_named(g, jail, name);
        size_t iface = node == NONE ? NONE : g->nodes[node].iface;

        return iface != NONE && g->ifaces[iface].jail == jail && role_has_fabric(g->ifaces[iface].role)
                ? arena_strdup(&rc->f->arena, g->ifaces[iface].name)
                : NULL;
}

/* A physical interface gets the name that the file wants for it; so do netgraph's. */
static int rename_each(struct rc *rc, struct err *e)
{
        for (size_t i = 0; i < rc->f->count; i++) {
                const struct rc_variable *v = &rc->f->variables[i];
                size_t n = strlen(v->name);
                const char *base = base_of(rc, v->name), *there;

                if (!base || n < 5 || strcmp(v->name + n - 5, "_name") != 0 || rcconf_find(rc->f, v->name) != v)
                        continue;
                there = find_node(rc, v->value);
                if (!there)
                        there = rc_find_mangled(rc, base);

                bool is_called_so = ensure_find(rc->d, rc->jail, v->value) != NONE;

                /* One that this file makes gets its name at once. */
                if (is_called_so || there)
                        dialect_want(rc->d, !is_called_so, "name", rc->jail, v->value, there ? there : base);
                if (!there || is_called_so)
                        continue;

                bool is_host = strcmp(rc->jail, "host") == 0;
                CLEANUP(freep) char *word = xasprintf("if:%s%s%s", is_host ? "" : rc->jail, is_host ? "" : "/", there);

                if (dialect_add(rc->d, e, "rename", word, v->value, NULL) < 0)
                        return rcconf_wrap(rc->f, v, 0, e);
        }
        return 0;
}

/* Each interface that the file speaks of, once, in the file's order. */
static int for_each(struct rc *rc, each_fn *fn, struct gifts *gifts, struct err *e)
{
        for (size_t i = 0; i < rc->f->count; i++) {
                const struct rc_variable *v = &rc->f->variables[i];
                const char *base = base_of(rc, v->name), *iface;
                bool is_first = base != NULL;

                for (size_t k = 0; is_first && k < i; k++) {
                        const char *other = base_of(rc, rc->f->variables[k].name);

                        is_first = !other || strcmp(other, base) != 0;
                }
                if (!is_first || is_renamed(rc, base) || strcmp(base, "DEFAULT") == 0)
                        continue;
                iface = rc_find_mangled(rc, base);
                if (!iface && !is_elsewhere(rc, base))
                        return rcconf_fail(rc->f, v, 0, e,
                                           "%s: no such interface%s%s; make it first, or rename the one that it is "
                                           "here",
                                           base, strcmp(rc->jail, "host") == 0 ? "" : " in ",
                                           strcmp(rc->jail, "host") == 0 ? "" : rc->jail);
                if (!iface) {
                        dialect_say(rc->d, "%s: is in another jail; its lines in this file are left out", base);
                        continue;
                }

                int r = fn(rc, iface, gifts, e);

                if (r < 0)
                        return r;
        }
        return 0;
}

/* -- Routes ------------------------------------------------------------------------------------------------------ */

static int set_router(struct rc *rc, const char *name, struct err *e)
{
        const struct rc_variable *v = rcconf_find(rc->f, name);

        if (!v || !*v->value || strcmp(v->value, "NO") == 0)
                return 0;
        return ensure_route(rc->d, rc->jail, "default", v->value, 0, e) < 0 ? rcconf_wrap(rc->f, v, 0, e) : 0;
}

/* What a route does that leads nowhere; the last two are jailnet's own words. NULL: it is no such word. */
static const char *nowhere_of(const char *word, bool is_own)
{
        static const char *const words[][2] = {{"-blackhole", "blackhole"},
                                               {"-reject", "unreachable"},
                                               {"-prohibit", "prohibit"},
                                               {"-throw", "throw"}};

        for (size_t k = 0; k < (is_own ? 4 : 2); k++)
                if (strcmp(words[k][0], word) == 0)
                        return words[k][1];
        return NULL;
}

/* route_x="[-inet] -net 10.0.0.0/8 10.1.1.1", or -host; -interface IF in the gateway's place; "-net 10.0.0.0/8 -inet6
 * 2001:db8::1"; -blackhole or -reject behind a gateway that is never used. */
static int set_route(struct rc *rc, const struct rc_variable *v, bool has_metric, struct err *e)
{
        const char *words[2] = {NULL, NULL}, *word, *nowhere = NULL;
        size_t count = 0, at = 0, place, first = 0;
        bool is_v6 = false, is_device = false;
        uint32_t metric = 0;

        while ((word = rcconf_word(rc->f, v, &at, &place))) {
                if (has_metric && strcmp(word, "metric") == 0) {
                        word = rcconf_word(rc->f, v, &at, &place);
                        if (!word || str_to_u32(word, UINT32_MAX, &metric) < 0 || metric == 0)
                                return rcconf_fail(rc->f, v, place, e, "a number above 0 is expected behind metric");
                        continue;
                }
                if (nowhere_of(word, has_metric))
                        nowhere = nowhere_of(word, has_metric);
                if (count == 0) /* behind the destination it is about the gateway */
                        is_v6 |= strcmp(word, "-inet6") == 0 || strchr(word, ':');
                is_device |= strcmp(word, "-interface") == 0 || strcmp(word, "-iface") == 0;
                if (word[0] == '-')
                        continue;
                if (count == 2)
                        return rcconf_fail(rc->f, v, place, e, "'%s' is not understood; write -net ADDR/LEN GATEWAY",
                                           word);
                if (count == 0)
                        first = place;
                words[count++] = word;
        }
        if (count < 2 && !(count && nowhere))
                return rcconf_fail(rc->f, v, 0, e,
                                   "a destination and a gateway are needed; write -net ADDR/LEN "
                                   "GATEWAY");

        int r = nowhere ? ensure_nowhere_route(rc->d, rc->jail, words[0], nowhere, is_v6, metric, e)
                : is_device
                ? ensure_device_route(rc->d, rc->jail, words[0], receiver_of(rc, words[1]), is_v6, metric, e)
                : ensure_route(rc->d, rc->jail, words[0], words[1], metric, e);

        return r < 0 ? rcconf_wrap(rc->f, v, first, e) : 0;
}

/* static_routes="a" with route_a="..."; and jailnet's own jailnet_routes, which FreeBSD passes over: they may have a
 * metric. */
static int set_routes(struct rc *rc, bool is_own, struct err *e)
{
        const struct rc_variable *v = rcconf_find(rc->f, is_own ? "jailnet_routes" : "static_routes");
        size_t at = 0, place;
        const char *word;

        while (v && (word = rcconf_word(rc->f, v, &at, &place))) {
                const struct rc_variable *route = rcconf_findf(rc->f, is_own ? "jailnet_route_%s" : "route_%s", word);
                int r = route ? set_route(rc, route, is_own, e)
                              : rcconf_fail(rc->f, v, place, e, "%s: there is no %sroute_%s", word,
                                            is_own ? "jailnet_" : "", word);

                if (r < 0)
                        return r;
        }
        return 0;
}

/* jailnet's own, which FreeBSD passes over: jailnet_lent="mv0:db", what this jail has made and another one has. */
int rc_import_lent(struct dialect *d, struct rc_file *f, const char *jail, struct err *e)
{
        struct rc rc = {.d = d, .f = f, .jail = jail};
        const struct rc_variable *v = rcconf_find(f, "jailnet_lent");
        int r = rename_each(&rc, e);
        size_t at = 0, place;
        const char *word;

        while (r == 0 && v && (word = rcconf_word(f, v, &at, &place))) {
                const char *colon = strchr(word, ':');
                CLEANUP(freep) char *iface = xstrndup(word, colon ? (size_t)(colon - word) : 0);

                if (!*iface || graph_find_jail(dialect_graph(d), colon + 1) == NONE)
                        return rcconf_fail(f, v, place, e, "'%s': an interface and a jail are expected, as IF:JAIL",
                                           word);
                if (ensure_passed_on(d, jail, iface, colon + 1, e) < 0)
                        r = rcconf_wrap(f, v, place, e);
        }
        return r;
}

int rc_import_set(struct dialect *d, struct rc_file *f, const char *jail, struct err *e)
{
        struct rc rc = {.d = d, .f = f, .jail = jail};
        CLEANUP(gifts_done) struct gifts gifts = {0};
        int r = rename_each(&rc, e);

        if (r == 0)
                r = for_each(&rc, set_each, NULL, e);
        if (r == 0)
                r = for_each(&rc, collect_addresses, &gifts, e);
        for (size_t i = 0; r == 0 && i < gifts.count; i++)
                r = give(&rc, &gifts.items[i], e);
        if (r == 0 && rcconf_is_yes(rcconf_value(f, "gateway_enable")))
                r = ensure_forwarding(d, jail, false, e);
        if (r == 0 && rcconf_is_yes(rcconf_value(f, "ipv6_gateway_enable")))
                r = ensure_forwarding(d, jail, true, e);
        if (r == 0)
                r = set_router(&rc, "defaultrouter", e);
        if (r == 0)
                r = set_router(&rc, "ipv6_defaultrouter", e);
        if (r == 0)
                r = set_routes(&rc, false, e);
        return r == 0 ? set_routes(&rc, true, e) : r;
}
