/*
 * graph.c - the Graph view: jails as boxes, joined by edges; a cursor that walks them, a window that pans, four zooms.
 *
 * A layout is made anew only when what it reads has changed, and from the one before, so that things stay where they
 * are. Each zoom keeps its own. The cursor is an item's key; the shared selection is the object that the item stands
 * for.
 */
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "core/base/intl.h"
#include "core/base/text.h"
#include "ui/tui/marks.h"
#include "ui/tui/views/graph_folds.h"
#include "ui/tui/views/graph_parts.h"

#define AGE_STEP_S  5 /* how old a pending return's age on the screen may be */
#define PAN_COLUMNS 8
#define PAN_ROWS    4
#define FOCUS_HOPS  2
#define HOPS_MAX    9

static struct layout_options options_of(struct graph_view *v, struct rect area, struct ui *u)
{
        v->u = u;
        return (struct layout_options){.level = v->level,
                                       .columns = area.w,
                                       .rows = area.h,
                                       .now_s = ui_time_s(u),
                                       .has_plots = u->history != NULL,
                                       .is_filtered = u->filter[0] != '\0',
                                       .shows = graph_view_shows,
                                       .shows_jail = graph_view_shows_jail,
                                       .is_open = graph_view_is_open,
                                       .context = v};
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

static struct plate *plate_of_now(struct graph_view *v, const struct ui *u)
{
        return u->filter[0] || graph_view_has_focus(v) ? &v->filtered : &v->plates[v->level];
}

/* What a plan would make has a picture of its own: looking at it changes nothing of the one that stays. */
static struct plate *current_plate(struct graph_view *v, const struct ui *u)
{
        return u->preview ? &v->planned : plate_of_now(v, u);
}

static void turn_preview(struct graph_view *v, bool is_preview)
{
        if (is_preview && !v->was_preview) {
                v->before_preview = (struct point){v->left, v->top};
        } else if (!is_preview && v->was_preview) {
                v->left = v->before_preview.x;
                v->top = v->before_preview.y;
                layout_free(TAKE(v->planned.layout));
        }
        v->was_preview = is_preview;
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

/* Brings the layout up to date; what the user looks at stays where it is on the screen. */
struct layout *graph_view_refresh(struct graph_view *v, struct rect area, struct ui *u)
{
        if (!v->has_level) {
                struct layout_options o = options_of(v, area, u);

                v->level = layout_choose_level(u->graph, &o);
                v->has_level = true;
        }
        if (v->serial != u->graph->serial || !v->fingerprint || u->preview || v->was_preview) {
                turn_preview(v, u->preview != NULL);
                v->serial = u->graph->serial;
                v->fingerprint = layout_fingerprint(u->graph);
        }
        if (strcmp(v->filter, u->filter) != 0) {
                (void)str_copy(v->filter, sizeof(v->filter), u->filter); /* of the same size */
                layout_free(TAKE(v->filtered.layout));
        }

        graph_view_renew_scope(v, u);

        struct plate *p = current_plate(v, u);
        struct layout_options o = options_of(v, area, u);
        bool is_old = has_pending(u->graph) && o.now_s - p->made_at >= AGE_STEP_S;

        if (p->layout && p->layout->level == v->level && p->fingerprint == v->fingerprint && p->columns == area.w &&
            p->rows == area.h && p->show_all == u->show_all && p->scope == v->scope && !is_old)
                return p->layout;

        const struct plate *last = p->layout ? p : plate_of_now(v, u);
        struct layout *before = last->layout, *old = p->layout;
        size_t anchor = before ? find_anchor(v, before, area) : NONE;

        /* Another scope is another picture: places of before would leave holes. */
        p->layout = layout_build(u->graph, &o, last->scope == v->scope ? before : NULL);
        if (old && !v->is_used && !graph_view_fits(p->layout, area)) {
                /* Nobody has looked for anything yet, so tidying up costs nothing where it makes all fit. */
                struct layout *tidy = layout_build(u->graph, &o, NULL);

                if (graph_view_fits(tidy, area)) {
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
        p->scope = v->scope;
        if (anchor != NONE) {
                size_t now = layout_find_key(p->layout, before->items[anchor].key);

                if (now != NONE) {
                        v->left += p->layout->items[now].focus.x - before->items[anchor].focus.x;
                        v->top += p->layout->items[now].focus.y - before->items[anchor].focus.y;
                }
        }
        layout_free(old);
        return p->layout;
}

/* Sets the cursor to follow a selection made elsewhere, and finds its item; NONE when nothing is selected. */
static size_t find_cursor(struct graph_view *v, const struct layout *l, struct rect area, const struct ui *u)
{
        struct object o = selection_resolve(&u->selection, u->graph);
        size_t at = layout_find_key(l, v->cursor);
        bool is_same = selection_equal(&v->shown, &u->selection);

        v->shown = u->selection;
        if (o.type == OBJECT_NONE) {
                if (at != NONE && is_same && l->items[at].kind == LAYOUT_FOLD)
                        return at;
                v->cursor = 0;
                return NONE;
        }
        if (at != NONE && is_same)
                return at;
        at = layout_find(l, u->graph, o);
        v->cursor = at == NONE ? 0 : l->items[at].key;
        if (at != NONE)
                graph_view_bring(v, l, area, at);
        return at;
}

void graph_view_move_cursor(struct graph_view *v, const struct layout *l, struct rect area, struct ui *u, size_t item)
{
        if (item == NONE || !layout_can_stop(&l->items[item]))
                return;
        v->cursor = l->items[item].key;
        selection_set(&u->selection, u->graph, l->items[item].object);
        v->shown = u->selection;
        graph_view_bring(v, l, area, item);
}

/* Where a thing is seen that has no line of its own: a bridge's port is where its peer is, or its bridge. */
static size_t place_of(const struct layout *l, const struct graph *g, struct object o)
{
        size_t at = layout_find(l, g, o);

        if (o.type != OBJECT_IFACE || at == NONE || l->items[at].object.type == OBJECT_IFACE)
                return at;

        const size_t others[] = {g->ifaces[o.index].peer, g->ifaces[o.index].master};

        for (size_t n = 0; n < ARRAY_SIZE(others); n++) {
                size_t far = others[n] == NONE ? NONE : layout_find(l, g, (struct object){OBJECT_IFACE, others[n]});
                bool is_host =
                        far != NONE && l->items[far].object.type == OBJECT_JAIL && l->items[far].object.index == 0;

                if (far != NONE && !is_host)
                        return far;
        }
        return at;
}

/* Goes to the newest change that has not been gone to yet; the cursor stays where it is. */
static void follow(struct graph_view *v, const struct layout *l, struct rect area, const struct ui *u)
{
        const struct recent *newest = NULL;

        for (size_t n = 0; n < u->recent_count; n++) {
                if (u->recent[n].at_ms > v->followed_ms && (!newest || u->recent[n].at_ms >= newest->at_ms))
                        newest = &u->recent[n];
        }
        if (!newest)
                return;
        v->followed_ms = newest->at_ms;

        struct selection s = {.type = newest->number ? OBJECT_IFACE : OBJECT_JAIL,
                              .cookie = newest->cookie,
                              .number = newest->number};
        size_t at = place_of(l, u->graph, selection_resolve(&s, u->graph));

        if (at != NONE)
                graph_view_centre(v, l, area, at);
}

/* After another picture: the cursor on what it was on, in the middle. fold_jail: graph_view_fold_jail of the one
 * before. */
static void show_cursor(struct graph_view *v, struct rect area, struct ui *u, size_t fold_jail)
{
        v->left = v->top = 0;

        const struct layout *l = graph_view_refresh(v, area, u);
        size_t at = layout_find(l, u->graph, selection_resolve(&u->selection, u->graph));

        if (fold_jail != NONE) {
                at = layout_find_key(l, v->cursor);
                if (at == NONE) {
                        selection_set(&u->selection, u->graph, (struct object){OBJECT_JAIL, fold_jail});
                        v->shown = u->selection;
                        at = l->jail_items[fold_jail];
                }
        }
        v->cursor = at == NONE ? 0 : l->items[at].key;
        if (at != NONE)
                graph_view_centre(v, l, area, at);
}

/* The level that shows most and fits on the screen whole, but not below `least`; everything is put in order anew. */
static void fit(struct graph_view *v, struct rect area, struct ui *u, enum layout_level least)
{
        size_t fold_jail = graph_view_fold_jail(v, area, u);

        for (enum layout_level level = LAYOUT_FULL;; level--) {
                v->level = level;
                v->left = v->top = 0;

                struct plate *p = current_plate(v, u);

                layout_free(TAKE(p->layout));

                const struct layout *l = graph_view_refresh(v, area, u);

                if (graph_view_fits(l, area) || level == least)
                        break;
        }

        show_cursor(v, area, u, fold_jail);
}

/* Everything else steps aside, and the way is as large as can be seen whole; and all again, as it was. */
static void turn_way_alone(struct graph_view *v, struct rect area, struct ui *u, bool is_alone)
{
        graph_view_set_way_alone(v, is_alone);
        if (is_alone) {
                v->level_before = v->level;
                fit(v, area, u, LAYOUT_OVERVIEW);
        } else {
                v->level = v->level_before;
                show_cursor(v, area, u, NONE);
        }
}

/* Who asks for a way wants to see it from end to end: where the picture is larger than the window, it stands alone as
 * long as it is shown. */
static void notice_way(struct graph_view *v, struct rect area, struct ui *u)
{
        bool has_way = u->way != NULL;

        if (u->preview || has_way == v->had_way)
                return;
        v->had_way = has_way;
        if (has_way ? !graph_view_has_focus(v) && !graph_view_fits(graph_view_refresh(v, area, u), area)
                    : v->is_way_alone)
                turn_way_alone(v, area, u, has_way);
}

/* -- Drawing ----------------------------------------------------------------------------------------------------- */

static void graph_view_draw(struct view *view, struct canvas *c, struct rect area, struct ui *u)
{
        struct graph_view *v = (struct graph_view *)view;

        if (!u->graph || area.w <= 0 || area.h <= 0)
                return;

        notice_way(v, area, u);

        const struct layout *l = graph_view_refresh(v, area, u);
        size_t cursor = find_cursor(v, l, area, u);

        if (v->is_following)
                follow(v, l, area, u);
        graph_view_keep_inside(v, l, area);

        struct graph_drawing d = {.g = u->graph,
                                  .l = l,
                                  .area = graph_view_world(v, l, area),
                                  .left = v->left,
                                  .top = v->top,
                                  .cursor = cursor,
                                  .also = selection_resolve(&u->selection, u->graph),
                                  .u = u};

        graph_draw(c, &d);
        if (graph_view_has_status(v, l, area))
                graph_view_draw_status(v, c, l, area);
        graph_view_draw_welcome(c, l, area, u);
        graph_view_draw_map(v, c, l, area);
        graph_view_draw_box(v, c, l, area);
}

/* What stands under the cursor where that is no single thing: "web  24 jails  2 with a link down". */
static bool graph_view_about(struct view *view, struct text *ret)
{
        const struct graph_view *v = (const struct graph_view *)view;
        const struct layout *l = v->u ? current_plate((struct graph_view *)view, v->u)->layout : NULL;
        size_t at = l ? layout_find_key(l, v->cursor) : NONE;

        if (at == NONE || l->items[at].kind != LAYOUT_FOLD)
                return false;
        for (size_t n = l->items[at].span_first; n < l->items[at].span_first + l->items[at].span_count; n++) {
                if (l->spans[n].text)
                        text_putf(ret, "%s  ", l->spans[n].text);
        }
        text_put(ret,
                 v->u->marks && v->u->marks->count                    ? _("o opens or closes it")
                         : graph_view_is_open(view, l->items[at].key) ? _("Enter closes it")
                                                                      : _("Enter opens it  Space marks them"));
        return true;
}

static const struct guest_use *graph_view_guest(struct view *view, const struct graph *g,
                                                const struct guest **ret_guest)
{
        struct graph_view *v = (struct graph_view *)view;
        const struct layout *l = v->u && v->serial == g->serial ? current_plate(v, v->u)->layout : NULL;
        size_t at = l ? layout_find_key(l, v->cursor) : NONE;

        return at == NONE ? NULL : layout_guest_use(l, g, at, ret_guest);
}

/* -- Keys -------------------------------------------------------------------------------------------------------- */

static void zoom_to(struct graph_view *v, struct rect area, struct ui *u, enum layout_level level)
{
        if (level >= LAYOUT_LEVEL_COUNT || level == v->level)
                return;

        size_t fold_jail = graph_view_fold_jail(v, area, u);

        v->level = level;
        show_cursor(v, area, u, fold_jail);
}

/* The first or last item of the world that can be selected. */
static size_t end_item(const struct layout *l, bool is_last)
{
        size_t best = NONE;

        for (size_t n = 0; n < l->item_count; n++) {
                if (!layout_can_stop(&l->items[n]))
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
        struct rect world = graph_view_world(v, l, area);
        size_t at = layout_find_key(l, v->cursor), next = at;
        int goal = at == NONE ? 0 : l->items[at].focus.y + direction * (world.h - 2);

        while (next != NONE) {
                at = next;
                if ((l->items[at].focus.y - goal) * direction >= 0)
                        break;
                next = layout_step(l, at, 0, direction);
        }
        v->top += direction * (world.h - 2);
        graph_view_keep_inside(v, l, area);
        graph_view_move_cursor(v, l, area, u, at);
}

static void step(struct graph_view *v, const struct layout *l, struct rect area, struct ui *u, int dx, int dy)
{
        size_t at = layout_find_key(l, v->cursor);

        if (at == NONE) {
                graph_view_move_cursor(v, l, area, u, end_item(l, false));
                return;
        }

        size_t next = layout_step(l, at, dx, dy);

        if (next != NONE)
                graph_view_move_cursor(v, l, area, u, next);
        else { /* nothing more that way: let the rest of the picture be seen */
                v->left += dx * PAN_COLUMNS;
                v->top += dy * PAN_ROWS;
                graph_view_keep_inside(v, l, area);
        }
}

/* Opens or closes the fold under the cursor; it stays where it is on the screen. */
bool graph_view_press_fold(struct graph_view *v, struct rect area, struct ui *u)
{
        const struct layout *l = graph_view_refresh(v, area, u);
        size_t at = layout_find_key(l, v->cursor);

        if (at == NONE || l->items[at].kind != LAYOUT_FOLD)
                return false;
        graph_view_toggle_fold(v, l->items[at].key);
        l = graph_view_refresh(v, area, u);
        graph_view_keep_inside(v, l, area);
        return true;
}

/* Marks all jails of the fold under the cursor, or none; false: there is no fold, and a single thing is the console's.
 */
static bool press_mark(struct graph_view *v, const struct layout *l, struct ui *u)
{
        size_t at = layout_find_key(l, v->cursor), marked = 0;
        size_t count = at == NONE || !u->marks ? 0 : graph_fold_count(u, l, at, &marked);

        if (!count)
                return false;
        (void)graph_fold_mark(u, l, at, marked < count); /* as many as fit: the title has their number */
        return true;
}

/* Shows only what is near the selection, as large as can be seen whole; and everything again, as it was. */
static void toggle_focus(struct graph_view *v, struct rect area, struct ui *u)
{
        bool has_focus = graph_view_has_focus(v);

        if (u->way || v->is_way_alone) {
                turn_way_alone(v, area, u, !v->is_way_alone && u->way);
                return;
        }
        if (!has_focus && selection_resolve(&u->selection, u->graph).type == OBJECT_NONE)
                return;
        graph_view_set_focus(v, u, has_focus ? 0 : FOCUS_HOPS);
        if (has_focus) {
                v->level = v->level_before;
                show_cursor(v, area, u, NONE);
        } else {
                v->level_before = v->level;
                fit(v, area, u, LAYOUT_OVERVIEW);
        }
}

static void widen_focus(struct graph_view *v, struct rect area, struct ui *u, int more)
{
        int hops = v->focus_hops + more;

        if (!graph_view_has_focus(v) || v->is_way_alone || hops < 1 || hops > HOPS_MAX)
                return;
        graph_view_set_focus(v, u, hops);
        fit(v, area, u, LAYOUT_OVERVIEW);
}

static bool graph_view_key(struct view *view, const struct key *k, struct rect area, struct ui *u)
{
        struct graph_view *v = (struct graph_view *)view;

        if (!u->graph || area.w <= 0 || area.h <= 0)
                return false;

        notice_way(v, area, u);

        const struct layout *l = graph_view_refresh(v, area, u);

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
        case 'H': graph_view_pan(v, l, area, -PAN_COLUMNS, 0); return true;
        case KEYC_SHIFT_DOWN:
        case 'J': graph_view_pan(v, l, area, 0, PAN_ROWS); return true;
        case KEYC_SHIFT_UP:
        case 'K': graph_view_pan(v, l, area, 0, -PAN_ROWS); return true;
        case KEYC_SHIFT_RIGHT:
        case 'L': graph_view_pan(v, l, area, PAN_COLUMNS, 0); return true;
        case KEYC_HOME:
        case 'g': graph_view_move_cursor(v, l, area, u, end_item(l, false)); return true;
        case KEYC_END:
        case 'G': graph_view_move_cursor(v, l, area, u, end_item(l, true)); return true;
        case KEYC_PAGE_UP: page(v, l, area, u, -1); return true;
        case KEYC_PAGE_DOWN: page(v, l, area, u, 1); return true;
        case '+':
        case '=': zoom_to(v, area, u, v->level + 1); return true;
        case '-':
                if (v->level > LAYOUT_GROUPS)
                        zoom_to(v, area, u, v->level - 1);
                return true;
        case '0': fit(v, area, u, LAYOUT_GROUPS); return true;
        case 'o': (void)graph_view_press_fold(v, area, u); return true; /* nothing to open is nothing done */
        case KEYC_ENTER: /* of marked things it is the menu of what can be done to them */
                return !(u->marks && u->marks->count) && graph_view_press_fold(v, area, u);
        case ' ': return press_mark(v, l, u);
        case 'x': toggle_focus(v, area, u); return true;
        case '[': widen_focus(v, area, u, -1); return true;
        case ']': widen_focus(v, area, u, 1); return true;
        case 't':
                v->is_following = !v->is_following;
                v->followed_ms = u->now_ms;
                return true;
        case 'v': v->has_map = !v->has_map; return true;
        case KEYC_MOUSE: return graph_view_mouse(v, l, k, area, u);
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
        layout_free(v->planned.layout);
        free(v->open);
        free(v->near);
        free(v->marks_before);
        free(v);
}

struct view *view_graph_new(void)
{
        struct graph_view *v = xcalloc(1, sizeof(*v));

        v->view = (struct view){.name = "Graph",
                                .hints = N_("+/-:zoom"),
                                .more = N_("0:fit x:focus t:follow v:map hjkl:move"),
                                .draw = graph_view_draw,
                                .key = graph_view_key,
                                .about = graph_view_about,
                                .guest = graph_view_guest,
                                .remember = graph_view_remember,
                                .recall = graph_view_recall,
                                .free = graph_view_free};
        return &v->view;
}
