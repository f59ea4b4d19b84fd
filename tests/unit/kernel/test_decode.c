/* test_decode.c - rtnetlink messages as facts: each field, moves and ports, and that cut or scrambled bytes do no harm.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/net_namespace.h>
#include <linux/netconf.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

#include "core/base/alloc.h"
#include "core/kernel/decode.h"

static const uint8_t address[6] = {2, 0, 0, 0, 0, 1};

static struct nl_msg *message(int type, void *header, size_t size)
{
        struct nl_msg *m = nlmsg_alloc_simple(type, 0);

        assert_non_null(m);
        assert_int_equal(nlmsg_append(m, header, size, NLMSG_ALIGNTO), 0);
        return m;
}

static struct nl_msg *link_message(int type, uint8_t family, unsigned flags)
{
        struct ifinfomsg header = {.ifi_family = family, .ifi_index = 7, .ifi_flags = flags};

        return message(type, &header, sizeof(header));
}

static struct nl_msg *full_link(void)
{
        struct nl_msg *m = link_message(RTM_NEWLINK, AF_UNSPEC, IFF_UP | IFF_RUNNING);
        struct rtnl_link_stats64 stats = {.rx_bytes = 11, .tx_bytes = 12, .rx_dropped = 13};
        const uint32_t settings[] = {1, 0, 1};
        struct nlattr *nest, *inner;

        nla_put_string(m, IFLA_IFNAME, "p0");
        nla_put_u32(m, IFLA_MTU, 1400);
        nla_put_u32(m, IFLA_MASTER, 3);
        nla_put_u32(m, IFLA_LINK, 2);
        nla_put_u32(m, IFLA_LINK_NETNSID, 5);
        nla_put_u32(m, IFLA_GROUP, 9);
        nla_put_u8(m, IFLA_OPERSTATE, 6);
        nla_put(m, IFLA_ADDRESS, sizeof(address), address);
        nla_put_string(m, IFLA_IFALIAS, "an alias");
        nla_put(m, IFLA_STATS64, sizeof(stats), &stats);
        nest = nla_nest_start(m, IFLA_PROP_LIST);
        nla_put_string(m, IFLA_ALT_IFNAME, "a-much-longer-name");
        nla_put_string(m, IFLA_ALT_IFNAME, "jn.00000007.plain");
        nla_nest_end(m, nest);
        nest = nla_nest_start(m, IFLA_LINKINFO);
        nla_put_string(m, IFLA_INFO_KIND, "veth");
        nla_put_string(m, IFLA_INFO_SLAVE_KIND, "bridge");
        inner = nla_nest_start(m, IFLA_INFO_SLAVE_DATA);
        nla_put_u16(m, IFLA_BRPORT_NO, 4);
        nla_put_u8(m, IFLA_BRPORT_STATE, BR_STATE_FORWARDING);
        nla_nest_end(m, inner);
        nla_nest_end(m, nest);
        nest = nla_nest_start(m, IFLA_AF_SPEC);
        inner = nla_nest_start(m, AF_INET);
        nla_put(m, IFLA_INET_CONF, sizeof(settings), settings);
        nla_nest_end(m, inner);
        inner = nla_nest_start(m, AF_INET6);
        nla_put_u32(m, IFLA_INET6_FLAGS, 1);
        nla_put(m, IFLA_INET6_CONF, sizeof(settings) - sizeof(settings[0]), settings + 1);
        nla_nest_end(m, inner);
        nla_nest_end(m, nest);
        return m;
}

static void every_field_of_a_link(void **state)
{
        struct nl_msg *m = full_link();
        struct link *l = NULL;

        (void)state;
        assert_int_equal(decode_link(nlmsg_hdr(m), &l), 0);
        assert_int_equal(l->i.id.ifindex, 7);
        assert_string_equal(l->name, "p0");
        assert_int_equal(l->i.kind, KIND_VETH);
        assert_string_equal(l->kind_name, "veth");
        assert_true(l->i.is_up);
        assert_true(l->i.is_running);
        assert_int_equal(l->i.mtu_bytes, 1400);
        assert_int_equal(l->i.master_ifindex, 3);
        assert_int_equal(l->i.link_ifindex, 2);
        assert_int_equal(l->i.link_nsid, 5);
        assert_int_equal(l->i.group, 9);
        assert_memory_equal(l->i.mac.bytes, address, sizeof(address));
        assert_false(l->i.permanent.is_set);
        assert_string_equal(l->alias, "an alias");
        assert_int_equal(l->i.altname_count, 2);
        assert_string_equal(l->altnames[0], "a-much-longer-name");
        assert_int_equal(l->i.port_number, 4);
        assert_int_equal(l->i.port_state, STP_FORWARDING);
        assert_true(l->i.counters.is_known);
        assert_int_equal(l->i.counters.tx_bytes, 12);
        assert_int_equal(l->i.counters.rx_dropped, 13);
        assert_int_equal(l->new_ifindex, 0);
        assert_int_equal(l->forwarding, 1);
        assert_int_equal(l->forwarding6, 0);
        link_free(l);
        nlmsg_free(m);
}

static void absent_is_not_zero(void **state)
{
        struct nl_msg *m = link_message(RTM_NEWLINK, AF_UNSPEC, IFF_LOOPBACK);
        struct nlattr *nest, *inner;
        struct link *l = NULL;

        (void)state;
        nla_put_string(m, IFLA_IFNAME, "lo");
        nest = nla_nest_start(m, IFLA_AF_SPEC); /* without IPv6, and with settings cut off */
        inner = nla_nest_start(m, AF_INET);
        nla_put_u16(m, IFLA_INET_CONF, 1);
        nla_nest_end(m, inner);
        nla_nest_end(m, nest);
        assert_int_equal(decode_link(nlmsg_hdr(m), &l), 0);
        assert_int_equal(l->forwarding, -1);
        assert_int_equal(l->forwarding6, -1);
        assert_int_equal(l->i.kind, KIND_LOOPBACK);
        assert_int_equal(l->i.link_nsid, -1);
        assert_int_equal(l->i.link_nsid_home, -1);
        assert_false(l->i.counters.is_known);
        assert_false(l->i.mac.is_set);
        assert_true(l->i.rx_Bps == RATE_UNKNOWN);
        assert_null(l->alias);
        link_free(l);
        nlmsg_free(m);
}

