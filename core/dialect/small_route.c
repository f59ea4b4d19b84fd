/* small_route.c - FreeBSD's route: adds, removes and looks up routes of the jail that it is called in. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "core/dialect/small.h"
#include "core/graph/query.h"

#define USAGE \
        "usage: route [-nqv] add|delete|change|get|show|flush [-inet | -inet6] [-net | -host] DESTINATION [GATEWAY]"

struct call {
        struct dialect *d;
        bool is_quiet, is_net, is_host, is_default;
        uint8_t family; /* wished for by -inet or -inet6; 0 */
        const char *destination_word, *gateway_word, *mask_word, *length_word;
        const char *through; /* -ifp; NULL */
        const char *type;    /* -blackhole, -reject: as the verb has it; NULL */
        struct prefix destination, gateway;
        const char *dev; /* of a gateway like fe80::1%epair0b; NULL */
};

static int ones(const struct prefix *mask)
{
        int n = 0;

        while (n < (int)prefix_bits(mask->family) && mask->bytes[n / 8] & 0x80 >> n % 8)
                n++;
        return n;
}

static void cut(struct prefix *p)
{
        for (unsigned n = p->length; n < prefix_bits(p->family); n++)
                p->bytes[n / 8] &= (uint8_t) ~(0x80 >> n % 8);
}

/* The network that an address without a mask means to route: of its class. */
static uint8_t class_length(const struct prefix *p)
{
        return p->bytes[0] < 128 ? 8 : p->bytes[0] < 192 ? 16 : 24;
}

static bool is_network_of_class(const struct prefix *p)
{
        struct prefix net = *p;

        net.length = class_length(p);
        cut(&net);
        return p->family == AF_INET && memcmp(net.bytes, p->bytes, 4) == 0;
}

static int read_length(struct call *c, struct prefix *p, struct err *e)
{
        struct prefix mask;
        uint32_t length;

        if (c->length_word) {
                if (str_to_u32(c->length_word, prefix_bits(p->family), &length) < 0)
                        return err_set(e, -EINVAL, "%s: is no prefix length; write 0 to %u", c->length_word,
                                       prefix_bits(p->family));
                p->length = (uint8_t)length;
        } else if (c->mask_word) {
                if (prefix_parse(c->mask_word, &mask, NULL) < 0 || mask.family != p->family)
                        return err_set(e, -EINVAL, "%s: is no netmask; write it like 255.255.255.0", c->mask_word);
                p->length = (uint8_t)ones(&mask);
        } else if (!strchr(c->destination_word, '/') && !c->is_host && (c->is_net || is_network_of_class(p))) {
                p->length = p->family == AF_INET ? class_length(p) : 64;
        }
        cut(p);
        return 0;
}

/* "10.1/16" is 10.1.0.0/16. */
static char *whole_word(const char *word)
{
        size_t n = strcspn(word, "/");
        CLEANUP(text_done) struct text t = {0};
        unsigned dots = 0;

        text_put_n(&t, word, n);
        for (size_t i = 0; i < n; i++)
                dots += word[i] == '.';
        for (; !strchr(word, ':') && word[n] && dots < 3; dots++)
                text_put(&t, ".0");
        text_put(&t, word + n);
        return text_take(&t);
}

static int read_destination(struct call *c, struct err *e)
{
        const char *word = c->destination_word;

        c->is_default = strcmp(word, "default") == 0 || strcmp(word, "0.0.0.0/0") == 0 || strcmp(word, "::/0") == 0;
        if (c->is_default) {
                c->destination.family = c->family ? c->family : strchr(word, ':') ? AF_INET6 : AF_INET;
                return 0;
        }

        CLEANUP(freep) char *whole = whole_word(word);
        int r = prefix_parse(whole, &c->destination, e);

        if (r == 0 && c->family && c->family != c->destination.family)
                r = err_set(e, -EINVAL, "%s: bad address: it is not of that family", word);
        return r < 0 ? r : read_length(c, &c->destination, e);
}

static int read_gateway(struct call *c, struct err *e)
{
        const char *word = c->gateway_word;
        size_t n = strcspn(word, "%");
        CLEANUP(freep) char *address = xstrndup(word, n);
        int r = prefix_parse(address, &c->gateway, e);

        if (r < 0)
                return r;
        if (word[n] || c->through)
                c->dev = c->through ? c->through : word + n + 1;
        if (c->is_default)
                c->destination.family = c->gateway.family;
        return 0;
}

static bool is_host_route(const struct call *c)
{
        return !c->is_default && c->destination.length == prefix_bits(c->destination.family);
}

/* "add net 10.1.0.0: gateway 10.0.0.1" */
static void put_done(struct text *t, const struct call *c, const char *verb)
{
        text_putf(t, "%s %s ", verb, is_host_route(c) ? "host" : "net");
        text_put_n(t, c->destination_word, strcspn(c->destination_word, "/"));
        if (c->gateway_word) {
                text_put(t, ": gateway ");
                text_put_visible(t, c->gateway_word);
        }
}

