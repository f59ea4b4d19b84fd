/* events.c - the Events view: what changed while the console ran, the newest first; the bar goes to what it speaks of.
 */
#include "ui/tui/events.h"

#include <stdlib.h>
#include <time.h>

#include "core/base/alloc.h"
#include "core/base/intl.h"
#include "core/base/text.h"
#include "ui/tui/views/rows.h"

enum event_column { COLUMN_WHEN, COLUMN_SIGN, COLUMN_WHAT, EVENT_COLUMNS };

static const struct column columns[EVENT_COLUMNS] = {
        [COLUMN_WHEN] = {.title = N_("When"), .width = 19},
        [COLUMN_SIGN] = {.title = "", .width = 1},
        [COLUMN_WHAT] = {.title = N_("What"), .width = 0, .weight = 1},
};

struct events_view {
        struct view view;
        struct rows rows;
        uint64_t *numbers; /* those that are listed, newest first */
        size_t capacity;
        uint64_t bar;         /* number of the event under it; 0: it stays on the newest */
        bool is_deed;         /* that speaks of no single thing */
        bool has_gone;        /* to a line since the console began; ... */
        struct selection its; /* ...what was selected by that: another one since then has no bar here */
};

static void collect(struct events_view *v, const struct ui *u)
{
        uint64_t newest = u->events ? events_newest(u->events) : 0;

        if (u->events_until && newest > u->events_until)
                newest = u->events_until;
        v->rows.count = v->rows.cursor = 0;
        for (uint64_t n = newest; n > 0 && n >= events_oldest(u->events); n--) {
                if (!ui_matches(u, events_get(u->events, n)->line))
                        continue;
                v->numbers = array_grow(v->numbers, &v->capacity, v->rows.count, sizeof(*v->numbers));
                if (n >= v->bar && v->bar)
                        v->rows.cursor = v->rows.count;
                v->numbers[v->rows.count++] = n;
        }
}

static enum style style_of(char sign)
{
        return sign == '+' ? STYLE_GOOD : sign == '-' ? STYLE_ERROR : sign == '>' ? STYLE_CHANGED : STYLE_NORMAL;
}

static void draw_row(struct canvas *c, struct rect area, int y, const struct columns *at, const struct event *e)
{
        char when[INTL_WHEN_SIZE], sign[2] = {e->sign, '\0'};

        columns_draw_cell(c, area, y, columns, at, COLUMN_WHEN, STYLE_DIM,
                          intl_when(INTL_DAY_AND_TIME, (time_t)e->when_s, when));
        columns_draw_cell(c, area, y, columns, at, COLUMN_SIGN, style_of(e->sign), sign);
        (void)canvas_text_visible(c, area.x + at->x[COLUMN_WHAT], y, at->w[COLUMN_WHAT], STYLE_NORMAL, e->line);
}

static const char *empty_words(const struct ui *u)
{
        return u->filter[0] ? _("Nothing that matches the filter has changed; f changes it.")
                            : _("Nothing has changed since the console was started.");
}

static bool has_bar(const struct events_view *v, const struct ui *u)
{
        const struct selection *a = &v->its, *b = &u->selection;

        return v->has_gone && a->type == b->type && a->cookie == b->cookie && a->number == b->number &&
                a->node == b->node;
}

static void events_draw(struct view *view, struct canvas *c, struct rect area, struct ui *u)
{
        struct events_view *v = (struct events_view *)view;
        size_t visible = area.h > 1 ? (size_t)area.h - 1 : 0;
        struct rect body = {area.x, area.y + 1, area.w, area.h - 1};
        struct column placed[EVENT_COLUMNS];
        char when[INTL_WHEN_SIZE];
        struct columns at;

        collect(v, u);
        rows_scroll_to_cursor(&v->rows, visible);
        for (size_t n = 0; n < EVENT_COLUMNS; n++)
                placed[n] = columns[n];
        placed[COLUMN_WHEN].width = (int)text_columns(intl_when(INTL_DAY_AND_TIME, 0, when));
        columns_place(placed, EVENT_COLUMNS, area.w - 1, &at);
        columns_draw_header(c, area, columns, EVENT_COLUMNS, &at, NONE, false);
        if (v->rows.count == 0)
                (void)canvas_text(c, area.x + 2, body.y + 1, area.w - 3, STYLE_DIM, empty_words(u));
        for (size_t n = 0; n < visible && v->rows.top + n < v->rows.count; n++) {
                draw_row(c, area, body.y + (int)n, &at, events_get(u->events, v->numbers[v->rows.top + n]));
                if (v->rows.top + n == v->rows.cursor && has_bar(v, u))
                        canvas_reverse(c, (struct rect){area.x, body.y + (int)n, area.w - 1, 1});
        }
        rows_draw_scrollbar(c, body, &v->rows, visible);
}

/* The bar's event becomes what all keys act on; of what is gone, nothing is. */
static void go_to_cursor(struct events_view *v, struct ui *u)
{
        if (v->rows.count == 0)
                return;
        v->bar = v->rows.cursor == 0 ? 0 : v->numbers[v->rows.cursor];
        u->selection = events_get(u->events, v->numbers[v->rows.cursor])->about;
        if (selection_resolve(&u->selection, u->graph).type == OBJECT_NONE)
                u->selection = (struct selection){0};
        v->is_deed = events_get(u->events, v->numbers[v->rows.cursor])->about.type == OBJECT_NONE;
        v->its = u->selection;
        v->has_gone = true;
}

static bool events_key(struct view *view, const struct key *k, struct rect area, struct ui *u)
{
        struct events_view *v = (struct events_view *)view;
        size_t visible = area.h > 1 ? (size_t)area.h - 1 : 0;

        collect(v, u);
        if (rows_key(&v->rows, k, visible)) {
                go_to_cursor(v, u);
                return true;
        }
        if (k->code != KEYC_MOUSE || !k->is_press || !rect_has(area, k->x, k->y) || k->y == area.y)
                return false;
        rows_scroll_to_cursor(&v->rows, visible);

        size_t row = v->rows.top + (size_t)(k->y - area.y - 1);

        if (row >= v->rows.count)
                return false;
        v->rows.cursor = row;
        go_to_cursor(v, u);
        return !k->is_double; /* a double click is the console's Enter */
}

static bool events_about(struct view *view, struct text *ret)
{
        const struct events_view *v = (const struct events_view *)view;

        if (v->rows.count == 0 || v->is_deed)
                return false;
        text_put(ret, _("gone since, or not in sight; the line tells what it was"));
        return true;
}

static void events_view_free(struct view *view)
{
        free(((struct events_view *)view)->numbers);
        free(view);
}

struct view *view_events_new(void)
{
        struct events_view *v = xcalloc(1, sizeof(*v));

        v->view = (struct view){.name = "Events",
                                .hints = N_("Z:pause"),
                                .draw = events_draw,
                                .rows = &v->rows,
                                .key = events_key,
                                .about = events_about,
                                .free = events_view_free};
        return &v->view;
}
