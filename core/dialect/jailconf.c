/* jailconf.c - jail.conf's grammar: statements and blocks, and the files that it includes. */
#include "core/dialect/jailconf.h"

#include <errno.h>
#include <string.h>

#include "core/dialect/jailconf_parts.h"

#define INCLUDE_DEPTH_MAX 16

/* The block that is being read. */
struct block {
        const char *name; /* "*" outside of all */
        bool is_open;
        size_t at; /* its brace */
};

static int read_source(struct jailconf *c, const char *name, const char *text, size_t length, unsigned depth,
                       struct err *e);

struct jailconf *jailconf_new(jailconf_include *include, void *user)
{
        struct jailconf *c = xcalloc(1, sizeof(*c));

        c->include = include;
        c->user = user;
        return c;
}

void jailconf_free(struct jailconf *c)
{
        if (!c)
                return;
        for (size_t i = 0; i < c->file_count; i++) {
                source_done(&c->files[i]->source);
                free(c->files[i]->name);
                free(c->files[i]->text);
                free(c->files[i]);
        }
        free(c->files);
        free(c->params);
        free(c->jails);
        arena_done(&c->arena);
        free(c);
}

void jailconf_freep(struct jailconf **c)
{
        jailconf_free(*c);
        *c = NULL;
}

const char *jailconf_mark(const struct jailconf *c)
{
        return c->failed ? text_str(&c->failed->source.mark) : "";
}

size_t jailconf_count(const struct jailconf *c)
{
        return c->jail_count;
}

const char *jailconf_name(const struct jailconf *c, size_t index)
{
        return c->jails[index];
}

static void add_jail(struct jailconf *c, const char *name)
{
        for (size_t i = 0; i < c->jail_count; i++)
                if (strcmp(c->jails[i], name) == 0)
                        return;
        c->jails = array_grow(c->jails, &c->jail_capacity, c->jail_count, sizeof(*c->jails));
        c->jails[c->jail_count++] = name;
}

static void add_param(struct jailconf *c, struct conf_param p)
{
        c->params = array_grow(c->params, &c->param_capacity, c->param_count, sizeof(*c->params));
        c->params[c->param_count++] = p;
}

/* The text of a string without variables; NULL when it has some. */
static const char *plain(const struct conf_string *s)
{
        if (s->count == 0)
                return "";
        return s->count == 1 && !s->pieces[0].is_variable ? s->pieces[0].text : NULL;
}

/* -- Statements -------------------------------------------------------------------------------------------------- */

static int fail_in_block(struct jailconf *c, struct conf_file *f, const struct block *b, struct err *e,
                         const char *sentence)
{
        unsigned line, column;

        if (!b->is_open)
                return conf_fail(c, f, f->at, e, "%s", sentence);
        source_place(&f->source, b->at, &line, &column);
        return conf_fail(c, f, f->at, e, "%s; the { of %s was opened at line %u, column %u", sentence, b->name, line,
                         column);
}

/* What stands where a statement ought to end. */
static int fail_end(struct jailconf *c, struct conf_file *f, const struct block *b, size_t last_end, struct err *e)
{
        unsigned line, column, last_line, last_column;

        source_place(&f->source, f->at, &line, &column);
        source_place(&f->source, last_end, &last_line, &last_column);
        switch (f->token) {
        case TOKEN_END: return fail_in_block(c, f, b, e, "the file ends here; expected ; after the last value");
        case TOKEN_CLOSE: return conf_fail(c, f, last_end, e, "expected ; here, before the }");
        case TOKEN_OPEN:
                return conf_fail(c, f, f->at, e,
                                 "expected ; or a comma, and not {: a jail's block begins with one name");
        case TOKEN_STRING:
                if (line != last_line)
                        return conf_fail(c, f, last_end, e, "expected ; here, before the next line");
                return conf_fail(c, f, f->at, e,
                                 "expected ; or a comma: words with blanks between are one value only in quotes");
        case TOKEN_SET:
        case TOKEN_ADD: return conf_fail(c, f, f->at, e, "expected ; or a comma, and not another =");
        case TOKEN_SEMICOLON:
        case TOKEN_COMMA: break;
        }
        return conf_fail(c, f, f->at, e, "expected a value here");
}

/* Values up to the semicolon; the first one is the present token. */
static int read_values(struct jailconf *c, struct conf_file *f, const struct block *b, struct conf_param *p,
                       struct err *e)
{
        struct conf_string *list = NULL;
        size_t count = 0, capacity = 0;
        int r = 0;

