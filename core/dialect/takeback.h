/*
 * takeback.h - what an earlier version of a file made and the present one wants no more, taken back. Pure.
 *
 * Only claims that an import brought about are ever among these, and only while nobody has taken them away since: what
 * somebody else made stays.
 */
#ifndef CORE_DIALECT_TAKEBACK_H
#define CORE_DIALECT_TAKEBACK_H

#include "core/dialect/dialect.h"

/*
 * takeback - asks for the end of each of these claims that is still so.
 *
 *   shape    what cannot be taken back (processes run in a jail) stays, and why is said; *ret_left gets these claims
 */
void takeback(struct dialect *d, const struct claims *gone, struct claims *ret_left);

/*
 * takeback_names - interfaces that files have given names get those that the present ones want: old becomes *ret, with
 * the names as they are then.
 */
void takeback_names(struct dialect *d, const struct claims *old, const struct claims *wanted, struct claims *ret);

#endif
