/*
 * line_words.h - a typed line as words: split as a shell would, with quotes and backslashes, but nothing is expanded,
 * and no line ever runs another program.
 */
#ifndef UI_CLI_LINE_WORDS_H
#define UI_CLI_LINE_WORDS_H

#include "core/base/err.h"
#include "core/verb/verb.h"

#define LINE_WORDS_MAX (INTENT_VALUES_MAX + 2 * VERB_OPTIONS_MAX + 4)

struct line_words {
        char *argv[LINE_WORDS_MAX + 1]; /* NULL after the last */
        int count;
};

/* A # where a word could begin ends the line. ret is empty before; line_words_done, whatever is returned. */
int line_split(const char *line, struct line_words *ret, struct err *e);
void line_words_done(struct line_words *w);

#endif
