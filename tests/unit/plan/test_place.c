/* test_place.c - plans that attach, connect, move, return and destroy: what changes place, and what is carried over. */
#include "core/plan/feed.h"
#include "tests/unit/plan/planning.h"

static void test_attach(void **state)
{
        struct topo *t = topo_begin();
        size_t bridge = topo_bridge(t, 0, "br0"), www = topo_jail(t, "www"), a, b;

        (void)state;
        topo_pair(t, 0, "epair0a", www, "epair0b", &a, &b);
        topo_iface_facts(t, a)->is_up = false;
        topo_iface_facts(t, a)->mtu_bytes = 1400;
        topo_address(t, a, "10.0.0.9/24");
        (void)bridge;

        const struct graph *g CLEANUP(graph_unrefp) = topo_finish(t, NULL);
        CLEANUP(plan_freep) struct plan *p = planned(g, "attach epair0a br0");
        CLEANUP(plan_freep) struct plan *named = planned(g, "attach epair0a br0 uplink");

        /* A port joins its bridge before it goes up. */
        assert_steps(p, "attach epair0a to br0\nset epair0a up\n");
        assert_undo(p,
                    "set epair0a down\ndetach epair0a\nset the MTU of br0 to 1500\n"); /* its least port's, as before */
        assert_iproute2(p, "ip link set dev epair0a master br0\nip link set dev epair0a up\n");
        assert_true(has_freebsd(p, "ifconfig br0 addm epair0a"));
        assert_true(has_note(p, "has MTU 1400 and br0 has 1500"));
        assert_true(has_note(p, "10.0.0.9/24 stops working on a port"));
        assert_string_equal(find_step(named, STEP_HOOK_NAME)->text, "uplink1");
        refused(g, "attach www/epair0b br0",
                "br0: is on the host; move www/epair0b there first or attach its peer epair0a");
        refused(g, "attach br0 br0", "a bridge cannot be a port");
        refused(g, "attach lo br0", "no Ethernet");
        refused(g, "attach epair0a epair0a", "is not a bridge");
        refused(g, "attach epair0a br0 a.b", "a.b");
}

static void test_attach_refuses_loops_and_taken_hooks(void **state)
{
        struct topo *t = topo_begin();
        size_t br0 = topo_bridge(t, 0, "br0"), br1 = topo_bridge(t, 0, "br1"), a, b, c, d, vlan;

        (void)state;
        topo_pair(t, 0, "p0", 0, "p1", &a, &b);
        topo_port(t, br0, a);
        topo_pair(t, 0, "q0", 0, "q1", &c, &d);
        topo_port(t, br0, c);
        topo_port(t, br1, d);
        vlan = topo_link(t, 0, "br0.5", KIND_VLAN, "vlan");
        topo_parent(t, br0, vlan);

        const struct graph *g CLEANUP(graph_unrefp) = topo_finish(t, NULL);
        CLEANUP(plan_freep) struct plan *p = planned(g, "attach p1 br1");

        const struct graph *kinds CLEANUP(graph_unrefp) = topo_kinds();

        refused(kinds, "connect eth0:lower lagg0:left", "a lagg has hooks linkN");
        refused(kinds, "attach eth0 lagg0", "mv0 stands on it and takes its packets");
        refused(kinds, "attach tap0 lagg0 port3", "a lagg has hooks linkN");
        refused(kinds, "attach www/v1 lagg0", "is in another jail than lagg0");
        refused(kinds, "attach eth1 lagg0", "is attached to lagg0 already");

        CLEANUP(plan_freep) struct plan *lagg = planned(kinds, "attach tap0 lagg0");

        assert_steps(lagg, "set tap0 down\nattach tap0 to lagg0\n");
        assert_iproute2(lagg, "ip link set dev tap0 down\nip link set dev tap0 master lagg0\n");
        refused(g, "attach p1 br0", "makes a loop");
        refused(g, "attach br0.5 br0", "stands on br0 itself");
        refused(g, "attach p0 br1", "is attached to br0 already; detach it first");
        refused(g, "attach p1 br1 link0", "link1 is free");
        assert_true(has_note(p, "a loop, and br1 has no spanning tree"));
}

