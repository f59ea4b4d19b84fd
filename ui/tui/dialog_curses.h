/* dialog_curses.h - a dialog's window, for the dialogs that curses' menu and form libraries draw into. */
#ifndef UI_TUI_DIALOG_CURSES_H
#define UI_TUI_DIALOG_CURSES_H

#include "ui/tui/dialog.h"
#include "ui/tui/term_curses.h"

WINDOW *dialog_curses(const struct dialog *d); /* NULL before attach */

#endif
