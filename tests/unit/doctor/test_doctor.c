/*
 * Proves the doctor's checks on written networks: each finds its trouble and names it, also those that this kernel has
 * no links for; a healthy network of any sort is silent; a remedy, planned and simulated, ends what it is for; a
 * thousand jails are judged in no time.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/base/alloc.h"
#include "core/doctor/doctor.h"
#include "core/plan/simulate.h"
#include "tests/lib/topo.h"

static const struct finding *find(const struct diagnosis *d, const char *check, const char *name)
{
        for (size_t k = 0; k < d->count; k++)
                if (strcmp(d->findings[k].check->id, check) == 0 && (!name || strcmp(d->findings[k].name, name) == 0))
                        return &d->findings[k];
        return NULL;
}

static void assert_silent(const struct graph *g, const struct examination *x)
{
        CLEANUP(diagnosis_done) struct diagnosis d = {0};

        doctor_run(g, x, &d);
        for (size_t k = 0; k < d.count; k++)
                print_error("%s: %s: %s\n", d.findings[k].check->id, d.findings[k].name, d.findings[k].evidence);
        assert_int_equal(d.count, 0);
}

/* That finding alone. */
static void assert_alone(const struct graph *g, const struct examination *x, const char *check, const char *name)
{
        CLEANUP(diagnosis_done) struct diagnosis d = {0};

        doctor_run(g, x, &d);
        for (size_t k = 0; k < d.count; k++)
                if (d.count > 1 || strcmp(d.findings[k].check->id, check) != 0)
                        print_error("%s: %s: %s\n", d.findings[k].check->id, d.findings[k].name,
                                    d.findings[k].evidence);
        assert_int_equal(d.count, 1);
        assert_string_equal(d.findings[0].check->id, check);
        assert_string_equal(d.findings[0].name, name);
        assert_true(*d.findings[0].evidence);
        assert_true(d.findings[0].severity <= d.findings[0].check->severity);
        assert_true(d.findings[0].remedy_count > 0 || *d.findings[0].advice);
        assert_int_equal(d.counts[d.findings[0].severity], 1);
}

/* Its remedy, planned and simulated, ends it. */
static void assert_mended(const struct graph *g, const char *check, const char *name)
{
        CLEANUP(diagnosis_done) struct diagnosis before = {0}, after = {0};
        CLEANUP(plan_freep) struct plan *p = NULL;
        struct err e = {0};

        doctor_run(g, NULL, &before);

        const struct finding *f = find(&before, check, name);

        assert_non_null(f);
        if (remedy_plan(f, g, &p, &e) < 0)
                fail_msg("%s: %s", check, e.what);

        CLEANUP(graph_unrefp) const struct graph *now = NULL;

        assert_int_equal(plan_simulate(p, g, &now, &e), 0);
        doctor_run(now, NULL, &after);
        assert_null(find(&after, check, name));
}

/* -- A healthy network, to be made sick -------------------------------------------------------------------------- */

struct net {
        struct topo *t;
        size_t eth0, br0, www, db, a_www, b_www, a_db, b_db;
};

static struct net net_begin(void)
{
        struct net n = {.t = topo_begin()};

        n.www = topo_jail(n.t, "www");
        n.db = topo_jail(n.t, "db");
        n.eth0 = topo_link(n.t, 0, "eth0", KIND_PHYSICAL, "");
        n.br0 = topo_bridge(n.t, 0, "br0");
        topo_pair(n.t, 0, "e0a_www", n.www, "e0b_www", &n.a_www, &n.b_www);
        topo_pair(n.t, 0, "e0a_db", n.db, "e0b_db", &n.a_db, &n.b_db);
        topo_port(n.t, n.br0, n.a_www);
        topo_port(n.t, n.br0, n.a_db);
        topo_address(n.t, n.eth0, "192.0.2.10/24");
        topo_address(n.t, n.br0, "10.0.0.1/24");
        topo_address(n.t, n.b_www, "10.0.0.2/24");
        topo_address(n.t, n.b_db, "10.0.0.3/24");
        topo_route(n.t, 0, "0.0.0.0/0", "192.0.2.1", n.eth0);
        topo_route(n.t, n.www, "0.0.0.0/0", "10.0.0.1", n.b_www);
        topo_route(n.t, n.db, "0.0.0.0/0", "10.0.0.1", n.b_db);
        topo_jail_facts(n.t, 0)->forwarding = 1;
        return n;
}

