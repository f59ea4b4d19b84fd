/*
 * test_doctor_links.c - the doctor's checks of links, bridges and addresses, on written networks: each finds its
 * trouble and names it, also where this kernel has no such links, and its remedy ends it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/alloc.h"
#include "tests/lib/doctor_net.h"

static void two_macs_alike(void **state)
{
        struct net n = net_begin();

        (void)state;
        topo_iface_facts(n.t, n.b_db)->mac = topo_iface_facts(n.t, n.b_www)->mac;
        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(n.t, NULL);

        assert_alone(g, NULL, "duplicate-mac", "db/e0b_db");
        assert_mended(g, "duplicate-mac", "db/e0b_db");
}

/* A bridge has a port's address, and a VLAN its parent's: no two of a kind. */
static void macs_alike_by_rule(void **state)
{
        struct net n = net_begin();
        size_t vlan = topo_link(n.t, n.www, "v10", KIND_VLAN, "vlan");

        (void)state;
        topo_iface_facts(n.t, n.br0)->mac = topo_iface_facts(n.t, n.a_www)->mac;
        topo_iface_facts(n.t, vlan)->mac = topo_iface_facts(n.t, n.b_www)->mac;
        topo_iface_facts(n.t, vlan)->vlan_id = 10;
        topo_parent(n.t, n.b_www, vlan);
        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(n.t, NULL);

        assert_silent(g, NULL);
}

static void bridge_macs(void **state)
{
        struct net n = net_begin();
        CLEANUP(examination_freep) struct examination *x = examination_new();

        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(n.t, NULL);

        examination_add_device(x, net_iface_id(g, 0, "br0"))->is_address_set = 0;
        examination_sort(x);
        assert_alone(g, x, "bridge-mac-floating", "br0");

        struct net zero = net_begin();

        topo_iface_facts(zero.t, zero.br0)->mac = (struct mac){.is_set = true};
        CLEANUP(graph_unrefp) const struct graph *z = topo_finish(zero.t, NULL);

        assert_alone(z, NULL, "bridge-mac-zero", "br0");
        assert_mended(z, "bridge-mac-zero", "br0");
}

static void bridges_that_are_down(void **state)
{
        struct net n = net_begin();
        size_t second = topo_bridge(n.t, 0, "br1"), a, b;

        (void)state;
        topo_pair(n.t, 0, "x0", n.db, "x1", &a, &b);
        topo_port(n.t, second, a);
        net_set_down(&n, second);
        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(n.t, NULL);

        assert_alone(g, NULL, "bridge-down", "br1");
        assert_mended(g, "bridge-down", "br1");

        struct net idle = net_begin();

        net_set_down(&idle, topo_bridge(idle.t, 0, "br1"));
        CLEANUP(graph_unrefp) const struct graph *without = topo_finish(idle.t, NULL);

        assert_silent(without, NULL); /* without ports nothing is missing */
}

static void addresses(void **state)
{
        struct net twice = net_begin(), port = net_begin(), down = net_begin();
        size_t spare;

        (void)state;
        topo_address(twice.t, twice.b_db, "10.0.0.2/24");
        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(twice.t, NULL);

        assert_alone(g, NULL, "duplicate-address", "db/e0b_db");

        topo_address(port.t, port.a_www, "10.9.0.1/24");
        CLEANUP(graph_unrefp) const struct graph *p = topo_finish(port.t, NULL);

        assert_alone(p, NULL, "address-on-port", "e0a_www");
        assert_mended(p, "address-on-port", "e0a_www");

        spare = topo_link(down.t, 0, "eth1", KIND_PHYSICAL, "");
        topo_address(down.t, spare, "10.8.0.1/24");
        net_set_down(&down, spare);
        CLEANUP(graph_unrefp) const struct graph *d = topo_finish(down.t, NULL);

        assert_alone(d, NULL, "down-with-address", "eth1");
        assert_mended(d, "down-with-address", "eth1");
}

/* br0 and br1 joined by as many cables; ret: the last one's end on br0. */
static size_t join_bridges(struct net *n, size_t *ret_br1, unsigned cables)
{
        size_t a = NONE, b;

        *ret_br1 = topo_bridge(n->t, 0, "br1");
        for (unsigned k = 0; k < cables; k++) {
                char near[IF_NAME_SIZE], far[IF_NAME_SIZE];

                (void)str_format(near, sizeof(near), "t%ua", k);
                (void)str_format(far, sizeof(far), "t%ub", k);
                topo_pair(n->t, 0, near, 0, far, &a, &b);
                topo_port(n->t, n->br0, a);
                topo_port(n->t, *ret_br1, b);
        }
        return a;
}

