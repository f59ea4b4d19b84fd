/*
 * netns_name.c - makes, removes and renames named namespaces, so that `ip netns` sees them and the other way round.
 *
 * A named namespace is a file in the run directory with the namespace mounted over it. The directory itself is a shared
 * mount point, so that what is mounted or unmounted here is so in every other mount namespace too. Who has a mount
 * table of his own that only follows (as under `ip netns exec`) mounts and unmounts in home's.
 */
#include "core/kernel/netns.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "core/base/rights.h"
#include "core/base/text.h"
#include "core/kernel/home.h"

#define NAMED_PATH_SIZE 512
#define LOCK_WAIT_MS    2000 /* two mounts take less than one */
#define LOCK_RETRY_MS   5

static int make_dirs(const char *dir)
{
        CLEANUP(freep) char *path = xstrdup(dir);

        for (char *p = path + 1; *p; p++) {
                if (*p != '/')
                        continue;
                *p = '\0';
                if (mkdir(path, 0755) < 0 && errno != EEXIST)
                        return -errno;
                *p = '/';
        }
        return mkdir(path, 0755) < 0 && errno != EEXIST ? -errno : 0;
}

/* Two makers at once would mount the run directory twice; `ip netns` takes the same lock. Anybody who may read the
 * directory may take it too, and keep it: it is not waited for longer than a maker can need it. */
static void lock_run_dir(int fd)
{
        int64_t deadline = clock_now_ms() + LOCK_WAIT_MS;

        while (flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK && clock_now_ms() < deadline)
                (void)poll(NULL, 0, LOCK_RETRY_MS); /* no event tells that it is free */
}

/* What is mounted in a shared folder is shared from then on: only the first time all that is there is gone through,
 * which takes as long as there are jails. */
static int make_shared(const char *dir)
{
        static atomic_bool was_shared;

        if (mount("", dir, "none", MS_SHARED | (was_shared ? 0 : MS_REC), NULL) < 0)
                return -errno;
        was_shared = true;
        return 0;
}

/* Not a mount point yet: it becomes one. */
static int mount_run_dir(const char *dir)
{
        CLEANUP(closep) int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC); /* only for the lock */
        int r;

        if (fd < 0)
                return -errno;
        lock_run_dir(fd);
        r = make_shared(dir);
        if (r == -EINVAL)
                r = mount(dir, dir, "none", MS_BIND | MS_REC, NULL) < 0 ? -errno : make_shared(dir);
        return r;
}

/* The run directory, made and turned into a shared mount point. */
static int share_run_dir(struct err *e)
{
        const char *dir = netns_run_dir();
        int r = make_shared(dir);

        if (r == -ENOENT) {
                r = make_dirs(dir);
                if (r < 0)
                        return err_set(e, r, "%s: can't be made: %s", dir, strerror(-r));
                r = make_shared(dir);
        }
        if (r == -EINVAL)
                r = mount_run_dir(dir);
        return r < 0 ? err_set(e, r, "%s: can't be made a shared mount point: %s", dir, strerror(-r)) : 0;
}

static int named_path(const char *name, char path[NAMED_PATH_SIZE], struct err *e)
{
        if (!name[0] || strchr(name, '/') || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
                return err_set(e, -EINVAL, "'%s' is no name for a jail", name);
        if (!str_format(path, NAMED_PATH_SIZE, "%s/%s", netns_run_dir(), name))
                return err_set(e, -ENAMETOOLONG, "'%s' is too long for a jail's name", name);
        return 0;
}

/* A new empty file to mount on. */
static int make_file(const char *path, const char *name, struct err *e)
{
        int fd = open(path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0);

        if (fd < 0)
                return err_set(e, -errno, "%s: %s", name, errno == EEXIST ? "exists already" : strerror(errno));
        (void)close(fd); /* nothing was written */
        return 0;
}

/*
 * A new namespace, open and mounted there. The calling thread is in it for as long as that takes; a thread of its own
 * would cost as much as the rest.
 */
static int give_birth(const char *path, int *ret_fd, const char **ret_what)
{
        CLEANUP(closep) int home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
        int fd, r = 0;

        *ret_what = "no way back from a new network stack";
        if (home < 0)
                return -errno;
        *ret_what = "no new network stack";
        if (unshare(CLONE_NEWNET) < 0)
                return -errno;
        *ret_what = "its namespace file can't be mounted";
        fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
        if (fd < 0 || mount("/proc/thread-self/ns/net", path, "none", MS_BIND, NULL) < 0)
                r = -errno;
        if (setns(home, CLONE_NEWNET) < 0 && r == 0) {
                *ret_what = "no way back from a new network stack";
                r = -errno;
                (void)umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW); /* as before */
        }
        if (r < 0)
                closep(&fd);
        else
                *ret_fd = fd;
        return r;
}

