/* test_simulate.c - what plans would make of written networks, and requests that build on each other. */
#include "core/graph/query.h"
#include "core/plan/chain.h"
#include "core/plan/simulate.h"
#include "tests/unit/plan/planning.h"

static const struct graph *after(const struct graph *g, const char *words)
{
        CLEANUP(plan_freep) struct plan *p = planned(g, words);
        const struct graph *ret = NULL;
        struct err e = {0};
        int r = plan_simulate(p, g, &ret, &e);

        if (r < 0)
                print_error("%s: %s\n", words, e.what);
        assert_int_equal(r, 0);
        return ret;
}

static const struct iface *iface(const struct graph *g, const char *word)
{
        size_t index = NONE;
        struct err e = {0};

        if (query_iface(g, word, &index, &e) < 0)
                print_error("%s\n", e.what);
        assert_int_not_equal(index, NONE);
        return &g->ifaces[index];
}

static bool has_iface(const struct graph *g, const char *word)
{
        size_t index;

        return query_iface(g, word, &index, NULL) == 0;
}

static const char *master_name(const struct graph *g, const char *word)
{
        size_t master = iface(g, word)->master;

        return master == NONE ? "" : g->ifaces[master].name;
}

/* Taken apart and put together again it is the same picture. */
static void same_picture(const struct graph *g)
{
        CLEANUP(plan_freep) struct plan *nothing = plan_new("%s", "");
        const struct graph *s CLEANUP(graph_unrefp) = NULL;

        assert_int_equal(plan_simulate(nothing, g, &s, NULL), 0);
        assert_int_equal(s->jail_count, g->jail_count);
        assert_int_equal(s->iface_count, g->iface_count);
        assert_int_equal(s->route_count, g->route_count);
        assert_int_equal(s->node_count, g->node_count);
        assert_int_equal(s->hook_count, g->hook_count);
        assert_int_equal(s->edge_count, g->edge_count);
        assert_int_equal(s->loan_count, g->loan_count);
        for (size_t k = 0; k < g->jail_count; k++) {
                assert_string_equal(s->jails[k].name, g->jails[k].name);
                assert_int_equal(s->jails[k].jid, g->jails[k].jid);
                assert_int_equal(s->jails[k].state, g->jails[k].state);
        }
        for (size_t k = 0; k < g->iface_count; k++) {
                const struct iface *a = &g->ifaces[k], *b = &s->ifaces[k];

                assert_string_equal(b->name, a->name);
                assert_true(iface_id_equal(b->id, a->id));
                assert_int_equal(b->number, a->number);
                assert_int_equal(b->role, a->role);
                assert_int_equal(b->peer, a->peer);
                assert_int_equal(b->peer_state, a->peer_state);
                assert_int_equal(b->parent, a->parent);
                assert_int_equal(b->master, a->master);
                assert_int_equal(b->address_count, a->address_count);
                assert_int_equal(b->altname_count, a->altname_count);
                assert_int_equal(b->is_running, a->is_running);
                assert_true((b->warning == NULL) == (a->warning == NULL));
        }
        for (size_t k = 0; k < g->node_count; k++) {
                assert_int_equal(s->nodes[k].id, g->nodes[k].id);
                assert_true((s->nodes[k].name == NULL) == (g->nodes[k].name == NULL));
                if (g->nodes[k].name)
                        assert_string_equal(s->nodes[k].name, g->nodes[k].name);
        }
        for (size_t k = 0; k < g->hook_count; k++)
                assert_string_equal(s->hooks[k].name, g->hooks[k].name);
        for (size_t k = 0; k < g->loan_count; k++)
                assert_int_equal(s->loans[k].state, g->loans[k].state);
}

static void test_nothing_changes_nothing(void **state)
{
        const struct graph *all[] = {topo_demo(),  topo_empty(),   topo_seeds(), topo_eiface(),
                                     topo_kinds(), topo_hostile(), topo_many(60)};

        (void)state;
        for (size_t k = 0; k < ARRAY_SIZE(all); k++) {
                same_picture(all[k]);
                graph_unref(all[k]);
        }
}

