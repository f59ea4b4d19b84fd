/* returns_json.h - lent interfaces and who holds them, as show and returns both write them. */
#ifndef UI_CLI_RETURNS_JSON_H
#define UI_CLI_RETURNS_JSON_H

#include <jansson.h>
#include <stdbool.h>

#include "core/graph/graph.h"

/* An array of the loans that are not back: all, or (is_wanted has a flag a loan) some. The caller owns it. */
json_t *returns_json(const struct graph *g, const bool *is_wanted);

#endif
