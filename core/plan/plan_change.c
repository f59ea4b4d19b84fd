/* plan_change.c - plans that change one property: names, MTU, alias, state, addresses, routes, forwarding. */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "core/graph/names.h"
#include "core/graph/path.h"
#include "core/plan/planner.h"

#define IPV6_MIN_MTU 1280 /* RFC 8200, section 5 */

static void note_nothing(struct planner *pl, size_t iface, const char *state)
{
        CLEANUP(text_done) struct text t = {0};

        iface_put(&t, pl->g, iface);
        plan_note(pl->p, NOTE_INFO, "%s %s already: nothing to do", text_str(&t), state);
}

/* --- names --- */

static int rename_jail(struct planner *pl, size_t jail, const char *name, struct err *e)
{
        const struct jail *j = &pl->g->jails[jail];
        size_t there = graph_find_jail(pl->g, name);
        CLEANUP(freep) char *word = shell_word(name);
        int r = planner_allowed(pl, (struct object){.type = OBJECT_JAIL, .index = jail}, e);

        if (r == 0)
                r = name_check_jail(name, e);
        if (r < 0)
                return r;
        if (there != NONE && (there == 0 || there == jail || pl->g->jails[there].state == JAIL_ALIVE))
                return err_set(e, -EEXIST, "%s: is a jail already; choose another name", name);
        (void)str_copy(planner_add(pl, STEP_JAIL_RENAME, target_of_jail(pl->g, jail))->name, JAIL_NAME_SIZE, name);
        plan_made(pl->p, name);
        plan_freebsd(pl->p, "jail -m jid=%d name=%s", j->jid, word);
        return 0;
}

/* An eiface's node does not follow its interface's name (netgraph keeps the two apart); an ether's does. */
static void keep_node_name(struct planner *pl, size_t iface, struct target at)
{
        const struct graph *g = pl->g;
        const struct iface *i = &g->ifaces[iface];
        char usual[NODE_NAME_SIZE];

        if (!role_has_fabric(i->role) || i->node == NONE || !g->nodes[i->node].name)
                return;
        path_node_name(i->name, usual);
        if (strcmp(usual, g->nodes[i->node].name) == 0)
                planner_name_node(pl, iface, at, usual);
}

static int rename_iface(struct planner *pl, size_t iface, const char *name, struct err *e)
{
        const struct iface *i = &pl->g->ifaces[iface];
        struct target at = target_of_iface(pl->g, iface);
        char new_name[IF_NAME_SIZE];
        const char *long_name;
        int r = planner_allowed(pl, (struct object){.type = OBJECT_IFACE, .index = iface}, e);

        if (r < 0)
                return r;
        if (strcmp(i->name, name) == 0)
                return err_set(e, -EEXIST, "%s: is called that already; choose another name", name);
        r = planner_new_name(pl, i->jail, name, new_name, &long_name, e);
        if (r < 0)
                return r;
        (void)str_copy(planner_add(pl, STEP_LINK_RENAME, at)->name, JAIL_NAME_SIZE, new_name);
        (void)str_copy(at.iface, sizeof(at.iface), new_name);
        keep_node_name(pl, iface, at);
        planner_add_long_name(pl, at, long_name);
        if (i->long_name && !long_name) {
                planner_add(pl, STEP_LONG_NAME, at)->is_internal = true;
                if (i->alias && strcmp(i->alias, i->long_name) == 0)
                        (void)planner_add(pl, STEP_LINK_ALIAS, at);
        }
        plan_made(pl->p, new_name);

        CLEANUP(freep) char *word = shell_word(i->name);
        CLEANUP(freep) char *new_word = shell_word(new_name);

        planner_freebsd(pl, &at, "ifconfig", "%s name %s", word, new_word);
        return 0;
}

