/* feed.c - feeds, worked out before and after a plan: a tee's from its hooks, a span's from its bridge's ports. */
#include "core/plan/feed.h"

#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <string.h>

#include "core/graph/marks.h"
#include "core/plan/simulate.h"

struct feed {
        size_t from, to; /* interfaces */
        uint32_t flags;
};

static const char *const hook_names[] = {"right", "left", "right2left", "left2right"};

bool is_tee_hook(const char *name)
{
        for (size_t k = 0; k < ARRAY_SIZE(hook_names); k++)
                if (strcmp(hook_names[k], name) == 0)
                        return true;
        return false;
}

#define ONE_PROTOCOL(type)                                                                               \
        {                                                                                                \
                BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 12), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, type, 0, 1), \
                        BPF_STMT(BPF_RET | BPF_K, UINT32_MAX), BPF_STMT(BPF_RET | BPF_K, 0),             \
        }

/*
 * Frames that the host's stack, or its VLANs, would take in pass by; the rest is picked, whomever it is addressed to:
 * since no sender's address is rewritten, answers come to the one that is behind the hook.
 */
struct feed_filter feed_filter_of(uint32_t flags)
{
        static const struct sock_filter code[] = {
                BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (__u32)(SKF_AD_OFF + SKF_AD_VLAN_TAG_PRESENT)),
                BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 6),
                BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 12),
                BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_IP, 4, 0),
                BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_ARP, 3, 0),
                BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_RARP, 2, 0),
                BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_IPV6, 1, 0),
                BPF_STMT(BPF_RET | BPF_K, UINT32_MAX), /* what a classifier takes for its own verdict */
                BPF_STMT(BPF_RET | BPF_K, 0),
        };

        static const struct sock_filter drop[] = {BPF_STMT(BPF_RET | BPF_K, TC_ACT_SHOT)};
        static const struct sock_filter inet[] = ONE_PROTOCOL(ETH_P_IP), inet6[] = ONE_PROTOCOL(ETH_P_IPV6);

        if (flags & FEED_INET)
                return (struct feed_filter){inet, ARRAY_SIZE(inet)};
        if (flags & FEED_INET6)
                return (struct feed_filter){inet6, ARRAY_SIZE(inet6)};
        if (flags & FEED_DROP)
                return (struct feed_filter){drop, ARRAY_SIZE(drop)};
        return (struct feed_filter){code, ARRAY_SIZE(code)};
}

size_t hook_port(const struct graph *g, size_t bridge, size_t hook)
{
        const struct edge *edge = &g->edges[g->hooks[hook].edge];

        if (edge->kind == EDGE_UPPER)
                return bridge;
        return g->ifaces[edge->iface_a].master == bridge ? edge->iface_a : edge->iface_b;
}

/* The interface behind a tee's hook; NONE. */
static size_t behind(const struct graph *g, size_t tee, const char *name)
{
        size_t hook = graph_find_hook(g, g->ifaces[tee].node, name);

        return hook == NONE ? NONE : hook_port(g, tee, hook);
}

/* Of one tee or bridge. */
struct feeds {
        struct feed *items;
        size_t count, capacity;
};

static void feeds_done(struct feeds *f)
{
        free(f->items);
}

static void add_feed(struct feeds *f, size_t tee, size_t from, size_t to, uint32_t flags)
{
        if (from == NONE || to == NONE)
                return;
        if (from == tee)
                flags |= FEED_OUT;
        if (to == tee)
                flags |= FEED_IN;
        f->items = array_grow(f->items, &f->capacity, f->count, sizeof(*f->items));
        f->items[f->count++] = (struct feed){from, to, flags};
}

/* Does it get a copy of what that bridge's ports receive? Then its place among the bridge's spans, too. */
static bool is_span_of(const struct graph *g, size_t bridge, size_t k, uint32_t *ret_place)
{
        const struct iface *i = &g->ifaces[k];
        uint32_t number;
        const char *mark = i->altname_count ? span_mark_find(i, &number) : NULL;

        if (!mark || number != g->ifaces[bridge].number || i->jail != g->ifaces[bridge].jail || i->master == bridge)
                return false;
        *ret_place = feed_span_place(span_mark_digits(mark));
        return true;
}

