/* test_change.c - plans that change one property: names, state, MTU, alias, addresses, routes, forwarding, pins. */
#include "tests/unit/plan/planning.h"

static void test_rename(void **state)
{
        const struct graph *g CLEANUP(graph_unrefp) = topo_seeds();
        CLEANUP(plan_freep) struct plan *p = planned(g, "rename www/epair0b eth0");
        CLEANUP(plan_freep) struct plan *cut = planned(g, "rename eth0 a_name_longer_than_15");
        CLEANUP(plan_freep) struct plan *jail = planned(g, "rename www web");

        (void)state;
        assert_steps(p, "rename www/epair0b to eth0\n");
        assert_undo(p, "rename www/eth0 to epair0b\n");
        assert_int_equal(p->steps[0].undo[0].at.ifindex, p->steps[0].at.ifindex);
        assert_iproute2(p, "ip -n www link set dev epair0b name eth0\n");
        assert_true(has_freebsd(p, "jexec www ifconfig epair0b name eth0"));
        assert_steps(cut,
                     "rename eth0 to a_name_longer_t\ndescribe a_name_longer_t as 'a_name_longer_than_15'\n"
                     "remember the long name of a_name_longer_t: a_name_longer_than_15\n");
        assert_undo(cut,
                    "forget the long name of a_name_longer_t\nremove the alias of a_name_longer_t\n"
                    "rename a_name_longer_t to eth0\n");
        assert_steps(jail, "rename jail www to web\n");
        assert_undo(jail, "rename jail web to www\n");
        assert_iproute2(jail,
                        "nsenter --net=/run/netns/www sh -c 'exec ip netns attach \"$1\" $$' sh web\n"
                        "ip netns delete www\n");
        refused(g, "rename eth0 eth0", "is called that already");
        refused(g, "rename eth0 bridge0", "bridge0");
        refused(g, "rename eth0 a:b", "a:b");
        refused(g, "rename lo x", "leave it as it is");
        refused(g, "rename www db", "is a jail already");
        refused(g, "rename host x", "cannot be renamed");
}

/* An eiface's node keeps its name when the interface is renamed, as in netgraph. */
static void test_node_names(void **state)
{
        const struct graph *g CLEANUP(graph_unrefp) = topo_eiface();
        CLEANUP(plan_freep) struct plan *rename = planned(g, "rename www/ngeth0 eth0");
        CLEANUP(plan_freep) struct plan *name = planned(g, "name ngeth1 web");

        (void)state;
        assert_steps(rename,
                     "rename www/ngeth0 to eth0\nname the node of www/eth0 ngeth0\n"
                     "mark www/eth0 with the name of its node\n");
        assert_steps(name, "name the node of ngeth1 web\nmark ngeth1 with the name of its node\n");
        assert_undo(name,
                    "take the mark from ngeth1 for the name of its node\ngive the node of ngeth1 its default name\n");
        assert_iproute2(name, "");
        assert_true(has_freebsd(name, "ngctl name ngeth1: web"));
        refused(g, "name ngeth1 sw0", "is a node's name already");
        refused(g, "name ngeth1 a.b", "a.b");
        refused(g, "rename node:sw0: x", "node");
}

static void test_up_and_down(void **state)
{
        struct topo *t = topo_begin();
        size_t a, b;

        (void)state;
        topo_pair(t, 0, "epair0a", 0, "epair0b", &a, &b);
        topo_iface_facts(t, b)->is_up = false;
        topo_address(t, a, "10.0.0.1/24");
        topo_address(t, a, "2001:db8::1/64");
        topo_route(t, 0, "10.9.0.0/16", "10.0.0.7", a);

        const struct graph *g CLEANUP(graph_unrefp) = topo_finish(t, NULL);
        CLEANUP(plan_freep) struct plan *up = planned(g, "up epair0b");
        CLEANUP(plan_freep) struct plan *again = planned(g, "up epair0a");
        CLEANUP(plan_freep) struct plan *down = planned(g, "down epair0a");

        assert_steps(up, "set epair0b up\n");
        assert_undo(up, "set epair0b down\n");
        assert_int_equal(again->step_count, 0);
        assert_true(has_note(again, "is up already"));
        /* What the kernel drops with the link is taken away first, so that it can be put back. */
        assert_steps(down,
                     "remove route 10.9.0.0/16 via 10.0.0.7 over epair0a on the host\n"
                     "take 2001:db8::1/64 from epair0a\nset epair0a down\n");
        assert_undo(down,
                    "set epair0a up\ngive 2001:db8::1/64 to epair0a\n"
                    "add route 10.9.0.0/16 via 10.0.0.7 over epair0a on the host\n");
}

