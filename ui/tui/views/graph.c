/*
 * graph.c - the Graph view: jails as boxes, joined by edges; a cursor that walks them, a window that pans, three zooms.
 *
 * A layout is made anew only when what it reads has changed, and from the one before, so that things stay where they
 * are. Each zoom keeps its own. The cursor is an item's key; the shared selection is the object that the item stands
 * for.
 */
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "core/base/text.h"
#include "ui/tui/views/graph_draw.h"

#define AGE_STEP_S  5 /* how old a pending return's age on the screen may be */
#define WHEEL_ROWS  3
#define PAN_COLUMNS 8
#define PAN_ROWS    4
#define MARGIN_ROWS 2 /* what stays visible round the cursor */

/* A layout and what it was made from. */
struct plate {
        struct layout *layout;
        uint64_t fingerprint;
        int columns, rows;
        bool show_all;
        int64_t made_at; /* wall seconds */
};

struct graph_view {
        struct view view;
        struct plate plates[LAYOUT_LEVEL_COUNT];
        struct plate filtered; /* made anew for each filter: matches stand close together */
        char filter[64];
        enum layout_level level;
        bool has_level;
        int left, top; /* world cell at the upper left corner of the view */
        uint64_t cursor;
        struct selection shown; /* the selection that the cursor was last set for */
        struct point dragged_from;
        bool is_dragging;
        bool is_used;    /* a key was pressed here: from now on nothing may jump */
        uint64_t serial; /* of the graph that the fingerprint was taken of */
        uint64_t fingerprint;
        bool was_preview; /* the last picture was of a plan: its serial says nothing */
};

static bool shows_iface(void *context, size_t iface)
{
        return ui_shows_iface(context, iface);
}

static bool shows_jail(void *context, size_t jail)
{
        const struct ui *u = context;

        return ui_matches(u, u->graph->jails[jail].name);
}

static struct layout_options options_of(const struct graph_view *v, struct rect area, struct ui *u)
{
        return (struct layout_options){.level = v->level,
                                       .columns = area.w,
                                       .rows = area.h,
                                       .now_s = clock_wall_s(),
                                       .is_filtered = u->filter[0] != '\0',
                                       .shows = shows_iface,
                                       .shows_jail = shows_jail,
                                       .context = u};
}

static bool selection_equal(const struct selection *a, const struct selection *b)
{
        return a->type == b->type && a->cookie == b->cookie && a->number == b->number && a->node == b->node;
}

static bool has_pending(const struct graph *g)
{
        for (size_t n = 0; n < g->loan_count; n++) {
                if (g->loans[n].state == LOAN_PENDING)
                        return true;
        }
        return false;
}

static struct plate *current_plate(struct graph_view *v, const struct ui *u)
{
        return u->filter[0] ? &v->filtered : &v->plates[v->level];
}

/* The item that must not move on the screen when the layout changes: the cursor's, else one at the upper left. */
static size_t find_anchor(const struct graph_view *v, const struct layout *l, struct rect area)
{
        size_t at = layout_find_key(l, v->cursor);

        if (at != NONE) {
                struct layout_rect f = l->items[at].focus;

                if (f.y >= v->top && f.y < v->top + area.h && f.x + f.w > v->left && f.x < v->left + area.w)
                        return at;
        }
        for (size_t n = 0; n < l->item_count; n++) {
                struct layout_rect f = l->items[n].focus;

                if (f.y >= v->top && f.x >= v->left)
                        return n;
        }
        return NONE;
}

static bool needs_status(const struct layout *l, struct rect area)
{
        return l->w > area.w || l->h > area.h;
}

/* Brings the layout up to date; what the user looks at stays where it is on the screen. */
static struct layout *refresh(struct graph_view *v, struct rect area, struct ui *u)
{
        if (!v->has_level) {
                struct layout_options o = options_of(v, area, u);

                v->level = layout_choose_level(u->graph, &o);
                v->has_level = true;
        }
        if (v->serial != u->graph->serial || !v->fingerprint || u->preview || v->was_preview) {
                v->was_preview = u->preview != NULL;
                v->serial = u->graph->serial;
                v->fingerprint = layout_fingerprint(u->graph);
        }
        if (strcmp(v->filter, u->filter) != 0) {
                (void)str_copy(v->filter, sizeof(v->filter), u->filter); /* of the same size */
                layout_free(TAKE(v->filtered.layout));
        }