static void set_down(struct net *n, size_t iface)
{
        topo_iface_facts(n->t, iface)->is_up = topo_iface_facts(n->t, iface)->is_running = false;
}

static struct iface_id id_of(const struct graph *g, size_t jail, const char *name)
{
        return g->ifaces[graph_find_iface_in(g, jail, name)].id;
}

static void healthy_networks_are_silent(void **state)
{
        struct net n = net_begin();
        CLEANUP(examination_freep) struct examination *x = examination_new();

        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(n.t, NULL);
        CLEANUP(graph_unrefp)
        const struct graph *empty = topo_empty(), *seeds = topo_seeds(), *eiface = topo_eiface(),
                           *many = topo_many(300);

        examination_sort(x);
        assert_silent(g, NULL);
        assert_silent(g, x);
        assert_silent(empty, x);
        assert_silent(seeds, x);
        assert_silent(eiface, x);
        assert_silent(many, x);
}

/* -- Each check -------------------------------------------------------------------------------------------------- */

static void two_macs_alike(void **state)
{
        struct net n = net_begin();

        (void)state;
        topo_iface_facts(n.t, n.b_db)->mac = topo_iface_facts(n.t, n.b_www)->mac;
        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(n.t, NULL);

        assert_alone(g, NULL, "duplicate-mac", "db/e0b_db");
        assert_mended(g, "duplicate-mac", "db/e0b_db");
}

/* A bridge has a port's address, and a VLAN its parent's: no two of a kind. */
static void macs_alike_by_rule(void **state)
{
        struct net n = net_begin();
        size_t vlan = topo_link(n.t, n.www, "v10", KIND_VLAN, "vlan");

        (void)state;
        topo_iface_facts(n.t, n.br0)->mac = topo_iface_facts(n.t, n.a_www)->mac;
        topo_iface_facts(n.t, vlan)->mac = topo_iface_facts(n.t, n.b_www)->mac;
        topo_iface_facts(n.t, vlan)->vlan_id = 10;
        topo_parent(n.t, n.b_www, vlan);
        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(n.t, NULL);

        assert_silent(g, NULL);
}

static void bridge_macs(void **state)
{
        struct net n = net_begin();
        CLEANUP(examination_freep) struct examination *x = examination_new();

        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(n.t, NULL);

        examination_add_device(x, id_of(g, 0, "br0"))->is_address_set = 0;
        examination_sort(x);
        assert_alone(g, x, "bridge-mac-floating", "br0");

        struct net zero = net_begin();

        topo_iface_facts(zero.t, zero.br0)->mac = (struct mac){.is_set = true};
        CLEANUP(graph_unrefp) const struct graph *z = topo_finish(zero.t, NULL);

        assert_alone(z, NULL, "bridge-mac-zero", "br0");
        assert_mended(z, "bridge-mac-zero", "br0");
}

static void bridges_that_are_down(void **state)
{
        struct net n = net_begin();
        size_t second = topo_bridge(n.t, 0, "br1"), a, b;

        (void)state;
        topo_pair(n.t, 0, "x0", n.db, "x1", &a, &b);
        topo_port(n.t, second, a);
        set_down(&n, second);
        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(n.t, NULL);

        assert_alone(g, NULL, "bridge-down", "br1");
        assert_mended(g, "bridge-down", "br1");

        struct net idle = net_begin();

        set_down(&idle, topo_bridge(idle.t, 0, "br1"));
        CLEANUP(graph_unrefp) const struct graph *without = topo_finish(idle.t, NULL);

        assert_silent(without, NULL); /* without ports nothing is missing */
}

static void addresses(void **state)
{
        struct net twice = net_begin(), port = net_begin(), down = net_begin();
        size_t spare;

        (void)state;
        topo_address(twice.t, twice.b_db, "10.0.0.2/24");
        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(twice.t, NULL);

        assert_alone(g, NULL, "duplicate-address", "db/e0b_db");

        topo_address(port.t, port.a_www, "10.9.0.1/24");
        CLEANUP(graph_unrefp) const struct graph *p = topo_finish(port.t, NULL);

        assert_alone(p, NULL, "address-on-port", "e0a_www");
        assert_mended(p, "address-on-port", "e0a_www");

        spare = topo_link(down.t, 0, "eth1", KIND_PHYSICAL, "");
        topo_address(down.t, spare, "10.8.0.1/24");
        set_down(&down, spare);
        CLEANUP(graph_unrefp) const struct graph *d = topo_finish(down.t, NULL);

        assert_alone(d, NULL, "down-with-address", "eth1");
        assert_mended(d, "down-with-address", "eth1");
}

