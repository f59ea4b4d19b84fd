/* spawn.c - posix_spawn with what all our own processes have in common. */
#include "core/base/spawn.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

int spawn_self(char *const argv[], const struct spawn_fd *fds, size_t count, pid_t *ret)
{
        posix_spawn_file_actions_t files;
        posix_spawnattr_t how;
        sigset_t none;
        int r = posix_spawn_file_actions_init(&files);

        if (r != 0)
                return -r;
        /* What was left open for us by whoever started us is not for a process that outlives us. */
        (void)close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC); /* an old kernel leaves it open */
        r = posix_spawnattr_init(&how);
        (void)sigemptyset(&none);
        if (r == 0)
                r = posix_spawnattr_setsigmask(&how, &none);
        if (r == 0)
                r = posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK);
        for (size_t n = 0; r == 0 && n < count; n++) {
                int mode = fds[n].as == STDIN_FILENO ? O_RDONLY : O_WRONLY;

                r = fds[n].from == SPAWN_NULL
                        ? posix_spawn_file_actions_addopen(&files, fds[n].as, "/dev/null", mode, 0)
                        : posix_spawn_file_actions_adddup2(&files, fds[n].from, fds[n].as);
        }
        if (r == 0)
                r = posix_spawn(ret, "/proc/self/exe", &files, &how, argv, environ);
        (void)posix_spawnattr_destroy(&how);
        (void)posix_spawn_file_actions_destroy(&files);
        return -r;
}

void spawn_close_others(int fd)
{
        if (fd > STDERR_FILENO + 1)
                (void)close_range(STDERR_FILENO + 1, (unsigned)fd - 1, 0); /* an old kernel leaves them */
        (void)close_range((unsigned)fd + 1, ~0U, 0);
}
