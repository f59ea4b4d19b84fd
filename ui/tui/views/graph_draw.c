/* graph_draw.c - frames first, then edges from the least to the most important, then words, hooks and the cursor. */
#include "ui/tui/views/graph_draw.h"

#include <string.h>

#include "core/base/alloc.h"
#include "core/base/intl.h"
#include "core/base/text.h"
#include "ui/tui/history.h"
#include "ui/tui/marks.h"
#include "ui/tui/plan_preview.h"
#include "ui/tui/plot.h"
#include "ui/tui/views/describe.h"
#include "ui/tui/views/graph_folds.h"

/* Bytes a second from which on an edge is drawn heavy (100 kb/s), and double (100 Mb/s). */
#define BUSY_BPS   12500
#define LOADED_BPS 12500000

#define PLOT_STEP_S    5 /* a bar; each second changes the last one alone */
#define PLOT_STEPS_MAX 16

static struct rect on_canvas(const struct graph_drawing *d, struct layout_rect r)
{
        return (struct rect){r.x - d->left + d->area.x, r.y - d->top + d->area.y, r.w, r.h};
}

static struct point cell_of(const struct graph_drawing *d, struct layout_point p)
{
        return (struct point){p.x - d->left + d->area.x, p.y - d->top + d->area.y};
}

static bool is_in_sight(const struct graph_drawing *d, struct layout_rect r)
{
        struct rect seen = rect_intersect(on_canvas(d, r), d->area);

        return seen.w > 0 && seen.h > 0;
}

static bool is_marked(const struct graph_drawing *d, size_t item)
{
        const struct layout_item *i = &d->l->items[item];

        if (item == d->cursor)
                return true;
        return d->also.type != OBJECT_NONE && i->object.type == d->also.type && i->object.index == d->also.index;
}

static bool is_inside(const struct layout *l, size_t item, size_t outer)
{
        for (; item != NONE; item = l->items[item].parent) {
                if (item == outer)
                        return true;
        }
        return false;
}

static enum recency recency_of(const struct graph_drawing *d, struct object o)
{
        return d->u && !d->u->preview ? ui_recency(d->u, o) : RECENCY_NONE;
}

static enum style frame_style(const struct graph_drawing *d, const struct layout_item *i)
{
        switch (i->kind) {
        case LAYOUT_BRIDGE: return STYLE_BRIDGE;
        case LAYOUT_UNSEEN: return STYLE_DIM;
        case LAYOUT_GROUP: return STYLE_BOX;
        case LAYOUT_JAIL:
                if (d->g->jails[i->object.index].state == JAIL_DYING)
                        return STYLE_PENDING;
                return d->g->jails[i->object.index].state == JAIL_HIDDEN ? STYLE_DIM : STYLE_BOX;
        case LAYOUT_ROW:
        case LAYOUT_FOLD:
        case LAYOUT_CHIP: break;
        }
        return STYLE_NORMAL;
}

static bool has_frame(const struct layout_item *i)
{
        return i->kind != LAYOUT_ROW && i->kind != LAYOUT_CHIP && i->kind != LAYOUT_FOLD;
}

static void draw_frame(struct canvas *c, const struct graph_drawing *d, size_t item)
{
        const struct layout_item *i = &d->l->items[item];
        bool is_cursor = is_marked(d, item);

        canvas_frame(c, on_canvas(d, i->at), is_cursor ? LINE_HEAVY : LINE_LIGHT,
                     is_cursor ? STYLE_SELECTED : frame_style(d, i));
}

/* How an edge is drawn; later ones are drawn over earlier ones. */
enum look {
        LOOK_UNSEEN,
        LOOK_DOWN,
        LOOK_UP,
        LOOK_BUSY,
        LOOK_LOADED,
        LOOK_CHOSEN_DOWN,
        LOOK_CHOSEN,
        LOOK_WAY,
        LOOK_EDGE_COUNT
};

static bool is_blocked(const struct graph *g, size_t iface)
{
        const struct iface *i = &g->ifaces[iface];

        return i->master != NONE && g->ifaces[i->master].kind == KIND_BRIDGE && g->ifaces[i->master].stp_on &&
                i->port_state != STP_FORWARDING;
}

