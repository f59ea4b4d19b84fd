/* veth.c - virtual Ethernet pairs. The dump says nothing in IFLA_INFO_DATA: the peer is in IFLA_LINK. */
#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

#include "core/kinds/rows.h"

/*
 * The other end's whole description, so that it is born with its name and address where it belongs. Two things are
 * deliberately absent: IFF_UP (the kernel answers ENOTCONN, after a costly roll back) and more than one queue (by
 * default there is one for each possible CPU, which doubles the cost of a pair).
 */
static int encode_veth(struct nl_msg *m, const struct link_spec *spec, const struct kind_refs *refs)
{
        struct ifinfomsg ifi = {0};
        struct nlattr *peer = nla_nest_start(m, VETH_INFO_PEER);

        if (!peer || nlmsg_append(m, &ifi, sizeof(ifi), NLMSG_ALIGNTO) < 0)
                return -EMSGSIZE;
        if (spec->peer_name[0] && nla_put_string(m, IFLA_IFNAME, spec->peer_name) < 0)
                return -EMSGSIZE;
        if (spec->peer_mac.is_set && nla_put(m, IFLA_ADDRESS, sizeof(spec->peer_mac.bytes), spec->peer_mac.bytes) < 0)
                return -EMSGSIZE;
        if (spec->peer_mtu_bytes && nla_put_u32(m, IFLA_MTU, spec->peer_mtu_bytes) < 0)
                return -EMSGSIZE;
        if (nla_put_u32(m, IFLA_NUM_TX_QUEUES, 1) < 0 || nla_put_u32(m, IFLA_NUM_RX_QUEUES, 1) < 0)
                return -EMSGSIZE;
        if (refs->peer_ns_fd >= 0 && nla_put_u32(m, IFLA_NET_NS_FD, (uint32_t)refs->peer_ns_fd) < 0)
                return -EMSGSIZE;
        nla_nest_end(m, peer);
        return 0;
}

const struct kind kind_veth = {
        .kind = KIND_VETH,
        .name = "veth",
        .decode = kind_decode_nothing,
        .encode = encode_veth,
        .module = "veth",
};