/* br0 and br1 joined by as many cables; ret: the last one's end on br0. */
static size_t join_bridges(struct net *n, size_t *ret_br1, unsigned cables)
{
        size_t a = NONE, b;

        *ret_br1 = topo_bridge(n->t, 0, "br1");
        for (unsigned k = 0; k < cables; k++) {
                char near[IF_NAME_SIZE], far[IF_NAME_SIZE];

                (void)str_format(near, sizeof(near), "t%ua", k);
                (void)str_format(far, sizeof(far), "t%ub", k);
                topo_pair(n->t, 0, near, 0, far, &a, &b);
                topo_port(n->t, n->br0, a);
                topo_port(n->t, *ret_br1, b);
        }
        return a;
}

static void loops(void **state)
{
        struct net one = net_begin(), two = net_begin(), stp = net_begin(), shut = net_begin();
        size_t br1, last;

        (void)state;
        (void)join_bridges(&one, &br1, 1);
        CLEANUP(graph_unrefp) const struct graph *g1 = topo_finish(one.t, NULL);

        assert_silent(g1, NULL);

        (void)join_bridges(&two, &br1, 2);
        CLEANUP(graph_unrefp) const struct graph *g2 = topo_finish(two.t, NULL);

        assert_alone(g2, NULL, "loop", "t1a");
        assert_mended(g2, "loop", "t1a");

        last = join_bridges(&stp, &br1, 2);
        topo_iface_facts(stp.t, br1)->stp_on = topo_iface_facts(stp.t, stp.br0)->stp_on = true;
        topo_iface_facts(stp.t, last)->port_state = STP_BLOCKING;
        CLEANUP(graph_unrefp) const struct graph *g3 = topo_finish(stp.t, NULL);

        assert_alone(g3, NULL, "stp-blocking", "t1a");

        last = join_bridges(&shut, &br1, 2);
        topo_iface_facts(shut.t, last)->is_isolated = true; /* it does not pass on to its like */
        CLEANUP(graph_unrefp) const struct graph *g4 = topo_finish(shut.t, NULL);

        assert_silent(g4, NULL);
}

static void mtus(void **state)
{
        struct net odd = net_begin(), tunnel = net_begin();
        size_t vx = topo_link(tunnel.t, 0, "vx0", KIND_VXLAN, "vxlan");

        (void)state;
        topo_iface_facts(odd.t, odd.b_db)->mtu_bytes = 1400;
        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(odd.t, NULL);

        assert_alone(g, NULL, "mtu-step", "db/e0b_db");
        assert_mended(g, "mtu-step", "db/e0b_db");

        /* A tunnel's MTU is given: the others follow. */
        topo_iface_facts(tunnel.t, vx)->mtu_bytes = 1450;
        topo_port(tunnel.t, tunnel.br0, vx);
        CLEANUP(graph_unrefp) const struct graph *v = topo_finish(tunnel.t, NULL);
        CLEANUP(diagnosis_done) struct diagnosis d = {0};

        doctor_run(v, NULL, &d);

        const struct finding *f = find(&d, "mtu-step", NULL);

        assert_non_null(f);
        assert_string_equal(f->remedy[0].words[2], "1450");
        assert_mended(v, "mtu-step", f->name);
}

static void vlans_of_two_ends(void **state)
{
        struct net n = net_begin();
        size_t a, b, v;

        (void)state;
        topo_pair(n.t, n.www, "x0", n.db, "x1", &a, &b);
        for (uint16_t id = 10; id <= 20; id = (uint16_t)(id + 10)) {
                char name[IF_NAME_SIZE];

                (void)str_format(name, sizeof(name), "v%u", id);
                v = topo_link(n.t, n.www, name, KIND_VLAN, "vlan");
                topo_iface_facts(n.t, v)->vlan_id = id;
                topo_parent(n.t, a, v);
        }
        v = topo_link(n.t, n.db, "v10", KIND_VLAN, "vlan");
        topo_iface_facts(n.t, v)->vlan_id = 10;
        topo_parent(n.t, b, v);
        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(n.t, NULL);

        assert_alone(g, NULL, "vlan-mismatch", "db/x1");
}

