/* ensure.c - look first, ask then. */
#include "core/dialect/ensure.h"
#include "core/dialect/ensure_parts.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>

#include "core/graph/marks.h"

bool ensure_is_host(const char *jail)
{
        return strcmp(jail, "host") == 0;
}

bool ensure_is_loopback(const char *iface)
{
        size_t n = strlen("lo");

        return str_has_prefix(iface, "lo") && iface[n] && strspn(iface + n, "0123456789") == strlen(iface + n);
}

size_t ensure_find(struct dialect *d, const char *jail, const char *iface)
{
        const struct graph *g = dialect_graph(d);
        size_t at = graph_find_jail(g, jail);
        size_t found = at == NONE ? NONE : graph_find_iface_in(g, at, iface);

        if (at != NONE && found == NONE && ensure_is_loopback(iface))
                found = graph_find_iface_in(g, at, "lo");
        return found;
}

static const char *linux_name(struct dialect *d, const char *jail, const char *iface)
{
        size_t at = ensure_find(d, jail, iface);

        return at != NONE && dialect_graph(d)->ifaces[at].kind == KIND_LOOPBACK ? "lo" : iface;
}

const struct iface *ensure_look(struct dialect *d, const char *jail, const char *iface)
{
        size_t at = ensure_find(d, jail, iface);

        return at == NONE ? NULL : &dialect_graph(d)->ifaces[at];
}

/* Was it made in that jail, as what it hangs on tells? */
static bool is_from(const struct graph *g, const struct iface *i, size_t jail)
{
        return (i->parent != NONE && g->ifaces[i->parent].jail == jail) ||
                (role_has_fabric(i->role) && i->peer != NONE && g->ifaces[i->peer].jail == jail);
}

const struct iface *ensure_look_lent(struct dialect *d, const char *jail, const char *iface)
{
        const struct graph *g = dialect_graph(d);
        const struct iface *i = ensure_look(d, jail, iface);
        size_t at = graph_find_jail(g, jail);

        for (size_t k = 0; !i && ensure_is_host(jail) && k < g->loan_count; k++) {
                const struct loan *l = &g->loans[k];

                if (l->iface_index != NONE && strcmp(g->ifaces[l->iface_index].name, iface) == 0 &&
                    (l->state == LOAN_ON_LOAN || l->state == LOAN_PENDING))
                        i = &g->ifaces[l->iface_index];
        }
        for (size_t k = 0; !i && at != NONE && !ensure_is_host(jail) && k < g->iface_count; k++)
                if (strcmp(g->ifaces[k].name, iface) == 0 && is_from(g, &g->ifaces[k], at))
                        i = &g->ifaces[k];
        return i;
}

const char *ensure_word(struct dialect *d, const char *jail, const char *iface)
{
        CLEANUP(freep)
        char *word = xasprintf("if:%s%s%s", ensure_is_host(jail) ? "" : jail, ensure_is_host(jail) ? "" : "/",
                               linux_name(d, jail, iface));

        return arena_strdup(&d->arena, word);
}

static const char *new_word(struct dialect *d, const char *jail, const char *iface)
{
        CLEANUP(freep)
        char *word = xasprintf("%s%s%s", ensure_is_host(jail) ? "" : jail, ensure_is_host(jail) ? "" : "/", iface);

        return arena_strdup(&d->arena, word);
}

const char *ensure_jail_word(struct dialect *d, const char *jail)
{
        CLEANUP(freep) char *word = xasprintf("%s%s", ensure_is_host(jail) ? "" : "jail:", jail);

        return arena_strdup(&d->arena, word);
}

/* -- What is made ------------------------------------------------------------------------------------------------ */

int ensure_jail(struct dialect *d, const char *name, struct err *e)
{
        const struct graph *g = dialect_graph(d);
        size_t at = graph_find_jail(g, name);

        bool is_there = at != NONE && g->jails[at].state == JAIL_ALIVE;

        dialect_want(d, !is_there, "jail", name, "", "");
        return is_there ? 0 : dialect_add(d, e, "create", "jail", name, NULL);
}

static int check_kind(const struct iface *i, bool is_right, const char *what, struct err *e)
{
        return is_right ? 0 : err_set(e, -EEXIST, "%s: is there already and is no %s; rename it first", i->name, what);
}

int ensure_bridge(struct dialect *d, const char *jail, const char *name, bool has_stp, struct err *e)
{
        const struct iface *i = ensure_look_lent(d, jail, name);

        dialect_want(d, !i, "link", jail, name, "bridge");
        if (i && i->kind == KIND_BRIDGE && has_stp)
                return ensure_setting(d, jail, name, "stp", "on", e);
        if (i)
                return check_kind(i, i->kind == KIND_BRIDGE, "bridge", e);

        const char *words[] = {"create", "bridge", name, "--jail", ensure_jail_word(d, jail), "--stp"};
        int count = 5;

        if (ensure_is_host(jail))
                count = 3;
        if (has_stp) {
                ensure_want_setting(d, jail, name, "stp", "on", "off");
                words[count++] = "--stp";
        }
        return dialect_add_words(d, count, words, e);
}

