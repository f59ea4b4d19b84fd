/* step_text.c - a step as one plain sentence, and the journal's words for operations and states. */
#include "core/base/intl.h"
#include "core/plan/step.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "core/graph/marks.h"
#include "core/plan/feed.h"
#include "core/plan/planner.h"
#include "core/plan/vlans.h"

static const char *const op_names[STEP_OP_COUNT] = {
        [STEP_JAIL_ADD] = "jail add",
        [STEP_JAIL_DEL] = "jail delete",
        [STEP_JAIL_RENAME] = "jail rename",
        [STEP_LINK_ADD] = "link add",
        [STEP_LINK_DEL] = "link delete",
        [STEP_LINK_RENAME] = "link rename",
        [STEP_LINK_MOVE] = "link move",
        [STEP_LINK_MASTER] = "link master",
        [STEP_LINK_MAC] = "link mac",
        [STEP_LINK_MTU] = "link mtu",
        [STEP_LINK_UP] = "link up",
        [STEP_LINK_DOWN] = "link down",
        [STEP_LINK_ALIAS] = "link alias",
        [STEP_LINK_STP] = "link stp",
        [STEP_ALTNAME_ADD] = "altname add",
        [STEP_ALTNAME_DEL] = "altname del",
        [STEP_ADDRESS_ADD] = "address add",
        [STEP_ADDRESS_DEL] = "address delete",
        [STEP_ROUTE_ADD] = "route add",
        [STEP_ROUTE_DEL] = "route delete",
        [STEP_FORWARDING] = "forwarding",
        [STEP_FORWARDING6] = "forwarding6",
        [STEP_NODE_NAME] = "node name",
        [STEP_HOOK_NAME] = "hook name",
        [STEP_PIN] = "pin",
        [STEP_LONG_NAME] = "long name",
        [STEP_PERSIST] = "persist",
        [STEP_LINK_PROMISC] = "link promisc",
        [STEP_PORT_ISOLATE] = "port isolate",
        [STEP_LINK_TUNE] = "link tune",
        [STEP_HOST_ADD] = "host add",
        [STEP_HOST_DEL] = "host delete",
        [STEP_HOST_FLUSH] = "host flush",
        [STEP_NAT_ADD] = "nat add",
        [STEP_NAT_DEL] = "nat delete",
        [STEP_FEED_ADD] = "feed add",
        [STEP_FEED_DEL] = "feed delete",
        [STEP_PORT_VLANS] = "port vlans",
};

static const char *const state_names[] = {
        [STEP_PLANNED] = N_("planned"), [STEP_SENT] = N_("sent"),       [STEP_DONE] = N_("done"),
        [STEP_FAILED] = N_("failed"),   [STEP_UNDOING] = N_("undoing"), [STEP_UNDONE] = N_("undone"),
};

const char *step_state_name(enum step_state s)
{
        return state_names[s];
}

const char *step_op_name(enum step_op op)
{
        return op_names[op];
}

enum step_about step_about(enum step_op op)
{
        switch (op) {
        case STEP_JAIL_ADD:
        case STEP_JAIL_DEL:
        case STEP_JAIL_RENAME: return ABOUT_JAIL;
        case STEP_LINK_ADD:
        case STEP_LINK_DEL:
        case STEP_LINK_RENAME:
        case STEP_LINK_MOVE:
        case STEP_LINK_MASTER:
        case STEP_LINK_MAC:
        case STEP_LINK_MTU:
        case STEP_LINK_UP:
        case STEP_LINK_DOWN:
        case STEP_LINK_ALIAS:
        case STEP_LINK_STP:
        case STEP_LINK_PROMISC:
        case STEP_PORT_ISOLATE:
        case STEP_LINK_TUNE:
        case STEP_HOST_ADD:
        case STEP_HOST_DEL:
        case STEP_HOST_FLUSH:
        case STEP_FEED_ADD:
        case STEP_FEED_DEL:
        case STEP_PORT_VLANS:
        case STEP_ALTNAME_ADD:
        case STEP_ALTNAME_DEL: return ABOUT_LINK;
        case STEP_ADDRESS_ADD:
        case STEP_ADDRESS_DEL: return ABOUT_ADDRESS;
        case STEP_ROUTE_ADD:
        case STEP_ROUTE_DEL:
        case STEP_NAT_ADD:
        case STEP_NAT_DEL:
        case STEP_FORWARDING:
        case STEP_FORWARDING6: return ABOUT_STACK;
        case STEP_NODE_NAME:
        case STEP_HOOK_NAME:
        case STEP_PIN:
        case STEP_PERSIST:
        case STEP_LONG_NAME:
        case STEP_OP_COUNT: return ABOUT_RECORD;
        }
        return ABOUT_RECORD;
}

