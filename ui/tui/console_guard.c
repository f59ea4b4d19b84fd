/*
 * console_guard.c - plans that could cut the operator off: the question after they ran. The guard itself is a process
 * of its own (core/exec/guard.h), which needs neither this console nor its terminal to put things back.
 */
#include "core/base/intl.h"
#include "ui/tui/console_state.h"

static void on_answer(void *user, bool keeps)
{
        struct console *c = user;

        c->app->guard_answer(c->app, keeps);
}

void console_guard_open(struct console *c)
{
        int left_s = c->app->confirm_within_s ? c->app->confirm_within_s : GUARD_WITHIN_S;

        if (c->app->guard_fd(c->app) < 0)
                return;
        console_close_dialogs(c); /* an answer is more urgent than what is open */
        c->menu = -1;
        c->message[0] = '\0';
        c->guard = dialog_guard_new(c->plan->title, left_s, on_answer, c);
        dialogs_push(&c->dialogs, c->guard);
}

void console_guard_news(struct console *c)
{
        char sentence[GUARD_WORDS_SIZE];
        enum guard_news news = c->app->guard_news(c->app, sentence, sizeof(sentence));
        const struct text_options o = {.title = news == GUARD_NEWS_BACK ? _("Put back") : _("Not put back")};

        if (news == GUARD_NEWS_NONE)
                return;
        c->guard->is_closed = true;
        c->guard = NULL;
        dialogs_sweep(&c->dialogs);
        switch (news) {
        case GUARD_NEWS_NONE: break;
        case GUARD_NEWS_KEPT: console_say(c, STYLE_GOOD, "confirmed: it is kept   (u undoes it)"); break;
        case GUARD_NEWS_UNDONE: console_say(c, STYLE_GOOD, "taken back by hand"); break;
        case GUARD_NEWS_BACK:
        case GUARD_NEWS_STUCK: dialogs_push(&c->dialogs, dialog_text_new(sentence, &o)); break;
        case GUARD_NEWS_LOST:
                console_say(c, STYLE_ERROR, "its guard is gone: nobody puts it back by itself   (u undoes it)");
                break;
        }
        c->app->refresh(c->app);
}
