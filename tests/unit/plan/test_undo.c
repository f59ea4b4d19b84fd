/*
 * test_undo.c - taking back finished plans on today's graph: the right things, by identity, and a refusal where
 * somebody changed them since. The graphs of before and after are written by hand, as the kernel would tell them.
 */
#include "tests/unit/plan/planning.h"

#include <errno.h>

#include "core/plan/simulate.h"

/* A pair on the host, on a bridge or not, its b end perhaps in www under another index. */
struct scene {
        const char *b_name, *address, *alias;
        bool is_moved, is_port, is_up, has_pair;
        uint32_t mtu;
        int b_ifindex;
};

static const struct scene usual = {.b_name = "p1", .has_pair = true, .is_up = true, .mtu = 1500};

static const struct graph *scene_graph(const struct scene *s, struct registry *r)
{
        struct topo *t = topo_begin();
        size_t www = topo_jail(t, "www"), br0 = topo_bridge(t, 0, "br0"), a, b;

        if (s->has_pair) {
                topo_pair(t, 0, "p0", s->is_moved ? www : 0, s->b_name, &a, &b);
                topo_iface_facts(t, b)->mac = (struct mac){.bytes = {2, 0, 0, 0, 0, 0xb}, .is_set = true};
                topo_iface_facts(t, b)->is_up = s->is_up;
                topo_iface_facts(t, a)->mtu_bytes = s->mtu;
                topo_iface_facts(t, a)->alias = s->alias;
                if (s->b_ifindex) {
                        topo_iface_facts(t, b)->id.ifindex = s->b_ifindex;
                        topo_iface_facts(t, a)->link_ifindex = s->b_ifindex;
                }
                if (s->is_port)
                        topo_port(t, br0, a);
                if (s->address)
                        topo_address(t, b, s->address);
        }
        return topo_finish(t, r);
}

static struct plan *undo(const struct plan *done, const struct graph *now)
{
        struct plan *p = NULL;
        struct err e = {0};
        int r = plan_build_undo(done, now, &p, &e);

        if (r < 0)
                print_error("undo refused: %s\n", e.what);
        assert_int_equal(r, 0);
        assert_int_equal(p->undoes, done->number);
        return p;
}

static void undo_refused(const struct plan *done, const struct graph *now, const char *why)
{
        CLEANUP(plan_freep) struct plan *p = NULL;
        struct err e = {0};

        assert_int_equal(plan_build_undo(done, now, &p, &e), -ESTALE);
        if (!strstr(e.what, why))
                print_error("'%s' is not in '%s'\n", why, e.what);
        assert_non_null(strstr(e.what, why));
}

static void test_property(void **state)
{
        struct registry *r = registry_new();
        struct scene big = usual, other = usual, none = usual;

        (void)state;
        big.mtu = 9000;
        other.mtu = 4000;
        none.has_pair = false;

        const struct graph *before CLEANUP(graph_unrefp) = scene_graph(&usual, r);
        CLEANUP(plan_freep) struct plan *p = planned(before, "mtu p0 9000");

        mark_done(p, 7);

        const struct graph *after CLEANUP(graph_unrefp) = scene_graph(&big, r);
        CLEANUP(plan_freep) struct plan *back = undo(p, after);

        assert_steps(back, "set the MTU of p0 to 1500\n");
        assert_undo(back, "set the MTU of p0 to 9000\n"); /* worked out afresh */
        assert_string_equal(back->words, "undo 7");

        /* And the undo of the undo. */
        mark_done(back, 8);

        const struct graph *again CLEANUP(graph_unrefp) = scene_graph(&usual, r);
        CLEANUP(plan_freep) struct plan *redo = undo(back, again);

        assert_steps(redo, "set the MTU of p0 to 9000\n");

        const struct graph *changed CLEANUP(graph_unrefp) = scene_graph(&other, r);

        undo_refused(p, changed, "p0: got another MTU since");

        const struct graph *gone CLEANUP(graph_unrefp) = scene_graph(&none, r);

        undo_refused(p, gone, "p0: is gone");
        registry_free(r);
}

