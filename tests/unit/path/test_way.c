/* test_way.c - ways through written networks: what this kernel may lack (VLANs, lagg, macvlan, wires that leave the
 * host), doubts, and what a probe makes of a verdict. The real breaks are in tests/kernel/test_path.sh. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <linux/fib_rules.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/netfilter.h>
#include <sys/socket.h>

#include "core/base/alloc.h"
#include "core/path/way.h"
#include "tests/lib/topo.h"

#define JAILS_MAX 4

/* What the stacks of a test tell. */
struct told {
        struct depth depths[JAILS_MAX];
};

static const struct depth *tell(void *context, size_t jail)
{
        struct told *t = context;

        return jail < JAILS_MAX && t->depths[jail].known ? &t->depths[jail] : NULL;
}

static struct way *find(const struct graph *g, struct told *t, const char *a, const char *b)
{
        struct way_end from, to;

        assert_int_equal(way_end_parse(g, a, &from, NULL), 0);
        assert_int_equal(way_end_parse(g, b, &to, NULL), 0);
        return way_find(g, &from, &to, &(struct way_facts){tell, t, false});
}

static void check(const struct graph *g, struct told *t, enum way_verdict verdict, enum way_reason reason,
                  const char *place)
{
        CLEANUP(way_freep) struct way *w = find(g, t, "a", "b");
        CLEANUP(text_done) struct text at = {0};

        assert_string_equal(way_verdict_name(w->verdict), way_verdict_name(verdict));
        assert_string_equal(way_reason_name(w->reason), way_reason_name(reason));
        assert_non_null(w->sentence);
        if (w->hop != NONE)
                way_put_place(&at, g, &w->hops[w->hop]);
        assert_string_equal(text_str(&at), place);
}

/* Jails a and b with an epair each on one bridge of the host, in one network. */
struct two {
        struct topo *t;
        size_t bridge, host_a, a, host_b, b, jail_a, jail_b;
};

static struct two begin_two(void)
{
        struct two x = {.t = topo_begin()};

        x.jail_a = topo_jail(x.t, "a");
        x.jail_b = topo_jail(x.t, "b");
        x.bridge = topo_bridge(x.t, 0, "br0");
        topo_pair(x.t, 0, "pa", x.jail_a, "qa", &x.host_a, &x.a);
        topo_pair(x.t, 0, "pb", x.jail_b, "qb", &x.host_b, &x.b);
        topo_port(x.t, x.bridge, x.host_a);
        topo_port(x.t, x.bridge, x.host_b);
        topo_address(x.t, x.a, "10.0.0.1/24");
        topo_address(x.t, x.b, "10.0.0.2/24");
        topo_route(x.t, x.jail_a, "10.0.0.0/24", NULL, x.a);
        topo_route(x.t, x.jail_b, "10.0.0.0/24", NULL, x.b);
        return x;
}

static void test_bridge(void **state)
{
        struct two x = begin_two();
        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(x.t, NULL);
        struct told t = {0};
        CLEANUP(way_freep) struct way *w = find(g, &t, "a", "b/qb");
        CLEANUP(freep) bool *ifaces = xcalloc(g->iface_count, sizeof(bool));
        CLEANUP(freep) bool *edges = xcalloc(g->edge_count, sizeof(bool));
        size_t lit_ifaces = 0, lit_edges = 0;

        (void)state;
        assert_int_equal(w->verdict, WAY_REACHED);
        assert_int_equal(w->mtu_bytes, 1500);
        for (size_t k = 0, before = NONE; k < w->hop_count; k++) {
                if (w->hops[k].iface == NONE)
                        continue;
                way_mark(g, before, w->hops[k].iface, ifaces, edges);
                before = w->hops[k].iface;
        }
        for (size_t k = 0; k < g->iface_count; k++)
                lit_ifaces += ifaces[k];
        for (size_t k = 0; k < g->edge_count; k++)
                lit_edges += edges[k];
        assert_int_equal(lit_ifaces, 5); /* both pairs and the bridge */
        assert_int_equal(lit_edges, 4);
}

