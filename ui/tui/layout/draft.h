/*
 * draft.h - what the steps of a layout hand to each other; internal to this folder.
 *
 *   content.c, fold.c, group.c   graph -> boxes with rows
 *   links.c             the links between rows
 *   place.c             which column, in which order, at which height
 *   measure.c           how wide
 *   route.c             links -> lines in the channels
 *   emit.c              the finished layout
 */
#ifndef UI_TUI_LAYOUT_DRAFT_H
#define UI_TUI_LAYOUT_DRAFT_H

#include "ui/tui/layout/layout.h"

#define DRAFT_UNKNOWN     INT32_MIN /* a place that the previous layout does not tell */
#define RATE_SHORT        4         /* "1.2M" */
#define RATE_COLUMNS      10        /* room for "─1.2 Mb/s─" at the beginning of a channel */
#define PLOT_COLUMNS      8
#define SQUEEZE_PLOTS     (-1) /* more than all that is needed: room for plots */
#define MAX_BADGES        8
#define DRAFT_STEM_SIZE   64
#define MAX_BADGE_COLUMNS 30 /* a badge points to a trouble; Details tells all of it */

struct badge {
        enum layout_ink ink;
        enum layout_sign sign; /* with or without a text behind it */
        const char *text;
};

enum row_shape {
        ROW_IFACE, /* one line, and one more for each further address */
        ROW_FRAME, /* a bridge: a frame round its children */
        ROW_STUB,  /* a hook whose other end is in another box */
        ROW_TEXT,  /* a remark */
        ROW_CHIPS, /* jails in a grid */
        ROW_FOLD,  /* jails whose names are alike; its chips, when open, are a row under it */
};

struct draft_row {
        uint64_t key;
        enum row_shape shape;
        struct object object;
        size_t box, parent;             /* parent row; NONE */
        size_t first_child, last_child; /* rows; NONE */
        size_t next;                    /* sibling; NONE */
        int64_t rank;                   /* among siblings when the previous layout knows neither */
        size_t iface;                   /* whose sign and name stand here; NONE */
        size_t joint;                   /* graph edge drawn inside the row, between upper and lower; NONE */
        size_t upper, lower;            /* hooks, in the row: "link0 o-o lower"; NONE */
        size_t hook;                    /* of the routed link; NONE */
        const char *hook_text;          /* instead of the hook's name, where the graph has no hook */
        uint64_t net;                   /* of the routed link; 0 none */
        bool has_left, has_right;       /* on which sides links leave; set by place.c */
        const char *name;               /* what stands as its name; NULL */
        const char *note;               /* dim, behind the name; NULL */
        const char **addresses;
        size_t address_count;
        struct badge badges[MAX_BADGES];
        size_t badge_count;
        struct badge below; /* on a line of its own, where space is short; text NULL: none */
        size_t *chips;      /* jails; of a fold too, open or closed */
        size_t chip_count, chip_capacity;
        size_t link_count, mate; /* links at this row, and the row at the other end of the first; NONE */
        size_t first_link;       /* where link_count is not 0 */
        size_t folded_count;     /* ports that stand here as one trunk */
        int y, old_y;
        size_t line;         /* its first line in its box */
        size_t item;         /* set by emit.c, as are the next two */
        int left_x, right_x; /* where its hooks are, world */
};

enum line_shape { LINE_BODY, LINE_MORE, LINE_OPEN, LINE_CLOSE, LINE_CHIPS };

struct draft_line {
        enum line_shape shape;
        size_t row;
        size_t nth; /* address or line of chips */
        int y;
};

struct draft_box {
        uint64_t key;
        enum layout_item_kind kind; /* LAYOUT_JAIL, LAYOUT_GROUP, LAYOUT_UNSEEN */
        size_t jail;                /* NONE for a group */
        size_t home;                /* box that a group or an unseen box belongs beside; NONE */
        const char *title, *subtitle;
        size_t *jails; /* of a group */
        size_t jail_count, jail_capacity;
        struct badge badges[MAX_BADGES];
        size_t badge_count;
        size_t first_child, last_child; /* root rows */
        struct draft_line *lines;
        size_t line_count, line_capacity;
        int column;
        double rank, base; /* within its column: what it hangs on, and the network it belongs to */
        int x, y, w, h, old_y;
        bool is_known; /* by the previous layout, in the same column */
        size_t item;
};

struct draft_link {
        size_t edge;      /* in the graph; NONE */
        size_t ifaces[2]; /* NONE */
        size_t rows[2];
        uint64_t net;  /* links with the same net run together */
        bool is_trunk; /* the net may have more than these two ends */
        bool is_unseen;
        struct layout_point points[8];
        size_t point_count;
        struct layout_member *members; /* of a group's line, itself among them; NULL: it stands for itself alone */
        size_t member_count, member_capacity;
};

