/*
 * term.h - the terminal: taken at the start, given back however the program ends.
 *
 * Holds the one screen of the process. Keys come out decoded, a canvas goes in; what curses calls its windows stays in
 * the files that use its panels, menus and forms (term_curses.h). While the screen is taken, file descriptors 1 and 2
 * lead into a pipe, so that no library can write over it.
 */
#ifndef UI_TUI_TERM_H
#define UI_TUI_TERM_H

#include "core/base/err.h"
#include "ui/tui/canvas.h"
#include "ui/tui/keys.h"
#include "ui/tui/theme.h"

/* The caller has set the locale. -ENOTTY when stdin and stdout are no terminal, -ENOTSUP when curses can't drive it
 * (TERM). */
int term_init(bool use_ascii, bool no_color, enum theme theme, struct err *e);
void term_set_theme(enum theme theme); /* the next flush draws every cell anew */
void term_done(void);                  /* fine when never taken */

bool term_is_ascii(void); /* asked for, or the locale has no UTF-8 */

/* What stands for the rest of a text that is cut: one column, of what the terminal's font has. For curses' libraries;
 * a canvas has SIGN_ELLIPSIS. */
const char *term_ellipsis(void);

int term_width(void);
int term_height(void);

int term_input_fd(void);
bool term_read_key(struct key *ret); /* false: nothing more for now */

/*
 * The signals of the terminal and of those who want the program to end, as bytes on a descriptor.
 *
 *   shape    the first SIGTERM, SIGHUP, SIGINT or SIGQUIT is reported, the second restores the terminal and ends the
 *            process at once. Crashes restore the terminal, then die of their signal.
 */
enum term_event { TERM_EVENT_NONE, TERM_EVENT_RESIZE, TERM_EVENT_STOP, TERM_EVENT_QUIT };
int term_signal_fd(void);
enum term_event term_read_signal(void);
int term_quit_signal(void); /* which one asked; 0 none. To be raised again after term_done. */

void term_resize(void);  /* asks the terminal for its size and takes it over */
void term_suspend(void); /* gives the terminal back, stops the process group, and takes it again when continued */
void term_redraw(void);  /* the next flush draws every cell anew */

/* What libraries wrote to stdout and stderr: readable when there is something; -1 none. */
int term_stray_fd(void);
bool term_read_stray(char *buf, size_t size); /* the last line of it; false when there was nothing */

void term_put(const struct canvas *c); /* the whole screen below the dialogs */
void term_cursor(int x, int y);        /* screen cell; x < 0 hides it */
void term_flush(void);
void term_bell(void);
void term_copy(const char *text); /* to the clipboard of a terminal that lets programs do that (OSC 52) */
void term_mouse(bool on);         /* off: the terminal's own selection of text works */
bool term_has_mouse(void);

#endif
