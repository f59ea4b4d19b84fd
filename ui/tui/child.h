/*
 * child.h - jailnet itself as a process beside the console: what reads files or runs commands of jails never blocks the
 * loop. Its output waits in memory until it has ended, so that it can go on when the console is left.
 */
#ifndef UI_TUI_CHILD_H
#define UI_TUI_CHILD_H

#include "core/base/err.h"
#include "core/base/text.h"

struct child;

/* words: jailnet's, without the program's name; ends with NULL. The child has no terminal and no input. */
int child_start(const char *const *words, struct child **ret, struct err *e);

int child_fd(const struct child *c); /* readable when it has ended */

/* Its exit status, as a shell tells it, and what it printed: only once child_fd is readable. Frees c. */
int child_end(struct child *c, struct text *ret_out, struct text *ret_said);

void child_kill(struct child *c);  /* ends it at once, and frees c: for one that changes nothing */
void child_leave(struct child *c); /* it goes on alone; frees c */

#endif
