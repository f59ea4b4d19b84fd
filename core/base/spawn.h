/* spawn.h - this program once more, as a process of its own: a guard, a jail's keeper, a command beside the console. */
#ifndef CORE_BASE_SPAWN_H
#define CORE_BASE_SPAWN_H

#include <stddef.h>
#include <sys/types.h>

#define SPAWN_NULL (-1) /* /dev/null: to be read as standard input, else to be written */

struct spawn_fd {
        int from, as; /* the caller's descriptor, and the number that it has in the child */
};

/*
 * spawn_self - starts /proc/self/exe with these words. Not fork: the console has threads, and a forked copy of it could
 * not even allocate memory safely.
 *
 *   shape    no signal is blocked, and the session is its own: the terminal's signals, and the stopping of who called,
 *            are not meant for it. Of descriptors it has those given, in their order; all that are
 *            open here above standard error are close-on-exec from now on
 *   errors   negative errno
 */
int spawn_self(char *const argv[], const struct spawn_fd *fds, size_t count, pid_t *ret);

/* In a child that is to share nothing: closes all above standard error but fd. */
void spawn_close_others(int fd);

#endif
