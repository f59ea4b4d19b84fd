/* frame.c - a search through devices, fewest obstacles first. */
#include "core/path/frame.h"

#include <linux/if_link.h>
#include <string.h>
#include <sys/socket.h>

#include "core/path/lookup.h"

enum phase {
        PHASE_SEND,   /* the device puts it on its wire */
        PHASE_GET,    /* the device takes it from its wire */
        PHASE_SWITCH, /* a bridge between its ports and its own stack */
        PHASE_STACK,  /* the stack above the device */
};

struct state {
        size_t iface;
        enum phase phase;
        uint16_t vlan;
        size_t before; /* index of the state that it came from; NONE */
        unsigned obstacles;
        bool is_settled;
        enum way_reason reason; /* what stands between that one and this */
        size_t blamed, other;   /* where that is, and what it has to do with */
        uint16_t denied;        /* WAY_VLAN: which; 0 frames without a tag */
        bool is_filtered;       /* tc takes some frames here */
        bool is_dropped;        /* tc drops all here: it was queued once more, as one with an obstacle */
};

struct search {
        const struct graph *g;
        const struct way_facts *facts;
        const bool *has_address; /* by jail */
        const struct prefix *to;
        size_t from; /* jail */
        struct state *states;
        size_t count, capacity;
        size_t *slots; /* hash of the states: index from 1 */
        size_t slot_count;
        size_t *now, *later; /* states to look at: with as many obstacles as now, and with one more */
        size_t now_count, now_capacity, later_count, later_capacity;
        size_t *children, *siblings; /* by interface: the first that stands on it, the next on the same; NONE */
        size_t exit, proxy;
};

/* A transition: to where, and what is in the way. */
struct move {
        size_t iface;
        enum phase phase;
        uint16_t vlan;
        enum way_reason reason;
        size_t blamed, other;
        uint16_t denied;
};

static size_t *find_slot(struct search *s, size_t iface, enum phase phase, uint16_t vlan)
{
        size_t k = (iface * 4 + phase) * 0x9e3779b97f4a7c15u ^ vlan * 0xc2b2ae3d27d4eb4fu;

        for (k = (k >> 17) & (s->slot_count - 1);; k = (k + 1) & (s->slot_count - 1)) {
                const struct state *t = s->slots[k] ? &s->states[s->slots[k] - 1] : NULL;

                if (!t || (t->iface == iface && t->phase == phase && t->vlan == vlan))
                        return &s->slots[k];
        }
}

static void grow_slots(struct search *s)
{
        free(s->slots);
        s->slot_count = s->slot_count ? s->slot_count * 2 : 256;
        s->slots = xcalloc(s->slot_count, sizeof(*s->slots));
        for (size_t k = 0; k < s->count; k++)
                *find_slot(s, s->states[k].iface, s->states[k].phase, s->states[k].vlan) = k + 1;
}

static void push(struct search *s, size_t before, const struct move *m)
{
        unsigned obstacles = (before == NONE ? 0 : s->states[before].obstacles) + (m->reason != WAY_FINE);
        bool is_later = m->reason != WAY_FINE;
        size_t *slot = find_slot(s, m->iface, m->phase, m->vlan), index = *slot - 1;
        struct state new = {.iface = m->iface,
                            .phase = m->phase,
                            .vlan = m->vlan,
                            .before = before,
                            .obstacles = obstacles,
                            .reason = m->reason,
                            .blamed = m->blamed,
                            .other = m->other,
                            .denied = m->denied};

        if (s->states && index < s->count && s->states[index].obstacles <= obstacles)
                return;
        if (s->states && index < s->count) {
                s->states[index] = new;
        } else {
                index = s->count;
                s->states = array_grow(s->states, &s->capacity, s->count, sizeof(*s->states));
                s->states[s->count++] = new;
                *slot = s->count;
                if (s->count * 2 > s->slot_count)
                        grow_slots(s);
        }
        if (is_later) {
                s->later = array_grow(s->later, &s->later_capacity, s->later_count, sizeof(*s->later));
                s->later[s->later_count++] = index;
        } else {
                s->now = array_grow(s->now, &s->now_capacity, s->now_count, sizeof(*s->now));
                s->now[s->now_count++] = index;
        }
}

static const struct depth *depth_of(const struct search *s, size_t jail)
{
        return s->facts->of ? s->facts->of(s->facts->context, jail) : NULL;
}

/* Why a device can't send. No carrier that has its cause further on is not told here: the cause will be. */
static enum way_reason why_silent(const struct search *s, size_t iface)
{
        const struct iface *i = &s->g->ifaces[iface];

