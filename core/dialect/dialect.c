/* dialect.c - a session of FreeBSD's commands: requests joined to one plan, and what is printed. */
#include "core/dialect/dialect.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/graph/query.h"

#define WORDS_MAX (INTENT_VALUES_MAX + 2 * VERB_OPTIONS_MAX + 4)

void dialect_init(struct dialect *d, const struct graph *g, const char *jail, bool is_strict)
{
        *d = (struct dialect){.live = g, .jail = jail, .is_strict = is_strict, .chain = plan_chain_new(g)};
}

void dialect_done(struct dialect *d)
{
        plan_chain_freep(&d->chain);
        free(d->lines);
        text_done(&d->out);
        text_done(&d->said);
        claims_done(&d->wants);
        free(d->promised);
        arena_done(&d->arena);
}

void dialect_restart(struct dialect *d, const struct graph *g)
{
        plan_chain_freep(&d->chain);
        d->live = g;
        d->chain = plan_chain_new(g);
        d->requests = 0;
        d->line_count = 0;
}

void dialect_mark_line(struct dialect *d, const char *file, unsigned number)
{
        size_t steps = plan_chain_steps(d->chain), before = d->line_count ? d->lines[d->line_count - 1].steps : 0;

        if (steps == before)
                return;
        d->lines = array_grow(d->lines, &d->line_capacity, d->line_count, sizeof(*d->lines));
        d->lines[d->line_count++] =
                (struct dialect_line){.file = arena_strdup(&d->arena, file), .number = number, .steps = steps};
}

const struct dialect_line *dialect_line_of(const struct dialect *d, size_t step)
{
        for (size_t i = 0; i < d->line_count; i++)
                if (step < d->lines[i].steps)
                        return &d->lines[i];
        return NULL;
}

const struct graph *dialect_graph(struct dialect *d)
{
        return plan_chain_graph(d->chain);
}

size_t dialect_jail(struct dialect *d)
{
        return graph_find_jail(dialect_graph(d), d->jail);
}

size_t dialect_find_jail(struct dialect *d, const char *word)
{
        size_t jail = NONE;

        return query_jail(dialect_graph(d), word, &jail, NULL) == 0 ? jail : NONE;
}

size_t dialect_find_iface(struct dialect *d, size_t jail, const char *name)
{
        const struct graph *g = dialect_graph(d);
        size_t iface = graph_find_iface_in(g, jail, name);

        if (iface == NONE && strcmp(name, "lo0") == 0)
                iface = graph_find_iface_in(g, jail, "lo");
        return iface != NONE && role_is_hidden(g->ifaces[iface].role) ? NONE : iface;
}

const char *dialect_word(struct dialect *d, size_t jail, const char *name)
{
        if (jail == 0)
                return arena_strdup(&d->arena, name);

        CLEANUP(freep) char *word = xasprintf("%s/%s", dialect_graph(d)->jails[jail].name, name);

        return arena_strdup(&d->arena, word);
}

int dialect_add_words(struct dialect *d, int argc, const char *const *words, struct err *e)
{
        char *argv[WORDS_MAX + 1];
        struct intent in = {0};
        int r;

        if (argc > WORDS_MAX)
                return err_set(e, -EINVAL, "more than %d words; write fewer on one line", WORDS_MAX);
        for (int i = 0; i < argc; i++)
                argv[i] = arena_strdup(&d->arena, words[i]);
        argv[argc] = NULL;
        r = verb_parse(argc, argv, &in, e);
        if (r == 0)
                r = plan_chain_add(d->chain, &in, e);
        if (r == 0)
                d->requests++;
        return r;
}

int dialect_add_list(struct dialect *d, struct err *e, const char *const *words)
{
        int argc = 0;

        while (words[argc])
                argc++;
        return dialect_add_words(d, argc, words, e);
}

void dialect_want_claim(struct dialect *d, struct claim one)
{
        one.file = d->file;
        if (d->file)
                claims_add(&d->wants, &one);
}

void dialect_want(struct dialect *d, bool is_new, const char *kind, const char *jail, const char *name,
                  const char *rest)
{
        dialect_want_claim(d, (struct claim){.kind = kind, .jail = jail, .name = name, .rest = rest, .is_new = is_new});
}

void dialect_promise(struct dialect *d, const struct prefix *address)
{
        d->promised = array_grow(d->promised, &d->promised_capacity, d->promised_count, sizeof(*d->promised));
        d->promised[d->promised_count++] = *address;
}

bool dialect_is_promised(const struct dialect *d, const struct prefix *address)
{
        for (size_t i = 0; i < d->promised_count; i++)
                if (d->promised[i].family == address->family &&
                    memcmp(d->promised[i].bytes, address->bytes, sizeof(address->bytes)) == 0)
                        return true;
        return false;
}

/* Is the sentence a whole line of what was said? */
static bool is_said(const struct dialect *d, const char *sentence)
{
        size_t length = strlen(sentence);

        for (const char *s = text_str(&d->said); *s; s += strcspn(s, "\n") + 1)
                if (strcspn(s, "\n") == length && strncmp(s, sentence, length) == 0)
                        return true;
        return false;
}

void dialect_say(struct dialect *d, const char *fmt, ...)
{
        va_list ap;

        va_start(ap, fmt);
        CLEANUP(freep) char *sentence = xvasprintf(fmt, ap);
        va_end(ap);
        if (is_said(d, sentence))
                return;
        text_put(&d->said, sentence);
        text_put_char(&d->said, '\n');
}

struct plan *dialect_finish(struct dialect *d, const char *words, const char *title)
{
        struct plan *p = plan_chain_finish(d->chain, words, title);

        if (p->step_count == 0)
                plan_freep(&p);
        return p;
}
