/* ngimport.c - ngctl scripts: are they done already, else line by line. */
#include "core/dialect/ngimport.h"

#include <errno.h>
#include <string.h>

#include "core/dialect/ngctl.h"

#define BLANKS " \t\r\v\f"

/* The line at *at, which moves behind it; NULL at the end. Caller frees. */
static char *take_line(const struct source *s, size_t *at, size_t *ret_start)
{
        size_t end = *at;

        if (*at >= s->length)
                return NULL;
        while (!source_is_line_end(s, end))
                end++;
        *ret_start = *at;

        char *line = xstrndup(s->text + *at, end - *at);

        *at = end + 1 + (end < s->length && s->text[end] == '\r');
        return line;
}

/* A line's words; more than these are no matter here. */
#define LINE_WORDS 6

struct line {
        char *text;
        char *words[LINE_WORDS];
        size_t count;
};

static void line_done(struct line *l)
{
        free(l->text);
}

static struct line split(const char *text)
{
        struct line l = {.text = xstrdup(text)};
        char *save = NULL;

        for (char *w = strtok_r(l.text, " \t\v\f", &save); w && l.count < LINE_WORDS;
             w = strtok_r(NULL, " \t\v\f", &save))
                l.words[l.count++] = w;
        return l;
}

static bool is_command(const struct line *l, const char *name, size_t count)
{
        return l->count == count && strcmp(l->words[0], name) == 0;
}

static bool is_there(struct dialect *d, const char *name)
{
        const struct graph *g = dialect_graph(d);
        size_t jail = dialect_jail(d);

        return jail != NONE && graph_find_node_named(g, jail, name) != NONE;
}

/* "x", ".x" and ".:x": the peer over ngctl's own hook x. */
static bool is_own_path(const char *path, const char *hook)
{
        path += *path == '.';
        path += *path == ':';
        return strcmp(path, hook) == 0;
}

/* The name that the lines from `at` on give to what hangs from ngctl's own hook, before the hook is used again. */
static char *find_name(const struct source *s, size_t at, const char *hook)
{
        size_t start;
        char *found = NULL;
        bool is_over = false;

        while (!found && !is_over) {
                CLEANUP(freep) char *text = take_line(s, &at, &start);

                if (!text)
                        break;

                CLEANUP(line_done) struct line l = split(text);

                if (is_command(&l, "name", 3) && is_own_path(l.words[1], hook))
                        found = xstrdup(l.words[2]);
                is_over = is_command(&l, "mkpeer", 4) && strcmp(l.words[2], hook) == 0;
        }
        return found;
}

static bool names_later(const struct source *s, size_t at, const char *path)
{
        size_t start, length = strcspn(path, ":");
        bool is_found = false;

        while (!is_found) {
                CLEANUP(freep) char *text = take_line(s, &at, &start);

                if (!text)
                        break;

                CLEANUP(line_done) struct line l = split(text);

                is_found = is_command(&l, "name", 3) && strlen(l.words[2]) == length &&
                        strncmp(l.words[2], path, length) == 0;
        }
        return is_found;
}

/*
 * 1: it was done before. 0: its lines are to be looked at one by one. What a line makes is known again by the name that
 * a later one gives it; where ngctl's own hooks are given to nodes whose names come in another way, the names must be
 * there all or not at all.
 */
static int is_done(struct dialect *d, struct source *s, struct err *e)
{
        size_t at = 0, start = 0, there = 0, missing = 0, first = 0;
        bool is_clear = true;
        char absent[NODE_NAME_SIZE] = "";

        for (;;) {
                CLEANUP(freep) char *text = take_line(s, &at, &start);

                if (!text)
                        break;

                CLEANUP(line_done) struct line l = split(text);
                CLEANUP(freep) char *name = is_command(&l, "mkpeer", 4) ? find_name(s, at, l.words[2]) : NULL;

                is_clear &= !is_command(&l, "mkpeer", 4) || name;
                if (!is_command(&l, "name", 3))
                        continue;
                if (is_there(d, l.words[2])) {
                        there++;
                } else if (missing++ == 0) {
                        first = start;
                        (void)str_copy(absent, sizeof(absent), l.words[2]);
                }
        }
        if (is_clear)
                return 0;
        if (there && missing)
                return source_fail(s, first, e,
                                   "%s is not there, but other names of this script are; shut those down first, or run "
                                   "the line by jailnet ngctl",
                                   absent);
        return there > 0;
}

/* A line that makes what is there, or removes what is not or is made again behind it. */
static bool is_passed(struct ngctl *n, struct dialect *d, const struct source *s, size_t next, const char *text)
{
        CLEANUP(line_done) struct line l = split(text);

        if (is_command(&l, "shutdown", 2) && strchr(l.words[1], ':')) {
                CLEANUP(freep) char *name = xstrndup(l.words[1], strcspn(l.words[1], ":"));

                return names_later(s, next, l.words[1]) || (name[0] != '[' && name[0] != '.' && !is_there(d, name));
        }
        if (is_command(&l, "name", 3)) { /* by the name that it had before it got this one */
                size_t length = strlen(l.words[1]);
                CLEANUP(freep) char *old = xstrndup(l.words[1], length ? length - 1 : 0);

                return length > 1 && l.words[1][length - 1] == ':' && !strpbrk(old, ".:[") && !is_there(d, old) &&
                        is_there(d, l.words[2]);
        }
        if (!is_command(&l, "mkpeer", 4))
                return false;

        CLEANUP(freep) char *name = find_name(s, next, l.words[2]);

        return name && ngctl_adopt(n, l.words[2], l.words[3], name);
}

