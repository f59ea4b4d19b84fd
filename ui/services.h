/*
 * services.h - fills struct app with the real services: the observer, exec and the inventory.
 *
 * Nothing is opened before it is first asked for, so that `jailnet --help` touches neither kernel nor file.
 */
#ifndef UI_SERVICES_H
#define UI_SERVICES_H

#include "ui/app.h"

void services_init(struct app *a); /* options that are set already stay */
void services_done(struct app *a); /* stops what runs, closes the inventory */
void services_free(struct app *a); /* after that, where memory is to be given back before the process ends */

/* The helper process that guards a plan. *ret_told: what is to be told, since nobody else is left to do it. */
int services_guard_main(struct app *a, int within_s, char **ret_told, struct err *e);

#endif
