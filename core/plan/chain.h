/*
 * chain.h - several requests as one plan, each planned on the graph as the ones before it leave it: for batch files,
 * scenarios and imports. Pure.
 */
#ifndef CORE_PLAN_CHAIN_H
#define CORE_PLAN_CHAIN_H

#include "core/plan/plan.h"

struct plan_chain;

/* On g, which is borrowed and must outlive the chain. */
struct plan_chain *plan_chain_new(const struct graph *g);
void plan_chain_free(struct plan_chain *c);
void plan_chain_freep(struct plan_chain **c);

/* What would be there after the requests so far; borrowed until the next one. */
const struct graph *plan_chain_graph(struct plan_chain *c);

/* The next request; on failure e says why, and nothing of it is in the plan. */
int plan_chain_add(struct plan_chain *c, const struct intent *in, struct err *e);

/* The same with a plan that was made on plan_chain_graph, and finished; its steps are taken. */
int plan_chain_join(struct plan_chain *c, struct plan *part, struct err *e);

size_t plan_chain_steps(const struct plan_chain *c); /* of the plan, so far */

/*
 * plan_chain_finish - the plan, which the caller frees with plan_free; the chain is empty then.
 *
 *   shape    steps about what earlier ones make, move or rename name it by its name, as the applier wants it
 */
struct plan *plan_chain_finish(struct plan_chain *c, const char *words, const char *title);

#endif
