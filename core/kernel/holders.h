/*
 * holders.h - who keeps a dying namespace without being in it: sockets that were made there and are open elsewhere, and
 * closing connections that no process has any more.
 *
 * Sockets are looked for through all processes, some milliseconds at a time, so that a host with thousands of them does
 * not stall the observer; a socket that was looked at once is not asked again. Nothing is kept open but a folder of
 * /proc. It never changes namespace; holders_read_closing does, as the scan does.
 */
#ifndef CORE_KERNEL_HOLDERS_H
#define CORE_KERNEL_HOLDERS_H

#include <dirent.h>

#include "core/base/text.h"
#include "core/kernel/netns.h"
#include "core/kernel/proc.h"

/* A zeroed one has nothing to look for. */
struct holders {
        struct netns_list targets; /* what is dying, without holders */
        bool wants_all;            /* every namespace's sockets are looked for, but the host's */
        uint64_t home;             /* its inode, then */
        struct netns_list found;   /* this round's; path: the first socket, by which it can be opened */
        struct user_names users;

        /* The round: where it is. */
        bool is_running;
        uint64_t round;
        int *pids;
        size_t pid_count, pid_capacity, next;
        struct task task; /* whose descriptors are read; pid 0: none */
        uint64_t start_ticks;
        DIR *descriptors;
        int pidfd;
        bool is_refused;
        unsigned unreadable; /* processes whose descriptors could not be looked at */

        struct seen_socket *seen; /* hash table */
        size_t seen_count, seen_capacity;
};

void holders_done(struct holders *h);

/* The dying jails of g are looked for from now on. Returns whether one of them is new; without any, all is forgotten.
 */
bool holders_set_targets(struct holders *h, const struct graph *g);

/* Begins a round through all processes. */
void holders_begin(struct holders *h);

/* Goes on with it until then (monotonic; at least one process is looked at). True when the round is over: found has all
 * that hold something. */
bool holders_step(struct holders *h, int64_t until_ms);

/* What is known of a descriptor of another process; holders_socket.c. */
enum descriptor_kind { DESCRIPTOR_OTHER, DESCRIPTOR_SOCKET, DESCRIPTOR_TUN };

#define SOCKET_LINK_SIZE 64 /* "socket:[4026532281]" */

/* By the link's text in /proc/P/fd; *ret_inode: the socket's. */
enum descriptor_kind socket_parse(const char *link, uint64_t *ret_inode);

/*
 * socket_read_namespace - which namespace an open socket, or a queue of a tun or tap interface, belongs to and keeps.
 *
 *   errors   -EPERM no privilege over that namespace; -ENOTTY an old kernel, or another thing
 *   source   SIOCGSKNS (linux/sockios.h); queues have it since Linux 5.1
 */
int socket_read_namespace(int fd, uint64_t *ret_inode, uint64_t *ret_device);

/* The namespace of the socket at "/proc/P/fd/N": a descriptor that the caller closes; -ENOTSOCK: no socket is there. */
int socket_open_namespace(const char *path);

/* "udp 0.0.0.0:4711", "tcp [::]:80 listening", "unix", "tap tap0". The text is foreign: it has names in it. */
void socket_describe(int fd, enum descriptor_kind kind, struct text *t);

#endif
