/* simulate_effects.c - what the kernel does of itself when a link changes: routes, ports, MTUs, carrier, what falls
 * with it. */
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>

#include "core/plan/planner.h"
#include "core/plan/simulate_parts.h"

#define METRIC_INET6 256 /* of the routes that the kernel makes for IPv6 addresses */

static void touch_one(struct simulation *s, size_t iface)
{
        if (iface == NONE)
                return;
        s->ifaces[iface].is_touched = true;
        sim_changed(s, SIM_STATE, iface);
}

static void touch(struct simulation *s, size_t iface)
{
        size_t peer = s->ifaces[iface].peer;

        touch_one(s, iface);
        touch_one(s, s->ifaces[iface].master);
        touch_one(s, peer);
        if (peer != NONE)
                touch_one(s, s->ifaces[peer].master);
}

static void mask(struct prefix *p)
{
        for (unsigned bit = p->length; bit < prefix_bits(p->family); bit++)
                p->bytes[bit / 8] &= (uint8_t) ~(0x80u >> bit % 8);
}

/* The network of an address, which the kernel makes a route of. */
void sim_add_connected(struct simulation *s, size_t iface, const struct prefix *address)
{
        bool is_6 = address->family == AF_INET6;
        struct route r = {
                .destination = *address,
                .metric = is_6 ? METRIC_INET6 : 0,
                .protocol = RTPROT_KERNEL,
                .scope = is_6 ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK,
                .type = RTN_UNICAST,
        };

        if (address->length >= prefix_bits(address->family))
                return;
        mask(&r.destination);
        if (!is_6) {
                r.source = *address;
                r.source.length = (uint8_t)prefix_bits(AF_INET);
        }

        struct sim_route *to = sim_add_route(s);

        to->r = r;
        to->jail = s->ifaces[iface].jail;
        to->iface = iface;
        sim_changed(s, SIM_ROUTE, s->route_count - 1);
}

void sim_drop_route(struct simulation *s, size_t route)
{
        s->routes[route].is_gone = true;
        sim_changed(s, SIM_ROUTE, route);
}

void sim_drop_routes(struct simulation *s, size_t iface)
{
        for (size_t k = 0; k < s->route_count; k++)
                if (!s->routes[k].is_gone && s->routes[k].iface == iface)
                        sim_drop_route(s, k);
}

/* Without the address, what it was needed for: its network, and routes that prefer it as their source. */
void sim_drop_address_routes(struct simulation *s, size_t iface, const struct prefix *address)
{
        struct prefix network = *address;

        mask(&network);
        for (size_t k = 0; k < s->route_count; k++) {
                const struct sim_route *r = &s->routes[k];
                bool is_connected = r->iface == iface && r->r.protocol == RTPROT_KERNEL &&
                        prefix_equal(&r->r.destination, &network) &&
                        (!r->r.source.family || memcmp(r->r.source.bytes, address->bytes, sizeof(address->bytes)) == 0);
                bool is_source = r->jail == s->ifaces[iface].jail && r->r.source.family == address->family &&
                        memcmp(r->r.source.bytes, address->bytes, sizeof(address->bytes)) == 0;

                if (!r->is_gone && (is_connected || is_source))
                        sim_drop_route(s, k);
        }
}

/* With the last IPv4 address all IPv4 routes over the interface. */
void sim_drop_routes_of_last(struct simulation *s, size_t iface, const struct prefix *address)
{
        const struct sim_iface *f = &s->ifaces[iface];

        for (size_t k = 0; k < f->address_count; k++)
                if (f->addresses[k].family == AF_INET)
                        return;
        for (size_t k = 0; address->family == AF_INET && k < s->route_count; k++)
                if (!s->routes[k].is_gone && s->routes[k].iface == iface &&
                    s->routes[k].r.destination.family == AF_INET)
                        sim_drop_route(s, k);
}

/* The least of its ports' MTUs, which a bridge has of itself. */
static uint32_t ports_mtu(const struct simulation *s, size_t bridge)
{
        uint32_t least = 0;

        for (size_t k = s->ifaces[bridge].first_port; k != NONE; k = s->ifaces[k].next_port)
                if (!least || s->ifaces[k].i.mtu_bytes < least)
                        least = s->ifaces[k].i.mtu_bytes;
        return least ? least : USUAL_MTU;
}

static bool follows_ports(const struct simulation *s, size_t master)
{
        return master != NONE && s->ifaces[master].i.kind == KIND_BRIDGE && !s->ifaces[master].has_own_mtu &&
                s->ifaces[master].i.mtu_bytes == ports_mtu(s, master);
}

