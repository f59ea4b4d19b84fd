/* doctor_net.c - see doctor_net.h. */
#include "tests/lib/doctor_net.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "core/plan/simulate.h"

const struct finding *diagnosis_find(const struct diagnosis *d, const char *check, const char *name)
{
        for (size_t k = 0; k < d->count; k++)
                if (strcmp(d->findings[k].check->id, check) == 0 && (!name || strcmp(d->findings[k].name, name) == 0))
                        return &d->findings[k];
        return NULL;
}

void assert_silent(const struct graph *g, const struct examination *x)
{
        CLEANUP(diagnosis_done) struct diagnosis d = {0};

        doctor_run(g, x, &d);
        for (size_t k = 0; k < d.count; k++)
                print_error("%s: %s: %s\n", d.findings[k].check->id, d.findings[k].name, d.findings[k].evidence);
        assert_int_equal(d.count, 0);
}

void assert_alone(const struct graph *g, const struct examination *x, const char *check, const char *name)
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
void assert_mended(const struct graph *g, const char *check, const char *name)
{
        CLEANUP(diagnosis_done) struct diagnosis before = {0}, after = {0};
        CLEANUP(plan_freep) struct plan *p = NULL;
        struct err e = {0};

        doctor_run(g, NULL, &before);

        const struct finding *f = diagnosis_find(&before, check, name);

        assert_non_null(f);
        if (remedy_plan(f, g, &p, &e) < 0)
                fail_msg("%s: %s", check, e.what);

        CLEANUP(graph_unrefp) const struct graph *now = NULL;

        assert_int_equal(plan_simulate(p, g, &now, &e), 0);
        doctor_run(now, NULL, &after);
        assert_null(diagnosis_find(&after, check, name));
}

struct net net_begin(void)
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

void net_set_down(struct net *n, size_t iface)
{
        topo_iface_facts(n->t, iface)->is_up = topo_iface_facts(n->t, iface)->is_running = false;
}

struct iface_id net_iface_id(const struct graph *g, size_t jail, const char *name)
{
        return g->ifaces[graph_find_iface_in(g, jail, name)].id;
}
