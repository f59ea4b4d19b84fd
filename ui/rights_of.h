/* rights_of.h - what each command may do to the system (core/base/rights.h). */
#ifndef UI_RIGHTS_OF_H
#define UI_RIGHTS_OF_H

#include "core/base/rights.h"

/* name: a command's, a verb's first word, or NULL for the console. */
enum rights rights_of(const char *name);

#endif
