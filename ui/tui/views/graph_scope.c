/* graph_scope.c - what the Graph view shows at all: the filter, the focus on what is near, and the groups' folds. */
#include <stdlib.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/graph/around.h"
#include "ui/tui/views/graph_parts.h"

bool graph_view_is_open(void *view, uint64_t fold)
{
        const struct graph_view *v = view;

        for (size_t n = 0; n < v->open_count; n++) {
                if (v->open[n] == fold)
                        return true;
        }
        return false;
}

void graph_view_toggle_fold(struct graph_view *v, uint64_t fold)
{
        v->scope++;
        for (size_t n = 0; n < v->open_count; n++) {
                if (v->open[n] == fold) {
                        v->open[n] = v->open[--v->open_count];
                        return;
                }
        }
        v->open = array_grow(v->open, &v->open_capacity, v->open_count, sizeof(*v->open));
        v->open[v->open_count++] = fold;
}

bool graph_view_has_focus(const struct graph_view *v)
{
        return v->is_way_alone || v->focus.type != OBJECT_NONE;
}

bool graph_view_shows(void *view, size_t iface)
{
        const struct graph_view *v = view;

        return (!graph_view_has_focus(v) || v->near[iface]) && ui_shows_iface(v->u, iface);
}

bool graph_view_shows_jail(void *view, size_t jail)
{
        const struct graph_view *v = view;

        if (v->is_way_alone)
                return v->u->way && v->u->way->stopped_jail == jail;
        if (graph_view_has_focus(v)) {
                struct object o = selection_resolve(&v->focus, v->u->graph);

                return o.type == OBJECT_JAIL && o.index == jail;
        }
        return ui_matches(v->u, v->u->graph->jails[jail].name);
}

void graph_view_set_focus(struct graph_view *v, const struct ui *u, int hops)
{
        if (hops && !graph_view_has_focus(v))
                v->focus = u->selection;
        if (!hops)
                v->focus = (struct selection){.type = OBJECT_NONE};
        v->focus_hops = hops;
        v->near_serial = 0;
        v->scope++;
}

void graph_view_set_way_alone(struct graph_view *v, bool is_alone)
{
        v->focus = (struct selection){.type = OBJECT_NONE};
        v->is_way_alone = is_alone;
        v->near_serial = 0;
        v->scope++;
}

/* The way may change while the graph stays as it was, and a plan's picture is another one: then all of that is shown.
 */
static void renew_way(struct graph_view *v, const struct ui *u)
{
        size_t count = u->graph->iface_count;
        bool *near = xcalloc(count + 1, sizeof(*near));

        for (size_t k = 0; k < count; k++)
                near[k] = !u->way || u->way->g != u->graph || u->way->ifaces[k];
        if (!v->near || v->near_count != count || memcmp(v->near, near, count * sizeof(*near)) != 0)
                v->scope++;
        free(v->near);
        v->near = near;
        v->near_count = count;
}

void graph_view_renew_scope(struct graph_view *v, const struct ui *u)
{
        if (v->is_way_alone) {
                renew_way(v, u);
                return;
        }
        if (!graph_view_has_focus(v) || (v->near_serial == u->graph->serial && !u->preview))
                return;

        struct object o = selection_resolve(&v->focus, u->graph);

        free(v->near);
        v->near = xcalloc(u->graph->iface_count + 1, sizeof(*v->near));
        v->near_count = u->graph->iface_count;
        v->near_serial = u->preview ? 0 : u->graph->serial;
        if (o.type == OBJECT_NONE) {
                graph_view_set_focus(v, u, 0);
                return;
        }
        graph_around(u->graph, o, v->focus_hops, v->near);
}
