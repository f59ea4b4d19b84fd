/* test_events.c - what changed, as lines: what is kept, in which order, and the view that lists them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/text.h"
#include "tests/lib/topo.h"
#include "ui/tui/events.h"
#include "ui/tui/view.h"

static void freee(struct events **ev)
{
        events_free(*ev);
}

static void freec(struct canvas **c)
{
        canvas_free(*c);
}

/* As many changes of two of the demo's interfaces, one after another, each with a time of its own. */
static void change(struct events *ev, const struct graph *g, size_t times)
{
        size_t a = graph_find_iface_in(g, graph_find_jail(g, "www1"), "eth0");
        size_t b = graph_find_iface_in(g, graph_find_jail(g, "db1"), "eth0");
        CLEANUP(graph_unrefp) const struct graph *none = topo_empty();

        for (size_t n = 0; n < times; n++) {
                const struct diff_entry e = {n % 2 ? DIFF_IFACE_ADDED : DIFF_IFACE_GONE, n % 2 ? NONE : a,
                                             n % 2 ? b : NONE};

                events_note(ev, n % 2 ? none : g, n % 2 ? g : none, &e, 1, 1000000 + (int64_t)n);
        }
}

static void the_newest_are_kept(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_demo();
        CLEANUP(freee) struct events *ev = events_new();
        struct diff_entry *many = xcalloc(2 * EVENTS_MAX + 7, sizeof(*many));

        assert_int_equal(events_newest(ev), 0);
        change(ev, g, 2);
        assert_int_equal(events_newest(ev), 2);
        assert_int_equal(events_oldest(ev), 1);
        assert_string_equal(events_get(ev, 1)->line, "www1/eth0: gone");
        assert_int_equal(events_get(ev, 1)->sign, '-');
        assert_string_equal(events_get(ev, 2)->line, "db1/eth0: new");
        assert_int_equal(events_get(ev, 2)->sign, '+');
        assert_int_equal(events_get(ev, 2)->when_s, 1000001);

        events_note_done(ev, "done: create jail x", 1000002);
        assert_int_equal(events_get(ev, 3)->sign, '*');
        assert_int_equal(events_get(ev, 3)->about.type, OBJECT_NONE);

        /* The same interface under another number is neither gone nor new. */
        size_t same = graph_find_iface_in(g, graph_find_jail(g, "www1"), "eth0");
        const struct diff_entry numbers[] = {{DIFF_IFACE_GONE, same, NONE}, {DIFF_IFACE_ADDED, NONE, same}};

        events_note(ev, g, g, numbers, 2, 1000003);
        assert_int_equal(events_newest(ev), 3);

        /* More at once than are kept. */
        for (size_t n = 0; n < 2 * EVENTS_MAX + 7; n++)
                many[n] = (struct diff_entry){DIFF_JAIL_ADDED, NONE, 1 + n % 2};
        events_note(ev, g, g, many, 2 * EVENTS_MAX + 7, 2000000);
        free(many);
        assert_int_equal(events_newest(ev), 3 + 2 * EVENTS_MAX + 7);
        assert_int_equal(events_newest(ev) - events_oldest(ev) + 1, EVENTS_MAX);
        for (uint64_t n = events_oldest(ev); n <= events_newest(ev); n++) {
                assert_int_equal(events_get(ev, n)->number, n);
                assert_non_null(strstr(events_get(ev, n)->line, ": new jail"));
        }
}

static char *draw(struct view *v, struct ui *u)
{
        CLEANUP(freec) struct canvas *c = canvas_new(80, 10, false);

        v->draw(v, c, (struct rect){0, 0, 80, 10}, u);
        return canvas_to_text(c);
}

static void press(struct view *v, struct ui *u, uint32_t code)
{
        const struct key k = {.code = code};

        assert_true(v->key(v, &k, (struct rect){0, 0, 80, 10}, u));
}

/* The newest is first; the bar stays on what it is on when newer ones come, and selects what is there still; while the
 * picture is paused, newer ones are not told. */
static void the_view_lists_them(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_demo();
        CLEANUP(freee) struct events *ev = events_new();
        struct ui u = {.graph = g, .events = ev};
        struct view *v = view_events_new();

        CLEANUP(freep) char *none = draw(v, &u);

        assert_non_null(strstr(none, "Nothing has changed"));
        change(ev, g, 6);

        CLEANUP(freep) char *six = draw(v, &u);
        const char *gone = strstr(six, "- www1/eth0: gone"), *new = strstr(six, "+ db1/eth0: new");

        assert_true(gone && new &&new < gone);
        assert_int_equal(u.selection.type, OBJECT_NONE); /* to look selects nothing */
        press(v, &u, KEYC_DOWN);
        assert_int_equal(u.selection.type, OBJECT_IFACE);
        assert_int_equal(u.selection.number,
                         g->ifaces[graph_find_iface_in(g, graph_find_jail(g, "www1"), "eth0")].number);
        change(ev, g, 2);
        press(v, &u, KEYC_DOWN); /* three rows down by now, and one more */
        assert_int_equal(u.selection.number,
                         g->ifaces[graph_find_iface_in(g, graph_find_jail(g, "db1"), "eth0")].number);

        u.events_until = 1;

        CLEANUP(freep) char *paused = draw(v, &u);

        assert_non_null(strstr(paused, "www1/eth0: gone"));
        assert_null(strstr(paused, "db1/eth0"));
        u.events_until = 0;
        (void)str_copy(u.filter, sizeof(u.filter), "db1");

        CLEANUP(freep) char *filtered = draw(v, &u);

        assert_non_null(strstr(filtered, "db1/eth0: new"));
        assert_null(strstr(filtered, "www1"));
        v->free(v);
}

int main(void)
{
        const struct CMUnitTest tests[] = {cmocka_unit_test(the_newest_are_kept),
                                           cmocka_unit_test(the_view_lists_them)};

        return cmocka_run_group_tests(tests, NULL, NULL);
}
