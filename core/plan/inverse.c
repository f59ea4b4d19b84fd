/*
 * inverse.c - how each step is taken back, worked out from the snapshot before anything is changed.
 *
 * A step's undo puts back what the kernel loses by it, in an order that works: a link, its master before it is up,
 * then addresses, then routes. Where undoing makes an object anew (or moves it back), its index may be another one:
 * such targets are by name.
 */
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>

#include "core/graph/names.h"
#include "core/graph/path.h"
#include "core/graph/nat_rule.h"
#include "core/plan/planner.h"
#include "core/plan/vlans.h"

static struct step *undo_on(struct step *s, enum step_op op, struct target at)
{
        struct step *u = step_add_undo(s, op);

        u->at = at;
        return u;
}

static void undo_text(struct step *s, enum step_op op, struct target at, const char *text)
{
        (void)str_copy(undo_on(s, op, at)->text, sizeof(s->text), text);
}

static void undo_vlans(struct step *s)
{
        struct vlan_span v = vlan_span_of(s->number);
        struct step *u = undo_on(s, STEP_PORT_VLANS, s->at);
        enum vlan_passage to = v.to;

        v.to = v.from;
        v.from = to;
        u->number = vlan_span_number(v);
        memcpy(u->name, s->name, sizeof(u->name));
}

static void undo_feed(struct step *s, enum step_op op)
{
        struct step *u = undo_on(s, op, s->at);

        u->to = s->to;
        u->number = s->number;
        memcpy(u->name, s->name, sizeof(u->name));
        memcpy(u->text, s->text, sizeof(u->text));
}

/* The MTU that a bridge has of itself: its ports' least. `port` counts as if it had `mtu`, or (0) were none. */
static uint32_t least_port_mtu(const struct graph *g, size_t bridge, size_t port, uint32_t mtu)
{
        size_t count = graph_ports(g, bridge, NULL, 0);
        CLEANUP(freep) size_t *ports = xcalloc(count, sizeof(*ports));
        uint32_t least = mtu;

        (void)graph_ports(g, bridge, ports, count); /* as many again */
        for (size_t k = 0; k < count; k++) {
                if (ports[k] != port && (!least || g->ifaces[ports[k]].mtu_bytes < least))
                        least = g->ifaces[ports[k]].mtu_bytes;
        }
        return least ? least : USUAL_MTU;
}

bool bridge_has_ports_mtu(const struct graph *g, size_t bridge)
{
        return g->ifaces[bridge].kind == KIND_BRIDGE &&
                g->ifaces[bridge].mtu_bytes == least_port_mtu(g, bridge, NONE, 0);
}

/*
 * A bridge follows its ports, and does so on the way back; but not when it was given an MTU meanwhile, and the old one
 * back; and one that had its own follows when it was made anew meanwhile. So it is told. The MTU that it has is no
 * change to the kernel: one that follows goes on doing so.
 */
static void undo_bridge_mtu(struct step *s, const struct graph *g, size_t bridge, size_t port, uint32_t mtu)
{
        struct step *u;

        if (bridge == NONE || g->ifaces[bridge].kind != KIND_BRIDGE ||
            (bridge_has_ports_mtu(g, bridge) && g->ifaces[bridge].mtu_bytes == least_port_mtu(g, bridge, port, mtu)))
                return;
        u = undo_on(s, STEP_LINK_MTU, target_of_iface(g, bridge));
        u->number = g->ifaces[bridge].mtu_bytes;
        u->is_internal = true;
}

bool is_told_to_bridge(const struct graph *g, const struct step *s)
{
        size_t iface = s->op == STEP_LINK_MTU && s->is_internal ? target_find_iface(g, &s->at) : NONE;

        return iface != NONE && g->ifaces[iface].kind == KIND_BRIDGE;
}

static void undo_route(struct step *s, const struct route *r, struct target at)
{
        struct step *u = undo_on(s, STEP_ROUTE_ADD, at);

        u->route = *r;
        u->route.jail = 0;
        u->route.oif = 0;
}

