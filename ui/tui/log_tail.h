/*
 * log_tail.h - the lines of a log that grows, kept for a screen: whole lines, without what would command a terminal,
 * the newest ones only. Pure.
 */
#ifndef UI_TUI_LOG_TAIL_H
#define UI_TUI_LOG_TAIL_H

#include "core/base/text.h"

#define LOG_LINES_MAX 5000

struct log_tail {
        char **lines; /* a ring; ask log_tail_line */
        size_t count, first;
        struct text open; /* the last line, as long as it has no end */
        int state;        /* within an escape sequence */
        size_t dropped;   /* lines that were pushed out */
};

void log_tail_done(struct log_tail *t);
void log_tail_clear(struct log_tail *t);

/*
 * log_tail_add - further bytes of the file.
 *
 *   shape    escape sequences (colours, titles) are left out, also when they are cut between two calls; a carriage
 *            return begins the line anew unless a line feed follows; other controls stay, for text_put_visible to show
 */
void log_tail_add(struct log_tail *t, const char *bytes, size_t n);

size_t log_tail_count(const struct log_tail *t);                  /* the open line counts when it has something */
const char *log_tail_line(const struct log_tail *t, size_t line); /* borrowed until the next change */

/* The next line from one on, in that direction, that contains wanted, case folded, with wrapping; (size_t)-1 none. */
size_t log_tail_find(const struct log_tail *t, const char *wanted, size_t from, int direction);

#endif
