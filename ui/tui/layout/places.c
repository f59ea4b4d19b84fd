/*
 * places.c - where things were, as a text that outlives the program: so that a picture opens as it was left.
 *
 *   "places 1 LEVEL COLUMNS SQUEEZE GAP\n", "column WIDTH CHANNEL\n" for each, "KEY COLUMN X Y\n" (KEY hexadecimal) by
 * key
 */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/alloc.h"
#include "ui/tui/layout/layout.h"

#define HEAD        "places "
#define COLUMN      "column "
#define KEY_DIGITS  16
#define VERSION     1
#define COLUMNS_MAX 4096    /* of boxes: more is no picture of ours */
#define CELLS_MAX   1000000 /* one side of the world */

void layout_put_places(struct text *t, const struct layout *l)
{
        text_putf(t, HEAD "%d %d %d %d %d\n", VERSION, (int)l->level, l->columns_asked, l->squeeze, l->gap);
        for (size_t n = 0; n < l->column_count; n++)
                text_putf(t, COLUMN "%d %d\n", l->column_widths[n], l->channel_widths[n]);
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

/* The next word of a line as a number in a range; *at moves behind it and the blank that follows. */
static bool take_number(const char **at, long low, long high, int *ret)
{
        char *end = NULL;

        errno = 0;

        long v = strtol(*at, &end, 10);

        if (errno || end == *at || (*end && *end != ' ') || v < low || v > high)
                return false;
        *at = *end ? end + 1 : end;
        *ret = (int)v;
        return true;
}

static bool read_head(const char *line, struct layout *l)
{
        int version = 0, level = 0;

        if (!str_has_prefix(line, HEAD))
                return false;
        line += strlen(HEAD);
        if (!take_number(&line, VERSION, VERSION, &version) || !take_number(&line, 0, LAYOUT_LEVEL_COUNT - 1, &level) ||
            !take_number(&line, 0, CELLS_MAX, &l->columns_asked) || !take_number(&line, -1, 3, &l->squeeze) ||
            !take_number(&line, 0, 1, &l->gap))
                return false;
        l->level = (enum layout_level)level;
        return !*line;
}

static bool read_column(const char *line, struct layout *l)
{
        size_t n = l->column_count;

        line += strlen(COLUMN);
        if (n == COLUMNS_MAX || !take_number(&line, 0, CELLS_MAX, &l->column_widths[n]) ||
            !take_number(&line, 0, CELLS_MAX, &l->channel_widths[n]))
                return false;
        l->column_count++;
        return !*line;
}

static bool read_memory(const char *line, struct layout *l, size_t *capacity)
{
        struct layout_memory m = {0};
        char *end = NULL;

        errno = 0;
        m.key = strtoull(line, &end, 16);
        if (errno || end != line + KEY_DIGITS || *end != ' ')
                return false;
        line = end + 1;
        if (!take_number(&line, 0, COLUMNS_MAX, &m.column) || !take_number(&line, 0, INT_MAX, &m.x) ||
            !take_number(&line, 0, CELLS_MAX, &m.y) || *line)
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
                is_good = str_has_prefix(line, COLUMN) ? read_column(line, l) : read_memory(line, l, &capacity);
        if (!is_good || *lines.next || !l->memory_count)
                return NULL;
        return TAKE(l);
}
