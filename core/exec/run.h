/* run.h - the run of one plan on the thread that it has to itself; exec.c starts it and reports. */
#ifndef CORE_EXEC_RUN_H
#define CORE_EXEC_RUN_H

#include "core/exec/exec.h"
#include "core/kernel/apply.h"

struct run {
        struct plan *plan;
        const struct exec_options *options;
        struct journal *journal;
        struct applier *applier;
};

/* As exec_run says, on the calling thread, which must not be the main one: it enters namespaces. */
int run_plan(struct plan *p, const struct exec_options *o, struct err *e);

/* What run.c and recover.c share. run_open_plan: the steps that are not done yet, to the plan's closing row. run_back:
 * takes back what is done, newest first; 0 when the kernel is as before, else failure says what is left. */
int run_open_plan(const struct run *x, struct err *e);
int run_back(const struct run *x, struct text *failure);
bool run_has_to_undo(const struct step *s); /* it is done, or was being undone */
void run_put_failure(struct text *t, const struct err *e);

/* recover.c: ends a plan that was cut off, under the lock. */
int recover_run(const struct run *x, struct err *e);

/*
 * STOP_POINT - where the tests of recovery kill the program: JAILNET_STOP_AT="done:2" at step 2, once its request was
 * answered. Nothing of it is in a released program (see tests/CMakeLists.txt).
 */
#ifdef JAILNET_STOP_POINTS
void stop_point(const char *where, size_t step);
#define STOP_POINT(where, step) stop_point(where, step)
#else
#define STOP_POINT(where, step) ((void)(where), (void)(step))
#endif

#endif
