/*
 * rcimport.h - what rc.conf says of a stack's network, asked for where it is not so already. Pure.
 *
 * Read: cloned_interfaces, create_args_*, vlans_*, ifconfig_* with _name, _ipv6, _aliasN, _aliases and _descr,
 * defaultrouter, ipv6_defaultrouter, static_routes, gateway_enable. What is about other things is passed over.
 */
#ifndef CORE_DIALECT_RCIMPORT_H
#define CORE_DIALECT_RCIMPORT_H

#include "core/dialect/dialect.h"
#include "core/dialect/rcconf.h"

/*
 * rc_import_early, rc_import_made, rc_import_set - first what the file makes, then what its interfaces are like:
 * between the two others may lend interfaces to jails.
 *
 *   shape    jail: whose rc.conf it is; "host". Early: what can be made before netgraph has made its interfaces
 *   errors   e has the place in the file
 */
int rc_import_early(struct dialect *d, struct rc_file *f, const char *jail, struct err *e);
int rc_import_made(struct dialect *d, struct rc_file *f, const char *jail, struct err *e);
int rc_import_set(struct dialect *d, struct rc_file *f, const char *jail, struct err *e);

/* What a jail has made and another one has: before anything is set in any of them. */
int rc_import_lent(struct dialect *d, struct rc_file *f, const char *jail, struct err *e);

#endif