static void moves_and_what_is_no_link(void **state)
{
        struct nl_msg *m = link_message(RTM_DELLINK, AF_UNSPEC, 0);
        struct link *l = NULL;

        (void)state;
        nla_put_string(m, IFLA_IFNAME, "gone");
        nla_put_u32(m, IFLA_NEW_NETNSID, 3);
        nla_put_u32(m, IFLA_NEW_IFINDEX, 8);
        assert_int_equal(decode_link(nlmsg_hdr(m), &l), 0);
        assert_int_equal(l->new_nsid, 3);
        assert_int_equal(l->new_ifindex, 8);
        link_free(l);
        nla_put_u32(m, IFLA_WIRELESS, 0);
        assert_int_equal(decode_link(nlmsg_hdr(m), &l), -ENOMSG);
        nlmsg_free(m);
        m = link_message(RTM_NEWLINK, AF_UNSPEC, 0); /* without a name */
        assert_int_equal(decode_link(nlmsg_hdr(m), &l), -EBADMSG);
        nlmsg_free(m);
}

static void ports_by_their_bridge(void **state)
{
        struct nl_msg *m = link_message(RTM_NEWLINK, AF_BRIDGE, IFF_UP);
        struct port_fact p;
        struct nlattr *nest;

        (void)state;
        nla_put_u32(m, IFLA_MASTER, 3);
        nest = nla_nest_start(m, IFLA_PROTINFO);
        nla_put_u8(m, IFLA_BRPORT_STATE, BR_STATE_BLOCKING);
        nla_put_u16(m, IFLA_BRPORT_NO, 2);
        nla_nest_end(m, nest);
        assert_true(decode_is_port(nlmsg_hdr(m)));
        assert_int_equal(decode_port(nlmsg_hdr(m), &p), 0);
        assert_int_equal(p.ifindex, 7);
        assert_int_equal(p.master, 3);
        assert_true(p.has_state);
        assert_int_equal(p.state, STP_BLOCKING);
        assert_int_equal(p.number, 2);
        nlmsg_free(m);
}

