/*
 * sandbox.c - jailnet sandbox: three processes that make a private place and leave nothing of it.
 *
 * The caller stays outside and stands for the whole towards its shell. Its child, the keeper, is the first process
 * inside: it reaps, passes signals on and ends everything. The keeper's child does the work. Keeper and caller talk
 * over a socket pair; when one end falls silent the other ends, so that even kill -9 of the caller leaves nothing.
 */
#include "ui/cli/sandbox.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/intl.h"
#include "core/base/text.h"
#include "ui/cli/sandbox_setup.h"

enum message_type {
        MESSAGE_READY,   /* keeper: the work begins */
        MESSAGE_FAILED,  /* keeper: stage and code say why there is no sandbox */
        MESSAGE_STOPPED, /* keeper: the work was stopped by signal code */
        MESSAGE_SIGNAL,  /* caller: pass signal code on */
};

struct message {
        enum message_type type;
        enum sandbox_stage stage;
        int code;
};

struct work {
        int (*inside)(void *user);
        void *user;
        sigset_t signals; /* the caller's mask, given back to inside */
};

static void say(int sock, enum message_type type, enum sandbox_stage stage, int code)
{
        struct message m = {.type = type, .stage = stage, .code = code};

        /* Nobody listening means that the other side is gone, which the next poll tells. */
        (void)send(sock, &m, sizeof(m), MSG_NOSIGNAL);
}

static int open_signals(void)
{
        sigset_t all;

        (void)sigfillset(&all);
        return signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK);
}

static int exit_status(int wait_status)
{
        return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

/* --- The keeper ------------------------------------------------------------------------------------------------- */

/* The parent of a process, from field 4 of /proc/PID/stat; the command before it may hold blanks and brackets. */
static pid_t parent_of(const char *pid)
{
        char path[64];
        char buf[512] = "";

        if (!str_format(path, sizeof(path), "/proc/%s/stat", pid))
                return -1;
        CLEANUP(closep) int fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0 || read(fd, buf, sizeof(buf) - 1) <= 0)
                return -1;
        const char *behind = strrchr(buf, ')');
        if (!behind || strlen(behind) < 5)
                return -1;
        return (pid_t)strtol(behind + 4, NULL, 10);
}

static void kill_children(void)
{
        DIR *proc = opendir("/proc");
        const struct dirent *entry = NULL;
        pid_t self = getpid();

        if (!proc)
                return;
        while ((entry = readdir(proc))) {
                if (isdigit((unsigned char)entry->d_name[0]) && parent_of(entry->d_name) == self)
                        (void)kill((pid_t)strtol(entry->d_name, NULL, 10), SIGKILL);
        }
        (void)closedir(proc);
}

/* Without a PID namespace: the orphans of what we kill become our children (subreaper), until there are none. */
static void end_everything(void)
{
        for (;;) {
                kill_children();
                if (waitpid(-1, NULL, 0) < 0 && errno == ECHILD)
                        return;
        }
}

/* Takes in what ended or stopped. True when the work has ended. */
static bool reap(pid_t worker, int sock, int *ret_status)
{
        int status = 0;
        bool has_ended = false;
        pid_t pid = 0;

        while ((pid = waitpid(-1, &status, WNOHANG | WUNTRACED)) > 0) {
                if (pid != worker)
                        continue;
                if (WIFSTOPPED(status)) {
                        say(sock, MESSAGE_STOPPED, SANDBOX_NAMESPACES, WSTOPSIG(status));
                        continue;
                }
                *ret_status = exit_status(status);
                has_ended = true;
        }
        return has_ended;
}

/* A shell that made its own process group is stopped with all of it, and so continued with all of it. */
static void pass_on(pid_t worker, int signal_number)
{
        pid_t group = getpgid(worker);

        (void)kill(signal_number == SIGCONT && group == worker ? -worker : worker, signal_number);
}

static int keep(pid_t worker, int sock, int signals)
{
        struct pollfd polls[] = {{.fd = sock, .events = POLLIN}, {.fd = signals, .events = POLLIN}};
        int status = 1;

        for (;;) {
                struct signalfd_siginfo info;
                struct message m;

                if (poll(polls, ARRAY_SIZE(polls), -1) < 0)
                        continue;
                while (read(signals, &info, sizeof(info)) > 0)
                        ; /* SIGCHLD wakes us; whatever else comes is not for us */
                if (reap(worker, sock, &status))
                        return status;
                if (!polls[0].revents)
                        continue;
                if (recv(sock, &m, sizeof(m), 0) <= 0)
                        return 128 + SIGKILL; /* the caller is gone */
                pass_on(worker, m.code);
        }
}

