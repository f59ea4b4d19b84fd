/*
 * floor.c - the least that the kernel lets anybody pay: the work that the benchmark gives to jailnet and its peers,
 * done with plain netlink messages and nothing else. Also the stopwatch for all of them.
 *
 *   floor build N | picture | move COUNT | teardown N | time RUNS COMMAND...
 *
 * build makes N named stacks j0.. with a pair each, its outer end h0.. on one of N / 50 + 1 bridges b0.., all up. Meant
 * for a sandbox of its own: it asks nothing and checks only that the kernel agrees.
 */
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define RUN_DIRECTORY    "/run/netns"
#define MESSAGES_AT_ONCE 64
#define MESSAGE_ROOM     512 /* the longest here, a pair, has under 300 bytes */
#define GROUP            4711
#define ANSWER_SIZE      (256 * 1024)

/* -- Messages ---------------------------------------------------------------------------------------------------- */

struct batch {
        int fd;
        unsigned seq;
        size_t length, count;
        _Alignas(NLMSG_ALIGNTO) char bytes[MESSAGES_AT_ONCE * MESSAGE_ROOM];
};

static int open_netlink(void)
{
        int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

        if (fd < 0)
                err(1, "socket");
        return fd;
}

static void *put(struct nlmsghdr *m, unsigned short type, const void *data, size_t size)
{
        struct rtattr *a = (struct rtattr *)(void *)((char *)m + NLMSG_ALIGN(m->nlmsg_len));

        a->rta_type = type;
        a->rta_len = (unsigned short)RTA_LENGTH(size);
        if (size)
                memcpy(RTA_DATA(a), data, size);
        m->nlmsg_len = (unsigned)(NLMSG_ALIGN(m->nlmsg_len) + RTA_ALIGN(a->rta_len));
        return a;
}

static void put_u32(struct nlmsghdr *m, unsigned short type, unsigned value)
{
        (void)put(m, type, &value, sizeof(value));
}

static void put_string(struct nlmsghdr *m, unsigned short type, const char *s)
{
        (void)put(m, type, s, strlen(s) + 1);
}

static void end_nest(struct nlmsghdr *m, struct rtattr *a)
{
        a->rta_len = (unsigned short)((char *)m + m->nlmsg_len - (char *)a);
}

/* All answers up to the one to the last message; the first refusal ends the program. */
static void await(struct batch *b)
{
        static _Alignas(NLMSG_ALIGNTO) char answer[ANSWER_SIZE];

        for (;;) {
                ssize_t length = recv(b->fd, answer, sizeof(answer), 0);

                if (length < 0)
                        err(1, "recv");
                for (struct nlmsghdr *m = (struct nlmsghdr *)(void *)answer; NLMSG_OK(m, (size_t)length);
                     m = NLMSG_NEXT(m, length)) {
                        const struct nlmsgerr *e = NLMSG_DATA(m);

                        if (m->nlmsg_type != NLMSG_ERROR)
                                continue;
                        if (e->error)
                                errx(1, "the kernel refuses: %s", strerror(-e->error));
                        if (m->nlmsg_seq == b->seq)
                                return;
                }
        }
}

static void flush(struct batch *b)
{
        if (b->count == 0)
                return;
        if (send(b->fd, b->bytes, b->length, 0) < 0)
                err(1, "send");
        await(b);
        b->length = b->count = 0;
}

/* The next message; only the last of a batch is acknowledged, errors come for any. */
static struct nlmsghdr *begin(struct batch *b, unsigned short type, unsigned short flags, int index, unsigned up)
{
        if (b->count == MESSAGES_AT_ONCE)
                flush(b);

        struct nlmsghdr *m = (struct nlmsghdr *)(void *)(b->bytes + b->length);
        struct ifinfomsg *i = NLMSG_DATA(m);

