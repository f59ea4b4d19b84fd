/* text_wrap.c - visible text broken at blanks or cut. */
#include "ui/tui/text_wrap.h"

#include <string.h>

#include "core/base/text.h"

static int width_at(const char **p)
{
        int32_t c = utf8_next(p);
        int width = c < 0 ? 1 : utf8_width((uint32_t)c);

        return width < 0 ? 1 : width;
}

static void wrap_line(const char *line, int width, void (*fn)(void *, const char *), void *user)
{
        size_t indent = strspn(line, " ");
        bool is_first = true;

        if (!*line) {
                fn(user, "");
                return;
        }
        if ((int)indent > width / 2)
                indent = (size_t)(width / 2);
        while (*line) {
                CLEANUP(text_done) struct text out = {0};
                int used = 0;
                const char *end = line, *blank = NULL, *p = line;

                if (!is_first) {
                        for (size_t i = 0; i < indent; i++)
                                text_put_char(&out, ' ');
                        used = (int)indent;
                }
                while (*p) {
                        const char *start = p;
                        int columns = width_at(&p);

                        if (used + columns > width && end != line)
                                break;
                        used += columns;
                        end = p;
                        if (*start == ' ' && (!is_first || (size_t)(start - line) >= indent))
                                blank = start;
                }
                if (*end && *end != ' ' && blank && blank > line)
                        end = blank;
                text_put_n(&out, line, (size_t)(end - line));
                fn(user, text_str(&out));
                line = end + strspn(end, " ");
                is_first = false;
        }
}

void text_wrap(const char *text, int width, void (*fn)(void *user, const char *line), void *user)
{
        if (width < 1)
                width = 1;
        while (*text) {
                size_t length = strcspn(text, "\n");
                CLEANUP(freep) char *line = xstrndup(text, length);

                wrap_line(line, width, fn, user);
                text += length;
                if (*text == '\n')
                        text++;
        }
}

size_t visible_columns(const char *s)
{
        size_t columns = 0;

        while (s && *s) {
                int32_t c = utf8_next(&s);
                int width = c < 0 ? 1 : utf8_width((uint32_t)c);

                columns += width < 0 ? 1u : (size_t)width;
        }
        return columns;
}

size_t visible_put_cut(struct text *t, const char *s, size_t room, const char *end)
{
        bool is_cut = visible_columns(s) > room;
        size_t used = 0;

        while (*s) {
                const char *start = s;
                int32_t c = utf8_next(&s);
                int width = c < 0 ? -1 : utf8_width((uint32_t)c);
                size_t columns = width < 0 ? 1u : (size_t)width;

                if (used + columns > (is_cut && room ? room - 1 : room))
                        break;
                if (width < 0)
                        text_put_char(t, '?');
                else
                        text_put_n(t, start, (size_t)(s - start));
                used += columns;
        }
        if (is_cut && used < room) {
                text_put(t, end);
                used++;
        }
        return used;
}
