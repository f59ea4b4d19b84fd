/*
 * test_doctor_routes.c - the doctor's checks of forwarding, routes and gateways, on written networks.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/alloc.h"
#include "tests/lib/doctor_net.h"

static void routers(void **state)
{
        struct net off = net_begin(), lacking = net_begin(), device = net_begin();
        CLEANUP(examination_freep) struct examination *x = examination_new();

        (void)state;
        topo_jail_facts(off.t, 0)->forwarding = 0;
        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(off.t, NULL);

        assert_alone(g, NULL, "forwarding-off", "host");
        assert_mended(g, "forwarding-off", "host");

        size_t app = topo_jail(lacking.t, "app"), a, b;

        topo_pair(lacking.t, 0, "e0a_app", app, "e0b_app", &a, &b);
        topo_port(lacking.t, lacking.br0, a);
        topo_address(lacking.t, b, "10.0.0.4/24");
        CLEANUP(graph_unrefp) const struct graph *l = topo_finish(lacking.t, NULL);

        assert_alone(l, NULL, "no-default-route", "app");
        assert_mended(l, "no-default-route", "app");

        CLEANUP(graph_unrefp) const struct graph *d = topo_finish(device.t, NULL);

        examination_add_device(x, net_iface_id(d, 0, "br0"))->forwarding = 0;
        examination_sort(x);
        assert_alone(d, x, "forwarding-off", "host");
}

/* Jails of a segment without any gateway lack no route. */
static void a_network_of_its_own(void **state)
{
        struct topo *t = topo_begin();
        size_t br0 = topo_bridge(t, 0, "br0");

        (void)state;
        for (unsigned k = 0; k < 3; k++) {
                char jail_name[IF_NAME_SIZE], near[IF_NAME_SIZE], address[PREFIX_TEXT_SIZE];
                size_t a, b;

                (void)str_format(jail_name, sizeof(jail_name), "j%u", k);
                (void)str_format(near, sizeof(near), "e%ua", k);
                (void)str_format(address, sizeof(address), "10.0.0.%u/24", k + 1);
                topo_pair(t, 0, near, topo_jail(t, jail_name), "eth0", &a, &b);
                topo_port(t, br0, a);
                topo_address(t, b, address);
        }
        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(t, NULL);

        assert_silent(g, NULL);
}

static void gateways(void **state)
{
        struct net nobody = net_begin(), down = net_begin(), open = net_begin();
        CLEANUP(examination_freep)
        struct examination *nothing = examination_new(), *proxy = examination_new(), *silent = examination_new();

        (void)state;
        topo_route(nobody.t, nobody.www, "172.16.0.0/12", "10.0.0.99", nobody.b_www);
        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(nobody.t, NULL);

        assert_silent(g, NULL); /* who answers for others is not known */
        examination_sort(nothing);
        assert_alone(g, nothing, "unreachable-gateway", "www/e0b_www");
        examination_add_device(proxy, net_iface_id(g, 0, "br0"))->proxies = 1;
        examination_sort(proxy);
        assert_silent(g, proxy);

        net_set_down(&down, down.br0);
        CLEANUP(graph_unrefp) const struct graph *d = topo_finish(down.t, NULL);
        CLEANUP(diagnosis_done) struct diagnosis found = {0};

        doctor_run(d, nothing, &found);
        assert_non_null(diagnosis_find(&found, "unreachable-gateway", "www/e0b_www"));
        assert_non_null(diagnosis_find(&found, "down-with-address", "br0"));

        /* Behind a cable may be a gateway; only its silence tells. */
        CLEANUP(graph_unrefp) const struct graph *o = topo_finish(open.t, NULL);
        struct exam_silence s = {.id = net_iface_id(o, 0, "eth0")};

        assert_silent(o, nothing);
        assert_int_equal(prefix_parse("192.0.2.1", &s.address, NULL), 0);
        silent->silences = array_grow(silent->silences, &silent->silence_capacity, 0, sizeof(s));
        silent->silences[silent->silence_count++] = s;
        examination_sort(silent);
        assert_alone(o, silent, "unreachable-gateway", "eth0");
}

static void reverse_paths(void **state)
{
        static const struct {
                int8_t all, own;
                bool has_rules, is_found;
        } rows[] = {
                {0, 1, false, true},  {1, 0, false, true},   {0, 0, false, false},
                {1, 2, false, false}, {-1, 1, false, false}, {1, 1, true, false},
        };

        (void)state;
        for (size_t k = 0; k < ARRAY_SIZE(rows); k++) {
                struct net n = net_begin();
                CLEANUP(examination_freep) struct examination *x = examination_new();
                struct exam_device *d;

                topo_route(n.t, 0, "10.0.0.0/24", NULL, n.br0);
                topo_route(n.t, 0, "10.0.0.2/32", NULL, n.eth0); /* the answer would leave elsewhere */
                CLEANUP(graph_unrefp) const struct graph *g = topo_finish(n.t, NULL);

                d = examination_add_device(x, net_iface_id(g, 0, "br0"));
                d->reverse_path = rows[k].own;
                x->stacks = array_grow(x->stacks, &x->stack_capacity, 0, sizeof(*x->stacks));
                x->stacks[x->stack_count++] = (struct exam_stack){
                        .cookie = g->jails[0].cookie, .has_rules = rows[k].has_rules, .reverse_path = rows[k].all};
                examination_sort(x);
                if (rows[k].is_found)
                        assert_alone(g, x, "reverse-path", "br0");
                else
                        assert_silent(g, x);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(routers),
                cmocka_unit_test(a_network_of_its_own),
                cmocka_unit_test(gateways),
                cmocka_unit_test(reverse_paths),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