static size_t member_count(const struct layout_edge *e)
{
        return e->member_count ? e->member_count : 1;
}

/* One of the edges that a line stands for. */
static struct layout_member member_of(const struct graph_drawing *d, const struct layout_edge *e, size_t n)
{
        return e->member_count ? d->l->members[e->member_first + n]
                               : (struct layout_member){e->edge, {e->ifaces[0], e->ifaces[1]}};
}

static bool is_member_down(const struct graph_drawing *d, enum layout_edge_kind kind, struct layout_member m)
{
        for (int n = 0; n < 2; n++) {
                if (m.ifaces[n] == NONE)
                        continue;

                const struct iface *i = &d->g->ifaces[m.ifaces[n]];

                if (iface_is_down(i) || (!i->is_running && i->kind != KIND_BRIDGE))
                        return true;
                if (kind == LAYOUT_EDGE_JOINT && is_blocked(d->g, m.ifaces[n]))
                        return true;
        }
        return false;
}

/* How many of those that a line stands for are down. */
static size_t count_down(const struct graph_drawing *d, const struct layout_edge *e)
{
        size_t count = 0;

        for (size_t n = 0; n < member_count(e); n++)
                count += is_member_down(d, e->kind, member_of(d, e, n)) ? 1 : 0;
        return count;
}

static bool is_edge_down(const struct graph_drawing *d, const struct layout_edge *e)
{
        return count_down(d, e) == member_count(e);
}

/* The end that counts what an edge carries; NONE: neither does. */
static size_t counting_end(const struct graph_drawing *d, struct layout_member m)
{
        for (int n = 0; n < 2; n++) {
                const struct iface *i = m.ifaces[n] == NONE ? NULL : &d->g->ifaces[m.ifaces[n]];

                if (i && i->rx_Bps != RATE_UNKNOWN && i->tx_Bps != RATE_UNKNOWN && i->kind != KIND_BRIDGE)
                        return m.ifaces[n];
        }
        return NONE;
}

/* The traffic of all that a line stands for, in both directions. */
static uint64_t edge_rate(const struct graph_drawing *d, const struct layout_edge *e)
{
        uint64_t sum = RATE_UNKNOWN;

        for (size_t n = 0; n < member_count(e); n++) {
                size_t end = counting_end(d, member_of(d, e, n));

                if (end != NONE)
                        sum = (sum == RATE_UNKNOWN ? 0 : sum) + d->g->ifaces[end].rx_Bps + d->g->ifaces[end].tx_Bps;
        }
        return sum;
}

/* The same of all lines that run together with it. */
static uint64_t bundle_rate(const struct graph_drawing *d, const struct layout_edge *e)
{
        uint64_t sum = RATE_UNKNOWN;

        for (size_t n = 0; e->bundle && n < d->l->edge_count; n++) {
                uint64_t rate = d->l->edges[n].bundle == e->bundle ? edge_rate(d, &d->l->edges[n]) : RATE_UNKNOWN;

                if (rate != RATE_UNKNOWN)
                        sum = (sum == RATE_UNKNOWN ? 0 : sum) + rate;
        }
        return e->bundle ? sum : edge_rate(d, e);
}

static bool is_chosen(const struct graph_drawing *d, const struct layout_edge *e)
{
        const struct layout_item *cursor = d->cursor == NONE ? NULL : &d->l->items[d->cursor];
        /* Not for the host: all edges begin there, and what stands out everywhere stands out nowhere. */
        bool takes_all = cursor && has_frame(cursor) && !(cursor->kind == LAYOUT_JAIL && cursor->object.index == 0);

        for (int n = 0; n < 2; n++) {
                if (is_marked(d, e->items[n]))
                        return true;
                if (takes_all && e->kind != LAYOUT_EDGE_JOINT && is_inside(d->l, e->items[n], d->cursor))
                        return true;
        }
        return false;
}