static void test_move_follows_identity(void **state)
{
        struct registry *r = registry_new();
        struct scene here = usual, there = usual;

        (void)state;
        here.address = "10.0.0.2/24";
        there = here;
        there.is_moved = true;
        there.b_name = "eth0";
        there.b_ifindex = 9;

        const struct graph *before CLEANUP(graph_unrefp) = scene_graph(&here, r);
        CLEANUP(plan_freep) struct plan *p = planned(before, "move p1 www --name eth0");

        mark_done(p, 1);
        p->steps[0].made = (struct iface_id){.cookie = p->steps[0].to.cookie, .ifindex = 9};

        const struct graph *after CLEANUP(graph_unrefp) = scene_graph(&there, r);
        CLEANUP(plan_freep) struct plan *back = undo(p, after);

        /* The address that the plan gave it in www is lost by moving back: no step for that. */
        assert_steps(back, "move eth0 from www to the host as p1, up\ngive 10.0.0.2/24 to p1\n");
        assert_int_equal(back->steps[0].at.ifindex, 9);
        assert_int_equal(back->steps[1].at.ifindex, 0);
        assert_undo(back,
                    "take 10.0.0.2/24 from p1\nmove p1 from the host to www as eth0, up\n"
                    "give 10.0.0.2/24 to www/eth0\n");

        undo_refused(p, before, "was moved on since");
        registry_free(r);
}

/* The kernel gives back the link-local address that it made, not one of the user's: undo used to take both for the
 * kernel's, and lost the user's. */
static void test_move_with_link_local(void **state)
{
        struct registry *r = registry_new();
        struct scene here = usual, there = usual;

        (void)state;
        here.address = "fe80::5/64";
        there = here;
        there.is_moved = true;
        there.b_ifindex = 9;

        const struct graph *before CLEANUP(graph_unrefp) = scene_graph(&here, r);
        CLEANUP(plan_freep) struct plan *p = planned(before, "move p1 www");

        mark_done(p, 1);
        p->steps[0].made = (struct iface_id){.cookie = p->steps[0].to.cookie, .ifindex = 9};

        const struct graph *after CLEANUP(graph_unrefp) = scene_graph(&there, r);
        CLEANUP(plan_freep) struct plan *back = undo(p, after);

        assert_steps(back, "move p1 from www to the host, up\ngive fe80::5/64 to p1\n");
        registry_free(r);
}

static void test_attach_changed_since(void **state)
{
        struct registry *r = registry_new();
        struct scene port = usual;

        (void)state;
        port.is_port = true;

        const struct graph *before CLEANUP(graph_unrefp) = scene_graph(&usual, r);
        CLEANUP(plan_freep) struct plan *p = planned(before, "attach p0 br0 link5");

        mark_done(p, 1);

        const struct graph *after CLEANUP(graph_unrefp) = scene_graph(&port, r);
        CLEANUP(plan_freep) struct plan *back = undo(p, after);

        assert_int_equal(find_step(back, STEP_LINK_MASTER)->at.ifindex, find_step(p, STEP_LINK_MASTER)->at.ifindex);
        assert_string_equal(find_step(back, STEP_LINK_MASTER)->to.iface, "");
        undo_refused(p, before, "was attached or detached since");
        registry_free(r);
}

static void test_made_things(void **state)
{
        struct registry *r = registry_new();
        struct scene none = usual, renamed = usual, port = usual;

        (void)state;
        none.has_pair = false;
        renamed.b_name = "other";
        port.is_port = true;

        const struct graph *before CLEANUP(graph_unrefp) = scene_graph(&none, r);
        CLEANUP(plan_freep) struct plan *p = planned(before, "create epair p0 p1");
        CLEANUP(plan_freep) struct plan *bridge = planned(before, "create bridge br9");
        const struct graph *after CLEANUP(graph_unrefp) = scene_graph(&usual, r);

        mark_done(p, 1);
        p->steps[0].made = after->ifaces[graph_find_iface_in(after, 0, "p0")].id;
        p->steps[0].made_peer = after->ifaces[graph_find_iface_in(after, 0, "p1")].id;

        CLEANUP(plan_freep) struct plan *back = undo(p, after);

        assert_steps(back, "destroy p0\n");
        assert_int_equal(back->steps[0].at.ifindex, p->steps[0].made.ifindex);

        /* What is made again keeps its number. */
        assert_int_equal(back->steps[0].undo[0].op, STEP_LINK_ADD);
        assert_int_equal(back->steps[0].undo[0].link.number, back->steps[0].at.number);

        /* A name changed since is no hindrance to identity; a bridge with foreign ports is. */
        const struct graph *other CLEANUP(graph_unrefp) = scene_graph(&renamed, r);
        CLEANUP(plan_freep) struct plan *still = undo(p, other);

        assert_int_equal(still->step_count, 1);
        undo_refused(p, before, "p0: is gone");

        struct step *s = find_step(bridge, STEP_LINK_ADD);
        const struct graph *used CLEANUP(graph_unrefp) = scene_graph(&port, r);

        mark_done(bridge, 2);
        (void)str_copy(s->link.name, sizeof(s->link.name), "br0");
        s->made = used->ifaces[graph_find_iface_in(used, 0, "br0")].id;
        step_done(&bridge->steps[1]);
        bridge->step_count = 1;
        undo_refused(bridge, used, "p0 was attached to it since");
        registry_free(r);
}

