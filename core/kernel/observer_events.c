/* observer_events.c - an event becomes facts, or a wish to search. */
#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <netlink/msg.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/kernel/observer_parts.h"

#define MOVE_WAIT_MS 100 /* a move takes 16 to 25 ms in the kernel */

static struct stack *find_stack(struct observer *o, int nsid)
{
        return nsid == NSID_HERE ? o->facts.stacks[0] : facts_find_nsid(&o->facts, nsid);
}

/* The kernel drops routes with a link or an address and says nothing of it. */
static void mark_routes(struct observer *o, struct stack *s)
{
        s->are_routes_old |= o->options.want_routes;
}

static void add_move(struct observer *o, const struct stack *from, const struct link *l, const struct stack *to)
{
        struct move *m;

        if (!to || !from->cookie || !to->cookie)
                return; /* out of sight: what arrives there later is recognised by its address */
        o->moves = array_grow(o->moves, &o->move_capacity, o->move_count, sizeof(*o->moves));
        m = &o->moves[o->move_count++];
        *m = (struct move){.from = {from->cookie, l->i.id.ifindex},
                           .to = {to->cookie, l->new_ifindex},
                           .mac = l->i.mac,
                           .deadline_ms = clock_now_ms() + MOVE_WAIT_MS};
        (void)str_copy(m->name, sizeof(m->name), l->name); /* same size */
}

static bool is_vlan_or_macvlan(const struct iface *i)
{
        return i->kind == KIND_MACVLAN || i->kind == KIND_VLAN;
}

/* What has no MAC address of its own has the one of what it stands on. */
static bool has_parents_mac(const struct iface *i)
{
        return i->kind == KIND_IPVLAN ||
                ((i->kind == KIND_MACVLAN || i->kind == KIND_MACVTAP) && i->macvlan_mode == MACVLAN_MODE_PASSTHRU);
}

/* Nor does it tell of those that stand on a link which moved, or got another MAC address, that they changed with it. */
static void ask_children_again(struct observer *o, struct iface_id parent, bool (*is_changed)(const struct iface *i))
{
        const struct stack *from = facts_find_cookie(&o->facts, parent.cookie);

        for (size_t n = 0; from && n < o->facts.count; n++) {
                struct stack *s = o->facts.stacks[n];

                for (size_t k = 0; k < s->link_count; k++) {
                        struct iface *i = &s->links[k]->i;

                        if (!is_changed(i) || i->link_ifindex != parent.ifindex ||
                            (i->link_nsid < 0 ? s : scan_find_target(&o->scan, s, i->link_nsid)) != from)
                                continue;
                        i->link_ifindex = 0;
                        s->has_incomplete = true;
                }
        }
}

static void take_arrival(struct observer *o, const struct stack *s, int ifindex)
{
        for (size_t k = 0; k < o->move_count; k++)
                if (iface_id_equal(o->moves[k].to, (struct iface_id){s->cookie, ifindex})) {
                        o->moves[k].has_arrived = true;
                        ask_children_again(o, o->moves[k].from, is_vlan_or_macvlan);
                }
}

/* An interface that left the host is lent: the row says so, as the builder does for those that it recognises itself. */
static void lend(struct observer *o, const struct move *m, uint32_t number)
{
        const struct stack *to = facts_find_cookie(&o->facts, m->to.cookie);
        struct reg_loan *loan;

        if (!to || m->from.cookie != o->facts.stacks[0]->cookie || to == o->facts.stacks[0])
                return;
        loan = registry_add_loan(o->registry, number, m->to.cookie);
        loan->cookie = m->to.cookie;
        loan->mac = m->mac;
        loan->handle = to->handle;
        loan->is_changed = true;
        (void)str_copy(loan->iface, sizeof(loan->iface), m->name);     /* same size */
        (void)str_copy(loan->jail, sizeof(loan->jail), to->best.name); /* same size */
}

static void finish_move(struct observer *o, const struct move *m)
{
        const struct reg_iface *taken = registry_find_iface(o->registry, m->to);
        const struct reg_iface *row = registry_find_iface(o->registry, m->from);
        uint32_t number;

        if (!row || row->is_gone || (taken && !taken->is_gone))
                return;
        number = row->number;
        registry_move_iface(o->registry, m->from, m->to);
        lend(o, m, number);
}

void observer_settle_moves(struct observer *o, int64_t now)
{
        size_t kept = 0;

        for (size_t k = 0; k < o->move_count; k++) {
                if (o->moves[k].has_arrived)
                        finish_move(o, &o->moves[k]);
                else if (now < o->moves[k].deadline_ms)
                        o->moves[kept++] = o->moves[k];
        }
        o->move_count = kept;
}

/* The kernel does not tell the other end of a pair that this one has moved: that one is asked again. */
static void ask_peer_again(struct observer *o, struct stack *s, const struct link *l)
{
        struct stack *there = l->i.link_nsid < 0 ? s : scan_find_target(&o->scan, s, l->i.link_nsid);
        const struct stack *back;
        struct link *peer;

        if (!there) { /* an id that is new there: most likely home's, which is asked for with what is incomplete */
                s->has_incomplete = true;
                there = o->facts.stacks[0];
        }
        peer = stack_find_link(there, l->i.link_ifindex);
        if (l->i.kind != KIND_VETH || !peer || peer->i.kind != KIND_VETH)
                return;
        back = peer->i.link_nsid < 0 ? there : scan_find_target(&o->scan, there, peer->i.link_nsid);
        if (back == s && peer->i.link_ifindex == l->i.id.ifindex)
                return;
        peer->i.link_ifindex = 0;
        there->has_incomplete = true;
}

