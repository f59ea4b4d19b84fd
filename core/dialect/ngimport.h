/* ngimport.h - a script of ngctl's commands as part of an import. Pure. */
#ifndef CORE_DIALECT_NGIMPORT_H
#define CORE_DIALECT_NGIMPORT_H

#include "core/dialect/dialect.h"
#include "core/dialect/source.h"

/*
 * ng_import - the script's lines, one after the other, as one ngctl would take them.
 *
 *   shape    only what is not so already: nothing for a script that was imported before
 *   errors   a line that ngctl refuses, with its place; a script of whose names only some are there, when its lines do
 *            not tell which node is which
 */
int ng_import(struct dialect *d, struct source *s, struct err *e);

#endif
