/* ngctl_value.c - the text form of netgraph's message arguments: numbers, strings, and structs in braces. */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "core/dialect/ngctl_parts.h"

void value_fields_done(struct value_fields *f)
{
        for (size_t i = 0; i < f->count; i++)
                free(f->fields[i].value);
        f->count = 0;
}

static const char *skip_blanks(const char *s)
{
        while (isspace((unsigned char)*s))
                s++;
        return s;
}

/* A quoted string from *at on, which ends up behind it. */
static int take_string(const char **at, struct text *ret)
{
        const char *s = *at + 1;

        for (; *s != '"'; s++) {
                if (*s == '\\' && s[1])
                        s++;
                if (!*s)
                        return -EINVAL;
                text_put_char(ret, *s);
        }
        *at = s + 1;
        return 0;
}

/* An array or a struct inside of one, as it stands. */
static int take_nested(const char **at, struct text *ret)
{
        const char *s = *at;
        unsigned depth = 0;

        do {
                if (*s == '"') {
                        CLEANUP(text_done) struct text ignored = {0};
                        const char *begin = s;

                        if (take_string(&s, &ignored) < 0)
                                return -EINVAL;
                        text_put_n(ret, begin, (size_t)(s - begin));
                        continue;
                }
                if (!*s)
                        return -EINVAL;
                if (*s == '{' || *s == '[')
                        depth++;
                else if (*s == '}' || *s == ']')
                        depth--;
                text_put_char(ret, *s++);
        } while (depth);
        *at = s;
        return 0;
}

static int take_value(const char **at, struct text *ret)
{
        if (**at == '"')
                return take_string(at, ret);
        if (**at == '{' || **at == '[')
                return take_nested(at, ret);

        size_t length = strcspn(*at, " \t{}[]=\"");

        if (!length)
                return -EINVAL;
        text_put_n(ret, *at, length);
        *at += length;
        return 0;
}

int value_parse_struct(const char *text, struct value_fields *ret)
{
        const char *s = skip_blanks(text);

        if (*s++ != '{')
                return -EINVAL;
        for (s = skip_blanks(s); *s != '}'; s = skip_blanks(s)) {
                CLEANUP(text_done) struct text value = {0};
                size_t length = strcspn(s, "= \t{}[]\"");
                struct value_field *f = &ret->fields[ret->count];

                if (ret->count == VALUE_FIELDS_MAX || length == 0 || length >= sizeof(f->name) || s[length] != '=')
                        return -EINVAL;
                memcpy(f->name, s, length);
                f->name[length] = '\0';
                s += length + 1;
                if (take_value(&s, &value) < 0)
                        return -EINVAL;
                f->value = value.s ? text_take(&value) : xstrdup("");
                ret->count++;
        }
        return *skip_blanks(s + 1) ? -EINVAL : 0;
}

const char *value_get(const struct value_fields *f, const char *name)
{
        for (size_t i = f->count; i-- > 0;)
                if (strcmp(f->fields[i].name, name) == 0)
                        return f->fields[i].value;
        return NULL;
}

int value_parse_string(const char *text, char *ret, size_t size)
{
        CLEANUP(text_done) struct text t = {0};
        const char *s = skip_blanks(text);

        if (take_value(&s, &t) < 0 || *skip_blanks(s) || t.length >= size)
                return -EINVAL;
        memcpy(ret, text_str(&t), t.length + 1);
        return 0;
}

int value_parse_number(const char *text, int64_t min, int64_t max, int64_t *ret)
{
        char *end;

        text = skip_blanks(text);
        if (!*text)
                return -EINVAL;
        errno = 0;

        long long value = strtoll(text, &end, 0);

        if (errno || end == text || *skip_blanks(end) || value < min || value > max)
                return -EINVAL;
        *ret = value;
        return 0;
}
