/*
 * console_plan.c - from a verb to a change: form, plan, preview, run. Nothing reaches the kernel before the preview was
 * accepted, and nothing here waits.
 */
#include <errno.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/intl.h"
#include "ui/tui/console_state.h"
#include "ui/tui/events.h"
#include "ui/tui/console_way.h"
#include "ui/tui/dialog_form.h"
#include "ui/tui/match.h"
#include "ui/tui/plan_preview.h"
#include "ui/tui/views/describe.h"

#define FRESH_MS 3000 /* after a plan's end the picture knows what it did, surely */

static void drop_preview(struct console *c)
{
        plan_preview_free(c->preview);
        c->preview = NULL;
        c->is_peeking = false;
}

static void drop_plan(struct console *c)
{
        drop_preview(c);
        plan_free(c->plan);
        graph_unref(c->plan_graph);
        c->plan = NULL;
        c->plan_graph = NULL;
}

/* -- Run --------------------------------------------------------------------------------------------------------- */

/* Refused as changed since, shortly after a plan: the picture may be of before its end, and a newer one is on its way.
 */
static void try_undo(struct console *c)
{
        struct plan *p = NULL;
        struct err e = {0};
        int r = c->app->undo(c->app, 0, c->graph, &p, &e);

        if (r == -ESTALE && clock_now_ms() < c->plan_ended_ms + FRESH_MS) {
                c->undo_until_ms = c->plan_ended_ms + FRESH_MS;
                c->app->refresh(c->app);
                return;
        }
        c->undo_until_ms = 0;
        if (r < 0)
                console_say_err(c, &e);
        else
                console_show_plan(c, p);
}

static void cancel(void *user)
{
        struct console *c = user;

        c->app->cancel(c->app);
}

/* In the words of the chosen system. Caller frees. */
static char *title_of(const struct console *c, const struct plan *p)
{
        CLEANUP(text_done) struct text t = {0};

        plan_put_title(&t, p, c->words);
        return xstrdup(text_str(&t));
}

static void told_done(struct console *c)
{
        CLEANUP(text_done) struct text made = {0};

        /* Names that were chosen by the plan; those that the title tells are known. */
        for (size_t i = 0; i < c->plan->made_count; i++) {
                if (strstr(c->plan->title, c->plan->made[i]))
                        continue;
                text_put(&made, made.length ? ", " : ": ");
                text_put(&made, c->plan->made[i]);
        }

        CLEANUP(freep) char *title = title_of(c, c->plan);

        CLEANUP(freep) char *all = xasprintf(_("done: %s%s"), title, text_str(&made));
        CLEANUP(text_done) struct text line = {0};

        text_put_visible(&line, all);
        events_note_done(c->events, text_str(&line), clock_wall_s());
        console_say(c, STYLE_GOOD, "%s   (u undoes it)", all);
}

static void told_failed(struct console *c, const struct err *e)
{
        struct err whole = *e;

        if (c->plan->state == PLAN_ROLLED_BACK && e->code != -ECANCELED && c->plan->step_count > 1)
                (void)str_format(whole.what, sizeof(whole.what), _("%s; what was done of it is taken back"), e->what);
        else if (e->code == -ECANCELED)
                (void)str_format(whole.what, sizeof(whole.what), _("cancelled: %s; everything is as before"),
                                 c->plan->title);
        if (c->plan->state == PLAN_FAILED && c->plan->failure[0])
                (void)str_copy(whole.what, sizeof(whole.what), c->plan->failure); /* cut is fine */
        console_say_err(c, &whole);
}

