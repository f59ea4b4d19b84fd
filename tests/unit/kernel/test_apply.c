/*
 * test_apply.c - each step does in the kernel what it says, seen by ip and jq, never by our own eyes alone; a step
 * that fails leaves nothing behind. Runs in a private network.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <linux/if_link.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "core/base/text.h"
#include "core/graph/build.h"
#include "core/kernel/apply.h"
#include "core/kernel/netns.h"
#include "core/kinds/kind.h"
#include "tests/lib/netbox.h"

static const struct graph *graph;
static struct applier *a;
static uint64_t host_cookie;

/* A new plan on a graph of the host and, when given, one named jail. */
static void new_applier(const char *jail)
{
        struct graph_build *b = graph_build_new("box");
        const struct iface lo = {.id = {host_cookie, 1}, .name = "lo", .kind = KIND_LOOPBACK, .kind_name = ""};
        const struct jail host = {.name = "host", .origin = ORIGIN_HOST, .cookie = host_cookie, .nsid = -1};

        applier_free(a);
        graph_unref(graph);
        (void)graph_build_jail(b, &host);
        (void)graph_build_iface(b, 0, &lo);
        if (jail) {
                CLEANUP(freep) char *path = xasprintf("/run/netns/%s", jail);
                struct jail j = {.name = jail, .origin = ORIGIN_NAMED, .path = path, .nsid = -1};
                struct stat st;

                assert_int_equal(stat(path, &st), 0);
                j.inode = st.st_ino;
                j.device = st.st_dev;
                (void)graph_build_jail(b, &j);
        }
        graph = graph_build_finish(b, NULL, 1);
        a = applier_new(graph);
}

static int setup(void **state)
{
        (void)state;
        host_cookie = netns_cookie_here();
        new_applier(NULL);
        return 0;
}

/* Nothing of one test is left for the next. */
static int teardown(void **state)
{
        (void)state;
        applier_free(a);
        a = NULL;
        graph_unref(graph);
        graph = NULL;
        free(netbox_read("for f in /run/netns/*; do [ -e \"$f\" ] && ip netns del \"${f##*/}\"; done;"
                         " for l in $(ip -j link | jq -r '.[] | select(.ifname != \"lo\") | .ifname'); do"
                         " ip link del $l 2>/dev/null; done; :"));
        return 0;
}

static struct target on(const char *jail, const char *iface)
{
        struct target t = {0};

        (void)str_copy(t.jail, sizeof(t.jail), jail);
        (void)str_copy(t.iface, sizeof(t.iface), iface);
        if (strcmp(jail, "host") == 0)
                t.cookie = host_cookie;
        return t;
}

static int do_step(struct step *s)
{
        struct err e = {0};
        int r = applier_do(a, s, &e);

        if (r < 0) {
                char line[512];

                assert_int_equal(e.code, r); /* what is told is what is returned */
                assert_true(e.what[0] != '\0');
                print_message("  refused: %s\n", err_sentence(&e, line, sizeof(line)));
        }
        return r;
}

static void must(struct step s)
{
        assert_int_equal(do_step(&s), 0);
}

static struct step epair(const char *jail_b)
{
        struct step s = {
                .op = STEP_LINK_ADD,
                .at = on("host", ""),
                .link = {.kind = KIND_VETH,
                         .role = ROLE_EPAIR,
                         .peer_role = ROLE_EPAIR,
                         .name = "epair0a",
                         .peer_name = "epair0b",
                         .mtu_bytes = 1400,
                         .peer_mtu_bytes = 1400,
                         .is_up = true,
                         .number = 0x2a,
                         .peer_number = 0x2b,
                         .peer_jail = on(jail_b, "")},
        };

        assert_int_equal(mac_parse("02:00:00:00:00:0a", &s.link.mac), 0);
        assert_int_equal(mac_parse("02:00:00:00:00:0b", &s.link.peer_mac), 0);
        return s;
}

