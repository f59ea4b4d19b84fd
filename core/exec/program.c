/*
 * program.c - one program: forked, brought to its place, and waited for.
 *
 * The child enters the jail's namespaces; a PID namespace holds for the children of who enters it, so it forks once
 * more and stands for the program until that ends. What keeps the program from being run comes back through a pipe that
 * exec closes.
 */
#include "core/exec/program.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <linux/capability.h>
#include <poll.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/intl.h"
#include "core/base/spawn.h"
#include "core/base/text.h"
#include "core/exec/confine.h"

#define GROUPS_MAX   64
#define LIST_MAX     (16 << 20) /* bytes of a list of users: a hundred thousand of them */
#define STATUS_ERROR 125        /* of the child: the pipe has the reason */

#define CLEAN_PATH "/sbin:/bin:/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin"

/* Who the program runs as. */
struct user {
        uid_t uid;
        gid_t gid;
        gid_t groups[GROUPS_MAX];
        size_t group_count;
        char name[64], home[256], shell[256];
        bool is_set;
};

/* -- In the child: nothing returns but by fail ------------------------------------------------------------------- */

_Noreturn static void fail_with(int fd, const struct err *e)
{
        (void)!write(fd, e, sizeof(*e)); /* nobody listens when it fails */
        _exit(STATUS_ERROR);
}

_Noreturn static void fail(int fd, int code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

_Noreturn static void fail(int fd, int code, const char *fmt, ...)
{
        struct err e = {0};
        va_list ap;

        va_start(ap, fmt);
        CLEANUP(freep) char *own = xvasprintf(intl_text(fmt), ap);
        va_end(ap);
        va_start(ap, fmt);
        CLEANUP(freep) char *plain = xvasprintf(fmt, ap);
        va_end(ap);
        (void)err_say(&e, code, own, strcmp(own, plain) != 0 ? plain : NULL);
        fail_with(fd, &e);
}

/* In a jail's root it is whatever the jail's root made of it: a FIFO would keep us waiting, and a line without an end
 * take all memory. NULL: is none that tells of users. */
static FILE *open_list(const char *path)
{
        int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
        struct stat st;
        FILE *f = NULL;

        if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size <= LIST_MAX)
                f = fdopen(fd, "r");
        if (!f)
                closep(&fd);
        return f; /* which closes fd */
}

/* From the files of the root that we are in: a jail's libraries must not be loaded to ask them. */
static bool read_user(const char *name, struct user *ret)
{
        FILE *users = open_list("/etc/passwd"), *groups = open_list("/etc/group");
        const struct passwd *p = NULL;
        const struct group *g = NULL;

        while (users && (p = fgetpwent(users)) && strcmp(p->pw_name, name) != 0)
                ;
        if (p) {
                ret->uid = p->pw_uid;
                ret->gid = p->pw_gid;
                ret->groups[ret->group_count++] = p->pw_gid;
                ret->is_set = str_copy(ret->name, sizeof(ret->name), p->pw_name) &&
                        str_copy(ret->home, sizeof(ret->home), p->pw_dir) &&
                        str_copy(ret->shell, sizeof(ret->shell), *p->pw_shell ? p->pw_shell : "/bin/sh");
        }
        while (p && groups && (g = fgetgrent(groups)))
                for (char **m = g->gr_mem; *m && ret->group_count < GROUPS_MAX; m++)
                        if (strcmp(*m, name) == 0 && g->gr_gid != ret->gid)
                                ret->groups[ret->group_count++] = g->gr_gid;
        if (users)
                (void)fclose(users); /* only read from */
        if (groups)
                (void)fclose(groups);
        return ret->is_set;
}

static void drop_all(const int *rights, size_t count)
{
        for (size_t i = 0; i < count; i++)
                (void)prctl(PR_CAPBSET_DROP, rights[i], 0, 0, 0); /* refused: it does not have it either */
}

