/* rcconf.c - assignments of a shell file, read without a shell. */
#include "core/dialect/rcconf.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "core/base/intl.h"

#define VALUE_MAX 65536 /* a value that names itself again and again would double with each line */

struct reader {
        struct source *s;
        struct rc_file *f;
        size_t at;
        size_t last_quote, last_quote_end; /* the last quoted piece that spans lines or holds a '=' */
};

/* A value under way: bytes, and where each came from. */
struct value {
        struct text bytes;
        size_t *places;
        size_t capacity;
};

static void value_done(struct value *v)
{
        text_done(&v->bytes);
        free(v->places);
}

static int value_put(struct reader *r, struct value *v, char c, size_t place, struct err *e)
{
        if (v->bytes.length >= VALUE_MAX)
                return source_fail(r->s, place, e, "the value is longer than %d bytes; make it shorter", VALUE_MAX);
        v->places = array_grow(v->places, &v->capacity, v->bytes.length + 1, sizeof(*v->places));
        v->places[v->bytes.length] = place;
        text_put_char(&v->bytes, c);
        return 0;
}

static char peek(const struct reader *r, size_t ahead)
{
        return r->at + ahead < r->s->length ? r->s->text[r->at + ahead] : '\0';
}

static bool at_end(const struct reader *r)
{
        return r->at >= r->s->length;
}

