/*
 * console_commands.c - what is previewed or was done as commands: to the terminal's clipboard, where it takes that
 * (OSC 52), and on the screen, where they can be marked.
 */
#include <string.h>
#include <time.h>

#include "core/base/intl.h"
#include "ui/tui/commands.h"
#include "ui/tui/console_state.h"
#include "ui/tui/term.h"

#define ENTRIES_MAX 200 /* plans: more is for jailnet journal */

static enum style line_style(const char *line)
{
        return *line == '#' ? STYLE_DIM : STYLE_NORMAL;
}

static void copy_all(void *user)
{
        struct console *c = user;

        term_copy(c->commands);
        console_say(c, STYLE_GOOD,
                    "copied, where the terminal takes it; else mark it with the mouse (M gives it to the terminal)");
}

static void show(struct console *c, const char *title, struct text *lines)
{
        CLEANUP(text_done) struct text visible = {0};
        const struct text_options o = {
                .title = title,
                .hints = _("c:copy Up/Down:scroll Esc:close"),
                .style_of = line_style,
                .copied = copy_all,
                .user = c,
        };

        free(c->commands);
        c->commands = text_take(lines);
        for (const char *s = c->commands; s && *s; s += strcspn(s, "\n"), s += *s == '\n') {
                CLEANUP(freep) char *line = xstrndup(s, strcspn(s, "\n"));

                text_put_visible(&visible, line);
                text_put_char(&visible, '\n');
        }
        dialogs_push(&c->dialogs, dialog_text_new(text_str(&visible), &o));
}

void console_copy_plan(void *user)
{
        struct console *c = user;
        struct text t = {0};

        if (!c->plan)
                return;
        commands_put(&t, c->plan->words);
        term_copy(text_str(&t));
        show(c, _("As commands (c copies them again)"), &t);
}

/* Lines with something before each. */
static void put_lines(struct text *t, const char *lead, const char *lines)
{
        for (const char *s = lines; *s; s += strcspn(s, "\n"), s += *s == '\n')
                text_putf(t, "%s%.*s\n", lead, (int)strcspn(s, "\n"), s);
}

static void put_system(struct text *t, const struct plan *p, enum plan_words words)
{
        CLEANUP(text_done) struct text lines = {0};

        for (size_t i = 0; words == PLAN_WORDS_FREEBSD && i < p->freebsd_count; i++)
                text_putf(&lines, "%s\n", p->freebsd[i]);
        for (size_t i = 0; words != PLAN_WORDS_FREEBSD && i < p->step_count; i++)
                step_put_iproute2(&lines, &p->steps[i]);
        put_lines(t, words == PLAN_WORDS_BOTH ? "#    " : "", text_str(&lines));
}

/*
 * One plan. What is no comment can be run as it stands: jailnet's line, or where one system's words are chosen (W),
 * that system's lines.
 */
static void put_entry(struct text *t, struct console *c, const struct app_journal_entry *j)
{
        time_t when = (time_t)j->time;
        struct tm tm;
        char stamp[32] = "";
        struct plan *p = NULL;
        CLEANUP(text_done) struct text ours = {0};

        if (localtime_r(&when, &tm))
                (void)strftime(stamp, sizeof(stamp), "%Y-%m-%d %H:%M:%S", &tm); /* fits */
        text_putf(t, "# %lld  %s  %s  %s\n", (long long)j->number, stamp, j->user, plan_state_name(j->state));
        if (c->app->journal_plan(c->app, j->number, &p, NULL) < 0)
                p = NULL; /* its words, perhaps cut, are all that is known */
        if (j->undoes)
                text_putf(&ours, "jailnet undo %lld\n", (long long)j->undoes);
        else
                commands_put(&ours, p ? p->words : j->words);
        put_lines(t, c->words == PLAN_WORDS_BOTH || !p ? "" : "# ", text_str(&ours));
        if (p)
                put_system(t, p, c->words);
        plan_free(p);
}

void console_show_commands(struct console *c)
{
        struct app_journal_entry *entries = NULL;
        size_t count = 0;
        struct text t = {0};
        struct err e = {0};

        if (c->app->journal(c->app, 0, ENTRIES_MAX, NULL, &entries, &count, &e) < 0) {
                console_say_err(c, &e);
                return;
        }
        for (size_t i = 0; i < count; i++) /* the newest first, as the journal has them */
                put_entry(&t, c, &entries[i]);
        free(entries);
        if (count == 0)
                text_put(&t, _("# nothing was done yet\n"));
        show(c, _("Everything that was done, the newest first"), &t);
}
