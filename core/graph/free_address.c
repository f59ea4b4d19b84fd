/* free_address.c - an address that nobody has yet. */
#include "core/graph/free_address.h"

#include <string.h>
#include <sys/socket.h>

#define LENGTH_MIN 8
#define LENGTH_MAX 30 /* longer ones have no room for a third */

static uint32_t number_of(const struct prefix *p)
{
        return (uint32_t)p->bytes[0] << 24 | (uint32_t)p->bytes[1] << 16 | (uint32_t)p->bytes[2] << 8 | p->bytes[3];
}

static struct prefix address_of(uint32_t number, uint8_t length)
{
        return (struct prefix){
                .family = AF_INET,
                .length = length,
                .bytes = {(uint8_t)(number >> 24), (uint8_t)(number >> 16), (uint8_t)(number >> 8), (uint8_t)number}};
}

/* Whether an interface has an address from which a network can be told. */
static bool take_net(const struct graph *g, size_t iface, struct prefix *ret)
{
        const struct iface *i = &g->ifaces[iface];

        for (size_t n = 0; n < i->address_count; n++) {
                const struct prefix *p = &i->addresses[n];

                if (p->family == AF_INET && p->length >= LENGTH_MIN && p->length <= LENGTH_MAX &&
                    !prefix_is_loopback(p)) {
                        *ret = *p;
                        return true;
                }
        }
        return false;
}

static size_t bridge_of(const struct graph *g, size_t iface)
{
        const struct iface *i = &g->ifaces[iface];

        if (i->kind == KIND_BRIDGE)
                return iface;
        if (i->master != NONE)
                return i->master;
        return i->peer == NONE ? NONE : g->ifaces[i->peer].master;
}

static bool find_net(const struct graph *g, size_t iface, size_t bridge, struct prefix *ret)
{
        size_t peer = g->ifaces[iface].peer;

        if (bridge == NONE)
                return take_net(g, iface, ret) || (peer != NONE && take_net(g, peer, ret));
        if (take_net(g, bridge, ret))
                return true;
        for (size_t n = 0; n < g->iface_count; n++) {
                const struct iface *i = &g->ifaces[n];

                if (i->master == bridge && ((i->peer != NONE && take_net(g, i->peer, ret)) || take_net(g, n, ret)))
                        return true;
        }
        return false;
}

static bool is_default(const struct route *r, const struct prefix *net)
{
        return r->destination.length == 0 && r->gateway.family == AF_INET && prefix_contains(net, &r->gateway);
}

static bool has_address(const struct graph *g, size_t iface, uint32_t number)
{
        for (size_t n = 0; n < g->ifaces[iface].address_count; n++) {
                const struct prefix *p = &g->ifaces[iface].addresses[n];

                if (p->family == AF_INET && number_of(p) == number)
                        return true;
        }
        return false;
}

static bool is_gateway(const struct graph *g, uint32_t number)
{
        for (size_t n = 0; n < g->route_count; n++) {
                if (g->routes[n].gateway.family == AF_INET && number_of(&g->routes[n].gateway) == number)
                        return true;
        }
        return false;
}

static bool is_taken(const struct graph *g, uint32_t number)
{
        for (size_t n = 0; n < g->iface_count; n++) {
                if (has_address(g, n, number))
                        return true;
        }
        return is_gateway(g, number);
}

/* The highest address of the network that an interface has, but for the bridge's own and routers'; 0: none. */
static uint32_t highest_taken(const struct graph *g, size_t bridge, const struct prefix *net)
{
        uint32_t highest = 0;

        for (size_t n = 0; n < g->iface_count; n++) {
                for (size_t k = 0; n != bridge && k < g->ifaces[n].address_count; k++) {
                        const struct prefix *p = &g->ifaces[n].addresses[k];

                        if (p->family == AF_INET && prefix_contains(net, p) && number_of(p) > highest &&
                            !is_gateway(g, number_of(p)))
                                highest = number_of(p);
                }
        }
        return highest;
}

bool free_address_on(const struct graph *g, size_t iface, struct prefix *ret, struct prefix *ret_gateway)
{
        struct prefix net, gateway = {0};
        size_t bridge = bridge_of(g, iface);

        if (!find_net(g, iface, bridge, &net))
                return false;

        uint32_t host_bits = UINT32_MAX >> net.length, first = (number_of(&net) & ~host_bits) + 1;
        uint32_t last = first + host_bits - 2, at = highest_taken(g, bridge, &net);
        uint32_t begin = at >= first && at < last ? at + 1 : first;

        for (at = begin; is_taken(g, at);) {
                at = at == last ? first : at + 1;
                if (at == begin)
                        return false;
        }
        for (size_t n = 0; n < g->route_count && !gateway.family; n++) {
                if (is_default(&g->routes[n], &net))
                        gateway = g->routes[n].gateway;
        }
        for (size_t n = 0; bridge != NONE && n < g->ifaces[bridge].address_count && !gateway.family; n++) {
                if (prefix_contains(&net, &g->ifaces[bridge].addresses[n]))
                        gateway = g->ifaces[bridge].addresses[n];
        }
        *ret = address_of(at, net.length);
        if (ret_gateway)
                *ret_gateway = gateway;
        return true;
}
