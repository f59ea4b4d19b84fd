/*
 * jailimport.h - jails as jail.conf, ezjail and a conversion tell of them, asked for where they are not so already:
 * jails, their interfaces, and nothing of what would run in them. Pure.
 */
#ifndef CORE_DIALECT_JAILIMPORT_H
#define CORE_DIALECT_JAILIMPORT_H

#include "core/dialect/convert.h"
#include "core/dialect/dialect.h"
#include "core/dialect/jail_params.h"

/* One command of exec.prestart: jib addm, jng bridge and ifconfig's plain ones are understood, which ret_is_done tells;
 * others are left out (ret_is_done NULL: and named). name: the jail's. */
int jail_import_command(struct dialect *d, const char *name, const char *command, bool *ret_is_done, struct err *e);

/*
 * jail_import_params - the jail, and its vnet.interface.
 *
 *   shape    ret_done: the jail will be started, too. A flag for each command of exec.prestart says that the plan does
 *            what it would; a jail without a stack gets its addresses. NULL: nothing of it is run
 *   errors   *ret_at: which of its values is meant; its name NULL: none
 */
struct jail_value {
        const char *param, *value;
};

int jail_import_params(struct dialect *d, const struct jail_params *p, bool *ret_done, struct jail_value *ret_at,
                       struct err *e);

/* jib addm [-b B] NAME IF... and jng bridge NAME IF..., for those that are not there. */
int jail_import_jib(struct dialect *d, const char *nick, const char *suffix, char *const *ifaces, size_t count,
                    bool is_jng, struct err *e);

/* A jail of a conversion: what convert would write, built. -EINVAL when a prefix length is not known. */
int jail_import_converted(struct dialect *d, const struct convert *c, const struct convert_jail *j, struct err *e);

#endif
