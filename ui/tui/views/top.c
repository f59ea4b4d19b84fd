/* top.c - the Top view: the interfaces that carry most, busiest first, with what they carried in the last minutes. */
#include <stdlib.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/intl.h"
#include "core/base/text.h"
#include "ui/tui/history.h"
#include "ui/tui/plot.h"
#include "ui/tui/view.h"
#include "ui/tui/views/describe.h"
#include "ui/tui/views/rows.h"

#define STEADY_SECONDS 5 /* what decides the order: a second alone would make rows jump */

enum top_column { TOP_JAIL, TOP_NAME, TOP_RX, TOP_TX, TOP_SHARE, TOP_PAST, TOP_COLUMNS };

static const struct column columns[TOP_COLUMNS] = {
        [TOP_JAIL] = {.title = N_("Jail"), .width = 0, .weight = 3},
        [TOP_NAME] = {.title = N_("Interface"), .width = 15},
        [TOP_RX] = {.title = N_("Receives"), .width = 10, .is_right = true},
        [TOP_TX] = {.title = N_("Sends"), .width = 10, .is_right = true},
        [TOP_SHARE] = {.title = N_(" Of the busiest"), .width = 17, .from_width = 100},
        [TOP_PAST] = {.title = "", .width = 0, .weight = 8}, /* by the range that is looked at */
};

struct top_row {
        size_t iface;
        uint64_t mean; /* of both directions */
        uint64_t key;  /* what decides the order, the largest first */
};

/* What it is sorted by; the last column stands for both directions together. */
static const enum top_column sorts[] = {TOP_RX, TOP_TX, TOP_PAST};

struct top_view {
        struct view view;
        struct rows rows;
        struct top_row *items;
        size_t capacity;
        bool is_selected; /* what the cursor is on is the selection */
        size_t sort;      /* index in sorts */
};

/* What qsort_r hands to the comparison. */
struct order {
        const struct graph *graph;
};

static int compare_rows(const void *a, const void *b, void *user)
{
        const struct top_row *x = a, *y = b;
        const struct graph *g = ((const struct order *)user)->graph;

        if (x->key != y->key)
                return x->key > y->key ? -1 : 1;
        return g->ifaces[x->iface].number < g->ifaces[y->iface].number ? -1 : 1;
}

/* The near end of a pair counts what its far end counts, and a bridge what its ports do: each is listed once. */
static bool is_counted_elsewhere(const struct ui *u, size_t iface)
{
        const struct iface *i = &u->graph->ifaces[iface];

        if (u->show_all)
                return false;
        return i->kind == KIND_BRIDGE || i->kind == KIND_BOND ||
                (i->master != NONE && i->peer != NONE && u->graph->ifaces[i->peer].jail != i->jail);
}

/* What decides the order: the last seconds, of a longer range all of it. False: nothing was carried in it. */
static bool measure(const struct top_view *t, const struct ui *u, size_t iface, struct top_row *ret)
{
        uint64_t rx[HISTORY_STEPS], tx[HISTORY_STEPS], sum[2] = {0, 0};
        size_t count = history_bars(u->history, u->graph->ifaces[iface].number, u->range, HISTORY_STEPS, rx, tx);
        size_t from = u->range == HISTORY_TWO_MINUTES ? count - STEADY_SECONDS : 0;
        bool has_any = false;

        for (size_t n = 0; n < count; n++) {
                has_any |= rx[n] || tx[n];
                sum[0] += n < from ? 0 : rx[n];
                sum[1] += n < from ? 0 : tx[n];
        }
        *ret = (struct top_row){.iface = iface, .mean = (sum[0] + sum[1]) / (count > from ? count - from : 1)};
        ret->key = sorts[t->sort] == TOP_RX ? sum[0] : sorts[t->sort] == TOP_TX ? sum[1] : sum[0] + sum[1];
        return has_any;
}

static void rows_collect(struct top_view *t, struct ui *u)
{
        struct object o = selection_resolve(&u->selection, u->graph);

        struct order order = {u->graph};

        t->rows.count = 0;
        for (size_t i = 0; u->history && i < u->graph->iface_count; i++) {
                struct top_row row;

                if (!ui_shows_iface(u, i) || is_counted_elsewhere(u, i) || !measure(t, u, i, &row))
                        continue;
                t->items = array_grow(t->items, &t->capacity, t->rows.count, sizeof(*t->items));
                t->items[t->rows.count++] = row;
        }
        if (t->rows.count > 1)
                qsort_r(t->items, t->rows.count, sizeof(*t->items), compare_rows, &order);
        if (t->rows.cursor >= t->rows.count)
                t->rows.cursor = t->rows.count ? t->rows.count - 1 : 0;
        t->is_selected = false;
        for (size_t r = 0; o.type == OBJECT_IFACE && r < t->rows.count; r++) {
                if (t->items[r].iface == o.index) {
                        t->rows.cursor = r;
                        t->is_selected = true;
                }
        }
}

static void draw_share(struct canvas *c, int x, int y, int w, uint64_t value, uint64_t top)
{
        int filled = top ? (int)((double)value / (double)top * (double)w + 0.5) : 0;

        if (!filled && value)
                filled = 1;
        canvas_hline(c, x, x + w - 1, y, LINE_LIGHT, STYLE_DIM);
        if (filled > 1)
                canvas_hline(c, x, x + filled - 1, y, LINE_HEAVY, STYLE_EDGE_BUSY);
        else if (filled)
                canvas_put(c, x, y, canvas_sign(c, SIGN_BULLET), STYLE_EDGE_BUSY);
}

