/* decode.c - one rtnetlink message as facts. */
#include "core/kernel/decode.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/net_namespace.h>
#include <linux/netconf.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/text.h"
#include "core/graph/follow.h"
#include "core/kinds/kind.h"
#include "core/kinds/tuning.h"

#ifndef IFF_LOWER_UP
#define IFF_LOWER_UP 0x10000
#endif
#define OPER_UNKNOWN 0 /* IF_OPER_*: linux/if.h does not go together with net/if.h */
#define OPER_UP      6

void link_free(struct link *l)
{
        if (!l)
                return;
        for (size_t k = 0; k < l->i.altname_count; k++)
                free(l->altnames[k]);
        free(l->altnames);
        free(l->alias);
        free(l->addresses);
        free(l);
}

void link_freep(struct link **l)
{
        link_free(*l);
}

static bool is_same_string(const char *a, const char *b)
{
        return a == b || (a && b && strcmp(a, b) == 0);
}

static bool is_same_mac(struct mac a, struct mac b)
{
        return a.is_set == b.is_set && memcmp(a.bytes, b.bytes, sizeof(a.bytes)) == 0;
}

static bool is_same_place(const struct iface *x, const struct iface *y)
{
        return x->master_ifindex == y->master_ifindex && x->port_number == y->port_number &&
                x->port_state == y->port_state && x->is_isolated == y->is_isolated &&
                x->link_ifindex == y->link_ifindex && x->link_nsid == y->link_nsid;
}

static bool is_same_kind(const struct iface *x, const struct iface *y)
{
        return x->kind == y->kind && x->vlan_id == y->vlan_id && x->vxlan_id == y->vxlan_id &&
                prefix_equal(&x->vxlan_remote, &y->vxlan_remote) && x->macvlan_mode == y->macvlan_mode &&
                x->bond_mode == y->bond_mode && x->stp_on == y->stp_on && x->vlan_filtering == y->vlan_filtering &&
                x->tuning_known == y->tuning_known && memcmp(x->tuning, y->tuning, sizeof(x->tuning)) == 0;
}

bool link_equal(const struct link *a, const struct link *b)
{
        const struct iface *x = &a->i, *y = &b->i;

        if (x->id.ifindex != y->id.ifindex || x->flags != y->flags || x->operstate != y->operstate ||
            x->is_running != y->is_running || x->mtu_bytes != y->mtu_bytes || x->group != y->group ||
            x->altname_count != y->altname_count)
                return false;
        if (!is_same_place(x, y) || !is_same_kind(x, y) || !is_same_mac(x->mac, y->mac) ||
            !is_same_mac(x->permanent, y->permanent))
                return false;
        if (strcmp(a->name, b->name) != 0 || strcmp(a->kind_name, b->kind_name) != 0 ||
            !is_same_string(a->alias, b->alias))
                return false;
        for (size_t k = 0; k < x->altname_count; k++)
                if (strcmp(a->altnames[k], b->altnames[k]) != 0)
                        return false;
        return true;
}

bool link_follows(const struct link *a, const struct link *b)
{
        struct link x = *a;

        follow_state(&x.i, &b->i);
        return link_equal(&x, b);
}

/* A string attribute that need not be terminated; cut to what fits. */
static void copy_text(const struct nlattr *a, char *buf, size_t size)
{
        size_t length = strnlen(nla_data(a), (size_t)nla_len(a));

        length = length < size ? length : size - 1; /* the kernel's own limit is the same, so nothing is cut */
        memcpy(buf, nla_data(a), length);
        buf[length] = '\0';
}

static struct mac read_mac(const struct nlattr *a)
{
        struct mac m = {.is_set = false};

        if (a && nla_len(a) == (int)sizeof(m.bytes)) {
                memcpy(m.bytes, nla_data(a), sizeof(m.bytes));
                m.is_set = true;
        }
        return m;
}

