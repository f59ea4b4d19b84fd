/* layout.c - the steps of a layout in their order, and how much to leave out for a view's width. */
#include "ui/tui/layout/layout.h"

#include <stdlib.h>

#include "core/base/alloc.h"
#include "ui/tui/layout/draft.h"

#define MAX_SQUEEZE                                                                                                 \
        3 /* 1: short rates, narrow channels; 2: no hook names that every port has, holders on a second line; 3: no \
             rates */
#define RATES_MIN_COLUMNS 100
#define SQUEEZE_MAX_JAILS 200 /* above, trying several widths takes longer than it is worth */

/* Columns at the beginning of each channel that are kept for rates. */
int draft_rate_room(const struct draft *d)
{
        if (d->squeeze >= 3)
                return 0;
        /* A narrow view of many jails by name has better use for its columns. */
        if (d->o->level == LAYOUT_OVERVIEW && d->o->columns && d->o->columns < RATES_MIN_COLUMNS)
                return 0;
        return d->squeeze > 0 || d->o->level != LAYOUT_FULL ? RATE_SHORT : RATE_COLUMNS;
}

int draft_plot_room(const struct draft *d)
{
        return draft_rate_room(d) && d->squeeze == SQUEEZE_PLOTS ? PLOT_COLUMNS + 1 : 0;
}

static size_t *none_array(size_t count)
{
        size_t *a = xcalloc(count + 1, sizeof(*a));

        for (size_t n = 0; n <= count; n++)
                a[n] = NONE;
        return a;
}

static void draft_init(struct draft *d)
{
        const struct graph *g = d->g;

        d->shown = xcalloc(g->iface_count + 1, sizeof(*d->shown));
        d->owner = none_array(g->iface_count);
        d->row_of = none_array(g->iface_count);
        d->first_edge = none_array(g->iface_count);
        d->last_edge = none_array(g->iface_count);
        d->next_edge = none_array(g->edge_count);
        d->stub_of = none_array(g->edge_count);
        d->far_first = none_array(g->iface_count);
        d->far_next = none_array(g->edge_count);
        d->far_stub_of = none_array(g->edge_count);
        d->leaf_of = none_array(g->jail_count);
        d->box_of = none_array(g->jail_count);
}

static void draft_done(struct draft *d)
{
        for (size_t b = 0; b < d->box_count; b++) {
                free(d->boxes[b].lines);
                free(d->boxes[b].jails);
        }
        for (size_t r = 0; r < d->row_count; r++) {
                if (d->rows[r].chip_capacity)
                        free(d->rows[r].chips);
        }
        free(d->shown);
        free(d->owner);
        free(d->row_of);
        free(d->first_edge);
        free(d->last_edge);
        free(d->next_edge);
        free(d->stub_of);
        free(d->far_first);
        free(d->far_next);
        free(d->far_stub_of);
        free(d->leaf_of);
        free(d->box_of);
        free(d->boxes);
        free(d->rows);
        for (size_t l = 0; l < d->link_count; l++)
                free(d->links[l].members);
        free(d->links);
        free(d->column_x);
}

static int compare_memory(const void *a, const void *b)
{
        const struct layout_memory *x = a, *y = b;

        return x->key < y->key ? -1 : x->key > y->key;
}

static struct layout *build_squeezed(const struct graph *g, const struct layout_options *o,
                                     const struct layout *previous, int squeeze)
{
        struct layout *l = xcalloc(1, sizeof(*l));
        struct draft d = {.g = g, .o = o, .previous = previous, .out = l, .squeeze = squeeze};

        l->level = o->level;
        l->columns_asked = o->columns;
        l->squeeze = squeeze;
        draft_init(&d);
        draft_content(&d);
        draft_columns(&d);
        draft_order(&d);
        draft_heights(&d);

        size_t columns = (size_t)d.column_count;

        l->column_count = columns;
        l->column_widths = arena_alloc(&l->arena, columns * sizeof(int));
        l->channel_widths = arena_alloc(&l->arena, columns * sizeof(int));
        d.column_x = xcalloc(columns + 1, sizeof(int));
        d.column_w = l->column_widths;
        d.channel_w = l->channel_widths;
        l->gap = d.gap;
        l->memory = xcalloc(d.box_count + d.row_count + g->jail_count + 2 * d.link_count + 1, sizeof(*l->memory));
        l->jail_count = g->jail_count;
        l->jail_items = arena_alloc(&l->arena, g->jail_count * sizeof(*l->jail_items));
        for (size_t j = 0; j < g->jail_count; j++)
                l->jail_items[j] = NONE;
        draft_measure(&d);
        draft_route(&d);
        draft_emit(&d);
        qsort(l->memory, l->memory_count, sizeof(*l->memory), compare_memory);
        draft_done(&d);
        return l;
}

struct layout *layout_build(const struct graph *g, const struct layout_options *o, const struct layout *previous)
{
        if (previous && (previous->level != o->level || previous->memory_count == 0))
                previous = NULL;
        if (previous && previous->columns_asked == o->columns) {
                struct layout *l = build_squeezed(g, o, previous, previous->squeeze);

                if (previous->squeeze != SQUEEZE_PLOTS || l->w <= o->columns)
                        return l;
                layout_free(l); /* plots are for where there is room to spare */
        }
        if (!o->columns || g->jail_count > SQUEEZE_MAX_JAILS || o->level != LAYOUT_FULL)
                return build_squeezed(g, o, previous, 0);
        for (int squeeze = o->has_plots ? SQUEEZE_PLOTS : 0; squeeze <= MAX_SQUEEZE; squeeze++) {
                struct layout *l = build_squeezed(g, o, previous, squeeze);

                if (l->w <= o->columns)
                        return l;
                layout_free(l);
        }
        return build_squeezed(g, o, previous, 0); /* it has to pan anyway, so nothing need be left out */
}

void layout_free(struct layout *l)
{
        if (!l)
                return;
        free(l->items);
        free(l->spans);
        free(l->hooks);
        free(l->edges);
        free(l->points);
        free(l->members);
        free(l->memory);
        arena_done(&l->arena);
        free(l);
}

void layout_freep(struct layout **l)
{
        layout_free(*l);
}

static size_t count_shown_jails(const struct graph *g, const struct layout_options *o)
{
        size_t count = 0;

        for (size_t j = 0; j < g->jail_count; j++) {
                const struct jail *jail = &g->jails[j];
                bool is_shown = !jail->iface_count;

                for (size_t i = jail->iface_first; i != NONE && !is_shown; i = g->ifaces[i].next)
                        is_shown = o->shows ? o->shows(o->context, i) : !iface_is_hidden(&g->ifaces[i]);
                count += is_shown ? 1 : 0;
        }
        return count;
}

enum layout_level layout_choose_level(const struct graph *g, const struct layout_options *o)
{
        size_t jails = count_shown_jails(g, o);
        int rows = o->rows ? o->rows : 48;

        for (enum layout_level level = LAYOUT_FULL; level > LAYOUT_GROUPS; level--) {
                static const size_t most_jails[] = {
                        [LAYOUT_FULL] = 40, [LAYOUT_COMPACT] = 120, [LAYOUT_OVERVIEW] = 1000};
                struct layout_options with = *o;

                if (jails > most_jails[level])
                        continue;
                with.level = level;

                CLEANUP(layout_freep) struct layout *l = layout_build(g, &with, NULL);

                if (l->h <= (level == LAYOUT_FULL ? 3 : 4) * rows)
                        return level;
        }
        return LAYOUT_GROUPS;
}
