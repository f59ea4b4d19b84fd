/* test_history.c - rates over time: what is kept, how exact, for how long; and how they are drawn. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <locale.h>
#include <string.h>

#include "core/base/alloc.h"
#include "tests/lib/topo.h"
#include "ui/tui/history.h"
#include "ui/tui/plot.h"
#include "ui/tui/view.h"

static void freeh(struct history **h)
{
        history_free(*h);
}

static void freec(struct canvas **c)
{
        canvas_free(*c);
}

/* The demo, with a rate on each of db1's and www1's interfaces. */
static void set_rates(const struct graph *g, uint64_t db1, uint64_t www1)
{
        struct iface *a = &g->ifaces[graph_find_iface_in(g, graph_find_jail(g, "db1"), "eth0")];
        struct iface *b = &g->ifaces[graph_find_iface_in(g, graph_find_jail(g, "www1"), "eth0")];

        a->rx_Bps = db1;
        a->tx_Bps = db1 == RATE_UNKNOWN ? RATE_UNKNOWN : 2 * db1;
        b->rx_Bps = b->tx_Bps = www1;
}

/* Steps stand at multiples of their length: a second changes the last one alone, and silence is none. */
static void steps_stand_still(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_demo();
        CLEANUP(freeh) struct history *h = history_new();
        uint64_t steps[4], later[4];
        uint32_t number = g->ifaces[graph_find_iface_in(g, graph_find_jail(g, "www1"), "eth0")].number;

        for (int s = 1000; s < 1017; s++) {
                set_rates(g, 0, s < 1010 ? 100 : 400);
                history_note(h, g, (int64_t)s * 1000);
        }
        assert_true(history_steps(h, number, 5, 1016500, 4, steps));
        for (int n = 0; n < 4; n++)
                assert_int_equal(steps[n], n < 2 ? 200 : 800);
        set_rates(g, 0, 0);
        history_note(h, g, 1017000);
        assert_true(history_steps(h, number, 5, 1017900, 4, later));
        assert_memory_equal(steps, later, 3 * sizeof(steps[0]));
        assert_int_equal(later[3], 800 * 2 / 3);
        assert_true(history_steps(h, number, 5, 1030000, 4, later)); /* nothing was told since */
        assert_int_equal(later[3], 0);
        assert_false(history_steps(h, number, 5, 1060000, 4, later));
        assert_false(history_steps(h, 999999, 5, 1017000, 4, later));
}

static uint32_t number_of(const struct graph *g, const char *jail)
{
        return g->ifaces[graph_find_iface_in(g, graph_find_jail(g, jail), "eth0")].number;
}

static void samples_come_back(void **state)
{
        (void)state;
        static const uint64_t rates[] = {0, 1, 1023, 1024, 99999, 123456789, 40000000000, RATE_UNKNOWN};
        CLEANUP(graph_unrefp) const struct graph *g = topo_demo();
        CLEANUP(freeh) struct history *h = history_new();
        uint64_t rx[ARRAY_SIZE(rates)], tx[ARRAY_SIZE(rates)];

        for (size_t n = 0; n < ARRAY_SIZE(rates); n++) {
                set_rates(g, rates[n], 0);
                history_note(h, g, (int64_t)(1000 + n) * 1000);
        }
        assert_true(history_read(h, number_of(g, "db1"), ARRAY_SIZE(rates), rx, tx));
        for (size_t n = 0; n < ARRAY_SIZE(rates); n++) {
                uint64_t wanted = rates[n] == RATE_UNKNOWN ? 0 : rates[n];

                assert_in_range(rx[n], wanted - wanted / 1000, wanted);
                assert_in_range(tx[n], 2 * wanted - 2 * wanted / 1000, 2 * wanted);
        }
        assert_false(history_read(h, number_of(g, "www1"), 3, rx, NULL)); /* never carried anything */
        assert_int_equal(rx[2], 0);
}

/* The last sample of a second counts, a missed second is like the next one, longer gaps are silence; then it is over.
 */
static void time_goes_on(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_demo();
        CLEANUP(freeh) struct history *h = history_new();
        uint64_t rx[6];

        set_rates(g, 100, 0);
        history_note(h, g, 50000);
        set_rates(g, 200, 0);
        history_note(h, g, 50900);
        set_rates(g, 300, 0);
        history_note(h, g, 52100); /* 51 is missing */
        set_rates(g, 400, 0);
        history_note(h, g, 55000); /* 53 and 54 are */
        assert_true(history_read(h, number_of(g, "db1"), 6, rx, NULL));
        assert_memory_equal(rx, ((uint64_t[]){200, 300, 300, 0, 0, 400}), sizeof(rx));
        assert_int_equal(history_mean(h, number_of(g, "db1"), 2), 600); /* both directions: 1200 in two seconds */

        set_rates(g, 0, 0);
        for (int64_t s = 56; s < 55 + HISTORY_SECONDS; s++)
                history_note(h, g, s * 1000);
        assert_true(history_read(h, number_of(g, "db1"), 6, rx, NULL));
        history_note(h, g, (55 + HISTORY_SECONDS) * 1000);
        assert_false(history_read(h, number_of(g, "db1"), 6, rx, NULL));
}

