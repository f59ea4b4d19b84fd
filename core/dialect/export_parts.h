/*
 * export_parts.h - what the files of export share; nobody else includes this.
 *
 * export.c writes the files, export_clones.c what rc.conf makes, export_rc.c what interfaces are like,
 * export_netgraph.c the scripts for ngctl.
 */
#ifndef CORE_DIALECT_EXPORT_PARTS_H
#define CORE_DIALECT_EXPORT_PARTS_H

#include "core/base/arena.h"
#include "core/dialect/export.h"

struct out {
        const struct graph *g;
        const struct static_hosts *hosts;
        struct text *left;
        struct arena arena;
        const char **clones; /* by interface: what rc.conf clones it as; NULL it is not cloned */
};

bool export_is_told(const struct jail *j); /* the host, or a jail with a name */
void export_leave(struct out *o, size_t iface, const char *why);
void export_put_variable(struct out *o, struct text *t, const char *stem, const char *iface, const char *suffix,
                         const char *value);

/* -- export_clones.c -- */
void export_choose_clones(struct out *o);
void export_note_left(struct out *o);
/* As files call it: a loopback is lo0, unless something else is. */
const char *export_iface_name(const struct out *o, size_t iface);
/* A VLAN, or a macvlan on something that the files have. */
bool export_is_stacked(const struct out *o, size_t iface);
bool export_is_written(const struct out *o, size_t iface); /* rc.conf makes it, or it is there already */
/* In whose rc.conf it is made: what stands on an interface is made beside it, and lent from there. */
size_t export_birthplace(const struct out *o, size_t iface);
/* The eifaces (or ifaces) whose nodes are in that jail, in the order in which they are made: each gets the next number
 * of ngeth or ng. Returns how many. */
size_t export_eifaces(const struct out *o, size_t jail, enum iface_role role, size_t *ret);
void export_put_clones(struct out *o, size_t jail, struct text *t);

/* -- export_rc.c: the stack of a jail, all of it -- */
void export_put_stack(struct out *o, size_t jail, struct text *t);

/* -- export_netgraph.c -- */
/* Does netgraph have it, and rc.conf not: a node's bridge, or an edge's? */
bool export_is_netgraph(const struct iface *i);
/* The netgraph bridge to which that interface's upper is joined, and which has its addresses here; NONE. */
size_t export_upper_of(const struct graph *g, size_t iface);
void export_put_eifaces(struct out *o, size_t jail, struct text *t);
void export_put_nodes(struct out *o, size_t jail, struct text *t);

#endif