static int create_here(const char *name, int *ret_fd, struct err *e)
{
        char path[NAMED_PATH_SIZE];
        const char *what = NULL;
        int fd = -1, r = named_path(name, path, e);

        if (r < 0)
                return r;
        r = share_run_dir(e);
        if (r < 0)
                return r;
        r = make_file(path, name, e);
        if (r < 0)
                return r;
        r = give_birth(path, &fd, &what);
        if (r < 0) {
                (void)unlink(path); /* nothing is mounted on it */
                return err_set(e, r, "%s: %s: %s", name, what, strerror(-r));
        }
        if (ret_fd)
                *ret_fd = fd;
        else
                (void)close(fd); /* the mount holds it */
        return 0;
}

/* Takes the name away. In other mount namespaces the file may still be a mount point: the kernel detaches it there. */
static int unname(const char *path)
{
        if (umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW) < 0 && errno != EINVAL)
                return -errno;
        return unlink(path) < 0 ? -errno : 0;
}

static int remove_here(const char *name, struct err *e)
{
        char path[NAMED_PATH_SIZE];
        int r = named_path(name, path, e);

        if (r < 0)
                return r;
        r = unname(path);
        if (r < 0)
                return err_set(e, r, "%s: its name can't be removed: %s", name, strerror(-r));
        return 0;
}

static int rename_here(const char *old_name, const char *new_name, struct err *e)
{
        char from[NAMED_PATH_SIZE], to[NAMED_PATH_SIZE], open_file[64];
        CLEANUP(closep) int fd = -1;
        int r = named_path(old_name, from, e);

        if (r == 0)
                r = named_path(new_name, to, e);
        if (r < 0)
                return r;
        r = share_run_dir(e);
        if (r < 0)
                return r;
        fd = open(from, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
                return err_set(e, -errno, "%s: can't be opened: %s", old_name, strerror(errno));
        r = make_file(to, new_name, e);
        if (r < 0)
                return r;
        (void)str_format(open_file, sizeof(open_file), "/proc/thread-self/fd/%d", fd); /* always fits */
        if (mount(open_file, to, "none", MS_BIND, NULL) < 0) {
                r = -errno;
                (void)unlink(to); /* nothing is mounted on it */
                return err_set(e, r, "%s: can't be mounted as %s: %s", old_name, new_name, strerror(-r));
        }
        r = unname(from);
        if (r < 0) {
                (void)unname(to); /* back to how it was; the first failure is the one to tell */
                return err_set(e, r, "%s: its old name can't be removed: %s", old_name, strerror(-r));
        }
        return 0;
}

int netns_share_run_dir(struct err *e)
{
        CLEANUP(rights_lowerp) __attribute__((unused)) bool raised = rights_raise();

        return share_run_dir(e);
}

/* --- Where it is done ------------------------------------------------------------------------------------------- */

struct name_call {
        const char *name, *new_name;
        int *ret_fd;
        struct err *e;
};

static int create_there(void *context)
{
        CLEANUP(rights_lowerp) __attribute__((unused)) bool raised = rights_raise();
        struct name_call *c = context;

        return create_here(c->name, c->ret_fd, c->e);
}

static int remove_there(void *context)
{
        CLEANUP(rights_lowerp) __attribute__((unused)) bool raised = rights_raise();
        struct name_call *c = context;

        return remove_here(c->name, c->e);
}

static int rename_there(void *context)
{
        CLEANUP(rights_lowerp) __attribute__((unused)) bool raised = rights_raise();
        struct name_call *c = context;

        return rename_here(c->name, c->new_name, c->e);
}

int netns_create(const char *name, int *ret_fd, struct err *e)
{
        struct name_call c = {.name = name, .ret_fd = ret_fd, .e = e};

        return home_run_at_mounts(netns_run_dir(), create_there, &c);
}

int netns_remove(const char *name, struct err *e)
{
        struct name_call c = {.name = name, .e = e};

        return home_run_at_mounts(netns_run_dir(), remove_there, &c);
}

int netns_rename(const char *old_name, const char *new_name, struct err *e)
{
        struct name_call c = {.name = old_name, .new_name = new_name, .e = e};

        return home_run_at_mounts(netns_run_dir(), rename_there, &c);
}
