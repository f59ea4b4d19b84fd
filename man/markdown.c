/*
 * markdown.c - what docs/ uses of Markdown, as mdoc: headings, paragraphs, lists, tables, blocks and spans of code.
 *
 * A table becomes a list: its first column is what is explained. A span of code becomes the macro of what it is: an
 * option, a path, a variable, a placeholder, a command.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "man/mdoc.h"

#define CELLS_MAX 6

/* -- Spans ------------------------------------------------------------------------------------------------------- */

static bool is_placeholder(const char *s)
{
        bool has_letter = false;

        for (; *s; s++) {
                if (!isupper((unsigned char)*s) && !isdigit((unsigned char)*s) && !strchr("_:/.|-", *s))
                        return false;
                has_letter = has_letter || isupper((unsigned char)*s);
        }
        return has_letter;
}

/* The macro of what the code is, with signs that open in front of it: "( Cm x" is not mdoc's, "Cm ( x" is. */
static void put_code(struct text *t, const char *code, const char *open)
{
        bool is_word = !strchr(code, ' '), is_option = is_word && code[0] == '-' && code[1];

        if (is_option)
                text_put(t, "Fl ");
        else if (is_word && (code[0] == '/' || str_has_prefix(code, "docs/")))
                text_put(t, "Pa ");
        else if (is_word && (str_has_prefix(code, "JAILNET_") || strcmp(code, "NO_COLOR") == 0))
                text_put(t, "Ev ");
        else if (is_word && is_placeholder(code))
                text_put(t, "Ar ");
        else
                text_put(t, is_word ? "Cm " : "Ql ");
        text_put(t, open);
        mdoc_put_args(t, code + is_option);
}

/* Text behind a span: punctuation stands by itself, anything else is glued on. */
static void put_tail(struct text *t, const char *s, size_t n)
{
        while (n > 0 && strchr(".,:;)]?!", *s)) {
                text_putf(t, " %c", *s++);
                n--;
        }
        if (n == 0)
                return;

        CLEANUP(freep) char *rest = xstrndup(s, n);

        text_put(t, " Ns No ");
        mdoc_put_args(t, rest);
}

static size_t span_length(const char *s, const char *mark) /* with its marks; 0: it is not closed */
{
        size_t n = strlen(mark);
        const char *end = strncmp(s, mark, n) == 0 ? strstr(s + n, mark) : NULL;

        return end ? (size_t)(end - s) + n : 0;
}

static const char *const marks[] = {"``", "`", "**"};

/* The span that begins here, by its mark; 0: none does. */
static size_t find_span(const char *s, const char **ret_mark)
{
        for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
                size_t n = span_length(s, marks[i]);

                if (n > 2 * strlen(marks[i])) {
                        *ret_mark = marks[i];
                        return n;
                }
        }
        return 0;
}

/* The spans and text up to the next blank outside of them. */
static size_t run_length(const char *s, bool *ret_has_span)
{
        const char *p = s, *mark;

        *ret_has_span = false;
        while (*p && *p != ' ') {
                size_t n = find_span(p, &mark);

                *ret_has_span = *ret_has_span || n > 0;
                p += n > 0 ? n : 1;
        }
        return (size_t)(p - s);
}

static void put_bold(struct text *t, const char *words, const char *open)
{
        size_t n = strlen(words), kept = n;

        if (n > 2 && words[0] == '`' && words[n - 1] == '`') { /* code is bold anyway */
                CLEANUP(freep) char *code = xstrndup(words + 1, n - 2);

                put_code(t, code, open);
                return;
        }
        while (kept > 0 && strchr(".,:;", words[kept - 1]))
                kept--;

        CLEANUP(freep) char *bare = xstrndup(words, kept);

        text_putf(t, "Sy %s", open);
        mdoc_put_args(t, bare);
        put_tail(t, words + kept, n - kept);
}