/* FreeBSD's words for what the kernel answers it. */
static int refuse(const struct call *c, int code, const char *verb, struct err *e)
{
        CLEANUP(text_done) struct text t = {0};
        const char *why = code == -EEXIST ? "route already in table"
                : code == -ESRCH          ? "not in table"
                : code == -ENETUNREACH    ? "Network is unreachable"
                                          : NULL;

        put_done(&t, c, verb);
        return why ? err_set(e, code, "%s fib 0: %s", text_str(&t), why) : err_wrap(e, "%s", text_str(&t));
}

static int add(struct call *c, struct err *e)
{
        char destination[PREFIX_TEXT_SIZE], gateway[PREFIX_TEXT_SIZE];

        (void)prefix_format(&c->destination, destination);
        (void)prefix_format_addr(&c->gateway, gateway);
        if (c->type)
                return dialect_add(c->d, e, "route", "add", c->d->jail, destination, "--type", c->type, NULL);
        if (!c->dev)
                return dialect_add(c->d, e, "route", "add", c->d->jail, destination, gateway, NULL);

        CLEANUP(freep)
        char *dev = strcmp(c->d->jail, "host") == 0 ? xstrdup(c->dev) : xasprintf("%s/%s", c->d->jail, c->dev);

        return dialect_add(c->d, e, "route", "add", c->d->jail, destination, gateway, "--dev", dev, NULL);
}

static int del(struct call *c, struct err *e)
{
        char destination[PREFIX_TEXT_SIZE];

        return dialect_add(c->d, e, "route", "del", c->d->jail, prefix_format(&c->destination, destination), NULL);
}

static int do_change(struct call *c, const char *verb, struct err *e)
{
        bool deletes = strcmp(verb, "delete") == 0;
        int r = 0;

        if (!c->destination_word || (!deletes && !c->gateway_word))
                return err_set(e, -EINVAL, USAGE);
        r = read_destination(c, e);
        if (r == 0 && c->gateway_word)
                r = read_gateway(c, e);
        if (r < 0)
                return r;
        if (strcmp(verb, "add") != 0)
                r = del(c, e);
        if (r == 0 && !deletes)
                r = add(c, e);
        if (r < 0)
                return refuse(c, r, verb, e);
        if (!c->is_quiet) {
                put_done(&c->d->out, c, verb);
                text_put_char(&c->d->out, '\n');
        }
        return 0;
}

/* --- Looking up ------------------------------------------------------------------------------------------------- */

static const struct route *best_route(const struct graph *g, size_t jail, const struct prefix *to)
{
        const struct route *best = NULL;

        for (size_t k = 0; k < g->route_count; k++) {
                const struct route *o = &g->routes[k];

                if (o->jail != jail || o->type != RTN_UNICAST || o->destination.family != to->family ||
                    (o->destination.length > 0 && !prefix_contains(&o->destination, to)))
                        continue;
                if (!best || o->destination.length > best->destination.length ||
                    (o->destination.length == best->destination.length && o->metric < best->metric))
                        best = o;
        }
        return best;
}

static void put_destination(struct text *t, const struct route *o)
{
        struct prefix mask = {.family = o->destination.family, .length = o->destination.length};
        char address[PREFIX_TEXT_SIZE];
        bool is_default = o->destination.length == 0;

        for (unsigned n = 0; n < mask.length; n++)
                mask.bytes[n / 8] |= (uint8_t)(0x80 >> n % 8);
        text_putf(t, "destination: %s\n", is_default ? "default" : prefix_format_addr(&o->destination, address));
        if (o->destination.length < prefix_bits(o->destination.family))
                text_putf(t, "       mask: %s\n", is_default ? "default" : prefix_format_addr(&mask, address));
}

static int do_get(struct call *c, struct err *e)
{
        const struct graph *g = dialect_graph(c->d);
        size_t jail = dialect_jail(c->d);
        struct text *t = &c->d->out;
        char address[PREFIX_TEXT_SIZE];
        int r;

        if (!c->destination_word)
                return err_set(e, -EINVAL, USAGE);
        c->is_host = true; /* the address itself, not its network */
        r = read_destination(c, e);
        if (r < 0)
                return r;

        const struct route *o = jail == NONE ? NULL : best_route(g, jail, &c->destination);
        size_t i =
                o ? graph_find_iface(g, (struct iface_id){.cookie = g->jails[jail].cookie, .ifindex = o->oif}) : NONE;

        if (!o)
                return err_set(e, -ESRCH, "route has not been found");
        text_putf(t, "   route to: %s\n", c->is_default ? "default" : prefix_format_addr(&c->destination, address));
        put_destination(t, o);
        if (o->gateway.family)
                text_putf(t, "    gateway: %s\n", prefix_format_addr(&o->gateway, address));
        text_put(t, "        fib: 0\n");
        if (i != NONE) {
                text_put(t, "  interface: ");
                text_put_visible(t, g->ifaces[i].name);
                text_put_char(t, '\n');
        }
        text_putf(t, "      flags: <UP,%sDONE,%s>\n", o->gateway.family ? "GATEWAY," : "",
                  o->protocol == RTPROT_KERNEL ? "PINNED" : "STATIC");
        text_put(t, " recvpipe  sendpipe  ssthresh  rtt,msec    mtu        weight    expire\n");
        text_putf(t, "       0         0         0         0 %9u         1         0 \n",
                  i != NONE ? g->ifaces[i].mtu_bytes : 0);
        return 0;
}

