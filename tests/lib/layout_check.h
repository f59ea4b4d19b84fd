/* layout_check.h - the laws of a layout, checked cell by cell; and random networks to check them on. */
#ifndef TESTS_LIB_LAYOUT_CHECK_H
#define TESTS_LIB_LAYOUT_CHECK_H

#include "core/graph/registry.h"
#include "ui/tui/layout/layout.h"

/*
 * layout_check - NULL when all laws hold, else one sentence about the first that does not (static storage).
 *
 *   Boxes do not overlap, what is in a frame lies within it, words do not overlap words or hooks. Edges are level and
 *   upright pieces, run through no word and no box but those of their own ends, and share no piece and no corner with
 *   an edge that they do not run together with: they only cross.
 */
const char *layout_check(const struct layout *l);

/* A network of that many jails, the same for the same seed; the first jails are the same for any greater number. */
const struct graph *random_graph(unsigned seed, size_t jails, struct registry *registry);

#endif