int plan_rename(struct planner *pl, struct err *e)
{
        const char *name = pl->in->values[1];
        struct object o;
        int r = query_object(pl->g, pl->in->values[0], &o, e);

        if (r < 0)
                return r;
        if (o.type == OBJECT_JAIL)
                return rename_jail(pl, o.index, name, e);
        if (o.type == OBJECT_NODE)
                return err_set(e, -EINVAL, "%s: is a node; 'name' gives it another name", pl->in->values[0]);
        return rename_iface(pl, o.index, name, e);
}

int plan_name(struct planner *pl, struct err *e)
{
        const struct graph *g = pl->g;
        const char *name = pl->in->values[1];
        char usual[NODE_NAME_SIZE];
        size_t node = NONE;
        int r = query_node(g, pl->in->values[0], &node, e);

        if (r == 0)
                r = name_check_node(name, e);
        if (r == 0)
                r = planner_allowed(pl, (struct object){.type = OBJECT_NODE, .index = node}, e);
        if (r < 0)
                return r;

        const struct node *n = &g->nodes[node];

        if (graph_find_node_named(g, n->jail, name) != NONE)
                return err_set(e, -EADDRINUSE, "%s: is a node's name already; choose another", name);
        if (n->iface == NONE)
                return err_set(e, -EOPNOTSUPP, "%s: has no interface to remember the name with", pl->in->values[0]);

        struct target at = target_of_iface(g, n->iface), place = target_of_jail(g, n->jail);

        path_node_name(g->ifaces[n->iface].name, usual);
        /* Its own name needs no record, but where a node has none before it is given one. */
        planner_name_node(pl, n->iface, at,
                          strcmp(usual, name) != 0 || role_is_netgraph(g->ifaces[n->iface].role) ? name : "");

        CLEANUP(freep) char *word = shell_word(name);
        CLEANUP(freep) char *old = node_address(g, (size_t)(n - g->nodes));

        planner_freebsd(pl, &place, "ngctl", "name %s %s", old, word);
        return 0;
}

/* --- state, MTU, alias --- */

/*
 * The kernel drops routes, and IPv6 addresses, of a link that goes down: taken away first, they can be put back. VLANs
 * go down with what they stand on, so theirs are dropped too.
 */
void plan_set_down(struct planner *pl, size_t iface, bool is_internal)
{
        const struct graph *g = pl->g;
        const struct iface *i = &g->ifaces[iface];
        struct target at = target_of_iface(g, iface);
        CLEANUP(text_done) struct text name = {0};
        char buf[PREFIX_TEXT_SIZE];

        for (size_t k = 0; k < g->iface_count; k++) {
                if (g->ifaces[k].parent == iface && g->ifaces[k].kind == KIND_VLAN && g->ifaces[k].is_up)
                        plan_set_down(pl, k, is_internal);
        }
        iface_put(&name, g, iface);
        for (size_t k = 0; k < g->route_count; k++) {
                if (route_is_carried(g, &g->routes[k], iface))
                        planner_add_route(pl, STEP_ROUTE_DEL, &g->routes[k], at)->is_internal = is_internal;
        }
        for (size_t k = 0; k < i->address_count; k++) {
                if (i->addresses[k].family != AF_INET6 || !address_is_carried(i, &i->addresses[k]))
                        continue;

                struct step *s = planner_add(pl, STEP_ADDRESS_DEL, at);

                s->address = i->addresses[k];
                s->is_internal = is_internal;
                plan_note(pl->p, NOTE_WARNING, "%s: %s is lost, as the kernel does when a link goes down",
                          text_str(&name), prefix_format(&i->addresses[k], buf));
        }
        planner_add(pl, STEP_LINK_DOWN, at)->is_internal = is_internal;
}

/* What is up already is no mistake: FreeBSD's commands may be said twice. But what is not to be touched is not. */
static int find_for_state(struct planner *pl, size_t *ret, struct err *e)
{
        size_t iface = NONE;
        int r = query_iface(pl->g, pl->in->values[0], &iface, e);

        if (r < 0)
                return r;
        if ((pl->in->verb == VERB_UP) == pl->g->ifaces[iface].is_up) {
                note_nothing(pl, iface, pl->in->verb == VERB_UP ? "is up" : "is down");
                *ret = NONE;
                return 0;
        }
        *ret = iface;
        return planner_allowed(pl, (struct object){.type = OBJECT_IFACE, .index = iface}, e);
}

