/* probe.c - asks the kernel for kinds of links, on a thread of its own. */
#include "core/exec/probe.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>

#include "core/kernel/apply.h"

struct probe {
        const struct graph *graph;
        uint32_t wanted, missing;
};

static void *run_thread(void *arg)
{
        struct probe *p = arg;
        struct applier *a = applier_new(p->graph);

        for (unsigned k = 0; k <= KIND_OTHER; k++)
                if (p->wanted & 1u << k && applier_has_kind(a, (enum iface_kind)k) == 0)
                        p->missing |= 1u << k;
        applier_free(a);
        return NULL;
}

int probe_missing_kinds(const struct graph *g, uint32_t wanted, uint32_t *ret_missing, struct err *e)
{
        struct probe p = {.graph = g, .wanted = wanted};
        sigset_t all, before;
        pthread_t thread;

        (void)sigfillset(&all); /* signals are the main thread's */
        (void)pthread_sigmask(SIG_SETMASK, &all, &before);

        int r = -pthread_create(&thread, NULL, run_thread, &p);

        (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
        if (r < 0)
                return err_set(e, r, "kinds of links: the thread that asks for them cannot be started: %s",
                               strerror(-r));
        (void)pthread_join(thread, NULL); /* ours and joined once: it cannot fail */
        *ret_missing = p.missing;
        return 0;
}
