/*
 * library.h - shared libraries that few commands need are loaded by those. The two that are, and six that they stand
 * on, took the loader a third of the time that it needs before main, in every start of jailnet.
 *
 * The one idiom, in which the compiler checks calls as if the library were linked:
 *
 *      #define FROB_SYMBOLS(X) X(frob_new) X(frob_free)
 *      #define PLACE(name)     {#name, &frob.name},
 *      static struct { FROB_SYMBOLS(LIBRARY_POINTER) } frob;
 *      static const struct library_symbol places[] = {FROB_SYMBOLS(PLACE)};
 *      ...
 *      int r = library_load(FROB_LIBRARY, places, ARRAY_SIZE(places), e);
 *      x = frob.frob_new();
 *
 * FROB_LIBRARY is a file's name, which CMakeLists.txt reads from the library that is there when jailnet is built; the
 * packages depend on it as on what is linked (packaging/CMakeLists.txt).
 */
#ifndef CORE_BASE_LIBRARY_H
#define CORE_BASE_LIBRARY_H

#include <stddef.h>

#include "core/base/err.h"

struct library_symbol {
        const char *name;
        void *place; /* of the pointer to it, a function or a variable */
};

#define LIBRARY_POINTER(name) __typeof__ (&(name))(name); /* a member of the same name */

/*
 * library_load - loads a library for good, and fills the places. Cheap when that was done before.
 *
 *   errors   -ELIBACC: it is not there, or lacks a symbol; e says which
 */
int library_load(const char *file, const struct library_symbol *symbols, size_t count, struct err *e);

#endif
