/*
 * Proves what plans tell a vlan node's ports: the VLANs follow from the hooks and their filters, begin when all is
 * there and end before it is gone; untagged frames have a VLAN that no filter has; a filter goes with its hook.
 */
#include "tests/unit/plan/planning.h"

#include <errno.h>

#include "core/graph/marks.h"
#include "core/plan/simulate.h"
#include "core/plan/vlans.h"

/* What a plan tells ports, as iproute2 writes it. */
static char *told(const struct plan *p)
{
        CLEANUP(text_done) struct text t = {0};

        for (size_t k = 0; k < p->step_count; k++)
                if (p->steps[k].op == STEP_PORT_VLANS)
                        step_put_iproute2(&t, &p->steps[k]);
        return text_take(&t);
}

static void assert_told(const struct graph *g, const char *words, const char *expected)
{
        CLEANUP(plan_freep) struct plan *p = planned(g, words);
        CLEANUP(freep) char *lines = told(p);

        assert_string_equal(lines ? lines : "", expected);
}

static void test_span(void **state)
{
        static const struct vlan_span spans[] = {
                {1, 4094, VLAN_NONE, VLAN_TAGGED, false},
                {4094, 4094, VLAN_TAGGED, VLAN_OWN, true},
                {7, 7, VLAN_OWN, VLAN_NONE, false},
        };

        (void)state;
        for (size_t k = 0; k < ARRAY_SIZE(spans); k++) {
                struct vlan_span v = vlan_span_of(vlan_span_number(spans[k]));

                assert_int_equal(v.first, spans[k].first);
                assert_int_equal(v.last, spans[k].last);
                assert_int_equal(v.from, spans[k].from);
                assert_int_equal(v.to, spans[k].to);
                assert_int_equal(v.is_self, spans[k].is_self);
        }
}

static void test_mark(void **state)
{
        static const char *const bad[] = {"jn.vlan.0.0000cafe", "jn.vlan.4095.0000cafe", "jn.vlan.x.0000cafe",
                                          "jn.vlan.7",          "jn.vlan.7.cafe",        "vlan.7.0000cafe"};
        char mark[NODE_MARK_SIZE];
        uint16_t vlan = 0;

        (void)state;
        vlan_mark_format(4094, 0xcafe, mark);
        assert_string_equal(mark, "jn.vlan.4094.0000cafe");
        assert_true(vlan_mark_parse(mark, &vlan) && is_node_mark(mark));
        assert_int_equal(vlan, 4094);
        for (size_t k = 0; k < ARRAY_SIZE(bad); k++)
                assert_false(vlan_mark_parse(bad[k], &vlan));
}

static const struct graph *topo_host(void)
{
        struct topo *t = topo_begin();
        size_t eth0 = topo_link(t, 0, "eth0", KIND_PHYSICAL, "");

        topo_address(t, eth0, "192.0.2.10/24");
        return topo_finish(t, NULL);
}

static size_t named_iface(const struct graph *g, const char *name)
{
        size_t i = graph_find_iface_in(g, 0, name);

        assert_int_not_equal(i, NONE);
        return i;
}

/* Three eifaces: one is the trunk, two are behind filters. */
static void test_filters(void **state)
{
        const struct graph *g CLEANUP(graph_unrefp) = topo_eiface();
        CLEANUP(plan_chain_freep) struct plan_chain *c = plan_chain_new(g);
        const struct graph *now;

        (void)state;
        (void)then(c, "create node eiface");
        (void)then(c, "create node eiface");
        now = then(c, "mkpeer ngeth1:ether vlan downstream v");
        assert_string_equal(now->nodes[graph_find_node_named(now, 0, "v")].type, "vlan");
        assert_int_equal(now->ifaces[named_iface(now, "ngvlan0")].role, ROLE_VLAN);
        refused(now, "filter add v:downstream 7", "gets what others leave");
        refused(now, "filter add v:a 7", "connect it first");
        refused(now, "filter add ngeth1:ether 7", "no hook of a vlan node");
        now = then(c, "connect v:a ngeth2:ether");
        refused(now, "filter del v:a", "has no filter");
        refused(now, "filter add v:a 4095", "4094");
        assert_told(now, "filter add v:a 7",
                    "bridge vlan add dev ngfab3 vid 7\nbridge vlan add dev ngfab4 vid 7 pvid untagged\n");

        CLEANUP(plan_freep) struct plan *add = planned(now, "filter add v:a 7");

        assert_true(has_freebsd(add, "ngctl msg v: addfilter '{ vlan=7 hook=\"a\" }'"));
        assert_string_equal(step_op_name(add->steps[1].undo[0].op), "port vlans");
        assert_int_equal(vlan_span_of(add->steps[1].undo[0].number).to, VLAN_NONE);
        now = then(c, "filter add v:a 7");
        refused(now, "filter add v:a 8", "has VLAN 7 already");
        now = then(c, "connect v:b ngeth3:ether");
        refused(now, "filter add v:b 7", "VLAN 7 is the hook a's already");
        now = then(c, "filter add v:b 8");
        /* A hook that goes takes its filter along. */
        assert_told(now, "disconnect v:a",
                    "bridge vlan delete dev ngfab4 vid 7\nbridge vlan delete dev ngfab3 vid 7\n");
        assert_told(now, "shutdown v:",
                    "bridge vlan delete dev ngfab3 vid 7-8\nbridge vlan delete dev ngfab4 vid 7\n"
                    "bridge vlan delete dev ngfab5 vid 8\n");
        (void)then(c, "disconnect v:a");
        now = then(c, "connect v:a ngeth2:ether");
        assert_told(now, "filter add v:a 7",
                    "bridge vlan add dev ngfab3 vid 7\nbridge vlan add dev ngfab4 vid 7 pvid untagged\n");
        assert_told(now, "filter del v:b",
                    "bridge vlan delete dev ngfab3 vid 8\nbridge vlan delete dev ngfab5 vid 8\n");
        (void)then(c, "shutdown v:");
        now = then(c, "mkpeer ngeth3:ether vlan x w");
        refused(now, "filter del w:x", "has no filter"); /* of the other node */
}

