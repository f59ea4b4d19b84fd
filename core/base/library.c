/* library.c - dlopen and dlsym. */
#include "core/base/library.h"

#include <dlfcn.h>
#include <errno.h>
#include <string.h>

int library_load(const char *file, const struct library_symbol *symbols, size_t count, struct err *e)
{
        void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL); /* never closed: it would have to be loaded again */

        if (!library)
                return err_set(e, -ELIBACC, "%s: this library cannot be loaded; install its package (%s)", file,
                               dlerror());
        for (size_t i = 0; i < count; i++) {
                void *symbol = dlsym(library, symbols[i].name);

                if (!symbol)
                        return err_set(e, -ELIBACC, "%s: has no %s; install a newer one", file, symbols[i].name);
                memcpy(symbols[i].place, &symbol, sizeof(symbol)); /* POSIX has both kinds of pointers alike */
        }
        return 0;
}