static void undo_routes(struct step *s, const struct graph *g, size_t iface, struct target at)
{
        const struct jail *j = &g->jails[g->ifaces[iface].jail];

        for (size_t k = j->route_first; k < j->route_first + j->route_count; k++)
                if (route_is_carried(g, &g->routes[k], iface))
                        undo_route(s, &g->routes[k], at);
}

/* What a port, or a bridge that is made anew, was set to otherwise than the kernel does. */
static void undo_tunings(struct step *s, const struct iface *i, struct target at, bool is_port)
{
        for (int t = 0; t < TUNE_COUNT; t++) {
                if (tunings[t].is_port != is_port || !iface_is_tuned(i, (enum tuning)t))
                        continue;

                struct step *u = undo_on(s, STEP_LINK_TUNE, at);

                u->number = i->tuning[t];
                (void)str_copy(u->text, sizeof(u->text), tunings[t].name);
        }
}

/* Master, state, addresses and routes: what a link loses when it leaves its jail. */
static void undo_place(struct step *s, const struct graph *g, size_t iface, struct target at, bool is_up_already)
{
        const struct iface *i = &g->ifaces[iface];

        if (i->master != NONE)
                undo_on(s, STEP_LINK_MASTER, at)->to = target_of_iface(g, i->master);
        if (i->is_isolated)
                undo_on(s, STEP_PORT_ISOLATE, at)->number = 1;
        undo_tunings(s, i, at, true);
        if (i->is_up && !is_up_already)
                (void)undo_on(s, STEP_LINK_UP, at);
        for (size_t k = 0; k < i->address_count; k++) {
                if (address_is_carried(i, &i->addresses[k]))
                        undo_on(s, STEP_ADDRESS_ADD, at)->address = i->addresses[k];
        }
        undo_routes(s, g, iface, at);
        undo_bridge_mtu(s, g, i->master, iface, 0);
}

/* What the kernel keeps on a move, but not when the link is made anew. */
static void undo_marks(struct step *s, const struct graph *g, size_t iface, struct target at)
{
        const struct iface *i = &g->ifaces[iface];

        undo_tunings(s, i, at, false);
        if (i->flags & IFF_PROMISC)
                undo_on(s, STEP_LINK_PROMISC, at)->number = 1;
        if (i->alias)
                undo_text(s, STEP_LINK_ALIAS, at, i->alias);
        for (size_t k = 0; k < i->altname_count; k++)
                undo_text(s, STEP_ALTNAME_ADD, at, i->altnames[k]);
}

/* What the inventory knew of it. */
static void undo_records(struct step *s, const struct graph *g, size_t iface, struct target at)
{
        const struct iface *i = &g->ifaces[iface];
        const char *node_name = recorded_node_name(g, iface);
        size_t master = i->master;

        if (i->long_name)
                undo_text(s, STEP_LONG_NAME, at, i->long_name);
        if (node_name[0])
                undo_text(s, STEP_NODE_NAME, at, node_name);
        if (i->node != NONE && g->nodes[i->node].iface == iface && g->nodes[i->node].is_persistent)
                undo_on(s, STEP_PERSIST, at)->number = 1;
        if (i->pin_source != PIN_NONE) {
                struct step *u = undo_on(s, STEP_PIN, at);

                u->mac = i->pin;
                u->pin_source = i->pin_source;
        }
        if (master != NONE) {
                const char *hook = recorded_hook_name(g, master, iface);

                if (hook[0]) {
                        struct step *u = undo_on(s, STEP_HOOK_NAME, target_of_iface(g, master));

                        u->to = at;
                        (void)str_copy(u->text, sizeof(u->text), hook);
                }
        }
}

/* An interface's target after it was made anew or came back: by name, where it was. */
static struct target anew(const struct graph *g, size_t iface)
{
        struct target t = target_of_iface(g, iface);

        t.ifindex = 0;
        return t;
}

/* The address that it was given: one that it merely has from its parent or port comes by itself. */
static struct mac own_mac(const struct graph *g, size_t iface)
{
        const struct iface *i = &g->ifaces[iface];

        if (i->kind == KIND_TUN)
                return (struct mac){0};
        if (i->kind == KIND_VLAN && i->parent != NONE && mac_equal(i->mac, g->ifaces[i->parent].mac))
                return (struct mac){0};
        if (i->kind == KIND_BRIDGE && mac_is_zero(i->mac))
                return (struct mac){0}; /* the kernel refuses to pin that one */
        return i->mac;
}

