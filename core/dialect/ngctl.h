/*
 * ngctl.h - FreeBSD's ngctl: nodes, hooks and messages, in its words and its layout.
 *
 * The command line is dialect_ngctl. A prompt that outlives its plans (the console's) keeps a struct ngctl between
 * them, and gives it each line in a session of its own.
 */
#ifndef CORE_DIALECT_NGCTL_H
#define CORE_DIALECT_NGCTL_H

#include "core/dialect/dialect.h"

/* Exit statuses, FreeBSD's. */
enum {
        NGCTL_DONE = 0,
        NGCTL_USAGE = 64,
        NGCTL_NO_INPUT = 66,
        NGCTL_FAILED = 71,
        NGCTL_QUIT = 256, /* not an exit status: the session ends, all is well */
};

#define NGCTL_LINE_SIZE 2048            /* with the end: LINE_MAX */
#define NGCTL_LONE      "#jailnet lone" /* TYPE NAME: a node without hooks, which FreeBSD does not have */

/* What ngctl has from its start to its end: the socket node through which it speaks, and what hangs on it. */
struct ngctl;

struct ngctl *ngctl_new(const char *name, uint32_t number); /* name: NULL for ngctl<number> */
void ngctl_free(struct ngctl *n);

/* From here on what is so already is not asked for again, and not refused: a script that was done before changes
 * nothing, a changed one only what is new in it. */
void ngctl_only_adds(struct ngctl *n);

/* Joins ngctl's own hook to the node of that name, as if it had just made it; false: there is none. */
bool ngctl_adopt(struct ngctl *n, const char *hook, const char *peer_hook, const char *name);

/* Of an ngctl that only adds: calls fn with each edge that its lines ask for between nodes that have a name now, as
 * NODE:HOOK; is_new: it was not there before. */
void ngctl_each_joined(struct ngctl *n, void (*fn)(void *user, const char *a, const char *b, bool is_new), void *user);
void ngctl_note_made(struct ngctl *n, const char *name); /* by other means, for it */
/* Has such a one made the node of that name, and not only named it? */
bool ngctl_has_made(struct ngctl *n, const char *name);
/* The name of the node at that address; NULL: there is none, or it has none. Lasts as long as d's session. */
const char *ngctl_name_at(struct ngctl *n, const char *address);

/* Goes on in that session, after a plan has been run or dropped; d is borrowed until the next call. */
void ngctl_begin(struct ngctl *n, struct dialect *d);

/*
 * ngctl_line - one line, as it is typed.
 *
 *   shape    NGCTL_DONE, NGCTL_QUIT, or an exit status; what is to be printed is in the session. After a failure the
 *            requests of this line are in the session still: drop them by dialect_restart
 */
int ngctl_line(struct ngctl *n, const char *line);

/* Has a comment of C's been opened by a line, and not been closed? */
bool ngctl_in_comment(const struct ngctl *n);

/* The socket node goes, and with it each node that hung from nothing else: requests for that. */
int ngctl_end(struct ngctl *n);

/* Calls fn with what the last word of the line may be completed to, at most max times. Returns how many. */
size_t ngctl_complete(struct ngctl *n, const char *line, size_t max, void (*fn)(void *user, const char *word),
                      void *user);

dialect_language dialect_ngctl;

#endif
