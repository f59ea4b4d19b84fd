/* tasks.h - pure pieces of the search through /proc: what its lines say of network namespaces. */
#ifndef CORE_KERNEL_TASKS_H
#define CORE_KERNEL_TASKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* "net:[4026532281]", as readlink on a namespace file or descriptor gives it. */
bool tasks_parse_net(const char *link, uint64_t *ret_inode);

/*
 * tasks_parse_mount - one line of /proc/P/mountinfo (proc(5)): is a network namespace mounted there?
 *
 *   shape    path is where, with the kernel's octal escapes undone; false when it is another mount or does not fit
 */
bool tasks_parse_mount(const char *line, uint64_t *ret_inode, char *path, size_t size);

/* What /proc/P/stat says of a task. The command's name may hold anything, brackets and spaces too. */
struct task_stat {
        bool is_kernel_thread;
        pid_t parent;
        uint64_t start_ticks; /* since boot */
};
bool tasks_parse_stat(const char *text, struct task_stat *ret);

/* The real user in the text of /proc/P/status. */
bool tasks_parse_uid(const char *text, uid_t *ret);

#endif
