/*
 * step_iproute2.c - a step as what an administrator would type, for a root shell on the host.
 *
 * Names go behind a keyword ("dev", "name") and quoted, so that one that looks like an option or a command is neither.
 * A jail that `ip -n` cannot name is entered with nsenter; the host, from inside a jail, is the shell's own process.
 */
#include "core/plan/step.h"

#include <linux/filter.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "core/graph/marks.h"
#include "core/graph/nat_rule.h"
#include "core/plan/feed.h"
#include "core/plan/planner.h"
#include "core/plan/vlans.h"

/* A command of iproute2's in that stack: "ip " or "tc ". */
static void put_tool(struct text *t, const char *tool, const struct target *at)
{
        if (at->path[0]) {
                text_put(t, "nsenter --net=");
                text_put_shell(t, at->path);
                text_putf(t, " %s ", tool);
        } else if (target_is_host(at)) {
                text_putf(t, "%s ", tool);
        } else {
                text_putf(t, "%s -n ", tool);
                text_put_shell(t, at->jail);
                text_put_char(t, ' ');
        }
}

static void put_ip(struct text *t, const struct target *at)
{
        put_tool(t, "ip", at);
}

/* "netns WHERE", for a link that is to be there. */
static void put_netns(struct text *t, const struct target *to)
{
        text_put(t, " netns ");
        if (target_is_host(to) && !to->path[0])
                text_put(t, "$$"); /* works from inside any jail, and in containers, where pid 1 is not the host's */
        else
                text_put_shell(t, to->path[0] ? to->path : to->jail);
}

static void put_word(struct text *t, const char *keyword, const char *word)
{
        text_putf(t, " %s ", keyword);
        text_put_shell(t, word);
}

static void put_mac(struct text *t, struct mac m)
{
        char buf[MAC_TEXT_SIZE];

        if (m.is_set)
                text_putf(t, " address %s", mac_format(m, buf));
}

static void put_mtu(struct text *t, uint32_t mtu_bytes)
{
        if (mtu_bytes)
                text_putf(t, " mtu %u", mtu_bytes);
}

const char *step_macvlan_mode(uint32_t mode)
{
        switch (mode) {
        case MACVLAN_MODE_PRIVATE: return "private";
        case MACVLAN_MODE_VEPA: return "vepa";
        case MACVLAN_MODE_PASSTHRU: return "passthru";
        case MACVLAN_MODE_SOURCE: return "source";
        default: return "bridge"; /* the kernel's numbers, not an enum of ours */
        }
}

static const char *bond_mode_name(uint8_t mode)
{
        static const char *const names[] = {"balance-rr", "active-backup", "balance-xor", "broadcast",
                                            "802.3ad",    "balance-tlb",   "balance-alb"};

        return mode < ARRAY_SIZE(names) ? names[mode] : names[1];
}

static void put_link_type(struct text *t, const struct link_spec *l, const struct target *at)
{
        char buf[PREFIX_TEXT_SIZE];

        switch (l->kind) {
        case KIND_BRIDGE:
                text_put(t, " type bridge");
                if (l->stp_on)
                        text_put(t, " stp_state 1");
                if (l->role == ROLE_HUB || l->role == ROLE_WIRE)
                        text_put(t, " ageing_time 0");
                if (l->role == ROLE_VLAN)
                        text_put(t, " ageing_time 0 vlan_filtering 1 vlan_default_pvid 0");
                break;
        case KIND_VETH:
                text_put(t, " type veth peer");
                put_word(t, "name", l->peer_name);
                put_mac(t, l->peer_mac);
                put_mtu(t, l->peer_mtu_bytes);
                if (!target_same(at, &l->peer_jail))
                        put_netns(t, &l->peer_jail);
                break;
        case KIND_VLAN: text_putf(t, " type vlan id %u", l->vlan_id); break;
        case KIND_MACVLAN: text_putf(t, " type macvlan mode %s", step_macvlan_mode(l->macvlan_mode)); break;
        case KIND_MACVTAP: text_putf(t, " type macvtap mode %s", step_macvlan_mode(l->macvlan_mode)); break;
        case KIND_IPVLAN: text_put(t, " type ipvlan"); break;
        case KIND_VXLAN:
                text_putf(t, " type vxlan id %u dstport 4789", l->vxlan_id);
                if (l->vxlan_remote.family)
                        text_putf(t, " %s %s", prefix_is_multicast(&l->vxlan_remote) ? "group" : "remote",
                                  prefix_format_addr(&l->vxlan_remote, buf));
                if (l->parent.iface[0])
                        put_word(t, "dev", l->parent.iface);
                break;
        case KIND_BOND: text_putf(t, " type bond mode %s", bond_mode_name(l->bond_mode)); break;
        case KIND_DUMMY: text_put(t, " type dummy"); break;
        case KIND_IFB: text_put(t, " type ifb"); break;
        case KIND_TUN:
        case KIND_TAP:
        case KIND_PHYSICAL:
        case KIND_LOOPBACK:
        case KIND_OTHER: break;
        }
}

