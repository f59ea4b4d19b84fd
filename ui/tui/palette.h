/* palette.h - the command line of the console with a list below it: every verb, every action, every thing. */
#ifndef UI_TUI_PALETTE_H
#define UI_TUI_PALETTE_H

#include "ui/tui/dialog.h"

struct palette_row {
        char *label, *detail; /* foreign text */
        char *insert;         /* not NULL: choosing it makes this the typed line */
        int id;               /* of what is done when it is chosen and insert is NULL */
        int score;
};

#define PALETTE_ROWS_MAX 400

struct palette_list {
        struct palette_row rows[PALETTE_ROWS_MAX];
        size_t count;
        char note[256];  /* below the line: the synopsis of what is being typed */
        bool is_command; /* the line itself can be run */
};

/* Adds a row; the texts are copied. insert may be NULL. */
void palette_add(struct palette_list *l, const char *label, const char *detail, const char *insert, int id, int score);

struct palette_options {
        const char *title; /* NULL: "Command" */
        char prompt;       /* before the line; 0: ':' */
        const char *initial;
        void (*fill)(void *user, const char *typed, struct palette_list *list); /* the list is empty before */
        void (*chosen)(void *user, int id);
        void (*typed)(void *user, const char *line); /* Enter on a line that is a command */
        void *user;
};

struct dialog *palette_new(const struct palette_options *o);

#endif
