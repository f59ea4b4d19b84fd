/* console_state.h - the console's own parts share this; nobody else includes it. */
#ifndef UI_TUI_CONSOLE_STATE_H
#define UI_TUI_CONSOLE_STATE_H

#include "ui/tui/dialog.h"
#include "ui/tui/marks.h"
#include "ui/tui/history.h"
#include "ui/tui/settings.h"
#include "ui/tui/view.h"

#define VIEW_COUNT      8
#define VIEW_TABLE      1
#define VIEW_RETURNS    3
#define VIEW_DOCTOR     7
#define RECENT_MAX      256
#define NGCTL_LINES_MAX 50
#define NEWS_MS         5000
#define SCREEN_MIN_W    60
#define SCREEN_MIN_H    15
#define ACTION_ID_BASE  1000 /* ids of menu rows: below it verbs, from it on actions */

/* What the mouse may press, noted while it is drawn. */
struct hotspot {
        struct rect area;
        uint32_t key; /* pressed for it; 0: menu is opened */
        int menu;
};

#define HOTSPOTS_MAX 64
#define WAITED_MAX   64

struct console;

/* A child has ended: its exit status, what it printed, and what it said (without its name at each line). */
typedef void child_done_fn(struct console *c, int status, const char *out, const char *said);

struct console {
        struct app *app;
        struct ui ui;
        const struct graph *graph, *before; /* references; what is shown, and what was before it */
        const struct graph *newest;         /* a reference; another one than graph while the picture is paused */
        struct events *events;
        struct pause *pause;   /* console_pause.c's; NULL: the picture is live */
        uint64_t drawn_serial; /* of the graph on the screen */
        struct history *history;
        struct view *views[VIEW_COUNT];
        size_t view;
        struct dialogs dialogs;
        struct canvas *canvas;
        struct rect view_area; /* empty when the screen is too small */
        bool is_dirty, is_done;
        enum plan_words words; /* of which system previews and labels speak */
        bool can_change;       /* has the privilege */
        bool is_read_only;     /* by the user's wish: plans are shown and not run */
        struct settings settings;
        bool has_watch_failed, has_lost_input;

        int watch_fd;
        struct recent recent[RECENT_MAX];

        /* The line about what has just happened; it stays until the next key. */
        char message[400];
        enum style message_style;
        char news[400]; /* what went, for some seconds; visible text */
        int64_t news_until_ms;

        struct hotspot hotspots[HOTSPOTS_MAX];
        size_t hotspot_count;
        int menu; /* open drop-down; -1 none */

        char search[128];
        struct selection search_start; /* where it began: Esc goes back there */
        bool has_searched;             /* and pressed nothing else since: n is the next match */
        struct dialog *search_prompt;
        char filter_before[64];

        struct marks marks, marks_before; /* before: while a pattern is typed */
        struct dialog *mark_prompt;
        struct selection grabbed; /* whose edge waits to be dropped; OBJECT_NONE */
        struct point pressed;     /* where the mouse went down on an interface, while has_pressed */
        bool has_pressed;
        bool takes_marks; /* the verb that is being begun is done to all that are marked */

        /* Returns: what is waited for, what came back, and the jail whose holders are listed to be let go. */
        uint32_t waited[WAITED_MAX], back[WAITED_MAX];
        uint32_t brought[WAITED_MAX]; /* by our own plans, whose end tells of it */
        size_t brought_count;
        const struct graph *holders_graph; /* NULL: none are */
        size_t holders_jail, holder;
        bool kills_holder;

        struct console_way *way; /* console_way.c: why can't A reach B; NULL: it is not asked */

        /* ngctl's prompt: its socket node, and what was typed, newest first. */
        struct ngctl *ngctl; /* NULL: it was not opened yet */
        char *ngctl_lines[NGCTL_LINES_MAX];
        size_t ngctl_line_count;

        struct doctor *doctor; /* console_doctor.c's */

        /* From the form to the end of a plan. */
        struct plan *plan;              /* shown or running */
        const struct graph *plan_graph; /* that it was planned on */
        struct plan_preview *preview;   /* its picture, while the preview is open; NULL */
        bool is_peeking;                /* the dialogs are hidden, to look at the picture */
        bool is_running, quits_after;
        int plan_fd;
        int64_t plan_begun_ms, plan_ended_ms;
        bool undoes_after;     /* u was pressed while a plan ran */
        int64_t undo_until_ms; /* an undo that the picture at hand refuses is tried on newer ones until then; 0 none */
        struct dialog *progress;    /* once it takes a while */
        struct dialog *guard;       /* while a plan that has run waits for its confirmation */
        struct selection jump[400]; /* things that the palette lists, by row id */

