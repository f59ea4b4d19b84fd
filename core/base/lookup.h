/*
 * lookup.h - numbers found by a hash: several may stand under one key, and a key may be of two things, so that who
 * looks checks what he finds. Entries stay until the table goes.
 */
#ifndef CORE_BASE_LOOKUP_H
#define CORE_BASE_LOOKUP_H

#include <stddef.h>
#include <stdint.h>

struct lookup_entry {
        uint64_t key;
        size_t value, next;
};

struct lookup {
        struct lookup_entry *entries;
        size_t count, capacity;
        size_t *heads; /* of head_count lists, newest first */
        size_t head_count;
};

/* A key of several parts: key = lookup_mix_text(lookup_mix(LOOKUP_KEY, cookie), name). */
#define LOOKUP_KEY UINT64_C(0xcbf29ce484222325) /* FNV-1a */
uint64_t lookup_mix(uint64_t key, uint64_t value);
uint64_t lookup_mix_text(uint64_t key, const char *text);

void lookup_expect(struct lookup *t, size_t count); /* of an empty one: so many will be put, more or less */
void lookup_put(struct lookup *t, uint64_t key, size_t value);
void lookup_done(struct lookup *t);

#define LOOKUP_END SIZE_MAX
/* for (size_t at = lookup_first(t, key); at != LOOKUP_END; at = lookup_next(t, at)) t->entries[at].value; newest first
 */
size_t lookup_first(const struct lookup *t, uint64_t key);
size_t lookup_next(const struct lookup *t, size_t at);

#endif