static void fill_spec(struct link_spec *l, const struct graph *g, size_t iface)
{
        const struct iface *i = &g->ifaces[iface];

        l->kind = i->kind;
        l->role = i->role;
        (void)str_copy(l->name, sizeof(l->name), i->name);
        l->mac = own_mac(g, iface);
        l->mtu_bytes = i->mtu_bytes;
        l->ifindex = i->id.ifindex;
        if (i->parent != NONE)
                l->parent = target_of_iface(g, i->parent);
        l->vlan_id = i->vlan_id;
        l->vxlan_id = i->vxlan_id;
        l->vxlan_remote = i->vxlan_remote;
        l->macvlan_mode = i->macvlan_mode;
        l->bond_mode = i->bond_mode;
        l->stp_on = i->stp_on;
        l->is_tap = i->kind == KIND_TAP;
        l->number = i->number;
        l->is_borrowed = !i->is_owned;
        if (i->kind != KIND_VETH || i->peer == NONE)
                return;

        const struct iface *p = &g->ifaces[i->peer];

        l->peer_jail = target_of_jail(g, p->jail);
        (void)str_copy(l->peer_name, sizeof(l->peer_name), p->name);
        l->peer_mac = p->mac;
        l->peer_mtu_bytes = p->mtu_bytes;
        l->peer_role = p->role;
        l->peer_number = p->number;
}

static void undo_link_del(struct step *s, const struct graph *g, size_t iface)
{
        size_t peer = g->ifaces[iface].kind == KIND_VETH ? g->ifaces[iface].peer : NONE;
        size_t ends[] = {iface, peer};

        fill_spec(&undo_on(s, STEP_LINK_ADD, target_of_jail(g, g->ifaces[iface].jail))->link, g, iface);
        if (g->ifaces[iface].kind == KIND_BRIDGE && !bridge_has_ports_mtu(g, iface)) {
                /* One of its own: a bridge that is only made with it would take its ports'. */
                s->undo[s->undo_count - 1].link.mtu_bytes = least_port_mtu(g, iface, NONE, 0);
                undo_on(s, STEP_LINK_MTU, anew(g, iface))->number = g->ifaces[iface].mtu_bytes;
        }
        for (size_t k = 0; k < ARRAY_SIZE(ends); k++) {
                if (ends[k] == NONE)
                        continue;
                undo_marks(s, g, ends[k], anew(g, ends[k]));
                undo_place(s, g, ends[k], anew(g, ends[k]), false);
                undo_records(s, g, ends[k], anew(g, ends[k]));
        }
}

static void undo_link_move(struct step *s, const struct graph *g, size_t iface)
{
        struct target there = s->to;
        const char *name = s->name[0] ? s->name : s->at.iface;

        (void)str_copy(there.iface, sizeof(there.iface), name);
        (void)str_copy(there.kind, sizeof(there.kind), s->at.kind);
        there.ifindex = 0;
        there.number = s->at.number;

        struct step *u = undo_on(s, STEP_LINK_MOVE, there);
        struct target home = s->at;

        home.iface[0] = home.kind[0] = '\0';
        home.ifindex = 0;
        home.number = 0;
        u->to = home;
        if (strcmp(name, s->at.iface) != 0)
                (void)str_copy(u->name, sizeof(u->name), s->at.iface);
        if (iface == NONE)
                return;

        const struct iface *i = &g->ifaces[iface];

        u->is_up = i->is_up && i->master == NONE; /* a port joins its bridge before it goes up */
        undo_place(s, g, iface, anew(g, iface), u->is_up);
}

/* What the kernel gives the loopback of each jail that is made, and somebody took from this one. 127.0.0.1 it gives
 * always; whether it gives ::1 here, the host's tells, as IPv6 may be switched off. A loopback that is only thought of
 * has no addresses yet; one that was never up has none either, but the kernel's flags. */
