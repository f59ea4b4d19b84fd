/* depth_decode.c - settings, neighbours, rules, VLANs, chains and sockets from the kernel's messages. */
#include "core/kernel/depth_decode.h"

#include <arpa/inet.h> /* before the kernel's own, which then keeps out of its way */
#include <errno.h>
#include <linux/fib_rules.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/inet_diag.h>
#include <linux/neighbour.h>
#include <linux/netconf.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <string.h>

#include "core/base/text.h"
#include "core/graph/nat_rule.h"

#define RULE_LOCAL   0 /* the priorities of the rules that a new stack has */
#define RULE_MAIN    32766
#define RULE_DEFAULT 32767
#define VLAN_MAX     4094

static bool is_ip(uint8_t family)
{
        return family == AF_INET || family == AF_INET6;
}

/* An attribute with an address of that family. */
static bool read_address(const struct nlattr *a, uint8_t family, uint8_t length, struct prefix *ret)
{
        if (!a || (unsigned)nla_len(a) != prefix_bits(family) / 8)
                return false;
        *ret = (struct prefix){.family = family, .length = length};
        memcpy(ret->bytes, nla_data(a), prefix_bits(family) / 8);
        return true;
}

int depth_decode_setting(struct nlmsghdr *h, struct depth_setting *ret)
{
        static const struct nla_policy policy[NETCONFA_MAX + 1] = {
                [NETCONFA_IFINDEX] = {.type = NLA_U32},
                [NETCONFA_FORWARDING] = {.type = NLA_U32},
                [NETCONFA_RP_FILTER] = {.type = NLA_U32},
                [NETCONFA_PROXY_NEIGH] = {.type = NLA_U32},
        };
        struct nlattr *a[NETCONFA_MAX + 1];
        const struct netconfmsg *m = nlmsg_data(h);
        int ifindex;

        if (h->nlmsg_type != RTM_NEWNETCONF || nlmsg_parse(h, sizeof(*m), a, NETCONFA_MAX, policy) < 0 ||
            !a[NETCONFA_IFINDEX])
                return -EBADMSG;
        ifindex = (int)nla_get_u32(a[NETCONFA_IFINDEX]);
        if (!is_ip(m->ncm_family) || (ifindex <= 0 && ifindex != NETCONFA_IFINDEX_ALL))
                return -ENOMSG; /* the settings of interfaces still to come */
        *ret = (struct depth_setting){.ifindex = ifindex > 0 ? ifindex : DEPTH_EVERY_IFACE,
                                      .family = m->ncm_family,
                                      .forwarding = -1,
                                      .rp_filter = -1,
                                      .proxies = -1};
        if (a[NETCONFA_FORWARDING])
                ret->forwarding = nla_get_u32(a[NETCONFA_FORWARDING]) != 0;
        if (a[NETCONFA_RP_FILTER] && nla_get_u32(a[NETCONFA_RP_FILTER]) <= 2)
                ret->rp_filter = (int8_t)nla_get_u32(a[NETCONFA_RP_FILTER]);
        if (a[NETCONFA_PROXY_NEIGH])
                ret->proxies = nla_get_u32(a[NETCONFA_PROXY_NEIGH]) != 0;
        return 0;
}

int depth_decode_neighbour(struct nlmsghdr *h, struct depth_neighbour *ret)
{
        struct nlattr *a[NDA_MAX + 1];
        const struct ndmsg *m = nlmsg_data(h);
        struct depth_neighbour n = {0};

        if (h->nlmsg_type != RTM_NEWNEIGH || nlmsg_parse(h, sizeof(*m), a, NDA_MAX, NULL) < 0)
                return -EBADMSG;
        if (!is_ip(m->ndm_family) || m->ndm_flags & NTF_PROXY)
                return -ENOMSG;
        if (!read_address(a[NDA_DST], m->ndm_family, (uint8_t)prefix_bits(m->ndm_family), &n.address))
                return -EBADMSG;
        if (a[NDA_LLADDR] && nla_len(a[NDA_LLADDR]) == sizeof(n.mac.bytes)) {
                memcpy(n.mac.bytes, nla_data(a[NDA_LLADDR]), sizeof(n.mac.bytes));
                n.mac.is_set = !(m->ndm_state & (NUD_INCOMPLETE | NUD_FAILED));
        }
        n.ifindex = m->ndm_ifindex;
        n.state = m->ndm_state;
        *ret = n;
        return 0;
}

