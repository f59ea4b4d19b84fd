/* scan_parts.h - what scan.c and scan_read.c share; nobody else includes it. */
#ifndef CORE_KERNEL_SCAN_PARTS_H
#define CORE_KERNEL_SCAN_PARTS_H

#include "core/kernel/scan.h"

/* The dump requests, made once and sent many times. */
void scan_make_messages(struct scan *sc);

/* A request with that header and room for some attributes. The caller frees it. */
struct nl_msg *scan_new_message(int type, int flags, const void *header, size_t size);

/* The id that the host has for an open namespace; -1 none. */
int scan_ask_nsid(struct scan *sc, int fd);
int scan_give_nsid(struct scan *sc, int fd); /* gives it one where it has none and that is allowed */

/* Enters an open namespace and reads everything; where that is impossible, by its id. Leaves the thread there. */
void scan_read_open(struct scan *sc, struct stack *s, int fd);

/* Where nothing else is left by which a dying stack can be opened, a socket of it does. One that was known by its id
 * alone becomes known. */
void scan_adopt(struct scan *sc, const struct netns_ref *ref);

/* Enters a known stack for one more question. Leaves the thread there; reader_close and scan_go_home afterwards. */
int scan_open_inside(struct scan *sc, struct stack *s, struct reader *ret);

/* A scan for another thread: its own socket, requests and facts f, and the host's descriptor of the scan that it helps,
 * which has to last longer. Done even when that has failed. */
int scan_init_helper(struct scan *sc, struct facts *f, const struct scan *of);
void scan_done_helper(struct scan *sc);

/* Opens one that a search has found and is new, and reads it. NULL: it has gone, or is no network namespace. */
struct stack *scan_read_found(struct scan *sc, const struct netns_ref *ref, enum place_kind searched, int64_t now);

/* Reads the links that were left, by the socket that is open in the stack, else by another look. r is closed. Neither
 * read nor warned of after that: it has gone since. */
void scan_read_left(struct scan *sc, struct stack *s, struct reader *r);

/* After that, in the scan's own thread and with the host read: its id, and what the host does not know of it. */
void scan_settle_new(struct scan *sc, struct stack *s);

/* At the first search the host is read by then: by the thread that was begun for it, else here. */
void scan_end_host(struct scan *sc);

/* Opens a known stack: by the place that shows it, else by handle. Descriptor or negative errno. */
int scan_open_stack(const struct stack *s);

/*
 * scan_read_together - all these at the first search, by as many threads as there are processors.
 *
 *   shape    false: nothing was done, since they are few, or this is not the first search. The order of the stacks is
 *            that of refs, whichever thread read them.
 */
bool scan_read_together(struct scan *sc, const struct netns_ref *const *refs, size_t count, enum place_kind searched,
                        int64_t now);

#endif
