/* test_kinds.c - each kind's IFLA_INFO_DATA, made by hand, becomes the fields of struct iface, and the way back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_link.h>
#include <linux/if_tun.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <string.h>
#include <sys/socket.h>

#include "core/base/alloc.h"
#include "core/kinds/kind.h"

/* A message whose only content is one open IFLA_INFO_DATA nest. */
struct fixture {
        struct nl_msg *m;
        struct nlattr *data;
};

static struct fixture fixture_open(size_t size)
{
        struct fixture f = {.m = nlmsg_alloc_size(size)};

        assert_non_null(f.m);
        assert_non_null(nlmsg_put(f.m, 0, 0, RTM_NEWLINK, 0, 0));
        f.data = nla_nest_start(f.m, IFLA_INFO_DATA);
        assert_non_null(f.data);
        return f;
}

static void fixture_decode(struct fixture *f, enum iface_kind k, struct iface *i)
{
        nla_nest_end(f->m, f->data);
        kind_of(k)->decode(f->data, i);
        nlmsg_free(f->m);
}

static int fixture_encode(struct fixture *f, const struct link_spec *spec, const struct kind_refs *refs)
{
        int r = kind_of(spec->kind)->encode(f->m, spec, refs);

        nla_nest_end(f->m, f->data);
        return r;
}

static const struct kind_refs no_refs = {.peer_ns_fd = -1};

static void test_registry(void **state)
{
        static const struct {
                const char *name;
                enum iface_kind kind;
        } rows[] = {
                {"veth", KIND_VETH},       {"bridge", KIND_BRIDGE}, {"vlan", KIND_VLAN},   {"macvlan", KIND_MACVLAN},
                {"macvtap", KIND_MACVTAP}, {"ipvlan", KIND_IPVLAN}, {"vxlan", KIND_VXLAN}, {"tun", KIND_TUN},
                {"bond", KIND_BOND},       {"dummy", KIND_DUMMY},   {"ifb", KIND_IFB},
        };

        (void)state;
        for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
                const struct kind *k = kind_by_name(rows[i].name);

                assert_non_null(k);
                assert_int_equal(k->kind, rows[i].kind);
                assert_ptr_equal(kind_of(rows[i].kind), k);
                assert_non_null(k->module);

                /* No data at all (an old kernel) leaves everything as it was. */
                struct iface none = {.kind = rows[i].kind};
                k->decode(NULL, &none);
                assert_int_equal(none.kind, rows[i].kind);
        }
        assert_string_equal(kind_of(KIND_TAP)->name, "tun");
        assert_null(kind_by_name("nosuch"));
        assert_null(kind_by_name(""));
        assert_null(kind_of(KIND_PHYSICAL));
        assert_null(kind_of(KIND_LOOPBACK));
        assert_null(kind_of(KIND_OTHER));
}

static void test_bridge_decode(void **state)
{
        struct fixture f = fixture_open(512);
        struct iface i = {0};

        (void)state;
        assert_int_equal(nla_put_u32(f.m, IFLA_BR_STP_STATE, 1), 0);
        assert_int_equal(nla_put_u8(f.m, IFLA_BR_VLAN_FILTERING, 1), 0);
        assert_int_equal(nla_put_u32(f.m, IFLA_BR_MAX + 20, 7), 0); /* a newer kernel's attribute */
        fixture_decode(&f, KIND_BRIDGE, &i);
        assert_true(i.stp_on);
        assert_true(i.vlan_filtering);
}

static void test_vlan_round_trip(void **state)
{
        struct fixture f = fixture_open(512);
        const struct link_spec spec = {.kind = KIND_VLAN, .vlan_id = 4094};
        struct iface i = {0};

        (void)state;
        assert_int_equal(fixture_encode(&f, &spec, &no_refs), 0);
        fixture_decode(&f, KIND_VLAN, &i);
        assert_int_equal(i.vlan_id, 4094);
        assert_true(kind_of(KIND_VLAN)->needs_parent);
}

static void test_macvlan_round_trip(void **state)
{
        (void)state;
        for (enum iface_kind k = KIND_MACVLAN; k <= KIND_MACVTAP; k++) {
                struct fixture f = fixture_open(512);
                const struct link_spec spec = {.kind = k, .macvlan_mode = MACVLAN_MODE_PASSTHRU};
                struct iface i = {0};

                assert_int_equal(fixture_encode(&f, &spec, &no_refs), 0);
                fixture_decode(&f, k, &i);
                assert_int_equal(i.macvlan_mode, MACVLAN_MODE_PASSTHRU);
        }
}

static void test_bond_round_trip(void **state)
{
        struct fixture f = fixture_open(512);
        const struct link_spec spec = {.kind = KIND_BOND, .bond_mode = 4};
        struct iface i = {0};
        struct nlattr *a[IFLA_BOND_MAX + 1];

        (void)state;
        assert_int_equal(fixture_encode(&f, &spec, &no_refs), 0);
        assert_int_equal(nla_parse_nested(a, IFLA_BOND_MAX, f.data, NULL), 0);
        assert_non_null(a[IFLA_BOND_MIIMON]); /* else a dead member is never noticed */
        fixture_decode(&f, KIND_BOND, &i);
        assert_int_equal(i.bond_mode, 4);
}

