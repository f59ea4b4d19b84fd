/*
 * Proves what the plans about netgraph nodes do: mkpeer makes and joins in one plan, a node without a name stays so,
 * bridges and hubs go with their last hook unless persistent, hooks without a bridge are joined by a wire, and the
 * host's stack goes to a bridge and comes back.
 */
#include "tests/unit/plan/planning.h"

#include <errno.h>
#include <net/if.h>

#include "core/graph/nat_rule.h"
#include "core/plan/simulate.h"

static size_t named(const struct graph *g, const char *iface)
{
        size_t i = graph_find_iface_in(g, 0, iface);

        assert_int_not_equal(i, NONE);
        return i;
}

static void test_mkpeer(void **state)
{
        const struct graph *g CLEANUP(graph_unrefp) = topo_eiface();
        CLEANUP(plan_freep) struct plan *p = planned(g, "mkpeer ngeth1:ether bridge link7 core");
        CLEANUP(plan_freep) struct plan *hub = planned(g, "mkpeer ngeth1:ether hub any");
        CLEANUP(plan_freep) struct plan *eiface = planned(g, "mkpeer sw0:link eiface ether");

        (void)state;
        p->steps[0].link.mac = (struct mac){.is_set = true, .bytes = {2, 0, 0, 0, 0, 1}};
        assert_steps(p,
                     "make bridge ngbr0 with MAC 02:00:00:00:00:01\nset ngbr0 up\nname the node of ngbr0 core\n"
                     "mark ngbr0 with the name of its node\n"
                     "attach ngeth1 to ngbr0\ncall ngbr0's hook towards ngeth1 link7\n");
        assert_undo(
                p,
                "forget the name of ngbr0's hook towards ngeth1\ndetach ngeth1\n"
                "take the mark from ngbr0 for the name of its node\ngive the node of ngbr0 its default name\nset ngbr0 down\ndestroy ngbr0\n");
        assert_true(has_freebsd(p, "ngctl mkpeer ngeth1: bridge ether link7"));
        assert_true(has_freebsd(p, "ngctl name ngeth1:ether core"));
        assert_int_equal(p->steps[0].link.role, ROLE_NG_BRIDGE);
        assert_int_equal(hub->steps[0].link.role, ROLE_HUB);
        assert_int_equal(eiface->steps[0].link.role, ROLE_EIFACE);
        assert_string_equal(eiface->made[0], "ngeth2");
        refused(g, "mkpeer ngeth1:ether switch link0", "no such node type");
        refused(g, "mkpeer ngeth1:ether ng_hub a", "it is called hub");
        refused(g, "mkpeer ngeth1:ether tee middle", "left2right and right2left");
        refused(g, "mkpeer ngeth1:ether iface ether", "inet and inet6");
        refused(g, "mkpeer ngeth1:ether ether lower", "comes and goes");
        refused(g, "mkpeer ngeth1:ether bridge link01", "linkN and uplinkN");
        refused(g, "mkpeer ngeth1:ether bridge uplink0", "linkN and uplinkN");
        refused(g, "mkpeer ngeth1:left bridge link0", "its hook ether");
        refused(g, "mkpeer sw0:link0 eiface ether", "is connected already");
        refused(g, "mkpeer sw0:link eiface left", "one hook, ether");
        refused(g, "mkpeer nobody:link0 eiface ether", "no such node");
        refused(g, "create node bridge sw0", "a node's name already");
        refused(g, "create node bridge a:b", "separate the parts of a path");
}

