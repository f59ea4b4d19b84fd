/* source.c - places in a file's text, and refusals that show them. */
#include "core/dialect/source.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "core/base/intl.h"

#define BEFORE_MAX 40 /* bytes of the line before and behind the place: a dialog on 80 columns has room for both */
#define BEHIND_MAX 28

void source_done(struct source *s)
{
        text_done(&s->mark);
}

bool source_is_line_end(const struct source *s, size_t at)
{
        if (at >= s->length || s->text[at] == '\n')
                return true;
        return s->text[at] == '\r' && at + 1 < s->length && s->text[at + 1] == '\n';
}

static bool is_continuation(char c)
{
        return ((unsigned char)c & 0xc0) == 0x80;
}

static size_t line_start(const struct source *s, size_t at)
{
        while (at > 0 && s->text[at - 1] != '\n')
                at--;
        return at;
}

void source_place(const struct source *s, size_t at, unsigned *ret_line, unsigned *ret_column)
{
        unsigned line = 1, column = 1;

        if (at > s->length)
                at = s->length;
        for (size_t i = 0; i < at; i++)
                if (s->text[i] == '\n')
                        line++;
        for (size_t i = line_start(s, at); i < at; i++)
                if (!is_continuation(s->text[i]))
                        column++;
        *ret_line = line;
        *ret_column = column;
}

/* A piece of a line; a tab is as wide as a blank, and a NUL would end it. */
static void take_piece(struct text *t, const char *from, size_t length)
{
        for (size_t i = 0; i < length; i++)
                text_put_char(t, from[i] == '\t' ? ' ' : from[i] ? from[i] : '?');
}

static void put_mark(struct source *s, size_t at)
{
        CLEANUP(text_done) struct text before = {0};
        CLEANUP(text_done) struct text behind = {0};
        size_t start = line_start(s, at), end = at;

        if (at - start > BEFORE_MAX) {
                start = at - BEFORE_MAX;
                while (start < at && is_continuation(s->text[start]))
                        start++;
        }
        while (!source_is_line_end(s, end) && end - at < BEHIND_MAX)
                end++;
        while (end > at && end < s->length && is_continuation(s->text[end]))
                end--;
        take_piece(&before, s->text + start, at - start);
        take_piece(&behind, s->text + at, end - at);
        text_clear(&s->mark);
        text_put(&s->mark, "    ");
        text_put_visible(&s->mark, text_str(&before));
        text_put_visible(&s->mark, text_str(&behind));
        text_put(&s->mark, "\n    ");
        for (size_t n = text_columns(text_str(&before)); n > 0; n--)
                text_put_char(&s->mark, ' ');
        text_put(&s->mark, "^\n");
}

int source_wrap(struct source *s, size_t at, struct err *e)
{
        unsigned line, column;

        if (at > s->length)
                at = s->length;
        put_mark(s, at);
        source_place(s, at, &line, &column);
        return err_wrap(e, "%s:%u:%u", s->name, line, column);
}

int source_fail(struct source *s, size_t at, struct err *e, const char *fmt, ...)
{
        va_list ap;

        va_start(ap, fmt);
        CLEANUP(freep) char *sentence = xvasprintf(intl_text(fmt), ap);
        va_end(ap);
        (void)err_set(e, -EINVAL, "%s", sentence);
        return source_wrap(s, at, e);
}
