/*
 * layout.h - from a graph to a picture in character cells: boxes, rows, words and lines, without a terminal.
 *
 * Columns of boxes, the host at the left, each jail one column further than the jail through which it is reached;
 * between two columns a channel in which the edges run. A box's rows may stand apart so that an edge runs straight.
 * What the previous layout had keeps its place. Pure: called by the graph view, by show --format text and by tests.
 *
 * Coordinates: world cells, x to the right, y down, from 0.
 */
#ifndef UI_TUI_LAYOUT_LAYOUT_H
#define UI_TUI_LAYOUT_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/text.h"
#include "core/graph/graph.h"
#include "core/graph/query.h"

enum layout_level {
        LAYOUT_GROUPS,   /* leaf jails by what they hang on and by name pattern, a line a pattern; groups open and close
                          */
        LAYOUT_OVERVIEW, /* leaf jails as words in a group for each bridge */
        LAYOUT_COMPACT,  /* names and states; a bridge's ports are one trunk line */
        LAYOUT_FULL,     /* addresses, badges, every hook by name */
        LAYOUT_LEVEL_COUNT
};

struct layout_options {
        enum layout_level level;
        int columns, rows; /* of the view: how generous to be with space; 0 no limit */
        int64_t now_s;     /* wall clock, for ages; 0: no ages */
        bool has_plots;    /* room for what edges carried lately, where the view is wide enough */
        bool is_filtered;  /* what shows names is kept together with its neighbours, the rest left out */
        bool (*shows)(void *context, size_t iface);     /* NULL: all but loopbacks and fabric ends */
        bool (*shows_jail)(void *context, size_t jail); /* asked for a jail with nothing in it; NULL: yes */
        bool (*is_open)(void *context, uint64_t fold);  /* of a fold's key; NULL: all are closed */
        void *context;
};

struct layout_rect {
        int x, y, w, h;
};

struct layout_point {
        int x, y;
};

enum layout_item_kind {
        LAYOUT_JAIL,   /* a frame with a title */
        LAYOUT_GROUP,  /* jails folded into one frame */
        LAYOUT_UNSEEN, /* a frame for what is out of sight */
        LAYOUT_BRIDGE, /* a frame inside a jail's */
        LAYOUT_ROW,    /* an interface, or a hook whose other end is elsewhere */
        LAYOUT_CHIP,   /* a jail in a group */
        LAYOUT_FOLD,   /* jails of a group whose names are alike, on one line; opened, their chips follow it */
};

struct layout_item {
        enum layout_item_kind kind;
        struct object object;     /* what it stands for; OBJECT_NONE for a group or a remark */
        struct layout_rect at;    /* the frame, or the row between the frame's sides */
        struct layout_rect focus; /* what a cursor covers: the row, or the frame's title line */
        size_t parent;            /* item that it stands in; NONE */
        uint64_t key;             /* the same in the next layout */
        size_t span_first, span_count;
};

/* What a word or a sign means; the view gives it a style. */
enum layout_ink {
        LAYOUT_INK_PLAIN,
        LAYOUT_INK_DIM,
        LAYOUT_INK_TITLE,
        LAYOUT_INK_NAME,
        LAYOUT_INK_BRIDGE,
        LAYOUT_INK_ADDRESS,
        LAYOUT_INK_HOOK, /* a hook's name */
        LAYOUT_INK_BAD,  /* down, no carrier, blocked */
        LAYOUT_INK_PENDING,
        LAYOUT_INK_WARNING,
};

enum layout_sign {
        LAYOUT_SIGN_NONE,
        LAYOUT_SIGN_UP,
        LAYOUT_SIGN_DOWN,
        LAYOUT_SIGN_PIN,
        LAYOUT_SIGN_PENDING,
        LAYOUT_SIGN_WARNING,
        LAYOUT_SIGN_CLOSED, /* a fold: its jails are hidden */
        LAYOUT_SIGN_OPEN,
};

/* A word (foreign text) or a sign of one cell. */
struct layout_span {
        int x, y, w; /* w: columns that it may take */
        enum layout_ink ink;
        enum layout_sign sign; /* instead of text when not NONE */
        const char *text;
};

struct layout_hook {
        struct layout_point at;
        size_t hook; /* index in graph.hooks; NONE for an end that has none */
        size_t item;
};

