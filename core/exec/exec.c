/* exec.c - the thread that a plan runs in, and what it lets others see of it. */
#include "core/exec/exec.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "core/exec/run.h"

struct exec {
        struct plan *plan;
        struct exec_options options; /* the caller's, but for the two below */
        void (*user_progress)(void *user, const struct exec_progress *p);
        void *user;
        pthread_t thread;
        int event_fd;

        pthread_mutex_t mutex; /* guards the two below, and the descriptor telling of them */
        struct exec_progress progress;
        bool has_ended;

        int result; /* of the run; read after the join */
        struct err err;
};

static void wake(const struct exec *x)
{
        uint64_t one = 1;

        (void)!write(x->event_fd, &one, sizeof(one)); /* full means that it is readable already */
}

static void on_progress(void *user, const struct exec_progress *p)
{
        struct exec *x = user;

        (void)pthread_mutex_lock(&x->mutex);
        x->progress = *p;
        wake(x);
        (void)pthread_mutex_unlock(&x->mutex);
        if (x->user_progress)
                x->user_progress(x->user, p);
}

static void *run_thread(void *arg)
{
        struct exec *x = arg;

        x->result = run_plan(x->plan, &x->options, &x->err);
        (void)pthread_mutex_lock(&x->mutex);
        x->has_ended = true;
        wake(x);
        (void)pthread_mutex_unlock(&x->mutex);
        return NULL;
}

static void exec_free(struct exec *x)
{
        if (x->event_fd >= 0)
                (void)close(x->event_fd); /* nothing is lost with it */
        (void)pthread_mutex_destroy(&x->mutex);
        free(x);
}

/* Signals are the main thread's: it restores the terminal and resizes. */
static int start_thread(struct exec *x)
{
        sigset_t all, before;

        (void)sigfillset(&all);
        (void)pthread_sigmask(SIG_SETMASK, &all, &before);

        int r = pthread_create(&x->thread, NULL, run_thread, x);

        (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
        return -r;
}

/* Who only waits for the end is not told of each step. */
static int begin(struct plan *p, const struct exec_options *o, bool is_watched, struct exec **ret, struct err *e)
{
        struct exec *x = xcalloc(1, sizeof(*x));

        x->plan = p;
        x->options = *o;
        x->user_progress = o->progress;
        x->user = o->user;
        if (is_watched) {
                x->options.progress = on_progress;
                x->options.user = x;
        }
        x->progress.total = p->step_count;
        (void)pthread_mutex_init(&x->mutex, NULL); /* cannot fail for the default sort */
        x->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

        int r = x->event_fd < 0 ? -errno : start_thread(x);
        if (r < 0) {
                exec_free(x);
                (void)err_set(e, r, "plan: its thread cannot be started: %s", strerror(-r));
                return r;
        }
        *ret = x;
        return 0;
}

int exec_start(struct plan *p, const struct exec_options *o, struct exec **ret, int *ret_fd, struct err *e)
{
        int r = begin(p, o, true, ret, e);

        if (r == 0)
                *ret_fd = (*ret)->event_fd;
        return r;
}

bool exec_poll(struct exec *x, struct exec_progress *ret_progress)
{
        uint64_t count;

        (void)pthread_mutex_lock(&x->mutex);
        (void)!read(x->event_fd, &count, sizeof(count)); /* quiets it; nothing to read is fine */
        *ret_progress = x->progress;

        bool ended = x->has_ended;

        (void)pthread_mutex_unlock(&x->mutex);
        return ended;
}

int exec_join(struct exec *x, struct err *e)
{
        (void)pthread_join(x->thread, NULL); /* ours and joined once: it cannot fail */

        int r = x->result;

        if (r < 0 && e)
                *e = x->err;
        exec_free(x);
        return r;
}

int exec_run(struct plan *p, const struct exec_options *o, struct err *e)
{
        struct exec *x = NULL;
        int r = begin(p, o, false, &x, e);

        return r < 0 ? r : exec_join(x, e);
}