static void freebsd_state(struct planner *pl, size_t iface, const char *state)
{
        struct target at = target_of_iface(pl->g, iface);
        CLEANUP(freep) char *word = shell_word(at.iface);

        planner_freebsd(pl, &at, "ifconfig", "%s %s", word, state);
}

int plan_up(struct planner *pl, struct err *e)
{
        size_t iface = NONE;
        int r = find_for_state(pl, &iface, e);

        if (r < 0 || iface == NONE)
                return r;
        (void)planner_add(pl, STEP_LINK_UP, target_of_iface(pl->g, iface));
        freebsd_state(pl, iface, "up");
        return 0;
}

int plan_down(struct planner *pl, struct err *e)
{
        size_t iface = NONE;
        int r = find_for_state(pl, &iface, e);

        if (r < 0 || iface == NONE)
                return r;
        plan_set_down(pl, iface, false);
        freebsd_state(pl, iface, "down");
        return 0;
}

/* What the kernel takes away below IPv6's smallest MTU goes step by step, so that it can come back. */
static void drop_ipv6(struct planner *pl, size_t iface)
{
        const struct graph *g = pl->g;
        const struct iface *i = &g->ifaces[iface];
        struct target at = target_of_iface(g, iface);

        for (size_t k = 0; k < g->route_count; k++) {
                if (g->routes[k].destination.family == AF_INET6 && route_is_carried(g, &g->routes[k], iface))
                        planner_add_route(pl, STEP_ROUTE_DEL, &g->routes[k], at)->is_internal = true;
        }
        for (size_t k = 0; k < i->address_count; k++) {
                bool is_carried = address_is_carried(i, &i->addresses[k]) || i->kind == KIND_LOOPBACK; /* ::1 too */

                if (i->addresses[k].family != AF_INET6 || !is_carried)
                        continue;

                struct step *s = planner_add(pl, STEP_ADDRESS_DEL, at);

                s->address = i->addresses[k];
                s->is_internal = true;
        }
}

static void note_mtu(struct planner *pl, size_t iface, uint32_t mtu)
{
        const struct graph *g = pl->g;
        const struct iface *i = &g->ifaces[iface];
        CLEANUP(text_done) struct text name = {0};
        CLEANUP(text_done) struct text other = {0};

        iface_put(&name, g, iface);
        if (mtu < IPV6_MIN_MTU)
                plan_note(pl->p, NOTE_WARNING,
                          "%s: IPv6 needs an MTU of 1280; the kernel takes its IPv6 addresses away", text_str(&name));
        if (i->peer != NONE && !role_has_fabric(i->role) && g->ifaces[i->peer].mtu_bytes != mtu) {
                iface_put(&other, g, i->peer);
                plan_note(pl->p, NOTE_WARNING, "its other end %s has MTU %u: packets larger than that are lost",
                          text_str(&other), g->ifaces[i->peer].mtu_bytes);
        }
        if (i->master != NONE && g->ifaces[i->master].mtu_bytes != mtu) {
                text_clear(&other);
                iface_put(&other, g, i->master);
                plan_note(pl->p, NOTE_INFO, "its bridge %s has MTU %u; a bridge takes the smallest of its ports",
                          text_str(&other), g->ifaces[i->master].mtu_bytes);
        }
}

static bool follows_parent(enum iface_kind k)
{
        return k == KIND_VLAN || k == KIND_MACVLAN || k == KIND_MACVTAP || k == KIND_IPVLAN;
}

