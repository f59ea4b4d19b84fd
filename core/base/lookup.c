/* lookup.c - lists by hash, newest first. */
#include "core/base/lookup.h"

#include <stdlib.h>

#include "core/base/alloc.h"

#define FNV_PRIME UINT64_C(0x100000001b3)

uint64_t lookup_mix(uint64_t key, uint64_t value)
{
        for (unsigned k = 0; k < 64; k += 8)
                key = (key ^ (value >> k & 0xff)) * FNV_PRIME;
        return key;
}

uint64_t lookup_mix_text(uint64_t key, const char *text)
{
        for (; *text; text++)
                key = (key ^ (uint8_t)*text) * FNV_PRIME;
        return key;
}

static void link_entry(struct lookup *t, size_t at)
{
        size_t *head = &t->heads[t->entries[at].key % (t->head_count ? t->head_count : 1)];

        t->entries[at].next = *head;
        *head = at;
}

static void make_heads(struct lookup *t, size_t count)
{
        free(t->heads);
        t->head_count = count;
        t->heads = xcalloc(count, sizeof(*t->heads));
        for (size_t k = 0; k < count; k++)
                t->heads[k] = LOOKUP_END;
        for (size_t k = 0; k < t->count; k++)
                link_entry(t, k);
}

void lookup_expect(struct lookup *t, size_t count)
{
        make_heads(t, count + 1);
        t->entries = xcalloc(t->capacity = count, sizeof(*t->entries));
}

void lookup_put(struct lookup *t, uint64_t key, size_t value)
{
        if (t->count >= t->head_count)
                make_heads(t, 2 * t->head_count + 64);
        t->entries = array_grow(t->entries, &t->capacity, t->count, sizeof(*t->entries));
        t->entries[t->count] = (struct lookup_entry){.key = key, .value = value};
        link_entry(t, t->count++);
}

static size_t with_key(const struct lookup *t, uint64_t key, size_t at)
{
        while (at != LOOKUP_END && t->entries[at].key != key)
                at = t->entries[at].next;
        return at;
}

size_t lookup_first(const struct lookup *t, uint64_t key)
{
        return t->head_count ? with_key(t, key, t->heads[key % t->head_count]) : LOOKUP_END;
}

size_t lookup_next(const struct lookup *t, size_t at)
{
        return with_key(t, t->entries[at].key, t->entries[at].next);
}

void lookup_done(struct lookup *t)
{
        free(t->entries);
        free(t->heads);
        *t = (struct lookup){0};
}
