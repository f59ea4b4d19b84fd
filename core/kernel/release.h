/*
 * release.h - makes a holder of a namespace let go: a signal to its process, or its bind mount unmounted.
 *
 * The holder is one of a picture, which may be old: the process is taken by pidfd, and what it is said to hold is
 * looked at again before anything is done. What is held afterwards, the kernel's own events tell.
 */
#ifndef CORE_KERNEL_RELEASE_H
#define CORE_KERNEL_RELEASE_H

#include "core/base/err.h"
#include "core/graph/graph.h"

/*
 * release_signal - ends the process of a holder: SIGTERM, or SIGKILL when kills is set.
 *
 *   errors   -EPERM process 1, jailnet itself, or no privilege; -ESRCH it has ended (or another has its pid now);
 *            -ESTALE it lives and holds the namespace no more; -EOPNOTSUPP the holder is no process
 */
int release_signal(const struct jail *j, const struct holder *h, bool kills, struct err *e);

/*
 * release_unmount - takes a bind mount of the namespace away, in the mount namespace where it was found.
 *
 *   errors   -ESTALE the namespace is not mounted there any more; -EOPNOTSUPP the holder is no bind mount
 *   source   setns(2) with a pidfd (Linux 5.8), umount2(2)
 */
int release_unmount(const struct jail *j, const struct holder *h, struct err *e);

#endif
