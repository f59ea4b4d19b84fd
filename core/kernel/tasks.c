/*
 * tasks.c - finds the namespaces of processes and threads and, on a deep search, those held by descriptors and mounts.
 *
 * It reads names of links under /proc, and keeps nothing open that could keep a namespace alive.
 */
#include "core/kernel/tasks.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "core/base/rights.h"
#include "core/base/text.h"
#include "core/kernel/cgroup.h"
#include "core/kernel/netns.h"
#include "core/kernel/proc.h"

#define LINK_SIZE           64         /* "net:[4026532281]" */
#define KERNEL_TASK         0x00200000 /* PF_KTHREAD in field 9 of stat */
#define FD_PATH_SIZE        (PROC_PATH_SIZE + 20)
#define LOOKS_PER_CLOCK     64 /* descriptors */
#define PROCESSES_PER_CLOCK 16
#define STAT_PARENT         4
#define STAT_FLAGS          9
#define STAT_START          22

bool tasks_parse_net(const char *link, uint64_t *ret_inode)
{
        char *end;
        uint64_t inode = 0;

        if (!str_has_prefix(link, "net:[") || !isdigit((unsigned char)link[5]))
                return false;
        errno = 0;
        inode = strtoull(link + 5, &end, 10);
        if (errno || strcmp(end, "]") != 0)
                return false;
        *ret_inode = inode;
        return true;
}

static bool is_octal(char c)
{
        return c >= '0' && c <= '7';
}

bool tasks_parse_mount(const char *line, uint64_t *ret_inode, char *path, size_t size)
{
        const char *field = line, *type;
        char root[LINK_SIZE];
        size_t n, length = 0;
        uint64_t inode = 0;

        for (int k = 0; k < 3; k++) { /* mount id, parent's id, major:minor */
                field += strcspn(field, " ");
                if (*field++ != ' ')
                        return false;
        }
        type = strstr(field, " - nsfs ");
        n = strcspn(field, " ");
        if (!type || n >= sizeof(root) || field[n] != ' ')
                return false;
        memcpy(root, field, n);
        root[n] = '\0';
        if (!tasks_parse_net(root, &inode))
                return false;
        for (field += n + 1; *field && *field != ' '; length++) {
                if (length + 1 >= size)
                        return false;
                if (field[0] == '\\' && is_octal(field[1]) && is_octal(field[2]) && is_octal(field[3])) {
                        path[length] = (char)((field[1] - '0') * 64 + (field[2] - '0') * 8 + (field[3] - '0'));
                        field += 4;
                } else {
                        path[length] = *field++;
                }
        }
        path[length] = '\0';
        *ret_inode = inode;
        return length > 0;
}

bool tasks_parse_stat(const char *text, struct task_stat *ret)
{
        const char *field = strrchr(text, ')');
        struct task_stat found = {.start_ticks = 0};

        if (!field)
                return false;
        field++;
        for (int k = 3; k <= STAT_START; k++) { /* field 3 follows the command */
                if (*field++ != ' ')
                        return false;
                if (k == STAT_PARENT)
                        found.parent = (pid_t)strtol(field, NULL, 10);
                if (k == STAT_FLAGS)
                        found.is_kernel_thread = strtoul(field, NULL, 10) & KERNEL_TASK;
                if (k == STAT_START)
                        found.start_ticks = strtoull(field, NULL, 10);
                field += strcspn(field, " \n");
        }
        *ret = found;
        return true;
}

bool tasks_parse_uid(const char *text, uid_t *ret)
{
        const char *line = strstr(text, "\nUid:\t");
        char *end;
        unsigned long uid;

        if (!line || !isdigit((unsigned char)line[6]))
                return false;
        uid = strtoul(line + 6, &end, 10);
        if (!isspace((unsigned char)*end))
                return false;
        *ret = (uid_t)uid;
        return true;
}

/* What one search carries along. */
struct task_search {
        struct netns_list list;
        DIR *processes;
        struct task task; /* whose descriptors are being read */
        DIR *descriptors; /* NULL: none's */
        uint64_t home, device;
        bool is_deep;
        struct user_names users;
        uint64_t *mount_spaces; /* inodes of mount namespaces that were read */
        size_t mount_count, mount_capacity;
};

static int read_net(const char *path, uint64_t *ret_inode)
{
        char link[LINK_SIZE];
        ssize_t n = readlink(path, link, sizeof(link) - 1);

        if (n < 0)
                return -errno;
        link[n] = '\0';
        return tasks_parse_net(link, ret_inode) ? 0 : -EINVAL;
}

