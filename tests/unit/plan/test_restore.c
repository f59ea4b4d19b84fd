/* test_restore.c - wanted state and a graph make the plan that builds what is lacking, and nothing else. */
#include "core/plan/plan_restore.h"

#include "core/plan/plan_keep.h"
#include "tests/unit/plan/planning.h"

#include <linux/if_link.h>

static struct restore_limits no_limits;

static struct plan *restore(const struct wanted *w, const struct graph *g, struct restore_limits *limits,
                            size_t troubles)
{
        struct plan *p = NULL;
        size_t count = 0;

        plan_build_restore(w, g, limits, &p, &count);
        if (count != troubles)
                for (size_t k = 0; k < count; k++)
                        print_message("trouble: %s\n", p->notes[k].text);
        assert_int_equal(count, troubles);
        return p;
}

static size_t add_jail(struct wanted *w, const char *name, bool is_owned)
{
        wanted_add_jail(w, name)->is_owned = is_owned;
        return w->jail_count - 1;
}

static struct wanted_link *add(struct wanted *w, size_t jail, const char *name, enum iface_kind kind, uint32_t number)
{
        struct wanted_link *l = wanted_add_link(w, jail, name);

        l->kind = kind;
        l->number = number;
        l->is_owned = true;
        l->is_up = 0;
        l->mac = (struct mac){.bytes = {2, 0, 0, 0, 1, (uint8_t)number}, .is_set = kind != KIND_TUN};
        return l;
}

static void add_pair(struct wanted *w, size_t jail_a, const char *a, size_t jail_b, const char *b, uint32_t number,
                     enum iface_role role_a, enum iface_role role_b)
{
        size_t first = w->link_count;

        add(w, jail_a, a, KIND_VETH, number)->role = role_a;
        add(w, jail_b, b, KIND_VETH, number + 1)->role = role_b;
        w->links[first].peer = first + 1;
        w->links[first + 1].peer = first;
}

static void add_address(struct wanted_link *l, const char *text)
{
        struct prefix p;

        assert_int_equal(prefix_parse(text, &p, NULL), 0);
        wanted_add_address(l, &p);
}

/* A bridge, a pair to a jail, an eiface there: host, www; br0, e0a, e0b, ngeth0, ngfab0. */
static void small_network(struct wanted *w)
{
        size_t host = add_jail(w, "host", false), www = add_jail(w, "www", true);

        add(w, host, "br0", KIND_BRIDGE, 40)->is_up = 1;
        add_pair(w, host, "e0a", www, "e0b", 41, ROLE_EPAIR, ROLE_EPAIR);
        add_pair(w, www, "ngeth0", host, "ngfab0", 43, ROLE_EIFACE, ROLE_FABRIC);
        w->links[1].master = w->links[4].master = 0;
        w->links[1].port = 3; /* the first port, and the second, have left since */
        w->links[4].port = 4;
        w->links[4].hook = xstrdup("uplink1");
        w->links[1].is_up = w->links[4].is_up = w->links[2].is_up = 1;
        w->links[2].mtu_bytes = 1400;
        w->links[2].pin = w->links[2].mac;
        w->links[2].pin_source = PIN_MANUAL;
        w->links[2].mac.bytes[5] = 0x99; /* the pin goes before it */
        add_address(&w->links[2], "10.0.0.2/24");
        wanted_add_altname(&w->links[2], "the-web");
        w->jails[www].forwarding = 1;

        struct wanted_route *r = wanted_add_route(w, www, 2);

        assert_int_equal(prefix_parse("0.0.0.0/0", &r->route.destination, NULL), 0);
        assert_int_equal(prefix_parse("10.0.0.1/32", &r->route.gateway, NULL), 0);
}

static void all_that_is_lacking(void **state)
{
        CLEANUP(graph_unrefp) const struct graph *g = topo_empty();
        CLEANUP(wanted_done) struct wanted w = {0};

        (void)state;
        small_network(&w);

        CLEANUP(plan_freep) struct plan *p = restore(&w, g, &no_limits, 0);

        assert_steps(p,
                     "make jail www\n"
                     "make bridge br0 with MAC 02:00:00:00:01:28\n"
                     "make e0a with MAC 02:00:00:00:01:29 joined to www/e0b with MAC 02:00:00:00:01:2a\n"
                     "make eiface www/ngeth0 with MAC 02:00:00:00:01:2b, its hidden end ngfab0\n"
                     "give www/e0b the alternative name the-web\n"
                     "attach e0a to br0\n"
                     "call br0's hook towards e0a link2\n"
                     "attach ngeth0 to br0\n"
                     "set br0 up\n"
                     "set e0a up\n"
                     "set www/e0b up\n"
                     "set ngfab0 up\n"
                     "give 10.0.0.2/24 to www/e0b\n"
                     "add route default via 10.0.0.1 over e0b in www\n"
                     "turn IPv4 forwarding on in www\n");
        assert_string_equal(p->words, "restore");
        for (size_t k = 0; k < p->step_count; k++)
                if (p->steps[k].op != STEP_PIN)
                        assert_true(p->steps[k].undo_count > 0);

        /* Numbers are kept: marks, pins, node and hook names hang on them. */
        const struct step *s = find_step(p, STEP_LINK_ADD);

        assert_int_equal(s->link.number, 40);
        assert_int_equal(s[1].link.number, 41);
        assert_int_equal(s[1].link.peer_number, 42);
        assert_int_equal(s[1].link.peer_mtu_bytes, 1400);
}