        struct plate *p = current_plate(v, u);
        struct layout_options o = options_of(v, area, u);
        bool is_old = has_pending(u->graph) && o.now_s - p->made_at >= AGE_STEP_S;

        if (p->layout && p->layout->level == v->level && p->fingerprint == v->fingerprint && p->columns == area.w &&
            p->rows == area.h && p->show_all == u->show_all && !is_old)
                return p->layout;

        struct layout *before = p->layout;
        size_t anchor = before ? find_anchor(v, before, area) : NONE;

        p->layout = layout_build(u->graph, &o, before);
        if (before && !v->is_used && needs_status(p->layout, area)) {
                /* Nobody has looked for anything yet, so tidying up costs nothing where it makes all fit. */
                struct layout *tidy = layout_build(u->graph, &o, NULL);

                if (!needs_status(tidy, area)) {
                        layout_free(p->layout);
                        p->layout = tidy;
                        anchor = NONE;
                } else {
                        layout_free(tidy);
                }
        }
        p->fingerprint = v->fingerprint;
        p->columns = area.w;
        p->rows = area.h;
        p->show_all = u->show_all;
        p->made_at = o.now_s;
        if (anchor != NONE) {
                size_t now = layout_find_key(p->layout, before->items[anchor].key);

                if (now != NONE) {
                        v->left += p->layout->items[now].focus.x - before->items[anchor].focus.x;
                        v->top += p->layout->items[now].focus.y - before->items[anchor].focus.y;
                }
        }
        layout_free(before);
        return p->layout;
}

/* -- The window on the world ------------------------------------------------------------------------------------ */

/* The part of the area that shows the world: without the status line that says where in it we are. */
static struct rect world_area(const struct layout *l, struct rect area)
{
        if (needs_status(l, area) && area.h > 1)
                area.h--;
        return area;
}

static int clamp(int v, int low, int high)
{
        return v < low || high < low ? low : v > high ? high : v;
}

static void keep_window_inside(struct graph_view *v, const struct layout *l, struct rect area)
{
        struct rect world = world_area(l, area);

        v->left = clamp(v->left, 0, l->w - world.w);
        v->top = clamp(v->top, 0, l->h - world.h);
}

/* Scrolls no further than needed to have the item in sight, with its whole box where that fits. */
static void bring_into_sight(struct graph_view *v, const struct layout *l, struct rect area, size_t item)
{
        const struct layout_item *i = &l->items[item];
        struct rect world = world_area(l, area);
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
        keep_window_inside(v, l, area);
}

/* Sets the cursor to follow a selection made elsewhere, and finds its item; NONE when nothing is selected. */
static size_t find_cursor(struct graph_view *v, const struct layout *l, struct rect area, const struct ui *u)
{
        struct object o = selection_resolve(&u->selection, u->graph);
        size_t at = layout_find_key(l, v->cursor);
        bool is_same = selection_equal(&v->shown, &u->selection);

        v->shown = u->selection;
        if (o.type == OBJECT_NONE) {
                v->cursor = 0;
                return NONE;
        }
        if (at != NONE && is_same)
                return at;
        at = layout_find(l, u->graph, o);
        v->cursor = at == NONE ? 0 : l->items[at].key;
        if (at != NONE)
                bring_into_sight(v, l, area, at);
        return at;
}

static void move_cursor(struct graph_view *v, const struct layout *l, struct rect area, struct ui *u, size_t item)
{
        if (item == NONE || l->items[item].object.type == OBJECT_NONE)
                return;
        v->cursor = l->items[item].key;
        selection_set(&u->selection, u->graph, l->items[item].object);
        v->shown = u->selection;
        bring_into_sight(v, l, area, item);
}

/* -- Drawing ----------------------------------------------------------------------------------------------------- */