static void put_run(struct mdoc *m, const char *s, size_t length)
{
        CLEANUP(text_done) struct text t = {0}, open = {0};
        CLEANUP(freep) char *run = xstrndup(s, length);
        const char *p = run, *mark = NULL;
        bool is_glued = false;

        text_put_char(&t, '.');
        for (; strchr("([", *p) && *p; p++)
                text_putf(&open, "%c ", *p);
        while (*p) {
                size_t n = find_span(p, &mark), width = n > 0 ? strlen(mark) : 0;

                if (n > 0) {
                        CLEANUP(freep) char *inner = xstrndup(p + width, n - 2 * width);
                        char *bare = inner + strspn(inner, " ");

                        if (is_glued)
                                text_put(&t, " Ns ");
                        if (*mark == '*')
                                put_bold(&t, bare, text_str(&open));
                        else
                                put_code(&t, bare, text_str(&open));
                } else {
                        while (p[n] && !find_span(p + n, &mark))
                                n++;
                        if (is_glued) {
                                put_tail(&t, p, n);
                        } else {
                                CLEANUP(freep) char *head = xstrndup(p, n);

                                text_putf(&t, "No %s", text_str(&open));
                                mdoc_put_args(&t, head);
                        }
                }
                text_clear(&open);
                is_glued = true;
                p += n;
        }
        mdoc_line(m, text_str(&t));
}

/* [text](place) as its text, and what Markdown has a backslash for as it is. */
static char *plain(const char *s)
{
        struct text t = {0};

        while (*s) {
                const char *close = *s == '[' ? strstr(s, "](") : NULL;
                const char *end = close ? strchr(close, ')') : NULL;

                if (end && !memchr(s, ' ', (size_t)(close - s))) {
                        text_put_n(&t, s + 1, (size_t)(close - s) - 1);
                        s = end + 1;
                } else if (*s == '\\' && s[1] && strchr("*|_", s[1])) {
                        text_put_char(&t, s[1]);
                        s += 2;
                } else {
                        text_put_char(&t, *s++);
                }
        }
        return t.s ? text_take(&t) : xstrdup("");
}

static void put_spans(struct mdoc *m, const char *markdown)
{
        CLEANUP(freep) char *text = plain(markdown);

        for (const char *p = text; *p;) {
                bool has_span;
                size_t n = run_length(p, &has_span);
                CLEANUP(freep) char *word = xstrndup(p, n);

                if (has_span)
                        put_run(m, p, n);
                else if (n > 0)
                        mdoc_word(m, word);
                p += n;
                p += strspn(p, " ");
        }
}

/* -- Blocks ------------------------------------------------------------------------------------------------------ */

struct reader {
        struct mdoc *m;
        char *rest;
        char *line;          /* the current one; NULL at the end */
        struct text pending; /* lines of a paragraph or of a list's row */
        bool is_in_list;
};

static void next_line(struct reader *r)
{
        r->line = strsep(&r->rest, "\n");
}

static void flush(struct reader *r)
{
        if (r->pending.length > 0)
                put_spans(r->m, text_str(&r->pending));
        text_clear(&r->pending);
}

static void end_list(struct reader *r)
{
        flush(r);
        if (r->is_in_list)
                mdoc_line(r->m, ".El");
        r->is_in_list = false;
}

static void put_heading(struct reader *r)
{
        bool is_section = str_has_prefix(r->line, "## ");
        char *title = strchr(r->line, ' ') + 1;

        end_list(r);
        for (char *c = title; is_section && *c; c++)
                *c = (char)toupper((unsigned char)*c);

        CLEANUP(text_done) struct text t = {0};

        mdoc_put_args(&t, title);
        mdoc_linef(r->m, "%s %s", is_section ? ".Sh" : ".Ss", text_str(&t));
        next_line(r);
}

static size_t split_cells(char *row, char *cells[CELLS_MAX])
{
        size_t count = 0;
        char *begin = row + 1, *p = begin;

        for (; *p && count < CELLS_MAX; p++) {
                if (*p != '|' || p[-1] == '\\')
                        continue;
                *p = '\0';
                begin += strspn(begin, " ");
                for (char *end = p; end > begin && end[-1] == ' ';)
                        *--end = '\0';
                cells[count++] = begin;
                begin = p + 1;
        }
        return count;
}

