/* emit.c - the finished draft as items, words, hooks and lines in world coordinates. */
#include "core/base/alloc.h"
#include "core/base/text.h"
#include "ui/tui/layout/draft.h"

struct emit {
        struct draft *d;
        struct layout *out;
        size_t item_capacity, span_capacity, hook_capacity, edge_capacity, point_capacity, member_capacity;
};

static size_t put_item(struct emit *e, struct layout_item item)
{
        struct layout *out = e->out;

        out->items = array_grow(out->items, &e->item_capacity, out->item_count, sizeof(*out->items));
        item.span_first = out->span_count;
        out->items[out->item_count] = item;
        return out->item_count++;
}

/* Spans are put right after their item, so that each item's stand together. */
static int put_span(struct emit *e, int x, int y, int limit, enum layout_ink ink, enum layout_sign sign,
                    const char *text)
{
        struct layout *out = e->out;
        int w = sign != LAYOUT_SIGN_NONE ? 1 : text ? (int)text_columns(text) : 0;

        if (w > limit - x)
                w = limit - x;
        if (w <= 0)
                return 0;
        out->spans = array_grow(out->spans, &e->span_capacity, out->span_count, sizeof(*out->spans));
        /* A layout outlives its graph: while nothing that it shows changes, it is kept. arena_strdup takes NULL. */
        out->spans[out->span_count++] = (struct layout_span){x, y, w, ink, sign, arena_strdup(&out->arena, text)};
        out->items[out->item_count - 1].span_count++;
        return w;
}

static int put_badge(struct emit *e, int x, int y, int limit, const struct badge *b)
{
        int from = x;

        if (b->sign != LAYOUT_SIGN_NONE)
                x += put_span(e, x, y, limit, b->ink, b->sign, NULL);
        if (b->sign != LAYOUT_SIGN_NONE && b->text)
                x++;
        if (b->text)
                x += put_span(e, x, y, x + MAX_BADGE_COLUMNS < limit ? x + MAX_BADGE_COLUMNS : limit, b->ink,
                              LAYOUT_SIGN_NONE, b->text);
        return x - from;
}

static void put_hook(struct emit *e, int x, int y, size_t hook, size_t item)
{
        struct layout *out = e->out;

        out->hooks = array_grow(out->hooks, &e->hook_capacity, out->hook_count, sizeof(*out->hooks));
        out->hooks[out->hook_count++] = (struct layout_hook){{x, y}, hook, item};
}

static void put_point(struct emit *e, struct layout_edge *edge, struct layout_point p)
{
        struct layout *out = e->out;
        const struct layout_point *last = out->points + out->point_count;

        if (edge->point_count && last[-1].x == p.x && last[-1].y == p.y)
                return;
        if (edge->point_count >= 2 &&
            ((last[-1].x == p.x && last[-2].x == p.x) || (last[-1].y == p.y && last[-2].y == p.y))) {
                out->point_count--;
                edge->point_count--;
        }
        out->points = array_grow(out->points, &e->point_capacity, out->point_count, sizeof(*out->points));
        out->points[out->point_count++] = p;
        edge->point_count++;
}

static size_t put_edge(struct emit *e, struct layout_edge edge)
{
        struct layout *out = e->out;

        out->edges = array_grow(out->edges, &e->edge_capacity, out->edge_count, sizeof(*out->edges));
        out->edges[out->edge_count] = edge;
        return out->edge_count++;
}

static void put_member(struct emit *e, const struct layout_member *m)
{
        struct layout *out = e->out;

        out->members = array_grow(out->members, &e->member_capacity, out->member_count, sizeof(*out->members));
        out->members[out->member_count++] = *m;
}

/* The title on a frame's upper side: words with a blank on either side of each. */
struct title {
        struct emit *e;
        int x, y, limit;
};

static void title_put(struct title *t, enum layout_ink ink, enum layout_sign sign, const char *text)
{
        if (!text && sign == LAYOUT_SIGN_NONE)
                return;
        t->x += put_span(t->e, t->x, t->y, t->limit, LAYOUT_INK_PLAIN, LAYOUT_SIGN_NONE, " ");
        t->x += put_span(t->e, t->x, t->y, t->limit, ink, sign, text);
}

