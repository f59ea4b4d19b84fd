/* mdoc.c - escapes and wraps for mdoc. */
#include "man/mdoc.h"

#include <ctype.h>
#include <string.h>

#define SYSTEM_NAME  "FreeBSD"
#define TEXT_COLUMNS 78 /* mandoc's own advice is to stay below 80 */

void mdoc_done(struct mdoc *m)
{
        text_done(&m->out);
}

static void end_line(struct mdoc *m)
{
        if (m->column > 0)
                text_put_char(&m->out, '\n');
        m->column = 0;
}

void mdoc_line(struct mdoc *m, const char *line)
{
        bool spaces = strcmp(line, ".Pp") == 0;

        if (spaces && m->is_spaced)
                return;
        end_line(m);
        for (size_t n = strlen(line);; n--) {
                if (n > 0 && line[n - 1] == ' ')
                        continue;
                text_put_n(&m->out, line, n);
                break;
        }
        text_put_char(&m->out, '\n');
        m->is_spaced = spaces || str_has_prefix(line, ".Sh") || str_has_prefix(line, ".Ss") ||
                str_has_prefix(line, ".It") || str_has_prefix(line, ".Bl");
}

void mdoc_linef(struct mdoc *m, const char *fmt, ...)
{
        CLEANUP(freep) char *line = NULL;
        va_list ap;

        va_start(ap, fmt);
        line = xvasprintf(fmt, ap);
        va_end(ap);
        mdoc_line(m, line);
}

static void put_escaped(struct text *t, const char *s, bool is_code)
{
        for (; *s; s++) {
                if (is_code && str_has_prefix(s, SYSTEM_NAME)) { /* a word of its own, not the system's macro */
                        text_put(t, "Free\\&BSD");
                        s += strlen(SYSTEM_NAME) - 1;
                } else if (*s == '\\')
                        text_put(t, "\\e");
                else if (*s == '"' && is_code)
                        text_put(t, "\\(dq");
                else if (*s == '-' && is_code)
                        text_put(t, "\\-");
                else if (*s == '\'' && is_code)
                        text_put(t, "\\(aq");
                else if (*s == '`' && is_code)
                        text_put(t, "\\(ga");
                else
                        text_put_char(t, *s);
        }
}

static bool ends_sentence(const char *word)
{
        size_t n = strlen(word);

        while (n > 1 && strchr(")\"'", word[n - 1]))
                n--;
        return n > 1 && strchr(".!?", word[n - 1]) && !str_has_prefix(word, "...");
}

/* "(FreeBSD's" as the macro that systems have. */
static bool put_system(struct mdoc *m, const char *word)
{
        CLEANUP(text_done) struct text t = {0};
        const char *name = strstr(word, SYSTEM_NAME), *behind = name ? name + strlen(SYSTEM_NAME) : NULL;

        if (!name)
                return false;
        text_put(&t, name > word ? ".No " : ".Fx");
        for (const char *p = word; p < name; p++)
                text_putf(&t, "\\&%c Ns %s", *p, p + 1 == name ? "Fx" : "No ");
        if (*behind && !strchr(".,:;)?!", *behind))
                text_put(&t, " Ns");
        for (; *behind && strchr(".,:;)?!", *behind); behind++)
                text_putf(&t, " %c", *behind);
        if (*behind)
                text_putf(&t, " %s", behind);
        mdoc_line(m, text_str(&t));
        return true;
}

void mdoc_word(struct mdoc *m, const char *word)
{
        size_t n = strlen(word);

        if (put_system(m, word))
                return;

        if (m->column > 0 && m->column + 1 + n > TEXT_COLUMNS)
                end_line(m);
        if (m->column > 0)
                text_put_char(&m->out, ' ');
        else if (*word == '.' || *word == '\'')
                text_put(&m->out, "\\&");
        put_escaped(&m->out, word, false);
        m->column += 1 + n;
        m->is_spaced = false;
        if (ends_sentence(word))
                end_line(m);
}

