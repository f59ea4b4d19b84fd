/* convert_files.h - what convert and import share: options of a conversion, and which of the files are jails'. */
#ifndef UI_CLI_CONVERT_FILES_H
#define UI_CLI_CONVERT_FILES_H

#include "core/dialect/convert.h"
#include "ui/cli/sources.h"

/* --jib, --jng, --static; false for another word. */
bool convert_take_style(struct convert *c, const char *word);

/* The value of "--name VALUE" or "--name=VALUE" at argv[*i], which moves to it; NULL when it is another word, or the
 * value is missing. */
const char *option_value(int argc, char **argv, int *i, const char *name);

/*
 * convert_read_files - parses files of assignments: jails go to jails, the host's rc.conf to c->host.
 *
 *   errors   *ret_at is the source that holds the mark; NULL when no place is to be shown
 */
int convert_read_files(struct sources *in, struct ezjails *jails, struct convert *c, const struct source **ret_at,
                       struct err *e);

/* The source that the last refusal marked; NULL. */
const struct source *source_marked(const struct sources *in);

#endif
