/* jailconf_lex.c - jail.conf's tokens: words, quoted strings, variables, escapes and comments. */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "core/base/intl.h"
#include "core/dialect/jailconf_parts.h"

#define OCTAL_DIGITS 3
#define HEX_DIGITS   2

int conf_fail(struct jailconf *c, struct conf_file *f, size_t at, struct err *e, const char *fmt, ...)
{
        unsigned line, column, until, unused;
        va_list ap;

        va_start(ap, fmt);
        CLEANUP(freep) char *sentence = xvasprintf(intl_text(fmt), ap);
        va_end(ap);
        c->failed = f;
        if (!f)
                return err_set(e, -EINVAL, "%s", sentence);
        if (!f->long_close || at < f->long_open)
                return source_fail(&f->source, at, e, "%s", sentence);
        source_place(&f->source, f->long_open, &line, &column);
        source_place(&f->source, f->long_close, &until, &unused);
        return source_fail(&f->source, at, e,
                           "%s (the quote that was opened at line %u, column %u ends at line %u: is one lost there?)",
                           sentence, line, column, until);
}

/* Bytes above ASCII are letters of some language. */
static bool is_word(char c)
{
        return isalnum((unsigned char)c) || (unsigned char)c >= 0x80 || (c && strchr("_!%&()-.:<>?@[]^`|~", c));
}

static bool is_blank(char c)
{
        return c && strchr(" \t\n\r\v\f", c);
}

/* The byte at a place; NUL at the end (a NUL in the text was refused before). */
static char byte(const struct conf_file *f, size_t at)
{
        return at < f->source.length ? f->source.text[at] : '\0';
}

/* White space and comments. */
static int skip_blank(struct jailconf *c, struct conf_file *f, struct err *e)
{
        for (;;) {
                size_t at = f->next;

                if (is_blank(byte(f, at))) {
                        f->next++;
                } else if (byte(f, at) == '#' || (byte(f, at) == '/' && byte(f, at + 1) == '/')) {
                        while (f->next < f->source.length && byte(f, f->next) != '\n')
                                f->next++;
                } else if (byte(f, at) == '/' && byte(f, at + 1) == '*') {
                        f->next += 2;
                        while (byte(f, f->next) != '*' || byte(f, f->next + 1) != '/')
                                if (f->next++ >= f->source.length)
                                        return conf_fail(c, f, at, e,
                                                         "this comment is never closed; write */ where it ends");
                        f->next += 2;
                } else {
                        return 0;
                }
        }
}

/* What a backslash and the bytes behind it stand for, put into t. */
static int take_escape(struct jailconf *c, struct conf_file *f, struct text *t, struct err *e)
{
        static const char letters[] = "abfnrtv", bytes[] = "\a\b\f\n\r\t\v";
        size_t from = f->next++;
        char x = byte(f, f->next);
        const char *letter = x ? strchr(letters, x) : NULL;
        unsigned value = 0;
        int digits = 0;

        if (f->next >= f->source.length)
                return conf_fail(c, f, from, e, "nothing stands behind this backslash");
        if (x >= '0' && x <= '7') {
                for (; digits < OCTAL_DIGITS && byte(f, f->next) >= '0' && byte(f, f->next) <= '7'; digits++)
                        value = value * 8 + (unsigned)(byte(f, f->next++) - '0');
        } else if (x == 'x' && isxdigit((unsigned char)byte(f, f->next + 1))) {
                for (f->next++; digits < HEX_DIGITS && isxdigit((unsigned char)byte(f, f->next)); digits++) {
                        char digit = (char)tolower((unsigned char)byte(f, f->next++));

                        value = value * 16 + (unsigned)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
                }
        }
        if (digits) {
                if (!(value & 0xff))
                        return conf_fail(c, f, from, e, "this stands for a NUL byte, which no value can have");
                text_put_char(t, (char)(value & 0xff));
                return 0;
        }
        f->next++;
        if (x == '\r' && byte(f, f->next) == '\n')
                f->next++;
        else if (x != '\n')
                text_put_char(t, letter ? bytes[letter - letters] : x);
        return 0;
}

struct builder {
        struct conf_piece *pieces;
        size_t count, capacity;
        unsigned parts;
        bool is_quoted;
        struct text text; /* of the piece that is being written */
        size_t text_at;
};

static void end_text(struct jailconf *c, struct builder *b)
{
        if (!b->text.length)
                return;
        b->pieces = array_grow(b->pieces, &b->capacity, b->count, sizeof(*b->pieces));
        b->pieces[b->count++] =
                (struct conf_piece){.text = arena_strdup(&c->arena, text_str(&b->text)), .at = b->text_at};
        text_clear(&b->text);
}