static void test_jail(void **state)
{
        struct step add = {.op = STEP_JAIL_ADD, .at = on("www", "")};
        struct step rename = {.op = STEP_JAIL_RENAME, .at = on("www", ""), .name = "web"};

        (void)state;
        must((struct step){.op = STEP_NODE_NAME, .text = "x"}); /* the inventory's: nothing to do here */
        assert_int_equal(do_step(&add), 0);
        assert_true(add.made_cookie != 0 && add.made_cookie != host_cookie);
        netbox_expect("www", "ip -j netns list | jq -r '.[].name'");
        netbox_expect("true", "ip -n www -j link | jq '.[0].flags | index(\"UP\") != null'");
        assert_int_equal(do_step(&add), -EEXIST);

        must(rename);
        netbox_expect("web", "ip -j netns list | jq -r '.[].name'");
        /* As it was planned, with the name of before, by the cookie that it got. */
        must((struct step){.op = STEP_JAIL_DEL, .at = {.cookie = add.made_cookie, .jail = "www"}});
        netbox_expect("", "ls /run/netns");
}

static void test_epair_across_jails(void **state)
{
        struct step add = epair("www");

        (void)state;
        must((struct step){.op = STEP_JAIL_ADD, .at = on("www", "")});
        assert_int_equal(do_step(&add), 0);
        netbox_expect(
                "02:00:00:00:00:0a 1400 jn.0000002a.epair 1 1 veth true",
                "ip -j -d link show epair0a | jq -r '.[0] | \"\\(.address) \\(.mtu) \\(.altnames[0]) "
                "\\(.num_tx_queues) \\(.num_rx_queues) \\(.linkinfo.info_kind) \\(.flags | index(\"UP\") != null)\"'");
        netbox_expect("02:00:00:00:00:0b 1400 jn.0000002b.epair 1 false",
                      "ip -n www -j -d link show epair0b | jq -r '.[0] | \"\\(.address) \\(.mtu) \\(.altnames[0]) "
                      "\\(.num_tx_queues) \\(.flags | index(\"UP\") != null)\"'");

        CLEANUP(freep) char *index = netbox_read("ip -n www -j link show epair0b | jq '.[0].ifindex'");

        assert_int_equal(add.made_peer.ifindex, (int)strtol(index, NULL, 10));
        assert_true(add.made.cookie == host_cookie && add.made_peer.cookie != add.made.cookie);
        assert_int_equal(do_step(&add), -EEXIST);
        must((struct step){.op = STEP_LINK_DEL, .at = on("host", "epair0a")});
        netbox_expect("1", "ip -n www -j link | jq length");
}

/* A create message that works, and a mark that does not: the pair must not stay. */
static void test_failed_mark_leaves_nothing(void **state)
{
        struct step add = epair("host");
        CLEANUP(freep) char *before = NULL;
        CLEANUP(freep) char *after = NULL;

        (void)state;
        free(netbox_read("ip link add other type veth peer name other2 && "
                         "ip link property add dev other2 altname jn.0000002b.epair"));
        before = netbox_snapshot();
        assert_int_equal(do_step(&add), -EEXIST);
        after = netbox_snapshot();
        assert_string_equal(before, after);
}

static void test_bridge(void **state)
{
        struct step add = {
                .op = STEP_LINK_ADD,
                .at = on("host", ""),
                .link = {.kind = KIND_BRIDGE, .name = "br0", .stp_on = true, .is_up = true, .number = 7},
        };
        struct step pair = epair("host");

        (void)state;
        assert_int_equal(do_step(&add), 0);

        CLEANUP(freep) char *mac = netbox_read("ip -j link show br0 | jq -r '.[0].address'");
        struct mac m;

        assert_int_equal(mac_parse(mac, &m), 0);
        assert_true((m.bytes[0] & 3) == 2); /* locally administered, not a group */
        netbox_expect("1", "ip -j -d link show br0 | jq '.[0].linkinfo.info_data.stp_state'");
        must((struct step){.op = STEP_LINK_STP, .at = on("host", "br0"), .number = 0});
        netbox_expect("0", "ip -j -d link show br0 | jq '.[0].linkinfo.info_data.stp_state'");

        assert_int_equal(do_step(&pair), 0);
        must((struct step){.op = STEP_LINK_MASTER, .at = on("host", "epair0a"), .to = on("host", "br0")});
        netbox_expect("br0", "bridge -j link show dev epair0a | jq -r '.[0].master'");
        netbox_expect(mac, "ip -j link show br0 | jq -r '.[0].address'"); /* a port does not change it */
        must((struct step){.op = STEP_LINK_MASTER, .at = on("host", "epair0a")});
        netbox_expect("null", "ip -j link show epair0a | jq '.[0].master'");
        netbox_expect(mac, "ip -j link show br0 | jq -r '.[0].address'");

        struct step loop = {.op = STEP_LINK_MASTER, .at = on("host", "br0"), .to = on("host", "br0")};
        assert_true(do_step(&loop) < 0);
}

