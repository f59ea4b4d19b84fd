/*
 * places.h - gives this process folders with more in them: links that only it and its children see.
 *
 * In a private mount table each folder gets a tmpfs over it, with links to what was there and the new ones. Nothing of
 * it is in the host's table, and all is gone with the last process that has it.
 */
#ifndef UI_CLI_PLACES_H
#define UI_CLI_PLACES_H

#include <stddef.h>

#include "core/base/err.h"

/* A link that is wanted: "/usr/sbin/ngctl" to "/opt/jailnet/bin/jailnet". */
struct place_link {
        char *folder; /* absolute; need not exist, if a folder above it other than / does */
        char *name;
        char *target;     /* absolute */
        const char *text; /* not NULL: no link, but a file that has this; borrowed for ever */
};

struct places {
        struct place_link *links;
        size_t count, capacity;
};

void places_add(struct places *p, const char *folder, const char *name, const char *target); /* copies */
void places_add_text(struct places *p, const char *folder, const char *name, const char *text);
void places_done(struct places *p);

/*
 * places_make - puts this process into a private mount table with the links.
 *
 *   shape    links of one name in one folder: the first stays. *ret_folder has links to all targets that are called
 *            `search`, by their names, for PATH; caller frees. A folder of which only / exists is left out, with its
 *            name in *ret_left_out (NULL: none; caller frees)
 *   errors   -EPERM and others; nothing was changed, or the process has to end
 */
int places_make(const struct places *p, const char *search, char **ret_folder, char **ret_left_out, struct err *e);

#endif