static void test_lives(void **state)
{
        const struct graph *g CLEANUP(graph_unrefp) = topo_eiface();
        CLEANUP(plan_chain_freep) struct plan_chain *c = plan_chain_new(g);
        const struct graph *now = then(c, "create node bridge");
        size_t node = now->ifaces[named(now, "ngbr0")].node;
        char words[64];

        (void)state;
        assert_null(now->nodes[node].name);
        now = then(c, "mtu ngbr0 1400"); /* it never had a hook: it stays */
        (void)snprintf(words, sizeof(words), "connect ngeth1:ether [%x]:link", now->nodes[node].id);
        (void)then(c, words);
        now = then(c, "name ngeth1:ether sw"); /* by the path over the hook */
        assert_int_not_equal(graph_find_node_named(now, 0, "sw"), NONE);
        (void)then(c, "persist sw on");
        now = then(c, "disconnect sw:link0");
        assert_true(now->nodes[graph_find_node_named(now, 0, "sw")].is_persistent);
        now = then(c, "connect sw:uplink ngeth1:ether");
        assert_int_not_equal(graph_find_hook(now, graph_find_node_named(now, 0, "sw"), "uplink1"), NONE);
        now = then(c, "persist sw off");

        CLEANUP(plan_freep) struct plan *cut = planned(now, "disconnect ngeth1:ether");
        CLEANUP(plan_freep) struct plan *end = planned(now, "shutdown ngeth1:");

        assert_int_equal(cut->steps[cut->step_count - 1].op, STEP_LINK_DEL);
        assert_string_equal(cut->steps[cut->step_count - 1].at.iface, "ngbr0");
        assert_true(has_note(cut, "sw goes away: it has lost its last hook"));
        assert_steps(end, "destroy ngeth1\ndestroy ngbr0\n");
        now = then(c, "detach ngeth1");
        assert_int_equal(graph_find_iface_in(now, 0, "ngbr0"), NONE);
        assert_int_not_equal(graph_find_iface_in(now, 0, "ngeth1"), NONE);
        refused(g, "persist sw0 on", "stays until it is shut down");
}

static void test_wire(void **state)
{
        const struct graph *g CLEANUP(graph_unrefp) = topo_eiface();
        CLEANUP(plan_chain_freep) struct plan_chain *c = plan_chain_new(g);
        const struct graph *now;
        size_t hook;

        (void)state;
        (void)then(c, "create node eiface");
        now = then(c, "connect ngeth1:ether ngeth2:ether");
        hook = graph_find_hook(now, now->ifaces[named(now, "ngeth2")].node, "ether");
        assert_int_equal(now->edges[now->hooks[hook].edge].kind, EDGE_PAIR);
        assert_int_equal(now->hooks[graph_hook_peer(now, hook)].node, now->ifaces[named(now, "ngeth1")].node);
        refused(now, "connect ngeth1:ether sw0:link", "is connected to ngeth2");

        CLEANUP(plan_freep) struct plan *one = planned(now, "shutdown ngeth2:");

        assert_steps(one, "destroy ngeth2\ndetach ngfab3\nset ngfab3 down\ndestroy ngwire0\n");
        now = then(c, "disconnect ngeth2:ether");
        assert_int_equal(graph_find_iface_in(now, 0, "ngwire0"), NONE);
}

/* What an iface's hooks carry is nothing to a bridge; a hub and another iface take it. A second hook is carried. */
static void test_iface(void **state)
{
        const struct graph *g CLEANUP(graph_unrefp) = topo_eiface();
        CLEANUP(plan_chain_freep) struct plan_chain *c = plan_chain_new(g);
        const struct graph *now;
        size_t ng0;

        (void)state;
        (void)then(c, "create node iface");
        now = then(c, "create node iface");
        assert_true(now->ifaces[named(now, "ng0")].flags & IFF_NOARP);
        assert_true(mac_equal(now->ifaces[named(now, "ng0")].mac, now->ifaces[named(now, "ng1")].mac));
        refused(now, "connect ng0:inet sw0:link", "mean nothing to a bridge");
        refused(now, "connect ng0:lower ng1:inet", "a bridge's hook alone");
        refused(now, "pin ng0 02:00:00:00:00:09", "has no MAC address");

        CLEANUP(plan_freep) struct plan *p = planned(now, "connect ng0:inet6 ng1:inet");

        assert_true(has_freebsd(p, "ngctl connect ng0: ng1: inet6 inet"));
        now = then(c, "connect ng0:inet6 ng1:inet");
        ng0 = now->ifaces[named(now, "ng0")].node;
        assert_string_equal(now->nodes[ng0].type, "iface");
        assert_int_not_equal(graph_find_hook(now, ng0, "inet6"), NONE);
        assert_int_equal(graph_find_hook(now, ng0, "inet"), NONE);
        assert_null(now->ifaces[named(now, "ng0")].warning); /* of one address with the other one */
        refused(now, "connect ng0:inet sw0:link", "mean nothing to a bridge");
        (void)then(c, "create node hub pool");
        now = then(c, "connect ng0:inet pool:b");
        ng0 = now->ifaces[named(now, "ng0")].node;
        assert_int_not_equal(graph_find_hook(now, ng0, "inet6"), NONE);
        assert_int_not_equal(graph_find_hook(now, ng0, "inet"), NONE);
        assert_int_not_equal(graph_find_iface_in(now, 0, "ngorph0"), NONE);
        now = then(c, "disconnect ng0:inet");
        assert_int_equal(graph_find_iface_in(now, 0, "ngorph0"), NONE);
        (void)then(c, "disconnect ng0:inet6");
        (void)then(c, "create node hub pool");
        now = then(c, "connect ng0:inet pool:a");
        assert_int_not_equal(graph_find_hook(now, now->ifaces[named(now, "ng0")].node, "inet"), NONE);
}

