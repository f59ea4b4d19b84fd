/*
 * canvas.h - a grid of cells that views draw on; no terminal. term.c puts it on the screen, tests turn it into text.
 *
 * Coordinates: screen cells, x to the right, y down, from 0. All drawing is clipped to the canvas and to the clip
 * rectangle. Text is foreign: control characters are made visible here, so that nothing drawn can reach the terminal as
 * a command.
 */
#ifndef UI_TUI_CANVAS_H
#define UI_TUI_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rect {
        int x, y, w, h;
};

struct point {
        int x, y;
};

bool rect_has(struct rect r, int x, int y);
struct rect rect_intersect(struct rect a, struct rect b); /* w and h are 0 when they don't meet */

/* What a cell means; the theme says how it looks. Never meaning by colour alone: a sign or word goes with it. */
enum style {
        STYLE_NORMAL,
        STYLE_DIM,
        STYLE_TITLE, /* top line */
        STYLE_MENUBAR,
        STYLE_HINT,     /* bottom line: what a key does */
        STYLE_HINT_KEY, /* bottom line: the key */
        STYLE_BOX,      /* a jail's frame */
        STYLE_BOX_TITLE,
        STYLE_BRIDGE,
        STYLE_UP,
        STYLE_DOWN,
        STYLE_PENDING,
        STYLE_PIN,
        STYLE_HOOK,
        STYLE_EDGE,
        STYLE_EDGE_BUSY,
        STYLE_EDGE_DOWN,
        STYLE_ADDRESS,
        STYLE_SELECTED,
        STYLE_CHANGED, /* just appeared or changed */
        STYLE_ERROR,
        STYLE_WARNING,
        STYLE_GOOD,
        STYLE_HEADER, /* a table's header */
        STYLE_BADGE,
        STYLE_DIALOG,
        STYLE_DIALOG_TITLE,
        STYLE_FIELD,
        STYLE_FIELD_ACTIVE,
        STYLE_COUNT
};

/* Line directions of a cell; lines that meet join by themselves. */
enum { LINE_N = 1, LINE_E = 2, LINE_S = 4, LINE_W = 8 };
enum line_weight { LINE_LIGHT, LINE_HEAVY, LINE_DOUBLE };

struct cell {
        uint32_t c; /* code point; 0 behind a wide one */
        uint32_t combining[2];
        uint8_t lines;   /* LINE_* when it is part of a line, else 0 */
        uint8_t weight;  /* enum line_weight, two bits a direction: N in the lowest, then E, S, W */
        uint8_t style;   /* enum style */
        bool is_reverse; /* the selection bar laid over it */
};

struct canvas {
        int w, h;
        struct cell *cells;
        struct rect clip;
        bool is_ascii;
};

struct canvas *canvas_new(int w, int h, bool is_ascii);
void canvas_free(struct canvas *c);
void canvas_clear(struct canvas *c, enum style s);
void canvas_set_clip(struct canvas *c, struct rect r); /* w < 0: the whole canvas */

/* Draws foreign text from (x, y), at most max columns (< 0: to the edge); returns the columns used. Cut with an
 * ellipsis
 * ("~" in ASCII). */
int canvas_text(struct canvas *c, int x, int y, int max, enum style s, const char *text);
/* The same for text that was made visible before (text_put_visible, err_sentence): a backslash is not doubled again. */
int canvas_text_visible(struct canvas *c, int x, int y, int max, enum style s, const char *text);
int canvas_textf(struct canvas *c, int x, int y, int max, enum style s, const char *fmt, ...)
        __attribute__((format(printf, 6, 7)));
void canvas_fill(struct canvas *c, struct rect r, uint32_t ch, enum style s);
void canvas_put(struct canvas *c, int x, int y, uint32_t ch,
                enum style s); /* a sign of our own; canvas_sign for ASCII */
void canvas_frame(struct canvas *c, struct rect r, enum line_weight w, enum style s);
void canvas_hline(struct canvas *c, int x1, int x2, int y, enum line_weight w, enum style s);
void canvas_vline(struct canvas *c, int x, int y1, int y2, enum line_weight w, enum style s);
void canvas_polyline(struct canvas *c, const struct point *points, size_t count, enum line_weight w, enum style s);
void canvas_reverse(struct canvas *c, struct rect r); /* the selection bar */

/* Signs with an ASCII fallback. */
enum sign {
        SIGN_HOOK,
        SIGN_HOOK_FREE,
        SIGN_UP,
        SIGN_DOWN,
        SIGN_PIN,
        SIGN_PENDING,
        SIGN_ARROW_RIGHT,
        SIGN_ARROW_DOWN,
        SIGN_ARROW_UP,
        SIGN_BULLET,
        SIGN_CHECK,
        SIGN_CROSS,
        SIGN_WARNING,
        SIGN_ELLIPSIS,
        SIGN_CLOSED, /* a fold */
        SIGN_OPEN,
        SIGN_SHADE, /* something, on a map */
        SIGN_COUNT
};
uint32_t canvas_sign(const struct canvas *c, enum sign s);

/* What the terminal gets for a cell: a line cell as its box character (or + - | in ASCII), else its code point. */
uint32_t cell_char(const struct cell *cell, bool is_ascii);

/* The whole as UTF-8 lines without trailing blanks; caller frees. For golden files and for show --format text. */
char *canvas_to_text(const struct canvas *c);

#endif