        memset(m, 0, MESSAGE_ROOM);
        m->nlmsg_len = NLMSG_LENGTH(sizeof(*i));
        m->nlmsg_type = type;
        m->nlmsg_flags = (unsigned short)(NLM_F_REQUEST | flags | (b->count + 1 == MESSAGES_AT_ONCE ? NLM_F_ACK : 0));
        m->nlmsg_seq = ++b->seq;
        i->ifi_index = index;
        i->ifi_flags = i->ifi_change = up;
        return m;
}

static void end(struct batch *b, const struct nlmsghdr *m)
{
        b->length += NLMSG_ALIGN(m->nlmsg_len);
        b->count++;
}

/* The last message of a batch that is not full asks for the answer. */
static void finish(struct batch *b, struct nlmsghdr *last)
{
        last->nlmsg_flags |= NLM_F_ACK;
        flush(b);
}

/* -- Building and taking down ------------------------------------------------------------------------------------ */

static void jail_path(char *path, size_t size, unsigned n)
{
        (void)snprintf(path, size, RUN_DIRECTORY "/j%u", n);
}

static void raise_limit(void)
{
        struct rlimit l;

        if (getrlimit(RLIMIT_NOFILE, &l) == 0) {
                l.rlim_cur = l.rlim_max;
                (void)setrlimit(RLIMIT_NOFILE, &l);
        }
}

static int make_jail(unsigned n)
{
        char path[64];
        int fd;

        jail_path(path, sizeof(path), n);
        if (unshare(CLONE_NEWNET) < 0)
                err(1, "unshare");
        fd = open(path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0);
        if (fd < 0)
                err(1, "%s", path);
        (void)close(fd);
        if (mount("/proc/thread-self/ns/net", path, NULL, MS_BIND, NULL) < 0)
                err(1, "mount %s", path);
        fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
                err(1, "%s", path);
        return fd;
}

static void put_bridge(struct batch *b, unsigned n)
{
        struct nlmsghdr *m = begin(b, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, 0, IFF_UP);
        char name[IFNAMSIZ];

        (void)snprintf(name, sizeof(name), "b%u", n);
        put_string(m, IFLA_IFNAME, name);

        struct rtattr *info = put(m, IFLA_LINKINFO, NULL, 0);

        put_string(m, IFLA_INFO_KIND, "bridge");
        end_nest(m, info);
        end(b, m);
        m->nlmsg_flags |= NLM_F_ACK;
        flush(b);
}

static struct nlmsghdr *put_pair(struct batch *b, unsigned n, unsigned bridge, int jail)
{
        struct nlmsghdr *m = begin(b, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, 0, IFF_UP);
        struct ifinfomsg none = {0};
        char name[IFNAMSIZ];

        (void)snprintf(name, sizeof(name), "h%u", n);
        put_string(m, IFLA_IFNAME, name);
        put_u32(m, IFLA_MASTER, bridge);
        put_u32(m, IFLA_NUM_TX_QUEUES, 1);
        put_u32(m, IFLA_NUM_RX_QUEUES, 1);

        struct rtattr *info = put(m, IFLA_LINKINFO, NULL, 0);

        put_string(m, IFLA_INFO_KIND, "veth");

        struct rtattr *data = put(m, IFLA_INFO_DATA, NULL, 0);
        struct rtattr *peer = put(m, VETH_INFO_PEER, &none, sizeof(none));

        put_string(m, IFLA_IFNAME, "e0");
        put_u32(m, IFLA_NET_NS_FD, (unsigned)jail);
        put_u32(m, IFLA_NUM_TX_QUEUES, 1);
        put_u32(m, IFLA_NUM_RX_QUEUES, 1);
        end_nest(m, peer);
        end_nest(m, data);
        end_nest(m, info);
        end(b, m);
        return m;
}

static void bring_up_inside(int jail)
{
        struct batch b = {.seq = 0};
        struct nlmsghdr *m;

        if (setns(jail, CLONE_NEWNET) < 0)
                err(1, "setns");
        b.fd = open_netlink();
        m = begin(&b, RTM_NEWLINK, NLM_F_ACK, 0, IFF_UP);
        put_string(m, IFLA_IFNAME, "e0");
        end(&b, m);
        flush(&b);
        (void)close(b.fd);
}

