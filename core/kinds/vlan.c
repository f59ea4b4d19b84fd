/* vlan.c - 802.1Q interfaces on a parent. */
#include <errno.h>
#include <linux/if_link.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

#include "core/kinds/rows.h"

static void decode_vlan(struct nlattr *data, struct iface *i)
{
        static const struct nla_policy policy[IFLA_VLAN_MAX + 1] = {
                [IFLA_VLAN_ID] = {.type = NLA_U16},
        };
        struct nlattr *a[IFLA_VLAN_MAX + 1];

        if (!data || nla_parse_nested(a, IFLA_VLAN_MAX, data, policy) < 0)
                return;
        if (a[IFLA_VLAN_ID])
                i->vlan_id = nla_get_u16(a[IFLA_VLAN_ID]);
}

static int encode_vlan(struct nl_msg *m, const struct link_spec *spec, const struct kind_refs *refs)
{
        (void)refs;
        return nla_put_u16(m, IFLA_VLAN_ID, spec->vlan_id) < 0 ? -EMSGSIZE : 0;
}

const struct kind kind_vlan = {
        .kind = KIND_VLAN,
        .name = "vlan",
        .decode = decode_vlan,
        .encode = encode_vlan,
        .needs_parent = true,
        .module = "8021q",
};
