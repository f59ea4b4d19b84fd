/*
 * simulate.h - the graph as it would be after a plan: for the preview's picture, and for plans of which each request
 * builds on the ones before it. Pure.
 *
 * What a plan makes or moves gets an identity here that no real thing has: cookies, indexes and numbers from
 * PROVISIONAL_... on. They mean nothing outside the simulated graph (see chain.h). Ids are foretold: those that the
 * inventory will give, unless another process comes first.
 */
#ifndef CORE_PLAN_SIMULATE_H
#define CORE_PLAN_SIMULATE_H

#include "core/plan/plan.h"

#define PROVISIONAL_COOKIE  (UINT64_C(1) << 63) /* the kernel counts from 1 */
#define PROVISIONAL_IFINDEX 0x40000000
#define PROVISIONAL_NUMBER  0xf0000000u /* of the loopbacks of new jails */

/*
 * plan_simulate - the graph after all of p's steps.
 *
 *   shape    every effect on names, places, members, addresses and routes that the steps have in the kernel; what
 *            nobody can know beforehand (random addresses, link-local ones, counters) is missing or as before
 *   errors   -ENODEV: a step is about a thing that is not there
 *   owner    caller: graph_unref
 */
int plan_simulate(const struct plan *p, const struct graph *g, const struct graph **ret, struct err *e);

/* The same step by step. Keeps no reference to g. */
struct simulation;

struct simulation *simulation_new(const struct graph *g);
void simulation_free(struct simulation *s);
void simulation_freep(struct simulation **s);
int simulation_step(struct simulation *s, const struct step *step, struct err *e);
const struct graph *simulation_graph(struct simulation *s); /* caller: graph_unref */
const struct graph *simulation_now(struct simulation *s);   /* the same, borrowed until the next step */

#endif