        while (r == 0) {
                if (f->token != TOKEN_STRING) {
                        r = f->token == TOKEN_SEMICOLON || f->token == TOKEN_COMMA
                                ? conf_fail(c, f, f->at, e,
                                            "expected a value here; a statement without values is "
                                            "written without = too")
                                : f->token == TOKEN_END
                                ? fail_in_block(c, f, b, e, "the file ends here; expected a value and ;")
                                : conf_fail(c, f, f->at, e, "expected a value here");
                        break;
                }
                list = array_grow(list, &capacity, count, sizeof(*list));
                list[count++] = f->string;

                size_t last_end = f->end;

                r = conf_next(c, f, e);
                if (r < 0 || f->token == TOKEN_SEMICOLON)
                        break;
                if (f->token != TOKEN_COMMA)
                        r = fail_end(c, f, b, last_end, e);
                if (r == 0)
                        r = conf_next(c, f, e);
        }
        if (r == 0) {
                p->values = arena_memdup(&c->arena, list, count * sizeof(*list));
                p->count = count;
        }
        free(list);
        return r;
}

static int include(struct jailconf *c, struct conf_file *f, const struct conf_param *p, struct err *e)
{
        struct jailconf_text *texts = NULL;
        const char *pattern = p->count == 1 ? plain(&p->values[0]) : NULL;
        size_t count = 0;

        if (!pattern)
                return conf_fail(c, f, p->at, e, ".include takes one file name, without variables");
        if (f->depth >= INCLUDE_DEPTH_MAX)
                return conf_fail(c, f, p->at, e, "files include each other more than %d deep; does one include itself?",
                                 INCLUDE_DEPTH_MAX);
        if (!c->include)
                return conf_fail(c, f, p->at, e, "no other files can be included here");

        int r = c->include(c->user, f->name, pattern, &texts, &count, e);

        if (r < 0) {
                c->failed = f;
                return source_wrap(&f->source, p->at, e);
        }
        for (size_t i = 0; i < count; i++) {
                if (r == 0)
                        r = read_source(c, texts[i].name, texts[i].text, texts[i].length, f->depth + 1, e);
                free(texts[i].name);
                free(texts[i].text);
        }
        free(texts);
        return r;
}

/* NAME [=|+=] VALUES ; where the name is read already, and the present token is what stands behind it. */
static int read_param(struct jailconf *c, struct conf_file *f, const struct block *b, const struct conf_string *name,
                      struct err *e)
{
        struct conf_param p = {.block = b->name, .file = f, .at = name->at, .name = plain(name)};
        bool has_sign = f->token == TOKEN_SET || f->token == TOKEN_ADD;
        int r = 0;

        if (name->count == 1 && name->pieces[0].is_variable && name->parts == 1 && !name->is_quoted) {
                p.is_variable = true;
                p.name = name->pieces[0].text;
        }
        if (!p.name || !*p.name)
                return conf_fail(c, f, name->at, e, "expected the name of a parameter, or of one variable");
        p.way = f->token == TOKEN_SET ? WAY_SET : f->token == TOKEN_ADD ? WAY_ADD : WAY_BARE;
        if (!has_sign && f->token == TOKEN_STRING) {
                unsigned line, column, name_line;

                source_place(&f->source, f->at, &line, &column);
                source_place(&f->source, name->at, &name_line, &column);
                if (line != name_line) /* FreeBSD reads on, and complains later of something else */
                        return conf_fail(c, f, name->end, e, "expected ; here, before the next line");
                p.way = WAY_SET;
        }
        if (has_sign)
                r = conf_next(c, f, e);
        if (r == 0 && p.way != WAY_BARE)
                r = read_values(c, f, b, &p, e);
        else if (r == 0 && f->token != TOKEN_SEMICOLON)
                r = fail_end(c, f, b, name->end, e);
        if (r < 0)
                return r;
        if (strcmp(p.name, ".include") == 0 && !p.is_variable) {
                if (b->is_open)
                        return conf_fail(c, f, p.at, e, ".include stands outside of blocks only");
                return include(c, f, &p, e);
        }
        add_param(c, p);
        return 0;
}

static int open_block(struct jailconf *c, struct conf_file *f, struct block *b, const struct conf_string *name,
                      struct err *e)
{
        const char *text = plain(name);

        if (b->is_open)
                return fail_in_block(c, f, b, e, "a block cannot stand in another; is a } lost before it?");
        if (!text || !*text)
                return conf_fail(c, f, name->at, e, "a jail's block begins with its name, without variables");
        if (name->parts != 1)
                return conf_fail(c, f, name->at, e, "put this name in quotes: \"%s\"", text);
        b->name = text;
        b->is_open = true;
        b->at = f->at;
        if (!jailconf_is_wild(text))
                add_jail(c, text);
        return 0;
}

