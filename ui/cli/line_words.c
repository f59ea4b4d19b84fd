/* line_words.c - splits lines. */
#include "ui/cli/line_words.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"

void line_words_done(struct line_words *w)
{
        for (int i = 0; i < w->count; i++)
                free(w->argv[i]);
        w->count = 0;
}

/* One word, from *at on, which ends up behind it. */
static int take_word(const char **at, struct text *word, struct err *e)
{
        char quote = '\0';
        const char *s = *at;

        for (; *s && (quote || !strchr(" \t", *s)); s++) {
                if (quote && *s == quote) {
                        quote = '\0';
                } else if (!quote && (*s == '\'' || *s == '"')) {
                        quote = *s;
                } else if (*s == '\\' && quote != '\'') {
                        if (!*++s)
                                return err_set(e, -EINVAL, "a backslash ends the line; write \\\\ for one");
                        text_put_char(word, *s);
                } else {
                        text_put_char(word, *s);
                }
        }
        if (quote)
                return err_set(e, -EINVAL, "a quote is open at the end of the line; close it with %c", quote);
        *at = s;
        return 0;
}

int line_split(const char *line, struct line_words *ret, struct err *e)
{
        for (;;) {
                CLEANUP(text_done) struct text word = {0};

                line += strspn(line, " \t");
                if (!*line || *line == '#')
                        break;
                if (ret->count == LINE_WORDS_MAX)
                        return err_set(e, -EINVAL, "more than %d words; write fewer on one line", LINE_WORDS_MAX);

                int r = take_word(&line, &word, e);

                if (r < 0)
                        return r;
                ret->argv[ret->count++] = word.s ? text_take(&word) : xstrdup("");
        }
        ret->argv[ret->count] = NULL;
        return 0;
}
