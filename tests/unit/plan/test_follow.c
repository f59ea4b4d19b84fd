/*
 * test_follow.c - a graph that follows a plan's steps in place is the one that the builder would have made, and can be
 * searched in every way.
 */
#include <stdlib.h>

#include "core/plan/simulate.h"
#include "tests/unit/plan/planning.h"

/* -- A graph in words, the same however its edges came to stand -------------------------------------------------- */

static void put_hooks(struct text *t, const struct graph *g, size_t node)
{
        const struct node *n = &g->nodes[node];

        for (size_t hook = n->hook_first; hook != NONE; hook = g->hooks[hook].next) {
                size_t peer = graph_hook_peer(g, hook);
                const struct edge *e = &g->edges[g->hooks[hook].edge];

                assert_int_equal(g->hooks[hook].node, node);
                assert_true(e->a == hook || e->b == hook);
                assert_int_equal(graph_find_hook(g, node, g->hooks[hook].name), hook);
                text_putf(t, "    %s > %s:%s %d %s %s\n", g->hooks[hook].name,
                          g->ifaces[g->nodes[g->hooks[peer].node].iface].name, g->hooks[peer].name, (int)e->kind,
                          g->ifaces[e->iface_a].name, g->ifaces[e->iface_b].name);
        }
}

static void put_iface(struct text *t, const struct graph *g, size_t k)
{
        const struct iface *i = &g->ifaces[k];
        char mac[MAC_TEXT_SIZE], prefix[PREFIX_TEXT_SIZE];
        size_t ports[64];

        assert_int_equal(graph_find_iface(g, i->id), k);
        assert_int_equal(graph_find_iface_in(g, i->jail, i->name), k);
        assert_int_equal(graph_find_number(g, i->number), k);
        text_putf(t, "  %s %d %s role %d %s%s%s state %d mac %s pin %d mtu %u alias %s long %s port %u %d %d stp %d",
                  i->name, i->id.ifindex, i->kind_name, (int)i->role, i->is_owned ? "own " : "", i->is_up ? "up " : "",
                  i->is_running ? "runs" : "", i->operstate, mac_format(i->mac, mac), (int)i->pin_source, i->mtu_bytes,
                  i->alias ? i->alias : "", i->long_name ? i->long_name : "", i->port_number, (int)i->port_state,
                  i->is_isolated, i->stp_on);
        text_putf(t, " master %s parent %s peer %s %d", i->master == NONE ? "-" : g->ifaces[i->master].name,
                  i->parent == NONE ? "-" : g->ifaces[i->parent].name, i->peer == NONE ? "-" : g->ifaces[i->peer].name,
                  (int)i->peer_state);
        for (size_t a = 0; a < i->address_count; a++)
                text_putf(t, " %s", prefix_format(&i->addresses[a], prefix));
        for (size_t a = 0; a < graph_ports(g, k, ports, ARRAY_SIZE(ports)) && a < ARRAY_SIZE(ports); a++)
                text_putf(t, " [%s]", g->ifaces[ports[a]].name);
        text_put(t, "\n");
        if (i->node == NONE)
                return;

        const struct node *n = &g->nodes[i->node];

        assert_int_equal(graph_find_node(g, n->id), i->node);
        if (n->iface != k)
                return;
        if (n->name)
                assert_int_equal(graph_find_node_named(g, n->jail, n->name), i->node);
        text_putf(t, "   node %s %s %s %d\n", n->name ? n->name : "-", n->type, g->jails[n->jail].name,
                  n->is_persistent);
        put_hooks(t, g, i->node);
}

