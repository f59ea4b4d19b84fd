/* graph_window.c - the part of the world that the Graph view has in sight, and the line that says which it is. */
#include "core/base/intl.h"
#include "ui/tui/views/graph_parts.h"

#define MARGIN_ROWS 2 /* what stays visible round the cursor */

bool graph_view_fits(const struct layout *l, struct rect area)
{
        return l->w <= area.w && l->h <= area.h;
}

bool graph_view_has_status(const struct graph_view *v, const struct layout *l, struct rect area)
{
        return !graph_view_fits(l, area) || graph_view_has_focus(v) || v->is_following;
}

/* The part of the area that shows the world: without the status line that says where in it we are. */
struct rect graph_view_world(const struct graph_view *v, const struct layout *l, struct rect area)
{
        if (graph_view_has_status(v, l, area) && area.h > 1)
                area.h--;
        return area;
}

static int clamp(int v, int low, int high)
{
        return v < low || high < low ? low : v > high ? high : v;
}

void graph_view_keep_inside(struct graph_view *v, const struct layout *l, struct rect area)
{
        struct rect world = graph_view_world(v, l, area);

        v->left = clamp(v->left, 0, l->w - world.w);
        v->top = clamp(v->top, 0, l->h - world.h);
}

/* Scrolls no further than needed to have the item in sight, with its whole box where that fits. */
void graph_view_bring(struct graph_view *v, const struct layout *l, struct rect area, size_t item)
{
        const struct layout_item *i = &l->items[item];
        struct rect world = graph_view_world(v, l, area);
        struct layout_rect r = i->at.h <= world.h - 2 * MARGIN_ROWS ? i->at : i->focus;
        const struct layout_item *box = i->parent == NONE ? i : &l->items[i->parent];

        if (r.y - MARGIN_ROWS < v->top)
                v->top = r.y - MARGIN_ROWS;
        if (r.y + r.h + MARGIN_ROWS > v->top + world.h)
                v->top = r.y + r.h + MARGIN_ROWS - world.h;
        /* Sideways the frame round it counts: half a box is hard to read. */
        if (box->at.w <= world.w)
                r = box->at;
        if (r.x + r.w > v->left + world.w)
                v->left = r.x + r.w - world.w;
        if (r.x < v->left)
                v->left = r.x;
        graph_view_keep_inside(v, l, area);
}

static const char *level_name(enum layout_level level)
{
        switch (level) {
        case LAYOUT_GROUPS: return _("groups");
        case LAYOUT_OVERVIEW: return _("overview");
        case LAYOUT_COMPACT: return _("compact");
        case LAYOUT_FULL: return _("full");
        case LAYOUT_LEVEL_COUNT: break;
        }
        return "";
}

/* Puts an item in the middle, as far as there is world round it. */
void graph_view_centre(struct graph_view *v, const struct layout *l, struct rect area, size_t item)
{
        struct rect world = graph_view_world(v, l, area);

        v->top = l->items[item].focus.y - world.h / 2;
        graph_view_keep_inside(v, l, area);
        graph_view_bring(v, l, area, item);
}

/* "↑↓ rows 1-20 of 45": which part of the world is in sight along one axis, and whether there is more. */
static int draw_extent(struct canvas *c, int x, int y, int right, const char *what, int first, int seen, int whole,
                       uint32_t less, uint32_t more)
{
        int last = first + seen < whole ? first + seen : whole, from = x;

        if (whole <= seen || x + 8 > right)
                return 0;
        canvas_put(c, x++, y, first > 0 ? less : ' ', STYLE_HINT_KEY);
        canvas_put(c, x++, y, last < whole ? more : ' ', STYLE_HINT_KEY);
        x++;
        if (right - x >= 24)
                x += canvas_textf(c, x, y, right - x, STYLE_DIM, "%s %d-%d of %d", what, first + 1, last, whole);
        else
                x += canvas_textf(c, x, y, right - x, STYLE_DIM, "%d-%d/%d", first + 1, last, whole);
        return x + 2 - from;
}

void graph_view_draw_status(const struct graph_view *v, struct canvas *c, const struct layout *l, struct rect area)
{
        struct rect world = graph_view_world(v, l, area);
        int y = area.y + area.h - 1, x = area.x + 1, right = area.x + area.w;

        canvas_fill(c, (struct rect){area.x, y, area.w, 1}, ' ', STYLE_DIM);
        x += 2 + canvas_textf(c, x, y, area.w - 1, STYLE_BADGE, " %s ", level_name(v->level));
        if (v->is_way_alone)
                x += 2 + canvas_text(c, x, y, right - x, STYLE_WARNING, _("the way alone"));
        else if (graph_view_has_focus(v))
                x += 2 +
                        canvas_textf(c, x, y, right - x, STYLE_WARNING,
                                     intl_plural("within %d hop", "within %d hops", (uint64_t)v->focus_hops),
                                     v->focus_hops);
        if (v->is_following)
                x += 2 + canvas_text(c, x, y, right - x, STYLE_WARNING, _("following"));
        x += draw_extent(c, x, y, right, _("rows"), v->top, world.h, l->h, canvas_sign(c, SIGN_ARROW_UP),
                         canvas_sign(c, SIGN_ARROW_DOWN));
        (void)draw_extent(c, x, y, right, _("columns"), v->left, world.w, l->w, '<', '>'); /* the last on the line */
}

void graph_view_pan(struct graph_view *v, const struct layout *l, struct rect area, int dx, int dy)
{
        v->left += dx;
        v->top += dy;
        graph_view_keep_inside(v, l, area);
}
