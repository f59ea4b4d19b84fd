/* console_rows.c - rows of menus, and whether a verb can be done to what is selected. */
#include "ui/tui/console_rows.h"

void console_rows_add(struct console_rows *r, const struct menu_row *row, const char *detail)
{
        size_t n = r->count;

        if (n == CONSOLE_ROWS_MAX)
                return;
        r->items[n] = *row;
        (void)str_copy(r->labels[n], sizeof(r->labels[n]), row->label); /* a cut one is cut on the screen, too */
        (void)str_copy(r->details[n], sizeof(r->details[n]), detail);   /* the same */
        r->items[n].label = r->labels[n];
        r->items[n].detail = r->details[n];
        if (row->reason) {
                (void)str_copy(r->reasons[n], sizeof(r->reasons[n]), row->reason); /* the same */
                r->items[n].reason = r->reasons[n];
        }
        r->count++;
}

enum may console_may(const struct console *c, const struct verb *v, char *ret_why, size_t size)
{
        struct object o;
        struct err e = {0};

        if (c->marks.count) {
                CLEANUP(freep) struct object *all = xcalloc(MARKS_MAX, sizeof(*all));
                size_t fitting, count = console_targets(c, v, all, &fitting, &e);

                if (count)
                        return MAY;
                if (fitting)
                        (void)err_sentence(&e, ret_why, (unsigned)size);
                return fitting ? MAY_NOT : MAY_ELSE;
        }

        if (!console_fit(c, v, &o))
                return MAY_ELSE;
        if (verb_is_allowed(v, c->graph, o, &e))
                return MAY;
        (void)err_sentence(&e, ret_why, (unsigned)size);
        return MAY_NOT;
}
