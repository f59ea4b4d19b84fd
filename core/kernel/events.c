/* events.c - one socket that hears every network stack; inotify on two folders. */
#include "core/kernel/events.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <netlink/msg.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/text.h"
#include "core/kernel/netns.h"

#define EVENTS_QUEUE  (8 << 20) /* the default of 208 KiB is overrun by 48 link events at once */
#define EVENTS_BUFFER 65536

static unsigned group(unsigned number)
{
        return 1u << (number - 1);
}

int events_open(struct events *ev, bool want_routes, struct err *e)
{
        struct sockaddr_nl a = {.nl_family = AF_NETLINK};
        int size = EVENTS_QUEUE, on = 1;

        *ev = (struct events){.fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE)};
        if (ev->fd < 0)
                return err_set(e, -errno, "netlink: no socket for events: %s", strerror(errno));
        if (setsockopt(ev->fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) < 0)
                (void)setsockopt(ev->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)); /* what the system allows */
        ev->hears_all = setsockopt(ev->fd, SOL_NETLINK, NETLINK_LISTEN_ALL_NSID, &on, sizeof(on)) == 0;
        a.nl_groups =
                group(RTNLGRP_LINK) | group(RTNLGRP_IPV4_IFADDR) | group(RTNLGRP_IPV6_IFADDR) | group(RTNLGRP_NSID);
        if (want_routes)
                a.nl_groups |= group(RTNLGRP_IPV4_ROUTE) | group(RTNLGRP_IPV6_ROUTE) | group(RTNLGRP_IPV4_NETCONF) |
                        group(RTNLGRP_IPV6_NETCONF);
        if (bind(ev->fd, (struct sockaddr *)&a, sizeof(a)) < 0) {
                int r = -errno;

                events_close(ev);
                return err_set(e, r, "netlink: can't listen to events: %s", strerror(-r));
        }
        ev->buffer = xcalloc(1, EVENTS_BUFFER);
        return 0;
}

void events_close(struct events *ev)
{
        if (ev->fd >= 0)
                (void)close(ev->fd); /* nothing was written */
        free(ev->buffer);
        *ev = (struct events){.fd = -1};
}

/* One datagram: its length, 0 when none waits, -ENOBUFS when some were lost. */
static ssize_t receive(struct events *ev, int *ret_nsid)
{
        union {
                struct cmsghdr header;
                unsigned char room[CMSG_SPACE(sizeof(int))];
        } control;
        struct iovec part = {ev->buffer, EVENTS_BUFFER};
        struct sockaddr_nl from = {0};
        struct msghdr m = {.msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &part, .msg_iovlen = 1};
        ssize_t n;

        do {
                m.msg_control = &control;
                m.msg_controllen = sizeof(control);
                n = recvmsg(ev->fd, &m, 0);
        } while ((n < 0 && errno == EINTR) || (n >= 0 && from.nl_pid != 0)); /* the kernel's word only */
        if (n < 0)
                return errno == ENOBUFS ? -ENOBUFS : 0;
        *ret_nsid = NSID_HERE;
        for (struct cmsghdr *c = CMSG_FIRSTHDR(&m); c; c = CMSG_NXTHDR(&m, c))
                if (c->cmsg_level == SOL_NETLINK && c->cmsg_type == NETLINK_LISTEN_ALL_NSID)
                        memcpy(ret_nsid, CMSG_DATA(c), sizeof(*ret_nsid));
        return n;
}

int events_drain(struct events *ev, events_handler handler, void *context)
{
        bool is_lost = false;
        int nsid = NSID_HERE;

        for (;;) {
                ssize_t n = receive(ev, &nsid);
                int left = (int)n;

                if (n == 0)
                        return is_lost ? -ENOBUFS : 0;
                if (n < 0)
                        is_lost = true;
                if (is_lost)
                        continue; /* everything is read anew: what still waits is older than that */
                for (struct nlmsghdr *h = (struct nlmsghdr *)(void *)ev->buffer; nlmsg_ok(h, left);
                     h = nlmsg_next(h, &left))
                        handler(h, nsid, context);
        }
}

#define RUN_CHANGES   (IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF)
#define STORE_CHANGES (IN_MODIFY | IN_CREATE | IN_MOVED_TO)

/* The folder part of a path, "." when it has none. Caller frees. */
static char *folder_of(const char *path)
{
        const char *slash = strrchr(path, '/');

        if (!slash)
                return xstrdup(".");
        return slash == path ? xstrdup("/") : xstrndup(path, (size_t)(slash - path));
}

int folders_open(struct folder_watch *w, const char *store_path, struct err *e)
{
        *w = (struct folder_watch){.fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK), .run_wd = -1, .store_wd = -1};
        if (w->fd < 0)
                return err_set(e, -errno, "inotify: %s", strerror(errno));
        if (store_path) {
                CLEANUP(freep) char *folder = folder_of(store_path);

                w->store_path = store_path;
                w->store_wd = inotify_add_watch(w->fd, folder, STORE_CHANGES | IN_ONLYDIR); /* -1: not watched */
        }
        folders_follow(w);
        return 0;
}

void folders_close(struct folder_watch *w)
{
        if (w->fd >= 0)
                (void)close(w->fd); /* nothing was written */
        w->fd = -1;
}

void folders_follow(struct folder_watch *w)
{
        CLEANUP(freep) char *path = xstrdup(netns_run_dir());
        int wd;

        w->is_run_missing = false;
        while ((wd = inotify_add_watch(w->fd, path, RUN_CHANGES | IN_ONLYDIR | IN_MASK_ADD)) < 0) {
                char *parent = folder_of(path);

                w->is_run_missing = true;
                if (strcmp(parent, path) == 0) {
                        free(parent);
                        break;
                }
                free(path);
                path = parent;
        }
        if (wd != w->run_wd && w->run_wd >= 0 && w->run_wd != w->store_wd)
                (void)inotify_rm_watch(w->fd, w->run_wd); /* it may have ended with its folder */
        w->run_wd = wd;
}

struct folder_news folders_read(struct folder_watch *w)
{
        union {
                struct inotify_event event;
                unsigned char room[4096];
        } buffer;
        const char *store_name = w->store_path ? w->store_path : "";
        struct folder_news news = {false, false};
        ssize_t n;

        if (strchr(store_name, '/'))
                store_name = strrchr(store_name, '/') + 1;
        while ((n = read(w->fd, &buffer, sizeof(buffer))) > 0) {
                for (ssize_t at = 0; at < n;) {
                        const struct inotify_event *event = (const void *)(buffer.room + at);

                        if (event->wd == w->run_wd || (event->mask & IN_Q_OVERFLOW))
                                news.run = true;
                        /* The file itself, its -wal and its -journal. */
                        if ((event->wd == w->store_wd && event->len && str_has_prefix(event->name, store_name)) ||
                            (event->mask & IN_Q_OVERFLOW))
                                news.store = true;
                        at += (ssize_t)(sizeof(*event) + event->len);
                }
        }
        if (news.run)
                folders_follow(w);
        return news;
}
