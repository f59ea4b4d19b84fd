/*
 * lock.c - one plan at a time, among all processes: flock on FILE.lock.
 *
 * A waiter sleeps on inotify: the holder drops the lock and then closes the file, which wakes it. When the holder is
 * killed the kernel tells of the close a moment before it drops the lock, so that after each telling, and at times
 * without one, the lock is tried again.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "core/base/text.h"
#include "db/private.h"

#define RETRY_MS 50 /* for a close that was told before its lock was dropped */

static int tell_holder(int fd, struct err *e)
{
        char who[96] = "";
        ssize_t n = pread(fd, who, sizeof(who) - 1, 0);

        if (n > 0)
                who[strcspn(who, "\n")] = '\0';
        return err_set(e, -EBUSY, "%s is changing the network now; try again when it is done",
                       n > 0 && *who ? who : "another jailnet");
}

/* Waits for the next close of the lock file, or a while; then whoever told of it is read away. */
static void wait_for_close(int watch, int64_t left_ms)
{
        char events[1024];
        struct pollfd p = {.fd = watch, .events = POLLIN};

        if (poll(&p, watch >= 0, left_ms < RETRY_MS ? (int)left_ms : RETRY_MS) > 0)
                (void)!read(watch, events, sizeof(events)); /* what they say does not matter */
}

static int try_lock(int fd, const char *path, int watch, int64_t deadline_ms, struct err *e)
{
        while (flock(fd, LOCK_EX | LOCK_NB) < 0) {
                if (errno == EINTR)
                        continue;
                if (errno != EWOULDBLOCK)
                        return err_set(e, -errno, "%s: cannot be locked: %s", path, strerror(errno));

                int64_t left_ms = deadline_ms - clock_now_ms();

                if (left_ms <= 0)
                        return tell_holder(fd, e);
                wait_for_close(watch, left_ms);
        }
        return 0;
}

int lock_take(struct db *d, int timeout_ms, struct err *e)
{
        if (d->is_read_only)
                return err_set(e, -EROFS, "%s: is read-only; nothing can be changed without a record", d->path);
        if (d->lock_fd >= 0)
                return 0;

        CLEANUP(freep) char *path = xasprintf("%s.lock", d->path);
        int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

        if (fd < 0)
                return err_set(e, -errno, "%s: cannot be made or opened: %s", path, strerror(errno));

        /* The watch stands before the first try, so that no close is missed. Without one the retries do. */
        CLEANUP(closep) int watch = timeout_ms > 0 ? inotify_init1(IN_CLOEXEC | IN_NONBLOCK) : -1;

        if (watch >= 0)
                (void)inotify_add_watch(watch, path, IN_CLOSE_WRITE);

        int r = try_lock(fd, path, watch, clock_now_ms() + timeout_ms, e);

        if (r < 0) {
                (void)close(fd); /* nothing was written to it */
                return r;
        }

        char who[96];

        /* For the sentence that others show while they wait; the lock holds without it. */
        (void)str_format(who, sizeof(who), "another jailnet (process %d of %s)\n", (int)getpid(), db_user(d));
        (void)!ftruncate(fd, 0);
        (void)!pwrite(fd, who, strlen(who), 0);
        d->lock_fd = fd;
        return 0;
}

void lock_release(struct db *d)
{
        if (d->lock_fd < 0)
                return;
        (void)flock(d->lock_fd, LOCK_UN); /* before the close that wakes the others */
        (void)close(d->lock_fd);
        d->lock_fd = -1;
}
