/* events.c - a ring of lines about changes. */
#include "ui/tui/events.h"

#include <stdlib.h>

#include "core/base/alloc.h"
#include "core/base/text.h"

struct events {
        struct event ring[EVENTS_MAX]; /* number n stands at n % EVENTS_MAX */
        uint64_t newest;
};

struct events *events_new(void)
{
        return xcalloc(1, sizeof(struct events));
}

void events_free(struct events *ev)
{
        if (!ev)
                return;
        for (size_t n = 0; n < EVENTS_MAX; n++)
                free(ev->ring[n].line);
        free(ev);
}

static char sign_of(enum diff_kind k)
{
        switch (k) {
        case DIFF_JAIL_ADDED:
        case DIFF_IFACE_ADDED: return '+';
        case DIFF_JAIL_GONE:
        case DIFF_IFACE_GONE: return '-';
        case DIFF_IFACE_MOVED: return '>';
        case DIFF_JAIL_CHANGED:
        case DIFF_IFACE_CHANGED: return '~';
        }
        return ' ';
}

/* What is gone is named all the same: it may come back. */
static void set_about(struct selection *s, const struct graph *before, const struct graph *after,
                      const struct diff_entry *d)
{
        bool is_jail = d->kind == DIFF_JAIL_ADDED || d->kind == DIFF_JAIL_GONE || d->kind == DIFF_JAIL_CHANGED;
        const struct graph *g = d->after == NONE ? before : after;

        selection_set(s, g,
                      (struct object){is_jail ? OBJECT_JAIL : OBJECT_IFACE, d->after == NONE ? d->before : d->after});
}

/* The inventory has given it another number: it is neither gone nor new. */
static bool is_renumbered(const struct graph *before, const struct graph *after, const struct diff_entry *d)
{
        if (d->kind == DIFF_IFACE_GONE)
                return graph_find_iface(after, before->ifaces[d->before].id) != NONE;
        return d->kind == DIFF_IFACE_ADDED && graph_find_iface(before, after->ifaces[d->after].id) != NONE;
}

void events_note(struct events *ev, const struct graph *before, const struct graph *after,
                 const struct diff_entry *entries, size_t count, int64_t when_s)
{
        size_t first = count > EVENTS_MAX ? count - EVENTS_MAX : 0; /* the others would be pushed out at once */

        ev->newest += first;
        for (size_t i = first; i < count; i++) {
                CLEANUP(text_done) struct text t = {0};

                if (is_renumbered(before, after, &entries[i]))
                        continue;

                struct event *e = &ev->ring[++ev->newest % EVENTS_MAX];

                diff_put_line(&t, before, after, &entries[i]);
                free(e->line);
                *e = (struct event){.number = ev->newest,
                                    .when_s = when_s,
                                    .sign = sign_of(entries[i].kind),
                                    .line = text_take(&t)};
                set_about(&e->about, before, after, &entries[i]);
        }
}

void events_note_done(struct events *ev, const char *line, int64_t when_s)
{
        struct event *e = &ev->ring[++ev->newest % EVENTS_MAX];

        free(e->line);
        *e = (struct event){.number = ev->newest, .when_s = when_s, .sign = '*', .line = xstrdup(line)};
}

uint64_t events_newest(const struct events *ev)
{
        return ev->newest;
}

uint64_t events_oldest(const struct events *ev)
{
        return ev->newest > EVENTS_MAX ? ev->newest - EVENTS_MAX + 1 : 1;
}

const struct event *events_get(const struct events *ev, uint64_t number)
{
        return &ev->ring[number % EVENTS_MAX];
}