static void test_create(void **state)
{
        const struct graph *g CLEANUP(graph_unrefp) = topo_seeds();
        const struct graph *jail CLEANUP(graph_unrefp) = after(g, "create jail web --path /srv/web");
        const struct graph *bridge CLEANUP(graph_unrefp) = after(g, "create bridge br9 --stp --mac 02:00:00:00:00:99");
        const struct graph *pair CLEANUP(graph_unrefp) = after(g, "create epair x www/y");
        const struct graph *eiface CLEANUP(graph_unrefp) = after(g, "create eiface");
        const struct graph *vlan CLEANUP(graph_unrefp) = after(g, "create vlan eth0 20");
        size_t web = graph_find_jail(jail, "web");

        (void)state;
        assert_int_equal(jail->jail_count, g->jail_count + 1);
        assert_int_not_equal(web, NONE);
        assert_true(jail->jails[web].cookie >= PROVISIONAL_COOKIE);
        assert_string_equal(jail->jails[web].root_path, "/srv/web");
        assert_true(iface(jail, "web/lo")->is_up);

        assert_int_equal(iface(bridge, "br9")->kind, KIND_BRIDGE);
        assert_true(iface(bridge, "br9")->stp_on && iface(bridge, "br9")->is_owned);
        assert_int_equal(iface(bridge, "br9")->pin_source, PIN_MANUAL);
        assert_int_equal(iface(bridge, "br9")->number, g->next_number); /* as the inventory will number it */
        assert_int_equal(iface(pair, "www/y")->number, g->next_number + 1);
        assert_true(iface(jail, "web/lo")->number >= PROVISIONAL_NUMBER);
        assert_string_equal(bridge->nodes[iface(bridge, "br9")->node].type, "bridge");

        assert_ptr_equal(&pair->ifaces[iface(pair, "x")->peer], iface(pair, "www/y"));
        assert_int_equal(iface(pair, "x")->role, ROLE_EPAIR);
        assert_false(iface(pair, "x")->is_up);
        assert_int_equal(pair->edge_count, g->edge_count + 1);

        assert_int_equal(iface(eiface, "ngeth0")->role, ROLE_EIFACE);
        assert_int_equal(eiface->ifaces[iface(eiface, "ngeth0")->peer].role, ROLE_FABRIC);

        assert_string_equal(vlan->ifaces[iface(vlan, "eth0.20")->parent].name, "eth0");
        assert_int_equal(iface(vlan, "eth0.20")->vlan_id, 20);
        assert_true(mac_equal(iface(vlan, "eth0.20")->mac, iface(vlan, "eth0")->mac));
}

static void test_places(void **state)
{
        const struct graph *g CLEANUP(graph_unrefp) = topo_seeds();
        const struct graph *moved CLEANUP(graph_unrefp) = after(g, "move www/epair0b db --name web0");
        const struct graph *lent CLEANUP(graph_unrefp) = after(g, "move eth0 www");
        const struct graph *detached CLEANUP(graph_unrefp) = after(g, "detach epair0a");
        const struct graph *attached CLEANUP(graph_unrefp) = after(detached, "attach epair0a bridge0 uplink");
        const struct graph *back CLEANUP(graph_unrefp) = after(lent, "return www/eth0");

        (void)state;
        assert_false(has_iface(moved, "www/epair0b"));
        assert_int_equal(iface(moved, "db/web0")->number, iface(g, "www/epair0b")->number);
        assert_int_equal(iface(moved, "db/web0")->address_count, 1);
        assert_ptr_equal(&moved->ifaces[iface(moved, "db/web0")->peer], iface(moved, "epair0a"));

        assert_string_equal(master_name(lent, "www/eth0"), "");
        assert_int_equal(lent->loan_count, 1);
        assert_int_equal(lent->loans[0].state, LOAN_ON_LOAN);
        assert_int_equal(back->loans[0].state, LOAN_RETURNED);
        assert_true(has_iface(back, "eth0"));

        assert_string_equal(master_name(detached, "epair0a"), "");
        assert_string_equal(master_name(attached, "epair0a"), "bridge0");
        assert_int_not_equal(graph_find_hook(attached, iface(attached, "bridge0")->node, "uplink1"), NONE);
}

static void test_destroy(void **state)
{
        const struct graph *g CLEANUP(graph_unrefp) = topo_seeds();
        const struct graph *pair CLEANUP(graph_unrefp) = after(g, "destroy epair0a");
        const struct graph *bridge CLEANUP(graph_unrefp) = after(g, "destroy bridge0");
        const struct graph *jail CLEANUP(graph_unrefp) = after(g, "destroy jail:www");
        const struct graph *demo CLEANUP(graph_unrefp) = topo_kinds();
        const struct graph *parent CLEANUP(graph_unrefp) = after(demo, "destroy lagg0");

        (void)state;
        assert_false(has_iface(pair, "epair0a") || has_iface(pair, "www/epair0b"));
        assert_false(has_iface(bridge, "bridge0"));
        assert_string_equal(master_name(bridge, "eth0"), "");
        assert_true(has_iface(bridge, "epair0a"));
        assert_int_equal(graph_find_jail(jail, "www"), NONE);
        assert_false(has_iface(jail, "epair0a"));
        assert_string_equal(master_name(parent, "eth1"), "");
}

