/*
 * facts.h - everything known of one jail, interface or node, as lines of label and value, for the Details view. Pure.
 */
#ifndef UI_TUI_VIEWS_FACTS_H
#define UI_TUI_VIEWS_FACTS_H

#include "core/graph/graph.h"
#include "core/graph/query.h"
#include "ui/tui/canvas.h"

struct fact {
        char *label; /* "MAC"; "" continues the line above; NULL: a heading, whose text is value */
        char *value; /* foreign text, raw */
        enum style style;
        struct object object; /* what the line speaks of, to go there; OBJECT_NONE nothing */
};

struct facts {
        struct fact *items;
        size_t count, capacity;
};

void fact_list_collect(struct facts *f, const struct graph *g, struct object o); /* empties f first */
void fact_list_done(struct facts *f);

#endif
