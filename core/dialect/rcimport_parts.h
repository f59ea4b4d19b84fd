/*
 * rcimport_parts.h - what the two files of rc.conf's import share; nobody else includes this.
 *
 * rcimport_made.c asks for what the file makes, rcimport.c for what its interfaces are like, and for routes.
 */
#ifndef CORE_DIALECT_RCIMPORT_PARTS_H
#define CORE_DIALECT_RCIMPORT_PARTS_H

#include "core/dialect/rcimport.h"

struct rc {
        struct dialect *d;
        struct rc_file *f;
        const char *jail;
        bool is_early; /* what something is missing for is left for later */
};

/* The interface of this stack whose name is so in variables; NULL. */
const char *rc_find_mangled(struct rc *rc, const char *mangled);

#endif
