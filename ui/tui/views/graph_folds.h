/* graph_folds.h - the jails behind a closed fold: marked and unmarked together. */
#ifndef UI_TUI_VIEWS_GRAPH_FOLDS_H
#define UI_TUI_VIEWS_GRAPH_FOLDS_H

#include "ui/tui/layout/layout.h"
#include "ui/tui/view.h"

/* How many of the jails that an item hides there are, and how many of them are marked. 0 and 0: it hides none. */
size_t graph_fold_count(const struct ui *u, const struct layout *l, size_t item, size_t *ret_marked);

/* False: no more marks fit. */
bool graph_fold_mark(struct ui *u, const struct layout *l, size_t item, bool on);

#endif