static bool is_usual(const struct depth_rule *r)
{
        if (r->from.family || r->to.family || r->iif[0] || r->oif[0] || r->mark || r->is_inverted ||
            r->action != FR_ACT_TO_TBL)
                return false;
        return (r->priority == RULE_LOCAL && r->table == RT_TABLE_LOCAL) ||
                (r->priority == RULE_MAIN && r->table == RT_TABLE_MAIN) ||
                (r->priority == RULE_DEFAULT && r->table == RT_TABLE_DEFAULT);
}

int depth_decode_rule(struct nlmsghdr *h, struct depth_rule *ret)
{
        static const struct nla_policy policy[FRA_MAX + 1] = {
                [FRA_PRIORITY] = {.type = NLA_U32},
                [FRA_TABLE] = {.type = NLA_U32},
                [FRA_FWMARK] = {.type = NLA_U32},
                [FRA_IIFNAME] = {.type = NLA_STRING, .maxlen = IF_NAME_SIZE},
                [FRA_OIFNAME] = {.type = NLA_STRING, .maxlen = IF_NAME_SIZE},
        };
        struct nlattr *a[FRA_MAX + 1];
        const struct fib_rule_hdr *m = nlmsg_data(h);
        struct depth_rule r = {0};

        if (h->nlmsg_type != RTM_NEWRULE || nlmsg_parse(h, sizeof(*m), a, FRA_MAX, policy) < 0)
                return -EBADMSG;
        if (!is_ip(m->family))
                return -ENOMSG;
        r.family = m->family;
        r.action = m->action;
        r.table = a[FRA_TABLE] ? nla_get_u32(a[FRA_TABLE]) : m->table;
        r.priority = a[FRA_PRIORITY] ? nla_get_u32(a[FRA_PRIORITY]) : 0;
        r.mark = a[FRA_FWMARK] ? nla_get_u32(a[FRA_FWMARK]) : 0;
        r.is_inverted = m->flags & FIB_RULE_INVERT;
        if ((a[FRA_SRC] && !read_address(a[FRA_SRC], m->family, m->src_len, &r.from)) ||
            (a[FRA_DST] && !read_address(a[FRA_DST], m->family, m->dst_len, &r.to)))
                return -EBADMSG;
        if (a[FRA_IIFNAME])
                (void)str_copy(r.iif, sizeof(r.iif), nla_get_string(a[FRA_IIFNAME])); /* the policy has its length */
        if (a[FRA_OIFNAME])
                (void)str_copy(r.oif, sizeof(r.oif), nla_get_string(a[FRA_OIFNAME])); /* as above */
        if (is_usual(&r))
                return -ENOMSG;
        *ret = r;
        return 0;
}

int depth_decode_vlans(struct nlmsghdr *h, void (*fn)(void *context, const struct depth_vlan *v), void *context)
{
        const struct ifinfomsg *m = nlmsg_data(h);
        struct nlattr *a[IFLA_MAX + 1], *item;
        struct bridge_vlan_info info, begin = {0};
        int left;

        if (h->nlmsg_type != RTM_NEWLINK || nlmsg_parse(h, sizeof(*m), a, IFLA_MAX, NULL) < 0)
                return -EBADMSG;
        if (m->ifi_family != AF_BRIDGE || !a[IFLA_AF_SPEC])
                return -ENOMSG;
        nla_for_each_nested(item, a[IFLA_AF_SPEC], left)
        {
                if (nla_type(item) != IFLA_BRIDGE_VLAN_INFO || nla_len(item) < (int)sizeof(info))
                        continue;
                memcpy(&info, nla_data(item), sizeof(info));
                if (info.vid == 0 || info.vid > VLAN_MAX)
                        return -EBADMSG;
                if (info.flags & BRIDGE_VLAN_INFO_RANGE_BEGIN) {
                        begin = info;
                        continue;
                }

                bool is_range = info.flags & BRIDGE_VLAN_INFO_RANGE_END && begin.vid && begin.vid <= info.vid;
                struct depth_vlan v = {.ifindex = m->ifi_index,
                                       .first = is_range ? begin.vid : info.vid,
                                       .last = info.vid,
                                       .is_pvid = info.flags & BRIDGE_VLAN_INFO_PVID,
                                       .is_untagged = info.flags & BRIDGE_VLAN_INFO_UNTAGGED};

                begin.vid = 0;
                fn(context, &v);
        }
        return 0;
}