        if (!i->is_up)
                return WAY_DOWN;
        if (i->is_running || i->kind == KIND_VLAN || i->kind == KIND_MACVLAN || i->kind == KIND_MACVTAP ||
            i->kind == KIND_IPVLAN)
                return WAY_FINE;
        if (i->kind == KIND_VETH && i->peer != NONE && !s->g->ifaces[i->peer].is_up)
                return WAY_FINE;
        if (iface_takes_ports(i) && graph_ports(s->g, iface, NULL, 0) > 0)
                return WAY_FINE;
        return WAY_NO_CARRIER;
}

static void try_sending(struct search *s, size_t before, size_t iface, uint16_t vlan, enum way_reason obstacle)
{
        enum way_reason reason = obstacle != WAY_FINE ? obstacle : why_silent(s, iface);

        push(s, before, &(struct move){iface, PHASE_SEND, vlan, reason, iface, NONE, 0});
}

static void try_getting(struct search *s, size_t before, size_t iface, uint16_t vlan)
{
        bool is_up = s->g->ifaces[iface].is_up;

        push(s, before,
             &(struct move){iface, PHASE_GET, vlan, is_up ? WAY_FINE : WAY_DOWN, iface, s->states[before].iface, 0});
}

static bool filters(const struct search *s, size_t bridge, const struct depth **ret)
{
        *ret = s->g->ifaces[bridge].vlan_filtering ? depth_of(s, s->g->ifaces[bridge].jail) : NULL;
        return *ret && (*ret)->known & DEPTH_VLANS;
}

static enum way_reason port_reason(const struct iface *port)
{
        return port->is_up && port->is_running && port->port_state != STP_FORWARDING ? WAY_STP : WAY_FINE;
}

/* A frame comes into a bridge by a port, or by the bridge's own stack (the bridge itself). */
static void enter_bridge(struct search *s, size_t before, size_t bridge, size_t by, uint16_t vlan)
{
        const struct iface *b = &s->g->ifaces[bridge], *port = &s->g->ifaces[by];
        struct move m = {bridge, PHASE_SWITCH, vlan, WAY_FINE, by, bridge, 0};
        const struct depth *d;

        if (!b->is_up) { /* its ports' states mean nothing then */
                m.reason = WAY_DOWN;
                m.blamed = bridge;
                m.other = NONE;
        } else if (by != bridge) {
                m.reason = port_reason(port);
        }
        if (filters(s, bridge, &d)) {
                uint16_t pvid = depth_pvid(d, port->id.ifindex);

                if (vlan == 0)
                        m.vlan = pvid;
                if (m.reason == WAY_FINE && (m.vlan == 0 || !depth_has_vlan(d, port->id.ifindex, m.vlan, NULL)))
                        m.reason = WAY_VLAN;
                m.denied = m.vlan;
        }
        push(s, before, &m);
}

/* The tag that a frame of that VLAN has behind a port; false: the port does not let it out. */
static bool leave_bridge(const struct search *s, size_t bridge, size_t by, uint16_t *vlan)
{
        const struct depth_vlan *entry;
        const struct depth *d;

        if (!filters(s, bridge, &d))
                return true;
        if (!depth_has_vlan(d, s->g->ifaces[by].id.ifindex, *vlan, &entry))
                return false;
        if (entry->is_untagged)
                *vlan = 0;
        return true;
}

static void try_denied(struct search *s, size_t before, size_t iface, uint16_t vlan, uint16_t denied)
{
        push(s, before, &(struct move){iface, PHASE_SEND, vlan, WAY_VLAN, iface, NONE, denied});
}

static void switch_frame(struct search *s, size_t at)
{
        const struct state here = s->states[at];
        const struct graph *g = s->g;
        size_t count = graph_ports(g, here.iface, NULL, 0), from = s->states[here.before].iface;
        CLEANUP(freep) size_t *ports = xcalloc(count, sizeof(*ports));

        (void)graph_ports(g, here.iface, ports, count); /* the same count */
        for (size_t k = 0; k < count; k++) {
                const struct iface *port = &g->ifaces[ports[k]];
                uint16_t vlan = here.vlan;
                enum way_reason reason = WAY_FINE;

                if (ports[k] == from)
                        continue;
                if (!leave_bridge(s, here.iface, ports[k], &vlan)) {
                        /* Were it allowed, with a tag or without: there is no telling. */
                        try_denied(s, at, ports[k], vlan, vlan);
                        try_denied(s, at, ports[k], 0, vlan);
                        continue;
                }
                if (from != here.iface && port->is_isolated && g->ifaces[from].is_isolated)
                        reason = WAY_ISOLATED;
                else if (g->ifaces[here.iface].is_up)
                        reason = port_reason(port);
                try_sending(s, at, ports[k], vlan, reason);
        }
        if (from != here.iface) {
                uint16_t vlan = here.vlan;
                bool may = leave_bridge(s, here.iface, here.iface, &vlan);
                struct move up = {here.iface, PHASE_STACK, may ? vlan : 0, may ? WAY_FINE : WAY_VLAN,
                                  here.iface, NONE,        here.vlan};

                push(s, at, &up);
        }
}

