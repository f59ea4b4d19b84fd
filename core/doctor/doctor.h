/*
 * doctor.h - what is wrong with the network: a table of checks, and what they find in one graph.
 *
 * Pure: a graph, and what was asked of the kernel besides (core/graph/examination.h), go in, findings come out. Called
 * by the command line, the console and the tests. A finding's remedy is a list of verb lines, so that it can be shown
 * and run as a plan; where only a person can decide there is none, and the advice says what to do.
 */
#ifndef CORE_DOCTOR_DOCTOR_H
#define CORE_DOCTOR_DOCTOR_H

#include "core/graph/examination.h"
#include "core/graph/query.h"
#include "core/plan/plan.h"

enum severity {
        SEVERITY_NOTICE,  /* worth knowing; nothing is broken */
        SEVERITY_WARNING, /* something does not work as it looks, or will not for long */
        SEVERITY_ERROR,   /* traffic is lost, or goes astray */
        SEVERITY_COUNT
};

void severity_put_count(struct text *t, enum severity s, size_t count); /* "2 warnings" */
const char *severity_name(enum severity s);                             /* "notice", "warning", "error" */

struct visit;

/* One row of the table. */
struct check {
        const char *id;          /* stable: scripts name it */
        const char *title;       /* what it finds, in a few words */
        enum severity severity;  /* the worst that it gives */
        const char *explanation; /* why that is a trouble, and what comes of it */
        void (*run)(struct visit *v);
};

extern const struct check checks[];
extern const size_t check_count;

const struct check *check_find(const char *id); /* NULL */

#define REMEDY_WORDS_MAX 6

/* A line to type behind "jailnet": a verb's, or "restore". */
struct remedy_line {
        const char *words[REMEDY_WORDS_MAX + 1]; /* ends with NULL */
};

struct finding {
        const struct check *check;
        enum severity severity;
        struct object object; /* that it is about; OBJECT_NONE: the host as a whole */
        struct object other;  /* a second one that takes part; OBJECT_NONE */
        const char *name;     /* the object as it is typed; foreign text */
        const char *evidence; /* what was seen; foreign text */
        const char *advice;   /* what a person has to do or to decide; "" when the remedy says it all; foreign text */
        struct remedy_line *remedy;
        size_t remedy_count; /* 0: none */
};

struct diagnosis {
        struct finding *findings; /* the worst first; then in the order of the checks and of the graph */
        size_t count, capacity;
        size_t counts[SEVERITY_COUNT];
        struct arena arena;
};

/*
 * doctor_run - every check on one graph.
 *
 *   shape    x may be NULL, or know less than everything: what needs it is then not judged. x may be of an older
 *            graph.
 *   owner    diagnosis_done frees; the findings speak of g by index
 */
void doctor_run(const struct graph *g, const struct examination *x, struct diagnosis *ret);
void diagnosis_done(struct diagnosis *d);

/* Is it about that jail (or something in it), interface or node? */
bool finding_concerns(const struct finding *f, const struct graph *g, struct object o);

void remedy_put_line(struct text *t, const struct remedy_line *l); /* quoted for a shell */

/* Its remedy is what jailnet restore does, not a verb's. */
bool remedy_is_restore(const struct finding *f);

/*
 * remedy_plan - the plan of a finding's verb lines, on the graph that it was found in.
 *
 *   errors   -ENOENT  there is no remedy, or it is restore's; others as plan_build's
 *   owner    caller plan_frees
 */
int remedy_plan(const struct finding *f, const struct graph *g, struct plan **ret, struct err *e);

#endif
