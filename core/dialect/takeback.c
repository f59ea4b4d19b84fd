/*
 * takeback.c - claims of files, ended.
 *
 *   kind        name          rest
 *   jail        ""            ""                 the jail itself
 *   link        its name      what it is: "bridge", "epair B", "eiface", "tap", "lagg [PROTO]", "vlan ID PARENT",
 *                             "macvlan PARENT MODE", "vxlan ID REMOTE IF"
 *   port        interface     bridge or lagg
 *   stack       interface     bridge             its addresses are the bridge's
 *   lent        interface     "", or a jail      in the jail, from the host or from another jail
 *   address     interface     ADDR/LEN
 *   route       DST/LEN       gateway, "dev IF" or "blackhole", ...; it was: the same of the one in whose place it is
 *   setting     interface     which: "mtu" (core/dialect/ensure.h has them); its value, and what it was
 *   host        port          MAC address that its bridge was told
 *   forwarding  "inet", "inet6"
 *   nat         the rule
 *   name        interface     what it was called
 *   group       interface     group
 *   span        interface     bridge
 *   node        its name                         that ngctl gave it; it was: "named OLD" where it only was named
 *   edge        NODE:HOOK     NODE:HOOK          that ngctl has joined
 */
#include "core/dialect/takeback.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "core/dialect/ensure.h"
#include "core/graph/marks.h"

/* In this order, the newest of a kind first: what is on a link goes before the link, which goes before a jail. */
static const char *const order[] = {"nat",  "route",   "forwarding", "address", "host", "span", "group", "stack",
                                    "port", "setting", "lent",       "edge",    "node", "link", "jail",  "name"};

static bool is(const struct claim *f, const char *kind)
{
        return strcmp(f->kind, kind) == 0;
}

/* One that was made in that stack, wherever it was lent to. */
static size_t find_link(struct dialect *d, const char *jail, const char *name)
{
        const struct graph *g = dialect_graph(d);
        size_t at = ensure_find(d, jail, name);

        for (size_t k = 0; at == NONE && strcmp(jail, "host") == 0 && k < g->loan_count; k++) {
                const struct loan *l = &g->loans[k];

                if (l->iface_index != NONE && strcmp(g->ifaces[l->iface_index].name, name) == 0 &&
                    (l->state == LOAN_ON_LOAN || l->state == LOAN_PENDING))
                        at = l->iface_index;
        }
        return at;
}

static const char *word_of(struct dialect *d, size_t iface)
{
        const struct graph *g = dialect_graph(d);
        const struct iface *i = &g->ifaces[iface];
        CLEANUP(freep)
        char *word = xasprintf("if:%s%s%s", i->jail ? g->jails[i->jail].name : "", i->jail ? "/" : "", i->name);

        return arena_strdup(&d->arena, word);
}

static const char *jail_word(struct dialect *d, const char *jail)
{
        CLEANUP(freep) char *word = xasprintf("%s%s", strcmp(jail, "host") == 0 ? "" : "jail:", jail);

        return arena_strdup(&d->arena, word);
}

/* -- One claim each: 0 it is asked for, or is so no more ---------------------------------------------------------- */

static int end_jail(struct dialect *d, const struct claim *f, struct err *e)
{
        const struct graph *g = dialect_graph(d);
        size_t jail = graph_find_jail(g, f->jail);

        if (jail == NONE || jail == 0 || g->jails[jail].state != JAIL_ALIVE || !g->jails[jail].is_owned)
                return 0;
        if (g->jails[jail].process_count)
                return err_set(e, -EBUSY, "processes run in it; stop it with jailnet jail -r %s", f->jail);
        return dialect_add(d, e, "destroy", jail_word(d, f->jail), NULL);
}

static bool is_of_kind(const struct iface *i, const char *rest)
{
        static const struct {
                const char *word;
                enum iface_kind kind;
        } kinds[] = {{"bridge", KIND_BRIDGE}, {"epair", KIND_VETH},      {"eiface", KIND_VETH}, {"tap", KIND_TAP},
                     {"vlan", KIND_VLAN},     {"macvlan", KIND_MACVLAN}, {"vxlan", KIND_VXLAN}, {"lagg", KIND_BOND}};
        size_t length = strcspn(rest, " ");

        for (size_t k = 0; k < ARRAY_SIZE(kinds); k++)
                if (strlen(kinds[k].word) == length && strncmp(kinds[k].word, rest, length) == 0)
                        return i->kind == kinds[k].kind;
        return false;
}