/* A stack translates what it sends itself, too: the answer is for it, and it does not pass that on. */
static void test_own_translation(void **state)
{
        struct two x = begin_two();
        struct told t = {0};

        (void)state;
        topo_jail_facts(x.t, x.jail_a)->nat_rules = "nat 10.0.0.0/8 via qa\n";
        topo_address(x.t, x.a, "10.9.0.9/32");
        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(x.t, NULL);

        check(g, &t, WAY_REACHED, WAY_FINE, "");
        for (int k = 0; k < 2; k++) {
                CLEANUP(way_freep) struct way *w = find(g, &t, k ? "10.9.0.9" : "a", "b");
                unsigned translations = 0;

                for (size_t n = 0; n < w->hop_count; n++)
                        translations += w->hops[n].kind == HOP_NAT;
                assert_int_equal(w->verdict, WAY_REACHED);
                assert_int_equal(translations, k ? 2 : 0); /* there and back; its own address stays as it is */
        }
}

/* What tc does at the host's two ports is followed: a bridge that is down, as a tee's, passes frames by it alone. */
static void test_redirects(void **state)
{
        struct two x = begin_two();
        struct told t = {0};
        struct depth_redirect redirects[3] = {
                {.takes_all = true, .is_copy = true}, {.takes_all = true}, {.takes_all = true}};

        (void)state;
        topo_iface_facts(x.t, x.bridge)->is_up = topo_iface_facts(x.t, x.bridge)->is_running = false;

        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(x.t, NULL);
        int pa = g->ifaces[graph_find_iface_in(g, 0, "pa")].id.ifindex,
            pb = g->ifaces[graph_find_iface_in(g, 0, "pb")].id.ifindex;

        check(g, &t, WAY_BROKEN, WAY_DOWN, "br0");
        t.depths[0] = (struct depth){.known = DEPTH_REDIRECTS, .redirects = redirects, .redirect_count = 3};
        redirects[0].ifindex = redirects[1].ifindex = redirects[2].target = pa;
        redirects[0].target = 9999; /* a copy to what is gone stops nothing */
        redirects[1].target = redirects[2].ifindex = pb;
        check(g, &t, WAY_REACHED, WAY_FINE, "");

        /* The bridge is in the picture where the frames go past it. */
        CLEANUP(freep) bool *ifaces = xcalloc(g->iface_count, sizeof(bool));
        CLEANUP(freep) bool *edges = xcalloc(g->edge_count, sizeof(bool));
        size_t lit_edges = 0;

        way_mark(g, graph_find_iface_in(g, 0, "pa"), graph_find_iface_in(g, 0, "pb"), ifaces, edges);
        assert_true(ifaces[graph_find_iface_in(g, 0, "br0")]);
        for (size_t k = 0; k < g->edge_count; k++)
                lit_edges += edges[k];
        assert_int_equal(lit_edges, 2);
        redirects[2].is_copy = true; /* the frame goes on too, into a bridge that is down; its copy comes through */
        check(g, &t, WAY_REACHED, WAY_FINE, "");
        t.depths[0].redirect_count = 2; /* the way back is missing */
        check(g, &t, WAY_BROKEN, WAY_DOWN, "br0");
        t.depths[0].redirect_count = 3;
        redirects[1].takes_all = false;
        check(g, &t, WAY_UNKNOWN, WAY_FILTER, "pa");
        redirects[1].takes_all = true;
        redirects[1].target = 9999; /* taken, and lost */
        check(g, &t, WAY_BROKEN, WAY_NOT_ON_SEGMENT, "a/qa");
        redirects[1].target = pb;
        redirects[1].is_out = true; /* of what pa sends: nothing takes what it gets */
        check(g, &t, WAY_BROKEN, WAY_DOWN, "br0");
}

/* A filter that drops everything stops it; one that drops some is a doubt. At a jail that is only passed nobody asks.
 */