static void undo_lacking(struct step *s, const struct graph *g, const struct iface *i, struct target at)
{
        static const struct prefix given = {.family = AF_INET, .length = 8, .bytes = {127, 0, 0, 1}};
        const struct iface *host = &g->ifaces[g->jails[0].iface_first];

        if (i->address_count == 0 && (i->is_up || !(i->flags & IFF_LOOPBACK)))
                return;
        if (!address_is_there(i, &given))
                undo_on(s, STEP_ADDRESS_DEL, at)->address = given;
        if (!i->is_up || i->mtu_bytes < IPV6_MIN_MTU || g->jails[0].iface_count == 0 || host->kind != KIND_LOOPBACK)
                return;
        for (size_t k = 0; k < host->address_count; k++) {
                const struct prefix *p = &host->addresses[k];

                if (!address_is_carried(host, p) && !address_is_there(i, p))
                        undo_on(s, STEP_ADDRESS_DEL, at)->address = *p;
        }
}

static void undo_jail_del(struct step *s, const struct graph *g)
{
        char rule[NAT_TEXT_SIZE];
        size_t jail = target_find_jail(g, &s->at);
        struct target at = s->at;
        struct step *u;

        at.cookie = 0;
        at.path[0] = '\0';
        u = undo_on(s, STEP_JAIL_ADD, at);
        (void)str_copy(u->root_path, sizeof(u->root_path), s->root_path);
        (void)str_copy(u->hostname, sizeof(u->hostname), s->hostname);
        if (jail == NONE)
                return;

        const struct jail *j = &g->jails[jail];

        if (j->root_path)
                (void)str_copy(u->root_path, sizeof(u->root_path), j->root_path);
        if (j->hostname)
                (void)str_copy(u->hostname, sizeof(u->hostname), j->hostname);
        if (j->forwarding == 1)
                undo_on(s, STEP_FORWARDING, at)->number = 1;
        if (j->forwarding6 == 1)
                undo_on(s, STEP_FORWARDING6, at)->number = 1;
        for (size_t k = 0; nat_line(j->nat_rules, k, rule); k++)
                undo_text(s, STEP_NAT_ADD, at, rule);
        for (size_t k = j->route_first; k < j->route_first + j->route_count; k++)
                if (route_is_jails(&g->routes[k], jail))
                        undo_route(s, &g->routes[k], at);
        for (size_t k = j->iface_first; k != NONE; k = g->ifaces[k].next) {
                const struct iface *i = &g->ifaces[k];

                if (i->kind != KIND_LOOPBACK)
                        continue;
                (void)str_copy(at.iface, sizeof(at.iface), i->name);
                (void)undo_on(s, i->is_up ? STEP_LINK_UP : STEP_LINK_DOWN, at); /* a new jail's is up */
                if (i->mtu_bytes != USUAL_LOOPBACK_MTU)
                        undo_on(s, STEP_LINK_MTU, at)->number = i->mtu_bytes;
                undo_marks(s, g, k, at);
                undo_lacking(s, g, i, at); /* first: with it go others of its network */
                for (size_t a = 0; a < i->address_count; a++) {
                        const struct prefix *p = &i->addresses[a];
                        if (!address_is_loopbacks(p) && address_is_carried(i, p))
                                undo_on(s, STEP_ADDRESS_ADD, at)->address = *p;
                }
                undo_routes(s, g, k, at);
        }
}

static void undo_link_add(struct step *s)
{
        struct target made = s->at;

        (void)str_copy(made.iface, sizeof(made.iface), s->link.name);
        made.number = s->link.number;
        (void)undo_on(s, STEP_LINK_DEL, made);
}

static void undo_rename(struct step *s)
{
        struct target renamed = s->at;
        enum step_op op = s->op;

        if (op == STEP_JAIL_RENAME)
                (void)str_copy(renamed.jail, sizeof(renamed.jail), s->name);
        else
                (void)str_copy(renamed.iface, sizeof(renamed.iface), s->name);
        (void)str_copy(undo_on(s, op, renamed)->name, sizeof(s->name),
                       op == STEP_JAIL_RENAME ? s->at.jail : s->at.iface);
}

static void undo_pin(struct step *s, const struct graph *g, size_t iface)
{
        struct step *u = undo_on(s, STEP_PIN, s->at);

        if (iface == NONE)
                return;
        u->mac = g->ifaces[iface].pin;
        u->pin_source = g->ifaces[iface].pin_source;
}