static void loops(void **state)
{
        struct net one = net_begin(), two = net_begin(), stp = net_begin(), shut = net_begin();
        size_t br1, last;

        (void)state;
        (void)join_bridges(&one, &br1, 1);
        CLEANUP(graph_unrefp) const struct graph *g1 = topo_finish(one.t, NULL);

        assert_silent(g1, NULL);

        (void)join_bridges(&two, &br1, 2);
        CLEANUP(graph_unrefp) const struct graph *g2 = topo_finish(two.t, NULL);

        assert_alone(g2, NULL, "loop", "t1a");
        assert_mended(g2, "loop", "t1a");

        last = join_bridges(&stp, &br1, 2);
        topo_iface_facts(stp.t, br1)->stp_on = topo_iface_facts(stp.t, stp.br0)->stp_on = true;
        topo_iface_facts(stp.t, last)->port_state = STP_BLOCKING;
        CLEANUP(graph_unrefp) const struct graph *g3 = topo_finish(stp.t, NULL);

        assert_alone(g3, NULL, "stp-blocking", "t1a");

        last = join_bridges(&shut, &br1, 2);
        topo_iface_facts(shut.t, last)->is_isolated = true; /* it does not pass on to its like */
        CLEANUP(graph_unrefp) const struct graph *g4 = topo_finish(shut.t, NULL);

        assert_silent(g4, NULL);
}

static void mtus(void **state)
{
        struct net odd = net_begin(), tunnel = net_begin();
        size_t vx = topo_link(tunnel.t, 0, "vx0", KIND_VXLAN, "vxlan");

        (void)state;
        topo_iface_facts(odd.t, odd.b_db)->mtu_bytes = 1400;
        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(odd.t, NULL);

        assert_alone(g, NULL, "mtu-step", "db/e0b_db");
        assert_mended(g, "mtu-step", "db/e0b_db");

        /* A tunnel's MTU is given: the others follow. */
        topo_iface_facts(tunnel.t, vx)->mtu_bytes = 1450;
        topo_port(tunnel.t, tunnel.br0, vx);
        CLEANUP(graph_unrefp) const struct graph *v = topo_finish(tunnel.t, NULL);
        CLEANUP(diagnosis_done) struct diagnosis d = {0};

        doctor_run(v, NULL, &d);

        const struct finding *f = diagnosis_find(&d, "mtu-step", NULL);

        assert_non_null(f);
        assert_string_equal(f->remedy[0].words[2], "1450");
        assert_mended(v, "mtu-step", f->name);
}

static void vlans_of_two_ends(void **state)
{
        struct net n = net_begin();
        size_t a, b, v;

        (void)state;
        topo_pair(n.t, n.www, "x0", n.db, "x1", &a, &b);
        for (uint16_t id = 10; id <= 20; id = (uint16_t)(id + 10)) {
                char name[IF_NAME_SIZE];

                (void)str_format(name, sizeof(name), "v%u", id);
                v = topo_link(n.t, n.www, name, KIND_VLAN, "vlan");
                topo_iface_facts(n.t, v)->vlan_id = id;
                topo_parent(n.t, a, v);
        }
        v = topo_link(n.t, n.db, "v10", KIND_VLAN, "vlan");
        topo_iface_facts(n.t, v)->vlan_id = 10;
        topo_parent(n.t, b, v);
        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(n.t, NULL);

        assert_alone(g, NULL, "vlan-mismatch", "db/x1");
}

static void add_vlan(struct examination *x, struct iface_id id, uint16_t first, uint16_t last, bool is_native)
{
        x->vlans = array_grow(x->vlans, &x->vlan_capacity, x->vlan_count, sizeof(*x->vlans));
        x->vlans[x->vlan_count++] = (struct exam_vlan){id, first, last, is_native, is_native};
}

