/* cmd_complete.c - jailnet complete WORD...: what the last word may become, one a line, for the shells' completion. */
#include <stdio.h>
#include <string.h>

#include "core/doctor/doctor.h"
#include "core/verb/verb.h"
#include "ui/cli/cli.h"
#include "ui/cli/cmd_freebsd.h"

#define COMPLETIONS_MAX 500 /* more than a person reads */

/* Words with controls or line breaks cannot be typed back; they are left out. */
static void print_word(void *user, const char *word)
{
        CLEANUP(text_done) struct text t = {0};

        (void)user;
        text_put_visible(&t, word);
        if (strcmp(text_str(&t), word) == 0)
                (void)puts(word);
}

static void offer(const char *word, size_t length, const char *prefix)
{
        CLEANUP(freep) char *copy = xstrndup(word, length);

        if (str_has_prefix(copy, prefix))
                print_word(NULL, copy);
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

static void offer_words(size_t count, char **words, const char *prefix)
{
        const char *last = "";
        size_t last_length = 0, n = 0;

        for (size_t i = 0; count == 0 && i < command_count; i++)
                offer(commands[i].name, strlen(commands[i].name), prefix);
        for (size_t i = 0; count == 0 && i < freebsd_command_count; i++)
                offer(freebsd_commands[i].name, strlen(freebsd_commands[i].name), prefix);
        if (count == 0) {
                offer("demo", 4, prefix);
                offer("sandbox", 7, prefix);
        }
        for (size_t i = 0; i < VERB_COUNT; i++) {
                const char *word = next_word(&verbs[i], count, words, &n);

                /* Rows with the same words stand together. */
                if (!word || (n == last_length && strncmp(word, last, n) == 0))
                        continue;
                offer(word, n, prefix);
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

static void offer_for_verb(struct app *a, const struct verb *v, size_t count, char **words, const char *prefix)
{
        CLEANUP(graph_unrefp) const struct graph *g = NULL;
        const struct verb_arg *arg = next_arg(v, count, words);

        if (str_has_prefix(prefix, "-")) {
                for (const struct verb_option *o = v->options; o < v->options + VERB_OPTIONS_MAX && o->name; o++) {
                        CLEANUP(freep) char *word = xasprintf("--%s", o->name);

                        offer(word, strlen(word), prefix);
                }
                return;
        }
        /* A shell that completes is no place for errors: without a picture there is nothing to offer. */
        if (arg && a->picture(a, false, false, false, &g, NULL) == 0)
                (void)verb_complete(arg, prefix, g, COMPLETIONS_MAX, print_word, NULL);
}

int command_complete(struct app *a, int argc, char **argv)
{
        size_t count = argc > 2 ? (size_t)argc - 2 : 0;
        char **words = argv + 1;
        const char *prefix = argc > 1 ? argv[argc - 1] : "";

        a->is_quiet = true; /* notices would be printed into the line that is being typed */
        for (size_t i = 0; count > 0 && i < VERB_COUNT; i++) {
                size_t matched = words_matched(&verbs[i], count, words);

                if (matched > 0) {
                        offer_for_verb(a, &verbs[i], count - matched, words + matched, prefix);
                        return EXIT_DONE;
                }
        }
        for (size_t i = 0; count >= 1 && strcmp(words[0], "doctor") == 0 && i < check_count; i++)
                offer(checks[i].id, strlen(checks[i].id), prefix);
        if ((count == 1 && (strcmp(words[0], "show") == 0 || strcmp(words[0], "journal") == 0)) ||
            ((count == 1 || count == 2) && strcmp(words[0], "path") == 0) ||
            (count >= 1 && strcmp(words[0], "doctor") == 0)) {
                static const struct verb_arg object = {.name = "OBJECT", .type = ARG_OBJECT};
                CLEANUP(graph_unrefp) const struct graph *g = NULL;

                if (a->picture(a, false, false, false, &g, NULL) == 0)
                        (void)verb_complete(&object, prefix, g, COMPLETIONS_MAX, print_word, NULL);
                return EXIT_DONE;
        }
        offer_words(count, words, prefix);
        return EXIT_DONE;
}
