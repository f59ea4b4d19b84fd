/*
 * plan_orphans.c - hooks that a hidden pair carries: a NIC's `orphans`, which are frames that the host's stack has no
 * protocol for, and an iface's `inet` or `inet6` beside the other one, which its own hidden end has.
 *
 * Traffic control copies or hands the frames to the pair's one end (feed.h), the other end is what is joined, as an
 * eiface's hidden end is. It is made for the first edge of the hook, and goes with it (plan_tidy.c).
 */
#include <errno.h>
#include <string.h>

#include "core/graph/marks.h"
#include "core/plan/chain.h"
#include "core/plan/feed.h"
#include "core/plan/planner.h"

size_t carrier_of_hook(const struct graph *g, size_t iface, const char *hook)
{
        size_t owner = carrier_owner(g, iface), carrier = owner == NONE ? NONE : orphans_carrier(g, owner);

        return carrier != NONE && strcmp(carrier_hook(g, carrier), hook) == 0 ? carrier : NONE;
}

/* A hook that is joined to nothing, and cannot be but by a carrier. */
struct carried {
        size_t iface; /* whose node has the hook */
        size_t owner; /* the NIC, or the iface's hidden end */
        bool is_inet6;
};

static bool find_carried(const struct graph *g, const char *word, struct carried *ret)
{
        size_t node = NONE, hook = NONE;
        char name[HOOK_NAME_SIZE];

        if (query_hook(g, word, &node, &hook, name, NULL) < 0 || hook != NONE || g->nodes[node].iface == NONE)
                return false;

        size_t iface = g->nodes[node].iface, owner = carrier_owner(g, iface);
        bool is_second = g->ifaces[iface].role == ROLE_IFACE && is_iface_hook(name) && owner != NONE &&
                g->ifaces[owner].master != NONE;

        if (!is_second && (strcmp(name, "orphans") != 0 || strcmp(g->nodes[node].type, "ether") != 0))
                return false;
        *ret = (struct carried){iface, owner, is_second && strcmp(name, "inet6") == 0};
        return orphans_carrier(g, owner) == NONE;
}

bool plan_needs_carrier(const struct intent *in, const struct graph *g)
{
        struct carried c;

        for (size_t k = 0; k < in->value_count; k++)
                if (find_carried(g, in->values[k], &c))
                        return true;
        return false;
}

static void add_mark(struct planner *pl, struct target at, const char *mark)
{
        struct step *s = planner_add(pl, STEP_ALTNAME_ADD, at);

        (void)str_copy(s->text, sizeof(s->text), mark);
        s->is_internal = true;
}

static int add_carrier(struct planner *pl, const struct carried *c, struct err *e)
{
        const struct graph *g = pl->g;
        const struct iface *i = &g->ifaces[c->owner];
        uint32_t digits = (planner_mark_digits() & ~CARRIER_IS_INET6) | (c->is_inet6 ? CARRIER_IS_INET6 : 0);
        char name[IF_NAME_SIZE], peer[IF_NAME_SIZE], mark[NODE_MARK_SIZE];
        struct mac mac = {0}, peer_mac = {0};
        int r = planner_allowed(pl, (struct object){.type = OBJECT_NODE, .index = i->node}, e);

        if (r == 0)
                r = mac_random(&mac, e);
        if (r == 0)
                r = mac_random(&peer_mac, e);
        if (r < 0)
                return r;
        (void)str_format(name, sizeof(name), "ngorph%u", planner_lowest_unit(pl, "ngorph", false));
        (void)str_format(peer, sizeof(peer), "ngfab%u", planner_lowest_unit(pl, "ngfab", false));

        struct target at = target_in_jail(g, i->jail, name);
        struct link_spec *l = &planner_add(pl, STEP_LINK_ADD, target_of_jail(g, i->jail))->link;

        l->kind = KIND_VETH;
        l->role = ROLE_ORPHANS;
        l->peer_role = ROLE_FABRIC;
        l->mac = mac;
        l->peer_mac = peer_mac;
        l->peer_jail = target_of_jail(g, i->jail);
        l->mtu_bytes = l->peer_mtu_bytes = i->mtu_bytes;
        l->is_up = true;
        (void)str_copy(l->name, sizeof(l->name), name);
        (void)str_copy(l->peer_name, sizeof(l->peer_name), peer);
        carrier_mark_format(digits, mark);
        add_mark(pl, at, mark);
        orphans_mark_format(digits, mark);
        add_mark(pl, target_of_iface(g, c->owner), mark);
        return 0;
}

/* The carrier alone, as a finished part of a plan. */
static int plan_carrier(struct plan *part, const struct intent *in, const struct graph *g, const struct carried *c,
                        struct err *e)
{
        struct planner pl = {.p = part, .g = g, .in = in};
        int r = add_carrier(&pl, c, e);

        if (r == 0)
                r = planner_feed(part, g, 0, e);
        if (r == 0)
                plan_finish(part, 0, g);
        return r;
}

int plan_connect_orphans(struct plan *p, const struct intent *in, const struct graph *g, struct err *e)
{
        CLEANUP(plan_chain_freep) struct plan_chain *chain = plan_chain_new(g);

        for (size_t k = 0; k < in->value_count; k++) {
                const struct graph *now = plan_chain_graph(chain);
                CLEANUP(plan_freep) struct plan *part = plan_new("%s", "");
                struct carried c;
                int r = find_carried(now, in->values[k], &c) ? plan_carrier(part, in, now, &c, e) : 0;

                if (r == 0)
                        r = plan_chain_join(chain, part, e);
                if (r < 0)
                        return r;
        }

        int r = plan_chain_add(chain, in, e);

        if (r < 0)
                return r;

        CLEANUP(plan_freep) struct plan *whole = plan_chain_finish(chain, "", "");

        plan_hand_over(p, whole);
        for (size_t k = 0; k < whole->freebsd_count; k++)
                plan_freebsd(p, "%s", whole->freebsd[k]);
        return 0;
}