/* What its ports receive, and what the host's stack sends by it; what comes in by the span is dropped. */
static void add_spans(struct feeds *f, const struct graph *g, size_t bridge)
{
        for (size_t span = 0; span < g->iface_count; span++) {
                uint32_t place;

                if (!is_span_of(g, bridge, span, &place))
                        continue;

                uint32_t copy = FEED_COPY | FEED_SPAN | place << FEED_PLACE_SHIFT;

                for (size_t k = 0; k < g->iface_count; k++)
                        if (g->ifaces[k].master == bridge)
                                add_feed(f, NONE, k, span, copy);
                add_feed(f, NONE, bridge, span, copy | FEED_OUT);
                add_feed(f, NONE, span, span, FEED_DROP);
        }
}

/*
 * Where the host's stack takes in what the NIC receives: with `lower` joined it is the bridge that has its `upper`, and
 * nowhere without one; as in netgraph, whose orphans are what the stack finds no protocol for.
 */
static size_t intake(const struct graph *g, size_t nic)
{
        size_t hook = graph_find_hook(g, g->ifaces[nic].node, "upper");

        if (g->ifaces[nic].master == NONE)
                return nic;
        return hook != NONE && g->edges[g->hooks[hook].edge].kind == EDGE_UPPER ? g->edges[g->hooks[hook].edge].iface_a
                                                                                : NONE;
}

/* What the host has no protocol for; back, all goes out of the NIC as it is. */
static void add_orphans(struct feeds *f, const struct graph *g, size_t carrier)
{
        size_t nic = orphans_nic(g, carrier);

        add_feed(f, NONE, intake(g, nic), carrier, FEED_COPY | FEED_ORPHANS);
        add_feed(f, NONE, carrier, nic, 0);
}

/* One family of an iface, both ways; what else comes there is nobody's. */
static void add_family(struct feeds *f, const struct graph *g, size_t carrier)
{
        size_t end = orphans_nic(g, carrier);
        uint32_t family = strcmp(carrier_hook(g, carrier), "inet6") == 0 ? FEED_INET6 : FEED_INET;

        add_feed(f, NONE, end, carrier, family);
        add_feed(f, NONE, carrier, end, family);
        add_feed(f, NONE, carrier, carrier, FEED_DROP);
}

static void feeds_of(const struct graph *g, size_t tee, struct feeds *f)
{
        size_t right, left, right2left, left2right;

        if (g->ifaces[tee].role == ROLE_ORPHANS) {
                if (g->ifaces[orphans_nic(g, tee)].role == ROLE_FABRIC)
                        add_family(f, g, tee);
                else
                        add_orphans(f, g, tee);
                return;
        }
        if (g->ifaces[tee].role != ROLE_TEE) {
                add_spans(f, g, tee);
                return;
        }
        right = behind(g, tee, "right");
        left = behind(g, tee, "left");
        right2left = behind(g, tee, "right2left");
        left2right = behind(g, tee, "left2right");
        add_feed(f, tee, right, right2left, FEED_COPY);
        add_feed(f, tee, left, left2right, FEED_COPY);
        add_feed(f, tee, right, left, 0);
        add_feed(f, tee, left, right, 0);
        add_feed(f, tee, right2left, right, 0);
        add_feed(f, tee, left2right, left, 0);
}

/* One that may have feeds. */
static bool is_fed(const struct graph *g, size_t iface)
{
        return g->ifaces[iface].role == ROLE_ORPHANS || g->ifaces[iface].kind == KIND_BRIDGE;
}

static bool is_same_iface(const struct graph *a, size_t x, const struct graph *b, size_t y)
{
        return a->ifaces[x].number == b->ifaces[y].number && iface_id_equal(a->ifaces[x].id, b->ifaces[y].id);
}

/* Is the feed of one graph in the other one too, between the same two links? */
static bool has_feed(const struct graph *g, const struct feed *f, const struct graph *other, size_t tee)
{
        CLEANUP(feeds_done) struct feeds feeds = {0};

        if (tee != NONE)
                feeds_of(other, tee, &feeds);
        for (size_t k = 0; k < feeds.count; k++)
                if (feeds.items[k].flags == f->flags && is_same_iface(g, f->from, other, feeds.items[k].from) &&
                    is_same_iface(g, f->to, other, feeds.items[k].to))
                        return true;
        return false;
}

