/* line_edit.h - one line of text that is being typed, with the keys of a shell. Pure. */
#ifndef UI_TUI_LINE_EDIT_H
#define UI_TUI_LINE_EDIT_H

#include "ui/tui/canvas.h"
#include "ui/tui/keys.h"

#define LINE_EDIT_SIZE 512

struct line_edit {
        char text[LINE_EDIT_SIZE];
        size_t cursor; /* byte offset, at a character's first */
};

void line_edit_set(struct line_edit *l, const char *text);    /* cut when too long; the cursor goes to the end */
bool line_edit_key(struct line_edit *l, const struct key *k); /* true when it used the key */

/* Draws the part around the cursor; returns the cursor's column. */
int line_edit_draw(const struct line_edit *l, struct canvas *c, int x, int y, int width, enum style s);

#endif
