/* console_palette.c - what the palette lists: verbs, actions, things to go to; and while a command is typed, what fits.
 */
#include <string.h>

#include "core/base/intl.h"
#include "ui/tui/console_state.h"
#include "ui/tui/console_way.h"
#include "ui/tui/match.h"
#include "ui/tui/palette.h"
#include "ui/tui/views/describe.h"

#define JUMP_ID_BASE 10000

static void add_jump(struct console *c, struct palette_list *l, const char *wanted, const char *name, const char *what,
                     struct object o)
{
        int score = match_score(wanted, name);

        if (score > 0 && l->count < ARRAY_SIZE(c->jump)) {
                size_t at = l->count;

                selection_set(&c->jump[at], c->graph, o);
                palette_add(l, name, what, NULL, JUMP_ID_BASE + (int)at, score - 1);
        }
}

static void add_verb(struct palette_list *l, const char *wanted, const struct verb *v)
{
        CLEANUP(text_done) struct text insert = {0};
        char called[WORDED_SIZE], help[WORDED_SIZE];
        const char *words = describe_command(v->words, called);
        int score = match_score(wanted, words), own = match_score(wanted, v->words);

        text_putf(&insert, "%s ", words);
        if (score > 0 || own > 0)
                palette_add(l, words, describe_words(v->help, help), text_str(&insert), 0,
                            (score > own ? score : own) + 64);
}

static void fill_everything(struct console *c, const char *wanted, struct palette_list *l)
{
        const struct graph *g = c->graph;

        for (size_t i = 0; i < VERB_COUNT; i++)
                add_verb(l, wanted, &verbs[i]);
        add_verb(l, wanted, &console_way_verb);
        for (size_t i = 0; i < console_action_count; i++) {
                const struct action *a = &console_actions[i];
                char title[WORDED_SIZE], help[WORDED_SIZE];
                const char *called = describe_words(a->title, title);
                int score = match_score(wanted, called);

                if (score > 0)
                        palette_add(l, called, describe_words(a->help, help), NULL, ACTION_ID_BASE + (int)i, score);
        }
        char go[WORDED_SIZE];

        if (!*wanted)
                return; /* things are listed once something is typed: there may be thousands */
        for (size_t j = 0; j < g->jail_count; j++)
                add_jump(c, l, wanted, g->jails[j].name, describe_words(N_("go to this jail"), go),
                         (struct object){OBJECT_JAIL, j});
        for (size_t i = 0; i < g->iface_count; i++) {
                CLEANUP(text_done) struct text word = {0};

                if (!c->ui.show_all && iface_is_hidden(&g->ifaces[i]))
                        continue;
                query_put_iface(&word, g, i);
                add_jump(c, l, wanted, text_str(&word), _("go to this interface"), (struct object){OBJECT_IFACE, i});
        }
}

/* -- A command that is being typed -- */

#define BEGINS_SO (1 << 24) /* more than letters that are only somewhere in a word can score */

struct completion {
        struct palette_list *list;
        const char *head;   /* the line before the word that is being typed */
        const char *last;   /* that word, as far as it goes */
        struct intent rest; /* the words before it, as a request */
        const char *label;
        bool takes_beginnings; /* in this round; else what only has its letters */
};

static void add_completion(void *user, const char *word)
{
        struct completion *x = user;
        CLEANUP(text_done) struct text insert = {0};
        int score = match_score(x->last, word);

        if (!score || str_has_prefix(word, x->last) != x->takes_beginnings)
                return;
        text_put(&insert, x->head);
        text_put_shell(&insert, word);
        text_put_char(&insert, ' ');
        palette_add(x->list, word, _(x->label), text_str(&insert), 0, x->takes_beginnings ? BEGINS_SO + score : score);
}

/* In two rounds: the list may be full before all that have the letters are in it. */
static void add_completions(const struct console *c, const struct verb_arg *a, struct completion *x)
{
        x->takes_beginnings = true;
        (void)verb_complete(a, &x->rest, x->last, c->graph, PALETTE_ROWS_MAX, add_completion, x);
        x->takes_beginnings = false;
        (void)verb_complete(a, &x->rest, "", c->graph, SIZE_MAX, add_completion, x);
}

static const struct verb_option *option_named(const struct verb *v, const char *word)
{
        for (size_t i = 0; i < v->option_count; i++) {
                if (str_has_prefix(word, "--") && strcmp(word + 2, v->options[i].name) == 0)
                        return &v->options[i];
        }
        return NULL;
}