static int end_link(struct dialect *d, const struct claim *f, struct err *e)
{
        size_t at = find_link(d, f->jail, f->name);
        const struct iface *i = at == NONE ? NULL : &dialect_graph(d)->ifaces[at];

        if (!i || !i->is_owned || !is_of_kind(i, f->rest))
                return 0;
        return dialect_add(d, e, "destroy", word_of(d, at), NULL);
}

static int end_port(struct dialect *d, const struct claim *f, struct err *e)
{
        const struct graph *g = dialect_graph(d);
        size_t at = find_link(d, f->jail, f->name), bridge = ensure_find(d, f->jail, f->rest);

        if (at == NONE || bridge == NONE)
                return 0;

        const struct iface *i = &g->ifaces[at];
        size_t port = role_has_fabric(i->role) && i->peer != NONE ? i->peer : at;

        if (g->ifaces[port].master != bridge)
                return 0;
        return dialect_add(d, e, "detach", word_of(d, at), NULL);
}

/* The addresses that its bridge got from it go back to it. */
static int end_stack(struct dialect *d, const struct claim *f, struct err *e)
{
        const struct graph *g = dialect_graph(d);
        size_t at = find_link(d, f->jail, f->name), bridge = ensure_find(d, f->jail, f->rest);
        char upper[32];

        if (at == NONE || bridge == NONE || g->ifaces[at].master != bridge || g->ifaces[at].node == NONE)
                return 0;
        (void)str_format(upper, sizeof(upper), "[%08x]:upper", g->nodes[g->ifaces[at].node].id);
        return dialect_add(d, e, "disconnect", upper, NULL);
}

static int end_loan(struct dialect *d, const struct claim *f, struct err *e)
{
        const struct graph *g = dialect_graph(d);
        size_t at = ensure_find(d, f->jail, f->name);

        if (*f->rest) /* passed on by another jail */
                return at == NONE || graph_find_jail(g, f->rest) == NONE
                        ? 0
                        : dialect_add(d, e, "move", word_of(d, at), jail_word(d, f->rest), NULL);
        for (size_t k = 0; at != NONE && k < g->loan_count; k++)
                if (g->loans[k].iface_index == at && g->loans[k].state == LOAN_ON_LOAN)
                        return dialect_add(d, e, "return", word_of(d, at), NULL);
        return 0;
}

static int end_address(struct dialect *d, const struct claim *f, struct err *e)
{
        size_t at = ensure_find(d, f->jail, f->name);
        const struct iface *i = at == NONE ? NULL : &dialect_graph(d)->ifaces[at];
        struct prefix p;

        if (!i || prefix_parse(f->rest, &p, NULL) < 0)
                return 0;
        for (size_t k = 0; k < i->address_count; k++)
                if (prefix_equal(&i->addresses[k], &p))
                        return dialect_add(d, e, "address", "del", word_of(d, at), f->rest, NULL);
        return 0;
}

/* The one in whose place it came. */
static int put_route_back(struct dialect *d, const struct claim *f, const struct prefix *to, struct err *e)
{
        const char *with = strstr(f->was, " metric "), *to_word = to->length ? f->name : "default";
        size_t length = with ? (size_t)(with - f->was) : strlen(f->was);
        CLEANUP(freep) char *way = xstrndup(f->was, length);
        uint32_t metric = 0;

        if (!*f->was || (with && str_to_u32(with + strlen(" metric "), UINT32_MAX, &metric) < 0))
                return 0;
        if (route_nowhere_find(way) != RTN_UNSPEC)
                return ensure_nowhere_route(d, f->jail, to_word, way, to->family == AF_INET6, metric, e);
        if (!str_has_prefix(way, "dev "))
                return ensure_route(d, f->jail, f->name, way, metric, e);
        return ensure_device_route(d, f->jail, to_word, way + strlen("dev "), to->family == AF_INET6, metric, e);
}