/*
 * A jail without a stack of its own must not change the host's; none loads modules or sets the clock. In a root of its
 * own it must not get at the host's files, neither by a device, nor by a file's handle, nor by what has come in from
 * outside and is looking after it.
 */
static void drop_rights(const struct program_place *p)
{
        static const int never[] = {CAP_SYS_MODULE, CAP_SYS_RAWIO, CAP_SYS_BOOT, CAP_SYS_TIME};
        static const int ways_out[] = {
                CAP_MKNOD,        CAP_DAC_READ_SEARCH, CAP_SYS_PTRACE, CAP_SYSLOG,     CAP_MAC_ADMIN,
                CAP_MAC_OVERRIDE, CAP_AUDIT_CONTROL,   CAP_AUDIT_READ, CAP_WAKE_ALARM, CAP_BLOCK_SUSPEND,
                CAP_SYS_PACCT,    CAP_SYS_TTY_CONFIG,  CAP_PERFMON,    CAP_BPF,        CAP_CHECKPOINT_RESTORE};
        static const int mounting[] = {CAP_SYS_ADMIN};

        drop_all(never, ARRAY_SIZE(never));
        if (p->has_own_root)
                drop_all(ways_out, ARRAY_SIZE(ways_out));
        if (p->has_own_root && !p->may_mount)
                drop_all(mounting, ARRAY_SIZE(mounting));
        if (p->is_shared_stack)
                (void)prctl(PR_CAPBSET_DROP, CAP_NET_ADMIN, 0, 0, 0);
        if (p->is_shared_stack && !p->has_raw_sockets)
                (void)prctl(PR_CAPBSET_DROP, CAP_NET_RAW, 0, 0, 0);
}

/* *ret_group: what the program is to join, which confines it; -1 none. */
static void enter(const struct program_place *p, int fd, int *ret_group)
{
        if (p->init) {
                int pidfd = pidfd_open(p->init, 0);
                struct err e = {0};

                if (p->is_shared_stack && confine_open(p->init, ret_group, &e) < 0)
                        fail_with(fd, &e);
                if (pidfd < 0 ||
                    setns(pidfd,
                          CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID |
                                  (*ret_group < 0 ? 0 : CLONE_NEWCGROUP)) < 0)
                        fail(fd, -errno, "the jail cannot be entered: %s", strerror(errno));
                (void)close(pidfd); /* nothing is lost */
        } else if (p->netns_path) {
                int ns = open(p->netns_path, O_RDONLY | O_CLOEXEC);

                if (ns < 0 || setns(ns, CLONE_NEWNET) < 0)
                        fail(fd, -errno, "the jail's stack cannot be entered: %s", strerror(errno));
                (void)close(ns);
        }
        if (!p->init && p->root && (chroot(p->root) < 0 || chdir("/") < 0))
                fail(fd, -errno, "%s: cannot be its root: %s", p->root, strerror(errno));
}

static void become(const struct program *c, const struct user *u, int fd)
{
        if (u->is_set && c->user &&
            (setgroups(u->group_count, u->groups) < 0 || setgid(u->gid) < 0 || setuid(u->uid) < 0))
                fail(fd, -errno, "%s: this user cannot be taken on: %s", c->user, strerror(errno));
}