/* The way that is shown; NULL: none, or it is of another picture. */
static const struct ui_way *way_of(const struct graph_drawing *d)
{
        return d->u && d->u->way && d->u->way->g == d->g ? d->u->way : NULL;
}

static bool is_on_way(const struct graph_drawing *d, const struct layout_edge *e)
{
        const struct ui_way *w = way_of(d);

        for (size_t n = 0; w && n < member_count(e); n++) {
                struct layout_member m = member_of(d, e, n);

                if (m.edge != NONE ? w->edges[m.edge]
                                   : m.ifaces[0] != NONE && m.ifaces[1] != NONE && w->ifaces[m.ifaces[0]] &&
                                    w->ifaces[m.ifaces[1]])
                        return true;
        }
        return false;
}

static enum look edge_look(const struct graph_drawing *d, const struct layout_edge *e)
{
        bool is_down = is_edge_down(d, e);

        if (is_on_way(d, e))
                return LOOK_WAY;
        if (is_chosen(d, e))
                return is_down ? LOOK_CHOSEN_DOWN : LOOK_CHOSEN;
        if (e->kind == LAYOUT_EDGE_UNSEEN)
                return LOOK_UNSEEN;
        if (is_down)
                return LOOK_DOWN;

        uint64_t rate = edge_rate(d, e);

        if (rate == RATE_UNKNOWN || rate < BUSY_BPS)
                return LOOK_UP;
        return rate >= LOADED_BPS ? LOOK_LOADED : LOOK_BUSY;
}

static void draw_edge(struct canvas *c, const struct graph_drawing *d, const struct layout_edge *e, enum look look)
{
        static const struct {
                enum style style;
                enum line_weight weight;
        } looks[LOOK_EDGE_COUNT] = {
                [LOOK_UNSEEN] = {STYLE_DIM, LINE_LIGHT},        [LOOK_DOWN] = {STYLE_EDGE_DOWN, LINE_LIGHT},
                [LOOK_UP] = {STYLE_EDGE, LINE_LIGHT},           [LOOK_BUSY] = {STYLE_EDGE_BUSY, LINE_HEAVY},
                [LOOK_LOADED] = {STYLE_EDGE_BUSY, LINE_DOUBLE}, [LOOK_CHOSEN_DOWN] = {STYLE_SELECTED, LINE_LIGHT},
                [LOOK_CHOSEN] = {STYLE_SELECTED, LINE_HEAVY},   [LOOK_WAY] = {STYLE_CHANGED, LINE_DOUBLE},
        };
        struct point points[16];
        size_t count = e->point_count < ARRAY_SIZE(points) ? e->point_count : ARRAY_SIZE(points);

        for (size_t n = 0; n < count; n++)
                points[n] = cell_of(d, d->l->points[e->point_first + n]);
        canvas_polyline(c, points, count, looks[look].weight, looks[look].style);
        if (look == LOOK_DOWN || look == LOOK_CHOSEN_DOWN || (look == LOOK_WAY && is_edge_down(d, e))) {
                struct point p = cell_of(d, e->mark);

                canvas_put(c, p.x, p.y, canvas_sign(c, SIGN_CROSS), STYLE_EDGE_DOWN);
        } else if (count_down(d, e)) { /* some of a group: it carries what the others do */
                struct point p = cell_of(d, e->mark);

                canvas_put(c, p.x, p.y, canvas_sign(c, SIGN_WARNING), STYLE_WARNING);
        }
}

/* "495k": bits a second in at most four columns. */
static void put_short_rate(uint64_t Bps, char text[RATE_TEXT_SIZE])
{
        static const char units[] = {0, 'k', 'M', 'G', 'T', 'P', 'E'};
        double v = (double)Bps * 8;
        size_t unit = 0;

        for (; v >= 999.5 && unit + 1 < ARRAY_SIZE(units); unit++)
                v /= 1000;
        (void)str_format(text, RATE_TEXT_SIZE, unit && v < 9.95 ? "%.1f%c" : "%.0f%c", v, units[unit]);
        (void)intl_decimal(text, RATE_TEXT_SIZE);
}