static int end_route(struct dialect *d, const struct claim *f, struct err *e)
{
        const struct graph *g = dialect_graph(d);
        size_t jail = graph_find_jail(g, f->jail);
        struct prefix to, gateway = {0};
        bool by_device = str_has_prefix(f->rest, "dev ");
        CLEANUP(freep) char *dev = by_device ? xstrndup(f->rest + 4, strcspn(f->rest + 4, " ")) : NULL;
        CLEANUP(freep) char *bare = xstrndup(f->rest, strcspn(f->rest, "% "));
        const char *with = strstr(f->rest, " metric "), *metric = with ? with + strlen(" metric ") : NULL;
        uint8_t nowhere = route_nowhere_find(bare);
        uint32_t number = 0;

        if (jail == NONE || prefix_parse(f->name, &to, NULL) < 0 ||
            (!by_device && nowhere == RTN_UNSPEC && prefix_parse(bare, &gateway, NULL) < 0) ||
            (metric && str_to_u32(metric, UINT32_MAX, &number) < 0))
                return 0;
        for (size_t k = 0; k < g->route_count; k++) {
                const struct route *r = &g->routes[k];
                size_t by = graph_find_iface(g, (struct iface_id){g->jails[jail].cookie, r->oif});

                if (r->jail != jail || !prefix_equal(&r->destination, &to) || r->gateway.family != gateway.family ||
                    memcmp(r->gateway.bytes, gateway.bytes, sizeof(gateway.bytes)) != 0 ||
                    (nowhere ? r->type != nowhere : route_nowhere_name(r->type) != NULL) ||
                    (by_device && (by == NONE || strcmp(g->ifaces[by].name, dev) != 0)) ||
                    (metric && r->metric != number))
                        continue;

                const char *words[] = {"route", "del", jail_word(d, f->jail), f->name, "--metric", metric};

                if (!to.length)
                        words[3] = strchr(f->name, ':') ? "::/0" : "default";

                int result = dialect_add_words(d, metric ? 6 : 4, words, e);

                return result == 0 ? put_route_back(d, f, &to, e) : result;
        }
        return 0;
}

static int end_forwarding(struct dialect *d, const struct claim *f, struct err *e)
{
        const struct graph *g = dialect_graph(d);
        size_t jail = graph_find_jail(g, f->jail);
        bool is_v6 = strcmp(f->name, "inet6") == 0;

        if (jail == NONE || (is_v6 ? g->jails[jail].forwarding6 : g->jails[jail].forwarding) != 1)
                return 0;
        return dialect_add(d, e, "forwarding", jail_word(d, f->jail), "off", "--family", f->name, NULL);
}

static int end_nat(struct dialect *d, const struct claim *f, struct err *e)
{
        const struct graph *g = dialect_graph(d);
        char number[12], rule[NAT_TEXT_SIZE];
        unsigned count = 0;

        for (size_t k = 0; k < g->guest_count; k++) {
                if (g->guests[k].kind != GUEST_NAT)
                        continue;
                count++;
                nat_rule_format(&g->guests[k].rule, rule);
                if (strcmp(g->jails[g->guests[k].jail].name, f->jail) != 0 || strcmp(rule, f->name) != 0)
                        continue;
                (void)str_format(number, sizeof(number), "%u", count);
                return dialect_add(d, e, "nat", "del", number, NULL);
        }
        return 0;
}

/* Would somebody miss it, were it down? */
static bool is_in_use(const struct graph *g, size_t at)
{
        const struct iface *i = &g->ifaces[at];

        for (size_t k = 0; k < i->address_count; k++)
                if (!prefix_is_link_local(&i->addresses[k]))
                        return true;
        for (size_t k = 0; k < g->iface_count; k++)
                if (g->ifaces[k].parent == at || g->ifaces[k].master == at)
                        return true;
        for (size_t k = 0; k < g->route_count; k++)
                if (g->routes[k].jail == i->jail && g->routes[k].oif == i->id.ifindex &&
                    g->routes[k].protocol != RTPROT_KERNEL)
                        return true;
        return i->master != NONE;
}

