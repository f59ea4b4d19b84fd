/* details.c - the Details view: everything known of the selection, and a way from each thing to what it is joined to.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/intl.h"
#include "core/base/text.h"
#include "ui/tui/plot.h"
#include "ui/tui/text_wrap.h"
#include "ui/tui/view.h"
#include "ui/tui/views/facts.h"
#include "ui/tui/views/rows.h"
#include "ui/tui/views/describe.h"

#define LABEL_WIDTH 16
#define TRAIL_MAX   32

struct details_view {
        struct view view;
        struct rows rows;
        struct facts facts;
        struct past past;
        struct inside inside;
        struct selection shown; /* whose facts these are: another selection starts at its top */
        struct selection trail[TRAIL_MAX];
        size_t trail_count;
};

static bool selection_equal(const struct selection *a, const struct selection *b)
{
        return a->type == b->type && a->cookie == b->cookie && a->number == b->number && a->node == b->node;
}

struct folding {
        struct facts *to;
        const struct fact *from;
        size_t lines;
};

static void add_line(void *user, const char *line)
{
        struct folding *w = user;
        struct fact *f = fact_add(w->to, w->lines++ ? "" : w->from->label, xstrdup(line));

        f->style = w->from->style;
        f->object = w->from->object;
}

/* Sentences that are longer than the window is wide go on below; what is no plain text (a foreign name that was made
 * visible would be made so twice) is cut as ever. */
static bool is_folded(const struct fact *f, int room)
{
        CLEANUP(text_done) struct text visible = {0};

        if (!f->label || f->plot || room < LABEL_WIDTH || visible_columns(f->value) <= (size_t)room)
                return false;
        text_put_visible(&visible, f->value);
        return strcmp(text_str(&visible), f->value) == 0;
}

static void fold_lines(struct facts *f, int room)
{
        struct facts folded = {0};
        size_t count = 0;

        for (size_t n = 0; n < f->count; n++)
                count += is_folded(&f->items[n], room);
        if (!count)
                return;
        for (size_t n = 0; n < f->count; n++) {
                struct fact *from = &f->items[n];

                if (is_folded(from, room)) {
                        text_wrap(from->value, room, add_line, &(struct folding){&folded, from, 0});
                        continue;
                }
                *fact_add(&folded, NULL, NULL) = *from;
                *from = (struct fact){0};
        }
        fact_list_done(f);
        *f = folded;
}

static int value_columns(struct rect area)
{
        return area.w - LABEL_WIDTH - 6;
}

static void collect(struct details_view *d, const struct ui *u, struct rect area)
{
        struct object o = selection_resolve(&u->selection, u->graph);

        inside_ask(&d->inside, u);
        fact_list_collect(&d->facts, u->graph, o);
        if (o.type != OBJECT_NONE) {
                fact_list_past(&d->facts, u, o, value_columns(area), &d->past);
                fact_list_inside(&d->facts, u->graph, o, &d->inside);
        }
        fold_lines(&d->facts, value_columns(area));
        d->rows.count = d->facts.count;
        if (!selection_equal(&d->shown, &u->selection)) {
                d->shown = u->selection;
                d->rows.cursor = d->rows.top = 0;
        }
        while (d->rows.cursor + 1 < d->rows.count && !d->facts.items[d->rows.cursor].label)
                d->rows.cursor++; /* a heading can't be chosen */
}

/* One row of a plot that is several high: the whole is drawn, and what stands elsewhere is cut away. */
static void draw_plot(struct canvas *c, struct rect area, int y, const struct fact *f, const struct past *p)
{
        struct rect row = {area.x + 2 + LABEL_WIDTH, y, value_columns(area), 1};
        struct rect whole = {row.x, y - f->plot_row, row.w, PLOT_ROWS}, clip = c->clip;

        canvas_set_clip(c, rect_intersect(clip, row));
        plot_draw(c, whole, f->plot == 1 ? STYLE_EDGE_BUSY : STYLE_EDGE, p->Bps[f->plot - 1], p->count, 0);
        canvas_set_clip(c, clip);
}

