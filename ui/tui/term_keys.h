/* term_keys.h - what term.c tells the part that reads keys. */
#ifndef UI_TUI_TERM_KEYS_H
#define UI_TUI_TERM_KEYS_H

#include <curses.h>

void term_keys_init(WINDOW *input); /* keys are read from it, without waiting */

#endif
