/*
 * build_links.c - who belongs to whom: masters, parents and the two ends of veth pairs across jails.
 *
 * The kernel names a veth's peer by index and by a namespace id that is private to the namespace it was read in. What
 * can be said of it, in the order of trust: the ids of the host's namespace, which jail.nsid knows; the same told by
 * the caller (link_nsid_home, graph_build_nsid); what other pairs have shown about an id; that two ends name each
 * other's index and nobody else could be meant; and where several could be, that all ends behind an id must have their
 * other ends in one namespace, and at last jailnet's marks, which number the two ends of a pair one after the other.
 */
#include <stdlib.h>

#include "core/base/alloc.h"
#include "core/base/sort.h"
#include "core/graph/build_internal.h"
#include "core/graph/marks.h"

#define PASSES_MAX 16 /* each pass may teach the next; real pictures need two or three */

/* What must hold for two ends that name each other's index to be taken for one pair. */
enum evidence { BY_INDEX, BY_NAMESPACE, BY_MARKS };

/* An end that is still without its other one, by the indexes that it and its peer have. */
struct open_end {
        int ifindex, link_ifindex;
        size_t iface;
};

struct links {
        const struct graph_build *b;
        struct graph *g;
        struct nsid_fact *facts;
        size_t fact_count;
        struct open_end *ends;
        size_t end_count;
};

static int compare_fact(const void *a, const void *b)
{
        const struct nsid_fact *x = a, *y = b;

        if (x->jail != y->jail)
                return x->jail > y->jail ? 1 : -1;
        return (x->nsid > y->nsid) - (x->nsid < y->nsid);
}

static int compare_end(const void *a, const void *b)
{
        const struct open_end *x = a, *y = b;

        if (x->ifindex != y->ifindex)
                return x->ifindex > y->ifindex ? 1 : -1;
        if (x->link_ifindex != y->link_ifindex)
                return x->link_ifindex > y->link_ifindex ? 1 : -1;
        return (x->iface > y->iface) - (x->iface < y->iface);
}

/* Facts: told ones, the host's ids, and what the joined pairs show (which were joined in accordance with them). */
static void learn(struct links *l)
{
        const struct graph *g = l->g;

        l->fact_count = 0;
        for (size_t i = 0; i < l->b->fact_count; i++)
                l->facts[l->fact_count++] = l->b->facts[i];
        for (size_t j = 0; j < g->jail_count; j++)
                if (g->jails[j].nsid >= 0)
                        l->facts[l->fact_count++] = (struct nsid_fact){0, g->jails[j].nsid, j};
        for (size_t i = 0; i < g->iface_count; i++) {
                const struct iface *f = &g->ifaces[i];

                if (f->peer != NONE && f->link_nsid >= 0)
                        l->facts[l->fact_count++] = (struct nsid_fact){f->jail, f->link_nsid, g->ifaces[f->peer].jail};
        }
        sort_items(l->facts, l->fact_count, sizeof(*l->facts), compare_fact);
}

/* The first fact about that jail's ids from nsid on. */
static size_t first_fact(const struct links *l, size_t jail, int nsid)
{
        size_t low = 0, high = l->fact_count;

        while (low < high) {
                size_t middle = low + (high - low) / 2;
                const struct nsid_fact *f = &l->facts[middle];

                if (f->jail < jail || (f->jail == jail && f->nsid < nsid))
                        low = middle + 1;
                else
                        high = middle;
        }
        return low;
}

static size_t ask(const struct links *l, size_t jail, int nsid)
{
        size_t at = first_fact(l, jail, nsid);

        return at < l->fact_count && l->facts[at].jail == jail && l->facts[at].nsid == nsid ? l->facts[at].target
                                                                                            : NONE;
}

/* The jail that the other end is in; NONE when that cannot be told. */
static size_t link_jail(const struct links *l, const struct iface *f)
{
        if (f->link_nsid < 0)
                return f->jail;
        if (f->link_nsid_home >= 0) {
                size_t jail = ask(l, 0, f->link_nsid_home);

                if (jail != NONE)
                        return jail;
        }
        return ask(l, f->jail, f->link_nsid);
}

static void join(struct graph *g, size_t a, size_t b)
{
        g->ifaces[a].peer = b;
        g->ifaces[b].peer = a;
        g->ifaces[a].peer_state = g->ifaces[b].peer_state = PEER_KNOWN;
}

static bool is_open(const struct iface *f)
{
        return f->kind == KIND_VETH && f->link_ifindex > 0 && f->peer == NONE;
}