static void freengp(struct ngctl **n)
{
        ngctl_free(*n);
}

/* Where the word stands that the reason speaks of: the longest one of the line that it has; else the first word. */
static size_t blame(const char *line, const char *reason)
{
        size_t first = strspn(line, BLANKS), best = first, longest = 0;
        const char *bracket = strchr(reason, '('); /* what jailnet knows better than FreeBSD's words */

        reason = bracket ? bracket : reason;

        for (size_t at = first; line[at];) {
                size_t length = strcspn(line + at, BLANKS);
                CLEANUP(freep) char *word = xstrndup(line + at, length);

                if (length > longest && length > 1 && strstr(reason, word)) {
                        longest = length;
                        best = at;
                }
                at += length;
                at += strspn(line + at, BLANKS);
        }
        return best;
}

/* What ngctl has said of a line goes into the refusal; what it said of lines before stays said. */
static int refuse(struct dialect *d, struct source *s, size_t start, const char *line, size_t said, struct err *e)
{
        static const char prefix[] = "ngctl: ";
        const char *all = text_str(&d->said);
        size_t end = d->said.length, from = said;

        while (end > from && all[end - 1] == '\n')
                end--;
        for (size_t i = from; i < end; i++) /* its last line: there may be what a line was taken for before */
                if (all[i] == '\n')
                        from = i + 1;

        CLEANUP(freep) char *reason = xstrndup(all + from, end - from);
        CLEANUP(freep) char *before = xstrndup(all, from);
        const char *sentence = str_has_prefix(reason, prefix) ? reason + sizeof(prefix) - 1 : reason;

        text_clear(&d->said);
        text_put(&d->said, before);
        return source_fail(s, start + blame(line, sentence), e, "%s", *sentence ? sentence : "ngctl refuses this line");
}

/* was: the name of one that the script has not made; NULL it had none. */
static void want_node(struct ngctl *n, struct dialect *d, const char *name, const char *was, bool is_new)
{
        CLEANUP(freep) char *before = ngctl_has_made(n, name) ? NULL : xasprintf("named %s", was ? was : "");

        dialect_want_claim(
                d,
                (struct claim){
                        .kind = "node", .jail = d->jail, .name = name, .rest = "", .was = before, .is_new = is_new});
}

static void want_edge(void *user, const char *a, const char *b, bool is_new)
{
        struct dialect *d = user;

        dialect_want(d, is_new, "edge", d->jail, a, b);
}

/* The line that export writes for a node without hooks. */
static bool is_lone(const struct line *l)
{
        CLEANUP(freep) char *two = l->count == 4 ? xasprintf("%s %s", l->words[0], l->words[1]) : NULL;

        return two && strcmp(two, NGCTL_LONE) == 0;
}

static int make_lone(struct ngctl *n, struct dialect *d, const struct line *l, struct err *e)
{
        bool is_new = !is_there(d, l->words[3]);
        const char *words[] = {"create", "node", l->words[2], l->words[3], "--jail", d->jail};
        int r = is_new ? dialect_add_words(d, strcmp(d->jail, "host") == 0 ? 4 : 6, words, e) : 0;

        if (r == 0 && is_new)
                ngctl_note_made(n, l->words[3]);
        if (r == 0)
                want_node(n, d, l->words[3], NULL, is_new);
        return r;
}

int ng_import(struct dialect *d, struct source *s, struct err *e)
{
        const char *nul = s->length ? memchr(s->text, '\0', s->length) : NULL;
        size_t at = 0, start = 0, comment = 0;
        int r = nul ? source_fail(s, (size_t)(nul - s->text), e, "a NUL byte; this is no script of ngctl")
                    : is_done(d, s, e);

        if (r != 0)
                return r < 0 ? r : 0;

        CLEANUP(freengp) struct ngctl *n = ngctl_new(NULL, 0);

        ngctl_only_adds(n);
        ngctl_begin(n, d);
        for (r = NGCTL_DONE; r == NGCTL_DONE;) {
                CLEANUP(freep) char *line = take_line(s, &at, &start);
                bool was_open = ngctl_in_comment(n);
                size_t said = d->said.length;

                if (!line)
                        break;

                CLEANUP(line_done) struct line l = split(line);
                bool names = !was_open && is_command(&l, "name", 3), is_new = names && !is_there(d, l.words[2]);
                const char *was = is_new ? ngctl_name_at(n, l.words[1]) : NULL;

                if (!was_open && is_lone(&l)) {
                        if (make_lone(n, d, &l, e) < 0)
                                return source_wrap(s, start, e);
                        continue;
                }
                if (!is_passed(n, d, s, at, line))
                        r = ngctl_line(n, line);
                if (names && r == NGCTL_DONE)
                        want_node(n, d, l.words[2], was, is_new);
                if (!was_open && ngctl_in_comment(n))
                        comment = start + (size_t)(strstr(line, "/*") - line);
                if (r != NGCTL_DONE && r != NGCTL_QUIT)
                        return refuse(d, s, start, line, said, e);
        }
        if (r == NGCTL_DONE && ngctl_in_comment(n))
                return source_fail(s, comment, e, "this comment is never closed; write */ where it ends");
        if (ngctl_end(n) != NGCTL_DONE)
                return source_fail(s, s->length, e, "ngctl cannot end its session");
        ngctl_each_joined(n, want_edge, d);
        return 0;
}
