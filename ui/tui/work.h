/* work.h - one errand beside the loop, on a thread of its own: what asks the kernel never keeps the console waiting. */
#ifndef UI_TUI_WORK_H
#define UI_TUI_WORK_H

#include "core/base/err.h"

struct work;

/*
 * work_start - calls fn(context) on a new thread.
 *
 *   shape    context is fn's alone until work_end has returned
 *   owner    work_end frees *ret, and waits for fn where it has not ended
 */
int work_start(void (*fn)(void *context), void *context, struct work **ret, struct err *e);
int work_fd(const struct work *w); /* readable once fn has ended; -1 for NULL */
void work_end(struct work *w);     /* NULL is fine */

#endif