static void test_detach(void **state)
{
        const struct graph *g CLEANUP(graph_unrefp) = topo_seeds();
        CLEANUP(plan_freep) struct plan *p = planned(g, "detach epair0a");

        (void)state;
        assert_steps(p, "detach epair0a\n");
        assert_undo(p, "attach epair0a to bridge0\n");
        assert_iproute2(p, "ip link set dev epair0a nomaster\n");
        assert_true(has_freebsd(p, "ifconfig bridge0 deletem epair0a"));
        refused(g, "detach www/epair0b", "nothing to detach");
}

/* An eiface hangs on its bridge by the fabric end, and loses its carrier with the edge. */
static void test_eiface_on_bridge(void **state)
{
        const struct graph *g CLEANUP(graph_unrefp) = topo_eiface();
        CLEANUP(plan_freep) struct plan *attach = planned(g, "attach ngeth1 sw1 web");
        CLEANUP(plan_freep) struct plan *detach = planned(g, "detach www/ngeth0");
        CLEANUP(plan_freep) struct plan *connect = planned(g, "connect sw1:link5 ngeth1:ether");

        (void)state;
        assert_iproute2(attach, "ip link set dev ngfab3 master sw1\n");
        assert_steps(attach, "attach ngeth1 to sw1\ncall sw1's hook towards ngeth1 web\n");
        assert_true(has_freebsd(attach, "ngctl connect sw1: ngeth1: web ether"));
        assert_iproute2(detach, "ip link set dev ngfab0 nomaster\nip link set dev ngfab0 down\n");
        assert_undo(detach, "set ngfab0 up\nattach www/ngeth0 to sw0\n");
        assert_string_equal(find_step(connect, STEP_HOOK_NAME)->text, "link5");
        refused(g, "attach ngfab3 sw1", "hidden end of ngeth1");
        refused(g, "attach www/ngeth0 sw1", "attached to sw0 already");
}

static void test_connect(void **state)
{
        const struct graph *g CLEANUP(graph_unrefp) = topo_demo();
        CLEANUP(plan_freep) struct plan *upper = planned(g, "connect eth0:upper lan0:link");
        CLEANUP(plan_freep) struct plan *bridges = planned(g, "connect lan0:link dmz0:link9");

        (void)state;
        assert_steps(
                upper,
                "connect the upper hook of eth0 to lan0, hook link3\nremove route default via 192.0.2.1 over eth0 on the host\n"
                "take 192.0.2.10/24 from eth0\ngive 192.0.2.10/24 to lan0\n"
                "add route default via 192.0.2.1 over lan0 on the host\n");
        assert_undo(upper,
                    "remove route default via 192.0.2.1 over lan0 on the host\ntake 192.0.2.10/24 from lan0\n"
                    "give 192.0.2.10/24 to eth0\nadd route default via 192.0.2.1 over eth0 on the host\n"
                    "disconnect the upper hook of eth0 from lan0\n");
        assert_true(upper->steps[1].cuts_operator);
        assert_true(has_note(upper, "eth0's hook lower is not on the bridge"));
        assert_true(has_note(upper, "192.0.2.10/24 is carried over to lan0"));

        const struct step *s = find_step(bridges, STEP_LINK_ADD);

        assert_int_equal(s->link.role, ROLE_FABRIC);
        assert_int_equal(s->link.peer_role, ROLE_FABRIC);
        assert_int_equal(s->undo_count, 1);
        assert_string_equal(find_step(bridges, STEP_HOOK_NAME)->text, "link9");
        assert_string_equal(find_step(bridges, STEP_HOOK_NAME)->at.iface, "dmz0");
        refused(g, "connect lan0:link lan0:link", "joined to itself");
        refused(g, "connect lan0:link0 eth0:lower", "is connected to epair0a already");
        refused(g, "connect eth0:lower epair0a:upper", "a bridge's hook alone");
        refused(g, "connect lan0:web eth0:lower", "linkN and uplinkN");

        CLEANUP(plan_freep) struct plan *orphans = planned(g, "connect lan0:link eth0:orphans");

        assert_int_equal(find_step(orphans, STEP_LINK_ADD)->link.role, ROLE_ORPHANS);
        assert_string_equal(find_step(orphans, STEP_LINK_MASTER)->name, "eth0:orphans");
        assert_true(find_step(orphans, STEP_FEED_ADD)->number & FEED_ORPHANS);

        /* Its hook lower is joined, and upper is not: the host's stack takes in nothing of it. */
        CLEANUP(plan_freep) struct plan *beside = planned(g, "connect lan0:link epair0a:orphans");

        assert_int_equal(find_step(beside, STEP_FEED_ADD)->number & FEED_ORPHANS, 0);
}

