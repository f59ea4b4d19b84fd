/* test_graph_zoom.c - the Graph view's zooms, groups that open and close, focus, follow and the map; places outlive it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <linux/if.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/text.h"
#include "tests/lib/scene.h"
#include "tests/lib/topo.h"
#include "ui/tui/history.h"
#include "ui/tui/marks.h"

static void test_many_jails_begin_with_an_overview(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_many(300);
        struct scene s;

        scene_init(&s, g, 80, 20, false);

        CLEANUP(freep) char *text = scene_draw(&s);

        scene_assert_golden("graph_many_80x24", text);
        assert_non_null(strstr(text, "overview"));
        scene_done(&s);
}

static void test_zoom_keeps_the_selection(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_many(300);
        struct scene s;
        size_t jail = graph_find_jail(g, "j217");

        scene_init(&s, g, 80, 20, false);
        free(scene_draw(&s));
        selection_set(&s.ui.selection, g, (struct object){OBJECT_JAIL, jail});
        for (const char *k = "++-+--0"; *k; k++) {
                CLEANUP(freep) char *text = scene_draw(&s);

                assert_int_equal(scene_selected(&s).index, jail);
                assert_non_null(strstr(text, "j217")); /* in sight whatever the zoom */
                scene_press(&s, (uint32_t)*k);
        }
        scene_done(&s);
}

/* The cursor stops at a line that stands for many jails; Enter opens it and closes it again, with the cursor on it. */
static void test_groups_open_and_close(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_many(1500);
        CLEANUP(text_done) struct text about = {0}, later = {0};
        struct scene s;

        scene_init(&s, g, 80, 20, false);

        CLEANUP(freep) char *closed = scene_draw(&s);

        assert_non_null(strstr(closed, "groups"));
        assert_non_null(strstr(closed, "j  50 jails"));
        assert_null(strstr(closed, "j17"));
        selection_set(&s.ui.selection, g, (struct object){OBJECT_JAIL, graph_find_jail(g, "j17")});
        free(scene_draw(&s)); /* the cursor goes to the line that hides it */
        scene_press(&s, KEYC_DOWN);
        scene_press(&s, KEYC_UP);
        assert_int_equal(scene_selected(&s).type, OBJECT_NONE);
        assert_true(s.view->about(s.view, &about));
        assert_string_equal(text_str(&about), "j  50 jails  Enter opens it  Space marks them");
        scene_press(&s, KEYC_ENTER);

        CLEANUP(freep) char *opened = scene_draw(&s);

        assert_non_null(strstr(opened, "j17"));
        assert_true(s.view->about(s.view, &later));
        assert_non_null(strstr(text_str(&later), "Enter closes it"));
        scene_press(&s, 'o');

        CLEANUP(freep) char *again = scene_draw(&s);

        assert_null(strstr(again, "j17"));
        scene_done(&s);
}

/* A line of groups is no thing of its own: in a picture that has no such line the cursor is on the first of its jails,
 * opened or not. Where the line is still there, so is the cursor. */
static void test_zoom_from_a_groups_line(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_many(1500);

        for (int is_open = 0; is_open <= 1; is_open++) {
                CLEANUP(text_done) struct text about = {0};
                struct scene s;

                scene_init(&s, g, 80, 20, false);
                free(scene_draw(&s));
                selection_set(&s.ui.selection, g, (struct object){OBJECT_JAIL, graph_find_jail(g, "j17")});
                free(scene_draw(&s));
                scene_press(&s, KEYC_DOWN);
                scene_press(&s, KEYC_UP);
                assert_int_equal(scene_selected(&s).type, OBJECT_NONE);
                if (is_open)
                        scene_press(&s, KEYC_ENTER);
                scene_press(&s, '0'); /* fits as groups alone */
                assert_int_equal(scene_selected(&s).type, OBJECT_NONE);
                assert_true(s.view->about(s.view, &about));
                scene_press(&s, '+');

                CLEANUP(freep) char *text = scene_draw(&s);
                struct object o = scene_selected(&s);

                assert_non_null(strstr(text, "overview"));
                assert_int_equal(o.type, OBJECT_JAIL);
                assert_non_null(strstr(text, g->jails[o.index].name));

                /* Of the same group: back again, it is that line that hides it. */
                scene_press(&s, '-');
                text_clear(&about);
                (void)s.view->about(s.view, &about);
                assert_string_equal(text_str(&about), is_open ? "" : "j  50 jails  Enter opens it  Space marks them");
                scene_done(&s);
        }
}