static void test_destroyed_jail(void **state)
{
        struct registry *r = registry_new();
        const struct graph *before CLEANUP(graph_unrefp) = topo_seeds();
        CLEANUP(plan_freep) struct plan *p = planned(before, "destroy www");
        struct topo *t = topo_begin();

        (void)state;
        (void)topo_link(t, 0, "eth0", KIND_PHYSICAL, "");
        (void)topo_bridge(t, 0, "bridge0");

        const struct graph *after CLEANUP(graph_unrefp) = topo_finish(t, NULL);

        mark_done(p, 3);

        CLEANUP(plan_freep) struct plan *back = undo(p, after);

        assert_int_equal(back->steps[0].op, STEP_JAIL_ADD);
        assert_int_equal(back->steps[0].at.cookie, 0);
        for (size_t k = 0; k < back->step_count; k++) {
                if (strcmp(back->steps[k].at.jail, "www") == 0)
                        assert_true(back->steps[k].at.cookie == 0 && back->steps[k].at.ifindex == 0);
        }
        assert_int_equal(find_step(back, STEP_LINK_MASTER)->to.ifindex, 3); /* today's bridge0 */

        /* A new jail of that name is in the way. */
        undo_refused(p, before, "www: was made again since");
        registry_free(r);
}

/* The kernel takes a stack apart in its own time: what was made anew is meant, not what is left of the old one. */
static void test_made_anew_beside_its_remains(void **state)
{
        struct registry *r = registry_new();
        struct topo *t = topo_begin();

        (void)state;
        (void)topo_jail(t, "www");

        const struct graph *before CLEANUP(graph_unrefp) = topo_finish(t, r);
        CLEANUP(plan_freep) struct plan *p = planned(before, "address add www/lo 127.0.0.9/8");

        mark_done(p, 4);
        t = topo_begin();

        size_t remains = topo_jail(t, "www"), anew = topo_jail(t, "www");

        topo_jail_facts(t, remains)->name = NULL;
        topo_jail_facts(t, remains)->origin = ORIGIN_DESCRIPTOR;
        for (size_t lo = 1; lo <= 2; lo++) /* the host has the first loopback */
                topo_address(t, lo, "127.0.0.9/8");

        const struct graph *now CLEANUP(graph_unrefp) = topo_finish(t, r);

        assert_int_equal(now->jails[remains].state, JAIL_DYING);
        assert_string_equal(now->jails[remains].name, "www");

        CLEANUP(plan_freep) struct plan *back = undo(p, now);

        assert_steps(back, "take 127.0.0.9/8 from www/lo\n");
        assert_true(back->steps[0].at.cookie == now->jails[anew].cookie);
        registry_free(r);
}

/* A jail's restart behind a rename, taken back twice: what the second undo's own way back puts on the link goes to it
 * under the name that it has by then. */
