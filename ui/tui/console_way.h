/* console_way.h - why can't A reach B, in the console: two ends are picked, the way between them is marked on the
 * graph, and a pane below tells the verdict and each hop. It follows the network as it changes. */
#ifndef UI_TUI_CONSOLE_WAY_H
#define UI_TUI_CONSOLE_WAY_H

#include "ui/tui/console_state.h"

void console_way(struct console *c); /* the key: picks an end, then asks for a real probe */

/* As a command of the palette: "path A B". One end, or none: the other is picked from there. */
extern const struct verb console_way_verb;
void console_way_line(struct console *c, char *const *words, size_t count); /* without the word path */

bool console_way_key(struct console *c, const struct key *k);
void console_way_news(struct console *c);  /* its errand has ended */
void console_way_graph(struct console *c); /* a newer graph is there */
int console_way_fd(const struct console *c);
void console_way_end(struct console *c);
int console_way_height(const struct console *c, int room); /* of its pane, of so many lines; 0: there is none */
void console_way_draw(struct console *c, struct rect area);
const char *console_way_hints(const struct console *c); /* NULL: the usual ones */

#endif