/* Joins ends whose other end's jail is known. True when it found any. */
static bool join_told(struct links *l)
{
        struct graph *g = l->g;
        bool found = false;

        for (size_t i = 0; i < g->iface_count; i++) {
                const struct iface *f = &g->ifaces[i];

                if (!is_open(f))
                        continue;

                size_t jail = link_jail(l, f);
                size_t k = jail == NONE ? NONE : graph_find_ifindex(g, jail, f->link_ifindex);

                if (k == NONE || k == i || !is_open(&g->ifaces[k]) || g->ifaces[k].link_ifindex != f->id.ifindex)
                        continue;

                size_t back = link_jail(l, &g->ifaces[k]);

                if (back == NONE || back == f->jail) {
                        join(g, i, k);
                        found = true;
                }
        }
        return found;
}

static void list_open_ends(struct links *l)
{
        const struct graph *g = l->g;

        l->end_count = 0;
        for (size_t i = 0; i < g->iface_count; i++)
                if (is_open(&g->ifaces[i]) && g->ifaces[i].link_nsid >= 0)
                        l->ends[l->end_count++] =
                                (struct open_end){g->ifaces[i].id.ifindex, g->ifaces[i].link_ifindex, i};
        sort_items(l->ends, l->end_count, sizeof(*l->ends), compare_end);
}

/* In a namespace's numbering another id is known to mean that jail, and a jail has one id. */
static bool has_other_id(const struct links *l, size_t jail, int nsid, size_t target)
{
        for (size_t k = first_fact(l, jail, 0); k < l->fact_count && l->facts[k].jail == jail; k++)
                if (l->facts[k].target == target && l->facts[k].nsid != nsid)
                        return true;
        return false;
}

/* Each open end in the jail of `from` behind the same id has its other end in the jail of `to`, behind to's. */
static bool leads_all_to(const struct graph *g, const struct iface *from, const struct iface *to)
{
        const struct jail *j = &g->jails[from->jail];

        for (size_t k = j->iface_first; k != NONE; k = g->ifaces[k].next) {
                const struct iface *x = &g->ifaces[k];
                size_t other = is_open(x) && x->link_nsid == from->link_nsid
                        ? graph_find_ifindex(g, to->jail, x->link_ifindex)
                        : NONE;

                if (!is_open(x) || x->link_nsid != from->link_nsid)
                        continue;
                if (other == NONE || !is_open(&g->ifaces[other]) || g->ifaces[other].link_nsid != to->link_nsid ||
                    g->ifaces[other].link_ifindex != x->id.ifindex)
                        return false;
        }
        return true;
}

/* Both ends of a pair that jailnet made have marks, with numbers that were given one after the other. */
static bool have_marks_of_a_pair(const struct iface *x, const struct iface *y)
{
        bool are_next = x->number + 1 == y->number || y->number + 1 == x->number;
        bool are_epair = x->role == ROLE_EPAIR && y->role == ROLE_EPAIR;
        bool are_eiface = (x->role == ROLE_EIFACE && y->role == ROLE_FABRIC) ||
                (x->role == ROLE_FABRIC && y->role == ROLE_EIFACE);

        return x->is_owned && y->is_owned && are_next && (are_epair || are_eiface);
}

static bool is_shown_by(const struct links *l, const struct iface *x, const struct iface *y, enum evidence evidence)
{
        switch (evidence) {
        case BY_INDEX: return true;
        case BY_NAMESPACE: return leads_all_to(l->g, x, y) && leads_all_to(l->g, y, x);
        case BY_MARKS: return have_marks_of_a_pair(x, y);
        }
        return false;
}

/* Ends that name each other's index and that nothing known forbids: returns how many (2 means several). */
static unsigned candidates(const struct links *l, size_t i, enum evidence evidence, size_t *ret)
{
        const struct graph *g = l->g;
        const struct iface *f = &g->ifaces[i];
        size_t low = 0, high = l->end_count, wanted = link_jail(l, f);
        unsigned found = 0;

        while (low < high) {
                size_t middle = low + (high - low) / 2;
                const struct open_end *e = &l->ends[middle];

                if (e->ifindex < f->link_ifindex || (e->ifindex == f->link_ifindex && e->link_ifindex < f->id.ifindex))
                        low = middle + 1;
                else
                        high = middle;
        }
        for (; low < l->end_count && found < 2 && l->ends[low].ifindex == f->link_ifindex &&
             l->ends[low].link_ifindex == f->id.ifindex;
             low++) {
                const struct iface *k = &g->ifaces[l->ends[low].iface];
                size_t back = link_jail(l, k);

                if (k->jail == f->jail || !is_open(k) || (wanted != NONE && wanted != k->jail) ||
                    (back != NONE && back != f->jail))
                        continue;
                /* The host's ids are all known but for the jails that have none. */
                if ((f->jail == 0 && g->jails[k->jail].nsid >= 0 && g->jails[k->jail].nsid != f->link_nsid) ||
                    (k->jail == 0 && g->jails[f->jail].nsid >= 0 && g->jails[f->jail].nsid != k->link_nsid))
                        continue;
                if (has_other_id(l, f->jail, f->link_nsid, k->jail) ||
                    has_other_id(l, k->jail, k->link_nsid, f->jail) || !is_shown_by(l, f, k, evidence))
                        continue;
                *ret = l->ends[low].iface;
                found++;
        }
        return found;
}