static void say_changed(struct dialect *d, const struct claim *f, const char *now)
{
        CLEANUP(text_done) struct text value = {0};

        text_put_visible(&value, *now ? now : "none");
        dialect_say(d, "%s: %s of %s is in it no more, but stays: it is %s now, and not %s as imported", f->file,
                    f->rest, f->name, text_str(&value), f->value);
}

/* Set to something else since by somebody else, it stays. */
static int end_setting(struct dialect *d, const struct claim *f, struct err *e)
{
        const char *now = ensure_setting_now(d, f->jail, f->name, f->rest);

        bool can_be_none = strcmp(f->rest, "description") == 0 || strcmp(f->rest, "ether") == 0;

        if (!now || strcmp(f->value, f->was) == 0 || (!*f->was && !can_be_none))
                return 0;
        if (strcmp(now, f->value) != 0) {
                if (strcmp(now, f->was) != 0)
                        say_changed(d, f, now);
                return 0;
        }
        if (strcmp(f->rest, "state") == 0 && strcmp(f->was, "down") == 0 &&
            is_in_use(dialect_graph(d), ensure_find(d, f->jail, f->name)))
                return err_set(e, -EBUSY, "addresses, routes or other interfaces need it up");
        return ensure_setting(d, f->jail, f->name, f->rest, f->was, e);
}

static int end_host(struct dialect *d, const struct claim *f, struct err *e)
{
        struct mac m;

        if (mac_parse(f->rest, &m) < 0 || !ensure_has_host(d, f->jail, f->name, m))
                return 0;
        return ensure_no_host(d, f->jail, f->name, f->rest, e);
}

static int end_name(struct dialect *d, const struct claim *f, struct err *e)
{
        size_t at = find_link(d, f->jail, f->name);

        if (at == NONE || find_link(d, f->jail, f->rest) != NONE)
                return 0;
        return dialect_add(d, e, "rename", word_of(d, at), f->rest, NULL);
}

static int end_group(struct dialect *d, const struct claim *f, struct err *e)
{
        size_t at = find_link(d, f->jail, f->name);

        if (at == NONE || !group_mark_find(&dialect_graph(d)->ifaces[at], f->rest))
                return 0;
        return dialect_add(d, e, "group", "del", word_of(d, at), f->rest, NULL);
}

static int end_span(struct dialect *d, const struct claim *f, struct err *e)
{
        const struct graph *g = dialect_graph(d);
        size_t at = ensure_find(d, f->jail, f->name), bridge = ensure_find(d, f->jail, f->rest);
        uint32_t number;

        if (at == NONE || bridge == NONE || !span_mark_find(&g->ifaces[at], &number) ||
            number != g->ifaces[bridge].number)
                return 0;
        return dialect_add(d, e, "span", word_of(d, bridge), word_of(d, at), "off", NULL);
}

/* One that was there before the file named it has its old name again, if it had one. */
static int end_node(struct dialect *d, const struct claim *f, struct err *e)
{
        static const char named[] = "named ";
        const struct graph *g = dialect_graph(d);
        size_t jail = graph_find_jail(g, f->jail);
        size_t node = jail == NONE ? NONE : graph_find_node_named(g, jail, f->name);
        char path[16];

        if (node == NONE || g->nodes[node].iface == NONE)
                return 0;
        (void)str_format(path, sizeof(path), "[%08x]:", g->nodes[node].id);
        if (str_has_prefix(f->was, named)) {
                const char *old = f->was + strlen(named);

                return *old && strcmp(old, f->name) != 0 ? dialect_add(d, e, "name", path, old, NULL) : 0;
        }
        return g->ifaces[g->nodes[node].iface].is_owned ? dialect_add(d, e, "shutdown", path, NULL) : 0;
}

/* The hook of NODE:HOOK in that jail; NONE. */
static size_t find_hook(const struct graph *g, const char *jail, const char *end)
{
        const char *colon = strrchr(end, ':');
        size_t at = graph_find_jail(g, jail);
        CLEANUP(freep) char *name = xstrndup(end, colon ? (size_t)(colon - end) : 0);
        size_t node = at == NONE ? NONE : graph_find_node_named(g, at, name);

        return node == NONE ? NONE : graph_find_hook(g, node, colon + 1);
}