static void title_badges(struct title *t, const struct badge *badges, size_t count)
{
        for (size_t n = 0; n < count; n++) {
                if (badges[n].sign != LAYOUT_SIGN_NONE)
                        title_put(t, badges[n].ink, badges[n].sign, NULL);
                if (badges[n].text)
                        title_put(t, badges[n].ink, LAYOUT_SIGN_NONE, badges[n].text);
        }
        (void)put_span(t->e, t->x, t->y, t->limit + 1, LAYOUT_INK_PLAIN, LAYOUT_SIGN_NONE, " "); /* may not fit */
}

static void emit_box_title(struct emit *e, const struct draft_box *b)
{
        struct title t = {e, b->x + 2, b->y, b->x + b->w - 2};
        enum layout_ink ink = b->kind == LAYOUT_UNSEEN ? LAYOUT_INK_WARNING : LAYOUT_INK_TITLE;

        title_put(&t, ink, LAYOUT_SIGN_NONE, b->title);
        if (b->subtitle && *b->subtitle) {
                t.x += put_span(e, t.x, t.y, t.limit, LAYOUT_INK_PLAIN, LAYOUT_SIGN_NONE, " ");
                title_put(&t, LAYOUT_INK_DIM, LAYOUT_SIGN_NONE, b->subtitle);
        }
        if (b->badge_count)
                t.x += put_span(e, t.x, t.y, t.limit, LAYOUT_INK_PLAIN, LAYOUT_SIGN_NONE, " ");
        title_badges(&t, b->badges, b->badge_count);
}

static enum layout_sign state_sign(const struct draft *d, size_t iface)
{
        const struct iface *i = &d->g->ifaces[iface];

        if (i->kind == KIND_BRIDGE)
                return !iface_is_down(i) ? LAYOUT_SIGN_UP : LAYOUT_SIGN_DOWN;
        return i->is_up && i->is_running ? LAYOUT_SIGN_UP : LAYOUT_SIGN_DOWN;
}

static enum layout_ink sign_ink(enum layout_sign s)
{
        return s == LAYOUT_SIGN_DOWN ? LAYOUT_INK_BAD : LAYOUT_INK_PLAIN;
}

/* What a row stands in, while its box is walked through. */
struct frame {
        size_t row; /* NONE: the box itself */
        size_t item;
        int x, w;
        struct slots slots[SLOT_DEPTHS];
};

static size_t emit_bridge(struct emit *e, const struct draft_box *b, const struct draft_row *r, int bottom)
{
        struct layout_rect at = {b->x + 1, r->y, b->w - 2, bottom - r->y + 1};
        struct layout_rect focus = {at.x, at.y, at.w, 1};
        size_t item = put_item(e, (struct layout_item){LAYOUT_BRIDGE, r->object, at, focus, b->item, r->key, 0, 0});
        struct title t = {e, at.x + 2, at.y, at.x + at.w - 2};
        enum layout_sign sign = state_sign(e->d, r->iface);

        title_put(&t, sign_ink(sign), sign, NULL);
        title_put(&t, LAYOUT_INK_BRIDGE, LAYOUT_SIGN_NONE, r->name);
        for (size_t n = 0; n < r->address_count; n++)
                title_put(&t, LAYOUT_INK_ADDRESS, LAYOUT_SIGN_NONE, r->addresses[n]);
        title_badges(&t, r->badges, r->badge_count);
        return item;
}

static void emit_joint(struct emit *e, const struct draft_row *r, const struct parts *p, int x, int limit)
{
        const struct graph *g = e->d->g;
        const struct edge *joint = &g->edges[r->joint];
        struct layout_edge edge = {.kind = LAYOUT_EDGE_JOINT,
                                   .edge = r->joint,
                                   .ifaces = {joint->iface_b, NONE},
                                   .items = {r->item, r->item},
                                   .mark = {x + p->joint + 1, r->y},
                                   .point_first = e->out->point_count};

        if (x + p->joint + 2 >= limit)
                return;
        put_point(e, &edge, (struct layout_point){x + p->joint, r->y});
        put_point(e, &edge, (struct layout_point){x + p->joint + 2, r->y});
        put_hook(e, x + p->joint, r->y, r->upper, r->item);
        put_hook(e, x + p->joint + 2, r->y, r->lower, r->item);
        (void)put_edge(e, edge);
}

