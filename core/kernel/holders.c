/* holders.c - the round through all processes for sockets that belong to dying namespaces. */
#include "core/kernel/holders.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "core/base/rights.h"
#include "core/base/text.h"

#define SEEN_FIRST      1024
#define LOOKS_PER_CLOCK 32 /* descriptors between two looks at the time */

/* A socket never changes its namespace, so it is asked once. */
struct seen_socket {
        uint64_t start_ticks, inode;
        uint64_t net_inode, net_device; /* 0: it could not be told */
        uint64_t round;                 /* when it was last met; 0: a free slot */
        int pid, fd;
};

static void end_process(struct holders *h)
{
        if (h->descriptors)
                (void)closedir(h->descriptors); /* only read */
        if (h->task.pid && h->pidfd >= 0)
                (void)close(h->pidfd); /* only a reference */
        h->descriptors = NULL;
        h->task = (struct task){0, 0};
}

void holders_done(struct holders *h)
{
        end_process(h);
        netns_list_done(&h->targets);
        netns_list_done(&h->found);
        user_names_done(&h->users);
        free(h->pids);
        free(h->seen);
        *h = (struct holders){0};
}

bool holders_set_targets(struct holders *h, const struct graph *g)
{
        struct netns_list targets = {0};
        bool is_new = false;

        for (size_t k = 1; k < g->jail_count; k++) {
                const struct jail *j = &g->jails[k];

                if (j->state != JAIL_DYING || !j->inode)
                        continue;
                is_new |= !netns_list_find(&h->targets, j->inode, j->device);
                (void)netns_list_at(&targets, j->inode, j->device); /* it is in the list now */
        }
        if (targets.count == 0) {
                holders_done(h);
                return false;
        }
        netns_list_done(&h->targets);
        h->targets = targets;
        return is_new;
}

static void list_processes(struct holders *h)
{
        DIR *d = opendir("/proc");
        struct dirent *entry;

        h->pid_count = 0;
        while (d && (entry = readdir(d))) {
                if (!isdigit((unsigned char)entry->d_name[0]))
                        continue;
                h->pids = array_grow(h->pids, &h->pid_capacity, h->pid_count, sizeof(*h->pids));
                h->pids[h->pid_count++] = (int)strtol(entry->d_name, NULL, 10);
        }
        if (d)
                (void)closedir(d); /* only read */
}

void holders_begin(struct holders *h)
{
        end_process(h);
        netns_list_done(&h->found);
        list_processes(h);
        h->next = 0;
        h->unreadable = 0;
        h->round++;
        h->is_running = true;
}

/* The slot of a socket, or the free one where it belongs. */
static struct seen_socket *find_seen(const struct holders *h, const struct seen_socket *like)
{
        uint64_t mix = like->inode * 0x9e3779b97f4a7c15u ^ (uint64_t)(unsigned)like->pid * 0xc2b2ae3d27d4eb4fu;
        size_t k = (size_t)((mix + (unsigned)like->fd) >> 20) & (h->seen_capacity - 1);

        for (;; k = (k + 1) & (h->seen_capacity - 1)) {
                struct seen_socket *s = &h->seen[k];

                if (s->round == 0 ||
                    (s->inode == like->inode && s->pid == like->pid && s->fd == like->fd &&
                     s->start_ticks == like->start_ticks))
                        return s;
        }
}

/* Is it one that is looked for? */
static bool is_target(const struct holders *h, uint64_t inode, uint64_t device)
{
        return netns_list_find(&h->targets, inode, device) || (h->wants_all && inode && inode != h->home);
}

/* A larger table, without those that were not met for a whole round: they are closed. */
static void grow_seen(struct holders *h)
{
        struct seen_socket *old = h->seen;
        size_t old_capacity = h->seen_capacity, kept = 0;

        for (size_t k = 0; k < old_capacity; k++)
                kept += old[k].round + 1 >= h->round && old[k].round != 0;
        h->seen_capacity = SEEN_FIRST;
        while (h->seen_capacity < 4 * kept)
                h->seen_capacity *= 2;
        h->seen = xcalloc(h->seen_capacity, sizeof(*h->seen));
        h->seen_count = kept;
        for (size_t k = 0; k < old_capacity; k++)
                if (old[k].round + 1 >= h->round && old[k].round != 0)
                        *find_seen(h, &old[k]) = old[k];
        free(old);
}

static int process_fd(struct holders *h, int fd)
{
        int copy;

        if (h->pidfd < 0)
                h->pidfd = pidfd_open(h->task.pid, 0);
        if (h->pidfd < 0)
                return -errno;
        copy = pidfd_getfd(h->pidfd, fd, 0);
        if (copy < 0 && errno == EPERM)
                h->is_refused = true;
        return copy < 0 ? -errno : copy;
}

