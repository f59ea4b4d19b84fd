/* graph_parts.h - what the files of the Graph view share; nobody else includes it. */
#ifndef UI_TUI_VIEWS_GRAPH_PARTS_H
#define UI_TUI_VIEWS_GRAPH_PARTS_H

#include "ui/tui/views/graph_draw.h"

/* A layout and what it was made from. */
struct plate {
        struct layout *layout;
        uint64_t fingerprint;
        int columns, rows;
        bool show_all;
        int64_t made_at; /* wall seconds */
        unsigned scope;  /* of the view's, when it was made */
};

struct graph_view {
        struct view view;
        struct ui *u; /* during a call */
        struct plate plates[LAYOUT_LEVEL_COUNT];
        struct plate planned;  /* what a plan would make, while it is previewed */
        struct plate filtered; /* made anew for each filter and focus: matches stand close together */
        char filter[64];
        enum layout_level level;
        bool has_level;
        int left, top; /* world cell at the upper left corner of the view */
        uint64_t cursor;
        struct selection shown; /* the selection that the cursor was last set for */
        struct point dragged_from;
        bool is_dragging;
        bool may_box, is_boxing;       /* the button went down on empty ground; and was moved over it since */
        struct point box_from, box_to; /* world cells */
        struct marks *marks_before;    /* what was marked when the rectangle was begun; NULL none was yet */
        bool is_used;                  /* a key was pressed here: from now on nothing may jump */
        uint64_t serial;               /* of the graph that the fingerprint was taken of */
        uint64_t fingerprint;
        bool was_preview;            /* the last picture was of a plan: its serial says nothing */
        struct point before_preview; /* left and top */

        uint64_t *open; /* keys of the folds that are open */
        size_t open_count, open_capacity;
        unsigned scope; /* counts changes of what is open and of the focus: layouts of before are of no use */

        struct selection focus; /* only what is near it is shown; OBJECT_NONE: everything */
        int focus_hops;
        enum layout_level level_before; /* the focus */
        bool had_way, is_way_alone;     /* a way was there when it was last drawn; it alone is shown */
        bool *near;                     /* by interface of the graph with that serial */
        size_t near_count;
        uint64_t near_serial;

        bool is_following, has_map;
        int64_t followed_ms; /* time of the change that was followed last */
};

/* -- graph.c -- */
struct layout *graph_view_refresh(struct graph_view *v, struct rect area, struct ui *u);
void graph_view_move_cursor(struct graph_view *v, const struct layout *l, struct rect area, struct ui *u, size_t item);
/* Opens or closes the fold under the cursor, which stays where it is on the screen; false: there is none. */
bool graph_view_press_fold(struct graph_view *v, struct rect area, struct ui *u);

/* -- graph_window.c: the part of the world that is in sight -- */
bool graph_view_fits(const struct layout *l, struct rect area);
bool graph_view_has_status(const struct graph_view *v, const struct layout *l, struct rect area);
struct rect graph_view_world(const struct graph_view *v, const struct layout *l, struct rect area);
void graph_view_keep_inside(struct graph_view *v, const struct layout *l, struct rect area);
void graph_view_bring(struct graph_view *v, const struct layout *l, struct rect area, size_t item);
void graph_view_centre(struct graph_view *v, const struct layout *l, struct rect area, size_t item);
void graph_view_pan(struct graph_view *v, const struct layout *l, struct rect area, int dx, int dy);
void graph_view_draw_status(const struct graph_view *v, struct canvas *c, const struct layout *l, struct rect area);

/* -- graph_scope.c: what is shown at all -- */
bool graph_view_is_open(void *view, uint64_t fold);
void graph_view_toggle_fold(struct graph_view *v, uint64_t fold);
bool graph_view_shows(void *view, size_t iface);
bool graph_view_shows_jail(void *view, size_t jail);
bool graph_view_has_focus(const struct graph_view *v);
void graph_view_set_focus(struct graph_view *v, const struct ui *u, int hops); /* 0: everything again */
void graph_view_set_way_alone(struct graph_view *v, bool is_alone); /* only what the way passes, in place of a focus */
void graph_view_renew_scope(struct graph_view *v,
                            const struct ui *u); /* for a newer graph; ends a focus on what is gone */

/* -- graph_folds.c -- */
/* The jail that stands for the fold under the cursor in a picture that has no such line; NONE: the cursor is on none.
 */
size_t graph_view_fold_jail(struct graph_view *v, struct rect area, struct ui *u);

/* -- graph_memory.c -- */
void graph_view_remember(const struct view *view, struct text *ret);
void graph_view_recall(struct view *view, const char *text); /* of anybody: what is not understood is left out */

/* -- graph_mouse.c -- */
bool graph_view_mouse(struct graph_view *v, const struct layout *l, const struct key *k, struct rect area,
                      struct ui *u);
void graph_view_draw_box(const struct graph_view *v, struct canvas *c, const struct layout *l, struct rect area);

/* -- graph_welcome.c: only on a host without jails, and where there is room beside its box or below it -- */
void graph_view_draw_welcome(struct canvas *c, const struct layout *l, struct rect area, const struct ui *u);

/* -- graph_map.c: the whole world in a corner -- */
void graph_view_draw_map(const struct graph_view *v, struct canvas *c, const struct layout *l, struct rect area);
bool graph_view_press_map(struct graph_view *v, const struct layout *l, struct rect area, int x, int y);

#endif
