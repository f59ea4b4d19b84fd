/*
 * dialog.h - what lies above the views: menus, forms, texts, prompts. A stack; the top one gets the keys.
 *
 * Nothing here waits: a dialog is an object with a key handler and a draw function, and says what the user chose by a
 * callback. A callback may push further dialogs. Each dialog has a window of curses in a panel; what is in it is drawn
 * on a canvas, or by curses' menu and form libraries.
 */
#ifndef UI_TUI_DIALOG_H
#define UI_TUI_DIALOG_H

#include "core/base/text.h"
#include "ui/tui/canvas.h"
#include "ui/tui/keys.h"
#include "ui/tui/text_wrap.h"

struct dialog_window; /* dialog.c's */

struct dialog {
        const char *hints; /* for the bottom line: "Enter:choose Esc:leave"; '_' stands for a blank */

        /* Filled by the kind of dialog. Sizes and places are screen cells; drawing is in the dialog's own. */
        struct rect (*place)(struct dialog *d, struct rect screen);
        void (*attach)(struct dialog *d); /* its window is there (again); NULL */
        void (*detach)(struct dialog *d); /* its window goes; NULL */
        void (*draw)(struct dialog *d, struct canvas *c);
        bool (*key)(struct dialog *d, const struct key *k);
        const char *(*status)(struct dialog *d, enum style *ret_style); /* for the status line; NULL none */
        void (*free)(struct dialog *d);

        struct rect area;
        struct rect hole;       /* inside: cells that a library of curses draws */
        int cursor_x, cursor_y; /* inside; x < 0 hidden */
        bool is_closed;         /* set by anybody: it goes after the present key */
        bool is_moved;          /* set by itself: it is placed anew after the present key */
        bool is_transparent;    /* it lets keys through that it does not use (a prompt does not) */
        struct dialog_window *window;
};

#define DIALOGS_MAX 12

struct dialogs {
        struct dialog *items[DIALOGS_MAX]; /* the last one is on top */
        size_t count;
        struct rect screen;
};

void dialogs_push(struct dialogs *s, struct dialog *d); /* takes d */
struct dialog *dialogs_top(const struct dialogs *s);    /* NULL */
bool dialogs_key(struct dialogs *s, const struct key *k);
void dialogs_sweep(struct dialogs *s); /* frees the closed ones */
void dialogs_close(struct dialogs *s); /* all */
void dialogs_hide(struct dialogs *s);  /* all, until the next dialogs_resize; the top one still gets the keys */
void dialogs_resize(struct dialogs *s, struct rect screen);
void dialogs_draw(struct dialogs *s, bool is_ascii); /* and puts the cursor where the top one wants it */

/* A frame with the title in its upper edge. */
void dialog_draw_frame(struct canvas *c, const char *title);
/* A rectangle of that size in the middle of the screen, not larger than it. */
struct rect dialog_center(struct rect screen, int w, int h);

/* -- Menus (dialog_menu.c) -- */
struct menu_row {
        const char *label;  /* foreign text */
        const char *detail; /* right column: the key, or a sentence; made visible; NULL */
        const char *help;   /* for the status line, made visible; NULL */
        const char *reason; /* the same while is_disabled: why; NULL */
        bool is_disabled;
        bool is_heading;
        int key; /* pressed: chooses the row; 0 none */
        int id;
};

struct menu_options {
        const char *title;  /* NULL none */
        int x, y;           /* upper left corner on the screen; x < 0: in the middle */
        int selected;       /* row */
        bool has_sentences; /* details are set flush left, else flush right */
        bool stays_open;    /* choosing does not close it: chosen does, or opens a further one above it */
        void (*chosen)(void *user, int id);
        void (*side)(void *user, int direction); /* left and right of a drop-down; NULL */
        void *user;
};

struct dialog *dialog_menu_new(const struct menu_row *rows, size_t count, const struct menu_options *o); /* copies */

/* -- Texts (dialog_text.c) -- */
struct text_options {
        const char *title;
        const char *hints;                        /* NULL: scroll and leave */
        enum style (*style_of)(const char *line); /* NULL: normal */
        void (*accepted)(void *user);             /* Enter; NULL: Enter leaves */
        void (*left)(void *user);                 /* Esc; NULL */
        void *user;
        void (*peeked)(void *user, bool is_hidden); /* g hides it, and the next key brings it back; NULL */
        void (*copied)(void *user);                 /* c: as commands to the clipboard; NULL */
        bool stays_open;                            /* Enter does not close it: accepted does */
};

/* text was made visible before; lines are wrapped at blanks. */
struct dialog *dialog_text_new(const char *text, const struct text_options *o);

/* -- Progress (dialog_progress.c) -- */
struct dialog *dialog_progress_new(const char *title, void (*cancel)(void *user), void *user);
void dialog_progress_set(struct dialog *d, size_t done, size_t total, const char *sentence, bool is_rolling_back);

/* -- The question after a plan that could cut the operator off, with its time (dialog_guard.c) -- */
struct dialog *dialog_guard_new(const char *title, int left_s, void (*answer)(void *user, bool keeps), void *user);
int dialog_guard_left_s(const struct dialog *d);

/* -- One line at the bottom: search, filter (prompt.c) -- */
struct prompt_options {
        const char *label; /* "/" */
        const char *initial;
        const char *hints;
        void (*changed)(void *user, const char *text); /* NULL: only its end matters */
        void (*ended)(void *user, const char *text, bool is_accepted);
        void *user;
};

struct dialog *prompt_new(const struct prompt_options *o);
void prompt_note(struct dialog *d, const char *note); /* at the right: "2 of 7"; copied */

#endif