/* What the last word may be: an option's value, an option, or the next argument. */
static void complete(const struct console *c, const struct verb *v, char *const *words, size_t count, const char *last,
                     struct completion *x)
{
        const struct verb_option *pending = NULL;
        size_t argument = 0;

        verb_parse_begun(v, count, words, &x->rest);
        for (size_t i = 0; i < count; i++) {
                if (pending) {
                        pending = NULL;
                        continue;
                }

                const struct verb_option *o = option_named(v, words[i]);

                if (o && o->has_value)
                        pending = o;
                else if (!o)
                        argument++;
        }
        if (pending) {
                x->label = pending->help;
                add_completions(c, &pending->value, x);
                return;
        }

        if (v->arg_count && argument >= v->arg_count && v->args[v->arg_count - 1].is_repeated)
                argument = v->arg_count - 1U;
        if (last[0] != '-' && argument < v->arg_count) {
                x->label = v->args[argument].label ? v->args[argument].label : v->args[argument].name;
                add_completions(c, &v->args[argument], x);
        }
        x->takes_beginnings = true;
        for (size_t i = 0; i < v->option_count; i++) {
                char word[48];

                (void)str_format(word, sizeof(word), "--%s", v->options[i].name); /* fits */
                x->label = v->options[i].help;
                if (str_has_prefix(word, last))
                        add_completion(x, word);
        }
}

static const struct verb *verb_typed(char *const *words, size_t count, bool is_open, size_t *ret_used)
{
        if (count > (is_open ? 1u : 0u) && strcmp(words[0], console_way_verb.words) == 0) {
                *ret_used = 1;
                return &console_way_verb;
        }
        for (size_t i = 0; i < VERB_COUNT; i++) {
                char typed[64] = "";
                size_t parts = strchr(verbs[i].words, ' ') ? 2 : 1;

                if (count < parts || (count == parts && is_open))
                        continue;
                (void)str_format(typed, sizeof(typed), "%s%s%s", words[0], parts > 1 ? " " : "",
                                 parts > 1 ? words[1] : ""); /* a longer one is no verb */
                if (strcmp(typed, verbs[i].words) == 0) {
                        *ret_used = parts;
                        return &verbs[i];
                }
        }
        return NULL;
}

static void fill(void *user, const char *typed, struct palette_list *l)
{
        struct console *c = user;
        char *words[MATCH_WORDS_MAX];
        bool is_open;
        CLEANUP(freep) char *own = describe_typed(typed);
        size_t count = words_split(own ? own : typed, words, &is_open), used = 0;
        const struct verb *v = verb_typed(words, count, is_open, &used);

        if (!v) {
                fill_everything(c, typed, l);
                typed = own ? own : typed;
                /* A verb's words alone are a command too. */
                for (size_t i = 0; i < VERB_COUNT && !l->is_command; i++)
                        l->is_command = strcmp(typed, verbs[i].words) == 0;
                l->is_command |= strcmp(typed, console_way_verb.words) == 0;
                words_free(words, count);
                return;
        }

        CLEANUP(text_done) struct text synopsis = {0};
        const char *last = is_open && count > used ? words[count - 1] : "";
        size_t end = strlen(typed);

        if (is_open)
                while (end > 0 && typed[end - 1] != ' ')
                        end--;

        CLEANUP(freep) char *head = xstrndup(typed, end);
        struct completion x = {.list = l, .head = head, .last = last};

        verb_put_synopsis(&synopsis, v);
        (void)str_copy(l->note, sizeof(l->note), text_str(&synopsis)); /* cut is fine */
        l->is_command = true;
        complete(c, v, words + used, count - used - (is_open && count > used ? 1 : 0), last, &x);
        words_free(words, count);
}

static void chosen(void *user, int id)
{
        struct console *c = user;

        if (id < JUMP_ID_BASE)
                console_chosen(c, id);
        else
                c->ui.selection = c->jump[id - JUMP_ID_BASE];
}

static void typed_line(void *user, const char *line)
{
        console_begin_line(user, line);
}

void console_open_palette(struct console *c)
{
        const struct palette_options o = {.fill = fill, .chosen = chosen, .typed = typed_line, .user = c};

        dialogs_push(&c->dialogs, palette_new(&o));
}