static void nothing_is_wanted(void **state)
{
        CLEANUP(graph_unrefp) const struct graph *g = topo_seeds();
        CLEANUP(wanted_done) struct wanted w = {0};

        (void)state;
        (void)add_jail(&w, "host", false);
        (void)add_jail(&w, "www", true);

        CLEANUP(plan_freep) struct plan *p = restore(&w, g, &no_limits, 0);

        assert_int_equal(p->step_count, 0);
}

/* What a link stands on may have been made after it (it was destroyed and made again). */
static void parents_first(void **state)
{
        CLEANUP(graph_unrefp) const struct graph *g = topo_empty();
        CLEANUP(wanted_done) struct wanted w = {0};
        size_t host = add_jail(&w, "host", false);

        (void)state;
        add(&w, host, "mv0", KIND_MACVLAN, 40)->macvlan_mode = MACVLAN_MODE_BRIDGE;
        w.links[0].parent = 1;
        add_pair(&w, host, "a0", host, "a1", 41, ROLE_EPAIR, ROLE_EPAIR);

        CLEANUP(plan_freep) struct plan *p = restore(&w, g, &no_limits, 0);

        assert_steps(p,
                     "make a0 with MAC 02:00:00:00:01:29 joined to a1 with MAC 02:00:00:00:01:2a\n"
                     "make macvlan mv0 with MAC 02:00:00:00:01:28 on a0\n");
}

static void what_cannot_be(void **state)
{
        CLEANUP(graph_unrefp) const struct graph *g = topo_empty();
        CLEANUP(wanted_done) struct wanted w = {0};
        struct restore_limits limits = {.missing_kinds = 1u << KIND_VLAN};
        size_t host = add_jail(&w, "host", false), theirs = add_jail(&w, "theirs", false);

        (void)state;
        add(&w, host, "v20", KIND_VLAN, 40)->vlan_id = 20;
        add(&w, host, "mv0", KIND_MACVLAN, 41)->parent = 0;
        add(&w, host, "eth0", KIND_BRIDGE, 42)->is_up = 1; /* the physical one has that name */
        add_pair(&w, host, "a0", theirs, "a1", 43, ROLE_EPAIR, ROLE_EPAIR);
        w.links[4].row = 4;
        add(&w, host, "eth7", KIND_PHYSICAL, 0)->is_owned = false;
        (void)str_copy(w.links[5].home, IF_NAME_SIZE, "eth7");
        w.links[5].is_up = -1;
        w.links[5].mtu_bytes = 9000;
        w.links[5].row = 5;
        add(&w, host, "br0", KIND_BRIDGE, 50)->is_up = 1;

        CLEANUP(plan_freep) struct plan *p = restore(&w, g, &limits, 5);

        assert_true(has_note(p, "v20: this kernel makes no vlan links"));
        assert_true(has_note(p, "mv0: what it stands on, v20, is not here"));
        assert_true(has_note(p, "eth0: another interface has its name"));
        assert_true(has_note(p, "theirs/a1: its jail is not here, and jailnet did not make that"));
        assert_true(has_note(p, "eth7: the physical interface eth7 is not here"));
        assert_steps(p, "make bridge br0 with MAC 02:00:00:00:01:32\nset br0 up\n");

        /* What may be forgotten: what is not here and not ours to make. */
        assert_int_equal(limits.absent_count, 2);
        assert_int_equal(limits.absent[0], w.links[5].row);
        assert_int_equal(limits.absent[1], w.links[4].row);
        restore_limits_done(&limits);
}

static void borrowed_ones(void **state)
{
        CLEANUP(graph_unrefp) const struct graph *g = topo_empty();
        CLEANUP(wanted_done) struct wanted w = {0};

        (void)state;
        (void)add_jail(&w, "host", false);

        size_t www = add_jail(&w, "www", true);
        struct wanted_link *l = wanted_add_link(&w, www, "wan");

        (void)str_copy(l->home, sizeof(l->home), "eth0");
        l->kind = KIND_PHYSICAL;
        l->mtu_bytes = 9000;
        l->is_up = 1;
        add_address(l, "192.0.2.2/24");

        CLEANUP(plan_freep) struct plan *p = restore(&w, g, &no_limits, 0);

        assert_steps(p,
                     "make jail www\n"
                     "set the MTU of eth0 to 9000\n"
                     "move eth0 from the host to www as wan, up\n"
                     "give 192.0.2.2/24 to www/wan\n");
}