static void put_words(struct mdoc *m, const char *text, bool is_sentence)
{
        CLEANUP(freep) char *copy = xstrdup(text);
        char *rest = copy;
        size_t length = strlen(copy);

        if (is_sentence)
                *copy = (char)toupper((unsigned char)*copy);
        for (char *word; (word = strsep(&rest, " "));) {
                bool is_last = !rest;

                if (is_last && is_sentence && length > 0 && !strchr(".!?", text[length - 1])) {
                        CLEANUP(freep) char *stopped = xasprintf("%s.", word);

                        mdoc_word(m, stopped);
                } else if (*word) {
                        mdoc_word(m, word);
                }
        }
        if (is_sentence)
                end_line(m);
}

void mdoc_text(struct mdoc *m, const char *text)
{
        put_words(m, text, false);
}

void mdoc_sentence(struct mdoc *m, const char *text)
{
        put_words(m, text, true);
}

/* One that mdoc would take for a macro or for punctuation: two or three letters, the first one large; or a sign. */
static bool means_something(const char *word, size_t n)
{
        if (n == 1)
                return strchr("([.,:;)]?!|", *word);
        return (n == 2 || n == 3) && isupper((unsigned char)word[0]) && islower((unsigned char)word[1]);
}

void mdoc_put_args(struct text *t, const char *words)
{
        for (const char *p = words; *p;) {
                size_t n = strcspn(p, " ");
                CLEANUP(freep) char *word = xstrndup(p, n);

                if (means_something(p, n))
                        text_put(t, "\\&");
                put_escaped(t, word, true);
                p += n;
                if (!*p && n > 1 && strchr(".,:;)]?!", p[-1]))
                        text_put(t, "\\&"); /* its own, not the sentence's */
                if (*p)
                        text_put_char(t, *p++);
        }
}

static bool is_variable(const char *word)
{
        bool has_letter = false;

        for (; *word; word++) {
                if (islower((unsigned char)*word))
                        return false;
                has_letter = has_letter || isupper((unsigned char)*word);
        }
        return has_letter;
}

static void put_synopsis_word(struct text *t, char *word, bool is_glued)
{
        size_t n = strlen(word);
        bool has_dots = n >= 3 && strcmp(word + n - 3, "...") == 0;

        if (is_glued)
                text_put(t, "Ns ");
        if (has_dots)
                word[n - 3] = '\0';
        if (*word == '-') {
                text_put(t, word[1] ? "Fl " : "Fl");
                mdoc_put_args(t, word + 1);
        } else if (*word) {
                text_put(t, is_variable(word) ? "Ar " : "Cm ");
                mdoc_put_args(t, word);
        }
        if (has_dots)
                text_put(t, *word ? " Ns No ..." : "No ...");
}

void mdoc_put_synopsis(struct text *t, const char *synopsis)
{
        bool is_glued = false, is_first = true;

        for (const char *p = synopsis; *p;) {
                if (*p == ' ') {
                        is_glued = false;
                        p++;
                        continue;
                }
                if (!is_first)
                        text_put_char(t, ' ');
                is_first = false;
                if (*p == '|') {
                        text_put_char(t, *p++);
                        is_glued = false;
                        continue;
                }
                if (*p == '[') {
                        text_put(t, is_glued ? "Ns Oo" : "Oo");
                        is_glued = false;
                        p++;
                        continue;
                }
                if (*p == ']') {
                        text_put(t, "Oc");
                        is_glued = true;
                        p++;
                        continue;
                }

                size_t n = strcspn(p, " []|");
                CLEANUP(freep) char *word = xstrndup(p, n);

                put_synopsis_word(t, word, is_glued);
                is_glued = true;
                p += n;
        }
}

void mdoc_literal_line(struct mdoc *m, const char *line)
{
        end_line(m);
        if (*line == '.' || *line == '\'')
                text_put(&m->out, "\\&");
        put_escaped(&m->out, line, true);
        text_put_char(&m->out, '\n');
        m->is_spaced = false;
}
