/*
 * json_sections.h - the long arrays of a text, written by two threads: each takes some of the items that are left, and
 * what it has made of them goes out in their order, as soon as all before it has. So both end at the same time, and no
 * more of the text is in memory than they are making just now.
 */
#ifndef UI_CLI_JSON_SECTIONS_H
#define UI_CLI_JSON_SECTIONS_H

#include <stddef.h>

#include "ui/cli/json_out.h"

struct json_section {
        const char *key; /* of an array of the items; NULL: they are members of the object that is open */
        size_t count;
        void (*put)(struct json_out *w, const void *context, size_t item); /* or nothing; by any thread */
};

/* Into the object that is open. One thread alone does it where they are few, or there is no other. */
void json_sections_put(struct json_out *w, const struct json_section *sections, size_t count, const void *context);

#endif
