/* console_graph.c - a newer graph: what changed is marked or told, what is selected stays selected, pins are kept. */
#include <string.h>

#include "core/base/clock.h"
#include "core/base/intl.h"
#include "core/graph/diff.h"
#include "ui/tui/console_state.h"
#include "ui/tui/console_way.h"
#include "ui/tui/events.h"

static void note_recent(struct console *c, uint32_t number, uint64_t cookie)
{
        size_t n = c->ui.recent_count;

        for (size_t i = 0; i < n; i++) {
                if (c->recent[i].number == number && c->recent[i].cookie == cookie) {
                        c->recent[i].at_ms = c->ui.now_ms;
                        return;
                }
        }
        if (n == RECENT_MAX)
                return; /* so much at once is no news of a single thing */
        c->recent[n] = (struct recent){number, cookie, c->ui.now_ms};
        c->ui.recent_count = n + 1;
}

void console_forget_recent(struct console *c)
{
        size_t kept = 0;

        for (size_t i = 0; i < c->ui.recent_count; i++) {
                if (c->ui.now_ms - c->recent[i].at_ms < RECENT_MS)
                        c->recent[kept++] = c->recent[i];
        }
        if (kept != c->ui.recent_count)
                c->is_dirty = true;
        c->ui.recent_count = kept;
}

/* What went can't be marked where it was: a line tells of it. Not what goes by a plan of our own, whose end is told. */
static void note_gone(struct console *c, const struct diff_entry *entries, size_t count)
{
        CLEANUP(text_done) struct text t = {0};
        size_t gone = 0;

        for (size_t i = 0; i < count && !c->is_running; i++) {
                if (entries[i].kind != DIFF_JAIL_GONE && entries[i].kind != DIFF_IFACE_GONE)
                        continue;
                if (gone++ == 0)
                        diff_put_line(&t, c->before, c->graph, &entries[i]);
        }
        if (!gone)
                return;
        if (gone > 1)
                text_putf(&t, _(", and %zu more"), gone - 1);
        (void)str_copy(c->news, sizeof(c->news), text_str(&t)); /* cut where it is too long for a screen */
        c->news_until_ms = c->ui.now_ms + NEWS_MS;
}

static void note_changes(struct console *c, const struct diff_entry *entries, size_t count)
{
        if (count)
                console_doctor_news(c);
        note_gone(c, entries, count);
        for (size_t i = 0; i < count; i++) {
                if (entries[i].after == NONE)
                        continue;
                if (entries[i].kind == DIFF_JAIL_ADDED || entries[i].kind == DIFF_JAIL_CHANGED)
                        note_recent(c, 0, c->graph->jails[entries[i].after].cookie);
                else
                        note_recent(c, c->graph->ifaces[entries[i].after].number, 0);
        }
}

/* What is looked at when the selected thing is gone: the jail that it was in, else the host. */
static void select_near(struct console *c)
{
        struct object gone = selection_resolve(&c->ui.selection, c->before), o = {OBJECT_JAIL, 0};
        size_t jail = NONE;

        if (c->graph->jail_count == 0)
                return;
        if (c->before && gone.type == OBJECT_IFACE)
                jail = c->before->ifaces[gone.index].jail;
        else if (c->before && gone.type == OBJECT_NODE)
                jail = c->before->nodes[gone.index].jail;
        if (jail != NONE)
                o.index = graph_find_jail_cookie(c->graph, c->before->jails[jail].cookie);
        if (o.index == NONE)
                o.index = 0;
        selection_set(&c->ui.selection, c->graph, o);
}

/* Pinned addresses are watched over while the console runs. Another process may do it; an ordinary user cannot: neither
 * is news here. */
static void keep_pins(struct console *c, const struct graph *before, const struct graph *now)
{
        CLEANUP(text_done) struct text said = {0};

        if (!c->app->keep || c->app->keep(c->app, before, now, false, &said, NULL) < 0 || said.length == 0)
                return;
        said.s[strcspn(said.s, "\n")] = '\0'; /* the rest is in the journal */
        if (!c->message[0]) {
                console_say(c, STYLE_WARNING, "%s", said.s);
                return;
        }
        /* What a key has just brought about is read first. */
        (void)str_copy(c->news, sizeof(c->news), said.s); /* cut where it is too long for a screen */
        c->news_until_ms = c->ui.now_ms + NEWS_MS;
}

/* Takes g, which was told to differ so from the one that is shown. */
static void show(struct console *c, const struct graph *g, const struct diff_entry *entries, size_t count)
{
        graph_unref(c->before);
        c->before = c->graph;
        c->graph = g;
        c->ui.graph = g;
        c->ui.before = c->before;
        c->is_dirty = true;
        if (c->before)
                note_changes(c, entries, count);
        marks_prune(&c->marks, g);
        /* A view may have its cursor on what is no single thing: then nothing is selected, and nothing is gone. */
        if ((c->ui.selection.type != OBJECT_NONE || !c->before) &&
            selection_resolve(&c->ui.selection, g).type == OBJECT_NONE)
                select_near(c);
        console_way_graph(c);
        console_undo_graph(c);
}

void console_take_graph(struct console *c)
{
        const struct graph *g = c->app->latest(c->app), *before = c->newest;
        CLEANUP(freep) struct diff_entry *entries = NULL;
        size_t count;

        if (!g)
                return;
        count = before ? diff_graphs(before, g, &entries) : 0;
        c->newest = g;
        history_note(c->history, g, c->ui.now_ms);
        if (before)
                events_note(c->events, before, g, entries, count, clock_wall_s());
        if (c->pause)
                console_pause_count(c, count);
        else
                show(c, graph_ref(g), entries, count);
        if (before)
                console_note_returns(c, before, g);
        keep_pins(c, before, g);
        graph_unref(before);
}

void console_show_newest(struct console *c)
{
        CLEANUP(freep) struct diff_entry *entries = NULL;
        size_t count = diff_graphs(c->graph, c->newest, &entries);

        show(c, graph_ref(c->newest), entries, count);
}