/* Names a namespace after a task in it, where that says more than what is known so far. */
static void name_after(struct netns_ref *ref, struct task t, enum jail_origin origin)
{
        char path[PROC_PATH_SIZE], text[4096], name[JAIL_NAME_SIZE], command[JAIL_NAME_SIZE];

        if (ref->pid == 0 && origin == ORIGIN_PROCESS)
                ref->pid = t.pid;
        if (ref->origin <= ORIGIN_CONTAINER)
                return;
        proc_path(path, t, "cgroup");
        proc_read(path, text, sizeof(text));
        if (origin != ORIGIN_PROCESS || !cgroup_read(text, &origin, name)) {
                proc_read_command(t, command, sizeof(command));
                (void)str_copy(name, sizeof(name), command); /* same size */
        }
        if (origin >= ref->origin)
                return;
        ref->origin = origin;
        (void)str_copy(ref->name, sizeof(ref->name), name); /* same size */
        proc_path(path, t, "ns/net");
        (void)str_copy(ref->path, sizeof(ref->path), path); /* larger */
}

static void add_holder(struct task_search *s, struct netns_ref *ref, struct task t, enum holder_kind kind,
                       const char *detail)
{
        struct task_facts facts;

        if (ref->holder_count >= NETNS_HOLDER_MAX)
                return;
        proc_describe(t, &s->users, &facts);
        netns_list_add_holder(&s->list, ref,
                              &(struct holder){.kind = kind,
                                               .pid = t.pid,
                                               .command = facts.command,
                                               .user = facts.user,
                                               .detail = detail,
                                               .since = facts.since});
}

static void found_task(struct task_search *s, struct task t, uint64_t inode)
{
        bool is_process = t.tid == t.pid;
        struct netns_ref *ref;
        char detail[32];

        if (inode == s->home)
                return;
        ref = netns_list_at(&s->list, inode, s->device);
        if (is_process)
                ref->process_count++;
        name_after(ref, t, is_process ? ORIGIN_PROCESS : ORIGIN_THREAD);
        if (!s->is_deep)
                return;
        (void)str_format(detail, sizeof(detail), "thread %d", t.tid); /* fits */
        add_holder(s, ref, t, is_process ? HOLDER_PROCESS : HOLDER_THREAD, is_process ? "" : detail);
}

static void search_threads(struct task_search *s, int pid, uint64_t process_inode)
{
        char path[PROC_PATH_SIZE];
        struct dirent *entry;
        struct stat st;
        DIR *d;

        proc_path(path, (struct task){pid, pid}, "task");
        if (stat(path, &st) < 0 || st.st_nlink <= 3) /* one thread: itself, "." and ".." */
                return;
        d = opendir(path);
        while (d && (entry = readdir(d))) {
                struct task t = {pid, (int)strtol(entry->d_name, NULL, 10)};
                uint64_t inode = 0;

                if (t.tid <= 0 || t.tid == pid)
                        continue;
                proc_path(path, t, "ns/net");
                if (read_net(path, &inode) == 0 && inode != process_inode)
                        found_task(s, t, inode);
        }
        if (d)
                (void)closedir(d);
}

/* Is the namespace file open at path one of a network? Opened for this question alone, and only when it is a new one.
 */
static bool is_net(const char *path)
{
        CLEANUP(closep)
        int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC); /* it may be another by now */

        return fd >= 0 && ioctl(fd, NS_GET_NSTYPE) == CLONE_NEWNET;
}

static void descriptor_path(const struct task_search *s, const char *number, char path[FD_PATH_SIZE])
{
        (void)str_format(path, FD_PATH_SIZE, "/proc/%d/fd/%.16s", s->task.pid, number); /* numbers: fits */
}

/*
 * Does an open descriptor stand for a network namespace? One that was opened through a mount shows the mount's path, or
 * what is left of it, so the file itself is looked at; without asking a network or user-space file system, which could
 * keep us waiting.
 */
static bool read_descriptor(const struct task_search *s, const char *number, uint64_t *ret_inode)
{
        int dir = dirfd(s->descriptors);
        char path[FD_PATH_SIZE];
        char link[LINK_SIZE];
        ssize_t n = readlinkat(dir, number, link, sizeof(link) - 1);
        struct statx st;

        if (n < 0)
                return false;
        link[n] = '\0';
        if (tasks_parse_net(link, ret_inode))
                return true;
        if (strstr(link, ":[") || str_has_prefix(link, "anon_inode:") || str_has_prefix(link, "/dev/") ||
            str_has_prefix(link, "/memfd:"))
                return false;
        if (statx(dir, number, AT_STATX_DONT_SYNC, STATX_INO, &st) < 0 ||
            makedev(st.stx_dev_major, st.stx_dev_minor) != s->device)
                return false;
        *ret_inode = st.stx_ino;
        if (netns_list_find(&s->list, st.stx_ino, s->device))
                return true;
        descriptor_path(s, number, path);
        return is_net(path);
}

