/*
 * jibjng.h - what jib and jng have in common: their command line, names' rule, help, and addresses by one rule. Private
 * to the two.
 */
#ifndef CORE_DIALECT_JIBJNG_H
#define CORE_DIALECT_JIBJNG_H

#include "core/dialect/dialect.h"

/* An action of theirs. */
struct jibjng_action {
        const char *name;
        const char *synopsis;                                                /* "addm [-b BRIDGE_NAME] NAME ..." */
        const char *help;                                                    /* one sentence */
        int (*run)(struct dialect *d, int argc, char **argv, struct err *e); /* argv behind the action's name */
};

/* Finds the action and runs it; tells how it is used when there is none: exit status 1. */
int jibjng_run(struct dialect *d, const struct jibjng_action *actions, size_t count, int argc, char **argv,
               struct err *e);

/* On stderr how the action is used, on stdout what it is for: exit status 1. */
int jibjng_usage(struct dialect *d, const char *program, const struct jibjng_action *a);

/* 1 if NAME is fit for the two: letters, digits and '_' alone. */
bool jibjng_is_name(const char *name);

/* "e3a_web" with side 'a': the name behind it, else NULL. side '\0': no side letter ("ng3_web"). */
const char *jibjng_name_of(const char *iface, const char *stem, char side);

/* Uses of each parent in one run: the counter of the rule. */
struct jibjng_uses {
        const char *parents[INTENT_VALUES_MAX * 4];
        unsigned counts[INTENT_VALUES_MAX * 4];
        size_t count;
};
unsigned jibjng_next_use(struct jibjng_uses *u, const char *parent);

/*
 * jibjng_set_mac - the rule's address for an interface, pinned; where another one on the segment has that already, a
 * stable other one, and a sentence says so. Strict: the rule's all the same. A parent without an address: none is set.
 */
int jibjng_set_mac(struct dialect *d, const char *program, const char *word, const char *parent_word, const char *jail,
                   unsigned n, struct err *e);

/* Puts words sorted as text, one a line, each once; frees them. */
void jibjng_put_sorted(struct text *t, char **words, size_t count);

#endif
