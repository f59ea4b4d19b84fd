/* services_parts.h - what the files of the services share; nobody else includes it. */
#ifndef UI_SERVICES_PARTS_H
#define UI_SERVICES_PARTS_H

#include <stdatomic.h>

#include "core/exec/exec.h"
#include "core/kernel/home.h"
#include "core/kernel/observer.h"
#include "db/db.h"
#include "ui/services.h"

#define LOCK_TIMEOUT_MS 5000 /* a plan takes tens of milliseconds; another's longest move well under a second */

struct services {
        char *path;
        bool is_tried;      /* the inventory was opened, or could not be */
        struct db *db;      /* the main thread's; NULL */
        bool is_read_only;  /* db can be read alone */
        bool was_missing;   /* the file was not there: told when the kernel has marks of ours */
        struct err refusal; /* why changes can't be recorded; code 0: they can */
        char *notice;
        struct home home; /* where this process was started */

        struct observer *observer;
        struct observer_rest *rest; /* of the last picture that was made at once */
        struct db *observer_db;

        struct exec *exec;
        struct db *exec_db;
        atomic_bool is_cancelled;
        const struct plan *exec_plan; /* that exec runs: the caller's */
        struct guard *guard;          /* over the plan that was run last; NULL */

        struct examiner *examiner; /* services_doctor.c; NULL: not asked for yet */
        struct keeper *keeper;     /* services_watch.c; NULL: not asked for yet */
};

/* Opens the inventory once; a failure is kept as the reason that changes are refused with. */
void services_open_inventory(struct app *a);
/* Another connection to the same file, which this process has checked already. */
int services_open_second(struct app *a, struct db **ret, struct err *e);
int services_refuse(struct app *a, struct err *e);       /* why this process may not change anything; 0: it may */
int services_need_journal(struct app *a, struct err *e); /* opens the inventory, for reading at least */

/* services_guard.c. guard_for: the guard to run p with, NULL none. guard_ended: tells p's end to one that it ends. */
void services_init_guard(struct app *a);
struct guard *services_guard_for(struct app *a, const struct plan *p);
void services_guard_ended(struct app *a, const struct plan *p);

void services_init_journal(struct app *a);
void services_init_hosts(struct app *a);
void services_init_doctor(struct app *a);
void services_find_lost(struct db *db, const struct graph *g, const struct wanted *w,
                        struct examination *x); /* services_lost.c */
void services_done_doctor(struct app *a);
void services_init_restore(struct app *a);
void services_init_jails(struct app *a);
void services_init_release(struct app *a);
void services_init_texts(struct app *a);
void services_init_way(struct app *a);
void services_init_watch(struct app *a);
void services_done_watch(struct app *a);

#endif
