/* console.h - the console: one loop that draws the live graph and turns keys into plans. */
#ifndef UI_TUI_CONSOLE_H
#define UI_TUI_CONSOLE_H

#include "ui/app.h"

/*
 * console_run - until the user quits.
 *
 *   shape    takes the terminal, watches the graph through a, and gives the terminal back as it was. The main thread
 *            never blocks but in poll.
 *   errors   -ENOTTY no terminal; those of a->watch
 */
int console_run(struct app *a, struct err *e);

#endif
