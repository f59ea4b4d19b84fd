/* test_depth.c - what a stack tells beyond the graph: each message's fields, ranges of VLANs, what is left out, and
 * that cut bytes do no harm. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <arpa/inet.h>
#include <linux/fib_rules.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/netconf.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

#include "core/base/alloc.h"
#include "core/kernel/depth_decode.h"

static struct nl_msg *message(int type, void *header, size_t size)
{
        struct nl_msg *m = nlmsg_alloc_simple(type, 0);

        assert_non_null(m);
        assert_int_equal(nlmsg_append(m, header, size, NLMSG_ALIGNTO), 0);
        return m;
}

static struct nl_msg *setting_message(uint8_t family, int ifindex, int rp_filter)
{
        struct netconfmsg header = {.ncm_family = family};
        struct nl_msg *m = message(RTM_NEWNETCONF, &header, sizeof(header));

        nla_put_u32(m, NETCONFA_IFINDEX, (uint32_t)ifindex);
        nla_put_u32(m, NETCONFA_FORWARDING, 1);
        if (rp_filter >= 0)
                nla_put_u32(m, NETCONFA_RP_FILTER, (uint32_t)rp_filter);
        return m;
}

static void test_settings(void **state)
{
        struct depth_setting settings[3];
        struct depth d = {.settings = settings, .setting_count = 3};
        struct nl_msg *m;

        (void)state;
        m = setting_message(AF_INET, 4, 0);
        assert_int_equal(depth_decode_setting(nlmsg_hdr(m), &settings[0]), 0);
        nlmsg_free(m);
        m = setting_message(AF_INET, NETCONFA_IFINDEX_ALL, 1);
        assert_int_equal(depth_decode_setting(nlmsg_hdr(m), &settings[1]), 0);
        nlmsg_free(m);
        m = setting_message(AF_INET6, NETCONFA_IFINDEX_ALL, -1);
        assert_int_equal(depth_decode_setting(nlmsg_hdr(m), &settings[2]), 0);
        nlmsg_free(m);
        assert_int_equal(depth_forwards(&d, AF_INET, 4), 1);
        assert_int_equal(depth_forwards(&d, AF_INET, 5), -1);
        assert_int_equal(depth_forwards(&d, AF_INET6, 5), 1); /* of the whole stack */
        assert_int_equal(depth_rp_filter(&d, 4), 1);          /* the stricter one */
        assert_int_equal(depth_rp_filter(&d, 5), -1);
        m = setting_message(AF_INET, NETCONFA_IFINDEX_DEFAULT, 1);
        assert_int_equal(depth_decode_setting(nlmsg_hdr(m), &settings[0]), -ENOMSG);
        nlmsg_free(m);
}

static void test_neighbours(void **state)
{
        static const uint8_t address[4] = {10, 0, 0, 9}, mac[6] = {2, 0, 0, 0, 0, 9};
        struct ndmsg header = {.ndm_family = AF_INET, .ndm_ifindex = 3, .ndm_state = NUD_PERMANENT};
        struct nl_msg *m = message(RTM_NEWNEIGH, &header, sizeof(header));
        struct depth_neighbour n;
        struct depth d = {.neighbours = &n, .neighbour_count = 1};
        struct prefix p;

        (void)state;
        nla_put(m, NDA_DST, sizeof(address), address);
        nla_put(m, NDA_LLADDR, sizeof(mac), mac);
        assert_int_equal(depth_decode_neighbour(nlmsg_hdr(m), &n), 0);
        assert_true(n.mac.is_set);
        assert_string_equal(depth_neighbour_state(n.state), "permanent");
        assert_int_equal(prefix_parse("10.0.0.9", &p, NULL), 0);
        assert_ptr_equal(depth_find_neighbour(&d, 3, &p), &n);
        assert_null(depth_find_neighbour(&d, 4, &p));

        /* One that did not answer has no address, whatever the message says. */
        ((struct ndmsg *)nlmsg_data(nlmsg_hdr(m)))->ndm_state = NUD_FAILED;
        assert_int_equal(depth_decode_neighbour(nlmsg_hdr(m), &n), 0);
        assert_false(n.mac.is_set);
        nlmsg_free(m);
}

static struct nl_msg *rule_message(uint32_t priority, uint8_t table)
{
        struct fib_rule_hdr header = {.family = AF_INET, .table = table, .action = FR_ACT_TO_TBL};
        struct nl_msg *m = message(RTM_NEWRULE, &header, sizeof(header));

        if (priority)
                nla_put_u32(m, FRA_PRIORITY, priority);
        return m;
}

static void test_rules(void **state)
{
        static const uint8_t network[4] = {10, 2, 0, 0};
        struct depth_rule r;
        struct nl_msg *m;

        (void)state;
        for (int k = 0; k < 3; k++) { /* the three that every stack has are not worth telling */
                static const uint32_t priorities[] = {0, 32766, 32767};
                static const uint8_t tables[] = {RT_TABLE_LOCAL, RT_TABLE_MAIN, RT_TABLE_DEFAULT};

                m = rule_message(priorities[k], tables[k]);
                assert_int_equal(depth_decode_rule(nlmsg_hdr(m), &r), -ENOMSG);
                nlmsg_free(m);
        }
        m = rule_message(100, 77);
        ((struct fib_rule_hdr *)nlmsg_data(nlmsg_hdr(m)))->src_len = 16;
        nla_put(m, FRA_SRC, sizeof(network), network);
        nla_put_string(m, FRA_IIFNAME, "lan0");
        assert_int_equal(depth_decode_rule(nlmsg_hdr(m), &r), 0);
        assert_int_equal(r.table, 77);
        assert_int_equal(r.from.length, 16);
        assert_string_equal(r.iif, "lan0");
        nlmsg_free(m);
}