enum layout_edge_kind {
        LAYOUT_EDGE_JOINT,  /* inside a row: a port on its bridge, a VLAN under its parent */
        LAYOUT_EDGE_ROUTED, /* through a channel */
        LAYOUT_EDGE_UNSEEN, /* to an end that is out of sight */
};

/* One edge as a line whose pieces are level or upright. Edges with the same bundle run together (a bridge's trunk). */
struct layout_edge {
        enum layout_edge_kind kind;
        size_t edge;              /* index in graph.edges; NONE */
        size_t ifaces[2];         /* the links whose state and rate it shows; NONE */
        size_t items[2];          /* where it begins and ends */
        uint64_t bundle;          /* 0: runs alone */
        struct layout_rect rate;  /* room on the line for a rate, of its whole bundle; w 0: none */
        struct layout_rect plot;  /* room on the line for a sparkline; w 0: none */
        struct layout_point mark; /* a cell of the line alone, for a sign: down, blocked */
        size_t point_first, point_count;
        size_t member_first, member_count; /* a group's line: all that it stands for; 0: itself alone */
};

/* One of the edges that a group's line stands for. */
struct layout_member {
        size_t edge;
        size_t ifaces[2]; /* NONE */
};

/* Where a thing was, for the next layout. */
struct layout_memory {
        uint64_t key;
        int column, x, y;
};

struct layout {
        enum layout_level level;
        int w, h;
        struct layout_item *items; /* a frame stands before what is in it */
        size_t item_count;
        struct layout_span *spans;
        size_t span_count;
        struct layout_hook *hooks;
        size_t hook_count;
        struct layout_edge *edges;
        size_t edge_count;
        struct layout_point *points;
        size_t point_count;
        struct layout_member *members;
        size_t member_count;
        size_t *jail_items; /* by jail: its box, its chip, or the fold that hides it; NONE: left out */
        size_t jail_count;

        struct layout_memory *memory; /* by key */
        size_t memory_count;
        int *column_widths, *channel_widths;
        size_t column_count;
        int columns_asked; /* options.columns, and what was left out to keep to it */
        int squeeze;
        int gap;
        struct arena arena;
};

/*
 * layout_build - places everything and routes every edge.
 *
 *   shape    previous (NULL: start afresh) should be of the same level; what it had stays where it was unless it must
 *            make room
 *   owner    layout_free; texts are the layout's own, indexes are g's
 */
struct layout *layout_build(const struct graph *g, const struct layout_options *o, const struct layout *previous);
void layout_free(struct layout *l);
void layout_freep(struct layout **l);

/*
 * Places, to be kept while the program does not run.
 *
 *   layout_put_places    writes a text
 *   layout_from_places   a layout without a picture, good as layout_build's previous; NULL for a text that is not one
 */
void layout_put_places(struct text *t, const struct layout *l);
struct layout *layout_from_places(const char *s);

/* A number that is the same as long as the layout would read the same from g (rates and counters don't count). */
uint64_t layout_fingerprint(const struct graph *g);

/* The level that shows most and still reads well on a first look at a view of that size. */
enum layout_level layout_choose_level(const struct graph *g, const struct layout_options *o);

/* The innermost item at a cell, or NONE. An edge's cell gives NONE and *ret_edge (may be NULL). */
size_t layout_at(const struct layout *l, int x, int y, size_t *ret_edge);

/* The item for an object: an interface's own row before rows that only lead to it; its jail, or the fold with that,
 * when folded; or NONE. */
size_t layout_find(const struct layout *l, const struct graph *g, struct object o);
size_t layout_find_key(const struct layout *l, uint64_t key);

/* The jail without a stack of its own that an item's line is about: which use of an interface it tells; NULL: none. */
const struct guest_use *layout_guest_use(const struct layout *l, const struct graph *g, size_t item,
                                         const struct guest **ret_guest);

/* Whether a cursor can stand on an item: it stands for something, or is a fold. */
bool layout_can_stop(const struct layout_item *i);

/* The nearest item that stands for something, in a direction (dx, dy one of -1, 0, 1); along an edge where one leads
 * there; NONE when there is none. Only to items where a cursor can stop. */
size_t layout_step(const struct layout *l, size_t item, int dx, int dy);

#endif
