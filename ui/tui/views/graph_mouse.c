/*
 * graph_mouse.c - the mouse in the Graph view: it selects, opens folds, pans, and draws a rectangle over empty ground
 * that marks what is in it.
 *
 * Where the button goes down decides what a drag does: on an interface it pulls the edge away (console_drag.c), on a
 * box's title, a bridge's or an edge it moves the picture, on empty ground it draws the rectangle.
 */
#include "core/base/alloc.h"
#include "ui/tui/marks.h"
#include "ui/tui/views/graph_folds.h"
#include "ui/tui/views/graph_parts.h"

#define WHEEL_ROWS 3

/* An end of an edge: pulled away by the mouse it takes its edge along, anything else the whole picture. */
static bool is_end(const struct graph *g, struct object o)
{
        size_t iface = o.type == OBJECT_IFACE ? o.index : o.type == OBJECT_NODE ? g->nodes[o.index].iface : NONE;

        return iface != NONE && !iface_takes_ports(&g->ifaces[iface]);
}

static bool is_box(const struct layout_item *i)
{
        return i->kind == LAYOUT_JAIL || i->kind == LAYOUT_GROUP || i->kind == LAYOUT_UNSEEN ||
                i->kind == LAYOUT_BRIDGE;
}

/* Nothing stands at that world cell: it is between the boxes, or in one and not on its title. */
static bool is_ground(const struct layout *l, size_t item, size_t edge, int y)
{
        return item == NONE ? edge == NONE : is_box(&l->items[item]) && y != l->items[item].focus.y;
}

static struct point world_cell(const struct graph_view *v, struct rect world, const struct key *k)
{
        int x = k->x < world.x ? world.x : k->x >= world.x + world.w ? world.x + world.w - 1 : k->x;
        int y = k->y < world.y ? world.y : k->y >= world.y + world.h ? world.y + world.h - 1 : k->y;

        return (struct point){x - world.x + v->left, y - world.y + v->top};
}

/* -- The rectangle ----------------------------------------------------------------------------------------------- */

static struct layout_rect box_of(const struct graph_view *v)
{
        struct point a = v->box_from, b = v->box_to;
        int x = a.x < b.x ? a.x : b.x, y = a.y < b.y ? a.y : b.y;

        return (struct layout_rect){x, y, (a.x < b.x ? b.x - a.x : a.x - b.x) + 1,
                                    (a.y < b.y ? b.y - a.y : a.y - b.y) + 1};
}