static void set_environment(const struct program *c, const struct user *u)
{
        /* Where the inventory is and whether this is a sandbox is no matter of the user's. */
        static const char *const kept[] = {"TERM", "JAILNET_DB", "JAILNET_NETNS_DIR", "JAILNET_SANDBOX",
                                           "JAILNET_CAUSE"};
        char *values[ARRAY_SIZE(kept)] = {0};

        if (c->is_clean) {
                for (size_t i = 0; i < ARRAY_SIZE(kept); i++)
                        values[i] = getenv(kept[i]) ? xstrdup(getenv(kept[i])) : NULL;
                (void)clearenv();
                for (size_t i = 0; i < ARRAY_SIZE(kept); i++)
                        if (values[i])
                                (void)setenv(kept[i], values[i], 1);
                (void)setenv("PATH", CLEAN_PATH, 1);
        }
        if (u->is_set && (c->is_clean || c->user)) {
                (void)setenv("HOME", u->home, 1);
                (void)setenv("SHELL", u->shell, 1);
                (void)setenv("USER", u->name, 1);
        }
        for (size_t i = 0; c->env && c->env[i]; i++) {
                CLEANUP(freep) char *name = xstrndup(c->env[i], strcspn(c->env[i], "="));

                if (c->env[i][strlen(name)])
                        (void)setenv(name, c->env[i] + strlen(name) + 1, 1);
        }
}

static void choose_folder(const struct program *c, const struct user *u, int fd)
{
        if (c->folder && chdir(c->folder) < 0)
                fail(fd, -errno, "%s: %s", c->folder, strerror(errno));
        if (!c->folder && c->is_clean && u->is_set && chdir(u->home) < 0)
                (void)!chdir("/"); /* a user without a home folder is in the root */
}

_Noreturn static void run_program(const struct program *c, struct user *u, int group, int fd)
{
        sigset_t none;
        int r = group < 0 ? 0 : confine_join(group);

        if (r < 0)
                fail(fd, r, "its control group cannot be joined, which confines it: %s", strerror(-r));

        if (!u->is_set && !read_user(c->user ? c->user : "root", u) && c->user)
                fail(fd, -ENOENT, "%s: no such user", c->user);
        if (c->place.init || c->place.netns_path)
                drop_rights(&c->place);
        choose_folder(c, u, fd);
        become(c, u, fd);
        if (!c->is_background) /* whoever waits for it is gone: nobody would end it any more */
                (void)prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0);
        set_environment(c, u);
        (void)sigemptyset(&none);
        (void)sigprocmask(SIG_SETMASK, &none, NULL);
        (void)execvp(c->argv[0], c->argv);
        fail(fd, -errno, "%s: %s", c->argv[0], strerror(errno));
}

static int open_log(const char *path)
{
        return open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW, 0600);
}

_Noreturn static void child(const struct program *c, int fd)
{
        struct user u = {0};
        int status = 0, group = -1;

        spawn_close_others(fd); /* for the program, and for those that it runs among */
        if (c->place.init)      /* what a jail's processes could look into until it is the program */
                (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
        if (c->is_apart)
                (void)setsid();
        (void)prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0);
        if (c->user && c->is_user_of_host && !read_user(c->user, &u))
                fail(fd, -ENOENT, "%s: no such user", c->user);
        if (c->log) {
                int log = open_log(c->log);

                if (log < 0 || dup2(log, STDOUT_FILENO) < 0 || dup2(log, STDERR_FILENO) < 0)
                        fail(fd, -errno, "%s: %s", c->log, strerror(errno));
        }
        if (c->is_apart) {
                int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

                if (null >= 0)
                        (void)dup2(null, STDIN_FILENO);
        }
        enter(&c->place, fd, &group);
        if (!c->place.init && !c->is_background)
                run_program(c, &u, group, fd);

        pid_t pid = fork();

        if (pid < 0)
                fail(fd, -errno, "no process can be started: %s", strerror(errno));
        /* One that is not waited for gets a parent in the jail that leaves it to the jail's init: an orphan goes to the
         * init of its parent's PID namespace, and the jail's has to hear of its end. */
        if (pid == 0 && (!c->is_background || !c->place.init || fork() == 0))
                run_program(c, &u, group, fd);
        if (pid == 0)
                _exit(0);
        (void)close(fd);
        if (c->is_background) {
                if (c->place.init) /* that parent */
                        (void)waitpid(pid, NULL, 0);
                _exit(0);
        }
        /* What a terminal sends is for the program; we tell how it ended. */
        (void)signal(SIGINT, SIG_IGN);
        (void)signal(SIGQUIT, SIG_IGN);
        while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
                ;
        _exit(WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
}

/* -- In the parent ----------------------------------------------------------------------------------------------- */

static int open_timer(unsigned timeout_s)
{
        struct itimerspec when = {.it_value = {.tv_sec = timeout_s}};
        int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);

        if (fd >= 0 && timeout_s)
                (void)timerfd_settime(fd, 0, &when, NULL);
        return fd;
}

