/* test_leftovers.c - restart, sweep, several returns at once, names given back, and what of the wanted is picked. */
#include "core/graph/orphans.h"
#include "core/plan/wanted.h"
#include "tests/unit/plan/planning.h"

static void test_restart(void **state)
{
        struct topo *t = topo_begin();
        size_t www = topo_jail(t, "www"), br0 = topo_bridge(t, 0, "br0"), a, b;

        (void)state;
        topo_pair(t, 0, "e0a", www, "e0b", &a, &b);
        topo_port(t, br0, a);
        topo_address(t, b, "10.0.0.2/24");
        topo_route(t, www, "0.0.0.0/0", "10.0.0.1", b);
        topo_jail_facts(t, www)->forwarding = 1;

        const struct graph *g CLEANUP(graph_unrefp) = topo_finish(t, NULL);
        CLEANUP(plan_freep) struct plan *p = planned(g, "restart www");

        assert_steps(p,
                     "make jail www.new\nturn IPv4 forwarding on in www.new\nmove e0b from www to www.new, up\n"
                     "give 10.0.0.2/24 to www.new/e0b\nadd route default via 10.0.0.1 over e0b in www.new\n"
                     "remove jail www\nrename jail www.new to www\n");
        assert_true(has_freebsd(p, "jail -rc www"));
        assert_true(has_note(p, "the far ends their bridges"));
        refused(g, "restart host", "host: cannot be restarted");
}

/* What the kernel gives each new loopback, and somebody took from this one, goes before another of its network comes.
 */
static void test_restart_without_127_0_0_1(void **state)
{
        struct topo *t = topo_begin();
        const size_t host_lo = 0, lo = 1;

        (void)state;
        (void)topo_jail(t, "www");
        topo_address(t, host_lo, "127.0.0.1/8");
        topo_address(t, host_lo, "::1/128");
        topo_address(t, lo, "127.0.0.2/8");

        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(t, NULL);
        CLEANUP(plan_freep) struct plan *p = planned(g, "restart www");

        assert_undo(p,
                    "rename jail www to www.new\nmake jail www\nset www/lo up\ntake 127.0.0.1/8 from www/lo\n"
                    "take ::1/128 from www/lo\ngive 127.0.0.2/8 to www/lo\n"
                    "take 127.0.0.2/8 from www.new/lo\nremove jail www.new\n");
}

static void test_restart_refuses_what_cannot_move(void **state)
{
        struct topo *t = topo_begin();
        size_t www = topo_jail(t, "www"), db = topo_jail(t, "db"), inner, a, b;

        (void)state;
        (void)topo_jail(t, "db.new");
        topo_pair(t, 0, "e0a", www, "e0b", &a, &b);
        inner = topo_bridge(t, www, "inner");
        topo_port(t, inner, b);
        (void)db;

        const struct graph *g CLEANUP(graph_unrefp) = topo_finish(t, NULL);

        refused(g, "restart www", "www/e0b: is a port inside the jail");
        refused(g, "restart db", "db.new: is in the way");
}

/* A card of the host: at home as eth1, lent to www, or back from it as dev7 beside another eth1. */
enum place { AT_HOME, LENT, BACK, BACK_BESIDE };

static const struct graph *card(struct registry *r, enum place place)
{
        struct topo *t = topo_begin();
        size_t www = place == LENT || place == AT_HOME ? topo_jail(t, "www") : NONE, eth1;

        eth1 = topo_link(t, place == LENT ? www : 0, place == BACK || place == BACK_BESIDE ? "dev7" : "eth1",
                         KIND_PHYSICAL, "");
        (void)mac_parse("02:00:5e:00:53:01", &topo_iface_facts(t, eth1)->permanent);
        topo_iface_facts(t, eth1)->mac = topo_iface_facts(t, eth1)->permanent;
        if (place == BACK_BESIDE)
                (void)topo_link(t, 0, "eth1", KIND_PHYSICAL, "");
        return topo_finish(t, r);
}

static void test_name_is_given_back(void **state)
{
        struct registry *r = registry_new();

        (void)state;
        for (enum place p = AT_HOME; p <= LENT; p++) {
                const struct graph *g CLEANUP(graph_unrefp) = card(r, p);

                assert_int_equal(g->loan_count, p == LENT);
        }

        const struct graph *beside CLEANUP(graph_unrefp) = card(r, BACK_BESIDE);
        const struct graph *back CLEANUP(graph_unrefp) = card(r, BACK);

        assert_int_equal(beside->loan_count, 1);
        assert_int_equal(beside->loans[0].state, LOAN_RETURNED);
        assert_true(loan_has_other_name(beside, &beside->loans[0]));
        refused(beside, "return eth1", "eth1: taken");
        assert_true(loan_has_other_name(back, &back->loans[0]));

        CLEANUP(plan_freep) struct plan *by_old_name = planned(back, "return eth1");
        CLEANUP(plan_freep) struct plan *by_new_name = planned(back, "return dev7");

        assert_steps(by_old_name, "rename dev7 to eth1\n");
        assert_steps(by_new_name, "rename dev7 to eth1\n");
        assert_undo(by_new_name, "rename eth1 to dev7\n");
        registry_free(r);
}

/* A pair that jailnet made, and the jail that one end of it is lent to: alive, dying, or gone. Indexes stay. */
enum jail_fate { ALIVE, LIVED_IN, KEPT, GONE };