/* At a '$': $name or ${name}; another one is a character. */
static int take_variable(struct jailconf *c, struct conf_file *f, struct builder *b, struct err *e)
{
        size_t at = f->next++, from = f->next, to = from;
        bool has_brace = byte(f, from) == '{';

        if (has_brace) {
                for (to = ++from; byte(f, to) && byte(f, to) != '}' && byte(f, to) != '\n' && byte(f, to) != '{'; to++)
                        ;
                if (byte(f, to) != '}')
                        return conf_fail(c, f, at, e, "this ${ is never closed; write ${NAME}, on one line");
                if (to == from)
                        return conf_fail(c, f, at, e, "this ${} has no name; write ${NAME}");
                f->next = to + 1;
        } else {
                if (!isdigit((unsigned char)byte(f, from)))
                        for (; isalnum((unsigned char)byte(f, to)) || byte(f, to) == '_'; to++)
                                ;
                if (to == from) {
                        text_put_char(&b->text, '$');
                        return 0;
                }
                f->next = to;
        }
        end_text(c, b);

        CLEANUP(freep) char *name = xstrndup(f->source.text + from, to - from);

        b->pieces = array_grow(b->pieces, &b->capacity, b->count, sizeof(*b->pieces));
        b->pieces[b->count++] =
                (struct conf_piece){.text = arena_strdup(&c->arena, name), .is_variable = true, .at = at};
        return 0;
}

static int take_quoted(struct jailconf *c, struct conf_file *f, struct builder *b, struct err *e)
{
        size_t at = f->next;
        char quote = byte(f, f->next++);
        bool is_long = false;
        int r = 0;

        b->is_quoted = true;
        while (r == 0 && byte(f, f->next) != quote) {
                char x = byte(f, f->next);

                if (f->next >= f->source.length)
                        return conf_fail(c, f, at, e, "this quote is never closed; write another %c where it ends",
                                         quote);
                is_long = is_long || (x == ';' && (byte(f, f->next + 1) == '\n' || byte(f, f->next + 1) == '\r'));
                if (x == '\\')
                        r = take_escape(c, f, &b->text, e);
                else if (x == '$' && quote == '"')
                        r = take_variable(c, f, b, e);
                else if (x == '\r' && byte(f, f->next + 1) == '\n')
                        f->next++; /* a line's end is one byte, however the file was saved */
                else
                        text_put_char(&b->text, byte(f, f->next++));
        }
        if (is_long && !f->long_close) {
                f->long_open = at;
                f->long_close = f->next;
        }
        f->next++;
        return r;
}

/* One part of a string; 0 when there is none here. */
static int take_part(struct jailconf *c, struct conf_file *f, struct builder *b, struct err *e)
{
        char x = byte(f, f->next);
        char y = byte(f, f->next + 1);
        int r = 0;

        if (!b->text.length)
                b->text_at = f->next;
        if (x == '"' || x == '\'')
                r = take_quoted(c, f, b, e);
        else if (x == '\\')
                r = take_escape(c, f, &b->text, e);
        else if (x == '$')
                r = take_variable(c, f, b, e);
        else if (is_word(x))
                while (is_word(byte(f, f->next)))
                        text_put_char(&b->text, byte(f, f->next++));
        else if (x == '*' || (x == '+' && y != '=') || (x == '/' && y != '/' && y != '*'))
                text_put_char(&b->text, byte(f, f->next++));
        else
                return 0;
        return r < 0 ? r : 1;
}

static int take_string(struct jailconf *c, struct conf_file *f, struct err *e)
{
        struct builder b = {0};
        size_t at = f->next;
        int r;

        while ((r = take_part(c, f, &b, e)) > 0)
                b.parts++;
        end_text(c, &b);
        if (r == 0 && b.parts == 0)
                r = conf_fail(c, f, at, e, "this character cannot stand here; put the value in quotes");
        if (r == 0)
                f->string = (struct conf_string){
                        .pieces = b.count ? arena_memdup(&c->arena, b.pieces, b.count * sizeof(*b.pieces)) : NULL,
                        .count = b.count,
                        .parts = b.parts,
                        .is_quoted = b.is_quoted,
                        .at = at,
                        .end = f->next};
        free(b.pieces);
        text_done(&b.text);
        return r;
}

int conf_next(struct jailconf *c, struct conf_file *f, struct err *e)
{
        static const struct {
                char c;
                enum conf_token token;
        } marks[] = {
                {';', TOKEN_SEMICOLON}, {',', TOKEN_COMMA}, {'=', TOKEN_SET}, {'{', TOKEN_OPEN}, {'}', TOKEN_CLOSE},
        };
        int r = skip_blank(c, f, e);

        if (r < 0)
                return r;
        f->at = f->next;
        f->token = TOKEN_END;
        if (f->next >= f->source.length) {
                f->end = f->next;
                return 0;
        }
        for (size_t i = 0; i < ARRAY_SIZE(marks); i++)
                if (byte(f, f->next) == marks[i].c)
                        f->token = marks[i].token;
        if (f->token != TOKEN_END) {
                f->next++;
        } else if (byte(f, f->next) == '+' && byte(f, f->next + 1) == '=') {
                f->token = TOKEN_ADD;
                f->next += 2;
        } else {
                f->token = TOKEN_STRING;
                r = take_string(c, f, e);
        }
        f->end = f->next;
        return r;
}
