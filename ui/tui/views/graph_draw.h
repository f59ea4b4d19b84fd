/* graph_draw.h - a finished layout on a canvas: the styles and signs of boxes, rows and edges. */
#ifndef UI_TUI_VIEWS_GRAPH_DRAW_H
#define UI_TUI_VIEWS_GRAPH_DRAW_H

#include "core/graph/graph.h"
#include "ui/tui/canvas.h"
#include "ui/tui/layout/layout.h"
#include "ui/tui/view.h"

struct graph_drawing {
        const struct graph *g;
        const struct layout *l;
        struct rect area;   /* canvas cells that it may use */
        int left, top;      /* world cell at the area's upper left corner */
        size_t cursor;      /* item under the cursor; NONE */
        struct object also; /* other items for this object are marked too */
        const struct ui *u; /* for marks of what changed lately; NULL none */
};

void graph_draw(struct canvas *c, const struct graph_drawing *d);

#endif
