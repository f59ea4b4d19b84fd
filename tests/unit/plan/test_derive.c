/*
 * test_derive.c - derived MAC addresses. The jib vectors were produced by FreeBSD's own function; the stable ones must
 * only be legal, and differ where their inputs do.
 */
#include "tests/unit/plan/planning.h"

#include "core/plan/planner.h"

static const struct vector {
        const char *parent, *jail;
        uint32_t n;
        const char *a, *b;
} vectors[] = {
        {"08:00:27:aa:bb:cc", "test1", 0, "02:a0:9b:aa:bb:cc", "0e:a0:9b:aa:bb:cc"},
        {"08:00:27:aa:bb:cc", "test1", 1, "12:a0:9b:aa:bb:cc", "1e:a0:9b:aa:bb:cc"},
        {"08:00:27:aa:bb:cc", "test1", 15, "f2:a0:9b:aa:bb:cc", "fe:a0:9b:aa:bb:cc"},
        {"08:00:27:aa:bb:cc", "test1", 16, "02:a0:9b:aa:bb:cc", "0e:a0:9b:aa:bb:cc"},
        {"08:00:27:aa:bb:cc", "test2", 0, "02:a0:9c:aa:bb:cc", "0e:a0:9c:aa:bb:cc"},
        {"90:e2:ba:74:ba:ec", "www", 0, "02:40:d0:74:ba:ec", "0e:40:d0:74:ba:ec"},
        {"90:e2:ba:74:ba:ec", "www", 1, "12:40:d0:74:ba:ec", "1e:40:d0:74:ba:ec"},
        {"02:11:22:33:44:55", "web", 0, "0a:40:b2:33:44:55", "0e:40:b2:33:44:55"},
        {"12:11:22:33:44:55", "web", 0, "0a:40:b2:33:44:55", "0e:40:b2:33:44:55"},
        {"0e:11:22:33:44:55", "web", 0, "02:40:b2:33:44:55", "06:40:b2:33:44:55"},
        {"fe:01:02:03:04:05", "db_1", 2, "22:80:85:03:04:05", "26:80:85:03:04:05"},
        {"FE:01:02:03:04:05", "db_1", 2, "22:80:85:03:04:05", "26:80:85:03:04:05"},
        {"a6:01:02:03:04:05", "db_1", 0, "02:80:85:03:04:05", "0e:80:85:03:04:05"},
        {"6a:0B:0C:0D:0E:0F", "Foo", 0, "02:00:b8:0d:0e:0f", "0e:00:b8:0d:0e:0f"},
        {"00:0c:29:3e:4f:50", "TEST", 0, "02:40:99:3e:4f:50", "0e:40:99:3e:4f:50"},
        {"00:0c:29:3e:4f:50", "test", 0, "02:40:d5:3e:4f:50", "0e:40:d5:3e:4f:50"},
        {"00:0c:29:3e:4f:50", "a", 0, "02:00:61:3e:4f:50", "0e:00:61:3e:4f:50"},
        {"00:0c:29:3e:4f:50", "0", 0, "02:00:30:3e:4f:50", "0e:00:30:3e:4f:50"},
        {"00:0c:29:3e:4f:50", "_", 3, "32:00:5f:3e:4f:50", "3e:00:5f:3e:4f:50"},
        {"00:0c:29:3e:4f:50", "jail_with_a_long_name", 0, "02:0b:e2:3e:4f:50", "0e:0b:e2:3e:4f:50"},
        {"00:0c:29:3e:4f:50", "jailname", 0, "02:e0:cd:3e:4f:50", "0e:e0:cd:3e:4f:50"},
        {"32:ff:ff:ff:ff:ff", "zzzzzzzz", 10, "aa:0c:f3:ff:ff:ff", "ae:0c:f3:ff:ff:ff"},
};

static void test_jib_vectors(void **state)
{
        (void)state;
        for (size_t k = 0; k < ARRAY_SIZE(vectors); k++) {
                const struct vector *v = &vectors[k];
                char buf[MAC_TEXT_SIZE];
                struct mac parent;

                assert_int_equal(mac_parse(v->parent, &parent), 0);
                assert_string_equal(mac_format(mac_derive_jib(parent, v->jail, v->n, false), buf), v->a);
                assert_string_equal(mac_format(mac_derive_jib(parent, v->jail, v->n, true), buf), v->b);
        }
}

static void test_stable_is_legal_and_differs(void **state)
{
        static const char *const inputs[][3] = {{"alpha", "www", "eth0"}, {"alpha", "www", "eth1"},
                                                {"alpha", "db", "eth0"},  {"beta", "www", "eth0"},
                                                {"alpha", "", "wwweth0"}, {"alpha", "w", "wweth0"}};

        (void)state;
        for (size_t a = 0; a < ARRAY_SIZE(inputs); a++) {
                struct mac m = mac_derive_stable(inputs[a][0], inputs[a][1], inputs[a][2]);

                assert_int_equal(m.bytes[0] & 0x03, 0x02);
                assert_true(mac_equal(m, mac_derive_stable(inputs[a][0], inputs[a][1], inputs[a][2])));
                for (size_t b = 0; b < a; b++)
                        assert_false(mac_equal(m, mac_derive_stable(inputs[b][0], inputs[b][1], inputs[b][2])));
        }
}

/* The b side of an epair, by its name or the name of its other end, gets the b address; jng has one address only. */
static void test_pin_takes_the_side(void **state)
{
        const struct graph *g CLEANUP(graph_unrefp) = topo_seeds();
        CLEANUP(plan_freep) struct plan *a = planned(g, "pin epair0a --jib eth0 www 0");
        CLEANUP(plan_freep) struct plan *b = planned(g, "pin www/epair0b --jib eth0 www 0");
        CLEANUP(plan_freep) struct plan *jng = planned(g, "pin www/epair0b --jng eth0 www 1");
        struct topo *t = topo_begin();
        size_t www = topo_jail(t, "www"), side_a, side_b;
        char buf[MAC_TEXT_SIZE];

        (void)topo_link(t, 0, "eth0", KIND_PHYSICAL, "");
        topo_pair(t, 0, "e0a_www", www, "vnet0", &side_a, &side_b);

        const struct graph *renamed CLEANUP(graph_unrefp) = topo_finish(t, NULL);
        CLEANUP(plan_freep) struct plan *other = planned(renamed, "pin www/vnet0 --jib eth0 www 0");

        assert_string_equal(mac_format(find_step(other, STEP_PIN)->mac, buf), "0e:40:d0:00:00:02");
        (void)state; /* eth0 is 02:00:00:00:00:02 */
        assert_string_equal(mac_format(find_step(a, STEP_PIN)->mac, buf), "0a:40:d0:00:00:02");
        assert_string_equal(mac_format(find_step(b, STEP_PIN)->mac, buf), "0e:40:d0:00:00:02");
        assert_string_equal(mac_format(find_step(jng, STEP_PIN)->mac, buf), "1a:40:d0:00:00:02");
        assert_int_equal(find_step(jng, STEP_PIN)->pin_source, PIN_JNG);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_jib_vectors),
                cmocka_unit_test(test_stable_is_legal_and_differs),
                cmocka_unit_test(test_pin_takes_the_side),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
