/* table.c - the Table view: every interface of every jail as a row, sortable, with what it is joined to and its rates.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/intl.h"
#include "core/base/text.h"
#include "ui/tui/marks.h"
#include "ui/tui/view.h"
#include "ui/tui/views/describe.h"
#include "ui/tui/views/rows.h"

enum table_column {
        COLUMN_JAIL,
        COLUMN_NAME,
        COLUMN_KIND,
        COLUMN_STATE,
        COLUMN_ADDRESS,
        COLUMN_JOINED,
        COLUMN_RX,
        COLUMN_TX,
        COLUMN_MAC,
        COLUMN_MTU,
        COLUMN_ALIAS,
        TABLE_COLUMNS
};

static const struct column columns[TABLE_COLUMNS] = {
        [COLUMN_JAIL] = {.title = N_("Jail"), .width = 0, .weight = 3},
        [COLUMN_NAME] = {.title = N_("Interface"), .width = 15},
        [COLUMN_KIND] = {.title = N_("Kind"), .width = 9},
        [COLUMN_STATE] = {.title = N_("State"), .width = 12},
        [COLUMN_ADDRESS] = {.title = N_("Addresses"), .width = 0, .weight = 4},
        [COLUMN_JOINED] = {.title = N_("Joined to"), .width = 0, .weight = 8, .from_width = 96},
        [COLUMN_RX] = {.title = N_("Receives"), .width = 9, .is_right = true, .from_width = 78},
        [COLUMN_TX] = {.title = N_("Sends"), .width = 9, .is_right = true, .from_width = 112},
        [COLUMN_MAC] = {.title = N_("MAC"), .width = 19, .from_width = 124},
        [COLUMN_MTU] = {.title = N_("MTU"), .width = 6, .is_right = true, .from_width = 130},
        [COLUMN_ALIAS] = {.title = N_("Alias"), .width = 0, .weight = 3, .from_width = 170},
};

/* A row is an interface, or a jail of which nothing is shown (iface NONE). */
struct table_row {
        size_t jail;
        size_t iface;
};

struct table_view {
        struct view view;
        struct rows rows;
        struct table_row *items;
        size_t capacity;
        enum table_column sort;
        bool is_reversed;
        size_t dragged_from; /* row that the button went down on; NONE */
};

/* What qsort_r hands to the comparison. */
struct order {
        const struct graph *graph;
        enum table_column column;
        bool is_reversed;
};

static int compare_numbers(uint64_t a, uint64_t b)
{
        return a < b ? -1 : a > b;
}

static int compare_text(const struct graph *g, void (*put)(struct text *, const struct graph *, size_t), size_t a,
                        size_t b)
{
        CLEANUP(text_done) struct text ta = {0};
        CLEANUP(text_done) struct text tb = {0};

        put(&ta, g, a);
        put(&tb, g, b);
        return strcmp(text_str(&ta), text_str(&tb));
}

static void put_kind(struct text *t, const struct graph *g, size_t iface)
{
        describe_kind(t, &g->ifaces[iface]);
}

static void put_addresses(struct text *t, const struct graph *g, size_t iface)
{
        describe_addresses(t, &g->ifaces[iface], false);
}

static void put_state(struct text *t, const struct graph *g, size_t iface)
{
        enum style style;
        enum sign sign;

        text_put(t, describe_state(&g->ifaces[iface], &style, &sign));
}

/* Unknown rates and empty cells sort behind everything known. */
static int compare_rates(uint64_t a, uint64_t b)
{
        if (a == RATE_UNKNOWN || b == RATE_UNKNOWN)
                return compare_numbers(a == RATE_UNKNOWN, b == RATE_UNKNOWN);
        return compare_numbers(b, a);
}