static enum stp_state read_stp(uint8_t state)
{
        switch (state) {
        case BR_STATE_LISTENING: return STP_LISTENING;
        case BR_STATE_LEARNING: return STP_LEARNING;
        case BR_STATE_FORWARDING: return STP_FORWARDING;
        case BR_STATE_BLOCKING: return STP_BLOCKING;
        default: return STP_DISABLED;
        }
}

/*
 * What nla_parse does, for links, of which a picture has thousands: libnl calls five functions an attribute, which was
 * half of what reading took here. False: a number is shorter than its type.
 */
static bool split(struct nlattr *next, int left, struct nlattr *a[], unsigned max, const struct nla_policy *policy)
{
        static const uint8_t sizes[NLA_TYPE_MAX + 1] = {[NLA_U8] = 1, [NLA_U16] = 2, [NLA_U32] = 4, [NLA_U64] = 8};
        const int header = sizeof(struct nlattr);

        for (unsigned k = 0; k <= max; k++)
                a[k] = NULL;
        while (left >= header && next->nla_len >= header && next->nla_len <= left) {
                unsigned type = (unsigned)(next->nla_type & NLA_TYPE_MASK);
                int whole = NLA_ALIGN(next->nla_len);

                if (type <= max) {
                        if (policy && next->nla_len - header < sizes[policy[type].type])
                                return false;
                        a[type] = next;
                }
                left -= whole < left ? whole : left; /* the last one may end without its padding */
                next = (struct nlattr *)(void *)((char *)next + whole);
        }
        return true;
}

static bool split_nested(struct nlattr *nest, struct nlattr *a[], unsigned max, const struct nla_policy *policy)
{
        return split(nla_data(nest), nla_len(nest), a, max, policy);
}

static const struct nla_policy port_policy[IFLA_BRPORT_MAX + 1] = {
        [IFLA_BRPORT_STATE] = {.type = NLA_U8},
        [IFLA_BRPORT_NO] = {.type = NLA_U16},
        [IFLA_BRPORT_ISOLATED] = {.type = NLA_U8},
};

static void read_linkinfo(struct nlattr *info, struct link *l)
{
        struct nlattr *a[IFLA_INFO_MAX + 1], *port[IFLA_BRPORT_MAX + 1];
        const struct kind *k;

        if (!split_nested(info, a, IFLA_INFO_MAX, NULL))
                return;
        if (a[IFLA_INFO_KIND]) {
                copy_text(a[IFLA_INFO_KIND], l->kind_name, sizeof(l->kind_name));
                k = kind_by_name(l->kind_name);
                l->i.kind = k ? k->kind : KIND_OTHER;
                if (k && k->decode)
                        k->decode(a[IFLA_INFO_DATA], &l->i);
        }
        if (!a[IFLA_INFO_SLAVE_KIND] || !a[IFLA_INFO_SLAVE_DATA] ||
            nla_strcmp(a[IFLA_INFO_SLAVE_KIND], "bridge") != 0 ||
            !split_nested(a[IFLA_INFO_SLAVE_DATA], port, IFLA_BRPORT_MAX, port_policy))
                return;
        l->is_port_told = true;
        if (port[IFLA_BRPORT_NO])
                l->i.port_number = nla_get_u16(port[IFLA_BRPORT_NO]);
        if (port[IFLA_BRPORT_STATE])
                l->i.port_state = read_stp(nla_get_u8(port[IFLA_BRPORT_STATE]));
        if (port[IFLA_BRPORT_ISOLATED])
                l->i.is_isolated = nla_get_u8(port[IFLA_BRPORT_ISOLATED]) != 0;
        tuning_read(port, IFLA_BRPORT_MAX, true, l->i.tuning, &l->i.tuning_known);
}

/* The first of a device's settings, in a nest of its family's; -1 not there. */
static int8_t read_setting(struct nlattr *family, unsigned attribute)
{
        struct nlattr *a[IFLA_INET6_MAX + 1];
        uint32_t value;

        if (!family || !split_nested(family, a, IFLA_INET6_MAX, NULL) || !a[attribute] ||
            nla_len(a[attribute]) < (int)sizeof(value))
                return -1;
        memcpy(&value, nla_data(a[attribute]), sizeof(value)); /* not aligned when a message is scrambled */
        return value != 0;
}

