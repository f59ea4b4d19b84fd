/* work.c - a thread and an eventfd that tells its end. */
#include "ui/tui/work.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "core/base/alloc.h"

struct work {
        void (*fn)(void *context);
        void *context;
        pthread_t thread;
        int fd;
};

static void *run(void *arg)
{
        struct work *w = arg;
        const uint64_t one = 1;

        w->fn(w->context);
        (void)!write(w->fd, &one, sizeof(one)); /* an eventfd at 0 takes it */
        return NULL;
}

int work_start(void (*fn)(void *context), void *context, struct work **ret, struct err *e)
{
        struct work *w = xcalloc(1, sizeof(*w));
        sigset_t all, before;
        int r;

        w->fn = fn;
        w->context = context;
        w->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        if (w->fd < 0) {
                r = -errno;
                free(w);
                return err_set(e, r, "no descriptor for what runs beside: %s", strerror(-r));
        }
        (void)sigfillset(&all); /* signals are the main thread's */
        (void)pthread_sigmask(SIG_SETMASK, &all, &before);
        r = pthread_create(&w->thread, NULL, run, w);
        (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
        if (r != 0) {
                (void)close(w->fd); /* never written */
                free(w);
                return err_set(e, -r, "no thread: %s", strerror(r));
        }
        *ret = w;
        return 0;
}

int work_fd(const struct work *w)
{
        return w ? w->fd : -1;
}

void work_end(struct work *w)
{
        if (!w)
                return;
        (void)pthread_join(w->thread, NULL); /* ours and joined once: it cannot fail */
        (void)close(w->fd);                  /* an eventfd has nothing left to write */
        free(w);
}
