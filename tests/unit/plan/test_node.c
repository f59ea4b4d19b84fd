/*
 * Proves what the plans about netgraph nodes do: mkpeer makes and joins in one plan, a node without a name stays so,
 * bridges and hubs go with their last hook unless persistent, hooks without a bridge are joined by a wire, and the
 * host's stack goes to a bridge and comes back.
 */
#include "tests/unit/plan/planning.h"

#include "core/plan/chain.h"
#include "core/plan/simulate.h"

/* One request more; the graph that it leaves is the chain's. */
static const struct graph *then(struct plan_chain *c, const char *words)
{
        CLEANUP(freep) char *copy = xstrdup(words);
        char *argv[8], *save = NULL;
        int argc = 0;
        struct intent in;
        struct err e = {0};

        for (char *w = strtok_r(copy, " ", &save); w && argc < 8; w = strtok_r(NULL, " ", &save))
                argv[argc++] = w;
        assert_int_equal(verb_parse(argc, argv, &in, NULL), 0);
        if (plan_chain_add(c, &in, &e) < 0) {
                print_error("%s: %s\n", words, e.what);
                fail();
        }
        return plan_chain_graph(c);
}

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
                     "attach ngeth1 to ngbr0\ncall ngbr0's hook towards ngeth1 link7\n");
        assert_undo(p,
                    "forget the name of ngbr0's hook towards ngeth1\ndetach ngeth1\n"
                    "give the node of ngbr0 its default name\nset ngbr0 down\ndestroy ngbr0\n");
        assert_true(has_freebsd(p, "ngctl mkpeer ngeth1: bridge ether link7"));
        assert_true(has_freebsd(p, "ngctl name ngeth1:ether core"));
        assert_int_equal(p->steps[0].link.role, ROLE_NG_BRIDGE);
        assert_int_equal(hub->steps[0].link.role, ROLE_HUB);
        assert_int_equal(eiface->steps[0].link.role, ROLE_EIFACE);
        assert_string_equal(eiface->made[0], "ngeth2");
        refused(g, "mkpeer ngeth1:ether switch link0", "no such node type");
        refused(g, "mkpeer ngeth1:ether ng_hub a", "it is called hub");
        refused(g, "mkpeer ngeth1:ether tee left", "tee: is not made here");
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

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_mkpeer),
                cmocka_unit_test(test_lives),
                cmocka_unit_test(test_wire),
                cmocka_unit_test(test_upper_comes_home),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
