/* tun.c - tun and tap devices: one kind to the kernel, told apart by IFLA_TUN_TYPE. Made through /dev/net/tun. */
#include <linux/if_link.h>
#include <linux/if_tun.h>
#include <netlink/attr.h>

#include "core/kinds/rows.h"

static void decode_tun(struct nlattr *data, struct iface *i)
{
        static const struct nla_policy policy[IFLA_TUN_MAX + 1] = {
                [IFLA_TUN_TYPE] = {.type = NLA_U8},
        };
        struct nlattr *a[IFLA_TUN_MAX + 1];

        if (!data || nla_parse_nested(a, IFLA_TUN_MAX, data, policy) < 0)
                return;
        if (a[IFLA_TUN_TYPE])
                i->kind = nla_get_u8(a[IFLA_TUN_TYPE]) == IFF_TAP ? KIND_TAP : KIND_TUN;
}

const struct kind kind_tun = {
        .kind = KIND_TUN,
        .name = "tun",
        .decode = decode_tun,
        .is_made_by_tun = true,
        .module = "tun",
};

const struct kind kind_tap = {
        .kind = KIND_TAP,
        .name = "tun",
        .decode = decode_tun,
        .is_made_by_tun = true,
        .module = "tun",
};