void console_plan_progress(struct console *c)
{
        struct app_progress p;
        struct err e = {0};

        if (!c->is_running)
                return;
        if (!c->app->poll(c->app, &p)) {
                if (!c->progress && clock_now_ms() - c->plan_begun_ms >= console_plan_delay_ms()) {
                        CLEANUP(freep) char *title = title_of(c, c->plan);

                        c->progress = dialog_progress_new(title, cancel, c);
                        dialogs_push(&c->dialogs, c->progress);
                }
                if (c->progress)
                        dialog_progress_set(c->progress, p.done, p.total, p.sentence, p.is_rolling_back);
                else if (p.sentence[0])
                        console_say_visible(c, STYLE_NORMAL, p.sentence);
                return;
        }

        int r = c->app->join(c->app, &e);

        c->is_running = false;
        c->plan_fd = -1;
        if (c->progress)
                c->progress->is_closed = true;
        c->progress = NULL;
        dialogs_sweep(&c->dialogs);
        if (r < 0)
                told_failed(c, &e);
        else
                told_done(c);
        console_doctor_news(c); /* what is wanted has changed too */
        console_guard_open(c);
        drop_plan(c);
        c->plan_ended_ms = clock_now_ms();
        c->app->refresh(c->app); /* names, hooks and pins live in the inventory: the kernel has no event for them */
        if (c->quits_after)
                c->is_done = true;
        else if (c->undoes_after && r == 0)
                try_undo(c);
        c->undoes_after = false;
}

static void run_plan(void *user)
{
        struct console *c = user;
        struct err e = {0};

        /* The form below the preview has done its work. */
        for (size_t i = 0; i < c->dialogs.count; i++)
                c->dialogs.items[i]->is_closed = true;
        drop_preview(c);
        if (c->is_running || !c->plan)
                return;
        if (!console_may_change(c)) {
                drop_plan(c);
                return;
        }

        int r = c->app->start(c->app, c->plan, c->plan_graph, &c->plan_fd, &e);

        if (r < 0) {
                console_say_err(c, &e);
                drop_plan(c);
                return;
        }
        console_note_plan(c);
        if (c->takes_marks)
                c->marks.count = 0;
        c->takes_marks = false;
        c->is_running = true;
        c->plan_begun_ms = clock_now_ms();

        CLEANUP(freep) char *title = title_of(c, c->plan);

        console_say(c, STYLE_NORMAL, "%s...", title);
}

/* -- Preview ----------------------------------------------------------------------------------------------------- */

static void left_preview(void *user)
{
        struct console *c = user;

        if (!c->is_running)
                drop_plan(c);
}

static enum style preview_style(const char *line)
{
        if (line[strspn(line, " ")] == '!' || strstr(line, "   (!)"))
                return STYLE_WARNING;
        return *line && *line != ' ' ? STYLE_DIALOG_TITLE : STYLE_NORMAL;
}

/* g: the picture without the preview before it. */
static void peeked(void *user, bool is_hidden)
{
        struct console *c = user;

        c->is_peeking = is_hidden;
        if (is_hidden)
                dialogs_hide(&c->dialogs);
        else
                dialogs_resize(&c->dialogs, c->dialogs.screen);
}

void console_show_plan(struct console *c, struct plan *p)
{
        console_show_plan_with(c, p, "");
}

void console_show_plan_with(struct console *c, struct plan *p, const char *said)
{
        CLEANUP(text_done) struct text t = {0};
        const struct text_options o = {
                .title = _("Preview: nothing is done yet"),
                .hints = _("Enter:do_it Esc:leave_all_as_it_is g:look_at_the_picture c:as_commands Up/Down:scroll"),
                .style_of = preview_style,
                .accepted = run_plan,
                .left = left_preview,
                .peeked = peeked,
                .copied = console_copy_plan,
                .user = c,
        };

        drop_plan(c);
        c->plan = p;
        c->plan_graph = graph_ref(c->graph);
        c->preview = plan_preview_new(p, c->graph);
        if (c->app->is_guarded(c->app, p))
                text_putf(&t,
                          _("! This touches your own way in: you may lose the connection to this host. It is put back "
                            "after %d s, unless you confirm it then.\n\n"),
                          c->app->confirm_within_s ? c->app->confirm_within_s : GUARD_WITHIN_S);
        for (const char *s = said; *s; s += strcspn(s, "\n"), s += *s == '\n')
                text_putf(&t, "! %.*s\n", (int)strcspn(s, "\n"), s);
        text_put(&t, *said ? "\n" : "");
        plan_put_preview_in(&t, p, c->words);
        dialogs_push(&c->dialogs, dialog_text_new(text_str(&t), &o));
        (void)console_go_on(c); /* an edge that was pulled with the mouse, or files: what comes of it is to be seen */
}

