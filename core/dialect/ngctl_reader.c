/*
 * ngctl_reader.c - lines, words and comments.
 *
 * FreeBSD's reader knows one kind of comment, a '#' that is a line's first byte, and no quotes. Comments that people
 * write all the same, indented ones and C's, are left out by a friendly ngctl, which says so.
 */
#include <errno.h>
#include <string.h>

#include "core/dialect/ngctl_parts.h"

#define BLANKS    " \t\r\n\v\f"
#define DEPTH_MAX 16 /* of files that read each other */

void ngreader_words_done(struct reader_words *w)
{
        free(w->copy);
        w->copy = NULL;
        w->count = 0;
}

static void say_comment(struct ngctl *n)
{
        say_meaning(n,
                    "comments that are indented, behind a command or between /* and */ are left out (to FreeBSD's "
                    "ngctl they are commands)");
}

/* Blanks C's comments, which may go on over lines. One begins where a word does. */
static void blank_comments(struct ngctl *n, char *line)
{
        bool is_start = true;

        for (char *s = line; *s; s++) {
                if (!n->in_comment && is_start && s[0] == '/' && s[1] == '*') {
                        n->in_comment = true;
                        n->comment_line = n->line_number;
                        n->comment_column = (unsigned)(s - line) + 1;
                        say_comment(n);
                        s[0] = s[1] = ' ';
                        s++;
                } else if (n->in_comment) {
                        if (s[0] == '*' && s[1] == '/') {
                                n->in_comment = false;
                                *s++ = ' ';
                        }
                        *s = ' ';
                }
                is_start = strchr(BLANKS, *s) != NULL;
        }
}

/* Cuts the rest off at a word that begins a comment. */
static void cut_comment(struct ngctl *n, char *line, bool is_file)
{
        char *s = line + strspn(line, BLANKS);

        /* A C comment's middle whose first line was lost: no command begins with a star. */
        if (s[0] == '*' && (!s[1] || strchr(BLANKS "*/", s[1]))) {
                say_comment(n);
                *s = '\0';
        }
        for (; *s; s += strcspn(s, BLANKS), s += strspn(s, BLANKS)) {
                if (*s != '#')
                        continue;
                if (s != line || !is_file)
                        say_comment(n);
                *s = '\0';
                return;
        }
}

int ngreader_split(struct ngctl *n, const char *line, bool is_file, struct reader_words *ret)
{
        char *save = NULL;

        ret->copy = xstrdup(line);
        if (n->d->is_strict) {
                if (is_file && line[0] == '#')
                        ret->copy[0] = '\0';
        } else {
                blank_comments(n, ret->copy);
                cut_comment(n, ret->copy, is_file);
        }
        for (char *w = strtok_r(ret->copy, BLANKS, &save); w; w = strtok_r(NULL, BLANKS, &save)) {
                if (ret->count == WORDS_MAX)
                        return tell_line(n, NGCTL_USAGE, "a line has more than %d words", WORDS_MAX);
                ret->words[ret->count++] = w;
        }
        ret->words[ret->count] = NULL;
        return NGCTL_DONE;
}

static int run_line(struct ngctl *n, const char *line, bool is_file)
{
        struct reader_words w = {0};
        int status = ngreader_split(n, line, is_file, &w);

        if (status == NGCTL_DONE && w.count > 0)
                status = ngctl_run_words(n, w.count, w.words);
        ngreader_words_done(&w);
        return status;
}

int ngctl_line(struct ngctl *n, const char *line)
{
        if (strlen(line) >= NGCTL_LINE_SIZE)
                return tell_line(n, NGCTL_USAGE, "the line has %zu bytes; at most %d are taken", strlen(line),
                                 NGCTL_LINE_SIZE - 1);
        return run_line(n, line, false);
}

bool ngctl_in_comment(const struct ngctl *n)
{
        return n->in_comment;
}

/* -- Files ------------------------------------------------------------------------------------------------------- */

struct source {
        const char *name; /* for errors */
        const char *at, *end;
        unsigned number; /* of the line */
};