/* An end of the way, or one that can hand a frame to another: what tc does is asked of those, not of a thousand leaves.
 */
static bool may_filter(const struct search *s, size_t jail)
{
        const struct graph *g = s->g;
        const struct jail *j = &g->jails[jail];
        size_t count = 0;

        if (jail == s->from || s->has_address[jail])
                return true;
        for (size_t k = j->iface_first; k != NONE && count < 2; k = g->ifaces[k].next)
                count += g->ifaces[k].kind != KIND_LOOPBACK;
        return count > 1;
}

/* It goes on as if nothing had dropped it, behind all that have fewer obstacles; unless something stops it here
 * already. */
static bool drop(struct search *s, size_t at)
{
        struct state *here = &s->states[at];

        if (here->is_dropped || here->reason != WAY_FINE)
                return false;
        here->is_dropped = true;
        here->is_settled = false;
        here->obstacles++;
        here->reason = WAY_DROPPED;
        here->blamed = here->iface;
        here->other = NONE;
        s->later = array_grow(s->later, &s->later_capacity, s->later_count, sizeof(*s->later));
        s->later[s->later_count++] = at;
        return true;
}

/* What tc's filters do with a frame that an interface gets, or sends. True: they have taken it, nothing else does. */
static bool hand_on(struct search *s, size_t at, bool is_out)
{
        const struct state here = s->states[at];
        const struct iface *i = &s->g->ifaces[here.iface];
        const struct jail *j = &s->g->jails[i->jail];
        const struct depth *d = may_filter(s, i->jail) ? depth_of(s, i->jail) : NULL;

        for (size_t k = 0; d && k < d->redirect_count; k++) {
                const struct depth_redirect *r = &d->redirects[k];
                size_t target;

                if (r->ifindex != i->id.ifindex || r->is_out != is_out)
                        continue;
                if (r->is_drop && r->takes_all) {
                        if (drop(s, at))
                                return true;
                        break; /* no filter behind it sees a frame */
                }
                target = r->target && !r->is_drop ? graph_find_iface(s->g, (struct iface_id){j->cookie, r->target})
                                                  : NONE;
                if (!r->takes_all)
                        s->states[at].is_filtered = true;
                if (target != NONE && r->is_in)
                        try_getting(s, at, target, here.vlan);
                else if (target != NONE)
                        try_sending(s, at, target, here.vlan, WAY_FINE);
                if (r->takes_all && !r->is_copy)
                        return true;
        }
        return false;
}

static void send_frame(struct search *s, size_t at)
{
        const struct state here = s->states[at];
        const struct iface *i = &s->g->ifaces[here.iface];
        bool leaves = false;

        if (hand_on(s, at, true))
                return;

        switch (i->kind) {
        case KIND_VETH:
                if (i->peer != NONE)
                        try_getting(s, at, i->peer, here.vlan);
                leaves = i->peer_state == PEER_OUT_OF_SIGHT || i->peer_state == PEER_AMBIGUOUS;
                break;
        case KIND_BRIDGE: enter_bridge(s, at, here.iface, here.iface, here.vlan); break;
        case KIND_VLAN:
                if (i->parent != NONE)
                        try_sending(s, at, i->parent, i->vlan_id, WAY_FINE);
                leaves = i->parent == NONE;
                break;
        case KIND_MACVLAN:
        case KIND_MACVTAP:
        case KIND_IPVLAN:
                for (size_t k = i->parent == NONE ? NONE : s->children[i->parent]; k != NONE; k = s->siblings[k])
                        if (k != here.iface && s->g->ifaces[k].kind == i->kind &&
                            (i->kind == KIND_IPVLAN || i->macvlan_mode == MACVLAN_MODE_BRIDGE))
                                try_getting(s, at, k, here.vlan);
                if (i->parent != NONE)
                        try_sending(s, at, i->parent, here.vlan, WAY_FINE);
                leaves = i->parent == NONE;
                break;
        case KIND_BOND: {
                size_t count = graph_ports(s->g, here.iface, NULL, 0);
                CLEANUP(freep) size_t *members = xcalloc(count, sizeof(*members));

                (void)graph_ports(s->g, here.iface, members, count); /* the same count */
                for (size_t k = 0; k < count; k++)
                        try_sending(s, at, members[k], here.vlan, WAY_FINE);
                break;
        }
        case KIND_PHYSICAL:
        case KIND_VXLAN:
        case KIND_TUN:
        case KIND_TAP:
        case KIND_OTHER: leaves = true; break;
        case KIND_LOOPBACK:
        case KIND_DUMMY:
        case KIND_IFB: break; /* they swallow it */
        }
        if (leaves && here.obstacles == 0 && s->exit == NONE)
                s->exit = here.iface;
}

