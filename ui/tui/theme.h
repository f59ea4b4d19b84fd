/*
 * theme.h - how each style looks on terminals of 256, 16, 8 and no colours. Tables only; term.c turns them into
 * curses'.
 *
 * Rules that the tables keep (a test checks them): text on the terminal's own background is readable on black and on
 * white; whatever has a colour can be told apart without it, by a sign, a word or an attribute.
 */
#ifndef UI_TUI_THEME_H
#define UI_TUI_THEME_H

#include <stdbool.h>

#include "ui/tui/canvas.h"

/* Whose tables: "default", "contrast" (attributes instead of colours, nothing dim), "blind" (no red beside green). */
enum theme { THEME_DEFAULT, THEME_CONTRAST, THEME_BLIND, THEME_COUNT };
extern const char *const theme_names[THEME_COUNT];

enum theme_depth { THEME_MONO, THEME_8, THEME_256, THEME_DEPTH_COUNT };

enum { LOOK_BOLD = 1, LOOK_DIM = 2, LOOK_UNDERLINE = 4, LOOK_REVERSE = 8 };

struct look {
        short foreground, background; /* colour number; -1 the terminal's own */
        unsigned attributes;          /* LOOK_* */
};

/* colors: what terminfo says (-1 or 0 none). 16 and 88 colours use the table of 8: their first 8 are the same. */
enum theme_depth theme_choose(int colors, bool no_color);
const struct look *theme_look(enum theme t, enum theme_depth depth, enum style s);

#endif