static void add_found(struct holders *h, const struct seen_socket *s, int copy, enum descriptor_kind kind)
{
        struct netns_ref *ref = netns_list_at(&h->found, s->net_inode, s->net_device);
        CLEANUP(text_done) struct text detail = {0};
        struct task_facts facts;

        if (ref->holder_count >= NETNS_HOLDER_MAX)
                return;
        if (ref->holder_count == 0)
                (void)str_format(ref->path, sizeof(ref->path), "/proc/%d/fd/%d", s->pid, s->fd); /* fits */
        text_putf(&detail, "fd %d: ", s->fd);
        socket_describe(copy, kind, &detail);
        proc_describe(h->task, &h->users, &facts);
        netns_list_add_holder(&h->found, ref,
                              &(struct holder){.kind = HOLDER_SOCKET,
                                               .pid = h->task.pid,
                                               .command = facts.command,
                                               .user = facts.user,
                                               .detail = text_str(&detail),
                                               .since = facts.since});
}

static void look_at(struct holders *h, const char *number)
{
        struct seen_socket s = {.start_ticks = h->start_ticks, .round = h->round, .pid = h->task.pid};
        CLEANUP(closep) int copy = -1;
        struct seen_socket *seen = NULL;
        enum descriptor_kind kind;
        char link[SOCKET_LINK_SIZE];
        ssize_t n = readlinkat(dirfd(h->descriptors), number, link, sizeof(link) - 1);

        if (n < 0)
                return; /* closed meanwhile */
        link[n] = '\0';
        kind = socket_parse(link, &s.inode);
        if (kind == DESCRIPTOR_OTHER)
                return;
        s.fd = (int)strtol(number, NULL, 10);
        if (kind == DESCRIPTOR_SOCKET) { /* all queues show the same file: they are asked each time */
                if (2 * (h->seen_count + 1) > h->seen_capacity)
                        grow_seen(h);
                seen = find_seen(h, &s);
                if (seen->round != 0) {
                        seen->round = h->round;
                        if (!is_target(h, seen->net_inode, seen->net_device))
                                return;
                }
        }
        copy = process_fd(h, s.fd);
        if (copy < 0 || socket_read_namespace(copy, &s.net_inode, &s.net_device) < 0)
                s.net_inode = s.net_device = 0;
        if (seen && !h->is_refused) {
                h->seen_count += seen->round == 0;
                *seen = s;
        }
        if (is_target(h, s.net_inode, s.net_device))
                add_found(h, &s, copy, kind);
}

/* Who lives in a dying namespace is its holder already: only processes elsewhere are looked at. */
static bool begin_process(struct holders *h, int pid)
{
        char path[PROC_PATH_SIZE];
        struct task_stat stat;
        uint64_t inode, device;
        int r = netns_of_process(pid, &inode, &device);

        if (r == 0 && netns_list_find(&h->targets, inode, device))
                return false;
        if ((r < 0 && r != -EACCES && r != -EPERM) || !proc_read_stat((struct task){pid, pid}, &stat) ||
            stat.is_kernel_thread)
                return false;
        proc_path(path, (struct task){pid, pid}, "fd");
        h->descriptors = r == 0 ? opendir(path) : NULL;
        if (!h->descriptors) {
                h->unreadable += r < 0 || errno == EACCES || errno == EPERM;
                return false;
        }
        h->task = (struct task){pid, pid};
        h->start_ticks = stat.start_ticks;
        h->pidfd = -1;
        h->is_refused = false;
        return true;
}

/* False: there are more. */
static bool read_some(struct holders *h)
{
        struct dirent *entry = NULL;

        for (int k = 0; k < LOOKS_PER_CLOCK && (entry = readdir(h->descriptors)); k++)
                if (isdigit((unsigned char)entry->d_name[0]))
                        look_at(h, entry->d_name);
        if (entry && !h->is_refused)
                return false;
        h->unreadable += h->is_refused;
        end_process(h);
        return true;
}

bool holders_step(struct holders *h, int64_t until_ms)
{
        CLEANUP(rights_lowerp) __attribute__((unused)) bool raised = rights_raise();
        int self = (int)getpid();

        while (h->is_running) {
                if (h->task.pid)
                        (void)read_some(h); /* the rest comes next */
                else if (h->next == h->pid_count)
                        h->is_running = false;
                else if (h->pids[h->next++] != self)
                        (void)begin_process(h, h->pids[h->next - 1]); /* none: the next one */
                if (clock_now_ms() >= until_ms)
                        break;
        }
        return !h->is_running;
}