/* The arrays are by IPV4_DEVCONF_ and DEVCONF_ of linux/ip.h and linux/ipv6.h: forwarding comes first in both. */
static void read_forwarding(struct nlattr *families, struct link *l)
{
        struct nlattr *a[AF_INET6 + 1];

        if (!split_nested(families, a, AF_INET6, NULL))
                return;
        l->forwarding = read_setting(a[AF_INET], IFLA_INET_CONF);
        l->forwarding6 = read_setting(a[AF_INET6], IFLA_INET6_CONF);
}

static void read_altnames(struct nlattr *list, struct link *l)
{
        size_t capacity = 0;
        struct nlattr *a;
        int left;

        nla_for_each_nested(a, list, left)
        {
                if (nla_type(a) != IFLA_ALT_IFNAME)
                        continue;
                l->altnames = array_grow(l->altnames, &capacity, l->i.altname_count, sizeof(*l->altnames));
                l->altnames[l->i.altname_count++] = xstrndup(nla_data(a), (size_t)nla_len(a));
        }
}

static struct counters read_counters(const struct nlattr *a)
{
        struct rtnl_link_stats64 s = {0};
        size_t size = (size_t)nla_len(a) < sizeof(s) ? (size_t)nla_len(a) : sizeof(s);

        memcpy(&s, nla_data(a), size); /* not aligned to 8 bytes in the message */
        return (struct counters){.rx_bytes = s.rx_bytes,
                                 .tx_bytes = s.tx_bytes,
                                 .rx_packets = s.rx_packets,
                                 .tx_packets = s.tx_packets,
                                 .rx_errors = s.rx_errors,
                                 .tx_errors = s.tx_errors,
                                 .rx_dropped = s.rx_dropped,
                                 .tx_dropped = s.tx_dropped,
                                 .is_known = true};
}

static const struct nla_policy link_policy[IFLA_MAX + 1] = {
        [IFLA_MTU] = {.type = NLA_U32},          [IFLA_LINK] = {.type = NLA_U32},
        [IFLA_LINK_NETNSID] = {.type = NLA_U32}, [IFLA_MASTER] = {.type = NLA_U32},
        [IFLA_GROUP] = {.type = NLA_U32},        [IFLA_OPERSTATE] = {.type = NLA_U8},
        [IFLA_NEW_NETNSID] = {.type = NLA_U32},  [IFLA_NEW_IFINDEX] = {.type = NLA_U32},
        [IFLA_LINKINFO] = {.type = NLA_NESTED},  [IFLA_PROP_LIST] = {.type = NLA_NESTED},
};

static void read_link_numbers(struct nlattr **a, struct link *l)
{
        struct iface *i = &l->i;

        if (a[IFLA_MTU])
                i->mtu_bytes = nla_get_u32(a[IFLA_MTU]);
        if (a[IFLA_GROUP])
                i->group = nla_get_u32(a[IFLA_GROUP]);
        if (a[IFLA_MASTER])
                i->master_ifindex = (int)nla_get_u32(a[IFLA_MASTER]);
        if (a[IFLA_LINK])
                i->link_ifindex = (int)nla_get_u32(a[IFLA_LINK]);
        if (a[IFLA_LINK_NETNSID])
                i->link_nsid = (int)nla_get_u32(a[IFLA_LINK_NETNSID]);
        if (a[IFLA_OPERSTATE])
                i->operstate = nla_get_u8(a[IFLA_OPERSTATE]);
        if (a[IFLA_NEW_NETNSID])
                l->new_nsid = (int)nla_get_u32(a[IFLA_NEW_NETNSID]);
        if (a[IFLA_NEW_IFINDEX])
                l->new_ifindex = (int)nla_get_u32(a[IFLA_NEW_IFINDEX]);
}

static struct link *link_new(const struct ifinfomsg *m)
{
        struct link *l = xcalloc(1, sizeof(*l));

