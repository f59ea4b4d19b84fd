/* home.c - finds the host's stack by what the inventory knows of it, and enters it. */
#include "core/kernel/home.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/text.h"
#include "core/kernel/netns.h"
#include "core/kernel/proc.h"

#define ANCESTORS_MAX 64 /* shells in shells: nobody nests deeper */

static pid_t parent_of(pid_t pid)
{
        struct task_stat s;

        return proc_read_stat((struct task){pid, pid}, &s) ? s.parent : 0;
}

/* Process 1, then our ancestors, the oldest first. */
static size_t elders(pid_t pids[ANCESTORS_MAX + 1])
{
        pid_t line[ANCESTORS_MAX];
        size_t count = 0, n = 0;

        for (pid_t pid = getppid(); pid > 1 && count < ANCESTORS_MAX; pid = parent_of(pid))
                line[count++] = pid;
        pids[n++] = 1;
        while (count > 0)
                pids[n++] = line[--count];
        return n;
}

static int open_of(pid_t pid, const char *file)
{
        char path[PROC_PATH_SIZE];
        int fd;

        proc_path(path, (struct task){pid, pid}, file);
        fd = open(path, O_RDONLY | O_CLOEXEC);
        return fd < 0 ? -errno : fd;
}

/* fd when it is the namespace with that cookie, else it is closed: -ESTALE. */
static int keep_if(int fd, uint64_t cookie)
{
        if (fd < 0 || netns_cookie_of(fd) == cookie)
                return fd;
        (void)close(fd); /* only a reference */
        return -ESTALE;
}

/* Without a handle that opens it: a process of the host's is looked for. -EPERM: there are some that can't be looked
 * at. */
static int open_by_search(uint64_t cookie)
{
        CLEANUP(netns_list_done) struct netns_list l = {0};
        pid_t pids[ANCESTORS_MAX + 1];
        size_t count = elders(pids);

        for (size_t i = 0; i < count; i++) {
                int fd = keep_if(open_of(pids[i], "ns/net"), cookie);

                if (fd >= 0)
                        return fd;
        }
        if (netns_find_tasks(&l, false, NULL, NULL) < 0)
                return -EPERM;
        for (size_t i = 0; i < l.count; i++) {
                int fd = keep_if(netns_open_path(l.refs[i].path), cookie);

                if (fd >= 0)
                        return fd;
        }
        return l.unreadable ? -EPERM : -ESTALE;
}

static int open_known(uint64_t cookie, const struct ns_handle *handle)
{
        int fd = netns_open_handle(handle);

        /* The kernel says ESTALE of one that we may not enter, too: only the processes can tell. */
        return fd >= 0 ? fd : open_by_search(cookie);
}

static bool is_named(const struct home *h)
{
        CLEANUP(netns_list_done) struct netns_list l = {0};

        return netns_list_named(&l, NULL) == 0 && netns_list_find(&l, h->inode, h->device);
}

/* Nobody has told where the host is: who was started in a named namespace was started in a jail. */
static int open_likely(const struct home *h)
{
        pid_t pids[ANCESTORS_MAX + 1];
        size_t count = elders(pids);

        if (!is_named(h))
                return -ENOENT;
        for (size_t i = 0; i < count; i++) {
                int fd = open_of(pids[i], "ns/net");
                struct stat st;

                if (fd < 0)
                        continue;
                if (fstat(fd, &st) == 0 && (st.st_ino != h->inode || st.st_dev != h->device))
                        return fd;
                (void)close(fd); /* only a reference */
        }
        return -ENOENT;
}

static int not_allowed(struct err *e)
{
        return err_set(e, -EPERM,
                       "inventory: tells of another network stack, the host's, and this process may not go there; run "
                       "jailnet as root on the host, or with another inventory (--db FILE)");
}

int home_enter(uint64_t cookie, const struct ns_handle *handle, struct home *ret, struct err *e)
{
        struct home h = {.start_fd = -1, .cookie = netns_cookie_here()};
        struct stat st;
        int fd = -ESTALE;

        *ret = h;
        if (stat("/proc/self/ns/net", &st) < 0)
                return 0; /* without /proc nothing can be found: the observer says so */
        h.inode = st.st_ino;
        h.device = st.st_dev;
        *ret = h;
        if (cookie && h.cookie == cookie)
                return 0;
        if (cookie && h.cookie)
                fd = open_known(cookie, handle);
        if (fd == -ESTALE)
                fd = open_likely(&h);
        if (fd == -ENOENT)
                return 0;
        if (fd < 0)
                return not_allowed(e);
        h.start_fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
        if (h.start_fd < 0 || setns(fd, CLONE_NEWNET) < 0) {
                (void)close(fd);
                home_done(&h);
                return cookie ? not_allowed(e) : 0; /* a guess that can't be entered was none */
        }
        (void)close(fd); /* we are in it */
        *ret = h;
        return 0;
}

void home_done(struct home *h)
{
        closep(&h->start_fd);
        h->start_fd = -1;
}

/* --- Mounts ----------------------------------------------------------------------------------------------------- */

struct mount_call {
        const char *folder;
        int (*fn)(void *context);
        void *context;
        int mounts_fd;
        struct stat here; /* the folder */
        bool was_run;
        int result;
};

static void *run_at_mounts(void *context)
{
        struct mount_call *c = context;
        struct stat there;

        if (unshare(CLONE_FS) < 0 || setns(c->mounts_fd, CLONE_NEWNS) < 0 || stat(c->folder, &there) < 0 ||
            there.st_dev != c->here.st_dev || there.st_ino != c->here.st_ino)
                return NULL;
        c->was_run = true;
        c->result = c->fn(c->context);
        return NULL;
}

/* The mount table of home's first process, when it is another than ours; else -1. That it is not is asked once: a plan
 * may make a thousand jails. */
static int open_mounts(void)
{
        static atomic_bool is_ours;
        pid_t pids[ANCESTORS_MAX + 1];
        struct stat net, mounts, st;
        size_t count;

        if (is_ours)
                return -1;
        if (stat("/proc/self/ns/net", &net) < 0 || stat("/proc/self/ns/mnt", &mounts) < 0)
                return -1;
        count = elders(pids);
        for (size_t i = 0; i < count; i++) {
                CLEANUP(closep) int fd = open_of(pids[i], "ns/net");

                if (fd < 0 || fstat(fd, &st) < 0 || st.st_ino != net.st_ino || st.st_dev != net.st_dev)
                        continue;

                int table = open_of(pids[i], "ns/mnt");

                if (table >= 0 && fstat(table, &st) == 0 && st.st_ino != mounts.st_ino)
                        return table;
                is_ours = table >= 0;
                closep(&table);
                return -1;
        }
        return -1;
}

int home_run_at_mounts(const char *folder, int (*fn)(void *context), void *context)
{
        struct mount_call c = {.folder = folder, .fn = fn, .context = context};
        CLEANUP(closep) int fd = open_mounts();
        pthread_t thread;

        c.mounts_fd = fd;
        if (fd >= 0 && stat(folder, &c.here) == 0 && pthread_create(&thread, NULL, run_at_mounts, &c) == 0)
                (void)pthread_join(thread, NULL); /* it ends by itself */
        return c.was_run ? c.result : fn(context);
}
