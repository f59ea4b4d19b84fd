/* rights_of.c - what each command may do to the system. Who is not listed is a verb, or like one. */
#include "ui/rights_of.h"

#include <stddef.h>
#include <string.h>

#include "core/base/alloc.h"

static const struct {
        const char *name;
        enum rights rights;
} rows[] = {
        {"help", RIGHTS_NONE},

        {"complete", RIGHTS_LOOK},
        {"convert", RIGHTS_LOOK},
        {"doctor", RIGHTS_LOOK},
        {"export", RIGHTS_LOOK},
        {"jls", RIGHTS_LOOK},
        {"journal", RIGHTS_LOOK},
        {"inventory", RIGHTS_LOOK},
        {"path", RIGHTS_LOOK},
        {"show", RIGHTS_LOOK},
        {"uname", RIGHTS_LOOK},
        {"kldstat", RIGHTS_LOOK},
        {"fmt", RIGHTS_LOOK},
        {"sum", RIGHTS_LOOK},
        {"bsdinstall", RIGHTS_LOOK},

        {"cell", RIGHTS_START},
        {"import", RIGHTS_START},
        {"jail", RIGHTS_START},
        {"jexec", RIGHTS_START},
        {"lines", RIGHTS_START},
        {"service", RIGHTS_START},
        {"sysrc", RIGHTS_START},

        /* The first needs the right to immutable files; who borrows our rights borrows none for it. */
        {"chflags", RIGHTS_ALL},
        {"demo", RIGHTS_ALL},
        {"freebsd", RIGHTS_ALL},
        {"sandbox", RIGHTS_ALL},
};

enum rights rights_of(const char *name)
{
        if (!name) /* the console starts jails and shells in them */
                return RIGHTS_START;
        for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
                if (strcmp(rows[i].name, name) == 0)
                        return rows[i].rights;
        return RIGHTS_CHANGE;
}
