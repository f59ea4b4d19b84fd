/* sort.c - merges halves, but only those that are not in order as they stand. */
#include "core/base/sort.h"

#include <stdbool.h>
#include <string.h>

#include "core/base/alloc.h"

typedef int (*sort_compare)(const void *a, const void *b, void *context);

struct sort {
        size_t size;
        sort_compare compare;
        void *context;
        char *spare; /* room for half of the items; NULL while nothing was out of order */
        size_t spare_count;
};

/* Most are places in an array: without a call for each. */
static inline void copy_item(char *to, const char *from, size_t size)
{
        if (size == sizeof(size_t))
                memcpy(to, from, sizeof(size_t));
        else
                memcpy(to, from, size);
}

static void merge(struct sort *s, char *items, size_t left, size_t right)
{
        char *middle = items + left * s->size, *end = middle + right * s->size;

        /* What is less than all of the right half stays where it is. */
        while (s->compare(items, middle, s->context) <= 0) {
                items += s->size;
                left--;
        }
        if (!s->spare)
                s->spare = xcalloc(s->spare_count, s->size);
        memcpy(s->spare, items, left * s->size);

        char *from = s->spare, *from_end = from + left * s->size;

        while (from < from_end && middle < end) {
                bool takes_left = s->compare(from, middle, s->context) <= 0;

                copy_item(items, takes_left ? from : middle, s->size);
                *(takes_left ? &from : &middle) += s->size;
                items += s->size;
        }
        memcpy(items, from, (size_t)(from_end - from)); /* of the right half, the rest is in its place */
}

static void sort_part(struct sort *s, char *items, size_t count)
{
        if (count < 2)
                return;

        size_t left = count / 2;
        char *middle = items + left * s->size;

        sort_part(s, items, left);
        sort_part(s, middle, count - left);
        if (s->compare(middle - s->size, middle, s->context) > 0)
                merge(s, items, left, count - left);
}

void sort_items_with(void *items, size_t count, size_t size,
                     int (*compare)(const void *a, const void *b, void *context), void *context)
{
        struct sort s = {.size = size, .compare = compare, .context = context, .spare_count = count / 2 + 1};
        char *item = items;
        size_t k = 1;

        /* Most often all of it is in order, which a loop tells for less than halves of halves do. */
        for (; k < count && compare(item, item + size, context) <= 0; k++)
                item += size;
        if (k >= count)
                return;
        sort_part(&s, items, count);
        free(s.spare);
}

static int compare_plain(const void *a, const void *b, void *context)
{
        int (*const *compare)(const void *, const void *) = context;

        return (*compare)(a, b);
}

void sort_items(void *items, size_t count, size_t size, int (*compare)(const void *a, const void *b))
{
        sort_items_with(items, count, size, compare_plain, &compare);
}
