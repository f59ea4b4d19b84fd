/*
 * claim.h - what a file asked for and an import brought about: "link host bridge0", by the file that wanted it. Plans
 * carry such claims to the inventory, so that a later version of the file can take back what it wants no more. Pure.
 */
#ifndef CORE_PLAN_CLAIM_H
#define CORE_PLAN_CLAIM_H

#include <jansson.h>
#include <stdbool.h>

#include "core/base/arena.h"
#include "core/base/err.h"
#include "core/base/lookup.h"

struct claim {
        const char *file;  /* its path, absolute */
        const char *kind;  /* "link", "port", ... (core/dialect/takeback.c has them all) */
        const char *jail;  /* whose stack; "host" */
        const char *name;  /* of what */
        const char *rest;  /* what else tells it from others: a port's bridge, a route's gateway; "" none */
        const char *value; /* of a setting: what the file sets it to; "" or NULL none */
        const char *was;   /* what is to be there again without the file; "" or NULL nothing */
        bool is_new;       /* it was not so before */
};

struct claims {
        struct claim *list; /* in the order in which they came about */
        size_t count, capacity;
        struct lookup index;
        struct arena arena;
};

void claims_done(struct claims *f); /* zeroed memory is an empty list */

/* All is copied. One that is there already is not added again: it is new when either is, has the value of the later
 * one, and what was there before the first that was new. */
void claims_add(struct claims *f, const struct claim *one);
void claims_add_all(struct claims *f, const struct claims *from);

/* The same claim, whichever file it is of (NULL), or of that file; NULL: there is none. */
const struct claim *claims_find(const struct claims *f, const struct claim *one, const char *file);

/* For plans: a list of lists of words. from_json: -EINVAL; what was read so far stays in ret. */
json_t *claims_to_json(const struct claims *f);
int claims_from_json(const json_t *j, struct claims *ret, struct err *e);

#endif