void sim_set_mtu(struct simulation *s, size_t iface, uint32_t mtu)
{
        size_t master = s->ifaces[iface].master;
        bool follows = follows_ports(s, master);

        if (s->ifaces[iface].i.kind == KIND_BRIDGE && s->ifaces[iface].i.mtu_bytes != mtu)
                s->ifaces[iface].has_own_mtu = true;
        s->ifaces[iface].i.mtu_bytes = mtu;
        if (follows) {
                s->ifaces[master].i.mtu_bytes = ports_mtu(s, master);
                sim_changed(s, SIM_STATE, master);
        }
        sim_changed(s, SIM_STATE, iface);
}

/* The kernel gives a port the lowest free number. */
static uint16_t free_port(const struct simulation *s, size_t bridge)
{
        CLEANUP(freep) bool *is_taken = NULL;
        size_t count = 0;
        uint16_t n = 1;

        for (size_t k = s->ifaces[bridge].first_port; k != NONE; k = s->ifaces[k].next_port)
                count++;
        is_taken = xcalloc(count + 2, sizeof(*is_taken));
        for (size_t k = s->ifaces[bridge].first_port; k != NONE; k = s->ifaces[k].next_port)
                if (s->ifaces[k].i.port_number <= count)
                        is_taken[s->ifaces[k].i.port_number] = true;
        while (is_taken[n])
                n++;
        return n;
}

static void remove_port(struct simulation *s, size_t master, size_t port)
{
        size_t *at = &s->ifaces[master].first_port;

        while (*at != NONE && *at != port)
                at = &s->ifaces[*at].next_port;
        if (*at == port)
                *at = s->ifaces[port].next_port;
        s->ifaces[port].next_port = NONE;
}

void sim_set_master(struct simulation *s, size_t iface, size_t master)
{
        struct sim_iface *f = &s->ifaces[iface];
        size_t old = f->master;
        bool old_follows = follows_ports(s, old), follows = follows_ports(s, master);

        touch(s, iface);
        if (old != NONE)
                remove_port(s, old, iface);
        f->master = NONE;
        f->i.master_ifindex = 0;
        f->i.port_number = 0;
        f->i.port_state = STP_DISABLED;
        f->i.is_isolated = false;
        for (int t = 0; t < TUNE_COUNT; t++)
                if (tunings[t].is_port)
                        f->i.tuning_known &= (uint16_t) ~(1u << t);
        if (master != NONE && s->ifaces[master].i.kind == KIND_BRIDGE) {
                f->i.port_number = free_port(s, master);
                f->i.port_state = f->i.is_up ? STP_FORWARDING : STP_DISABLED;
        }
        f->master = master;
        if (master != NONE)
                sim_add_port(s, master, iface);
        if (old_follows)
                s->ifaces[old].i.mtu_bytes = ports_mtu(s, old);
        if (follows)
                s->ifaces[master].i.mtu_bytes = ports_mtu(s, master);
        if (old != NONE || master != NONE)
                sim_changed(s, SIM_MASTER, iface);
        touch(s, iface);
        /* A bond opens what becomes its port, and closes what leaves it. */
        if (master != NONE && s->ifaces[master].i.kind == KIND_BOND)
                sim_set_up(s, iface, true);
        else if (old != NONE && s->ifaces[old].i.kind == KIND_BOND)
                sim_set_up(s, iface, false);
}

void sim_set_up(struct simulation *s, size_t iface, bool is_up)
{
        struct sim_iface *f = &s->ifaces[iface];
        size_t kept = 0;

        if (f->i.is_up == is_up)
                return;
        f->i.is_up = is_up;
        touch(s, iface);
        if (f->master != NONE && s->ifaces[f->master].i.kind == KIND_BRIDGE)
                f->i.port_state = is_up ? STP_FORWARDING : STP_DISABLED;
        if (is_up) {
                for (size_t k = 0; k < f->address_count; k++)
                        sim_add_connected(s, iface, &f->addresses[k]);
        } else {
                sim_drop_routes(s, iface);
                for (size_t k = 0; k < f->address_count; k++)
                        if (f->addresses[k].family != AF_INET6)
                                f->addresses[kept++] = f->addresses[k];
                f->address_count = kept;
        }
        /* VLANs follow the interface that they stand on. */
        for (size_t k = 0; f->has_children && k < s->iface_count; k++)
                if (!s->ifaces[k].is_gone && s->ifaces[k].parent == iface && s->ifaces[k].i.kind == KIND_VLAN)
                        sim_set_up(s, k, is_up);
}

void sim_delete_iface(struct simulation *s, size_t iface)
{
        struct sim_iface *f = &s->ifaces[iface];

        if (f->is_gone)
                return;
        sim_set_master(s, iface, NONE);
        sim_drop_routes(s, iface);
        f->is_gone = true;
        while (f->first_port != NONE)
                sim_set_master(s, f->first_port, NONE);
        for (size_t k = 0; f->has_children && k < s->iface_count; k++)
                if (!s->ifaces[k].is_gone && s->ifaces[k].parent == iface)
                        sim_delete_iface(s, k);
        if (f->peer != NONE)
                sim_delete_iface(s, f->peer);
        sim_changed(s, SIM_GONE, iface);
}
