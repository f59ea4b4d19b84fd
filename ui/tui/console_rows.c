/* console_rows.c - rows of menus, and whether a verb can be done to what is selected. */
#include "ui/tui/console_rows.h"

#include "ui/tui/views/describe.h"

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

void console_rows_add_worded(struct console_rows *r, const struct menu_row *row, const char *detail)
{
        struct menu_row worded = *row;
        char label[WORDED_SIZE], words[WORDED_SIZE], help[WORDED_SIZE];

        if (r->count == CONSOLE_ROWS_MAX)
                return;
        worded.label = describe_words(row->label, label);
        if (row->help) {
                (void)str_copy(r->helps[r->count], ROW_TEXT_SIZE, describe_words(row->help, help)); /* cut as above */
                worded.help = r->helps[r->count];
        }
        console_rows_add(r, &worded, describe_words(detail, words));
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