static void vlans_of_filtering_bridges(void **state)
{
        static const struct {
                uint16_t native_a, first_a, last_a, native_b, first_b, last_b;
                const char *found; /* NULL: fine */
        } rows[] = {
                {1, 10, 20, 1, 10, 20, NULL},
                {1, 10, 20, 1, 10, 19, "t0b"},
                {1, 10, 19, 1, 10, 20, "t0a"},
                {1, 10, 20, 2, 10, 20, "t0a"},
        };

        (void)state;
        for (size_t k = 0; k < ARRAY_SIZE(rows); k++) {
                struct net n = net_begin();
                CLEANUP(examination_freep) struct examination *x = examination_new();
                size_t br1;

                (void)join_bridges(&n, &br1, 1);
                topo_iface_facts(n.t, n.br0)->vlan_filtering = topo_iface_facts(n.t, br1)->vlan_filtering = true;
                CLEANUP(graph_unrefp) const struct graph *g = topo_finish(n.t, NULL);

                add_vlan(x, net_iface_id(g, 0, "t0a"), rows[k].native_a, rows[k].native_a, true);
                add_vlan(x, net_iface_id(g, 0, "t0a"), rows[k].first_a, rows[k].last_a, false);
                add_vlan(x, net_iface_id(g, 0, "t0b"), rows[k].native_b, rows[k].native_b, true);
                add_vlan(x, net_iface_id(g, 0, "t0b"), rows[k].first_b, rows[k].last_b, false);
                examination_sort(x);
                if (rows[k].found)
                        assert_alone(g, x, "vlan-mismatch", rows[k].found);
                else
                        assert_silent(g, x);
        }
}

static void carriers(void **state)
{
        static const struct {
                enum iface_kind kind;
                const char *kind_name;
                bool has_address, is_found;
        } rows[] = {
                {KIND_PHYSICAL, "", true, true},  {KIND_PHYSICAL, "", false, false},
                {KIND_BOND, "bond", false, true}, {KIND_TAP, "tun", true, true},
                {KIND_TAP, "tun", false, false},  {KIND_BRIDGE, "bridge", true, false},
        };

        (void)state;
        for (size_t k = 0; k < ARRAY_SIZE(rows); k++) {
                struct net n = net_begin();
                size_t i = topo_link(n.t, 0, "x0", rows[k].kind, rows[k].kind_name);

                topo_iface_facts(n.t, i)->is_running = false;
                if (rows[k].has_address)
                        topo_address(n.t, i, "10.8.0.1/24");
                CLEANUP(graph_unrefp) const struct graph *g = topo_finish(n.t, NULL);

                if (rows[k].is_found)
                        assert_alone(g, NULL, "no-carrier", "x0");
                else
                        assert_silent(g, NULL);
        }

        struct net half = net_begin();

        net_set_down(&half, half.b_db);
        topo_iface_facts(half.t, half.a_db)->is_running = false;
        CLEANUP(graph_unrefp) const struct graph *h = topo_finish(half.t, NULL);

        assert_alone(h, NULL, "half-up-pair", "db/e0b_db");
        assert_mended(h, "half-up-pair", "db/e0b_db");
}

static void out_of_sight(void **state)
{
        struct net n = net_begin(), hidden = net_begin();
        size_t i = topo_link(n.t, 0, "far0", KIND_VETH, "veth"), jail;

        (void)state;
        topo_iface_facts(n.t, i)->link_ifindex = 77;
        topo_iface_facts(n.t, i)->link_nsid = 50;
        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(n.t, NULL);

        assert_alone(g, NULL, "peer-out-of-sight", "far0");

        jail = topo_jail(hidden.t, "dark");
        topo_jail_facts(hidden.t, jail)->state = JAIL_HIDDEN;
        topo_jail_facts(hidden.t, jail)->warning = "entering it takes more rights";
        CLEANUP(graph_unrefp) const struct graph *h = topo_finish(hidden.t, NULL);

        assert_alone(h, NULL, "hidden-stack", "dark");
}

/* A device's own name may fill the room: nobody has chosen it. */
static void names(void **state)
{
        struct net n = net_begin(), card = net_begin();

        (void)state;
        (void)topo_bridge(n.t, 0, "exactly15bytes_");
        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(n.t, NULL);

        assert_alone(g, NULL, "name-limit", "exactly15bytes_");
        (void)topo_link(card.t, 0, "enxa0cec8aabbcc", KIND_PHYSICAL, "");
        CLEANUP(graph_unrefp) const struct graph *c = topo_finish(card.t, NULL);

        assert_silent(c, NULL);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(two_macs_alike),
                cmocka_unit_test(macs_alike_by_rule),
                cmocka_unit_test(bridge_macs),
                cmocka_unit_test(bridges_that_are_down),
                cmocka_unit_test(addresses),
                cmocka_unit_test(loops),
                cmocka_unit_test(mtus),
                cmocka_unit_test(vlans_of_two_ends),
                cmocka_unit_test(vlans_of_filtering_bridges),
                cmocka_unit_test(carriers),
                cmocka_unit_test(out_of_sight),
                cmocka_unit_test(names),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