/* What has no filter passes to nomatch; untagged frames are the highest VLAN without one. */
static void test_nomatch(void **state)
{
        const struct graph *g CLEANUP(graph_unrefp) = topo_eiface();
        CLEANUP(plan_chain_freep) struct plan_chain *c = plan_chain_new(g);
        const struct graph *now;

        (void)state;
        (void)then(c, "create node eiface");
        (void)then(c, "create node eiface");
        (void)then(c, "mkpeer ngeth1:ether vlan downstream v");
        (void)then(c, "connect v:a ngeth2:ether");
        now = then(c, "filter add v:a 7");
        assert_told(now, "connect v:nomatch ngeth3:ether",
                    "bridge vlan add dev ngfab3 vid 1-6\nbridge vlan add dev ngfab3 vid 8-4093\n"
                    "bridge vlan add dev ngfab3 vid 4094 pvid untagged\n"
                    "bridge vlan add dev ngfab5 vid 1-6\nbridge vlan add dev ngfab5 vid 8-4093\n"
                    "bridge vlan add dev ngfab5 vid 4094 pvid untagged\n");
        (void)then(c, "connect v:nomatch ngeth3:ether");
        now = then(c, "filter del v:a");
        assert_told(now, "filter add v:a 4094",
                    "bridge vlan add dev ngfab3 vid 4093 pvid untagged\nbridge vlan add dev ngfab3 vid 4094\n"
                    "bridge vlan add dev ngfab4 vid 4094 pvid untagged\n"
                    "bridge vlan add dev ngfab5 vid 4093 pvid untagged\nbridge vlan delete dev ngfab5 vid 4094\n");

        CLEANUP(plan_freep) struct plan *p = planned(now, "filter add v:a 4094");
        CLEANUP(text_done) struct text t = {0};

        step_put_sentence(&t, &p->steps[1]);
        assert_string_equal(text_str(&t), "let untagged frames, as VLAN 4093, pass ngeth1");
        text_clear(&t);
        step_put_sentence(&t, &p->steps[p->step_count - 1]);
        assert_string_equal(text_str(&t), "let no more untagged frames, as VLAN 4094, pass ngeth3");
}

/* The host's stack by nomatch: the node's own interface has the untagged frames. */
static void test_upper(void **state)
{
        const struct graph *g CLEANUP(graph_unrefp) = topo_host();
        CLEANUP(plan_chain_freep) struct plan_chain *c = plan_chain_new(g);
        const struct graph *now = then(c, "mkpeer eth0:lower vlan downstream v");

        (void)state;
        assert_told(now, "connect v:nomatch eth0:upper",
                    "bridge vlan add dev eth0 vid 1-4093\nbridge vlan add dev eth0 vid 4094 pvid untagged\n"
                    "bridge vlan add dev ngvlan0 vid 1-4093 self\n"
                    "bridge vlan add dev ngvlan0 vid 4094 pvid untagged self\n");
        now = then(c, "connect v:nomatch eth0:upper");
        assert_true(now->ifaces[named_iface(now, "ngvlan0")].address_count > 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_span),    cmocka_unit_test(test_mark),  cmocka_unit_test(test_filters),
                cmocka_unit_test(test_nomatch), cmocka_unit_test(test_upper),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