static void test_mtu_and_alias(void **state)
{
        struct topo *t = topo_begin();
        size_t a, b, vlan;

        (void)state;
        topo_pair(t, 0, "epair0a", 0, "epair0b", &a, &b);
        vlan = topo_link(t, 0, "epair0a.7", KIND_VLAN, "vlan");
        topo_parent(t, a, vlan);
        topo_iface_facts(t, a)->alias = "it's old";

        const struct graph *g CLEANUP(graph_unrefp) = topo_finish(t, NULL);
        CLEANUP(plan_freep) struct plan *mtu = planned(g, "mtu epair0a 1200");
        CLEANUP(plan_freep) struct plan *same = planned(g, "mtu epair0a 1500");
        CLEANUP(plan_freep) struct plan *alias = planned(g, "alias epair0a new");
        CLEANUP(plan_freep) struct plan *none = planned(g, "alias epair0a");

        assert_steps(mtu, "set the MTU of epair0a.7 to 1200\nset the MTU of epair0a to 1200\n");
        assert_undo(mtu, "set the MTU of epair0a to 1500\nset the MTU of epair0a.7 to 1500\n");
        assert_true(has_note(mtu, "its other end epair0b has MTU 1500"));
        assert_true(has_note(mtu, "IPv6 needs"));
        assert_int_equal(same->step_count, 0);
        assert_undo(alias, "describe epair0a as 'it's old'\n");
        assert_iproute2(none, "ip link set dev epair0a alias ''\n");
        refused(g, "mtu epair0a 67", "68 to 65535");
        refused(g, "mtu epair0a.7 9000", "its parent epair0a has MTU 1500");
}

static void test_addresses(void **state)
{
        struct topo *t = topo_begin();
        size_t a, b;

        (void)state;
        topo_pair(t, 0, "epair0a", 0, "epair0b", &a, &b);
        topo_address(t, a, "10.0.0.1/24");
        topo_address(t, a, "10.0.0.2/24");
        topo_address(t, b, "10.5.0.1/24");
        topo_route(t, 0, "10.9.0.0/16", "10.5.0.7", b);

        const struct graph *g CLEANUP(graph_unrefp) = topo_finish(t, NULL);
        CLEANUP(plan_freep) struct plan *add = planned(g, "address add epair0b 10.0.0.1/24");
        CLEANUP(plan_freep) struct plan *first = planned(g, "address del epair0a 10.0.0.1");
        CLEANUP(plan_freep) struct plan *last = planned(g, "address del epair0b 10.5.0.1/24");

        assert_steps(add, "give 10.0.0.1/24 to epair0b\n");
        assert_undo(add, "take 10.0.0.1/24 from epair0b\n");
        assert_iproute2(add, "ip address add 10.0.0.1/24 dev epair0b\n");
        assert_true(has_note(add, "10.0.0.1 is the address of epair0a too"));
        /* Whether the second address of a network goes with the first is a sysctl's choice: here it stays. */
        assert_steps(first,
                     "take 10.0.0.2/24 from epair0a\ntake 10.0.0.1/24 from epair0a\n"
                     "give 10.0.0.2/24 to epair0a\n");
        assert_steps(last,
                     "remove route 10.9.0.0/16 via 10.5.0.7 over epair0b on the host\n"
                     "take 10.5.0.1/24 from epair0b\n");
        refused(g, "address add epair0a 10.0.0.1/24", "already");
        refused(g, "address add epair0a 10.0.0.300/24", "10.0.0.300/24");
        refused(g, "address del epair0a 10.0.0.9/24", "has no address 10.0.0.9/24");
        refused(g, "address del lo ::1", "no address");
}

