/* marks.h - the things that are marked, so that one verb is done to all of them. Kept by identity, as the selection. */
#ifndef UI_TUI_MARKS_H
#define UI_TUI_MARKS_H

#include "ui/tui/view.h"

#define MARKS_MAX 1024

struct marks {
        struct selection items[MARKS_MAX]; /* in the order of marking */
        size_t count;
};

/* A node that is an interface is marked as that interface. set: false when there is no room. */
bool marks_has(const struct marks *m, const struct graph *g, struct object o);
bool marks_set(struct marks *m, const struct graph *g, struct object o, bool on);

void marks_prune(struct marks *m, const struct graph *g); /* forgets what is gone */

/*
 * marks_pattern - marks all that u shows and whose name matches: "e0*", "www*", "www1/?".
 *
 *   shape    a pattern with a slash is matched with JAIL/NAME, one without with the bare names of interfaces and jails;
 *            case counts. Returns how many are newly marked
 */
size_t marks_pattern(struct marks *m, const struct ui *u, const char *pattern);

#endif