int step_op_parse(const char *name, enum step_op *ret)
{
        for (int i = 0; i < STEP_OP_COUNT; i++) {
                if (strcmp(op_names[i], name) == 0) {
                        *ret = (enum step_op)i;
                        return 0;
                }
        }
        return -EINVAL;
}

static void put_jail(struct text *t, const struct target *at)
{
        if (target_is_host(at))
                text_put(t, _("the host"));
        else
                text_put_visible(t, at->jail);
}

static void put_place(struct text *t, const struct target *at)
{
        text_put(t, target_is_host(at) ? _("on ") : _("in "));
        put_jail(t, at);
}

static void put_mac(struct text *t, const char *before, struct mac m)
{
        char buf[MAC_TEXT_SIZE];

        if (m.is_set)
                text_putf(t, "%s%s", before, mac_format(m, buf));
}

static const char *bridge_word(enum iface_role role)
{
        switch (role) {
        case ROLE_HUB: return _("hub ");
        case ROLE_WIRE: return _("hidden wire ");
        case ROLE_TEE: return _("tee ");
        case ROLE_NAT: return _("nat ");
        case ROLE_VLAN: return _("vlan node ");
        default: return _("bridge ");
        }
}

static const char *veth_word(enum iface_role role)
{
        switch (role) {
        case ROLE_EIFACE: return _("eiface ");
        case ROLE_IFACE: return _("iface ");
        case ROLE_ORPHANS: return _("hidden carrier ");
        default: return "";
        }
}

static void put_link_add(struct text *t, const struct step *s)
{
        const struct link_spec *l = &s->link;
        struct target made = s->at, peer = l->peer_jail;
        char buf[PREFIX_TEXT_SIZE];

        (void)str_copy(made.iface, sizeof(made.iface), l->name);
        (void)str_copy(peer.iface, sizeof(peer.iface), l->peer_name);
        text_put(t, _("make "));
        switch (l->kind) {
        case KIND_BRIDGE: text_put(t, bridge_word(l->role)); break;
        case KIND_VLAN: text_putf(t, _("VLAN %u "), l->vlan_id); break;
        case KIND_MACVLAN: text_put(t, _("macvlan ")); break;
        case KIND_MACVTAP: text_put(t, _("macvtap ")); break;
        case KIND_IPVLAN: text_put(t, _("ipvlan ")); break;
        case KIND_VXLAN: text_putf(t, _("VXLAN %u "), l->vxlan_id); break;
        case KIND_TUN: text_put(t, _("tun ")); break;
        case KIND_TAP: text_put(t, _("tap ")); break;
        case KIND_BOND: text_put(t, l->role == ROLE_ONE2MANY ? _("one2many ") : _("lagg ")); break;
        case KIND_DUMMY: text_put(t, _("dummy ")); break;
        case KIND_IFB: text_put(t, _("ifb ")); break;
        case KIND_VETH: text_put(t, veth_word(l->role)); break;
        case KIND_PHYSICAL:
        case KIND_LOOPBACK:
        case KIND_OTHER: break;
        }
        target_put(t, &made);
        if (l->role != ROLE_IFACE)
                put_mac(t, _(" with MAC "), l->mac);
        if (l->kind == KIND_VETH && role_has_fabric(l->role)) {
                text_put(t, _(", its hidden end "));
                target_put(t, &peer);
        } else if (l->kind == KIND_VETH) {
                text_put(t, _(" joined to "));
                target_put(t, &peer);
                put_mac(t, _(" with MAC "), l->peer_mac);
        }
        if (l->parent.iface[0]) {
                text_put(t, _(" on "));
                target_put(t, &l->parent);
        }
        if (l->vxlan_remote.family)
                text_putf(t, _(" to %s"), prefix_format_addr(&l->vxlan_remote, buf));
        if (l->stp_on)
                text_put(t, _(", spanning tree on"));
}

