/* graph_scope.c - what the Graph view shows at all: the filter, the focus on what is near, and the groups' folds. */
#include <stdlib.h>

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
        return v->focus.type != OBJECT_NONE;
}

bool graph_view_shows(void *view, size_t iface)
{
        const struct graph_view *v = view;

        return (!graph_view_has_focus(v) || v->near[iface]) && ui_shows_iface(v->u, iface);
}

bool graph_view_shows_jail(void *view, size_t jail)
{
        const struct graph_view *v = view;

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

void graph_view_renew_scope(struct graph_view *v, const struct ui *u)
{
        if (!graph_view_has_focus(v) || (v->near_serial == u->graph->serial && !u->preview))
                return;

        struct object o = selection_resolve(&v->focus, u->graph);

        free(v->near);
        v->near = xcalloc(u->graph->iface_count + 1, sizeof(*v->near));
        v->near_serial = u->preview ? 0 : u->graph->serial;
        if (o.type == OBJECT_NONE) {
                graph_view_set_focus(v, u, 0);
                return;
        }
        graph_around(u->graph, o, v->focus_hops, v->near);
}