static const char *level_name(enum layout_level level)
{
        switch (level) {
        case LAYOUT_OVERVIEW: return "overview";
        case LAYOUT_COMPACT: return "compact";
        case LAYOUT_FULL: return "full";
        case LAYOUT_LEVEL_COUNT: break;
        }
        return "";
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

static void draw_status(const struct graph_view *v, struct canvas *c, const struct layout *l, struct rect area)
{
        struct rect world = world_area(l, area);
        int y = area.y + area.h - 1, x = area.x + 1, right = area.x + area.w;

        canvas_fill(c, (struct rect){area.x, y, area.w, 1}, ' ', STYLE_DIM);
        x += 2 + canvas_textf(c, x, y, area.w - 1, STYLE_BADGE, " %s ", level_name(v->level));
        x += draw_extent(c, x, y, right, "rows", v->top, world.h, l->h, canvas_sign(c, SIGN_ARROW_UP),
                         canvas_sign(c, SIGN_ARROW_DOWN));
        (void)draw_extent(c, x, y, right, "columns", v->left, world.w, l->w, '<', '>'); /* the last on the line */
}

static void graph_view_draw(struct view *view, struct canvas *c, struct rect area, struct ui *u)
{
        struct graph_view *v = (struct graph_view *)view;

        if (!u->graph || area.w <= 0 || area.h <= 0)
                return;

        const struct layout *l = refresh(v, area, u);
        size_t cursor = find_cursor(v, l, area, u);

        keep_window_inside(v, l, area);

        struct graph_drawing d = {.g = u->graph,
                                  .l = l,
                                  .area = world_area(l, area),
                                  .left = v->left,
                                  .top = v->top,
                                  .cursor = cursor,
                                  .also = selection_resolve(&u->selection, u->graph),
                                  .u = u};

        graph_draw(c, &d);
        if (needs_status(l, area))
                draw_status(v, c, l, area);
}

/* -- Keys -------------------------------------------------------------------------------------------------------- */

static void zoom_to(struct graph_view *v, struct rect area, struct ui *u, enum layout_level level)
{
        if (level >= LAYOUT_LEVEL_COUNT || level == v->level)
                return;
        v->level = level;
        v->left = v->top = 0;

        const struct layout *l = refresh(v, area, u);
        struct object o = selection_resolve(&u->selection, u->graph);
        size_t at = layout_find(l, u->graph, o);

        v->cursor = at == NONE ? 0 : l->items[at].key;
        if (at != NONE) { /* what was looked at is in the middle again */
                struct rect world = world_area(l, area);

                v->top = l->items[at].focus.y - world.h / 2;
                keep_window_inside(v, l, area);
                bring_into_sight(v, l, area, at);
        }
}

/* The level that shows most and fits on the screen whole; everything is put in order anew. */
static void fit(struct graph_view *v, struct rect area, struct ui *u)
{
        for (enum layout_level level = LAYOUT_FULL;; level--) {
                v->level = level;
                v->left = v->top = 0;

                struct plate *p = current_plate(v, u);

                layout_free(TAKE(p->layout));

                const struct layout *l = refresh(v, area, u);

                if (!needs_status(l, area) || level == LAYOUT_OVERVIEW)
                        break;
        }

        const struct layout *l = refresh(v, area, u);
        size_t at = layout_find(l, u->graph, selection_resolve(&u->selection, u->graph));

        v->cursor = at == NONE ? 0 : l->items[at].key;
        if (at != NONE)
                bring_into_sight(v, l, area, at);
}

/* The first or last item of the world that can be selected. */
static size_t end_item(const struct layout *l, bool is_last)
{
        size_t best = NONE;

        for (size_t n = 0; n < l->item_count; n++) {
                if (l->items[n].object.type == OBJECT_NONE)
                        continue;
                if (best == NONE)
                        best = n;
                else if (is_last &&
                         (l->items[n].focus.y > l->items[best].focus.y ||
                          (l->items[n].focus.y == l->items[best].focus.y &&
                           l->items[n].focus.x > l->items[best].focus.x)))
                        best = n;
        }
        return best;
}

/* A page up or down: that far in the world, to the nearest thing there. */
static void page(struct graph_view *v, const struct layout *l, struct rect area, struct ui *u, int direction)
{
        struct rect world = world_area(l, area);
        size_t at = layout_find_key(l, v->cursor), next = at;
        int goal = at == NONE ? 0 : l->items[at].focus.y + direction * (world.h - 2);

        while (next != NONE) {
                at = next;
                if ((l->items[at].focus.y - goal) * direction >= 0)
                        break;
                next = layout_step(l, at, 0, direction);
        }
        v->top += direction * (world.h - 2);
        keep_window_inside(v, l, area);
        move_cursor(v, l, area, u, at);
}

static void step(struct graph_view *v, const struct layout *l, struct rect area, struct ui *u, int dx, int dy)
{
        size_t at = layout_find_key(l, v->cursor);

        if (at == NONE) {
                move_cursor(v, l, area, u, end_item(l, false));
                return;
        }

        size_t next = layout_step(l, at, dx, dy);

        if (next != NONE)
                move_cursor(v, l, area, u, next);
        else { /* nothing more that way: let the rest of the picture be seen */
                v->left += dx * PAN_COLUMNS;
                v->top += dy * PAN_ROWS;
                keep_window_inside(v, l, area);
        }
}

static void pan(struct graph_view *v, const struct layout *l, struct rect area, int dx, int dy)
{
        v->left += dx;
        v->top += dy;
        keep_window_inside(v, l, area);
}

static bool mouse(struct graph_view *v, const struct layout *l, const struct key *k, struct rect area, struct ui *u)
{
        struct rect world = world_area(l, area);

        if (k->is_release) {
                v->is_dragging = false;
                return false;
        }
        if (v->is_dragging && k->is_drag) {
                pan(v, l, area, v->dragged_from.x - k->x, v->dragged_from.y - k->y);
                v->dragged_from = (struct point){k->x, k->y};
                return true;
        }
        if (!rect_has(world, k->x, k->y))
                return false;
        if (k->is_wheel_up || k->is_wheel_down) {
                pan(v, l, area, 0, k->is_wheel_up ? -WHEEL_ROWS : WHEEL_ROWS);
                return true;
        }
        if (!k->is_press)
                return false;

        size_t edge = NONE;
        size_t at = layout_at(l, k->x - world.x + v->left, k->y - world.y + v->top, &edge);

        if (at == NONE && edge != NONE)
                at = l->edges[edge].items[0];
        v->is_dragging = true;
        v->dragged_from = (struct point){k->x, k->y};
        if (at != NONE)
                move_cursor(v, l, area, u, at);
        return !k->is_right_button; /* a right button goes on to the console: the menu of what was hit */
}

static bool graph_view_key(struct view *view, const struct key *k, struct rect area, struct ui *u)
{
        struct graph_view *v = (struct graph_view *)view;

        if (!u->graph || area.w <= 0 || area.h <= 0)
                return false;

        const struct layout *l = refresh(v, area, u);

        v->is_used = true;
        (void)find_cursor(v, l, area, u); /* another view may have moved the selection */
        switch (k->code) {
        case KEYC_LEFT:
        case 'h': step(v, l, area, u, -1, 0); return true;
        case KEYC_DOWN:
        case 'j': step(v, l, area, u, 0, 1); return true;
        case KEYC_UP:
        case 'k': step(v, l, area, u, 0, -1); return true;
        case KEYC_RIGHT:
        case 'l': step(v, l, area, u, 1, 0); return true;
        case KEYC_SHIFT_LEFT:
        case 'H': pan(v, l, area, -PAN_COLUMNS, 0); return true;
        case KEYC_SHIFT_DOWN:
        case 'J': pan(v, l, area, 0, PAN_ROWS); return true;
        case KEYC_SHIFT_UP:
        case 'K': pan(v, l, area, 0, -PAN_ROWS); return true;
        case KEYC_SHIFT_RIGHT:
        case 'L': pan(v, l, area, PAN_COLUMNS, 0); return true;
        case KEYC_HOME: move_cursor(v, l, area, u, end_item(l, false)); return true;
        case KEYC_END: move_cursor(v, l, area, u, end_item(l, true)); return true;
        case KEYC_PAGE_UP: page(v, l, area, u, -1); return true;
        case KEYC_PAGE_DOWN: page(v, l, area, u, 1); return true;
        case '+':
        case '=': zoom_to(v, area, u, v->level + 1); return true;
        case '-':
                if (v->level > LAYOUT_OVERVIEW)
                        zoom_to(v, area, u, v->level - 1);
                return true;
        case '0': fit(v, area, u); return true;
        case KEYC_MOUSE: return mouse(v, l, k, area, u);
        default: return false;
        }
}

static void graph_view_free(struct view *view)
{
        struct graph_view *v = (struct graph_view *)view;

        if (!v)
                return;
        for (size_t n = 0; n < LAYOUT_LEVEL_COUNT; n++)
                layout_free(v->plates[n].layout);
        layout_free(v->filtered.layout);
        free(v);
}

struct view *view_graph_new(void)
{
        struct graph_view *v = xcalloc(1, sizeof(*v));

        v->view = (struct view){.name = "Graph",
                                .hints = "hjkl:move HJKL:pan +/-:zoom 0:fit",
                                .draw = graph_view_draw,
                                .key = graph_view_key,
                                .free = graph_view_free};
        return &v->view;
}