static void draw_rate(struct canvas *c, const struct graph_drawing *d, const struct layout_edge *e)
{
        uint64_t rate = e->rate.w > 0 ? bundle_rate(d, e) : RATE_UNKNOWN;
        char text[RATE_TEXT_SIZE];
        struct rect room = on_canvas(d, e->rate);

        if (rate == RATE_UNKNOWN || rate == 0 || (is_edge_down(d, e) && !e->bundle))
                return;
        if (room.w < 8)
                put_short_rate(rate, text);
        else
                (void)describe_rate(rate, text);

        int w = (int)text_columns(text);

        if (w <= room.w)
                (void)canvas_text(c, room.x + room.w - w, room.y, w, rate >= BUSY_BPS ? STYLE_EDGE_BUSY : STYLE_EDGE,
                                  text);
}

/* What it carried lately, as bars behind the rate. Its highest is rounded up, so that it seldom changes all of them. */
static void draw_plot(struct canvas *c, const struct graph_drawing *d, const struct layout_edge *e)
{
        uint64_t steps[PLOT_STEPS_MAX], top = 1;
        size_t count = e->plot.w < PLOT_STEPS_MAX ? (size_t)e->plot.w : PLOT_STEPS_MAX;
        size_t counted = counting_end(d, member_of(d, e, 0));

        if (e->plot.w <= 0 || counted == NONE || !d->u || !d->u->history || d->u->preview || is_edge_down(d, e) ||
            !history_steps(d->u->history, d->g->ifaces[counted].number, PLOT_STEP_S, d->u->now_ms, count, steps))
                return;
        for (size_t n = 0; n < count; n++)
                while (top < steps[n])
                        top *= 2;
        for (size_t n = 0; n < count; n++) {
                struct rect cell = on_canvas(d, e->plot);

                cell.x += cell.w - (int)(count - n);
                cell.w = 1;
                if (steps[n]) /* else the line goes on: nothing was carried */
                        plot_draw(c, cell, edge_rate(d, e) >= BUSY_BPS ? STYLE_EDGE_BUSY : STYLE_EDGE, &steps[n], 1,
                                  top);
        }
}

static bool edge_is_in_sight(const struct graph_drawing *d, const struct layout_edge *e)
{
        struct layout_rect r = {INT32_MAX, INT32_MAX, 0, 0};
        int right = INT32_MIN, bottom = INT32_MIN;

        for (size_t n = 0; n < e->point_count; n++) {
                struct layout_point p = d->l->points[e->point_first + n];

                r.x = p.x < r.x ? p.x : r.x;
                r.y = p.y < r.y ? p.y : r.y;
                right = p.x > right ? p.x : right;
                bottom = p.y > bottom ? p.y : bottom;
        }
        r.w = right - r.x + 1;
        r.h = bottom - r.y + 1;
        return e->point_count && is_in_sight(d, r);
}

static void draw_edges(struct canvas *c, const struct graph_drawing *d)
{
        CLEANUP(freep) uint8_t *looks = xcalloc(d->l->edge_count + 1, sizeof(*looks));

        for (size_t n = 0; n < d->l->edge_count; n++) {
                const struct layout_edge *e = &d->l->edges[n];

                looks[n] = edge_is_in_sight(d, e) ? (uint8_t)edge_look(d, e) : LOOK_EDGE_COUNT;
        }
        for (enum look look = LOOK_UNSEEN; look < LOOK_EDGE_COUNT; look++) {
                for (size_t n = 0; n < d->l->edge_count; n++) {
                        if (looks[n] == look)
                                draw_edge(c, d, &d->l->edges[n], look);
                }
        }
        for (size_t n = 0; n < d->l->edge_count; n++) {
                if (looks[n] == LOOK_EDGE_COUNT)
                        continue;
                draw_rate(c, d, &d->l->edges[n]);
                draw_plot(c, d, &d->l->edges[n]);
        }
}

