/* vxlan.c - Ethernet over UDP (RFC 7348). */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_link.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <string.h>
#include <sys/socket.h>

#include "core/kinds/rows.h"

/* IANA's port, which FreeBSD uses too; the kernel's own default is the older 8472. */
#define VXLAN_PORT 4789

static void decode_remote(const struct nlattr *a, uint8_t family, struct prefix *ret)
{
        size_t size = prefix_bits(family) / 8;

        *ret = (struct prefix){.family = family, .length = (uint8_t)prefix_bits(family)};
        memcpy(ret->bytes, nla_data(a), size);
}

static void decode_vxlan(struct nlattr *data, struct iface *i)
{
        static const struct nla_policy policy[IFLA_VXLAN_MAX + 1] = {
                [IFLA_VXLAN_ID] = {.type = NLA_U32},
                [IFLA_VXLAN_LINK] = {.type = NLA_U32},
                [IFLA_VXLAN_GROUP] = {.minlen = 4},
                [IFLA_VXLAN_GROUP6] = {.minlen = 16},
        };
        struct nlattr *a[IFLA_VXLAN_MAX + 1];

        if (!data || nla_parse_nested(a, IFLA_VXLAN_MAX, data, policy) < 0)
                return;
        if (a[IFLA_VXLAN_ID])
                i->vxlan_id = nla_get_u32(a[IFLA_VXLAN_ID]);
        if (a[IFLA_VXLAN_LINK])
                i->link_ifindex = (int)nla_get_u32(a[IFLA_VXLAN_LINK]);
        if (a[IFLA_VXLAN_GROUP])
                decode_remote(a[IFLA_VXLAN_GROUP], AF_INET, &i->vxlan_remote);
        else if (a[IFLA_VXLAN_GROUP6])
                decode_remote(a[IFLA_VXLAN_GROUP6], AF_INET6, &i->vxlan_remote);
}

static int encode_vxlan(struct nl_msg *m, const struct link_spec *spec, const struct kind_refs *refs)
{
        const struct prefix *remote = &spec->vxlan_remote;

        if (nla_put_u32(m, IFLA_VXLAN_ID, spec->vxlan_id) < 0 || nla_put_u16(m, IFLA_VXLAN_PORT, htons(VXLAN_PORT)) < 0)
                return -EMSGSIZE;
        if (refs->parent_ifindex && nla_put_u32(m, IFLA_VXLAN_LINK, (uint32_t)refs->parent_ifindex) < 0)
                return -EMSGSIZE;
        if (remote->family == AF_INET && nla_put(m, IFLA_VXLAN_GROUP, 4, remote->bytes) < 0)
                return -EMSGSIZE;
        if (remote->family == AF_INET6 && nla_put(m, IFLA_VXLAN_GROUP6, 16, remote->bytes) < 0)
                return -EMSGSIZE;
        return 0;
}

const struct kind kind_vxlan = {
        .kind = KIND_VXLAN,
        .name = "vxlan",
        .decode = decode_vxlan,
        .encode = encode_vxlan,
        .module = "vxlan",
};
