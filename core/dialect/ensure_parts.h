/* ensure_parts.h - what the files of ensure share; nobody outside core/dialect/ensure*.c includes it. */
#ifndef CORE_DIALECT_ENSURE_PARTS_H
#define CORE_DIALECT_ENSURE_PARTS_H

#include "core/dialect/ensure.h"

bool ensure_is_host(const char *jail);
const struct iface *ensure_look(struct dialect *d, const char *jail, const char *iface); /* NULL: it is not there */
/* Also one that was made there under that name and lent to another jail since. */
const struct iface *ensure_look_lent(struct dialect *d, const char *jail, const char *iface);
void ensure_want_setting(struct dialect *d, const char *jail, const char *iface, const char *name, const char *value,
                         const char *was);

#endif