static int compare_ifaces(const struct order *o, size_t a, size_t b)
{
        const struct graph *g = o->graph;
        const struct iface *x = &g->ifaces[a], *y = &g->ifaces[b];
        char mx[MAC_TEXT_SIZE], my[MAC_TEXT_SIZE];

        switch (o->column) {
        case COLUMN_JAIL: return 0;
        case COLUMN_NAME: return strcmp(x->name, y->name);
        case COLUMN_KIND: return compare_text(g, put_kind, a, b);
        case COLUMN_STATE: return compare_text(g, put_state, a, b);
        case COLUMN_ADDRESS: return compare_text(g, put_addresses, a, b);
        case COLUMN_JOINED: return compare_text(g, describe_joined, a, b);
        case COLUMN_RX: return compare_rates(x->rx_Bps, y->rx_Bps);
        case COLUMN_TX: return compare_rates(x->tx_Bps, y->tx_Bps);
        case COLUMN_MAC: return strcmp(mac_format(x->mac, mx), mac_format(y->mac, my));
        case COLUMN_MTU: return compare_numbers(x->mtu_bytes, y->mtu_bytes);
        case COLUMN_ALIAS: return strcmp(x->alias ? x->alias : "", y->alias ? y->alias : "");
        case TABLE_COLUMNS: break;
        }
        return 0;
}

static int compare_rows(const void *a, const void *b, void *user)
{
        const struct table_row *x = a, *y = b;
        const struct order *o = user;
        int order = 0;

        if (x->iface != NONE && y->iface != NONE)
                order = compare_ifaces(o, x->iface, y->iface);
        if (order == 0)
                order = compare_numbers(x->jail, y->jail);
        if (order == 0)
                order = compare_numbers(x->iface, y->iface);
        return o->is_reversed ? -order : order;
}

static void rows_add(struct table_view *t, size_t jail, size_t iface)
{
        t->items = array_grow(t->items, &t->capacity, t->rows.count, sizeof(*t->items));
        t->items[t->rows.count++] = (struct table_row){jail, iface};
}

static void rows_collect(struct table_view *t, struct ui *u)
{
        const struct graph *g = u->graph;

        t->rows.count = 0;
        for (size_t j = 0; j < g->jail_count; j++) {
                size_t before = t->rows.count;

                for (size_t i = g->jails[j].iface_first; i != NONE; i = g->ifaces[i].next)
                        if (ui_shows_iface(u, i))
                                rows_add(t, j, i);
                if (t->rows.count == before && ui_matches(u, g->jails[j].name))
                        rows_add(t, j, NONE);
        }

        struct order order = {g, t->sort, t->is_reversed};

        if (t->rows.count > 1)
                qsort_r(t->items, t->rows.count, sizeof(*t->items), compare_rows, &order);
}

/* The shared selection decides where the cursor stands; when it is not in the table, the cursor stays where it was. */
static void cursor_from_selection(struct table_view *t, const struct ui *u)
{
        struct object o = selection_resolve(&u->selection, u->graph);
        size_t iface = o.type == OBJECT_IFACE ? o.index : NONE;

        if (o.type == OBJECT_NODE)
                iface = u->graph->nodes[o.index].iface;
        for (size_t r = 0; r < t->rows.count; r++) {
                bool is_it = iface != NONE ? t->items[r].iface == iface
                                           : o.type == OBJECT_JAIL && t->items[r].jail == o.index;

                if (is_it) {
                        t->rows.cursor = r;
                        return;
                }
        }
}

static struct object object_of(const struct table_row *row)
{
        return row->iface == NONE ? (struct object){OBJECT_JAIL, row->jail} : (struct object){OBJECT_IFACE, row->iface};
}

static void selection_from_cursor(const struct table_view *t, struct ui *u)
{
        if (t->rows.cursor >= t->rows.count)
                return;

        selection_set(&u->selection, u->graph, object_of(&t->items[t->rows.cursor]));
}

static void draw_jail_cell(struct canvas *c, struct rect area, int y, const struct columns *at, const struct jail *j)
{
        CLEANUP(text_done) struct text t = {0};

        text_put(&t, j->name);
        if (j->state != JAIL_ALIVE)
                text_putf(&t, " (%s)", _(jail_state_name(j->state)));
        columns_draw_cell(c, area, y, columns, at, COLUMN_JAIL, j->state == JAIL_ALIVE ? STYLE_NORMAL : STYLE_PENDING,
                          text_str(&t));
}

