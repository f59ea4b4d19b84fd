/* ngctl_stats.c - getstats, clrstats and getclrstats of bridges and tees: the counters of their ports. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "core/dialect/ngctl_parts.h"

/* "2" is link2, "-1" is uplink1; of a one2many they are many2 and one. */
static int find_link(struct ngctl *n, struct place at, const char *args, struct view_hook *ret, struct err *e)
{
        bool is_many = strcmp(ngview_type(n, at), "one2many") == 0;
        char name[HOOK_NAME_SIZE];
        int64_t number;

        if (value_parse_number(args, -UINT16_MAX, UINT32_MAX, &number) < 0) {
                (void)err_set(e, -EINVAL, "not a link's number; write 2 for link2, -1 for uplink1");
                return -EINVAL;
        }
        if (is_many)
                (void)str_format(name, sizeof(name), number == -1 ? "one" : "many%" PRId64, number); /* fits */
        else
                (void)str_format(name, sizeof(name), "%s%" PRId64, number < 0 ? "uplink" : "link",
                                 number < 0 ? -number : number); /* fits */
        if (ngview_find_hook(n, at, name, ret) < 0) {
                (void)err_set(e, -ENOTCONN, "%s is joined to nothing", name);
                return -ENOTCONN;
        }
        return 0;
}

/*
 * The interface whose counters are a link's, and whether they are told from its own side: the host's stack on a bridge
 * (upper) is the bridge's own interface, which receives what the bridge sends to it.
 */
static size_t counted_iface(struct ngctl *n, const struct view_hook *h, bool *ret_is_reverse)
{
        const struct graph *g = dialect_graph(n->d);

        if (h->hook == NONE)
                return NONE;

        const struct edge *edge = &g->edges[g->hooks[h->hook].edge];
        bool is_link = g->ifaces[edge->iface_a].role == ROLE_FABRIC; /* two bridges, by a pair */

        *ret_is_reverse = strcmp(h->peer_hook, "upper") == 0;
        if (*ret_is_reverse || (is_link && edge->a == h->hook))
                return edge->iface_a;
        return edge->iface_b;
}

static struct cleared *cleared_of(struct ngctl *n, uint32_t number)
{
        for (size_t i = 0; i < n->cleared_count; i++)
                if (n->cleared[i].number == number)
                        return &n->cleared[i];
        return NULL;
}

static void put_counter(struct text *t, const char *name, uint64_t now, uint64_t then)
{
        /* A counter that is less than it was belongs to a link that was made anew. */
        uint64_t value = now >= then ? now - then : now;

        if (value)
                text_putf(t, "%s=%" PRIu64 " ", name, value);
}

static int put_stats(struct ngctl *n, struct place at, const struct message *m, size_t iface, bool is_reverse,
                     struct err *e)
{
        CLEANUP(text_done) struct text t = {0};
        const struct iface *i = iface == NONE ? NULL : &dialect_graph(n->d)->ifaces[iface];
        const struct cleared *c = i ? cleared_of(n, i->number) : NULL;
        struct counters now = i ? i->counters : (struct counters){.is_known = true};
        struct counters then = c ? c->counters : (struct counters){0};

        if (!now.is_known)
                return err_set(e, -EAGAIN, "the kernel has not told its counters yet");
        text_put(&t, "{ ");
        put_counter(&t, "recvOctets", is_reverse ? now.tx_bytes : now.rx_bytes,
                    is_reverse ? then.tx_bytes : then.rx_bytes);
        put_counter(&t, "recvPackets", is_reverse ? now.tx_packets : now.rx_packets,
                    is_reverse ? then.tx_packets : then.rx_packets);
        put_counter(&t, "xmitOctets", is_reverse ? now.rx_bytes : now.tx_bytes,
                    is_reverse ? then.rx_bytes : then.tx_bytes);
        put_counter(&t, "xmitPackets", is_reverse ? now.rx_packets : now.tx_packets,
                    is_reverse ? then.rx_packets : then.tx_packets);
        text_put_char(&t, '}');
        msg_reply(n, at, m, t.length == 3 ? "{}" : text_str(&t));
        return 0;
}