struct draft {
        const struct graph *g;
        const struct layout_options *o;
        const struct layout *previous;
        struct layout *out;
        int squeeze;
        int gap;
        int ceiling; /* rows are not spread beyond this height; 0 no limit */

        bool *shown;                    /* by interface */
        size_t *owner;                  /* by interface: the edge under which it stands in its jail; NONE */
        size_t *row_of;                 /* by interface; NONE */
        size_t *far_first, *far_next;   /* edges to other bridges of which it is the lower end: by interface, by edge */
        size_t *far_stub_of;            /* by graph edge: the stub at its lower end; NONE */
        size_t *stub_of;                /* by graph edge; NONE */
        size_t *leaf_of;                /* by jail: the first row of the group that it is folded into; NONE */
        size_t *box_of;                 /* by jail; NONE */
        size_t *first_edge, *next_edge; /* edges of which an interface is the upper end: by interface, by edge */
        size_t *last_edge;

        struct draft_box *boxes;
        size_t box_count, box_capacity;
        struct draft_row *rows;
        size_t row_count, row_capacity;
        struct draft_link *links;
        size_t link_count, link_capacity;
        int column_count;
        int *column_x, *column_w, *channel_w; /* by column; channel i lies right of column i */
};

/* Keys. */
enum key_kind {
        KEY_JAIL = 1,
        KEY_GROUP,
        KEY_UNSEEN,
        KEY_IFACE,
        KEY_STUB,
        KEY_EXTRA,
        KEY_TEXT,
        KEY_NET,
        KEY_TRUNK,
        KEY_CHIP,
        KEY_DIRECT,
        KEY_FOLD,
        KEY_GUEST
};
uint64_t draft_key(enum key_kind kind, uint64_t a, uint64_t b);
uint64_t draft_jail_key(const struct graph *g, size_t jail);

/* Ends of a graph edge as interfaces that the user knows (an eiface's own end for a fabric end); NONE. */
size_t draft_edge_iface(const struct graph *g, size_t hook);

/* content.c */
void draft_content(struct draft *d); /* and its links */
void draft_links(struct draft *d);
uint64_t draft_trunk_key(const struct draft *d, size_t row); /* of the net that all its links run in */
size_t draft_add_box(struct draft *d, enum layout_item_kind kind, uint64_t key, size_t jail);
size_t draft_add_row(struct draft *d, size_t box, size_t parent, enum row_shape shape, uint64_t key);
const char *draft_printf(struct draft *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* badges.c */
void draft_row_badges(struct draft *d, struct draft_row *r);
void draft_box_badges(struct draft *d, struct draft_box *b);
size_t draft_row_lines(const struct draft_row *r);
bool draft_has_trouble(const struct draft *d, size_t jail);

/* fold.c */
void draft_fold_leaves(struct draft *d);

/* group.c */
void draft_group_rows(struct draft *d, size_t box); /* rows for the jails of a group */
void draft_group_badges(struct draft *d, const size_t *jails, size_t count, struct badge *badges, size_t *badge_count);
size_t draft_name_stem(const char *name, char stem[DRAFT_STEM_SIZE]);
bool draft_is_foldable_port(const struct draft *d, size_t edge);

/* layout.c */
int draft_rate_room(const struct draft *d);
int draft_plot_room(const struct draft *d); /* behind it, with a cell of the line between them */

/* place.c */
void draft_columns(struct draft *d);
void draft_order(struct draft *d);
size_t *draft_boxes_in_order(const struct draft *d, int column, size_t *ret_count); /* top to bottom; caller frees */
int draft_remembered(const struct draft *d, uint64_t key, int *ret_column);

/* heights.c */
void draft_heights(struct draft *d);

/* measure.c */
#define SLOT_DEPTHS 4 /* rows of one frame and depth stand in line; what is deeper counts as the last */
struct slots {
        int left, upper, lower, name;
};
/* The parts of a row's line, in columns from the frame's left side. */
struct parts {
        int indent, left, upper, joint, lower, name, address; /* where each begins; -1: absent */
        int end;                                              /* behind the last word */
        int right;                                            /* columns of the right hook's name; 0 none */
};
void draft_measure(struct draft *d);
void draft_slots(const struct draft *d, size_t first_row, struct slots slots[SLOT_DEPTHS]);
void draft_parts(const struct draft *d, const struct draft_row *r, const struct slots slots[SLOT_DEPTHS],
                 struct parts *ret);
size_t draft_frame(const struct draft *d, const struct draft_row *r, int *ret_depth);
const char *draft_hook_label(const struct draft *d, const struct draft_row *r, bool right);
int draft_badge_columns(const struct badge *b);
int draft_chip_columns(const struct draft *d, int *ret_width);

/* route.c */
void draft_route(struct draft *d);
bool draft_is_left_pin(const struct draft *d, const struct draft_link *l, int end);
int draft_channel(const struct draft *d, const struct draft_link *l);

/* emit.c */
void draft_emit(struct draft *d);

#endif