static bool touches(struct layout_rect a, struct layout_rect b)
{
        return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

static bool encloses(struct layout_rect a, struct layout_rect b)
{
        return b.x >= a.x && b.y >= a.y && b.x + b.w <= a.x + a.w && b.y + b.h <= a.y + a.h;
}

/*
 * A box that is whole in the rectangle is marked itself (a jail, a bridge), and not what stands in it: a verb on jails
 * would find interfaces among them. Of any other what the rectangle touches is marked, of a closed fold all its jails.
 * The host is never: little can be done to it, and much to what it has.
 */
static void mark_box(const struct graph_view *v, const struct layout *l, struct ui *u)
{
        struct layout_rect box = box_of(v);
        CLEANUP(freep) bool *is_taken = xcalloc(l->item_count + 1, sizeof(*is_taken));

        *u->marks = *v->marks_before;
        for (size_t n = 0; n < l->item_count; n++) {
                const struct layout_item *i = &l->items[n];
                bool is_host = i->object.type == OBJECT_JAIL && i->object.index == 0;
                bool is_hit = is_box(i) ? encloses(box, i->at) : touches(box, i->focus);

                if (i->parent != NONE && is_taken[i->parent]) { /* a frame stands before what is in it */
                        is_taken[n] = true;
                        continue;
                }
                if (is_hit && i->kind == LAYOUT_FOLD)
                        (void)graph_fold_mark(u, l, n, true); /* as many as fit, here and below */
                if (!is_hit || i->object.type == OBJECT_NONE || is_host)
                        continue;
                is_taken[n] = is_box(i);
                (void)marks_set(u->marks, u->graph, i->object, true);
        }
}

static void drag_box(struct graph_view *v, const struct layout *l, const struct key *k, struct rect world, struct ui *u)
{
        struct point to = world_cell(v, world, k);

        if (!v->is_boxing && to.x == v->box_from.x && to.y == v->box_from.y)
                return; /* a hand that trembles */
        if (!v->is_boxing) {
                if (!v->marks_before)
                        v->marks_before = xcalloc(1, sizeof(*v->marks_before));
                *v->marks_before = *u->marks;
                v->is_boxing = true;
        }
        v->box_to = to;
        mark_box(v, l, u);
}

void graph_view_draw_box(const struct graph_view *v, struct canvas *c, const struct layout *l, struct rect area)
{
        struct rect world = graph_view_world(v, l, area), clip = c->clip;
        struct layout_rect r = box_of(v);
        struct rect at = {r.x - v->left + world.x, r.y - v->top + world.y, r.w, r.h};

        if (!v->is_boxing)
                return;
        canvas_set_clip(c, rect_intersect(clip, world));
        for (int x = at.x; x < at.x + at.w; x++) {
                canvas_put(c, x, at.y, '.', STYLE_SELECTED);
                canvas_put(c, x, at.y + at.h - 1, '.', STYLE_SELECTED);
        }
        for (int y = at.y; y < at.y + at.h; y++) {
                canvas_put(c, at.x, y, ':', STYLE_SELECTED);
                canvas_put(c, at.x + at.w - 1, y, ':', STYLE_SELECTED);
        }
        canvas_set_clip(c, clip);
}

/* -- All of it --------------------------------------------------------------------------------------------------- */

static bool press(struct graph_view *v, const struct layout *l, const struct key *k, struct rect area, struct ui *u)
{
        struct rect world = graph_view_world(v, l, area);
        struct point cell = world_cell(v, world, k);
        size_t edge = NONE;
        size_t at = layout_at(l, cell.x, cell.y, &edge);

        v->may_box = u->marks && !k->is_right_button && is_ground(l, at, edge, cell.y);
        v->box_from = cell;
        if (at == NONE && edge != NONE)
                at = l->edges[edge].items[0];
        u->has_hit = at != NONE;
        v->is_dragging = !v->may_box && (at == NONE || !is_end(u->graph, l->items[at].object));
        v->dragged_from = (struct point){k->x, k->y};
        if (at != NONE)
                graph_view_move_cursor(v, l, area, u, at);
        if (k->is_double && graph_view_press_fold(v, area, u))
                return false;       /* used up: else it would be Enter */
        return !k->is_right_button; /* a right button goes on to the console: the menu of what was hit */
}

bool graph_view_mouse(struct graph_view *v, const struct layout *l, const struct key *k, struct rect area, struct ui *u)
{
        struct rect world = graph_view_world(v, l, area);

        if (k->is_release) {
                bool was_boxing = v->is_boxing;

                v->is_dragging = v->may_box = v->is_boxing = false;
                return was_boxing;
        }
        if (v->may_box && k->is_drag) {
                drag_box(v, l, k, world, u);
                return true;
        }
        if (v->is_dragging && k->is_drag) {
                graph_view_pan(v, l, area, v->dragged_from.x - k->x, v->dragged_from.y - k->y);
                v->dragged_from = (struct point){k->x, k->y};
                return true;
        }
        if (!rect_has(world, k->x, k->y))
                return false;
        if (k->is_press && graph_view_press_map(v, l, area, k->x, k->y))
                return true;
        if (k->is_wheel_up || k->is_wheel_down) {
                graph_view_pan(v, l, area, 0, k->is_wheel_up ? -WHEEL_ROWS : WHEEL_ROWS);
                return true;
        }
        return k->is_press && press(v, l, k, area, u);
}
