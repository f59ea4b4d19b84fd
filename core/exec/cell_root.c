/*
 * cell_root.c - the file tree that a jail's processes see: its own root, a minimal /dev, /proc and further mounts.
 *
 * The tree belongs to whoever is root in the jail, and may hold links that point out of it: every place in it is found
 * with the tree as the root (openat2), and mounted upon by descriptor.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/text.h"
#include "core/exec/cell.h"
#include "core/kernel/netns.h"

#define FD_PATH_SIZE    32
#define MOUNT_READ_ONLY 1 /* MOUNT_ATTR_RDONLY */

static int open_in(int root, const char *path, unsigned long long flags)
{
        struct open_how how = {.flags = flags | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT};
        int fd = (int)syscall(SYS_openat2, root, path, &how, sizeof(how));

        return fd < 0 ? -errno : fd;
}

static void fd_path(int fd, char ret[FD_PATH_SIZE])
{
        (void)str_format(ret, FD_PATH_SIZE, "/proc/self/fd/%d", fd);
}

static int bind_on(const char *source, int target)
{
        char path[FD_PATH_SIZE];

        fd_path(target, path);
        return mount(source, path, NULL, MS_BIND | MS_REC, NULL) < 0 ? -errno : 0;
}

/* With all that is mounted below it; other flags stay. */
static int set_read_only(int root, const char *target, bool on)
{
        const struct {
                uint64_t set, clear, propagation, userns_fd; /* mount_attr, which two systems' headers define twice */
        } attributes = {.set = on ? MOUNT_READ_ONLY : 0, .clear = on ? 0 : MOUNT_READ_ONLY};
        char path[FD_PATH_SIZE];
        CLEANUP(closep) int fd = open_in(root, target, O_PATH); /* again: now it is what was mounted */

        if (fd < 0)
                return fd;
        if (syscall(SYS_mount_setattr, fd, "", AT_EMPTY_PATH | AT_RECURSIVE, &attributes, sizeof(attributes)) == 0)
                return 0;
        if (errno != ENOSYS)
                return -errno;
        fd_path(fd, path); /* before Linux 5.12: it alone */
        return mount(NULL, path, NULL, MS_BIND | MS_REMOUNT | (on ? MS_RDONLY : 0), NULL) < 0 ? -errno : 0;
}

/* A place becomes a mount of its own, with flags of its own. */
static int bind_itself(int root, const char *target, bool is_read_only)
{
        char path[FD_PATH_SIZE];
        CLEANUP(closep) int fd = open_in(root, target, O_PATH);
        int r = fd < 0 ? fd : 0;

        fd_path(fd, path);
        if (r == 0)
                r = bind_on(path, fd);
        return r == 0 ? set_read_only(root, target, is_read_only) : r;
}

/* -- /dev ---------------------------------------------------------------------------------------------------------- */

