/* console_child.c - one child at a time beside the console: that it works is shown, and what it found goes on. */
#include <string.h>

#include "core/base/clock.h"
#include "core/base/intl.h"
#include "ui/tui/child.h"
#include "ui/tui/console_state.h"

bool console_child_is_free(struct console *c)
{
        if (c->child)
                console_say(c, STYLE_WARNING, "%s: still at work; wait for its end", c->child_title);
        return !c->child;
}

int console_child_run(struct console *c, const char *title, const char *const *words, bool changes, child_done_fn *done)
{
        const char *all[CHILD_WORDS_MAX + 3];
        size_t count = 0;
        struct err e = {0};

        if (!console_child_is_free(c) || (changes && !console_may_change(c)))
                return -1;
        if (c->app->db_path) {
                all[count++] = "--db";
                all[count++] = c->app->db_path;
        }
        for (; *words && count + 1 < ARRAY_SIZE(all); words++)
                all[count++] = *words;
        all[count] = NULL;
        if (child_start(all, &c->child, &e) < 0) {
                console_say_err(c, &e);
                return -1;
        }
        (void)str_copy(c->child_title, sizeof(c->child_title), title); /* cut is fine: it is a title */
        c->child_changes = changes;
        c->child_done = done;
        c->child_begun_ms = clock_now_ms();
        if (changes)
                console_say(c, STYLE_NORMAL, "%s...", title);
        return 0;
}

static void stop_waiting(void *user)
{
        struct console *c = user;

        c->child_wait = NULL; /* it closes itself */
        child_kill(TAKE(c->child));
        console_say(c, STYLE_WARNING, "%s: stopped; nothing was changed", c->child_title);
}

void console_child_tick(struct console *c)
{
        const struct text_options o = {
                .title = c->child_title, .hints = _("Esc:stop_it"), .left = stop_waiting, .user = c};

        if (!c->child || c->child_changes || c->child_wait ||
            clock_now_ms() - c->child_begun_ms < console_plan_delay_ms())
                return;
        c->child_wait = dialog_text_new(_("Reading and working it out.\n\nEsc: stop it; nothing is changed\n"), &o);
        dialogs_push(&c->dialogs, c->child_wait);
}

void console_child_ended(struct console *c)
{
        CLEANUP(text_done) struct text out = {0}, raw = {0}, said = {0};
        int status = child_end(TAKE(c->child), &out, &raw);

        if (c->child_wait) {
                c->child_wait->is_closed = true;
                c->child_wait = NULL;
                dialogs_sweep(&c->dialogs);
        }
        /* Who says it is known here. */
        for (const char *s = text_str(&raw); *s;) {
                size_t n = strcspn(s, "\n");
                const char *line = str_has_prefix(s, "jailnet: ") ? s + strlen("jailnet: ") : s;

                text_put_n(&said, line, n - (size_t)(line - s));
                text_put_char(&said, '\n');
                s += n + (s[n] == '\n');
        }
        c->child_done(c, status, text_str(&out), text_str(&said));
}

void console_child_drop(struct console *c)
{
        if (c->child && c->child_changes)
                child_leave(TAKE(c->child));
        child_kill(TAKE(c->child));
}
