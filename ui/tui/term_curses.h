/* term_curses.h - what the files that use curses' panels, menus and forms need of the terminal; nobody else includes
 * it. */
#ifndef UI_TUI_TERM_CURSES_H
#define UI_TUI_TERM_CURSES_H

#include <curses.h>

#include "ui/tui/canvas.h"

/* The attribute of a style, with its colour pair in it. */
attr_t term_attr(enum style s);

/* Copies a canvas into a window of the same size, but for the cells in hole (w 0: none). */
void term_put_window(WINDOW *w, const struct canvas *c, struct rect hole);

#endif