/* Waits for the child's end, our own, or the time: 0 it has ended. */
static int wait_for(const struct program *c, pid_t pid, int signals)
{
        CLEANUP(closep) int process = pidfd_open(pid, 0);
        CLEANUP(closep) int timer = open_timer(c->timeout_s);
        struct pollfd polls[] = {{.fd = process, .events = POLLIN},
                                 {.fd = timer, .events = POLLIN},
                                 {.fd = c->is_apart ? signals : -1, .events = POLLIN}};

        if (process < 0 || timer < 0)
                return -errno;
        for (;;) {
                if (poll(polls, ARRAY_SIZE(polls), -1) < 0 && errno != EINTR)
                        return -errno;
                if (polls[0].revents)
                        return 0;
                if (polls[1].revents)
                        return -ETIMEDOUT;
                if (polls[2].revents)
                        return -EINTR;
        }
}

/* Ends the child and, when it has a session of its own, what it started there. */
static void end_child(const struct program *c, pid_t pid)
{
        (void)kill(c->is_apart ? -pid : pid, SIGKILL);
        (void)kill(pid, SIGKILL); /* before it had its session */
}

static int finish(const struct program *c, pid_t pid, int fd, int signals, int *ret_status, struct err *e)
{
        struct err told = {0};
        int status = 0;
        int r = wait_for(c, pid, signals);

        if (r < 0)
                end_child(c, pid);
        while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
                ;
        if (r == -ETIMEDOUT)
                return err_set(e, r, "timed out");
        if (r < 0)
                return err_set(e, r, "interrupted");
        if (read(fd, &told, sizeof(told)) == sizeof(told))
                return err_copy(e, &told);
        *ret_status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
        return 0;
}

int program_run(const struct program *c, int *ret_status, struct err *e)
{
        sigset_t ends, before;
        int pipes[2];

        if (pipe2(pipes, O_CLOEXEC) < 0)
                return err_set(e, -errno, "no pipe can be made: %s", strerror(errno));

        CLEANUP(closep) int told = pipes[0];

        (void)fcntl(told, F_SETFL, O_NONBLOCK);
        /* What a terminal sends is for the program, as a shell has it; one apart is ended before we are. */
        (void)sigemptyset(&ends);
        (void)sigaddset(&ends, SIGINT);
        (void)sigaddset(&ends, c->is_apart ? SIGTERM : SIGQUIT);
        if (c->is_apart)
                (void)sigaddset(&ends, SIGHUP);
        (void)sigprocmask(SIG_BLOCK, &ends, &before);
        CLEANUP(closep) int signals = signalfd(-1, &ends, SFD_CLOEXEC);
        (void)fflush(NULL); /* or the child would print it again */

        pid_t pid = fork();

        if (pid == 0) {
                (void)close(told);
                child(c, pipes[1]);
        }

        int code = -errno;

        (void)close(pipes[1]); /* the child has it */

        int r = pid < 0 ? err_set(e, code, "no process can be started: %s", strerror(-code))
                        : finish(c, pid, told, signals, ret_status, e);

        if (r == -EINTR || !c->is_apart) { /* it was answered: we are not to end by it as well */
                struct signalfd_siginfo info;
                struct pollfd p = {.fd = signals, .events = POLLIN};

                while (poll(&p, 1, 0) > 0 && read(signals, &info, sizeof(info)) > 0)
                        ;
        }
        (void)sigprocmask(SIG_SETMASK, &before, NULL);
        return r;
}
