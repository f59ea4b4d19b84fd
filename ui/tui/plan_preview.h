/*
 * plan_preview.h - a plan as a picture: the graph that it would make, and a mark for each thing that differs. Pure.
 *
 * A plan that only takes away or changes is drawn on the present graph, where what goes can still be seen; any other on
 * the simulated one.
 */
#ifndef UI_TUI_PLAN_PREVIEW_H
#define UI_TUI_PLAN_PREVIEW_H

#include "core/base/text.h"
#include "core/graph/query.h"
#include "core/plan/plan.h"

enum preview_mark { PREVIEW_SAME, PREVIEW_ADDED, PREVIEW_MOVED, PREVIEW_CHANGED, PREVIEW_REMOVED, PREVIEW_MARK_COUNT };

struct plan_preview {
        const struct graph *graph; /* to be drawn */
        uint8_t *jails, *ifaces;   /* the mark of each thing in it */
        size_t counts[PREVIEW_MARK_COUNT];
};

/* NULL when the plan cannot be foretold. Caller: plan_preview_free. */
struct plan_preview *plan_preview_new(const struct plan *p, const struct graph *now);
void plan_preview_free(struct plan_preview *p);

enum preview_mark plan_preview_mark(const struct plan_preview *p, struct object o);
char preview_mark_sign(enum preview_mark m); /* '+', '>', '~', '-'; 0 for what stays */

/* "+ 2 made  > 1 moved  ~ 1 changed  - 1 removed"; what there is none of is left out. */
void plan_preview_put_legend(struct text *t, const struct plan_preview *p);

#endif