static void test_renamed_and_moved(void **state)
{
        struct registry *r = registry_new();
        struct scene first = usual, then_on = usual;

        (void)state;
        first.is_moved = then_on.is_moved = true;
        first.address = then_on.address = "10.0.0.2/24";
        then_on.b_name = "b0";

        const struct graph *before CLEANUP(graph_unrefp) = scene_graph(&first, r);
        const struct graph *after CLEANUP(graph_unrefp) = scene_graph(&then_on, r);
        CLEANUP(plan_chain_freep) struct plan_chain *c = plan_chain_new(before);

        (void)then(c, "rename www/p1 b0");
        (void)then(c, "restart www");

        CLEANUP(plan_freep) struct plan *p = plan_chain_finish(c, "batch", "batch");

        mark_done(p, 1);
        find_step(p, STEP_JAIL_ADD)->made_cookie = after->jails[1].cookie;
        find_step(p, STEP_LINK_MOVE)->made = after->ifaces[graph_find_iface_in(after, 1, "b0")].id;

        CLEANUP(plan_freep) struct plan *back = undo(p, after);

        assert_steps(back,
                     "rename jail www to www.new\nmake jail www\nset www/lo up\n"
                     "move b0 from www.new to www, up\ngive 10.0.0.2/24 to www/b0\nremove jail www.new\n"
                     "rename www/b0 to p1\n");
        mark_done(back, 2);
        find_step(back, STEP_JAIL_ADD)->made_cookie = before->jails[1].cookie;
        find_step(back, STEP_LINK_MOVE)->made = before->ifaces[graph_find_iface_in(before, 1, "p1")].id;

        CLEANUP(plan_freep) struct plan *again = undo(back, before);

        assert_steps(again,
                     "rename www/p1 to b0\nmake jail www.new\nset www.new/lo up\n"
                     "move b0 from www to www.new, up\ngive 10.0.0.2/24 to www.new/b0\nremove jail www\n"
                     "rename jail www.new to www\n");
        assert_undo(again,
                    "rename jail www to www.new\nmake jail www\nset www/lo up\ntake 10.0.0.2/24 from www.new/b0\n"
                    "move b0 from www.new to www, up\ngive 10.0.0.2/24 to www/b0\nset www.new/lo down\n"
                    "remove jail www.new\nrename www/b0 to p1\n");
        registry_free(r);
}

/* A route of another metric to the same place is another route. */
static void test_route_beside_another(void **state)
{
        struct topo *t = topo_begin();
        size_t p0 = topo_link(t, 0, "p0", KIND_PHYSICAL, "");
        CLEANUP(plan_freep) struct plan *p = plan_new("route del");

        (void)state;
        topo_address(t, p0, "10.5.0.1/24");
        topo_route(t, 0, "10.6.0.0/16", "10.5.0.9", p0);

        const struct graph *g CLEANUP(graph_unrefp) = topo_finish(t, NULL);
        struct step *s = plan_add(p, STEP_ROUTE_DEL), *u = step_add_undo(s, STEP_ROUTE_ADD);

        s->at.cookie = g->jails[0].cookie;
        (void)str_copy(s->at.jail, sizeof(s->at.jail), "host");
        (void)str_copy(s->at.iface, sizeof(s->at.iface), "p0");
        u->at = s->at;
        s->route = u->route = g->routes[0];
        mark_done(p, 1);
        undo_refused(p, g, "got that route again");
        s->route.metric = u->route.metric = 4;

        CLEANUP(plan_freep) struct plan *back = undo(p, g);

        assert_int_equal(back->step_count, 1);
        assert_int_equal(back->steps[0].route.metric, 4);
}

static const struct graph *link_route_graph(struct registry *r, uint32_t metric)
{
        struct topo *t = topo_begin();
        size_t p0 = topo_link(t, 0, "p0", KIND_PHYSICAL, "");
        struct route *kernels = topo_route(t, 0, "fe80::/64", NULL, p0);

        kernels->protocol = 2;
        kernels->metric = 256;
        if (metric)
                topo_route(t, 0, "fe80::/64", NULL, p0)->metric = metric;
        return topo_finish(t, r);
}

/* The kernel's own route of a link, which comes when that goes up, used to be taken for one to the same place that the
 * plan made without a metric: that one has the usual. */
static void test_route_beside_the_kernels(void **state)
{
        struct registry *r = registry_new();

        (void)state;
        const struct graph *before CLEANUP(graph_unrefp) = link_route_graph(r, 0);
        const struct graph *after CLEANUP(graph_unrefp) = link_route_graph(r, 1024);
        const struct graph *other CLEANUP(graph_unrefp) = link_route_graph(r, 5);
        CLEANUP(plan_freep) struct plan *p = planned(before, "route add host fe80::/64 --dev p0");

        refused(after, "route add host fe80::/64 --dev p0", "has a route to fe80::/64 already");
        mark_done(p, 1);
        undo_refused(p, before, "lost that route");
        undo_refused(p, other, "lost that route");

        CLEANUP(plan_freep) struct plan *back = undo(p, after);

        assert_steps(back, "remove route fe80::/64 over p0 on the host\n");
        mark_done(back, 2);
        undo_refused(back, after, "got that route again");

        CLEANUP(plan_freep) struct plan *redo = undo(back, before);

        assert_steps(redo, "add route fe80::/64 over p0 on the host\n");
        registry_free(r);
}

