/*
 * test_graph_view.c - the Graph view as text, compared with tests/golden/graph_*.txt (UPDATE=1 writes them anew), and
 * what its keys do.
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
#include "ui/tui/views/graph_picture.h"

static void test_golden(void **state)
{
        (void)state;
        static const struct {
                const char *name;
                const struct graph *(*make)(void);
                int w, h;
                bool is_ascii;
                const char *keys;
        } scenes[] = {
                {"graph_demo_80x24", topo_demo, 80, 20, false, ""},
                {"graph_demo_120x40", topo_demo, 120, 36, false, ""},
                {"graph_demo_ascii_80x24", topo_demo, 80, 20, true, "jjj"},
                {"graph_demo_compact_80x24", topo_demo, 80, 20, false, "-"},
                {"graph_demo_overview_80x24", topo_demo, 80, 20, false, "--"},
                {"graph_demo_40x12", topo_demo, 40, 10, false, "jjjjl"},
                {"graph_seeds_80x24", topo_seeds, 80, 20, false, ""},
                {"graph_eiface_80x24", topo_eiface, 80, 20, false, ""},
                {"graph_kinds_120x40", topo_kinds, 120, 36, false, ""},
                {"graph_hostile_80x24", topo_hostile, 80, 20, false, ""},
                {"graph_empty_80x24", topo_empty, 80, 20, false, ""},
        };

        for (size_t n = 0; n < ARRAY_SIZE(scenes); n++) {
                CLEANUP(graph_unrefp) const struct graph *g = scenes[n].make();
                struct scene s;

                scene_init(&s, g, scenes[n].w, scenes[n].h, scenes[n].is_ascii);
                free(scene_draw(&s));
                for (const char *k = scenes[n].keys; *k; k++)
                        scene_press(&s, (uint32_t)*k);

                CLEANUP(freep) char *text = scene_draw(&s);

                scene_assert_golden(scenes[n].name, text);
                scene_done(&s);
        }
}

/* Down, no carrier, blocked, pinned, not as pinned, changed just now, busy: each by a sign or a word, not by colour
 * alone. */
static void test_troubles_are_seen(void **state)
{
        (void)state;
        struct topo *t = topo_begin();
        size_t a = topo_jail(t, "a"), b = topo_jail(t, "b"), c = topo_jail(t, "c"), near, far;
        size_t bridge = topo_bridge(t, 0, "bridge0");
        struct iface *i;

        topo_iface_facts(t, bridge)->stp_on = true;
        topo_pair(t, 0, "epair0a", a, "epair0b", &near, &far);
        topo_port(t, bridge, near);
        topo_iface_facts(t, near)->port_state = STP_FORWARDING;
        topo_iface_facts(t, far)->is_up = false;
        topo_iface_facts(t, near)->is_running = false;
        topo_pair(t, 0, "epair1a", b, "epair1b", &near, &far);
        topo_port(t, bridge, near);
        i = topo_iface_facts(t, near);
        i->port_state = STP_BLOCKING;
        topo_pair(t, 0, "epair2a", c, "epair2b", &near, &far);
        topo_port(t, bridge, near);
        i = topo_iface_facts(t, near);
        i->port_state = STP_FORWARDING;
        i->rx_Bps = 150000;
        i->tx_Bps = 50000;

        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(t, NULL);
        size_t pinned = graph_find_iface_in(g, graph_find_jail(g, "c"), "epair2b");

        g->ifaces[pinned].pin_source = PIN_MANUAL;
        g->ifaces[pinned].pin = (struct mac){{2, 0, 0, 0, 9, 9}, true};

        struct recent recent = {.number = g->ifaces[pinned].number, .at_ms = 1000};
        struct scene s;

        scene_init(&s, g, 120, 16, false);
        s.ui.recent = &recent;
        s.ui.recent_count = 1;
        s.ui.now_ms = 1500;

        CLEANUP(freep) char *text = scene_draw(&s);

        scene_assert_golden("graph_troubles_120x20", text);
        assert_non_null(strstr(text, "no carrier"));
        assert_non_null(strstr(text, "blocking"));
        assert_non_null(strstr(text, "MAC not as pinned"));
        assert_non_null(strstr(text, "1.6 Mb/s"));
        assert_non_null(strstr(text, "\xe2\x94\x81")); /* a busy edge is a heavy line */
        assert_non_null(strstr(text, "\xe2\x9c\x97")); /* a dead one has a cross on it */
        scene_done(&s);
}