bool console_is_free(struct console *c)
{
        if (c->is_running)
                console_say(c, STYLE_WARNING, "%s: still running; wait for its end", c->plan->title);
        return !c->is_running;
}

bool console_may_change(struct console *c)
{
        if (c->is_read_only)
                console_say(c, STYLE_WARNING, "read-only: nothing is changed; O ends that");
        return !c->is_read_only;
}

static int build(const struct console *c, const struct intent *in, struct plan **ret, struct err *e)
{
        return c->takes_marks ? console_build_all(c, in, ret, e) : plan_build(in, c->graph, ret, e);
}

void console_preview_intent(struct console *c, const struct intent *in)
{
        struct plan *p = NULL;
        struct err e = {0};

        if (!console_is_free(c))
                return;
        if (build(c, in, &p, &e) < 0)
                console_say_err(c, &e);
        else
                console_show_plan(c, p);
}

void console_begin_undo(struct console *c)
{
        (void)console_go_on(c); /* as above */
        if (!c->is_running) {
                try_undo(c);
                return;
        }
        c->undoes_after = true;
        console_say(c, STYLE_NORMAL, "%s: still running; its undo is shown when it has ended", c->plan->title);
}

void console_undo_graph(struct console *c)
{
        if (c->undo_until_ms && (c->is_running || c->dialogs.count))
                c->undo_until_ms = 0; /* something else was begun meanwhile */
        if (c->undo_until_ms)
                try_undo(c);
}

/* -- Form -------------------------------------------------------------------------------------------------------- */

static const struct graph *form_graph(void *user)
{
        const struct console *c = user;

        return c->graph;
}

static int form_check(void *user, const struct intent *in, char *note, size_t size)
{
        struct console *c = user;
        CLEANUP(plan_freep) struct plan *p = NULL;
        struct err e = {0};
        int r = build(c, in, &p, &e);

        if (r < 0)
                (void)err_sentence(&e, note, (unsigned)size);
        if (r == 0) {
                CLEANUP(freep) char *title = title_of(c, p);

                (void)str_format(note, size, _("ready: %s"), title); /* cut is fine: the preview has it whole */
        }
        return r;
}

static void form_accepted(void *user, const struct intent *in)
{
        console_preview_intent(user, in);
}

static void open_form(struct console *c, const struct verb *v, const struct intent *prefill)
{
        CLEANUP(freep) char *about = c->takes_marks ? xasprintf(_("each of the %zu marked"), c->marks.count) : NULL;
        const struct form_options o = {
                .about = about,
                .graph = form_graph,
                .check = form_check,
                .accepted = form_accepted,
                .user = c,
        };

        if (v->arg_count > 0) /* every verb has arguments; a row without any goes straight on */
                dialogs_push(&c->dialogs, dialog_form_new(&c->dialogs, v, prefill, &o));
        else
                console_preview_intent(c, prefill);
}

/* -- Verbs on the selection -------------------------------------------------------------------------------------- */

bool console_fit(const struct console *c, const struct verb *v, struct object *ret)
{
        return console_fit_object(c, v, selection_resolve(&c->ui.selection, c->graph), ret);
}

bool console_fit_object(const struct console *c, const struct verb *v, struct object o, struct object *ret)
{
        const struct graph *g = c->graph;
        struct object other = {OBJECT_NONE, NONE};

        if (o.type == OBJECT_NONE)
                return false;
        if (o.type == OBJECT_NODE && g->nodes[o.index].iface != NONE)
                other = (struct object){OBJECT_IFACE, g->nodes[o.index].iface};
        else if (o.type == OBJECT_IFACE && g->ifaces[o.index].node != NONE)
                other = (struct object){OBJECT_NODE, g->ifaces[o.index].node};
        if (verb_takes(v, g, o)) {
                *ret = o;
                return true;
        }
        if (other.type == OBJECT_NONE || !verb_takes(v, g, other))
                return false;
        *ret = other;
        return true;
}