static bool is_same_jail(const struct target *a, const struct target *b)
{
        return a->cookie && b->cookie ? a->cookie == b->cookie : strcmp(a->jail, b->jail) == 0;
}

/* A command that acts on the whole stack, run in it. */
static void put_inside(struct text *t, const struct target *at, const char *command)
{
        if (target_is_host(at)) {
                text_putf(t, "%s\n", command);
                return;
        }
        if (at->path[0]) {
                text_put(t, "nsenter --net=");
                text_put_shell(t, at->path);
        } else {
                text_put(t, "ip netns exec ");
                text_put_shell(t, at->jail);
        }
        text_putf(t, " %s\n", command);
}

/* The host's stack answers on a netgraph bridge for the addresses that the bridge itself was given, and no others. */
static void put_arp_ignore(struct text *t, const struct target *at, const char *name)
{
        CLEANUP(freep) char *path = xasprintf("/proc/sys/net/ipv4/conf/%s/arp_ignore", name);
        CLEANUP(freep) char *word = shell_word(path);
        CLEANUP(freep) char *write = xasprintf("echo 1 > %s", word);

        if (target_is_host(at)) {
                text_putf(t, "%s\n", write);
                return;
        }

        CLEANUP(freep) char *quoted = shell_word(write);
        CLEANUP(freep) char *command = xasprintf("sh -c %s", quoted);

        put_inside(t, at, command);
}

static void put_link_add(struct text *t, const struct step *s)
{
        const struct link_spec *l = &s->link;
        bool is_tun = l->kind == KIND_TUN || l->kind == KIND_TAP;
        bool is_lent = l->parent.iface[0] && !is_same_jail(&l->parent, &s->at);

        put_ip(t, is_lent ? &l->parent : &s->at); /* what it stands on is looked for where the command runs */
        if (is_tun) {
                text_put(t, "tuntap add");
                put_word(t, "dev", l->name);
                text_putf(t, " mode %s\n", l->kind == KIND_TAP ? "tap" : "tun");
                if (!l->mac.is_set && !l->mtu_bytes && !l->is_up)
                        return;
                put_ip(t, &s->at);
                text_put(t, "link set");
                put_word(t, "dev", l->name);
        } else {
                text_put(t, "link add");
                if (l->parent.iface[0] && l->kind != KIND_VXLAN)
                        put_word(t, "link", l->parent.iface);
                put_word(t, "name", l->name);
        }
        put_mac(t, l->mac);
        put_mtu(t, l->mtu_bytes);
        if (l->is_up)
                text_put(t, " up");
        if (is_lent)
                put_netns(t, &s->at);
        if (!is_tun)
                put_link_type(t, l, &s->at);
        text_put_char(t, '\n');
        if (l->role == ROLE_IFACE) {
                put_ip(t, &s->at);
                text_put(t, "link set");
                put_word(t, "dev", l->name);
                text_put(t, " arp off\n");
        }
        if (l->kind == KIND_BRIDGE && (role_is_netgraph(l->role) || l->role == ROLE_WIRE))
                put_arp_ignore(t, &s->at, l->name);
}

static void put_link_set(struct text *t, const struct target *at)
{
        put_ip(t, at);
        text_put(t, "link set");
        put_word(t, "dev", at->iface);
}

static void put_host(struct text *t, const struct step *s)
{
        char mac[MAC_TEXT_SIZE];

        put_tool(t, "bridge", &s->at);
        text_putf(t, "fdb %s %s", s->op == STEP_HOST_ADD ? "replace" : "delete", mac_format(s->mac, mac));
        put_word(t, "dev", s->at.iface);
        text_put(t, s->op == STEP_HOST_ADD ? " master static" : " master");
}

