/* import_exec.h - import --exec: the jails of the files are started in the network that the import's plan makes. */
#ifndef UI_CLI_IMPORT_EXEC_H
#define UI_CLI_IMPORT_EXEC_H

#include "core/dialect/jail_params.h"
#include "ui/app.h"

/* The jails of all jail.conf files, in the order in which they start. Zeroed: none is started. */
struct import_jails {
        struct jail_params *list;
        size_t *order;
        bool **done; /* by jail, a flag for each command of exec.prestart: the plan does what it would */
        size_t count;
        char *cause; /* what all plans of this import carry; see jail_parts.h */
};

void import_jails_done(struct import_jails *x);

/* Before anything is changed: can those that do not run be started? An exit status; what is wrong is told. */
int import_exec_check(struct app *a, const struct import_jails *x);

/* Prints what would be run. */
void import_exec_show(struct app *a, const struct import_jails *x);

/* From here on plans carry the cause. */
void import_exec_begin(struct import_jails *x);

/* Starts them. When a phase fails, all of the import is taken back: jails, what their commands did, and its plan. */
int import_exec_run(struct app *a, const struct import_jails *x);

#endif