static char *graph_words(const struct graph *g)
{
        struct text t = {0};
        size_t seen = 0;

        for (size_t j = 0; j < g->jail_count; j++) {
                const struct jail *jail = &g->jails[j];

                assert_int_equal(graph_find_jail_cookie(g, jail->cookie), j);
                text_putf(&t, "%s jid %d %d %d %s forwarding %d %d nat %s\n", jail->name, jail->jid, (int)jail->state,
                          (int)jail->origin, jail->is_owned ? "own" : "", jail->forwarding, jail->forwarding6,
                          jail->nat_rules ? jail->nat_rules : "");
                for (size_t k = jail->iface_first; k != NONE; k = g->ifaces[k].next, seen++) {
                        assert_int_equal(g->ifaces[k].jail, j);
                        assert_true(g->ifaces[k].next != NONE || k == jail->iface_last);
                        put_iface(&t, g, k);
                }
                for (size_t k = 0; k < jail->route_count; k++) {
                        const struct route *r = &g->routes[jail->route_first + k];
                        char to[PREFIX_TEXT_SIZE], via[PREFIX_TEXT_SIZE];

                        assert_int_equal(r->jail, j);
                        text_putf(&t, "  route %s %s %d\n", prefix_format(&r->destination, to),
                                  r->gateway.family ? prefix_format(&r->gateway, via) : "-", r->oif);
                }
        }
        assert_int_equal(seen, g->iface_count);
        for (size_t k = 0; k < g->guest_count; k++) {
                text_putf(&t, "guest %s %s", g->guests[k].name, g->jails[g->guests[k].jail].name);
                for (size_t u = 0; u < g->guests[k].use_count; u++)
                        text_putf(&t, " %s",
                                  g->guests[k].uses[u].iface == NONE ? "-"
                                                                     : g->ifaces[g->guests[k].uses[u].iface].name);
                text_put(&t, "\n");
        }
        for (size_t k = 0; k < g->loan_count; k++) {
                const struct loan *l = &g->loans[k];

                text_putf(&t, "loan %u %s %s %d %s in %s\n", l->number, l->iface, l->jail_name, (int)l->state,
                          l->iface_index == NONE ? "-" : g->ifaces[l->iface_index].name,
                          l->jail == NONE ? "-" : g->jails[l->jail].name);
        }
        text_putf(&t, "next number %u\n", g->next_number);
        return text_take(&t);
}

/* -- Requests, one after the other ------------------------------------------------------------------------------- */

struct pair {
        struct simulation *follows, *built;
        const struct graph *hold; /* the second one's graph: held, so that it can't be changed in place */
        size_t refused;
};

static void pair_begin(struct pair *p, const struct graph *g)
{
        *p = (struct pair){.follows = simulation_new(g), .built = simulation_new(g)};
        (void)simulation_now(p->follows);
}

static void pair_end(struct pair *p)
{
        graph_unref(p->hold);
        simulation_free(p->follows);
        simulation_free(p->built);
}

/* Does the request, if it is possible, in both. */
static void request(struct pair *p, const char *words)
{
        CLEANUP(plan_freep) struct plan *plan = NULL;
        struct err e = {0};

        if (planning_try(simulation_now(p->follows), words, &plan, &e) < 0) {
                p->refused++;
                return;
        }
        for (size_t k = 0; k < plan->step_count; k++) {
                assert_int_equal(simulation_step(p->follows, &plan->steps[k], &e), 0);
                assert_int_equal(simulation_step(p->built, &plan->steps[k], &e), 0);
        }
        graph_unref(p->hold);
        p->hold = simulation_graph(p->built);

        CLEANUP(freep) char *expected = graph_words(p->hold);
        CLEANUP(freep) char *found = graph_words(simulation_now(p->follows));

        if (strcmp(expected, found) != 0)
                print_error("after: %s\n", words);
        assert_string_equal(found, expected);
}

static void test_lines(void **state)
{
        static const char *const lines[] = {
                "create jail web",
                "create jail app",
                "create bridge br9",
                "up br9",
                "create epair web0 web/eth0",
                "create epair app0 app/eth0",
                "attach web0 br9",
                "attach app0 br9",
                "up web0",
                "up web/eth0",
                "address add web/eth0 10.9.0.2/24",
                "address add web/eth0 fd00::2/64",
                "route add web default 10.9.0.1",
                "alias web0 front",
                "pin web0 --current",
                "mtu app0 1400",
                "mtu br9 1300",
                "forwarding web on",
                "nat add web via eth0",
                "isolate app0 on",
                "create epair",
                "create epair epair7a app/epair7b",
                "attach epair7a br9",
                "detach app0",
                "attach epair2a br9",
                "down web0",
                "create eiface",
                "create vlan web0 7",
                "attach ngeth0 br9 uplink1",
                "rename br9 lan",
                "move app/eth0 web --name eth1",
                "create epair m0 m1",
                "move m1 web",
                "create epair n0 n1",
                "attach n1 lan",
                "up n1",
                "address add n1 10.11.0.1/24",
                "move n1 app",
                "up app/n1",
                "move app/n1 web --name n2",
                "return web/n2",
                "return m1",
                "destroy m0",
                "destroy n0",
                "create jail last",
                "create epair l0 last/l1",
                "up l0",
                "destroy l0",
                "destroy jail:last",
                "destroy jail:app",
                "destroy lan",
                "destroy jail:web",
                "create jail web",
        };
        const struct graph *g CLEANUP(graph_unrefp) = topo_seeds();
        struct pair p;

        (void)state;
        pair_begin(&p, g);
        for (size_t k = 0; k < ARRAY_SIZE(lines); k++) {
                request(&p, lines[k]);
                if (p.refused)
                        print_error("refused: %s\n", lines[k]);
                assert_int_equal(p.refused, 0);
        }
        pair_end(&p);
}