static void test_disconnect(void **state)
{
        struct topo *t = topo_begin();
        size_t eth0 = topo_link(t, 0, "eth0", KIND_PHYSICAL, ""), br0 = topo_bridge(t, 0, "br0"), a, b;

        (void)state;
        topo_port(t, br0, eth0);
        topo_address(t, br0, "192.0.2.10/24");
        topo_route(t, 0, "0.0.0.0/0", "192.0.2.1", br0);
        topo_pair(t, 0, "epair0a", 0, "epair0b", &a, &b);

        const struct graph *g CLEANUP(graph_unrefp) = topo_finish(t, NULL);
        CLEANUP(plan_freep) struct plan *upper = planned(g, "disconnect eth0:upper");
        CLEANUP(plan_freep) struct plan *lower = planned(g, "disconnect br0:link0");
        const struct graph *ng CLEANUP(graph_unrefp) = topo_eiface();
        CLEANUP(plan_freep) struct plan *bridges = planned(ng, "disconnect sw0:link1");

        assert_steps(upper,
                     "remove route default via 192.0.2.1 over br0 on the host\ntake 192.0.2.10/24 from br0\n"
                     "give 192.0.2.10/24 to eth0\nadd route default via 192.0.2.1 over eth0 on the host\n");
        assert_steps(lower, "detach eth0\n");
        assert_steps(bridges, "destroy ngfab1\n");
        assert_true(has_freebsd(bridges, "ngctl rmhook sw0: link1"));
        refused(g, "disconnect epair0a:ether", "joined for life");
        refused(g, "disconnect br0:link7", "is not connected");
        refused(g, "disconnect epair0a:upper", "is not connected");
}

static void test_move_carries_over(void **state)
{
        struct topo *t = topo_begin();
        size_t www = topo_jail(t, "www"), a, b;

        (void)state;
        topo_pair(t, 0, "epair0a", 0, "epair0b", &a, &b);
        topo_address(t, b, "10.0.0.2/24");
        topo_address(t, b, "fe80::ff:fe00:3/64"); /* made from its MAC address */
        topo_address(t, b, "2001:db8::2/64");
        topo_route(t, 0, "0.0.0.0/0", "10.0.0.1", b);
        (void)www;

        const struct graph *g CLEANUP(graph_unrefp) = topo_finish(t, NULL);
        CLEANUP(plan_freep) struct plan *p = planned(g, "move epair0b www --name eth0");
        CLEANUP(plan_freep) struct plan *bare = planned(g, "move epair0b www --no-addresses --no-up");
        const struct step *s = &p->steps[0];

        assert_steps(p,
                     "move epair0b from the host to www as eth0, up\ngive 10.0.0.2/24 to www/eth0\n"
                     "give 2001:db8::2/64 to www/eth0\nadd route default via 10.0.0.1 over eth0 in www\n");
        assert_undo(p,
                    "remove route default via 10.0.0.1 over eth0 in www\ntake 2001:db8::2/64 from www/eth0\n"
                    "take 10.0.0.2/24 from www/eth0\nmove eth0 from www to the host as epair0b, up\n"
                    "give 10.0.0.2/24 to epair0b\ngive 2001:db8::2/64 to epair0b\n"
                    "add route default via 10.0.0.1 over epair0b on the host\n");
        assert_iproute2(p,
                        "ip link set dev epair0b netns www name eth0 up\nip -n www address add 10.0.0.2/24 dev eth0\n"
                        "ip -n www address add 2001:db8::2/64 dev eth0\n"
                        "ip -n www route add default via 10.0.0.1 dev eth0\n");
        assert_true(has_note(p, "epair0b: 10.0.0.2/24 is lost on the way and put back"));
        assert_true(has_freebsd(p, "ifconfig epair0b name eth0"));
        assert_true(has_freebsd(p, "ifconfig eth0 vnet www"));
        assert_true(has_freebsd(p, "jexec www ifconfig eth0 inet 10.0.0.2/24 alias"));

        /* Acted on by identity; what comes back has another index perhaps, and is known by name. */
        assert_true(s->at.cookie != 0 && s->at.ifindex > 0 && s->to.cookie != 0);
        assert_string_equal(s->at.kind, "veth");
        assert_int_equal(s->undo[0].at.ifindex, 0);
        assert_string_equal(s->undo[0].at.iface, "eth0");
        assert_int_equal(s->undo[1].at.ifindex, 0);
        assert_true(s->cuts_operator);
        assert_steps(bare, "move epair0b from the host to www\n");
        assert_true(has_note(bare, "arrives down"));
}