static void emit_row(struct emit *e, struct draft_row *r, const struct frame *f)
{
        const struct graph *g = e->d->g;
        struct layout_rect at = {f->x + 1, r->y, f->w - 2, (int)draft_row_lines(r)};
        struct layout_rect focus = {at.x, at.y, at.w, 1};
        bool is_fold = r->shape == ROW_FOLD;
        struct parts p;

        draft_parts(e->d, r, f->slots, &p);
        r->item = put_item(
                e,
                (struct layout_item){is_fold ? LAYOUT_FOLD : LAYOUT_ROW, r->object, at, focus, f->item, r->key, 0, 0});

        int x = f->x, y = r->y, edge_x = f->x + f->w - 1;
        int limit = edge_x - (p.right ? p.right + 2 : 0);
        bool is_stub = r->shape == ROW_STUB && r->upper != NONE && r->hook == r->upper && r->has_right;

        if (p.left >= 0)
                (void)put_span(e, x + p.left, y, limit, LAYOUT_INK_HOOK, LAYOUT_SIGN_NONE,
                               draft_hook_label(e->d, r, false)); /* clipped: the row is too narrow */
        if (p.upper >= 0)
                (void)put_span(e, x + p.upper, y, limit, LAYOUT_INK_HOOK, LAYOUT_SIGN_NONE, g->hooks[r->upper].name);
        if (p.lower >= 0 && r->lower != NONE)
                (void)put_span(e, x + p.lower, y, x + p.name - 1 < limit ? x + p.name - 1 : limit, LAYOUT_INK_HOOK,
                               LAYOUT_SIGN_NONE, g->hooks[r->lower].name);
        x += p.name;
        if (is_fold) {
                bool is_open = r->first_child != NONE;

                x += 1 +
                        put_span(e, x, y, limit, LAYOUT_INK_PLAIN, is_open ? LAYOUT_SIGN_OPEN : LAYOUT_SIGN_CLOSED,
                                 NULL);
                for (size_t n = 0; !is_open && n < r->chip_count; n++)
                        e->out->jail_items[r->chips[n]] = r->item;
        }
        if (r->iface != NONE) {
                enum layout_sign sign = state_sign(e->d, r->iface);

                x += 1 + put_span(e, x, y, limit, sign_ink(sign), sign, NULL);
        }
        if (r->name) {
                bool is_bridge = r->iface != NONE && g->ifaces[r->iface].kind == KIND_BRIDGE;
                enum layout_ink ink = r->iface == NONE ? LAYOUT_INK_PLAIN
                        : is_bridge                    ? LAYOUT_INK_BRIDGE
                                                       : LAYOUT_INK_NAME;

                x += put_span(e, x, y, limit - (is_stub ? 2 : 0), ink, LAYOUT_SIGN_NONE, r->name);
        }
        if (p.address >= 0) {
                int widest = 0;

                for (size_t n = 0; n < r->address_count; n++) {
                        int w = put_span(e, f->x + p.address, y + (int)n, limit, LAYOUT_INK_ADDRESS, LAYOUT_SIGN_NONE,
                                         r->addresses[n]);

                        widest = w > widest ? w : widest;
                }
                x = f->x + p.address + widest;
        }
        for (size_t n = 0; n < r->badge_count; n++)
                x += 1 + put_badge(e, x + 1, y, limit, &r->badges[n]);
        if (r->note)
                x += put_span(e, x + (r->name ? 2 : 0), y, limit, LAYOUT_INK_DIM, LAYOUT_SIGN_NONE, r->note);
        if (p.right)
                (void)put_span(e, edge_x - 1 - p.right, y, edge_x - 1, LAYOUT_INK_HOOK, LAYOUT_SIGN_NONE,
                               draft_hook_label(e->d, r, true)); /* room was kept for it */
        if (r->below.text)
                (void)put_badge(e, f->x + p.indent, y + at.h - 1, edge_x, &r->below); /* the row's last */
        if (r->joint != NONE && p.joint >= 0)
                emit_joint(e, r, &p, f->x, limit);
        if (r->net == 0)
                return;
        r->left_x = f->x;
        r->right_x = !is_stub ? edge_x : x + (r->name ? 1 : 0) < edge_x ? x + (r->name ? 1 : 0) : edge_x;
        if (r->has_right)
                put_hook(e, r->right_x, y, r->hook, r->item);
        if (r->has_left)
                put_hook(e, r->left_x, y, r->hook, r->item);
}

