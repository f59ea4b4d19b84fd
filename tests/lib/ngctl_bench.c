/* ngctl_bench.c - see ngctl_bench.h. */
#include "tests/lib/ngctl_bench.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int read_script(struct dialect *d, const char *path, char **ret, size_t *ret_length, struct err *e)
{
        struct bench *b = d->services->user;

        if (!b->script || (strcmp(path, "-") != 0 && strcmp(path, "script") != 0))
                return err_set(e, -ENOENT, "%s: is not there", path);
        *ret = xcalloc(b->script_length + 1, 1);
        memcpy(*ret, b->script, b->script_length);
        *ret_length = b->script_length;
        return 0;
}

static int learn_hosts(struct dialect *d, size_t bridge, struct bridge_host **ret, size_t *ret_count, struct err *e)
{
        const struct graph *g = d->live;
        size_t ports[4], count = graph_ports(g, bridge, ports, 4);
        struct bridge_host *hosts = xcalloc(count + 1, sizeof(*hosts));

        (void)e;
        for (size_t i = 0; i < count; i++)
                hosts[i] = (struct bridge_host){
                        .mac = {{2, 0, 0, 0, 0, (uint8_t)i}, true},
                        .ifindex = g->ifaces[ports[i]].id.ifindex,
                        .staleness_s = (uint32_t)i * 7,
                        .age_s = (uint32_t)i * 9,
                };
        hosts[count] = (struct bridge_host){.mac = {{2}, true}, .ifindex = hosts[0].ifindex, .is_own = true};
        *ret = hosts;
        *ret_count = count + 1;
        return 0;
}

int bench_keep_file(struct dialect *d, const char *path, const char *bytes, size_t length, struct err *e)
{
        struct bench *b = d->services->user;

        (void)path;
        (void)e;
        free(b->written);
        b->written = xstrndup(bytes, length);
        return 0;
}

void bench_begin(struct bench *b, const struct graph *g, bool is_strict)
{
        *b = (struct bench){.g = g, .services = {.read_file = read_script, .hosts = learn_hosts, .user = b}};
        dialect_init(&b->d, g, "host", is_strict);
        b->d.services = &b->services;
        b->n = ngctl_new("me", 9);
        ngctl_begin(b->n, &b->d);
}

void bench_end(struct bench *b)
{
        free(b->written);
        ngctl_free(b->n);
        dialect_done(&b->d);
        graph_unref(b->g);
}

int bench_line(struct bench *b, const char *words)
{
        text_clear(&b->d.out);
        text_clear(&b->d.said);
        return ngctl_line(b->n, words);
}

int bench_script(struct bench *b, const char *text, size_t length)
{
        text_clear(&b->d.out);
        text_clear(&b->d.said);
        b->script = text;
        b->script_length = length;
        return ngreader_file(b->n, "script", true);
}
