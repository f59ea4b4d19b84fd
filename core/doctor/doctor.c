/* doctor.c - runs the checks, puts what they found in order, and says whom it concerns. */
#include "core/doctor/doctor.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/intl.h"
#include "core/doctor/visit.h"

const char *severity_name(enum severity s)
{
        static const char *const names[SEVERITY_COUNT] = {
                [SEVERITY_NOTICE] = N_("notice"),
                [SEVERITY_WARNING] = N_("warning"),
                [SEVERITY_ERROR] = N_("error"),
        };

        return names[s];
}

void severity_put_count(struct text *t, enum severity s, size_t count)
{
        switch (s) {
        case SEVERITY_NOTICE: text_putf(t, intl_plural("%zu notice", "%zu notices", count), count); break;
        case SEVERITY_WARNING: text_putf(t, intl_plural("%zu warning", "%zu warnings", count), count); break;
        case SEVERITY_ERROR: text_putf(t, intl_plural("%zu error", "%zu errors", count), count); break;
        case SEVERITY_COUNT: break;
        }
}

const struct check *check_find(const char *id)
{
        for (size_t k = 0; k < check_count; k++)
                if (strcmp(checks[k].id, id) == 0)
                        return &checks[k];
        return NULL;
}

static int compare_finding(const void *a, const void *b)
{
        const struct finding *x = a, *y = b;

        if (x->severity != y->severity)
                return x->severity < y->severity ? 1 : -1;
        if (x->check != y->check)
                return x->check > y->check ? 1 : -1;
        if (x->object.type != y->object.type)
                return x->object.type > y->object.type ? 1 : -1;
        if (x->object.index != y->object.index)
                return x->object.index > y->object.index ? 1 : -1;
        return strcmp(x->evidence, y->evidence);
}

void doctor_run(const struct graph *g, const struct examination *x, struct diagnosis *ret)
{
        struct visit v;

        *ret = (struct diagnosis){0};
        if (g->jail_count == 0)
                return;
        visit_init(&v, g, x, ret);
        for (size_t k = 0; k < check_count; k++) {
                v.check = &checks[k];
                checks[k].run(&v);
        }
        visit_done(&v);
        if (ret->count)
                qsort(ret->findings, ret->count, sizeof(*ret->findings), compare_finding);
        for (size_t k = 0; k < ret->count; k++)
                ret->counts[ret->findings[k].severity]++;
}

void diagnosis_done(struct diagnosis *d)
{
        free(d->findings);
        arena_done(&d->arena);
        *d = (struct diagnosis){0};
}

static bool object_concerns(const struct graph *g, struct object of, struct object o)
{
        if (of.type == OBJECT_NONE)
                return o.type == OBJECT_JAIL && o.index == 0;
        if (of.type == o.type && of.index == o.index)
                return true;
        if (of.type != OBJECT_IFACE)
                return false;
        if (o.type == OBJECT_JAIL)
                return g->ifaces[of.index].jail == o.index;
        return o.type == OBJECT_NODE && g->ifaces[of.index].node == o.index;
}

bool finding_concerns(const struct finding *f, const struct graph *g, struct object o)
{
        return object_concerns(g, f->object, o) || (f->other.type != OBJECT_NONE && object_concerns(g, f->other, o));
}