static int put_bind(int dev, const char *name)
{
        CLEANUP(freep) char *source = xasprintf("/dev/%s", name);
        CLEANUP(closep) int fd = openat(dev, name, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        int r = fd < 0 ? -errno : bind_on(source, fd);

        if (r == -ENOENT) {
                (void)unlinkat(dev, name, 0); /* this host has none */
                return 0;
        }
        return r;
}

static int put_terminals(int dev)
{
        char path[FD_PATH_SIZE];

        if (symlinkat("pts/ptmx", dev, "ptmx") < 0 || mkdirat(dev, "pts", 0755) < 0)
                return -errno;

        CLEANUP(closep) int pts = openat(dev, "pts", O_PATH | O_DIRECTORY | O_CLOEXEC);

        if (pts < 0)
                return -errno;
        fd_path(pts, path);
        /* Without terminals of its own a jail lives too. */
        (void)mount("devpts", path, "devpts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=0620");
        return 0;
}

static int put_node(int dev, const char *name)
{
        static const char *const links[][2] = {{"/proc/self/fd", "fd"},
                                               {"/proc/self/fd/0", "stdin"},
                                               {"/proc/self/fd/1", "stdout"},
                                               {"/proc/self/fd/2", "stderr"}};

        for (size_t i = 0; i < ARRAY_SIZE(links); i++)
                if (strcmp(name, links[i][1]) == 0)
                        return symlinkat(links[i][0], dev, name) < 0 ? -errno : 0;
        if (strcmp(name, "ptmx") == 0)
                return put_terminals(dev);
        if (str_has_prefix(name, "net/") && mkdirat(dev, "net", 0755) < 0)
                return -errno;
        return put_bind(dev, name);
}

/* The nodes that the jail is to have; the rest of the machine's devices stays hidden. */
static int fill_dev(const struct cell_spec *s, int dev)
{
        int r = mkdirat(dev, "shm", 01777) < 0 ? -errno : 0;

        for (size_t i = 0; r == 0 && s->nodes && s->nodes[i]; i++)
                r = put_node(dev, s->nodes[i]);
        return r;
}

static int mount_dev(const struct cell_spec *s, int root, struct err *e)
{
        char path[FD_PATH_SIZE];
        CLEANUP(closep) int place = open_in(root, "dev", O_PATH | O_DIRECTORY);

        if (place < 0)
                return err_set(e, place, "%s: mount.devfs: %s/dev: %s", s->name, s->root, strerror(-place));
        fd_path(place, path);
        if (mount("devfs", path, "tmpfs", MS_NOSUID | MS_NOEXEC, "mode=0755,size=256k") < 0)
                return err_set(e, -errno, "%s: mount.devfs: %s", s->name, strerror(errno));

        CLEANUP(closep) int dev = open_in(root, "dev", O_RDONLY | O_DIRECTORY);
        int r = dev < 0 ? dev : fill_dev(s, dev);

        return r < 0 ? err_set(e, r, "%s: mount.devfs: %s", s->name, strerror(-r)) : 0;
}

/* ------------------------------------------------------------------------------------------------------------------ */

/*
 * What of a /proc is the whole machine's and not the jail's: settings, and what makes the kernel do things. Root's
 * number is enough to write there, so that it is made read-only; the settings of a stack of its own stay the jail's.
 */
static int guard_proc(const struct cell_spec *s, int root, const char *proc)
{
        static const char *const places[] = {"sys", "sysrq-trigger", "irq", "bus", "fs", "acpi", "scsi"};
        CLEANUP(freep) char *own = xasprintf("%s/sys/net", proc);
        int r = 0;

        for (size_t i = 0; r == 0 && i < ARRAY_SIZE(places); i++) {
                CLEANUP(freep) char *place = xasprintf("%s/%s", proc, places[i]);

                r = bind_itself(root, place, true);
                if (r == -ENOENT)
                        r = 0; /* this kernel has none */
        }
        return r == 0 && s->netns_path ? bind_itself(root, own, false) : r;
}

/* Linux' programs want it; where a container covers the host's, the kernel gives no new one. */
static int mount_proc(const struct cell_spec *s, int root, struct err *e)
{
        char path[FD_PATH_SIZE];
        CLEANUP(closep) int place = open_in(root, "proc", O_PATH | O_DIRECTORY);
        int r = place < 0 ? place : 0;

        fd_path(place, path);
        if (r == 0 && mount("proc", path, "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0)
                r = -errno;
        else if (r == 0 && (r = guard_proc(s, root, "proc")) < 0)
                return err_set(e, r, "%s: /proc cannot be made safe: %s", s->name, strerror(-r));
        return r < 0 && s->has_procfs ? err_set(e, r, "%s: mount.procfs: %s", s->name, strerror(-r)) : 0;
}

static int mount_one(const struct cell_spec *s, int root, const struct cell_mount *m, struct err *e)
{
        char path[FD_PATH_SIZE];
        CLEANUP(closep) int place = open_in(root, m->target, O_PATH);
        int r = place < 0 ? place : 0;

        fd_path(place, path);
        if (r == 0 && strcmp(m->type, "tmpfs") == 0)
                r = mount("tmpfs", path, "tmpfs", MS_NOSUID | MS_NODEV, NULL) < 0 ? -errno : 0;
        else if (r == 0 && strcmp(m->type, "procfs") == 0)
                r = mount("proc", path, "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0
                        ? -errno
                        : guard_proc(s, root, m->target);
        else if (r == 0)
                r = bind_on(m->source, place);
        if (r == 0 && m->is_read_only)
                r = set_read_only(root, m->target, true);
        return r < 0 ? err_set(e, r, "%s: mount of %s on %s: %s", s->name, m->source ? m->source : m->type, m->target,
                               strerror(-r))
                     : 0;
}

static int mount_all(const struct cell_spec *s, int root, struct err *e)
{
        int r = 0;

        for (size_t i = 0; r == 0 && i < s->mount_count; i++)
                r = mount_one(s, root, &s->mounts[i], e);
        if (r == 0 && s->has_devfs)
                r = mount_dev(s, root, e);
        if (r == 0)
                r = mount_proc(s, root, e);
        return r;
}

/* The old root goes altogether: nothing of the host's is mounted in the jail but what it was given. */
static int change_root(const struct cell_spec *s, int root, struct err *e)
{
        if (fchdir(root) < 0 || syscall(SYS_pivot_root, ".", ".") < 0 || umount2(".", MNT_DETACH) < 0 || chdir("/") < 0)
                return err_set(e, -errno, "%s: %s cannot be its root: %s", s->name, s->root, strerror(errno));
        return 0;
}

/*
 * A jail that shares the host's files has process numbers of its own, and a /proc that tells them where that can be. A
 * jailnet that is run in it must still find the host's stack: by its handle, or, on kernels without handles, by the
 * processes of the host's /proc, which then stays.
 */
static void mount_own_proc(void)
{
        CLEANUP(closep) int ns = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
        struct ns_handle handle;

        if (ns >= 0 && netns_handle(ns, &handle) == 0) /* where it is covered, the kernel refuses another one */
                (void)mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
}

int cell_enter_root(const struct cell_spec *s, struct err *e)
{
        bool has_own = strcmp(s->root, "/") != 0;

        /* What the host unmounts goes here as well (a name of a stack would else keep it), what we mount stays here. */
        if (mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) < 0)
                return err_set(e, -errno, "%s: no mounts of its own: %s", s->name, strerror(errno));
        if (!has_own)
                mount_own_proc();
        if (!has_own)
                return chdir("/") < 0 ? err_set(e, -errno, "%s: /: %s", s->name, strerror(errno)) : 0;
        if (mount(s->root, s->root, NULL, MS_BIND | MS_REC, NULL) < 0)
                return err_set(e, -errno, "%s: %s: %s", s->name, s->root, strerror(errno));

        CLEANUP(closep) int root = open(s->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

        if (root < 0)
                return err_set(e, -errno, "%s: %s: %s", s->name, s->root, strerror(errno));

        int r = mount_all(s, root, e);

        return r < 0 ? r : change_root(s, root, e);
}