static const struct graph *pair(struct registry *r, bool is_lent, enum jail_fate fate)
{
        struct topo *t = topo_begin();
        size_t www = fate == GONE ? NONE : topo_jail(t, "www"), a, b, near, far;

        if (fate == GONE)
                (void)topo_link(t, 0, "dummy0", KIND_DUMMY, "dummy");
        else
                topo_pair(t, 0, "near", www, "far", &near, &far);
        topo_pair(t, 0, "e0a", is_lent ? www : 0, "e0b", &a, &b);
        topo_altname(t, a, "jn.00000010.epair");
        topo_altname(t, b, "jn.00000011.epair");
        if (fate == LIVED_IN || fate == KEPT) {
                topo_jail_facts(t, www)->state = JAIL_DYING;
                topo_holder(t, www, fate == LIVED_IN ? HOLDER_PROCESS : HOLDER_DESCRIPTOR, 4211, "nc", "fd 7");
        }
        return topo_finish(t, r);
}

static void assert_orphans(const struct graph *g, const char *expected)
{
        struct orphan all[8];
        size_t count = graph_orphans(g, all, ARRAY_SIZE(all));
        CLEANUP(text_done) struct text t = {0};

        for (size_t k = 0; k < count && k < ARRAY_SIZE(all); k++) {
                orphan_put(&t, g, &all[k]);
                text_put_char(&t, '\n');
        }
        assert_string_equal(text_str(&t), expected);
}

static void test_orphans_and_sweep(void **state)
{
        struct registry *r = registry_new();

        (void)state;
        const struct graph *home CLEANUP(graph_unrefp) = pair(r, false, ALIVE);
        const struct graph *lent CLEANUP(graph_unrefp) = pair(r, true, ALIVE);
        const struct graph *lived_in CLEANUP(graph_unrefp) = pair(r, true, LIVED_IN);
        const struct graph *kept CLEANUP(graph_unrefp) = pair(r, true, KEPT);

        assert_orphans(home, "");
        assert_orphans(lent, "");
        assert_orphans(lived_in, "");
        assert_orphans(kept,
                       "www: a stack without name and process; a descriptor of nc (4211) keeps it\n"
                       "near: its other end far is in www, which is gone by name and has no process\n");

        CLEANUP(plan_freep) struct plan *all = planned(kept, "sweep");
        CLEANUP(plan_freep) struct plan *one = planned(kept, "sweep near");

        assert_steps(all, "move e0b from www to the host\ndestroy www/far\n");
        assert_steps(one, "destroy near\n");
        refused(kept, "sweep e0a", "e0a: is no orphan");
        refused(lent, "sweep", "nothing is left over");

        const struct graph *returned CLEANUP(graph_unrefp) = pair(r, false, GONE);
        CLEANUP(plan_freep) struct plan *sweep = planned(returned, "sweep");

        assert_orphans(returned, "e0b: jailnet made it and e0a for www, which is no more\n");
        assert_steps(sweep, "destroy e0b\n");
        registry_free(r);
}

static void test_abandon(void **state)
{
        const struct graph *g CLEANUP(graph_unrefp) = topo_seeds();
        CLEANUP(plan_freep) struct plan *p = planned(g, "destroy --abandon www");

        (void)state;
        assert_steps(p, "destroy www/epair0b\nremove jail www\n");
        assert_true(has_note(p, "www/epair0b is lost at once"));
        refused(g, "destroy --abandon bridge0", "is no jail");
}

static void test_pick(void **state)
{
        static const uint32_t numbers[] = {12};
        struct wanted w = {0};
        size_t host, www, db;
        struct wanted_link *l;

        (void)state;
        host = w.jail_count;
        wanted_add_jail(&w, "host");
        www = w.jail_count;
        wanted_add_jail(&w, "www")->is_owned = true;
        db = w.jail_count;
        wanted_add_jail(&w, "db")->is_owned = true;
        wanted_add_link(&w, db, "other")->number = 9;
        wanted_add_link(&w, host, "br0")->number = 10;
        l = wanted_add_link(&w, host, "e0a");
        l->number = 11;
        l->peer = 3;
        l->master = 1;
        l = wanted_add_link(&w, www, "e0b");
        l->number = 12;
        l->peer = 2;
        l->alias = xstrdup("to the web");
        l = wanted_add_link(&w, www, "lo");
        l->kind = KIND_LOOPBACK;
        wanted_add_route(&w, www, 3);
        wanted_add_route(&w, db, 0);
        wanted_pick(&w, numbers, ARRAY_SIZE(numbers));

        assert_int_equal(w.link_count, 4);
        assert_string_equal(w.links[0].name, "br0");
        assert_string_equal(w.links[2].alias, "to the web");
        assert_int_equal(w.links[1].peer, 2);
        assert_int_equal(w.links[1].master, 0);
        assert_int_equal(w.route_count, 1);
        assert_int_equal(w.routes[0].link, 2);
        assert_true(w.jails[www].is_owned);
        assert_false(w.jails[db].is_owned);
        wanted_done(&w);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_restart),
                cmocka_unit_test(test_restart_without_127_0_0_1),
                cmocka_unit_test(test_restart_refuses_what_cannot_move),
                cmocka_unit_test(test_name_is_given_back),
                cmocka_unit_test(test_orphans_and_sweep),
                cmocka_unit_test(test_abandon),
                cmocka_unit_test(test_pick),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