static void test_routes_and_forwarding(void **state)
{
        const struct graph *g CLEANUP(graph_unrefp) = topo_demo();
        CLEANUP(plan_freep) struct plan *add = planned(g, "route add www1 10.2.0.0/24 10.1.0.1");
        CLEANUP(plan_freep) struct plan *del = planned(g, "route del db1 default");
        CLEANUP(plan_freep) struct plan *on = planned(g, "forwarding www1 on");
        CLEANUP(plan_freep) struct plan *again = planned(g, "forwarding router on");
        CLEANUP(plan_freep) struct plan *on6 = planned(g, "forwarding www1 on --family inet6");
        CLEANUP(plan_freep) struct plan *linklocal = planned(g, "route add www1 ::/0 fe80::1 --dev www1/eth0");
        CLEANUP(plan_freep) struct plan *onlink = planned(g, "route add www1 10.2.0.0/24 0.0.0.0 --dev www1/eth0");

        (void)state;
        assert_iproute2(add, "ip -n www1 route add 10.2.0.0/24 via 10.1.0.1 dev eth0 proto static\n");
        assert_undo(add, "remove route 10.2.0.0/24 via 10.1.0.1 over eth0 in www1\n");
        assert_true(has_freebsd(add, "jexec www1 route add -net 10.2.0.0/24 10.1.0.1"));
        assert_steps(del, "remove route default via 10.2.0.1 over eth0 in db1\n");
        assert_iproute2(linklocal, "ip -n www1 -6 route add default via fe80::1 dev eth0 proto static\n");

        CLEANUP(plan_freep) struct plan *hole = planned(g, "route add www1 10.4.0.0/16 --type blackhole --metric 9");
        CLEANUP(plan_freep)
        struct plan *mixed = planned(g, "route add www1 0.0.0.0/0 fe80::1 --dev www1/eth0 --metric 3");

        assert_iproute2(hole, "ip -n www1 route add blackhole 10.4.0.0/16 proto static metric 9\n");
        assert_true(has_freebsd(hole, "jexec www1 route add -net 10.4.0.0/16 127.0.0.1 -blackhole"));
        assert_iproute2(mixed, "ip -n www1 route add 0.0.0.0/0 via inet6 fe80::1 dev eth0 proto static metric 3\n");
        assert_true(has_freebsd(mixed, "jexec www1 route add default -inet6 fe80::1"));
        refused(g, "route add www1 10.4.0.0/16 10.1.0.1 --type blackhole", "has no gateway and no interface");
        refused(g, "route add www1 10.4.0.0/16 --type hole", "hole");
        assert_iproute2(on, "ip netns exec www1 sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward'\n");
        assert_undo(on, "turn IPv4 forwarding off in www1\n");
        assert_int_equal(again->step_count, 0);
        assert_iproute2(on6, "ip netns exec www1 sh -c 'echo 1 > /proc/sys/net/ipv6/conf/all/forwarding'\n");
        assert_undo(on6, "turn IPv6 forwarding off in www1\n");
        assert_true(has_freebsd(on6, "jexec www1 sysctl net.inet6.ip6.forwarding=1"));
        refused(g, "forwarding www1 on --family ipx", "neither inet nor inet6");
        refused(g, "route add www1 10.3.0.0/24 10.77.0.1", "has an address in its network");
        refused(g, "route add www1 default 10.1.0.9", "has a route to default already");
        /* The kernel keeps no zero gateway: taken back as one, such a route was not found again. */
        assert_iproute2(onlink, "ip -n www1 route add 10.2.0.0/24 dev eth0 proto static\n");
        assert_undo(onlink, "remove route 10.2.0.0/24 over eth0 in www1\n");
        assert_true(has_freebsd(onlink, "jexec www1 route add -net 10.2.0.0/24 -interface eth0"));
        refused(g, "route add www1 10.2.0.0/24 0.0.0.0", "is no gateway");
        refused(g, "route add www1 ::/0 fe80::1", "say which with --dev");
        refused(g, "route del www1 10.99.0.0/16", "has no route to 10.99.0.0/16");
        refused(g, "forwarding www1 maybe", "neither on nor off");
}

