/* returns.h - what the console asks the Returns view: which lent interfaces its actions mean. */
#ifndef UI_TUI_VIEWS_RETURNS_H
#define UI_TUI_VIEWS_RETURNS_H

#include "ui/tui/view.h"

/* The loan under the bar, as an index in the graph's loans; NONE when the list is empty. */
size_t view_returns_bar(struct view *v, const struct ui *u);

/* Those that are marked, else the one under the bar: fills up to max, returns how many there are. */
size_t view_returns_chosen(struct view *v, const struct ui *u, size_t *ret, size_t max);

void view_returns_unmark(struct view *v);

/* "process nc(4211) of root fd 7": foreign text, raw. */
void view_returns_put_holder(struct text *t, const struct holder *h);

#endif
