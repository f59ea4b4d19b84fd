/*
 * source.h - a file's text as a reader sees it: places in it as line and column, and a refusal that shows the line with
 * a mark under the place. Pure: who reads the file is the front end.
 */
#ifndef CORE_DIALECT_SOURCE_H
#define CORE_DIALECT_SOURCE_H

#include <stddef.h>

#include "core/base/err.h"
#include "core/base/text.h"

struct source {
        const char *name; /* for people: the file's path; borrowed */
        const char *text; /* length bytes, NULs among them perhaps; borrowed */
        size_t length;
        struct text mark; /* after source_fail: the line, and below it a ^ under the place; made visible */
};

void source_done(struct source *s);

/* The place of byte `at` (which may be the end): both count from 1, columns in characters. */
void source_place(const struct source *s, size_t at, unsigned *ret_line, unsigned *ret_column);

/* Refuses: fills e with "NAME:LINE:COLUMN: SENTENCE" and s->mark; returns -EINVAL. */
int source_fail(struct source *s, size_t at, struct err *e, const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* The same for an error that e holds already, of something that stands at that place; returns e's code. */
int source_wrap(struct source *s, size_t at, struct err *e);

/* Is what stands at `at` the end of a line: "\n", "\r\n", or the end of the text? */
bool source_is_line_end(const struct source *s, size_t at);

#endif
