/* Proves that a graph which follows another has new states and the old rest, outlives it, and is edited by nobody. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/text.h"
#include "core/graph/diff.h"
#include "core/graph/edit.h"
#include "core/graph/follow.h"
#include "tests/lib/topo.h"

static void states_are_new(void **state)
{
        const struct graph *base = topo_demo();
        size_t eth0 = graph_find_iface_in(base, 0, "eth0");
        struct iface told = base->ifaces[eth0];
        struct graph *g = follow_begin(base, base->serial + 7);
        struct diff_entry *changes;

        (void)state;
        assert_int_equal(g->serial, base->serial + 7);
        assert_int_equal(diff_graphs(base, g, &changes), 0);
        free(changes);

        told.flags ^= 1;
        told.is_up = false;
        told.mtu_bytes = 9000;
        told.rx_Bps = 5;
        told.name = "another"; /* no state: it stays as it was */
        follow_state(&g->ifaces[eth0], &told);
        assert_int_equal(diff_graphs(base, g, &changes), 1);
        assert_int_equal(changes[0].kind, DIFF_IFACE_CHANGED);
        free(changes);
        assert_true(base->ifaces[eth0].is_up);
        assert_false(g->ifaces[eth0].is_up);
        assert_int_equal(g->ifaces[eth0].mtu_bytes, 9000);
        assert_int_equal(g->ifaces[eth0].rx_Bps, 5);
        assert_string_equal(g->ifaces[eth0].name, "eth0");
        graph_unref(g);
        graph_unref(base);
}

static void the_rest_is_shared_and_found(void **state)
{
        const struct graph *base = topo_demo();
        struct graph *g = follow_begin(base, 2), *second;

        (void)state;
        assert_ptr_equal(g->nodes, base->nodes);
        assert_ptr_not_equal(g->ifaces, base->ifaces);
        for (size_t k = 0; k < base->iface_count; k++) {
                assert_int_equal(graph_find_iface(g, base->ifaces[k].id), k);
                assert_int_equal(graph_find_number(g, base->ifaces[k].number), k);
        }
        for (size_t k = 0; k < base->jail_count; k++)
                assert_int_equal(graph_find_jail_cookie(g, base->jails[k].cookie), k);

        /* One that follows it stands on the first: of a long row only one is left behind. */
        second = follow_begin(g, 3);
        graph_unref(g);
        graph_unref(base);
        assert_int_equal(second->serial, 3);
        assert_int_not_equal(graph_find_iface_in(second, 0, "eth0"), NONE);
        assert_string_equal(second->jails[0].name, "host");
        assert_false(graph_is_alone(second)); /* what it shows is not its own */
        graph_unref(second);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(states_are_new),
                cmocka_unit_test(the_rest_is_shared_and_found),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