static void put_feed(struct text *t, const struct step *s)
{
        bool is_copy = s->number & FEED_COPY, begins = s->op == STEP_FEED_ADD;

        if (s->number & FEED_DROP) {
                text_put(t, begins ? _("drop what comes in by ") : _("drop no more what comes in by "));
                target_put(t, &s->at);
                return;
        }
        if (s->number & FEED_ORPHANS)
                text_put(t, begins ? _("copy frames for nobody from ") : _("copy no more frames for nobody from "));
        else if (s->number & FEED_INET)
                text_put(t, begins ? _("hand IPv4 packets from ") : _("hand no more IPv4 packets from "));
        else if (s->number & FEED_INET6)
                text_put(t, begins ? _("hand IPv6 packets from ") : _("hand no more IPv6 packets from "));
        else
                text_put(t,
                         begins ? (is_copy ? _("copy frames from ") : _("hand frames from "))
                                : (is_copy ? _("copy no more frames from ") : _("hand no more frames from ")));
        if (s->name[0])
                text_put_visible(t, s->name);
        else
                target_put(t, &s->at);
        text_put(t, is_copy ? _(" to ") : _(" on to "));
        if (s->text[0])
                text_put_visible(t, s->text);
        else
                target_put(t, &s->to);
}

static void put_mark(struct text *t, const char *mark)
{
        struct hook_mark hook;
        uint32_t bridge;
        uint16_t vlan;

        if (span_mark_parse(mark, &bridge))
                text_put(t, _("the bridge whose frames it gets"));
        else if (orphans_mark_parse(mark, &bridge) || carrier_mark_parse(mark, &bridge))
                text_put(t, _("what its hook is carried by"));
        else if (hook_mark_parse(mark, &hook) || stack_mark_parse(mark, &bridge))
                text_put(t, _("the name of a hook"));
        else if (vlan_mark_parse(mark, &vlan))
                text_putf(t, _("the VLAN %u of its hook"), vlan);
        else
                text_put(t, keep_mark_parse(mark) ? _("that its node stays") : _("the name of its node"));
}

static void put_route(struct text *t, const struct route *r)
{
        char buf[PREFIX_TEXT_SIZE];

        if (r->destination.length == 0)
                text_put(t, r->destination.family == AF_INET6 ? _("default (IPv6)") : "default");
        else
                text_put(t, prefix_format(&r->destination, buf));
        if (r->gateway.family)
                text_putf(t, _(" via %s"), prefix_format_addr(&r->gateway, buf));
        if (route_nowhere_name(r->type))
                text_putf(t, " (%s)", route_nowhere_name(r->type)); /* the kernel's word */
}

/* Nobody asked for the hidden end of an eiface: it is told by the name of the other one. */
static void put_person_name(struct text *t, const struct step *s, const struct target *at)
{
        if (s->name[0])
                text_put_visible(t, s->name);
        else
                target_put(t, at);
}

static void put_vlans(struct text *t, const struct step *s)
{
        struct vlan_span v = vlan_span_of(s->number);

        text_put(t, v.to == VLAN_NONE ? _("let no more ") : _("let "));
        if (v.to == VLAN_OWN || (v.to == VLAN_NONE && v.from == VLAN_OWN))
                text_putf(t, _("untagged frames, as VLAN %u, "), v.first);
        else if (v.first == v.last)
                text_putf(t, _("frames of VLAN %u "), v.first);
        else
                text_putf(t, _("frames of VLANs %u to %u "), v.first, v.last);
        text_put(t, _("pass "));
        put_person_name(t, s, &s->at);
        text_put(t, v.is_self ? _(" itself") : "");
}

static void put_tune(struct text *t, const struct step *s)
{
        enum tuning k = tuning_find(s->text);

        if (k == TUNE_LEARNING) {
                text_put(t, s->number ? _("let ") : _("keep "));
                text_put(t, _("its bridge "));
                text_put(t, s->number ? _("learn addresses from ") : _("from learning addresses from "));
                put_person_name(t, s, &s->at);
                return;
        }
        if (k == TUNE_FLOOD) {
                text_put(t,
                         s->number ? _("send frames to unknown addresses out by ")
                                   : _("send no frames to unknown addresses out by "));
                put_person_name(t, s, &s->at);
                return;
        }
        text_put(t, _("on "));
        put_person_name(t, s, &s->at);
        text_put(t, _(" set "));
        text_put_visible(t, k == TUNE_COUNT ? s->text : _(tunings[k].what));
        text_putf(t, _(" to %u"), s->number / (k == TUNE_COUNT ? 1 : tunings[k].scale));
        if (k != TUNE_COUNT && tunings[k].unit[0])
                text_putf(t, " %s", tunings[k].unit);
}

