/*
 * test_jibjng.c - jib and jng: what they print, to the letter; which names and addresses a whole run gives; and that a
 * line which cannot be done as a whole leaves nothing in the plan.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/dialect/jib.h"
#include "core/dialect/jibjng.h"
#include "core/dialect/jng.h"
#include "tests/lib/topo.h"

static char printed[8192], told[8192], planned[8192];
static struct err why;

/* The pinned addresses of a plan, in order: "IF MAC " each. */
static void put_pins(const struct plan *p)
{
        CLEANUP(text_done) struct text t = {0};
        char mac[MAC_TEXT_SIZE];

        for (size_t i = 0; p && i < p->step_count; i++)
                if (p->steps[i].op == STEP_PIN &&
                    (p->steps[i].pin_source == PIN_JIB || p->steps[i].pin_source == PIN_JNG ||
                     p->steps[i].pin_source == PIN_STABLE))
                        text_putf(&t, "%s %s ", p->steps[i].at.iface,
                                  p->steps[i].pin_source == PIN_STABLE ? "stable" : mac_format(p->steps[i].mac, mac));
        (void)str_copy(planned, sizeof(planned), text_str(&t));
}

static int speak(const struct graph *g, dialect_language *language, bool is_strict, const char *line)
{
        CLEANUP(plan_freep) struct plan *p = NULL;
        char words[512], *argv[32], *rest = words;
        struct dialect d;
        int argc = 0, status;

        assert_true(str_copy(words, sizeof(words), line));
        for (char *word; argc < 31 && (word = strtok_r(rest, " ", &rest));)
                argv[argc++] = word;
        argv[argc] = NULL;
        why = (struct err){0};
        dialect_init(&d, g, "host", is_strict);
        status = language(&d, argc, argv, &why);
        p = status == 0 ? dialect_finish(&d, line, line) : NULL;
        put_pins(p);
        (void)str_copy(printed, sizeof(printed), text_str(&d.out));
        (void)str_copy(told, sizeof(told), text_str(&d.said));
        dialect_done(&d);
        return status;
}

/* Two interfaces of the machine, and what jib made of one of them for two jails. */
static const struct graph *network(void)
{
        struct topo *t = topo_begin();
        size_t em0 = topo_link(t, 0, "em0", KIND_PHYSICAL, ""), em1 = topo_link(t, 0, "em1", KIND_PHYSICAL, "");
        size_t em2 = topo_link(t, 0, "em2", KIND_PHYSICAL, ""), bridge = topo_bridge(t, 0, "em2bridge"), a, b;

        (void)mac_parse("00:0c:29:3e:4f:50", &topo_iface_facts(t, em0)->mac);
        (void)mac_parse("00:0c:29:3e:4f:50", &topo_iface_facts(t, em1)->mac);
        topo_port(t, bridge, em2);
        for (int i = 10; i > 0; i -= 9) {
                CLEANUP(freep) char *name_a = xasprintf("e%da_old", i);
                CLEANUP(freep) char *name_b = xasprintf("e%db_old", i);

                topo_pair(t, 0, name_a, 0, name_b, &a, &b);
                topo_port(t, bridge, a);
        }
        topo_pair(t, 0, "e0a_new", 0, "e0b_new", &a, &b);
        topo_port(t, bridge, a);
        return topo_finish(t, NULL);
}

static void test_jib(void **state)
{
        CLEANUP(graph_unrefp) const struct graph *g = network();

        (void)state;
        assert_int_equal(speak(g, dialect_jib, false, "jib addm web em0 em1 em0 em0"), 0);
        assert_string_equal(printed,
                            "em0bridge\ne0a_web\ne0b_web\nem1bridge\ne1a_web\ne1b_web\ne2a_web\ne2b_web\n"
                            "e3a_web\ne3b_web\n");
        assert_string_equal(told, "");
        assert_string_equal(planned,
                            "e0a_web 02:40:b2:3e:4f:50 e0b_web 0e:40:b2:3e:4f:50 "
                            "e1a_web 02:40:b2:3e:4f:50 e1b_web 0e:40:b2:3e:4f:50 "
                            "e2a_web 12:40:b2:3e:4f:50 e2b_web 1e:40:b2:3e:4f:50 "
                            "e3a_web 22:40:b2:3e:4f:50 e3b_web 2e:40:b2:3e:4f:50 ");
        assert_int_equal(speak(g, dialect_jib, false, "jib addm web !em0 em0"), 0);
        assert_string_equal(planned, "e1a_web 02:40:b2:3e:4f:50 e1b_web 0e:40:b2:3e:4f:50 ");
        assert_int_equal(speak(g, dialect_jib, false, "jib addm -b lan web em0"), 0);
        assert_string_equal(printed, "em0lan\ne0a_web\ne0b_web\n");

        /* It is there already: the next interface has the next name. */
        assert_int_equal(speak(g, dialect_jib, false, "jib addm new em2 em0"), 0);
        assert_string_equal(printed, "em0bridge\ne1a_new\ne1b_new\n");

        assert_int_equal(speak(g, dialect_jib, false, "jib show"), 0);
        assert_string_equal(printed, "new\nold\n");
        assert_int_equal(speak(g, dialect_jib, false, "jib show old"), 0);
        assert_string_equal(printed, "e10a_old\ne1a_old\n"); /* sorted as text */
        assert_int_equal(speak(g, dialect_jib, false, "jib show nobody"), 0);
        assert_string_equal(printed, "");
        assert_int_equal(speak(g, dialect_jib, false, "jib destroy nobody"), 0);
}