int ensure_epair(struct dialect *d, const char *jail, const char *a, const char *b, struct err *e)
{
        const struct graph *g = dialect_graph(d);
        CLEANUP(freep) char *pair = xasprintf("epair %s", b);
        bool is_there = false;

        for (size_t k = 0; k < g->iface_count && !is_there; k++) /* both may be lent */
                is_there = strcmp(g->ifaces[k].name, a) == 0 || strcmp(g->ifaces[k].name, b) == 0;
        dialect_want(d, !is_there, "link", jail, a, pair);
        if (is_there)
                return 0;
        return dialect_add(d, e, "create", "epair", new_word(d, jail, a), new_word(d, jail, b), NULL);
}

int ensure_eiface(struct dialect *d, const char *jail, const char *name, struct err *e)
{
        bool is_there = ensure_look_lent(d, jail, name) != NULL;

        dialect_want(d, !is_there, "link", jail, name, "eiface");
        if (is_there)
                return 0;
        return ensure_is_host(jail) ? dialect_add(d, e, "create", "eiface", name, NULL)
                                    : dialect_add(d, e, "create", "eiface", new_word(d, jail, name), "--jail",
                                                  ensure_jail_word(d, jail), NULL);
}

int ensure_tap(struct dialect *d, const char *jail, const char *name, struct err *e)
{
        bool is_there = ensure_look_lent(d, jail, name) != NULL;

        dialect_want(d, !is_there, "link", jail, name, "tap");
        if (is_there)
                return 0;
        return dialect_add(d, e, "create", "tap", new_word(d, jail, name), NULL);
}

int ensure_vlan(struct dialect *d, const char *jail, const char *parent, uint32_t id, const char *name, struct err *e)
{
        const struct iface *i = ensure_look_lent(d, jail, name);
        CLEANUP(freep) char *what = xasprintf("vlan %u %s", id, parent);
        char number[12];

        dialect_want(d, !i, "link", jail, name, what);
        if (i)
                return check_kind(i, i->kind == KIND_VLAN && i->vlan_id == id, "VLAN of that number", e);
        (void)str_format(number, sizeof(number), "%u", id);
        return dialect_add(d, e, "create", "vlan", ensure_word(d, jail, parent), number, name, NULL);
}

int ensure_macvlan(struct dialect *d, const char *jail, const char *parent, const char *name, const char *mode,
                   struct err *e)
{
        const struct iface *i = ensure_look_lent(d, jail, name);
        CLEANUP(freep) char *what = xasprintf("macvlan %s %s", parent, mode);

        dialect_want(d, !i, "link", jail, name, what);
        if (i)
                return check_kind(i, i->kind == KIND_MACVLAN, "macvlan", e);
        return dialect_add(d, e, "create", "macvlan", ensure_word(d, jail, parent), name, "--mode", mode, NULL);
}

int ensure_vxlan(struct dialect *d, const char *jail, const char *name, uint32_t id, const char *remote,
                 const char *dev, struct err *e)
{
        const struct iface *i = ensure_look_lent(d, jail, name);
        const char *words[8] = {"create", "vxlan", new_word(d, jail, name)};
        CLEANUP(freep) char *what = xasprintf("vxlan %u %s %s", id, remote ? remote : "-", dev ? dev : "-");
        char number[12];
        int count = 3;

        dialect_want(d, !i, "link", jail, name, what);
        if (i) {
                struct prefix to = {0};
                bool is_same = !remote || (prefix_parse(remote, &to, e) == 0 && prefix_equal(&to, &i->vxlan_remote));

                return check_kind(i, i->kind == KIND_VXLAN && i->vxlan_id == id && is_same,
                                  "VXLAN of that number and remote", e);
        }
        (void)str_format(number, sizeof(number), "%u", id);
        words[count++] = number;
        if (remote) {
                words[count++] = "--remote";
                words[count++] = remote;
        }
        if (dev) {
                words[count++] = "--dev";
                words[count++] = ensure_word(d, jail, dev);
        }
        return dialect_add_words(d, count, words, e);
}

