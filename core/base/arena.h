/*
 * arena.h - many small allocations that live and die together (a snapshot of the graph).
 *
 * What it returns is zeroed, aligned for any type, and lasts until arena_done.
 */
#ifndef CORE_BASE_ARENA_H
#define CORE_BASE_ARENA_H

#include <stddef.h>

struct arena_block;

struct arena_kept;

struct arena {
        struct arena_block *blocks;
        struct arena_kept *kept;
};

void *arena_alloc(struct arena *a, size_t size);
char *arena_strdup(struct arena *a, const char *s); /* NULL gives NULL */
void *arena_memdup(struct arena *a, const void *p, size_t size);
void arena_keep(struct arena *a, void *p); /* takes what xcalloc or xrealloc gave, to be freed with all else */
void arena_done(struct arena *a);

#endif