/* The next start begins as the last one ended: each thing where it was, groups open that were. */
static void test_places_outlive_the_view(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *fewer = topo_many(1400), *g = topo_many(1500);
        CLEANUP(text_done) struct text kept = {0}, again = {0};
        struct scene s, next;

        scene_init(&s, fewer, 80, 20, false);
        free(scene_draw(&s));
        selection_set(&s.ui.selection, fewer, (struct object){OBJECT_JAIL, graph_find_jail(fewer, "j17")});
        free(scene_draw(&s));
        scene_press(&s, KEYC_ENTER);
        s.ui.selection = (struct selection){.type = OBJECT_NONE};

        struct graph newer = *g;

        newer.serial = fewer->serial + 1;
        s.ui.graph = &newer;

        CLEANUP(freep) char *last = scene_draw(&s);

        s.view->remember(s.view, &kept);
        scene_init(&next, g, 80, 20, false);
        next.view->recall(next.view, text_str(&kept));

        CLEANUP(freep) char *first = scene_draw(&next);

        assert_string_equal(first, last);
        next.view->remember(next.view, &again);
        assert_string_equal(text_str(&again), text_str(&kept));
        next.view->recall(next.view, "open 12345\n\nplaces nonsense\n"); /* no harm */
        scene_done(&s);
        scene_done(&next);
}

/* Focus: only what is within so many hops, as large as it fits; a new picture keeps it; what is gone ends it. */
static void test_focus(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_many(300);
        struct scene s;

        scene_init(&s, g, 100, 30, false);
        free(scene_draw(&s));
        selection_set(&s.ui.selection, g, (struct object){OBJECT_JAIL, graph_find_jail(g, "j217")});
        free(scene_draw(&s));
        scene_press(&s, 'x');
        scene_press(&s, '[');

        CLEANUP(freep) char *near = scene_draw(&s);

        assert_non_null(strstr(near, "within 1 hop"));
        assert_non_null(strstr(near, "j217"));
        assert_non_null(strstr(near, "bridge4"));
        assert_null(strstr(near, "j218"));
        assert_null(strstr(near, "bridge3"));
        scene_press(&s, ']');

        CLEANUP(freep) char *wider = scene_draw(&s);

        assert_non_null(strstr(wider, "j218"));
        assert_null(strstr(wider, "bridge3"));

        CLEANUP(graph_unrefp) const struct graph *without = topo_many(200);

        struct graph newer = *without;

        newer.serial = g->serial + 1;
        s.ui.graph = &newer;

        CLEANUP(freep) char *gone = scene_draw(&s);

        assert_null(strstr(gone, "within"));
        assert_non_null(strstr(gone, "bridge3"));
        scene_done(&s);
}

/* Following: what has just changed is brought into sight, wherever it is; and once only. */
static void test_follow(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_many(300);
        size_t jail = graph_find_jail(g, "j299");
        struct recent change = {.number = g->ifaces[g->jails[jail].iface_first + 1].number, .at_ms = 500};
        struct scene s;

        scene_init(&s, g, 80, 20, false);
        s.ui.now_ms = 100;
        free(scene_draw(&s));
        scene_press(&s, 't');
        s.ui.now_ms = 600;
        s.ui.recent = &change;
        s.ui.recent_count = 1;

        CLEANUP(freep) char *there = scene_draw(&s);

        assert_non_null(strstr(there, "following"));
        assert_non_null(strstr(there, "j299"));

        /* Of a pair's near end, which is folded into its bridge, the far end is seen. */
        size_t far = graph_find_iface_in(g, graph_find_jail(g, "j3"), "eth0");

        change.number = g->ifaces[g->ifaces[far].peer].number;
        change.at_ms = 550;

        CLEANUP(freep) char *first = scene_draw(&s);

        assert_non_null(strstr(first, "j3 "));
        assert_null(strstr(first, "j299"));
        change.number = g->ifaces[g->ifaces[graph_find_iface_in(g, jail, "eth0")].peer].number;
        change.at_ms = 580;

        CLEANUP(freep) char *last = scene_draw(&s);

        assert_non_null(strstr(last, "j299"));
        for (int n = 0; n < 100; n++)
                scene_press(&s, 'K');

        CLEANUP(freep) char *away = scene_draw(&s);

        assert_null(strstr(away, "j299"));
        scene_done(&s);
}