static size_t count_steps(const struct plan *p, enum step_op op)
{
        size_t n = 0;

        for (size_t k = 0; k < p->step_count; k++)
                n += p->steps[k].op == op;
        return n;
}

/* A tee's feeds follow from its hooks: they end before anything else and begin when all is there. */
static void test_tee(void **state)
{
        const struct graph *g CLEANUP(graph_unrefp) = topo_eiface();
        CLEANUP(plan_chain_freep) struct plan_chain *c = plan_chain_new(g);
        const struct graph *now;

        (void)state;
        (void)then(c, "create node eiface");
        (void)then(c, "create node eiface");
        now = then(c, "mkpeer ngeth1:ether tee left t");
        refused(now, "connect t:left ngeth2:ether", "is connected to ngeth1");
        refused(now, "connect t:up ngeth2:ether", "left2right and right2left");
        refused(now, "attach ngeth2 ngtee0 link", "left2right and right2left");

        CLEANUP(plan_freep) struct plan *right = planned(now, "connect t:right ngeth2:ether");

        assert_int_equal(count_steps(right, STEP_FEED_ADD), 2);
        assert_true(is_hook_mark(&right->steps[right->step_count - 1]));
        assert_int_equal(right->steps[right->step_count - 2].op, STEP_FEED_ADD);
        now = then(c, "attach ngeth2 ngtee0"); /* the next free hook */
        assert_int_not_equal(graph_find_hook(now, now->ifaces[named(now, "ngtee0")].node, "right"), NONE);
        refused(now, "connect t:right ngeth3:ether", "is connected to ngeth2");
        now = then(c, "connect t:left2right ngeth3:ether");

        CLEANUP(plan_freep) struct plan *cut = planned(now, "disconnect t:left2right");
        CLEANUP(plan_freep) struct plan *end = planned(now, "shutdown t:");
        CLEANUP(text_done) struct text t = {0};

        assert_int_equal(count_steps(cut, STEP_FEED_DEL), 2);
        assert_int_equal(find_step(cut, STEP_FEED_DEL)->undo[0].op, STEP_FEED_ADD);
        step_put_sentence(&t, find_step(cut, STEP_FEED_DEL));
        assert_string_equal(text_str(&t), "copy no more frames from ngeth1 to ngeth3");
        text_clear(&t);
        step_put_iproute2(&t, &find_step(cut, STEP_FEED_DEL)->undo[0]);
        assert_non_null(strstr(text_str(&t), "action mirred egress mirror dev ngfab"));
        assert_int_equal(count_steps(end, STEP_FEED_DEL), 4);
        assert_true(has_freebsd(end, "ngctl shutdown t:"));
        now = then(c, "shutdown t:");
        assert_int_equal(graph_find_iface_in(now, 0, "ngtee0"), NONE);
        assert_int_equal(
                named(now, "ngeth2"),
                now->nodes[now
                                   ->hooks[graph_hook_peer(
                                           now, graph_find_hook(now, now->ifaces[named(now, "ngeth1")].node, "ether"))]
                                   .node]
                        .iface);
}