static void test_drops(void **state)
{
        struct two x = begin_two();
        struct told t = {0};
        struct depth_redirect drop = {.takes_all = true, .is_drop = true};

        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(x.t, NULL);
        const struct {
                const char *jail, *name, *where;
                bool is_out;
        } rows[] = {{"host", "pa", "pa", false},
                    {"host", "pb", "pb", true},
                    {"b", "qb", "b/qb", false},
                    {"a", "qa", "a/qa", true}};

        for (size_t k = 0; k < ARRAY_SIZE(rows); k++) {
                size_t jail = k < 2 ? 0 : graph_find_jail(g, rows[k].jail);

                drop.ifindex = g->ifaces[graph_find_iface_in(g, jail, rows[k].name)].id.ifindex;
                drop.is_out = rows[k].is_out;
                drop.takes_all = true;
                t.depths[jail] = (struct depth){.known = DEPTH_REDIRECTS, .redirects = &drop, .redirect_count = 1};
                check(g, &t, WAY_BROKEN, WAY_DROPPED, rows[k].where);
                drop.takes_all = false;
                check(g, &t, WAY_UNKNOWN, WAY_FILTER, rows[k].where);
                t.depths[jail] = (struct depth){0};
        }
        check(g, &t, WAY_REACHED, WAY_FINE, "");
}

/* VLANs as `bridge vlan show` tells them: of the ports and of the bridge. */
static void test_vlans(void **state)
{
        struct two x = begin_two();
        struct told t = {0};
        struct depth_vlan vlans[2];

        (void)state;
        topo_iface_facts(x.t, x.bridge)->vlan_filtering = true;

        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(x.t, NULL);
        size_t pa = graph_find_iface_in(g, 0, "pa"), pb = graph_find_iface_in(g, 0, "pb");

        vlans[0] = (struct depth_vlan){g->ifaces[pa].id.ifindex, 10, 10, true, true};
        vlans[1] = (struct depth_vlan){g->ifaces[pb].id.ifindex, 20, 20, true, true};
        t.depths[0] = (struct depth){.known = DEPTH_VLANS, .vlans = vlans, .vlan_count = 2};
        check(g, &t, WAY_BROKEN, WAY_VLAN, "pb");
        vlans[1].first = vlans[1].last = 10;
        check(g, &t, WAY_REACHED, WAY_FINE, "");
        vlans[1].is_untagged = false; /* b would have to understand the tag */
        check(g, &t, WAY_BROKEN, WAY_NOT_ON_SEGMENT, "a/qa");
        vlans[0].is_pvid = false; /* what comes without a tag is dropped at once */
        t.depths[0].vlan_count = 1;
        check(g, &t, WAY_BROKEN, WAY_VLAN, "pa");
}

/* The far jail has a VLAN interface on its end, and its port lets the tag out. */
static void test_vlan_interface(void **state)
{
        struct two x = begin_two();
        size_t vlan = topo_link(x.t, x.jail_b, "qb.20", KIND_VLAN, "vlan");
        struct told t = {0};
        struct depth_vlan vlans[2];

        (void)state;
        topo_iface_facts(x.t, x.bridge)->vlan_filtering = true;
        topo_iface_facts(x.t, vlan)->vlan_id = 20;
        topo_parent(x.t, x.b, vlan);
        topo_address(x.t, vlan, "10.0.0.9/24");
        topo_route(x.t, x.jail_b, "10.0.0.0/24", NULL, vlan);

        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(x.t, NULL);
        size_t pa = graph_find_iface_in(g, 0, "pa"), pb = graph_find_iface_in(g, 0, "pb");

        vlans[0] = (struct depth_vlan){g->ifaces[pa].id.ifindex, 20, 20, true, true};
        vlans[1] = (struct depth_vlan){g->ifaces[pb].id.ifindex, 20, 20, false, false};
        t.depths[0] = (struct depth){.known = DEPTH_VLANS, .vlans = vlans, .vlan_count = 2};

        CLEANUP(way_freep) struct way *w = find(g, &t, "a", "10.0.0.9");

        /* There it comes; the answer takes b's first route, which is for untagged frames, and is dropped at pb. */
        assert_int_equal(w->verdict, WAY_BROKEN);
        assert_int_equal(w->reason, WAY_VLAN);
        assert_true(w->hops[w->hop].is_back);
}

