/* bridge.c - Ethernet bridges. */
#include <errno.h>
#include <linux/if_link.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

#include "core/kinds/rows.h"
#include "core/kinds/tuning.h"

static void decode_bridge(struct nlattr *data, struct iface *i)
{
        static const struct nla_policy policy[BRIDGE_ATTRIBUTE_MAX + 1] = {
                [IFLA_BR_STP_STATE] = {.type = NLA_U32},
                [IFLA_BR_VLAN_FILTERING] = {.type = NLA_U8},
                [IFLA_BR_TOPOLOGY_CHANGE] = {.type = NLA_U8},
        };
        struct nlattr *a[BRIDGE_ATTRIBUTE_MAX + 1];

        if (!data || nla_parse_nested(a, BRIDGE_ATTRIBUTE_MAX, data, policy) < 0)
                return;
        if (a[IFLA_BR_STP_STATE])
                i->stp_on = nla_get_u32(a[IFLA_BR_STP_STATE]) != 0;
        if (a[IFLA_BR_VLAN_FILTERING])
                i->vlan_filtering = nla_get_u8(a[IFLA_BR_VLAN_FILTERING]) != 0;
        tuning_read(a, BRIDGE_ATTRIBUTE_MAX, false, i->tuning, &i->tuning_known);
        /* While the spanning tree changes, the kernel forgets sooner and tells that age (br_stp.c), not its setting. */
        if (a[IFLA_BR_TOPOLOGY_CHANGE] && nla_get_u8(a[IFLA_BR_TOPOLOGY_CHANGE]) &&
            i->tuning[TUNE_AGEING] == 2 * i->tuning[TUNE_FORWARD_DELAY])
                i->tuning_known &= (uint16_t) ~(1u << TUNE_AGEING);
}

static int encode_bridge(struct nl_msg *m, const struct link_spec *spec, const struct kind_refs *refs)
{
        (void)refs;
        /* A bridge that forgets at once learns nothing, and floods: a hub. */
        if ((spec->role == ROLE_HUB || spec->role == ROLE_WIRE) && nla_put_u32(m, IFLA_BR_AGEING_TIME, 0) < 0)
                return -EMSGSIZE;
        /* A vlan node has two ports for each VLAN, and forgets as a hub does; a port is in no VLAN before it is told.
         */
        if (spec->role == ROLE_VLAN &&
            (nla_put_u32(m, IFLA_BR_AGEING_TIME, 0) < 0 || nla_put_u8(m, IFLA_BR_VLAN_FILTERING, 1) < 0 ||
             nla_put_u16(m, IFLA_BR_VLAN_DEFAULT_PVID, 0) < 0))
                return -EMSGSIZE;
        if (spec->stp_on && nla_put_u32(m, IFLA_BR_STP_STATE, 1) < 0)
                return -EMSGSIZE;
        return 0;
}

const struct kind kind_bridge = {
        .kind = KIND_BRIDGE,
        .name = "bridge",
        .decode = decode_bridge,
        .encode = encode_bridge,
        .module = "bridge",
};