static void test_pins(void **state)
{
        struct registry *r = registry_new();

        (void)state;
        for (int round = 0; round < 2; round++) { /* the first graph gives the numbers that pins hang on */
                struct topo *t = topo_begin();
                size_t www = topo_jail(t, "www"), br0 = topo_bridge(t, 0, "br0"), a, b, c, d;

                topo_pair(t, 0, "p0", www, "p1", &a, &b);
                topo_port(t, br0, a);
                topo_pair(t, 0, "q0", www, "q1", &c, &d);
                topo_port(t, br0, c);
                mac_parse("0a:40:d0:00:00:02", &topo_iface_facts(t, d)->mac); /* jib's of eth0 for www */
                mac_parse("02:00:00:00:00:02", &topo_iface_facts(t, br0)->mac);

                const struct graph *g CLEANUP(graph_unrefp) = topo_finish(t, r);

                if (round == 0) {
                        struct reg_iface *row = registry_find_iface(r, g->ifaces[graph_find_iface_in(g, 1, "p1")].id);

                        assert_non_null(row);
                        row->pin = (struct mac){.bytes = {2, 9, 9, 9, 9, 9}, .is_set = true};
                        row->pin_source = PIN_MANUAL;
                        continue;
                }

                CLEANUP(plan_freep) struct plan *current = planned(g, "pin p0");
                CLEANUP(plan_freep) struct plan *manual = planned(g, "pin p0 02:aa:bb:cc:dd:ee");
                CLEANUP(plan_freep) struct plan *stable = planned(g, "pin www/q1 --stable");
                CLEANUP(plan_freep) struct plan *unpin = planned(g, "unpin www/p1");

                assert_int_equal(current->step_count, 1);
                assert_int_equal(current->steps[0].pin_source, PIN_CURRENT);
                assert_steps(manual,
                             "give p0 the MAC address 02:aa:bb:cc:dd:ee\n"
                             "pin p0 to 02:aa:bb:cc:dd:ee (manual)\n");
                assert_iproute2(manual, "ip link set dev p0 address 02:aa:bb:cc:dd:ee\n");
                assert_int_equal(find_step(stable, STEP_PIN)->pin_source, PIN_STABLE);
                assert_undo(unpin, "pin www/p1 to 02:09:09:09:09:09 (manual)\n");
                refused(g, "pin p0 01:00:5e:00:00:01", "is a group address");
                refused(g, "pin p0 00:00:00:00:00:00", "all-zero");
                refused(g, "pin p0 02:aa", "is not a MAC address");
                refused(g, "pin p0 02:aa:bb:cc:dd:ee --current", "once");
                refused(g, "pin p0 --jib p1x www 0", "p1x");
                refused(g, "pin lo", "no MAC address to pin");
                refused(g, "unpin p0", "has no pin");
                /* Two equal pins in one broadcast domain, across jails. */
                refused(g, "pin www/q1 02:09:09:09:09:09", "is pinned to www/p1 on the same segment; choose");
                /* jib's sum of a name is weak: a clash names the other one and the way out. */
                refused(g, "pin p0 --jib br0 www 0",
                        "0a:40:d0:00:00:02: is the address of www/q1 on the same segment; --stable gives another");
        }
        registry_free(r);
}

static bool cuts(const struct plan *p)
{
        bool any = false;

        for (size_t k = 0; k < p->step_count; k++)
                any = any || p->steps[k].cuts_operator;
        return any;
}

static bool cuts_by(const struct graph *g, const char *words)
{
        CLEANUP(plan_freep) struct plan *p = planned(g, words);

        return cuts(p);
}

/* The interface with the default route, whatever is done that could take it away; and nothing else. */
static void test_default_route(void **state)
{
        const struct graph *g CLEANUP(graph_unrefp) = topo_demo();

        (void)state;
        assert_true(cuts_by(g, "down eth0"));
        assert_true(cuts_by(g, "move eth0 www1 --name eth7"));
        assert_true(cuts_by(g, "attach eth0 lan0"));
        assert_true(cuts_by(g, "route del host default"));
        assert_true(cuts_by(g, "address del eth0 192.0.2.10/24"));
        assert_true(cuts_by(g, "pin eth0 02:00:00:00:00:99"));
        assert_false(cuts_by(g, "alias eth0 uplink"));
        assert_false(cuts_by(g, "address add eth0 192.0.2.77/24"));
        assert_false(cuts_by(g, "down lan0"));
        assert_false(cuts_by(g, "create jail other"));
}