static void draw_fact(struct canvas *c, struct rect area, int y, const struct fact *f, const struct past *p)
{
        char worded[WORDED_SIZE];

        if (!f->label) {
                int x = area.x + 2;

                canvas_hline(c, area.x, area.x + area.w - 2, y, LINE_LIGHT, STYLE_DIM);
                (void)canvas_textf(c, x, y, area.w - 4, STYLE_BOX_TITLE, " %s ", describe_words(f->value, worded));
                return;
        }
        (void)canvas_text(c, area.x + 2, y, LABEL_WIDTH - 1, STYLE_DIM, describe_words(f->label, worded));
        if (f->plot)
                draw_plot(c, area, y, f, p);
        (void)canvas_text(c, area.x + 2 + LABEL_WIDTH, y, value_columns(area), f->style, f->value);
        if (f->object.type != OBJECT_NONE)
                canvas_put(c, area.x + area.w - 3, y, canvas_sign(c, SIGN_ARROW_RIGHT), STYLE_HINT_KEY);
}

static void details_draw(struct view *v, struct canvas *c, struct rect area, struct ui *u)
{
        struct details_view *d = (struct details_view *)v;
        size_t visible = area.h > 0 ? (size_t)area.h : 0;

        collect(d, u, area);
        if (d->rows.count == 0) {
                (void)canvas_text(c, area.x + 2, area.y + 1, area.w - 3, STYLE_DIM,
                                  _("Nothing is selected: choose something in the Graph (1) or the Table (2)."));
                return;
        }
        rows_scroll_to_cursor(&d->rows, visible);
        if (d->rows.top == 1)
                d->rows.top = 0; /* the first heading belongs to the first line */
        for (size_t n = 0; n < visible && d->rows.top + n < d->rows.count; n++) {
                int y = area.y + (int)n;

                draw_fact(c, area, y, &d->facts.items[d->rows.top + n], &d->past);
                if (d->rows.top + n == d->rows.cursor)
                        canvas_reverse(c, (struct rect){area.x + 1, y, area.w - 3, 1});
        }
        rows_draw_scrollbar(c, area, &d->rows, visible);
}

static void follow(struct details_view *d, struct ui *u)
{
        if (d->rows.cursor >= d->facts.count || d->facts.items[d->rows.cursor].object.type == OBJECT_NONE)
                return;
        if (d->trail_count < TRAIL_MAX)
                d->trail[d->trail_count++] = u->selection;
        selection_set(&u->selection, u->graph, d->facts.items[d->rows.cursor].object);
}

/* The cursor passes over headings in the direction that it moves. */
static void skip_headings(struct details_view *d, bool is_up)
{
        while (d->rows.cursor < d->rows.count && !d->facts.items[d->rows.cursor].label) {
                if (d->rows.cursor == 0)
                        is_up = false;
                d->rows.cursor = is_up ? d->rows.cursor - 1 : d->rows.cursor + 1;
        }
}

static bool details_key(struct view *v, const struct key *k, struct rect area, struct ui *u)
{
        struct details_view *d = (struct details_view *)v;

        collect(d, u, area);

        size_t before = d->rows.cursor;

        if (rows_key(&d->rows, k, area.h > 0 ? (size_t)area.h : 0)) {
                skip_headings(d, d->rows.cursor < before);
                return true;
        }
        if (ui_range_key(u, k))
                return true;
        switch (k->code) {
        case KEYC_RIGHT:
        case 'l': follow(d, u); return true;
        case KEYC_LEFT:
        case 'h':
        case KEYC_BACKSPACE:
                if (d->trail_count > 0)
                        u->selection = d->trail[--d->trail_count];
                return true;
        case KEYC_MOUSE:
                if (!k->is_press || !rect_has(area, k->x, k->y))
                        return false;
                if (d->rows.top + (size_t)(k->y - area.y) < d->rows.count) {
                        d->rows.cursor = d->rows.top + (size_t)(k->y - area.y);
                        skip_headings(d, false);
                        if (k->x >= area.x + area.w - 4 || k->is_double)
                                follow(d, u);
                }
                return true;
        default: return false;
        }
}

static int details_fd(const struct view *v)
{
        return inside_fd(&((const struct details_view *)v)->inside);
}

static void details_news(struct view *v, struct ui *u)
{
        inside_news(&((struct details_view *)v)->inside, u);
}

static void details_free(struct view *v)
{
        struct details_view *d = (struct details_view *)v;

        fact_list_done(&d->facts);
        inside_done(&d->inside);
        free(d);
}

struct view *view_details_new(void)
{
        struct details_view *d = xcalloc(1, sizeof(*d));

        d->view = (struct view){
                .name = "Details",
                .hints = N_("Right:follow Left:back +/-:time"),
                .draw = details_draw,
                .key = details_key,
                .fd = details_fd,
                .news = details_news,
                .free = details_free,
        };
        return &d->view;
}
