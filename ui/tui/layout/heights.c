/*
 * heights.c - at which height each box and each of its rows stands: spread so that edges run straight where that costs
 * nothing. From one layout to the next, what is known stays, and what is new goes where there is room.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/alloc.h"
#include "ui/tui/layout/draft.h"

/* The height at which a row's line would run straight into the next column; DRAFT_UNKNOWN without one. */
static int straight_y(const struct draft *d, const struct draft_row *r)
{
        if (r->mate == NONE)
                return DRAFT_UNKNOWN;

        const struct draft_row *mate = &d->rows[r->mate];

        return d->boxes[mate->box].column == d->boxes[r->box].column + 1 ? mate->y : DRAFT_UNKNOWN;
}

/* Where line n wants to be: straight before its mate, or close above the first line in its frame that has one. */
static int wanted_y(const struct draft *d, const struct draft_box *b, size_t n)
{
        size_t row = b->lines[n].row;

        if (b->lines[n].shape == LINE_BODY)
                return straight_y(d, &d->rows[row]);
        if (b->lines[n].shape != LINE_OPEN)
                return DRAFT_UNKNOWN;
        for (size_t i = n; i < b->line_count && !(b->lines[i].shape == LINE_CLOSE && b->lines[i].row == row); i++) {
                int y = straight_y(d, &d->rows[b->lines[i].row]);

                if (y != DRAFT_UNKNOWN)
                        return y - (int)(i - n);
        }
        return DRAFT_UNKNOWN;
}

static bool starts_row(const struct draft_line *l)
{
        return l->shape == LINE_BODY || l->shape == LINE_OPEN;
}

/* How far line n may go down without pushing what is known below it. */
static int room_below(const struct draft *d, const struct draft_box *b, size_t n, int shift)
{
        for (size_t i = n + 1; i < b->line_count; i++) {
                const struct draft_row *r = &d->rows[b->lines[i].row];

                if (starts_row(&b->lines[i]) && r->old_y != DRAFT_UNKNOWN)
                        return r->old_y + shift - (int)(i - n);
        }
        return INT32_MAX;
}

/* Puts a box at `top` and spreads its lines. may_stretch: new rows may go down to where their edges run straight. */
static void set_lines(struct draft *d, struct draft_box *b, int top, bool may_stretch)
{
        int shift = b->is_known ? top - b->old_y : 0;
        int flow = top + 1;

        b->y = top;
        for (size_t n = 0; n < b->line_count; n++) {
                struct draft_line *l = &b->lines[n];
                struct draft_row *r = &d->rows[l->row];
                int want = DRAFT_UNKNOWN;

                if (starts_row(l) && r->old_y != DRAFT_UNKNOWN) {
                        want = r->old_y + shift;
                } else if (starts_row(l) && may_stretch) {
                        int limit = d->previous ? room_below(d, b, n, shift) : INT32_MAX;

                        if (d->ceiling && d->ceiling - 1 - (int)(b->line_count - n) < limit)
                                limit = d->ceiling - 1 - (int)(b->line_count - n);
                        want = wanted_y(d, b, n);
                        want = want > limit ? limit : want;
                }
                l->y = want > flow ? want : flow;
                if (starts_row(l) || (l->shape == LINE_CHIPS && l->nth == 0))
                        r->y = l->y;
                flow = l->y + 1;
        }
        b->h = flow + 1 - top;
}

static int first_link_offset(const struct draft *d, const struct draft_box *b, int column, int *ret_mate_y)
{
        for (size_t n = 0; n < b->line_count; n++) {
                const struct draft_row *r = &d->rows[b->lines[n].row];

                if (r->mate == NONE || d->boxes[d->rows[r->mate].box].column != column)
                        continue;
                *ret_mate_y = d->rows[r->mate].y;
                return (int)n + 1;
        }
        return -1;
}

static int compact_height(const struct draft_box *b)
{
        return (int)b->line_count + 2;
}

/* One column from scratch. floors: lowest tops, by box. */
static void stack_column(struct draft *d, int column, const int *floors)
{
        size_t count = 0;
        CLEANUP(freep) size_t *order = draft_boxes_in_order(d, column, &count);
        int flow = 0;

        for (size_t i = 0; i < count; i++) {
                struct draft_box *b = &d->boxes[order[i]];
                int top = flow > floors[order[i]] ? flow : floors[order[i]];
                int mate_y = 0, offset = first_link_offset(d, b, column + 1, &mate_y);

                if (offset > 0 && mate_y - offset > top)
                        top = mate_y - offset;
                set_lines(d, b, top, true);
                flow = b->y + b->h + d->gap;
        }
}

static int world_height(const struct draft *d)
{
        int h = 0;

        for (size_t b = 0; b < d->box_count; b++)
                h = d->boxes[b].y + d->boxes[b].h > h ? d->boxes[b].y + d->boxes[b].h : h;
        return h;
}