static struct topo *routed_pair(size_t *ret_a)
{
        struct topo *t = topo_begin();
        size_t b;

        topo_pair(t, 0, "p0", 0, "p1", ret_a, &b);
        topo_route(t, 0, "10.20.0.0/16", NULL, *ret_a);
        return t;
}

/* A route was there before the address with which the kernel drops it: away and back it stays, simulated too. */
static void test_last_address(void **state)
{
        struct registry *r = registry_new();
        size_t a;

        (void)state;
        const struct graph *before CLEANUP(graph_unrefp) = topo_finish(routed_pair(&a), r);
        CLEANUP(plan_freep) struct plan *p = planned(before, "address add p0 10.9.0.1/24");
        struct topo *t = routed_pair(&a);

        mark_done(p, 5);
        topo_address(t, a, "10.9.0.1/24");

        const struct graph *after CLEANUP(graph_unrefp) = topo_finish(t, r);
        CLEANUP(plan_freep) struct plan *back = undo(p, after);
        const struct graph *now CLEANUP(graph_unrefp) = NULL;

        assert_steps(back,
                     "remove route 10.20.0.0/16 over p0 on the host\ntake 10.9.0.1/24 from p0\n"
                     "add route 10.20.0.0/16 over p0 on the host\n");
        assert_int_equal(plan_simulate(back, after, &now, NULL), 0);
        assert_int_equal(now->route_count, 1);

        CLEANUP(plan_freep) struct plan *rough = plan_new("without the routes");

        *plan_add(rough, STEP_ADDRESS_DEL) = back->steps[1];
        rough->steps[0].undo = NULL;
        rough->steps[0].undo_count = 0;

        const struct graph *without CLEANUP(graph_unrefp) = NULL;

        assert_int_equal(plan_simulate(rough, after, &without, NULL), 0);
        assert_int_equal(without->route_count, 0);

        t = routed_pair(&a);
        topo_address(t, a, "10.9.0.1/24");
        topo_address(t, a, "10.8.0.1/24");

        const struct graph *two CLEANUP(graph_unrefp) = topo_finish(t, r);
        CLEANUP(plan_freep) struct plan *plain = undo(p, two);

        assert_steps(plain, "take 10.9.0.1/24 from p0\n");
        registry_free(r);
}

static void test_only_what_is_done(void **state)
{
        const struct graph *g CLEANUP(graph_unrefp) = topo_seeds();
        CLEANUP(plan_freep) struct plan *p = planned(g, "mtu eth0 1400");
        CLEANUP(plan_freep) struct plan *back = NULL;
        struct err e = {0};

        (void)state;
        p->state = PLAN_ROLLED_BACK;
        assert_int_equal(plan_build_undo(p, g, &back, &e), -EINVAL);
        assert_non_null(strstr(e.what, "rolled back"));
}

/* A batch knows a jail that it renamed by its new name only; that it then destroyed it was not seen. */
static void test_renamed_and_destroyed(void **state)
{
        struct registry *r = registry_new();
        struct scene in_www = usual;

        (void)state;
        in_www.is_moved = true;
        const struct graph *before CLEANUP(graph_unrefp) = scene_graph(&in_www, r);
        CLEANUP(plan_chain_freep) struct plan_chain *c = plan_chain_new(before);

        (void)then(c, "rename www web");
        (void)then(c, "rename web last");
        (void)then(c, "destroy last");

        CLEANUP(plan_freep) struct plan *p = plan_chain_finish(c, "batch", "batch");
        struct topo *t = topo_begin();

        mark_done(p, 7);
        (void)topo_bridge(t, 0, "br0");

        const struct graph *now CLEANUP(graph_unrefp) = topo_finish(t, r);
        CLEANUP(plan_freep) struct plan *back = undo(p, now);

        assert_steps(back,
                     "make jail last\nset last/lo up\n"
                     "make last/p1 with MAC 02:00:00:00:00:0b joined to p0 with MAC 02:00:00:00:00:03\n"
                     "set last/p1 up\nset p0 up\nrename jail last to web\nrename jail web to www\n");
        registry_free(r);
}