static void set_mtu(struct planner *pl, size_t iface, uint32_t mtu)
{
        const struct graph *g = pl->g;
        size_t master = g->ifaces[iface].master;

        for (size_t k = 0; k < g->iface_count; k++) { /* the kernel lowers these too, and does not raise them again */
                if (g->ifaces[k].parent == iface && follows_parent(g->ifaces[k].kind) && g->ifaces[k].mtu_bytes > mtu)
                        set_mtu(pl, k, mtu);
        }
        if (mtu < IPV6_MIN_MTU)
                drop_ipv6(pl, iface);
        if (mtu < IPV6_MIN_MTU && master != NONE && bridge_has_ports_mtu(g, master))
                drop_ipv6(pl, master); /* it takes that MTU too */
        planner_add(pl, STEP_LINK_MTU, target_of_iface(g, iface))->number = mtu;
}

int plan_mtu(struct planner *pl, struct err *e)
{
        const struct graph *g = pl->g;
        size_t iface = NONE;
        uint32_t mtu = 0;
        int r = planner_iface(pl, 0, &iface, e);

        if (r < 0)
                return r;
        if (str_to_u32(pl->in->values[1], 65535, &mtu) < 0 || mtu < 68)
                return err_set(e, -EINVAL, "%s: is not an MTU; write a number from 68 to 65535", pl->in->values[1]);

        const struct iface *i = &g->ifaces[iface];

        if (i->mtu_bytes == mtu) {
                note_nothing(pl, iface, "has that MTU");
                return 0;
        }
        if (i->kind == KIND_VLAN && i->parent != NONE && g->ifaces[i->parent].mtu_bytes < mtu)
                return err_set(e, -EINVAL,
                               "%s: its parent %s has MTU %u, and a VLAN cannot have more; raise that first", i->name,
                               g->ifaces[i->parent].name, g->ifaces[i->parent].mtu_bytes);
        note_mtu(pl, iface, mtu);
        set_mtu(pl, iface, mtu);
        if (role_has_fabric(i->role) && i->peer != NONE && g->ifaces[i->peer].mtu_bytes != mtu)
                set_mtu(pl, i->peer, mtu); /* its hidden end is the same interface to its user */

        CLEANUP(freep) char *state = xasprintf("mtu %u", mtu);

        freebsd_state(pl, iface, state);
        return 0;
}

int plan_alias(struct planner *pl, struct err *e)
{
        const char *text = pl->in->value_count > 1 ? pl->in->values[1] : "";
        size_t iface = NONE;
        int r = planner_iface(pl, 0, &iface, e);

        if (r < 0)
                return r;

        struct step *s = planner_add(pl, STEP_LINK_ALIAS, target_of_iface(pl->g, iface));

        if (!str_copy(s->text, sizeof(s->text), text))
                return err_set(e, -ENAMETOOLONG, "alias: is longer than %zu bytes; shorten it", sizeof(s->text) - 1);

        CLEANUP(freep) char *word = shell_word(text);
        CLEANUP(freep) char *state = text[0] ? xasprintf("description %s", word) : xstrdup("-description");

        freebsd_state(pl, iface, state);
        return 0;
}

/* --- addresses --- */

static size_t find_address(const struct iface *i, const struct prefix *p, bool any_length)
{
        for (size_t k = 0; k < i->address_count; k++) {
                struct prefix have = i->addresses[k];

                if (any_length)
                        have.length = p->length;
                if (prefix_equal(&have, p))
                        return k;
        }
        return NONE;
}

static void note_new_address(struct planner *pl, size_t iface, const struct prefix *p)
{
        const struct graph *g = pl->g;
        const struct iface *i = &g->ifaces[iface];
        CLEANUP(freep) bool *segment = segment_of(g, iface);
        CLEANUP(text_done) struct text name = {0};
        char buf[PREFIX_TEXT_SIZE];

        iface_put(&name, g, iface);
        if (!i->is_up)
                plan_note(pl->p, NOTE_INFO, "%s is down: the address answers when it is up", text_str(&name));
        if (i->master != NONE) {
                CLEANUP(text_done) struct text master = {0};

                iface_put(&master, g, i->master);
                plan_note(pl->p, NOTE_WARNING, "%s is a port of %s: an address does not answer there; give it to %s",
                          text_str(&name), text_str(&master), text_str(&master));
        }
        for (size_t k = 0; k < g->iface_count; k++) {
                CLEANUP(text_done) struct text other = {0};

                if (k == iface || (!segment[k] && g->ifaces[k].jail != i->jail) ||
                    find_address(&g->ifaces[k], p, true) == NONE)
                        continue;
                iface_put(&other, g, k);
                plan_note(pl->p, NOTE_WARNING, "%s is the address of %s too", prefix_format_addr(p, buf),
                          text_str(&other));
        }
}

