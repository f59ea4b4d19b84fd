/* ifconfig_bridge.c - the words that set a bridge's numbers, and its table of addresses. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "core/dialect/ifconfig_parts.h"
#include "core/dialect/member.h"

#define PRIORITY_STEP 16 /* of a port's priority on FreeBSD */
#define PRIORITY_MAX  240

/* A member of this bridge as verbs know it; NULL, and e. */
static const char *member(struct ifconfig *c, const char *name, struct err *e)
{
        size_t iface = dialect_find_iface(c->d, c->jail, name);

        if (iface == NONE) {
                (void)ifconfig_no_such(c->d, name, e);
                return NULL;
        }
        if (dialect_master(dialect_graph(c->d), iface) != ifconfig_self(c)) {
                (void)err_set(e, -ENOENT, "%s: is no member of %s; ifconfig %s lists them", name, c->name, c->name);
                return NULL;
        }
        return dialect_word(c->d, c->jail, dialect_graph(c->d)->ifaces[iface].name);
}

static int need_bridge(struct ifconfig *c, struct err *e)
{
        return dialect_graph(c->d)->ifaces[ifconfig_self(c)].kind == KIND_BRIDGE
                ? 0
                : err_set(e, -EINVAL, "%s: is a word for bridges, and %s is none", c->word, c->name);
}

/* The second argument of a word; NULL, and e. */
static const char *need_more(struct ifconfig *c, struct err *e)
{
        if (*c->words)
                return *c->words++;
        (void)err_set(e, -EINVAL, "'%s' requires two arguments", c->word);
        return NULL;
}

int ifconfig_do_tune(struct ifconfig *c, const char *value, struct err *e)
{
        enum tuning t = tuning_find_freebsd(c->word);
        int r = need_bridge(c, e);

        if (r < 0)
                return r;
        if (t == TUNE_AGEING && strcmp(value, "0") == 0)
                return err_set(e, -EOPNOTSUPP,
                               "timeout 0: is never on FreeBSD and at once on Linux; write a large number of seconds");
        return dialect_add(c->d, e, "tune", ifconfig_self_word(c), tunings[t].name, value, NULL);
}

int ifconfig_do_tune_member(struct ifconfig *c, const char *value, struct err *e)
{
        enum tuning t = tuning_find_freebsd(c->word);
        const char *number = NULL, *word = NULL;
        char buf[12];
        uint32_t n = 0;
        int r = need_bridge(c, e);

        if (r < 0)
                return r;
        number = need_more(c, e);
        if (!number)
                return -EINVAL;
        word = member(c, value, e);
        if (!word)
                return -ENOENT;
        if (t == TUNE_COST && strcmp(number, "0") == 0)
                return err_set(e, -EOPNOTSUPP,
                               "ifpathcost %s 0: Linux works a cost out until one is set, and not again; write one",
                               value);
        if (t == TUNE_PORT_PRIORITY) {
                if (str_to_u32(number, PRIORITY_MAX, &n) < 0 || n % PRIORITY_STEP)
                        return err_set(e, -EINVAL, "ifpriority %s: is 0 to %d in steps of %d", number, PRIORITY_MAX,
                                       PRIORITY_STEP);
                (void)str_format(buf, sizeof(buf), "%" PRIu32, n / PORT_PRIORITY_MORE); /* fits */
                number = buf;
        }
        return dialect_add(c->d, e, "tune", word, tunings[t].name, number, NULL);
}

int ifconfig_do_learn(struct ifconfig *c, const char *value, struct err *e)
{
        int r = need_bridge(c, e);
        const char *word = r < 0 ? NULL : member(c, value, e);

        if (!word)
                return r < 0 ? r : -ENOENT;
        bool is_learn = strstr(c->word, "learn");

        return dialect_add(c->d, e, "tune", word, tunings[is_learn ? TUNE_LEARNING : TUNE_FLOOD].name,
                           c->word[0] == '-' ? "0" : "1", NULL);
}

int ifconfig_do_span(struct ifconfig *c, const char *value, struct err *e)
{
        int r = need_bridge(c, e);
        size_t iface = r < 0 ? NONE : dialect_find_iface(c->d, c->jail, value);

        if (iface == NONE)
                return r < 0 ? r : ifconfig_no_such(c->d, value, e);
        return dialect_add(c->d, e, "span", ifconfig_self_word(c),
                           dialect_word(c->d, c->jail, dialect_graph(c->d)->ifaces[iface].name),
                           c->word[0] == '-' ? "off" : "on", NULL);
}

int ifconfig_do_proto(struct ifconfig *c, const char *value, struct err *e)
{
        int r = need_bridge(c, e);

        if (r < 0 || strcmp(value, "stp") == 0)
                return r;
        return err_set(e, -EOPNOTSUPP, "proto %s: Linux' bridge speaks stp alone; leave it out", value);
}

int ifconfig_do_static(struct ifconfig *c, const char *value, struct err *e)
{
        const char *mac = NULL, *word;
        int r = need_bridge(c, e);

        if (r < 0)
                return r;
        mac = need_more(c, e);
        if (!mac)
                return -EINVAL;
        word = member(c, value, e);
        return word ? dialect_add(c->d, e, "host", "add", word, mac, NULL) : -ENOENT;
}

