/* cell.c - the init of a running jail, its keeper's side, and what others tell it. */
#include "core/exec/cell.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/spawn.h"
#include "core/base/text.h"

/* How the words are said: signals that only a process of an outer PID namespace can send to an init that has no handler
 * for others. */
static const int word_signals[] = {
        [CELL_PERSIST] = SIGUSR2, [CELL_LEAVE] = SIGUSR1, [CELL_LOOK] = SIGHUP,
        [CELL_TERM] = SIGTERM,    [CELL_KILL] = SIGKILL,
};

/* -- The init ---------------------------------------------------------------------------------------------------- */

static void reap(void)
{
        while (waitpid(-1, NULL, WNOHANG) > 0)
                ;
}

/* Signal 0 to everybody else of this PID namespace: nobody is there. */
static bool is_alone(void)
{
        return kill(-1, 0) < 0 && errno == ESRCH;
}

_Noreturn static void keep(const sigset_t *all)
{
        bool is_persistent = true;

        for (;;) {
                int number = sigwaitinfo(all, NULL);

                if (number == word_signals[CELL_PERSIST])
                        is_persistent = true;
                if (number == word_signals[CELL_LEAVE] || number == word_signals[CELL_TERM])
                        is_persistent = false;
                if (number == word_signals[CELL_TERM])
                        (void)kill(-1, SIGTERM); /* nobody left is fine */
                reap();
                if (!is_persistent && is_alone())
                        _exit(0);
        }
}

static void leave_terminal(void)
{
        int null = open("/dev/null", O_RDWR | O_CLOEXEC);

        for (int fd = STDIN_FILENO; null >= 0 && fd <= STDERR_FILENO; fd++)
                (void)dup2(null, fd);
        if (null > STDERR_FILENO)
                (void)close(null); /* nothing is lost */
}

/*
 * From now on it lives among the jail's processes, whose root may look into it and make it do what it can do: nothing
 * of the host's is open in it, it cannot be looked into, and it has the right to signal alone.
 */
