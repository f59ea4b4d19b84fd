/* arena.c - many small allocations that live and die together. */
#include "core/base/arena.h"

#include <stdalign.h>
#include <string.h>

#include "core/base/alloc.h"

#define BLOCK_BYTES (64u * 1024u)

struct arena_block {
        struct arena_block *next;
        size_t used;
        size_t size;
        alignas(max_align_t) unsigned char bytes[];
};

void *arena_alloc(struct arena *a, size_t size)
{
        size_t rounded = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
        struct arena_block *b = a->blocks;

        if (!b || b->size - b->used < rounded) {
                size_t room = rounded > BLOCK_BYTES ? rounded : BLOCK_BYTES;

                b = xcalloc(1, sizeof(*b) + room);
                b->size = room;
                b->next = a->blocks;
                a->blocks = b;
        }

        void *p = b->bytes + b->used;

        b->used += rounded;
        return p;
}

void *arena_memdup(struct arena *a, const void *p, size_t size)
{
        void *copy = arena_alloc(a, size);

        if (size)
                memcpy(copy, p, size);
        return copy;
}

char *arena_strdup(struct arena *a, const char *s)
{
        return s ? arena_memdup(a, s, strlen(s) + 1) : NULL;
}

/* What was allocated elsewhere. */
struct arena_kept {
        struct arena_kept *next;
        void *p;
};

void arena_keep(struct arena *a, void *p)
{
        struct arena_kept *k = arena_alloc(a, sizeof(*k));

        *k = (struct arena_kept){.next = a->kept, .p = p};
        a->kept = k;
}

void arena_done(struct arena *a)
{
        for (struct arena_kept *k = a->kept; k; k = k->next)
                free(k->p);
        a->kept = NULL;
        for (struct arena_block *b = a->blocks; b;) {
                struct arena_block *next = b->next;

                free(b);
                b = next;
        }
        a->blocks = NULL;
}