int ifconfig_do_flush(struct ifconfig *c, const char *value, struct err *e)
{
        int r = need_bridge(c, e);

        (void)value;
        if (r < 0)
                return r;
        return strcmp(c->word, "flush") == 0
                ? dialect_add(c->d, e, "host", "flush", ifconfig_self_word(c), NULL)
                : dialect_add(c->d, e, "host", "flush", ifconfig_self_word(c), "--all", NULL);
}

/* What the bridge knows, from the kernel's own table. */
static int read_hosts(struct ifconfig *c, struct bridge_host **ret, size_t *ret_count, struct err *e)
{
        const struct dialect_services *services = c->d->services;
        const struct graph *g = dialect_graph(c->d);
        size_t live = graph_find_iface(c->d->live, g->ifaces[ifconfig_self(c)].id);

        if (!services || !services->hosts)
                return err_set(e, -EOPNOTSUPP, "%s: what a bridge has learnt cannot be asked for here", c->word);
        *ret_count = 0;
        return live == NONE ? 0 : services->hosts(c->d, live, ret, ret_count, e); /* a new bridge knows nobody */
}

/* The member behind which an address stands, by the name that a person knows it by; NULL. */
static const char *member_of_host(struct ifconfig *c, const struct bridge_host *h)
{
        const struct graph *g = dialect_graph(c->d);

        for (size_t k = 0; k < g->iface_count; k++) {
                const struct iface *p = &g->ifaces[k];

                if (p->master == ifconfig_self(c) && p->id.ifindex == h->ifindex)
                        return p->role == ROLE_FABRIC && p->peer != NONE ? g->ifaces[p->peer].name : p->name;
        }
        return NULL;
}

int ifconfig_do_addr(struct ifconfig *c, const char *value, struct err *e)
{
        CLEANUP(freep) struct bridge_host *hosts = NULL;
        size_t count = 0;
        int r = need_bridge(c, e);

        (void)value;
        if (r == 0)
                r = read_hosts(c, &hosts, &count, e);
        if (r < 0)
                return r;

        uint32_t ageing =
                dialect_graph(c->d)->ifaces[ifconfig_self(c)].tuning[TUNE_AGEING] / tunings[TUNE_AGEING].scale;

        for (size_t k = 0; k < count; k++) {
                const char *name = hosts[k].is_own ? NULL : member_of_host(c, &hosts[k]);
                uint32_t left = hosts[k].staleness_s < ageing ? ageing - hosts[k].staleness_s : 0;
                char mac[MAC_TEXT_SIZE];

                if (!name)
                        continue;
                text_putf(&c->d->out, "%s Vlan1 ", mac_format(hosts[k].mac, mac));
                text_put_visible(&c->d->out, name);
                text_putf(&c->d->out, " %" PRIu32 " flags=%s\n", hosts[k].is_static ? 0 : left,
                          hosts[k].is_static ? "1<STATIC>" : "0<>");
        }
        return 0;
}

int ifconfig_do_deladdr(struct ifconfig *c, const char *value, struct err *e)
{
        CLEANUP(freep) struct bridge_host *hosts = NULL;
        size_t count = 0;
        struct mac mac;
        int r = need_bridge(c, e);

        if (r == 0 && mac_parse(value, &mac) < 0)
                r = err_set(e, -EINVAL, "%s: is no address; write it like 02:00:00:00:00:01", value);
        if (r == 0)
                r = read_hosts(c, &hosts, &count, e);
        if (r < 0)
                return r;
        for (size_t k = 0; k < count; k++) {
                const char *name =
                        hosts[k].is_own || !mac_equal(hosts[k].mac, mac) ? NULL : member_of_host(c, &hosts[k]);

                if (name)
                        return dialect_add(c->d, e, "host", "del", dialect_word(c->d, c->jail, name), value, NULL);
        }
        return err_set(e, -ENOENT, "%s: %s does not know that address; ifconfig %s addr lists them", value, c->name,
                       c->name);
}

int ifconfig_do_no_bridge_word(struct ifconfig *c, const char *value, struct err *e)
{
        static const struct {
                const char *word, *why;
        } reasons[] = {
                {"holdcnt", "its spanning tree has no limit of messages a second"},
                {"sticky", "addresses can be told to it one by one: static IF MAC"},
                {"ifmaxaddr", "it counts addresses for the bridge as a whole: maxaddr N"},
                {"edge", "its spanning tree is the older one, which knows no edges"},
                {"-edge", "its spanning tree is the older one, which knows no edges"},
                {"autoedge", "its spanning tree is the older one, which knows no edges"},
                {"-autoedge", "its spanning tree is the older one, which knows no edges"},
                {"ptp", "its spanning tree is the older one, which knows no such links"},
                {"-ptp", "its spanning tree is the older one, which knows no such links"},
                {"autoptp", "its spanning tree is the older one, which knows no such links"},
                {"-autoptp", "its spanning tree is the older one, which knows no such links"},
        };
        size_t k = 0;

        (void)value;
        while (strcmp(reasons[k].word, c->word) != 0)
                k++;
        return err_set(e, -EOPNOTSUPP, "%s: Linux' bridge has no such thing: %s", c->word, reasons[k].why);
}