static void add_step(struct plan *p, enum step_op op, const struct graph *g, const struct graph *then,
                     const struct feed *f)
{
        struct step *s = plan_add(p, op);
        const struct graph *of = then ? then : g;

        s->at = then ? target_of_then(g, then, f->from) : target_of_iface(g, f->from);
        s->to = then ? target_of_then(g, then, f->to) : target_of_iface(g, f->to);
        s->number = f->flags;
        target_name_end(of, f->from, s->name, sizeof(s->name));
        target_name_end(of, f->to, s->text, sizeof(s->text));
}

static bool has_feeds(const struct graph *g)
{
        uint32_t bridge;

        for (size_t k = 0; g->has_netgraph && k < g->iface_count; k++)
                if (g->ifaces[k].role == ROLE_TEE || g->ifaces[k].role == ROLE_ORPHANS ||
                    (g->ifaces[k].altname_count && span_mark_find(&g->ifaces[k], &bridge)))
                        return true;
        return false;
}

static bool makes_feeds(const struct plan *p, size_t first)
{
        uint32_t bridge;

        for (size_t k = first; k < p->step_count; k++)
                if ((p->steps[k].op == STEP_LINK_ADD &&
                     (p->steps[k].link.role == ROLE_TEE || p->steps[k].link.role == ROLE_ORPHANS)) ||
                    (p->steps[k].op == STEP_ALTNAME_ADD && span_mark_parse(p->steps[k].text, &bridge)))
                        return true;
        return false;
}

/* A span whose bridge is gone is none. */
static void drop_spans(struct plan *p, const struct graph *g, const struct graph *then)
{
        for (size_t k = 0; k < g->iface_count; k++) {
                uint32_t bridge;
                const char *mark = g->ifaces[k].altname_count ? span_mark_find(&g->ifaces[k], &bridge) : NULL;
                size_t there = mark ? graph_find_number(then, g->ifaces[k].number) : NONE;

                if (there == NONE || !span_mark_find(&then->ifaces[there], &bridge) ||
                    graph_find_number(g, bridge) == NONE || graph_find_number(then, bridge) != NONE)
                        continue;

                struct step *s = plan_add(p, STEP_ALTNAME_DEL);

                s->at = target_of_iface(g, k);
                s->is_internal = true;
                (void)str_copy(s->text, sizeof(s->text), mark); /* an alternative name is shorter */
        }
}

/* Ended while all that they join is there; so that undoing begins them again when it all is there again. */
static void end_feeds(struct plan *p, const struct graph *g, const struct graph *then, size_t first)
{
        size_t planned = p->step_count;

        for (size_t k = 0; k < g->iface_count; k++) {
                CLEANUP(feeds_done) struct feeds feeds = {0};

                if (is_fed(g, k))
                        feeds_of(g, k, &feeds);
                for (size_t n = 0; n < feeds.count; n++)
                        if (!has_feed(g, &feeds.items[n], then, graph_find_number(then, g->ifaces[k].number)))
                                add_step(p, STEP_FEED_DEL, g, NULL, &feeds.items[n]);
        }
        plan_advance(p, planned, first);
}

static void begin_feeds(struct plan *p, const struct graph *g, const struct graph *then)
{
        for (size_t k = 0; k < then->iface_count; k++) {
                CLEANUP(feeds_done) struct feeds feeds = {0};

                if (is_fed(then, k))
                        feeds_of(then, k, &feeds);
                for (size_t n = 0; n < feeds.count; n++)
                        if (!has_feed(then, &feeds.items[n], g, graph_find_number(g, then->ifaces[k].number)))
                                add_step(p, STEP_FEED_ADD, g, then, &feeds.items[n]);
        }
}

int planner_feed(struct plan *p, const struct graph *g, size_t first, struct err *e)
{
        CLEANUP(graph_unrefp) const struct graph *then = NULL;

        if (p->step_count == first || (!has_feeds(g) && !makes_feeds(p, first)))
                return 0;

        struct plan part = {.steps = p->steps + first, .step_count = p->step_count - first};
        int r = plan_simulate(&part, g, &then, e);

        if (r < 0)
                return r;
        begin_feeds(p, g, then);
        drop_spans(p, g, then);
        end_feeds(p, g, then, first);
        return 0;
}
