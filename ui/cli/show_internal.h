/* show_internal.h - what the writers of a graph share. Private to show*.c. */
#ifndef UI_CLI_SHOW_INTERNAL_H
#define UI_CLI_SHOW_INTERNAL_H

#include "core/base/text.h"
#include "core/graph/query.h"
#include "ui/cli/show.h"

/* What is to be written: a flag for each element of the graph. */
struct pick {
        const struct graph *g;
        const struct show_options *o;
        bool *jails, *ifaces, *nodes, *edges, *loans;
};

/* Everything, or the object and what it is joined to. */
int pick_make(struct pick *p, const struct graph *g, const struct show_options *o, struct err *e);
void pick_done(struct pick *p);

/* Drawn for people: also not one of those that views hide (unless raw). */
bool pick_is_drawn(const struct pick *p, size_t node);

/* "physical", "loopback", "tap", else the kernel's word. Foreign text for an unknown kind. */
const char *kind_word(const struct iface *f);

/* "up", "no carrier", "down". */
const char *state_word(const struct iface *f);

/* The name that a node goes by: its own, else its id in brackets. Foreign text, raw. */
void put_node_name(struct text *t, const struct graph *g, size_t node);

/* For a drawing that puts each interface into its jail: "node host/sw0" where the node's name or jail is another. Raw.
 */
void put_node_note(struct text *t, const struct graph *g, size_t node);

/* Each writes the whole to t, which show_write prints. */
void write_tree(struct text *t, const struct pick *p);
void write_text(struct text *t, const struct pick *p);
void write_dot(struct text *t, const struct pick *p);
void write_mermaid(struct text *t, const struct pick *p);
void write_svg(struct text *t, const struct pick *p);
int write_json(FILE *out, const struct pick *p); /* -EIO */

#endif
