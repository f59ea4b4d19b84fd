/* claim.c - lists of claims, found by a hash since a large network has thousands. */
#include "core/plan/claim.h"

#include <errno.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/plan/json_fields.h"

#define WORDS        7
#define WORDS_NEEDED 5 /* those of settings came later */

static uint64_t key_of(const struct claim *f)
{
        return lookup_mix_text(lookup_mix_text(lookup_mix_text(lookup_mix_text(LOOKUP_KEY, f->kind), f->jail), f->name),
                               f->rest);
}

static bool is_same(const struct claim *a, const struct claim *b)
{
        return strcmp(a->kind, b->kind) == 0 && strcmp(a->jail, b->jail) == 0 && strcmp(a->name, b->name) == 0 &&
                strcmp(a->rest, b->rest) == 0;
}

void claims_done(struct claims *f)
{
        free(f->list);
        lookup_done(&f->index);
        arena_done(&f->arena);
        *f = (struct claims){0};
}

static struct claim *find(const struct claims *f, const struct claim *one, const char *file)
{
        for (size_t at = lookup_first(&f->index, key_of(one)); at != LOOKUP_END; at = lookup_next(&f->index, at)) {
                struct claim *other = &f->list[f->index.entries[at].value];

                if (is_same(other, one) && (!file || strcmp(other->file, file) == 0))
                        return other;
        }
        return NULL;
}

const struct claim *claims_find(const struct claims *f, const struct claim *one, const char *file)
{
        return find(f, one, file);
}

static const char *copy(struct claims *f, const char *text)
{
        return text && *text ? arena_strdup(&f->arena, text) : "";
}

void claims_add(struct claims *f, const struct claim *one)
{
        struct claim *there = find(f, one, one->file);

        if (there) {
                if (one->is_new && !there->is_new)
                        there->was = copy(f, one->was);
                if (strcmp(there->value, one->value ? one->value : "") != 0)
                        there->value = copy(f, one->value);
                there->is_new |= one->is_new;
                return;
        }
        f->list = array_grow(f->list, &f->capacity, f->count, sizeof(*f->list));
        f->list[f->count] = (struct claim){
                .file = arena_strdup(&f->arena, one->file),
                .kind = arena_strdup(&f->arena, one->kind),
                .jail = arena_strdup(&f->arena, one->jail),
                .name = arena_strdup(&f->arena, one->name),
                .rest = arena_strdup(&f->arena, one->rest),
                .value = copy(f, one->value),
                .was = copy(f, one->was),
                .is_new = one->is_new,
        };
        lookup_put(&f->index, key_of(one), f->count++);
}

void claims_add_all(struct claims *f, const struct claims *from)
{
        for (size_t k = 0; k < from->count; k++)
                claims_add(f, &from->list[k]);
}

json_t *claims_to_json(const struct claims *f)
{
        json_t *j = json_array();

        for (size_t k = 0; k < f->count; k++) {
                const struct claim *o = &f->list[k];
                const char *const words[WORDS] = {o->file, o->kind, o->jail, o->name, o->rest, o->value, o->was};
                json_t *one = json_array();

                for (size_t i = 0; i < (*o->value || *o->was ? WORDS : WORDS_NEEDED); i++)
                        (void)json_array_append_new(one, text_to_json(words[i]));
                (void)json_array_append_new(j, one);
        }
        return j;
}

int claims_from_json(const json_t *j, struct claims *ret, struct err *e)
{
        if (!json_is_array(j))
                return err_set(e, -EINVAL, "imported: is no list");
        for (size_t k = 0; k < json_array_size(j); k++) {
                const json_t *one = json_array_get(j, k);
                char *words[WORDS] = {0};
                size_t count = json_array_size(one);
                bool is_whole = json_is_array(one) && (count == WORDS || count == WORDS_NEEDED);

                for (size_t i = 0; i < count && i < WORDS; i++) {
                        words[i] = is_whole ? text_from_json(json_array_get(one, i)) : NULL;
                        is_whole = words[i] != NULL;
                }
                if (is_whole)
                        claims_add(ret,
                                   &(struct claim){.file = words[0],
                                                   .kind = words[1],
                                                   .jail = words[2],
                                                   .name = words[3],
                                                   .rest = words[4],
                                                   .value = words[5],
                                                   .was = words[6]});
                for (size_t i = 0; i < WORDS; i++)
                        free(words[i]);
                if (!is_whole)
                        return err_set(e, -EINVAL, "imported: holds something else than claims");
        }
        return 0;
}
