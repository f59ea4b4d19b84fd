/*
 * term_restore.h - giving the terminal back from a signal handler: no memory, no curses, only bytes prepared before.
 */
#ifndef UI_TUI_TERM_RESTORE_H
#define UI_TUI_TERM_RESTORE_H

#include <stdbool.h>

/* Remembers the terminal's settings as they are now (before curses) and the descriptor to write to. */
void term_restore_prepare(int tty_fd);
/* The bytes that end the program's screen; at most 511 are kept. */
void term_restore_add(const char *sequence);
/* Whether there is a screen to give back. */
void term_restore_arm(bool on);
/* Async-signal-safe; does nothing when not armed. */
void term_restore_now(void);

/* Handlers for crashes, ends, stops and resizes; bytes of enum term_event come out of *ret_fd. -errno. */
int term_signals_init(int *ret_fd);
void term_signals_done(void);
int term_signals_quit(void); /* the signal that asked to quit; 0 */

#endif
