/* guard_post.c - the helper's side: it stands, waits for a timer and for words, and says what is to be done. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/exec/guard.h"

#define ASKERS_MAX 8 /* at once; each is answered in the turn that it asks */

enum { FD_SIGNAL, FD_TIMER, FD_STARTER, FD_LISTEN, FD_ASKERS };

struct guard_post {
        int folder_fd, lock_fd;
        int within_s;
        struct guard_record record;
        struct pollfd fds[FD_ASKERS + ASKERS_MAX];
};

/* -- Standing ------------------------------------------------------------------------------------------------------ */

/* Of always the same length: whoever reads beside us sees the old or the new. */
static void write_record(const struct guard_post *p)
{
        const struct guard_record *r = &p->record;
        char buf[96];

        (void)str_format(buf, sizeof(buf), "%d %019lld %010d %019lld\n", (int)r->phase, (long long)r->plan,
                         (int)r->starter, (long long)r->until_ms);
        (void)!pwrite(p->lock_fd, buf, strlen(buf), 0); /* on a full disk: it guards all the same, unseen */
}

static int take_folder(struct guard_post *p, const char *folder, struct err *e)
{
        struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
        struct stat st;

        if (mkdir(folder, 0700) < 0 && errno != EEXIST)
                return err_set(e, -errno, "%s: cannot be made: %s", folder, strerror(errno));
        p->folder_fd = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (p->folder_fd < 0 || fstat(p->folder_fd, &st) < 0)
                return err_set(e, -errno, "%s: cannot be opened: %s", folder, strerror(errno));
        if (st.st_uid != geteuid() || st.st_mode & 077)
                return err_set(e, -EPERM, "%s: belongs to somebody else, or is open to others; remove it", folder);
        p->lock_fd = openat(p->folder_fd, "lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
        if (p->lock_fd < 0)
                return err_set(e, -errno, "%s: nothing can be written there: %s", folder, strerror(errno));
        if (fcntl(p->lock_fd, F_OFD_SETLK, &lock) < 0) {
                struct guard_state other = {.phase = GUARD_STARTING};

                (void)guard_look(folder, &other); /* it may have ended just now: the sentence fits still */
                return guard_put_refusal(&other, e);
        }
        write_record(p);
        return 0;
}

static int listen_there(struct guard_post *p, const char *folder, struct err *e)
{
        struct sockaddr_un address;
        int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

        p->fds[FD_LISTEN].fd = fd;
        (void)unlinkat(p->folder_fd, "socket", 0); /* of an earlier one: the lock is ours */
        if (fd < 0 || !guard_address(p->folder_fd, &address) ||
            bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 || listen(fd, ASKERS_MAX) < 0)
                return err_set(e, -errno, "%s: no socket can be made there: %s", folder, strerror(errno));
        return 0;
}

/* All but SIGKILL comes through a descriptor, so that nothing ends us half way back. */
static int hear_signals(struct guard_post *p, struct err *e)
{
        sigset_t ends, all;

        (void)signal(SIGHUP, SIG_IGN);  /* the terminal may go */
        (void)signal(SIGPIPE, SIG_IGN); /* and whoever we write to */
        (void)sigemptyset(&ends);
        (void)sigaddset(&ends, SIGTERM);
        (void)sigaddset(&ends, SIGINT);
        all = ends;
        (void)sigaddset(&all, SIGHUP);
        if (sigprocmask(SIG_BLOCK, &all, NULL) < 0)
                return err_set(e, -errno, "guard: %s", strerror(errno));
        p->fds[FD_SIGNAL].fd = signalfd(-1, &ends, SFD_CLOEXEC | SFD_NONBLOCK);
        p->fds[FD_TIMER].fd = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
        if (p->fds[FD_SIGNAL].fd < 0 || p->fds[FD_TIMER].fd < 0)
                return err_set(e, -errno, "guard: %s", strerror(errno));
        return 0;
}

int guard_post_new(const char *folder, int within_s, struct guard_post **ret, struct err *e)
{
        struct guard_post *p = xcalloc(1, sizeof(*p));
        int type = 0;
        socklen_t length = sizeof(type);

        p->folder_fd = p->lock_fd = -1;
        for (size_t i = 0; i < ARRAY_SIZE(p->fds); i++)
                p->fds[i] = (struct pollfd){.fd = -1, .events = POLLIN};
        p->within_s = within_s;
        p->record.starter = getppid();

        int r = getsockopt(GUARD_FD, SOL_SOCKET, SO_TYPE, &type, &length) < 0 || type != SOCK_SEQPACKET
                ? err_set(e, -EINVAL, "guard: is started by jailnet itself, for a plan that it is about to run")
                : 0;
        if (r == 0) {
                p->fds[FD_STARTER].fd = GUARD_FD;
                (void)fcntl(GUARD_FD, F_SETFD, FD_CLOEXEC);
                r = hear_signals(p, e);
        }
        if (r == 0)
                r = take_folder(p, folder, e);
        if (r == 0)
                r = listen_there(p, folder, e);
        if (r < 0) {
                p->fds[FD_STARTER].fd = -1; /* for guard_post_refuse */
                guard_post_free(p);
                return r;
        }
        (void)!chdir("/"); /* no folder is kept busy by us */
        *ret = p;
        return 0;
}

void guard_post_free(struct guard_post *p)
{
        if (!p)
                return;
        if (p->fds[FD_LISTEN].fd >= 0)
                (void)unlinkat(p->folder_fd, "socket", 0);
        for (size_t i = 0; i < ARRAY_SIZE(p->fds); i++)
                closep(&p->fds[i].fd);
        closep(&p->lock_fd);
        closep(&p->folder_fd);
        free(p);
}

void guard_post_refuse(const struct err *e)
{
        char sentence[ERR_SENTENCE_SIZE];

        (void)guard_send(GUARD_FD, "refused", 0, err_sentence(e, sentence, sizeof(sentence)));
}

void guard_post_ready(struct guard_post *p)
{
        (void)guard_send(p->fds[FD_STARTER].fd, "ready", 0, ""); /* gone: guard_post_wait finds out */
}

pid_t guard_post_starter(const struct guard_post *p)
{
        return p->record.starter;
}

int64_t guard_post_plan(const struct guard_post *p)
{
        return p->record.plan;
}

void guard_post_set_plan(struct guard_post *p, int64_t plan)
{
        struct itimerspec when = {.it_value = {.tv_sec = p->within_s}};

        p->record.phase = GUARD_WAITING;
        p->record.plan = plan;
        p->record.until_ms = guard_clock_ms() + (int64_t)p->within_s * 1000;
        write_record(p);
        (void)timerfd_settime(p->fds[FD_TIMER].fd, 0, &when, NULL); /* cannot fail for a time that was checked */
}

/* -- Waiting ------------------------------------------------------------------------------------------------------- */

static void drop(struct guard_post *p, size_t i)
{
        closep(&p->fds[i].fd);
        p->fds[i].fd = -1;
}

/* True when *ret is what is to be done now. */
static bool on_starter(struct guard_post *p, enum guard_event *ret)
{
        char buf[GUARD_WORDS_SIZE];
        const char *sentence;
        int64_t plan;
        int n = guard_receive(p->fds[FD_STARTER].fd, buf, sizeof(buf));

        if (n == 0)
                return false;
        if (n < 0) {
                drop(p, FD_STARTER);
                *ret = GUARD_EVENT_ORPHANED;
                return p->record.phase == GUARD_STARTING; /* else the others can confirm it still */
        }
        if (guard_word(buf, "ran", &plan, &sentence)) {
                if (plan != 0)
                        guard_post_set_plan(p, plan);
                *ret = GUARD_EVENT_NOT_RUN;
                return plan == 0;
        }
        *ret = guard_word(buf, "keep", &plan, &sentence) ? GUARD_EVENT_KEEP : GUARD_EVENT_PUT_BACK;
        return true;
}

static bool on_asker(struct guard_post *p, size_t i, enum guard_event *ret)
{
        static const struct {
                const char *word;
                enum guard_event event;
        } words[] = {{"keep", GUARD_EVENT_KEEP}, {"back", GUARD_EVENT_PUT_BACK}, {"undone", GUARD_EVENT_UNDONE}};
        char buf[GUARD_WORDS_SIZE];
        const char *rest;
        int64_t plan;
        bool is_heard = false;
        int n = guard_receive(p->fds[i].fd, buf, sizeof(buf));

        if (n == 0)
                return false;
        for (size_t k = 0; n > 0 && k < ARRAY_SIZE(words) && !is_heard; k++) {
                if (!guard_word(buf, words[k].word, &plan, &rest))
                        continue;
                if (p->record.phase != GUARD_WAITING || (plan != 0 && plan != p->record.plan)) {
                        CLEANUP(freep)
                        char *sentence = p->record.phase == GUARD_WAITING
                                ? xasprintf("plan %lld: does not wait for confirmation; plan %lld does",
                                            (long long)plan, (long long)p->record.plan)
                                : xstrdup("confirm: the plan is being run still; try again when it is done");

                        (void)guard_send(p->fds[i].fd, "refused", p->record.plan, sentence);
                        break;
                }
                (void)guard_send(p->fds[i].fd, "heard", p->record.plan, "");
                *ret = words[k].event;
                is_heard = true;
        }
        drop(p, i);
        return is_heard;
}

static void on_connection(struct guard_post *p)
{
        int fd = accept4(p->fds[FD_LISTEN].fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

        if (fd < 0)
                return;
        for (size_t i = FD_ASKERS; i < ARRAY_SIZE(p->fds); i++) {
                if (p->fds[i].fd < 0) {
                        p->fds[i].fd = fd;
                        p->fds[i].revents = 0;
                        return;
                }
        }
        (void)close(fd); /* it is told that nobody answers */
}

static bool on_turn(struct guard_post *p, enum guard_event *ret)
{
        /* Words that came in time count, though the timer has run out in the same moment. */
        for (size_t i = FD_ASKERS; i < ARRAY_SIZE(p->fds); i++) {
                if (p->fds[i].fd >= 0 && p->fds[i].revents && on_asker(p, i, ret))
                        return true;
        }
        if (p->fds[FD_LISTEN].revents)
                on_connection(p);
        if (p->fds[FD_STARTER].fd >= 0 && p->fds[FD_STARTER].revents && on_starter(p, ret))
                return true;
        if (p->fds[FD_SIGNAL].revents && p->record.phase == GUARD_WAITING) {
                *ret = GUARD_EVENT_PUT_BACK;
                return true;
        }
        *ret = GUARD_EVENT_EXPIRED;
        return p->fds[FD_TIMER].revents != 0;
}

/* A plan that runs is waited for, even by one that is told to end: only then is known what to put back. */
static void fit_signals(struct guard_post *p)
{
        p->fds[FD_SIGNAL].events = p->record.phase == GUARD_WAITING ? POLLIN : 0;
}

enum guard_event guard_post_wait(struct guard_post *p)
{
        enum guard_event event = GUARD_EVENT_EXPIRED;

        do {
                for (size_t i = 0; i < ARRAY_SIZE(p->fds); i++)
                        p->fds[i].revents = 0;
                fit_signals(p);
                (void)poll(p->fds, ARRAY_SIZE(p->fds), -1); /* an interrupted one has no revents: again */
        } while (!on_turn(p, &event));
        if (event == GUARD_EVENT_EXPIRED || event == GUARD_EVENT_PUT_BACK) {
                p->record.phase = GUARD_GOING_BACK;
                write_record(p);
                (void)unlinkat(p->folder_fd, "socket", 0);
                drop(p, FD_LISTEN); /* who asked too late hears so at once */
        }
        return event;
}

bool guard_post_tell(struct guard_post *p, enum guard_news news, const char *sentence)
{
        static const char *const words[] = {
                [GUARD_NEWS_NONE] = "none",     [GUARD_NEWS_KEPT] = "kept",   [GUARD_NEWS_BACK] = "back",
                [GUARD_NEWS_UNDONE] = "undone", [GUARD_NEWS_STUCK] = "stuck", [GUARD_NEWS_LOST] = "lost",
        };
        char buf[GUARD_WORDS_SIZE];
        int fd = p->fds[FD_STARTER].fd;

        /* Answers that came too late are of no use; that it has gone is. */
        while (fd >= 0 && guard_receive(fd, buf, sizeof(buf)) > 0)
                ;
        return guard_send(fd, words[news], p->record.plan, sentence);
}