static int read_statements(struct jailconf *c, struct conf_file *f, struct err *e)
{
        struct block b = {.name = "*"};
        int r;

        while ((r = conf_next(c, f, e)) == 0) {
                struct conf_string name = f->string;

                switch (f->token) {
                case TOKEN_END:
                        return b.is_open ? conf_fail(c, f, b.at, e,
                                                     "this { is never closed; expected } before the end of the file")
                                         : 0;
                case TOKEN_SEMICOLON: continue;
                case TOKEN_CLOSE:
                        if (!b.is_open)
                                return conf_fail(c, f, f->at, e, "this } closes nothing: no block is open here");
                        b = (struct block){.name = "*"};
                        continue;
                case TOKEN_STRING: break;
                case TOKEN_OPEN: return conf_fail(c, f, f->at, e, "expected a jail's name before this {");
                case TOKEN_COMMA:
                case TOKEN_SET:
                case TOKEN_ADD: return conf_fail(c, f, f->at, e, "expected the name of a parameter before this");
                }
                r = conf_next(c, f, e);
                if (r == 0 && f->token == TOKEN_OPEN)
                        r = open_block(c, f, &b, &name, e);
                else if (r == 0)
                        r = read_param(c, f, &b, &name, e);
                if (r < 0)
                        return r;
        }
        return r;
}

static int read_source(struct jailconf *c, const char *name, const char *text, size_t length, unsigned depth,
                       struct err *e)
{
        struct conf_file *f = xcalloc(1, sizeof(*f));
        const char *nul = length ? memchr(text, '\0', length) : NULL;

        f->name = xstrdup(name);
        f->text = length ? xstrndup(text, length) : xstrdup("");
        f->depth = depth;
        f->source = (struct source){.name = f->name, .text = f->text, .length = nul ? (size_t)(nul - text) : length};
        c->files = array_grow(c->files, &c->file_capacity, c->file_count, sizeof(struct conf_file *));
        c->files[c->file_count++] = f;
        if (nul)
                return conf_fail(c, f, f->source.length, e, "a NUL byte; is this a text file?");
        if (length >= 3 && memcmp(f->text, "\xef\xbb\xbf", 3) == 0)
                f->next = 3; /* some editors write this mark of UTF-8 */
        return read_statements(c, f, e);
}

int jailconf_read(struct jailconf *c, const char *name, const char *text, size_t length, struct err *e)
{
        return read_source(c, name, text, length, 0, e);
}

/* -- Words of a command line ------------------------------------------------------------------------------------- */

static struct conf_string literal(struct jailconf *c, const char *s, size_t length)
{
        CLEANUP(freep) char *copy = xstrndup(s, length);
        const struct conf_piece piece = {.text = arena_strdup(&c->arena, copy)};

        return (struct conf_string){
                .pieces = arena_memdup(&c->arena, &piece, sizeof(piece)), .count = 1, .parts = 1, .is_quoted = true};
}

/* The values behind the = of a word: lists of interfaces and addresses are split at commas, as jail(8) does. */
static void word_values(struct jailconf *c, struct conf_param *p, const char *value)
{
        const struct param_type *type = param_find(p->name, NULL);
        bool is_split = type && (type->kind == PARAM_ADDRESS || strcmp(p->name, "vnet.interface") == 0);
        struct conf_string *list = NULL;
        size_t capacity = 0;

        for (;;) {
                size_t length = is_split ? strcspn(value, ",") : strlen(value);

                list = array_grow(list, &capacity, p->count, sizeof(*list));
                list[p->count++] = literal(c, value, length);
                value += length;
                if (!*value++)
                        break;
        }
        p->values = arena_memdup(&c->arena, list, p->count * sizeof(*list));
        free(list);
}

int jailconf_words(struct jailconf *c, const char *jail, int argc, const char *const *argv, struct err *e)
{
        const char *block = arena_strdup(&c->arena, jail);

        add_jail(c, block);
        for (int i = 0; i < argc; i++) {
                size_t length = strcspn(argv[i], "=");
                bool is_added = length > 1 && argv[i][length] && argv[i][length - 1] == '+';
                CLEANUP(freep) char *name = xstrndup(argv[i], is_added ? length - 1 : length);
                struct conf_param p = {.block = block, .name = arena_strdup(&c->arena, name), .way = WAY_ADD};

                if (!*name)
                        return err_set(e, -EINVAL, "%s: expected NAME or NAME=VALUE", argv[i]);
                if (!argv[i][length])
                        p.way = WAY_BARE;
                else if (*(argv[i] + length + 1) || strcmp(name, "command") != 0)
                        word_values(c, &p, argv[i] + length + 1);
                if (strcmp(name, "command") == 0) {
                        for (add_param(c, p); ++i < argc;) {
                                struct conf_param more = p;

                                more.values = NULL;
                                more.count = 0;
                                word_values(c, &more, argv[i]);
                                add_param(c, more);
                        }
                        break;
                }
                add_param(c, p);
        }
        return 0;
}
