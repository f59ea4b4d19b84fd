/*
 * console_pause.c - the picture stands still: views show what was there when it was paused, while the network, the
 * history of rates, the events and the pins go on behind it. Whatever is to be changed is planned on the newest
 * picture, so that beginning it ends the pause.
 */
#include "core/base/clock.h"
#include "core/base/intl.h"
#include "ui/tui/console_state.h"
#include "ui/tui/events.h"

struct pause {
        struct history *history; /* as it was */
        int64_t at_ms;
        size_t changes; /* since */
};

void console_pause(struct console *c)
{
        if (c->pause) {
                console_go_on(c);
                return;
        }
        c->pause = xcalloc(1, sizeof(*c->pause));
        c->pause->at_ms = c->ui.now_ms;
        c->pause->history = history_copy(c->history);
        c->ui.history = c->pause->history;
        c->ui.paused_s = clock_wall_s();
        c->ui.events_until = events_newest(c->events);
        console_say(c, STYLE_NORMAL, "paused: nothing moves until Z or Esc; a change that you begin goes on, too");
}

bool console_go_on(struct console *c)
{
        size_t changes = c->pause ? c->pause->changes : 0;

        if (!c->pause)
                return false;
        console_pause_drop(c);
        console_say(c, STYLE_NORMAL,
                    intl_plural("live again; %zu change meanwhile", "live again; %zu changes meanwhile", changes),
                    changes);
        console_show_newest(c);
        return true;
}

void console_pause_drop(struct console *c)
{
        if (!c->pause)
                return;
        history_free(c->pause->history);
        free(c->pause);
        c->pause = NULL;
        c->ui.history = c->history;
        c->ui.paused_s = 0;
        c->ui.events_until = 0;
}

void console_pause_count(struct console *c, size_t changes)
{
        c->pause->changes += changes;
        c->is_dirty |= changes > 0;
}

void console_pause_badge(const struct console *c, char *ret, size_t size)
{
        if (c->pause->changes)
                (void)str_format(ret, size,
                                 intl_plural(" paused, %zu change ", " paused, %zu changes ", c->pause->changes),
                                 c->pause->changes); /* fits */
        else
                (void)str_copy(ret, size, _(" paused ")); /* fits */
}

/* Views are asked and drawn as of the time when it was paused. */
int64_t console_view_time(const struct console *c)
{
        return c->pause ? c->pause->at_ms : c->ui.now_ms;
}
