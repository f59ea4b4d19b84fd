/*
 * place.c - which column a box stands in, and in which order its rows.
 *
 * Columns: breadth first from the host, so that an edge never spans more than two neighbouring columns. Order: by the
 * rows that a box hangs on. From one layout to the next, what is known keeps its column.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/alloc.h"
#include "ui/tui/layout/draft.h"

static int compare_memory(const void *key, const void *element)
{
        uint64_t k = *(const uint64_t *)key, m = ((const struct layout_memory *)element)->key;

        return k < m ? -1 : k > m;
}

static const struct layout_memory *recall(const struct draft *d, uint64_t key)
{
        const struct layout *p = d->previous;

        if (!p || !p->memory_count)
                return NULL;
        return bsearch(&key, p->memory, p->memory_count, sizeof(*p->memory), compare_memory);
}

int draft_remembered(const struct draft *d, uint64_t key, int *ret_column)
{
        const struct layout_memory *m = recall(d, key);

        if (!m)
                return DRAFT_UNKNOWN;
        if (ret_column)
                *ret_column = m->column;
        return m->y;
}

/* Boxes and their neighbours, as lists of links. */
struct neighbours {
        size_t *first; /* by box: 2 * link + end, or NONE */
        size_t *next;  /* by 2 * link + end */
        size_t *count; /* by box */
};

static void neighbours_init(struct neighbours *n, const struct draft *d)
{
        n->first = xcalloc(d->box_count + 1, sizeof(*n->first));
        n->count = xcalloc(d->box_count + 1, sizeof(*n->count));
        n->next = xcalloc(2 * d->link_count + 1, sizeof(*n->next));
        for (size_t b = 0; b < d->box_count; b++)
                n->first[b] = NONE;
        for (size_t l = 0; l < d->link_count; l++) {
                for (size_t end = 0; end < 2; end++) {
                        size_t box = d->rows[d->links[l].rows[end]].box;

                        n->next[2 * l + end] = n->first[box];
                        n->first[box] = 2 * l + end;
                        n->count[box]++;
                }
        }
}

static void neighbours_done(struct neighbours *n)
{
        free(n->first);
        free(n->next);
        free(n->count);
}

/* Gives columns to all that hang together with `root`; queue has room for all boxes. Returns how many. */
static size_t spread(struct draft *d, const struct neighbours *n, size_t root, int column, size_t *queue)
{
        size_t head = 0, tail = 0;

        queue[tail++] = root;
        d->boxes[root].column = column;
        while (head < tail) {
                size_t b = queue[head++];

                for (size_t at = n->first[b]; at != NONE; at = n->next[at]) {
                        size_t far = d->rows[d->links[at / 2].rows[!(at % 2)]].box;

                        if (d->boxes[far].column >= 0)
                                continue;
                        d->boxes[far].column = d->boxes[b].column + 1;
                        queue[tail++] = far;
                }
        }
        return tail;
}

#define RANK_COMPONENT 1e7
#define RANK_LONELY    1e12

static void mark_sides(struct draft *d)
{
        for (size_t l = 0; l < d->link_count; l++) {
                for (int end = 0; end < 2; end++) {
                        struct draft_row *r = &d->rows[d->links[l].rows[end]];

                        if (draft_is_left_pin(d, &d->links[l], end))
                                r->has_right = true; /* the left pin of a channel is the right side of a row */
                        else
                                r->has_left = true;
                }
        }
}

void draft_columns(struct draft *d)
{
        CLEANUP(freep) size_t *queue = xcalloc(d->box_count + 1, sizeof(*queue));
        struct neighbours n;
        double component = 0;

        neighbours_init(&n, d);
        (void)spread(d, &n, d->box_of[0], 0, queue);
        d->boxes[d->box_of[0]].rank = 0;
        for (size_t b = 0; b < d->box_count; b++) {
                if (d->boxes[b].column >= 0)
                        continue;
                if (!n.count[b]) {
                        d->boxes[b].column = 1;
                        d->boxes[b].rank = RANK_LONELY + (double)b;
                        continue;
                }

                /* Another network beside the host's: its busiest jail takes the host's place. */
                size_t root = b, count = spread(d, &n, b, 0, queue);

                for (size_t i = 0; i < count; i++) {
                        if (n.count[queue[i]] > n.count[root])
                                root = queue[i];
                }
                for (size_t i = 0; i < count; i++)
                        d->boxes[queue[i]].column = -1;
                count = spread(d, &n, root, 0, queue);
                component += RANK_COMPONENT;
                for (size_t i = 0; i < count; i++)
                        d->boxes[queue[i]].rank = d->boxes[queue[i]].base = component;
        }
        neighbours_done(&n);

        d->column_count = 1;
        for (size_t b = 0; b < d->box_count; b++) {
                struct draft_box *box = &d->boxes[b];
                const struct layout_memory *m = recall(d, box->key);

                if (box->column >= d->column_count)
                        d->column_count = box->column + 1;
                if (m && m->column == box->column) {
                        box->is_known = true;
                        box->old_y = m->y;
                }
        }
        for (size_t r = 0; r < d->row_count; r++) {
                const struct draft_box *box = &d->boxes[d->rows[r].box];
                const struct layout_memory *m = box->is_known ? recall(d, d->rows[r].key) : NULL;

                if (m && m->x == (int)(box->key & INT32_MAX)) /* else it was in another box */
                        d->rows[r].old_y = m->y;
        }
        mark_sides(d);
}

