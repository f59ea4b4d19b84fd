/* plan_sweep.c - plans that take away what is left over of jails that are gone. */
#include <errno.h>
#include <string.h>

#include "core/graph/orphans.h"
#include "core/plan/planner.h"

static int sweep(struct planner *pl, const struct orphan *o, struct err *e)
{
        CLEANUP(text_done) struct text t = {0};
        CLEANUP(text_done) struct text visible = {0};
        size_t before = pl->p->step_count;
        int r;

        orphan_put(&t, pl->g, o);
        text_put_visible(&visible, text_str(&t));
        plan_note(pl->p, NOTE_INFO, "%s", text_str(&visible));
        if (o->kind != ORPHAN_JAIL)
                return plan_destroy_iface(pl, o->object.index, e);
        r = plan_empty_jail(pl, o->object.index, e);
        if (r == 0 && pl->p->step_count > before)
                plan_note(pl->p, NOTE_INFO,
                          "the stack itself goes when its holder lets go; jailnet returns --signal asks it to");
        return r;
}

static const struct orphan *find(const struct orphan *all, size_t count, const struct graph *g, struct object o)
{
        for (size_t k = 0; k < count; k++) {
                const struct object *x = &all[k].object;
                bool is_peer = o.type == OBJECT_IFACE && x->type == OBJECT_IFACE && g->ifaces[x->index].peer == o.index;

                if ((x->type == o.type && x->index == o.index) || is_peer)
                        return &all[k];
        }
        return NULL;
}

static int sweep_named(struct planner *pl, const struct orphan *all, size_t count, const char *word, struct err *e)
{
        struct object o;
        int r = query_object(pl->g, word, &o, e);

        if (r < 0)
                return r;
        if (o.type == OBJECT_NODE)
                o = (struct object){OBJECT_IFACE, pl->g->nodes[o.index].iface};

        const struct orphan *found = find(all, count, pl->g, o);

        if (!found)
                return err_set(e, -EINVAL, "%s: is no orphan; 'jailnet returns --orphans' lists them", word);
        return sweep(pl, found, e);
}

int plan_sweep(struct planner *pl, struct err *e)
{
        size_t count = graph_orphans(pl->g, NULL, 0);
        CLEANUP(freep) struct orphan *all = xcalloc(count + 1, sizeof(*all));
        int r = 0;

        (void)graph_orphans(pl->g, all, count);
        for (size_t k = 0; r == 0 && k < pl->in->value_count; k++)
                r = sweep_named(pl, all, count, pl->in->values[k], e);
        for (size_t k = 0; r == 0 && pl->in->value_count == 0 && k < count; k++)
                if (!all[k].is_foreign)
                        r = sweep(pl, &all[k], e);
        if (r == 0 && pl->p->step_count == 0)
                return err_set(e, -ENOENT, "sweep: nothing is left over that could be taken away");
        return r;
}