/* The second column says what is so; the ones behind it are told with their headings. */
static void put_table(struct reader *r)
{
        char *heads[CELLS_MAX], *cells[CELLS_MAX];
        size_t head_count = split_cells(r->line, heads);

        end_list(r);
        mdoc_line(r->m, ".Bl -tag -width Ds");
        next_line(r); /* the rule below the headings */
        for (next_line(r); r->line && *r->line == '|'; next_line(r)) {
                size_t count = split_cells(r->line, cells);
                CLEANUP(text_done) struct text tag = {0};

                /* What has a column "type" goes by both. */
                size_t at = count > 3 ? 2 : 1;

                for (size_t i = 0; i < at && i < count; i++)
                        text_putf(&tag, "%s%s", i ? " " : "", cells[i]);
                mdoc_line(r->m, ".It Xo");
                put_spans(r->m, text_str(&tag));
                mdoc_line(r->m, ".Xc");
                for (size_t i = at; i < count && i < head_count; i++) {
                        if (!*cells[i] || strcmp(cells[i], "none") == 0)
                                continue;
                        if (i > at && str_has_prefix(heads[i], "what differs") && *cells[i - 1]) {
                                mdoc_line(r->m, ".Pp");
                                mdoc_line(r->m, ".Em Differs :");
                        }
                        put_spans(r->m, cells[i]);
                }
        }
        mdoc_line(r->m, ".El");
}

static void put_fenced(struct reader *r)
{
        end_list(r);
        mdoc_line(r->m, ".Bd -literal -offset indent");
        for (next_line(r); r->line && !str_has_prefix(r->line, "```"); next_line(r))
                mdoc_literal_line(r->m, r->line);
        mdoc_line(r->m, ".Ed");
        next_line(r);
}

static void put_indented(struct reader *r)
{
        end_list(r);
        mdoc_line(r->m, ".Bd -literal -offset indent");
        for (; r->line && str_has_prefix(r->line, "    "); next_line(r))
                mdoc_literal_line(r->m, r->line + 4);
        mdoc_line(r->m, ".Ed");
}

static void put_row(struct reader *r)
{
        flush(r);
        if (!r->is_in_list)
                mdoc_line(r->m, ".Bl -bullet");
        r->is_in_list = true;
        mdoc_line(r->m, ".It");
        text_put(&r->pending, r->line + 2);
        next_line(r);
}

void mdoc_markdown(struct mdoc *m, const char *markdown)
{
        CLEANUP(freep) char *copy = xstrdup(markdown);
        struct reader r = {.m = m, .rest = copy};

        for (next_line(&r); r.line && (!*r.line || str_has_prefix(r.line, "# "));)
                next_line(&r);
        while (r.line) {
                if (str_has_prefix(r.line, "## ") || str_has_prefix(r.line, "### ")) {
                        put_heading(&r);
                } else if (*r.line == '|') {
                        put_table(&r);
                } else if (str_has_prefix(r.line, "```")) {
                        put_fenced(&r);
                } else if (str_has_prefix(r.line, "    ") && r.pending.length == 0) {
                        put_indented(&r);
                } else if (str_has_prefix(r.line, "- ") || str_has_prefix(r.line, "* ")) {
                        put_row(&r);
                } else if (!*r.line) {
                        flush(&r);
                        next_line(&r);
                } else {
                        if (r.is_in_list && r.pending.length == 0)
                                end_list(&r);
                        if (!r.is_in_list && r.pending.length == 0)
                                mdoc_line(m, ".Pp");
                        if (r.pending.length > 0)
                                text_put_char(&r.pending, ' ');
                        text_put(&r.pending, r.line + strspn(r.line, " "));
                        next_line(&r);
                }
        }
        end_list(&r);
        text_done(&r.pending);
}