/* All zero, which the kernel takes for IPv4 and forgets; or a group's. */
static bool is_no_address(const struct prefix *p)
{
        static const uint8_t zero[16];

        if (memcmp(p->bytes, zero, p->family == AF_INET ? 4 : 16) == 0)
                return true;
        return p->family == AF_INET ? p->bytes[0] >> 4 == 0xe : p->bytes[0] == 0xff;
}

int plan_address_add(struct planner *pl, struct err *e)
{
        struct prefix p = {0};
        size_t iface = NONE;
        int r = planner_iface(pl, 0, &iface, e);

        if (r == 0)
                r = prefix_parse(pl->in->values[1], &p, e);
        if (r < 0)
                return r;
        if (is_no_address(&p))
                return err_set(e, -EINVAL, "%s: is no address that an interface can have; choose another",
                               pl->in->values[1]);
        if (find_address(&pl->g->ifaces[iface], &p, false) != NONE)
                return err_set(e, -EEXIST, "%s: has %s already", pl->in->values[0], pl->in->values[1]);
        note_new_address(pl, iface, &p);

        struct target at = target_of_iface(pl->g, iface);

        planner_add(pl, STEP_ADDRESS_ADD, at)->address = p;
        freebsd_address(pl, &at, &p, true);
        return 0;
}

static bool same_network(const struct prefix *a, const struct prefix *b)
{
        return a->length == b->length && prefix_contains(a, b);
}

/* Routes that the kernel drops with an address: those that prefer it, and with the last IPv4 one all that remain. */
static void remove_routes_of(struct planner *pl, size_t iface, const struct prefix *p)
{
        const struct graph *g = pl->g;
        const struct iface *i = &g->ifaces[iface];
        size_t others = 0;

        for (size_t k = 0; k < i->address_count; k++)
                others += i->addresses[k].family == p->family && !prefix_equal(&i->addresses[k], p);
        for (size_t k = 0; k < g->route_count; k++) {
                const struct route *r = &g->routes[k];
                struct prefix source = r->source;

                source.length = p->length;
                if (!route_is_carried(g, r, iface) || r->destination.family != p->family)
                        continue;
                if ((p->family == AF_INET && others == 0) || prefix_equal(&source, p))
                        (void)planner_add_route(pl, STEP_ROUTE_DEL, r, target_of_iface(g, iface));
        }
}

int plan_address_del(struct planner *pl, struct err *e)
{
        struct prefix p = {0};
        size_t iface = NONE;
        int r = planner_iface(pl, 0, &iface, e);

        if (r == 0)
                r = prefix_parse(pl->in->values[1], &p, e);
        if (r < 0)
                return r;

        const struct iface *i = &pl->g->ifaces[iface];
        size_t found = find_address(i, &p, !strchr(pl->in->values[1], '/'));
        struct target at = target_of_iface(pl->g, iface);

        if (found == NONE)
                return err_set(e, -EADDRNOTAVAIL, "%s: has no address %s; jailnet show %s lists them",
                               pl->in->values[0], pl->in->values[1], pl->in->values[0]);
        p = i->addresses[found];
        remove_routes_of(pl, iface, &p);

        /* Those that follow it in the same network may go with it, by a setting of the kernel: away and back they stay.
         */
        for (size_t k = found + 1; p.family == AF_INET && k < i->address_count; k++) {
                if (same_network(&i->addresses[k], &p))
                        planner_add(pl, STEP_ADDRESS_DEL, at)->address = i->addresses[k];
        }
        planner_add(pl, STEP_ADDRESS_DEL, at)->address = p;
        for (size_t k = found + 1; p.family == AF_INET && k < i->address_count; k++) {
                if (same_network(&i->addresses[k], &p))
                        planner_add(pl, STEP_ADDRESS_ADD, at)->address = i->addresses[k];
        }
        freebsd_address(pl, &at, &p, false);
        return 0;
}