static void add_vlan(struct examination *x, struct iface_id id, uint16_t first, uint16_t last, bool is_native)
{
        x->vlans = array_grow(x->vlans, &x->vlan_capacity, x->vlan_count, sizeof(*x->vlans));
        x->vlans[x->vlan_count++] = (struct exam_vlan){id, first, last, is_native, is_native};
}

static void vlans_of_filtering_bridges(void **state)
{
        static const struct {
                uint16_t native_a, first_a, last_a, native_b, first_b, last_b;
                const char *found; /* NULL: fine */
        } rows[] = {
                {1, 10, 20, 1, 10, 20, NULL},
                {1, 10, 20, 1, 10, 19, "t0b"},
                {1, 10, 19, 1, 10, 20, "t0a"},
                {1, 10, 20, 2, 10, 20, "t0a"},
        };

        (void)state;
        for (size_t k = 0; k < ARRAY_SIZE(rows); k++) {
                struct net n = net_begin();
                CLEANUP(examination_freep) struct examination *x = examination_new();
                size_t br1;

                (void)join_bridges(&n, &br1, 1);
                topo_iface_facts(n.t, n.br0)->vlan_filtering = topo_iface_facts(n.t, br1)->vlan_filtering = true;
                CLEANUP(graph_unrefp) const struct graph *g = topo_finish(n.t, NULL);

                add_vlan(x, id_of(g, 0, "t0a"), rows[k].native_a, rows[k].native_a, true);
                add_vlan(x, id_of(g, 0, "t0a"), rows[k].first_a, rows[k].last_a, false);
                add_vlan(x, id_of(g, 0, "t0b"), rows[k].native_b, rows[k].native_b, true);
                add_vlan(x, id_of(g, 0, "t0b"), rows[k].first_b, rows[k].last_b, false);
                examination_sort(x);
                if (rows[k].found)
                        assert_alone(g, x, "vlan-mismatch", rows[k].found);
                else
                        assert_silent(g, x);
        }
}

static void carriers(void **state)
{
        static const struct {
                enum iface_kind kind;
                const char *kind_name;
                bool has_address, is_found;
        } rows[] = {
                {KIND_PHYSICAL, "", true, true},  {KIND_PHYSICAL, "", false, false},
                {KIND_BOND, "bond", false, true}, {KIND_TAP, "tun", true, true},
                {KIND_TAP, "tun", false, false},  {KIND_BRIDGE, "bridge", true, false},
        };

        (void)state;
        for (size_t k = 0; k < ARRAY_SIZE(rows); k++) {
                struct net n = net_begin();
                size_t i = topo_link(n.t, 0, "x0", rows[k].kind, rows[k].kind_name);

                topo_iface_facts(n.t, i)->is_running = false;
                if (rows[k].has_address)
                        topo_address(n.t, i, "10.8.0.1/24");
                CLEANUP(graph_unrefp) const struct graph *g = topo_finish(n.t, NULL);

                if (rows[k].is_found)
                        assert_alone(g, NULL, "no-carrier", "x0");
                else
                        assert_silent(g, NULL);
        }

        struct net half = net_begin();

        set_down(&half, half.b_db);
        topo_iface_facts(half.t, half.a_db)->is_running = false;
        CLEANUP(graph_unrefp) const struct graph *h = topo_finish(half.t, NULL);

        assert_alone(h, NULL, "half-up-pair", "db/e0b_db");
        assert_mended(h, "half-up-pair", "db/e0b_db");
}

static void out_of_sight(void **state)
{
        struct net n = net_begin(), hidden = net_begin();
        size_t i = topo_link(n.t, 0, "far0", KIND_VETH, "veth"), jail;

        (void)state;
        topo_iface_facts(n.t, i)->link_ifindex = 77;
        topo_iface_facts(n.t, i)->link_nsid = 50;
        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(n.t, NULL);

        assert_alone(g, NULL, "peer-out-of-sight", "far0");

        jail = topo_jail(hidden.t, "dark");
        topo_jail_facts(hidden.t, jail)->state = JAIL_HIDDEN;
        topo_jail_facts(hidden.t, jail)->warning = "entering it takes more rights";
        CLEANUP(graph_unrefp) const struct graph *h = topo_finish(hidden.t, NULL);

        assert_alone(h, NULL, "hidden-stack", "dark");
}