/* What qsort moves: a thing and by what it is sorted. */
struct ranked {
        bool is_new;
        double rank;
        size_t index;
};

static int compare_ranked(const void *a, const void *b)
{
        const struct ranked *x = a, *y = b;

        if (x->is_new != y->is_new)
                return x->is_new ? 1 : -1;
        if (x->rank < y->rank || x->rank > y->rank)
                return x->rank < y->rank ? -1 : 1;
        return x->index < y->index ? -1 : x->index > y->index;
}

/* Children in the order that the screen had; new ones behind, by rank. */
static void sort_siblings(struct draft *d, size_t *first, size_t *last, struct ranked *scratch)
{
        size_t count = 0;

        for (size_t r = *first; r != NONE; r = d->rows[r].next) {
                const struct draft_row *row = &d->rows[r];
                bool is_new = row->old_y == DRAFT_UNKNOWN;

                scratch[count++] = (struct ranked){is_new, is_new ? (double)row->rank : row->old_y, r};
        }
        qsort(scratch, count, sizeof(*scratch), compare_ranked);
        for (size_t i = 0; i < count; i++)
                d->rows[scratch[i].index].next = i + 1 < count ? scratch[i + 1].index : NONE;
        *first = count ? scratch[0].index : NONE;
        *last = count ? scratch[count - 1].index : NONE;
}

static void sort_rows(struct draft *d, struct ranked *scratch)
{
        for (size_t b = 0; b < d->box_count; b++)
                sort_siblings(d, &d->boxes[b].first_child, &d->boxes[b].last_child, scratch);
        for (size_t r = 0; r < d->row_count; r++)
                sort_siblings(d, &d->rows[r].first_child, &d->rows[r].last_child, scratch);
}

static void put_line(struct draft_box *b, enum line_shape shape, size_t row, size_t nth)
{
        b->lines = array_grow(b->lines, &b->line_capacity, b->line_count, sizeof(*b->lines));
        b->lines[b->line_count++] = (struct draft_line){.shape = shape, .row = row, .nth = nth};
}

static void put_rows(struct draft *d, struct draft_box *b, size_t first, int chip_columns)
{
        for (size_t r = first; r != NONE; r = d->rows[r].next) {
                struct draft_row *row = &d->rows[r];

                row->line = b->line_count;
                if (row->shape == ROW_CHIPS) {
                        size_t lines = (row->chip_count + (size_t)chip_columns - 1) / (size_t)chip_columns;

                        for (size_t n = 0; n < lines; n++)
                                put_line(b, LINE_CHIPS, r, n);
                        continue;
                }
                put_line(b, row->shape == ROW_FRAME ? LINE_OPEN : LINE_BODY, r, 0);
                for (size_t n = 1; n < draft_row_lines(row); n++)
                        put_line(b, LINE_MORE, r, n);
                put_rows(d, b, row->first_child, chip_columns);
                if (row->shape == ROW_FRAME)
                        put_line(b, LINE_CLOSE, r, 0);
        }
}

static void flatten(struct draft *d)
{
        int columns = draft_chip_columns(d, NULL);

        for (size_t b = 0; b < d->box_count; b++) {
                d->boxes[b].line_count = 0;
                put_rows(d, &d->boxes[b], d->boxes[b].first_child, columns);
        }
}

size_t *draft_boxes_in_order(const struct draft *d, int column, size_t *ret_count)
{
        struct ranked *ranked = xcalloc(d->box_count + 1, sizeof(*ranked));
        size_t *order = xcalloc(d->box_count + 1, sizeof(*order));
        size_t count = 0;

        for (size_t b = 0; b < d->box_count; b++) {
                const struct draft_box *box = &d->boxes[b];

                if (box->column == column)
                        ranked[count++] = (struct ranked){!box->is_known, box->is_known ? box->old_y : box->rank, b};
        }
        qsort(ranked, count, sizeof(*ranked), compare_ranked);
        for (size_t i = 0; i < count; i++)
                order[i] = ranked[i].index;
        free(ranked);
        *ret_count = count;
        return order;
}