int ensure_lagg(struct dialect *d, const char *jail, const char *name, const char *proto, const char *const *ports,
                size_t count, struct err *e)
{
        const struct iface *i = ensure_look_lent(d, jail, name);
        bool is_usual = !proto || strcmp(proto, "failover") == 0;
        CLEANUP(freep) char *what = is_usual ? xstrdup("lagg") : xasprintf("lagg %s", proto);
        const char *words[] = {"create", "lagg", new_word(d, jail, name), "--proto", proto};
        uint8_t mode;
        int r;

        dialect_want(d, !i, "link", jail, name, what);
        if (i)
                r = check_kind(i,
                               i->kind == KIND_BOND &&
                                       (!proto || (lagg_proto_find(proto, &mode) == 0 && mode == i->bond_mode)),
                               "lagg of that protocol", e);
        else
                r = dialect_add_words(d, proto ? 5 : 3, words, e);
        for (size_t k = 0; r == 0 && k < count; k++)
                r = ensure_port(d, jail, ports[k], name, e);
        return r;
}

/* -- Where it is ------------------------------------------------------------------------------------------------- */

static bool has_own_addresses(const struct iface *i)
{
        for (size_t k = 0; k < i->address_count; k++)
                if (!prefix_is_link_local(&i->addresses[k]))
                        return true;
        return false;
}

int ensure_port(struct dialect *d, const char *jail, const char *iface, const char *bridge, struct err *e)
{
        const struct graph *g = dialect_graph(d);
        size_t at = ensure_find(d, jail, iface), master = ensure_find(d, jail, bridge);

        for (size_t k = 0; at == NONE && master != NONE && k < g->iface_count; k++) {
                const struct iface *lent = &g->ifaces[k];

                /* Of a netgraph interface the end that is the port stays, wherever it goes. */
                if (role_has_fabric(lent->role) && strcmp(lent->name, iface) == 0 && lent->peer != NONE &&
                    g->ifaces[lent->peer].master == master) {
                        dialect_want(d, false, "port", jail, iface, bridge);
                        return 0;
                }
        }
        if (at == NONE)
                return err_set(e, -ENOENT, "%s: no such interface; make it first, or rename the one that it is here",
                               iface);
        if (master == NONE)
                return err_set(e, -ENOENT, "%s: no such bridge", bridge);

        const struct iface *i = &g->ifaces[at];
        size_t port = role_has_fabric(i->role) && i->peer != NONE ? i->peer : at;

        dialect_want(d, g->ifaces[port].master != master, "port", jail, iface, bridge);
        if (g->ifaces[port].master == master)
                return 0;
        if (!has_own_addresses(i) || i->node == NONE || role_has_fabric(i->role) ||
            g->ifaces[master].kind != KIND_BRIDGE)
                return dialect_add(d, e, "attach", ensure_word(d, jail, iface), ensure_word(d, jail, bridge), NULL);

        char upper[32], lower[32], link[32];

        (void)str_format(upper, sizeof(upper), "[%08x]:upper", g->nodes[i->node].id);
        (void)str_format(lower, sizeof(lower), "[%08x]:lower", g->nodes[i->node].id);
        (void)str_format(link, sizeof(link), "[%08x]:link", g->nodes[g->ifaces[master].node].id);
        dialect_want(d, true, "stack", jail, iface, bridge);
        dialect_say(d, "%s: its addresses go to %s, since on Linux nobody answers on a bridge's port", iface, bridge);

        int r = dialect_add(d, e, "connect", lower, link, NULL);

        return r == 0 ? dialect_add(d, e, "connect", upper, link, NULL) : r;
}

int ensure_passed_on(struct dialect *d, const char *from, const char *iface, const char *jail, struct err *e)
{
        bool is_there = ensure_look(d, jail, iface) != NULL;

        dialect_want(d, !is_there, "lent", jail, iface, from);
        if (is_there)
                return 0;
        if (!ensure_look(d, from, iface))
                return err_set(e, -ENOENT, "%s: no such interface in %s; a line that makes it is missing", iface, from);
        return dialect_add(d, e, "move", ensure_word(d, from, iface), ensure_jail_word(d, jail), "--no-addresses",
                           NULL);
}

int ensure_moved(struct dialect *d, const char *iface, const char *jail, struct err *e)
{
        const struct graph *g = dialect_graph(d);

        if (ensure_look(d, jail, iface)) {
                dialect_want(d, false, "lent", jail, iface, "");
                return 0;
        }
        if (!ensure_look(d, "host", iface)) {
                size_t node = graph_find_node_named(g, 0, iface);

                /* A node's name is accepted where no interface has it. */
                if (node == NONE || g->nodes[node].iface == NONE)
                        return err_set(e, -ENOENT, "%s: no such interface on the host; a file that makes it is missing",
                                       iface);
                iface = arena_strdup(&d->arena, g->ifaces[g->nodes[node].iface].name);
                if (g->ifaces[g->nodes[node].iface].jail == graph_find_jail(g, jail)) {
                        dialect_want(d, false, "lent", jail, iface, "");
                        return 0;
                }
        }
        dialect_want(d, true, "lent", jail, iface, "");
        return dialect_add(d, e, "move", ensure_word(d, "host", iface), ensure_jail_word(d, jail), "--no-addresses",
                           NULL);
}