        /* jailnet as a child, and what comes after it. */
        struct child *child;       /* NULL: none */
        struct dialog *child_wait; /* once it takes a while */
        char child_title[160];
        bool child_changes; /* it goes on when the console is left */
        int64_t child_begun_ms;
        child_done_fn *child_done;

        char *commands; /* that are shown to be copied; NULL */

        struct jails_job *jails; /* the jail.conf that is looked at; NULL */
        struct dialog *log;      /* a jail's console log; NULL */

        struct files_job *files; /* what is imported, converted or exported; NULL */
        char *folder;            /* that files were last picked in; NULL */
};

/* -- console.c -- */
void console_say(struct console *c, enum style s, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void console_say_visible(struct console *c, enum style s, const char *text); /* made visible before */
void console_say_err(struct console *c, const struct err *e);                /* a long one opens a dialog */
void console_set_view(struct console *c, size_t view);
void console_fit_view(struct console *c);             /* the room for the view has changed */
void console_press(struct console *c, uint32_t code); /* as if that key had been pressed */
void console_quit(struct console *c);
void console_close_dialogs(struct console *c); /* all of them */
int64_t console_plan_delay_ms(void);           /* how long a plan runs before its progress is shown */

/* -- console_graph.c -- */
void console_take_graph(struct console *c);    /* the newest there is */
void console_forget_recent(struct console *c); /* changes whose marks have faded */

void console_show_newest(struct console *c); /* after a pause */

/* -- console_pause.c -- */
void console_pause(struct console *c); /* and the other way round */
bool console_go_on(struct console *c); /* false: it was not paused */
void console_pause_drop(struct console *c);
void console_pause_count(struct console *c, size_t changes); /* while paused */
void console_pause_badge(const struct console *c, char *ret, size_t size);
int64_t console_view_time(const struct console *c);

/* -- console_draw.c, console_status.c -- */
void console_draw(struct console *c);
void console_draw_status(struct console *c, int y); /* the line about the selection, or the message */

/* -- console_menu.c -- */
#define MENU_COUNT 7
extern const char *const console_menus[MENU_COUNT];
int console_menu_x(const struct console *c, int menu); /* its column in the menu bar */
void console_open_menu(struct console *c, int menu);
void console_open_context(struct console *c); /* what can be done to the selection */
void console_open_create(struct console *c);
void console_open_help(struct console *c);
void console_chosen(void *user, int id); /* a row of any of them */

/* -- console_actions.c -- */
struct action {
        const char *menu;
        const char *title;
        const char *key_label;
        uint32_t keys[3];
        const char *help;
        void (*run)(struct console *c);
};

extern const struct action console_actions[];
extern const size_t console_action_count;
const struct action *console_action_for(uint32_t key); /* NULL */
const struct verb *console_verb_for(uint32_t key);     /* NULL */

/* -- console_commands.c -- */
void console_copy_plan(void *user); /* the previewed plan's */
void console_show_commands(struct console *c);

/* -- console_marks.c -- */
void console_toggle_mark(struct console *c);
void console_unmark(struct console *c);
void console_mark_pattern(struct console *c);
/* The marked things that v may be done to, up to MARKS_MAX; of *ret_fitting, why holds the first refusal. */
size_t console_targets(const struct console *c, const struct verb *v, struct object *ret, size_t *ret_fitting,
                       struct err *why);
/* in with each of them as its first argument, as one plan. */
int console_build_all(const struct console *c, const struct intent *in, struct plan **ret, struct err *e);

/* -- console_drag.c -- */
void console_grab_or_drop(struct console *c);
bool console_let_go(struct console *c);                          /* false: nothing was grabbed */
void console_mouse_drag(struct console *c, const struct key *k); /* after the view has seen k */

/* -- console_plan.c -- */
/* The word that stands for an object where an argument of that type is wanted; false: it can't stand there. */
bool console_put_word(struct text *t, const struct graph *g, struct object o, enum arg_type type);
bool console_fit_object(const struct console *c, const struct verb *v, struct object o, struct object *ret);
/* The selected thing as an object that v can take first: an interface's node for a verb on nodes, and so on. */
bool console_fit(const struct console *c, const struct verb *v, struct object *ret);
void console_begin_verb(struct console *c, const struct verb *v);
void console_begin_line(struct console *c, const char *line); /* a typed command */
void console_begin_undo(struct console *c);
void console_undo_graph(struct console *c);    /* a newer picture is there: for an undo that waits for one */
void console_plan_progress(struct console *c); /* looks how the running plan is; ends it when it has ended */

bool console_is_free(struct console *c);    /* no plan runs; else it is said */
bool console_may_change(struct console *c); /* not read-only; else it is said */
void console_preview_intent(struct console *c, const struct intent *in);
void console_show_plan(struct console *c, struct plan *p);                        /* its preview; takes p */
void console_show_plan_with(struct console *c, struct plan *p, const char *said); /* and sentences before it, visible */

/* -- console_returns.c -- */
size_t console_loan(const struct console *c); /* under the bar of the Returns view, else of the selection; NONE */
bool console_returns_key(struct console *c, const struct key *k); /* in that view, before anything else */
void console_open_holders(struct console *c);
void console_toggle_wait(struct console *c);
/* A newer graph is there: did what was waited for come back? */
void console_note_returns(struct console *c, const struct graph *before, const struct graph *now);
void console_note_plan(struct console *c); /* a plan begins: what it brings home needs no bell */
void console_returns_done(struct console *c);

/* -- console_child.c -- */
#define CHILD_WORDS_MAX 112
/* words: jailnet's, ends with NULL. 0, or -1 when that was told. changes: it is not ended with the console. */
int console_child_run(struct console *c, const char *title, const char *const *words, bool changes,
                      child_done_fn *done);
bool console_child_is_free(struct console *c); /* no child works; else it is said */
void console_child_tick(struct console *c);    /* shows that it is waited for, once it takes a while */
void console_child_ended(struct console *c);
void console_child_drop(struct console *c);

/* -- console_files.c -- */
void console_import(struct console *c);
void console_convert(struct console *c);
void console_export_freebsd(struct console *c);
void console_export_iproute2(struct console *c);
void console_files_done(struct console *c);

/* -- console_jails.c -- */
void console_open_jails(struct console *c); /* those of a jail.conf, and those that run: to start and stop */
void console_open_log(struct console *c);   /* of the selected jail */
bool console_is_started(const struct console *c, size_t jail); /* by jail -c: it can be stopped so */
void console_open_life(struct console *c, const char *name);   /* what can be done to a jail of that name */
void console_jails_done(struct console *c);

/* -- console_guard.c -- */
void console_guard_open(struct console *c); /* asks whether the plan that has just run is to be kept, if that is open */
void console_guard_news(struct console *c); /* its guard has something to tell */

/* -- console_kept.c -- */
void console_read_settings(struct console *c, struct text *ret_wrong); /* a line for each that is wrong */
void console_say_wrong_settings(struct console *c, const char *wrong);
void console_keep_settings(struct console *c); /* as they are now, in the user's file */
void console_recall_views(struct console *c);
void console_remember_views(struct console *c);

/* -- console_doctor.c -- */
void console_doctor_begin(struct console *c);
void console_doctor_done(struct console *c);
int console_doctor_fd(const struct console *c);          /* readable when an examination has ended; -1 */
int64_t console_doctor_time(const struct console *c);    /* when it has something to do by itself; INT64_MAX never */
void console_doctor_tick(struct console *c, bool ended); /* looks anew where it is time; ended: that fd is readable */
void console_doctor_news(struct console *c);             /* something has changed that may be a trouble, or its end */
void console_doctor_preview(struct console *c);          /* the remedy of the finding under the bar */
enum style console_doctor_badge(const struct console *c, char *ret, size_t size); /* "" healthy */

/* -- console_find.c -- */
void console_open_search(struct console *c);
void console_search_next(struct console *c, int direction);
bool console_search_key(struct console *c, const struct key *k); /* n just after a search; true: it was that */
void console_open_filter(struct console *c);

/* -- console_palette.c -- */
void console_open_palette(struct console *c);

/* -- console_ngctl.c -- */
void console_open_ngctl(struct console *c);
void console_ngctl_done(struct console *c);

#endif