/* A link that goes down loses its IPv6 addresses, also those that it had while it was down before: none of them the
 * kernel gave it by itself, not even the link-local one of its MAC address. */
static void undo_up(struct step *s, const struct iface *i)
{
        (void)undo_on(s, STEP_LINK_DOWN, s->at);
        for (size_t k = 0; i && !i->is_up && k < i->address_count; k++) {
                if (i->addresses[k].family == AF_INET6)
                        undo_on(s, STEP_ADDRESS_ADD, s->at)->address = i->addresses[k];
        }
}

/* The kernel sets all VLANs up with what they stand on, also those that were down while it was up. */
static void undo_down(struct step *s, const struct graph *g, size_t iface)
{
        (void)undo_on(s, STEP_LINK_UP, s->at);
        for (size_t k = iface == NONE ? NONE : g->ifaces[iface].child; k != NONE; k = g->ifaces[k].next_child) {
                const struct iface *i = &g->ifaces[k];

                if (i->kind == KIND_VLAN && !i->is_up)
                        (void)undo_on(s, STEP_LINK_DOWN, target_of_iface(g, k));
        }
}

/* A bridge takes its smallest port's MTU, and what stands on it is lowered with it, but not raised again: behind the
 * bridge's own, which what stands on it can't exceed. */
static void undo_lowered(struct step *s, const struct graph *g, size_t bridge, uint32_t mtu)
{
        for (size_t k = bridge == NONE ? NONE : g->ifaces[bridge].child; k != NONE; k = g->ifaces[k].next_child) {
                const struct iface *i = &g->ifaces[k];

                if (i->kind != KIND_VXLAN && i->mtu_bytes > mtu)
                        undo_on(s, STEP_LINK_MTU, target_of_iface(g, k))->number = i->mtu_bytes;
        }
}

