/*
 * test_graph_view.c - the Graph view as text, compared with tests/golden/graph_*.txt (UPDATE=1 writes them anew), and
 * what its keys and the mouse do.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <linux/if.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/text.h"
#include "tests/lib/topo.h"
#include "ui/tui/history.h"
#include "ui/tui/marks.h"
#include "ui/tui/view.h"
#include "ui/tui/views/graph_picture.h"

/* A view on a canvas, as the console would hold them. */
struct scene {
        struct view *view;
        struct canvas *canvas;
        struct rect area;
        struct ui ui;
};

static void scene_init(struct scene *s, const struct graph *g, int w, int h, bool is_ascii)
{
        *s = (struct scene){.view = view_graph_new(),
                            .canvas = canvas_new(w, h, is_ascii),
                            .area = {0, 0, w, h},
                            .ui = {.graph = g}};
        for (size_t n = 0; n < g->loan_count; n++)
                g->loans[n].since = 0; /* no ages: the clock goes on */
}

static void scene_done(struct scene *s)
{
        s->view->free(s->view);
        canvas_free(s->canvas);
}

static char *scene_draw(struct scene *s)
{
        canvas_clear(s->canvas, STYLE_NORMAL);
        s->view->draw(s->view, s->canvas, s->area, &s->ui);
        return canvas_to_text(s->canvas);
}

static void press(struct scene *s, uint32_t code)
{
        struct key k = {.code = code};

        assert_true(s->view->key(s->view, &k, s->area, &s->ui));
}

static struct object selected(const struct scene *s)
{
        return selection_resolve(&s->ui.selection, s->ui.graph);
}

static const char *selected_name(const struct scene *s)
{
        struct object o = selected(s);

        switch (o.type) {
        case OBJECT_NONE: break;
        case OBJECT_JAIL: return s->ui.graph->jails[o.index].name;
        case OBJECT_IFACE: return s->ui.graph->ifaces[o.index].name;
        case OBJECT_NODE: break;
        }
        return "";
}

/* The file's text, or NULL. Caller frees. */
static char *read_all(const char *path)
{
        FILE *f = fopen(path, "r");
        struct text t = {0};
        char buf[4096];

        if (!f)
                return NULL;
        for (size_t n = fread(buf, 1, sizeof(buf), f); n > 0; n = fread(buf, 1, sizeof(buf), f))
                text_put_n(&t, buf, n);
        (void)fclose(f); /* only read */
        return t.s ? text_take(&t) : xstrdup("");
}

static void assert_golden(const char *name, const char *got)
{
        const char *source = getenv("SOURCE"), *end = strstr(__FILE__, "/unit/tui/");
        CLEANUP(freep)
        char *path = source ? xasprintf("%s/tests/golden/%s.txt", source, name)
                            : xasprintf("%.*s/golden/%s.txt", (int)(end - __FILE__), __FILE__, name);

        if (getenv("UPDATE")) {
                FILE *f = fopen(path, "w");

                assert_non_null(f);
                assert_true(fputs(got, f) >= 0);
                assert_int_equal(fclose(f), 0);
                return;
        }

        CLEANUP(freep) char *wanted = read_all(path);

        if (!wanted) {
                fail_msg("%s: %s; UPDATE=1 writes it", path, strerror(errno));
                return;
        }
        if (strcmp(wanted, got) != 0)
                fail_msg("%s differs; UPDATE=1 writes it anew. Now:\n%s", name, got);
}

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
                        press(&s, (uint32_t)*k);

                CLEANUP(freep) char *text = scene_draw(&s);

                assert_golden(scenes[n].name, text);
                scene_done(&s);
        }
}