/* A device's own name may fill the room: nobody has chosen it. */
static void names(void **state)
{
        struct net n = net_begin(), card = net_begin();

        (void)state;
        (void)topo_bridge(n.t, 0, "exactly15bytes_");
        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(n.t, NULL);

        assert_alone(g, NULL, "name-limit", "exactly15bytes_");
        (void)topo_link(card.t, 0, "enxa0cec8aabbcc", KIND_PHYSICAL, "");
        CLEANUP(graph_unrefp) const struct graph *c = topo_finish(card.t, NULL);

        assert_silent(c, NULL);
}

/* -- Routing ----------------------------------------------------------------------------------------------------- */

static void routers(void **state)
{
        struct net off = net_begin(), lacking = net_begin(), device = net_begin();
        CLEANUP(examination_freep) struct examination *x = examination_new();

        (void)state;
        topo_jail_facts(off.t, 0)->forwarding = 0;
        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(off.t, NULL);

        assert_alone(g, NULL, "forwarding-off", "host");
        assert_mended(g, "forwarding-off", "host");

        size_t app = topo_jail(lacking.t, "app"), a, b;

        topo_pair(lacking.t, 0, "e0a_app", app, "e0b_app", &a, &b);
        topo_port(lacking.t, lacking.br0, a);
        topo_address(lacking.t, b, "10.0.0.4/24");
        CLEANUP(graph_unrefp) const struct graph *l = topo_finish(lacking.t, NULL);

        assert_alone(l, NULL, "no-default-route", "app");
        assert_mended(l, "no-default-route", "app");

        CLEANUP(graph_unrefp) const struct graph *d = topo_finish(device.t, NULL);

        examination_add_device(x, id_of(d, 0, "br0"))->forwarding = 0;
        examination_sort(x);
        assert_alone(d, x, "forwarding-off", "host");
}

/* Jails of a segment without any gateway lack no route. */
static void a_network_of_its_own(void **state)
{
        struct topo *t = topo_begin();
        size_t br0 = topo_bridge(t, 0, "br0");

        (void)state;
        for (unsigned k = 0; k < 3; k++) {
                char jail_name[IF_NAME_SIZE], near[IF_NAME_SIZE], address[PREFIX_TEXT_SIZE];
                size_t a, b;

                (void)str_format(jail_name, sizeof(jail_name), "j%u", k);
                (void)str_format(near, sizeof(near), "e%ua", k);
                (void)str_format(address, sizeof(address), "10.0.0.%u/24", k + 1);
                topo_pair(t, 0, near, topo_jail(t, jail_name), "eth0", &a, &b);
                topo_port(t, br0, a);
                topo_address(t, b, address);
        }
        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(t, NULL);

        assert_silent(g, NULL);
}

static void gateways(void **state)
{
        struct net nobody = net_begin(), down = net_begin(), open = net_begin();
        CLEANUP(examination_freep)
        struct examination *nothing = examination_new(), *proxy = examination_new(), *silent = examination_new();

        (void)state;
        topo_route(nobody.t, nobody.www, "172.16.0.0/12", "10.0.0.99", nobody.b_www);
        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(nobody.t, NULL);

        assert_silent(g, NULL); /* who answers for others is not known */
        examination_sort(nothing);
        assert_alone(g, nothing, "unreachable-gateway", "www/e0b_www");
        examination_add_device(proxy, id_of(g, 0, "br0"))->proxies = 1;
        examination_sort(proxy);
        assert_silent(g, proxy);

        set_down(&down, down.br0);
        CLEANUP(graph_unrefp) const struct graph *d = topo_finish(down.t, NULL);
        CLEANUP(diagnosis_done) struct diagnosis found = {0};

        doctor_run(d, nothing, &found);
        assert_non_null(find(&found, "unreachable-gateway", "www/e0b_www"));
        assert_non_null(find(&found, "down-with-address", "br0"));

        /* Behind a cable may be a gateway; only its silence tells. */
        CLEANUP(graph_unrefp) const struct graph *o = topo_finish(open.t, NULL);
        struct exam_silence s = {.id = id_of(o, 0, "eth0")};

        assert_silent(o, nothing);
        assert_int_equal(prefix_parse("192.0.2.1", &s.address, NULL), 0);
        silent->silences = array_grow(silent->silences, &silent->silence_capacity, 0, sizeof(s));
        silent->silences[silent->silence_count++] = s;
        examination_sort(silent);
        assert_alone(o, silent, "unreachable-gateway", "eth0");
}