void step_work_out_undo(struct step *s, const struct graph *g)
{
        size_t iface = target_find_iface(g, &s->at);
        const struct iface *i = iface == NONE ? NULL : &g->ifaces[iface];
        struct step *u;

        switch (s->op) {
        case STEP_JAIL_ADD: (void)undo_on(s, STEP_JAIL_DEL, s->at); break;
        case STEP_JAIL_DEL: undo_jail_del(s, g); break;
        case STEP_JAIL_RENAME:
        case STEP_LINK_RENAME: undo_rename(s); break;
        case STEP_LINK_ADD: undo_link_add(s); break;
        case STEP_LINK_DEL:
                if (i)
                        undo_link_del(s, g, iface);
                break;
        case STEP_LINK_MOVE: undo_link_move(s, g, iface); break;
        case STEP_LINK_MASTER:
                u = undo_on(s, STEP_LINK_MASTER, s->at);
                (void)str_copy(u->name, sizeof(u->name), s->name);
                if (i && i->master != NONE)
                        u->to = target_of_iface(g, i->master);
                if (i && i->is_isolated)
                        undo_on(s, STEP_PORT_ISOLATE, s->at)->number = 1;
                if (i)
                        undo_tunings(s, i, s->at, true);
                if (i && s->to.iface[0]) {
                        undo_bridge_mtu(s, g, target_find_iface(g, &s->to), iface, i->mtu_bytes);
                        undo_lowered(s, g, target_find_iface(g, &s->to), i->mtu_bytes);
                }
                if (i)
                        undo_bridge_mtu(s, g, i->master, iface, 0);
                break;
        case STEP_LINK_MAC:
                if (i && i->mac.is_set && !mac_is_zero(i->mac))
                        undo_on(s, STEP_LINK_MAC, s->at)->mac = i->mac;
                break;
        case STEP_LINK_MTU:
                if (i && !is_told_to_bridge(g, s)) { /* else it is part of its port's step, and of that one's undo */
                        undo_on(s, STEP_LINK_MTU, s->at)->number = i->mtu_bytes;
                        undo_bridge_mtu(s, g, i->master, iface, s->number);
                        undo_lowered(s, g, i->master, s->number);
                }
                break;
        case STEP_LINK_UP: undo_up(s, i); break;
        case STEP_LINK_DOWN: undo_down(s, g, iface); break;
        case STEP_LINK_ALIAS: undo_text(s, STEP_LINK_ALIAS, s->at, i && i->alias ? i->alias : ""); break;
        case STEP_FEED_ADD: undo_feed(s, STEP_FEED_DEL); break;
        case STEP_FEED_DEL: undo_feed(s, STEP_FEED_ADD); break;
        case STEP_PORT_VLANS: undo_vlans(s); break;
        case STEP_LINK_STP: undo_on(s, STEP_LINK_STP, s->at)->number = i ? i->stp_on : !s->number; break;
        case STEP_PORT_ISOLATE: undo_on(s, STEP_PORT_ISOLATE, s->at)->number = i ? i->is_isolated : !s->number; break;
        case STEP_LINK_TUNE: {
                enum tuning t = tuning_find(s->text);

                if (t == TUNE_COUNT)
                        break;
                u = undo_on(s, STEP_LINK_TUNE, s->at);
                (void)str_copy(u->text, sizeof(u->text), s->text);
                (void)str_copy(u->name, sizeof(u->name), s->name);
                u->number = i && i->tuning_known >> t & 1u ? i->tuning[t] : tunings[t].usual;
                break;
        }
        case STEP_HOST_ADD:
        case STEP_HOST_DEL:
                u = undo_on(s, s->op == STEP_HOST_ADD ? STEP_HOST_DEL : STEP_HOST_ADD, s->at);
                u->mac = s->mac;
                (void)str_copy(u->name, sizeof(u->name), s->name);
                break;
        case STEP_HOST_FLUSH: break; /* whom it knew it hears again */
        case STEP_LINK_PROMISC:
                undo_on(s, STEP_LINK_PROMISC, s->at)->number = i ? (i->flags & IFF_PROMISC) != 0 : !s->number;
                break;
        case STEP_PERSIST:
                undo_on(s, STEP_PERSIST, s->at)->number =
                        i && i->node != NONE ? g->nodes[i->node].is_persistent : !s->number;
                break;
        case STEP_ALTNAME_ADD: undo_text(s, STEP_ALTNAME_DEL, s->at, s->text); break;
        case STEP_ALTNAME_DEL: undo_text(s, STEP_ALTNAME_ADD, s->at, s->text); break;
        case STEP_ADDRESS_ADD: undo_on(s, STEP_ADDRESS_DEL, s->at)->address = s->address; break;
        case STEP_ADDRESS_DEL: undo_on(s, STEP_ADDRESS_ADD, s->at)->address = s->address; break;
        case STEP_ROUTE_ADD: undo_on(s, STEP_ROUTE_DEL, s->at)->route = s->route; break;
        case STEP_ROUTE_DEL: undo_on(s, STEP_ROUTE_ADD, s->at)->route = s->route; break;
        case STEP_NAT_ADD: undo_text(s, STEP_NAT_DEL, s->at, s->text); break;
        case STEP_NAT_DEL: undo_text(s, STEP_NAT_ADD, s->at, s->text); break;
        case STEP_FORWARDING:
        case STEP_FORWARDING6: undo_on(s, s->op, s->at)->number = s->number ? 0 : 1; break;
        case STEP_NODE_NAME: undo_text(s, STEP_NODE_NAME, s->at, i ? recorded_node_name(g, iface) : ""); break;
        case STEP_HOOK_NAME: {
                size_t other = target_find_iface(g, &s->to);
                const char *old = !i || other == NONE ? ""
                        : s->number                   ? upper_hook_name(g, iface, other)
                                                      : recorded_hook_name(g, iface, other);

                undo_text(s, STEP_HOOK_NAME, s->at, old);
                s->undo[s->undo_count - 1].to = s->to;
                s->undo[s->undo_count - 1].number = s->number;
                (void)str_copy(s->undo[s->undo_count - 1].name, sizeof(s->name), s->name);
                break;
        }
        case STEP_PIN: undo_pin(s, g, iface); break;
        case STEP_LONG_NAME: undo_text(s, STEP_LONG_NAME, s->at, i && i->long_name ? i->long_name : ""); break;
        case STEP_OP_COUNT: break;
        }
}
