/* ensure_route.c - routes that are not there already. */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "core/dialect/ensure.h"

enum way { WAY_GATEWAY, WAY_DEVICE, WAY_NOWHERE };

static enum way way_kind(const struct route *r)
{
        return route_nowhere_name(r->type) ? WAY_NOWHERE : r->gateway.family ? WAY_GATEWAY : WAY_DEVICE;
}

/* Without a metric, one with the kernel's usual metric before others. */
static const struct route *find_route(const struct graph *g, size_t jail, const struct prefix *destination,
                                      enum way way, uint32_t metric)
{
        const struct route *other = NULL;

        for (size_t k = 0; k < g->route_count; k++) {
                const struct route *r = &g->routes[k];
                struct route wanted = {.destination = *destination, .metric = metric};

                if (r->jail != jail || way_kind(r) != way || r->protocol == RTPROT_KERNEL ||
                    !prefix_equal(&r->destination, destination))
                        continue;
                if (route_metric(r) == route_metric(&wanted))
                        return r;
                other = r;
        }
        return metric ? NULL : other;
}

/* "via" and the metric, by which the file's wish is known again. */
static char *describe(const char *via, uint32_t metric)
{
        return metric ? xasprintf("%s metric %u", via, metric) : xstrdup(via);
}

/* The way that a route goes, as describe has it; the session's. */
static const char *way_of(struct dialect *d, const struct route *r)
{
        const struct graph *g = dialect_graph(d);
        size_t at = graph_find_iface(g, (struct iface_id){g->jails[r->jail].cookie, r->oif});
        const char *dev = at == NONE ? "" : g->ifaces[at].name;
        bool is_scoped = r->gateway.family && prefix_is_link_local(&r->gateway);
        char buf[PREFIX_TEXT_SIZE];
        const char *nowhere = route_nowhere_name(r->type);
        CLEANUP(freep)
        char *via = nowhere ? xstrdup(nowhere)
                : r->gateway.family
                ? xasprintf("%s%s%s", prefix_format_addr(&r->gateway, buf), is_scoped ? "%" : "", is_scoped ? dev : "")
                : xasprintf("dev %s", dev);
        CLEANUP(freep) char *way = describe(via, r->metric);

        return arena_strdup(&d->arena, way);
}

/* known: in whose place it comes; NULL none. */
static void want_route(struct dialect *d, bool is_there, const struct route *known, const char *jail,
                       const struct prefix *to, const char *way)
{
        char buf[PREFIX_TEXT_SIZE];

        dialect_want_claim(d,
                           (struct claim){.kind = "route",
                                          .jail = jail,
                                          .name = prefix_format(to, buf),
                                          .rest = way,
                                          .was = !is_there && known ? way_of(d, known) : "",
                                          .is_new = !is_there});
}

/* words: of route add, with room for the metric behind them; NULL ends them. */
static int replace(struct dialect *d, const struct route *known, const char *jail, const char *destination,
                   const char **words, uint32_t metric, struct err *e)
{
        char number[12];
        size_t count = 0;
        int r = 0;

        (void)str_format(number, sizeof(number), "%u", known && known->metric ? known->metric : metric);
        if (known && known->metric)
                r = dialect_add(d, e, "route", "del", ensure_jail_word(d, jail), destination, "--metric", number, NULL);
        else if (known)
                r = dialect_add(d, e, "route", "del", ensure_jail_word(d, jail), destination, NULL);
        if (r < 0)
                return r;
        while (words[count])
                count++;
        if (metric) {
                (void)str_format(number, sizeof(number), "%u", metric);
                words[count++] = "--metric";
                words[count++] = number;
        }
        return dialect_add_words(d, (int)count, words, e);
}

int ensure_route(struct dialect *d, const char *jail, const char *destination, const char *via, uint32_t metric,
                 struct err *e)
{
        const struct graph *g = dialect_graph(d);
        size_t at = graph_find_jail(g, jail), scope = strcspn(via, "%");
        CLEANUP(freep) char *bare = xstrndup(via, scope);
        CLEANUP(freep) char *by = describe(via, metric);
        struct prefix gateway, to = {0};
        int r = prefix_parse(bare, &gateway, e);

