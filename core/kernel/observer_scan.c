/* observer_scan.c - one picture, now: a thread that reads everything once and ends. */
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <string.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/kernel/observer_parts.h"

void picture_hostname(char *buf, size_t size)
{
        if (gethostname(buf, size) < 0)
                buf[0] = '\0';
        buf[size - 1] = '\0';
}

static struct registry *load(const struct observer_options *o, struct facts *f)
{
        struct registry *registry = registry_new();
        struct err e = {0};

        if (o->store && o->store->load(o->store, registry, &e) < 0)
                facts_warn(f, "the inventory can't be read: %s", e.what);
        return registry;
}

/* While the host is read. */
static struct registry *search_first(struct scan *sc, bool *ret_pending)
{
        struct registry *registry = load(sc->options, sc->facts);

        scan_search(sc, SEARCH_ALL, registry, ret_pending);
        return registry;
}

struct registry *picture_first(struct scan *sc, bool *ret_pending)
{
        scan_begin_host(sc);
        return search_first(sc, ret_pending);
}

int picture_save(const struct observer_options *o, struct registry *registry, struct facts *f)
{
        struct err e = {0};
        int r;

        if (!o->store || o->read_only || !registry_is_dirty(registry))
                return 0;
        r = o->store->save(o->store, registry, &e);
        if (r < 0)
                facts_warn(f, "the inventory can't be written: %s", e.what);
        return r;
}

/* A sum over all numbers that a save may have given anew. */
static uint64_t sum_numbers(const struct registry *r)
{
        uint64_t sum = 0;

        for (size_t k = 0; k < r->iface_count; k++)
                sum = sum * 31 + r->ifaces[k].number;
        for (size_t k = 0; k < r->jail_count; k++)
                sum = sum * 31 + (uint64_t)r->jails[k].jid;
        return sum;
}

const struct graph *picture_build(const struct observer_options *o, struct facts *f, struct registry *registry,
                                  uint64_t serial, const char *hostname)
{
        const struct graph *g = facts_build(f, registry, serial, hostname);
        uint64_t before = sum_numbers(registry);

        if (picture_save(o, registry, f) == 0 && sum_numbers(registry) == before)
                return g;
        graph_unref(g);
        return facts_build(f, registry, serial, hostname);
}

struct observer_rest {
        struct facts facts;
        struct registry *registry;
};

void observer_rest_free(struct observer_rest *r)
{
        if (!r)
                return;
        registry_free(r->registry);
        facts_done(&r->facts);
        free(r);
}

struct one_scan {
        struct observer_options options;
        sem_t is_prepared;
        bool is_off; /* the host is another one: nothing of this is wanted */
        struct observer_rest *rest;
        const struct graph *graph;
        struct err error;
        int result;
};

static void scan_prepared(struct one_scan *one, struct scan *sc)
{
        struct observer_rest *rest = one->rest;
        char hostname[256];

        picture_hostname(hostname, sizeof(hostname));
        rest->registry = search_first(sc, NULL);
        scan_read_incomplete(sc); /* what has moved since the host was read */
        picture_find_unknown(sc);
        one->graph = picture_build(&one->options, &rest->facts, rest->registry, 1, hostname);
        if (one->options.want_holders && picture_find_holders(sc, one->graph)) {
                graph_unref(one->graph);
                one->graph = picture_build(&one->options, &rest->facts, rest->registry, 1, hostname);
        }
}

static void *scan_once(void *context)
{
        struct one_scan *one = context;
        struct scan sc;

        one->result = scan_init(&sc, &one->rest->facts, &one->options, &one->error);
        if (one->result == 0)
                scan_begin_host(&sc);
        while (sem_wait(&one->is_prepared) < 0)
                ; /* a signal */
        if (one->result == 0 && one->is_off)
                scan_drop_host(&sc);
        else if (one->result == 0)
                scan_prepared(one, &sc);
        scan_done(&sc);
        return NULL;
}

/* False: the caller's thread is in another stack by now, and this was nothing. */
static bool run(struct one_scan *one, struct err *e)
{
        pthread_t thread;
        int r;

        one->rest = xcalloc(1, sizeof(*one->rest));
        scan_make_room();
        (void)sem_init(&one->is_prepared, 0, 0); /* cannot fail with 0 */
        r = pthread_create(&thread, NULL, scan_once, one);
        if (r != 0)
                one->result = err_set(e, -r, "observer: no thread: %s", strerror(r));
        if (one->options.prepare)
                one->is_off = !one->options.prepare(&one->options, one->options.context);
        (void)sem_post(&one->is_prepared);
        if (r == 0)
                (void)pthread_join(thread, NULL); /* it ends by itself */
        if (r == 0 && one->result < 0 && e)
                *e = one->error;
        (void)sem_destroy(&one->is_prepared);
        return !one->is_off;
}

int observer_scan(const struct observer_options *o, const struct graph **ret, struct err *e)
{
        struct one_scan one = {.options = *o};

        if (!run(&one, e)) {
                observer_rest_free(one.rest);
                one = (struct one_scan){.options = one.options};
                one.options.prepare = NULL;
                (void)run(&one, e);
        }
        if (o->rest)
                *o->rest = one.rest;
        else
                observer_rest_free(one.rest);
        if (one.result == 0)
                *ret = one.graph;
        return one.result;
}