static size_t count_tunings(const struct plan *p, const char *name)
{
        size_t n = 0;

        for (size_t k = 0; k < p->step_count; k++)
                n += p->steps[k].op == STEP_LINK_TUNE && strcmp(p->steps[k].text, name) == 0 && p->steps[k].number == 0;
        return n;
}

/* With an uplink first a bridge learns nothing from uplinks, and seeks unknown addresses by them alone. */
static void test_uplink(void **state)
{
        const struct graph *g CLEANUP(graph_unrefp) = topo_eiface();
        CLEANUP(plan_chain_freep) struct plan_chain *c = plan_chain_new(g);
        CLEANUP(plan_freep) struct plan *first = planned(g, "mkpeer ngeth1:ether bridge uplink1 up");
        CLEANUP(plan_freep) struct plan *link_first = planned(g, "mkpeer ngeth1:ether bridge link0 up");
        const struct graph *now;

        (void)state;
        (void)then(c, "mkpeer ngeth1:ether bridge uplink1 up");
        assert_int_equal(count_tunings(first, "learning"), 1);
        assert_int_equal(count_tunings(link_first, "learning"), 0);
        (void)then(c, "create node eiface");
        now = then(c, "create node eiface");

        CLEANUP(plan_freep) struct plan *link = planned(now, "connect up:link ngeth2:ether");
        CLEANUP(plan_freep) struct plan *second = planned(now, "connect up:uplink ngeth2:ether");
        CLEANUP(plan_freep) struct plan *other = planned(now, "connect sw0:uplink ngeth2:ether");

        assert_int_equal(count_tunings(link, "flood"), 1);
        assert_int_equal(count_tunings(link, "learning"), 0);
        assert_int_equal(count_tunings(second, "learning"), 1);
        assert_int_equal(count_tunings(other, "learning") + count_tunings(other, "flood"), 0);
}

/* A rule's words stand for themselves: read and written, they are the same. */
static void test_nat_rules(void **state)
{
        static const char *const good[] = {
                "nat 10.1.0.0/24 via em0",
                "nat 0.0.0.0/0 via ngnat0 as 192.0.2.7",
                "nat 10.1.0.2/32 via ngnat0 as 192.0.2.8 id 2",
                "nat fd00::/64 via em0 as 2001:db8::1",
                "forward em0 tcp 80 to 10.1.0.2 8080",
                "forward em0 udp 53 at 192.0.2.7 to 10.1.0.2 53 id 1",
                "forward em0 all at 192.0.2.8 to 10.1.0.2 id 4294967295",
                "forward em0 all to 10.1.0.2",
                "forward em0 proto 47 at 192.0.2.8 from 198.51.100.1 to 10.1.0.2 id 3",
                "forward em0 tcp 80 at 192.0.2.8 from 198.51.100.1 1024 to 10.1.0.2 8080 id 4",
        };
        static const char *const bad[] = {
                "",
                "nat",
                "nat 10.1.0.0/24 via",
                "nat 10.1.0.0/24 via em0 as",
                "nat 10.1.0.0/24 via em0 as fd00::1",
                "nat 10.1.0.0/24 via em0 id x",
                "nat 10.1.0.0/24 via e\"0",
                "nat 10.1.0.0/24 via em0 more",
                "forward em0 icmp 80 to 10.1.0.2 80",
                "forward em0 tcp 0 to 10.1.0.2 80",
                "forward em0 proto 0 to 10.1.0.2",
                "forward em0 proto 47 to 10.1.0.2 80",
                "forward em0 proto 47 from 198.51.100.1 7 to 10.1.0.2",
                "forward em0 tcp 80 from fd00::1 to fd00::2 80",
                "forward em0 tcp 80 from 198.51.100.0/24 to 10.1.0.2 80",
                "forward em0 tcp 80 10.1.0.2 80",
                "forward em0 all to 10.1.0.2 80",
                "forward em0 tcp 80 at 192.0.2.1 to fd00::1 80",
                "forward an-interface-of-a-long-name tcp 80 to 10.1.0.2 80",
        };
        struct nat_rule r;
        char text[NAT_TEXT_SIZE];
        CLEANUP(text_done) struct text t = {0};

        (void)state;
        for (size_t k = 0; k < ARRAY_SIZE(good); k++) {
                assert_int_equal(nat_rule_parse(good[k], &r, NULL), 0);
                nat_rule_format(&r, text);
                assert_string_equal(text, good[k]);
        }
        for (size_t k = 0; k < ARRAY_SIZE(bad); k++)
                assert_int_equal(nat_rule_parse(bad[k], &r, NULL), -EINVAL);
        assert_int_equal(nat_rule_parse(good[2], &r, NULL), 0);
        nat_rule_put_nft(&r, &t);
        assert_string_equal(text_str(&t),
                            "ip saddr 10.1.0.2/32 oifname \"ngnat0\" snat ip to 192.0.2.8 comment "
                            "\"nat 10.1.0.2/32 via ngnat0 as 192.0.2.8 id 2\"");
        assert_int_equal(nat_rule_rank(&r), 0);
        text_clear(&t);
        assert_int_equal(nat_rule_parse(good[6], &r, NULL), 0);
        nat_rule_put_pf(&r, &t);
        assert_string_equal(text_str(&t), "rdr on em0 from any to 192.0.2.8 -> 10.1.0.2");
}