/* What is there is left as it is, but for what it lacks, and for its pinned address. */
static void what_is_there(void **state)
{
        CLEANUP(graph_unrefp) const struct graph *g = topo_seeds();
        CLEANUP(wanted_done) struct wanted w = {0};
        size_t host = add_jail(&w, "host", false), www = add_jail(&w, "www", true);
        size_t port = graph_find_iface_in(g, 0, "epair0a"), bridge = graph_find_iface_in(g, 0, "bridge0");
        size_t inside = g->ifaces[port].peer;

        (void)state;
        add(&w, host, "bridge0", KIND_BRIDGE, g->ifaces[bridge].number)->is_up = 0; /* is up */
        add_pair(&w, host, "epair0a", www, "epair0b", g->ifaces[port].number, ROLE_EPAIR, ROLE_EPAIR);
        w.links[2].number = g->ifaces[inside].number;
        w.links[1].master = 0;
        w.links[1].mtu_bytes = 1234;
        w.links[2].pin = (struct mac){.bytes = {2, 9, 9, 9, 9, 9}, .is_set = true};
        w.links[2].pin_source = PIN_MANUAL;
        add_address(&w.links[2], "10.99.0.1/24");
        for (size_t k = 0; k < g->ifaces[inside].address_count; k++)
                wanted_add_address(&w.links[2], &g->ifaces[inside].addresses[k]);

        CLEANUP(plan_freep) struct plan *p = restore(&w, g, &no_limits, 0);

        assert_steps(p,
                     "give www/epair0b the MAC address 02:09:09:09:09:09\n"
                     "give 10.99.0.1/24 to www/epair0b\n");
}

/* A step that the kernel refused is told and left out the next time, and a link that cannot be made takes with it what
 * stands on it. */
static void refused_steps(void **state)
{
        CLEANUP(graph_unrefp) const struct graph *g = topo_empty();
        CLEANUP(wanted_done) struct wanted w = {0};
        struct restore_limits limits = {0};

        (void)state;
        small_network(&w);

        CLEANUP(plan_freep) struct plan *first = restore(&w, g, &limits, 0);

        assert_false(restore_limits_learn(&limits, first));
        find_step(first, STEP_ROUTE_ADD)->state = STEP_FAILED;
        (void)str_copy(first->failure, sizeof(first->failure), "Network is unreachable");
        assert_true(restore_limits_learn(&limits, first));

        CLEANUP(plan_freep) struct plan *second = restore(&w, g, &limits, 1);

        assert_true(has_note(second, "cannot add route default via 10.0.0.1 over e0b in www: Network is unreachable"));
        assert_int_equal(second->step_count, first->step_count - 1);
        assert_null(find_step(second, STEP_ROUTE_ADD));
        find_step(second, STEP_LINK_ADD)->state = STEP_FAILED;
        assert_true(restore_limits_learn(&limits, second));

        CLEANUP(plan_freep) struct plan *third = restore(&w, g, &limits, 2);

        assert_null(find_step(third, STEP_LINK_MASTER));
        assert_non_null(find_step(third, STEP_LINK_ADD));
        restore_limits_done(&limits);
}

static void pins_are_set_again(void **state)
{
        struct topo *t = topo_begin();
        struct registry *r = registry_new();
        size_t jail = topo_jail(t, "www"), a, b;

        (void)state;
        topo_pair(t, 0, "e0a", jail, "e0b", &a, &b);

        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(t, r);
        size_t i = graph_find_iface_in(g, 1, "e0b");
        struct iface pinned = g->ifaces[i];

        assert_false(pin_is_missed(&pinned));
        pinned.pin_source = PIN_MANUAL;
        pinned.pin = pinned.mac;
        assert_false(pin_is_missed(&pinned));
        pinned.pin.bytes[5] ^= 1;
        assert_true(pin_is_missed(&pinned));
        g->ifaces[i].pin = pinned.pin;

        CLEANUP(plan_freep) struct plan *p = plan_build_keep(g, &i, 1);

        assert_int_equal(p->step_count, 1);
        assert_true(mac_equal(p->steps[0].mac, pinned.pin));
        assert_true(mac_equal(p->steps[0].undo[0].mac, pinned.mac));
        registry_free(r);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(all_that_is_lacking), cmocka_unit_test(nothing_is_wanted),
                cmocka_unit_test(parents_first),       cmocka_unit_test(what_cannot_be),
                cmocka_unit_test(borrowed_ones),       cmocka_unit_test(what_is_there),
                cmocka_unit_test(refused_steps),       cmocka_unit_test(pins_are_set_again),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
