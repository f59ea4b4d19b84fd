/* graph_picture.c - lays the graph out and draws it on a canvas of just that size. */
#include "ui/tui/views/graph_picture.h"

#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "ui/tui/views/graph_draw.h"

char *graph_picture(const struct graph *g, int columns, bool ascii)
{
        struct layout_options o = {.level = LAYOUT_FULL, .columns = columns, .now_s = clock_wall_s()};
        CLEANUP(layout_freep) struct layout *l = layout_build(g, &o, NULL);
        struct canvas *c = canvas_new(l->w, l->h, ascii);
        struct graph_drawing d = {.g = g, .l = l, .area = {0, 0, l->w, l->h}, .cursor = NONE};

        graph_draw(c, &d);

        char *text = canvas_to_text(c);

        canvas_free(c);
        return text;
}
