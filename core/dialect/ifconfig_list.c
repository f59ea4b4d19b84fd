/* ifconfig_list.c - interfaces in the layout of FreeBSD's ifconfig, which scripts cut words out of. */
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>

#include "core/dialect/ifconfig_parts.h"
#include "core/graph/marks.h"

/* FreeBSD's bits, with their names. */
static const struct flag {
        unsigned bit;
        const char *name;
} iface_flags[] = {{0x1, "UP"},        {0x2, "BROADCAST"},   {0x8, "LOOPBACK"},  {0x10, "POINTOPOINT"},
                   {0x40, "RUNNING"},  {0x80, "NOARP"},      {0x100, "PROMISC"}, {0x200, "ALLMULTI"},
                   {0x800, "SIMPLEX"}, {0x8000, "MULTICAST"}};
static const struct flag member_flags[] = {{0x1, "LEARNING"},  {0x2, "DISCOVER"},  {0x4, "STP"},      {0x8, "SPAN"},
                                           {0x40, "AUTOEDGE"}, {0x100, "AUTOPTP"}, {0x800, "PRIVATE"}};

static unsigned flags_of(const struct graph *g, const struct iface *i)
{
        static const struct {
                unsigned linux_bit, freebsd_bit;
        } pairs[] = {{IFF_BROADCAST, 0x2}, {IFF_LOOPBACK, 0x8},   {IFF_POINTOPOINT, 0x10}, {IFF_NOARP, 0x80},
                     {IFF_PROMISC, 0x100}, {IFF_ALLMULTI, 0x200}, {IFF_MULTICAST, 0x8000}};
        unsigned flags = i->is_up ? 0x1 | 0x40 : 0;

        for (size_t k = 0; k < ARRAY_SIZE(pairs); k++)
                if (i->flags & pairs[k].linux_bit)
                        flags |= pairs[k].freebsd_bit;
        if (i->role == ROLE_IFACE) /* Linux has no word for a veth that is point to point */
                flags = (flags & ~0x2U) | 0x10 | 0x800;
        if (flags & 0x2)
                flags |= 0x800;
        if (i->master != NONE && g->ifaces[i->master].kind == KIND_BRIDGE)
                flags |= 0x100; /* a bridge listens to all that its members hear */
        return flags;
}

static void put_flags(struct text *t, unsigned flags, const struct flag *names, size_t count)
{
        const char *separator = "";

        text_putf(t, "flags=%x<", flags);
        for (size_t k = 0; k < count; k++) {
                if (!(flags & names[k].bit))
                        continue;
                text_putf(t, "%s%s", separator, names[k].name);
                separator = ",";
        }
        text_put_char(t, '>');
}

const char *ifconfig_class_of(const struct iface *i)
{
        switch (i->kind) {
        case KIND_LOOPBACK: return "lo";
        case KIND_VETH: return role_has_fabric(i->role) ? NULL : "epair";
        case KIND_BRIDGE: return "bridge";
        case KIND_VLAN: return "vlan";
        case KIND_VXLAN: return "vxlan";
        case KIND_TUN: return "tun";
        case KIND_TAP: return "tap";
        case KIND_BOND: return "lagg";
        default: return NULL;
        }
}

bool ifconfig_in_group(const struct iface *i, const char *group)
{
        const char *class = ifconfig_class_of(i);

        return strcmp(group, "all") == 0 || (class && strcmp(class, group) == 0) || group_mark_find(i, group);
}

static void put_inet(struct text *t, const struct ifconfig_view *v, const struct iface *i, const struct prefix *p)
{
        uint32_t mask = p->length ? ~(uint32_t)0 << (32 - p->length) : 0;
        struct prefix broadcast = *p;
        char buf[PREFIX_TEXT_SIZE];

        if (v->inet == INET_CIDR)
                text_putf(t, "\tinet %s", prefix_format(p, buf));
        else if (v->inet == INET_DOTTED)
                text_putf(t, "\tinet %s netmask %u.%u.%u.%u", prefix_format_addr(p, buf), mask >> 24, mask >> 16 & 0xff,
                          mask >> 8 & 0xff, mask & 0xff);
        else
                text_putf(t, "\tinet %s netmask 0x%08x", prefix_format_addr(p, buf), mask);
        for (int k = 0; k < 4; k++)
                broadcast.bytes[k] |= (uint8_t)(~mask >> (24 - 8 * k));
        if ((i->flags & IFF_BROADCAST) && i->role != ROLE_IFACE)
                text_putf(t, " broadcast %s", prefix_format_addr(&broadcast, buf));
        text_put_char(t, '\n');
}

