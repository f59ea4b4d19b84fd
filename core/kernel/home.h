/*
 * home.h - where this process belongs: the host's stack, also when it was started in a jail's.
 *
 * A jail's rc script runs jailnet in the jail's stack. It must act on the same picture as one that runs on the host, so
 * the process goes home before it looks at anything, and remembers where it came from.
 */
#ifndef CORE_KERNEL_HOME_H
#define CORE_KERNEL_HOME_H

#include "core/graph/graph.h"

struct home {
        int start_fd;           /* the stack that the process was started in, when that is not home; else -1 */
        uint64_t inode, device; /* of it */
        uint64_t cookie;        /* of it; 0 when the kernel can't tell */
};

/*
 * home_enter - brings the calling thread home. To be called before there are other threads: they begin where it is.
 *
 *   shape    cookie, handle: the host's stack as the inventory knows it (0: not known; the handle may be missing). One
 *            that is gone counts as not known. Then the host is the stack of process 1 for who was started in a named
 *            namespace, and for everybody else the stack that they were started in
 *   errors   -EPERM  home is another stack, and this process may not enter it
 *   owner    home_done
 */
int home_enter(uint64_t cookie, const struct ns_handle *handle, struct home *ret, struct err *e);
void home_done(struct home *h);

/*
 * home_run_at_mounts - runs fn where mounts are seen by everybody.
 *
 *   shape    `ip netns exec` and the like give a process a copy of the mount table: what is mounted there is gone with
 *            the process. Where home's first process has another table, fn runs in a thread that has entered it, if
 *            folder is the same place in both; else in the caller's thread
 */
int home_run_at_mounts(const char *folder, int (*fn)(void *context), void *context);

#endif
