/* release.c - signals for processes that hold a namespace, and the end of bind mounts of it. */
#include "core/kernel/release.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/rights.h"
#include "core/base/text.h"
#include "core/kernel/holders.h"
#include "core/kernel/netns.h"
#include "core/kernel/proc.h"

#define CLOCK_SLACK_S 2 /* a process' age is worked out from two clocks, which round differently */

/* Is that file the jail's namespace? Without asking a file system that could keep us waiting. */
static bool is_namespace(const struct jail *j, int dir, const char *path, int flags)
{
        struct statx st;

        return statx(dir, path, AT_STATX_DONT_SYNC | flags, STATX_INO, &st) == 0 && st.stx_ino == j->inode &&
                makedev(st.stx_dev_major, st.stx_dev_minor) == j->device;
}

static bool has_thread_in(const struct jail *j, pid_t pid)
{
        char path[PROC_PATH_SIZE];
        struct dirent *entry;
        bool found = false;
        DIR *d;

        proc_path(path, (struct task){pid, pid}, "task");
        d = opendir(path);
        while (d && !found && (entry = readdir(d))) {
                struct task t = {pid, (int)strtol(entry->d_name, NULL, 10)};

                if (!isdigit((unsigned char)entry->d_name[0]))
                        continue;
                proc_path(path, t, "ns/net");
                found = is_namespace(j, AT_FDCWD, path, 0);
        }
        if (d)
                (void)closedir(d); /* only read */
        return found;
}

/* "fd 7", "fd 7: udp 0.0.0.0:4711" */
static bool has_descriptor_of(const struct jail *j, const struct holder *h)
{
        const char *number = str_has_prefix(h->detail, "fd ") ? h->detail + 3 : "";
        char path[PROC_PATH_SIZE];
        struct stat st;

        if (!isdigit((unsigned char)*number))
                return false;
        (void)str_format(path, sizeof(path), "/proc/%d/fd/%ld", (int)h->pid, strtol(number, NULL, 10)); /* fits */
        if (h->kind == HOLDER_DESCRIPTOR)
                return is_namespace(j, AT_FDCWD, path, 0);

        CLEANUP(closep) int fd = socket_open_namespace(path);

        return fd >= 0 && fstat(fd, &st) == 0 && st.st_ino == j->inode && st.st_dev == j->device;
}

static bool is_holding(const struct jail *j, const struct holder *h)
{
        CLEANUP(rights_lowerp) __attribute__((unused)) bool raised = rights_raise();

        switch (h->kind) {
        case HOLDER_PROCESS:
        case HOLDER_THREAD: return has_thread_in(j, h->pid);
        case HOLDER_DESCRIPTOR:
        case HOLDER_SOCKET: return has_descriptor_of(j, h);
        case HOLDER_BIND_MOUNT:
        case HOLDER_TCP: return false;
        }
        return false;
}

static bool is_same_process(const struct holder *h)
{
        struct user_names users = {0};
        struct task_facts now;

        proc_describe((struct task){h->pid, h->pid}, &users, &now);
        user_names_done(&users);
        return h->since == 0 || (now.since && llabs((long long)(now.since - h->since)) <= CLOCK_SLACK_S);
}

/* The process of a holder, held fast: what /proc says of its number from now on is of no other. */
static int open_process(const struct holder *h, struct err *e)
{
        int fd = pidfd_open(h->pid, 0);

        if (fd < 0 || !is_same_process(h)) {
                closep(&fd);
                return err_set(e, -ESRCH, "process %d: has ended; look again", (int)h->pid);
        }
        return fd;
}

int release_signal(const struct jail *j, const struct holder *h, bool kills, struct err *e)
{
        CLEANUP(closep) int fd = -1;

        if (h->kind == HOLDER_TCP)
                return err_set(e, -EOPNOTSUPP,
                               "%s: no process has this connection any more; take the interface back, or wait",
                               h->detail);
        if (h->kind == HOLDER_BIND_MOUNT || h->pid == 0)
                return err_set(e, -EOPNOTSUPP, "%s: is a mount, which takes no signal; unmount it", h->detail);
        if (h->pid == 1)
                return err_set(e, -EPERM, "process 1: is the machine's first process and gets no signal from here");
        if (h->pid == getpid())
                return err_set(e, -EPERM, "process %d: is jailnet itself", (int)h->pid);
        fd = open_process(h, e);
        if (fd < 0)
                return fd;
        if (!is_holding(j, h))
                return err_set(e, -ESTALE, "process %d: holds %s no more; look again", (int)h->pid, j->name);
        if (pidfd_send_signal(fd, kills ? SIGKILL : SIGTERM, NULL, 0) < 0)
                return err_set(e, -errno, "process %d: %s", (int)h->pid,
                               errno == ESRCH ? "has ended; look again" : strerror(errno));
        return 0;
}

/* Bind mounts */

struct unmounting {
        const struct jail *jail;
        const char *path;
        int pidfd; /* of a process that sees the mount; -1: we do */
        int result;
};

static int unmount(const struct unmounting *u)
{
        if (u->pidfd >= 0 && (unshare(CLONE_FS) < 0 || setns(u->pidfd, CLONE_NEWNS) < 0))
                return -errno;
        if (!is_namespace(u->jail, AT_FDCWD, u->path, AT_SYMLINK_NOFOLLOW))
                return -ESTALE;
        return umount2(u->path, MNT_DETACH | UMOUNT_NOFOLLOW) < 0 ? -errno : 0;
}

static void *unmount_there(void *context)
{
        struct unmounting *u = context;

        u->result = unmount(u);
        return NULL;
}

int release_unmount(const struct jail *j, const struct holder *h, struct err *e)
{
        struct unmounting u = {.jail = j, .path = h->detail, .pidfd = -1};
        CLEANUP(closep) int fd = -1;
        pthread_t thread;

        if (h->kind != HOLDER_BIND_MOUNT)
                return err_set(e, -EOPNOTSUPP, "%s: is no mount; signal its process", h->detail);
        if (h->pid) {
                fd = open_process(h, e);
                if (fd < 0)
                        return fd;
                u.pidfd = fd;
        }
        /* In a thread of its own, which changes its mount namespace and ends. */
        if (pthread_create(&thread, NULL, unmount_there, &u) != 0)
                return err_set(e, -EAGAIN, "%s: cannot be unmounted now; try again", h->detail);
        (void)pthread_join(thread, NULL); /* it ends by itself */
        if (u.result == -ESTALE)
                return err_set(e, u.result, "%s: %s is not mounted there any more; look again", h->detail, j->name);
        if (u.result < 0)
                return err_set(e, u.result, "%s: cannot be unmounted: %s", h->detail, strerror(-u.result));
        return 0;
}