static void reverse_paths(void **state)
{
        static const struct {
                int8_t all, own;
                bool has_rules, is_found;
        } rows[] = {
                {0, 1, false, true},  {1, 0, false, true},   {0, 0, false, false},
                {1, 2, false, false}, {-1, 1, false, false}, {1, 1, true, false},
        };

        (void)state;
        for (size_t k = 0; k < ARRAY_SIZE(rows); k++) {
                struct net n = net_begin();
                CLEANUP(examination_freep) struct examination *x = examination_new();
                struct exam_device *d;

                topo_route(n.t, 0, "10.0.0.0/24", NULL, n.br0);
                topo_route(n.t, 0, "10.0.0.2/32", NULL, n.eth0); /* the answer would leave elsewhere */
                CLEANUP(graph_unrefp) const struct graph *g = topo_finish(n.t, NULL);

                d = examination_add_device(x, id_of(g, 0, "br0"));
                d->reverse_path = rows[k].own;
                x->stacks = array_grow(x->stacks, &x->stack_capacity, 0, sizeof(*x->stacks));
                x->stacks[x->stack_count++] = (struct exam_stack){
                        .cookie = g->jails[0].cookie, .has_rules = rows[k].has_rules, .reverse_path = rows[k].all};
                examination_sort(x);
                if (rows[k].is_found)
                        assert_alone(g, x, "reverse-path", "br0");
                else
                        assert_silent(g, x);
        }
}

/* -- Beside the picture ------------------------------------------------------------------------------------------ */

static void redirects(void **state)
{
        struct net n = net_begin();

        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(n.t, NULL);
        const int targets[] = {id_of(g, 0, "br0").ifindex, 0, 999};

        for (size_t k = 0; k < ARRAY_SIZE(targets); k++) {
                CLEANUP(examination_freep) struct examination *x = examination_new();

                x->redirects = array_grow(x->redirects, &x->redirect_capacity, 0, sizeof(*x->redirects));
                x->redirects[x->redirect_count++] =
                        (struct exam_redirect){.id = id_of(g, 0, "eth0"), .target = targets[k]};
                examination_sort(x);
                if (k == 0)
                        assert_silent(g, x);
                else
                        assert_alone(g, x, "stale-redirect", "eth0");
        }
}

static void drops(void **state)
{
        struct net n = net_begin();

        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(n.t, NULL);
        CLEANUP(examination_freep) struct examination *x = examination_new();

        x->redirects = array_grow(x->redirects, &x->redirect_capacity, 0, sizeof(*x->redirects));
        x->redirects[x->redirect_count++] = (struct exam_redirect){.id = id_of(g, 0, "eth0"), .drops_all = true};
        examination_sort(x);
        assert_alone(g, x, "tc-drop", "eth0");
        x->redirect_count = 0;
        assert_silent(g, x);
}

static void managers(void **state)
{
        struct net n = net_begin();
        CLEANUP(examination_freep) struct examination *x = examination_new();

        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(n.t, NULL);

        for (int k = 0; k < 2; k++) {
                x->claims = array_grow(x->claims, &x->claim_capacity, x->claim_count, sizeof(*x->claims));
                x->claims[x->claim_count++] =
                        (struct exam_claim){id_of(g, 0, "eth0"), k ? "systemd-networkd" : "NetworkManager"};
                examination_sort(x);
                if (k)
                        assert_alone(g, x, "two-managers", "eth0");
                else
                        assert_silent(g, x);
        }
}

static void inventory(void **state)
{
        struct net n = net_begin();
        CLEANUP(examination_freep) struct examination *x = examination_new(), *cut = examination_new();

        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(n.t, NULL);
        CLEANUP(diagnosis_done) struct diagnosis d = {0};

        x->drift = array_grow(x->drift, &x->drift_capacity, 0, sizeof(*x->drift));
        x->drift[x->drift_count++] = "make jail mail";
        assert_alone(g, x, "drift", "inventory");
        doctor_run(g, x, &d);
        assert_true(remedy_is_restore(&d.findings[0]));
        cut->open_plan = 7;
        assert_alone(g, cut, "unfinished-plan", "plan 7");
}

