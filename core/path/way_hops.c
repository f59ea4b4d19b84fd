/* way_hops.c - writes down the hops of a way, what stops it, and what is not known. */
#include <errno.h>
#include <string.h>

#include "core/base/intl.h"
#include "core/path/way_parts.h"

static struct way_hop *add_hop(struct walk *w, enum way_hop_kind kind, size_t jail, size_t iface, char *text)
{
        struct way *way = w->way;

        way->hops = array_grow(way->hops, &way->hop_capacity, way->hop_count, sizeof(*way->hops));
        way->hops[way->hop_count] = (struct way_hop){.kind = kind,
                                                     .is_back = w->is_back,
                                                     .jail = jail,
                                                     .iface = iface,
                                                     .edge = NONE,
                                                     .hook_in = NONE,
                                                     .hook_out = NONE,
                                                     .text = text};
        return &way->hops[way->hop_count++];
}

void walk_hop(struct walk *w, enum way_hop_kind kind, size_t jail, size_t iface, const char *fmt, ...)
{
        va_list ap;

        va_start(ap, fmt);
        (void)add_hop(w, kind, jail, iface, xvasprintf(intl_text(fmt), ap)); /* nothing to add to it */
        va_end(ap);
}

const char *walk_link_text(const struct graph *g, size_t iface)
{
        const struct iface *i = &g->ifaces[iface];

        if (i->role == ROLE_EPAIR)
                return "epair";
        if (i->role == ROLE_EIFACE)
                return "eiface";
        if (i->role == ROLE_IFACE)
                return "iface";
        switch (i->kind) {
        case KIND_PHYSICAL: return "interface";
        case KIND_LOOPBACK: return "loopback";
        case KIND_VETH: return "pair";
        case KIND_BRIDGE: return i->role == ROLE_HUB ? "hub" : "bridge";
        case KIND_VLAN: return "vlan";
        case KIND_MACVLAN: return "macvlan";
        case KIND_MACVTAP: return "macvtap";
        case KIND_IPVLAN: return "ipvlan";
        case KIND_VXLAN: return "vxlan";
        case KIND_TUN: return "tun";
        case KIND_TAP: return "tap";
        case KIND_BOND: return "lagg";
        case KIND_DUMMY: return "dummy";
        case KIND_IFB: return "ifb";
        case KIND_OTHER: break;
        }
        return "interface";
}

static char *describe_step(const struct graph *g, const struct frame_step *step)
{
        const struct iface *i = &g->ifaces[step->iface];
        struct text t = {0};
        char address[PREFIX_TEXT_SIZE];

        text_put(&t, walk_link_text(g, step->iface));
        if (i->kind == KIND_VLAN)
                text_putf(&t, " %u", i->vlan_id);
        for (size_t k = 0; k < i->address_count; k++)
                if (!prefix_is_link_local(&i->addresses[k]))
                        text_putf(&t, " %s", prefix_format(&i->addresses[k], address));
        if (step->vlan)
                text_putf(&t, ", VLAN %u", step->vlan);
        return text_take(&t);
}

/* The edge between two interfaces that follow each other, and its hooks on either's node. */
static size_t find_edge(const struct graph *g, size_t a, size_t b, size_t *ret_hook_a, size_t *ret_hook_b)
{
        const struct node *n = g->ifaces[a].node == NONE ? NULL : &g->nodes[g->ifaces[a].node];

        for (size_t h = n ? n->hook_first : NONE; h != NONE; h = g->hooks[h].next) {
                const struct edge *e = &g->edges[g->hooks[h].edge];

                if (e->kind == EDGE_UPPER ||
                    !((e->iface_a == a && e->iface_b == b) || (e->iface_a == b && e->iface_b == a)))
                        continue;
                *ret_hook_a = h;
                *ret_hook_b = e->a == h ? e->b : e->a;
                return g->hooks[h].edge;
        }
        return NONE;
}

size_t walk_steps(struct walk *w, const struct frame_way *f)
{
        const struct graph *g = w->g;
        size_t first = w->way->hop_count, last = NONE;

        for (size_t k = 0; k < f->count; k++) {
                size_t iface = f->steps[k].iface;
                struct way_hop *hop =
                        add_hop(w, HOP_LINK, g->ifaces[iface].jail, iface, describe_step(g, &f->steps[k]));
                struct way_hop *before = last == NONE ? NULL : &w->way->hops[last];

                if (g->ifaces[iface].role == ROLE_WIRE)
                        continue; /* an edge, and none of its ends */
                if (before)
                        hop->edge = find_edge(g, before->iface, iface, &before->hook_out, &hop->hook_in);
                last = w->way->hop_count - 1;
        }
        return first;
}

/* The first thing that stops it is the answer; what comes later is only marked. */
static void settle(struct walk *w, size_t hop, enum way_verdict verdict, enum way_reason reason, const char *fmt,
                   va_list ap) __attribute__((format(printf, 5, 0)));
