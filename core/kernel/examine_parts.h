/* examine_parts.h - what the files of the examination share; nobody else includes it. */
#ifndef CORE_KERNEL_EXAMINE_PARTS_H
#define CORE_KERNEL_EXAMINE_PARTS_H

#include "core/graph/examination.h"
#include "core/kernel/reader.h"

/* One visit in one stack; the thread is in it. */
struct exam_visit {
        const struct graph *g;
        struct examination *x;
        struct reader *r;
        size_t jail;
        struct exam_stack *stack;
};

/* examine_sysfs.c: whether somebody has set each bridge's MAC address. */
void examine_bridges(struct exam_visit *v);

/* examine_managers.c: who else sets the host's interfaces up. At home. */
void examine_managers(const struct graph *g, struct examination *x);

#endif