static void draw_iface_row(struct canvas *c, struct rect area, int y, const struct columns *at, const struct ui *u,
                           size_t iface)
{
        const struct iface *i = &u->graph->ifaces[iface];
        CLEANUP(text_done) struct text t = {0};
        char buf[RATE_TEXT_SIZE], mac[MAC_TEXT_SIZE];
        enum style style;
        enum sign sign;
        const char *state = describe_state(i, &style, &sign);

        columns_draw_cell(c, area, y, columns, at, COLUMN_NAME,
                          ui_is_recent(u, i)               ? STYLE_CHANGED
                                  : i->kind == KIND_BRIDGE ? STYLE_BRIDGE
                                                           : STYLE_NORMAL,
                          i->name);
        describe_kind(&t, i);
        columns_draw_cell(c, area, y, columns, at, COLUMN_KIND, STYLE_DIM, text_str(&t));
        if (at->w[COLUMN_STATE] > 2) {
                canvas_put(c, area.x + at->x[COLUMN_STATE], y, canvas_sign(c, sign), style);
                (void)canvas_text(c, area.x + at->x[COLUMN_STATE] + 2, y, at->w[COLUMN_STATE] - 2, style, state);
        }
        text_clear(&t);
        describe_addresses(&t, i, false);
        columns_draw_cell(c, area, y, columns, at, COLUMN_ADDRESS, STYLE_ADDRESS, text_str(&t));
        text_clear(&t);
        describe_joined(&t, u->graph, iface);
        columns_draw_cell(c, area, y, columns, at, COLUMN_JOINED, STYLE_NORMAL, text_str(&t));
        columns_draw_cell(c, area, y, columns, at, COLUMN_RX, STYLE_NORMAL, describe_rate(i->rx_Bps, buf));
        columns_draw_cell(c, area, y, columns, at, COLUMN_TX, STYLE_NORMAL, describe_rate(i->tx_Bps, buf));
        columns_draw_cell(c, area, y, columns, at, COLUMN_MAC, i->pin_source == PIN_NONE ? STYLE_DIM : STYLE_PIN,
                          mac_format(i->mac, mac));
        if (i->pin_source != PIN_NONE && at->w[COLUMN_MAC] > 18)
                canvas_put(c, area.x + at->x[COLUMN_MAC] + 18, y, canvas_sign(c, SIGN_PIN), STYLE_PIN);
        text_clear(&t);
        text_putf(&t, "%u", i->mtu_bytes);
        columns_draw_cell(c, area, y, columns, at, COLUMN_MTU, STYLE_DIM, text_str(&t));
        columns_draw_cell(c, area, y, columns, at, COLUMN_ALIAS, STYLE_DIM, i->alias ? i->alias : "");
}

static void table_draw(struct view *v, struct canvas *c, struct rect area, struct ui *u)
{
        struct table_view *t = (struct table_view *)v;
        struct columns at;
        size_t visible = area.h > 1 ? (size_t)area.h - 1 : 0;
        struct rect body = {area.x, area.y + 1, area.w, area.h - 1};

        rows_collect(t, u);
        cursor_from_selection(t, u);
        rows_scroll_to_cursor(&t->rows, visible);
        columns_place(columns, TABLE_COLUMNS, area.w - 1, &at);
        columns_draw_header(c, area, columns, TABLE_COLUMNS, &at, t->sort, t->is_reversed);
        if (t->rows.count == 0)
                (void)canvas_text(c, area.x + 2, body.y + 1, area.w - 3, STYLE_DIM,
                                  u->filter[0] ? _("Nothing matches the filter; f changes it.")
                                               : _("Nothing to show."));
        for (size_t n = 0; n < visible && t->rows.top + n < t->rows.count; n++) {
                const struct table_row *row = &t->items[t->rows.top + n];
                const struct jail *j = &u->graph->jails[row->jail];
                int y = body.y + (int)n;

                if (marks_has(u->marks, u->graph, object_of(row)))
                        canvas_put(c, area.x, y, '*', STYLE_CHANGED);
                draw_jail_cell(c, area, y, &at, j);
                if (row->iface != NONE)
                        draw_iface_row(c, area, y, &at, u, row->iface);
                else
                        (void)canvas_text(c, area.x + at.x[COLUMN_NAME], y, area.w - 2 - at.x[COLUMN_NAME], STYLE_DIM,
                                          j->warning ? j->warning : _("no interfaces to show"));
                if (t->rows.top + n == t->rows.cursor)
                        canvas_reverse(c, (struct rect){area.x, y, area.w - 1, 1});
        }
        rows_draw_scrollbar(c, body, &t->rows, visible);
}

