/*
 * plan_restore_parts.h - what the two files of restore's planner share; nobody else includes this.
 *
 * plan_restore.c finds and makes jails and links, plan_restore_set.c sets what they are to have.
 */
#ifndef CORE_PLAN_PLAN_RESTORE_PARTS_H
#define CORE_PLAN_PLAN_RESTORE_PARTS_H

#include "core/plan/plan_restore.h"

enum presence {
        ABSENT,
        HERE,       /* in the graph */
        MADE,       /* by a step of this plan */
        IMPOSSIBLE, /* told already, or not to be touched */
};

struct restoring {
        const struct wanted *w;
        const struct graph *g;
        struct restore_limits *limits;
        struct plan *p;
        size_t trouble_count;

        enum presence *jails;   /* of each wanted jail */
        struct target *jail_at; /* how steps name it */
        enum presence *links;
        struct target *at;
        size_t *iface; /* index in the graph of one that is HERE */
};

/* A warning about a wanted link, which is counted. */
void restore_trouble(struct restoring *r, const struct wanted_link *l, const char *fmt, ...)
        __attribute__((format(printf, 3, 4)));

/* Adds it, unless the kernel has refused the very same before: false then, and told. */
bool restore_put(struct restoring *r, const struct step *s);

/* Is it there, or made by the plan? NONE is not. */
bool restore_has_link(const struct restoring *r, size_t link);

/* Of those that are here, before borrowed ones are moved: at home the graph knows what they have. */
void restore_set_marks_here(struct restoring *r);

/* All the rest. */
void restore_set_all(struct restoring *r);

#endif
