/* run_in.h - runs a function inside a jail's network namespace, so that the caller's thread never leaves home. */
#ifndef CORE_KERNEL_RUN_IN_H
#define CORE_KERNEL_RUN_IN_H

#include "core/graph/graph.h"

/*
 * run_in - calls fn on a thread that has entered the namespace of jail in g (0: the one that the process is in), and
 * waits for it.
 *
 *   errors   netns_open's, when the jail cannot be entered; the thread's start; whatever fn returns
 */
int run_in(const struct graph *g, size_t jail, int (*fn)(void *context, struct err *e), void *context, struct err *e);

#endif
