/* tables.h - a list of make-page.c's: the tables of the inventory. */
#ifndef MAN_TABLES_H
#define MAN_TABLES_H

#include "man/mdoc.h"

/* Each table with its columns, in their order; those that are no integers with their type. */
void tables_put(struct mdoc *m, const char *file);

#endif
