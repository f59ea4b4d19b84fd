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
#define HELD_MAX       4096

enum top_column { TOP_JAIL, TOP_NAME, TOP_RX, TOP_TX, TOP_SHARE, TOP_PAST, TOP_COLUMNS };

static const struct column columns[TOP_COLUMNS] = {
        [TOP_JAIL] = {.title = N_("Jail"), .width = 0, .weight = 3},
        [TOP_NAME] = {.title = N_("Interface"), .width = 15},
        [TOP_RX] = {.title = N_("Receives"), .width = 10, .is_right = true},
        [TOP_TX] = {.title = N_("Sends"), .width = 10, .is_right = true},
        [TOP_SHARE] = {.title = N_(" Of the busiest"), .width = 17, .from_width = 100},
        [TOP_PAST] = {.title = N_(" The last two minutes"), .width = 0, .weight = 8},
};

struct top_row {
        size_t iface;
        uint64_t mean;    /* of both directions */
        uint64_t key;     /* what decides the order, the largest first */
        uint64_t highest; /* of both in any second that is shown */
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
        bool is_held;     /* rows stay where they are, whatever they carry now */
        uint32_t *held;   /* numbers of the interfaces, in the order that is held */
        size_t held_count;
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

/* False: nothing was carried in any second that is shown. */
static bool measure(const struct top_view *t, const struct ui *u, size_t iface, struct top_row *ret)
{
        uint64_t rx[HISTORY_SECONDS], tx[HISTORY_SECONDS], sum[2] = {0, 0};
        uint32_t number = u->graph->ifaces[iface].number;

        *ret = (struct top_row){.iface = iface};
        if (!history_read(u->history, number, HISTORY_SECONDS, rx, tx))
                return false;
        for (size_t n = 0; n < HISTORY_SECONDS; n++)
                ret->highest = rx[n] + tx[n] > ret->highest ? rx[n] + tx[n] : ret->highest;
        for (size_t n = HISTORY_SECONDS - STEADY_SECONDS; n < HISTORY_SECONDS; n++) {
                sum[0] += rx[n];
                sum[1] += tx[n];
        }
        ret->mean = history_mean(u->history, number, STEADY_SECONDS);
        ret->key = sorts[t->sort] == TOP_RX ? sum[0] : sorts[t->sort] == TOP_TX ? sum[1] : ret->mean;
        return ret->highest > 0;
}

/* While the order is held: those that it has stand as they stood, and others behind them. */
static void keep_order(struct top_view *t, const struct graph *g)
{
        for (size_t r = 0; r < t->rows.count; r++) {
                size_t at = 0;

                while (at < t->held_count && t->held[at] != g->ifaces[t->items[r].iface].number)
                        at++;
                t->items[r].key = t->held_count - at;
        }
}

static void toggle_hold(struct top_view *t, const struct graph *g)
{
        t->is_held = !t->is_held;
        free(t->held);
        t->held_count = t->is_held ? (t->rows.count < HELD_MAX ? t->rows.count : HELD_MAX) : 0;
        t->held = xcalloc(t->held_count + 1, sizeof(*t->held));
        for (size_t r = 0; r < t->held_count; r++)
                t->held[r] = g->ifaces[t->items[r].iface].number;
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
        if (t->is_held)
                keep_order(t, u->graph);
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
        uint64_t rx[HISTORY_SECONDS], tx[HISTORY_SECONDS];
        char buf[RATE_TEXT_SIZE];

        columns_draw_cell(c, area, y, columns, at, TOP_JAIL, STYLE_NORMAL,
                          i->jail ? u->graph->jails[i->jail].name : "host");
        columns_draw_cell(c, area, y, columns, at, TOP_NAME, ui_is_recent(u, i) ? STYLE_CHANGED : STYLE_NORMAL,
                          i->name);
        columns_draw_cell(c, area, y, columns, at, TOP_RX, STYLE_NORMAL, describe_rate(i->rx_Bps, buf));
        columns_draw_cell(c, area, y, columns, at, TOP_TX, STYLE_NORMAL, describe_rate(i->tx_Bps, buf));
        if (at->w[TOP_SHARE] > 2)
                draw_share(c, area.x + at->x[TOP_SHARE] + 1, y, at->w[TOP_SHARE] - 2, row->mean, t->items[0].mean);
        (void)history_read(u->history, i->number, HISTORY_SECONDS, rx, tx); /* it is busy: it was just read */
        for (size_t n = 0; n < HISTORY_SECONDS; n++)
                rx[n] += tx[n];
        plot_draw(c, (struct rect){area.x + at->x[TOP_PAST] + 1, y, at->w[TOP_PAST] - 1, 1}, STYLE_EDGE_BUSY, rx,
                  HISTORY_SECONDS, row->highest + row->highest / 7); /* the rows' bars don't touch */
}

static void top_draw(struct view *v, struct canvas *c, struct rect area, struct ui *u)
{
        struct top_view *t = (struct top_view *)v;
        size_t visible = area.h > 1 ? (size_t)area.h - 1 : 0;
        struct rect body = {area.x, area.y + 1, area.w, area.h - 1};
        const char *held = _(" held ");
        struct columns at;

        rows_collect(t, u);
        rows_scroll_to_cursor(&t->rows, visible);
        columns_place(columns, TOP_COLUMNS, area.w - 1, &at);
        columns_draw_header(c, area, columns, TOP_COLUMNS, &at, sorts[t->sort], false);
        if (t->is_held)
                (void)canvas_text(c, area.x + area.w - (int)text_columns(held) - 1, area.y, -1, STYLE_BADGE, held);
        if (t->rows.count == 0)
                (void)canvas_text(c, area.x + 2, body.y + 1, area.w - 3, STYLE_DIM,
                                  u->filter[0] ? _("Nothing that matches the filter carried anything; f changes it.")
                                               : _("Nothing was carried in the last two minutes."));
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
        t->is_held = false;
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
        switch (k->code) {
        case '<':
        case ',': change_sort(t, ARRAY_SIZE(sorts) - 1); return true;
        case '>':
        case KEYC_F6: change_sort(t, 1); return true;
        case 'Z': toggle_hold(t, u->graph); return true;
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
        free(t->held);
        free(t);
}

struct view *view_top_new(void)
{
        struct top_view *t = xcalloc(1, sizeof(*t));

        t->sort = ARRAY_SIZE(sorts) - 1;
        t->view = (struct view){
                .name = "Top", .hints = N_("<>:sort Z:hold .:all"), .draw = top_draw, .key = top_key, .free = top_free};
        return &t->view;
}
