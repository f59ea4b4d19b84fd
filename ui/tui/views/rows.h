/*
 * rows.h - a scrolling list of rows in columns, for the views that are tables: header, widths, cursor, scrolling.
 */
#ifndef UI_TUI_VIEWS_ROWS_H
#define UI_TUI_VIEWS_ROWS_H

#include "ui/tui/canvas.h"
#include "ui/tui/keys.h"

struct column {
        const char *title;
        int width; /* columns; 0: shares what is left, by weight */
        int weight;
        int from_width; /* shown only when the area is at least this wide; 0 always */
        bool is_right;  /* right-aligned: numbers */
};

#define COLUMNS_MAX 16

/* Where each column stands in an area of that width: x relative to the area, and its width (0: not shown). */
struct columns {
        int x[COLUMNS_MAX];
        int w[COLUMNS_MAX];
};

void columns_place(const struct column *c, size_t count, int width, struct columns *ret);
void columns_draw_header(struct canvas *cv, struct rect area, const struct column *c, size_t count,
                         const struct columns *at, size_t sorted, bool is_reversed);
void columns_draw_cell(struct canvas *cv, struct rect area, int y, const struct column *c, const struct columns *at,
                       size_t column, enum style s, const char *text);

/* Cursor and scroll position of a list. */
struct rows {
        size_t cursor;
        size_t top;
        size_t count;
};

void rows_scroll_to_cursor(struct rows *r, size_t visible);
bool rows_key(struct rows *r, const struct key *k,
              size_t visible); /* up, down, pages, home, end, wheel; true when used */

/* A bar at the right edge that shows which part of the list is on screen; nothing when all is. */
void rows_draw_scrollbar(struct canvas *cv, struct rect area, const struct rows *r, size_t visible);

#endif