/* The map: where boxes are, where trouble is; a press on it goes there. */
static void test_map(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_many(300);
        struct scene s;

        scene_init(&s, g, 100, 20, false);
        free(scene_draw(&s));
        scene_press(&s, 'v');

        CLEANUP(freep) char *with = scene_draw(&s);

        assert_non_null(strstr(with, " map "));
        assert_non_null(strstr(with, "\u2592\u2592"));
        assert_null(strstr(with, "j299"));

        struct key click = {.code = KEYC_MOUSE, .x = 90, .y = 9, .is_press = true};

        assert_true(s.view->key(s.view, &click, s.area, &s.ui));

        CLEANUP(freep) char *there = scene_draw(&s);

        assert_non_null(strstr(there, "j299"));
        scene_done(&s);
}

/* Six jails of one name, each carries something, two are down: their one line shows the sum, that some are down, and
 * not that all are; Space marks them all, and a rectangle over it does. */
static void test_a_groups_line_is_all_of_them(void **state)
{
        (void)state;
        struct topo *t = topo_begin();
        size_t lan = topo_bridge(t, 0, "lan0"), near, far;
        CLEANUP(freep) struct marks *marks = xcalloc(1, sizeof(*marks));
        struct scene s;

        for (int n = 1; n <= 6; n++) {
                CLEANUP(freep) char *name = xasprintf("web%d", n), *port = xasprintf("w%d", n);

                topo_pair(t, 0, port, topo_jail(t, name), "eth0", &near, &far);
                topo_port(t, lan, near);
                topo_iface_facts(t, far)->is_up = n > 2;
        }

        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(t, NULL);

        for (size_t i = 0; i < g->iface_count; i++) {
                g->ifaces[i].rx_Bps = g->ifaces[i].kind == KIND_VETH ? 1250 : RATE_UNKNOWN;
                g->ifaces[i].tx_Bps = g->ifaces[i].kind == KIND_VETH ? 250 : RATE_UNKNOWN;
        }
        scene_init(&s, g, 100, 20, false);
        s.ui.marks = marks;
        free(scene_draw(&s));
        for (int n = 0; n < 3; n++)
                scene_press(&s, '-');

        CLEANUP(freep) char *text = scene_draw(&s);

        assert_non_null(strstr(text, "web  6 jails"));
        assert_non_null(strstr(text, "2 down"));
        assert_non_null(strstr(text, "72k")); /* six times 1500 bytes a second */
        assert_non_null(strstr(text, "\u25cf!"));
        assert_null(strstr(text, "\u2717"));

        struct point fold = scene_find(text, "web  6 jails");

        scene_mouse(&s, fold.x, fold.y, true, false);
        scene_mouse(&s, fold.x, fold.y, false, false);
        scene_press(&s, ' ');
        assert_int_equal(marks->count, 6);

        CLEANUP(freep) char *marked = scene_draw(&s);

        assert_non_null(strstr(marked, "*\u25b8"));
        scene_press(&s, ' ');
        assert_int_equal(marks->count, 0);
        scene_mouse(&s, fold.x + 2, fold.y + 6, true, false);
        scene_mouse(&s, fold.x + 6, fold.y, false, true);
        scene_mouse(&s, fold.x + 6, fold.y, false, false);
        assert_int_equal(marks->count, 6);
        scene_done(&s);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_many_jails_begin_with_an_overview),
                cmocka_unit_test(test_zoom_keeps_the_selection),
                cmocka_unit_test(test_groups_open_and_close),
                cmocka_unit_test(test_zoom_from_a_groups_line),
                cmocka_unit_test(test_a_groups_line_is_all_of_them),
                cmocka_unit_test(test_places_outlive_the_view),
                cmocka_unit_test(test_focus),
                cmocka_unit_test(test_follow),
                cmocka_unit_test(test_map),
        };

        if (!setlocale(LC_ALL, "C.UTF-8"))
                (void)setlocale(LC_ALL, ""); /* widths of letters are libc's */
        return cmocka_run_group_tests(tests, NULL, NULL);
}