/* --- routes and forwarding --- */

/* The interface of a jail on whose network a gateway is. */
static int find_towards(struct planner *pl, size_t jail, const struct prefix *gateway, size_t *ret, struct err *e)
{
        const struct graph *g = pl->g;
        const struct jail *j = &g->jails[jail];
        char buf[PREFIX_TEXT_SIZE];
        size_t down = NONE;

        if (prefix_is_link_local(gateway))
                return err_set(e, -EINVAL, "%s: is on every link; say which with --dev IF",
                               prefix_format_addr(gateway, buf));
        for (size_t k = j->iface_first; k < j->iface_first + j->iface_count; k++) {
                for (size_t a = 0; a < g->ifaces[k].address_count; a++) {
                        if (!prefix_contains(&g->ifaces[k].addresses[a], gateway))
                                continue;
                        if (g->ifaces[k].is_up) {
                                *ret = k;
                                return 0;
                        }
                        down = k;
                }
        }
        if (down != NONE)
                return err_set(e, -ENETDOWN, "%s: is down, and the gateway %s is behind it; set it up first",
                               g->ifaces[down].name, prefix_format_addr(gateway, buf));
        return err_set(e, -ENETUNREACH, "%s: no interface %s%s has an address in its network; add one first",
                       prefix_format_addr(gateway, buf), jail ? "of " : "of the host", jail ? j->name : "");
}

static int parse_destination(const char *word, uint8_t default_family, struct prefix *ret, struct err *e)
{
        if (strcmp(word, "default") == 0) {
                *ret = (struct prefix){.family = default_family};
                return 0;
        }
        return prefix_parse(word, ret, e);
}

int plan_route_add(struct planner *pl, struct err *e)
{
        const struct graph *g = pl->g;
        const char *dev = intent_option(pl->in, "dev");
        struct route route = {.protocol = RTPROT_STATIC, .type = RTN_UNICAST};
        size_t jail = NONE, iface = NONE;
        int r = query_jail(g, pl->in->values[0], &jail, e);

        if (r == 0)
                r = planner_allowed(pl, (struct object){.type = OBJECT_JAIL, .index = jail}, e);
        if (r == 0)
                r = prefix_parse(pl->in->values[2], &route.gateway, e);
        if (r == 0)
                r = parse_destination(pl->in->values[1], route.gateway.family, &route.destination, e);
        if (r == 0)
                r = dev ? query_iface(g, dev, &iface, e) : find_towards(pl, jail, &route.gateway, &iface, e);
        if (r < 0)
                return r;
        if (g->ifaces[iface].jail != jail)
                return err_set(e, -EINVAL, "%s: is in another jail; name one in %s", dev, pl->in->values[0]);
        if (route.destination.family != route.gateway.family && route.destination.family == AF_INET6)
                return err_set(e, -EINVAL, "%s: an IPv6 destination needs an IPv6 gateway", pl->in->values[1]);
        for (size_t k = 0; k < g->route_count; k++) {
                const struct route *o = &g->routes[k];

                if (o->jail == jail && o->metric == 0 && o->type == RTN_UNICAST &&
                    prefix_equal(&o->destination, &route.destination))
                        return err_set(e, -EEXIST, "%s: has a route to %s already; remove that one first",
                                       pl->in->values[0], pl->in->values[1]);
        }

        struct target at = target_of_iface(g, iface);

        (void)planner_add_route(pl, STEP_ROUTE_ADD, &route, at);
        freebsd_route(pl, &at, &route, true);
        return 0;
}

