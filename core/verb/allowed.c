/*
 * allowed.c - what can be done to the selected thing, and else why not and what to do instead.
 *
 * The reasons that depend on the thing alone stand here, once: menus grey out by them, and the planner refuses by them.
 */
#include "core/verb/verb.h"

#include <errno.h>
#include <string.h>

#define REFUSED (-EOPNOTSUPP)

/* The interface that is meant: a node stands for its own. NONE for a jail. */
static size_t object_iface(const struct graph *g, struct object o)
{
        if (o.type == OBJECT_IFACE)
                return o.index;
        if (o.type == OBJECT_NODE)
                return g->nodes[o.index].iface;
        return NONE;
}

/* One that is planned may have none yet: the kernel chooses it. */
static bool has_mac(const struct iface *i)
{
        if (i->role == ROLE_IFACE)
                return false;
        return i->kind == KIND_TAP || i->kind == KIND_VXLAN || i->kind == KIND_MACVLAN ||
                (i->kind != KIND_LOOPBACK && i->mac.is_set);
}

static bool takes_iface(enum arg_type t, const struct graph *g, size_t iface)
{
        switch (t) {
        case ARG_IFACE:
        case ARG_OBJECT:
        case ARG_NODE:
        case ARG_NODE_HOOK: return true;
        case ARG_BRIDGE: return g->ifaces[iface].kind == KIND_BRIDGE;
        case ARG_MASTER: return iface_takes_ports(&g->ifaces[iface]);
        case ARG_JAIL:
        case ARG_JAIL_ANY:
        case ARG_JAIL_NEW:
        case ARG_IFACE_NEW:
        case ARG_IFACE_PLAIN:
        case ARG_NODE_NEW:
        case ARG_HOOK_NEW:
        case ARG_MAC:
        case ARG_MTU:
        case ARG_VLAN_ID:
        case ARG_VXLAN_ID:
        case ARG_NUMBER:
        case ARG_ADDRESS:
        case ARG_IP:
        case ARG_DESTINATION:
        case ARG_TEXT:
        case ARG_PATH:
        case ARG_CHOICE: return false;
        }
        return false;
}

bool verb_takes(const struct verb *v, const struct graph *g, struct object selected)
{
        size_t iface = object_iface(g, selected);
        enum arg_type first = v->args[0].type;

        if (selected.type == OBJECT_JAIL)
                return first == ARG_JAIL || first == ARG_OBJECT;
        if (selected.type == OBJECT_NODE && (first == ARG_NODE || first == ARG_NODE_HOOK))
                return true;
        return iface != NONE && takes_iface(first, g, iface);
}

static int refuse_jail_change(const struct graph *g, size_t index, const char *what, struct err *e)
{
        const struct jail *j = &g->jails[index];

        if (index == 0)
                return err_set(e, REFUSED, "host: cannot be %s; it is the stack that jailnet runs in", what);
        if (j->state == JAIL_DYING)
                return err_set(e, REFUSED,
                               "%s: is gone already, but something holds its stack; see who with "
                               "'jailnet returns'",
                               j->name);
        if (j->origin != ORIGIN_NAMED)
                return err_set(e, REFUSED, "%s: belongs to a %s and cannot be %s from here; %s", j->name,
                               jail_origin_name(j->origin), what, "use what started it");
        return 0;
}

static int check_jail(const struct verb *v, const struct graph *g, size_t index, struct err *e)
{
        const struct jail *j = &g->jails[index];

        if (v->id == VERB_DESTROY)
                return refuse_jail_change(g, index, "destroyed", e);
        if (v->id == VERB_RENAME)
                return refuse_jail_change(g, index, "renamed", e);
        if (v->id == VERB_RESTART)
                return refuse_jail_change(g, index, "restarted", e);
        if (j->state == JAIL_HIDDEN)
                return err_set(e, REFUSED, "%s: its stack cannot be entered; run jailnet as root", j->name);
        return 0;
}

/* Where an eiface hangs on a bridge, it is its fabric end that does. */
static size_t attached_end(const struct graph *g, size_t iface)
{
        const struct iface *i = &g->ifaces[iface];

        return role_has_fabric(i->role) && i->peer != NONE ? i->peer : iface;
}