/* -- What it is like --------------------------------------------------------------------------------------------- */

int ensure_group(struct dialect *d, const char *jail, const char *iface, const char *group, struct err *e)
{
        const struct iface *i = ensure_look(d, jail, iface);
        bool is_there = i && group_mark_find(i, group);

        dialect_want(d, !is_there, "group", jail, iface, group);
        return is_there ? 0 : dialect_add(d, e, "group", "add", ensure_word(d, jail, iface), group, NULL);
}

int ensure_span(struct dialect *d, const char *jail, const char *bridge, const char *iface, struct err *e)
{
        const struct iface *b = ensure_look(d, jail, bridge), *i = ensure_look(d, jail, iface);
        uint32_t number;
        bool is_there = b && i && span_mark_find(i, &number) && number == b->number;

        dialect_want(d, !is_there, "span", jail, iface, bridge);
        if (is_there)
                return 0;
        return dialect_add(d, e, "span", ensure_word(d, jail, bridge), ensure_word(d, jail, iface), "on", NULL);
}

static bool has_address(const struct iface *i, const struct prefix *p)
{
        for (size_t k = 0; k < i->address_count; k++)
                if (prefix_equal(&i->addresses[k], p))
                        return true;
        return false;
}

int ensure_address(struct dialect *d, const char *jail, const char *iface, const struct prefix *p, struct err *e)
{
        const struct iface *i = ensure_look(d, jail, iface);
        bool is_there = i && has_address(i, p);
        char buf[PREFIX_TEXT_SIZE];

        dialect_want(d, !is_there, "address", jail, iface, prefix_format(p, buf));
        if (is_there)
                return 0;
        return dialect_add(d, e, "address", "add", ensure_word(d, jail, iface), buf, NULL);
}

static bool is_wanted(const struct prefix *p, const struct prefix *wanted, size_t count)
{
        bool has_family = false;

        for (size_t k = 0; k < count; k++) {
                if (prefix_equal(&wanted[k], p))
                        return true;
                has_family |= wanted[k].family == p->family;
        }
        return !has_family;
}

/* An alias that a running jail without a stack has there is the jail's: it goes when the jail stops. */
static bool is_guests(const struct graph *g, size_t iface, const struct prefix *p)
{
        for (size_t k = 0; k < g->guest_count; k++)
                for (size_t i = 0; g->guests[k].kind == GUEST_JAIL && i < g->guests[k].use_count; i++)
                        if (g->guests[k].uses[i].iface == iface && prefix_equal(&g->guests[k].uses[i].address, p))
                                return true;
        return false;
}

int ensure_only(struct dialect *d, const char *jail, const char *iface, const struct prefix *wanted, size_t count,
                struct err *e)
{
        const struct iface *i = ensure_look(d, jail, iface);
        size_t gone = 0;

        if (!i)
                return 0;

        CLEANUP(freep) struct prefix *other = xcalloc(i->address_count + 1, sizeof(*other));
        bool is_ours = i->is_owned || !ensure_is_host(jail);

        for (size_t k = 0; k < i->address_count; k++)
                if (!prefix_is_link_local(&i->addresses[k]) &&
                    !(i->kind == KIND_LOOPBACK && prefix_is_loopback(&i->addresses[k])) &&
                    !is_wanted(&i->addresses[k], wanted, count) &&
                    !is_guests(dialect_graph(d), (size_t)(i - dialect_graph(d)->ifaces), &i->addresses[k]))
                        other[gone++] = i->addresses[k];
        for (size_t k = 0; k < gone; k++) {
                char buf[PREFIX_TEXT_SIZE];
                int r;

                (void)prefix_format(&other[k], buf);
                if (!is_ours) {
                        dialect_say(d, "%s: has %s, too, of which the file says nothing; it stays", iface, buf);
                        continue;
                }
                r = dialect_add(d, e, "address", "del", ensure_word(d, jail, iface), buf, NULL);
                if (r < 0)
                        return r;
        }
        return 0;
}

int ensure_forwarding(struct dialect *d, const char *jail, bool is_v6, struct err *e)
{
        const struct graph *g = dialect_graph(d);
        size_t at = graph_find_jail(g, jail);

        bool is_there = at != NONE && (is_v6 ? g->jails[at].forwarding6 : g->jails[at].forwarding) == 1;

        dialect_want(d, !is_there, "forwarding", jail, is_v6 ? "inet6" : "inet", "");
        if (is_there)
                return 0;
        return dialect_add(d, e, "forwarding", ensure_jail_word(d, jail), "on", "--family", is_v6 ? "inet6" : "inet",
                           NULL);
}
