/* test_json.c - plans survive the way through JSON whole, and what this program did not write is refused. */
#include "tests/unit/plan/planning.h"

static void assert_round_trip(const struct plan *p)
{
        json_t *first = plan_to_json(p);
        CLEANUP(plan_freep) struct plan *back = NULL;
        struct err e = {0};
        int r = plan_from_json(first, &back, &e);

        if (r < 0)
                print_error("%s\n", e.what);
        assert_int_equal(r, 0);

        json_t *second = plan_to_json(back);

        assert_true(json_equal(first, second));
        assert_int_equal(back->step_count, p->step_count);
        for (size_t k = 0; k < p->step_count; k++) {
                const struct step *a = &p->steps[k], *b = &back->steps[k];

                /* Tables that forget a field would agree with themselves: compare the values. */
                assert_int_equal(a->op, b->op);
                assert_memory_equal(&a->at, &b->at, sizeof(a->at));
                assert_memory_equal(&a->to, &b->to, sizeof(a->to));
                assert_string_equal(a->name, b->name);
                assert_string_equal(a->text, b->text);
                assert_int_equal(a->number, b->number);
                assert_int_equal(a->undo_count, b->undo_count);
                assert_string_equal(a->link.name, b->link.name);
                assert_string_equal(a->link.peer_name, b->link.peer_name);
                assert_memory_equal(&a->link.parent, &b->link.parent, sizeof(a->link.parent));
                assert_memory_equal(&a->link.peer_jail, &b->link.peer_jail, sizeof(a->link.peer_jail));
                assert_memory_equal(&a->link.mac, &b->link.mac, sizeof(a->link.mac));
                assert_memory_equal(&a->made_handle, &b->made_handle, sizeof(a->made_handle));
                assert_int_equal(a->made.cookie, b->made.cookie);
        }
        json_decref(first);
        json_decref(second);
}

static void test_plans_round_trip(void **state)
{
        static const char *const seeds[] = {"destroy www",          "move eth0 www --name wan",
                                            "create epair www/a b", "destroy bridge0",
                                            "pin eth0 --stable",    "attach www/epair0b bridge0",
                                            "create vlan eth0 9",   "route add www default 10.0.0.1"};
        const struct graph *g CLEANUP(graph_unrefp) = topo_seeds();
        size_t tried = 0;

        (void)state;
        for (size_t k = 0; k < ARRAY_SIZE(seeds); k++) {
                CLEANUP(plan_freep) struct plan *p = NULL;

                if (planning_try(g, seeds[k], &p, NULL) < 0)
                        continue;
                tried++;
                assert_round_trip(p);
        }
        assert_int_equal(tried, ARRAY_SIZE(seeds) - 1); /* one of them is refused */
}

/* Every field of a step, set to something. */
static void test_full_step(void **state)
{
        struct step s = {
                .op = STEP_LINK_ADD,
                .at = {.cookie = 0x1122334455667788,
                       .jail = "www",
                       .ifindex = 7,
                       .iface = "eth0",
                       .kind = "veth",
                       .number = 9,
                       .path = "/proc/1/ns/net"},
                .to = {.cookie = 2, .jail = "host"},
                .name = "new",
                .link = {.kind = KIND_VXLAN,
                         .role = ROLE_EIFACE,
                         .name = "vx",
                         .mtu_bytes = 1400,
                         .is_up = true,
                         .ifindex = 4,
                         .vlan_id = 5,
                         .vxlan_id = 6,
                         .macvlan_mode = 8,
                         .bond_mode = 4,
                         .stp_on = true,
                         .is_tap = true,
                         .peer_name = "p",
                         .peer_mtu_bytes = 1300,
                         .peer_role = ROLE_FABRIC,
                         .number = 11,
                         .peer_number = 12},
                .pin_source = PIN_JNG,
                .number = 77,
                .is_up = true,
                .route = {.oif = 3, .metric = 100, .protocol = 4, .scope = 253, .type = 1},
                .text = "\xff not UTF-8",
                .root_path = "/r",
                .hostname = "h",
                .cuts_operator = true,
                .is_internal = true,
                .state = STEP_FAILED,
                .outcome = -17,
                .made = {3, 4},
                .made_peer = {5, 6},
                .made_cookie = 7,
                .made_handle = {.type = 241, .length = 3, .bytes = {1, 0, 255}},
        };
        struct step back = {0};
        struct err e = {0};

        (void)state;
        assert_int_equal(mac_parse("02:00:00:00:00:01", &s.mac), 0);
        assert_int_equal(mac_parse("02:00:00:00:00:02", &s.link.mac), 0);
        assert_int_equal(mac_parse("02:00:00:00:00:03", &s.link.peer_mac), 0);
        assert_int_equal(prefix_parse("10.0.0.2/24", &s.address, &e), 0);
        assert_int_equal(prefix_parse("::/0", &s.route.destination, &e), 0);
        assert_int_equal(prefix_parse("fe80::1", &s.route.gateway, &e), 0);
        assert_int_equal(prefix_parse("192.0.2.9", &s.link.vxlan_remote, &e), 0);
        s.link.parent = s.link.peer_jail = s.at;
        step_add_undo(&s, STEP_LINK_DEL)->at = s.at;

        json_t *j = step_to_json(&s);

        assert_int_equal(step_from_json(j, &back, &e), 0);
        free(s.undo);
        assert_int_equal(back.undo_count, 1);
        assert_int_equal(back.undo[0].op, STEP_LINK_DEL);
        assert_string_equal(back.undo[0].at.iface, "eth0");
        free(back.undo);
        s.undo = back.undo = NULL;
        assert_memory_equal(&s.at, &back.at, sizeof(s.at));
        assert_memory_equal(&s.link.mac, &back.link.mac, sizeof(s.link.mac));
        assert_int_equal(back.link.vxlan_id, 6);
        assert_int_equal(back.link.macvlan_mode, 8);
        assert_int_equal(back.link.bond_mode, 4);
        assert_true(back.link.is_tap && back.link.stp_on && back.link.is_up);
        assert_int_equal(back.link.peer_number, 12);
        assert_int_equal(back.link.peer_role, ROLE_FABRIC);
        assert_int_equal(back.route.scope, 253);
        assert_int_equal(back.route.metric, 100);
        assert_true(prefix_equal(&s.route.gateway, &back.route.gateway));
        assert_int_equal(back.route.destination.family, s.route.destination.family);
        assert_string_equal(back.text, s.text);
        assert_int_equal(back.outcome, -17);
        assert_int_equal(back.state, STEP_FAILED);
        assert_memory_equal(&s.made_handle, &back.made_handle, sizeof(s.made_handle));
        assert_int_equal(back.made_peer.ifindex, 6);
        json_decref(j);
}