_Noreturn static void keeper_main(const struct sandbox_plan *p, const struct work *w, int sock)
{
        enum sandbox_stage stage = SANDBOX_NAMESPACES;
        int r = sandbox_setup(p, &stage);
        int signals = open_signals();

        if (r == 0 && !p->has_pids && prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0)
                r = -errno;
        if (r == 0 && signals < 0)
                r = -errno;
        if (r < 0) {
                say(sock, MESSAGE_FAILED, stage, r);
                _exit(1);
        }
        pid_t worker = fork();
        if (worker < 0) {
                say(sock, MESSAGE_FAILED, SANDBOX_NAMESPACES, -errno);
                _exit(1);
        }
        if (worker == 0) {
                (void)close(sock);
                (void)close(signals);
                (void)sigprocmask(SIG_SETMASK, &w->signals, NULL);
                sandbox_set_environment();
                exit(w->inside(w->user));
        }
        say(sock, MESSAGE_READY, SANDBOX_NAMESPACES, 0);
        int status = keep(worker, sock, signals);
        if (!p->has_pids)
                end_everything();
        _exit(status); /* as init of a PID namespace: the kernel ends all the others first */
}

/* --- The caller ------------------------------------------------------------------------------------------------- */

struct keeper {
        pid_t pid;
        int sock;
};

/* Starts a keeper and waits until it is ready; a failed one leaves nothing. */
static int keeper_start(const struct sandbox_plan *p, const struct work *w, struct keeper *ret,
                        enum sandbox_stage *ret_stage)
{
        int socks[2];
        struct message m = {.type = MESSAGE_FAILED, .code = -EIO};

        *ret_stage = SANDBOX_NAMESPACES;
        if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, socks) < 0)
                return -errno;
        (void)fflush(NULL); /* or the child would print it again */
        /* Like fork, but the child is the first process of its PID namespace; glibc has no wrapper for that. */
        pid_t pid = (pid_t)syscall(SYS_clone, sandbox_clone_flags(p) | SIGCHLD, NULL, NULL, NULL, 0UL);
        if (pid < 0) {
                int code = -errno;

                (void)close(socks[0]);
                (void)close(socks[1]);
                return code;
        }
        if (pid == 0) {
                (void)close(socks[0]);
                keeper_main(p, w, socks[1]);
        }
        (void)close(socks[1]);
        while (recv(socks[0], &m, sizeof(m), 0) < 0 && errno == EINTR)
                ;
        if (m.type == MESSAGE_READY) {
                *ret = (struct keeper){.pid = pid, .sock = socks[0]};
                return 0;
        }
        (void)close(socks[0]);
        (void)waitpid(pid, NULL, 0);
        *ret_stage = m.stage;
        return m.code;
}

/*
 * Tries the best sandbox first and gives up what is refused: a PID namespace where /proc can't be mounted (it is partly
 * covered in containers), a user namespace where there is none and the caller has root's rights anyway.
 */
static int keeper_start_any(const struct work *w, struct keeper *ret, struct err *e)
{
        struct sandbox_plan p = {.has_user = true, .has_pids = true, .uid = geteuid(), .gid = getegid()};
        enum sandbox_stage first_stage = SANDBOX_NAMESPACES;
        int first_code = 0;

        for (;;) {
                enum sandbox_stage stage = SANDBOX_NAMESPACES;
                int r = keeper_start(&p, w, ret, &stage);

                if (r == 0)
                        return 0;
                if (first_code == 0 && stage != SANDBOX_PROC) {
                        first_code = r;
                        first_stage = stage;
                }
                if (stage == SANDBOX_PROC && p.has_pids) {
                        p.has_pids = false;
                } else if (p.has_user && p.uid == 0) {
                        p.has_user = false;
                        p.has_pids = true;
                } else {
                        return sandbox_explain(first_stage, first_code, e);
                }
        }
}

/* Stops this process as the work was stopped, so that the shell sees its job stop; returns when it is continued. */
static void stop_like(int signal_number)
{
        sigset_t one;

        (void)raise(signal_number);
        (void)sigemptyset(&one);
        (void)sigaddset(&one, signal_number);
        (void)sigprocmask(SIG_UNBLOCK, &one, NULL);
        (void)sigprocmask(SIG_BLOCK, &one, NULL);
}

