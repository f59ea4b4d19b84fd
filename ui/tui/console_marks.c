/* console_marks.c - marking things, and one plan for a verb on all of them. */
#include <string.h>

#include "core/base/intl.h"
#include "core/plan/chain.h"
#include "ui/tui/console_state.h"

void console_toggle_mark(struct console *c)
{
        struct object o = selection_resolve(&c->ui.selection, c->graph);
        bool on = !marks_has(&c->marks, c->graph, o);

        if (o.type == OBJECT_NONE) {
                console_say(c, STYLE_NORMAL, "nothing is selected; arrows go to a thing, Space marks it");
                return;
        }
        if (!marks_set(&c->marks, c->graph, o, on))
                console_say(c, STYLE_WARNING, "%d things are marked; no more fit", MARKS_MAX);
        if (c->view == VIEW_TABLE)
                console_press(c, KEYC_DOWN);
}

void console_unmark(struct console *c)
{
        if (console_let_go(c) || console_go_on(c))
                return;
        if (c->marks.count)
                console_say(c, STYLE_NORMAL, "nothing is marked any more");
        c->marks.count = 0;
}

static void pattern_changed(void *user, const char *text)
{
        struct console *c = user;

        c->marks = c->marks_before;
        if (*text)
                (void)marks_pattern(&c->marks, &c->ui, text);
        if (c->mark_prompt) {
                char note[48];

                (void)str_format(note, sizeof(note), _("%zu marked"), c->marks.count); /* fits */
                prompt_note(c->mark_prompt, note);
        }
}

static void pattern_ended(void *user, const char *text, bool is_accepted)
{
        struct console *c = user;

        (void)text; /* it was told while it was typed */
        c->mark_prompt = NULL;
        if (!is_accepted)
                c->marks = c->marks_before;
        else
                console_say(c, STYLE_NORMAL, "%zu marked; Enter lists what can be done to them, Esc unmarks",
                            c->marks.count);
}

void console_mark_pattern(struct console *c)
{
        const struct prompt_options o = {
                .label = _("mark"),
                .hints = _("Enter:mark Esc:leave_the_marks_as_they_were e0*:names www*/e0*:jail/name"),
                .changed = pattern_changed,
                .ended = pattern_ended,
                .user = c,
        };

        c->marks_before = c->marks;
        c->mark_prompt = prompt_new(&o);
        dialogs_push(&c->dialogs, c->mark_prompt);
}

size_t console_targets(const struct console *c, const struct verb *v, struct object *ret, size_t *ret_fitting,
                       struct err *why)
{
        size_t count = 0;

        *ret_fitting = 0;
        for (size_t i = 0; i < c->marks.count; i++) {
                struct object o;

                if (!console_fit_object(c, v, selection_resolve(&c->marks.items[i], c->graph), &o))
                        continue;
                ++*ret_fitting;
                if (verb_is_allowed(v, c->graph, o, err_is_set(why) ? NULL : why))
                        ret[count++] = o;
        }
        return count;
}

static void put_title(struct text *t, const struct verb *v, const char *const *words, size_t count)
{
        text_putf(t, "%s ", v->words);
        for (size_t i = 0; i < count && i < 3; i++) {
                text_put(t, i ? ", " : "");
                text_put_visible(t, words[i]);
        }
        if (count > 3)
                text_putf(t, _(" and %zu more"), count - 3);
}

int console_build_all(const struct console *c, const struct intent *in, struct plan **ret, struct err *e)
{
        const struct verb *v = &verbs[in->verb];
        CLEANUP(plan_chain_freep) struct plan_chain *chain = plan_chain_new(c->graph);
        CLEANUP(freep) struct object *all = xcalloc(MARKS_MAX, sizeof(*all));
        CLEANUP(text_done) struct text title = {0}, line = {0};
        struct err ignored = {0};
        size_t fitting, count = console_targets(c, v, all, &fitting, &ignored);
        char **words = xcalloc(count + 1, sizeof(*words));
        size_t named = 0;
        int r = 0;

        for (size_t i = 0; r == 0 && i < count; i++) {
                CLEANUP(text_done) struct text word = {0};
                struct intent one = *in;

                if (!console_put_word(&word, c->graph, all[i], v->args[0].type))
                        continue;
                text_put(&line, named ? "; " : "");
                words[named++] = text_take(&word);
                one.values[0] = words[named - 1];
                one.words = NULL;
                intent_put_words(&line, &one);
                r = plan_chain_add(chain, &one, e);
        }
        if (r == 0) {
                put_title(&title, v, (const char *const *)words, named);
                *ret = plan_chain_finish(chain, text_str(&line), text_str(&title));
        }
        for (size_t i = 0; i < named; i++)
                free(words[i]);
        free(words);
        return r;
}
