/*
 * complete.c - what a word of a command line may become: of verbs by their table, of all other commands by their
 * synopses.
 */
#include <string.h>
#include <unistd.h>

#include "core/dialect/ngctl.h"
#include "core/doctor/doctor.h"
#include "core/verb/verb.h"
#include "ui/cli/cli.h"
#include "ui/cli/cmd_freebsd.h"
#include "ui/cli/demo_scenarios.h"

#define COMPLETIONS_MAX 500 /* more than a person reads */

/* Who is told the words, and what is typed of the word already. */
struct offer {
        complete_fn *take;
        void *user;
        const char *prefix;
        bool takes_file; /* a file's name may stand there, too */
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

/* What has no row in a table, in the form that theirs have. */
static const char *const own_synopses[] = {"demo [--list] [SCENARIO] [-- COMMAND ...]", "sandbox [-- COMMAND ...]"};

static const char *find_synopsis(const char *word)
{
        const struct command *c = command_find(word);
        const struct freebsd_command *f = freebsd_find(word);

        if (c || f)
                return c ? c->synopsis : f->synopsis;
        for (size_t i = 0; i < ARRAY_SIZE(own_synopses); i++) {
                size_t n = strcspn(own_synopses[i], " ");

                if (strlen(word) == n && strncmp(word, own_synopses[i], n) == 0)
                        return own_synopses[i];
        }
        return NULL;
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

/* Words that begin a command line, or follow the first one of verbs. */
static void offer_words(struct offer *o, size_t count, char **words)
{
        const char *last = "";
        size_t last_length = 0, n = 0;

        for (size_t i = 0; count == 0 && i < command_count; i++)
                offer(o, commands[i].name, strlen(commands[i].name));
        for (size_t i = 0; count == 0 && i < freebsd_command_count; i++)
                offer(o, freebsd_commands[i].name, strlen(freebsd_commands[i].name));
        for (size_t i = 0; count == 0 && i < ARRAY_SIZE(own_synopses); i++)
                offer(o, own_synopses[i], strcspn(own_synopses[i], " "));
        for (size_t i = 0; i < VERB_COUNT; i++) {
                const char *word = next_word(&verbs[i], count, words, &n);

                /* Rows with the same words stand together; a command of that name was offered. */
                if (!word || (n == last_length && strncmp(word, last, n) == 0))
                        continue;
                last = word;
                last_length = n;

                CLEANUP(freep) char *copy = xstrndup(word, n);

                if (count > 0 || !find_synopsis(copy))
                        offer(o, word, n);
        }
}

static void offer_global_options(struct offer *o)
{
        for (size_t i = 0; i < global_option_count; i++) {
                CLEANUP(freep) char *word = xasprintf("--%s", global_options[i].name);

                offer(o, word, strlen(word));
        }
}

/* "-n" or "--db" as a global option; NULL for another word. */
static const struct global_option *find_global_option(const char *word)
{
        for (size_t i = 0; i < global_option_count; i++) {
                const struct global_option *g = &global_options[i];

                if ((str_has_prefix(word, "--") && strcmp(word + 2, g->name) == 0) ||
                    (word[0] == '-' && g->letter && word[1] == g->letter && !word[2]))
                        return g;
        }
        return NULL;
}

static const struct verb_option *find_option(const struct verb *v, const char *word)
{
        for (const struct verb_option *o = v->options; o < v->options + v->option_count; o++)
                if (str_has_prefix(word, "--") && strcmp(word + 2, o->name) == 0)
                        return o;
        return NULL;
}

/* The argument that the next word would be: an option's value, or the next one in order; NULL: none is left. */
static const struct verb_arg *next_arg(const struct verb *v, size_t count, char **words)
{
        size_t position = 0;

        for (size_t i = 0; i < count; i++) {
                const struct verb_option *o = find_option(v, words[i]);

                if (o && o->has_value && i + 1 == count)
                        return &o->value;
                if (o && o->has_value)
                        i += 1 + o->extra_values;
                else if (!str_has_prefix(words[i], "-"))
                        position++;
        }
        if (position < v->arg_count)
                return &v->args[position];

        const struct verb_arg *last = v->arg_count ? &v->args[v->arg_count - 1] : NULL;

        return last && last->is_repeated ? last : NULL;
}

static void offer_arg(struct offer *o, struct app *a, const struct verb_arg *arg, const struct intent *rest)
{
        CLEANUP(graph_unrefp) const struct graph *g = NULL;

        if (arg->type == ARG_PATH)
                o->takes_file = true;
        /* A shell that completes is no place for errors: without a picture there is nothing to offer. */
        else if (a->picture(a, false, false, false, &g, NULL) == 0)
                (void)verb_complete(arg, rest, o->prefix, g, COMPLETIONS_MAX, put_word, o);
}

static void offer_for_verb(struct offer *o, struct app *a, const struct verb *v, size_t count, char **words)
{
        const struct verb_arg *arg = next_arg(v, count, words);

        if (str_has_prefix(o->prefix, "-")) {
                for (const struct verb_option *option = v->options; option < v->options + v->option_count; option++) {
                        CLEANUP(freep) char *word = xasprintf("--%s", option->name);

                        offer(o, word, strlen(word));
                }
                offer_global_options(o);
        } else if (arg) {
                struct intent rest;

                verb_parse_begun(v, count, words, &rest);
                offer_arg(o, a, arg, &rest);
        }
}

/* -- By a synopsis ----------------------------------------------------------------------------------------------- */

/* The next word of a synopsis, without its brackets and dots; false at the end. */
static bool next_token(const char **s, char *ret, size_t size)
{
        const char *p = *s + strspn(*s, " []|.!'*");
        size_t n = strcspn(p, " []|");

        *s = p + n;
        while (n > 0 && p[n - 1] == '.')
                n--;
        if (n == 0 || n >= size)
                return false;
        memcpy(ret, p, n);
        ret[n] = '\0';
        return true;
}

static bool is_placeholder(const char *token)
{
        return token[0] >= 'A' && token[0] <= 'Z';
}

/* What a placeholder stands for: "JAIL", "IF", "FILE". */
static void offer_placeholder(struct offer *o, struct app *a, const char *token)
{
        static const struct {
                const char *token;
                enum arg_type type;
        } types[] = {
                {"JAIL", ARG_JAIL}, {"IF", ARG_IFACE}, {"OBJECT", ARG_OBJECT}, {"A", ARG_OBJECT},    {"B", ARG_OBJECT},
                {"FILE", ARG_PATH}, {"DIR", ARG_PATH}, {"PATH", ARG_PATH},     {"SCRIPT", ARG_PATH},
        };

        for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
                struct verb_arg arg = {.name = token, .type = types[i].type};

                if (strcmp(types[i].token, token) == 0)
                        offer_arg(o, a, &arg, NULL);
        }
        for (size_t i = 0; strcmp(token, "CHECK") == 0 && i < check_count; i++)
                offer(o, checks[i].id, strlen(checks[i].id));
        for (size_t i = 0; strcmp(token, "SCENARIO") == 0 && i < demo_scenario_count; i++)
                offer(o, demo_scenarios[i].name, strlen(demo_scenarios[i].name));
}

/* The values of an option in the synopsis: "--format text|json", "--timeout SECONDS". False: it takes none. */
static bool offer_value(struct offer *o, struct app *a, const char *synopsis, const char *option)
{
        char token[64];

        for (const char *p = synopsis; next_token(&p, token, sizeof(token));) {
                if (strcmp(token, option) != 0)
                        continue;
                if (*p != ' ' || strchr("[|-", p[1]))
                        return false;
                do {
                        if (!next_token(&p, token, sizeof(token)))
                                break;
                        if (is_placeholder(token))
                                offer_placeholder(o, a, token);
                        else
                                offer(o, token, strlen(token));
                } while (*p == '|');
                return true;
        }
        return false;
}

static void offer_options(struct offer *o, const char *synopsis)
{
        char token[64];

        for (const char *p = synopsis; next_token(&p, token, sizeof(token));)
                if (token[0] == '-' && token[1])
                        offer(o, token, strlen(token));
}

/* What is no option: the words that it may begin with, or what its placeholders stand for. */
static void offer_positional(struct offer *o, struct app *a, const char *synopsis, bool is_first)
{
        char token[64], name[64];
        const char *p = synopsis;
        bool has_words = false;

        if (!next_token(&p, name, sizeof(name)))
                return;
        for (int pass = 0; pass < 2; pass++) {
                const char *at = p;

                while (next_token(&at, token, sizeof(token))) {
                        if (token[0] == '-') {
                                if (token[1] && *at == ' ' && !strchr("[|-", at[1]))
                                        do
                                                (void)next_token(&at, token, sizeof(token)); /* its value */
                                        while (*at == '|');
                        } else if (pass == 1 && is_placeholder(token) && !(is_first && has_words)) {
                                offer_placeholder(o, a, token);
                        } else if (pass == 0 && is_first && !is_placeholder(token) && strcmp(token, name) != 0) {
                                offer(o, token, strlen(token));
                                has_words = true;
                        }
                }
        }
}

static void offer_by_synopsis(struct offer *o, struct app *a, const char *synopsis, size_t count, char **words)
{
        size_t positional = 0;

        for (size_t i = 0; i < count; i++)
                positional += words[i][0] != '-';
        if (count > 0 && words[count - 1][0] == '-' && offer_value(o, a, synopsis, words[count - 1]))
                return;
        if (str_has_prefix(o->prefix, "-")) {
                offer_options(o, synopsis);
                if (strncmp(synopsis, "sandbox", 7) != 0)
                        offer_global_options(o);
        } else {
                offer_positional(o, a, synopsis, positional == 0);
        }
}

/* -- ngctl's own words -------------------------------------------------------------------------------------------- */

/* Its command as one line, as at its prompt. */
static void offer_ngctl(struct offer *o, struct app *a, size_t count, char **words)
{
        CLEANUP(graph_unrefp) const struct graph *g = NULL;
        CLEANUP(text_done) struct text line = {0};
        struct dialect_services none = {.commit = NULL};
        struct ngctl *n;
        struct dialect d;

        for (size_t i = 0; i < count; i++)
                if (*words[i] != '-')
                        text_putf(&line, "%s ", words[i]);
        text_put(&line, o->prefix);
        if (a->picture(a, false, false, false, &g, NULL) < 0)
                return;
        n = ngctl_new(NULL, (uint32_t)getpid());
        dialect_init(&d, g, "host", false);
        d.services = &none;
        ngctl_begin(n, &d);
        (void)ngctl_complete(n, text_str(&line), COMPLETIONS_MAX, put_word, o);
        ngctl_free(n);
        dialect_done(&d);
}

/* -- The whole line ---------------------------------------------------------------------------------------------- */

/* Global options in front of the command are passed over. False: the next word is the value of one, which was offered.
 */
static bool skip_options(struct offer *o, size_t *count, char ***words)
{
        while (*count > 0 && (*words)[0][0] == '-') {
                const struct global_option *g = find_global_option((*words)[0]);

                if (g && g->value && *count == 1) {
                        o->takes_file = strcmp(g->value, "FILE") == 0;
                        for (size_t i = 0; strcmp(g->value, "FORMAT") == 0 && i < 2; i++)
                                offer(o, i == 0 ? "text" : "json", 4);
                        return false;
                }

                size_t n = g && g->value ? 2 : 1;

                *count -= n;
                *words += n;
        }
        return true;
}

bool cli_complete(struct app *a, size_t count, char **words, const char *prefix, complete_fn *take, void *user)
{
        struct offer o = {take, user, prefix, false};
        const char *synopsis;

        if (!skip_options(&o, &count, &words))
                return o.takes_file;
        for (size_t i = 0; count > 0 && i < VERB_COUNT; i++) {
                size_t matched = words_matched(&verbs[i], count, words);

                if (matched > 0) {
                        offer_for_verb(&o, a, &verbs[i], count - matched, words + matched);
                        return o.takes_file;
                }
        }
        if (count > 0 && strcmp(words[0], "ngctl") == 0 && *prefix != '-' && *words[count - 1] != '-') {
                offer_ngctl(&o, a, count - 1, words + 1);
                return o.takes_file;
        }
        if (count == 0 && *prefix == '-')
                offer_global_options(&o);
        else if (count == 0 || (count == 1 && strcmp(words[0], "help") == 0))
                offer_words(&o, 0, words);
        else
                offer_words(&o, count, words);
        synopsis = count > 0 && strcmp(words[0], "help") != 0 ? find_synopsis(words[0]) : NULL;
        if (synopsis)
                offer_by_synopsis(&o, a, synopsis, count - 1, words + 1);
        return o.takes_file;
}
