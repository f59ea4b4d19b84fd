/*
 * names.h - the rules for names: what the kernel takes, what is free, and how a long one is cut.
 */
#ifndef CORE_GRAPH_NAMES_H
#define CORE_GRAPH_NAMES_H

#include "core/graph/graph.h"

/* 1 to 15 bytes, no '/', ':', white space or control character, not "." or ".." (dev_valid_name). */
int name_check_iface(const char *name, struct err *e);
/* 1 to 63 bytes, as a file name in the run directory: no '/', no control character, not starting with '.' or '-'. */
int name_check_jail(const char *name, struct err *e);
int name_check_node(const char *name, struct err *e); /* 1 to 31 bytes, no '.' or ':', not "[hex]" */
int name_check_hook(const char *name, struct err *e); /* 1 to 31 bytes, no '.' or ':' */

/*
 * name_check_free - that `name` can be taken in that jail: no interface has it, nor as an alternative name.
 *
 *   errors   -EEXIST; e names the clash and offers a free name: "www/eth0: taken by a veth; eth1 is free"
 */
int name_check_free(const struct graph *g, size_t jail, const char *name, struct err *e);

/* A free name made from the given one in that jail: "eth0" -> "eth1"; "web" -> "web1". */
void name_offer(const struct graph *g, size_t jail, const char *name, char ret[IF_NAME_SIZE]);

/* Lowest unit N so that prefix+N (and prefix+N+suffixes a and b for epairs) is taken in no jail. */
unsigned name_lowest_unit(const struct graph *g, const char *prefix, bool is_pair);

/*
 * name_shorten - a name of any length as at most 15 bytes.
 *
 *   shape    cut at a UTF-8 boundary; where the short form is taken in that jail, its end is replaced by '~' and three
 *            base-32 digits of a hash (FNV-1a) of the whole; true when it had to be cut
 */
bool name_shorten(const struct graph *g, size_t jail, const char *name, char ret[IF_NAME_SIZE]);

/*
 * Default hook names (docs/architecture.md, vocabulary).
 *
 *   shape    upper and lower as the kernel stacks them: a bridge is above its ports, a bond above its members, a VLAN
 *            above its parent; of a pair, either. upper_side: the hook on the upper one's node, else on the lower
 * one's. For a port that is an eiface's fabric end the lower hook is the eiface's "ether".
 */
void hook_default_name(const struct graph *g, enum edge_kind kind, size_t iface_upper, size_t iface_lower,
                       bool upper_side, char ret[HOOK_NAME_SIZE]);

#endif
