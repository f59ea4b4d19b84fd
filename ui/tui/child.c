/* child.c - starts jailnet as a child, and collects what it printed. */
#include "ui/tui/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/spawn.h"

#define OUTPUT_MAX (8U << 20) /* more is no plan, and nobody reads it */
#define WORDS_MAX  96

struct child {
        pid_t pid;
        int fd; /* of the process */
        int out, said;
};

static void child_free(struct child *c)
{
        closep(&c->fd);
        closep(&c->out);
        closep(&c->said);
        free(c);
}

static int spawn(struct child *c, char *const *argv)
{
        const struct spawn_fd fds[] = {{SPAWN_NULL, STDIN_FILENO}, {c->out, STDOUT_FILENO}, {c->said, STDERR_FILENO}};

        return spawn_self(argv, fds, ARRAY_SIZE(fds), &c->pid);
}

int child_start(const char *const *words, struct child **ret, struct err *e)
{
        struct child *c = xcalloc(1, sizeof(*c));
        CLEANUP(freep) char *name = xstrdup("jailnet");
        char *argv[WORDS_MAX + 2] = {name};
        size_t count = 1;
        int r = 0;

        /* posix_spawn wants them writable, and leaves them alone. */
        for (; words[count - 1] && count <= WORDS_MAX; count++)
                argv[count] = xstrdup(words[count - 1]);
        c->fd = -1;
        c->out = memfd_create("jailnet-out", MFD_CLOEXEC);
        c->said = memfd_create("jailnet-said", MFD_CLOEXEC);
        if (c->out < 0 || c->said < 0)
                r = -errno;
        if (r == 0)
                r = spawn(c, argv);
        if (r == 0) {
                c->fd = pidfd_open(c->pid, 0);
                r = c->fd < 0 ? -errno : 0;
                if (r < 0) { /* nobody would ever learn of its end */
                        (void)kill(c->pid, SIGKILL);
                        (void)waitpid(c->pid, NULL, 0);
                }
        }
        for (size_t i = 1; i < count; i++)
                free(argv[i]);
        if (r < 0) {
                child_free(c);
                return err_set(e, r, "jailnet %s: cannot be started", words[0]);
        }
        *ret = c;
        return 0;
}

int child_fd(const struct child *c)
{
        return c->fd;
}

static void read_whole(int fd, struct text *t)
{
        char part[8192];
        off_t at = 0;

        for (ssize_t n; t->length < OUTPUT_MAX && (n = pread(fd, part, sizeof(part), at)) > 0; at += n)
                text_put_n(t, part, (size_t)n);
}

int child_end(struct child *c, struct text *ret_out, struct text *ret_said)
{
        int status = 0;

        if (waitpid(c->pid, &status, 0) < 0)
                status = 1 << 8; /* somebody else has waited for it: nothing good is known */
        read_whole(c->out, ret_out);
        read_whole(c->said, ret_said);
        child_free(c);
        return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

void child_kill(struct child *c)
{
        if (!c)
                return;
        (void)kill(c->pid, SIGKILL);    /* it may have ended */
        (void)waitpid(c->pid, NULL, 0); /* at once: nothing survives that signal */
        child_free(c);
}

void child_leave(struct child *c)
{
        if (c)
                child_free(c);
}
