/* dump_in.c - one dump in a jail's namespace, by a thread that enters it and ends. */
#include "core/kernel/dump_in.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/kernel/netns.h"

#define DUMP_TRIES 5 /* a dump is interrupted by any change of the table */

struct question {
        int ns_fd; /* -1: the thread stays */
        struct nl_msg *m;
        void (*begin)(void *context);
        reader_handler take;
        void *context;
        int result;
        struct err e;
};

static int dump(struct question *q)
{
        CLEANUP(freep) unsigned char *buffer = xcalloc(1, READER_BUFFER_SIZE);
        CLEANUP(reader_close) struct reader r = {.fd = -1};
        int result = reader_open(&r, buffer, &q->e);

        for (int tries = 0; result == 0 && tries < DUMP_TRIES; tries++) {
                q->begin(q->context);
                result = reader_ask(&r, q->m, q->take, q->context, &q->e);
                if (result != -EAGAIN)
                        break;
                result = tries + 1 < DUMP_TRIES ? 0 : result;
        }
        return result;
}

static void *ask(void *context)
{
        struct question *q = context;

        if (q->ns_fd >= 0 && setns(q->ns_fd, CLONE_NEWNET) < 0)
                q->result = err_set(&q->e, -errno, "cannot be entered: %s", strerror(errno));
        else
                q->result = dump(q);
        return NULL;
}

int dump_in(const struct graph *g, size_t jail, struct nl_msg *m, void (*begin)(void *context), reader_handler take,
            void *context, struct err *e)
{
        CLEANUP(closep) int ns_fd = jail == 0 ? -1 : netns_open(&g->jails[jail], e);
        struct question q = {.ns_fd = ns_fd, .m = m, .begin = begin, .take = take, .context = context};
        pthread_t thread;

        if (jail != 0 && ns_fd < 0)
                return ns_fd;

        int r = pthread_create(&thread, NULL, ask, &q);

        if (r != 0)
                return err_set(e, -r, "no thread: %s", strerror(r));
        (void)pthread_join(thread, NULL); /* it was created, and nobody else joins it */
        if (q.result < 0 && e)
                *e = q.e;
        return q.result;
}