static bool is_name_start(char c)
{
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_name(char c)
{
        return is_name_start(c) || (c >= '0' && c <= '9');
}

static size_t name_length(const struct reader *r, size_t from)
{
        size_t n = 0;

        if (from < r->s->length && is_name_start(r->s->text[from]))
                while (from + n < r->s->length && is_name(r->s->text[from + n]))
                        n++;
        return n;
}

static int refuse_nul(struct reader *r, struct err *e)
{
        return source_fail(r->s, r->at, e, "has a NUL byte; this is no file of assignments");
}

/* $NAME or ${NAME}: what an earlier line gave it. */
static int take_variable(struct reader *r, struct value *v, struct err *e)
{
        size_t place = r->at++;
        bool has_brace = peek(r, 0) == '{';

        if (peek(r, 0) == '(')
                return source_fail(r->s, place, e,
                                   "a command to be run; nothing of a file is executed: write its result instead");
        if (has_brace)
                r->at++;

        size_t n = name_length(r, r->at);

        if (n == 0)
                return source_fail(r->s, place, e, "$ without a variable's name; write \\$ for the character itself");

        CLEANUP(freep) char *name = xstrndup(r->s->text + r->at, n);
        const char *value = rcconf_value(r->f, name);

        r->at += n;
        if (has_brace) {
                if (at_end(r))
                        return source_fail(r->s, place, e, "${%s is not closed; write ${%s}", name, name);
                if (peek(r, 0) != '}')
                        return source_fail(r->s, r->at, e, "only ${%s} is read, without an operator; write the value",
                                           name);
                r->at++;
        }
        if (!value)
                return source_fail(r->s, place, e, "$%s: no line before this one sets it; write its value", name);
        for (; *value; value++) {
                int result = value_put(r, v, *value, place, e);

                if (result < 0)
                        return result;
        }
        return 0;
}

/* A quote that is open at the end; the one before it may be the one that was lost, when it went on over lines. */
static int fail_open(struct reader *r, size_t open, struct err *e)
{
        char quote = r->s->text[open];
        unsigned line, column, end, unused;

        source_place(r->s, r->last_quote, &line, &column);
        source_place(r->s, r->last_quote_end, &end, &unused);
        if (!r->last_quote_end || line == end)
                return source_fail(r->s, open, e, "the quote %c that is opened here is never closed; add one", quote);
        return source_fail(r->s, open, e,
                           "the quote %c that is opened here is never closed; or is one lost before? the one that was "
                           "opened at line %u, column %u goes on to line %u",
                           quote, line, column, end);
}

static int take_single(struct reader *r, struct value *v, struct err *e)
{
        size_t open = r->at++;

        for (;; r->at++) {
                if (at_end(r))
                        return fail_open(r, open, e);
                if (!peek(r, 0))
                        return refuse_nul(r, e);
                if (peek(r, 0) == '\'')
                        break;

                int result = value_put(r, v, peek(r, 0), r->at, e);

                if (result < 0)
                        return result;
        }
        r->at++;
        return 0;
}

static int take_double(struct reader *r, struct value *v, struct err *e)
{
        size_t open = r->at++;
        bool is_odd = false; /* it holds what a lost quote leaves behind */

        while (!at_end(r) && peek(r, 0) != '"') {
                char c = peek(r, 0);
                int result = 0;

                if (!c)
                        return refuse_nul(r, e);
                is_odd |= c == '\n' || c == '=';
                if (c == '`')
                        return source_fail(r->s, r->at, e,
                                           "a command to be run; nothing of a file is executed: write its result");
                if (c == '$') {
                        result = take_variable(r, v, e);
                } else if (c == '\\' && peek(r, 1) == '\n') {
                        r->at += 2;
                } else if (c == '\\' && peek(r, 1) == '\r' && peek(r, 2) == '\n') {
                        r->at += 3;
                } else if (c == '\\' && peek(r, 1) && strchr("\"\\$`", peek(r, 1))) {
                        result = value_put(r, v, peek(r, 1), r->at, e);
                        r->at += 2;
                } else if (c == '\r' && peek(r, 1) == '\n') {
                        r->at++;
                } else {
                        result = value_put(r, v, c, r->at, e);
                        r->at++;
                }
                if (result < 0)
                        return result;
        }
        if (at_end(r))
                return fail_open(r, open, e);
        r->at++;
        if (is_odd) {
                r->last_quote = open;
                r->last_quote_end = r->at;
        }
        return 0;
}

static int take_plain(struct reader *r, struct value *v, struct err *e)
{
        char c = peek(r, 0);
        int result = 0;

        if (!c)
                return refuse_nul(r, e);
        if (c == '`')
                return source_fail(r->s, r->at, e,
                                   "a command to be run; nothing of a file is executed: write its result");
        if (strchr("&|<>()", c))
                return source_fail(r->s, r->at, e, "'%c' is for commands; put the value into quotes", c);
        if (c == '\\' && peek(r, 1) == '\n') {
                r->at += 2;
                return 0;
        }
        if (c == '\\' && peek(r, 1)) {
                result = value_put(r, v, peek(r, 1), r->at, e);
                r->at += 2;
                return result;
        }
        result = value_put(r, v, c, r->at, e);
        r->at++;
        return result;
}

static bool is_value_end(const struct reader *r)
{
        char c = peek(r, 0);

        return source_is_line_end(r->s, r->at) || c == ' ' || c == '\t' || c == ';';
}

static int take_value(struct reader *r, struct value *v, struct err *e)
{
        while (!is_value_end(r)) {
                char c = peek(r, 0);
                int result;

                if (c == '\'')
                        result = take_single(r, v, e);
                else if (c == '"')
                        result = take_double(r, v, e);
                else if (c == '$')
                        result = take_variable(r, v, e);
                else
                        result = take_plain(r, v, e);
                if (result < 0)
                        return result;
        }
        return 0;
}

/* Blanks and continued lines; the end of a line ends an export. */
static void skip_blanks(struct reader *r, bool *is_line_new)
{
        for (;;) {
                char c = peek(r, 0);

                if (at_end(r))
                        return;
                if (c == ' ' || c == '\t') {
                        r->at++;
                } else if (c == '\n' || c == ';' || (c == '\r' && peek(r, 1) == '\n')) {
                        r->at++;
                        *is_line_new = true;
                } else if (c == '\\' && peek(r, 1) == '\n') {
                        r->at += 2;
                } else if (c == '\\' && peek(r, 1) == '\r' && peek(r, 2) == '\n') {
                        r->at += 3;
                } else if (c == '#') {
                        while (!source_is_line_end(r->s, r->at))
                                r->at++;
                } else {
                        return;
                }
        }
}

static int refuse_word(struct reader *r, struct err *e)
{
        CLEANUP(text_done) struct text word = {0};
        size_t n = 0;
        unsigned line, column;

        if (!peek(r, 0))
                return refuse_nul(r, e);
        while (n < 24 && r->at + n < r->s->length && !strchr(" \t\r\n;=", r->s->text[r->at + n]))
                n++;

        CLEANUP(freep) char *raw = xstrndup(r->s->text + r->at, n ? n : 1);

        text_put_visible(&word, raw);
        if (r->last_quote_end) {
                source_place(r->s, r->last_quote, &line, &column);
                return source_fail(r->s, r->at, e,
                                   "'%s' is not an assignment; is a quote lost? the last one was opened at line %u, "
                                   "column %u",
                                   text_str(&word), line, column);
        }
        return source_fail(r->s, r->at, e,
                           "'%s' is not an assignment; only NAME=\"value\" is read, nothing is executed",
                           text_str(&word));
}

static int take_assignment(struct reader *r, bool is_exported, size_t start, struct err *e)
{
        CLEANUP(value_done) struct value v = {0};
        size_t n = name_length(r, r->at), name = r->at;

        if (n == 0 || name + n >= r->s->length)
                return refuse_word(r, e);
        if (r->s->text[name + n] == '+' && name + n + 1 < r->s->length && r->s->text[name + n + 1] == '=')
                return source_fail(r->s, name + n, e, "+= is not known to FreeBSD's sh; write the whole value");
        if (r->s->text[name + n] != '=')
                return refuse_word(r, e);
        r->at = name + n + 1;

        int result = take_value(r, &v, e);

        if (result < 0)
                return result;
        v.places = array_grow(v.places, &v.capacity, v.bytes.length + 1, sizeof(*v.places));
        v.places[v.bytes.length] = v.bytes.length ? v.places[v.bytes.length - 1] + 1 : r->at;

        struct rc_file *f = r->f;
        CLEANUP(freep) char *copy = xstrndup(r->s->text + name, n);

        f->variables = array_grow(f->variables, &f->capacity, f->count, sizeof(*f->variables));
        f->variables[f->count++] = (struct rc_variable){
                .name = arena_strdup(&f->arena, copy),
                .value = arena_strdup(&f->arena, text_str(&v.bytes)),
                .places = arena_memdup(&f->arena, v.places, (v.bytes.length + 1) * sizeof(*v.places)),
                .start = start,
                .end = r->at,
                .is_exported = is_exported,
        };
        return 0;
}

int rcconf_read(struct source *s, struct rc_file *ret, struct err *e)
{
        struct reader r = {.s = s, .f = ret};
        bool is_line_new = true, is_exported = false;
        size_t start = 0;

        *ret = (struct rc_file){.source = s};
        for (;;) {
                skip_blanks(&r, &is_line_new);
                if (is_line_new)
                        is_exported = is_line_new = false;
                if (at_end(&r))
                        return 0;
                if (!is_exported)
                        start = r.at;

                size_t n = name_length(&r, r.at);
                char next = peek(&r, n);

                if (n == 6 && strncmp(s->text + r.at, "export", 6) == 0 && (next == ' ' || next == '\t')) {
                        is_exported = true;
                        r.at += n;
                        continue;
                }

                int result = take_assignment(&r, is_exported, start, e);

                if (result < 0)
                        return result;
                start = r.at;
        }
}

void rcconf_done(struct rc_file *f)
{
        free(f->variables);
        arena_done(&f->arena);
        *f = (struct rc_file){0};
}

/* -- Asking ------------------------------------------------------------------------------------------------------ */

const struct rc_variable *rcconf_find(const struct rc_file *f, const char *name)
{
        for (size_t i = f->count; i > 0; i--)
                if (strcmp(f->variables[i - 1].name, name) == 0)
                        return &f->variables[i - 1];
        return NULL;
}

const char *rcconf_value(const struct rc_file *f, const char *name)
{
        const struct rc_variable *v = rcconf_find(f, name);

        return v ? v->value : NULL;
}

const struct rc_variable *rcconf_findf(const struct rc_file *f, const char *fmt, ...)
{
        va_list ap;

        va_start(ap, fmt);
        CLEANUP(freep) char *name = xvasprintf(fmt, ap);
        va_end(ap);
        return rcconf_find(f, name);
}

bool rcconf_is_yes(const char *value)
{
        static const char *const yes[] = {"yes", "true", "on", "1"};

        for (size_t i = 0; value && i < ARRAY_SIZE(yes); i++)
                if (strcasecmp(value, yes[i]) == 0)
                        return true;
        return false;
}

int rcconf_wrap(const struct rc_file *f, const struct rc_variable *v, size_t at, struct err *e)
{
        size_t n = strlen(v->value);

        return source_wrap(f->source, v->places[at < n ? at : n], e);
}

int rcconf_fail(const struct rc_file *f, const struct rc_variable *v, size_t at, struct err *e, const char *fmt, ...)
{
        va_list ap;

        va_start(ap, fmt);
        CLEANUP(freep) char *sentence = xvasprintf(intl_text(fmt), ap);
        va_end(ap);

        CLEANUP(text_done) struct text t = {0};

        text_put_visible(&t, sentence);
        (void)err_set(e, -EINVAL, "%s", text_str(&t));
        return rcconf_wrap(f, v, at, e);
}

const char *rcconf_word(struct rc_file *f, const struct rc_variable *v, size_t *at, size_t *ret_at)
{
        static const char blanks[] = " \t\r\n";
        size_t from = *at + strspn(v->value + *at, blanks);
        size_t n = strcspn(v->value + from, blanks);

        *ret_at = from;
        *at = from + n;
        if (n == 0)
                return NULL;

        CLEANUP(freep) char *word = xstrndup(v->value + from, n);

        return arena_strdup(&f->arena, word);
}

/* -- Writing ----------------------------------------------------------------------------------------------------- */

void rcconf_put_quoted(struct text *t, const char *value)
{
        text_put_char(t, '"');
        for (; *value; value++) {
                if (strchr("\"\\$`", *value))
                        text_put_char(t, '\\');
                text_put_char(t, *value);
        }
        text_put_char(t, '"');
}

void rcconf_put(struct text *t, bool is_exported, const char *name, const char *value)
{
        text_putf(t, "%s%s=", is_exported ? "export " : "", name);
        rcconf_put_quoted(t, value);
        text_put_char(t, '\n');
}

const char *rcconf_mangle(struct arena *a, const char *iface)
{
        char *name = arena_strdup(a, iface);

        for (char *s = name; *s; s++)
                if (strchr(".-/+", *s))
                        *s = '_';
        return name;
}