static void add(void *context, const struct depth_vlan *v)
{
        struct depth *d = context;

        assert_true(d->vlan_count < 8);
        d->vlans[d->vlan_count++] = *v;
}

static void put_vlan(struct nl_msg *m, uint16_t vid, uint16_t flags)
{
        struct bridge_vlan_info info = {.vid = vid, .flags = flags};

        nla_put(m, IFLA_BRIDGE_VLAN_INFO, sizeof(info), &info);
}

static void test_vlans(void **state)
{
        struct ifinfomsg header = {.ifi_family = AF_BRIDGE, .ifi_index = 6};
        struct nl_msg *m = message(RTM_NEWLINK, &header, sizeof(header));
        struct nlattr *nest = nla_nest_start(m, IFLA_AF_SPEC);
        struct depth_vlan vlans[8];
        struct depth d = {.vlans = vlans};
        const struct depth_vlan *v;

        (void)state;
        put_vlan(m, 1, BRIDGE_VLAN_INFO_PVID | BRIDGE_VLAN_INFO_UNTAGGED);
        put_vlan(m, 20, BRIDGE_VLAN_INFO_RANGE_BEGIN);
        put_vlan(m, 29, BRIDGE_VLAN_INFO_RANGE_END);
        nla_nest_end(m, nest);
        assert_int_equal(depth_decode_vlans(nlmsg_hdr(m), add, &d), 0);
        assert_int_equal(d.vlan_count, 2);
        assert_int_equal(depth_pvid(&d, 6), 1);
        assert_int_equal(depth_pvid(&d, 7), 0);
        assert_true(depth_has_vlan(&d, 6, 25, &v));
        assert_false(v->is_untagged);
        assert_false(depth_has_vlan(&d, 6, 30, NULL));
        nlmsg_free(m);
}

static struct nl_msg *chain_message(uint8_t family, const char *table, uint32_t policy, uint32_t rules)
{
        struct nfgenmsg header = {.nfgen_family = family};
        struct nl_msg *m = message(NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWCHAIN, &header, sizeof(header));
        struct nlattr *nest;

        nla_put_string(m, NFTA_CHAIN_TABLE, table);
        nla_put_string(m, NFTA_CHAIN_NAME, "forward");
        nest = nla_nest_start(m, NFTA_CHAIN_HOOK);
        nla_put_u32(m, NFTA_HOOK_HOOKNUM, htonl(NF_INET_FORWARD));
        nla_nest_end(m, nest);
        nla_put_u32(m, NFTA_CHAIN_POLICY, htonl(policy));
        nla_put_u32(m, NFTA_CHAIN_USE, htonl(rules));
        return m;
}

static void test_chains(void **state)
{
        struct depth_chain c;
        struct nl_msg *m;

        (void)state;
        m = chain_message(NFPROTO_IPV4, "filter", NF_DROP, 3);
        assert_int_equal(depth_decode_chain(nlmsg_hdr(m), &c), 0);
        assert_true(c.drops);
        assert_int_equal(c.rule_count, 3);
        assert_int_equal(c.hook, NF_INET_FORWARD);
        assert_string_equal(c.table, "filter");
        nlmsg_free(m);
        m = chain_message(NFPROTO_IPV4, "filter", NF_ACCEPT, 0); /* lets everything pass */
        assert_int_equal(depth_decode_chain(nlmsg_hdr(m), &c), -ENOMSG);
        nlmsg_free(m);
        m = chain_message(NFPROTO_INET, "jailnet", NF_ACCEPT, 2); /* jailnet's own */
        assert_int_equal(depth_decode_chain(nlmsg_hdr(m), &c), -ENOMSG);
        nlmsg_free(m);
}

/* Each message cut to every shorter length: refused or read, never past its end. */
static void test_cut(void **state)
{
        struct nl_msg *messages[] = {setting_message(AF_INET, 4, 0), rule_message(100, 77),
                                     chain_message(NFPROTO_IPV4, "filter", NF_DROP, 3)};
        struct depth_setting s;
        struct depth_rule r;
        struct depth_chain c;

        (void)state;
        for (size_t k = 0; k < ARRAY_SIZE(messages); k++) {
                size_t whole = nlmsg_hdr(messages[k])->nlmsg_len;

                for (size_t n = NLMSG_HDRLEN; n < whole; n++) {
                        CLEANUP(freep) struct nlmsghdr *cut = xcalloc(1, n);

                        memcpy(cut, nlmsg_hdr(messages[k]), n);
                        cut->nlmsg_len = (uint32_t)n;
                        (void)depth_decode_setting(cut, &s); /* what they make of it does not matter */
                        (void)depth_decode_rule(cut, &r);
                        (void)depth_decode_chain(cut, &c);
                }
                nlmsg_free(messages[k]);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_settings), cmocka_unit_test(test_neighbours), cmocka_unit_test(test_rules),
                cmocka_unit_test(test_vlans),    cmocka_unit_test(test_chains),     cmocka_unit_test(test_cut),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
