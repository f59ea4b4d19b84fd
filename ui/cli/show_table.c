/* show_table.c - rows of cells, printed in columns as wide as their widest cell. */
#include "ui/cli/show_table.h"

/* Columns of text that is visible already. */
static size_t columns_of(const struct text *t)
{
        size_t columns = 0;

        for (const char *p = text_str(t); *p;) {
                int32_t c = utf8_next(&p);
                int width = c < 0 ? 1 : utf8_width((uint32_t)c);

                columns += width < 0 ? 1u : (size_t)width;
        }
        return columns;
}

struct table_row *table_add(struct table *t)
{
        t->rows = array_grow(t->rows, &t->capacity, t->count, sizeof(*t->rows));
        t->rows[t->count] = (struct table_row){0};
        return &t->rows[t->count++];
}

static void put_cell(struct text *out, const struct text *cell, enum table_paint paint, bool use_color)
{
        static const char *const codes[] = {
                [PAINT_PLAIN] = "",        [PAINT_STRONG] = "\033[1m", [PAINT_DIM] = "\033[2m",
                [PAINT_GOOD] = "\033[32m", [PAINT_BAD] = "\033[31m",   [PAINT_WARN] = "\033[33m"};
        bool is_painted = use_color && paint != PAINT_PLAIN && cell->length;

        if (is_painted)
                text_put(out, codes[paint]);
        text_put(out, text_str(cell));
        if (is_painted)
                text_put(out, "\033[0m");
}

void table_put(struct text *out, const struct table *t, bool use_color)
{
        size_t widths[TABLE_COLUMNS] = {0};

        for (size_t i = 0; i < t->count; i++) {
                for (size_t c = 0; c < TABLE_COLUMNS && !t->rows[i].is_loose; c++) {
                        size_t width = columns_of(&t->rows[i].cells[c]);

                        if (width > widths[c])
                                widths[c] = width;
                }
        }
        for (size_t i = 0; i < t->count; i++) {
                size_t last = TABLE_COLUMNS;

                while (last && !t->rows[i].cells[last - 1].length) /* no blanks at a line's end */
                        last--;
                for (size_t c = 0; c < last; c++) {
                        const struct text *cell = &t->rows[i].cells[c];

                        put_cell(out, cell, t->rows[i].paints[c], use_color);
                        for (size_t n = columns_of(cell); c + 1 < last && n < widths[c] + 2; n++)
                                if (widths[c])
                                        text_put_char(out, ' ');
                }
                text_put_char(out, '\n');
        }
}

void table_done(struct table *t)
{
        for (size_t i = 0; i < t->count; i++)
                for (size_t c = 0; c < TABLE_COLUMNS; c++)
                        text_done(&t->rows[i].cells[c]);
        free(t->rows);
        *t = (struct table){0};
}
