/*
 * netns.c - finding named namespaces, and opening a namespace for a moment by path, process or handle.
 *
 * Making, removing and renaming them is netns_name.c's; finding those of processes is tasks.c's.
 */
#include "core/kernel/netns.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/kernel/holders.h"

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif
#define NSFS_ROOT          (-10003) /* FD_NSFS_ROOT: handles of namespaces are looked up there */
#define YOUNG_FILE_S       1        /* `ip netns add` mounts within a millisecond of making the file */
#define YOUNG_FILE_WAIT_MS 60

const char *netns_run_dir(void)
{
        const char *dir = getenv("JAILNET_NETNS_DIR");

        return dir && dir[0] ? dir : "/run/netns";
}

void netns_list_done(struct netns_list *l)
{
        for (size_t k = 0; k < l->count; k++)
                free(l->refs[k].holders);
        free(l->refs);
        free(l->slots);
        arena_done(&l->strings);
        *l = (struct netns_list){0};
}

/* The slot of an inode, or the free one where it belongs. */
static uint32_t *find_slot(const struct netns_list *l, uint64_t inode, uint64_t device)
{
        size_t k = (size_t)(inode * 0x9e3779b97f4a7c15u >> 32) & (l->slot_count - 1);

        for (;; k = (k + 1) & (l->slot_count - 1)) {
                const struct netns_ref *ref = l->slots[k] ? &l->refs[l->slots[k] - 1] : NULL;

                if (!ref || (ref->inode == inode && ref->device == device))
                        return &l->slots[k];
        }
}

static void grow_slots(struct netns_list *l)
{
        free(l->slots);
        l->slot_count = l->slot_count ? 2 * l->slot_count : 64;
        l->slots = xcalloc(l->slot_count, sizeof(*l->slots));
        for (size_t k = 0; l->refs && k < l->count; k++)
                *find_slot(l, l->refs[k].inode, l->refs[k].device) = (uint32_t)k + 1;
}

struct netns_ref *netns_list_find(const struct netns_list *l, uint64_t inode, uint64_t device)
{
        uint32_t at = l->slot_count ? *find_slot(l, inode, device) : 0;

        return at ? &l->refs[at - 1] : NULL;
}

struct netns_ref *netns_list_at(struct netns_list *l, uint64_t inode, uint64_t device)
{
        struct netns_ref *ref = netns_list_find(l, inode, device);

        if (ref)
                return ref;
        if (2 * (l->count + 1) > l->slot_count)
                grow_slots(l);
        l->refs = array_grow(l->refs, &l->capacity, l->count, sizeof(*l->refs));
        ref = &l->refs[l->count++];
        *ref = (struct netns_ref){.inode = inode, .device = device, .origin = ORIGIN_KERNEL};
        *find_slot(l, inode, device) = (uint32_t)l->count;
        return ref;
}

void netns_list_add_holder(struct netns_list *l, struct netns_ref *ref, const struct holder *h)
{
        size_t capacity = ref->holder_count;
        struct holder *mine;

        if (ref->holder_count >= NETNS_HOLDER_MAX)
                return;
        if (ref->holder_count % 8 == 0) {
                capacity += 8;
                ref->holders = xrealloc(ref->holders, capacity, sizeof(*ref->holders));
        }
        mine = &ref->holders[ref->holder_count++];
        *mine = *h;
        mine->command = arena_strdup(&l->strings, h->command ? h->command : "");
        mine->user = arena_strdup(&l->strings, h->user ? h->user : "");
        mine->detail = arena_strdup(&l->strings, h->detail ? h->detail : "");
}

/* nsfs is one file system with one device number: what our own namespace's file shows. */
uint64_t netns_device(void)
{
        struct stat st;

        return stat("/proc/self/ns/net", &st) == 0 ? st.st_dev : 0;
}

static bool is_young(const struct stat *st)
{
        time_t now = time(NULL);

        /* One that was made later than now was made before the clock was set back. */
        return S_ISREG(st->st_mode) && st->st_size == 0 && st->st_ctime <= now && now - st->st_ctime <= YOUNG_FILE_S;
}

