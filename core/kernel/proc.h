/* proc.h - small questions to /proc about one process or thread. Nothing is kept open. */
#ifndef CORE_KERNEL_PROC_H
#define CORE_KERNEL_PROC_H

#include <sys/types.h>

#include "core/graph/graph.h"
#include "core/kernel/tasks.h"

#define PROC_PATH_SIZE 96
#define USER_NAME_SIZE 64

/* One process, or one thread of it. */
struct task {
        int pid, tid; /* tid == pid: the process itself */
};

/* "/proc/12/FILE" or "/proc/12/task/13/FILE"; file is a short word. */
void proc_path(char buf[PROC_PATH_SIZE], struct task t, const char *file);

/* A small file as a string, cut where it is longer; "" when it can't be read. */
void proc_read(const char *path, char *buf, size_t size);

void proc_read_command(struct task t, char *buf, size_t size); /* "" unknown; foreign text */
bool proc_read_stat(struct task t, struct task_stat *ret);

/* Names of users that were looked up once; zeroed is empty. */
struct user_names {
        struct user_name *names;
        size_t count, capacity;
        int64_t boot_wall_s; /* asked for once too */
};
void user_names_done(struct user_names *u);

/* What is told of a holder: who it is, whose, and since when it runs (wall seconds; 0 unknown). */
struct task_facts {
        char command[JAIL_NAME_SIZE];
        char user[USER_NAME_SIZE]; /* its name, else its number; "" unknown */
        int64_t since;
};
void proc_describe(struct task t, struct user_names *u, struct task_facts *ret);

#endif
