/*
 * measure.c - how wide rows, boxes and columns are.
 *
 * A row reads: left hook, upper hook o-o lower hook, sign, name, address, badges ... right hook. Rows of one frame and
 * depth have these parts in line.
 */
#include <string.h>

#include "core/base/text.h"
#include "ui/tui/layout/draft.h"

#define MAX_BOX_COLUMNS  72
#define MAX_CHIP_COLUMNS 24

static int columns(const char *s)
{
        return s ? (int)text_columns(s) : 0;
}

static int max(int a, int b)
{
        return a > b ? a : b;
}

static int min(int a, int b)
{
        return a < b ? a : b;
}

/* The bridge whose frame a row stands in (NONE: the jail's own), and how deep under a row of that frame. */
size_t draft_frame(const struct draft *d, const struct draft_row *r, int *ret_depth)
{
        int depth = 0;
        size_t p = r->parent;

        for (; p != NONE && d->rows[p].shape != ROW_FRAME; p = d->rows[p].parent)
                depth++;
        if (ret_depth)
                *ret_depth = depth < SLOT_DEPTHS ? depth : SLOT_DEPTHS - 1;
        return p;
}

static const char *hook_name(const struct draft *d, size_t hook)
{
        return hook == NONE ? NULL : d->g->hooks[hook].name;
}

/* Where space is short, the names that every port has by default go first. */
static const char *lower_name(const struct draft *d, const struct draft_row *r)
{
        const char *name = hook_name(d, r->lower);

        if (name && d->squeeze >= 2 && (strcmp(name, "lower") == 0 || strcmp(name, "downstream") == 0))
                return NULL;
        return name;
}

/* The routed hook's name on that side; NULL when it has none there or stands as the row's upper hook. */
const char *draft_hook_label(const struct draft *d, const struct draft_row *r, bool right)
{
        if (!(right ? r->has_right : r->has_left))
                return NULL;
        if (r->hook == NONE)
                return r->hook_text;
        if (r->hook == r->upper)
                return NULL;
        return hook_name(d, r->hook);
}

int draft_badge_columns(const struct badge *b)
{
        bool both = b->sign != LAYOUT_SIGN_NONE && b->text;

        return (b->sign != LAYOUT_SIGN_NONE ? 1 : 0) + (both ? 1 : 0) + min(columns(b->text), MAX_BADGE_COLUMNS);
}

/* Slots for rows from first_row on and below them, but not inside frames of their own. */
void draft_slots(const struct draft *d, size_t first_row, struct slots slots[SLOT_DEPTHS])
{
        for (size_t n = first_row; n != NONE; n = d->rows[n].next) {
                const struct draft_row *r = &d->rows[n];
                int depth = 0;

                if (r->shape == ROW_FRAME || r->shape == ROW_CHIPS)
                        continue;
                (void)draft_frame(d, r, &depth); /* only the depth matters */

                struct slots *s = &slots[depth];

                s->left = max(s->left, columns(draft_hook_label(d, r, false)));
                s->upper = max(s->upper, columns(hook_name(d, r->upper)));
                s->lower = max(s->lower, columns(lower_name(d, r)));
                if (r->address_count)
                        s->name = max(s->name, columns(r->name));
                draft_slots(d, r->first_child, slots);
        }
}

void draft_parts(const struct draft *d, const struct draft_row *r, const struct slots slots[SLOT_DEPTHS],
                 struct parts *ret)
{
        int depth = 0, x = 2;

        (void)draft_frame(d, r, &depth); /* only the depth matters */
        x += 2 * depth;
        *ret = (struct parts){x, -1, -1, -1, -1, -1, -1, 0, columns(draft_hook_label(d, r, true))};

        const struct slots *s = &slots[depth];

        if (s->left) {
                ret->left = draft_hook_label(d, r, false) ? x : -1;
                x += s->left + 1;
        }
        if (r->upper != NONE) {
                ret->upper = x;
                x += s->upper + 1;
                if (r->joint != NONE) {
                        ret->joint = x; /* o-o */
                        x += 4;
                        if (s->lower) {
                                ret->lower = x;
                                x += s->lower + 1;
                        }
                }
        }
        ret->name = x;
        if (r->iface != NONE || r->shape == ROW_FOLD)
                x += 2;
        x += columns(r->name);
        if (r->address_count) {
                x = max(x, ret->name + (r->iface != NONE ? 2 : 0) + s->name);
                ret->address = x + 1;

                int widest = 0;

                for (size_t n = 0; n < r->address_count; n++)
                        widest = max(widest, columns(r->addresses[n]));
                x += 1 + widest;
        }
        for (size_t n = 0; n < r->badge_count; n++)
                x += 1 + draft_badge_columns(&r->badges[n]);
        if (r->below.text)
                ret->end = ret->indent + draft_badge_columns(&r->below);
        if (r->note)
                x += (r->name ? 2 : 0) + columns(r->note);
        if (r->shape == ROW_STUB && r->hook == r->upper && r->has_right)
                x += 2; /* the hook's sign, from which the edge runs on through the row */
        ret->end = max(ret->end, x);
}

