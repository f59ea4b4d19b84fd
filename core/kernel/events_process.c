/* events_process.c - news of processes: the proc connector where it is permitted, else a stamp that is cheap to read.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/kernel/events.h"

#define WHAT_OFFSET (NLMSG_HDRLEN + sizeof(struct cn_msg) + offsetof(struct proc_event, what))

/* Only program starts, ends and the answer to our own request get through; forks alone are most of the traffic. */
static int filter_events(int fd)
{
        struct sock_filter code[] = {
                BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned)WHAT_OFFSET),
                BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htonl(PROC_EVENT_EXEC), 2, 0),
                BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htonl(PROC_EVENT_EXIT), 1, 0),
                BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htonl(PROC_EVENT_NONE), 0, 1),
                BPF_STMT(BPF_RET | BPF_K, 0xffffffffu),
                BPF_STMT(BPF_RET | BPF_K, 0),
        };
        struct sock_fprog program = {.len = ARRAY_SIZE(code), .filter = code};

        return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program));
}

static int ask_to_listen(int fd)
{
        enum proc_cn_mcast_op op = PROC_CN_MCAST_LISTEN;
        struct cn_msg request = {.id = {CN_IDX_PROC, CN_VAL_PROC}, .len = sizeof(op)};
        union {
                struct nlmsghdr header;
                unsigned char room[NLMSG_SPACE(sizeof(struct cn_msg) + sizeof(op))];
        } m = {.header = {.nlmsg_len = NLMSG_LENGTH(sizeof(request) + sizeof(op)), .nlmsg_type = NLMSG_DONE}};

        memcpy(m.room + NLMSG_HDRLEN, &request, sizeof(request));
        memcpy(m.room + NLMSG_HDRLEN + sizeof(request), &op, sizeof(op));
        return send(fd, &m, m.header.nlmsg_len, 0) < 0 ? -errno : 0;
}

void processes_open(struct process_watch *w)
{
        struct sockaddr_nl a = {.nl_family = AF_NETLINK, .nl_groups = CN_IDX_PROC};
        int size = 1 << 20;

        *w = (struct process_watch){
                .fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_CONNECTOR)};
        if (w->fd < 0)
                return;
        (void)setsockopt(w->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)); /* what the system allows */
        if (filter_events(w->fd) < 0 || bind(w->fd, (struct sockaddr *)&a, sizeof(a)) < 0 || ask_to_listen(w->fd) < 0)
                processes_close(w);
}

void processes_close(struct process_watch *w)
{
        if (w->fd >= 0)
                (void)close(w->fd); /* it only listened */
        *w = (struct process_watch){.fd = -1};
}

void process_event_read(struct process_watch *w, const unsigned char *bytes, size_t size, process_handler handler,
                        void *context)
{
        struct proc_event event = {0};
        size_t before = NLMSG_HDRLEN + sizeof(struct cn_msg);

        if (size <= before)
                return;
        memcpy(&event, bytes + before, size - before < sizeof(event) ? size - before : sizeof(event));
        if ((uint32_t)event.what == PROC_EVENT_NONE)
                w->is_heard = event.event_data.ack.err == 0;
        else if ((uint32_t)event.what == PROC_EVENT_EXEC)
                handler(event.event_data.exec.process_tgid, false, context);
        else if ((uint32_t)event.what == PROC_EVENT_EXIT &&
                 event.event_data.exit.process_pid == event.event_data.exit.process_tgid)
                handler(event.event_data.exit.process_tgid, true, context);
}

void processes_read(struct process_watch *w, process_handler handler, void *context)
{
        unsigned char bytes[512];

        for (;;) {
                ssize_t n = recv(w->fd, bytes, sizeof(bytes), 0);

                if (n < 0 && errno == ENOBUFS) { /* lost some: as if any had started */
                        handler(0, false, context);
                        continue;
                }
                if (n < 0)
                        return;
                process_event_read(w, bytes, (size_t)n, handler, context);
        }
}

unsigned long long processes_stamp(void)
{
        CLEANUP(closep) int fd = open("/proc/loadavg", O_RDONLY | O_CLOEXEC);
        unsigned long long tasks = 0, last = 0;
        char text[128] = "";
        const char *slash;

        if (fd < 0 || read(fd, text, sizeof(text) - 1) <= 0)
                return 0;
        slash = strchr(text, '/');                                     /* "0.00 0.01 0.05 RUNNING/TASKS LAST-PID" */
        if (!slash || sscanf(slash, "/%llu %llu", &tasks, &last) != 2) /* NOLINT(cert-err34-c): the kernel's numbers */
                return 0;
        return last << 32 | tasks;
}
