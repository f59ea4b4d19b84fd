/*
 * inside.h - what the Details view asks besides the graph: of the kernel, beside the loop, and of the journal. Kept for
 * one selection, and asked again every few seconds while it is looked at.
 */
#ifndef UI_TUI_VIEWS_INSIDE_H
#define UI_TUI_VIEWS_INSIDE_H

#include "core/graph/depth.h"
#include "ui/tui/view.h"

#define INSIDE_AGE_MS  2000
#define INSIDE_ENTRIES 100 /* of the journal: the newest */

struct inside_job;

struct inside {
        struct selection of;       /* whose it is */
        bool is_known;             /* depth and hosts are */
        struct depth depth;        /* of the jail, or of the interface's jail */
        struct bridge_host *hosts; /* a bridge's forwarding table */
        size_t host_count;
        bool has_hosts;
        struct err trouble; /* why it could not be asked; code 0 it could */
        struct app_journal_entry *entries;
        size_t entry_count;
        int64_t time_s;            /* of the picture, wall clock: ages are as of it; 0 of now */
        int64_t asked_ms, read_ms; /* the kernel, the journal; 0 never */
        struct work *work;         /* NULL: nothing is under way */
        struct inside_job *job;
};

void inside_done(struct inside *x);

/* Asks for what is old or of another selection; never waits. */
void inside_ask(struct inside *x, const struct ui *u);
int inside_fd(const struct inside *x); /* readable when inside_news is to be called; -1 */
void inside_news(struct inside *x, const struct ui *u);

#endif