static void test_keys_walk_the_graph(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_demo();
        struct scene s;

        scene_init(&s, g, 80, 20, false);
        free(scene_draw(&s));
        scene_press(&s, 'j'); /* nothing was selected: the first thing is */
        assert_string_equal(scene_selected_name(&s), g->jails[0].name);
        scene_press(&s, KEYC_DOWN);
        assert_string_equal(scene_selected_name(&s), "eth0");
        scene_press(&s, 'j');
        assert_string_equal(scene_selected_name(&s), "lan0");
        scene_press(&s, 'j');
        assert_string_equal(scene_selected_name(&s), "epair0a");
        scene_press(&s, 'l');
        assert_string_equal(scene_selected_name(&s), "eth0");
        assert_string_equal(g->jails[g->ifaces[scene_selected(&s).index].jail].name, "www1");
        scene_press(&s, 'k');
        assert_string_equal(scene_selected_name(&s), "www1");
        scene_press(&s, KEYC_END);
        assert_string_equal(scene_selected_name(&s), "eth1");
        scene_press(&s, KEYC_HOME);
        assert_int_equal(scene_selected(&s).type, OBJECT_JAIL);
        assert_int_equal(scene_selected(&s).index, 0);
        scene_done(&s);
}

static void test_panning(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_demo();
        struct scene s;

        scene_init(&s, g, 40, 10, false);

        CLEANUP(freep) char *first = scene_draw(&s);

        scene_press(&s, 'L');
        scene_press(&s, 'J');

        CLEANUP(freep) char *moved = scene_draw(&s);

        assert_string_not_equal(first, moved);
        assert_int_equal(scene_selected(&s).type, OBJECT_NONE); /* panning selects nothing */
        for (int n = 0; n < 50; n++) {
                scene_press(&s, 'H');
                scene_press(&s, 'K');
        }

        CLEANUP(freep) char *back = scene_draw(&s);

        assert_string_equal(first, back);

        struct key wheel = {.code = KEYC_MOUSE, .x = 3, .y = 3, .is_wheel_down = true};

        assert_true(s.view->key(s.view, &wheel, s.area, &s.ui));

        CLEANUP(freep) char *wheeled = scene_draw(&s);

        assert_string_not_equal(first, wheeled);
        scene_done(&s);
}

/* What an edge carried lately stands on it where the view is wide enough, and a second changes no more than the rate
 * and the last bar: the terminal gets only those. */
static void test_edges_have_plots(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_demo();
        struct history *h = history_new();
        struct scene s, narrow;
        size_t iface = graph_find_iface_in(g, graph_find_jail(g, "www1"), "eth0"), changed = 0;
        struct cell before[160 * 36];

        for (int second = 100; second < 113; second++) {
                g->ifaces[iface].rx_Bps = second < 105 ? 1000 : 20000;
                g->ifaces[iface].tx_Bps = 1;
                history_note(h, g, second * 1000);
        }
        scene_init(&s, g, 160, 36, false);
        s.ui.history = h;
        s.ui.now_ms = 112500;

        CLEANUP(freep) char *text = scene_draw(&s);

        assert_non_null(strstr(text, "160 kb/s"));                             /* both directions */
        assert_non_null(strstr(text, "\u2501\u2501\u2581\u2585\u2585\u2501")); /* silence is the line itself */
        memcpy(before, s.canvas->cells, sizeof(before));
        g->ifaces[iface].rx_Bps = 26000;
        history_note(h, g, 113000);
        s.ui.now_ms = 113500;
        free(scene_draw(&s));
        for (size_t n = 0; n < ARRAY_SIZE(before); n++)
                changed += memcmp(&before[n], &s.canvas->cells[n], sizeof(before[n])) != 0;
        assert_in_range(changed, 1, strlen("208 kb/s") + 1);

        scene_init(&narrow, g, 80, 20, false);
        narrow.ui.history = h;
        narrow.ui.now_ms = 113500;

        CLEANUP(freep) char *small = scene_draw(&narrow);

        assert_null(strstr(small, "\u2585"));
        scene_done(&narrow);
        scene_done(&s);
        history_free(h);
}

