/* run.h - the run of one plan on the thread that it has to itself; exec.c starts it and reports. */
#ifndef CORE_EXEC_RUN_H
#define CORE_EXEC_RUN_H

#include "core/exec/exec.h"

/* As exec_run says, on the calling thread, which must not be the main one: it enters namespaces. */
int run_plan(struct plan *p, const struct exec_options *o, struct err *e);

#endif