        l->new_nsid = -1;
        l->forwarding = l->forwarding6 = -1;
        l->sampled_rx = l->sampled_tx = RATE_UNKNOWN;
        l->i.id.ifindex = m->ifi_index;
        l->i.flags = m->ifi_flags;
        l->i.is_up = m->ifi_flags & IFF_UP;
        l->i.kind = m->ifi_flags & IFF_LOOPBACK ? KIND_LOOPBACK : KIND_PHYSICAL;
        l->i.link_nsid = l->i.link_nsid_home = -1;
        l->i.rx_Bps = l->i.tx_Bps = RATE_UNKNOWN;
        return l;
}

int decode_link(struct nlmsghdr *h, struct link **ret)
{
        struct nlattr *a[IFLA_MAX + 1];
        CLEANUP(link_freep) struct link *l = NULL;

        if (!nlmsg_valid_hdr(h, sizeof(struct ifinfomsg)) ||
            !split(nlmsg_attrdata(h, sizeof(struct ifinfomsg)), nlmsg_attrlen(h, sizeof(struct ifinfomsg)), a, IFLA_MAX,
                   link_policy))
                return -EBADMSG;
        if (a[IFLA_WIRELESS])
                return -ENOMSG;
        l = link_new(nlmsg_data(h));
        if (!a[IFLA_IFNAME] || l->i.id.ifindex <= 0)
                return -EBADMSG;
        copy_text(a[IFLA_IFNAME], l->name, sizeof(l->name));
        read_link_numbers(a, l);
        l->i.is_running = l->i.operstate == OPER_UP || (l->i.operstate == OPER_UNKNOWN && (l->i.flags & IFF_LOWER_UP));
        l->i.mac = read_mac(a[IFLA_ADDRESS]);
        l->i.permanent = read_mac(a[IFLA_PERM_ADDRESS]);
        if (a[IFLA_LINKINFO])
                read_linkinfo(a[IFLA_LINKINFO], l);
        if (a[IFLA_IFALIAS] && nla_len(a[IFLA_IFALIAS]) > 0)
                l->alias = xstrndup(nla_data(a[IFLA_IFALIAS]), (size_t)nla_len(a[IFLA_IFALIAS]));
        if (a[IFLA_PROP_LIST])
                read_altnames(a[IFLA_PROP_LIST], l);
        if (a[IFLA_AF_SPEC])
                read_forwarding(a[IFLA_AF_SPEC], l);
        if (a[IFLA_STATS64])
                l->i.counters = read_counters(a[IFLA_STATS64]);
        *ret = TAKE(l);
        return 0;
}

bool decode_is_port(struct nlmsghdr *h)
{
        struct ifinfomsg *m = nlmsg_data(h);

        return nlmsg_valid_hdr(h, sizeof(*m)) && m->ifi_family == AF_BRIDGE;
}

int decode_port(struct nlmsghdr *h, struct port_fact *ret)
{
        struct nlattr *a[IFLA_MAX + 1], *port[IFLA_BRPORT_MAX + 1];
        struct ifinfomsg *m = nlmsg_data(h);

        if (nlmsg_parse(h, sizeof(*m), a, IFLA_MAX, link_policy) < 0)
                return -EBADMSG;
        *ret = (struct port_fact){.ifindex = m->ifi_index};
        if (a[IFLA_MASTER])
                ret->master = (int)nla_get_u32(a[IFLA_MASTER]);
        if (!a[IFLA_PROTINFO] || nla_parse_nested(port, IFLA_BRPORT_MAX, a[IFLA_PROTINFO], port_policy) < 0)
                return 0;
        if (port[IFLA_BRPORT_STATE]) {
                ret->has_state = true;
                ret->state = read_stp(nla_get_u8(port[IFLA_BRPORT_STATE]));
        }
        if (port[IFLA_BRPORT_ISOLATED])
                ret->is_isolated = nla_get_u8(port[IFLA_BRPORT_ISOLATED]) != 0;
        tuning_read(port, IFLA_BRPORT_MAX, true, ret->tuning, &ret->tuning_known);
        if (port[IFLA_BRPORT_NO])
                ret->number = nla_get_u16(port[IFLA_BRPORT_NO]);
        return 0;
}

