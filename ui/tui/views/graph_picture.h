/* graph_picture.h - the graph as plain text, for show --format text. */
#ifndef UI_TUI_VIEWS_GRAPH_PICTURE_H
#define UI_TUI_VIEWS_GRAPH_PICTURE_H

#include "core/graph/graph.h"

/*
 * graph_picture - the whole picture as lines of UTF-8 (or ASCII).
 *
 *   shape    as wide as it has to be, narrower where `columns` (0: any) allows to leave something out
 *   owner    caller frees
 */
char *graph_picture(const struct graph *g, int columns, bool ascii);

#endif
