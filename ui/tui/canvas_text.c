/* canvas_text.c - foreign text on the canvas: made visible, measured in columns, cut with an ellipsis. */
#include <string.h>

#include "core/base/intl.h"
#include "core/base/text.h"
#include "ui/tui/canvas.h"

/* How a code point is drawn: itself, or a stand-in where the terminal or the locale has nothing for it. */
static uint32_t drawn_as(const struct canvas *c, uint32_t ch)
{
        if (ch < 0x80)
                return ch;
        if (c->is_ascii)
                return '?';
        return utf8_width(ch) < 0 ? 0xfffd : ch;
}

static int columns_of(uint32_t ch)
{
        int width = ch < 0x80 ? 1 : utf8_width(ch);

        return width < 0 ? 1 : width;
}

/* A mark joins the character before it, when there is one in this text and on the canvas. */
static void put_combining(struct canvas *c, int x, int y, uint32_t mark)
{
        if (!rect_has(c->clip, x, y) || c->is_ascii)
                return;

        struct cell *cell = &c->cells[(size_t)y * (size_t)c->w + (size_t)x];

        for (size_t i = 0; i < ARRAY_SIZE(cell->combining); i++) {
                if (!cell->combining[i]) {
                        cell->combining[i] = mark;
                        return;
                }
        }
}

static bool fits(const char *text, int max)
{
        int columns = 0;

        while (*text) {
                int32_t ch = utf8_next(&text);

                columns += ch < 0 ? 1 : columns_of((uint32_t)ch);
                if (columns > max)
                        return false;
        }
        return true;
}

/* text is harmless by now. */
static int draw(struct canvas *c, int x, int y, int max, enum style s, const char *text)
{
        if (max < 0)
                max = c->clip.x + c->clip.w - x;
        if (max <= 0 || !*text)
                return 0;

        bool is_cut = !fits(text, max);
        int room = is_cut ? max - 1 : max;
        int used = 0, last = -1;

        while (*text) {
                int32_t next = utf8_next(&text);
                uint32_t ch = drawn_as(c, next < 0 ? 0xfffd : (uint32_t)next);
                int columns = next < 0 ? 1 : columns_of((uint32_t)next);

                if (used + columns > room)
                        break;
                if (columns == 0) {
                        if (last >= 0)
                                put_combining(c, x + last, y, ch);
                        continue;
                }
                canvas_put(c, x + used, y, ch, s);
                if (columns == 2 && c->is_ascii) /* the stand-in is narrow: columns stay as they were counted */
                        canvas_put(c, x + used + 1, y, ' ', s);
                last = used;
                used += columns;
        }
        if (is_cut) {
                canvas_put(c, x + used, y, canvas_sign(c, SIGN_ELLIPSIS), s);
                used++;
        }
        return used;
}

static bool is_plain(const char *text)
{
        for (; *text; text++) {
                if (*text < ' ' || *text == '\\' || *text == 0x7f) /* char is signed or not: both ways above 0x7f */
                        return false;
                if ((unsigned char)*text >= 0x80)
                        return false;
        }
        return true;
}

int canvas_text(struct canvas *c, int x, int y, int max, enum style s, const char *text)
{
        if (is_plain(text))
                return draw(c, x, y, max, s, text);

        CLEANUP(text_done) struct text visible = {0};

        text_put_visible(&visible, text);
        return draw(c, x, y, max, s, text_str(&visible));
}

int canvas_text_visible(struct canvas *c, int x, int y, int max, enum style s, const char *text)
{
        CLEANUP(text_done) struct text visible = {0};

        while (*text) {
                size_t plain = strcspn(text, "\\");
                CLEANUP(freep) char *part = xstrndup(text, plain);

                text_put_visible(&visible, part);
                text += plain;
                if (*text == '\\') {
                        text_put_char(&visible, '\\');
                        text++;
                }
        }
        return draw(c, x, y, max, s, text_str(&visible));
}

int canvas_textf(struct canvas *c, int x, int y, int max, enum style s, const char *fmt, ...)
{
        va_list ap;

        va_start(ap, fmt);
        CLEANUP(freep) char *text = xvasprintf(intl_text(fmt), ap);
        va_end(ap);
        return canvas_text(c, x, y, max, s, text);
}
