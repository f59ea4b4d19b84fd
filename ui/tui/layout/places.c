/*
 * places.c - where things were, as a text that outlives the program: so that a picture opens as it was left.
 *
 *   "places 1 LEVEL COLUMNS SQUEEZE GAP\n", "column WIDTH CHANNEL\n" for each, "KEY COLUMN X Y\n" (KEY hexadecimal) by
 * key
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/alloc.h"
#include "ui/tui/layout/layout.h"

#define VERSION     1
#define COLUMNS_MAX 4096    /* of boxes: more is no picture of ours */
#define CELLS_MAX   1000000 /* one side of the world */

void layout_put_places(struct text *t, const struct layout *l)
{
        text_putf(t, "places %d %d %d %d %d\n", VERSION, (int)l->level, l->columns_asked, l->squeeze, l->gap);
        for (size_t n = 0; n < l->column_count; n++)
                text_putf(t, "column %d %d\n", l->column_widths[n], l->channel_widths[n]);
        for (size_t n = 0; n < l->memory_count; n++)
                text_putf(t, "%016" PRIx64 " %d %d %d\n", l->memory[n].key, l->memory[n].column, l->memory[n].x,
                          l->memory[n].y);
}

/* The lines of a text, one after another. */
struct lines {
        const char *next;
};

/* Copies the next line; false at the end, and at a line that is too long to be one of ours. */
static bool next_line(struct lines *l, char *buf, size_t size)
{
        size_t n = strcspn(l->next, "\n");

        if (!*l->next || n >= size)
                return false;
        memcpy(buf, l->next, n);
        buf[n] = '\0';
        l->next += n + (l->next[n] == '\n');
        return true;
}

static bool is_within(int v, int low, int high)
{
        return v >= low && v <= high;
}

static bool read_head(const char *line, struct layout *l)
{
        int version = 0, level = 0, end = 0;

        if (sscanf(line, "places %d %d %d %d %d%n", &version, &level, &l->columns_asked, &l->squeeze, &l->gap, &end) !=
                    5 ||
            line[end])
                return false;
        l->level = (enum layout_level)level;
        return version == VERSION && is_within(level, 0, LAYOUT_LEVEL_COUNT - 1) &&
                is_within(l->columns_asked, 0, CELLS_MAX) && is_within(l->squeeze, 0, 3) && is_within(l->gap, 0, 1);
}

static bool read_column(const char *line, struct layout *l)
{
        size_t n = l->column_count;
        int end = 0;

        if (n == COLUMNS_MAX ||
            sscanf(line, "column %d %d%n", &l->column_widths[n], &l->channel_widths[n], &end) != 2 || line[end])
                return false;
        l->column_count++;
        return is_within(l->column_widths[n], 0, CELLS_MAX) && is_within(l->channel_widths[n], 0, CELLS_MAX);
}

static bool read_memory(const char *line, struct layout *l, size_t *capacity)
{
        struct layout_memory m;
        int end = 0;

        if (sscanf(line, "%16" SCNx64 " %d %d %d%n", &m.key, &m.column, &m.x, &m.y, &end) != 4 || line[end] ||
            !is_within(m.column, 0, COLUMNS_MAX) || m.x < 0 || !is_within(m.y, 0, CELLS_MAX))
                return false;
        if (l->memory_count && l->memory[l->memory_count - 1].key >= m.key)
                return false; /* it is searched by halves */
        l->memory = array_grow(l->memory, capacity, l->memory_count, sizeof(*l->memory));
        l->memory[l->memory_count++] = m;
        return true;
}

struct layout *layout_from_places(const char *s)
{
        CLEANUP(layout_freep) struct layout *l = xcalloc(1, sizeof(*l));
        struct lines lines = {s};
        size_t capacity = 0;
        char line[128];
        bool is_good = next_line(&lines, line, sizeof(line)) && read_head(line, l);

        l->column_widths = arena_alloc(&l->arena, COLUMNS_MAX * sizeof(int));
        l->channel_widths = arena_alloc(&l->arena, COLUMNS_MAX * sizeof(int));
        while (is_good && next_line(&lines, line, sizeof(line)))
                is_good = line[0] == 'c' && line[1] == 'o' ? read_column(line, l) : read_memory(line, l, &capacity);
        if (!is_good || *lines.next || !l->memory_count)
                return NULL;
        return TAKE(l);
}