        if (r == 0 && strcmp(destination, "default") != 0)
                r = prefix_parse(destination, &to, e);
        if (r < 0)
                return r;
        if (!to.family)
                to.family = gateway.family;

        const struct route *known = at == NONE ? NULL : find_route(g, at, &to, WAY_GATEWAY, metric);
        bool is_there = known && known->gateway.family == gateway.family &&
                memcmp(known->gateway.bytes, gateway.bytes, sizeof(gateway.bytes)) == 0;
        char buf[PREFIX_TEXT_SIZE];

        want_route(d, is_there, known, jail, &to, by);
        if (is_there)
                return 0;
        (void)prefix_format(&to, buf);

        /* As the family of the gateway is, so is "default"'s. */
        const char *word = to.length || to.family != gateway.family ? buf : to.family == AF_INET6 ? "::/0" : "default";
        const char *words[10] = {"route", "add", ensure_jail_word(d, jail), word, bare};

        if (via[scope]) {
                words[5] = "--dev";
                words[6] = ensure_word(d, jail, via + scope + 1);
        }
        return replace(d, known, jail, word, words, metric, e);
}

int ensure_device_route(struct dialect *d, const char *jail, const char *destination, const char *dev, bool is_v6,
                        uint32_t metric, struct err *e)
{
        const struct graph *g = dialect_graph(d);
        size_t at = graph_find_jail(g, jail), iface = ensure_find(d, jail, dev);
        struct prefix to = {.family = is_v6 ? AF_INET6 : AF_INET};
        int r = strcmp(destination, "default") == 0 ? 0 : prefix_parse(destination, &to, e);

        if (r < 0)
                return r;
        if (iface == NONE)
                return err_set(e, -ENOENT, "%s: no such interface; make it first, or rename the one that it is here",
                               dev);

        const struct route *known = at == NONE ? NULL : find_route(g, at, &to, WAY_DEVICE, metric);
        bool is_there = known && known->oif == g->ifaces[iface].id.ifindex;
        CLEANUP(freep) char *over = xasprintf("dev %s", g->ifaces[iface].name);
        CLEANUP(freep) char *by = describe(over, metric);
        char buf[PREFIX_TEXT_SIZE];

        want_route(d, is_there, known, jail, &to, by);
        if (is_there)
                return 0;
        (void)prefix_format(&to, buf);

        const char *word = to.length ? buf : is_v6 ? "::/0" : "default";
        const char *words[9] = {"route", "add", ensure_jail_word(d, jail), word, "--dev", ensure_word(d, jail, dev)};

        return replace(d, known, jail, word, words, metric, e);
}

int ensure_nowhere_route(struct dialect *d, const char *jail, const char *destination, const char *type, bool is_v6,
                         uint32_t metric, struct err *e)
{
        const struct graph *g = dialect_graph(d);
        size_t at = graph_find_jail(g, jail);
        struct prefix to = {.family = is_v6 ? AF_INET6 : AF_INET};
        int r = strcmp(destination, "default") == 0 ? 0 : prefix_parse(destination, &to, e);

        if (r < 0)
                return r;

        const struct route *known = at == NONE ? NULL : find_route(g, at, &to, WAY_NOWHERE, metric);
        bool is_there = known && known->type == route_nowhere_find(type);
        CLEANUP(freep) char *by = describe(type, metric);
        char buf[PREFIX_TEXT_SIZE];

        want_route(d, is_there, known, jail, &to, by);
        if (is_there)
                return 0;

        const char *word = to.length ? prefix_format(&to, buf) : is_v6 ? "::/0" : "default";
        const char *words[9] = {"route", "add", ensure_jail_word(d, jail), word, "--type", type};

        return replace(d, known, jail, word, words, metric, e);
}
