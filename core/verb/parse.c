/*
 * parse.c - words to an intent and back. Knows the table's shape only: what a word means on a graph is the planner's.
 */
#include "core/verb/verb.h"

#include <errno.h>
#include <string.h>

#define NEAREST_MAX 40 /* longer words are no near miss of anything */

/* Edits (insert, remove, replace, or swap of two neighbours) between two short words. */
static unsigned edit_distance(const char *a, const char *b)
{
        unsigned rows[3][NEAREST_MAX + 1];
        size_t la = strlen(a), lb = strlen(b);

        if (la > NEAREST_MAX || lb > NEAREST_MAX)
                return NEAREST_MAX;
        for (size_t j = 0; j <= lb; j++)
                rows[0][j] = (unsigned)j;
        for (size_t i = 1; i <= la; i++) {
                unsigned *now = rows[i % 3], *before = rows[(i + 2) % 3], *earlier = rows[(i + 1) % 3];

                now[0] = (unsigned)i;
                for (size_t j = 1; j <= lb; j++) {
                        unsigned best = before[j - 1] + (a[i - 1] != b[j - 1]);

                        if (before[j] + 1 < best)
                                best = before[j] + 1;
                        if (now[j - 1] + 1 < best)
                                best = now[j - 1] + 1;
                        if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && earlier[j - 2] + 1 < best)
                                best = earlier[j - 2] + 1;
                        now[j] = best;
                }
        }
        return rows[la % 3][lb];
}

/* How many words a verb has: one or two. */
static size_t word_count(const struct verb *v)
{
        return strchr(v->words, ' ') ? 2 : 1;
}

static const struct verb *find_verb(int argc, char *const *argv)
{
        for (size_t i = 0; i < VERB_COUNT; i++) {
                const char *space = strchr(verbs[i].words, ' ');

                if (!space) {
                        if (strcmp(verbs[i].words, argv[0]) == 0)
                                return &verbs[i];
                        continue;
                }
                size_t first = (size_t)(space - verbs[i].words);

                if (argc > 1 && strlen(argv[0]) == first && memcmp(argv[0], verbs[i].words, first) == 0 &&
                    strcmp(argv[1], space + 1) == 0)
                        return &verbs[i];
        }
        return NULL;
}

/* "create" alone, or "create brigde": name what may follow. */
static int refuse_unknown(int argc, char *const *argv, struct err *e)
{
        CLEANUP(text_done) struct text typed = {0};
        CLEANUP(text_done) struct text following = {0};
        const char *nearest = NULL;
        unsigned best = 3;
        size_t first_length = strlen(argv[0]);

        for (size_t i = 0; i < VERB_COUNT; i++) {
                if (strncmp(verbs[i].words, argv[0], first_length) != 0 || verbs[i].words[first_length] != ' ')
                        continue;
                if (following.length)
                        text_put(&following, ", ");
                text_put(&following, verbs[i].words + first_length + 1);
        }
        text_put(&typed, argv[0]);
        if (following.length) {
                if (argc < 2)
                        return err_set(e, -EINVAL, "%s: what? one of %s must follow", argv[0], text_str(&following));
                text_putf(&typed, " %s", argv[1]);
        }
        for (size_t i = 0; i < VERB_COUNT; i++) {
                const char *words = verbs[i].words;
                bool is_pair = strchr(words, ' ') != NULL;
                CLEANUP(freep) char *pair = is_pair && argc > 1 ? xasprintf("%s %s", argv[0], argv[1]) : NULL;
                unsigned distance = edit_distance(pair ? pair : argv[0], words);

                if (distance < best) {
                        best = distance;
                        nearest = words;
                }
        }
        if (nearest)
                return err_set(e, -ENOENT, "%.60s: no such command; did you mean '%s'?", text_str(&typed), nearest);
        if (following.length)
                return err_set(e, -ENOENT, "%.60s: no such command; one of %s can follow", text_str(&typed),
                               text_str(&following));
        return err_set(e, -ENOENT, "%.60s: no such command; jailnet --help lists them", text_str(&typed));
}

/* A usage refusal: the reason, then the synopsis. */
static int refuse_usage(struct err *e, const struct verb *v, const char *reason, const char *word)
{
        CLEANUP(text_done) struct text synopsis = {0};

        verb_put_synopsis(&synopsis, v);
        return err_set(e, -EINVAL, "%s: %.40s%s; usage: %s", v->words, word, reason, text_str(&synopsis));
}

static const struct verb_option *find_option(const struct verb *v, const char *name, size_t length)
{
        for (size_t i = 0; i < v->option_count; i++) {
                if (strlen(v->options[i].name) == length && memcmp(v->options[i].name, name, length) == 0)
                        return &v->options[i];
        }
        return NULL;
}

/* Reads the option at argv[*at] and moves *at to its last word. */
static int parse_option(const struct verb *v, int argc, char *const *argv, int *at, struct intent *in, struct err *e)
{
        const char *word = argv[*at];
        const char *name = word + 2;
        const char *equals = strchr(name, '=');
        size_t length = equals ? (size_t)(equals - name) : strlen(name);
        const struct verb_option *o = find_option(v, name, length);
        unsigned have = 0, wanted;

        if (!o)
                return refuse_usage(e, v, " is not one of its options", word);
        if (intent_option(in, o->name))
                return refuse_usage(e, v, " is given twice", word);
        if (equals && !o->has_value)
                return refuse_usage(e, v, " takes no value", word);
        wanted = o->has_value ? 1 + o->extra_values : 0;

        const char *values[3] = {NULL, NULL, NULL};

        if (equals)
                values[have++] = equals + 1;
        while (have < wanted) {
                if (*at + 1 >= argc)
                        return refuse_usage(e, v, o->extra_values ? " needs three values" : " needs a value", word);
                values[have++] = argv[++*at];
        }
        in->options[in->option_count].name = o->name;
        memcpy(in->options[in->option_count].values, values, sizeof(values));
        in->option_count++;
        return 0;
}