/* Joins ends of which each is the only one that the other can mean. True when it found any. */
static bool join_mutual(struct links *l, enum evidence evidence)
{
        bool found = false;

        list_open_ends(l);
        for (size_t e = 0; e < l->end_count; e++) {
                size_t i = l->ends[e].iface, k = NONE, back = NONE;

                if (!is_open(&l->g->ifaces[i]) || candidates(l, i, evidence, &k) != 1 ||
                    candidates(l, k, evidence, &back) != 1 || back != i)
                        continue;
                join(l->g, i, k);
                found = true;
        }
        return found;
}

static void join_peers(struct links *l)
{
        struct graph *g = l->g;

        for (unsigned pass = 0; pass < PASSES_MAX; pass++) {
                learn(l);
                /* What weaker evidence joins may teach the stronger: one kind at a time. */
                if (!join_told(l) && !join_mutual(l, BY_INDEX) && !join_mutual(l, BY_NAMESPACE) &&
                    !join_mutual(l, BY_MARKS))
                        break;
        }
        learn(l);
        list_open_ends(l);
        for (size_t i = 0; i < g->iface_count; i++) {
                size_t any;

                if (!is_open(&g->ifaces[i]))
                        continue;
                g->ifaces[i].peer_state = candidates(l, i, BY_INDEX, &any) > 0 ? PEER_AMBIGUOUS : PEER_OUT_OF_SIGHT;
        }
}

/* Kinds that stand on another link and say so by IFLA_LINK. */
static bool has_parent(const struct iface *f)
{
        switch (f->kind) {
        case KIND_VLAN:
        case KIND_MACVLAN:
        case KIND_MACVTAP:
        case KIND_IPVLAN:
        case KIND_VXLAN:
        case KIND_OTHER: return true;
        case KIND_PHYSICAL:
        case KIND_LOOPBACK:
        case KIND_VETH:
        case KIND_BRIDGE:
        case KIND_TUN:
        case KIND_TAP:
        case KIND_BOND:
        case KIND_DUMMY:
        case KIND_IFB: break;
        }
        return false;
}

void build_links(struct graph_build *b)
{
        struct graph *g = b->g;
        struct links l = {
                .b = b,
                .g = g,
                .facts = xcalloc(b->fact_count + g->jail_count + g->iface_count, sizeof(struct nsid_fact)),
                .ends = xcalloc(g->iface_count, sizeof(struct open_end)),
        };

        join_peers(&l);
        for (size_t i = 0; i < g->iface_count; i++) {
                struct iface *f = &g->ifaces[i];
                size_t jail = has_parent(f) && f->link_ifindex > 0 ? link_jail(&l, f) : NONE;
                size_t parent = jail == NONE ? NONE : graph_find_ifindex(g, jail, f->link_ifindex);

                if (parent != i)
                        f->parent = parent;
                if (f->master_ifindex > 0)
                        f->master = graph_find_ifindex(g, f->jail, f->master_ifindex);
        }
        /* From the last, so that the first comes to stand in front. */
        for (size_t i = g->iface_count; i-- > 0;) {
                struct iface *f = &g->ifaces[i];

                if (f->parent == NONE)
                        continue;
                f->next_child = g->ifaces[f->parent].child;
                g->ifaces[f->parent].child = i;
        }
        /* Nobody's orphans: a pair as others are. */
        for (size_t i = 0; i < g->iface_count; i++)
                if (g->ifaces[i].role == ROLE_ORPHANS && (g->ifaces[i].peer == NONE || carrier_user(g, i) == NONE))
                        g->ifaces[i].role = ROLE_PLAIN;
        /* Hidden in the picture only as an end of an eiface, or between two bridges; whatever the mark says. */
        for (size_t i = 0; i < g->iface_count; i++) {
                struct iface *f = &g->ifaces[i];

                if (f->role == ROLE_FABRIC && f->peer != NONE && !role_has_fabric(g->ifaces[f->peer].role) &&
                    g->ifaces[f->peer].role != ROLE_FABRIC)
                        f->role = ROLE_PLAIN;
        }
        free(l.facts);
        free(l.ends);
}
