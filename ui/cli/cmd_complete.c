/* cmd_complete.c - jailnet complete WORD...: what the last word may become, one a line, for the shells' completion. */
#include <stdio.h>
#include <string.h>

#include "core/doctor/doctor.h"
#include "core/verb/verb.h"
#include "ui/cli/cli.h"
#include "ui/cli/cmd_freebsd.h"

#define COMPLETIONS_MAX 500 /* more than a person reads */

/* Who is told the words, and what is typed of the word already. */
struct offer {
        complete_fn *take;
        void *user;
        const char *prefix;
};

/* Words with controls or line breaks cannot be typed back; they are left out. */
static void put_word(void *user, const char *word)
{
        const struct offer *o = user;
        CLEANUP(text_done) struct text t = {0};

        text_put_visible(&t, word);
        if (strcmp(text_str(&t), word) == 0)
                o->take(o->user, word);
}

static void offer(struct offer *o, const char *word, size_t length)
{
        CLEANUP(freep) char *copy = xstrndup(word, length);

        if (str_has_prefix(copy, o->prefix))
                put_word(o, copy);
}

/* How many of the words belong to the verb's own; 0: they don't fit. */
static size_t words_matched(const struct verb *v, size_t count, char **words)
{
        const char *p = v->words;
        size_t matched = 0;

        while (*p && matched < count) {
                size_t n = strcspn(p, " ");

                if (strlen(words[matched]) != n || strncmp(words[matched], p, n) != 0)
                        return 0;
                matched++;
                p += n + (p[n] == ' ');
        }
        return *p ? 0 : matched;
}

/* The verb's word at that place, when the words before it fit; NULL. */
static const char *next_word(const struct verb *v, size_t count, char **words, size_t *ret_length)
{
        const char *p = v->words;

        for (size_t i = 0; i < count; i++) {
                size_t n = strcspn(p, " ");

                if (!*p || strlen(words[i]) != n || strncmp(words[i], p, n) != 0)
                        return NULL;
                p += n + (p[n] == ' ');
        }
        *ret_length = strcspn(p, " ");
        return *p ? p : NULL;
}

static void offer_words(struct offer *o, size_t count, char **words)
{
        const char *last = "";
        size_t last_length = 0, n = 0;

        for (size_t i = 0; count == 0 && i < command_count; i++)
                offer(o, commands[i].name, strlen(commands[i].name));
        for (size_t i = 0; count == 0 && i < freebsd_command_count; i++)
                offer(o, freebsd_commands[i].name, strlen(freebsd_commands[i].name));
        if (count == 0) {
                offer(o, "demo", 4);
                offer(o, "sandbox", 7);
        }
        for (size_t i = 0; i < VERB_COUNT; i++) {
                const char *word = next_word(&verbs[i], count, words, &n);

                /* Rows with the same words stand together. */
                if (!word || (n == last_length && strncmp(word, last, n) == 0))
                        continue;
                offer(o, word, n);
                last = word;
                last_length = n;
        }
}

static const struct verb_option *find_option(const struct verb *v, const char *word)
{
        for (const struct verb_option *o = v->options; o < v->options + VERB_OPTIONS_MAX && o->name; o++)
                if (str_has_prefix(word, "--") && strcmp(word + 2, o->name) == 0)
                        return o;
        return NULL;
}

/* The argument that the next word would be: an option's value, or the next one in order; NULL: none is left. */
static const struct verb_arg *next_arg(const struct verb *v, size_t count, char **words)
{
        size_t position = 0, last = 0;

        for (size_t i = 0; i < count; i++) {
                const struct verb_option *o = find_option(v, words[i]);

                if (o && o->has_value && i + 1 == count)
                        return &o->value;
                if (o && o->has_value)
                        i += 1 + o->extra_values;
                else if (!str_has_prefix(words[i], "-"))
                        position++;
        }
        while (last < VERB_ARGS_MAX && v->args[last].name)
                last++;
        if (position < last)
                return &v->args[position];
        return last > 0 && v->args[last - 1].is_repeated ? &v->args[last - 1] : NULL;
}

static void offer_for_verb(struct offer *offered, struct app *a, const struct verb *v, size_t count, char **words)
{
        CLEANUP(graph_unrefp) const struct graph *g = NULL;
        const struct verb_arg *arg = next_arg(v, count, words);

        if (str_has_prefix(offered->prefix, "-")) {
                for (const struct verb_option *o = v->options; o < v->options + VERB_OPTIONS_MAX && o->name; o++) {
                        CLEANUP(freep) char *word = xasprintf("--%s", o->name);

                        offer(offered, word, strlen(word));
                }
                return;
        }
        /* A shell that completes is no place for errors: without a picture there is nothing to offer. */
        if (arg && a->picture(a, false, false, false, &g, NULL) == 0)
                (void)verb_complete(arg, offered->prefix, g, COMPLETIONS_MAX, put_word, offered);
}

void cli_complete(struct app *a, size_t count, char **words, const char *prefix, complete_fn *take, void *user)
{
        struct offer o = {take, user, prefix};

        for (size_t i = 0; count > 0 && i < VERB_COUNT; i++) {
                size_t matched = words_matched(&verbs[i], count, words);

                if (matched > 0) {
                        offer_for_verb(&o, a, &verbs[i], count - matched, words + matched);
                        return;
                }
        }
        for (size_t i = 0; count >= 1 && strcmp(words[0], "doctor") == 0 && i < check_count; i++)
                offer(&o, checks[i].id, strlen(checks[i].id));
        if ((count == 1 && (strcmp(words[0], "show") == 0 || strcmp(words[0], "journal") == 0)) ||
            ((count == 1 || count == 2) && strcmp(words[0], "path") == 0) ||
            (count >= 1 && strcmp(words[0], "doctor") == 0)) {
                static const struct verb_arg object = {.name = "OBJECT", .type = ARG_OBJECT};
                CLEANUP(graph_unrefp) const struct graph *g = NULL;

                if (a->picture(a, false, false, false, &g, NULL) == 0)
                        (void)verb_complete(&object, prefix, g, COMPLETIONS_MAX, put_word, &o);
                return;
        }
        offer_words(&o, count, words);
}

static void print_word(void *user, const char *word)
{
        (void)user;
        (void)puts(word); /* a broken pipe is told at the end */
}

int command_complete(struct app *a, int argc, char **argv)
{
        a->is_quiet = true; /* notices would be printed into the line that is being typed */
        cli_complete(a, argc > 2 ? (size_t)argc - 2 : 0, argv + 1, argc > 1 ? argv[argc - 1] : "", print_word, NULL);
        return EXIT_DONE;
}
