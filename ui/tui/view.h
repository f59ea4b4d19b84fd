/*
 * view.h - what a view is: it draws the shared state on a canvas and moves the shared selection. It changes nothing.
 */
#ifndef UI_TUI_VIEW_H
#define UI_TUI_VIEW_H

#include "core/graph/graph.h"
#include "core/graph/query.h"
#include "ui/app.h"
#include "ui/tui/canvas.h"
#include "ui/tui/history.h"
#include "ui/tui/keys.h"

/* The one selection of all views, by identity: it survives snapshots, moves and renames. */
struct selection {
        enum object_type type;
        uint64_t cookie; /* jail */
        uint32_t number; /* interface (inventory id) */
        uint32_t node;   /* node id */
};

struct object selection_resolve(const struct selection *s, const struct graph *g); /* OBJECT_NONE when it is gone */
void selection_set(struct selection *s, const struct graph *g, struct object o);

/* What changed lately, for marks that fade. */
struct recent {
        uint32_t number; /* interface; 0: the jail with that cookie */
        uint64_t cookie;
        int64_t at_ms; /* clock_now_ms */
};

struct events;
struct rows;
struct plan_preview;
struct marks;
struct diagnosis;

/* A way between two ends that is being shown (core/path). */
struct ui_way {
        const struct graph *g; /* whose indexes these are */
        bool *ifaces, *edges;  /* what it passes */
        size_t stopped_iface;  /* where it is stopped, or not known to go on; NONE */
        size_t stopped_jail;   /* the same, of a jail's routing; NONE */
};

struct ui {
        struct app *app;
        const struct graph *graph;  /* the newest; borrowed during a call */
        const struct graph *before; /* the one before it; NULL */
        struct selection selection;
        char filter[64]; /* rows and boxes that don't match are left out; "" everything */
        bool show_all;   /* loopbacks and fabric ends too */
        bool is_frozen;  /* a dialog is open: no fading */
        const struct recent *recent;
        size_t recent_count;
        const uint32_t *waited; /* numbers of lent interfaces whose return is waited for */
        size_t waited_count;
        const uint32_t *back; /* those that came back while the console ran */
        size_t back_count;
        const struct plan_preview *preview; /* graph is the one that a plan would make; NULL: it is what is there */
        const struct ui_way *way;           /* NULL none */
        const struct diagnosis *diagnosis;  /* what the doctor found; NULL: not looked yet */
        const struct graph *diagnosed;      /* the graph that it speaks of */
        bool is_examined;                   /* the doctor has looked into the stacks too */
        const struct history *history;      /* of rates; NULL: none is kept */
        enum history_range range;           /* that plots over time have */
        const struct events *events;        /* what changed while the console ran; NULL: it is not kept */
        uint64_t events_until;              /* newer ones are not shown; 0 all are */
        int64_t paused_s;                   /* the picture is as of this time (wall clock); 0 it is live */
        bool has_hit;                       /* the mouse went down on a thing of the graph; set by its view */
        struct marks *marks;                /* NULL: nothing can be marked */
        int64_t now_ms;
};

/* How lately a thing changed: its mark fades. */
enum recency { RECENCY_NONE, RECENCY_FADING, RECENCY_NEW };
#define RECENT_NEW_MS 1500
#define RECENT_MS     4000

enum recency ui_recency(const struct ui *u, struct object o);
bool ui_is_recent(const struct ui *u, const struct iface *i); /* new or fading */
bool ui_matches(const struct ui *u, const char *text);        /* filter, case folded, substring */
bool ui_shows_iface(const struct ui *u, size_t iface); /* by show_all and filter (own and jail's name, addresses) */

int64_t ui_time_s(const struct ui *u);                /* of the picture, wall clock: for ages */
bool ui_range_key(struct ui *u, const struct key *k); /* + and -: less and more time; true when it was that */
const char *ui_range_name(const struct ui *u);        /* "The last two minutes" */

struct view {
        const char *name;  /* "Graph" */
        const char *hints; /* its own keys for the bottom line: "+/-:zoom 0:fit"; key and word split by ':' */
        const char *more;  /* the same, behind those that fit the selection; NULL none */
        void (*draw)(struct view *v, struct canvas *c, struct rect area, struct ui *u);
        bool (*key)(struct view *v, const struct key *k, struct rect area,
                    struct ui *u); /* true when it used the key */
        bool (*about)(struct view *v,
                      struct text *ret); /* what is under its cursor when nothing is selected; may be NULL */
        /* The jail without a stack of its own that is under its cursor: its address there; NULL: none. May be NULL. */
        const struct guest_use *(*guest)(struct view *v, const struct graph *g, const struct guest **ret_guest);
        const struct rows *rows; /* its list, for the bar's place in it: "3/152"; NULL: it is none */
        /* What it waits for beside the loop, while it is the one that is shown; both may be NULL. */
        int (*fd)(const struct view *v); /* -1: nothing */
        void (*news)(struct view *v, struct ui *u);
        /* What is kept while the console does not run, as a text; both may be NULL. */
        void (*remember)(const struct view *v, struct text *ret);
        void (*recall)(struct view *v, const char *text);
        void (*free)(struct view *v);
};

struct view *view_graph_new(void);
struct view *view_table_new(void);
struct view *view_details_new(void);
struct view *view_returns_new(void);
struct view *view_journal_new(void);
struct view *view_top_new(void);
struct view *view_events_new(void);
struct view *view_doctor_new(void);

#endif
