/* console_kept.c - what outlives the console: the user's settings, and what each view wants to find again. */
#include <string.h>

#include "core/base/alloc.h"
#include "ui/tui/console_state.h"
#include "ui/tui/term.h"
#include "ui/tui/views/describe.h"

/* Each view has a text of its own in the inventory. Where it can't be kept, the next start begins afresh. */
void console_recall_views(struct console *c)
{
        for (size_t i = 0; i < VIEW_COUNT; i++) {
                CLEANUP(freep) char *key = xasprintf("view.%s", c->views[i]->name), *text = NULL;

                if (c->views[i]->recall && c->app->recall && c->app->recall(c->app, key, &text, NULL) == 0)
                        c->views[i]->recall(c->views[i], text);
        }
}

void console_remember_views(struct console *c)
{
        for (size_t i = 0; i < VIEW_COUNT; i++) {
                CLEANUP(freep) char *key = xasprintf("view.%s", c->views[i]->name);
                CLEANUP(text_done) struct text t = {0};

                if (!c->views[i]->remember || !c->app->remember)
                        continue;
                c->views[i]->remember(c->views[i], &t);
                (void)c->app->remember(c->app, key, text_str(&t), NULL);
        }
}

/* What the settings file gets wrong is no reason not to start: the first of it is said, with how much more there is. */
void console_read_settings(struct console *c, struct text *ret_wrong)
{
        struct err e = {0};

        settings_default(&c->settings);
        if (settings_read(&c->settings, NULL, ret_wrong, &e) < 0)
                text_putf(ret_wrong, "%s\n", e.what);
        c->words = c->settings.words;
        c->is_read_only = c->settings.is_read_only;
        describe_use_words(c->words);
}

void console_keep_settings(struct console *c)
{
        CLEANUP(freep) char *path = NULL;
        struct err e = {0};

        c->settings.view = c->view;
        c->settings.words = c->words;
        c->settings.has_mouse = term_has_mouse();
        c->settings.is_read_only = c->is_read_only;
        if (settings_write(&c->settings, NULL, &path, &e) < 0)
                console_say_err(c, &e);
        else
                console_say(c, STYLE_GOOD, "kept: theme, view, words, mouse and read-only, in %s", path);
}

void console_say_wrong_settings(struct console *c, const char *wrong)
{
        size_t lines = 0, first = strcspn(wrong, "\n");

        for (const char *s = wrong; *s; s++)
                lines += *s == '\n' ? 1 : 0;
        if (lines == 1)
                console_say(c, STYLE_WARNING, "%.*s", (int)first, wrong);
        else if (lines)
                console_say(c, STYLE_WARNING, "%.*s (and %zu more like it)", (int)first, wrong, lines - 1);
}
