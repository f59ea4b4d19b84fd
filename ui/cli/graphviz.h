/* graphviz.h - graphs drawn by Graphviz's dot, where it is installed. */
#ifndef UI_CLI_GRAPHVIZ_H
#define UI_CLI_GRAPHVIZ_H

#include "core/dialect/dialect.h"

/* The service draw of a language (core/dialect/dialect.h). The types dot and gv are the text itself, and need nothing.
 */
int graphviz_draw(struct dialect *d, const char *text, const char *type, const char *path, bool replaces,
                  struct err *e);

#endif
