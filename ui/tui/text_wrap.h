/* text_wrap.h - visible text broken at blanks or cut, for dialogs and views that show sentences. */
#ifndef UI_TUI_TEXT_WRAP_H
#define UI_TUI_TEXT_WRAP_H

#include <stddef.h>

#include "core/base/text.h"

/* Wraps visible text to a width: fn gets each line (borrowed). Continued lines keep their indent. Pure. */
void text_wrap(const char *text, int width, void (*fn)(void *user, const char *line), void *user);

/* Columns of visible text, and the same put cut to at most room columns, with `end` (one column: term_ellipsis) behind
 * what is cut; returns the columns used. What the locale can't print becomes '?': curses' libraries refuse it. Pure. */
size_t visible_columns(const char *s);

size_t visible_put_cut(struct text *t, const char *s, size_t room, const char *end);

#endif
