/*
 * sort.h - sorting of what is mostly in order already: the parts of a picture that was built a moment ago.
 *
 * What is in order costs one comparison an item, what is out of order in some places little more. Equal items keep
 * their order.
 */
#ifndef CORE_BASE_SORT_H
#define CORE_BASE_SORT_H

#include <stddef.h>

/* As qsort and qsort_r; items may be NULL when count is 0. */
void sort_items(void *items, size_t count, size_t size, int (*compare)(const void *a, const void *b));
void sort_items_with(void *items, size_t count, size_t size,
                     int (*compare)(const void *a, const void *b, void *context), void *context);

/*
 * Finds in [low, high) of what is sorted the first place that is not before what is looked for, and leaves it in low.
 * is_before says so of the place `at`, which is the caller's name for it.
 */
#define SEARCH(low, high, at, is_before)                          \
        do {                                                      \
                while ((low) < (high)) {                          \
                        size_t at = (low) + ((high) - (low)) / 2; \
                                                                  \
                        if (is_before)                            \
                                (low) = (at) + 1;                 \
                        else                                      \
                                (high) = (at);                    \
                }                                                 \
        } while (0)

#endif
