/* alloc.c - memory that does not run out quietly. */
#include "core/base/alloc.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void (*exhaustion_handler)(void);

void alloc_on_exhaustion(void (*handler)(void))
{
        exhaustion_handler = handler;
}

static void exhausted(void)
{
        static const char words[] = "jailnet: out of memory; nothing was left half done, see jailnet journal\n";

        if (exhaustion_handler)
                exhaustion_handler();
        (void)!write(STDERR_FILENO, words, sizeof(words) - 1); /* nothing better to do with a failure here */
        abort();
}

void *xcalloc(size_t count, size_t size)
{
        void *p = calloc(count ? count : 1, size ? size : 1);

        if (!p)
                exhausted();
        return p;
}

void *xrealloc(void *old, size_t count, size_t size)
{
        size_t bytes;

        if (__builtin_mul_overflow(count, size, &bytes))
                exhausted();

        void *p = realloc(old, bytes ? bytes : 1);

        if (!p)
                exhausted();
        return p;
}

char *xstrdup(const char *s)
{
        return xstrndup(s, strlen(s));
}

char *xstrndup(const char *s, size_t n)
{
        size_t length = strnlen(s, n);
        char *copy = xcalloc(length + 1, 1);

        memcpy(copy, s, length);
        return copy;
}

char *xvasprintf(const char *fmt, va_list ap)
{
        char *s = NULL;

        if (vasprintf(&s, fmt, ap) < 0)
                exhausted();
        return s;
}

char *xasprintf(const char *fmt, ...)
{
        va_list ap;

        va_start(ap, fmt);
        char *s = xvasprintf(fmt, ap);
        va_end(ap);
        return s;
}

void *array_grow(void *items, size_t *capacity, size_t count, size_t size)
{
        if (count < *capacity)
                return items;

        size_t wanted = *capacity ? *capacity * 2 : 8;

        if (wanted <= count)
                wanted = count + 1;
        items = xrealloc(items, wanted, size);
        memset((char *)items + *capacity * size, 0, (wanted - *capacity) * size);
        *capacity = wanted;
        return items;
}

void closep(const int *fd)
{
        if (*fd >= 0)
                (void)close(*fd); /* read-only or already flushed: nothing to learn from a failure */
}
