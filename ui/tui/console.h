/* console.h - the console: the live graph on the terminal, with menus, forms and the palette. */
#ifndef UI_TUI_CONSOLE_H
#define UI_TUI_CONSOLE_H

#include "ui/app.h"

/* Runs until the user quits; the terminal is as before when it returns. Errors: no terminal, no first picture. */
int console_run(struct app *a, struct err *e);

#endif
