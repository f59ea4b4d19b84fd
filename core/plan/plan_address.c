/* plan_address.c - plans that give an interface an address, or take one away. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "core/plan/planner.h"

static size_t find_address(const struct iface *i, const struct prefix *p, bool any_length)
{
        for (size_t k = 0; k < i->address_count; k++) {
                struct prefix have = i->addresses[k];

                if (any_length)
                        have.length = p->length;
                if (prefix_equal(&have, p))
                        return k;
        }
        return NONE;
}

static void note_new_address(struct planner *pl, size_t iface, const struct prefix *p)
{
        const struct graph *g = pl->g;
        const struct iface *i = &g->ifaces[iface];
        CLEANUP(segment_done) struct segment segment = segment_of(g, iface);
        CLEANUP(text_done) struct text name = {0};
        char buf[PREFIX_TEXT_SIZE];

        iface_put(&name, g, iface);
        if (!i->is_up)
                plan_note(pl->p, NOTE_INFO, "%s is down: the address answers when it is up", text_str(&name));
        if (i->master != NONE) {
                CLEANUP(text_done) struct text master = {0};

                iface_put(&master, g, i->master);
                plan_note(pl->p, NOTE_WARNING, "%s is a port of %s: an address does not answer there; give it to %s",
                          text_str(&name), text_str(&master), text_str(&master));
        }
        for (size_t k = 0; k < g->iface_count; k++) {
                CLEANUP(text_done) struct text other = {0};

                if (k == iface || (!segment.marks[k] && g->ifaces[k].jail != i->jail) ||
                    find_address(&g->ifaces[k], p, true) == NONE)
                        continue;
                iface_put(&other, g, k);
                plan_note(pl->p, NOTE_WARNING, "%s is the address of %s too", prefix_format_addr(p, buf),
                          text_str(&other));
        }
}

/* All zero, which the kernel takes for IPv4 and forgets; or a group's. */
static bool is_no_address(const struct prefix *p)
{
        if (prefix_is_zero(p))
                return true;
        return p->family == AF_INET ? p->bytes[0] >> 4 == 0xe : p->bytes[0] == 0xff;
}

int plan_address_add(struct planner *pl, struct err *e)
{
        struct prefix p = {0};
        size_t iface = NONE;
        int r = planner_iface(pl, 0, &iface, e);

        if (r == 0)
                r = prefix_parse(pl->in->values[1], &p, e);
        if (r < 0)
                return r;
        if (!strchr(pl->in->values[1], '/'))
                return err_set(e, -EINVAL,
                               "%s: has no length; write /24 behind it for a network of 254, /%u for itself alone",
                               pl->in->values[1], prefix_bits(p.family));
        if (is_no_address(&p))
                return err_set(e, -EINVAL, "%s: is no address that an interface can have; choose another",
                               pl->in->values[1]);
        if (find_address(&pl->g->ifaces[iface], &p, false) != NONE)
                return err_set(e, -EEXIST, "%s: has %s already", pl->in->values[0], pl->in->values[1]);
        note_new_address(pl, iface, &p);

        struct target at = target_of_iface(pl->g, iface);

        planner_add(pl, STEP_ADDRESS_ADD, at)->address = p;
        freebsd_address(pl, &at, &p, true);
        return 0;
}

static bool same_network(const struct prefix *a, const struct prefix *b)
{
        return a->length == b->length && prefix_contains(a, b);
}

/* Routes that the kernel drops with an address: those that prefer it, and with the last IPv4 one all that remain. */
static void remove_routes_of(struct planner *pl, size_t iface, const struct prefix *p)
{
        const struct graph *g = pl->g;
        const struct iface *i = &g->ifaces[iface];
        size_t others = 0;

        for (size_t k = 0; k < i->address_count; k++)
                others += i->addresses[k].family == p->family && !prefix_equal(&i->addresses[k], p);
        for (size_t k = 0; k < g->route_count; k++) {
                const struct route *r = &g->routes[k];
                struct prefix source = r->source;

                source.length = p->length;
                if (!route_is_carried(g, r, iface) || r->destination.family != p->family)
                        continue;
                if ((p->family == AF_INET && others == 0) || prefix_equal(&source, p))
                        (void)planner_add_route(pl, STEP_ROUTE_DEL, r, target_of_iface(g, iface));
        }
}

int plan_address_del(struct planner *pl, struct err *e)
{
        struct prefix p = {0};
        size_t iface = NONE;
        int r = planner_iface(pl, 0, &iface, e);

        if (r == 0)
                r = prefix_parse(pl->in->values[1], &p, e);
        if (r < 0)
                return r;

        const struct iface *i = &pl->g->ifaces[iface];
        size_t found = find_address(i, &p, !strchr(pl->in->values[1], '/'));
        struct target at = target_of_iface(pl->g, iface);

        if (found == NONE)
                return err_set(e, -EADDRNOTAVAIL, "%s: has no address %s; jailnet show %s lists them",
                               pl->in->values[0], pl->in->values[1], pl->in->values[0]);
        p = i->addresses[found];
        remove_routes_of(pl, iface, &p);

        /* Those that follow it in the same network may go with it, by a setting of the kernel: away and back they stay.
         */
        for (size_t k = found + 1; p.family == AF_INET && k < i->address_count; k++) {
                if (same_network(&i->addresses[k], &p))
                        planner_add(pl, STEP_ADDRESS_DEL, at)->address = i->addresses[k];
        }
        planner_add(pl, STEP_ADDRESS_DEL, at)->address = p;
        for (size_t k = found + 1; p.family == AF_INET && k < i->address_count; k++) {
                if (same_network(&i->addresses[k], &p))
                        planner_add(pl, STEP_ADDRESS_ADD, at)->address = i->addresses[k];
        }
        freebsd_address(pl, &at, &p, false);
        return 0;
}
