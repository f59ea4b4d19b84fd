/* graph_folds.c - a fold is no object of its own: what is done to it is done to each jail that it hides. */
#include "ui/tui/views/graph_folds.h"

#include "ui/tui/marks.h"

static bool hides(const struct layout *l, size_t item, size_t jail)
{
        return l->items[item].kind == LAYOUT_FOLD && l->jail_items[jail] == item;
}

size_t graph_fold_count(const struct ui *u, const struct layout *l, size_t item, size_t *ret_marked)
{
        size_t count = 0, marked = 0;

        for (size_t j = 0; j < l->jail_count; j++) {
                if (!hides(l, item, j))
                        continue;
                count++;
                marked += marks_has(u->marks, u->graph, (struct object){OBJECT_JAIL, j}) ? 1 : 0;
        }
        *ret_marked = marked;
        return count;
}

bool graph_fold_mark(struct ui *u, const struct layout *l, size_t item, bool on)
{
        bool fits = true;

        for (size_t j = 0; j < l->jail_count; j++) {
                if (hides(l, item, j))
                        fits &= marks_set(u->marks, u->graph, (struct object){OBJECT_JAIL, j}, on);
        }
        return fits;
}
