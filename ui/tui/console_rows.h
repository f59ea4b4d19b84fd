/* console_rows.h - the rows of a menu while they are put together, with the texts that they borrow. */
#ifndef UI_TUI_CONSOLE_ROWS_H
#define UI_TUI_CONSOLE_ROWS_H

#include "ui/tui/console_state.h"

#define CONSOLE_ROWS_MAX 144
#define ROW_TEXT_SIZE    288

struct console_rows {
        struct menu_row items[CONSOLE_ROWS_MAX];
        char labels[CONSOLE_ROWS_MAX][112], details[CONSOLE_ROWS_MAX][ROW_TEXT_SIZE];
        char reasons[CONSOLE_ROWS_MAX][ROW_TEXT_SIZE];
        char helps[CONSOLE_ROWS_MAX][ROW_TEXT_SIZE];
        size_t count;
};

/* The row with this detail; texts are copied, cut where they are longer than a row. */
void console_rows_add(struct console_rows *r, const struct menu_row *row, const char *detail);

/* The same of the program's own texts, which are in FreeBSD's or Linux's words; never of names. */
void console_rows_add_worded(struct console_rows *r, const struct menu_row *row, const char *detail);

enum may { MAY, MAY_NOT, MAY_ELSE }; /* it can be done to the selection; not, and why; v is not about such a thing */
enum may console_may(const struct console *c, const struct verb *v, char *ret_why, size_t size);

#endif