static enum style ink_style(enum layout_ink ink)
{
        switch (ink) {
        case LAYOUT_INK_PLAIN: return STYLE_NORMAL;
        case LAYOUT_INK_DIM: return STYLE_DIM;
        case LAYOUT_INK_TITLE: return STYLE_BOX_TITLE;
        case LAYOUT_INK_NAME: return STYLE_NORMAL;
        case LAYOUT_INK_BRIDGE: return STYLE_BRIDGE;
        case LAYOUT_INK_ADDRESS: return STYLE_ADDRESS;
        case LAYOUT_INK_HOOK: return STYLE_HOOK;
        case LAYOUT_INK_BAD: return STYLE_DOWN;
        case LAYOUT_INK_PENDING: return STYLE_PENDING;
        case LAYOUT_INK_WARNING: return STYLE_WARNING;
        }
        return STYLE_NORMAL;
}

static void draw_sign(struct canvas *c, int x, int y, const struct layout_span *s, bool is_recent_one)
{
        enum style style = is_recent_one ? STYLE_CHANGED : ink_style(s->ink);

        switch (s->sign) {
        case LAYOUT_SIGN_NONE: break;
        case LAYOUT_SIGN_UP:
                canvas_put(c, x, y, canvas_sign(c, SIGN_UP), is_recent_one ? STYLE_CHANGED : STYLE_UP);
                break;
        case LAYOUT_SIGN_DOWN: canvas_put(c, x, y, canvas_sign(c, SIGN_DOWN), style); break;
        case LAYOUT_SIGN_PIN:
                canvas_put(c, x, y, canvas_sign(c, SIGN_PIN), s->ink == LAYOUT_INK_DIM ? STYLE_PIN : style);
                break;
        case LAYOUT_SIGN_PENDING: canvas_put(c, x, y, canvas_sign(c, SIGN_PENDING), style); break;
        case LAYOUT_SIGN_CLOSED: canvas_put(c, x, y, canvas_sign(c, SIGN_CLOSED), style); break;
        case LAYOUT_SIGN_OPEN: canvas_put(c, x, y, canvas_sign(c, SIGN_OPEN), style); break;
        case LAYOUT_SIGN_WARNING: canvas_put(c, x, y, canvas_sign(c, SIGN_WARNING), style); break;
        }
}

static enum preview_mark mark_of(const struct graph_drawing *d, struct object o)
{
        return d->u && d->u->preview ? plan_preview_mark(d->u->preview, o) : PREVIEW_SAME;
}

/* The mark's sign, where the one of recent changes stands. */
static void draw_mark(struct canvas *c, const struct graph_drawing *d, const struct layout_item *i,
                      enum preview_mark mark)
{
        struct rect r = on_canvas(d, i->focus);

        canvas_put(c, r.x + (has_frame(i) ? 1 : 0), r.y, (uint32_t)preview_mark_sign(mark),
                   mark == PREVIEW_REMOVED ? STYLE_DOWN : STYLE_CHANGED);
}

/* A sign where the marks of changes stand: it passes here, or it is stopped here. */
static bool draw_way(struct canvas *c, const struct graph_drawing *d, const struct layout_item *i)
{
        const struct ui_way *w = way_of(d);
        struct rect r = on_canvas(d, i->focus);
        size_t iface = i->object.type == OBJECT_IFACE ? i->object.index
                : i->object.type == OBJECT_NODE       ? d->g->nodes[i->object.index].iface
                                                      : NONE;
        bool is_jail = i->object.type == OBJECT_JAIL && w && i->object.index == w->stopped_jail;

        if (!w || !(is_jail || (iface != NONE && w->ifaces[iface])))
                return false;

        bool is_stop = is_jail || iface == w->stopped_iface;

        canvas_put(c, r.x + (has_frame(i) ? 1 : 0), r.y, canvas_sign(c, is_stop ? SIGN_CROSS : SIGN_ARROW_RIGHT),
                   is_stop ? STYLE_ERROR : STYLE_CHANGED);
        return true;
}

