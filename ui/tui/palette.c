/* palette.c - typing, the list that narrows while one types, and choosing from it. */
#include "ui/tui/palette.h"

#include <string.h>

#include "core/base/intl.h"
#include "ui/tui/line_edit.h"

#define WIDTH_MAX 110
#define ROWS_MAX  14

struct palette {
        struct dialog base;
        struct palette_options options;
        struct line_edit line;
        struct palette_list list;
        size_t current, top;
        bool has_moved; /* the list was walked: Enter means the row */
};

static struct palette *palette_of(struct dialog *d)
{
        return (struct palette *)d;
}

void palette_add(struct palette_list *l, const char *label, const char *detail, const char *insert, int id, int score)
{
        if (l->count == PALETTE_ROWS_MAX)
                return;
        l->rows[l->count++] = (struct palette_row){
                .label = xstrdup(label),
                .detail = xstrdup(detail ? detail : ""),
                .insert = insert ? xstrdup(insert) : NULL,
                .id = id,
                .score = score,
        };
}

static void list_clear(struct palette_list *l)
{
        for (size_t i = 0; i < l->count; i++) {
                free(l->rows[i].label);
                free(l->rows[i].detail);
                free(l->rows[i].insert);
        }
        l->count = 0;
        l->note[0] = '\0';
        l->is_command = false;
}

/* Stable: rows of one score keep the order that they were added in. */
static void sort(struct palette_list *l)
{
        for (size_t i = 1; i < l->count; i++) {
                struct palette_row row = l->rows[i];
                size_t at = i;

                while (at > 0 && l->rows[at - 1].score < row.score) {
                        l->rows[at] = l->rows[at - 1];
                        at--;
                }
                l->rows[at] = row;
        }
}

static void fill(struct palette *p)
{
        list_clear(&p->list);
        p->options.fill(p->options.user, p->line.text, &p->list);
        sort(&p->list);
        p->current = p->top = 0;
        p->has_moved = false;
}

static struct rect palette_place(struct dialog *d, struct rect screen)
{
        (void)d;
        int width = screen.w - 4 < WIDTH_MAX ? screen.w - 4 : WIDTH_MAX;
        int height = screen.h - 4 < ROWS_MAX + 5 ? screen.h - 4 : ROWS_MAX + 5;

        return (struct rect){screen.x + (screen.w - width) / 2, screen.y + 2, width, height};
}

static size_t list_rows(const struct palette *p)
{
        return p->base.area.h > 5 ? (size_t)(p->base.area.h - 5) : 1;
}

static void palette_draw(struct dialog *d, struct canvas *c)
{
        struct palette *p = palette_of(d);
        size_t rows = list_rows(p);

        if (p->current < p->top)
                p->top = p->current;
        if (p->current >= p->top + rows)
                p->top = p->current - rows + 1;
        dialog_draw_frame(c, p->options.title ? p->options.title : _("Command"));
        canvas_put(c, 2, 1, p->options.prompt ? (uint32_t)p->options.prompt : ':', STYLE_DIALOG_TITLE);
        d->cursor_x = line_edit_draw(&p->line, c, 4, 1, c->w - 6, STYLE_FIELD_ACTIVE);
        d->cursor_y = 1;
        (void)canvas_text_visible(c, 4, 2, c->w - 6, STYLE_DIM, p->list.note);
        canvas_hline(c, 0, c->w - 1, 3, LINE_LIGHT, STYLE_DIALOG);
        for (size_t i = 0; i < rows && p->top + i < p->list.count; i++) {
                const struct palette_row *row = &p->list.rows[p->top + i];
                int y = 4 + (int)i;
                bool is_current = p->top + i == p->current;
                int label = canvas_text(c, 3, y, (c->w - 6) / 2, STYLE_DIALOG, row->label);
                int x = label + 6 > 30 ? label + 6 : 30;

                (void)canvas_text(c, x, y, c->w - 3 - x, STYLE_DIM, row->detail);
                if (is_current) {
                        for (int at = 1; at < c->w - 1; at++) {
                                struct cell *cell = &c->cells[(size_t)y * (size_t)c->w + (size_t)at];

                                cell->style = STYLE_SELECTED;
                        }
                        canvas_put(c, 1, y, '>', STYLE_SELECTED);
                }
        }
        if (p->list.count == 0)
                (void)canvas_text(c, 3, 4, c->w - 6, STYLE_DIM,
                                  _("nothing of that name; Backspace to widen, Esc to leave"));
        (void)canvas_textf(c, c->w - 14, c->h - 1, 12, STYLE_DIM, " %zu of %zu ", p->list.count ? p->current + 1 : 0,
                           p->list.count);
}

