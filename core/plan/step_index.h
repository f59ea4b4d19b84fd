/*
 * step_index.h - which steps of a plan may be about a jail, a link or an address: to go through all of them for each
 * would make the work for a plan grow with its square. What it finds are candidates, to be looked at closely.
 */
#ifndef CORE_PLAN_STEP_INDEX_H
#define CORE_PLAN_STEP_INDEX_H

#include "core/base/lookup.h"
#include "core/plan/plan.h"

struct step_index {
        const struct plan *plan;
        size_t count; /* steps that are in it */
        struct lookup table;
};

/* Takes in the steps that came since the last call; searches only find those. */
void step_index_update(struct step_index *x, const struct plan *p);
void step_index_done(struct step_index *x);

/* Steps in their order, each once. */
struct step_list {
        size_t *steps;
        size_t count, capacity;
};
void step_list_done(struct step_list *l);

/* Each adds what it finds to the list: that make, remove or rename a jail of that name, or to it; that leave a link
 * under that name in that jail, or under that number; that are about that link; that remove the jail with that cookie;
 * that take that address or route away. */
void step_index_jail(const struct step_index *x, struct step_list *l, const char *name);
void step_index_result(const struct step_index *x, struct step_list *l, const struct target *t);
void step_index_about(const struct step_index *x, struct step_list *l, const struct target *t);
void step_index_removed(const struct step_index *x, struct step_list *l, uint64_t cookie);
void step_index_taken(const struct step_index *x, struct step_list *l, const struct prefix *p);
void step_list_sort(struct step_list *l);

#endif
