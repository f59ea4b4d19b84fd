/*
 * words.h - random command lines, made from the verb table: what stands in the network and what does not, names from a
 * small pool so that they clash, and hostile ones.
 */
#ifndef TESTS_PROPERTY_WORDS_H
#define TESTS_PROPERTY_WORDS_H

#include "core/base/text.h"
#include "core/graph/graph.h"

#define WORDS_MAX 24

/* Zeroed but for state is ready; the same state and the same graphs give the same words. */
struct dice {
        uint64_t state;
};

unsigned dice_roll(struct dice *d, unsigned sides); /* 0 to sides - 1 */

/* Words of one request, ended by NULL; caller frees each. Returns how many. */
int words_make(struct dice *d, const struct graph *g, char *argv[WORDS_MAX + 1]);
void words_free(char **argv);
void words_put(struct text *t, char *const *argv); /* as one would type them */

#endif