static void take_new_link(struct observer *o, struct stack *s, struct nlmsghdr *h)
{
        bool was_changed = o->facts.is_changed, was_state_changed = o->facts.is_state_changed;
        const struct link *old;
        struct link *l;
        int ifindex;

        if (decode_link(h, &l) < 0)
                return;
        ifindex = l->i.id.ifindex;
        old = stack_find_link(s, ifindex);
        if (old && !mac_equal(old->i.mac, l->i.mac))
                ask_children_again(o, (struct iface_id){s->cookie, ifindex}, has_parents_mac);
        s->has_incomplete |= l->i.kind == KIND_VETH && l->i.link_ifindex == 0;
        o->facts.is_changed = o->facts.is_state_changed = false;
        stack_put_link(&o->facts, s, l);
        ask_peer_again(o, s, l);
        if (o->facts.is_changed || o->facts.is_state_changed)
                mark_routes(o, s);
        o->facts.is_changed |= was_changed;
        o->facts.is_state_changed |= was_state_changed;
        take_arrival(o, s, ifindex);
}

static void take_gone_link(struct observer *o, struct stack *s, struct nlmsghdr *h)
{
        CLEANUP(link_freep) struct link *l = NULL;

        if (decode_link(h, &l) < 0)
                return;
        if (l->new_ifindex > 0)
                add_move(o, s, l, scan_find_target(&o->scan, s, l->new_nsid));
        stack_remove_link(&o->facts, s, l->i.id.ifindex);
        mark_routes(o, s);
}

static void take_link(struct observer *o, struct stack *s, struct nlmsghdr *h)
{
        bool is_gone = h->nlmsg_type == RTM_DELLINK;
        struct port_fact port;

        if (decode_is_port(h)) {
                if (decode_port(h, &port) == 0)
                        stack_set_port(&o->facts, s, &port, is_gone);
        } else if (is_gone) {
                take_gone_link(o, s, h);
        } else {
                take_new_link(o, s, h);
        }
}

static void take_address(struct observer *o, struct stack *s, struct nlmsghdr *h)
{
        struct address_fact a;

        if (decode_address(h, &a) < 0)
                return;
        if (h->nlmsg_type == RTM_NEWADDR)
                stack_put_address(&o->facts, s, &a);
        else
                stack_remove_address(&o->facts, s, &a);
        mark_routes(o, s);
}

/* Ids of namespaces come and go: the only news of one that nobody named. */
static void take_nsid(struct observer *o, struct nlmsghdr *h)
{
        struct nsid_fact fact;
        struct stack *s;

        if (decode_nsid(h, &fact) < 0)
                return;
        s = facts_find_nsid(&o->facts, fact.nsid);
        if (h->nlmsg_type == RTM_NEWNSID) {
                if (!s)
                        o->searches |= SEARCH_ALL;
                return;
        }
        if (!s || s == o->facts.stacks[0])
                return;
        if (!s->lost_ms) /* its places may belong to another one by now */
                o->searches |= SEARCH_NAMED | SEARCH_MOUNTS | SEARCH_TASKS;
        facts_remove(&o->facts, s);
        /* Ids that other namespaces had for it may be given to another one. */
        for (size_t k = 1; k < o->facts.count; k++)
                for (size_t i = 0; i < o->facts.stacks[k]->link_count; i++)
                        if (o->facts.stacks[k]->links[i]->i.link_nsid_home == fact.nsid)
                                o->facts.stacks[k]->links[i]->i.link_nsid_home = -1;
}

static void take_forwarding(struct observer *o, struct stack *s, struct nlmsghdr *h)
{
        int forwarding;
        bool is_v6;

        if (decode_forwarding(h, &is_v6, &forwarding) == 0)
                o->facts.is_changed |= stack_set_forwarding(s, is_v6, forwarding);
}

void observer_take_event(struct nlmsghdr *h, int nsid, void *observer)
{
        struct observer *o = observer;
        struct stack *s = find_stack(o, nsid);

        if (!s)
                return; /* one whose id came with an event of its own: the search reads it whole */
        switch (h->nlmsg_type) {
        case RTM_NEWLINK:
        case RTM_DELLINK: take_link(o, s, h); break;
        case RTM_NEWADDR:
        case RTM_DELADDR: take_address(o, s, h); break;
        case RTM_NEWROUTE:
        case RTM_DELROUTE: mark_routes(o, s); break;
        case RTM_NEWNETCONF: take_forwarding(o, s, h); break;
        case RTM_NEWNSID:
        case RTM_DELNSID:
                if (s == o->facts.stacks[0]) /* another namespace's ids mean nothing here */
                        take_nsid(o, h);
                break;
        default: break;
        }
}