static int build(unsigned n)
{
        static struct batch b;
        int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
        int *jails = calloc(n + 1, sizeof(*jails));
        unsigned bridges = n / 50 + 1;
        unsigned *bridge = calloc(bridges, sizeof(*bridge));

        if (home < 0 || !jails || !bridge)
                err(1, "home");
        raise_limit();
        for (unsigned i = 0; i < n; i++)
                jails[i] = make_jail(i);
        if (setns(home, CLONE_NEWNET) < 0)
                err(1, "setns home");
        b.fd = open_netlink();
        for (unsigned i = 0; i < bridges; i++) {
                char name[IFNAMSIZ];

                put_bridge(&b, i);
                (void)snprintf(name, sizeof(name), "b%u", i);
                bridge[i] = if_nametoindex(name);
        }

        struct nlmsghdr *last = NULL;

        for (unsigned i = 0; i < n; i++)
                last = put_pair(&b, i, bridge[i % bridges], jails[i]);
        if (last && b.count)
                finish(&b, last);
        for (unsigned i = 0; i < n; i++)
                bring_up_inside(jails[i]);
        free(jails);
        free(bridge);
        return 0;
}

/* One group for all links, deleted by one message; then the stacks. */
static int teardown(unsigned n)
{
        static struct batch b;
        struct nlmsghdr *last = NULL;
        char name[IFNAMSIZ], path[64];

        b.fd = open_netlink();
        for (unsigned i = 0; i < n + n / 50 + 1; i++) {
                (void)snprintf(name, sizeof(name), "%c%u", i < n ? 'h' : 'b', i < n ? i : i - n);
                last = begin(&b, RTM_SETLINK, 0, (int)if_nametoindex(name), 0);
                put_u32(last, IFLA_GROUP, GROUP);
                end(&b, last);
        }
        if (last && b.count)
                finish(&b, last);
        last = begin(&b, RTM_DELLINK, NLM_F_ACK, 0, 0);
        put_u32(last, IFLA_GROUP, GROUP);
        end(&b, last);
        flush(&b);
        for (unsigned i = 0; i < n; i++) {
                jail_path(path, sizeof(path), i);
                if (umount2(path, MNT_DETACH) < 0 || unlink(path) < 0)
                        err(1, "%s", path);
        }
        return 0;
}

/* The outer ends h0.. go to the stack j0, one after the other, as the kernel wants it. */
static int move(unsigned count)
{
        static struct batch b;
        int jail = open(RUN_DIRECTORY "/j0", O_RDONLY | O_CLOEXEC);

        if (jail < 0)
                err(1, "j0");
        b.fd = open_netlink();
        for (unsigned i = 0; i < count; i++) {
                char name[IFNAMSIZ];
                struct nlmsghdr *m;

                (void)snprintf(name, sizeof(name), "h%u", i);
                m = begin(&b, RTM_NEWLINK, NLM_F_ACK, (int)if_nametoindex(name), 0);
                put_u32(m, IFLA_NET_NS_FD, (unsigned)jail);
                end(&b, m);
                flush(&b);
        }
        return 0;
}

/* -- The picture ------------------------------------------------------------------------------------------------- */

