/*
 * netns.h - namespaces: finding them, opening them for a moment, naming them weakly.
 *
 * Nothing here keeps a namespace open: descriptors are the caller's, closed at once after use. Identity is the cookie;
 * the handle is the weak reference that opens it again.
 */
#ifndef CORE_KERNEL_NETNS_H
#define CORE_KERNEL_NETNS_H

#include "core/base/arena.h"
#include "core/graph/graph.h"

/* The run directory of named namespaces, where `ip netns` keeps them: /run/netns, or JAILNET_NETNS_DIR for tests. */
const char *netns_run_dir(void);

/* What one place knows of a namespace, before it was entered. */
struct netns_ref {
        uint64_t inode, device;
        enum jail_origin origin;
        char name[JAIL_NAME_SIZE]; /* file name, container, unit or command; raw foreign text */
        char path[320];            /* to open it: "/run/netns/www", "/proc/12/task/13/ns/net", "/proc/12/fd/7" */
        pid_t pid;
        size_t process_count;
        struct holder *holders; /* of the places looked at */
        size_t holder_count;
        bool is_known; /* the reader's own mark */
};

struct netns_list {
        struct netns_ref *refs; /* one a namespace, by inode; named beats container beats process */
        size_t count, capacity;
        unsigned unreadable; /* processes that could not be looked at */
        bool has_pending;    /* a file in the run directory is too young to be a namespace: it will be one soon */
        uint32_t *slots;     /* hash of the inodes: index in refs, from 1 */
        size_t slot_count;
        struct arena strings; /* the holders' */
};

/*
 * netns_find - all namespaces that can be seen.
 *
 *   shape    named ones from the run directory (a file that is not valid yet is tried again), then every process and
 *            thread, then, with deep, bind mounts in every readable mount namespace and open descriptors
 *   mounts   what netns_list_mounts has found a moment ago; NULL: a deep search reads our own mount table itself
 *   owner    netns_list_done frees
 */
int netns_find_named(struct netns_list *l, struct err *e);
int netns_find_tasks(struct netns_list *l, bool deep, const struct netns_list *mounts, struct err *e);
void netns_list_done(struct netns_list *l);

/*
 * The same search through the tasks in slices, for who has other things to do: begin, step until it says so, look at
 * the list, end.
 *
 *   errors   of begin: /proc can't be read
 *   owner    netns_tasks_end frees it with its list; NULL is fine
 */
struct task_search;
int netns_tasks_begin(bool deep, const struct netns_list *mounts, struct task_search **ret, struct err *e);
bool netns_tasks_step(struct task_search *s, int64_t until_ms); /* monotonic; true: all has been looked at */
struct netns_list *netns_tasks_list(struct task_search *s);     /* what was found so far */
void netns_tasks_end(struct task_search *s);

/* The same as netns_find_named without waiting for young files: has_pending tells that there are some, and the mount
 * table's next change that it is time to look again. */
int netns_list_named(struct netns_list *l, struct err *e);

/* The same for namespaces that are mounted somewhere in our own mount namespace (docker keeps its own folder). */
int netns_list_mounts(struct netns_list *l, struct err *e);

/* The list's entry of that inode, added when it is new; until the next call. */
struct netns_ref *netns_list_at(struct netns_list *l, uint64_t inode, uint64_t device);
struct netns_ref *netns_list_find(const struct netns_list *l, uint64_t inode, uint64_t device); /* NULL: not in it */
/* Adds a holder; strings are copied. Past NETNS_HOLDER_MAX no more are kept: a namespace may have thousands of
 * processes, and process_count tells how many. */
#define NETNS_HOLDER_MAX 64
void netns_list_add_holder(struct netns_list *l, struct netns_ref *ref, const struct holder *h);

/* Opens the namespace of a jail in a graph by path, a process or handle, and checks that it is that one by cookie (when
 * known) or inode. Returns a descriptor that the caller closes, or -ESTALE, -EPERM, -ENOENT. */
int netns_open(const struct jail *j, struct err *e);

/* Opens a namespace by its file, or by a socket that another process has open ("/proc/12/fd/7"): descriptor or negative
 * errno. Whether it is the one that is meant, the caller looks. */
int netns_open_path(const char *path);

/* The weak reference of an open namespace file; -EOPNOTSUPP on kernels before 6.18 (or with JAILNET_NO_HANDLES set). */
int netns_handle(int ns_fd, struct ns_handle *ret);
int netns_open_handle(const struct ns_handle *h); /* descriptor, or -ESTALE when it is gone */

/* Makes, removes and renames a named namespace, mounts and all. *ret_fd (may be NULL) is the caller's to close. */
int netns_create(const char *name, int *ret_fd, struct err *e);
int netns_remove(const char *name, struct err *e);
int netns_rename(const char *old_name, const char *new_name, struct err *e);

/* The namespace of a process, by inode. -EACCES and others. */
int netns_of_process(pid_t pid, uint64_t *ret_inode, uint64_t *ret_device);

/* The device number of all namespace files. 0 when /proc is missing. */
uint64_t netns_device(void);

/* SO_NETNS_COOKIE of the namespace that the calling thread is in. 0 when the kernel can't tell. */
uint64_t netns_cookie_here(void);
/* The same of an open namespace file: a thread enters it and ends, so that the caller stays where it is. */
uint64_t netns_cookie_of(int ns_fd);

/* Makes the run directory a shared mount point, so that who gets a copy of the mount table sees jails that are made
 * later, and the other way round. */
int netns_share_run_dir(struct err *e);

#endif