void step_put_sentence(struct text *t, const struct step *s)
{
        char buf[PREFIX_TEXT_SIZE];
        char mac[MAC_TEXT_SIZE];

        switch (s->op) {
        case STEP_JAIL_ADD:
                text_put(t, _("make jail "));
                text_put_visible(t, s->at.jail);
                if (s->root_path[0]) {
                        text_put(t, _(" rooted at "));
                        text_put_visible(t, s->root_path);
                }
                if (s->hostname[0]) {
                        text_put(t, _(", host name "));
                        text_put_visible(t, s->hostname);
                }
                break;
        case STEP_JAIL_DEL:
                text_put(t, _("remove jail "));
                text_put_visible(t, s->at.jail);
                break;
        case STEP_JAIL_RENAME:
                text_put(t, _("rename jail "));
                text_put_visible(t, s->at.jail);
                text_put(t, _(" to "));
                text_put_visible(t, s->name);
                break;
        case STEP_LINK_ADD: put_link_add(t, s); break;
        case STEP_LINK_DEL:
                text_put(t, _("destroy "));
                target_put(t, &s->at);
                break;
        case STEP_LINK_RENAME:
                text_put(t, _("rename "));
                target_put(t, &s->at);
                text_put(t, _(" to "));
                text_put_visible(t, s->name);
                break;
        case STEP_LINK_MOVE:
                text_put(t, _("move "));
                text_put_visible(t, s->at.iface);
                text_put(t, _(" from "));
                put_jail(t, &s->at);
                text_put(t, _(" to "));
                put_jail(t, &s->to);
                if (s->name[0]) {
                        text_put(t, _(" as "));
                        text_put_visible(t, s->name);
                }
                if (s->is_up)
                        text_put(t, _(", up"));
                break;
        case STEP_LINK_MASTER:
                text_put(t, s->to.iface[0] ? _("attach ") : _("detach "));
                put_person_name(t, s, &s->at);
                text_put(t, s->to.iface[0] ? _(" to ") : "");
                text_put_visible(t, s->to.iface);
                break;
        case STEP_LINK_MAC:
                text_put(t, _("give "));
                target_put(t, &s->at);
                text_putf(t, _(" the MAC address %s"), mac_format(s->mac, mac));
                break;
        case STEP_LINK_MTU:
                text_put(t, _("set the MTU of "));
                target_put(t, &s->at);
                text_putf(t, _(" to %u"), s->number);
                break;
        case STEP_LINK_UP:
        case STEP_LINK_DOWN:
                text_put(t, _("set "));
                target_put(t, &s->at);
                text_put(t, s->op == STEP_LINK_UP ? _(" up") : _(" down"));
                break;
        case STEP_LINK_ALIAS:
                text_put(t, s->text[0] ? _("describe ") : _("remove the alias of "));
                target_put(t, &s->at);
                text_put(t, s->text[0] ? _(" as '") : "");
                text_put_visible(t, s->text);
                text_put(t, s->text[0] ? "'" : "");
                break;
        case STEP_LINK_STP:
                text_putf(t, _("turn spanning tree %s on "), s->number ? _("on") : _("off"));
                target_put(t, &s->at);
                break;
        case STEP_ALTNAME_ADD:
        case STEP_ALTNAME_DEL:
                if (is_node_mark(s->text)) {
                        text_put(t, s->op == STEP_ALTNAME_ADD ? _("mark ") : _("take the mark from "));
                        target_put(t, &s->at);
                        text_put(t, s->op == STEP_ALTNAME_ADD ? _(" with ") : _(" for "));
                        put_mark(t, s->text);
                        break;
                }
                text_put(t, s->op == STEP_ALTNAME_ADD ? _("give ") : _("take from "));
                target_put(t, &s->at);
                text_put(t, _(" the alternative name "));
                text_put_visible(t, s->text);
                break;
        case STEP_ADDRESS_ADD:
        case STEP_ADDRESS_DEL:
                text_putf(t, "%s %s %s ", s->op == STEP_ADDRESS_ADD ? _("give") : _("take"),
                          prefix_format(&s->address, buf), s->op == STEP_ADDRESS_ADD ? _("to") : _("from"));
                target_put(t, &s->at);
                break;
        case STEP_ROUTE_ADD:
        case STEP_ROUTE_DEL:
                text_put(t, s->op == STEP_ROUTE_ADD ? _("add route ") : _("remove route "));
                put_route(t, &s->route);
                if (s->at.iface[0]) {
                        text_put(t, _(" over "));
                        text_put_visible(t, s->at.iface);
                }
                text_put_char(t, ' ');
                put_place(t, &s->at);
                break;
        case STEP_FORWARDING:
        case STEP_FORWARDING6:
                text_putf(t, _("turn IPv%c forwarding %s "), s->op == STEP_FORWARDING ? '4' : '6',
                          s->number ? _("on") : _("off"));
                put_place(t, &s->at);
                break;
        case STEP_NAT_ADD:
        case STEP_NAT_DEL:
                text_put(t, s->op == STEP_NAT_ADD ? _("translate: ") : _("translate no more: "));
                text_put_visible(t, s->text);
                text_put_char(t, ' ');
                put_place(t, &s->at);
                break;
        case STEP_NODE_NAME:
                text_put(t, s->text[0] ? _("name the node of ") : _("give the node of "));
                target_put(t, &s->at);
                text_put(t, s->text[0] ? " " : _(" its default name"));
                text_put_visible(t, s->text);
                break;
        case STEP_LINK_TUNE: put_tune(t, s); break;
        case STEP_HOST_ADD:
        case STEP_HOST_DEL:
                text_putf(t, "%s %s ", s->op == STEP_HOST_ADD ? _("know") : _("forget"), mac_format(s->mac, mac));
                text_put(t, s->op == STEP_HOST_ADD ? _("for good behind ") : _("behind "));
                put_person_name(t, s, &s->at);
                break;
        case STEP_HOST_FLUSH:
                text_put(t, _("let "));
                target_put(t, &s->at);
                text_put(t,
                         s->number ? _(" forget all addresses, also those that it was told")
                                   : _(" forget the addresses that it has learnt"));
                break;
        case STEP_FEED_ADD:
        case STEP_FEED_DEL: put_feed(t, s); break;
        case STEP_PORT_VLANS: put_vlans(t, s); break;
        case STEP_PORT_ISOLATE:
                text_put(t, s->number ? _("isolate ") : _("let "));
                put_person_name(t, s, &s->at);
                text_put(t, s->number ? _(" from other isolated ports") : _(" reach isolated ports again"));
                break;
        case STEP_LINK_PROMISC:
                text_put(t, _("let "));
                target_put(t, &s->at);
                text_put(t, s->number ? _(" take in all frames") : _(" take in its own frames only"));
                break;
        case STEP_PERSIST:
                text_put(t, s->number ? _("keep ") : _("let "));
                target_put(t, &s->at);
                text_put(t, s->number ? _(" also without hooks") : _(" go away with its last hook"));
                break;
        case STEP_HOOK_NAME:
                if (s->number) {
                        text_put(t, s->text[0] ? _("connect the upper hook of ") : _("disconnect the upper hook of "));
                        put_person_name(t, s, &s->to);
                        text_put(t, s->text[0] ? _(" to ") : _(" from "));
                        target_put(t, &s->at);
                        text_put(t, s->text[0] ? _(", hook ") : "");
                        text_put_visible(t, s->text);
                        break;
                }
                text_put(t, s->text[0] ? _("call ") : _("forget the name of "));
                target_put(t, &s->at);
                text_put(t, _("'s hook towards "));
                put_person_name(t, s, &s->to);
                text_put(t, s->text[0] ? " " : "");
                text_put_visible(t, s->text);
                break;
        case STEP_PIN:
                text_put(t, s->pin_source == PIN_NONE ? _("forget the pin of ") : _("pin "));
                target_put(t, &s->at);
                if (s->pin_source != PIN_NONE)
                        text_putf(t, _(" to %s (%s)"), mac_format(s->mac, mac), pin_source_name(s->pin_source));
                break;
        case STEP_LONG_NAME:
                text_put(t, s->text[0] ? _("remember the long name of ") : _("forget the long name of "));
                target_put(t, &s->at);
                text_put(t, s->text[0] ? ": " : "");
                text_put_visible(t, s->text);
                break;
        case STEP_OP_COUNT: break;
        }
}
