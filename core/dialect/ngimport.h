/* ngimport.h - a script of ngctl's commands as part of an import. Pure. */
#ifndef CORE_DIALECT_NGIMPORT_H
#define CORE_DIALECT_NGIMPORT_H

#include "core/dialect/dialect.h"
#include "core/dialect/source.h"

/*
 * ng_import - the script's lines, one after the other, as one ngctl would take them.
 *
 *   shape    nothing when every name that it gives is there already: it was imported before
 *   errors   a line that ngctl refuses, with its place; a script of whose names only some are there
 */
int ng_import(struct dialect *d, struct source *s, struct err *e);

#endif