static void refused_json(const char *text)
{
        json_t *j = json_loads(text, 0, NULL);
        struct step s = {0};
        struct err e = {0};

        assert_non_null(j);
        assert_int_equal(step_from_json(j, &s, &e), -EINVAL);
        assert_true(e.what[0] != '\0');
        json_decref(j);
}

static void test_strict(void **state)
{
        (void)state;
        refused_json("{}");
        refused_json("{\"op\": \"link burn\"}");
        refused_json("{\"op\": \"link up\", \"colour\": 1}");
        refused_json("{\"op\": \"link up\", \"number\": \"7\"}");
        refused_json("{\"op\": \"link up\", \"number\": 4294967296}");
        refused_json("{\"op\": \"link up\", \"name\": 7}");
        refused_json("{\"op\": \"link up\", \"at\": {\"iface\": \"a_name_that_is_too_long\"}}");
        refused_json("{\"op\": \"link up\", \"at\": {\"where\": 1}}");
        refused_json("{\"op\": \"link up\", \"at\": 3}");
        refused_json("{\"op\": \"link mac\", \"mac\": \"02:00\"}");
        refused_json("{\"op\": \"address add\", \"address\": \"10.0.0.0/99\"}");
        refused_json("{\"op\": \"link up\", \"undo\": {}}");
        refused_json("{\"op\": \"link up\", \"undo\": [{\"op\": \"?\"}]}");
        refused_json("{\"op\": \"link up\", \"text\": {\"hex\": \"0g\"}}");
        refused_json("{\"op\": \"link up\", \"text\": {\"hex\": \"00\"}}");
        refused_json("{\"op\": \"link up\", \"is_up\": 1}");
        refused_json("{\"op\": \"link up\", \"made_handle\": {\"type\": 1}}");
        refused_json("[]");
}

static void test_plan_strict(void **state)
{
        const struct graph *g CLEANUP(graph_unrefp) = topo_seeds();
        CLEANUP(plan_freep) struct plan *p = planned(g, "up lo");
        CLEANUP(plan_freep) struct plan *back = NULL;
        json_t *j = plan_to_json(p);

        (void)state;
        assert_int_equal(json_object_set_new(j, "extra", json_true()), 0);
        assert_int_equal(plan_from_json(j, &back, NULL), -EINVAL);
        assert_int_equal(json_object_del(j, "extra"), 0);
        assert_int_equal(plan_from_json(j, &back, NULL), 0);
        assert_int_equal(json_object_del(j, "steps"), 0);
        plan_freep(&back);
        assert_int_equal(plan_from_json(j, &back, NULL), -EINVAL);
        json_decref(j);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_plans_round_trip),
                cmocka_unit_test(test_full_step),
                cmocka_unit_test(test_strict),
                cmocka_unit_test(test_plan_strict),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
