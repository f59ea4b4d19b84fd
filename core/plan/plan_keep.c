/* plan_keep.c - pinned addresses set again: a plan like any other, so that the journal tells of it. */
#include "core/plan/plan_keep.h"

#include "core/plan/planner.h"

bool pin_is_missed(const struct iface *i)
{
        return i->pin_source != PIN_NONE && i->pin.is_set && i->mac.is_set && !mac_equal(i->pin, i->mac);
}

struct plan *plan_build_keep(const struct graph *g, const size_t *ifaces, size_t count)
{
        struct plan *p = plan_new("set pinned addresses again");

        for (size_t k = 0; k < count; k++) {
                struct step *s = plan_add(p, STEP_LINK_MAC);

                s->at = target_of_iface(g, ifaces[k]);
                s->mac = g->ifaces[ifaces[k]].pin;
        }
        free(p->words);
        p->words = xstrdup("watch");
        p->serial = g->serial;
        plan_finish(p, 0, g);
        return p;
}