static int check_count(const struct verb *v, const struct intent *in, struct err *e)
{
        size_t max = 0;

        for (size_t i = 0; i < v->arg_count; i++) {
                if (!v->args[i].is_optional && i >= in->value_count)
                        return refuse_usage(e, v, " is missing", v->args[i].name);
                max = v->args[i].is_repeated ? INTENT_VALUES_MAX : i + 1;
        }
        if (in->value_count > max)
                return refuse_usage(e, v, " is one word too many", in->values[max]);
        return 0;
}

int verb_parse(int argc, char *const *argv, struct intent *ret, struct err *e)
{
        struct intent in = {0};
        bool options_end = false;

        if (argc < 1)
                return err_set(e, -EINVAL, "a command is missing; jailnet --help lists them");

        const struct verb *v = find_verb(argc, argv);

        if (!v)
                return refuse_unknown(argc, argv, e);
        in.verb = v->id;
        for (int i = (int)word_count(v); i < argc; i++) {
                const char *word = argv[i];

                if (!options_end && strcmp(word, "--") == 0) {
                        options_end = true;
                } else if (!options_end && str_has_prefix(word, "--")) {
                        int r = parse_option(v, argc, argv, &i, &in, e);

                        if (r < 0)
                                return r;
                } else if (!options_end && word[0] == '-' && word[1] != '\0') {
                        return refuse_usage(e, v, " is not one of its options", word);
                } else {
                        if (in.value_count == INTENT_VALUES_MAX)
                                return refuse_usage(e, v, " is one word too many", word);
                        in.values[in.value_count++] = word;
                }
        }

        int r = check_count(v, &in, e);

        if (r < 0)
                return r;
        *ret = in;
        return 0;
}

const char *intent_option(const struct intent *in, const char *name)
{
        for (size_t i = 0; i < in->option_count; i++) {
                if (strcmp(in->options[i].name, name) == 0)
                        return in->options[i].values[0] ? in->options[i].values[0] : "";
        }
        return NULL;
}

static void put_options(struct text *t, const struct intent *in)
{
        for (size_t i = 0; i < in->option_count; i++) {
                text_putf(t, " --%s", in->options[i].name);
                for (size_t k = 0; k < ARRAY_SIZE(in->options[i].values) && in->options[i].values[k]; k++) {
                        text_put_char(t, ' ');
                        text_put_shell(t, in->options[i].values[k]);
                }
        }
}

/* In the synopsis' order, unless a value could be taken for an option. */
void intent_put_words(struct text *t, const struct intent *in)
{
        bool needs_end = false;

        if (in->words) {
                text_put(t, in->words);
                return;
        }
        text_put(t, verbs[in->verb].words);
        for (size_t i = 0; i < in->value_count; i++)
                needs_end = needs_end || (in->values[i][0] == '-' && in->values[i][1]);
        if (needs_end) {
                put_options(t, in);
                text_put(t, " --");
        }
        for (size_t i = 0; i < in->value_count; i++) {
                text_put_char(t, ' ');
                text_put_shell(t, in->values[i]);
        }
        if (!needs_end)
                put_options(t, in);
}

void verb_put_synopsis(struct text *t, const struct verb *v)
{
        static const char *const extra[] = {"JAIL", "N"}; /* what follows PARENT behind --jib and --jng */
        size_t open = 0;

        text_put(t, v->words);
        for (size_t i = 0; i < v->arg_count; i++) {
                const struct verb_arg *a = &v->args[i];

                text_put_char(t, ' ');
                if (a->is_optional) {
                        text_put_char(t, '[');
                        open++;
                }
                text_put(t, a->name);
                if (a->is_repeated)
                        text_put(t, " ...");
        }
        while (open--)
                text_put_char(t, ']');
        for (size_t i = 0; i < v->option_count; i++) {
                const struct verb_option *o = &v->options[i];

                text_putf(t, " [--%s", o->name);
                if (o->has_value)
                        text_putf(t, " %s", o->value.type == ARG_CHOICE ? o->value.choices : o->value.name);
                for (unsigned k = 0; k < o->extra_values && k < ARRAY_SIZE(extra); k++)
                        text_putf(t, " %s", extra[k]);
                text_put_char(t, ']');
        }
}

void verb_parse_begun(const struct verb *v, size_t count, char *const *words, struct intent *ret)
{
        *ret = (struct intent){.verb = v->id};
        for (size_t i = 0; i < count; i++) {
                bool is_option = str_has_prefix(words[i], "--");
                const char *equals = is_option ? strchr(words[i], '=') : NULL;
                size_t length = is_option ? (equals ? (size_t)(equals - words[i]) : strlen(words[i])) - 2 : 0;
                const struct verb_option *o = is_option ? find_option(v, words[i] + 2, length) : NULL;
                size_t have = 0;

                if (!is_option && ret->value_count < INTENT_VALUES_MAX)
                        ret->values[ret->value_count++] = words[i];
                if (!o || intent_option(ret, o->name))
                        continue;
                ret->options[ret->option_count].name = o->name;
                if (equals)
                        ret->options[ret->option_count].values[have++] = equals + 1;
                while (o->has_value && have < 1 + o->extra_values && i + 1 < count)
                        ret->options[ret->option_count].values[have++] = words[++i];
                ret->option_count++;
        }
}