static void take_row(struct palette *p)
{
        if (p->list.count == 0)
                return;

        const struct palette_row *row = &p->list.rows[p->current];

        if (row->insert) {
                line_edit_set(&p->line, row->insert);
                fill(p);
                return;
        }
        p->base.is_closed = true;
        p->options.chosen(p->options.user, row->id);
}

static void enter(struct palette *p)
{
        if (p->list.is_command && !p->has_moved) {
                p->base.is_closed = true;
                p->options.typed(p->options.user, p->line.text);
                return;
        }
        take_row(p);
}

static void move(struct palette *p, int by)
{
        size_t count = p->list.count;

        if (count == 0)
                return;
        if (by > 0)
                p->current = p->current + (size_t)by < count ? p->current + (size_t)by : count - 1;
        else
                p->current = p->current > (size_t)-by ? p->current - (size_t)-by : 0;
        p->has_moved = true;
}

static bool palette_key(struct dialog *d, const struct key *k)
{
        struct palette *p = palette_of(d);

        switch (k->code) {
        case KEYC_ESCAPE:
        case KEYC_CTRL_C:
        case KEYC_F10: d->is_closed = true; return true;
        case KEYC_ENTER: enter(p); return true;
        case KEYC_TAB:
                if (p->list.count && p->list.rows[p->current].insert)
                        take_row(p);
                return true;
        case KEYC_UP:
        case KEYC_CTRL_P: move(p, -1); return true;
        case KEYC_DOWN:
        case KEYC_CTRL_N: move(p, 1); return true;
        case KEYC_PAGE_UP: move(p, -(int)list_rows(p)); return true;
        case KEYC_PAGE_DOWN: move(p, (int)list_rows(p)); return true;
        case KEYC_MOUSE:
                if (k->is_wheel_up || k->is_wheel_down) {
                        move(p, k->is_wheel_up ? -1 : 1);
                } else if (k->is_press && !rect_has(d->area, k->x, k->y)) {
                        d->is_closed = true;
                } else if (k->is_press && k->y >= d->area.y + 4) {
                        size_t row = p->top + (size_t)(k->y - d->area.y - 4);

                        if (row < p->list.count) {
                                p->current = row;
                                take_row(p);
                        }
                }
                return true;
        case KEYC_BACKSPACE:
                if (!p->line.text[0]) {
                        d->is_closed = true;
                        return true;
                }
                break;
        default: break;
        }
        if (line_edit_key(&p->line, k))
                fill(p);
        return true;
}

static void palette_free(struct dialog *d)
{
        list_clear(&palette_of(d)->list);
        free(d);
}

struct dialog *palette_new(const struct palette_options *o)
{
        struct palette *p = xcalloc(1, sizeof(*p));

        p->options = *o;
        line_edit_set(&p->line, o->initial ? o->initial : "");
        p->base = (struct dialog){
                .hints = _("Enter:run Tab:complete Up/Down:choose Esc:leave"),
                .place = palette_place,
                .draw = palette_draw,
                .key = palette_key,
                .free = palette_free,
        };
        fill(p);
        return &p->base;
}