/* An address attribute as a prefix; false when its size does not fit the family. */
static bool read_prefix(const struct nlattr *a, uint8_t family, uint8_t length, struct prefix *ret)
{
        unsigned bits = prefix_bits(family);

        if (!a || nla_len(a) != (int)(bits / 8) || length > bits)
                return false;
        *ret = (struct prefix){.family = family, .length = length};
        memcpy(ret->bytes, nla_data(a), bits / 8);
        return true;
}

static bool is_ip(uint8_t family)
{
        return family == AF_INET || family == AF_INET6;
}

int decode_address(struct nlmsghdr *h, struct address_fact *ret)
{
        struct nlattr *a[IFA_MAX + 1];
        struct ifaddrmsg *m = nlmsg_data(h);
        struct prefix p;

        if (nlmsg_parse(h, sizeof(*m), a, IFA_MAX, NULL) < 0)
                return -EBADMSG;
        if (!is_ip(m->ifa_family))
                return -ENOMSG;
        /* On a point-to-point link IFA_ADDRESS is the other side's, and IFA_LOCAL ours. */
        if (!read_prefix(a[IFA_LOCAL] ? a[IFA_LOCAL] : a[IFA_ADDRESS], m->ifa_family, m->ifa_prefixlen, &p))
                return -EBADMSG;
        *ret = (struct address_fact){.ifindex = (int)m->ifa_index, .address = p};
        return 0;
}

static const struct nla_policy route_policy[RTA_MAX + 1] = {
        [RTA_OIF] = {.type = NLA_U32},
        [RTA_PRIORITY] = {.type = NLA_U32},
        [RTA_TABLE] = {.type = NLA_U32},
};

static bool is_shown_route(const struct rtmsg *m, uint32_t table)
{
        if (table != RT_TABLE_MAIN || (m->rtm_flags & RTM_F_CLONED) || !is_ip(m->rtm_family))
                return false;
        return m->rtm_type == RTN_UNICAST || (m->rtm_type >= RTN_BLACKHOLE && m->rtm_type <= RTN_THROW);
}

/* The first next hop stands for a multipath route. */
static void read_multipath(struct nlattr *list, struct route *r)
{
        struct rtnexthop *hop = nla_data(list);
        struct nlattr *gateway;
        int length = nla_len(list);

        if (length < (int)sizeof(*hop) || hop->rtnh_len < sizeof(*hop) || hop->rtnh_len > length)
                return;
        r->oif = hop->rtnh_ifindex;
        r->has_more_hops = length > (int)RTNH_ALIGN(hop->rtnh_len);
        gateway = nla_find((struct nlattr *)(hop + 1), (int)(hop->rtnh_len - sizeof(*hop)), RTA_GATEWAY);
        if (gateway)
                (void)read_prefix(gateway, r->destination.family, (uint8_t)prefix_bits(r->destination.family),
                                  &r->gateway);
}

/* RTA_VIA: a gateway of the other family. */
static void read_via(const struct nlattr *a, struct route *r)
{
        struct rtvia via;
        size_t size = (size_t)nla_len(a);

        if (size <= sizeof(via.rtvia_family))
                return;
        memcpy(&via.rtvia_family, nla_data(a), sizeof(via.rtvia_family));
        if (!is_ip((uint8_t)via.rtvia_family) ||
            size != sizeof(via.rtvia_family) + prefix_bits((uint8_t)via.rtvia_family) / 8)
                return;
        r->gateway.family = (uint8_t)via.rtvia_family;
        r->gateway.length = (uint8_t)prefix_bits(r->gateway.family);
        memcpy(r->gateway.bytes, (char *)nla_data(a) + sizeof(via.rtvia_family), size - sizeof(via.rtvia_family));
}