static int end_edge(struct dialect *d, const struct claim *f, struct err *e)
{
        const struct graph *g = dialect_graph(d);
        size_t a = find_hook(g, f->jail, f->name), b = find_hook(g, f->jail, f->rest);

        if (a == NONE || b == NONE || graph_hook_peer(g, a) != b)
                return 0;

        CLEANUP(freep) char *word = xasprintf("[%08x]:%s", g->nodes[g->hooks[a].node].id, g->hooks[a].name);

        return dialect_add(d, e, "disconnect", word, NULL);
}

static int end_claim(struct dialect *d, const struct claim *f, struct err *e)
{
        static const struct {
                const char *kind;
                int (*end)(struct dialect *d, const struct claim *f, struct err *e);
        } ends[] = {{"jail", end_jail},   {"link", end_link},       {"port", end_port}, {"lent", end_loan},
                    {"route", end_route}, {"address", end_address}, {"nat", end_nat},   {"forwarding", end_forwarding},
                    {"name", end_name},   {"group", end_group},     {"span", end_span}, {"stack", end_stack},
                    {"node", end_node},   {"setting", end_setting}, {"host", end_host}, {"edge", end_edge}};

        for (size_t k = 0; k < ARRAY_SIZE(ends); k++)
                if (is(f, ends[k].kind))
                        return ends[k].end(d, f, e);
        return 0; /* of a newer jailnet */
}

/* -- All of them ------------------------------------------------------------------------------------------------- */

/* Is the link, or either end of the pair, that it is about among what goes anyway? */
static bool goes_with_link(const struct claims *gone, const struct claim *f)
{
        for (size_t k = 0; k < gone->count; k++) {
                const struct claim *l = &gone->list[k];
                bool is_it = strcmp(l->name, f->name) == 0 ||
                        (str_has_prefix(l->rest, "epair ") && strcmp(l->rest + strlen("epair "), f->name) == 0);

                if (is(l, "link") && is_it &&
                    (strcmp(l->jail, f->jail) == 0 || is(f, "lent") || is(f, "address") || is(f, "setting")))
                        return true;
        }
        return false;
}

/* What a bridge knows of a port ends when that leaves it. */
static bool goes_with_port(const struct claims *gone, const struct claim *f)
{
        for (size_t k = 0; k < gone->count; k++)
                if (is(&gone->list[k], "port") && strcmp(gone->list[k].name, f->name) == 0 &&
                    strcmp(gone->list[k].jail, f->jail) == 0)
                        return is(f, "host") || (is(f, "setting") && ensure_setting_is_ports(f->rest));
        return false;
}

/* Does the node at an end of that edge go, and its hooks with it? */
static bool goes_with_node(struct dialect *d, const struct claims *gone, const struct claim *f)
{
        const struct graph *g = dialect_graph(d);

        for (size_t k = 0; k < gone->count; k++) {
                const struct claim *n = &gone->list[k];
                size_t length = strlen(n->name), jail = graph_find_jail(g, n->jail);
                size_t node = is(n, "node") && !*n->was && strcmp(n->jail, f->jail) == 0 && jail != NONE
                        ? graph_find_node_named(g, jail, n->name)
                        : NONE;
                bool is_end = (strncmp(f->name, n->name, length) == 0 && f->name[length] == ':') ||
                        (strncmp(f->rest, n->name, length) == 0 && f->rest[length] == ':');

                if (node != NONE && is_end && g->nodes[node].iface != NONE && g->ifaces[g->nodes[node].iface].is_owned)
                        return true;
        }
        return false;
}

static bool goes_along(struct dialect *d, const struct claims *gone, const struct claim *f)
{
        const struct claim jail = {.kind = "jail", .jail = f->jail, .name = "", .rest = ""};
        size_t at = graph_find_jail(dialect_graph(d), f->jail);

        if (is(f, "jail") || is(f, "nat") || is(f, "route") || is(f, "forwarding") || is(f, "link"))
                return !is(f, "jail") && claims_find(gone, &jail, NULL) && at != NONE &&
                        !dialect_graph(d)->jails[at].process_count;
        if (is(f, "edge"))
                return goes_with_node(d, gone, f);
        return goes_with_link(gone, f) || goes_with_port(gone, f);
}