/* Longer ranges are means of longer steps; what they add up to is what was carried, and the room decides how many steps
 * make a bar. */
static void long_ranges_are_means(void **state)
{
        (void)state;
        static const int64_t lengths[HISTORY_RANGES] = {1, 5, 30, 720};
        CLEANUP(graph_unrefp) const struct graph *g = topo_demo();
        CLEANUP(freeh) struct history *h = history_new();
        uint64_t rx[HISTORY_STEPS], tx[HISTORY_STEPS];
        int64_t begin = 720 * 1000, end = begin + 3600;

        for (int64_t s = begin; s < end; s++) {
                set_rates(g, s < end - 1800 ? 1000000 : 0, 0);
                history_note(h, g, s * 1000);
        }
        assert_false(history_read(h, number_of(g, "db1"), HISTORY_SECONDS, rx, tx)); /* two minutes: silence */
        for (enum history_range r = HISTORY_TWO_MINUTES; r < HISTORY_RANGES; r++) {
                for (size_t columns = 20; columns <= 200; columns += 45) {
                        size_t count = history_bars(h, number_of(g, "db1"), r, columns, rx, tx);
                        int64_t together = (HISTORY_STEPS + (int64_t)columns - 1) / (int64_t)columns;
                        double sum = 0;

                        assert_in_range(count, 1, columns < HISTORY_STEPS ? columns : HISTORY_STEPS);
                        for (size_t n = 0; n < count; n++) {
                                sum += (double)rx[n] * (double)(lengths[r] * together);
                                assert_true((tx[n] > rx[n]) == (rx[n] > 0)); /* twice as much */
                        }
                        /* Half an hour lies in the last hour and in the last day, but for what shares a bar with it. */
                        if (r < HISTORY_HOUR)
                                assert_true(sum == 0);
                        else
                                assert_true(sum > 0.9 * 1800e6 && sum < 1.6 * 1800e6);
                }
        }
        assert_int_equal(history_bars(h, number_of(g, "db1"), HISTORY_HOUR, 0, rx, tx), 0);
        assert_int_equal(history_bars(h, 999999, HISTORY_DAY, 120, rx, tx), 120);
        assert_int_equal(rx[119], 0);
}

/* What is looked at while the other goes on stays as it is; what is gone is forgotten, what rests is not. */
static void a_copy_stands_still(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_demo();
        CLEANUP(freeh) struct history *h = history_new();
        uint64_t rx[3];

        for (int64_t s = 5000; s < 5010; s++) {
                set_rates(g, 300, 0);
                history_note(h, g, s * 1000);
        }

        CLEANUP(freeh) struct history *copy = history_copy(h);

        set_rates(g, 700, 0);
        for (int64_t s = 5010; s < 5020; s++)
                history_note(h, g, s * 1000);
        assert_true(history_read(copy, number_of(g, "db1"), 3, rx, NULL));
        assert_memory_equal(rx, ((uint64_t[]){300, 300, 300}), sizeof(rx));
        assert_true(history_read(h, number_of(g, "db1"), 3, rx, NULL));
        assert_memory_equal(rx, ((uint64_t[]){700, 700, 700}), sizeof(rx));

        uint64_t hour_rx[HISTORY_STEPS], hour_tx[HISTORY_STEPS];

        set_rates(g, 0, 0);
        for (int64_t s = 5020; s < 6000; s++)
                history_note(h, g, s * 1000);
        (void)history_bars(h, number_of(g, "db1"), HISTORY_HOUR, HISTORY_STEPS, hour_rx, hour_tx);
        assert_true(hour_rx[HISTORY_STEPS - 1 - (5999 / 30 - 5010 / 30)] > 200);
}

/* An interface that comes a second late, or twice in one second, counts once in every range. */
static void each_second_counts_once(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_demo();
        CLEANUP(freeh) struct history *h = history_new();
        uint64_t rx[HISTORY_STEPS], tx[HISTORY_STEPS];

        set_rates(g, 100, 0);
        for (int64_t ms = 300000; ms < 310000; ms += 250)
                history_note(h, g, ms);
        (void)history_bars(h, number_of(g, "db1"), HISTORY_TEN_MINUTES, HISTORY_STEPS, rx, tx);
        assert_int_equal(rx[HISTORY_STEPS - 1], 100);
        assert_in_range(rx[HISTORY_STEPS - 2], 96, 104);
        (void)history_bars(h, number_of(g, "db1"), HISTORY_DAY, HISTORY_STEPS, rx, tx);
        assert_int_equal(rx[HISTORY_STEPS - 1], 100); /* of the seconds that are known of */
}

