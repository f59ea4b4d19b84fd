/* test_free_address.c - which address is suggested: behind the highest, past what is taken, round at the end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/alloc.h"
#include "core/graph/free_address.h"
#include "tests/lib/topo.h"

struct net {
        struct topo *t;
        size_t bridge;
        size_t jails;
};

static struct net begin(const char *address)
{
        struct net n = {.t = topo_begin()};

        n.bridge = topo_bridge(n.t, 0, "br0");
        if (address)
                topo_address(n.t, n.bridge, address);
        return n;
}

/* Another jail on the bridge with that address. */
static size_t member(struct net *n, const char *address)
{
        CLEANUP(freep) char *name = xasprintf("j%zu", n->jails), *port = xasprintf("e%zu", n->jails);
        size_t jail = topo_jail(n->t, name), near, far;

        n->jails++;
        topo_pair(n->t, 0, port, jail, "eth0", &near, &far);
        topo_port(n->t, n->bridge, near);
        topo_address(n->t, far, address);
        return jail;
}

/* Ends n. wanted NULL: nothing can be told. */
static void suggests(struct net *n, const char *wanted, const char *wanted_gateway)
{
        size_t bridge = n->bridge;
        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(n->t, NULL);
        struct prefix p, gateway;
        char buf[PREFIX_TEXT_SIZE];

        assert_int_equal(free_address_on(g, bridge, &p, &gateway), wanted != NULL);
        if (!wanted)
                return;
        assert_string_equal(prefix_format(&p, buf), wanted);
        assert_string_equal(gateway.family ? prefix_format_addr(&gateway, buf) : "", wanted_gateway);
}

static void behind_the_highest(void **state)
{
        (void)state;
        struct net n = begin("10.0.0.1/24");

        suggests(&n, "10.0.0.2/24", "10.0.0.1");

        n = begin("10.0.0.254/24"); /* a router at the end is no end */
        (void)member(&n, "10.0.0.11/24");
        (void)member(&n, "10.0.0.12/24");
        suggests(&n, "10.0.0.13/24", "10.0.0.254");

        n = begin("10.0.0.1/24"); /* the end: what is free before */
        (void)member(&n, "10.0.0.2/24");
        (void)member(&n, "10.0.0.254/24");
        suggests(&n, "10.0.0.3/24", "10.0.0.1");
}

static void a_router_is_no_neighbour(void **state)
{
        (void)state;
        struct net n = begin(NULL); /* the network is known by who is there */
        size_t jail = member(&n, "192.168.7.20/26");

        (void)member(&n, "192.168.7.50/26");
        topo_route(n.t, jail, "0.0.0.0/0", "192.168.7.50", NONE);
        suggests(&n, "192.168.7.21/26", "192.168.7.50");

        n = begin("10.0.0.2/24"); /* the router is outside: nobody in sight has its address */
        topo_route(n.t, 0, "0.0.0.0/0", "10.0.0.3", n.bridge);
        suggests(&n, "10.0.0.1/24", "10.0.0.3");
        n = begin("10.0.0.1/24");
        (void)member(&n, "10.0.0.2/24");
        topo_route(n.t, 0, "0.0.0.0/0", "10.0.0.3", n.bridge);
        suggests(&n, "10.0.0.4/24", "10.0.0.3");
}

static void no_room_and_no_network(void **state)
{
        (void)state;
        struct net n = begin("10.0.0.1/30");

        (void)member(&n, "10.0.0.2/30");
        suggests(&n, NULL, NULL);
        n = begin(NULL);
        suggests(&n, NULL, NULL);
        n = begin("fd00::1/64");
        suggests(&n, NULL, NULL);
        n = begin("10.0.0.1/32");
        suggests(&n, NULL, NULL);
        n = begin("255.255.255.253/24"); /* at the end of all numbers */
        (void)member(&n, "255.255.255.254/24");
        suggests(&n, "255.255.255.1/24", "255.255.255.253");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(behind_the_highest),
                cmocka_unit_test(a_router_is_no_neighbour),
                cmocka_unit_test(no_room_and_no_network),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
