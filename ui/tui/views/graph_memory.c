/* graph_memory.c - the Graph view's places and open groups, as a text that is kept while the console does not run. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/alloc.h"
#include "ui/tui/views/graph_parts.h"

#define OPEN     "open "
#define OPEN_MAX 4096 /* folds; more is no text of ours */

void graph_view_remember(const struct view *view, struct text *ret)
{
        const struct graph_view *v = (const struct graph_view *)view;

        for (size_t n = 0; n < v->open_count; n++)
                text_putf(ret, OPEN "%016" PRIx64 "\n", v->open[n]);
        for (size_t n = 0; n < LAYOUT_LEVEL_COUNT; n++) {
                if (!v->plates[n].layout)
                        continue;
                text_put(ret, "\n"); /* a blank line before each picture's */
                layout_put_places(ret, v->plates[n].layout);
        }
}

static void recall_open(struct graph_view *v, const char *text)
{
        for (const char *s = text; str_has_prefix(s, OPEN) && v->open_count < OPEN_MAX;) {
                char *end = NULL;
                uint64_t key = strtoull(s + strlen(OPEN), &end, 16);

                if (*end != '\n')
                        return;
                v->open = array_grow(v->open, &v->open_capacity, v->open_count, sizeof(*v->open));
                v->open[v->open_count++] = key;
                s = end + 1;
        }
}

void graph_view_recall(struct view *view, const char *text)
{
        struct graph_view *v = (struct graph_view *)view;

        recall_open(v, text);
        for (const char *s = strstr(text, "\nplaces "); s;) {
                const char *next = strstr(s + 1, "\n\nplaces ");
                size_t length = next ? (size_t)(next + 1 - (s + 1)) : strlen(s + 1);
                CLEANUP(freep) char *part = xasprintf("%.*s", (int)length, s + 1);
                struct layout *l = layout_from_places(part);

                if (l && !v->plates[l->level].layout)
                        v->plates[l->level].layout = l;
                else
                        layout_free(l);
                s = next ? next + 1 : NULL;
        }
}
