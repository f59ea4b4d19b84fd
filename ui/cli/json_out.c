/* json_out.c - JSON on a stream that may be a terminal, written as it is told. */
#include "ui/cli/json_out.h"

#include <errno.h>
#include <string.h>

#include "core/base/text.h"

static const char hex_digits[] = "0123456789abcdef";

static void write_out(struct json_out *w, const char *s, size_t n)
{
        if (n && fwrite(s, 1, n, w->out) != n)
                w->result = -EIO;
}

static __attribute__((noinline)) void make_room(struct json_out *w, size_t n)
{
        if (w->out) {
                write_out(w, w->bytes, w->length);
                w->length = 0;
        }
        if (n <= w->room - w->length)
                return;
        w->room = w->length + n > 2 * w->room ? w->length + n : 2 * w->room;
        w->bytes = xrealloc(w->bytes, w->room, 1);
}

/* Where the next n bytes go, that the caller writes and then counts. */
static inline char *reserve(struct json_out *w, size_t n)
{
        if (__builtin_expect(n > w->room - w->length, 0))
                make_room(w, n);
        return w->bytes + w->length;
}

/* Everything before that has been written where reserve said. */
static inline void count(struct json_out *w, const char *end)
{
        w->length = (size_t)(end - w->bytes);
}

static void put_n(struct json_out *w, const char *s, size_t n)
{
        memcpy(reserve(w, n), s, n);
        w->length += n;
}

static void put(struct json_out *w, const char *s)
{
        put_n(w, s, strlen(s));
}

static inline void put_char(struct json_out *w, char c)
{
        *reserve(w, 1) = c;
        w->length++;
}

static void put_line(struct json_out *w)
{
        put_char(w, '\n');
        for (unsigned k = 0; k < w->depth; k++)
                put(w, "  ");
}

static void put_unit(struct json_out *w, unsigned unit)
{
        char s[] = {'\\',
                    'u',
                    hex_digits[unit >> 12 & 15],
                    hex_digits[unit >> 8 & 15],
                    hex_digits[unit >> 4 & 15],
                    hex_digits[unit & 15]};

        put_n(w, s, sizeof(s));
}

/* The letter behind a backslash that stands for it; 0 none. */
static char short_escape(uint32_t c)
{
        switch (c) {
        case '\b': return 'b';
        case '\f': return 'f';
        case '\n': return 'n';
        case '\r': return 'r';
        case '\t': return 't';
        case '"':
        case '\\': return (char)c;
        default: return 0;
        }
}

static void put_escape(struct json_out *w, uint32_t c)
{
        char pair[] = {'\\', short_escape(c)};

        if (pair[1]) {
                put_n(w, pair, sizeof(pair));
        } else if (c > 0xffff) {
                put_unit(w, 0xd800 + (unsigned)((c - 0x10000) >> 10));
                put_unit(w, 0xdc00 + (unsigned)((c - 0x10000) & 0x3ff));
        } else {
                put_unit(w, (unsigned)c);
        }
}

#define EIGHT   1, 1, 1, 1, 1, 1, 1, 1
#define SIXTEEN EIGHT, EIGHT

/* Letters of ASCII that need no thought: all but the quote, the backslash and the controls. */
static const unsigned char is_plain[256] = {
        [' '] = 1, 1, ['#'] = SIXTEEN, SIXTEEN, SIXTEEN, EIGHT, 1, [']'] = SIXTEEN, SIXTEEN, 1, 1,
};

/* How many bytes from here on are such. */
static inline size_t plain_length(const char *s)
{
        size_t n = 0;

        while (is_plain[(unsigned char)s[n]])
                n++;
        return n;
}

static bool is_utf8(const char *s)
{
        int32_t c;

        do
                c = utf8_next(&s);
        while (c > 0);
        return c == 0;
}

static void put_with_escapes(struct json_out *w, const char *s)
{
        put_char(w, '"');
        for (;;) {
                size_t n = plain_length(s);
                const char *start;
                int32_t c;

                put_n(w, s, n);
                s += n;
                start = s;
                c = utf8_next(&s);
                if (c <= 0)
                        break;
                if (c == '"' || c == '\\' || text_is_hidden((uint32_t)c))
                        put_escape(w, (uint32_t)c);
                else
                        put_n(w, start, (size_t)(s - start));
        }
        put_char(w, '"');
}

static __attribute__((noinline)) void put_next_line(struct json_out *w)
{
        if (!w->is_first)
                put_char(w, ',');
        if (w->depth)
                put_line(w);
        w->is_first = true;
}

/* What stands in front of a value. Where the value goes, with room for so many bytes of it. A key needs no escapes. */
static inline char *put_start(struct json_out *w, const char *key, size_t room)
{
        size_t n = key ? strlen(key) : 0;
        char *p;

        if (w->is_indented)
                put_next_line(w);
        p = reserve(w, n + 5 + room);
        if (!w->is_first)
                *p++ = ',';
        w->is_first = false;
        if (!key)
                return p;
        *p++ = '"';
        p = mempcpy(p, key, n);
        *p++ = '"';
        *p++ = ':';
        if (w->is_indented)
                *p++ = ' ';
        return p;
}