static void test_vxlan_round_trip(void **state)
{
        static const char *const remotes[] = {"192.0.2.7", "2001:db8::7"};

        (void)state;
        for (size_t n = 0; n < ARRAY_SIZE(remotes); n++) {
                struct fixture f = fixture_open(512);
                struct link_spec spec = {.kind = KIND_VXLAN, .vxlan_id = 0xfffffe};
                const struct kind_refs refs = {.parent_ifindex = 12, .peer_ns_fd = -1};
                struct iface i = {0};
                struct nlattr *a[IFLA_VXLAN_MAX + 1];

                assert_int_equal(prefix_parse(remotes[n], &spec.vxlan_remote, NULL), 0);
                assert_int_equal(fixture_encode(&f, &spec, &refs), 0);
                assert_int_equal(nla_parse_nested(a, IFLA_VXLAN_MAX, f.data, NULL), 0);
                assert_int_equal(ntohs(nla_get_u16(a[IFLA_VXLAN_PORT])), 4789);
                fixture_decode(&f, KIND_VXLAN, &i);
                assert_int_equal(i.vxlan_id, 0xfffffe);
                assert_int_equal(i.link_ifindex, 12);
                assert_true(prefix_equal(&i.vxlan_remote, &spec.vxlan_remote));
        }
}

static void test_tun_or_tap(void **state)
{
        (void)state;
        for (uint8_t type = IFF_TUN; type <= IFF_TAP; type++) {
                struct fixture f = fixture_open(512);
                struct iface i = {.kind = KIND_OTHER};

                assert_int_equal(nla_put_u8(f.m, IFLA_TUN_TYPE, type), 0);
                fixture_decode(&f, KIND_TUN, &i);
                assert_int_equal(i.kind, type == IFF_TAP ? KIND_TAP : KIND_TUN);
        }
        assert_true(kind_of(KIND_TAP)->is_made_by_tun);
}

static void test_veth_peer(void **state)
{
        struct fixture f = fixture_open(1024);
        const struct kind_refs refs = {.peer_ns_fd = 9};
        struct link_spec spec = {.kind = KIND_VETH, .peer_name = "epair0b", .peer_mtu_bytes = 9000};
        struct nlattr *outer[VETH_INFO_MAX + 1];
        struct nlattr *a[IFLA_MAX + 1];

        (void)state;
        assert_int_equal(mac_parse("02:00:00:00:00:0b", &spec.peer_mac), 0);
        assert_int_equal(fixture_encode(&f, &spec, &refs), 0);
        assert_int_equal(nla_parse_nested(outer, VETH_INFO_MAX, f.data, NULL), 0);
        assert_non_null(outer[VETH_INFO_PEER]);

        const struct ifinfomsg *ifi = nla_data(outer[VETH_INFO_PEER]);
        int head = NLMSG_ALIGN(sizeof(*ifi));
        struct nlattr *first = (struct nlattr *)((char *)nla_data(outer[VETH_INFO_PEER]) + head);

        assert_int_equal(ifi->ifi_flags, 0); /* up in the peer's message is refused by the kernel */
        assert_int_equal(nla_parse(a, IFLA_MAX, first, nla_len(outer[VETH_INFO_PEER]) - head, NULL), 0);
        assert_string_equal(nla_get_string(a[IFLA_IFNAME]), "epair0b");
        assert_memory_equal(nla_data(a[IFLA_ADDRESS]), spec.peer_mac.bytes, 6);
        assert_int_equal(nla_get_u32(a[IFLA_MTU]), 9000);
        assert_int_equal(nla_get_u32(a[IFLA_NUM_TX_QUEUES]), 1);
        assert_int_equal(nla_get_u32(a[IFLA_NUM_RX_QUEUES]), 1);
        assert_int_equal(nla_get_u32(a[IFLA_NET_NS_FD]), 9);
        nlmsg_free(f.m);
}

/* Attributes shorter than their type, as a broken or hostile sender would make them, are not read. */
static void test_short_attributes(void **state)
{
        static const struct {
                enum iface_kind kind;
                int attribute;
        } rows[] = {
                {KIND_BRIDGE, IFLA_BR_STP_STATE}, {KIND_VLAN, IFLA_VLAN_ID},       {KIND_MACVLAN, IFLA_MACVLAN_MODE},
                {KIND_BOND, IFLA_BOND_MODE},      {KIND_TUN, IFLA_TUN_TYPE},       {KIND_VXLAN, IFLA_VXLAN_ID},
                {KIND_VXLAN, IFLA_VXLAN_GROUP},   {KIND_VXLAN, IFLA_VXLAN_GROUP6}, {KIND_VXLAN, IFLA_VXLAN_LINK},
        };

        (void)state;
        for (size_t n = 0; n < ARRAY_SIZE(rows); n++) {
                struct fixture f = fixture_open(512);
                struct iface i = {.kind = rows[n].kind};
                const struct iface before = i;

                assert_int_equal(nla_put(f.m, rows[n].attribute, 0, NULL), 0);
                fixture_decode(&f, rows[n].kind, &i);
                assert_memory_equal(&i, &before, sizeof(i));
        }
}

static void test_full_message(void **state)
{
        struct fixture f = fixture_open(NLMSG_HDRLEN + 8);
        const struct link_spec spec = {.kind = KIND_VETH, .peer_name = "epair0b"};

        (void)state;
        assert_int_equal(fixture_encode(&f, &spec, &no_refs), -EMSGSIZE);
        nlmsg_free(f.m);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_registry),         cmocka_unit_test(test_bridge_decode),
                cmocka_unit_test(test_vlan_round_trip),  cmocka_unit_test(test_macvlan_round_trip),
                cmocka_unit_test(test_bond_round_trip),  cmocka_unit_test(test_vxlan_round_trip),
                cmocka_unit_test(test_tun_or_tap),       cmocka_unit_test(test_veth_peer),
                cmocka_unit_test(test_short_attributes), cmocka_unit_test(test_full_message),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
