/* log_tail.c - cuts a growing log into lines. */
#include "ui/tui/log_tail.h"

#include <string.h>

#define LINE_MAX_BYTES 4096 /* a longer one goes on in the next */

enum { PLAIN, AFTER_ESCAPE, IN_CSI, IN_STRING, IN_STRING_ESCAPE, AFTER_RETURN };

void log_tail_clear(struct log_tail *t)
{
        for (size_t i = 0; i < t->count; i++)
                free(t->lines[(t->first + i) % LOG_LINES_MAX]);
        t->count = t->first = t->dropped = 0;
        t->state = PLAIN;
        text_clear(&t->open);
}

void log_tail_done(struct log_tail *t)
{
        log_tail_clear(t);
        free(t->lines);
        text_done(&t->open);
        *t = (struct log_tail){0};
}

static void end_line(struct log_tail *t)
{
        if (!t->lines)
                t->lines = xcalloc(LOG_LINES_MAX, sizeof(*t->lines));
        if (t->count == LOG_LINES_MAX) {
                free(t->lines[t->first]);
                t->first = (t->first + 1) % LOG_LINES_MAX;
                t->count--;
                t->dropped++;
        }
        t->lines[(t->first + t->count++) % LOG_LINES_MAX] = xstrdup(text_str(&t->open));
        text_clear(&t->open);
}

static void put(struct log_tail *t, char c)
{
        if (c == '\n') {
                end_line(t);
                return;
        }
        if (t->open.length >= LINE_MAX_BYTES)
                end_line(t);
        if (c == '\t')
                text_put(&t->open, "        ");
        else if (c == '\0')
                text_put(&t->open, "\x01"); /* a string has none: any control shows that something was there */
        else
                text_put_char(&t->open, c);
}

static void plain(struct log_tail *t, char c)
{
        t->state = c == '\033' ? AFTER_ESCAPE : c == '\r' ? AFTER_RETURN : PLAIN;
        if (t->state == PLAIN)
                put(t, c);
}

static void step(struct log_tail *t, char c)
{
        switch (t->state) {
        case PLAIN: plain(t, c); return;
        case AFTER_RETURN:
                if (c == '\r')
                        return;
                if (c != '\n')
                        text_clear(&t->open);
                plain(t, c);
                return;
        case AFTER_ESCAPE:
                t->state = c == '[' ? IN_CSI : strchr("]PX^_", c) && c ? IN_STRING : PLAIN;
                if (c == '\n')
                        put(t, c);
                return;
        case IN_CSI: /* parameters and intermediates, then one final byte */
                if (c == '\n')
                        plain(t, c);
                else if ((unsigned char)c < 0x20 || (unsigned char)c > 0x3f)
                        t->state = PLAIN;
                return;
        case IN_STRING:
                if (c == '\007')
                        t->state = PLAIN;
                else if (c == '\033')
                        t->state = IN_STRING_ESCAPE;
                else if (c == '\n') /* it was never ended: nothing more is lost */
                        plain(t, c);
                return;
        case IN_STRING_ESCAPE: t->state = PLAIN; return;
        default: return;
        }
}

void log_tail_add(struct log_tail *t, const char *bytes, size_t n)
{
        for (size_t i = 0; i < n; i++)
                step(t, bytes[i]);
}

size_t log_tail_count(const struct log_tail *t)
{
        return t->count + (t->open.length > 0);
}

const char *log_tail_line(const struct log_tail *t, size_t line)
{
        return line < t->count ? t->lines[(t->first + line) % LOG_LINES_MAX] : text_str(&t->open);
}

size_t log_tail_find(const struct log_tail *t, const char *wanted, size_t from, int direction)
{
        size_t count = log_tail_count(t);

        for (size_t i = 0; i < count && *wanted; i++) {
                size_t at = direction > 0 ? (from + i) % count : (from + count - i % count) % count;

                if (strcasestr(log_tail_line(t, at), wanted))
                        return at;
        }
        return (size_t)-1;
}
