/*
 * scan_rates.c - counters and the rates that they make, each second, at a price that does not grow with the jails.
 *
 * To enter a namespace and ask it costs some 30 us: a thousand each second would be three percent of a core. The other
 * end of a pair has received what this one has sent, and the kernel counts it once for both; so a dump at home tells
 * the rates of all jails' ends whose pair begins there. The rest is read in turns of a few milliseconds, and a rate is
 * over the time since its interface was last read.
 */
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <netlink/msg.h>

#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "core/kernel/scan_parts.h"

#define TURN_MS   5  /* for namespaces that have to be entered, in each second */
#define FEW_JAILS 64 /* so many are read whole each second */
#define ROUND_S   30 /* what can't be seen from home (loopbacks, errors) is read once in this time, jail by jail */

struct sampling {
        struct facts *facts;
        struct stack *stack;
        int64_t now_ms;
};

static uint64_t rate_of(uint64_t now, uint64_t before, int64_t window_ms)
{
        if (before == RATE_UNKNOWN || now < before || window_ms <= 0)
                return RATE_UNKNOWN;
        return (now - before) * 1000 / (uint64_t)window_ms;
}

/* What has been received and sent so far. */
static void sample(const struct sampling *p, struct link *l, uint64_t rx_bytes, uint64_t tx_bytes)
{
        uint64_t rx = rate_of(rx_bytes, l->sampled_rx, p->now_ms - l->sampled_ms);
        uint64_t tx = rate_of(tx_bytes, l->sampled_tx, p->now_ms - l->sampled_ms);

        p->facts->is_state_changed |= rx != l->i.rx_Bps || tx != l->i.tx_Bps;
        l->i.rx_Bps = rx;
        l->i.tx_Bps = tx;
        l->sampled_rx = rx_bytes;
        l->sampled_tx = tx_bytes;
        l->sampled_ms = p->now_ms;
}

/* The other end, in a jail, of a pair that has an end at home. Both name each other's index. */
static struct link *find_far_end(const struct facts *f, const struct link *l)
{
        const struct stack *there = l->i.kind == KIND_VETH ? facts_find_nsid(f, l->i.link_nsid) : NULL;
        struct link *far = there ? stack_find_link(there, l->i.link_ifindex) : NULL;
        bool is_it = far && far->i.kind == KIND_VETH && far->i.link_ifindex == l->i.id.ifindex && far->i.link_nsid >= 0;

        return is_it ? far : NULL;
}

static void sample_far_end(const struct sampling *p, const struct link *l)
{
        struct link *far = find_far_end(p->facts, l);

        if (!far)
                return;
        sample(p, far, l->i.counters.tx_bytes, l->i.counters.rx_bytes);
        far->i.counters.rx_bytes = l->i.counters.tx_bytes;
        far->i.counters.tx_bytes = l->i.counters.rx_bytes;
        far->i.counters.rx_packets = l->i.counters.tx_packets;
        far->i.counters.tx_packets = l->i.counters.rx_packets;
}

static int take_stats(struct nlmsghdr *h, void *context)
{
        const struct sampling *p = context;
        struct counters c;
        struct link *l;
        int ifindex;

        if (h->nlmsg_type != RTM_NEWSTATS || decode_stats(h, &ifindex, &c) < 0)
                return 0;
        l = stack_find_link(p->stack, ifindex);
        if (!l)
                return 0;
        if (l->sampled_ms != p->now_ms) /* else its other end has told already */
                sample(p, l, c.rx_bytes, c.tx_bytes);
        l->i.counters = c;
        if (p->stack == p->facts->stacks[0])
                sample_far_end(p, l);
        return 0;
}

static void read_stack(struct scan *sc, struct stack *s, int64_t now_ms)
{
        struct sampling p = {.facts = sc->facts, .stack = s, .now_ms = now_ms};
        CLEANUP(reader_close) struct reader r = {.fd = -1};

        if (!s->is_read || s->is_remote)
                return;
        if (scan_open_inside(sc, s, &r) == 0)
                (void)reader_ask(&r, sc->messages[MESSAGE_STATS], take_stats, &p, NULL); /* next time */
}

/* Has something that home did not tell, and that is more than a loopback. */
static bool is_due(const struct stack *s, int64_t now_ms)
{
        for (size_t k = 0; k < s->link_count; k++)
                if (s->links[k]->sampled_ms != now_ms && s->links[k]->i.kind != KIND_LOOPBACK)
                        return true;
        return false;
}

void scan_read_counters(struct scan *sc, bool is_whole)
{
        struct facts *f = sc->facts;
        int64_t now_ms = clock_now_ms();
        size_t jails = f->count - 1, all = is_whole || jails <= FEW_JAILS ? jails : (jails + ROUND_S - 1) / ROUND_S;

        read_stack(sc, f->stacks[0], now_ms);
        for (size_t k = 0; k < all; k++)
                read_stack(sc, f->stacks[1 + sc->all_turn++ % jails], now_ms);
        for (size_t k = 0; all < jails && k < jails && clock_now_ms() - now_ms < TURN_MS; k++) {
                struct stack *s = f->stacks[1 + sc->due_turn++ % jails];

                if (is_due(s, now_ms))
                        read_stack(sc, s, now_ms);
        }
        scan_go_home(sc);
}