static void test_link_settings(void **state)
{
        struct step pair = epair("host");
        struct target t = on("host", "epair0a");
        struct step mac = {.op = STEP_LINK_MAC};

        (void)state;
        assert_int_equal(do_step(&pair), 0);
        t.ifindex = pair.made.ifindex;

        mac.at = t;
        assert_int_equal(mac_parse("02:00:00:00:00:cc", &mac.mac), 0);
        must(mac);
        must((struct step){.op = STEP_LINK_MTU, .at = t, .number = 9000});
        must((struct step){.op = STEP_LINK_ALIAS, .at = t, .text = "to the \xc3\xa4 \"web\""});
        must((struct step){.op = STEP_ALTNAME_ADD, .at = t, .text = "a-name-of-more-than-fifteen-bytes"});
        must((struct step){.op = STEP_LINK_RENAME, .at = t, .name = "up0"}); /* it is up */
        netbox_expect("02:00:00:00:00:cc 9000 to the \xc3\xa4 \"web\" a-name-of-more-than-fifteen-bytes true",
                      "ip -j link show up0 | jq -r '.[0] | \"\\(.address) \\(.mtu) \\(.ifalias) "
                      "\\(.altnames - [\"jn.0000002a.epair\"] | .[0]) \\(.flags | index(\"UP\") != null)\"'");

        /* Named as planned, by the old name alone, and by the new one: all find it. */
        must((struct step){.op = STEP_LINK_DOWN, .at = t});
        netbox_expect("false", "ip -j link show up0 | jq '.[0].flags | index(\"UP\") != null'");
        must((struct step){.op = STEP_LINK_UP, .at = on("host", "epair0a")});
        netbox_expect("true", "ip -j link show up0 | jq '.[0].flags | index(\"UP\") != null'");
        must((struct step){.op = STEP_LINK_ALIAS, .at = on("host", "up0")});
        must((struct step){.op = STEP_ALTNAME_DEL, .at = t, .text = "a-name-of-more-than-fifteen-bytes"});
        netbox_expect("null [\"jn.0000002a.epair\"]",
                      "ip -j link show up0 | jq -r '.[0] | \"\\(.ifalias) \\(.altnames)\"'");

        struct step clash = {.op = STEP_LINK_RENAME, .at = t, .name = "epair0b"};
        assert_int_equal(do_step(&clash), -EEXIST);
        struct step big = {.op = STEP_LINK_MTU, .at = t, .number = 1000000};
        assert_int_equal(do_step(&big), -EINVAL);
}

/* The exact errno and the kernel's own sentence, which libnl's codes would lose. */
static void test_kernel_words(void **state)
{
        struct step s = {.op = STEP_LINK_MTU, .at = on("host", "br0"), .number = 70000};
        struct err e = {0};

        (void)state;
        free(netbox_read("ip link add br0 type bridge"));
        assert_int_equal(applier_do(a, &s, &e), -EINVAL);
        assert_string_equal(e.kernel, "mtu greater than device maximum");
        assert_non_null(strstr(e.what, "br0: "));
        s.at = on("host", "nosuch");
        assert_int_equal(applier_do(a, &s, &e), -ENODEV);
        assert_non_null(strstr(e.what, "nosuch: "));
}