static void test_many_jails_begin_with_an_overview(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_many(300);
        struct scene s;

        scene_init(&s, g, 80, 20, false);

        CLEANUP(freep) char *text = scene_draw(&s);

        assert_golden("graph_many_80x24", text);
        assert_non_null(strstr(text, "overview"));
        scene_done(&s);
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

        assert_golden("graph_troubles_120x20", text);
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
        press(&s, 'j'); /* nothing was selected: the first thing is */
        assert_string_equal(selected_name(&s), g->jails[0].name);
        press(&s, KEYC_DOWN);
        assert_string_equal(selected_name(&s), "eth0");
        press(&s, 'j');
        assert_string_equal(selected_name(&s), "lan0");
        press(&s, 'j');
        assert_string_equal(selected_name(&s), "epair0a");
        press(&s, 'l');
        assert_string_equal(selected_name(&s), "eth0");
        assert_string_equal(g->jails[g->ifaces[selected(&s).index].jail].name, "www1");
        press(&s, 'k');
        assert_string_equal(selected_name(&s), "www1");
        press(&s, KEYC_END);
        assert_string_equal(selected_name(&s), "eth1");
        press(&s, KEYC_HOME);
        assert_int_equal(selected(&s).type, OBJECT_JAIL);
        assert_int_equal(selected(&s).index, 0);
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

                assert_int_equal(selected(&s).index, jail);
                assert_non_null(strstr(text, "j217")); /* in sight whatever the zoom */
                press(&s, (uint32_t)*k);
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
        press(&s, KEYC_DOWN);
        press(&s, KEYC_UP);
        assert_int_equal(selected(&s).type, OBJECT_NONE);
        assert_true(s.view->about(s.view, &about));
        assert_string_equal(text_str(&about), "j  50 jails  Enter opens it");
        press(&s, KEYC_ENTER);

        CLEANUP(freep) char *opened = scene_draw(&s);

        assert_non_null(strstr(opened, "j17"));
        assert_true(s.view->about(s.view, &later));
        assert_non_null(strstr(text_str(&later), "Enter closes it"));
        press(&s, 'o');

        CLEANUP(freep) char *again = scene_draw(&s);

        assert_null(strstr(again, "j17"));
        scene_done(&s);
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
        press(&s, KEYC_ENTER);
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
        press(&s, 'x');
        press(&s, '[');

        CLEANUP(freep) char *near = scene_draw(&s);

        assert_non_null(strstr(near, "within 1 hop"));
        assert_non_null(strstr(near, "j217"));
        assert_non_null(strstr(near, "bridge4"));
        assert_null(strstr(near, "j218"));
        assert_null(strstr(near, "bridge3"));
        press(&s, ']');

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
        press(&s, 't');
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
                press(&s, 'K');

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
        press(&s, 'v');

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

static void test_panning(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_demo();
        struct scene s;

        scene_init(&s, g, 40, 10, false);

        CLEANUP(freep) char *first = scene_draw(&s);

        press(&s, 'L');
        press(&s, 'J');

        CLEANUP(freep) char *moved = scene_draw(&s);

        assert_string_not_equal(first, moved);
        assert_int_equal(selected(&s).type, OBJECT_NONE); /* panning selects nothing */
        for (int n = 0; n < 50; n++) {
                press(&s, 'H');
                press(&s, 'K');
        }

        CLEANUP(freep) char *back = scene_draw(&s);

        assert_string_equal(first, back);

        struct key wheel = {.code = KEYC_MOUSE, .x = 3, .y = 3, .is_wheel_down = true};

        assert_true(s.view->key(s.view, &wheel, s.area, &s.ui));

        CLEANUP(freep) char *wheeled = scene_draw(&s);

        assert_string_not_equal(first, wheeled);
        scene_done(&s);
}

static void test_mouse_selects(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_demo();
        struct scene s;

        scene_init(&s, g, 80, 20, false);

        CLEANUP(freep) char *text = scene_draw(&s);
        const char *title = strstr(text, "db2");
        int y = 0;

        assert_non_null(title);
        for (const char *p = text; p < title; p++)
                y += *p == '\n';

        struct key click = {.code = KEYC_MOUSE, .x = 60, .y = y + 1, .is_press = true};

        assert_true(s.view->key(s.view, &click, s.area, &s.ui));
        assert_int_equal(selected(&s).type, OBJECT_IFACE);
        assert_string_equal(g->jails[g->ifaces[selected(&s).index].jail].name, "db2");
        click = (struct key){.code = KEYC_MOUSE, .x = 60, .y = y, .is_press = true, .is_right_button = true};
        assert_false(s.view->key(s.view, &click, s.area, &s.ui)); /* selects, and leaves the menu to the console */
        assert_int_equal(selected(&s).type, OBJECT_JAIL);
        assert_string_equal(selected_name(&s), "db2");
        scene_done(&s);
}

/* The cell where a text begins, by a screen that has single-width signs only. */
static struct point find_text(const char *screen, const char *wanted)
{
        const char *found = strstr(screen, wanted);
        struct point p = {0};

        assert_non_null(found);
        for (const char *s = screen; s < found; s++) {
                if (*s == '\n')
                        p = (struct point){0, p.y + 1};
                else if (((unsigned char)*s & 0xc0) != 0x80)
                        p.x++;
        }
        return p;
}

static void mouse(struct scene *s, int x, int y, bool is_press, bool is_drag)
{
        struct key k = {.code = KEYC_MOUSE,
                        .x = x,
                        .y = y,
                        .is_press = is_press,
                        .is_drag = is_drag,
                        .is_release = !is_press && !is_drag};

        (void)s->view->key(s->view, &k, s->area, &s->ui); /* a release may be the console's */
}

/* From empty ground the button draws a rectangle: rows that it touches are marked, boxes that are whole in it are
 * marked themselves, and what was marked before stays so; smaller again, it marks less. A box's title still moves the
 * picture. */
static void test_mouse_marks(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_demo();
        CLEANUP(freep) struct marks *marks = xcalloc(1, sizeof(*marks));
        struct scene s;

        scene_init(&s, g, 120, 36, false);
        s.ui.marks = marks;

        CLEANUP(freep) char *text = scene_draw(&s);
        struct point www1 = find_text(text, "www1"), row = find_text(text, "10.1.0.12"), www2 = find_text(text, "www2"),
                     host = find_text(text, "host");

        (void)marks_set(marks, g, (struct object){OBJECT_IFACE, 0}, true);
        mouse(&s, www1.x + 40, www1.y - 1, true, false); /* beside the boxes, above them */
        mouse(&s, www1.x + 30, row.y, false, true);
        assert_int_equal(marks->count, 1); /* nothing is there */
        mouse(&s, row.x, row.y, false, true);

        CLEANUP(freep) char *drawn = scene_draw(&s);

        assert_non_null(strstr(drawn, "....."));
        assert_int_equal(marks->count, 3); /* a row of each */
        mouse(&s, www1.x - 8, row.y + 1, false, true);
        assert_int_equal(marks->count, 3); /* the boxes themselves now */
        assert_true(marks_has(marks, g, (struct object){OBJECT_JAIL, graph_find_jail(g, "www1")}));
        assert_true(marks_has(marks, g, (struct object){OBJECT_JAIL, graph_find_jail(g, "www2")}));
        mouse(&s, www1.x - 8, www2.y - 1, false, true);
        assert_int_equal(marks->count, 2);
        mouse(&s, www1.x - 8, www2.y - 1, false, false);

        CLEANUP(freep) char *after = scene_draw(&s);

        assert_null(strstr(after, "....."));
        mouse(&s, 0, 0, false, true); /* no button is down */
        assert_int_equal(marks->count, 2);

        mouse(&s, host.x, host.y, true, false);
        mouse(&s, host.x + 20, host.y + 5, false, true);
        mouse(&s, host.x + 20, host.y + 5, false, false);
        assert_int_equal(marks->count, 2);
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

        assert_golden("graph_filter_80x24", text);
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
        press(&s, '+');
        press(&s, '+');
        selection_set(&s.ui.selection, g[0], (struct object){OBJECT_JAIL, graph_find_jail(g[0], "j17")});

        CLEANUP(freep) char *before = scene_draw(&s);

        s.ui.graph = g[1];
        press(&s, 'h'); /* a step to nowhere or to the host and back: the selection is j17's again */
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

        assert_golden("graph_picture_seeds", text);
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
                cmocka_unit_test(test_many_jails_begin_with_an_overview),
                cmocka_unit_test(test_troubles_are_seen),
                cmocka_unit_test(test_keys_walk_the_graph),
                cmocka_unit_test(test_zoom_keeps_the_selection),
                cmocka_unit_test(test_groups_open_and_close),
                cmocka_unit_test(test_places_outlive_the_view),
                cmocka_unit_test(test_focus),
                cmocka_unit_test(test_follow),
                cmocka_unit_test(test_map),
                cmocka_unit_test(test_panning),
                cmocka_unit_test(test_mouse_selects),
                cmocka_unit_test(test_mouse_marks),
                cmocka_unit_test(test_edges_have_plots),
                cmocka_unit_test(test_filter),
                cmocka_unit_test(test_a_change_moves_nothing_in_sight),
                cmocka_unit_test(test_picture),
        };

        if (!setlocale(LC_ALL, "C.UTF-8"))
                (void)setlocale(LC_ALL, ""); /* widths of letters are libc's */
        return cmocka_run_group_tests(tests, NULL, NULL);
}
