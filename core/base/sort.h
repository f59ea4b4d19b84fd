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

#endif
