/*
 * span.h - steps that are announced together, and whose outcomes are recorded together: a row of the journal costs more
 * than many a request.
 *
 * A span is such that, cut off anywhere in it, the kernel can still be asked what was done of it: it makes, or moves,
 * or removes, and never two of these; nothing in it is moved twice; what renames stands alone.
 */
#ifndef CORE_EXEC_SPAN_H
#define CORE_EXEC_SPAN_H

#include "core/plan/plan.h"

enum span_kind {
        SPAN_MAKING,   /* in order: when a later one is done, all before it are */
        SPAN_MOVING,   /* in order too */
        SPAN_REMOVING, /* in any order: links first, many by one request */
        SPAN_ALONE,
};

/* How many steps, from `first` on, which is not done yet. At least 1. */
size_t span_length(const struct plan *p, size_t first);
enum span_kind span_kind(const struct plan *p, size_t first, size_t count);

#endif
