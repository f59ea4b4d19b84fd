/* plot.h - numbers over time as bars on the canvas: a sparkline of one row, or a plot of several. */
#ifndef UI_TUI_PLOT_H
#define UI_TUI_PLOT_H

#include "ui/tui/canvas.h"

/*
 * plot_draw - one column for each value, the last at the right side; more values than columns: the last ones count.
 *
 *   top      the value of a bar as high as r; 0: the highest of those shown, and
 *            an eighth of a cell. A value above zero is never invisible.
 */
void plot_draw(struct canvas *c, struct rect r, enum style s, const uint64_t *values, size_t count, uint64_t top);

#endif
