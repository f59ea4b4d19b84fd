/* edit_parts.h - what the files that change a graph in place share; nobody else includes this. */
#ifndef CORE_GRAPH_EDIT_PARTS_H
#define CORE_GRAPH_EDIT_PARTS_H

#include "core/graph/edit.h"
#include "core/graph/store.h"

/* edit_arrays.c: the same graph, writable; and its store. */
struct graph *edit_open(const struct graph *g);
struct graph_store *edit_store(const struct graph *g);

/* Room for one more at `at`; returns the array's place. An element taken out. The same of indexes. */
void *edit_make_room(const struct graph *g, void *array, size_t *capacity, size_t count, size_t at, size_t size);
void edit_close_gap(void *array, size_t count, size_t at, size_t size);
void edit_index_insert(const struct graph *g, size_t **index, size_t *capacity, size_t count, size_t at, size_t value);
void edit_index_remove(size_t *index, size_t count, size_t value);

void edit_begin_order(struct graph *g); /* before an interface, and with it a node, is put behind all others */

/* The one at `at` was taken out: everything that refers to an element behind it. */
void edit_shift_ifaces(struct graph *g, size_t at);
void edit_shift_nodes(struct graph *g, size_t at);
void edit_shift_hooks(struct graph *g, size_t at);
void edit_shift_jails(struct graph *g, size_t at);

/* edit_edges.c */
bool edit_is_plain(const struct graph *g, size_t iface); /* its node is its own, and stands for nothing else */
size_t edit_find_edge(const struct graph *g, enum edge_kind kind, size_t a, size_t b); /* NONE */
void edit_drop_edge(struct graph *g, size_t edge);

#endif