static void test_move(void **state)
{
        struct step pair = epair("host");
        struct step move = {.op = STEP_LINK_MOVE, .name = "eth0", .is_up = true};
        struct step address = {.op = STEP_ADDRESS_ADD};
        struct target planned = on("host", "epair0b");

        (void)state;
        free(netbox_read("ip netns add www"));
        new_applier("www");
        assert_int_equal(do_step(&pair), 0);
        planned.ifindex = pair.made_peer.ifindex;
        move.at = planned;
        move.to = on("www", "");
        assert_int_equal(do_step(&move), 0);
        netbox_expect(
                "eth0 02:00:00:00:00:0b true",
                "ip -n www -j link | jq -r '.[1] | \"\\(.ifname) \\(.address) \\(.flags | index(\"UP\") != null)\"'");

        CLEANUP(freep) char *index = netbox_read("ip -n www -j link show eth0 | jq '.[0].ifindex'");

        assert_int_equal(move.made.ifindex, (int)strtol(index, NULL, 10));
        assert_true(move.made.cookie != host_cookie);

        /* A later step by the new place, one by the old identity, and the way back by the new place. */
        assert_int_equal(prefix_parse("10.0.0.2/24", &address.address, NULL), 0);
        address.at = on("www", "eth0");
        must(address);
        assert_int_equal(prefix_parse("2001:db8::2/64", &address.address, NULL), 0);
        address.at = planned;
        must(address);
        netbox_expect("10.0.0.2/24 2001:db8::2/64",
                      "ip -n www -j addr show eth0 | jq -r '.[0].addr_info | map(select(.scope != \"link\") | "
                      "\"\\(.local)/\\(.prefixlen)\") | join(\" \")'");
        must((struct step){.op = STEP_LINK_MOVE, .at = on("www", "eth0"), .to = on("host", ""), .name = "epair0b"});
        netbox_expect("epair0b", "ip -j link show epair0b | jq -r '.[0].ifname'");
        must((struct step){.op = STEP_LINK_MTU, .at = planned, .number = 1280});
        netbox_expect("1280", "ip -j link show epair0b | jq -r '.[0].mtu'");
}

static void test_move_that_clashes(void **state)
{
        struct step pair = epair("host");
        struct step move = {.op = STEP_LINK_MOVE, .at = on("host", "epair0b"), .to = on("www", ""), .name = "taken"};
        CLEANUP(freep) char *before = NULL;
        CLEANUP(freep) char *after = NULL;

        (void)state;
        free(netbox_read("ip netns add www"));
        new_applier("www");
        assert_int_equal(do_step(&pair), 0);
        free(netbox_read(
                "ip -n www link add x0 type veth peer name x1 && ip -n www link property add dev x0 altname taken"));
        before = netbox_snapshot();
        assert_int_equal(do_step(&move), -EEXIST);
        after = netbox_snapshot();
        assert_string_equal(before, after);

        /* A bridge stays where it was made. */
        free(netbox_read("ip link add br0 type bridge"));
        struct step bridge = {.op = STEP_LINK_MOVE, .at = on("host", "br0"), .to = on("www", "")};
        assert_true(do_step(&bridge) < 0);
        netbox_expect("br0", "ip -j link show br0 | jq -r '.[0].ifname'");
}

static void test_routes(void **state)
{
        struct step add = epair("www");
        struct step address = {.op = STEP_ADDRESS_ADD, .at = on("www", "epair0b")};
        struct step route = {.op = STEP_ROUTE_ADD, .at = on("www", "")};

        (void)state;
        must((struct step){.op = STEP_JAIL_ADD, .at = on("www", "")});
        assert_int_equal(do_step(&add), 0);
        must((struct step){.op = STEP_LINK_UP, .at = on("www", "epair0b")});
        assert_int_equal(prefix_parse("10.0.0.2/24", &address.address, NULL), 0);
        must(address);
        assert_int_equal(do_step(&address), -EEXIST);

        route.route.destination.family = AF_INET; /* default */
        assert_int_equal(prefix_parse("10.9.9.9", &route.route.gateway, NULL), 0);
        assert_int_equal(do_step(&route), -ENETUNREACH);
        assert_int_equal(prefix_parse("10.0.0.1", &route.route.gateway, NULL), 0);
        must(route);
        assert_int_equal(do_step(&route), -EEXIST);

        struct step direct = {.op = STEP_ROUTE_ADD, .at = on("www", "epair0b"), .route = {.metric = 7}};

        assert_int_equal(prefix_parse("192.0.2.0/24", &direct.route.destination, NULL), 0);
        must(direct);
        assert_int_equal(prefix_parse("2001:db8::/32", &direct.route.destination, NULL), 0);
        must(direct);
        netbox_expect("default 10.0.0.1 epair0b\n10.0.0.0/24 null epair0b\n192.0.2.0/24 null epair0b",
                      "ip -n www -j route | jq -r '.[] | \"\\(.dst) \\(.gateway) \\(.dev)\"'");
        netbox_expect("2001:db8::/32 epair0b 7",
                      "ip -n www -j -6 route | jq -r '.[] | select(.metric == 7) | \"\\(.dst) \\(.dev) \\(.metric)\"'");
        direct.op = STEP_ROUTE_DEL;
        must(direct);
        route.op = STEP_ROUTE_DEL;
        must(route);
        assert_int_equal(do_step(&route), -ESRCH);
        netbox_expect("10.0.0.0/24\n192.0.2.0/24", "ip -n www -j route | jq -r '.[].dst'");

        address.op = STEP_ADDRESS_DEL;
        must(address);
        assert_int_equal(do_step(&address), -EADDRNOTAVAIL);
}

