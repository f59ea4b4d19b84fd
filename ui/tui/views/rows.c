/* rows.c - a scrolling list of rows in columns. */
#include "ui/tui/views/rows.h"

#include "core/base/text.h"
#include "ui/tui/views/describe.h"

void columns_place(const struct column *c, size_t count, int width, struct columns *ret)
{
        int fixed = 0, weights = 0, shown = 0;

        for (size_t n = 0; n < count; n++) {
                ret->w[n] = 0;
                if (c[n].from_width > width)
                        continue;
                shown++;
                if (c[n].width > 0)
                        fixed += c[n].width;
                else
                        weights += c[n].weight;
        }

        int left = width - fixed - shown; /* one blank behind each column */
        int x = 1;

        for (size_t n = 0; n < count; n++) {
                if (c[n].from_width > width)
                        continue;
                ret->x[n] = x;
                ret->w[n] = c[n].width > 0 ? c[n].width : weights > 0 && left > 0 ? left * c[n].weight / weights : 0;
                x += ret->w[n] + 1;
        }
}

void columns_draw_cell(struct canvas *cv, struct rect area, int y, const struct column *c, const struct columns *at,
                       size_t column, enum style s, const char *text)
{
        int w = at->w[column], x = area.x + at->x[column];

        if (w <= 0)
                return;
        if (c[column].is_right) {
                int used = (int)text_columns(text);

                x += used < w ? w - used : 0;
                w = used < w ? used : w;
        }
        (void)canvas_text(cv, x, y, w, s, text);
}

void columns_draw_header(struct canvas *cv, struct rect area, const struct column *c, size_t count,
                         const struct columns *at, size_t sorted, bool is_reversed)
{
        canvas_fill(cv, (struct rect){area.x, area.y, area.w, 1}, ' ', STYLE_HEADER);
        for (size_t n = 0; n < count; n++) {
                char worded[WORDED_SIZE];
                const char *title = describe_words(c[n].title, worded);

                columns_draw_cell(cv, area, area.y, c, at, n, STYLE_HEADER, title);
                if (n == sorted && at->w[n] > 0) {
                        int x = area.x + at->x[n] + (c[n].is_right ? -1 : (int)text_columns(title));

                        canvas_put(cv, x, area.y, canvas_sign(cv, is_reversed ? SIGN_ARROW_UP : SIGN_ARROW_DOWN),
                                   STYLE_HEADER);
                }
        }
}

void rows_scroll_to_cursor(struct rows *r, size_t visible)
{
        if (r->count == 0) {
                r->cursor = r->top = 0;
                return;
        }
        if (r->cursor >= r->count)
                r->cursor = r->count - 1;
        if (visible == 0)
                return;
        if (r->cursor < r->top)
                r->top = r->cursor;
        if (r->cursor >= r->top + visible)
                r->top = r->cursor - visible + 1;
        if (r->top + visible > r->count)
                r->top = r->count > visible ? r->count - visible : 0;
}

bool rows_key(struct rows *r, const struct key *k, size_t visible)
{
        size_t step = 0;
        bool is_down = false;

        switch (k->code) {
        case KEYC_UP:
        case 'k': step = 1; break;
        case KEYC_DOWN:
        case 'j':
                step = 1;
                is_down = true;
                break;
        case KEYC_PAGE_UP: step = visible ? visible : 1; break;
        case KEYC_PAGE_DOWN:
                step = visible ? visible : 1;
                is_down = true;
                break;
        case KEYC_HOME:
        case 'g': step = r->count; break;
        case KEYC_END:
        case 'G':
                step = r->count;
                is_down = true;
                break;
        case KEYC_MOUSE:
                if (!k->is_wheel_up && !k->is_wheel_down)
                        return false;
                step = 3;
                is_down = k->is_wheel_down;
                break;
        default: return false;
        }
        if (r->count == 0)
                return true;
        if (is_down)
                r->cursor = r->cursor + step < r->count ? r->cursor + step : r->count - 1;
        else
                r->cursor = r->cursor > step ? r->cursor - step : 0;
        return true;
}

void rows_draw_scrollbar(struct canvas *cv, struct rect area, const struct rows *r, size_t visible)
{
        if (r->count <= visible || visible == 0 || area.h <= 0)
                return;

        int size = (int)(visible * visible / r->count);
        int room = (int)visible;

        if (size < 1)
                size = 1;

        int at = (int)(r->top * (size_t)(room - size) / (r->count - visible));

        canvas_vline(cv, area.x + area.w - 1, area.y, area.y + room - 1, LINE_LIGHT, STYLE_DIM);
        canvas_vline(cv, area.x + area.w - 1, area.y + at, area.y + at + size - 1, LINE_HEAVY, STYLE_NORMAL);
        for (int y = area.y + at; cv->is_ascii && y < area.y + at + size; y++) /* where lines are all alike */
                canvas_put(cv, area.x + area.w - 1, y, '#', STYLE_NORMAL);
}