static void test_changes(void **state)
{
        const struct graph *g CLEANUP(graph_unrefp) = topo_seeds();
        const struct graph *name CLEANUP(graph_unrefp) = after(g, "rename www/epair0b lan0");
        const struct graph *jail CLEANUP(graph_unrefp) = after(g, "rename jail:www web");
        const struct graph *down CLEANUP(graph_unrefp) = after(g, "down www/epair0b");
        const struct graph *mtu CLEANUP(graph_unrefp) = after(g, "mtu epair0a 1400");
        const struct graph *alias CLEANUP(graph_unrefp) = after(g, "alias eth0 outside");
        const struct graph *address CLEANUP(graph_unrefp) = after(g, "address add www/epair0b 10.0.0.7/24");
        const struct graph *gone CLEANUP(graph_unrefp) = after(g, "address del www/epair0b 10.0.0.2/24");
        const struct graph *route CLEANUP(graph_unrefp) = after(g, "route add www default 10.0.0.1");
        const struct graph *no_route CLEANUP(graph_unrefp) = after(route, "route del www default");
        const struct graph *forwarding CLEANUP(graph_unrefp) = after(g, "forwarding www on");
        const struct graph *pin CLEANUP(graph_unrefp) = after(g, "pin epair0a 02:00:00:00:00:77");
        const struct graph *node CLEANUP(graph_unrefp) = after(g, "name bridge0: lan");

        (void)state;
        assert_int_equal(iface(name, "www/lan0")->number, iface(g, "www/epair0b")->number);
        assert_int_equal(graph_find_jail(jail, "www"), NONE);
        assert_true(has_iface(jail, "web/epair0b"));
        assert_false(iface(down, "www/epair0b")->is_up || iface(down, "www/epair0b")->is_running);
        assert_true(iface(down, "epair0a")->is_up && !iface(down, "epair0a")->is_running);
        assert_int_equal(iface(mtu, "epair0a")->mtu_bytes, 1400);
        assert_int_equal(iface(mtu, "bridge0")->mtu_bytes, 1400); /* which follows the least of its ports */
        assert_string_equal(iface(alias, "eth0")->alias, "outside");
        assert_int_equal(iface(address, "www/epair0b")->address_count, 2);
        assert_int_equal(iface(gone, "www/epair0b")->address_count, 0);
        assert_int_equal(no_route->route_count, g->route_count);
        assert_int_equal(route->route_count, g->route_count + 1);
        assert_int_equal(route->routes[0].oif, iface(g, "www/epair0b")->id.ifindex);
        assert_int_equal(forwarding->jails[graph_find_jail(forwarding, "www")].forwarding, 1);
        assert_int_equal(iface(pin, "epair0a")->pin_source, PIN_MANUAL);
        assert_int_equal(iface(pin, "epair0a")->mac.bytes[5], 0x77);
        assert_string_equal(node->nodes[iface(node, "bridge0")->node].name, "lan");
}

static bool warns(const struct plan *p, const char *words)
{
        for (size_t k = 0; k < p->note_count; k++)
                if (strstr(p->notes[k].text, words))
                        return true;
        return false;
}

static int chain(struct plan_chain *c, const char *words)
{
        CLEANUP(freep) char *copy = xstrdup(words);
        char *argv[16], *save = NULL;
        struct intent in;
        struct err e = {0};
        int argc = 0;

        for (char *w = strtok_r(copy, " ", &save); w && argc < 16; w = strtok_r(NULL, " ", &save))
                argv[argc++] = w;

        int r = verb_parse(argc, argv, &in, &e);

        if (r == 0)
                r = plan_chain_add(c, &in, &e);
        if (r < 0)
                print_message("%s: %s\n", words, e.what);
        return r;
}

static bool is_provisional(const struct target *t, uint32_t foretold)
{
        return t->cookie >= PROVISIONAL_COOKIE || t->ifindex >= PROVISIONAL_IFINDEX || t->number >= foretold;
}

/* Nor are numbers that are only foretold: from the one on that nothing has yet. */
static void no_provisional(const struct step *s, uint32_t foretold)
{
        assert_false(is_provisional(&s->at, foretold) || is_provisional(&s->to, foretold) ||
                     is_provisional(&s->link.parent, foretold) || is_provisional(&s->link.peer_jail, foretold) ||
                     s->link.ifindex >= PROVISIONAL_IFINDEX);
        assert_true(s->link.number < foretold && s->link.peer_number < foretold);
        for (size_t k = 0; k < s->undo_count; k++)
                no_provisional(&s->undo[k], foretold);
}