void json_out_begin(struct json_out *w, FILE *out, bool is_indented)
{
        *w = (struct json_out){.out = out, .is_indented = is_indented, .is_first = true, .room = JSON_OUT_ROOM};
        w->bytes = xrealloc(NULL, w->room, 1);
}

int json_out_end(struct json_out *w)
{
        put_char(w, '\n');
        write_out(w, w->bytes, w->length);
        free(w->bytes);
        return w->result;
}

void json_out_begin_piece(struct json_out *piece, const struct json_out *of, unsigned deeper)
{
        char *bytes = piece->bytes;
        size_t room = bytes ? piece->room : JSON_OUT_ROOM;

        *piece = (struct json_out){.is_indented = of->is_indented, .is_first = true, .depth = of->depth + deeper};
        piece->room = room;
        piece->bytes = bytes ? bytes : xrealloc(NULL, room, 1);
}

void json_out_piece(struct json_out *w, const struct json_out *piece)
{
        if (!piece->length)
                return;
        if (!w->is_first)
                put_char(w, ',');
        w->is_first = false;
        write_out(w, w->bytes, w->length);
        write_out(w, piece->bytes, piece->length);
        w->length = 0;
}

void json_out_end_piece(struct json_out *piece)
{
        free(piece->bytes);
}

void json_out_open(struct json_out *w, const char *key, char bracket)
{
        char *p = put_start(w, key, 1);

        *p++ = bracket;
        count(w, p);
        w->depth++;
        w->is_first = true;
}

void json_out_close(struct json_out *w, char bracket)
{
        w->depth--;
        if (w->is_indented && !w->is_first)
                put_line(w);
        w->is_first = false;
        put_char(w, bracket);
}

/* A short word as it is. */
static inline void put_word(struct json_out *w, const char *key, const char *word, size_t n)
{
        char *p = put_start(w, key, n);

        memcpy(p, word, n);
        count(w, p + n);
}

void json_out_null(struct json_out *w, const char *key)
{
        put_word(w, key, "null", 4);
}

void json_out_bool(struct json_out *w, const char *key, bool value)
{
        if (value)
                put_word(w, key, "true", 4);
        else
                put_word(w, key, "false", 5);
}

void json_out_int(struct json_out *w, const char *key, int64_t value)
{
        uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;
        char s[20], *end = s + sizeof(s), *p = end;

        do
                *--p = (char)('0' + rest % 10);
        while ((rest /= 10) > 0);
        if (value < 0)
                *--p = '-';
        put_word(w, key, p, (size_t)(end - p));
}

void json_out_count(struct json_out *w, const char *key, bool is_known, uint64_t value)
{
        if (is_known && value <= INT64_MAX)
                json_out_int(w, key, (int64_t)value);
        else
                json_out_null(w, key);
}

void json_out_id(struct json_out *w, const char *key, uint32_t id)
{
        char s[10] = {'"', [9] = '"'};

        for (size_t k = 0; k < 8; k++)
                s[k + 1] = hex_digits[id >> (28 - 4 * k) & 15];
        put_word(w, key, s, sizeof(s));
}

/* With something in it that is not plain. */
static __attribute__((noinline)) void put_foreign(struct json_out *w, const char *key, const char *s)
{
        CLEANUP(text_done) struct text visible = {0};

        count(w, put_start(w, key, 0));
        if (!is_utf8(s)) {
                text_put_visible(&visible, s);
                s = text_str(&visible);
        }
        put_with_escapes(w, s);
}

void json_out_string(struct json_out *w, const char *key, const char *s)
{
        size_t n = s ? plain_length(s) : 0;
        char *p;

        if (!s || s[n] != '\0') {
                if (s)
                        put_foreign(w, key, s);
                else
                        json_out_null(w, key);
                return;
        }
        p = put_start(w, key, n + 2);
        *p++ = '"';
        memcpy(p, s, n);
        p += n;
        *p++ = '"';
        count(w, p);
}

/* A number with a fraction is left to jansson, which knows how to write it so that it is read back as the same. */
static void put_real(struct json_out *w, const char *key, const json_t *value)
{
        CLEANUP(freep) char *s = json_dumps(value, JSON_ENCODE_ANY);

        count(w, put_start(w, key, 0));
        put(w, s ? s : "null");
}

static void put_members(struct json_out *w, json_t *object)
{
        for (void *k = json_object_iter(object); k; k = json_object_iter_next(object, k))
                json_out_value(w, json_object_iter_key(k), json_object_iter_value(k));
}

void json_out_value(struct json_out *w, const char *key, json_t *value)
{
        switch (json_typeof(value)) {
        case JSON_OBJECT:
                json_out_open(w, key, '{');
                put_members(w, value);
                json_out_close(w, '}');
                break;
        case JSON_ARRAY:
                json_out_open(w, key, '[');
                for (size_t k = 0; k < json_array_size(value); k++)
                        json_out_value(w, NULL, json_array_get(value, k));
                json_out_close(w, ']');
                break;
        case JSON_STRING: json_out_string(w, key, json_string_value(value)); break;
        case JSON_INTEGER: json_out_int(w, key, json_integer_value(value)); break;
        case JSON_REAL: put_real(w, key, value); break;
        case JSON_TRUE: json_out_bool(w, key, true); break;
        case JSON_FALSE: json_out_bool(w, key, false); break;
        case JSON_NULL: json_out_null(w, key); break;
        }
}