static void put_inet6(struct text *t, const struct ifconfig_view *v, const struct iface *i, const struct prefix *p)
{
        char buf[PREFIX_TEXT_SIZE];

        text_putf(t, "\tinet6 %s", prefix_format_addr(p, buf));
        if (prefix_is_link_local(p)) {
                text_put_char(t, '%');
                text_put_visible(t, i->name);
        }
        if (v->inet6 == INET6_CIDR)
                text_putf(t, "/%u", p->length);
        else
                text_putf(t, " prefixlen %u", p->length);
        if (prefix_is_link_local(p))
                text_putf(t, " scopeid 0x%x", (unsigned)i->id.ifindex);
        text_put_char(t, '\n');
}

static void put_addresses(struct text *t, const struct ifconfig_view *v, const struct iface *i, int family)
{
        for (size_t k = 0; k < i->address_count; k++) {
                if (i->addresses[k].family != family)
                        continue;
                if (family == AF_INET)
                        put_inet(t, v, i, &i->addresses[k]);
                else
                        put_inet6(t, v, i, &i->addresses[k]);
        }
}

static void put_member(struct text *t, const struct graph *g, const struct iface *bridge, size_t port)
{
        const struct iface *p = &g->ifaces[port];
        bool is_hidden = p->role == ROLE_FABRIC && p->peer != NONE;
        unsigned flags = 0x1 | 0x2 | 0x40 | 0x100;

        if ((p->tuning_known >> TUNE_LEARNING & 1u) && !p->tuning[TUNE_LEARNING])
                flags &= ~0x1u;
        if ((p->tuning_known >> TUNE_FLOOD & 1u) && !p->tuning[TUNE_FLOOD])
                flags &= ~0x2u;
        if (bridge->stp_on)
                flags |= 0x4;
        if (p->is_isolated)
                flags |= 0x800;
        text_put(t, "\tmember: ");
        text_put_visible(t, g->ifaces[is_hidden ? p->peer : port].name);
        text_put_char(t, ' ');
        put_flags(t, flags, member_flags, ARRAY_SIZE(member_flags));
        text_putf(t, "\n\t        ifmaxaddr 0 port %d", p->id.ifindex);
        if (p->tuning_known >> TUNE_PORT_PRIORITY & p->tuning_known >> TUNE_COST & 1u)
                text_putf(t, " priority %u path cost %u", p->tuning[TUNE_PORT_PRIORITY] * PORT_PRIORITY_MORE,
                          p->tuning[TUNE_COST]);
        text_put_char(t, '\n');
}

/* What gets copies is no port on Linux; FreeBSD lists it behind the members. */
static void put_span(struct text *t, const struct graph *g, const struct iface *bridge)
{
        for (size_t k = 0; k < g->iface_count; k++) {
                uint32_t number;

                if (!span_mark_find(&g->ifaces[k], &number) || number != bridge->number)
                        continue;
                text_put(t, "\tmember: ");
                text_put_visible(t, g->ifaces[k].name);
                text_put_char(t, ' ');
                put_flags(t, 0x8, member_flags, ARRAY_SIZE(member_flags));
                text_putf(t, "\n\t        ifmaxaddr 0 port %d priority 0 path cost 0\n", g->ifaces[k].id.ifindex);
        }
}

/* The spanning tree's numbers in seconds, as the kernel tells them. */
static void put_bridge(struct text *t, const struct iface *b)
{
        static const enum tuning shown[] = {TUNE_PRIORITY, TUNE_HELLO, TUNE_FORWARD_DELAY, TUNE_MAX_AGE, TUNE_AGEING};
        uint32_t n[TUNE_COUNT];
        char mac[MAC_TEXT_SIZE];

        for (size_t k = 0; k < ARRAY_SIZE(shown); k++) {
                if (!(b->tuning_known >> shown[k] & 1u))
                        return;
                n[shown[k]] = b->tuning[shown[k]] / tunings[shown[k]].scale;
        }
        text_putf(t, "\tid %s priority %u hellotime %u fwddelay %u\n", mac_format(b->mac, mac), n[TUNE_PRIORITY],
                  n[TUNE_HELLO], n[TUNE_FORWARD_DELAY]);
        text_putf(t, "\tmaxage %u proto stp", n[TUNE_MAX_AGE]);
        if (b->tuning_known >> TUNE_MAX_LEARNED & 1u)
                text_putf(t, " maxaddr %u", b->tuning[TUNE_MAX_LEARNED]);
        text_putf(t, " timeout %u\n", n[TUNE_AGEING]);
}

static void put_ports(struct text *t, const struct graph *g, size_t master)
{
        const struct iface *m = &g->ifaces[master];
        size_t count = graph_ports(g, master, NULL, 0);
        CLEANUP(freep) size_t *ports = xcalloc(count ? count : 1, sizeof(*ports));

        (void)graph_ports(g, master, ports, count);
        if (m->kind == KIND_BRIDGE)
                put_bridge(t, m);
        for (size_t k = 0; k < count; k++) {
                if (m->kind == KIND_BRIDGE) {
                        put_member(t, g, m, ports[k]);
                } else {
                        text_put(t, "\tlaggport: ");
                        text_put_visible(t, g->ifaces[ports[k]].name);
                        text_put(t, g->ifaces[ports[k]].is_running ? " flags=4<ACTIVE>\n" : " flags=0<>\n");
                }
        }
        if (m->kind == KIND_BRIDGE)
                put_span(t, g, m);
}