static void addresses(void **state)
{
        struct ifaddrmsg header = {.ifa_family = AF_INET, .ifa_prefixlen = 24, .ifa_index = 7};
        const uint8_t ours[4] = {10, 0, 0, 2}, theirs[4] = {10, 0, 0, 9};
        struct nl_msg *m = message(RTM_NEWADDR, &header, sizeof(header));
        struct address_fact a;
        char text[PREFIX_TEXT_SIZE];

        (void)state;
        nla_put(m, IFA_ADDRESS, 4, theirs);
        nla_put(m, IFA_LOCAL, 4, ours);
        assert_int_equal(decode_address(nlmsg_hdr(m), &a), 0);
        assert_int_equal(a.ifindex, 7);
        assert_string_equal(prefix_format(&a.address, text), "10.0.0.2/24");
        nlmsg_free(m);
        m = message(RTM_NEWADDR, &header, sizeof(header));
        nla_put(m, IFA_LOCAL, 3, ours); /* too short */
        assert_int_equal(decode_address(nlmsg_hdr(m), &a), -EBADMSG);
        nlmsg_free(m);
        header.ifa_prefixlen = 33;
        m = message(RTM_NEWADDR, &header, sizeof(header));
        nla_put(m, IFA_LOCAL, 4, ours);
        assert_int_equal(decode_address(nlmsg_hdr(m), &a), -EBADMSG);
        nlmsg_free(m);
}

static struct nl_msg *route_message(uint8_t table, uint8_t type, uint8_t length)
{
        struct rtmsg header = {.rtm_family = AF_INET,
                               .rtm_dst_len = length,
                               .rtm_table = table,
                               .rtm_type = type,
                               .rtm_protocol = RTPROT_STATIC};

        return message(RTM_NEWROUTE, &header, sizeof(header));
}

static void routes(void **state)
{
        const uint8_t gateway[4] = {10, 0, 0, 1}, gateway6[16] = {0xfe, 0x80, [15] = 1};
        struct nl_msg *m = route_message(RT_TABLE_MAIN, RTN_UNICAST, 0);
        struct rtnexthop hop = {.rtnh_len = sizeof(hop) + 8, .rtnh_ifindex = 5};
        uint8_t via[18] = {0}, hops[sizeof(hop) + 8] = {0};
        char text[PREFIX_TEXT_SIZE];
        struct route r;

        (void)state;
        nla_put(m, RTA_GATEWAY, 4, gateway);
        nla_put_u32(m, RTA_OIF, 3);
        nla_put_u32(m, RTA_PRIORITY, 100);
        assert_int_equal(decode_route(nlmsg_hdr(m), &r), 0);
        assert_int_equal(r.destination.length, 0);
        assert_int_equal(r.destination.family, AF_INET);
        assert_string_equal(prefix_format_addr(&r.gateway, text), "10.0.0.1");
        assert_int_equal(r.oif, 3);
        assert_int_equal(r.metric, 100);
        nlmsg_free(m);

        m = route_message(RT_TABLE_MAIN, RTN_UNICAST, 0);
        via[0] = AF_INET6;
        memcpy(via + 2, gateway6, sizeof(gateway6));
        nla_put(m, RTA_VIA, sizeof(via), via);
        assert_int_equal(decode_route(nlmsg_hdr(m), &r), 0);
        assert_string_equal(prefix_format_addr(&r.gateway, text), "fe80::1");
        nlmsg_free(m);

        m = route_message(RT_TABLE_MAIN, RTN_UNICAST, 0);
        memcpy(hops, &hop, sizeof(hop));
        hops[sizeof(hop)] = 8; /* an attribute: length, type, value */
        hops[sizeof(hop) + 2] = RTA_GATEWAY;
        memcpy(hops + sizeof(hop) + 4, gateway, 4);
        nla_put(m, RTA_MULTIPATH, sizeof(hops), hops);
        assert_int_equal(decode_route(nlmsg_hdr(m), &r), 0);
        assert_int_equal(r.oif, 5);
        assert_string_equal(prefix_format_addr(&r.gateway, text), "10.0.0.1");
        nlmsg_free(m);

        m = route_message(RT_TABLE_LOCAL, RTN_LOCAL, 32);
        assert_int_equal(decode_route(nlmsg_hdr(m), &r), -ENOMSG);
        nlmsg_free(m);
        m = route_message(RT_TABLE_MAIN, RTN_BROADCAST, 32);
        assert_int_equal(decode_route(nlmsg_hdr(m), &r), -ENOMSG);
        nlmsg_free(m);
}