int decode_route(struct nlmsghdr *h, struct route *ret)
{
        struct nlattr *a[RTA_MAX + 1];
        struct rtmsg *m = nlmsg_data(h);
        struct route r = {.jail = NONE};
        uint8_t bits;

        if (nlmsg_parse(h, sizeof(*m), a, RTA_MAX, route_policy) < 0)
                return -EBADMSG;
        if (!is_shown_route(m, a[RTA_TABLE] ? nla_get_u32(a[RTA_TABLE]) : m->rtm_table))
                return -ENOMSG;
        bits = (uint8_t)prefix_bits(m->rtm_family);
        r.protocol = m->rtm_protocol;
        r.scope = m->rtm_scope;
        r.type = m->rtm_type;
        if (a[RTA_DST] && !read_prefix(a[RTA_DST], m->rtm_family, m->rtm_dst_len, &r.destination))
                return -EBADMSG;
        r.destination.family = m->rtm_family;
        if (a[RTA_MULTIPATH])
                read_multipath(a[RTA_MULTIPATH], &r);
        if (a[RTA_GATEWAY])
                (void)read_prefix(a[RTA_GATEWAY], m->rtm_family, bits, &r.gateway); /* left unset when malformed */
        if (a[RTA_VIA])
                read_via(a[RTA_VIA], &r);
        if (a[RTA_PREFSRC])
                (void)read_prefix(a[RTA_PREFSRC], m->rtm_family, bits, &r.source); /* as above */
        if (a[RTA_OIF])
                r.oif = (int)nla_get_u32(a[RTA_OIF]);
        if (a[RTA_PRIORITY])
                r.metric = nla_get_u32(a[RTA_PRIORITY]);
        *ret = r;
        return 0;
}

int decode_nsid(struct nlmsghdr *h, struct nsid_fact *ret)
{
        static const struct nla_policy policy[NETNSA_MAX + 1] = {
                [NETNSA_NSID] = {.type = NLA_U32},
                [NETNSA_CURRENT_NSID] = {.type = NLA_U32},
        };
        struct nlattr *a[NETNSA_MAX + 1];

        if (nlmsg_parse(h, sizeof(struct rtgenmsg), a, NETNSA_MAX, policy) < 0 || !a[NETNSA_NSID])
                return -EBADMSG;
        *ret = (struct nsid_fact){.nsid = (int)nla_get_u32(a[NETNSA_NSID]), .current_nsid = -1};
        if (a[NETNSA_CURRENT_NSID])
                ret->current_nsid = (int)nla_get_u32(a[NETNSA_CURRENT_NSID]);
        return 0;
}

int decode_forwarding(struct nlmsghdr *h, bool *ret_is_v6, int *ret)
{
        static const struct nla_policy policy[NETCONFA_MAX + 1] = {
                [NETCONFA_IFINDEX] = {.type = NLA_U32},
                [NETCONFA_FORWARDING] = {.type = NLA_U32},
        };
        struct nlattr *a[NETCONFA_MAX + 1];
        struct netconfmsg *m = nlmsg_data(h);

        if (nlmsg_parse(h, sizeof(*m), a, NETCONFA_MAX, policy) < 0)
                return -EBADMSG;
        if ((m->ncm_family != AF_INET && m->ncm_family != AF_INET6) || !a[NETCONFA_IFINDEX] ||
            !a[NETCONFA_FORWARDING] || (int)nla_get_u32(a[NETCONFA_IFINDEX]) != NETCONFA_IFINDEX_ALL)
                return -ENOMSG;
        *ret_is_v6 = m->ncm_family == AF_INET6;
        *ret = nla_get_u32(a[NETCONFA_FORWARDING]) != 0;
        return 0;
}

int decode_stats(struct nlmsghdr *h, int *ret_ifindex, struct counters *ret)
{
        struct nlattr *a[IFLA_STATS_MAX + 1];
        struct if_stats_msg *m = nlmsg_data(h);

        if (nlmsg_parse(h, sizeof(*m), a, IFLA_STATS_MAX, NULL) < 0 || !a[IFLA_STATS_LINK_64])
                return -EBADMSG;
        *ret_ifindex = (int)m->ifindex;
        *ret = read_counters(a[IFLA_STATS_LINK_64]);
        return 0;
}