static void test_stp_and_isolation(void **state)
{
        struct two x = begin_two();
        struct told t = {0};

        (void)state;
        topo_iface_facts(x.t, x.host_b)->port_state = STP_BLOCKING;

        CLEANUP(graph_unrefp) const struct graph *blocked = topo_finish(x.t, NULL);

        check(blocked, &t, WAY_BROKEN, WAY_STP, "pb");
        x = begin_two();
        topo_iface_facts(x.t, x.host_a)->is_isolated = topo_iface_facts(x.t, x.host_b)->is_isolated = true;

        CLEANUP(graph_unrefp) const struct graph *isolated = topo_finish(x.t, NULL);

        check(isolated, &t, WAY_BROKEN, WAY_ISOLATED, "pb");
}

/* Of two ways the one that is open is taken; of two broken ones that with fewer troubles. */
static void test_two_ways(void **state)
{
        struct two x = begin_two();
        size_t second = topo_bridge(x.t, 0, "br1"), up_a, up_b, down_a, down_b;
        struct told t = {0};

        (void)state;
        topo_pair(x.t, 0, "u0", 0, "u1", &up_a, &up_b);
        topo_pair(x.t, 0, "v0", 0, "v1", &down_a, &down_b);
        topo_iface_facts(x.t, x.host_b)->master_ifindex = 0;
        topo_port(x.t, second, x.host_b);
        topo_port(x.t, x.bridge, down_a);
        topo_port(x.t, second, down_b);
        topo_port(x.t, x.bridge, up_a);
        topo_port(x.t, second, up_b);
        topo_iface_facts(x.t, down_a)->port_state = STP_BLOCKING;

        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(x.t, NULL);

        check(g, &t, WAY_REACHED, WAY_FINE, "");
}

static void test_macvlan_and_lagg(void **state)
{
        struct topo *t = topo_begin();
        size_t a = topo_jail(t, "a"), b = topo_jail(t, "b"), eth0 = topo_link(t, 0, "eth0", KIND_PHYSICAL, "");
        size_t ma = topo_link(t, a, "ma", KIND_MACVLAN, "macvlan"), mb = topo_link(t, b, "mb", KIND_MACVLAN, "macvlan");
        struct told told = {0};

        (void)state;
        topo_parent(t, eth0, ma);
        topo_parent(t, eth0, mb);
        topo_nsid(t, a, 0, 0);
        topo_nsid(t, b, 0, 0);
        topo_iface_facts(t, ma)->link_nsid = topo_iface_facts(t, mb)->link_nsid = 0;
        topo_iface_facts(t, ma)->macvlan_mode = topo_iface_facts(t, mb)->macvlan_mode = MACVLAN_MODE_BRIDGE;
        topo_address(t, ma, "10.0.0.1/24");
        topo_address(t, mb, "10.0.0.2/24");
        topo_address(t, eth0, "10.0.0.3/24");
        topo_route(t, a, "10.0.0.0/24", NULL, ma);
        topo_route(t, b, "10.0.0.0/24", NULL, mb);

        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(t, NULL);

        check(g, &told, WAY_REACHED, WAY_FINE, "");

        /* The parent's own stack is not on it, as people find out; what is behind eth0 is not known. */
        CLEANUP(way_freep) struct way *w = find(g, &told, "a", "10.0.0.3");

        assert_int_equal(w->verdict, WAY_UNKNOWN);
        assert_int_equal(w->reason, WAY_OUT_OF_SIGHT);
}

