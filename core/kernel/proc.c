/* proc.c - reads the small files of /proc that tell who a process is, whose, and how old. */
#include "core/kernel/proc.h"

#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "core/base/text.h"

struct user_name {
        uid_t uid;
        char name[USER_NAME_SIZE];
};

void proc_path(char buf[PROC_PATH_SIZE], struct task t, const char *file)
{
        /* Numbers and a short word: always fits. */
        if (t.tid == t.pid)
                (void)str_format(buf, PROC_PATH_SIZE, "/proc/%d/%s", t.pid, file);
        else
                (void)str_format(buf, PROC_PATH_SIZE, "/proc/%d/task/%d/%s", t.pid, t.tid, file);
}

void proc_read(const char *path, char *buf, size_t size)
{
        CLEANUP(closep) int fd = open(path, O_RDONLY | O_CLOEXEC);
        size_t length = 0;

        while (fd >= 0 && length + 1 < size) {
                ssize_t n = read(fd, buf + length, size - 1 - length);

                if (n <= 0)
                        break;
                length += (size_t)n;
        }
        buf[length] = '\0';
}

void proc_read_command(struct task t, char *buf, size_t size)
{
        char path[PROC_PATH_SIZE];

        proc_path(path, t, "comm");
        proc_read(path, buf, size);
        if (buf[0] && buf[strlen(buf) - 1] == '\n')
                buf[strlen(buf) - 1] = '\0';
}

bool proc_read_stat(struct task t, struct task_stat *ret)
{
        char path[PROC_PATH_SIZE], text[1024];

        proc_path(path, t, "stat");
        proc_read(path, text, sizeof(text));
        return tasks_parse_stat(text, ret);
}

/* From the file alone: other sources of users may ask the network, and keep us waiting. */
static void look_up(uid_t uid, char name[USER_NAME_SIZE])
{
        FILE *f = fopen("/etc/passwd", "re");
        struct passwd entry, *found = NULL;
        char room[2048];

        (void)str_format(name, USER_NAME_SIZE, "%u", (unsigned)uid); /* fits */
        while (f && fgetpwent_r(f, &entry, room, sizeof(room), &found) == 0) {
                if (entry.pw_uid != uid)
                        continue;
                (void)str_copy(name, USER_NAME_SIZE, entry.pw_name); /* a longer one is cut */
                break;
        }
        if (f)
                (void)fclose(f); /* only read */
}

static const char *name_of(struct user_names *u, uid_t uid)
{
        for (size_t k = 0; k < u->count; k++)
                if (u->names[k].uid == uid)
                        return u->names[k].name;
        u->names = array_grow(u->names, &u->capacity, u->count, sizeof(*u->names));
        u->names[u->count].uid = uid;
        look_up(uid, u->names[u->count].name);
        return u->names[u->count++].name;
}

void user_names_done(struct user_names *u)
{
        free(u->names);
        *u = (struct user_names){0};
}

void proc_describe(struct task t, struct user_names *u, struct task_facts *ret)
{
        char path[PROC_PATH_SIZE], text[2048];
        struct task_stat stat;
        struct timespec boot;
        uid_t uid;

        *ret = (struct task_facts){.since = 0};
        proc_read_command(t, ret->command, sizeof(ret->command));
        proc_path(path, t, "status");
        proc_read(path, text, sizeof(text));
        if (tasks_parse_uid(text, &uid))
                (void)str_copy(ret->user, sizeof(ret->user), name_of(u, uid)); /* same size */
        if (u->boot_wall_s == 0) {
                (void)clock_gettime(CLOCK_BOOTTIME, &boot); /* can't fail for a known clock */
                u->boot_wall_s = clock_wall_s() - boot.tv_sec;
        }
        if (proc_read_stat(t, &stat))
                ret->since = u->boot_wall_s + (int64_t)(stat.start_ticks / (uint64_t)sysconf(_SC_CLK_TCK));
}
