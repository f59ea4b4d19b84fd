/* check_bridge.c - checks of bridges: down under their ports, loops that nothing breaks, ports that are kept shut. */
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/intl.h"
#include "core/doctor/visit.h"

#define WAYS_TOLD 16 /* loops whose whole way is looked for; with more than these, that is not what is missing */

void check_bridge_down(struct visit *v)
{
        for (size_t k = 0; k < v->g->iface_count; k++) {
                const struct iface *i = &v->g->ifaces[k];
                size_t ports_up = 0;

                if (i->kind != KIND_BRIDGE || i->is_up || iface_has_address(i))
                        continue; /* with addresses, that is what is told */
                for (size_t p = 0; p < v->g->iface_count; p++)
                        ports_up += v->g->ifaces[p].master == k && v->g->ifaces[p].is_up;
                if (!ports_up)
                        continue;

                struct finding *f = visit_find_iface(v, SEVERITY_WARNING, k);

                f->evidence = ports_up == 1 ? "is down, and a port of it is up"
                                            : visit_text(v, "is down, and %zu ports of it are up", ports_up);
                visit_remedy_up(v, f, k);
        }
}

/* A pair whose two ends are ports of bridges and pass frames. */
struct link_edge {
        size_t a, b;   /* the ends */
        bool is_joint; /* it joined what was apart, else it closes a loop */
};

/* An isolated port does not talk to its like, VLANs may part what a cable joins, and a bridge with the protocol shuts
 * its own port within seconds, whatever the others do: none is taken for a way. */
static bool passes(const struct graph *g, size_t port)
{
        const struct iface *i = &g->ifaces[port];

        return i->is_up && i->master != NONE && g->ifaces[i->master].kind == KIND_BRIDGE &&
                g->ifaces[i->master].is_up && !g->ifaces[i->master].vlan_filtering && !g->ifaces[i->master].stp_on &&
                !i->is_isolated && i->port_state == STP_FORWARDING;
}

static size_t root_of(size_t *up, size_t i)
{
        while (up[i] != i)
                i = up[i] = up[up[i]];
        return i;
}

/* The bridges between two, along the pairs that joined them: names with " - " between. */
static void put_way(struct text *t, const struct graph *g, const struct link_edge *edges, size_t count, size_t from,
                    size_t to)
{
        CLEANUP(freep) size_t *back = xcalloc(g->iface_count + 1, sizeof(*back));
        bool has_grown = true;

        for (size_t i = 0; i < g->iface_count; i++)
                back[i] = NONE;
        back[to] = to; /* from the far end, so that it can be told forwards */
        while (has_grown && back[from] == NONE) {
                has_grown = false;
                for (size_t k = 0; k < count; k++) {
                        size_t a = g->ifaces[edges[k].a].master, b = g->ifaces[edges[k].b].master;

                        if (!edges[k].is_joint || (back[a] == NONE) == (back[b] == NONE))
                                continue;
                        has_grown = true;
                        if (back[a] == NONE)
                                back[a] = b;
                        else
                                back[b] = a;
                }
        }
        for (size_t at = from; at != NONE; at = at == to ? NONE : back[at]) {
                if (at != from)
                        text_put(t, " - ");
                query_put_iface(t, g, at);
        }
}

/* A bridge of the loop that can be told to run the protocol: a hub or a wire cannot, it passes everything on. */
static size_t choose_bridge(const struct graph *g, size_t a, size_t b)
{
        size_t choices[] = {a, b};

        for (size_t k = 0; k < ARRAY_SIZE(choices); k++)
                if (g->ifaces[choices[k]].role != ROLE_HUB && g->ifaces[choices[k]].role != ROLE_WIRE)
                        return choices[k];
        return NONE;
}

static void tell_loop(struct visit *v, const struct link_edge *edges, size_t count, const struct link_edge *closing,
                      size_t number)
{
        const struct graph *g = v->g;
        size_t a = g->ifaces[closing->a].master, b = g->ifaces[closing->b].master, chosen = choose_bridge(g, a, b);
        struct finding *f = visit_find_iface(v, SEVERITY_ERROR, closing->a);
        const char *end = visit_name(v, closing->b);
        CLEANUP(text_done) struct text way = {0};

        f->other = (struct object){OBJECT_IFACE, a};
        if (a == b) {
                query_put_iface(&way, g, a);
                f->evidence = visit_text(v, "%s and %s are one cable, and both are ports of %s", f->name, end,
                                         text_str(&way));
        } else {
                if (number < WAYS_TOLD)
                        put_way(&way, g, edges, count, a, b);
                f->evidence = visit_text(v, "%s - %s joins bridges that are joined already%s%s", f->name, end,
                                         way.length ? ": " : "", text_str(&way));
        }
        f->advice =
                visit_text(v, "or take the cable out (jailnet detach %s), where it is not meant as a spare", f->name);
        if (chosen != NONE)
                visit_remedy(v, f, (const char *const[]){"stp", visit_name(v, chosen), "on", NULL});
}

void check_loop(struct visit *v)
{
        const struct graph *g = v->g;
        CLEANUP(freep) struct link_edge *edges = xcalloc(g->iface_count + 1, sizeof(*edges));
        CLEANUP(freep) size_t *up = xcalloc(g->iface_count + 1, sizeof(*up));
        size_t count = 0, told = 0;

        for (size_t i = 0; i < g->iface_count; i++) {
                size_t peer = g->ifaces[i].peer;

                up[i] = i;
                if (peer != NONE && i < peer && passes(g, i) && passes(g, peer))
                        edges[count++] = (struct link_edge){.a = i, .b = peer};
        }
        for (size_t k = 0; k < count; k++) {
                size_t a = root_of(up, g->ifaces[edges[k].a].master), b = root_of(up, g->ifaces[edges[k].b].master);

                edges[k].is_joint = a != b;
                up[a] = b;
        }
        for (size_t k = 0; k < count; k++)
                if (!edges[k].is_joint)
                        tell_loop(v, edges, count, &edges[k], told++);
}

void check_stp_blocking(struct visit *v)
{
        for (size_t k = 0; k < v->g->iface_count; k++) {
                const struct iface *i = &v->g->ifaces[k];

                if (!i->is_up || i->master == NONE || v->g->ifaces[i->master].kind != KIND_BRIDGE ||
                    !v->g->ifaces[i->master].stp_on || i->port_state != STP_BLOCKING)
                        continue;

                struct finding *f = visit_find_iface(v, SEVERITY_NOTICE, k);
                const char *bridge = visit_name(v, i->master);

                f->other = (struct object){OBJECT_IFACE, i->master};
                f->evidence = visit_text(v, "%s's spanning tree keeps this port shut", bridge);
                f->advice = N_("nothing, where the second way is a spare; else take one of the two ways out");
        }
}