/* A wire that leaves the host: not known, for an address that nobody here has. */
static void test_out_of_sight(void **state)
{
        struct two x = begin_two();
        size_t eth0 = topo_link(x.t, 0, "eth0", KIND_PHYSICAL, "");
        struct told t = {0};

        (void)state;
        topo_port(x.t, x.bridge, eth0);

        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(x.t, NULL);
        CLEANUP(way_freep) struct way *w = find(g, &t, "a", "10.0.0.77");

        assert_int_equal(w->verdict, WAY_UNKNOWN);
        assert_int_equal(w->reason, WAY_OUT_OF_SIGHT);
        assert_int_equal(w->hops[w->hop].kind, HOP_LEAVES);
        assert_string_equal(g->ifaces[w->hops[w->hop].iface].name, "eth0");

        /* A neighbour that failed lately may be mended; one that failed now is not. */
        struct depth_neighbour n = {.state = NUD_FAILED};
        struct way_end from, to;

        assert_int_equal(prefix_parse("10.0.0.77", &n.address, NULL), 0);
        n.ifindex = g->ifaces[graph_find_iface_in(g, graph_find_jail(g, "a"), "qa")].id.ifindex;
        t.depths[graph_find_jail(g, "a")] =
                (struct depth){.known = DEPTH_NEIGHBOURS, .neighbours = &n, .neighbour_count = 1};
        assert_int_equal(way_end_parse(g, "a", &from, NULL), 0);
        assert_int_equal(way_end_parse(g, "10.0.0.77", &to, NULL), 0);
        for (int k = 0; k < 2; k++) {
                CLEANUP(way_freep)
                struct way *again = way_find(g, &from, &to, &(struct way_facts){tell, &t, k == 1});

                assert_int_equal(again->verdict, k == 0 ? WAY_UNKNOWN : WAY_BROKEN);
                assert_int_equal(again->reason, WAY_NEIGHBOUR);
        }
}

/* What is not followed is told, and settled by nothing but a probe. */
static void test_doubts(void **state)
{
        struct two x = begin_two();
        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(x.t, NULL);
        struct depth_chain chain = {
                .table = "filter", .chain = "in", .family = NFPROTO_IPV4, .hook = NF_INET_LOCAL_IN, .rule_count = 1};
        struct depth_rule rule = {.family = AF_INET, .priority = 100, .table = 77, .action = FR_ACT_TO_TBL};
        struct told t = {0};
        size_t a = graph_find_jail(g, "a"), b = graph_find_jail(g, "b");

        (void)state;
        t.depths[b] = (struct depth){.known = DEPTH_FIREWALL, .chains = &chain, .chain_count = 1};
        check(g, &t, WAY_UNKNOWN, WAY_FIREWALL, "b/qb");
        chain.hook = NF_INET_FORWARD; /* b forwards nothing here */
        check(g, &t, WAY_REACHED, WAY_FINE, "");
        chain.hook = NF_INET_LOCAL_IN;
        chain.family = NFPROTO_IPV6;
        check(g, &t, WAY_REACHED, WAY_FINE, "");
        t.depths[a] = (struct depth){.known = DEPTH_RULES, .rules = &rule, .rule_count = 1};
        check(g, &t, WAY_UNKNOWN, WAY_RULES, "a");
        assert_int_equal(prefix_parse("10.9.0.0/16", &rule.to, NULL), 0); /* of other destinations */
        check(g, &t, WAY_REACHED, WAY_FINE, "");
}

/* Where the kernel may have sent it elsewhere, nothing that stops it further on is sure to be met. */
static void test_elsewhere(void **state)
{
        struct two x = begin_two();
        struct depth_rule rule = {.family = AF_INET, .priority = 100, .table = 77, .action = FR_ACT_TO_TBL};
        struct told t = {0};

        (void)state;
        topo_iface_facts(x.t, x.host_b)->is_up = false;

        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(x.t, NULL);

        check(g, &t, WAY_BROKEN, WAY_DOWN, "pb");
        t.depths[graph_find_jail(g, "a")] = (struct depth){.known = DEPTH_RULES, .rules = &rule, .rule_count = 1};
        check(g, &t, WAY_UNKNOWN, WAY_RULES, "a");
}