static void emit_chips(struct emit *e, const struct draft_box *b, struct draft_row *r, size_t nth)
{
        const struct graph *g = e->d->g;
        int width = 0, columns = draft_chip_columns(e->d, &width), y = b->lines[r->line].y + (int)nth;

        r->item = b->item;
        r->left_x = b->x;
        r->right_x = b->x + b->w - 1;
        if (nth == 0 && r->has_left)
                put_hook(e, r->left_x, y, NONE, b->item);
        if (nth == 0 && r->has_right)
                put_hook(e, r->right_x, y, NONE, b->item);
        for (int c = 0; c < columns; c++) {
                size_t n = nth * (size_t)columns + (size_t)c;
                size_t jail = n < r->chip_count ? r->chips[n] : NONE;
                int x = b->x + 2 + c * width;

                if (jail == NONE)
                        continue;

                struct layout_rect at = {x, y, width - 1, 1};
                uint64_t key = draft_key(KEY_CHIP, draft_jail_key(g, jail), r->key);
                const struct jail *j = &g->jails[jail];
                enum layout_sign sign = j->state == JAIL_DYING ? LAYOUT_SIGN_PENDING
                        : draft_has_trouble(e->d, jail)        ? LAYOUT_SIGN_DOWN
                                                               : LAYOUT_SIGN_UP;
                enum layout_ink ink = sign == LAYOUT_SIGN_PENDING ? LAYOUT_INK_PENDING : sign_ink(sign);

                e->out->jail_items[jail] =
                        put_item(e, (struct layout_item){LAYOUT_CHIP, {OBJECT_JAIL, jail}, at, at, b->item, key, 0, 0});
                (void)put_span(e, x, y, x + width - 1, ink, sign, NULL); /* width is at least 5 */
                (void)put_span(e, x + 2, y, x + width - 1, LAYOUT_INK_NAME, LAYOUT_SIGN_NONE, j->name);
                e->out->memory[e->out->memory_count++] = (struct layout_memory){key, b->column, (int)n, y};
        }
}

static void emit_box(struct emit *e, struct draft_box *b)
{
        struct draft *d = e->d;
        struct layout_rect at = {b->x, b->y, b->w, b->h}, focus = {b->x, b->y, b->w, 1};
        struct object o = {b->jail == NONE ? OBJECT_NONE : OBJECT_JAIL, b->jail};
        struct frame box = {.row = NONE, .x = b->x, .w = b->w}, inner = {.row = NONE};

        b->item = put_item(e, (struct layout_item){b->kind, o, at, focus, NONE, b->key, 0, 0});
        box.item = b->item;
        if (b->jail != NONE)
                e->out->jail_items[b->jail] = b->item;
        emit_box_title(e, b);
        draft_slots(d, b->first_child, box.slots);
        for (size_t n = 0; n < b->line_count; n++) {
                const struct draft_line *l = &b->lines[n];
                struct draft_row *r = &d->rows[l->row];

                switch (l->shape) {
                case LINE_OPEN: {
                        size_t close = n;

                        while (!(b->lines[close].shape == LINE_CLOSE && b->lines[close].row == l->row))
                                close++;
                        inner = (struct frame){.row = l->row, .x = b->x + 1, .w = b->w - 2};
                        inner.item = r->item = emit_bridge(e, b, r, b->lines[close].y);
                        draft_slots(d, r->first_child, inner.slots);
                        break;
                }
                case LINE_CLOSE: inner.row = NONE; break;
                case LINE_BODY: emit_row(e, r, inner.row == NONE ? &box : &inner); break;
                case LINE_MORE: break; /* written with the first */
                case LINE_CHIPS: emit_chips(e, b, r, l->nth); break;
                }
        }
}