/* A nat is between a NIC and the host's stack, and its rules end with it. */
static void test_nat(void **state)
{
        struct topo *t = topo_begin();
        size_t eth0 = topo_link(t, 0, "eth0", KIND_PHYSICAL, "");

        (void)state;
        topo_address(t, eth0, "192.0.2.10/24");
        topo_address(t, eth0, "192.0.2.11/24");

        const struct graph *g CLEANUP(graph_unrefp) = topo_finish(t, NULL);
        CLEANUP(plan_chain_freep) struct plan_chain *c = plan_chain_new(g);
        struct intent rule = {.verb = VERB_NAT_RULE,
                              .values = {"ngnat0", "nat 0.0.0.0/0 via ngnat0 as 192.0.2.10"},
                              .value_count = 2};
        const struct graph *now;
        struct err e = {0};

        refused(g, "mkpeer eth0:lower nat left", "a nat has hooks in and out");
        now = then(c, "mkpeer eth0:lower nat in n");
        refused(now, "connect eth0:upper n:link1", "a nat has hooks in and out");
        refused(now, "mkpeer n:out eiface ether", "join out to a NIC's upper");

        /* The first address of a network takes the others along when it goes: it is the last to go. */
        CLEANUP(plan_freep) struct plan *upper = planned(now, "connect eth0:upper n:out");

        assert_steps(upper,
                     "connect the upper hook of eth0 to ngnat0, hook out\ntake 192.0.2.11/24 from eth0\n"
                     "take 192.0.2.10/24 from eth0\ngive 192.0.2.10/24 to ngnat0\n"
                     "give 192.0.2.11/24 to ngnat0\n");
        (void)then(c, "connect eth0:upper n:out");
        assert_int_equal(plan_chain_add(c, &rule, &e), 0);
        assert_int_equal(plan_chain_add(c, &rule, &e), -EEXIST);
        rule.values[0] = "eth0";
        assert_int_equal(plan_chain_add(c, &rule, &e), -EINVAL);
        now = plan_chain_graph(c);

        CLEANUP(plan_freep) struct plan *end = planned(now, "shutdown n:");

        assert_int_equal(count_steps(end, STEP_NAT_DEL), 1);
        now = then(c, "shutdown n:");
        assert_int_equal(now->ifaces[named(now, "eth0")].address_count, 2);
        assert_string_equal(now->jails[0].nat_rules, "");
}