static int check_attach(const struct graph *g, size_t iface, const char *name, struct err *e)
{
        const struct iface *i = &g->ifaces[iface];
        const struct iface *end = &g->ifaces[attached_end(g, iface)];

        if (i->kind == KIND_BRIDGE)
                return err_set(e, REFUSED,
                               "%s: a bridge cannot be a port of a bridge; 'connect A:link B:link' joins two", name);
        if (i->kind == KIND_LOOPBACK || i->kind == KIND_TUN || i->kind == KIND_IPVLAN)
                return err_set(e, REFUSED, "%s: has no Ethernet to bridge; attach an epair or an eiface instead", name);
        if (role_has_fabric(i->role) && i->peer == NONE)
                return err_set(e, REFUSED, "%s: its hidden end is out of sight; run jailnet as root", name);
        if (end->master != NONE)
                return err_set(e, REFUSED, "%s: is attached to %s already; detach it first", name,
                               g->ifaces[end->master].name);
        if (end->master_ifindex)
                return err_set(e, REFUSED, "%s: is attached to something out of sight; detach it first", name);
        /* Both want all packets that come in; the kernel says EBUSY. */
        for (size_t k = i->child; k != NONE; k = g->ifaces[k].next_child) {
                enum iface_kind kind = g->ifaces[k].kind;

                if (kind == KIND_MACVLAN || kind == KIND_MACVTAP || kind == KIND_IPVLAN)
                        return err_set(e, REFUSED, "%s: %s stands on it and takes its packets; destroy that one first",
                                       name, g->ifaces[k].name);
        }
        return 0;
}

static int check_move(const struct graph *g, size_t iface, const char *name, struct err *e)
{
        const struct iface *i = &g->ifaces[iface];

        if (i->kind == KIND_BRIDGE)
                return err_set(e, REFUSED, "%s: a bridge cannot change its jail; make it anew there and move its ports",
                               name);
        if (i->kind == KIND_BOND)
                return err_set(e, REFUSED, "%s: a lagg cannot change its jail; make it anew there and move its ports",
                               name);
        if (i->kind == KIND_LOOPBACK)
                return err_set(e, REFUSED, "%s: each jail has a loopback of its own; it cannot be moved", name);
        if (strcmp(i->kind_name, "vrf") == 0)
                return err_set(e, REFUSED, "%s: a vrf cannot change its jail; make it anew there", name);
        for (size_t k = i->child; k != NONE; k = g->ifaces[k].next_child) {
                /* vxlan_netdevice_event; other kinds stay on a parent that moved */
                if (g->ifaces[k].kind == KIND_VXLAN)
                        return err_set(
                                e, REFUSED,
                                "%s: the kernel destroys %s, which runs over it, when it moves; destroy that one "
                                "first",
                                name, g->ifaces[k].name);
        }
        return 0;
}

static int check_destroy(const struct graph *g, size_t iface, const char *name, struct err *e)
{
        const struct iface *i = &g->ifaces[iface];

        if (i->kind == KIND_LOOPBACK)
                return err_set(e, REFUSED, "%s: a loopback lives and dies with its jail; it cannot be destroyed", name);
        if (i->kind == KIND_PHYSICAL)
                return err_set(e, REFUSED, "%s: a physical interface cannot be destroyed; %s", name,
                               i->jail == 0 ? "set it down instead" : "return it");
        return 0;
}