static void put_flush(struct text *t, const struct step *s)
{
        if (s->number) {
                put_tool(t, "bridge", &s->at);
                text_put(t, "fdb flush");
                put_word(t, "dev", s->at.iface);
                text_put(t, " nopermanent");
        } else {
                put_link_set(t, &s->at);
                text_put(t, " type bridge fdb_flush");
        }
}

/* As tc's bpf takes it: how many instructions, then each with its four numbers. */
static void put_filter_code(struct text *t, uint32_t flags)
{
        struct feed_filter f = feed_filter_of(flags);

        text_putf(t, "bpf %sbytecode '%zu", flags & FEED_DROP ? "da " : "", f.count);
        for (size_t k = 0; k < f.count; k++)
                text_putf(t, ",%u %u %u %u", f.code[k].code, f.code[k].jt, f.code[k].jf, f.code[k].k);
        text_put_char(t, '\'');
}

static void put_feed(struct text *t, const struct step *s)
{
        const char *side = s->number & FEED_OUT ? "egress" : "ingress";
        bool is_copy = s->number & FEED_COPY;

        if (s->op == STEP_FEED_DEL) {
                put_tool(t, "tc", &s->at);
                text_put(t, "filter delete");
                put_word(t, "dev", s->at.iface);
                text_putf(t, " %s pref %u\n", side, feed_priority(s->number));
                return;
        }
        put_tool(t, "tc", &s->at);
        text_put(t, "qdisc replace");
        put_word(t, "dev", s->at.iface);
        text_put(t, " clsact\n");
        put_tool(t, "tc", &s->at);
        text_put(t, "filter add");
        put_word(t, "dev", s->at.iface);
        text_putf(t, " %s pref %u protocol all ", side, feed_priority(s->number));
        if (s->number & FEED_FILTERED)
                put_filter_code(t, s->number);
        else
                text_put(t, "u32 match u32 0 0");
        if (s->number & FEED_DROP) {
                text_put_char(t, '\n');
                return;
        }
        text_putf(t, " action mirred %s %s", s->number & FEED_IN ? "ingress" : "egress",
                  is_copy ? "mirror" : "redirect");
        put_word(t, "dev", s->to.iface);
        text_put(t, is_copy ? " continue\n" : "\n");
}

static void put_vlans(struct text *t, const struct step *s)
{
        struct vlan_span v = vlan_span_of(s->number);

        put_tool(t, "bridge", &s->at);
        text_put(t, v.to == VLAN_NONE ? "vlan delete" : "vlan add");
        put_word(t, "dev", s->at.iface);
        text_putf(t, " vid %u", v.first);
        if (v.last != v.first)
                text_putf(t, "-%u", v.last);
        text_put(t, v.to == VLAN_OWN ? " pvid untagged" : "");
        text_put(t, v.is_self ? " self" : "");
}

static void put_jail_rename(struct text *t, const struct step *s)
{
        /* iproute2 has no rename: a second name for the same namespace, then the first one goes. */
        text_put(t, "nsenter --net=");
        if (s->at.path[0]) {
                text_put_shell(t, s->at.path);
        } else {
                CLEANUP(freep) char *path = xasprintf("/run/netns/%s", s->at.jail);

                text_put_shell(t, path);
        }
        text_put(t, " sh -c 'exec ip netns attach \"$1\" $$' sh ");
        text_put_shell(t, s->name);
        text_put(t, "\nip netns delete ");
        text_put_shell(t, s->at.jail);
        text_put_char(t, '\n');
}