/* Everything that a dump answers, touched once. Returns the number of messages. */
static size_t dump(int fd, unsigned short type)
{
        static _Alignas(NLMSG_ALIGNTO) char answer[ANSWER_SIZE];
        struct {
                struct nlmsghdr h;
                struct ifinfomsg i;
                struct rtattr a;
                unsigned mask;
        } q = {.h = {.nlmsg_len = sizeof(q), .nlmsg_type = type, .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
               .a = {.rta_type = IFLA_EXT_MASK, .rta_len = RTA_LENGTH(sizeof(unsigned))},
               .mask = RTEXT_FILTER_SKIP_STATS};
        size_t count = 0;

        if (type == RTM_GETADDR)
                q.h.nlmsg_len = NLMSG_LENGTH(sizeof(struct ifaddrmsg));
        if (send(fd, &q, q.h.nlmsg_len, 0) < 0)
                err(1, "send");
        for (;;) {
                ssize_t length = recv(fd, answer, sizeof(answer), 0);

                if (length < 0)
                        err(1, "recv");
                for (struct nlmsghdr *m = (struct nlmsghdr *)(void *)answer; NLMSG_OK(m, (size_t)length);
                     m = NLMSG_NEXT(m, length)) {
                        if (m->nlmsg_type == NLMSG_DONE)
                                return count;
                        if (m->nlmsg_type == NLMSG_ERROR)
                                errx(1, "a dump is refused");
                        count++;
                }
        }
}

static size_t look_at_stack(void)
{
        int fd = open_netlink();
        size_t count = dump(fd, RTM_GETLINK) + dump(fd, RTM_GETADDR);

        (void)close(fd);
        return count;
}

static int picture(void)
{
        DIR *d = opendir(RUN_DIRECTORY);
        size_t count = look_at_stack();

        while (d) {
                struct dirent *f = readdir(d);
                int jail;

                if (!f)
                        break;
                if (f->d_name[0] == '.')
                        continue;
                jail = openat(dirfd(d), f->d_name, O_RDONLY | O_CLOEXEC);
                if (jail < 0 || setns(jail, CLONE_NEWNET) < 0)
                        err(1, "%s", f->d_name);
                (void)close(jail);
                count += look_at_stack();
        }
        if (d)
                (void)closedir(d);
        (void)printf("%zu\n", count);
        return 0;
}

/* -- The stopwatch ----------------------------------------------------------------------------------------------- */

static double seconds(struct timespec from, struct timespec to)
{
        return (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
}

static int compare(const void *a, const void *b)
{
        const double *x = a, *y = b;

        return (*x > *y) - (*x < *y);
}

/* Prints the medians in milliseconds of wall time and of CPU time; the command's output goes nowhere. */
static int stopwatch(unsigned runs, char **argv)
{
        double *wall = calloc(runs, sizeof(*wall)), *cpu = calloc(runs, sizeof(*cpu));

        if (!wall || !cpu || runs == 0)
                errx(1, "how many runs?");
        for (unsigned i = 0; i < runs; i++) {
                struct timespec from, to;
                struct rusage u;
                int status;

                (void)clock_gettime(CLOCK_MONOTONIC, &from);

                pid_t pid = fork();

                if (pid < 0)
                        err(1, "fork");
                if (pid == 0) {
                        int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);

                        if (nothing < 0 || dup2(nothing, STDOUT_FILENO) < 0)
                                _exit(126);
                        (void)execvp(argv[0], argv);
                        _exit(127);
                }
                if (wait4(pid, &status, 0, &u) < 0)
                        err(1, "wait4");
                (void)clock_gettime(CLOCK_MONOTONIC, &to);
                if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
                        errx(1, "%s: failed", argv[0]);
                wall[i] = seconds(from, to);
                cpu[i] = (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
                        (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
        }
        qsort(wall, runs, sizeof(*wall), compare);
        qsort(cpu, runs, sizeof(*cpu), compare);
        (void)printf("%.3f %.3f\n", wall[runs / 2] * 1e3, cpu[runs / 2] * 1e3);
        free(wall);
        free(cpu);
        return 0;
}

int main(int argc, char **argv)
{
        const char *what = argc > 1 ? argv[1] : "";
        unsigned n = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 0;

        if (strcmp(what, "build") == 0)
                return build(n);
        if (strcmp(what, "picture") == 0)
                return picture();
        if (strcmp(what, "move") == 0)
                return move(n);
        if (strcmp(what, "teardown") == 0)
                return teardown(n);
        if (strcmp(what, "time") == 0 && argc > 3)
                return stopwatch(n, argv + 3);
        errx(2, "usage: floor build N | picture | move COUNT | teardown N | time RUNS COMMAND...");
}
