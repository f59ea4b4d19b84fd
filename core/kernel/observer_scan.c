/* observer_scan.c - one picture, now: a thread that reads everything once and ends. */
#include <errno.h>
#include <pthread.h>
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

struct registry *picture_first(struct scan *sc, bool *ret_pending)
{
        struct registry *registry;

        scan_begin_host(sc);
        registry = load(sc->options, sc->facts); /* meanwhile */
        scan_search(sc, SEARCH_ALL, registry, ret_pending);
        return registry;
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

struct one_scan {
        const struct observer_options *options;
        const struct graph *graph;
        struct err error;
        int result;
};

static void *scan_once(void *context)
{
        struct one_scan *one = context;
        struct registry *registry = NULL;
        struct facts facts = {0};
        struct scan sc;
        char hostname[256];

        one->result = scan_init(&sc, &facts, one->options, &one->error);
        if (one->result == 0) {
                picture_hostname(hostname, sizeof(hostname));
                registry = picture_first(&sc, NULL);
                scan_read_incomplete(&sc); /* what has moved since the host was read */
                picture_find_unknown(&sc);
                one->graph = picture_build(one->options, &facts, registry, 1, hostname);
                if (one->options->want_holders && picture_find_holders(&sc, one->graph)) {
                        graph_unref(one->graph);
                        one->graph = picture_build(one->options, &facts, registry, 1, hostname);
                }
        }
        scan_done(&sc);
        registry_free(registry);
        facts_done(&facts);
        return NULL;
}

int observer_scan(const struct observer_options *o, const struct graph **ret, struct err *e)
{
        struct one_scan one = {.options = o};
        pthread_t thread;
        int r = pthread_create(&thread, NULL, scan_once, &one);

        if (r != 0)
                return err_set(e, -r, "observer: no thread: %s", strerror(r));
        (void)pthread_join(thread, NULL); /* it ends by itself */
        if (one.result < 0) {
                if (e)
                        *e = one.error;
                return one.result;
        }
        *ret = one.graph;
        return 0;
}