/* What a batch makes it knows by jail and name: that the jail was called otherwise when it moved the link home again
 * used to hide that it was the same link, which 'was moved on since'. */
static void test_made_and_moved_twice(void **state)
{
        struct registry *r = registry_new();
        struct scene none = usual;

        (void)state;
        none.has_pair = false;

        const struct graph *before CLEANUP(graph_unrefp) = scene_graph(&none, r);
        CLEANUP(plan_chain_freep) struct plan_chain *c = plan_chain_new(before);

        (void)then(c, "create epair p0 p1");
        (void)then(c, "move p1 www");
        (void)then(c, "rename www web");
        (void)then(c, "destroy web");

        CLEANUP(plan_freep) struct plan *p = plan_chain_finish(c, "batch", "batch");
        struct topo *t = topo_begin();
        struct step *made = find_step(p, STEP_LINK_ADD);
        size_t a, b;

        topo_pair(t, 0, "p0", 0, "p1", &a, &b);
        mark_done(p, 7);

        const struct graph *now CLEANUP(graph_unrefp) = topo_finish(t, r);
        const struct iface *p0 = &now->ifaces[graph_find_iface_in(now, 0, "p0")],
                           *p1 = &now->ifaces[graph_find_iface_in(now, 0, "p1")];

        made->made = p0->id;
        made->made_peer = p1->id;
        made->link.number = p0->number;
        made->link.peer_number = p1->number;

        CLEANUP(plan_freep) struct plan *back = undo(p, now);

        assert_steps(back, "make jail web\nset web/lo up\nrename jail web to www\ndestroy p0\n");
        registry_free(r);
}

/* Both ends of a pair in a jail, one of them lent: that one comes home, and then goes with the other. The way back used
 * to make both in the jail again, and not find on the host what it had to move there: a plan that failed stayed half
 * done. */
static void test_both_ends_in_a_destroyed_jail(void **state)
{
        struct registry *r = registry_new();
        const struct graph *g[2];

        (void)state;
        for (size_t k = 0; k < 2; k++) {
                struct topo *t = topo_begin();
                size_t www = topo_jail(t, "www"), a, b;

                topo_pair(t, k ? www : 0, "p0", www, "eth0", &a, &b);
                for (size_t n = 0; n < 2; n++)
                        topo_iface_facts(t, n ? b : a)->mac =
                                (struct mac){.bytes = {2, 0, 0, 0, 0, (uint8_t)(n + 1)}, .is_set = true};
                topo_iface_facts(t, a)->id.ifindex = topo_iface_facts(t, b)->link_ifindex = 8;
                topo_iface_facts(t, b)->id.ifindex = topo_iface_facts(t, a)->link_ifindex = 9;
                topo_iface_facts(t, a)->alias = "lent";
                topo_iface_facts(t, a)->is_up = true;
                topo_address(t, a, "10.0.0.1/24");
                g[k] = topo_finish(t, r);
        }
        assert_int_equal(g[1]->loan_count, 1);

        CLEANUP(plan_freep) struct plan *p = planned(g[1], "destroy www");

        assert_undo(p,
                    "make jail www\nset www/lo up\n"
                    "make www/eth0 with MAC 02:00:00:00:00:02 joined to p0 with MAC 02:00:00:00:00:01\n"
                    "set www/eth0 up\ndescribe p0 as 'lent'\n"
                    "move p0 from the host to www, up\ngive 10.0.0.1/24 to www/p0\n");
        graph_unref(g[0]);
        graph_unref(g[1]);
        registry_free(r);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_property),
                cmocka_unit_test(test_move_follows_identity),
                cmocka_unit_test(test_move_with_link_local),
                cmocka_unit_test(test_attach_changed_since),
                cmocka_unit_test(test_made_things),
                cmocka_unit_test(test_destroyed_jail),
                cmocka_unit_test(test_renamed_and_destroyed),
                cmocka_unit_test(test_made_anew_beside_its_remains),
                cmocka_unit_test(test_made_and_moved_twice),
                cmocka_unit_test(test_both_ends_in_a_destroyed_jail),
                cmocka_unit_test(test_renamed_and_moved),
                cmocka_unit_test(test_route_beside_another),
                cmocka_unit_test(test_route_beside_the_kernels),
                cmocka_unit_test(test_last_address),
                cmocka_unit_test(test_only_what_is_done),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
