/* test_dialect.c - a session: requests that build on each other, sentences said once, one plan in the end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/dialect/dialect.h"
#include "tests/lib/topo.h"

static void test_requests_build_on_each_other(void **state)
{
        CLEANUP(graph_unrefp) const struct graph *g = topo_empty();
        CLEANUP(plan_freep) struct plan *p = NULL;
        struct dialect d;
        struct err e = {0};

        (void)state;
        dialect_init(&d, g, "host", false);
        assert_int_equal(dialect_jail(&d), 0);
        assert_int_equal(dialect_add(&d, &e, "create", "bridge", "br7", NULL), 0);
        assert_int_not_equal(graph_find_iface_in(dialect_graph(&d), 0, "br7"), NONE);
        assert_int_equal(graph_find_iface_in(g, 0, "br7"), NONE);
        assert_int_equal(dialect_add(&d, &e, "attach", "eth0", "br7", NULL), 0);

        /* A refused one leaves the session as it was. */
        assert_true(dialect_add(&d, &e, "attach", "eth9", "br7", NULL) < 0);
        assert_non_null(strstr(e.what, "eth9"));
        assert_int_equal(d.requests, 2);
        assert_int_equal(dialect_add(&d, &e, "down", "eth0", NULL), 0);

        dialect_say(&d, "%s: taken for %s", "br", "br7");
        dialect_say(&d, "br: taken for br7");
        dialect_say(&d, "br: taken");
        assert_string_equal(text_str(&d.said), "br: taken for br7\nbr: taken\n");

        p = dialect_finish(&d, "ifconfig ...", "several changes");
        assert_non_null(p);
        assert_string_equal(p->words, "ifconfig ...");
        assert_true(p->step_count >= 3);
        dialect_done(&d);
}

static void test_nothing_to_change(void **state)
{
        CLEANUP(graph_unrefp) const struct graph *g = topo_empty();
        struct dialect d;
        struct err e = {0};

        (void)state;
        dialect_init(&d, g, "host", true);
        assert_int_equal(dialect_add(&d, &e, "up", "eth0", NULL), 0);
        assert_null(dialect_finish(&d, "ifconfig eth0 up", "eth0 up"));
        dialect_done(&d);
}

/* A step that fails when the plan runs is traced back to its line. */
static void test_lines(void **state)
{
        CLEANUP(graph_unrefp) const struct graph *g = topo_empty();
        CLEANUP(plan_freep) struct plan *p = NULL;
        struct dialect d;
        struct err e = {0};

        (void)state;
        dialect_init(&d, g, "host", false);
        dialect_mark_line(&d, "x", 1); /* a comment */
        assert_int_equal(dialect_add(&d, &e, "create", "bridge", "br7", NULL), 0);
        dialect_mark_line(&d, "x", 2);

        size_t first = plan_chain_steps(d.chain);

        assert_int_equal(dialect_add(&d, &e, "attach", "eth0", "br7", NULL), 0);
        dialect_mark_line(&d, "x", 9);
        p = dialect_finish(&d, "x", "x");
        assert_true(p->step_count > first);
        assert_int_equal(dialect_line_of(&d, 0)->number, 2);
        assert_int_equal(dialect_line_of(&d, first)->number, 9);
        assert_string_equal(dialect_line_of(&d, first)->file, "x");
        assert_null(dialect_line_of(&d, p->step_count));
        dialect_done(&d);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_requests_build_on_each_other),
                cmocka_unit_test(test_nothing_to_change),
                cmocka_unit_test(test_lines),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