static int check_iface(const struct verb *v, const struct graph *g, size_t iface, struct err *e)
{
        const struct iface *i = &g->ifaces[iface];
        CLEANUP(text_done) struct text word = {0};

        query_put_iface(&word, g, iface);

        const char *name = text_str(&word);

        if (i->role == ROLE_FABRIC) {
                CLEANUP(text_done) struct text user = {0};

                if (i->peer != NONE && role_has_fabric(g->ifaces[i->peer].role))
                        query_put_iface(&user, g, i->peer);
                if (user.length)
                        return err_set(e, REFUSED, "%s: is the hidden end of %s; act on that one", name,
                                       text_str(&user));
                if (v->id != VERB_DESTROY && v->id != VERB_DETACH)
                        return err_set(e, REFUSED, "%s: is a hidden end that jailnet keeps; leave it as it is", name);
        }
        if (g->jails[i->jail].state == JAIL_HIDDEN)
                return err_set(e, REFUSED, "%s: its jail cannot be entered; run jailnet as root", name);
        switch (v->id) {
        case VERB_DESTROY: return check_destroy(g, iface, name, e);
        case VERB_ATTACH: return check_attach(g, iface, name, e);
        case VERB_MOVE: return check_move(g, iface, name, e);
        case VERB_DETACH:
        case VERB_ISOLATE:
        case VERB_HOST_ADD:
        case VERB_HOST_DEL:
                if (!g->ifaces[attached_end(g, iface)].master_ifindex &&
                    g->ifaces[attached_end(g, iface)].master == NONE)
                        return err_set(e, REFUSED, "%s: is attached to no bridge; %s", name,
                                       v->id == VERB_DETACH            ? "there is nothing to detach"
                                               : v->id == VERB_ISOLATE ? "only a bridge's port can be isolated"
                                                                       : "only a bridge's port has others behind it");
                return 0;
        case VERB_RETURN:
                if (i->jail == 0)
                        return err_set(e, REFUSED, "%s: is on the host already; 'move' lends it to a jail", name);
                return check_move(g, iface, name, e);
        case VERB_RENAME:
                if (i->kind == KIND_LOOPBACK)
                        return err_set(e, REFUSED, "%s: programs look for a loopback by its name; leave it as it is",
                                       name);
                return 0;
        case VERB_PIN:
                if (!has_mac(i))
                        return err_set(e, REFUSED, "%s: has no MAC address to pin", name);
                return 0;
        case VERB_MAC:
                if (i->kind == KIND_LOOPBACK || !i->mac.is_set || i->role == ROLE_IFACE)
                        return err_set(e, REFUSED, "%s: has no MAC address that could be changed", name);
                return 0;
        case VERB_TUNE:
                if (i->kind != KIND_BRIDGE && g->ifaces[attached_end(g, iface)].master == NONE)
                        return err_set(e, REFUSED, "%s: is neither a bridge nor a bridge's port", name);
                return 0;
        case VERB_HOST_FLUSH:
                if (i->kind != KIND_BRIDGE)
                        return err_set(e, REFUSED, "%s: is no bridge; nothing else learns addresses", name);
                return 0;
        case VERB_STP:
                if (i->kind != KIND_BRIDGE)
                        return err_set(e, REFUSED, "%s: is no bridge; only a bridge has a spanning tree", name);
                return 0;
        case VERB_UNPIN:
                if (i->pin_source == PIN_NONE)
                        return err_set(e, REFUSED, "%s: has no pin; 'pin' sets one", name);
                return 0;
        case VERB_UP: return i->is_up ? err_set(e, REFUSED, "%s: is up already", name) : 0;
        case VERB_DOWN: return i->is_up ? 0 : err_set(e, REFUSED, "%s: is down already", name);
        case VERB_ADDRESS_DEL: return i->address_count ? 0 : err_set(e, REFUSED, "%s: has no address to remove", name);
        case VERB_CREATE_VLAN:
        case VERB_CREATE_MACVLAN:
                if (i->kind == KIND_LOOPBACK || i->kind == KIND_TUN || i->role == ROLE_IFACE)
                        return err_set(e, REFUSED, "%s: is no Ethernet interface; choose another parent", name);
                return 0;
        case VERB_CREATE_JAIL:
        case VERB_CREATE_BRIDGE:
        case VERB_CREATE_EPAIR:
        case VERB_CREATE_EIFACE:
        case VERB_CREATE_VXLAN:
        case VERB_CREATE_TAP:
        case VERB_CREATE_LAGG:
        case VERB_NAME:
        case VERB_CONNECT:
        case VERB_DISCONNECT:
        case VERB_MTU:
        case VERB_ALIAS:
        case VERB_GROUP_ADD:
        case VERB_GROUP_DEL:
        case VERB_ADDRESS_ADD:
        case VERB_ROUTE_ADD:
        case VERB_ROUTE_DEL:
        case VERB_FORWARDING:
        case VERB_NAT_ADD:
        case VERB_NAT_FORWARD:
        case VERB_NAT_RULE:
        case VERB_NAT_DEL:
        case VERB_CREATE_NODE:
        case VERB_MKPEER:
        case VERB_SPAN:
        case VERB_FILTER_ADD:
        case VERB_FILTER_DEL:
        case VERB_SHUTDOWN:
        case VERB_PROMISC:
        case VERB_RESTART:
        case VERB_SWEEP:
        case VERB_COUNT: return 0;
        case VERB_PERSIST:
                if (!role_is_netgraph(i->role))
                        return err_set(e, REFUSED,
                                       "%s: stays until it is shut down; only netgraph's bridges and hubs "
                                       "go away with their last hook",
                                       name);
                return 0;
        }
        return 0;
}

bool verb_is_allowed(const struct verb *v, const struct graph *g, struct object selected, struct err *e)
{
        size_t iface = object_iface(g, selected);

        if (!verb_takes(v, g, selected)) {
                (void)err_set(e, -EINVAL, "%s: needs %s first; select one", v->words,
                              v->args[0].label ? v->args[0].label : v->args[0].name);
                return false;
        }
        if (selected.type == OBJECT_JAIL)
                return check_jail(v, g, selected.index, e) == 0;
        if (iface == NONE)
                return true;
        return check_iface(v, g, iface, e) == 0;
}