/* All routes over a gateway, as they are at the beginning: each removal changes the graph. */
static int do_flush(struct call *c, struct err *e)
{
        const struct graph *g = c->d->live;
        size_t jail = graph_find_jail(g, c->d->jail);

        for (size_t k = 0; k < g->route_count; k++) {
                const struct route *o = &g->routes[k];
                char destination[PREFIX_TEXT_SIZE], gateway[PREFIX_TEXT_SIZE];

                if (o->jail != jail || !o->gateway.family || o->protocol == RTPROT_KERNEL ||
                    (c->family && o->destination.family != c->family))
                        continue;
                (void)prefix_format(&o->destination, destination);

                int r = dialect_add(c->d, e, "route", "del", c->d->jail, destination, NULL);

                if (r < 0)
                        return r;
                if (!c->is_quiet)
                        text_putf(&c->d->out, "%-20.20s %-20.20s done\n",
                                  o->destination.length ? destination : "default",
                                  prefix_format_addr(&o->gateway, gateway));
        }
        return 0;
}

/* --- Words ------------------------------------------------------------------------------------------------------ */

static int take_word(struct call *c, const char *word, struct err *e)
{
        if (!c->destination_word)
                c->destination_word = word;
        else if (!c->gateway_word)
                c->gateway_word = word;
        else if (!c->mask_word)
                c->mask_word = word; /* as it was written before there were prefix lengths */
        else
                return err_set(e, -EINVAL, "%s: one word too many; " USAGE, word);
        return 0;
}

/* A word that begins with "-"; *i moves over its value. */
static int take_modifier(struct call *c, int argc, char **argv, int *i, struct err *e)
{
        const char *word = argv[*i] + 1;
        const struct {
                const char *name;
                const char **value;
        } values[] = {{"netmask", &c->mask_word}, {"prefixlen", &c->length_word}, {"ifp", &c->through}};

        if (strcmp(word, "net") == 0 || strcmp(word, "host") == 0) {
                c->is_net = *word == 'n';
                c->is_host = !c->is_net;
                return 0;
        }
        if (strcmp(word, "inet") == 0 || strcmp(word, "4") == 0 || strcmp(word, "inet6") == 0 ||
            strcmp(word, "6") == 0) {
                c->family = word[strlen(word) - 1] == '6' ? AF_INET6 : AF_INET;
                return 0;
        }
        if (strcmp(word, "static") == 0)
                return 0;
        if (strcmp(word, "blackhole") == 0 || strcmp(word, "reject") == 0) {
                c->type = *word == 'b' ? "blackhole" : "unreachable";
                return 0;
        }
        for (size_t k = 0; k < ARRAY_SIZE(values); k++) {
                if (strcmp(word, values[k].name) == 0 && *i + 1 < argc) {
                        *values[k].value = argv[++*i];
                        return 0;
                }
        }
        if (strcmp(word, "fib") == 0 && *i + 1 < argc && strcmp(argv[*i + 1], "0") == 0) {
                (*i)++;
                return 0;
        }
        if (strcmp(word, "iface") == 0 || strcmp(word, "interface") == 0)
                return err_set(e, -EOPNOTSUPP,
                               "-%s: a route without a gateway comes with an interface's address here; give it one",
                               word);
        return err_set(e, -EINVAL, "-%s: is not understood; " USAGE, word);
}

int dialect_route(struct dialect *d, int argc, char **argv, struct err *e)
{
        struct call c = {.d = d};
        const char *verb;
        int i = 1;

        for (; i < argc && argv[i][0] == '-'; i++) {
                if (!argv[i][1] || strspn(argv[i] + 1, "46dnqtv") != strlen(argv[i] + 1))
                        return err_set(e, -EINVAL, USAGE);
                c.is_quiet = c.is_quiet || strchr(argv[i], 'q');
                c.family = strchr(argv[i], '6') ? AF_INET6 : strchr(argv[i], '4') ? AF_INET : c.family;
        }
        if (i == argc)
                return err_set(e, -EINVAL, USAGE);
        verb = strcmp(argv[i], "del") == 0 ? "delete" : argv[i];
        for (i++; i < argc; i++) {
                int r = argv[i][0] == '-' ? take_modifier(&c, argc, argv, &i, e) : take_word(&c, argv[i], e);

                if (r < 0)
                        return r;
        }
        if (strcmp(verb, "add") == 0 || strcmp(verb, "delete") == 0 || strcmp(verb, "change") == 0)
                return do_change(&c, verb, e);
        if (strcmp(verb, "get") == 0 || strcmp(verb, "show") == 0)
                return do_get(&c, e);
        if (strcmp(verb, "flush") == 0)
                return do_flush(&c, e);
        return err_set(e, -EINVAL, "%s: is not understood; " USAGE, verb);
}