/* What only interfaces of its kind have. */
static void put_kind(struct text *t, const struct graph *g, size_t iface)
{
        const struct iface *i = &g->ifaces[iface];
        char buf[PREFIX_TEXT_SIZE];

        if (i->kind == KIND_BOND && lagg_proto_name(i->bond_mode))
                text_putf(t, "\tlaggproto %s\n", lagg_proto_name(i->bond_mode));
        if (i->kind == KIND_BRIDGE || i->kind == KIND_BOND)
                put_ports(t, g, iface);
        if (i->kind == KIND_VLAN) {
                text_putf(t, "\tvlan: %u vlanproto: 802.1q parent interface: ", i->vlan_id);
                text_put_visible(t, i->parent == NONE ? "<none>" : g->ifaces[i->parent].name);
                text_put_char(t, '\n');
        }
        if (i->kind == KIND_VXLAN && i->vxlan_remote.family)
                text_putf(t, "\tvxlan vni %u remote %s\n", i->vxlan_id, prefix_format_addr(&i->vxlan_remote, buf));
        else if (i->kind == KIND_VXLAN)
                text_putf(t, "\tvxlan vni %u\n", i->vxlan_id);
}

static void put_groups(struct text *t, const struct iface *i)
{
        const char *class = ifconfig_class_of(i);
        char group[GROUP_NAME_SIZE];
        bool has_any = class != NULL;

        if (class)
                text_putf(t, "\tgroups: %s", class);
        for (size_t k = 0; k < i->altname_count; k++) {
                if (!group_mark_parse(i->altnames[k], group))
                        continue;
                text_put(t, has_any ? " " : "\tgroups: ");
                text_put_visible(t, group);
                has_any = true;
        }
        if (has_any)
                text_put_char(t, '\n');
}

void ifconfig_list_one(struct dialect *d, const struct ifconfig_view *v, size_t iface)
{
        const struct graph *g = dialect_graph(d);
        const struct iface *i = &g->ifaces[iface];
        bool is_ethernet = i->mac.is_set && i->kind != KIND_LOOPBACK && i->role != ROLE_IFACE;
        struct text *t = &d->out;
        char buf[MAC_TEXT_SIZE];

        text_put_visible(t, i->name);
        text_put(t, ": ");
        put_flags(t, flags_of(g, i), iface_flags, ARRAY_SIZE(iface_flags));
        text_putf(t, " metric 0 mtu %u\n", i->mtu_bytes);
        if (i->alias) {
                text_put(t, "\tdescription: ");
                text_put_visible(t, i->alias);
                text_put_char(t, '\n');
        }
        if (is_ethernet && (!v->family || strcmp(v->family, "ether") == 0))
                text_putf(t, "\tether %s\n", mac_format(i->mac, buf));
        if (!v->family || strcmp(v->family, "inet") == 0)
                put_addresses(t, v, i, AF_INET);
        if (!v->family || strcmp(v->family, "inet6") == 0)
                put_addresses(t, v, i, AF_INET6);
        if (v->family)
                return;
        put_kind(t, g, iface);
        put_groups(t, i);
        if (is_ethernet && i->kind != KIND_BRIDGE)
                text_putf(t, "\tmedia: Ethernet autoselect\n\tstatus: %s\n", i->is_running ? "active" : "no carrier");
}

static bool is_shown(const struct ifconfig_view *v, const struct iface *i)
{
        bool is_ethernet = i->mac.is_set && i->kind != KIND_LOOPBACK && i->role != ROLE_IFACE;

        return !role_is_hidden(i->role) && !(v->only_up && !i->is_up) && !(v->only_down && i->is_up) &&
                !(v->group && !ifconfig_in_group(i, v->group)) &&
                !(v->names_only && v->family && strcmp(v->family, "ether") == 0 && !is_ethernet);
}

void ifconfig_list(struct dialect *d, const struct ifconfig_view *v)
{
        const struct graph *g = dialect_graph(d);
        const struct jail *j = &g->jails[v->jail];
        const char *separator = "";

        for (size_t i = j->iface_first; i != NONE; i = g->ifaces[i].next) {
                if (!is_shown(v, &g->ifaces[i]))
                        continue;
                if (!v->names_only && !v->group) {
                        ifconfig_list_one(d, v, i);
                        continue;
                }
                text_put(&d->out, separator);
                text_put_visible(&d->out, g->ifaces[i].name);
                separator = v->names_only ? " " : "\n";
        }
        if (v->names_only || *separator)
                text_put_char(&d->out, '\n');
}
