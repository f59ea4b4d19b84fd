/*
 * events.h - where news comes from: one socket for all network stacks, the run directory, the mount table, processes.
 *
 * Only descriptors and bytes; what the news mean is the observer's. Nothing here refers to a namespace other than our
 * own.
 */
#ifndef CORE_KERNEL_EVENTS_H
#define CORE_KERNEL_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "core/base/err.h"

struct nlmsghdr;

#define NSID_HERE (-1) /* an event of the host's own namespace, when that has no id of its own */

struct events {
        int fd;
        bool hears_all; /* namespaces with an id here too; without the right to that, the host alone */
        unsigned char *buffer;
};

int events_open(struct events *ev, bool want_routes, struct err *e);
void events_close(struct events *ev);

typedef void (*events_handler)(struct nlmsghdr *h, int nsid, void *context);

/* Hands over all that waits. 0, or -ENOBUFS: some were lost, and the rest of them is dropped here. */
int events_drain(struct events *ev, events_handler handler, void *context);

/* inotify on the run directory (on its nearest parent while it is missing) and on the inventory's folder. */
struct folder_watch {
        int fd;
        int run_wd, store_wd;
        bool is_run_missing;
        const char *store_path; /* NULL none */
};

int folders_open(struct folder_watch *w, const char *store_path, struct err *e);
void folders_close(struct folder_watch *w);
void folders_follow(struct folder_watch *w); /* the run directory may have come, or be another one now */

struct folder_news {
        bool run, store;
};
struct folder_news folders_read(struct folder_watch *w);

/*
 * Processes that start a program or end, told by the kernel (the proc connector): for root in the first network and pid
 * namespace. Elsewhere fd is -1 or is_heard stays false, and the list of processes is looked through now and then.
 */
struct process_watch {
        int fd;
        bool is_heard; /* the kernel has agreed to tell */
};

void processes_open(struct process_watch *w);
void processes_close(struct process_watch *w);

typedef void (*process_handler)(pid_t pid, bool is_end, void *context);
void processes_read(struct process_watch *w, process_handler handler, void *context);
/* One datagram of them. */
void process_event_read(struct process_watch *w, const unsigned char *bytes, size_t size, process_handler handler,
                        void *context);

/* Something that changes whenever a process or thread began or ended since; 0 unknown. Costs one read of a small file.
 */
unsigned long long processes_stamp(void);

#endif
