/*
 * ezjail.h - jails as ezjail's files and rc.conf's old variables describe them: jail_NAME_KEY="VALUE". Pure.
 */
#ifndef CORE_DIALECT_EZJAIL_H
#define CORE_DIALECT_EZJAIL_H

#include "core/base/addr.h"
#include "core/dialect/rcconf.h"

struct ezjail_address {
        const char *iface; /* "" none was named */
        struct prefix address;
        bool has_length; /* a real prefix was written, not the one bit pattern of an alias */
        const struct rc_variable *variable;
        size_t at;
};

struct ezjail {
        const char *name;     /* as in the variables' names: www_example_org */
        const char *hostname; /* NULL none, as the next two */
        const char *rootdir;
        const char *vnet_interface;
        struct ezjail_address *addresses; /* in the file's order, of ip and of ip_multi0.. */
        size_t address_count, address_capacity;
        struct rc_file *file; /* borrowed */
};

struct ezjails {
        struct ezjail *jails;
        size_t count, capacity;
        struct text said; /* sentences, one a line: keys that are not known, and the like */
};

/*
 * ezjail_read - adds the jails of a file.
 *
 *   shape    base: the file's name without its folder, which is the jail's name where the variables have it; "" for an
 *            rc.conf
 *   errors   -EINVAL with the place: an address that is none, a jail that another file has already
 */
int ezjail_read(struct rc_file *f, const char *base, struct ezjails *ret, struct err *e);
void ezjails_done(struct ezjails *j);

/* Does the file describe jails at all? */
bool ezjail_is_described(const struct rc_file *f);

/* A jail's variable jail_NAME_KEY, else the default of all, jail_KEY; NULL. */
const struct rc_variable *ezjail_find(const struct ezjail *j, const char *key);
const char *ezjail_value(const struct ezjail *j, const char *key); /* NULL none */

/* Is v a variable of this jail with that key; an indexed one (exec_prestart) with any number. */
bool ezjail_is_key(const struct ezjail *j, const struct rc_variable *v, const char *key);

#endif