/* Each family has its own switch. */
static void test_forwarding_of_each_family(void **state)
{
        static const char read_both[] =
                "ip netns exec www cat /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv6/conf/all/forwarding";

        (void)state;
        must((struct step){.op = STEP_JAIL_ADD, .at = on("www", "")});
        must((struct step){.op = STEP_FORWARDING6, .at = on("www", ""), .number = 1});
        netbox_expect("0\n1", read_both);
        must((struct step){.op = STEP_FORWARDING, .at = on("www", ""), .number = 1});
        must((struct step){.op = STEP_FORWARDING6, .at = on("www", ""), .number = 0});
        netbox_expect("1\n0", read_both);
        must((struct step){.op = STEP_FORWARDING, .at = on("www", ""), .number = 0});
        netbox_expect("0\n0", read_both);
        netbox_expect("0", "cat /proc/sys/net/ipv4/ip_forward"); /* the host's is its own */
}

static void test_other_kinds(void **state)
{
        struct step pair = epair("host");
        struct step macvlan = {
                .op = STEP_LINK_ADD,
                .at = on("www", ""),
                .link = {.kind = KIND_MACVLAN,
                         .name = "mv0",
                         .macvlan_mode = MACVLAN_MODE_BRIDGE,
                         .parent = on("host", "epair0a"),
                         .is_up = true},
        };
        struct step vxlan = {
                .op = STEP_LINK_ADD,
                .at = on("host", ""),
                .link = {.kind = KIND_VXLAN, .name = "vx0", .vxlan_id = 77, .parent = on("host", "epair0a")},
        };

        (void)state;
        must((struct step){.op = STEP_JAIL_ADD, .at = on("www", "")});
        assert_int_equal(do_step(&pair), 0);
        if (applier_has_kind(a, KIND_MACVLAN) == 1) {
                must(macvlan); /* made where it belongs, on a parent elsewhere */
                netbox_expect("macvlan bridge",
                              "ip -n www -j -d link show mv0 | jq -r '.[0].linkinfo | "
                              "\"\\(.info_kind) \\(.info_data.mode)\"'");
                netbox_expect("false", "ip -j link | jq 'any(.ifname == \"mv0\")'");
        }
        if (applier_has_kind(a, KIND_VXLAN) == 1) {
                assert_int_equal(prefix_parse("192.0.2.1", &vxlan.link.vxlan_remote, NULL), 0);
                must(vxlan);
                netbox_expect("77 192.0.2.1 epair0a 4789",
                              "ip -j -d link show vx0 | jq -r '.[0].linkinfo.info_data | "
                              "\"\\(.id) \\(.remote) \\(.link) \\(.port)\"'");
        }

        struct step orphan = {.op = STEP_LINK_ADD, .at = on("host", ""), .link = {.kind = KIND_MACVLAN, .name = "mv1"}};
        assert_true(do_step(&orphan) < 0);
}

