/* guard.c - starting the helper that guards a plan, hearing from it, and asking one that waits. */
#include "core/exec/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/base/spawn.h"

#define START_TIMEOUT_MS 30000 /* it takes a picture of every network first; thousands of jails need seconds */
#define ASK_TIMEOUT_MS   5000  /* it answers at once, unless it is on its way back */

struct guard {
        char **argv;
        size_t argc;
        int fd;
        pid_t pid;
        bool is_waiting; /* a plan was run */
        bool has_ended;  /* the helper has closed its side */
};

char *guard_folder(const char *inventory)
{
        return xasprintf("%s.guard", inventory);
}

int64_t guard_clock_ms(void)
{
        struct timespec t;

        (void)clock_gettime(CLOCK_BOOTTIME, &t); /* cannot fail for a clock that every kernel has */
        return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* -- Messages: a word, a plan's number, and perhaps a sentence -------------------------------------------------------
 */

bool guard_send(int fd, const char *word, int64_t plan, const char *sentence)
{
        char buf[GUARD_WORDS_SIZE];

        (void)str_format(buf, sizeof(buf), "%s %lld %s", word, (long long)plan, sentence); /* a cut one still tells */
        return fd >= 0 && send(fd, buf, strlen(buf), MSG_NOSIGNAL | MSG_DONTWAIT) >= 0;
}

int guard_receive(int fd, char *buf, size_t size)
{
        ssize_t n = recv(fd, buf, size - 1, MSG_DONTWAIT);

        if (n < 0 && (errno == EAGAIN || errno == EINTR))
                return 0;
        buf[n > 0 ? n : 0] = '\0';
        return n > 0 ? 1 : -1;
}

bool guard_word(const char *message, const char *word, int64_t *ret_plan, const char **ret_sentence)
{
        size_t length = strlen(word);
        char *end;

        if (strncmp(message, word, length) != 0 || message[length] != ' ')
                return false;
        *ret_plan = strtoll(message + length + 1, &end, 10);
        *ret_sentence = *end == ' ' ? end + 1 : end;
        return true;
}

bool guard_address(int folder_fd, void *ret_sockaddr_un)
{
        struct sockaddr_un *a = ret_sockaddr_un;

        *a = (struct sockaddr_un){.sun_family = AF_UNIX};
        return str_format(a->sun_path, sizeof(a->sun_path), "/proc/self/fd/%d/socket", folder_fd);
}

/* -- Looking and asking -------------------------------------------------------------------------------------------- */

static int open_folder(const char *folder)
{
        int fd = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

        return fd < 0 ? -errno : fd;
}

int guard_look(const char *folder, struct guard_state *ret)
{
        CLEANUP(closep) int dir = open_folder(folder);
        CLEANUP(closep) int fd = dir < 0 ? -1 : openat(dir, "lock", O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
        struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
        char buf[128];

        /* The lock goes with the helper, however it ends: what the file says counts only while it is held. */
        if (fd < 0 || fcntl(fd, F_OFD_GETLK, &lock) < 0 || lock.l_type == F_UNLCK)
                return -ENOENT;

        ssize_t n = pread(fd, buf, sizeof(buf) - 1, 0);
        long long plan, until_ms;
        int phase, starter;

        if (n <= 0)
                return -ENOENT;
        buf[n] = '\0';
        if (sscanf(buf, "%d %lld %d %lld", &phase, &plan, &starter, &until_ms) != 4) // NOLINT(cert-err34-c): our own
                return -ENOENT;

        int64_t left_ms = until_ms - guard_clock_ms();

        *ret = (struct guard_state){
                .phase = (enum guard_phase)phase,
                .plan = plan,
                .starter = starter,
                .left_s = left_ms > 0 ? (int)((left_ms + 999) / 1000) : 0,
        };
        return 0;
}

int guard_put_refusal(const struct guard_state *g, struct err *e)
{
        long long plan = (long long)g->plan;

        switch (g->phase) {
        case GUARD_STARTING:
                return err_set(e, -EBUSY,
                               "process %d: is running a plan that could cut it off; try again when it is done",
                               (int)g->starter);
        case GUARD_GOING_BACK:
                return err_set(e, -EBUSY, "plan %lld: is being put back; try again when it is done", plan);
        case GUARD_WAITING: break;
        }
        return err_set(e, -EBUSY,
                       "plan %lld: waits for confirmation; keep it with jailnet confirm, or take it back with jailnet "
                       "undo %lld",
                       plan, plan);
}

static int ask(int fd, const char *word, int64_t *plan, struct err *e)
{
        struct pollfd p = {.fd = fd, .events = POLLIN};
        char buf[GUARD_WORDS_SIZE];
        const char *sentence;
        int64_t number;

        if (!guard_send(fd, word, *plan, "") || poll(&p, 1, ASK_TIMEOUT_MS) <= 0 ||
            guard_receive(fd, buf, sizeof(buf)) != 1)
                return err_set(e, -ESTALE, "confirm: too late, the plan is being put back; jailnet journal tells more");
        if (guard_word(buf, "refused", &number, &sentence))
                return err_set(e, -ESTALE, "%s", sentence);
        if (guard_word(buf, "heard", &number, &sentence))
                *plan = number;
        return 0;
}

int guard_ask(const char *folder, enum guard_wish wish, int64_t *plan, struct err *e)
{
        static const char *const words[] = {
                [GUARD_KEEP] = "keep", [GUARD_PUT_BACK] = "back", [GUARD_UNDONE] = "undone"};
        CLEANUP(closep) int dir = open_folder(folder);
        CLEANUP(closep) int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
        struct sockaddr_un address;
        struct guard_state state;

        if (dir == -EACCES)
                return err_set(e, -EACCES, "%s: no permission; only who may change the network may confirm", folder);
        if (dir < 0 || fd < 0 || guard_look(folder, &state) < 0 || !guard_address(dir, &address) ||
            connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
                return err_set(e, -ENOENT, "confirm: no plan waits for confirmation");
        return ask(fd, words[wish], plan, e);
}

/* -- The side that runs the plan -------------------------------------------------------------------------------------
 */

struct guard *guard_new(const char *const *argv)
{
        struct guard *g = xcalloc(1, sizeof(*g));

        g->fd = -1;
        while (argv[g->argc])
                g->argc++;
        g->argv = xcalloc(g->argc + 1, sizeof(*g->argv));
        for (size_t i = 0; i < g->argc; i++)
                g->argv[i] = xstrdup(argv[i]);
        return g;
}

void guard_free(struct guard *g)
{
        if (!g)
                return;
        if (g->fd >= 0)
                (void)close(g->fd); /* the helper hears of it */
        if (g->pid > 0)
                (void)waitpid(g->pid, NULL, g->has_ended ? 0 : WNOHANG); /* one that goes on is init's after us */
        for (size_t i = 0; i < g->argc; i++)
                free(g->argv[i]);
        free(g->argv);
        free(g);
}

/* A pipe's reader waits for its last writer: a helper that kept one would hold up `jailnet ... 2>&1 | tee log`. */
static bool is_pipe(int fd)
{
        struct stat st;

        return fstat(fd, &st) < 0 || S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode);
}

static int spawn_helper(struct guard *g, int fd)
{
        const struct spawn_fd fds[] = {
                {fd, GUARD_FD}, {SPAWN_NULL, STDIN_FILENO}, {SPAWN_NULL, STDOUT_FILENO}, {SPAWN_NULL, STDERR_FILENO}};

        return spawn_self(g->argv, fds, ARRAY_SIZE(fds) - (is_pipe(STDERR_FILENO) ? 0 : 1), &g->pid);
}

static int wait_until_ready(struct guard *g, struct err *e)
{
        struct pollfd p = {.fd = g->fd, .events = POLLIN};
        int64_t until_ms = guard_clock_ms() + START_TIMEOUT_MS, plan;
        char buf[GUARD_WORDS_SIZE];
        const char *sentence;

        for (;;) {
                int64_t left_ms = until_ms - guard_clock_ms();

                if (left_ms <= 0 || (poll(&p, 1, (int)left_ms) < 0 && errno != EINTR))
                        return err_set(e, -ETIMEDOUT, "guard: does not get ready; nothing was changed");

                int n = guard_receive(g->fd, buf, sizeof(buf));

                if (n < 0) {
                        g->has_ended = true;
                        return err_set(e, -EPIPE, "guard: its process ended at once; nothing was changed");
                }
                if (n > 0 && guard_word(buf, "ready", &plan, &sentence))
                        return 0;
                if (n > 0 && guard_word(buf, "refused", &plan, &sentence))
                        return err_set(e, -EBUSY, "%s", sentence);
        }
}

int guard_start(struct guard *g, struct err *e)
{
        int ends[2];

        if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
                return err_set(e, -errno, "guard: %s", strerror(errno));
        g->fd = ends[0];

        int r = spawn_helper(g, ends[1]);

        (void)close(ends[1]); /* the helper has its own */
        if (r < 0) {
                g->pid = 0;
                return err_set(e, r, "guard: its process cannot be started: %s", strerror(-r));
        }
        return wait_until_ready(g, e);
}

void guard_ran(struct guard *g, int64_t plan)
{
        g->is_waiting = plan != 0;
        (void)guard_send(g->fd, "ran", plan, ""); /* a lost helper is told by guard_read */
}

void guard_answer(struct guard *g, bool keep)
{
        (void)guard_send(g->fd, keep ? "keep" : "back", 0, ""); /* the same */
}

int guard_fd(const struct guard *g)
{
        return g && g->is_waiting ? g->fd : -1;
}

static const struct {
        const char *word;
        enum guard_news news;
} ends_known[] = {
        {"kept", GUARD_NEWS_KEPT},
        {"back", GUARD_NEWS_BACK},
        {"undone", GUARD_NEWS_UNDONE},
        {"stuck", GUARD_NEWS_STUCK},
};

enum guard_news guard_read(struct guard *g, char *ret_sentence, size_t size)
{
        char buf[GUARD_WORDS_SIZE];
        const char *sentence;
        int64_t plan;
        int n = guard_receive(g->fd, buf, sizeof(buf));

        *ret_sentence = '\0';
        if (n == 0)
                return GUARD_NEWS_NONE;
        g->is_waiting = false;
        g->has_ended = true; /* it ends with its last word */
        for (size_t i = 0; n > 0 && i < ARRAY_SIZE(ends_known); i++) {
                if (!guard_word(buf, ends_known[i].word, &plan, &sentence))
                        continue;
                (void)str_copy(ret_sentence, size, sentence); /* cut where it is shown */
                return ends_known[i].news;
        }
        return GUARD_NEWS_LOST;
}