/* Stands for the work towards the outside until it ends. */
static int attend(const struct keeper *k, int signals)
{
        struct pollfd polls[] = {{.fd = k->sock, .events = POLLIN}, {.fd = signals, .events = POLLIN}};
        int status = 0;

        for (;;) {
                struct signalfd_siginfo info;
                struct message m;

                if (poll(polls, ARRAY_SIZE(polls), -1) < 0)
                        continue;
                while (read(signals, &info, sizeof(info)) > 0) {
                        int number = (int)info.ssi_signo;

                        /* What the terminal sends, it sends to the work as well: but its end only to us. */
                        bool is_from_terminal = info.ssi_code == SI_KERNEL && number != SIGHUP && number != SIGCONT;

                        if (number != SIGCHLD && !is_from_terminal)
                                say(k->sock, MESSAGE_SIGNAL, SANDBOX_NAMESPACES, number);
                }
                if (polls[0].revents && recv(k->sock, &m, sizeof(m), 0) > 0) {
                        if (m.type == MESSAGE_STOPPED)
                                stop_like(m.code);
                        continue;
                }
                if (polls[0].revents)
                        break; /* the keeper has ended */
        }
        while (waitpid(k->pid, &status, 0) < 0 && errno == EINTR)
                ;
        return exit_status(status);
}

int sandbox_enter(int (*inside)(void *user), void *user, int *ret_status, struct err *e)
{
        struct work w = {.inside = inside, .user = user};
        struct keeper k = {.sock = -1};
        sigset_t all;

        CLEANUP(closep) int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
        pid_t foreground = tty < 0 ? -1 : tcgetpgrp(tty);

        (void)sigfillset(&all);
        (void)sigprocmask(SIG_SETMASK, &all, &w.signals);
        CLEANUP(closep) int signals = open_signals();
        int r = signals < 0 ? err_set(e, -errno, "sandbox: %s", strerror(errno)) : keeper_start_any(&w, &k, e);
        if (r == 0) {
                *ret_status = attend(&k, signals);
                (void)close(k.sock);
                /* A shell inside can't give the terminal back to a process group that it has no number for. */
                if (foreground > 0 && foreground == getpgrp() && tcgetpgrp(tty) != foreground)
                        (void)tcsetpgrp(tty, foreground);
        }
        (void)sigprocmask(SIG_SETMASK, &w.signals, NULL);
        return r;
}

/* --- The command ------------------------------------------------------------------------------------------------ */

static int run_command(void *user)
{
        char *const *argv = user;
        CLEANUP(text_done) struct text name = {0};

        (void)execvp(argv[0], argv);
        int code = errno;
        text_put_visible(&name, argv[0]);
        (void)fprintf(stderr, _("jailnet: %s: cannot be run (%s); check its name and PATH\n"), text_str(&name),
                      strerror(code));
        return code == ENOENT ? 127 : 126; /* as a shell says it */
}

int sandbox_main(int argc, char **argv)
{
        const char *shell = getenv("SHELL");
        char *own_shell[] = {xstrdup(shell && *shell ? shell : "/bin/sh"), NULL};
        char **command = own_shell;
        struct err e = {0};
        char sentence[ERR_SENTENCE_SIZE];
        int status = 1;

        if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
                (void)printf(_("usage: jailnet sandbox [--] [CMD ARGS...]\n\n"
                               "Runs CMD (or your shell) as root of a private network, with its own jails and\n"
                               "inventory. The host is out of reach, and all of it ends with CMD.\n"));
                free(own_shell[0]);
                return 0;
        }
        int first = argc > 1 && strcmp(argv[1], "--") == 0 ? 2 : 1;
        if (first == 1 && argc > 1 && argv[1][0] == '-') {
                (void)fprintf(stderr, _("jailnet: sandbox: unknown option; write jailnet sandbox -- CMD ARGS\n"));
                free(own_shell[0]);
                return 2;
        }
        if (argc > first)
                command = &argv[first];
        int r = sandbox_enter(run_command, command, &status, &e);
        if (r < 0)
                (void)fprintf(stderr, "jailnet: %s\n", err_sentence(&e, sentence, sizeof(sentence)));
        free(own_shell[0]);
        return r < 0 ? 1 : status;
}