/* -- The whole --------------------------------------------------------------------------------------------------- */

static void the_worst_comes_first(void **state)
{
        struct net n = net_begin();
        CLEANUP(diagnosis_done) struct diagnosis d = {0};

        (void)state;
        (void)topo_bridge(n.t, 0, "exactly15bytes_");
        topo_iface_facts(n.t, n.b_db)->mtu_bytes = 1400;
        topo_iface_facts(n.t, n.b_db)->mac = topo_iface_facts(n.t, n.b_www)->mac;
        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(n.t, NULL);

        doctor_run(g, NULL, &d);
        assert_int_equal(d.count, 3);
        assert_int_equal(d.findings[0].severity, SEVERITY_ERROR);
        assert_int_equal(d.findings[1].severity, SEVERITY_WARNING);
        assert_int_equal(d.findings[2].severity, SEVERITY_NOTICE);
        assert_true(finding_concerns(&d.findings[0], g, (struct object){OBJECT_JAIL, n.db}));
        assert_true(finding_concerns(&d.findings[0], g, (struct object){OBJECT_JAIL, n.www})); /* the other one */
        assert_false(finding_concerns(&d.findings[1], g, (struct object){OBJECT_JAIL, n.www}));
}

static void ids_are_fit_for_scripts(void **state)
{
        (void)state;
        for (size_t k = 0; k < check_count; k++) {
                assert_int_equal(strspn(checks[k].id, "abcdefghijklmnopqrstuvwxyz-"), strlen(checks[k].id));
                assert_ptr_equal(check_find(checks[k].id), &checks[k]);
                assert_true(*checks[k].title && *checks[k].explanation);
        }
        assert_null(check_find("nothing"));
}

/* Hostile names come through as they are: who prints makes them harmless. */
static void hostile_names(void **state)
{
        CLEANUP(graph_unrefp) const struct graph *g = topo_hostile();
        CLEANUP(diagnosis_done) struct diagnosis d = {0};

        (void)state;
        doctor_run(g, NULL, &d);
}

static void a_thousand_jails(void **state)
{
        CLEANUP(graph_unrefp) const struct graph *g = topo_many(1000);
        CLEANUP(examination_freep) struct examination *x = examination_new();
        CLEANUP(diagnosis_done) struct diagnosis d = {0};
        struct timespec before, after;

        (void)state;
        for (size_t k = 0; k < g->iface_count; k++)
                examination_add_device(x, g->ifaces[k].id)->reverse_path = 1;
        examination_sort(x);
        (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before);
        doctor_run(g, x, &d);
        (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after);

        int64_t us = (after.tv_sec - before.tv_sec) * 1000000 + (after.tv_nsec - before.tv_nsec) / 1000;

        print_message("1000 jails: %lld us\n", (long long)us);
        assert_int_equal(d.count, 0);
        assert_true(us < 100000); /* some ms; with room for sanitizers and valgrind's like */
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(healthy_networks_are_silent),
                cmocka_unit_test(two_macs_alike),
                cmocka_unit_test(macs_alike_by_rule),
                cmocka_unit_test(bridge_macs),
                cmocka_unit_test(bridges_that_are_down),
                cmocka_unit_test(addresses),
                cmocka_unit_test(loops),
                cmocka_unit_test(mtus),
                cmocka_unit_test(vlans_of_two_ends),
                cmocka_unit_test(vlans_of_filtering_bridges),
                cmocka_unit_test(carriers),
                cmocka_unit_test(out_of_sight),
                cmocka_unit_test(names),
                cmocka_unit_test(routers),
                cmocka_unit_test(a_network_of_its_own),
                cmocka_unit_test(gateways),
                cmocka_unit_test(reverse_paths),
                cmocka_unit_test(redirects),
                cmocka_unit_test(drops),
                cmocka_unit_test(managers),
                cmocka_unit_test(inventory),
                cmocka_unit_test(the_worst_comes_first),
                cmocka_unit_test(ids_are_fit_for_scripts),
                cmocka_unit_test(hostile_names),
                cmocka_unit_test(a_thousand_jails),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