bool console_put_word(struct text *t, const struct graph *g, struct object o, enum arg_type type)
{
        struct object found;
        size_t iface = o.type == OBJECT_IFACE ? o.index : o.type == OBJECT_NODE ? g->nodes[o.index].iface : NONE;
        size_t node = o.type == OBJECT_NODE ? o.index : o.type == OBJECT_IFACE ? g->ifaces[o.index].node : NONE;

        switch ((int)type) {
        case ARG_JAIL:
        case ARG_JAIL_ANY:
                if (o.type != OBJECT_JAIL)
                        return false;
                text_put(t, g->jails[o.index].name);
                return true;
        case ARG_BRIDGE:
                if (iface == NONE || g->ifaces[iface].kind != KIND_BRIDGE)
                        return false;
                query_put_iface(t, g, iface);
                return true;
        case ARG_MASTER:
                if (iface == NONE || !iface_takes_ports(&g->ifaces[iface]))
                        return false;
                query_put_iface(t, g, iface);
                return true;
        case ARG_IFACE:
                if (iface == NONE)
                        return false;
                query_put_iface(t, g, iface);
                return true;
        case ARG_OBJECT:
                if (o.type == OBJECT_JAIL)
                        text_put(t, g->jails[o.index].name);
                else if (iface != NONE)
                        query_put_iface(t, g, iface);
                else
                        return false;
                /* A word that means another thing too says which is meant. */
                if (query_object(g, text_str(t), &found, NULL) < 0 ||
                    found.type != (o.type == OBJECT_JAIL ? OBJECT_JAIL : OBJECT_IFACE)) {
                        CLEANUP(freep) char *word = xstrdup(text_str(t));

                        text_clear(t);
                        text_putf(t, "%s:%s", o.type == OBJECT_JAIL ? "jail" : "if", word);
                }
                return true;
        case ARG_NODE:
        case ARG_NODE_HOOK:
                if (node == NONE)
                        return false;
                text_putf(t, "[%08x]", g->nodes[node].id);
                if (type == ARG_NODE_HOOK)
                        text_put_char(t, ':'); /* the hook is to be filled in */
                return true;
        default: return false;
        }
}

/* Everything that the verb needs is there, and nothing else could be wished: no form. */
static bool is_complete(const struct verb *v, const struct intent *in)
{
        size_t length = strlen(v->title);
        bool asks = length > 3 && strcmp(v->title + length - 3, "...") == 0;

        for (size_t i = 0; i < v->arg_count; i++) {
                if (v->args[i].type == ARG_NODE_HOOK || (i >= in->value_count && (asks || !v->args[i].is_optional)))
                        return false;
        }
        return !asks || v->option_count == 0;
}

/* All that are marked, if the verb is about such things: the form asks once, with the first of them in its first field.
 */
static bool begin_marked(struct console *c, const struct verb *v)
{
        CLEANUP(freep) struct object *all = xcalloc(MARKS_MAX, sizeof(*all));
        CLEANUP(text_done) struct text word = {0};
        struct intent in = {.verb = v->id};
        struct err why = {0};
        size_t fitting, count = console_targets(c, v, all, &fitting, &why);

        c->takes_marks = count > 0;
        if (count == 0 && fitting > 0)
                console_say_err(c, &why);
        if (count == 0 || !console_put_word(&word, c->graph, all[0], v->args[0].type))
                return fitting > 0;
        in.values[in.value_count++] = text_str(&word);
        if (is_complete(v, &in))
                console_preview_intent(c, &in);
        else
                open_form(c, v, &in);
        return true;
}

