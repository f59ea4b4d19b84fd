/* macvlan.c - further Ethernet addresses on a parent: macvlan, and macvtap, which is the same with a tap device. */
#include <errno.h>
#include <linux/if_link.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

#include "core/kinds/rows.h"

static void decode_macvlan(struct nlattr *data, struct iface *i)
{
        static const struct nla_policy policy[IFLA_MACVLAN_MAX + 1] = {
                [IFLA_MACVLAN_MODE] = {.type = NLA_U32},
        };
        struct nlattr *a[IFLA_MACVLAN_MAX + 1];

        if (!data || nla_parse_nested(a, IFLA_MACVLAN_MAX, data, policy) < 0)
                return;
        if (a[IFLA_MACVLAN_MODE])
                i->macvlan_mode = nla_get_u32(a[IFLA_MACVLAN_MODE]);
}

/* Mode 0 is none of MACVLAN_MODE_*: the kernel then takes its default (vepa). */
static int encode_macvlan(struct nl_msg *m, const struct link_spec *spec, const struct kind_refs *refs)
{
        (void)refs;
        if (spec->macvlan_mode && nla_put_u32(m, IFLA_MACVLAN_MODE, spec->macvlan_mode) < 0)
                return -EMSGSIZE;
        return 0;
}

const struct kind kind_macvlan = {
        .kind = KIND_MACVLAN,
        .name = "macvlan",
        .decode = decode_macvlan,
        .encode = encode_macvlan,
        .needs_parent = true,
        .module = "macvlan",
};

const struct kind kind_macvtap = {
        .kind = KIND_MACVTAP,
        .name = "macvtap",
        .decode = decode_macvlan,
        .encode = encode_macvlan,
        .needs_parent = true,
        .module = "macvtap",
};
