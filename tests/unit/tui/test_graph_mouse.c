/* test_graph_mouse.c - the mouse in the Graph view: it selects, and marks by a rectangle. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/text.h"
#include "tests/lib/scene.h"
#include "tests/lib/topo.h"
#include "ui/tui/marks.h"

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
        assert_int_equal(scene_selected(&s).type, OBJECT_IFACE);
        assert_string_equal(g->jails[g->ifaces[scene_selected(&s).index].jail].name, "db2");
        click = (struct key){.code = KEYC_MOUSE, .x = 60, .y = y, .is_press = true, .is_right_button = true};
        assert_false(s.view->key(s.view, &click, s.area, &s.ui)); /* selects, and leaves the menu to the console */
        assert_int_equal(scene_selected(&s).type, OBJECT_JAIL);
        assert_string_equal(scene_selected_name(&s), "db2");
        scene_done(&s);
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
        struct point www1 = scene_find(text, "www1"), row = scene_find(text, "10.1.0.12"),
                     www2 = scene_find(text, "www2"), host = scene_find(text, "host");

        (void)marks_set(marks, g, (struct object){OBJECT_IFACE, 0}, true);
        scene_mouse(&s, www1.x + 40, www1.y - 1, true, false); /* beside the boxes, above them */
        scene_mouse(&s, www1.x + 30, row.y, false, true);
        assert_int_equal(marks->count, 1); /* nothing is there */
        scene_mouse(&s, row.x, row.y, false, true);

        CLEANUP(freep) char *drawn = scene_draw(&s);

        assert_non_null(strstr(drawn, "....."));
        assert_int_equal(marks->count, 3); /* a row of each */
        scene_mouse(&s, www1.x - 8, row.y + 1, false, true);
        assert_int_equal(marks->count, 3); /* the boxes themselves now */
        assert_true(marks_has(marks, g, (struct object){OBJECT_JAIL, graph_find_jail(g, "www1")}));
        assert_true(marks_has(marks, g, (struct object){OBJECT_JAIL, graph_find_jail(g, "www2")}));
        scene_mouse(&s, www1.x - 8, www2.y - 1, false, true);
        assert_int_equal(marks->count, 2);
        scene_mouse(&s, www1.x - 8, www2.y - 1, false, false);

        CLEANUP(freep) char *after = scene_draw(&s);

        assert_null(strstr(after, "....."));
        scene_mouse(&s, 0, 0, false, true); /* no button is down */
        assert_int_equal(marks->count, 2);

        scene_mouse(&s, host.x, host.y, true, false);
        scene_mouse(&s, host.x + 20, host.y + 5, false, true);
        scene_mouse(&s, host.x + 20, host.y + 5, false, false);
        assert_int_equal(marks->count, 2);
        scene_done(&s);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_mouse_selects),
                cmocka_unit_test(test_mouse_marks),
        };

        if (!setlocale(LC_ALL, "C.UTF-8"))
                (void)setlocale(LC_ALL, ""); /* widths of letters are libc's */
        return cmocka_run_group_tests(tests, NULL, NULL);
}
