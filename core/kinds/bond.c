/* bond.c - several links as one (FreeBSD's lagg). */
#include <errno.h>
#include <linux/if_link.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

#include "core/kinds/rows.h"

/* How often the members' carrier is looked at. The kernel's default is never, so that a dead link would keep getting
 * traffic; FreeBSD's lagg always watches. */
#define CARRIER_CHECK_MS 100

static void decode_bond(struct nlattr *data, struct iface *i)
{
        static const struct nla_policy policy[IFLA_BOND_MAX + 1] = {
                [IFLA_BOND_MODE] = {.type = NLA_U8},
        };
        struct nlattr *a[IFLA_BOND_MAX + 1];

        if (!data || nla_parse_nested(a, IFLA_BOND_MAX, data, policy) < 0)
                return;
        if (a[IFLA_BOND_MODE])
                i->bond_mode = nla_get_u8(a[IFLA_BOND_MODE]);
}

static int encode_bond(struct nl_msg *m, const struct link_spec *spec, const struct kind_refs *refs)
{
        (void)refs;
        if (nla_put_u8(m, IFLA_BOND_MODE, spec->bond_mode) < 0 ||
            nla_put_u32(m, IFLA_BOND_MIIMON, CARRIER_CHECK_MS) < 0)
                return -EMSGSIZE;
        return 0;
}

const struct kind kind_bond = {
        .kind = KIND_BOND,
        .name = "bond",
        .decode = decode_bond,
        .encode = encode_bond,
        .module = "bonding",
};