static void ids_and_forwarding(void **state)
{
        struct rtgenmsg gen = {0};
        struct netconfmsg conf = {.ncm_family = AF_INET};
        struct nl_msg *m = message(RTM_NEWNSID, &gen, sizeof(gen));
        struct nsid_fact fact;
        int forwarding = -1;
        bool is_v6 = true;

        (void)state;
        assert_int_equal(decode_nsid(nlmsg_hdr(m), &fact), -EBADMSG);
        nla_put_u32(m, NETNSA_NSID, 4);
        assert_int_equal(decode_nsid(nlmsg_hdr(m), &fact), 0);
        assert_int_equal(fact.nsid, 4);
        assert_int_equal(fact.current_nsid, -1);
        nla_put_u32(m, NETNSA_CURRENT_NSID, 9);
        assert_int_equal(decode_nsid(nlmsg_hdr(m), &fact), 0);
        assert_int_equal(fact.current_nsid, 9);
        nlmsg_free(m);

        m = message(RTM_NEWNETCONF, &conf, sizeof(conf));
        nla_put_u32(m, NETCONFA_IFINDEX, 3);
        nla_put_u32(m, NETCONFA_FORWARDING, 1);
        assert_int_equal(decode_forwarding(nlmsg_hdr(m), &is_v6, &forwarding), -ENOMSG);
        nlmsg_free(m);
        m = message(RTM_NEWNETCONF, &conf, sizeof(conf));
        nla_put_u32(m, NETCONFA_IFINDEX, (uint32_t)NETCONFA_IFINDEX_ALL);
        nla_put_u32(m, NETCONFA_FORWARDING, 1);
        assert_int_equal(decode_forwarding(nlmsg_hdr(m), &is_v6, &forwarding), 0);
        assert_int_equal(forwarding, 1);
        assert_false(is_v6);
        nlmsg_free(m);
}

static void decode_anything(struct nlmsghdr *h)
{
        struct link *l = NULL;
        struct port_fact p;
        struct address_fact a;
        struct route r;
        struct nsid_fact n;
        struct counters c;
        int number;
        bool flag;

        if (decode_link(h, &l) == 0) {
                assert_true(strlen(l->name) < IF_NAME_SIZE);
                assert_true(link_equal(l, l));
                link_free(l);
        }
        (void)decode_is_port(h);
        (void)decode_port(h, &p);
        (void)decode_address(h, &a);
        (void)decode_route(h, &r);
        (void)decode_nsid(h, &n);
        (void)decode_forwarding(h, &flag, &number);
        (void)decode_stats(h, &number, &c);
}

/* Run with the sanitizers, this is where reading past the end would show. */
static void scrambled_bytes(void **state)
{
        struct nl_msg *m = full_link();
        size_t size = nlmsg_hdr(m)->nlmsg_len;
        uint32_t seed = 1;

        (void)state;
        for (unsigned round = 0; round < 20000; round++) {
                size_t cut = round < size ? round : size;
                CLEANUP(freep) unsigned char *copy = NULL;

                if (cut < NLMSG_HDRLEN)
                        continue;
                copy = xcalloc(1, cut);
                memcpy(copy, nlmsg_hdr(m), cut);
                for (unsigned k = 0; k < round % 8 && cut > NLMSG_HDRLEN; k++) {
                        seed = seed * 1664525 + 1013904223;
                        copy[NLMSG_HDRLEN + (seed >> 8) % (cut - NLMSG_HDRLEN)] = (unsigned char)(seed >> 24);
                }
                ((struct nlmsghdr *)(void *)copy)->nlmsg_len = (uint32_t)cut;
                decode_anything((struct nlmsghdr *)(void *)copy);
        }
        nlmsg_free(m);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(every_field_of_a_link),
                cmocka_unit_test(absent_is_not_zero),
                cmocka_unit_test(moves_and_what_is_no_link),
                cmocka_unit_test(ports_by_their_bridge),
                cmocka_unit_test(addresses),
                cmocka_unit_test(routes),
                cmocka_unit_test(ids_and_forwarding),
                cmocka_unit_test(scrambled_bytes),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