/* The first cell of a link outside the box at its channel's left side: where a sign for "down" stands. */
static struct layout_point first_outside(const struct draft *d, const struct draft_link *l)
{
        const struct draft_row *r = &d->rows[l->rows[draft_is_left_pin(d, l, 0) ? 0 : 1]];
        const struct draft_box *b = &d->boxes[r->box];

        return (struct layout_point){b->x + b->w, r->y};
}

static bool is_first_of_trunk(const struct draft *d, const struct draft_link *l, size_t row)
{
        return draft_trunk_key(d, row) == l->net && &d->links[d->rows[row].first_link] == l;
}

static void emit_link(struct emit *e, const struct draft_link *l, const struct layout_point *ends)
{
        struct draft *d = e->d;
        struct layout_edge edge = {.kind = l->is_unseen ? LAYOUT_EDGE_UNSEEN : LAYOUT_EDGE_ROUTED,
                                   .edge = l->edge,
                                   .ifaces = {l->ifaces[0], l->ifaces[1]},
                                   .items = {d->rows[l->rows[0]].item, d->rows[l->rows[1]].item},
                                   .bundle = l->is_trunk ? l->net : 0,
                                   .point_first = e->out->point_count};

        put_point(e, &edge, ends[0]);
        for (size_t n = 0; n < l->point_count; n++)
                put_point(e, &edge, l->points[n]);
        put_point(e, &edge, ends[1]);
        int end = draft_is_left_pin(d, l, 0) ? 0 : 1;
        const struct draft_row *r = &d->rows[l->rows[end]];

        /* A trunk's is where all of it runs on one line, once. */
        if (draft_rate_room(d) && (!l->is_trunk || is_first_of_trunk(d, l, l->rows[end]))) {
                const struct draft_box *b = &d->boxes[r->box];

                edge.rate = (struct layout_rect){b->x + b->w, r->y, draft_rate_room(d), 1};
                if (draft_plot_room(d))
                        edge.plot = (struct layout_rect){edge.rate.x + edge.rate.w + 1, r->y, PLOT_COLUMNS, 1};
        }
        edge.mark = first_outside(d, l);
        edge.member_first = e->out->member_count;
        edge.member_count = l->member_count;
        for (size_t n = 0; n < l->member_count; n++)
                put_member(e, &l->members[n]);
        (void)put_edge(e, edge);
}

void draft_emit(struct draft *d)
{
        struct emit e = {.d = d, .out = d->out};

        for (size_t b = 0; b < d->box_count; b++)
                emit_box(&e, &d->boxes[b]);
        for (size_t l = 0; l < d->link_count; l++) {
                const struct draft_link *link = &d->links[l];
                struct layout_point ends[2];

                for (int end = 0; end < 2; end++) {
                        const struct draft_row *r = &d->rows[link->rows[end]];

                        ends[end].x = draft_is_left_pin(d, link, end) ? r->right_x : r->left_x;
                        ends[end].y = r->y;
                }
                emit_link(&e, link, ends);
        }
        for (size_t b = 0; b < d->box_count; b++) {
                const struct draft_box *box = &d->boxes[b];

                d->out->memory[d->out->memory_count++] = (struct layout_memory){box->key, box->column, box->x, box->y};
                if (box->y + box->h > d->out->h)
                        d->out->h = box->y + box->h;
        }
        for (size_t r = 0; r < d->row_count; r++) {
                const struct draft_box *box = &d->boxes[d->rows[r].box];

                d->out->memory[d->out->memory_count++] =
                        (struct layout_memory){d->rows[r].key, box->column, (int)(box->key & INT32_MAX), d->rows[r].y};
        }
}