static void test_usage(void **state)
{
        CLEANUP(graph_unrefp) const struct graph *g = network();

        (void)state;
        assert_int_equal(speak(g, dialect_jib, false, "jib addm web"), 1);
        assert_string_equal(told, "Usage: jib addm [-b BRIDGE_NAME] NAME [!]iface0 [[!]iface1 ...]\n");
        assert_int_equal(printed[0], '\t');
        assert_int_equal(speak(g, dialect_jib, false, "jib addm we.b em0"), 1);
        assert_int_equal(speak(g, dialect_jib, false, "jib addm -x web em0"), 1);
        assert_int_equal(speak(g, dialect_jib, false, "jib"), 1);
        assert_true(str_has_prefix(told, "Usage: jib action [arguments]\nActions:\n\taddm "));
        assert_int_equal(speak(g, dialect_jng, false, "jng bridge -b"), 1);
        assert_string_equal(told, "Usage: jng bridge [-b BRIDGE_NAME] NAME [!|=]iface0 [[!|=]iface1 ...]\n");
        assert_int_equal(speak(g, dialect_jng, false, "jng graph x"), 1);
        assert_string_equal(told, "Usage: jng graph [-f] [-T type] [-o output]\n");

        assert_true(speak(g, dialect_jib, false, "jib addm web em0 em7") < 0);
        assert_string_equal(why.what, "interface em7 does not exist");
        assert_true(speak(g, dialect_jib, false, "jib addm a_name_of_14_c em0") < 0);
        assert_non_null(strstr(why.what, "longer than 15 bytes"));
        assert_true(speak(g, dialect_jib, false, "jib addm -b a_long_suffix_ web em0") < 0);
        assert_non_null(strstr(why.what, "longer than 15 bytes"));
}

/* "db" and "jail1" sum alike. */
static void test_equal_addresses(void **state)
{
        struct topo *t = topo_begin();
        size_t em0 = topo_link(t, 0, "em0", KIND_PHYSICAL, ""), bridge = topo_bridge(t, 0, "em0bridge"), a, b;
        CLEANUP(graph_unrefp) const struct graph *g = NULL;

        (void)state;
        (void)mac_parse("00:0c:29:3e:4f:50", &topo_iface_facts(t, em0)->mac);
        topo_port(t, bridge, em0);
        topo_pair(t, 0, "e0a_db", 0, "e0b_db", &a, &b);
        topo_port(t, bridge, a);
        (void)mac_parse("02:00:94:3e:4f:50", &topo_iface_facts(t, a)->mac);
        (void)mac_parse("0e:00:94:3e:4f:50", &topo_iface_facts(t, b)->mac);
        g = topo_finish(t, NULL);
        assert_int_equal(speak(g, dialect_jib, false, "jib addm jail1 em0"), 0);
        assert_string_equal(planned, "e0a_jail1 stable e0b_jail1 stable ");
        assert_non_null(strstr(told,
                               "jib: e0a_jail1: 02:00:94:3e:4f:50: is the address of e0a_db on the same segment; a "
                               "stable other address is set"));
        assert_int_equal(speak(g, dialect_jib, true, "jib addm jail1 em0"), 0);
        assert_string_equal(planned, "e0a_jail1 02:00:94:3e:4f:50 e0b_jail1 0e:00:94:3e:4f:50 ");
        assert_string_equal(told, "");
}

static void test_jng(void **state)
{
        CLEANUP(graph_unrefp) const struct graph *g = network();

        (void)state;
        assert_int_equal(speak(g, dialect_jng, false, "jng bridge www em0 em0 !em0"), 0);
        assert_string_equal(printed, "ng0_www\nng1_www\nng2_www\n");
        assert_string_equal(told, "");
        assert_string_equal(planned, "ng0_www 02:40:d0:3e:4f:50 ng1_www 12:40:d0:3e:4f:50 ");
        assert_int_equal(speak(g, dialect_jng, false, "jng show"), 0);
        assert_string_equal(printed, "");
        assert_int_equal(speak(g, dialect_jng, false, "jng shutdown www"), 0);
        assert_true(speak(g, dialect_jng, false, "jng bridge www em7") < 0);
        assert_string_equal(why.what, "interface em7 does not exist");
}

static void test_names(void **state)
{
        (void)state;
        assert_string_equal(jibjng_name_of("e0a_web", "e", 'a'), "web");
        assert_string_equal(jibjng_name_of("e12a_a_b", "e", 'a'), "a_b");
        assert_null(jibjng_name_of("e0b_web", "e", 'a'));
        assert_null(jibjng_name_of("ea_web", "e", 'a'));
        assert_null(jibjng_name_of("e0a_", "e", 'a'));
        assert_null(jibjng_name_of("e0a", "e", 'a'));
        assert_string_equal(jibjng_name_of("ng3_web", "ng", '\0'), "web");
        assert_null(jibjng_name_of("ngeth0", "ng", '\0'));
        assert_true(jibjng_is_name("a_B9"));
        assert_false(jibjng_is_name(""));
        assert_false(jibjng_is_name("a-b"));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_jib), cmocka_unit_test(test_usage), cmocka_unit_test(test_equal_addresses),
                cmocka_unit_test(test_jng), cmocka_unit_test(test_names),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