int depth_decode_chain(struct nlmsghdr *h, struct depth_chain *ret)
{
        struct nlattr *a[NFTA_CHAIN_MAX + 1], *hook[NFTA_HOOK_MAX + 1];
        const struct nfgenmsg *m = nlmsg_data(h);
        struct depth_chain c = {0};

        if (h->nlmsg_type != (NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWCHAIN) ||
            nlmsg_parse(h, sizeof(*m), a, NFTA_CHAIN_MAX, NULL) < 0)
                return -EBADMSG;
        if (!a[NFTA_CHAIN_HOOK] || !a[NFTA_CHAIN_TABLE] || !a[NFTA_CHAIN_NAME])
                return -ENOMSG; /* only jumped to */
        if (nla_parse_nested(hook, NFTA_HOOK_MAX, a[NFTA_CHAIN_HOOK], NULL) < 0 || !hook[NFTA_HOOK_HOOKNUM] ||
            nla_len(hook[NFTA_HOOK_HOOKNUM]) < 4)
                return -EBADMSG;
        c.family = m->nfgen_family;
        c.hook = ntohl(nla_get_u32(hook[NFTA_HOOK_HOOKNUM]));
        c.drops = a[NFTA_CHAIN_POLICY] && nla_len(a[NFTA_CHAIN_POLICY]) >= 4 &&
                ntohl(nla_get_u32(a[NFTA_CHAIN_POLICY])) == NF_DROP;
        if (a[NFTA_CHAIN_USE] && nla_len(a[NFTA_CHAIN_USE]) >= 4)
                c.rule_count = ntohl(nla_get_u32(a[NFTA_CHAIN_USE]));
        (void)str_format(c.table, sizeof(c.table), "%.*s", nla_len(a[NFTA_CHAIN_TABLE]),
                         (const char *)nla_data(a[NFTA_CHAIN_TABLE])); /* may be cut */
        (void)str_format(c.chain, sizeof(c.chain), "%.*s", nla_len(a[NFTA_CHAIN_NAME]),
                         (const char *)nla_data(a[NFTA_CHAIN_NAME])); /* may be cut */
        if ((c.rule_count == 0 && !c.drops) || (c.family == NFPROTO_INET && strcmp(c.table, NAT_TABLE) == 0))
                return -ENOMSG; /* it lets everything pass, or is jailnet's own */
        *ret = c;
        return 0;
}

int depth_decode_listener(struct nlmsghdr *h, struct depth_listener *ret)
{
        struct inet_diag_msg d;

        if (h->nlmsg_type != SOCK_DIAG_BY_FAMILY || h->nlmsg_len < NLMSG_LENGTH(sizeof(d)))
                return -EBADMSG;
        memcpy(&d, nlmsg_data(h), sizeof(d));
        if (!is_ip(d.idiag_family))
                return -ENOMSG;
        *ret = (struct depth_listener){
                .address = {.family = d.idiag_family, .length = (uint8_t)prefix_bits(d.idiag_family)},
                .port = ntohs(d.id.idiag_sport),
                .uid = d.idiag_uid,
                .inode = d.idiag_inode};
        memcpy(ret->address.bytes, d.id.idiag_src, prefix_bits(d.idiag_family) / 8);
        return 0;
}