/* From scratch: from the right to the left rows spread towards their mates; then boxes go down to the level of what
 * they hang on, where that is lower. Twice; what does not settle by then gets a bend. */
static void heights_afresh(struct draft *d, bool lowers_boxes)
{
        CLEANUP(freep) int *floors = xcalloc(d->box_count + 1, sizeof(*floors));

        for (int round = 0; round < 3; round++) {
                for (int c = d->column_count - 1; c >= 0; c--)
                        stack_column(d, c, floors);
                if (round == 2 || !lowers_boxes)
                        break;
                for (int c = 1; c < d->column_count; c++) {
                        for (size_t b = 0; b < d->box_count; b++) {
                                struct draft_box *box = &d->boxes[b];
                                int mate_y = 0;

                                if (box->column != c)
                                        continue;

                                int n = first_link_offset(d, box, c - 1, &mate_y);

                                if (n > 0)
                                        floors[b] = mate_y - (box->lines[n - 1].y - box->y);
                        }
                        stack_column(d, c, floors);
                }
        }
}

/* The free place of height h in a column that is nearest to a wish. */
static int find_gap(const struct draft *d, const size_t *order, size_t count, int h, int wish)
{
        int best = DRAFT_UNKNOWN, from = 0;

        for (size_t i = 0; i <= count; i++) {
                int to = i < count ? d->boxes[order[i]].y - d->gap - h : INT32_MAX - 1;

                if (to >= from) {
                        int y = wish < from ? from : wish > to ? to : wish;

                        if (best == DRAFT_UNKNOWN || abs(y - wish) < abs(best - wish))
                                best = y;
                }
                if (i < count) {
                        const struct draft_box *b = &d->boxes[order[i]];

                        from = b->y + b->h + d->gap > from ? b->y + b->h + d->gap : from;
                }
        }
        return best;
}

static void insert_new(struct draft *d, int column, size_t *order, size_t *count, size_t box)
{
        struct draft_box *b = &d->boxes[box];
        int mate_y = 0, offset = first_link_offset(d, b, column - 1, &mate_y);
        int wish = offset > 0 && mate_y > offset ? mate_y - offset : 0;
        size_t at = *count;

        if (offset < 0) /* hangs on nothing to the left: at the end */
                wish = *count ? d->boxes[order[*count - 1]].y + d->boxes[order[*count - 1]].h + d->gap : 0;
        set_lines(d, b, find_gap(d, order, *count, compact_height(b), wish), false);
        while (at > 0 && d->boxes[order[at - 1]].y > b->y)
                at--;
        memmove(&order[at + 1], &order[at], (*count - at) * sizeof(*order));
        order[at] = box;
        (*count)++;
}

static void heights_kept(struct draft *d)
{
        for (int c = 0; c < d->column_count; c++) {
                size_t all = 0, count = 0;
                CLEANUP(freep) size_t *order = draft_boxes_in_order(d, c, &all);
                CLEANUP(freep) size_t *placed = xcalloc(all + 1, sizeof(*placed));
                int flow = 0;

                for (size_t i = 0; i < all && d->boxes[order[i]].is_known; i++) {
                        struct draft_box *b = &d->boxes[order[i]];

                        set_lines(d, b, flow > b->old_y ? flow : b->old_y, false);
                        flow = b->y + b->h + d->gap;
                        placed[count++] = order[i];
                }
                for (size_t i = count; i < all; i++)
                        insert_new(d, c, placed, &count, order[i]);
        }
        /* New rows of a column's last box may go down to meet what came with them. */
        for (int c = d->column_count - 2; c >= 0; c--) {
                size_t last = NONE;

                for (size_t b = 0; b < d->box_count; b++) {
                        if (d->boxes[b].column == c && (last == NONE || d->boxes[b].y > d->boxes[last].y))
                                last = b;
                }
                if (last != NONE && d->boxes[last].is_known)
                        set_lines(d, &d->boxes[last], d->boxes[last].y, true);
        }
}

/* A free line between boxes where all fit on the view with it. */
static int choose_gap(const struct draft *d)
{
        int most = 0;

        if (d->previous)
                return d->previous->gap;
        for (int c = 0; c < d->column_count; c++) {
                int h = 0;

                for (size_t b = 0; b < d->box_count; b++)
                        h += d->boxes[b].column == c ? compact_height(&d->boxes[b]) + 1 : 0;
                most = h > most ? h : most;
        }
        return most + 2 <= d->o->rows ? 1 : 0;
}

void draft_heights(struct draft *d)
{
        d->gap = choose_gap(d);
        if (d->previous)
                heights_kept(d);
        else
                heights_afresh(d, true);
        /* A few bends are better than a picture that does not fit. */
        if (!d->previous && world_height(d) > d->o->rows && d->o->rows) {
                d->ceiling = d->o->rows;
                heights_afresh(d, false);
                d->ceiling = 0;
                if (world_height(d) > d->o->rows)
                        heights_afresh(d, true);
        }
}