/* A jail has the network on two interfaces of the segment: of IPv4 either answers for an address, and the one that has
 * it is the better guess; of IPv6 that one alone, and the answer leaves by where the question came in. */
static void test_own_interface(void **state)
{
        for (int k = 0; k < 2; k++) {
                struct two x = begin_two();
                const char *const network = k == 0 ? "10.0.0.0/24" : "fd00::/64";
                size_t above = topo_link(x.t, x.jail_b, "above", KIND_MACVLAN, "macvlan");
                struct told t = {0};

                (void)state;
                topo_iface_facts(x.t, above)->macvlan_mode = MACVLAN_MODE_BRIDGE;
                topo_parent(x.t, x.b, above);
                topo_address(x.t, x.a, k == 0 ? "10.0.0.8/24" : "fd00::8/64");
                topo_address(x.t, above, k == 0 ? "10.0.0.9/24" : "fd00::9/64");
                topo_address(x.t, x.b, "fd00::2/64");
                topo_route(x.t, x.jail_a, network, NULL, x.a);
                topo_route(x.t, x.jail_b, "fd00::/64", NULL, x.b);
                topo_route(x.t, x.jail_b, network, NULL, above);

                CLEANUP(graph_unrefp) const struct graph *g = topo_finish(x.t, NULL);
                CLEANUP(way_freep) struct way *w = find(g, &t, "a", k == 0 ? "10.0.0.9" : "fd00::9");
                bool comes_there = false, leaves_there = false;

                assert_int_equal(w->verdict, WAY_REACHED);
                for (size_t n = 0; n < w->hop_count; n++) {
                        bool is_there =
                                w->hops[n].kind == HOP_LINK && strcmp(g->ifaces[w->hops[n].iface].name, "above") == 0;

                        comes_there |= is_there && !w->hops[n].is_back;
                        leaves_there |= is_there && w->hops[n].is_back;
                }
                assert_true(comes_there);
                assert_int_equal(leaves_there, k == 1); /* of IPv4 by its first route */
        }
}

/* An address that is the stack's own: as a gateway it says "on this segment"; of a loopback's network all are. */
static void test_own_addresses(void **state)
{
        struct two x = begin_two();
        struct told t = {0};

        (void)state;
        topo_route(x.t, x.jail_a, "10.0.0.2/32", "10.0.0.1", x.a);
        topo_address(x.t, 2, "10.7.0.1/24"); /* the loopback of b: each stack's is its first */
        topo_route(x.t, x.jail_a, "10.7.0.0/24", "10.0.0.2", x.a);

        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(x.t, NULL);
        CLEANUP(way_freep) struct way *w = find(g, &t, "a", "10.0.0.2");

        assert_int_equal(w->verdict, WAY_REACHED);

        CLEANUP(way_freep) struct way *v = find(g, &t, "a", "10.7.0.99");

        assert_int_equal(v->verdict, WAY_REACHED);
        assert_int_equal(v->to, graph_find_jail(g, "b"));
}

/* Several next hops: the first is followed, and the answer may take another. A router that answers for others may do
 * so. */
static void test_proxies(void **state)
{
        struct two x = begin_two();
        struct depth_setting setting = {.family = AF_INET, .ifindex = DEPTH_EVERY_IFACE, .proxies = 1};
        struct told t = {0};

        (void)state;
        topo_jail_facts(x.t, x.jail_b)->forwarding = 1;

        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(x.t, NULL);
        CLEANUP(way_freep) struct way *before = find(g, &t, "a", "10.0.0.77");

        assert_int_equal(before->verdict, WAY_BROKEN);
        t.depths[graph_find_jail(g, "b")] =
                (struct depth){.known = DEPTH_SETTINGS, .settings = &setting, .setting_count = 1};

        CLEANUP(way_freep) struct way *w = find(g, &t, "a", "10.0.0.77");

        assert_int_equal(w->verdict, WAY_UNKNOWN);
        assert_int_equal(w->reason, WAY_OUT_OF_SIGHT);
        assert_non_null(strstr(w->sentence, "b/qb"));
}

