/*
 * portrait.h - a network as sorted lines of text, so that two ways of seeing it can be compared: a graph of ours, and
 * what `ip -j` says.
 */
#ifndef TESTS_PROPERTY_PORTRAIT_H
#define TESTS_PROPERTY_PORTRAIT_H

#include "core/graph/graph.h"

enum portrait_flags {
        PORTRAIT_IDS = 1,     /* interface indexes, and the marks that jailnet leaves in the kernel */
        PORTRAIT_KNOWN = 2,   /* what only the inventory knows: node names, hooks, pins, roles (graphs alone) */
        PORTRAIT_NUMBERS = 4, /* the inventory's numbers, and whose it is (graphs alone) */
};

/*
 * portrait_of_* - a line for each jail, link and route that somebody made; counters, carrier and link-local addresses
 * left out. Caller frees.
 */
char *portrait_of_graph(const struct graph *g, unsigned flags);
char *portrait_of_kernel(unsigned flags); /* asks ip, in the caller's network and in all named ones */

/* Writes the lines that only one of the two has to stderr, with '-' and '+' before them. */
void portrait_tell_difference(const char *before, const char *after);

#endif