/* A thing that is marked, or a fold with such in it. */
static bool has_mark(const struct graph_drawing *d, size_t item)
{
        const struct layout_item *i = &d->l->items[item];
        size_t marked = 0;

        if (!d->u || !d->u->marks || !d->u->marks->count)
                return false;
        if (i->kind == LAYOUT_FOLD)
                (void)graph_fold_count(d->u, d->l, item, &marked);
        return marked || marks_has(d->u->marks, d->g, i->object);
}

static void draw_words(struct canvas *c, const struct graph_drawing *d, size_t item)
{
        const struct layout_item *i = &d->l->items[item];
        enum preview_mark mark = mark_of(d, i->object);
        enum recency recency = recency_of(d, i->object);
        bool recent = recency == RECENCY_NEW || (mark != PREVIEW_SAME && mark != PREVIEW_REMOVED);

        for (size_t n = i->span_first; n < i->span_first + i->span_count; n++) {
                const struct layout_span *s = &d->l->spans[n];
                struct point p = cell_of(d, (struct layout_point){s->x, s->y});
                enum style style = recent && s->ink != LAYOUT_INK_HOOK ? STYLE_CHANGED
                        : mark == PREVIEW_REMOVED                      ? STYLE_DOWN
                                                                       : ink_style(s->ink);

                if (s->sign != LAYOUT_SIGN_NONE)
                        draw_sign(c, p.x, p.y, s, recent);
                else
                        (void)canvas_text(c, p.x, p.y, s->w, style, s->text);
        }
        if (draw_way(c, d, i))
                return;
        if (mark != PREVIEW_SAME) {
                draw_mark(c, d, i, mark);
        } else if (has_mark(d, item)) {
                struct rect r = on_canvas(d, i->focus);

                canvas_put(c, r.x + (has_frame(i) ? 1 : 0), r.y, '*', STYLE_CHANGED);
        } else if (recency != RECENCY_NONE) { /* a sign too, for those who see no colour; it stays longer */
                struct rect r = on_canvas(d, i->focus);

                canvas_put(c, r.x + (has_frame(i) ? 1 : 0), r.y, canvas_sign(c, SIGN_BULLET),
                           recent ? STYLE_CHANGED : STYLE_DIM);
        }
}

static void draw_cursor(struct canvas *c, const struct graph_drawing *d, size_t item)
{
        const struct layout_item *i = &d->l->items[item];
        struct rect r = on_canvas(d, i->focus);

        if (!has_frame(i)) {
                canvas_reverse(c, r);
                return;
        }
        /* The title's words: a bar over the whole upper side would hide the frame. */
        int x = 0, end = 0;

        for (size_t n = i->span_first; n < i->span_first + i->span_count; n++) {
                const struct layout_span *s = &d->l->spans[n];

                if (n == i->span_first)
                        x = s->x;
                end = s->x + s->w;
        }
        r = on_canvas(d, (struct layout_rect){x, i->focus.y, end - x, 1});
        canvas_reverse(c, r);
}

void graph_draw(struct canvas *c, const struct graph_drawing *d)
{
        struct rect clip = c->clip;

        if (!d->l->items)
                return; /* an empty layout */
        canvas_set_clip(c, rect_intersect(clip, d->area));
        for (size_t n = 0; n < d->l->item_count; n++) {
                if (has_frame(&d->l->items[n]) && is_in_sight(d, d->l->items[n].at))
                        draw_frame(c, d, n);
        }
        draw_edges(c, d);
        for (size_t n = 0; n < d->l->item_count; n++) {
                if (is_in_sight(d, d->l->items[n].at))
                        draw_words(c, d, n);
        }
        for (size_t n = 0; n < d->l->hook_count; n++) {
                const struct layout_hook *h = &d->l->hooks[n];
                struct point p = cell_of(d, h->at);

                if (rect_has(d->area, p.x, p.y))
                        canvas_put(c, p.x, p.y, canvas_sign(c, SIGN_HOOK),
                                   is_marked(d, h->item) ? STYLE_SELECTED : STYLE_HOOK);
        }
        if (d->cursor != NONE && is_in_sight(d, d->l->items[d->cursor].at))
                draw_cursor(c, d, d->cursor);
        canvas_set_clip(c, clip);
}