static void bars_have_their_height(void **state)
{
        (void)state;
        static const uint64_t values[] = {9, 0, 1, 50, 100};
        CLEANUP(freec)
        struct canvas *line = canvas_new(4, 1, false), *ascii = canvas_new(4, 1, true), *tall = canvas_new(4, 2, false);

        plot_draw(line, (struct rect){0, 0, 4, 1}, STYLE_NORMAL, values, 5, 0);
        plot_draw(ascii, (struct rect){0, 0, 4, 1}, STYLE_NORMAL, values, 5, 100);
        plot_draw(tall, (struct rect){0, 0, 4, 2}, STYLE_NORMAL, values, 5, 200);

        CLEANUP(freep) char *a = canvas_to_text(line), *b = canvas_to_text(ascii), *c = canvas_to_text(tall);

        assert_string_equal(a, " \u2581\u2584\u2587\n"); /* the last four; little is not nothing, and the highest does
                                                            not touch what is above */
        assert_string_equal(b, " .:#\n");
        assert_string_equal(c, "\n \u2581\u2584\u2588\n");
}

static char *draw_top(struct view *v, struct ui *u, int w)
{
        CLEANUP(freec) struct canvas *c = canvas_new(w, 8, false);

        v->draw(v, c, (struct rect){0, 0, w, 8}, u);
        return canvas_to_text(c);
}

/* The busiest first; what the near end of a pair counts is not listed twice; the bar is on what is selected. */
static void top_is_in_order(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_demo();
        CLEANUP(freeh) struct history *h = history_new();
        struct ui u = {.graph = g, .history = h};
        struct view *v = view_top_new();
        struct rect area = {0, 0, 100, 8};

        for (size_t i = 0; i < g->iface_count; i++)
                g->ifaces[i].rx_Bps = g->ifaces[i].tx_Bps = 0;

        CLEANUP(freep) char *none = draw_top(v, &u, 100);

        assert_non_null(strstr(none, "Nothing was carried"));
        set_rates(g, 1000, 20000);
        g->ifaces[g->ifaces[graph_find_iface_in(g, graph_find_jail(g, "www1"), "eth0")].peer].rx_Bps = 20000;
        history_note(h, g, 7000);

        CLEANUP(freep) char *both = draw_top(v, &u, 100);
        const char *www1 = strstr(both, "www1"), *db1 = strstr(both, "db1");

        assert_true(www1 && db1 && www1 < db1);
        assert_null(strstr(both, "host"));
        u.show_all = true;

        CLEANUP(freep) char *all = draw_top(v, &u, 100);

        assert_non_null(strstr(all, "host"));
        u.show_all = false;
        assert_true(v->key(v, &(struct key){.code = KEYC_DOWN}, area, &u));
        assert_int_equal(selection_resolve(&u.selection, g).index,
                         graph_find_iface_in(g, graph_find_jail(g, "db1"), "eth0"));
        v->free(v);
}

/* A change is new, then fades, then is over; while a dialog is open it stays. */
static void changes_fade(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_demo();
        size_t iface = graph_find_iface_in(g, graph_find_jail(g, "db1"), "eth0");
        struct recent change = {.number = g->ifaces[iface].number, .at_ms = 1000};
        struct ui u = {.graph = g, .recent = &change, .recent_count = 1, .now_ms = 1000};
        struct object o = {OBJECT_IFACE, iface}, other = {OBJECT_JAIL, 1};

        assert_int_equal(ui_recency(&u, o), RECENCY_NEW);
        assert_int_equal(ui_recency(&u, other), RECENCY_NONE);
        u.now_ms = 1000 + RECENT_NEW_MS;
        assert_int_equal(ui_recency(&u, o), RECENCY_FADING);
        u.now_ms = 1000 + RECENT_MS;
        assert_int_equal(ui_recency(&u, o), RECENCY_NONE);
        u.is_frozen = true;
        assert_int_equal(ui_recency(&u, o), RECENCY_NEW);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(samples_come_back),
                cmocka_unit_test(steps_stand_still),
                cmocka_unit_test(long_ranges_are_means),
                cmocka_unit_test(a_copy_stands_still),
                cmocka_unit_test(each_second_counts_once),
                cmocka_unit_test(time_goes_on),
                cmocka_unit_test(bars_have_their_height),
                cmocka_unit_test(top_is_in_order),
                cmocka_unit_test(changes_fade),
        };

        if (!setlocale(LC_ALL, "C.UTF-8"))
                (void)setlocale(LC_ALL, ""); /* widths of letters are libc's */
        return cmocka_run_group_tests(tests, NULL, NULL);
}
