/* show_table.h - rows of cells, printed in columns as wide as their widest cell. */
#ifndef UI_CLI_SHOW_TABLE_H
#define UI_CLI_SHOW_TABLE_H

#include "core/base/text.h"

#define TABLE_COLUMNS 6

/* Colours are switched on and off round a cell, so that they don't count as columns. */
enum table_paint { PAINT_PLAIN, PAINT_STRONG, PAINT_DIM, PAINT_GOOD, PAINT_BAD, PAINT_WARN };

struct table_row {
        struct text cells[TABLE_COLUMNS]; /* text made visible already */
        enum table_paint paints[TABLE_COLUMNS];
        bool is_loose; /* a remark: its cells make no column wider */
};

struct table {
        struct table_row *rows;
        size_t count, capacity;
};

struct table_row *table_add(struct table *t); /* empty; lasts until the next add */
void table_put(struct text *out, const struct table *t, bool use_color);
void table_done(struct table *t);

#endif