static void test_upper_comes_home(void **state)
{
        struct topo *t = topo_begin();
        size_t eth0 = topo_link(t, 0, "eth0", KIND_PHYSICAL, "");

        (void)state;
        topo_address(t, eth0, "192.0.2.10/24");
        topo_route(t, 0, "0.0.0.0/0", "192.0.2.1", eth0);

        const struct graph *g CLEANUP(graph_unrefp) = topo_finish(t, NULL);
        CLEANUP(plan_chain_freep) struct plan_chain *c = plan_chain_new(g);
        const struct graph *now;

        (void)then(c, "mkpeer eth0:lower bridge link0 core");
        now = then(c, "connect eth0:upper core:link1");
        assert_int_equal(now->ifaces[named(now, "ngbr0")].address_count, 1);
        assert_int_equal(now->ifaces[named(now, "eth0")].address_count, 0);
        refused(now, "connect eth0:upper core:link2", "is connected to core already");

        CLEANUP(plan_freep) struct plan *bridge = planned(now, "shutdown core:");
        CLEANUP(plan_freep) struct plan *ether = planned(now, "shutdown eth0:");

        assert_steps(
                bridge,
                "detach eth0\nforget the name of ngbr0's hook towards eth0\ndisconnect the upper hook of eth0 from ngbr0\n"
                "remove route default via 192.0.2.1 over ngbr0 on the host\ntake 192.0.2.10/24 from ngbr0\n"
                "give 192.0.2.10/24 to eth0\nadd route default via 192.0.2.1 over eth0 on the host\n"
                "destroy ngbr0\n");
        assert_string_equal(ether->steps[ether->step_count - 1].at.iface, "ngbr0");
        now = then(c, "disconnect eth0:lower");
        assert_int_equal(now->ifaces[named(now, "ngbr0")].address_count, 1); /* its upper holds it */
        now = then(c, "disconnect core:link1");
        assert_int_equal(graph_find_iface_in(now, 0, "ngbr0"), NONE);
        assert_int_equal(now->ifaces[named(now, "eth0")].address_count, 1);
}

/* Two NICs, on a kernel that would have bonds. */
static const struct graph *two_nics(void)
{
        struct topo *t = topo_begin();
        size_t eth0 = topo_link(t, 0, "eth0", KIND_PHYSICAL, "");

        (void)topo_link(t, 0, "eth1", KIND_PHYSICAL, "");
        topo_address(t, eth0, "192.0.2.10/24");
        topo_route(t, 0, "0.0.0.0/0", "192.0.2.1", eth0);
        return topo_finish(t, NULL);
}

static const char *hook_peer(const struct graph *g, const char *iface, const char *hook)
{
        size_t at = graph_find_hook(g, g->ifaces[named(g, iface)].node, hook);

        assert_int_not_equal(at, NONE);
        return g->hooks[graph_hook_peer(g, at)].name;
}

/* A lagg's links are its ports, and it stays until it is shut down. */
static void test_lagg(void **state)
{
        const struct graph *g CLEANUP(graph_unrefp) = two_nics();
        CLEANUP(plan_chain_freep) struct plan_chain *c = plan_chain_new(g);
        CLEANUP(plan_freep) struct plan *made = planned(g, "mkpeer eth1:lower lagg link0");
        const struct graph *now;

        (void)state;
        assert_steps(made,
                     "make lagg lagg0\nset lagg0 up\nset eth1 down\nattach eth1 to lagg0\n"
                     "call lagg0's hook towards eth1 link0\n");
        assert_undo(made,
                    "forget the name of lagg0's hook towards eth1\ndetach eth1\nset eth1 up\nset lagg0 down\n"
                    "destroy lagg0\n");
        assert_int_equal(made->steps[0].link.kind, KIND_BOND);
        assert_true(has_freebsd(made, "ngctl mkpeer eth1: lagg lower link0"));
        refused(g, "mkpeer eth1:lower lagg port1", "a lagg has hooks linkN");
        now = then(c, "mkpeer eth1:lower lagg link0");
        refused(now, "connect eth0:lower lagg0:link0", "is connected to eth1");
        refused(now, "connect eth0:lower lagg0:many0", "a lagg has hooks linkN");
        refused(now, "connect eth0:upper lagg0:link1", "a NIC's lower");
        refused(now, "mkpeer lagg0:link1 eiface ether", "a NIC's lower");
        now = then(c, "connect eth0:lower lagg0:link");
        assert_string_equal(hook_peer(now, "lagg0", "link1"), "lower");
        now = then(c, "mkpeer lagg0:lower bridge link0 sw");
        assert_int_equal(now->ifaces[named(now, "lagg0")].master, named(now, "ngbr0"));
        (void)then(c, "disconnect lagg0:link1");
        (void)then(c, "disconnect lagg0:link0");
        now = then(c, "disconnect sw:link0");
        assert_int_equal(graph_find_iface_in(now, 0, "ngbr0"), NONE);

        CLEANUP(plan_freep) struct plan *end = planned(now, "shutdown lagg0:");

        assert_steps(end, "destroy lagg0\n");
}