static void test_filter(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_demo();
        struct scene s;

        scene_init(&s, g, 80, 20, false);

        CLEANUP(freep) char *before = scene_draw(&s);

        (void)str_copy(s.ui.filter, sizeof(s.ui.filter), "db");

        CLEANUP(freep) char *text = scene_draw(&s);

        scene_assert_golden("graph_filter_80x24", text);
        assert_non_null(strstr(text, "db1"));
        assert_non_null(strstr(text, "dmz0")); /* what they hang on */
        assert_null(strstr(text, "www1"));
        s.ui.filter[0] = '\0';

        CLEANUP(freep) char *after = scene_draw(&s);

        assert_string_equal(before, after);
        s.ui.show_all = true;

        CLEANUP(freep) char *all = scene_draw(&s);

        assert_non_null(strstr(all, " lo "));
        scene_done(&s);
}

/* A link elsewhere changes: what the user looks at stays at the same place on the screen. */
static void test_a_change_moves_nothing_in_sight(void **state)
{
        (void)state;
        struct registry *r = registry_new();
        const struct graph *g[2];

        for (int n = 0; n < 2; n++) {
                struct topo *t = topo_begin();
                size_t bridge = topo_bridge(t, 0, "br0"), near, far;

                for (size_t k = 0; k < (n ? 31u : 30u); k++) {
                        char jail[8], name[8];

                        (void)snprintf(jail, sizeof(jail), "j%02zu", k);
                        (void)snprintf(name, sizeof(name), "e%02zu", k);
                        topo_pair(t, 0, name, topo_jail(t, jail), "eth0", &near, &far);
                        topo_port(t, bridge, near);
                }
                if (n) { /* and one with a long name, which makes its column wider */
                        size_t wide = topo_jail(t, "a-jail-with-quite-a-long-name-for-one");

                        topo_pair(t, 0, "elong", wide, "eth0", &near, &far);
                }
                g[n] = topo_finish(t, r);
        }

        struct scene s;

        scene_init(&s, g[0], 60, 14, false);
        free(scene_draw(&s));
        scene_press(&s, '+');
        scene_press(&s, '+');
        selection_set(&s.ui.selection, g[0], (struct object){OBJECT_JAIL, graph_find_jail(g[0], "j17")});

        CLEANUP(freep) char *before = scene_draw(&s);

        s.ui.graph = g[1];
        scene_press(&s, 'h'); /* a step to nowhere or to the host and back: the selection is j17's again */
        selection_set(&s.ui.selection, g[1], (struct object){OBJECT_JAIL, graph_find_jail(g[1], "j17")});

        CLEANUP(freep) char *after = scene_draw(&s);
        const char *a = strstr(before, "j17"), *b = strstr(after, "j17");
        int line_a = 0, line_b = 0;

        assert_non_null(a);
        assert_non_null(b);
        for (const char *p = before; p < a; p++)
                line_a += *p == '\n';
        for (const char *p = after; p < b; p++)
                line_b += *p == '\n';
        assert_int_equal(line_a, line_b);
        scene_done(&s);
        graph_unref(g[0]);
        graph_unref(g[1]);
        registry_free(r);
}

static void test_picture(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_seeds();
        CLEANUP(freep) char *text = graph_picture(g, 80, true);

        scene_assert_golden("graph_picture_seeds", text);
        for (const char *p = text; *p; p++)
                assert_true(*p == '\n' || ((unsigned char)*p >= ' ' && (unsigned char)*p < 0x7f));

        CLEANUP(graph_unrefp) const struct graph *hostile = topo_hostile();
        CLEANUP(freep) char *harmless = graph_picture(hostile, 0, false);

        assert_null(strchr(harmless, '\033'));
        assert_null(strchr(harmless, '\r'));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_golden),
                cmocka_unit_test(test_troubles_are_seen),
                cmocka_unit_test(test_keys_walk_the_graph),
                cmocka_unit_test(test_panning),
                cmocka_unit_test(test_edges_have_plots),
                cmocka_unit_test(test_filter),
                cmocka_unit_test(test_a_change_moves_nothing_in_sight),
                cmocka_unit_test(test_picture),
        };

        if (!setlocale(LC_ALL, "C.UTF-8"))
                (void)setlocale(LC_ALL, ""); /* widths of letters are libc's */
        return cmocka_run_group_tests(tests, NULL, NULL);
}
