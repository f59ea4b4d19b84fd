/*
 * path.h - netgraph addresses: "[1e]:", "foo:a.b", "." and relative paths.
 *
 * The grammar is FreeBSD's (netgraph(4)): at most one colon; a node part of ".", a name or "[hex]"; hooks joined by
 * dots, one leading and one trailing dot dropped.
 */
#ifndef CORE_GRAPH_PATH_H
#define CORE_GRAPH_PATH_H

#include "core/graph/graph.h"

/*
 * path_resolve - the node that an address names.
 *
 *   shape    jail: whose netgraph is asked (names and ids are per jail); from: the sender for "." and relative paths,
 *            NONE when there is none; jail NONE: ids alone are understood, of any jail
 *   errors   -EINVAL malformed; -ENOENT no such node, or a hook on the path does not exist
 */
int path_resolve(const struct graph *g, size_t jail, size_t from, const char *address, size_t *ret_node);

/* An address taken apart; the parts stand in the address itself. */
struct path_parts {
        const char *node; /* before the colon; NULL when there is none */
        size_t node_length;
        const char *hooks; /* joined by dots, without a leading or trailing one; may be empty */
        size_t hooks_length;
};

int path_split(const char *address, struct path_parts *ret); /* -EINVAL malformed */

/* "[1e]", "[0000001E]": an id in brackets, not 0. */
bool path_parse_id(const char *s, uint32_t *ret_id);

/* The interface's name as a node name: every '.' and ':' turned into '_' (ng_ether's rule). */
void path_node_name(const char *iface_name, char ret[NODE_NAME_SIZE]);

#endif
