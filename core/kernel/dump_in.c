/* dump_in.c - one dump in a jail's namespace, by a thread that enters it and ends. */
#include "core/kernel/dump_in.h"

#include <errno.h>

#include "core/base/alloc.h"
#include "core/kernel/run_in.h"

#define DUMP_TRIES 5 /* a dump is interrupted by any change of the table */

struct question {
        struct nl_msg *m;
        void (*begin)(void *context);
        reader_handler take;
        void *context;
};

static int dump(void *context, struct err *e)
{
        struct question *q = context;
        CLEANUP(freep) unsigned char *buffer = xcalloc(1, READER_BUFFER_SIZE);
        CLEANUP(reader_close) struct reader r = {.fd = -1};
        int result = reader_open(&r, buffer, e);

        for (int tries = 0; result == 0 && tries < DUMP_TRIES; tries++) {
                q->begin(q->context);
                result = reader_ask(&r, q->m, q->take, q->context, e);
                if (result != -EAGAIN)
                        break;
                result = tries + 1 < DUMP_TRIES ? 0 : result;
        }
        return result;
}

int dump_in(const struct graph *g, size_t jail, struct nl_msg *m, void (*begin)(void *context), reader_handler take,
            void *context, struct err *e)
{
        struct question q = {.m = m, .begin = begin, .take = take, .context = context};

        return run_in(g, jail, dump, &q, e);
}
