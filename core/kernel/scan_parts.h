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

#endif
