/*
 * exec.h - runs a plan: check everything, journal, do, record; on failure take back, newest first.
 */
#ifndef CORE_EXEC_EXEC_H
#define CORE_EXEC_EXEC_H

#include <stdatomic.h>

#include "core/exec/guard.h"
#include "core/exec/journal.h"
#include "core/plan/plan.h"

struct exec_progress {
        size_t done, total;
        char sentence[160]; /* what is being done now; made visible */
        bool is_rolling_back;
};

/* What is to be done with the plan: run it, or end one that was cut off. */
enum exec_way { EXEC_RUN, EXEC_FINISH, EXEC_ROLL_BACK };

struct exec_options {
        enum exec_way way;
        bool is_other_boot;        /* of a plan that was cut off: the machine was restarted since */
        const struct graph *graph; /* the one it was planned on; borrowed */
        struct journal *journal;   /* used from exec's thread alone while it runs */
        atomic_bool *cancel;       /* set by anybody: stops after the present step and rolls back; NULL never */
        void (*progress)(void *user, const struct exec_progress *p); /* called on exec's thread; NULL none */
        void *user;
        int lock_timeout_ms;
        struct guard
                *guard; /* started before the first step, told how it ended; NULL: the plan can't cut anybody off */
};

/*
 * exec_run - runs p in a thread of its own and waits for it (the command line).
 *
 *   shape    p->state is DONE, ROLLED_BACK (undone after a failure or a cancel; p->failure says why)
 *            or FAILED (even the way back failed: p->failure lists what is left)
 *   errors   -ESTALE a precondition no longer holds (nothing was changed); -ECANCELED; the failing step's
 */
int exec_run(struct plan *p, const struct exec_options *o, struct err *e);

/* The same without waiting (the console): *ret_fd turns readable when the plan has ended or made progress. */
struct exec;
int exec_start(struct plan *p, const struct exec_options *o, struct exec **ret, int *ret_fd, struct err *e);
bool exec_poll(struct exec *x, struct exec_progress *ret_progress); /* true when it has ended */
int exec_join(struct exec *x, struct err *e);                       /* as exec_run; frees x */

#endif
