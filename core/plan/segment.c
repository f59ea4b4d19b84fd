/* segment.c - what shares a broadcast domain. */
#include "core/plan/planner.h"

static void push(size_t *stack, size_t *count, bool *marks, size_t iface)
{
        if (iface == NONE || marks[iface])
                return;
        marks[iface] = true;
        stack[(*count)++] = iface;
}

static void push_ports(const struct graph *g, size_t *stack, size_t *count, bool *marks, size_t master)
{
        size_t ports = graph_ports(g, master, NULL, 0);
        CLEANUP(freep) size_t *port = ports ? xcalloc(ports, sizeof(*port)) : NULL;

        if (ports)
                (void)graph_ports(g, master, port, ports);
        for (size_t k = 0; k < ports; k++)
                push(stack, count, marks, port[k]);
}

static bool shares_its_parent(const struct iface *i)
{
        return i->parent != NONE && (i->kind == KIND_MACVLAN || i->kind == KIND_MACVTAP);
}

bool *segment_of(const struct graph *g, size_t iface)
{
        bool *marks = xcalloc(g->iface_count ? g->iface_count : 1, sizeof(*marks));
        CLEANUP(freep) size_t *stack = xcalloc(g->iface_count ? g->iface_count : 1, sizeof(*stack));
        CLEANUP(freep) size_t *sharing = xcalloc(g->iface_count ? g->iface_count : 1, sizeof(*sharing));
        size_t count = 0, sharing_count = 0;

        for (size_t k = 0; k < g->iface_count; k++)
                if (shares_its_parent(&g->ifaces[k]))
                        sharing[sharing_count++] = k;
        push(stack, &count, marks, iface);
        while (count) {
                size_t at = stack[--count];
                const struct iface *i = &g->ifaces[at];

                push(stack, &count, marks, i->master);
                push(stack, &count, marks, i->peer);
                if (shares_its_parent(i))
                        push(stack, &count, marks, i->parent);
                push_ports(g, stack, &count, marks, at);
                for (size_t k = 0; k < sharing_count; k++)
                        if (g->ifaces[sharing[k]].parent == at)
                                push(stack, &count, marks, sharing[k]);
        }
        return marks;
}

/* A bridge and a bond have the address of one of their ports by rule: that is no clash. */
static bool may_share(const struct graph *g, size_t a, size_t b)
{
        const struct iface *x = &g->ifaces[a], *y = &g->ifaces[b];

        return x->master == b || y->master == a ||
                (x->master != NONE && x->master == y->master && g->ifaces[x->master].kind == KIND_BOND);
}

static size_t find_on_segment(const struct graph *g, size_t iface, struct mac m, bool by_pin)
{
        CLEANUP(freep) bool *marks = NULL;

        for (size_t k = 0; m.is_set && k < g->iface_count; k++) {
                const struct mac *other = by_pin ? &g->ifaces[k].pin : &g->ifaces[k].mac;

                if (other->bytes[5] != m.bytes[5] || k == iface || !mac_equal(*other, m))
                        continue; /* one byte tells nearly all: a plan asks this of all links for each link */
                if (!marks)       /* equal ones are rare, and a segment takes long to walk */
                        marks = segment_of(g, iface);
                if (marks[k] && g->ifaces[k].role != ROLE_IFACE && !may_share(g, iface, k))
                        return k;
        }
        return NONE;
}

size_t segment_find_mac(const struct graph *g, size_t iface, struct mac m)
{
        return find_on_segment(g, iface, m, false);
}

size_t segment_find_pin(const struct graph *g, size_t iface, struct mac m)
{
        return find_on_segment(g, iface, m, true);
}