static void settle(struct walk *w, size_t hop, enum way_verdict verdict, enum way_reason reason, const char *fmt,
                   va_list ap)
{
        struct way *way = w->way;

        if (w->is_astray && verdict == WAY_BROKEN)
                verdict = WAY_UNKNOWN;
        /* Only large packets are lost: what stops all of them is the better answer. */
        bool is_worse = way->reason == WAY_FINE ||
                (verdict == WAY_BROKEN && (way->verdict == WAY_UNKNOWN || way->reason == WAY_MTU));
        CLEANUP(text_done) struct text t = {0};
        CLEANUP(freep) char *what = NULL;

        if (hop < way->hop_count && way->hops[hop].reason == WAY_FINE)
                way->hops[hop].reason = reason;
        if (!is_worse)
                return;
        what = xvasprintf(intl_text(fmt), ap);
        way->verdict = verdict;
        way->reason = reason;
        way->hop = hop;
        if (w->is_back)
                text_put(&t, _("on the way back "));
        way_put_place(&t, w->g, &way->hops[hop]);
        text_putf(&t, ": %s", what);
        free(way->sentence);
        way->sentence = text_take(&t);
}

bool walk_break(struct walk *w, enum way_reason reason, const char *fmt, ...)
{
        va_list ap;

        va_start(ap, fmt);
        settle(w, w->way->hop_count - 1, WAY_BROKEN, reason, fmt, ap);
        va_end(ap);
        return false;
}

bool walk_break_at(struct walk *w, size_t iface, enum way_reason reason, const char *fmt, ...)
{
        size_t hop = w->way->hop_count - 1;
        va_list ap;

        for (size_t k = w->way->hop_count; k-- > 0;) {
                if (w->way->hops[k].iface != iface)
                        continue;
                hop = k;
                break;
        }
        va_start(ap, fmt);
        settle(w, hop, WAY_BROKEN, reason, fmt, ap);
        va_end(ap);
        return false;
}

static void settle_step(struct walk *w, size_t hop, enum way_reason reason, const char *fmt, ...)
        __attribute__((format(printf, 4, 5)));
static void settle_step(struct walk *w, size_t hop, enum way_reason reason, const char *fmt, ...)
{
        va_list ap;

        va_start(ap, fmt);
        settle(w, hop, WAY_BROKEN, reason, fmt, ap);
        va_end(ap);
}

bool walk_break_step(struct walk *w, const struct frame_step *step, size_t hop)
{
        const struct graph *g = w->g;
        const struct iface *i = &g->ifaces[step->iface];
        CLEANUP(text_done) struct text other = {0};

        if (step->other != NONE)
                query_put_iface(&other, g, step->other);
        switch (step->reason) {
        case WAY_DOWN:
                if (step->other != NONE && g->ifaces[step->other].peer == step->iface)
                        settle_step(w, hop, WAY_DOWN, "it is down, so that %s has no carrier; up brings it up",
                                    text_str(&other));
                else
                        settle_step(w, hop, WAY_DOWN, "it is down; up brings it up");
                break;
        case WAY_NO_CARRIER:
                settle_step(w, hop, WAY_NO_CARRIER, "it has no carrier: nothing that is up is joined to it");
                break;
        case WAY_STP:
                settle_step(w, hop, WAY_STP, "spanning tree keeps this port of %s closed: it is %s",
                            i->master == NONE ? "its bridge" : g->ifaces[i->master].name,
                            stp_state_name(i->port_state));
                break;
        case WAY_VLAN:
                if (step->denied)
                        settle_step(w, hop, WAY_VLAN, "VLAN %u is not allowed on it; bridge vlan add allows it",
                                    step->denied);
                else
                        settle_step(w, hop, WAY_VLAN, "it takes no frames without a tag: it has no PVID");
                break;
        case WAY_ISOLATED:
                settle_step(w, hop, WAY_ISOLATED,
                            "it is an isolated port, as is the one by which the frame came: they exchange nothing");
                break;
        case WAY_DROPPED:
                settle_step(w, hop, WAY_DROPPED,
                            step->is_in ? N_("a tc filter drops all that it receives (tc filter show dev %s ingress)")
                                        : N_("a tc filter drops all that it sends (tc filter show dev %s egress)"),
                            i->name);
                break;
        default: settle_step(w, hop, step->reason, "%s", way_reason_name(step->reason)); break;
        }
        return false;
}

bool walk_leave(struct walk *w, const char *fmt, ...)
{
        size_t last = w->way->hop_count ? w->way->hop_count - 1 : 0;
        size_t jail = w->way->hop_count ? w->way->hops[last].jail : 0, iface = w->way->hops[last].iface;
        va_list ap;

        walk_hop(w, HOP_LEAVES, jail, iface, "out of sight from here on");
        va_start(ap, fmt);
        settle(w, w->way->hop_count - 1, WAY_UNKNOWN, WAY_OUT_OF_SIGHT, fmt, ap);
        va_end(ap);
        return false;
}

void walk_doubt(struct walk *w, enum way_reason reason, const char *fmt, ...)
{
        va_list ap;

        va_start(ap, fmt);
        settle(w, w->way->hop_count - 1, WAY_UNKNOWN, reason, fmt, ap);
        va_end(ap);
}

void walk_stray(struct walk *w, enum way_reason reason, const char *fmt, ...)
{
        va_list ap;

        va_start(ap, fmt);
        settle(w, w->way->hop_count - 1, WAY_UNKNOWN, reason, fmt, ap);
        va_end(ap);
        w->is_astray = true;
}

void walk_doubt_step(struct walk *w, size_t hop, enum way_reason reason, const char *fmt, ...)
{
        va_list ap;

        va_start(ap, fmt);
        settle(w, hop, WAY_UNKNOWN, reason, fmt, ap);
        va_end(ap);
}

void walk_narrow(struct walk *w, size_t hop, const char *fmt, ...)
{
        va_list ap;

        va_start(ap, fmt);
        settle(w, hop, WAY_BROKEN, WAY_MTU, fmt, ap);
        va_end(ap);
}
