/* recognise.h - which of FreeBSD's files a text is, by its name and by what stands in it. Pure. */
#ifndef CORE_DIALECT_RECOGNISE_H
#define CORE_DIALECT_RECOGNISE_H

#include "core/dialect/source.h"

enum file_kind {
        FILE_UNKNOWN,
        FILE_RCCONF,   /* rc.conf, the host's or a jail's */
        FILE_EZJAIL,   /* jail_NAME_KEY="VALUE" */
        FILE_JAILCONF, /* jail.conf */
        FILE_NGCTL,    /* commands of ngctl */
        FILE_PF,       /* pf.conf */
        FILE_KIND_COUNT
};

const char *file_kind_name(enum file_kind k);               /* "rc.conf", "ezjail", "jail.conf", "ngctl", "pf.conf" */
int file_kind_parse(const char *name, enum file_kind *ret); /* -EINVAL */

/* FILE_UNKNOWN when nothing speaks for any. */
enum file_kind recognise(const struct source *s);

/* "/usr/jails/www/etc/rc.conf" and "jails/www/rc.conf" give "www", "/etc/rc.conf" and "rc.conf" give NULL; caller
 * frees. */
char *recognise_jail(const char *path);

#endif
