/*
 * facts.h - everything known of one jail, interface or node, as lines of label and value, for the Details view.
 */
#ifndef UI_TUI_VIEWS_FACTS_H
#define UI_TUI_VIEWS_FACTS_H

#include "core/graph/graph.h"
#include "core/graph/query.h"
#include "ui/tui/canvas.h"
#include "ui/tui/history.h"
#include "ui/tui/views/inside.h"

struct fact {
        char *label; /* "MAC"; "" continues the line above; NULL: a heading, whose text is value */
        char *value; /* foreign text, raw */
        enum style style;
        int plot, plot_row;   /* 1 received, 2 sent: a row of that plot, from the top; 0 none */
        struct object object; /* what the line speaks of, to go there; OBJECT_NONE nothing */
};

struct facts {
        struct fact *items;
        size_t count, capacity;
};

#define PLOT_ROWS 3

/* Bars, oldest first, in bytes a second: received and sent. */
struct past {
        uint64_t Bps[2][HISTORY_STEPS];
        size_t count;
};

struct fact *fact_add(struct facts *f, const char *label, char *take_value);
void fact_heading(struct facts *f, const char *title);
struct fact *fact_put(struct facts *f, const char *label, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

void fact_list_collect(struct facts *f, const struct graph *g, struct object o); /* empties f first */
/* Adds its plots, as wide as that at most; a jail's are of all its interfaces together. */
void fact_list_past(struct facts *f, const struct ui *u, struct object o, int columns, struct past *ret);
void fact_list_inside(struct facts *f, const struct graph *g, struct object o, const struct inside *in); /* adds */
void fact_list_done(struct facts *f);

#endif