static void get_frame(struct search *s, size_t at)
{
        const struct state here = s->states[at];
        const struct iface *i = &s->g->ifaces[here.iface];

        if (hand_on(s, at, false))
                return;
        for (size_t k = s->children[here.iface]; k != NONE; k = s->siblings[k]) {
                const struct iface *child = &s->g->ifaces[k];

                if (child->kind == KIND_VLAN && here.vlan && child->vlan_id == here.vlan) {
                        try_getting(s, at, k, 0); /* and nobody else gets it */
                        return;
                }
                if (child->kind == KIND_MACVLAN || child->kind == KIND_MACVTAP || child->kind == KIND_IPVLAN)
                        try_getting(s, at, k, here.vlan);
        }
        if (i->master == NONE)
                push(s, at, &(struct move){here.iface, PHASE_STACK, here.vlan, WAY_FINE, here.iface, NONE, 0});
        else if (s->g->ifaces[i->master].kind == KIND_BRIDGE)
                enter_bridge(s, at, i->master, here.iface, here.vlan);
        else
                try_getting(s, at, i->master, here.vlan);
}

/* A bridge's own stack: VLANs and others that stand on the bridge. */
static void reach_stack(struct search *s, size_t at)
{
        const struct state here = s->states[at];

        if (s->g->ifaces[here.iface].kind != KIND_BRIDGE)
                return;
        for (size_t k = s->children[here.iface]; k != NONE; k = s->siblings[k]) {
                const struct iface *child = &s->g->ifaces[k];
                bool is_vlan = child->kind == KIND_VLAN;

                if (is_vlan ? here.vlan && child->vlan_id == here.vlan : true)
                        try_getting(s, at, k, is_vlan ? 0 : here.vlan);
        }
}

enum goal { GOAL_NOT, GOAL_STACK, GOAL_OWNER };

/* A stack answers for IPv4 addresses of its other interfaces, too. */
static enum goal goal_of(const struct search *s, const struct state *t)
{
        const struct iface *i = &s->g->ifaces[t->iface];

        if (t->phase != PHASE_STACK || t->vlan != 0 || !s->has_address[i->jail])
                return GOAL_NOT;
        if (lookup_has_address(i, s->to))
                return GOAL_OWNER;
        return s->to->family == AF_INET ? GOAL_STACK : GOAL_NOT;
}

/* Does it answer for the addresses of others? Routers alone do, so that few stacks are asked. */
static bool is_proxy(const struct search *s, const struct state *t)
{
        const struct iface *i = &s->g->ifaces[t->iface];
        const struct jail *j = &s->g->jails[i->jail];
        const int family = s->to->family;
        const int ifindexes[] = {i->id.ifindex, DEPTH_EVERY_IFACE};
        const struct depth *d;

        if (t->phase != PHASE_STACK || t->vlan != 0 || t->obstacles > 0 || i->jail == s->from ||
            (family == AF_INET ? j->forwarding : j->forwarding6) != 1)
                return false;
        d = depth_of(s, i->jail);
        for (size_t k = 0; d && k < ARRAY_SIZE(ifindexes); k++) {
                const struct depth_setting *setting = depth_find_setting(d, (uint8_t)family, ifindexes[k]);

                if (setting && setting->proxies == 1)
                        return true;
        }
        return false;
}

/*
 * The state that has the address, with the fewest obstacles before it; of several such the interface whose address it
 * is. NONE.
 */