static void test_tap(void **state)
{
        struct step tap = {
                .op = STEP_LINK_ADD,
                .at = on("www", ""),
                .link = {.kind = KIND_TAP, .name = "tap0", .mtu_bytes = 1300, .number = 9, .is_up = true},
        };

        (void)state;
        if (applier_has_kind(a, KIND_TAP) != 1)
                skip();
        must((struct step){.op = STEP_JAIL_ADD, .at = on("www", "")});
        assert_int_equal(mac_parse("02:00:00:00:00:99", &tap.link.mac), 0);
        assert_int_equal(do_step(&tap), 0);
        netbox_expect("tap0 02:00:00:00:00:99 1300 tun tap true jn.00000009.plain",
                      "ip -n www -j -d link show tap0 | jq -r '.[0] | \"\\(.ifname) \\(.address) \\(.mtu) "
                      "\\(.linkinfo.info_kind) \\(.linkinfo.info_data.type) \\(.linkinfo.info_data.persist) "
                      "\\(.altnames[0])\"'");
        assert_int_equal(do_step(&tap), -EEXIST); /* not taken for a new one */
        must((struct step){.op = STEP_LINK_DEL, .at = on("www", "tap0")});
        netbox_expect("1", "ip -n www -j link | jq length");
}

static void test_missing_kind(void **state)
{
        static const enum iface_kind candidates[] = {KIND_VLAN, KIND_DUMMY, KIND_BOND, KIND_IPVLAN};
        CLEANUP(freep) char *before = NULL;
        CLEANUP(freep) char *after = NULL;
        bool found = false;

        (void)state;
        assert_int_equal(applier_has_kind(a, KIND_VETH), 1);
        assert_int_equal(applier_has_kind(a, KIND_BRIDGE), 1);
        assert_int_equal(applier_has_kind(a, KIND_PHYSICAL), 0);
        before = netbox_snapshot();
        for (size_t i = 0; i < ARRAY_SIZE(candidates); i++) {
                struct step s = {.op = STEP_LINK_ADD, .at = on("host", ""), .link = {.name = "x0"}};
                const struct kind *k = kind_of(candidates[i]);
                CLEANUP(freep) char *says = NULL;
                struct err e = {0};

                if (applier_has_kind(a, candidates[i]) == 1)
                        continue;
                /* ip agrees that there is none (its words: Unknown device type, or Operation not supported). */
                says = netbox_read("ip link add x0 type %s 2>&1 >/dev/null | head -1", k->name);
                assert_true(strstr(says, "Unknown device type") || strstr(says, "not supported"));
                found = true;
                s.link.kind = candidates[i];
                assert_int_equal(applier_check(a, &s, &e), -EOPNOTSUPP);
                assert_non_null(strstr(e.what, "no such link kind"));
                assert_non_null(strstr(e.what, k->module));
                assert_int_equal(do_step(&s), -EOPNOTSUPP);
        }
        after = netbox_snapshot();
        assert_string_equal(before, after); /* asking leaves nothing, refusing neither */
        if (!found)
                skip();
}

static void test_check(void **state)
{
        struct step pair = epair("host");
        struct step rename = {.op = STEP_LINK_RENAME, .name = "new0"};
        struct step up = {.op = STEP_LINK_UP};
        struct err e = {0};

        (void)state;
        assert_int_equal(do_step(&pair), 0);
        new_applier(NULL);

        up.at = on("host", "epair0a");
        up.at.ifindex = pair.made.ifindex;
        (void)str_copy(up.at.kind, sizeof(up.at.kind), "veth");
        assert_int_equal(applier_check(a, &up, &e), 0);

        /* Another kind in its place; another name; nothing there. */
        struct step wrong = up;
        (void)str_copy(wrong.at.kind, sizeof(wrong.at.kind), "bridge");
        assert_int_equal(applier_check(a, &wrong, &e), -ESTALE);
        wrong = up;
        (void)str_copy(wrong.at.iface, sizeof(wrong.at.iface), "new0");
        assert_int_equal(applier_check(a, &wrong, &e), -ESTALE);
        assert_string_equal(e.what, "new0: is gone (or another interface has its place); look again and repeat");

        /* ... but a name that the plan itself gives is expected. */
        rename.at = up.at;
        assert_int_equal(applier_check(a, &rename, &e), 0);
        assert_int_equal(applier_check(a, &wrong, &e), 0);

        wrong = up;
        wrong.at.ifindex = 9999;
        assert_int_equal(applier_check(a, &wrong, &e), -ESTALE);
        wrong.at.cookie = 0; /* a kernel without cookies: by index all the same */
        assert_int_equal(applier_check(a, &wrong, &e), -ESTALE);
        wrong = up;
        wrong.at.cookie = UINT64_MAX; /* no such jail any more */
        assert_int_equal(applier_check(a, &wrong, &e), -ESTALE);
        wrong = up;
        wrong.at.cookie = 0;
        wrong.at.ifindex = 0;
        (void)str_copy(wrong.at.jail, sizeof(wrong.at.jail), "made-by-the-plan");
        assert_int_equal(applier_check(a, &wrong, &e), 0);
}

