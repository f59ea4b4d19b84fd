/* graph_folds.c - a fold is no object of its own: what is done to it is done to each jail that it hides. */
#include "ui/tui/views/graph_folds.h"

#include "ui/tui/marks.h"
#include "ui/tui/views/graph_parts.h"

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

/* The first of the jails that a fold stands for, hidden or named below it; NONE: that item is no fold. */
static size_t first_jail(const struct layout *l, size_t item)
{
        if (l->items[item].kind != LAYOUT_FOLD)
                return NONE;
        for (size_t j = 0; j < l->jail_count; j++) {
                if (hides(l, item, j))
                        return j;
        }
        if (item + 1 < l->item_count && l->items[item + 1].kind == LAYOUT_CHIP) /* it is open */
                return l->items[item + 1].object.index;
        return NONE;
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

size_t graph_view_fold_jail(struct graph_view *v, struct rect area, struct ui *u)
{
        const struct layout *l = graph_view_refresh(v, area, u);
        size_t at = layout_find_key(l, v->cursor);

        return at == NONE || selection_resolve(&u->selection, u->graph).type != OBJECT_NONE ? NONE : first_jail(l, at);
}
