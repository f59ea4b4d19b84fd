/* run_in.c - a thread that enters a namespace, does one thing there and ends. */
#include "core/kernel/run_in.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/kernel/netns.h"

struct errand {
        int ns_fd; /* -1: the thread stays */
        int (*fn)(void *context, struct err *e);
        void *context;
        int result;
        struct err e;
};

static void *run(void *context)
{
        struct errand *x = context;

        if (x->ns_fd >= 0 && setns(x->ns_fd, CLONE_NEWNET) < 0)
                x->result = err_set(&x->e, -errno, "cannot be entered: %s", strerror(errno));
        else
                x->result = x->fn(x->context, &x->e);
        return NULL;
}

int run_in(const struct graph *g, size_t jail, int (*fn)(void *context, struct err *e), void *context, struct err *e)
{
        CLEANUP(closep) int ns_fd = jail == 0 ? -1 : netns_open(&g->jails[jail], e);
        struct errand x = {.ns_fd = ns_fd, .fn = fn, .context = context};
        sigset_t all, before;
        pthread_t thread;

        if (jail != 0 && ns_fd < 0)
                return ns_fd;
        (void)sigfillset(&all); /* signals are the main thread's */
        (void)pthread_sigmask(SIG_SETMASK, &all, &before);

        int r = pthread_create(&thread, NULL, run, &x);

        (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
        if (r != 0)
                return err_set(e, -r, "no thread: %s", strerror(r));
        (void)pthread_join(thread, NULL); /* it was created, and nobody else joins it */
        if (x.result < 0 && e)
                *e = x.e;
        return x.result;
}
