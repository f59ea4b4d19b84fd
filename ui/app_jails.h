/*
 * app_jails.h - the services around jails with processes: those that jail -c started, and commands in them.
 *
 * Part of struct app (app.h); services_jails.c fills it.
 */
#ifndef UI_APP_JAILS_H
#define UI_APP_JAILS_H

#include "core/dialect/jail_params.h"
#include "core/exec/cell.h"
#include "core/exec/program.h"
#include "db/db.h"

struct app;

struct app_jails {
        /* list - all that are remembered, by name; each is started_jail_done, *ret freed by the caller. */
        int (*list)(struct app *a, struct started_jail **ret, size_t *ret_count, struct err *e);
        int (*put)(struct app *a, const struct started_jail *j, struct err *e);
        int (*forget)(struct app *a, const char *name, struct err *e);

        /* start - a keeper with the jail's init, which outlives us; see cell_start. */
        int (*start)(struct app *a, const struct cell_spec *s, struct cell_id *ret, struct err *ret_open,
                     struct err *e);
        bool (*is_alive)(const struct cell_id *id);
        int (*tell)(const struct cell_id *id, enum cell_word word);
        int (*wait_end)(const struct cell_id *id, int timeout_ms);
        bool (*is_alone)(const struct cell_id *id);
        int (*set_hostname)(const struct cell_id *id, const char *hostname, struct err *e);
        int (*run)(const struct program *c, int *ret_status, struct err *e);

        /* clear - what a jail leaves behind: lent interfaces come home, its stack or its addresses on the host go. */
        int (*clear)(struct app *a, const char *name, const struct jail_params *p, struct err *e);

        /* caused - plans that processes with this JAILNET_CAUSE in their environment have done; caller frees *ret. */
        int (*caused)(struct app *a, const char *cause, int64_t **ret, size_t *ret_count, struct err *e);
};

/* The keeper's process: reads what to start from stdin, answers on stdout, and goes when the jail has ended. Its exit
 * status. */
int services_cell_main(struct app *a);

#endif
