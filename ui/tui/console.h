/* console.h - the console: one loop that draws the live graph and turns keys into plans. */
#ifndef UI_TUI_CONSOLE_H
#define UI_TUI_CONSOLE_H

#include "ui/app.h"

/*
 * console_run - until the user quits.
 *
 *   shape    takes the terminal, watches the graph through a, and gives the terminal back as it was. The main thread
 *            never blocks but in poll.
 *   shape    0 when the user has left it, by a key, a menu or the mouse, and for nothing else. After SIGTERM, SIGHUP,
 *            SIGINT or SIGQUIT it is left in order, and then ends the process by that signal.
 *   errors   -ENOTTY no terminal; -EIO the terminal is gone; -EINTR a signal that the process ignored before; those of
 *            a->watch
 */
int console_run(struct app *a, struct err *e);

#endif
