/* test_plan_preview.c - which picture a preview shows, and the marks in it. */
#include <locale.h>
#include <string.h>

#include "core/graph/query.h"
#include "tests/lib/scene.h"
#include "tests/unit/plan/planning.h"
#include "ui/tui/plan_preview.h"

static struct object object(const struct plan_preview *p, const char *word)
{
        struct object o = {OBJECT_NONE, NONE};
        struct err e = {0};

        if (query_object(p->graph, word, &o, &e) < 0)
                print_error("%s\n", e.what);
        assert_int_not_equal(o.type, OBJECT_NONE);
        return o;
}

static void check(const char *words, const char *thing, char sign, const char *legend)
{
        const struct graph *g CLEANUP(graph_unrefp) = topo_seeds();
        CLEANUP(plan_freep) struct plan *plan = planned(g, words);
        struct plan_preview *p = plan_preview_new(plan, g);
        CLEANUP(text_done) struct text t = {0};

        assert_non_null(p);
        assert_int_equal(preview_mark_sign(plan_preview_mark(p, object(p, thing))), sign);
        assert_int_equal(plan_preview_mark(p, object(p, "host")), PREVIEW_SAME);
        plan_preview_put_legend(&t, p);
        assert_string_equal(text_str(&t), legend);
        plan_preview_free(p);
}

static void test_marks(void **state)
{
        (void)state;
        check("create epair x0 www/x1", "www/x1", '+', "+ 2 made");
        check("create jail web", "jail:web", '+', "+ 1 made");
        check("move www/epair0b db", "db/epair0b", '>', "> 1 moved");
        check("mtu www/epair0b 1400", "www/epair0b", '~', "~ 1 changed");
        check("rename jail:www web", "jail:web", '~', "~ 1 changed");
        check("destroy epair0a", "epair0a", '-', "- 2 removed"); /* on the present picture, where it still is */
        check("forwarding www on", "www", 0, "nothing in the picture changes");
}

/* A preview with more in it than there is room for leaves the picture as it was, to the last cell. */
static void test_leaves_no_trace(void **state)
{
        (void)state;
        const struct graph *g CLEANUP(graph_unrefp) = topo_demo();
        CLEANUP(plan_freep) struct plan *plan = planned(g, "create epair a-very-long-name router/another-name");
        struct plan_preview *p = plan_preview_new(plan, g);
        struct scene s;

        assert_non_null(p);
        scene_init(&s, g, 80, 20, false);

        CLEANUP(freep) char *before = scene_draw(&s);

        s.ui.preview = p;
        s.ui.graph = p->graph;

        CLEANUP(freep) char *previewed = scene_draw(&s);

        assert_non_null(strstr(previewed, "a-very-long-nam"));
        s.ui.preview = NULL;
        s.ui.graph = g;

        CLEANUP(freep) char *after = scene_draw(&s);

        assert_string_equal(before, after);
        scene_done(&s);
        plan_preview_free(p);
}

int main(void)
{
        const struct CMUnitTest tests[] = {cmocka_unit_test(test_marks), cmocka_unit_test(test_leaves_no_trace)};

        if (!setlocale(LC_ALL, "C.UTF-8"))
                (void)setlocale(LC_ALL, ""); /* widths of letters are libc's */

        return cmocka_run_group_tests(tests, NULL, NULL);
}
