/* json_out.h - JSON on a stream that may be a terminal. */
#ifndef UI_CLI_JSON_OUT_H
#define UI_CLI_JSON_OUT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/*
 * json_put - one value and a newline, compact or with two columns of indent.
 *
 *   shape    valid JSON of the very value; what a terminal would act on, or what hides or turns text around, is written
 * as \uNNNN: jansson escapes only what JSON asks for errors   -EIO
 */
int json_put(const json_t *j, bool is_indented, FILE *out);

#endif