static void draw_row(const struct top_view *t, struct canvas *c, struct rect area, int y, const struct columns *at,
                     const struct ui *u, const struct top_row *row)
{
        const struct iface *i = &u->graph->ifaces[row->iface];
        uint64_t rx[HISTORY_STEPS], tx[HISTORY_STEPS], highest = 0;
        struct rect past = {area.x + at->x[TOP_PAST] + 1, y, at->w[TOP_PAST] - 1, 1};
        char buf[RATE_TEXT_SIZE];
        size_t count;

        columns_draw_cell(c, area, y, columns, at, TOP_JAIL, STYLE_NORMAL,
                          i->jail ? u->graph->jails[i->jail].name : "host");
        columns_draw_cell(c, area, y, columns, at, TOP_NAME, ui_is_recent(u, i) ? STYLE_CHANGED : STYLE_NORMAL,
                          i->name);
        columns_draw_cell(c, area, y, columns, at, TOP_RX, STYLE_NORMAL, describe_rate(i->rx_Bps, buf));
        columns_draw_cell(c, area, y, columns, at, TOP_TX, STYLE_NORMAL, describe_rate(i->tx_Bps, buf));
        if (at->w[TOP_SHARE] > 2)
                draw_share(c, area.x + at->x[TOP_SHARE] + 1, y, at->w[TOP_SHARE] - 2, row->mean, t->items[0].mean);
        count = history_bars(u->history, i->number, u->range, past.w > 0 ? (size_t)past.w : 0, rx, tx);
        for (size_t n = 0; n < count; n++) {
                rx[n] += tx[n];
                highest = rx[n] > highest ? rx[n] : highest;
        }
        plot_draw(c, past, STYLE_EDGE_BUSY, rx, count, highest + highest / 7 + 1); /* the rows' bars don't touch */
}

static void top_draw(struct view *v, struct canvas *c, struct rect area, struct ui *u)
{
        struct top_view *t = (struct top_view *)v;
        size_t visible = area.h > 1 ? (size_t)area.h - 1 : 0;
        struct rect body = {area.x, area.y + 1, area.w, area.h - 1};
        struct column titled[TOP_COLUMNS];
        CLEANUP(freep) char *past = xasprintf(" %s", ui_range_name(u));
        struct columns at;

        rows_collect(t, u);
        rows_scroll_to_cursor(&t->rows, visible);
        memcpy(titled, columns, sizeof(columns));
        titled[TOP_PAST].title = past;
        columns_place(columns, TOP_COLUMNS, area.w - 1, &at);
        columns_draw_header(c, area, titled, TOP_COLUMNS, &at, sorts[t->sort], false);
        if (t->rows.count == 0)
                (void)canvas_text(c, area.x + 2, body.y + 1, area.w - 3, STYLE_DIM,
                                  u->filter[0] ? _("Nothing that matches the filter carried anything; f changes it.")
                                               : _("Nothing was carried in that time; - looks back further."));
        for (size_t n = 0; n < visible && t->rows.top + n < t->rows.count; n++) {
                draw_row(t, c, area, body.y + (int)n, &at, u, &t->items[t->rows.top + n]);
                if (t->is_selected && t->rows.top + n == t->rows.cursor)
                        canvas_reverse(c, (struct rect){area.x, body.y + (int)n, at.x[TOP_PAST], 1});
        }
        rows_draw_scrollbar(c, body, &t->rows, visible);
}

static void select_cursor(struct top_view *t, struct ui *u)
{
        if (t->rows.cursor >= t->rows.count)
                return;
        selection_set(&u->selection, u->graph, (struct object){OBJECT_IFACE, t->items[t->rows.cursor].iface});
}

static void change_sort(struct top_view *t, size_t by)
{
        t->sort = (t->sort + by) % ARRAY_SIZE(sorts);
}

/* On the header: sorts by that column, where it can be. */
static void press_header(struct top_view *t, int x, int width)
{
        struct columns at;

        columns_place(columns, TOP_COLUMNS, width - 1, &at);
        for (size_t n = 0; n < ARRAY_SIZE(sorts); n++) {
                if (x >= at.x[sorts[n]] && x <= at.x[sorts[n]] + at.w[sorts[n]])
                        change_sort(t, n + ARRAY_SIZE(sorts) - t->sort);
        }
}

static bool top_key(struct view *v, const struct key *k, struct rect area, struct ui *u)
{
        struct top_view *t = (struct top_view *)v;
        size_t visible = area.h > 1 ? (size_t)area.h - 1 : 0;
        size_t row = t->rows.top + (size_t)(k->y - area.y - 1);

        rows_collect(t, u);
        if (rows_key(&t->rows, k, visible)) {
                select_cursor(t, u);
                return true;
        }
        if (ui_range_key(u, k))
                return true;
        switch (k->code) {
        case '<':
        case ',': change_sort(t, ARRAY_SIZE(sorts) - 1); return true;
        case '>':
        case KEYC_F6: change_sort(t, 1); return true;
        default: break;
        }
        if (k->code != KEYC_MOUSE || !k->is_press || !rect_has(area, k->x, k->y))
                return false;
        if (k->y == area.y) {
                press_header(t, k->x - area.x, area.w);
                return true;
        }
        if (row >= t->rows.count)
                return false;
        t->rows.cursor = row;
        select_cursor(t, u);
        return !k->is_double; /* a double click is the console's Enter */
}

static void top_free(struct view *v)
{
        struct top_view *t = (struct top_view *)v;

        free(t->items);
        free(t);
}

struct view *view_top_new(void)
{
        struct top_view *t = xcalloc(1, sizeof(*t));

        t->sort = ARRAY_SIZE(sorts) - 1;
        t->view = (struct view){.name = "Top",
                                .hints = N_("<>:sort +/-:time .:all"),
                                .draw = top_draw,
                                .rows = &t->rows,
                                .key = top_key,
                                .free = top_free};
        return &t->view;
}
