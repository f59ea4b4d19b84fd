/* test_marks.c - sets of marked things: by identity, by pattern, pruned; and commands as lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/text.h"
#include "tests/lib/topo.h"
#include "ui/tui/commands.h"
#include "ui/tui/marks.h"

static void test_commands(void **state)
{
        static const char *const cases[][2] = {
                {"up a", "jailnet up a\n"},
                {"up a; up b", "jailnet up a\njailnet up b\n"},
                {"alias a 'x; y'; up a", "jailnet alias a 'x; y'\njailnet up a\n"},
                {"alias a \\'; up a", "jailnet alias a \\'\njailnet up a\n"},
                {"alias a ';'", "jailnet alias a ';'\n"},
                {"", ""},
        };

        (void)state;
        for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
                CLEANUP(text_done) struct text t = {0};

                commands_put(&t, cases[i][0]);
                assert_string_equal(text_str(&t), cases[i][1]);
        }
}

/* RFC 4648, section 10. */
static void test_base64(void **state)
{
        static const char *const cases[][2] = {{"", ""},
                                               {"f", "Zg=="},
                                               {"fo", "Zm8="},
                                               {"foo", "Zm9v"},
                                               {"foob", "Zm9vYg=="},
                                               {"fooba", "Zm9vYmE="},
                                               {"foobar", "Zm9vYmFy"},
                                               {"\xff\xfe", "//4="}};

        (void)state;
        for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
                CLEANUP(text_done) struct text t = {0};

                base64_put(&t, cases[i][0], strlen(cases[i][0]));
                assert_string_equal(text_str(&t), cases[i][1]);
        }
}

static const struct graph *network(struct registry *r, bool is_later)
{
        struct topo *t = topo_begin();
        size_t www = topo_jail(t, "www1"), db = is_later ? 0 : topo_jail(t, "db");
        size_t a, b;

        topo_pair(t, 0, "e0a_www1", www, "e0b_www1", &a, &b);
        if (!is_later)
                topo_pair(t, 0, "e0a_db", db, "e0b_db", &a, &b);
        return topo_finish(t, r);
}

static void test_marks_by_identity(void **state)
{
        struct registry *r = registry_new();

        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = network(r, false);
        CLEANUP(graph_unrefp) const struct graph *later = network(r, true);
        CLEANUP(freep) struct marks *m = xcalloc(1, sizeof(*m));
        struct object end = {OBJECT_IFACE, graph_find_iface_in(g, graph_find_jail(g, "www1"), "e0b_www1")};
        struct object node = {OBJECT_NODE, g->ifaces[end.index].node};
        struct object db = {OBJECT_JAIL, graph_find_jail(g, "db")};

        assert_false(marks_has(m, g, end));
        assert_false(marks_set(m, g, (struct object){OBJECT_NONE, NONE}, true));
        assert_true(marks_set(m, g, node, true)); /* an interface's node is that interface */
        assert_true(marks_has(m, g, end) && marks_has(m, g, node));
        assert_true(marks_set(m, g, end, true)); /* once is enough */
        assert_int_equal(m->count, 1);
        assert_true(marks_set(m, g, db, true));
        assert_int_equal(m->count, 2);
        marks_prune(m, later);
        assert_int_equal(m->count, 1);
        assert_true(marks_set(m, g, end, false));
        assert_int_equal(m->count, 0);
        assert_true(marks_set(m, g, end, false));
        assert_false(marks_has(NULL, g, end));
        registry_free(r);
}

static void test_marks_by_pattern(void **state)
{
        static const struct {
                const char *pattern;
                size_t count;
        } cases[] = {
                {"e0*", 4}, {"e0b_*", 2}, {"www*", 1}, {"www1/*", 1}, {"host/e0a*", 2}, {"*/e0b_db", 1},
                {"db", 1},  {"E0*", 0},   {"host", 0}, {"lo", 0},     {"[", 0},
        };

        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = network(NULL, false);

        for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
                CLEANUP(freep) struct marks *m = xcalloc(1, sizeof(*m));
                struct ui u = {.graph = g};

                assert_int_equal(marks_pattern(m, &u, cases[i].pattern), cases[i].count);
                assert_int_equal(marks_pattern(m, &u, cases[i].pattern), 0); /* they are marked already */
                assert_int_equal(m->count, cases[i].count);
        }
}

static void test_a_full_set_takes_no_more(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_many(MARKS_MAX);
        CLEANUP(freep) struct marks *m = xcalloc(1, sizeof(*m));
        struct ui u = {.graph = g};

        assert_int_equal(marks_pattern(m, &u, "*"), MARKS_MAX);
        assert_int_equal(m->count, MARKS_MAX);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_commands),
                cmocka_unit_test(test_base64),
                cmocka_unit_test(test_marks_by_identity),
                cmocka_unit_test(test_marks_by_pattern),
                cmocka_unit_test(test_a_full_set_takes_no_more),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