static int title_columns(const char *title, const char *subtitle, const struct badge *badges, size_t badge_count)
{
        int w = columns(title);

        if (subtitle && *subtitle)
                w += 2 + columns(subtitle);
        for (size_t n = 0; n < badge_count; n++)
                w += 2 + draft_badge_columns(&badges[n]);
        return w + 6; /* corner, line, blank ... blank, line, corner */
}

static int frame_title_columns(const struct draft_row *r)
{
        int w = title_columns(r->name, NULL, r->badges, r->badge_count) + 2;

        for (size_t n = 0; n < r->address_count; n++)
                w += 1 + columns(r->addresses[n]);
        return w;
}

/* Columns of a frame round the rows from first on, its own sides included. */
static int frame_columns(const struct draft *d, size_t first)
{
        struct slots slots[SLOT_DEPTHS] = {0};
        int w = 0;
        size_t stack[16];
        size_t depth = 0;

        draft_slots(d, first, slots);
        for (size_t n = first; n != NONE || depth;) {
                if (n == NONE) {
                        n = stack[--depth];
                        continue;
                }

                const struct draft_row *r = &d->rows[n];

                if (r->shape == ROW_FRAME) {
                        int inner = frame_columns(d, r->first_child);

                        w = max(w, 2 + max(inner, frame_title_columns(r)));
                        n = r->next;
                        continue;
                }
                if (r->shape != ROW_CHIPS) {
                        struct parts p;

                        draft_parts(d, r, slots, &p);
                        w = max(w, p.end + (p.right ? p.right + 3 : 1) + 1);
                }
                if (r->first_child != NONE && depth < sizeof(stack) / sizeof(stack[0])) {
                        stack[depth++] = r->next;
                        n = r->first_child;
                } else {
                        n = r->next;
                }
        }
        return w;
}

int draft_chip_columns(const struct draft *d, int *ret_width)
{
        int widest = 5;

        for (size_t j = 0; j < d->g->jail_count; j++) {
                if (d->leaf_of[j] != NONE)
                        widest = max(widest, columns(d->g->jails[j].name));
        }

        int width = (widest + 3 + 3) / 4 * 4; /* in steps, so that one longer name does not move all the others */
        int room = (d->o->columns ? d->o->columns : 120) - 32 - draft_rate_room(d);

        width = width > MAX_CHIP_COLUMNS ? MAX_CHIP_COLUMNS : width;
        if (ret_width)
                *ret_width = width;
        return room / width < 2 ? 2 : room / width;
}

static int most_chips(const struct draft *d, size_t first)
{
        int most = 0;

        for (size_t r = first; r != NONE; r = d->rows[r].next) {
                if (d->rows[r].shape == ROW_CHIPS)
                        most = max(most, (int)d->rows[r].chip_count);
                most = max(most, most_chips(d, d->rows[r].first_child));
        }
        return most;
}

static int box_columns(const struct draft *d, const struct draft_box *b)
{
        int w = title_columns(b->title, b->subtitle, b->badges, b->badge_count);

        if (b->first_child != NONE)
                w = max(w, frame_columns(d, b->first_child));
        if (b->kind == LAYOUT_GROUP) {
                int chip = 0, count = draft_chip_columns(d, &chip);
                int used = most_chips(d, b->first_child);

                w = max(w, 3 + chip * min(used, count));
        }
        return w > MAX_BOX_COLUMNS && b->kind != LAYOUT_GROUP ? MAX_BOX_COLUMNS : w;
}

/* All boxes of a column are as wide as the widest; a column never gets narrower while the picture lives, in a view
 * that stays as wide. */
void draft_measure(struct draft *d)
{
        for (size_t b = 0; b < d->box_count; b++) {
                int c = d->boxes[b].column;

                d->column_w[c] = max(d->column_w[c], box_columns(d, &d->boxes[b]));
        }
        if (d->previous && d->previous->squeeze == d->squeeze && d->previous->columns_asked == d->o->columns) {
                for (int c = 0; c < d->column_count && (size_t)c < d->previous->column_count; c++)
                        d->column_w[c] = max(d->column_w[c], d->previous->column_widths[c]);
        }
        for (size_t b = 0; b < d->box_count; b++)
                d->boxes[b].w = d->column_w[d->boxes[b].column];
}