int plan_route_del(struct planner *pl, struct err *e)
{
        const struct graph *g = pl->g;
        bool is_default = strcmp(pl->in->values[1], "default") == 0;
        struct prefix destination = {0};
        const struct route *found = NULL;
        bool is_kernels = false;
        size_t jail = NONE;
        int r = query_jail(g, pl->in->values[0], &jail, e);

        if (r == 0)
                r = planner_allowed(pl, (struct object){.type = OBJECT_JAIL, .index = jail}, e);
        if (r == 0)
                r = parse_destination(pl->in->values[1], AF_INET, &destination, e);
        if (r < 0)
                return r;
        for (size_t k = 0; k < g->route_count; k++) {
                const struct route *o = &g->routes[k];
                bool same = prefix_equal(&o->destination, &destination) || (is_default && o->destination.length == 0);

                if (o->jail != jail || !same ||
                    (found && found->destination.family == AF_INET && o->destination.family != AF_INET))
                        continue;
                is_kernels |= o->protocol == RTPROT_KERNEL;
                if (o->protocol == RTPROT_KERNEL)
                        continue;
                if (!found || (found->destination.family == o->destination.family && o->metric < found->metric) ||
                    (found->destination.family != AF_INET && o->destination.family == AF_INET))
                        found = o;
        }
        if (!found && is_kernels)
                return err_set(e, -EINVAL, "%s: its route to %s is the kernel's, for an address; remove that address",
                               pl->in->values[0], pl->in->values[1]);
        if (!found)
                return err_set(e, -ESRCH, "%s: has no route to %s; jailnet show %s lists them", pl->in->values[0],
                               pl->in->values[1], pl->in->values[0]);

        struct target at = target_of_jail(g, jail);
        size_t iface = graph_find_iface(g, (struct iface_id){.cookie = g->jails[jail].cookie, .ifindex = found->oif});

        if (found->oif && iface != NONE)
                at = target_of_iface(g, iface);
        (void)planner_add_route(pl, STEP_ROUTE_DEL, found, at);
        freebsd_route(pl, &at, found, false);
        return 0;
}

bool planner_forwarding(struct planner *pl, size_t jail, bool is_v6, bool on)
{
        struct target at = target_of_jail(pl->g, jail);
        const struct jail *j = &pl->g->jails[jail];

        if ((is_v6 ? j->forwarding6 : j->forwarding) == (on ? 1 : 0))
                return false;
        planner_add(pl, is_v6 ? STEP_FORWARDING6 : STEP_FORWARDING, at)->number = on ? 1 : 0;
        planner_freebsd(pl, &at, "sysctl", "%s=%d", is_v6 ? "net.inet6.ip6.forwarding" : "net.inet.ip.forwarding",
                        on ? 1 : 0);
        return true;
}

int plan_forwarding(struct planner *pl, struct err *e)
{
        const char *family = intent_option(pl->in, "family");
        const char *state = pl->in->values[1];
        bool on = strcmp(state, "on") == 0;
        size_t jail = NONE;
        int r = query_jail(pl->g, pl->in->values[0], &jail, e);

        if (r == 0)
                r = planner_allowed(pl, (struct object){.type = OBJECT_JAIL, .index = jail}, e);
        if (r < 0)
                return r;
        if (!on && strcmp(state, "off") != 0)
                return err_set(e, -EINVAL, "%s: is neither on nor off", state);
        if (family && strcmp(family, "inet") != 0 && strcmp(family, "inet6") != 0)
                return err_set(e, -EINVAL, "--family %s: is neither inet nor inet6", family);

        bool is_v6 = family && strcmp(family, "inet6") == 0;
        bool has_v6 = pl->g->jails[jail].forwarding6 >= 0 || pl->g->jails[0].forwarding6 >= 0; /* else no IPv6 here */
        bool is_done = !is_v6 && planner_forwarding(pl, jail, false, on);

        if (is_v6 || (!family && has_v6))
                is_done = planner_forwarding(pl, jail, true, on) || is_done;
        if (!is_done)
                plan_note(pl->p, NOTE_INFO, "forwarding is %s already: nothing to do", state);
        return 0;
}