void takeback(struct dialect *d, const struct claims *gone, struct claims *ret_left)
{
        for (size_t o = 0; o < ARRAY_SIZE(order); o++) {
                bool is_forward = strcmp(order[o], "setting") == 0; /* ports follow their bridge */

                for (size_t n = gone->count; n-- > 0;) {
                        const struct claim *f = &gone->list[is_forward ? gone->count - 1 - n : n];
                        size_t before = d->requests;
                        struct err e = {0};

                        if (!is(f, order[o]) || goes_along(d, gone, f))
                                continue;
                        if (end_claim(d, f, &e) < 0 && is(f, "setting")) {
                                dialect_say(d, "%s: %s of %s is in it no more, but stays: %s", f->file, f->rest,
                                            f->name, e.what);
                        } else if (err_is_set(&e)) {
                                dialect_say(d, "%s: %s is in it no more, but stays: %s", f->file,
                                            is(f, "jail") ? f->jail : f->name, e.what);
                                claims_add(ret_left, f);
                        } else if (d->requests > before && is(f, "edge")) {
                                dialect_say(d, "%s: the edge from %s to %s is in it no more", f->file, f->name,
                                            f->rest);
                        } else if (d->requests > before && is(f, "setting")) {
                                dialect_say(d, "%s: %s of %s is in it no more", f->file, f->rest, f->name);
                        } else if (d->requests > before) {
                                dialect_say(d, "%s: %s %s is in it no more", f->file, f->kind,
                                            is(f, "jail") ? f->jail : f->name);
                        }
                }
        }
}

/* -- Names ------------------------------------------------------------------------------------------------------- */

struct naming {
        const char *jail, *from, *to;
};

static const char *renamed(const struct naming *names, size_t count, const char *jail, const char *name)
{
        for (size_t k = 0; k < count; k++)
                if (strcmp(names[k].jail, jail) == 0 && strcmp(names[k].from, name) == 0)
                        return names[k].to;
        return name;
}

/* The name that the present files want for what is called `base` without them. */
static const char *wanted_name(const struct claims *wanted, const char *jail, const char *base)
{
        for (size_t k = 0; k < wanted->count; k++)
                if (is(&wanted->list[k], "name") && strcmp(wanted->list[k].jail, jail) == 0 &&
                    strcmp(wanted->list[k].rest, base) == 0)
                        return wanted->list[k].name;
        return base;
}

static bool rename_one(struct dialect *d, const struct naming *n)
{
        size_t at = find_link(d, n->jail, n->from);

        return at != NONE && find_link(d, n->jail, n->to) == NONE &&
                dialect_add(d, NULL, "rename", word_of(d, at), n->to, NULL) == 0;
}

void takeback_names(struct dialect *d, const struct claims *old, const struct claims *wanted, struct claims *ret)
{
        CLEANUP(freep) struct naming *names = xcalloc(old->count + 1, sizeof(*names));
        size_t count = 0;

        for (size_t k = 0; k < old->count; k++) {
                const struct claim *f = &old->list[k];
                struct naming n = {f->jail, f->name, NULL};

                /* It had a name, and gets another or none; or it had none, and gets one. */
                if (is(f, "name"))
                        n.to = wanted_name(wanted, f->jail, f->rest);
                else if (is(f, "link"))
                        n.to = wanted_name(wanted, f->jail, f->name);
                if (n.to && strcmp(n.to, n.from) != 0 && rename_one(d, &n))
                        names[count++] = n;
        }
        for (size_t k = 0; k < old->count; k++) {
                struct claim f = old->list[k];

                if (!is(&f, "name")) {
                        f.name = renamed(names, count, is(&f, "lent") ? "host" : f.jail, f.name);
                        if (is(&f, "port") || is(&f, "span") || is(&f, "stack"))
                                f.rest = renamed(names, count, f.jail, f.rest);
                }
                claims_add(ret, &f);
        }
}
