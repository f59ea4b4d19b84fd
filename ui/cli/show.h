/*
 * show.h - writes a graph to a stream: as JSON for programs, DOT or Mermaid for drawing, SVG drawn, a tree or text for
 * people.
 *
 * command_show calls it with the observer's picture. Nothing here asks the kernel; foreign text is made harmless for
 * each format.
 */
#ifndef UI_CLI_SHOW_H
#define UI_CLI_SHOW_H

#include <stdio.h>

#include "core/graph/graph.h"

enum show_format { SHOW_TEXT, SHOW_TREE, SHOW_JSON, SHOW_DOT, SHOW_MERMAID, SHOW_SVG };

/* "text", "tree", "json", "dot", "mermaid", "svg"; -EINVAL and a sentence for another word. */
int show_format_parse(const char *word, enum show_format *ret, struct err *e);

struct show_options {
        bool is_raw;        /* fabric ends too, and loopbacks in the formats for people */
        const char *object; /* only this jail, interface or node and what it is joined to; NULL everything */
        bool use_ascii;
        bool use_color;
        bool is_indented; /* JSON: one value a line */
        int columns;      /* of the terminal, for text; 0 unknown */
        size_t here;      /* the jail that the reader is in: marked, unless it is the host (0) */

        /* The console's drawing of a graph, for text; NULL: a plain list instead. Caller frees what it returns. */
        char *(*picture)(const struct graph *g, int columns, bool use_ascii);
};

/*
 * show_write - the graph in that format.
 *
 *   errors   -ENOENT, -ENOTUNIQ and -EINVAL for the object, as query_object gives them; -EIO when `out` failed
 */
int show_write(const struct graph *g, enum show_format f, const struct show_options *o, FILE *out, struct err *e);

#endif