/* A place for each row of a column, counted over its boxes: what the next column is ordered by. */
static void count_rows(const struct draft *d, int column, double *position)
{
        size_t count = 0;
        CLEANUP(freep) size_t *order = draft_boxes_in_order(d, column, &count);
        double at = 0;

        for (size_t i = 0; i < count; i++) {
                const struct draft_box *b = &d->boxes[order[i]];

                for (size_t n = 0; n < b->line_count; n++) {
                        if (b->lines[n].shape == LINE_BODY || b->lines[n].shape == LINE_OPEN || b->lines[n].nth == 0)
                                position[b->lines[n].row] = at;
                        at += 1;
                }
                at += 1;
        }
}

/* The mean place of the rows in the column to the left that a box hangs on. */
static void rank_column(struct draft *d, int column, const double *position)
{
        CLEANUP(freep) double *sum = xcalloc(d->box_count + 1, sizeof(*sum));
        CLEANUP(freep) size_t *count = xcalloc(d->box_count + 1, sizeof(*count));

        for (size_t l = 0; l < d->link_count; l++) {
                for (int end = 0; end < 2; end++) {
                        size_t near = d->links[l].rows[end], far = d->links[l].rows[!end];
                        size_t box = d->rows[near].box;

                        if (d->boxes[box].column != column || d->boxes[d->rows[far].box].column != column - 1)
                                continue;
                        sum[box] += position[far];
                        count[box]++;
                }
        }
        for (size_t b = 0; b < d->box_count; b++) {
                struct draft_box *box = &d->boxes[b];

                if (box->column != column || !count[b])
                        continue;
                box->rank = box->base + sum[b] / (double)count[b];
        }
}

/* Ports in the order of the boxes that they lead to, so that their edges don't cross; ports that stay in come first. */
static void rank_rows(struct draft *d, const double *position)
{
        for (size_t r = 0; r < d->row_count; r++) {
                struct draft_row *row = &d->rows[r];

                if (row->parent == NONE || row->mate == NONE)
                        continue;

                int column = d->boxes[d->rows[row->mate].box].column;

                if (column == d->boxes[row->box].column + 1)
                        row->rank = (int64_t)1 << 20 | (int64_t)(position[row->mate] * 4);
                else if (column == d->boxes[row->box].column && position[row->mate] > position[r])
                        row->rank = (int64_t)1 << 40; /* its line goes down past all of these */
        }
}

/* A chip keeps its place in the grid; a new one takes a free place. */
static void seat_chips(struct draft *d, struct draft_row *r)
{
        size_t count = r->chip_count, capacity = count;
        CLEANUP(freep) int *seats = xcalloc(count + 1, sizeof(*seats));

        for (size_t n = 0; n < count; n++) {
                const struct layout_memory *m =
                        recall(d, draft_key(KEY_CHIP, draft_jail_key(d->g, r->chips[n]), r->key));

                seats[n] = m ? m->x : -1;
                if (seats[n] >= (int)capacity && seats[n] < (int)(4 * count + 64))
                        capacity = (size_t)seats[n] + 1;
        }

        size_t *grid = arena_alloc(&d->out->arena, capacity * sizeof(*grid));
        size_t free_seat = 0;

        for (size_t n = 0; n < capacity; n++)
                grid[n] = NONE;
        for (size_t n = 0; n < count; n++) {
                if (seats[n] >= 0 && seats[n] < (int)capacity && grid[seats[n]] == NONE)
                        grid[seats[n]] = r->chips[n];
                else
                        seats[n] = -1;
        }
        for (size_t n = 0; n < count; n++) {
                if (seats[n] >= 0)
                        continue;
                while (grid[free_seat] != NONE)
                        free_seat++;
                grid[free_seat] = r->chips[n];
        }
        free(r->chips);
        r->chips = grid;
        r->chip_count = capacity;
        r->chip_capacity = 0; /* the arena's */
}

void draft_order(struct draft *d)
{
        CLEANUP(freep) struct ranked *scratch = xcalloc(d->row_count + 1, sizeof(*scratch));
        CLEANUP(freep) double *position = xcalloc(d->row_count + 1, sizeof(*position));

        for (size_t r = 0; r < d->row_count; r++) {
                if (d->rows[r].shape == ROW_CHIPS)
                        seat_chips(d, &d->rows[r]);
        }
        for (int round = 0; round < 3; round++) {
                sort_rows(d, scratch);
                flatten(d);
                count_rows(d, 0, position);
                for (int c = 1; c < d->column_count; c++) {
                        rank_column(d, c, position);
                        count_rows(d, c, position);
                }
                rank_rows(d, position);
        }
        sort_rows(d, scratch);
        flatten(d);
}