/* A route that the plan itself adds carries nobody yet; used to ask for a confirmation where nothing could be lost. */
static void test_planned_route(void **state)
{
        const struct graph *g CLEANUP(graph_unrefp) = topo_demo();
        struct plan_chain *c = plan_chain_new(g);

        (void)state;
        (void)then(c, "create epair up0 up1");
        (void)then(c, "up up0");
        (void)then(c, "address add up0 10.77.0.2/24");
        (void)then(c, "route add host ::/0 2001:db8:77::1 --dev up0");
        (void)then(c, "move up0 www1");

        CLEANUP(plan_freep) struct plan *own = plan_chain_finish(c, "", "");

        assert_false(cuts(own));
        plan_chain_free(c);
        c = plan_chain_new(g);
        (void)then(c, "route add host 10.9.0.0/16 192.0.2.1");
        (void)then(c, "attach eth0 lan0");

        CLEANUP(plan_freep) struct plan *there = plan_chain_finish(c, "", "");

        assert_true(cuts(there));
        plan_chain_free(c);
}

static void test_lifelines(void **state)
{
        const struct graph *g CLEANUP(graph_unrefp) = topo_seeds();

        (void)state;
        plan_set_ssh_connection("198.51.100.7 50000 10.0.0.1 22");

        CLEANUP(plan_freep) struct plan *port = planned(g, "detach eth0");
        CLEANUP(plan_freep) struct plan *other = planned(g, "down www/epair0b");

        plan_set_ssh_connection("198.51.100.7 50000 10.0.0.2 22");

        CLEANUP(plan_freep) struct plan *jail = planned(g, "destroy jail:www");
        CLEANUP(plan_freep) struct plan *neighbour = planned(g, "destroy jail:db");

        plan_set_ssh_connection(NULL);

        CLEANUP(plan_freep) struct plan *unwatched = planned(g, "detach eth0");

        assert_true(port->steps[0].cuts_operator); /* its bridge has the session's address */
        assert_true(has_note(port, "carries this SSH session"));
        assert_false(other->steps[0].cuts_operator);
        assert_true(has_note(jail, "www/epair0b carries this SSH session"));
        assert_true(cuts(jail));
        assert_false(cuts(neighbour));
        assert_false(unwatched->steps[0].cuts_operator);
}

/* They follow what they stand on, down and up: the one that was down came up by undo, and their routes were lost. */
static void test_vlans_follow(void **state)
{
        (void)state;
        struct topo *t = topo_begin();
        size_t eth0 = topo_link(t, 0, "eth0", KIND_PHYSICAL, ""), up = topo_link(t, 0, "eth0.20", KIND_VLAN, "vlan");
        size_t down = topo_link(t, 0, "eth0.30", KIND_VLAN, "vlan");

        topo_iface_facts(t, eth0)->is_up = topo_iface_facts(t, up)->is_up = true;
        topo_iface_facts(t, down)->is_up = false;
        topo_parent(t, eth0, up);
        topo_parent(t, eth0, down);

        const struct graph *g CLEANUP(graph_unrefp) = topo_finish(t, NULL);
        CLEANUP(plan_freep) struct plan *p = planned(g, "down eth0");

        assert_steps(p, "set eth0.20 down\nset eth0 down\n");
        assert_undo(p, "set eth0 up\nset eth0.30 down\nset eth0.20 up\n");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_rename),       cmocka_unit_test(test_node_names),
                cmocka_unit_test(test_up_and_down),  cmocka_unit_test(test_mtu_and_alias),
                cmocka_unit_test(test_addresses),    cmocka_unit_test(test_routes_and_forwarding),
                cmocka_unit_test(test_pins),         cmocka_unit_test(test_default_route),
                cmocka_unit_test(test_lifelines),    cmocka_unit_test(test_planned_route),
                cmocka_unit_test(test_vlans_follow),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