void console_begin_verb(struct console *c, const struct verb *v)
{
        (void)console_go_on(c); /* what is planned is planned on what is there now */

        struct intent in = {.verb = v->id};
        struct object selected = selection_resolve(&c->ui.selection, c->graph);
        struct object fit;
        struct err e = {0};
        CLEANUP(text_done) struct text word = {0};
        bool fits_first = console_fit(c, v, &fit);
        bool is_target = !fits_first; /* the selection is what it is done towards: the bridge, the jail */

        if (!console_is_free(c) || begin_marked(c, v))
                return;
        if (fits_first && !verb_is_allowed(v, c->graph, fit, &e)) {
                is_target = true;
                fits_first = false;
        }
        if (fits_first && console_put_word(&word, c->graph, fit, v->args[0].type)) {
                in.values[in.value_count++] = text_str(&word);
        } else if (is_target && selected.type != OBJECT_NONE) {
                for (size_t i = 1; i < v->arg_count && !in.value_count; i++) {
                        if ((v->args[i].type == ARG_JAIL || v->args[i].type == ARG_JAIL_ANY ||
                             v->args[i].type == ARG_BRIDGE || v->args[i].type == ARG_MASTER) &&
                            console_put_word(&word, c->graph, selected, v->args[i].type)) {
                                for (size_t n = 0; n < i; n++)
                                        in.values[in.value_count++] = "";
                                in.values[in.value_count++] = text_str(&word);
                        }
                }
                for (size_t i = 0; i < v->option_count && !in.value_count && !in.option_count; i++) {
                        enum arg_type type = v->options[i].value.type;

                        if (!v->options[i].has_value || (type != ARG_JAIL && type != ARG_BRIDGE) ||
                            (type == ARG_JAIL && selected.index == 0))
                                continue;
                        if (console_put_word(&word, c->graph, selected, type)) {
                                in.options[in.option_count].name = v->options[i].name;
                                in.options[in.option_count++].values[0] = text_str(&word);
                        }
                }
        }
        if (err_is_set(&e) && in.value_count == 0) {
                console_say_err(c, &e);
                return;
        }
        if (fits_first && is_complete(v, &in))
                console_preview_intent(c, &in);
        else
                open_form(c, v, &in);
}

/* -- A typed command --------------------------------------------------------------------------------------------- */

static const struct verb *verb_of_words(char *const *words, size_t count, size_t *ret_used)
{
        for (size_t i = 0; i < VERB_COUNT; i++) {
                char two[64];

                if (count > 1 && str_format(two, sizeof(two), "%s %s", words[0], words[1]) &&
                    strcmp(verbs[i].words, two) == 0) {
                        *ret_used = 2;
                        return &verbs[i];
                }
                if (count > 0 && strcmp(verbs[i].words, words[0]) == 0) {
                        *ret_used = 1;
                        return &verbs[i];
                }
        }
        return NULL;
}

void console_begin_line(struct console *c, const char *line)
{
        (void)console_go_on(c); /* what is planned is planned on what is there now */

        CLEANUP(freep) char *own = describe_typed(line);
        char *words[MATCH_WORDS_MAX];
        bool is_open;
        size_t count = words_split(own ? own : line, words, &is_open), used = 0;
        struct intent in;
        struct err e = {0};

        c->takes_marks = false; /* a typed line says itself what it is about */
        if (count == 0)
                return;

        const struct verb *v = verb_of_words(words, count, &used);

        if (strcmp(words[0], console_way_verb.words) == 0) {
                console_way_line(c, words + 1, count - 1);
        } else if (v && count == used) {
                console_begin_verb(c, v); /* only the verb: as its key does it */
        } else if (verb_parse((int)count, words, &in, &e) == 0) {
                in.words = NULL; /* made from the values, quoted as they must be */
                console_preview_intent(c, &in);
        } else if (v) {
                /* What was typed so far goes into the form, where the rest is asked for. */
                in = (struct intent){.verb = v->id};
                for (size_t i = used; i < count && words[i][0] != '-' && in.value_count < VERB_ARGS_MAX; i++)
                        in.values[in.value_count++] = words[i];
                open_form(c, v, &in);
        } else {
                console_say_err(c, &e);
        }
        words_free(words, count);
}
