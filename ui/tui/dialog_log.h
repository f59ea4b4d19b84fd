/*
 * dialog_log.h - a pane with a file that grows: it follows the end, scrolls, and is searched. Told of news by inotify;
 * it never waits, whatever the file is.
 */
#ifndef UI_TUI_DIALOG_LOG_H
#define UI_TUI_DIALOG_LOG_H

#include "core/base/err.h"
#include "ui/tui/dialog.h"

/* path: need not be there yet; its folder must. gone: called when the pane goes, its descriptor with it. */
int dialog_log_new(const char *title, const char *path, void (*gone)(void *user), void *user, struct dialog **ret,
                   struct err *e);

int dialog_log_fd(const struct dialog *d); /* readable: dialog_log_news is to be called */
bool dialog_log_news(struct dialog *d);    /* true when there is something new to draw */

#endif
