/*
 * events.h - what changed while the console ran, by whomever, and when: the newest two thousand, a line each.
 */
#ifndef UI_TUI_EVENTS_H
#define UI_TUI_EVENTS_H

#include "core/graph/diff.h"
#include "ui/tui/view.h"

#define EVENTS_MAX 2000

struct event {
        uint64_t number; /* from 1, in the order that they came */
        int64_t when_s;  /* wall clock */
        char sign;       /* '+' new, '-' gone, '>' moved, '~' changed, '*' done from here */
        struct selection about;
        char *line; /* "www/eth0: moved from host"; visible text */
};

struct events;

struct events *events_new(void);
void events_free(struct events *ev);

/* Takes down what diff_graphs found between two graphs. */
void events_note(struct events *ev, const struct graph *before, const struct graph *after,
                 const struct diff_entry *entries, size_t count, int64_t when_s);

/* And what was done from here, so that it is seen which changes came of it; visible text. */
void events_note_done(struct events *ev, const char *line, int64_t when_s);

uint64_t events_newest(const struct events *ev);                          /* its number; 0: there was none yet */
uint64_t events_oldest(const struct events *ev);                          /* that is kept */
const struct event *events_get(const struct events *ev, uint64_t number); /* one that is kept; borrowed */

#endif