/*
 * The next line, at most one buffer of it as FreeBSD's has. A friendly ngctl refuses what would be cut or is no text.
 */
static int next_line(struct ngctl *n, struct source *s, char ret[NGCTL_LINE_SIZE], bool *ret_is_end)
{
        size_t rest = (size_t)(s->end - s->at);
        const char *newline = memchr(s->at, '\n', rest);
        size_t length = newline ? (size_t)(newline - s->at) + 1 : rest, whole = length;

        *ret_is_end = rest == 0;
        if (rest == 0)
                return NGCTL_DONE;
        if (length >= NGCTL_LINE_SIZE)
                length = NGCTL_LINE_SIZE - 1;
        memcpy(ret, s->at, length);
        ret[length] = '\0';
        s->at += length;
        s->number++;
        if (n->d->is_strict)
                return NGCTL_DONE;
        if (whole > length)
                return tell_line(n, NGCTL_USAGE, "a line has more than %d bytes; FreeBSD would cut it",
                                 NGCTL_LINE_SIZE - 1);
        if (strlen(ret) != length)
                return tell_line(n, NGCTL_USAGE, "a line has a NUL byte; this is no file of commands");
        return NGCTL_DONE;
}

/* Under --strict each line is done before the next one is read, and stays done. */
static int line_is_done(struct ngctl *n)
{
        struct dialect *d = n->d;
        struct err e = {0};

        if (!d->is_strict || d->requests == 0 || !d->services || !d->services->commit)
                return NGCTL_DONE;

        int r = d->services->commit(d, &e);

        if (r == 0) {
                ngctl_begin(n, d);
                return NGCTL_DONE;
        }
        dialect_restart(d, d->live);
        ngctl_begin(n, d);
        return r < 0 ? tell_errno(n, "send msg", r, &e) : NGCTL_FAILED; /* told by the front end */
}

static int run_source(struct ngctl *n, struct source *s)
{
        char line[NGCTL_LINE_SIZE];
        bool is_end = false;
        int status = NGCTL_DONE;

        while (status == NGCTL_DONE) {
                status = next_line(n, s, line, &is_end);
                n->line_number = s->number;
                if (is_end)
                        return NGCTL_DONE;
                if (status == NGCTL_DONE)
                        status = run_line(n, line, true);
                if (status == NGCTL_DONE)
                        dialect_mark_line(n->d, s->name, s->number);
                if (status == NGCTL_DONE)
                        status = line_is_done(n);
        }
        if (n->d->is_strict)
                (void)tell_line(n, status, "line %u: error in file", s->number);
        else if (status != NGCTL_QUIT)
                (void)tell_line(n, status, "line %u: error in file %s; nothing that it asks for is done", s->number,
                                s->name);
        return status;
}

int ngreader_file(struct ngctl *n, const char *path, bool is_top)
{
        const struct dialect_services *services = n->d->services;
        CLEANUP(freep) char *bytes = NULL;
        size_t length = 0;
        struct err e = {0};
        bool in_comment = n->in_comment;
        int r = services && services->read_file ? services->read_file(n->d, path, &bytes, &length, &e) : -ENOSYS;

        if (r == 0 && n->depth == DEPTH_MAX)
                r = -EMFILE;
        if (r == -ENOSYS)
                return tell_line(n, NGCTL_FAILED, "%s: no other file is read here; name it beside this one", path);
        if (r < 0)
                return tell_line(n, is_top ? NGCTL_NO_INPUT : NGCTL_FAILED, "%s: %s", path, freebsd_strerror(r));

        struct source s = {.name = strcmp(path, "-") == 0 ? "standard input" : path, .at = bytes};

        s.end = s.at + length;
        n->depth++;
        n->in_comment = false;

        int status = run_source(n, &s);

        if (status == NGCTL_DONE && n->in_comment)
                status = tell_line(n, NGCTL_USAGE,
                                   "%s: this file ends in a comment; it was opened at line %u, column %u", s.name,
                                   n->comment_line, n->comment_column);
        n->in_comment = in_comment;
        n->depth--;
        return status;
}