static void put_route(struct text *t, const struct step *s, const char *action)
{
        const struct route *r = &s->route;
        const char *type = route_nowhere_name(r->type);
        bool is_mixed = r->gateway.family && r->gateway.family != r->destination.family;
        uint32_t metric = s->op == STEP_ROUTE_ADD ? r->metric : route_metric(r); /* told none, any of that place goes */
        char buf[PREFIX_TEXT_SIZE];

        put_ip(t, &s->at);
        text_putf(t, "%sroute %s %s%s", r->destination.family == AF_INET6 ? "-6 " : "", action, type ? type : "",
                  type ? " " : "");
        /* To ip, "default" is of the gateway's family. */
        text_put(t, r->destination.length == 0 && !is_mixed ? "default" : prefix_format(&r->destination, buf));
        if (r->gateway.family)
                text_putf(t, " via %s%s", is_mixed ? "inet6 " : "", prefix_format_addr(&r->gateway, buf));
        if (s->at.iface[0])
                put_word(t, "dev", s->at.iface);
        if (r->protocol == RTPROT_STATIC)
                text_put(t, " proto static");
        else if (r->protocol && r->protocol != RTPROT_BOOT) /* that is what ip gives by itself */
                text_putf(t, " proto %u", r->protocol);
        if (metric)
                text_putf(t, " metric %u", metric);
        if (r->source.family)
                text_putf(t, " src %s", prefix_format_addr(&r->source, buf));
        text_put_char(t, '\n');
}

static void put_nat(struct text *t, const struct step *s)
{
        struct nat_rule r;

        if (nat_rule_parse(s->text, &r, NULL) < 0)
                return;

        const char *chain = nat_rule_chain(&r);

        if (s->op == STEP_NAT_DEL) {
                CLEANUP(freep)
                char *command = xasprintf("sh -c 'nft delete rule inet " NAT_TABLE " %s handle $(nft -a list chain "
                                          "inet " NAT_TABLE " %s | sed -n \"s|.*comment \\\"%s\\\" # handle ||p\")'",
                                          chain, chain, s->text);

                put_inside(t, &s->at, command);
                return;
        }

        CLEANUP(text_done) struct text rule = {0};
        CLEANUP(freep) char *make = xasprintf("nft add table inet " NAT_TABLE);
        CLEANUP(freep)
        char *hook = xasprintf("nft add chain inet " NAT_TABLE " %s '{ type nat hook %s priority %d ; }'", chain, chain,
                               r.is_forward ? -100 : 100);

        nat_rule_put_nft(&r, &rule);

        CLEANUP(freep)
        char *add = xasprintf("nft %s rule inet " NAT_TABLE " %s '%s'", nat_rule_rank(&r) == 0 ? "insert" : "add",
                              chain, text_str(&rule));

        put_inside(t, &s->at, make);
        put_inside(t, &s->at, hook);
        put_inside(t, &s->at, add);
}

static void put_forwarding(struct text *t, const struct step *s)
{
        CLEANUP(freep)
        char *write = xasprintf("echo %u > /proc/sys/net/%s", s->number ? 1u : 0u,
                                s->op == STEP_FORWARDING ? "ipv4/ip_forward" : "ipv6/conf/all/forwarding");

        if (target_is_host(&s->at)) {
                text_putf(t, "%s\n", write);
                return;
        }

        CLEANUP(freep) char *command = xasprintf("sh -c '%s'", write);

        put_inside(t, &s->at, command);
}

static void put_altname(struct text *t, const struct target *at, const char *action, const char *iface,
                        const char *name)
{
        put_ip(t, at);
        text_putf(t, "link property %s", action);
        put_word(t, "dev", iface);
        put_word(t, "altname", name);
        text_put_char(t, '\n');
}

static void put_mark(struct text *t, const struct target *at, const char *iface, uint32_t number, enum iface_role role)
{
        char mark[MARK_SIZE];

        if (!number)
                return;
        mark_format(number, role, mark);
        put_altname(t, at, "add", iface, mark);
}

void step_put_marks(struct text *t, const struct step *s)
{
        if (s->op == STEP_LINK_ADD) {
                put_mark(t, &s->at, s->link.name, s->link.number, s->link.role);
                if (s->link.kind == KIND_VETH)
                        put_mark(t, &s->link.peer_jail, s->link.peer_name, s->link.peer_number, s->link.peer_role);
        } else if (s->op == STEP_ALTNAME_ADD && is_node_mark(s->text)) {
                put_altname(t, &s->at, "add", s->at.iface, s->text);
        }
}