/* Many are ports, one is the bond itself: the host's stack, or what hangs on a bridge; it goes with its last hook. */
static void test_one2many(void **state)
{
        const struct graph *g CLEANUP(graph_unrefp) = two_nics();
        CLEANUP(plan_chain_freep) struct plan_chain *c = plan_chain_new(g);
        CLEANUP(plan_freep) struct plan *made = planned(g, "mkpeer eth0:upper one2many one o");
        const struct graph *now;

        (void)state;
        assert_int_equal(made->steps[0].link.kind, KIND_BOND);
        assert_int_equal(made->steps[0].link.role, ROLE_ONE2MANY);
        assert_int_equal(made->steps[0].link.bond_mode, 0);
        refused(g, "create node bridge --xmit all", "leave --xmit out");
        refused(g, "mkpeer eth0:lower one2many many64", "many0 to many63");
        refused(g, "mkpeer eth0:lower one2many link0", "many0 to many63");
        now = then(c, "mkpeer eth0:upper one2many one o");
        assert_true(mac_equal(now->ifaces[named(now, "ngmany0")].mac, now->ifaces[named(now, "eth0")].mac));
        assert_int_equal(now->ifaces[named(now, "ngmany0")].address_count, 1);
        refused(now, "connect eth1:upper o:one", "is connected to eth0");
        refused(now, "connect eth1:upper o:many0", "a NIC's lower");
        (void)then(c, "connect eth0:lower o:many0");
        now = then(c, "connect o:many eth1:lower");
        assert_string_equal(hook_peer(now, "ngmany0", "many0"), "lower");
        assert_string_equal(hook_peer(now, "ngmany0", "many1"), "lower");
        assert_string_equal(hook_peer(now, "ngmany0", "one"), "upper");
        assert_string_equal(now->nodes[graph_find_node_named(now, 0, "o")].type, "one2many");

        CLEANUP(plan_freep) struct plan *end = planned(now, "shutdown o:");
        CLEANUP(graph_unrefp) const struct graph *after = NULL;
        struct err e = {0};

        assert_int_equal(plan_simulate(end, now, &after, &e), 0);
        assert_int_equal(after->ifaces[named(after, "eth0")].address_count, 1);
        assert_int_equal(after->route_count, 1);
        assert_int_equal(graph_find_iface_in(after, 0, "ngmany0"), NONE);
        (void)then(c, "disconnect eth0:lower");
        now = then(c, "disconnect eth0:upper");
        assert_int_not_equal(graph_find_iface_in(now, 0, "ngmany0"), NONE);
        now = then(c, "disconnect eth1:lower");
        assert_int_equal(graph_find_iface_in(now, 0, "ngmany0"), NONE);
        (void)then(c, "mkpeer eth1:lower one2many many0 p");
        now = then(c, "mkpeer p:one eiface ether"); /* by a wire */
        assert_string_equal(hook_peer(now, "ngmany0", "one"), "ether");
        (void)then(c, "disconnect p:one");
        now = then(c, "mkpeer p:one bridge link0 sw");
        assert_string_equal(hook_peer(now, "ngmany0", "one"), "link0");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_mkpeer),
                cmocka_unit_test(test_uplink),
                cmocka_unit_test(test_lives),
                cmocka_unit_test(test_wire),
                cmocka_unit_test(test_iface),
                cmocka_unit_test(test_tee),
                cmocka_unit_test(test_nat_rules),
                cmocka_unit_test(test_nat),
                cmocka_unit_test(test_upper_comes_home),
                cmocka_unit_test(test_lagg),
                cmocka_unit_test(test_one2many),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
