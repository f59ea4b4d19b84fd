/* text.c - growing strings, UTF-8, and making foreign text harmless. */
#include "core/base/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#define ELIDE_KEEP 24 /* of a word that loses its middle */

void text_done(struct text *t)
{
        free(t->s);
        *t = (struct text){0};
}

void text_clear(struct text *t)
{
        t->length = 0;
        if (t->s)
                t->s[0] = '\0';
}

const char *text_str(const struct text *t)
{
        return t->s ? t->s : "";
}

char *text_take(struct text *t)
{
        char *s = t->s ? t->s : xstrdup("");

        *t = (struct text){0};
        return s;
}

static void text_reserve(struct text *t, size_t more)
{
        size_t wanted = t->length + more + 1;

        if (t->s && wanted <= t->capacity)
                return;
        if (wanted < t->capacity * 2)
                wanted = t->capacity * 2;
        t->s = xrealloc(t->s, wanted, 1);
        t->capacity = wanted;
}

void text_put_n(struct text *t, const char *s, size_t n)
{
        text_reserve(t, n);
        memcpy(t->s + t->length, s, n);
        t->length += n;
        t->s[t->length] = '\0';
}

void text_put(struct text *t, const char *s)
{
        text_put_n(t, s, strlen(s));
}

void text_put_char(struct text *t, char c)
{
        text_put_n(t, &c, 1);
}

void text_putf(struct text *t, const char *fmt, ...)
{
        va_list ap;

        va_start(ap, fmt);
        CLEANUP(freep) char *s = xvasprintf(fmt, ap);
        va_end(ap);
        text_put(t, s);
}

/* Marks that reorder or hide what follows on a terminal: soft hyphen, zero-width and bidirectional controls, BOM, tags.
 */
static bool is_invisible_control(uint32_t c)
{
        return c == 0xad || c == 0x61c || c == 0x180e || (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
                (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb) ||
                (c >= 0xe0000 && c <= 0xe0fff);
}

bool text_is_hidden(uint32_t c)
{
        return c < 0x20 || (c >= 0x7f && c < 0xa0) || is_invisible_control(c);
}

/* Printable ASCII stands for itself and takes one column. */
static bool is_plain(char c)
{
        return c >= 0x20 && c < 0x7f && c != '\\';
}

void text_put_visible(struct text *t, const char *s)
{
        for (;;) {
                const char *start = s;

                while (is_plain(*s)) /* most text is nothing else */
                        s++;
                if (s > start)
                        text_put_n(t, start, (size_t)(s - start));
                start = s;

                int32_t c = utf8_next(&s);

                if (c == 0)
                        return;
                if (c < 0x20 || (c >= 0x7f && c < 0xa0)) {
                        for (const char *p = start; p < s; p++)
                                text_putf(t, "\\x%02x", (unsigned char)*p);
                } else if (c == '\\') {
                        text_put(t, "\\\\");
                } else if (is_invisible_control((uint32_t)c)) {
                        text_putf(t, "\\u{%x}", (unsigned)c);
                } else {
                        text_put_n(t, start, (size_t)(s - start));
                }
        }
}

void text_put_shell(struct text *t, const char *s)
{
        static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:,@%";

        if (*s && s[strspn(s, plain)] == '\0') {
                text_put(t, s);
                return;
        }
        text_put_char(t, '\'');
        for (; *s; s++) {
                if (*s == '\'')
                        text_put(t, "'\\''");
                else if ((unsigned char)*s < 0x20 || *s == 0x7f)
                        text_put_char(t, '?');
                else
                        text_put_char(t, *s);
        }
        text_put_char(t, '\'');
}

int32_t utf8_next(const char **s)
{
        const unsigned char *p = (const unsigned char *)*s;
        unsigned length;
        uint32_t c;
        static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};

        if (p[0] == 0)
                return 0;
        if (p[0] < 0x80) {
                *s += 1;
                return p[0];
        }
        if (p[0] >= 0xc2 && p[0] < 0xe0) {
                length = 2;
                c = p[0] & 0x1fu;
        } else if ((p[0] & 0xf0) == 0xe0) {
                length = 3;
                c = p[0] & 0x0fu;
        } else if (p[0] >= 0xf0 && p[0] < 0xf5) {
                length = 4;
                c = p[0] & 0x07u;
        } else {
                *s += 1;
                return -1;
        }
        for (unsigned i = 1; i < length; i++) {
                if ((p[i] & 0xc0) != 0x80) {
                        *s += 1;
                        return -1;
                }
                c = c << 6 | (p[i] & 0x3fu);
        }
        if (c < smallest[length] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000)) {
                *s += 1;
                return -1;
        }
        *s += length;
        return (int32_t)c;
}