/* -- At random --------------------------------------------------------------------------------------------------- */

static unsigned lot(unsigned *seed, size_t count)
{
        return count ? (unsigned)rand_r(seed) % (unsigned)count : 0;
}

static void put_any_iface(struct text *t, const struct graph *g, unsigned *seed)
{
        size_t k = lot(seed, g->iface_count);

        if (g->ifaces[k].jail)
                text_putf(t, "%s/", g->jails[g->ifaces[k].jail].name);
        text_put(t, g->ifaces[k].name);
}

static void put_request(struct text *t, const struct graph *g, unsigned *seed, unsigned n)
{
        const char *jail = g->jails[lot(seed, g->jail_count)].name;
        static const char *const simple[] = {"up", "down", "detach", "destroy", "pin", "up", "isolate"};

        switch (lot(seed, 16)) {
        case 0: text_putf(t, "create jail r%u", n); return;
        case 1: text_putf(t, "create bridge b%u", n); return;
        case 2: text_putf(t, "create epair h%u %s/i%u", n, jail, n); return;
        case 3: text_putf(t, "create epair %s/h%u i%u", jail, n, n); return;
        case 4: text_put(t, "create epair"); return;
        case 5: text_putf(t, "destroy jail:%s", jail); return;
        case 6: text_put(t, "address add "); break;
        case 7:
        case 8:
        case 9: text_put(t, "attach "); break;
        case 10: text_put(t, "mtu "); break;
        case 11: text_put(t, "move "); break;
        default: text_putf(t, "%s ", simple[lot(seed, ARRAY_SIZE(simple))]); break;
        }
        put_any_iface(t, g, seed);
        if (str_has_prefix(text_str(t), "address"))
                text_putf(t, " 10.%u.%u.1/24", n % 200, lot(seed, 100));
        else if (str_has_prefix(text_str(t), "mtu"))
                text_putf(t, " %u", 1300 + lot(seed, 200));
        else if (str_has_prefix(text_str(t), "isolate"))
                text_put(t, " on");
        else if (str_has_prefix(text_str(t), "pin"))
                text_put(t, " --current");
        else if (str_has_prefix(text_str(t), "move"))
                text_putf(t, " %s", jail);
        if (!str_has_prefix(text_str(t), "attach"))
                return;
        for (unsigned tries = 0; tries < 20; tries++) {
                const struct iface *i = &g->ifaces[lot(seed, g->iface_count)];

                if (i->kind != KIND_BRIDGE)
                        continue;
                text_put_char(t, ' ');
                if (i->jail)
                        text_putf(t, "%s/", g->jails[i->jail].name);
                text_put(t, i->name);
                return;
        }
}

static void test_random(void **state)
{
        const char *wish = getenv("JAILNET_PROPERTY");
        unsigned rounds = wish ? (unsigned)strtoul(wish, NULL, 10) : 20;

        (void)state;
        for (unsigned round = 1; round <= rounds; round++) {
                const struct graph *g CLEANUP(graph_unrefp) = round % 2 ? topo_many(5) : topo_demo();
                unsigned seed = round;
                struct pair p;

                pair_begin(&p, g);
                for (unsigned n = 0; n < 60; n++) {
                        CLEANUP(text_done) struct text words = {0};

                        put_request(&words, simulation_now(p.follows), &seed, n);
                        request(&p, text_str(&words));
                }
                if (p.refused >= 50)
                        print_error("round %u: %zu refused\n", round, p.refused);
                assert_true(p.refused < 50); /* else this proves little */
                pair_end(&p);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_lines),
                cmocka_unit_test(test_random),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