void step_put_iproute2(struct text *t, const struct step *s)
{
        char buf[PREFIX_TEXT_SIZE];

        switch (s->op) {
        case STEP_JAIL_ADD:
        case STEP_JAIL_DEL:
                text_putf(t, "ip netns %s ", s->op == STEP_JAIL_ADD ? "add" : "delete");
                text_put_shell(t, s->at.jail);
                text_put_char(t, '\n');
                return;
        case STEP_JAIL_RENAME: put_jail_rename(t, s); return;
        case STEP_LINK_ADD: put_link_add(t, s); return;
        case STEP_LINK_DEL:
                put_ip(t, &s->at);
                text_put(t, "link delete");
                put_word(t, "dev", s->at.iface);
                break;
        case STEP_LINK_RENAME:
                put_link_set(t, &s->at);
                put_word(t, "name", s->name);
                break;
        case STEP_LINK_MOVE:
                put_link_set(t, &s->at);
                put_netns(t, &s->to);
                if (s->name[0])
                        put_word(t, "name", s->name);
                if (s->is_up)
                        text_put(t, " up");
                break;
        case STEP_LINK_MASTER:
                put_link_set(t, &s->at);
                if (s->to.iface[0])
                        put_word(t, "master", s->to.iface);
                else
                        text_put(t, " nomaster");
                break;
        case STEP_LINK_MAC:
                put_link_set(t, &s->at);
                put_mac(t, s->mac);
                break;
        case STEP_LINK_MTU:
                put_link_set(t, &s->at);
                text_putf(t, " mtu %u", s->number);
                break;
        case STEP_LINK_UP:
        case STEP_LINK_DOWN:
                put_link_set(t, &s->at);
                text_put(t, s->op == STEP_LINK_UP ? " up" : " down");
                break;
        case STEP_LINK_ALIAS:
                put_link_set(t, &s->at);
                put_word(t, "alias", s->text);
                break;
        case STEP_LINK_STP:
                put_link_set(t, &s->at);
                text_putf(t, " type bridge stp_state %u", s->number ? 1u : 0u);
                break;
        case STEP_FEED_ADD:
        case STEP_FEED_DEL: put_feed(t, s); return;
        case STEP_PORT_VLANS: put_vlans(t, s); break;
        case STEP_PORT_ISOLATE:
                put_link_set(t, &s->at);
                text_put(t, s->number ? " type bridge_slave isolated on" : " type bridge_slave isolated off");
                break;
        case STEP_LINK_TUNE: {
                enum tuning k = tuning_find(s->text);

                if (k == TUNE_COUNT)
                        return;
                put_link_set(t, &s->at);
                text_putf(t, " type %s %s ", tunings[k].is_port ? "bridge_slave" : "bridge", tunings[k].iproute2);
                if (tunings[k].max == 1)
                        text_put(t, s->number ? "on" : "off");
                else
                        text_putf(t, "%u", s->number);
                break;
        }
        case STEP_HOST_ADD:
        case STEP_HOST_DEL: put_host(t, s); break;
        case STEP_HOST_FLUSH: put_flush(t, s); break;
        case STEP_LINK_PROMISC:
                put_link_set(t, &s->at);
                text_put(t, s->number ? " promisc on" : " promisc off");
                break;
        case STEP_ALTNAME_ADD:
        case STEP_ALTNAME_DEL:
                if (is_node_mark(s->text)) /* for jailnet alone */
                        return;
                put_altname(t, &s->at, s->op == STEP_ALTNAME_ADD ? "add" : "del", s->at.iface, s->text);
                return;
        case STEP_ADDRESS_ADD:
        case STEP_ADDRESS_DEL:
                put_ip(t, &s->at);
                text_putf(t, "address %s %s", s->op == STEP_ADDRESS_ADD ? "add" : "delete",
                          prefix_format(&s->address, buf));
                put_word(t, "dev", s->at.iface);
                break;
        case STEP_ROUTE_ADD: put_route(t, s, "add"); return;
        case STEP_ROUTE_DEL: put_route(t, s, "delete"); return;
        case STEP_FORWARDING:
        case STEP_FORWARDING6: put_forwarding(t, s); return;
        case STEP_NAT_ADD:
        case STEP_NAT_DEL: put_nat(t, s); return;
        case STEP_NODE_NAME:
        case STEP_HOOK_NAME:
        case STEP_PIN:
        case STEP_PERSIST:
        case STEP_LONG_NAME:
        case STEP_OP_COUNT: return;
        }
        text_put_char(t, '\n');
}
