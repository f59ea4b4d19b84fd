/*
 * alloc.h - memory that does not run out quietly, and the cleanup idiom.
 *
 * The x-functions never return NULL: on exhaustion they call the handler (the console restores its terminal there) and
 * abort. The journal makes that safe. Sizes are in bytes; what they return is freed with free().
 */
#ifndef CORE_BASE_ALLOC_H
#define CORE_BASE_ALLOC_H

#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* CLEANUP(fn): fn gets a pointer to the variable when it leaves its scope. */
#define CLEANUP(fn) __attribute__((cleanup(fn)))

/* TAKE(p): the pointer p holds, leaving NULL behind, so that p's cleanup does nothing. */
#define TAKE(p)                                          \
        (__extension__({                                 \
                __typeof__(p) *take_from_ = &(p);        \
                __typeof__(p) take_value_ = *take_from_; \
                *take_from_ = NULL;                      \
                take_value_;                             \
        }))

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

void *xcalloc(size_t count, size_t size);
void *xrealloc(void *old, size_t count, size_t size); /* count * size is checked for overflow */
char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t n);
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
char *xvasprintf(const char *fmt, va_list ap) __attribute__((format(printf, 1, 0)));

/*
 * array_grow - room for one more element in a growing array: doubles when full.
 *
 *   shape    array_grow(&items, &capacity, count, sizeof(*items)); then items[count++] = ...
 */
void *array_grow(void *items, size_t *capacity, size_t count, size_t size);

/* Sets what runs before abort() when memory is gone; NULL for nothing. */
void alloc_on_exhaustion(void (*handler)(void));

/*
 * INLINE - for the smallest of cleanups, in headers. A variable whose address is given to a function has to live on the
 * stack, and what has such ones gets a guard there: each of these inline makes the program shorter.
 */
#define INLINE __attribute__((always_inline)) static inline

/* For CLEANUP(freep) char *s: frees what s points at. */
INLINE void freep(void *pointer_to_pointer)
{
        void *p;

        memcpy(&p, pointer_to_pointer, sizeof(p));
        free(p);
}

/* For CLEANUP(closep) int fd = -1: closes when >= 0. */
void closep(const int *fd);

#endif
