/* json_out.c - JSON on a stream that may be a terminal, written as it is told. */
#include "ui/cli/json_out.h"

#include <errno.h>
#include <string.h>

#include "core/base/text.h"

static const char hex_digits[] = "0123456789abcdef";

static __attribute__((noinline)) void flush(struct json_out *w)
{
        if (w->length && fwrite(w->bytes, 1, w->length, w->out) != w->length)
                w->result = -EIO;
        w->length = 0;
}

/* Room for n bytes, at most what the buffer has in all, that the caller fills. */
static inline char *reserve(struct json_out *w, size_t n)
{
        char *p;

        if (__builtin_expect(n > sizeof(w->bytes) - w->length, 0))
                flush(w);
        p = w->bytes + w->length;
        w->length += n;
        return p;
}

static void put_n(struct json_out *w, const char *s, size_t n)
{
        if (n <= sizeof(w->bytes)) {
                memcpy(reserve(w, n), s, n);
                return;
        }
        flush(w);
        if (fwrite(s, 1, n, w->out) != n)
                w->result = -EIO;
}

static void put(struct json_out *w, const char *s)
{
        put_n(w, s, strlen(s));
}

static inline void put_char(struct json_out *w, char c)
{
        *reserve(w, 1) = c;
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

/* How many bytes from here on are letters of ASCII that need no thought. */
static size_t plain_length(const char *s)
{
        size_t n = 0;

        while ((unsigned char)(s[n] - ' ') < 0x7f - ' ' && s[n] != '"' && s[n] != '\\')
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

/* n: how much of it is plain. */
static inline void put_quoted(struct json_out *w, const char *s, size_t n)
{
        char *p;

        if (s[n] != '\0' || n + 2 > sizeof(w->bytes)) {
                put_with_escapes(w, s);
                return;
        }
        p = reserve(w, n + 2);
        p[0] = '"';
        memcpy(p + 1, s, n);
        p[n + 1] = '"';
}

/* What stands in front of a value. A key needs no escapes. */
static inline void put_start(struct json_out *w, const char *key)
{
        size_t n = key ? strlen(key) : 0;
        bool has_comma = !w->is_first;
        char *p;

        if (w->is_indented) {
                if (has_comma)
                        put_char(w, ',');
                if (w->depth)
                        put_line(w);
                has_comma = false;
        }
        w->is_first = false;
        p = reserve(w, has_comma + (key ? n + 3 : 0));
        if (has_comma)
                *p++ = ',';
        if (!key)
                return;
        *p = '"';
        memcpy(p + 1, key, n + 1); /* its end is written over */
        p[n + 1] = '"';
        p[n + 2] = ':';
        if (w->is_indented)
                put_char(w, ' ');
}

void json_out_begin(struct json_out *w, FILE *out, bool is_indented)
{
        w->out = out;
        w->is_indented = is_indented;
        w->is_first = true;
        w->depth = 0;
        w->result = 0;
        w->length = 0; /* the bytes are left as they are */
}

int json_out_end(struct json_out *w)
{
        put_char(w, '\n');
        flush(w);
        return w->result;
}

void json_out_begin_second(struct json_out *w, FILE *out, const struct json_out *first)
{
        json_out_begin(w, out, first->is_indented);
        w->depth = first->depth;
        w->is_first = false;
}

int json_out_end_with(struct json_out *first, const char *second, size_t size)
{
        put_n(first, second, size);
        flush(first);
        return first->result;
}

void json_out_open(struct json_out *w, const char *key, char bracket)
{
        put_start(w, key);
        put_char(w, bracket);
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

void json_out_null(struct json_out *w, const char *key)
{
        put_start(w, key);
        memcpy(reserve(w, 4), "null", 4);
}

void json_out_bool(struct json_out *w, const char *key, bool value)
{
        put_start(w, key);
        if (value)
                memcpy(reserve(w, 4), "true", 4);
        else
                memcpy(reserve(w, 5), "false", 5);
}

void json_out_int(struct json_out *w, const char *key, int64_t value)
{
        uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;
        char s[20], *end = s + sizeof(s), *p = end;

        put_start(w, key);
        do
                *--p = (char)('0' + rest % 10);
        while ((rest /= 10) > 0);
        if (value < 0)
                *--p = '-';
        put_n(w, p, (size_t)(end - p));
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

        put_start(w, key);
        for (size_t k = 0; k < 8; k++)
                s[k + 1] = hex_digits[id >> (28 - 4 * k) & 15];
        put_n(w, s, sizeof(s));
}

void json_out_string(struct json_out *w, const char *key, const char *s)
{
        CLEANUP(text_done) struct text visible = {0};

        if (!s) {
                json_out_null(w, key);
                return;
        }
        put_start(w, key);

        size_t n = plain_length(s);

        if (s[n] != '\0' && !is_utf8(s)) {
                text_put_visible(&visible, s);
                s = text_str(&visible);
                n = plain_length(s);
        }
        put_quoted(w, s, n);
}

/* A number with a fraction is left to jansson, which knows how to write it so that it is read back as the same. */
static void put_real(struct json_out *w, const char *key, const json_t *value)
{
        CLEANUP(freep) char *s = json_dumps(value, JSON_ENCODE_ANY);

        put_start(w, key);
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