/* Deleted and made again within one plan, as the way back does: what names the old ones finds the new ones. */
static void test_made_again(void **state)
{
        struct step jail = {.op = STEP_JAIL_ADD, .at = on("www", "")};
        struct step pair = epair("www");
        struct step mtu = {.op = STEP_LINK_MTU, .number = 1111};

        (void)state;
        assert_int_equal(do_step(&jail), 0);
        assert_int_equal(do_step(&pair), 0);

        uint64_t old_cookie = jail.made_cookie;
        struct iface_id old_peer = pair.made_peer;

        must((struct step){.op = STEP_LINK_DEL, .at = on("host", "epair0a")});
        must((struct step){.op = STEP_JAIL_DEL, .at = {.cookie = old_cookie, .jail = "www"}});
        assert_int_equal(do_step(&jail), 0);
        assert_true(jail.made_cookie != old_cookie);
        pair.link.peer_jail.cookie = old_cookie;
        pair.link.ifindex = pair.made.ifindex;
        assert_int_equal(do_step(&pair), 0);
        netbox_expect("1400", "ip -n www -j link show epair0b | jq '.[0].mtu'");

        mtu.at = on("www", "epair0b");
        mtu.at.cookie = old_cookie;
        mtu.at.ifindex = old_peer.ifindex + 1000; /* an index that is no longer there */
        must(mtu);
        netbox_expect("1111", "ip -n www -j link show epair0b | jq '.[0].mtu'");
}

/* The applier's thread is at home after each step, and nothing stays open behind it. */
static void test_leaves_nothing_open(void **state)
{
        CLEANUP(freep) char *before = netbox_read("ls /proc/$PPID/fd | wc -l");
        struct step pair = epair("www");

        (void)state;
        must((struct step){.op = STEP_JAIL_ADD, .at = on("www", "")});
        assert_int_equal(do_step(&pair), 0);
        must((struct step){.op = STEP_FORWARDING, .at = on("www", ""), .number = 1});
        must((struct step){.op = STEP_JAIL_DEL, .at = on("www", "")});
        assert_int_equal(netns_cookie_here(), host_cookie);
        applier_free(a);
        a = NULL;

        CLEANUP(freep) char *after = netbox_read("ls /proc/$PPID/fd | wc -l");

        assert_int_equal(strtol(after, NULL, 10), strtol(before, NULL, 10) - 1); /* its descriptor of home */
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_jail, setup, teardown),
                cmocka_unit_test_setup_teardown(test_epair_across_jails, setup, teardown),
                cmocka_unit_test_setup_teardown(test_failed_mark_leaves_nothing, setup, teardown),
                cmocka_unit_test_setup_teardown(test_bridge, setup, teardown),
                cmocka_unit_test_setup_teardown(test_link_settings, setup, teardown),
                cmocka_unit_test_setup_teardown(test_kernel_words, setup, teardown),
                cmocka_unit_test_setup_teardown(test_move, setup, teardown),
                cmocka_unit_test_setup_teardown(test_move_that_clashes, setup, teardown),
                cmocka_unit_test_setup_teardown(test_routes, setup, teardown),
                cmocka_unit_test_setup_teardown(test_forwarding_of_each_family, setup, teardown),
                cmocka_unit_test_setup_teardown(test_other_kinds, setup, teardown),
                cmocka_unit_test_setup_teardown(test_tap, setup, teardown),
                cmocka_unit_test_setup_teardown(test_missing_kind, setup, teardown),
                cmocka_unit_test_setup_teardown(test_check, setup, teardown),
                cmocka_unit_test_setup_teardown(test_made_again, setup, teardown),
                cmocka_unit_test_setup_teardown(test_leaves_nothing_open, setup, teardown),
        };
        int r = netbox_enter();

        if (r < 0) {
                printf("skipped: no private network here: %s\n", strerror(-r));
                return 77;
        }
        return cmocka_run_group_tests(tests, NULL, NULL);
}
