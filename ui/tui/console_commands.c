/*
 * console_commands.c - what is previewed or was done as commands: to the terminal's clipboard, where it takes that
 * (OSC 52), and on the screen, where they can be marked.
 */
#include <string.h>
#include <time.h>

#include "ui/tui/commands.h"
#include "ui/tui/console_state.h"
#include "ui/tui/term.h"

#define ENTRIES_MAX 500

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
                .hints = "c:copy Up/Down:scroll Esc:close",
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
        show(c, "As commands (c copies them again)", &t);
}

static void put_entry(struct text *t, struct console *c, const struct app_journal_entry *j)
{
        time_t when = (time_t)j->time;
        struct tm tm;
        char stamp[32] = "";
        struct plan *whole = NULL;
        bool is_cut = strlen(j->words) + 1 == sizeof(j->words);

        if (localtime_r(&when, &tm))
                (void)strftime(stamp, sizeof(stamp), "%Y-%m-%d %H:%M:%S", &tm); /* fits */
        text_putf(t, "# %lld  %s  %s  %s\n", (long long)j->number, stamp, j->user, plan_state_name(j->state));
        if (is_cut && c->app->journal_plan(c->app, j->number, &whole, NULL) < 0)
                whole = NULL;
        if (j->undoes)
                text_putf(t, "jailnet undo %lld\n", (long long)j->undoes);
        else
                commands_put(t, whole ? whole->words : j->words);
        plan_free(whole);
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
                text_put(&t, "# nothing was done yet\n");
        show(c, "Everything that was done, the newest first", &t);
}