static void give_up_all(int answer)
{
        struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
        struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {
                {.effective = 1U << CAP_KILL, .permitted = 1U << CAP_KILL}};

        spawn_close_others(answer);
        (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
        if (syscall(SYS_capset, &header, sets) < 0) { /* it had not even that */
                sets[0].effective = sets[0].permitted = 0;
                (void)syscall(SYS_capset, &header, sets);
        }
}

static int set_up(const struct cell_spec *s, int ns, int group, struct err *e)
{
        int r = group < 0 ? 0 : confine_join(group);

        if (r == 0 && group >= 0 && unshare(CLONE_NEWCGROUP) < 0) /* so that no group above can be seen */
                r = -errno;
        if (r < 0)
                return err_set(e, r, "%s: its control group cannot be entered: %s", s->name, strerror(-r));
        if (ns >= 0 && setns(ns, CLONE_NEWNET) < 0)
                return err_set(e, -errno, "%s: its stack cannot be entered: %s", s->name, strerror(errno));
        if (s->hostname && sethostname(s->hostname, strlen(s->hostname)) < 0)
                return err_set(e, -errno, "%s: host name %s: %s", s->name, s->hostname, strerror(errno));
        return cell_enter_root(s, e);
}

_Noreturn static void init_main(const struct cell_spec *s, int ns, int group, int answer)
{
        char title[16];
        struct err e = {0};
        sigset_t all;
        int r;

        (void)sigfillset(&all);
        (void)sigprocmask(SIG_SETMASK, &all, NULL);
        (void)setsid();
        (void)str_format(title, sizeof(title), "jail:%s", s->name); /* cut at 15 bytes by the kernel anyway */
        (void)prctl(PR_SET_NAME, title, 0, 0, 0);
        leave_terminal(); /* while /dev/null is the host's */
        r = set_up(s, ns, group, &e);
        if (r == 0)
                give_up_all(answer);
        (void)!write(answer, &e, sizeof(e)); /* the keeper is gone, and this one is killed with it */
        if (r < 0)
                _exit(1);
        (void)close(answer);
        keep(&all);
}

/* -- The keeper -------------------------------------------------------------------------------------------------- */

static int read_began(pid_t pid, uint64_t *ret)
{
        char path[32], buf[1024];
        CLEANUP(closep)
        int fd = str_format(path, sizeof(path), "/proc/%d/stat", (int)pid) ? open(path, O_RDONLY | O_CLOEXEC) : -1;
        ssize_t n = fd < 0 ? -1 : read(fd, buf, sizeof(buf) - 1);

        if (n <= 0)
                return -ESRCH;
        buf[n] = '\0';

        /* Field 2 is the command in brackets, which may hold anything; 22 is 20 blanks behind it. */
        char *s = strrchr(buf, ')');

        for (int blanks = 0; s && blanks < 20; blanks++)
                s = strchr(s + 1, ' ');
        if (!s)
                return -EINVAL;
        *ret = strtoull(s + 1, NULL, 10);
        return 0;
}

static int hear(pid_t pid, int answer, struct cell_id *ret, struct err *e)
{
        struct err told = {.code = -EIO, .what = "the jail's first process ended at once"};

        while (read(answer, &told, sizeof(told)) < 0 && errno == EINTR)
                ;
        if (told.code == 0) {
                ret->pid = pid;
                return read_began(pid, &ret->began);
        }
        (void)kill(pid, SIGKILL);
        (void)waitpid(pid, NULL, 0);
        return err_copy(e, &told);
}

static int start(const struct cell_spec *s, int group, struct cell_id *ret, struct err *e)
{
        CLEANUP(closep) int ns = s->netns_path ? open(s->netns_path, O_RDONLY | O_CLOEXEC) : -1;
        int pipes[2];

        if (s->netns_path && ns < 0)
                return err_set(e, -errno, "%s: %s", s->netns_path, strerror(errno));
        if (pipe2(pipes, O_CLOEXEC) < 0)
                return err_set(e, -errno, "no pipe can be made: %s", strerror(errno));
        (void)fflush(NULL); /* or the child would print it again */

        /* Like fork, but the child is the first process of its PID namespace; glibc has no wrapper for that. */
        unsigned long flags = CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | SIGCHLD;
        pid_t pid = (pid_t)syscall(SYS_clone, flags, NULL, NULL, NULL, 0UL);
        int code = -errno;

        if (pid == 0) {
                (void)close(pipes[0]);
                init_main(s, ns, group, pipes[1]);
        }
        (void)close(pipes[1]); /* the init has it */

        CLEANUP(closep) int answer = pipes[0];

        if (pid < 0)
                return err_set(e, code, "%s: no namespaces can be made for it: %s", s->name, strerror(-code));
        return hear(pid, answer, ret, e);
}

int cell_start(const struct cell_spec *s, struct cell_id *ret, struct err *ret_open, struct err *e)
{
        CLEANUP(closep) int group = -1;
        int fd = -1;

        if (s->confine && confine_begin(s->name, s->confine, &fd, ret_open) == 0)
                group = fd;

        int r = start(s, group, ret, e);

        if (r < 0 && group >= 0)
                confine_end(s->name);
        return r;
}

void cell_wait(const struct cell_spec *s, const struct cell_id *id)
{
        while (waitpid(id->pid, NULL, 0) < 0 && errno == EINTR)
                ;
        if (s->confine)
                confine_end(s->name);
}

/* -- Others ------------------------------------------------------------------------------------------------------ */

/* A descriptor of the very process, or negative errno. */
static int open_process(const struct cell_id *id)
{
        uint64_t began = 0;
        int fd = id->pid > 0 ? pidfd_open(id->pid, 0) : -1;

        if (fd < 0)
                return -ESRCH;
        if (read_began(id->pid, &began) == 0 && began == id->began)
                return fd;
        (void)close(fd);
        return -ESRCH;
}

bool cell_is_alive(const struct cell_id *id)
{
        CLEANUP(closep) int fd = open_process(id);
        struct pollfd p = {.fd = fd, .events = POLLIN};

        return fd >= 0 && poll(&p, 1, 0) == 0; /* a zombie's is readable */
}

int cell_tell(const struct cell_id *id, enum cell_word word)
{
        CLEANUP(closep) int fd = open_process(id);

        if (fd < 0)
                return fd;
        return pidfd_send_signal(fd, word_signals[word], NULL, 0) < 0 ? -errno : 0;
}

int cell_wait_end(const struct cell_id *id, int timeout_ms)
{
        CLEANUP(closep) int fd = open_process(id);
        struct pollfd p = {.fd = fd, .events = POLLIN};

        if (fd < 0)
                return 0;
        return poll(&p, 1, timeout_ms) > 0 ? 0 : -ETIMEDOUT;
}

/* Asked from inside, where a process sees the init and what else is there; this process never leaves home. */
bool cell_is_alone(const struct cell_id *id)
{
        CLEANUP(closep) int fd = open_process(id);
        int status = 0;

        if (fd < 0)
                return true;

        pid_t pid = fork();

        if (pid == 0) {
                int inside = 0;
                pid_t asker = setns(fd, CLONE_NEWPID) < 0 ? -1 : fork(); /* it holds for children */

                if (asker == 0)
                        _exit(is_alone());
                if (asker < 0 || waitpid(asker, &inside, 0) < 0)
                        _exit(0);
                _exit(WIFEXITED(inside) ? WEXITSTATUS(inside) : 0);
        }
        if (pid < 0 || waitpid(pid, &status, 0) < 0)
                return false;
        return WIFEXITED(status) && WEXITSTATUS(status) == 1;
}

/* In a child: this process never leaves home. */
int cell_set_hostname(const struct cell_id *id, const char *hostname, struct err *e)
{
        CLEANUP(closep) int fd = open_process(id);
        int status = 0;

        if (fd < 0)
                return err_set(e, -ESRCH, "the jail has ended");

        pid_t pid = fork();

        if (pid == 0)
                _exit(setns(fd, CLONE_NEWUTS) < 0 || sethostname(hostname, strlen(hostname)) < 0 ? errno & 0xff : 0);
        if (pid < 0 || waitpid(pid, &status, 0) < 0)
                return err_set(e, -errno, "no process can be started: %s", strerror(errno));
        if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
                return 0;
        return err_set(e, -WEXITSTATUS(status), "host name %s: %s", hostname, strerror(WEXITSTATUS(status)));
}

/* -- JSON ---------------------------------------------------------------------------------------------------------- */

static json_t *confine_to_json(const struct confine *c)
{
        json_t *addresses = json_array();

        for (size_t i = 0; i < c->count; i++) {
                char buf[PREFIX_TEXT_SIZE];

                (void)json_array_append_new(addresses,
                                            json_pack("{s:s, s:b}", "address",
                                                      prefix_format(&c->addresses[i].prefix, buf), "loopback",
                                                      c->addresses[i].is_loopback));
        }
        return json_pack("{s:o, s:b, s:b, s:b}", "addresses", addresses, "open4", c->is_open4, "open6", c->is_open6,
                         "raw", c->has_raw_sockets);
}

static int confine_from_json(const json_t *j, struct arena *arena, const struct confine **ret)
{
        const json_t *addresses = json_object_get(j, "addresses");
        struct confine c = {
                .count = json_array_size(addresses),
                .is_open4 = json_is_true(json_object_get(j, "open4")),
                .is_open6 = json_is_true(json_object_get(j, "open6")),
                .has_raw_sockets = json_is_true(json_object_get(j, "raw")),
        };
        struct confine_address *list = arena_alloc(arena, (c.count + 1) * sizeof(*list));

        for (size_t i = 0; i < c.count; i++) {
                const json_t *a = json_array_get(addresses, i);
                const char *address = json_string_value(json_object_get(a, "address"));

                if (!address || prefix_parse(address, &list[i].prefix, NULL) < 0)
                        return -EINVAL;
                list[i].is_loopback = json_is_true(json_object_get(a, "loopback"));
        }
        c.addresses = list;
        *ret = arena_memdup(arena, &c, sizeof(c));
        return 0;
}

json_t *cell_to_json(const struct cell_spec *s)
{
        json_t *mounts = json_array(), *nodes = json_array();

        for (size_t i = 0; s->nodes && s->nodes[i]; i++)
                (void)json_array_append_new(nodes, json_string(s->nodes[i]));
        for (size_t i = 0; i < s->mount_count; i++)
                (void)json_array_append_new(mounts,
                                            json_pack("{s:s*, s:s, s:s, s:b}", "source", s->mounts[i].source, "target",
                                                      s->mounts[i].target, "type", s->mounts[i].type, "ro",
                                                      s->mounts[i].is_read_only));
        return json_pack("{s:s, s:s*, s:s, s:s*, s:b, s:b, s:o, s:o, s:o*}", "name", s->name, "netns", s->netns_path,
                         "root", s->root, "hostname", s->hostname, "devfs", s->has_devfs, "procfs", s->has_procfs,
                         "mounts", mounts, "nodes", nodes, "confine", s->confine ? confine_to_json(s->confine) : NULL);
}

int cell_from_json(const json_t *j, struct cell_spec *ret, struct arena *arena)
{
        const json_t *mounts = json_object_get(j, "mounts"), *confine = json_object_get(j, "confine");
        const json_t *nodes = json_object_get(j, "nodes");
        struct cell_spec s = {
                .name = json_string_value(json_object_get(j, "name")),
                .netns_path = json_string_value(json_object_get(j, "netns")),
                .root = json_string_value(json_object_get(j, "root")),
                .hostname = json_string_value(json_object_get(j, "hostname")),
                .has_devfs = json_is_true(json_object_get(j, "devfs")),
                .has_procfs = json_is_true(json_object_get(j, "procfs")),
                .mount_count = json_array_size(mounts),
        };
        struct cell_mount *list = arena_alloc(arena, (s.mount_count + 1) * sizeof(*list));
        const char **names = arena_alloc(arena, (json_array_size(nodes) + 1) * sizeof(*names));
        bool is_whole = s.name && s.root && (!confine || confine_from_json(confine, arena, &s.confine) == 0);

        for (size_t i = 0; i < s.mount_count; i++) {
                const json_t *m = json_array_get(mounts, i);

                list[i] = (struct cell_mount){
                        .source = json_string_value(json_object_get(m, "source")),
                        .target = json_string_value(json_object_get(m, "target")),
                        .type = json_string_value(json_object_get(m, "type")),
                        .is_read_only = json_is_true(json_object_get(m, "ro")),
                };
                is_whole = is_whole && list[i].target && list[i].type;
        }
        for (size_t i = 0; i < json_array_size(nodes); i++) {
                names[i] = json_string_value(json_array_get(nodes, i));
                is_whole = is_whole && names[i];
        }
        if (!is_whole)
                return -EINVAL;
        s.nodes = names;
        s.mounts = list;
        *ret = s;
        return 0;
}
