/*
 * test_doctor.c - the doctor as a whole, on written networks: healthy ones of any sort are silent, findings come in
 * order with ids fit for scripts, and a thousand jails are judged in no time. Then the checks of what is beside the
 * picture.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <time.h>

#include "core/base/alloc.h"
#include "tests/lib/doctor_net.h"

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

/* -- The whole --------------------------------------------------------------------------------------------------------
 */

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

/* -- Beside the picture -----------------------------------------------------------------------------------------------
 */

static void redirects(void **state)
{
        struct net n = net_begin();

        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(n.t, NULL);
        const int targets[] = {net_iface_id(g, 0, "br0").ifindex, 0, 999};

        for (size_t k = 0; k < ARRAY_SIZE(targets); k++) {
                CLEANUP(examination_freep) struct examination *x = examination_new();

                x->redirects = array_grow(x->redirects, &x->redirect_capacity, 0, sizeof(*x->redirects));
                x->redirects[x->redirect_count++] =
                        (struct exam_redirect){.id = net_iface_id(g, 0, "eth0"), .target = targets[k]};
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
        x->redirects[x->redirect_count++] = (struct exam_redirect){.id = net_iface_id(g, 0, "eth0"), .drops_all = true};
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
                        (struct exam_claim){net_iface_id(g, 0, "eth0"), k ? "systemd-networkd" : "NetworkManager"};
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

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(healthy_networks_are_silent),
                cmocka_unit_test(the_worst_comes_first),
                cmocka_unit_test(ids_are_fit_for_scripts),
                cmocka_unit_test(hostile_names),
                cmocka_unit_test(a_thousand_jails),
                cmocka_unit_test(redirects),
                cmocka_unit_test(drops),
                cmocka_unit_test(managers),
                cmocka_unit_test(inventory),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