static void test_move_refuses(void **state)
{
        struct topo *t = topo_begin();
        size_t www = topo_jail(t, "www"), eth0 = topo_link(t, 0, "eth0", KIND_PHYSICAL, "");
        size_t alt = topo_link(t, 0, "veth9", KIND_VETH, "veth");

        (void)state;
        (void)topo_link(t, www, "eth0", KIND_VETH, "veth");
        topo_altname(t, eth0, "uplink");
        (void)topo_link(t, www, "uplink", KIND_VETH, "veth");
        (void)topo_bridge(t, 0, "br0");
        (void)alt;

        const struct graph *g CLEANUP(graph_unrefp) = topo_finish(t, NULL);

        refused(g, "move eth0 www", "www/eth0: has that name there already; give another one, say --name eth1");
        refused(g, "move eth0 www --name eth5", "has the alternative name uplink of eth0");
        refused(g, "move br0 www", "a bridge cannot change its jail; make it anew there and move its ports");
        refused(g, "move lo www", "loopback");
        refused(g, "move veth9 host", "is in the host's stack already");
        refused(g, "move veth9 nowhere", "nowhere");
        refused(g, "return veth9", "is on the host already");
}

static void test_move_of_a_port(void **state)
{
        const struct graph *g CLEANUP(graph_unrefp) = topo_seeds();
        CLEANUP(plan_freep) struct plan *p = planned(g, "move epair1a www");

        (void)state;
        assert_true(has_note(p, "epair1a leaves bridge0"));
        /* Home again it joins its bridge before it goes up. */
        assert_undo(p, "move epair1a from www to the host\nattach epair1a to bridge0\nset epair1a up\n");
}

static void test_return_of_a_loan(void **state)
{
        const struct graph *g CLEANUP(graph_unrefp) = topo_demo();
        CLEANUP(plan_freep) struct plan *p = planned(g, "return old/eth1");
        CLEANUP(plan_freep) struct plan *by_its_name = planned(g, "return eth1"); /* as jailnet returns lists it */

        assert_int_equal(by_its_name->step_count, p->step_count);
        assert_int_equal(by_its_name->steps[0].at.ifindex, p->steps[0].at.ifindex);

        (void)state;
        assert_steps(p, "move eth1 from old to the host\n");
        assert_iproute2(p, "nsenter --net=/proc/4211/ns/net ip link set dev eth1 netns $$\n");
        assert_true(has_freebsd(p, "ifconfig eth1 -vnet old"));
}

static void test_destroy_pair_and_bridge(void **state)
{
        const struct graph *g CLEANUP(graph_unrefp) = topo_seeds();
        CLEANUP(plan_freep) struct plan *pair = planned(g, "destroy epair0a");
        CLEANUP(plan_freep) struct plan *bridge = planned(g, "destroy bridge0");
        const struct step *s = find_step(pair, STEP_LINK_DEL);

        (void)state;
        assert_steps(pair, "destroy epair0a\n");
        assert_true(has_note(pair, "www/epair0b goes too"));
        assert_undo(pair,
                    "make epair0a with MAC 02:00:00:00:00:04 joined to www/epair0b with MAC 02:00:00:01:00:02\n"
                    "attach epair0a to bridge0\nset epair0a up\nset www/epair0b up\n"
                    "give 10.0.0.2/24 to www/epair0b\n");
        assert_int_equal(s->undo[0].link.number, s->at.number);
        assert_true(s->undo[0].link.peer_number != 0);
        /* Ports go last first, so that they get their numbers back. */
        assert_steps(bridge, "detach epair1a\ndetach epair0a\ndetach eth0\ndestroy bridge0\n");
        assert_undo(bridge,
                    "make bridge bridge0 with MAC 02:00:00:00:00:03\nset bridge0 up\ngive 10.0.0.1/24 to bridge0\n"
                    "attach eth0 to bridge0\nattach epair0a to bridge0\nattach epair1a to bridge0\n");
        assert_int_equal(bridge->steps[0].undo[0].to.ifindex, 0);
        refused(g, "destroy eth0", "a physical interface cannot be destroyed");
        refused(g, "destroy lo", "loopback");
        refused(g, "destroy host", "host: cannot be destroyed");
}