static void clear_stats(struct ngctl *n, size_t iface)
{
        const struct iface *i = iface == NONE ? NULL : &dialect_graph(n->d)->ifaces[iface];
        struct cleared *c = i ? cleared_of(n, i->number) : NULL;

        if (!i)
                return;
        if (!c) {
                n->cleared = array_grow(n->cleared, &n->cleared_capacity, n->cleared_count, sizeof(*n->cleared));
                c = &n->cleared[n->cleared_count++];
        }
        *c = (struct cleared){.number = i->number, .counters = i->counters};
        say_meaning(n, "Linux cannot clear a link's counters: they count anew for this run of ngctl alone");
}

void stats_clear(struct ngctl *n, const struct view_hook *h)
{
        bool is_reverse = false;

        clear_stats(n, counted_iface(n, h, &is_reverse));
}

int stats_bridge(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        struct view_hook hook = {0};
        bool is_reverse = false;
        int r = find_link(n, at, args, &hook, e);

        if (r < 0)
                return r;

        size_t iface = counted_iface(n, &hook, &is_reverse);

        if (!str_has_prefix(m->name, "clr"))
                r = put_stats(n, at, m, iface, is_reverse, e);
        if (r == 0 && strcmp(m->name, "getstats") != 0)
                clear_stats(n, iface);
        return r;
}

/* The interface that counts what a tee's hook gets. The host's stack has none: the NIC at the other side tells it. */
static size_t counted_at_tee(struct ngctl *n, struct place at, const char *name, bool *ret_is_reverse)
{
        struct view_hook hook = {0};

        if (ngview_find_hook(n, at, name, &hook) < 0)
                return NONE;

        size_t iface = counted_iface(n, &hook, ret_is_reverse);

        if (!*ret_is_reverse)
                return iface;
        if (ngview_find_hook(n, at, strcmp(name, "left") == 0 ? "right" : "left", &hook) < 0)
                return NONE;

        bool is_upper_too = false;

        iface = counted_iface(n, &hook, &is_upper_too);
        return is_upper_too ? NONE : iface;
}

static void put_tee_hook(struct ngctl *n, struct text *t, const char *name, size_t iface, bool is_reverse)
{
        CLEANUP(text_done) struct text counts = {0};
        const struct iface *i = &dialect_graph(n->d)->ifaces[iface];
        const struct cleared *c = cleared_of(n, i->number);
        struct counters then = c ? c->counters : (struct counters){0};
        const struct {
                const char *name;
                uint64_t now, then;
        } all[] = {{"inOctets", i->counters.rx_bytes, then.rx_bytes},
                   {"inFrames", i->counters.rx_packets, then.rx_packets},
                   {"outOctets", i->counters.tx_bytes, then.tx_bytes},
                   {"outFrames", i->counters.tx_packets, then.tx_packets}};

        for (size_t k = 0; k < ARRAY_SIZE(all); k++) {
                size_t from = is_reverse ? (k + 2) % ARRAY_SIZE(all) : k;

                put_counter(&counts, all[k].name, all[from].now, all[from].then);
        }
        if (counts.length)
                text_putf(t, "%s={ %s} ", name, text_str(&counts));
}

int stats_tee(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        static const char *const hooks[] = {"right", "left", "right2left", "left2right"};
        CLEANUP(text_done) struct text t = {0};
        size_t ifaces[ARRAY_SIZE(hooks)];

        if (msg_no_args(args, e) < 0)
                return -EINVAL;
        for (size_t k = 0; k < ARRAY_SIZE(hooks); k++) {
                bool is_reverse = false;

                ifaces[k] = counted_at_tee(n, at, hooks[k], &is_reverse);
                if (ifaces[k] != NONE && !dialect_graph(n->d)->ifaces[ifaces[k]].counters.is_known)
                        return err_set(e, -EAGAIN, "the kernel has not told its counters yet");
                if (ifaces[k] != NONE)
                        put_tee_hook(n, &t, hooks[k], ifaces[k], is_reverse);
        }
        if (!str_has_prefix(m->name, "clr")) {
                CLEANUP(freep) char *whole = t.length ? xasprintf("{ %s}", text_str(&t)) : xstrdup("{}");

                msg_reply(n, at, m, whole);
        }
        for (size_t k = 0; strcmp(m->name, "getstats") != 0 && k < ARRAY_SIZE(hooks); k++)
                clear_stats(n, ifaces[k]);
        return 0;
}