/* The next (or previous) column that has a meaning to sort by; hidden ones count too, so that rates can be asked for.
 */
static void change_sort(struct table_view *t, int by)
{
        t->sort = (enum table_column)(((int)t->sort + by + TABLE_COLUMNS) % TABLE_COLUMNS);
}

/* The button goes over rows: all from where it went down are marked. */
static bool drag(struct table_view *t, const struct key *k, struct rect area, struct ui *u)
{
        size_t row = t->rows.top + (size_t)(k->y - area.y - 1);

        if (k->y <= area.y || k->y >= area.y + area.h || row >= t->rows.count || t->dragged_from >= t->rows.count ||
            !u->marks)
                return true;

        size_t first = row < t->dragged_from ? row : t->dragged_from,
               last = row < t->dragged_from ? t->dragged_from : row;

        for (size_t i = first; i <= last; i++)
                (void)marks_set(u->marks, u->graph, object_of(&t->items[i]), true); /* as many as fit */
        t->rows.cursor = row;
        selection_from_cursor(t, u);
        return true;
}

static bool click(struct table_view *t, const struct key *k, struct rect area, struct ui *u)
{
        struct columns at;

        if (!k->is_press || !rect_has(area, k->x, k->y))
                return false;
        if (k->y == area.y) {
                columns_place(columns, TABLE_COLUMNS, area.w - 1, &at);
                for (size_t n = 0; n < TABLE_COLUMNS; n++) {
                        int x = k->x - area.x - at.x[n];

                        if (at.w[n] > 0 && x >= 0 && x <= at.w[n]) {
                                t->is_reversed = t->sort == (enum table_column)n && !t->is_reversed;
                                t->sort = (enum table_column)n;
                        }
                }
                return true;
        }

        size_t row = t->rows.top + (size_t)(k->y - area.y - 1);

        if (row >= t->rows.count)
                return true;
        t->rows.cursor = t->dragged_from = row;
        selection_from_cursor(t, u);
        return !k->is_double; /* a double click is the console's Enter */
}

static bool table_key(struct view *v, const struct key *k, struct rect area, struct ui *u)
{
        struct table_view *t = (struct table_view *)v;
        size_t visible = area.h > 1 ? (size_t)area.h - 1 : 0;

        rows_collect(t, u);
        if (rows_key(&t->rows, k, visible)) {
                selection_from_cursor(t, u);
                return true;
        }
        switch (k->code) {
        case '<':
        case ',': change_sort(t, -1); return true;
        case '>':
        case '.':
        case KEYC_F6: change_sort(t, 1); return true;
        case 'i': t->is_reversed = !t->is_reversed; return true;
        case KEYC_MOUSE:
                if (k->is_drag && t->dragged_from != NONE)
                        return drag(t, k, area, u);
                t->dragged_from = NONE;
                return click(t, k, area, u);
        default: return false;
        }
}

static void table_free(struct view *v)
{
        struct table_view *t = (struct table_view *)v;

        free(t->items);
        free(t);
}

struct view *view_table_new(void)
{
        struct table_view *t = xcalloc(1, sizeof(*t));

        t->dragged_from = NONE;
        t->view = (struct view){
                .name = "Table",
                .hints = N_("<>:sort"),
                .more = N_("i:invert"),
                .draw = table_draw,
                .rows = &t->rows,
                .key = table_key,
                .free = table_free,
        };
        return &t->view;
}
