/* services_restore.c - restore: the inventory's wanted state and the kernel's limits, brought to the planner. */
#include "ui/services_parts.h"

#include <errno.h>

#include "core/exec/probe.h"
#include "core/plan/plan_restore.h"

static uint32_t kinds_of(const struct wanted *w)
{
        uint32_t kinds = 0;

        for (size_t i = 0; i < w->link_count; i++)
                if (w->links[i].is_owned)
                        kinds |= 1u << w->links[i].kind;
        return kinds;
}

static int service_restore(struct app *a, const struct graph *g, struct restore_limits *limits, struct plan **ret,
                           size_t *ret_troubles, struct err *e)
{
        struct services *s = a->state;
        CLEANUP(wanted_done) struct wanted w = {0};
        int r = services_need_journal(a, e);

        if (r == 0)
                r = db_wanted(s->db, &w, e);
        if (r == 0 && limits->only_count) {
                wanted_pick(&w, limits->only, limits->only_count);
                if (w.link_count == 0)
                        r = err_set(e, -ENOENT,
                                    "restore: how it was made is not known: jailnet did not make it, or has destroyed "
                                    "its jail itself");
        }
        if (r == 0)
                r = probe_missing_kinds(g, kinds_of(&w), &limits->missing_kinds, e);
        if (r == 0)
                plan_build_restore(&w, g, limits, ret, ret_troubles);
        return r;
}

static int service_forget(struct app *a, const struct restore_limits *limits, struct err *e)
{
        struct services *s = a->state;
        int r = services_refuse(a, e);

        return r < 0 ? r : db_forget_wanted(s->db, limits->absent, limits->absent_count, e);
}

void services_init_restore(struct app *a)
{
        a->forget = service_forget;
        a->restore = service_restore;
}
