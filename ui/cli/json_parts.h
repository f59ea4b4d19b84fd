/* json_parts.h - what show and another command write alike. */
#ifndef UI_CLI_JSON_PARTS_H
#define UI_CLI_JSON_PARTS_H

#include "core/graph/graph.h"
#include "ui/cli/json_out.h"

/* An array of the loans that are not back, with who holds them: all, or (is_wanted has a flag a loan) some. */
void json_put_returns(struct json_out *w, const char *key, const struct graph *g, const bool *is_wanted);

/* Rules of address translation, of the jails that are wanted (NULL: all). */
void json_put_nat(struct json_out *w, const char *key, const struct graph *g, const bool *is_wanted);

#endif