size_t utf8_encode(uint32_t c, char *buf)
{
        size_t n = 0;

        if (c < 0x80) {
                buf[n++] = (char)c;
        } else if (c < 0x800) {
                buf[n++] = (char)(0xc0 | c >> 6);
                buf[n++] = (char)(0x80 | (c & 0x3f));
        } else if (c < 0x10000) {
                buf[n++] = (char)(0xe0 | c >> 12);
                buf[n++] = (char)(0x80 | (c >> 6 & 0x3f));
                buf[n++] = (char)(0x80 | (c & 0x3f));
        } else {
                buf[n++] = (char)(0xf0 | c >> 18);
                buf[n++] = (char)(0x80 | (c >> 12 & 0x3f));
                buf[n++] = (char)(0x80 | (c >> 6 & 0x3f));
                buf[n++] = (char)(0x80 | (c & 0x3f));
        }
        buf[n] = '\0';
        return n;
}

int utf8_width(uint32_t c)
{
        return wcwidth((wchar_t)c);
}

size_t text_columns(const char *s)
{
        CLEANUP(text_done) struct text t = {0};
        size_t columns = 0;

        for (; is_plain(*s); s++)
                columns++;
        if (!*s)
                return columns;
        text_put_visible(&t, s);
        for (const char *p = text_str(&t); *p;) {
                int32_t c = utf8_next(&p);
                int width = c < 0 ? 1 : utf8_width((uint32_t)c);

                columns += width < 0 ? 1u : (size_t)width;
        }
        return columns;
}

bool str_format(char *buf, size_t size, const char *fmt, ...)
{
        va_list ap;

        va_start(ap, fmt);
        int n = vsnprintf(buf, size, fmt, ap);
        va_end(ap);
        return n >= 0 && (size_t)n < size;
}

bool str_copy(char *buf, size_t size, const char *s)
{
        size_t length = strlen(s);

        if (length < size) {
                memcpy(buf, s, length + 1);
                return true;
        }
        length = size - 1;
        while (length > 0 && ((unsigned char)s[length] & 0xc0) == 0x80)
                length--;
        memcpy(buf, s, length);
        buf[length] = '\0';
        return false;
}

/* Down to where a code point begins. */
static size_t utf8_floor(const char *s, size_t at)
{
        while (at > 0 && ((unsigned char)s[at] & 0xc0) == 0x80)
                at--;
        return at;
}

bool str_elide(char *buf, size_t size, const char *s)
{
        static const char dots[] = "...";
        size_t length = strlen(s), longest = 0, from = 0;

        if (length < size || size <= sizeof(dots))
                return str_copy(buf, size, s);

        size_t excess = length - (size - 1) + strlen(dots);

        for (size_t i = 0; i < length;) {
                size_t n = strcspn(s + i, " ");

                if (n > longest) {
                        longest = n;
                        from = i;
                }
                i += n + strspn(s + i + n, " ");
        }

        bool has_room = longest >= excess + ELIDE_KEEP;
        size_t first = utf8_floor(s, has_room ? from + (longest - excess) / 2 : length - excess), last = length;

        if (has_room)
                for (last = first + excess; ((unsigned char)s[last] & 0xc0) == 0x80;)
                        last++;
        (void)str_format(buf, size, "%.*s%s%s", (int)first, s, dots, s + last);
        return false;
}

int str_to_u32(const char *s, uint32_t max, uint32_t *ret)
{
        uint64_t value = 0;

        if (!*s)
                return -EINVAL;
        for (; *s; s++) {
                if (*s < '0' || *s > '9')
                        return -EINVAL;
                value = value * 10 + (unsigned)(*s - '0');
                if (value > max)
                        return -ERANGE;
        }
        *ret = (uint32_t)value;
        return 0;
}

bool str_has_prefix(const char *s, const char *prefix)
{
        return strncmp(s, prefix, strlen(prefix)) == 0;
}