static void look_at_descriptor(struct task_search *s, const char *number)
{
        char detail[32];
        struct netns_ref *ref;
        uint64_t inode = 0;

        if (!read_descriptor(s, number, &inode) || inode == s->home)
                return;
        ref = netns_list_at(&s->list, inode, s->device);
        if (ref->origin > ORIGIN_DESCRIPTOR) {
                ref->origin = ORIGIN_DESCRIPTOR;
                proc_read_command(s->task, ref->name, sizeof(ref->name));
                descriptor_path(s, number, ref->path);
        }
        (void)str_format(detail, sizeof(detail), "fd %.16s", number); /* fits */
        add_holder(s, ref, s->task, HOLDER_DESCRIPTOR, detail);
}

static void look_at_some_descriptors(struct task_search *s)
{
        struct dirent *entry = NULL;

        for (int k = 0; k < LOOKS_PER_CLOCK && (entry = readdir(s->descriptors)); k++)
                if (isdigit((unsigned char)entry->d_name[0]))
                        look_at_descriptor(s, entry->d_name);
        if (entry)
                return;
        (void)closedir(s->descriptors);
        s->descriptors = NULL;
}

/* A namespace that is mounted at mounted_at, as the mount namespace of t (tid 0: our own) sees it. */
static void found_mount(struct task_search *s, struct task t, uint64_t inode, const char *mounted_at)
{
        struct netns_ref *ref = netns_list_at(&s->list, inode, s->device);
        const char *base = strrchr(mounted_at, '/');
        bool is_ours = t.tid == 0;

        if (ref->origin == ORIGIN_NAMED && strcmp(ref->path, mounted_at) == 0)
                return; /* its name: no holder beside it */
        if (ref->origin > ORIGIN_BIND_MOUNT) {
                bool has_path = str_copy(ref->path, sizeof(ref->path), mounted_at);

                if (!is_ours)
                        has_path = str_format(ref->path, sizeof(ref->path), "/proc/%d/root%s", t.pid, mounted_at);
                if (!has_path)
                        ref->path[0] = '\0';
                ref->origin = ORIGIN_BIND_MOUNT;
                (void)str_copy(ref->name, sizeof(ref->name), base ? base + 1 : mounted_at); /* a longer one is cut */
        }
        if (is_ours)
                netns_list_add_holder(&s->list, ref, &(struct holder){.kind = HOLDER_BIND_MOUNT, .detail = mounted_at});
        else
                add_holder(s, ref, t, HOLDER_BIND_MOUNT, mounted_at);
}

/* The run directory's own mounts are names, which netns_list_named reads. */
static bool is_name(const char *mounted_at)
{
        const char *dir = netns_run_dir();
        size_t n = strlen(dir);

        return str_has_prefix(mounted_at, dir) && mounted_at[n] == '/' && mounted_at[n + 1] != '.' &&
                !strchr(mounted_at + n + 1, '/');
}

static int search_mounts(struct task_search *s, struct task t)
{
        char path[PROC_PATH_SIZE], mounted_at[300];
        CLEANUP(freep) char *line = NULL;
        size_t size = 0;
        FILE *f;

        if (t.tid == 0)
                (void)str_copy(path, sizeof(path), "/proc/self/mountinfo"); /* fits */
        else
                proc_path(path, t, "mountinfo");
        f = fopen(path, "re");
        if (!f)
                return -errno;
        while (getline(&line, &size, f) > 0) {
                uint64_t inode = 0;

                if (tasks_parse_mount(line, &inode, mounted_at, sizeof(mounted_at)) && inode != s->home &&
                    (t.tid != 0 || !is_name(mounted_at)))
                        found_mount(s, t, inode, mounted_at);
        }
        (void)fclose(f);
        return 0;
}

/* Mount namespaces are read once each, through the first process seen in it. */
static bool is_new_mount_space(struct task_search *s, const char *mnt_path)
{
        struct stat st;

        if (stat(mnt_path, &st) < 0)
                return false;
        for (size_t k = 0; k < s->mount_count; k++)
                if (s->mount_spaces[k] == st.st_ino)
                        return false;
        s->mount_spaces = array_grow(s->mount_spaces, &s->mount_capacity, s->mount_count, sizeof(*s->mount_spaces));
        s->mount_spaces[s->mount_count++] = st.st_ino;
        return true;
}

