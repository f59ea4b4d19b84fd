/* test_around.c - what is near a thing, hop by hop. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/alloc.h"
#include "core/graph/around.h"
#include "tests/lib/topo.h"

/* Whether JAIL/IF (host: IF) is within that many hops of a jail or an interface. */
static bool is_near(const struct graph *g, const char *start, int hops, const char *what)
{
        CLEANUP(freep) bool *near = xcalloc(g->iface_count + 1, sizeof(*near));
        struct object from;
        size_t iface;

        assert_int_equal(query_object(g, start, &from, NULL), 0);
        assert_int_equal(query_iface(g, what, &iface, NULL), 0);
        graph_around(g, from, hops, near);
        return near[iface];
}

/* The demo: www1 and www2 on lan0, the router on lan0 and dmz0, db1 and db2 on dmz0. */
static void hops_count_places(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_demo();

        assert_true(is_near(g, "www1", 0, "www1/eth0"));
        assert_false(is_near(g, "www1", 0, "lan0"));
        assert_true(is_near(g, "www1", 1, "lan0")); /* the bridge, and the port that leads to it */
        assert_false(is_near(g, "www1", 1, "www2/eth0"));
        assert_true(is_near(g, "www1", 2, "www2/eth0"));
        assert_false(is_near(g, "www1", 3, "dmz0"));
        assert_true(is_near(g, "www1", 4, "dmz0")); /* bridge, router's one leg, its other, bridge */
        assert_false(is_near(g, "www1", 4, "db1/eth0"));
        assert_true(is_near(g, "www1", 5, "db1/eth0"));
        assert_true(is_near(g, "dmz0", 1, "db2/eth0"));
        assert_false(is_near(g, "dmz0", 1, "lan0"));
}

/* The host has a leg everywhere: going through it would bring everything near everything. */
static void the_host_is_no_way(void **state)
{
        (void)state;
        struct topo *t = topo_begin();
        size_t a = topo_jail(t, "a"), b = topo_jail(t, "b"), near, far;

        topo_pair(t, 0, "a0", a, "eth0", &near, &far);
        topo_pair(t, 0, "b0", b, "eth0", &near, &far);

        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(t, NULL);

        assert_true(is_near(g, "a", 1, "a0"));
        assert_false(is_near(g, "a", 9, "b/eth0"));
        assert_true(is_near(g, "jail:host", 1, "b/eth0")); /* unless it is what is asked for */
}

static void nothing_is_near_nothing(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_demo();
        CLEANUP(freep) bool *near = xcalloc(g->iface_count + 1, sizeof(*near));

        graph_around(g, (struct object){OBJECT_NONE, NONE}, 9, near);
        for (size_t i = 0; i < g->iface_count; i++)
                assert_false(near[i]);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(hops_count_places),
                cmocka_unit_test(the_host_is_no_way),
                cmocka_unit_test(nothing_is_near_nothing),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