static size_t run(struct search *s)
{
        size_t found = NONE;

        for (size_t next = 0; s->now_count > 0 || s->later_count > 0;) {
                if (next == s->now_count) {
                        size_t *swap = s->now, capacity = s->now_capacity;

                        if (found != NONE)
                                return found;
                        s->now = s->later;
                        s->now_count = s->later_count;
                        s->now_capacity = s->later_capacity;
                        s->later = swap;
                        s->later_capacity = capacity;
                        s->later_count = next = 0;
                        continue;
                }

                size_t at = s->now[next++];

                if (s->states[at].is_settled)
                        continue;
                s->states[at].is_settled = true;
                switch (goal_of(s, &s->states[at])) {
                case GOAL_NOT:
                        if (s->proxy == NONE && s->to->family && is_proxy(s, &s->states[at]))
                                s->proxy = s->states[at].iface;
                        break;
                case GOAL_STACK: found = found == NONE ? at : found; break;
                case GOAL_OWNER: return at;
                }
                switch (s->states[at].phase) {
                case PHASE_SEND: send_frame(s, at); break;
                case PHASE_GET: get_frame(s, at); break;
                case PHASE_SWITCH: switch_frame(s, at); break;
                case PHASE_STACK: reach_stack(s, at); break;
                }
                if (next == s->now_count)
                        next = s->now_count = 0;
        }
        return found;
}

/* The states that led there, turned around; a device that several of them are about is one step. */
static void write_steps(const struct search *s, size_t goal, struct frame_way *ret)
{
        size_t length = 0;

        for (size_t k = goal; k != NONE; k = s->states[k].before)
                length++;
        struct frame_step *steps = ret->steps = xcalloc(length, sizeof(*steps));
        CLEANUP(freep) size_t *order = xcalloc(length, sizeof(*order));

        for (size_t k = goal, n = length; k != NONE; k = s->states[k].before)
                order[--n] = k;
        for (size_t n = 0; n < length; n++) {
                const struct state *t = &s->states[order[n]];
                bool has_step = ret->count > 0;
                struct frame_step *step = &steps[has_step ? ret->count - 1 : 0];

                /* What stops a frame on its way into a bridge is the port's, which has its step already. */
                if (has_step && t->reason != WAY_FINE && t->blamed == step->iface && step->reason == WAY_FINE) {
                        step->reason = t->reason;
                        step->other = t->other;
                        step->denied = t->denied;
                }
                if (has_step && step->iface == t->iface) {
                        step->is_filtered |= t->is_filtered;
                        continue;
                }
                steps[ret->count++] = (struct frame_step){
                        .iface = t->iface,
                        .is_in = t->phase == PHASE_GET || t->phase == PHASE_STACK,
                        .vlan = t->vlan,
                        .reason = t->blamed == t->iface ? t->reason : WAY_FINE,
                        .other = t->other,
                        .denied = t->denied,
                        .is_filtered = t->is_filtered,
                };
        }
}

static void index_children(struct search *s)
{
        const struct graph *g = s->g;

        s->children = xcalloc(g->iface_count, sizeof(*s->children));
        s->siblings = xcalloc(g->iface_count, sizeof(*s->siblings));
        for (size_t k = 0; k < g->iface_count; k++)
                s->children[k] = s->siblings[k] = NONE;
        for (size_t k = g->iface_count; k-- > 0;) {
                size_t parent = g->ifaces[k].parent;

                if (parent == NONE)
                        continue;
                s->siblings[k] = s->children[parent];
                s->children[parent] = k;
        }
}

void frame_find(const struct graph *g, const struct way_facts *facts, size_t from, const struct prefix *to,
                struct frame_way *ret)
{
        CLEANUP(freep) bool *has_address = xcalloc(g->jail_count, sizeof(*has_address));
        struct search s = {.g = g,
                           .facts = facts,
                           .has_address = has_address,
                           .to = to,
                           .from = g->ifaces[from].jail,
                           .exit = NONE,
                           .proxy = NONE};
        size_t goal;

        *ret = (struct frame_way){.exit = NONE, .proxy = NONE};
        for (size_t k = 0; to->family && k < g->jail_count; k++)
                has_address[k] = lookup_local(g, k, to) != NONE;
        index_children(&s);
        grow_slots(&s);
        push(&s, NONE, &(struct move){from, PHASE_SEND, 0, why_silent(&s, from), from, NONE, 0});
        goal = run(&s);
        ret->is_found = goal != NONE;
        ret->exit = s.exit;
        ret->proxy = s.proxy;
        if (goal != NONE)
                write_steps(&s, goal, ret);
        free(s.states);
        free(s.slots);
        free(s.now);
        free(s.later);
        free(s.children);
        free(s.siblings);
}
