/* check_jail.c - checks of jails and what was lent to them: leftovers, returns that are due, stacks that can't be read.
 */
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/intl.h"
#include "core/doctor/visit.h"
#include "core/graph/orphans.h"

/* The orphan's sentence without its name, which the finding has. */
static const char *orphan_reason(struct visit *v, const struct orphan *o, const char *name)
{
        CLEANUP(text_done) struct text t = {0};

        orphan_put(&t, v->g, o);
        return visit_text(v, "%s", text_str(&t) + strlen(name) + 2);
}

static size_t find_orphans(const struct visit *v, struct orphan **ret)
{
        size_t count = graph_orphans(v->g, NULL, 0);

        *ret = xcalloc(count + 1, sizeof(**ret));
        return graph_orphans(v->g, *ret, count);
}

void check_orphan_pair(struct visit *v)
{
        CLEANUP(freep) struct orphan *all = NULL;
        size_t count = find_orphans(v, &all);

        for (size_t k = 0; k < count; k++) {
                if (all[k].kind == ORPHAN_JAIL)
                        continue;

                struct finding *f = visit_find_iface(v, SEVERITY_WARNING, all[k].object.index);

                f->other = (struct object){OBJECT_IFACE, v->g->ifaces[all[k].object.index].peer};
                f->evidence = orphan_reason(v, &all[k], f->name);
                visit_remedy(v, f, (const char *const[]){"sweep", f->name, NULL});
        }
}

/* Has it anything in it but its loopback? Then a sweep takes that out. */
static bool has_interfaces(const struct graph *g, size_t jail)
{
        const struct jail *j = &g->jails[jail];

        for (size_t k = j->iface_first; k != NONE; k = g->ifaces[k].next)
                if (g->ifaces[k].kind != KIND_LOOPBACK)
                        return true;
        return false;
}

void check_leaked_namespace(struct visit *v)
{
        CLEANUP(freep) struct orphan *all = NULL;
        size_t count = find_orphans(v, &all);

        for (size_t k = 0; k < count; k++) {
                if (all[k].kind != ORPHAN_JAIL)
                        continue;

                size_t jail = all[k].object.index;
                struct finding *f = visit_find_jail(v, all[k].is_foreign ? SEVERITY_NOTICE : SEVERITY_WARNING, jail);

                f->evidence = orphan_reason(v, &all[k], f->name);
                f->advice = N_("it ends when its holder lets go (jailnet returns tells who; --signal asks it to)");
                if (!all[k].is_foreign && has_interfaces(v->g, jail))
                        visit_remedy(v, f, (const char *const[]){"sweep", f->name, NULL});
        }
}

/* -- Loans ------------------------------------------------------------------------------------------------------- */

static const char *holders_of(struct visit *v, const struct loan *l)
{
        const struct jail *j = l->jail == NONE ? NULL : &v->g->jails[l->jail];

        if (!j || j->holder_count == 0)
                return "nobody that can be seen holds it";
        if (j->holders[0].pid)
                return visit_text(v, "a %s of %s (%d)%s holds it", _(holder_kind_name(j->holders[0].kind)),
                                  *j->holders[0].command ? j->holders[0].command : "?", (int)j->holders[0].pid,
                                  j->holder_count > 1 ? " and others" : "");
        return visit_text(v, "a %s holds it: %s", _(holder_kind_name(j->holders[0].kind)), j->holders[0].detail);
}

void check_pending_return(struct visit *v)
{
        for (size_t k = 0; k < v->g->loan_count; k++) {
                const struct loan *l = &v->g->loans[k];
                struct finding *f;

                if (l->state == LOAN_RETURNED && loan_has_other_name(v->g, l)) {
                        f = visit_find_iface(v, SEVERITY_WARNING, l->iface_index);
                        f->evidence = visit_text(v, "came home under this name, and is %s", l->iface);
                        visit_remedy(v, f, (const char *const[]){"return", l->iface, NULL});
                        continue;
                }
                if (l->state != LOAN_PENDING)
                        continue;
                if (l->iface_index == NONE) {
                        f = visit_find(v, SEVERITY_WARNING, (struct object){OBJECT_NONE, NONE});
                        f->name = visit_text(v, "%s", l->iface);
                        f->advice = N_("run jailnet as root to look into its stack");
                } else {
                        f = visit_find_iface(v, SEVERITY_WARNING, l->iface_index);
                        visit_remedy(v, f, (const char *const[]){"return", f->name, NULL});
                }
                f->evidence = visit_text(v, "was lent to %s, which is gone, and is not back: %s", l->jail_name,
                                         holders_of(v, l));
        }
}

void check_lost_interface(struct visit *v)
{
        for (size_t k = 0; k < v->g->loan_count; k++) {
                const struct loan *l = &v->g->loans[k];

                if (l->state != LOAN_LOST || l->is_foreign)
                        continue;

                struct finding *f = visit_find(v, SEVERITY_NOTICE, (struct object){OBJECT_NONE, NONE});

                f->name = visit_text(v, "%s", l->iface);
                f->evidence = visit_text(v, "was lent to %s, and was destroyed with it", l->jail_name);
                f->advice = N_("made again only where jailnet had made it; jailnet restore --forget drops the wish");
                visit_remedy(v, f, (const char *const[]){"restore", l->iface, NULL});
        }
}

void check_hidden_stack(struct visit *v)
{
        for (size_t k = 0; k < v->g->jail_count; k++) {
                const struct jail *j = &v->g->jails[k];

                if (j->state != JAIL_HIDDEN && !j->warning)
                        continue;

                struct finding *f = visit_find_jail(v, SEVERITY_NOTICE, k);

                f->evidence = j->warning ? visit_text(v, "not read whole: %s", j->warning) : "it cannot be read";
                f->advice = N_("run jailnet as root to see it; nothing in it was judged");
        }
}