static void test_destroy_jail(void **state)
{
        struct registry *r = registry_new();

        (void)state;
        for (int round = 0; round < 2; round++) { /* eth1 is seen on the host first, then lent */
                struct topo *t = topo_begin();
                size_t www = topo_jail(t, "www"), a, b, vlan;
                size_t eth1 = topo_link(t, round ? www : 0, "eth1", KIND_PHYSICAL, "");

                (void)mac_parse("02:00:5e:00:53:01", &topo_iface_facts(t, eth1)->permanent);
                topo_iface_facts(t, eth1)->mac = topo_iface_facts(t, eth1)->permanent;
                topo_pair(t, 0, "epair0a", www, "epair0b", &a, &b);
                if (round)
                        topo_address(t, eth1, "10.1.1.1/24");
                topo_address(t, b, "10.0.0.2/24");
                vlan = topo_link(t, www, "epair0b.5", KIND_VLAN, "vlan");
                topo_iface_facts(t, vlan)->vlan_id = 5;
                topo_parent(t, b, vlan);
                topo_jail_facts(t, www)->process_count = 2;
                topo_jail_facts(t, www)->forwarding = 1;

                const struct graph *g CLEANUP(graph_unrefp) = topo_finish(t, r);

                if (!round)
                        continue;

                CLEANUP(plan_freep) struct plan *p = planned(g, "destroy www");

                assert_steps(p,
                             "move eth1 from www to the host\ndestroy www/epair0b.5\ndestroy www/epair0b\n"
                             "remove jail www\n");
                assert_true(has_note(p, "dies with the jail: epair0b, epair0b.5"));
                assert_true(has_note(p, "2 processes are in it: its stack lives on"));
                assert_true(has_note(p, "10.1.1.1/24 is lost on the way"));

                /* The jail comes back under another cookie: everything in it is known by name. */
                const struct step *last = &p->steps[p->step_count - 1];

                assert_int_equal(last->undo[0].op, STEP_JAIL_ADD);
                assert_int_equal(last->undo[1].op, STEP_FORWARDING);
                for (size_t k = 0; k < p->step_count; k++) {
                        for (size_t n = 0; n < p->steps[k].undo_count; n++) {
                                const struct step *u = &p->steps[k].undo[n];

                                if (strcmp(u->at.jail, "www") == 0)
                                        assert_true(u->at.cookie == 0 && u->at.ifindex == 0);
                                if (strcmp(u->to.jail, "www") == 0)
                                        assert_true(u->to.cookie == 0);
                        }
                }
        }
        registry_free(r);
}

static void test_destroy_refuses_jails_that_are_not_ours(void **state)
{
        const struct graph *g CLEANUP(graph_unrefp) = topo_demo();
        struct topo *t = topo_begin();
        size_t other = topo_jail(t, "redis");

        (void)state;
        topo_jail_facts(t, other)->origin = ORIGIN_CONTAINER;

        const struct graph *containers CLEANUP(graph_unrefp) = topo_finish(t, NULL);

        refused(g, "destroy jail:old", "is gone already, but something holds its stack");
        refused(containers, "destroy redis", "belongs to a container");
        refused(containers, "rename redis x", "belongs to a container");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_attach),
                cmocka_unit_test(test_attach_refuses_loops_and_taken_hooks),
                cmocka_unit_test(test_detach),
                cmocka_unit_test(test_eiface_on_bridge),
                cmocka_unit_test(test_connect),
                cmocka_unit_test(test_disconnect),
                cmocka_unit_test(test_move_carries_over),
                cmocka_unit_test(test_move_refuses),
                cmocka_unit_test(test_move_of_a_port),
                cmocka_unit_test(test_return_of_a_loan),
                cmocka_unit_test(test_destroy_pair_and_bridge),
                cmocka_unit_test(test_destroy_jail),
                cmocka_unit_test(test_destroy_refuses_jails_that_are_not_ours),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