int netns_list_named(struct netns_list *l, struct err *e)
{
        const char *dir = netns_run_dir();
        uint64_t device = netns_device();
        DIR *d = opendir(dir);
        struct dirent *entry;

        l->has_pending = false;
        if (!d && errno == ENOENT)
                return 0; /* nobody made one yet */
        if (!d)
                return err_set(e, -errno, "%s: %s", dir, strerror(errno));
        while ((entry = readdir(d))) {
                struct netns_ref *ref;
                struct stat st;

                if (entry->d_name[0] == '.' || fstatat(dirfd(d), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
                        continue;
                if (st.st_dev != device) {
                        l->has_pending |= is_young(&st);
                        continue;
                }
                ref = netns_list_at(l, st.st_ino, st.st_dev);
                if (ref->origin == ORIGIN_NAMED && strcmp(ref->name, entry->d_name) <= 0)
                        continue; /* one namespace under two names: the first in the alphabet, whatever the order here
                                   */
                ref->origin = ORIGIN_NAMED;
                (void)str_copy(ref->name, sizeof(ref->name), entry->d_name); /* cut: the path is whole */
                (void)str_format(ref->path, sizeof(ref->path), "%s/%s", dir,
                                 entry->d_name); /* 255 bytes and the folder */
        }
        (void)closedir(d);
        return 0;
}

int netns_find_named(struct netns_list *l, struct err *e)
{
        CLEANUP(closep) int mounts = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
        int64_t deadline = clock_now_ms() + YOUNG_FILE_WAIT_MS;

        for (;;) {
                struct pollfd changed = {.fd = mounts, .events = POLLPRI};
                int64_t left = deadline - clock_now_ms();
                int r = netns_list_named(l, e);

                if (r < 0 || !l->has_pending || left <= 0 || mounts < 0)
                        return r;
                (void)poll(&changed, 1, (int)left); /* whatever woke us: look again */
        }
}

/* struct file_handle with room for any handle. */
union handle_buffer {
        struct file_handle handle;
        unsigned char room[sizeof(struct file_handle) + MAX_HANDLE_SZ];
};

int netns_handle(int ns_fd, struct ns_handle *ret)
{
        union handle_buffer b = {.room = {0}};
        int mount_id;

        if (getenv("JAILNET_NO_HANDLES"))
                return -EOPNOTSUPP;
        b.handle.handle_bytes = MAX_HANDLE_SZ;
        if (name_to_handle_at(ns_fd, "", &b.handle, &mount_id, AT_EMPTY_PATH) < 0)
                return -errno;
        if (b.handle.handle_bytes > sizeof(ret->bytes))
                return -EOPNOTSUPP;
        *ret = (struct ns_handle){.type = b.handle.handle_type, .length = (uint8_t)b.handle.handle_bytes};
        memcpy(ret->bytes, b.handle.f_handle, ret->length);
        return 0;
}

int netns_open_handle(const struct ns_handle *h)
{
        union handle_buffer b = {.room = {0}};
        int fd;

        if (h->length == 0 || h->length > sizeof(h->bytes) || getenv("JAILNET_NO_HANDLES"))
                return -EOPNOTSUPP;
        b.handle.handle_bytes = h->length;
        b.handle.handle_type = h->type;
        memcpy(b.handle.f_handle, h->bytes, h->length);
        fd = open_by_handle_at(NSFS_ROOT, &b.handle, O_RDONLY | O_CLOEXEC);
        return fd >= 0 ? fd : -errno;
}

uint64_t netns_cookie_here(void)
{
        CLEANUP(closep) int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
        uint64_t cookie = 0;
        socklen_t size = sizeof(cookie);

        if (fd < 0 || getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &size) < 0)
                return 0;
        return cookie;
}

struct cookie_question {
        int fd;
        uint64_t cookie;
};

static void *ask_cookie(void *context)
{
        struct cookie_question *q = context;

        if (setns(q->fd, CLONE_NEWNET) == 0)
                q->cookie = netns_cookie_here();
        return NULL;
}

uint64_t netns_cookie_of(int fd)
{
        struct cookie_question q = {.fd = fd};
        pthread_t thread;

        if (pthread_create(&thread, NULL, ask_cookie, &q) != 0)
                return 0;
        (void)pthread_join(thread, NULL); /* it takes no lock and ends by itself */
        return q.cookie;
}

/* Is the open file the jail's namespace? By handle, else cookie, else inode, whichever is known. */
static bool is_that_jail(int fd, const struct jail *j)
{
        struct ns_handle h = {0};
        struct stat st;
        uint64_t cookie;

        if (j->handle.length && netns_handle(fd, &h) == 0)
                return h.type == j->handle.type && h.length == j->handle.length &&
                        memcmp(h.bytes, j->handle.bytes, h.length) == 0;
        if (fstat(fd, &st) < 0 || (j->inode && st.st_ino != j->inode))
                return false;
        cookie = j->cookie ? netns_cookie_of(fd) : 0;
        return cookie == 0 || cookie == j->cookie;
}

int netns_open_path(const char *path)
{
        int fd = socket_open_namespace(path);

        if (fd != -ENOTSOCK)
                return fd;
        /* A table of mounts, which is its owner's, shows it though a FIFO may be mounted over it: that is not waited
         * for. */
        fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
        return fd < 0 ? -errno : fd;
}

static int open_if_that_jail(const char *path, const struct jail *j)
{
        int fd = netns_open_path(path);

        if (fd < 0)
                return fd;
        if (is_that_jail(fd, j))
                return fd;
        (void)close(fd); /* only a reference */
        return -ESTALE;
}

int netns_open(const struct jail *j, struct err *e)
{
        char by_pid[64];
        int fd = -ENOENT;

        if (j->path)
                fd = open_if_that_jail(j->path, j);
        if (fd < 0 && j->pid > 0 && str_format(by_pid, sizeof(by_pid), "/proc/%d/ns/net", (int)j->pid)) {
                int other = open_if_that_jail(by_pid, j);

                fd = other >= 0 || !j->path ? other : fd;
        }
        if (fd < 0 && j->handle.length) {
                int other = netns_open_handle(&j->handle);

                fd = other >= 0 || other == -ESTALE ? other : fd;
        }
        if (fd >= 0)
                return fd;
        if (fd == -ESTALE || fd == -ENOENT)
                return err_set(e, fd, "%s: the network stack is gone; look again and repeat", j->name ? j->name : "?");
        return err_set(e, fd, "%s: its network stack can't be opened: %s", j->name ? j->name : "?", strerror(-fd));
}
