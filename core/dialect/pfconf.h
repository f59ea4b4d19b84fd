/*
 * pfconf.h - pf.conf's rules of address translation in their plain form, asked for where they are not there already:
 *
 *   ext_if = "em0"
 *   nat on $ext_if from 10.1.0.0/24 to any -> ($ext_if:0)
 *   rdr on $ext_if proto tcp to $ext_if:0 port 80 -> 10.1.0.2 port 8080
 *
 * Every other line is refused, with its place: half a firewall is worse than none. Pure.
 */
#ifndef CORE_DIALECT_PFCONF_H
#define CORE_DIALECT_PFCONF_H

#include "core/dialect/dialect.h"
#include "core/dialect/source.h"

int pf_import(struct dialect *d, struct source *s, struct err *e); /* of the host */
int pf_import_jail(struct dialect *d, struct source *s, const char *jail, struct err *e);

#endif