static void test_probe(void **state)
{
        struct two x = begin_two();
        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(x.t, NULL);
        struct told t = {0};
        struct echo_result silent = {.is_made = true, .sent = 3, .round_trip_us = -1};
        struct echo_result small = {.is_made = true, .sent = 1, .answered = 1, .large = ECHO_LARGE_LOST};
        struct echo_result all = {.is_made = true, .sent = 1, .answered = 1, .large = ECHO_LARGE_ANSWERED};

        (void)state;
        for (int k = 0; k < 4; k++) {
                const struct echo_result none = {0}, *probes[] = {&none, &silent, &small, &all};
                static const enum way_reason reasons[] = {WAY_FINE, WAY_NO_ANSWER, WAY_MTU, WAY_FINE};
                CLEANUP(way_freep) struct way *w = find(g, &t, "a", "b");

                way_confirm(w, probes[k]);
                assert_int_equal(w->reason, reasons[k]);
                assert_int_equal(w->verdict, reasons[k] == WAY_FINE ? WAY_REACHED : WAY_BROKEN);
        }
}

static void test_ends(void **state)
{
        CLEANUP(graph_unrefp) const struct graph *g = topo_demo();
        struct way_end end;
        struct err e = {0};

        (void)state;
        assert_int_equal(way_end_parse(g, "router", &end, &e), 0);
        assert_int_equal(end.iface, NONE);
        assert_int_equal(way_end_parse(g, "198.51.100.9", &end, &e), 0);
        assert_int_equal(end.jail, NONE);
        assert_true(way_end_parse(g, "nobody", &end, &e) < 0);
        assert_true(way_end_parse(g, "router:nothing", &end, &e) < 0);

        size_t i = g->jails[graph_find_jail(g, "router")].iface_first + 1;
        CLEANUP(freep) char *word = xasprintf("router:%s", g->ifaces[i].name);

        assert_int_equal(way_end_parse(g, word, &end, &e), 0);
        assert_int_equal(end.iface, i);
}

/* Ways between all pairs of jails of all written networks end, and say something. */
static void test_all_pairs(void **state)
{
        const struct graph *graphs[] = {topo_demo(),  topo_seeds(),   topo_eiface(),
                                        topo_kinds(), topo_hostile(), topo_many(20)};
        struct told t = {0};

        (void)state;
        for (size_t k = 0; k < ARRAY_SIZE(graphs); k++) {
                const struct graph *g = graphs[k];

                for (size_t a = 0; a < g->jail_count; a++) {
                        for (size_t b = 0; b < g->jail_count; b++) {
                                struct way_end from = {.jail = a, .iface = NONE}, to = {.jail = b, .iface = NONE};
                                CLEANUP(way_freep)
                                struct way *w = way_find(g, &from, &to, &(struct way_facts){tell, &t, false});

                                assert_non_null(w->sentence);
                                assert_true(w->hop_count > 0);
                        }
                }
                graph_unref(g);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_bridge),
                cmocka_unit_test(test_own_translation),
                cmocka_unit_test(test_redirects),
                cmocka_unit_test(test_drops),
                cmocka_unit_test(test_vlans),
                cmocka_unit_test(test_vlan_interface),
                cmocka_unit_test(test_stp_and_isolation),
                cmocka_unit_test(test_two_ways),
                cmocka_unit_test(test_macvlan_and_lagg),
                cmocka_unit_test(test_out_of_sight),
                cmocka_unit_test(test_doubts),
                cmocka_unit_test(test_probe),
                cmocka_unit_test(test_ends),
                cmocka_unit_test(test_all_pairs),
                cmocka_unit_test(test_elsewhere),
                cmocka_unit_test(test_own_interface),
                cmocka_unit_test(test_own_addresses),
                cmocka_unit_test(test_proxies),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