static void search_process(struct task_search *s, int pid, int self)
{
        struct task t = {pid, pid};
        struct task_stat stat;
        char path[PROC_PATH_SIZE];
        uint64_t inode = 0;
        int r;

        proc_path(path, t, "ns/net");
        r = read_net(path, &inode);
        if (r == -EACCES || r == -EPERM) {
                /* A kernel thread has the initial namespace always: nothing is missed there. */
                if (!proc_read_stat(t, &stat) || !stat.is_kernel_thread)
                        s->list.unreadable++;
                return;
        }
        if (r < 0 || pid == self)
                return; /* ended meanwhile; and what we do ourselves for a moment is no news */
        found_task(s, t, inode);
        search_threads(s, pid, inode);
        if (!s->is_deep)
                return;
        proc_path(path, t, "ns/mnt");
        if (is_new_mount_space(s, path))
                (void)search_mounts(s, t); /* ended meanwhile */
        proc_path(path, t, "fd");
        s->task = t;
        s->descriptors = opendir(path);
}

static void search_init(struct task_search *s, bool is_deep)
{
        struct stat st = {0};

        (void)stat("/proc/self/ns/net", &st); /* without /proc nothing is found anyway */
        *s = (struct task_search){.home = st.st_ino, .device = netns_device(), .is_deep = is_deep};
}

int netns_of_process(pid_t pid, uint64_t *ret_inode, uint64_t *ret_device)
{
        char path[PROC_PATH_SIZE];
        int r;

        proc_path(path, (struct task){pid, pid}, "ns/net");
        r = read_net(path, ret_inode);
        if (r == 0)
                *ret_device = netns_device();
        return r;
}

int netns_list_mounts(struct netns_list *l, struct err *e)
{
        struct task_search s;
        int r;

        search_init(&s, false);
        r = search_mounts(&s, (struct task){0, 0});
        if (r < 0)
                return err_set(e, r, "/proc/self/mountinfo: %s", strerror(-r));
        *l = s.list;
        return 0;
}

static void take_mounts(struct task_search *s, const struct netns_list *mounts)
{
        for (size_t k = 0; k < mounts->count; k++)
                for (size_t i = 0; i < mounts->refs[k].holder_count; i++)
                        found_mount(s, (struct task){0, 0}, mounts->refs[k].inode, mounts->refs[k].holders[i].detail);
}

int netns_tasks_begin(bool deep, const struct netns_list *mounts, struct task_search **ret, struct err *e)
{
        DIR *d = opendir("/proc");
        struct task_search *s;

        if (!d)
                return err_set(e, -errno, "/proc: %s", strerror(errno));
        s = xcalloc(1, sizeof(*s));
        search_init(s, deep);
        s->processes = d;
        if (deep && is_new_mount_space(s, "/proc/self/ns/mnt")) {
                if (mounts)
                        take_mounts(s, mounts);
                else
                        (void)search_mounts(s, (struct task){0, 0}); /* without it, what the others show */
        }
        *ret = s;
        return 0;
}

/* False: there is no more. */
static bool search_some(struct task_search *s, int self)
{
        struct dirent *entry = NULL;

        for (int k = 0; k < PROCESSES_PER_CLOCK && !s->descriptors && (entry = readdir(s->processes)); k++)
                if (isdigit((unsigned char)entry->d_name[0]))
                        search_process(s, (int)strtol(entry->d_name, NULL, 10), self);
        return entry != NULL;
}

bool netns_tasks_step(struct task_search *s, int64_t until_ms)
{
        CLEANUP(rights_lowerp) __attribute__((unused)) bool raised = rights_raise();
        int self = (int)getpid();
        bool is_more = true;

        do {
                if (s->descriptors)
                        look_at_some_descriptors(s);
                else
                        is_more = search_some(s, self);
        } while (is_more && clock_now_ms() < until_ms);
        return !is_more;
}

struct netns_list *netns_tasks_list(struct task_search *s)
{
        return &s->list;
}

void netns_tasks_end(struct task_search *s)
{
        if (!s)
                return;
        if (s->descriptors)
                (void)closedir(s->descriptors);
        (void)closedir(s->processes);
        free(s->mount_spaces);
        user_names_done(&s->users);
        netns_list_done(&s->list);
        free(s);
}

int netns_find_tasks(struct netns_list *l, bool deep, const struct netns_list *mounts, struct err *e)
{
        struct task_search *s = NULL;
        int r = netns_tasks_begin(deep, mounts, &s, e);

        if (!s)
                return r;
        (void)netns_tasks_step(s, INT64_MAX); /* to its end */
        *l = s->list;
        s->list = (struct netns_list){0}; /* the caller's now */
        netns_tasks_end(s);
        return 0;
}