static void test_chain(void **state)
{
        static const char *const lines[] = {
                "create jail web",
                "create bridge br9",
                "create epair web0 web/eth0",
                "attach web0 br9 uplink",
                "address add web/eth0 10.9.0.2/24",
                "up web/eth0",
                "route add web default 10.9.0.1",
                "rename bridge0 lan",
                "up lan",
                "move www/epair0b web --name in0",
                "rename jail:db data",
                "mtu data/epair1b 1400",
                "destroy web0",
                "destroy jail:web",
                "create jail web",
        };
        const struct graph *g CLEANUP(graph_unrefp) = topo_seeds();
        CLEANUP(plan_chain_freep) struct plan_chain *c = plan_chain_new(g);
        const struct graph *end CLEANUP(graph_unrefp) = NULL;

        (void)state;
        for (size_t k = 0; k < ARRAY_SIZE(lines); k++)
                assert_int_equal(chain(c, lines[k]), 0);

        CLEANUP(plan_freep) struct plan *p = plan_chain_finish(c, "batch x", "batch x: 15 requests");

        for (size_t k = 0; k < p->step_count; k++)
                no_provisional(&p->steps[k], g->next_number);
        assert_string_equal(p->words, "batch x");
        assert_int_equal(plan_simulate(p, g, &end, NULL), 0);
        assert_true(has_iface(end, "lan") && has_iface(end, "br9") && has_iface(end, "web/lo"));
        assert_false(has_iface(end, "web0") || has_iface(end, "web/eth0"));
        assert_int_equal(iface(end, "data/epair1b")->mtu_bytes, 1400);
}

/* A warning that a later request makes untrue is not in the plan; one that holds is. */
static void test_chain_withdraws(void **state)
{
        struct topo *t = topo_begin();

        (void)topo_link(t, 0, "eth7", KIND_PHYSICAL, "");

        const struct graph *g CLEANUP(graph_unrefp) = topo_finish(t, NULL);
        CLEANUP(plan_chain_freep) struct plan_chain *mended = plan_chain_new(g);
        CLEANUP(plan_chain_freep) struct plan_chain *left = plan_chain_new(g);
        CLEANUP(plan_chain_freep) struct plan_chain *parted = plan_chain_new(g);

        (void)state;
        assert_int_equal(chain(mended, "create bridge br9"), 0);
        assert_int_equal(chain(mended, "address add eth7 10.77.0.1/24"), 0);
        assert_int_equal(chain(mended, "address add eth7 10.77.0.2/24"), 0);
        assert_int_equal(chain(mended, "attach eth7 br9"), 0);
        assert_int_equal(chain(mended, "address del eth7 10.77.0.2/24"), 0);
        assert_int_equal(chain(left, "create bridge br9"), 0);
        assert_int_equal(chain(left, "address add eth7 10.77.0.1/24"), 0);
        assert_int_equal(chain(left, "attach eth7 br9"), 0);
        assert_int_equal(chain(parted, "create bridge br9"), 0);
        assert_int_equal(chain(parted, "address add eth7 10.77.0.1/24"), 0);
        assert_int_equal(chain(parted, "attach eth7 br9"), 0);
        assert_int_equal(chain(parted, "detach eth7"), 0);

        CLEANUP(plan_freep) struct plan *a = plan_chain_finish(mended, "", "");
        CLEANUP(plan_freep) struct plan *b = plan_chain_finish(left, "", "");
        CLEANUP(plan_freep) struct plan *c = plan_chain_finish(parted, "", "");

        assert_true(warns(a, "eth7: 10.77.0.1/24 stops working"));
        assert_false(warns(a, "eth7: 10.77.0.2/24 stops working"));
        assert_true(warns(b, "eth7: 10.77.0.1/24 stops working"));
        assert_false(warns(c, "stops working"));
}

static void test_chain_refuses(void **state)
{
        const struct graph *g CLEANUP(graph_unrefp) = topo_seeds();
        CLEANUP(plan_chain_freep) struct plan_chain *c = plan_chain_new(g);

        (void)state;
        assert_int_equal(chain(c, "destroy epair0a"), 0);
        assert_int_equal(chain(c, "up epair0a"), -ENOENT);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_nothing_changes_nothing),
                cmocka_unit_test(test_create),
                cmocka_unit_test(test_places),
                cmocka_unit_test(test_destroy),
                cmocka_unit_test(test_changes),
                cmocka_unit_test(test_chain),
                cmocka_unit_test(test_chain_withdraws),
                cmocka_unit_test(test_chain_refuses),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
