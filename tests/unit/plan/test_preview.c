/*
 * test_preview.c - what a person reads, and may paste into a shell: nothing in it that a terminal or a shell would act
 * on, whatever the kernel says that things are called.
 */
#include "tests/unit/plan/planning.h"

/* A terminal acts on none of it: only printable ASCII, whole UTF-8 without controls, and line ends. */
static void assert_harmless(const char *s)
{
        for (const char *p = s; *p;) {
                int32_t c = *p == '\n' ? '\n' : utf8_next(&p);

                if (*p == '\n' && c == '\n') {
                        p++;
                        continue;
                }
                assert_true(c >= 0x20 && c != 0x7f && !(c >= 0x80 && c < 0xa0));
                assert_true(c != 0x202e && c != 0x200b);
        }
}

static void test_preview(void **state)
{
        const struct graph *g CLEANUP(graph_unrefp) = topo_seeds();
        CLEANUP(plan_freep) struct plan *p = planned(g, "move epair1a www");
        CLEANUP(plan_freep) struct plan *nothing = planned(g, "up eth0");
        CLEANUP(text_done) struct text t = {0};

        (void)state;
        plan_put_preview(&t, p);
        assert_string_equal(text_str(&t),
                            "move epair1a www\n"
                            "  1. move epair1a from the host to www, up\n"
                            "\nConsequences:\n"
                            "  ! epair1a leaves bridge0: a port cannot be in another jail than its bridge\n"
                            "\niproute2:\n"
                            "  ip link set dev epair1a netns www up\n"
                            "\nFreeBSD:\n"
                            "  ifconfig epair1a vnet www\n"
                            "  jexec www ifconfig epair1a up\n");
        text_clear(&t);
        plan_put_preview(&t, nothing);
        assert_non_null(strstr(text_str(&t), "nothing to do"));
}

/* Every verb that takes an interface, on every hostile name. */
static void test_hostile_names(void **state)
{
        static const enum verb_id ids[] = {VERB_DESTROY, VERB_MOVE, VERB_RENAME, VERB_DOWN,
                                           VERB_MTU,     VERB_PIN,  VERB_ALIAS,  VERB_ADDRESS_ADD};
        const struct graph *g CLEANUP(graph_unrefp) = topo_hostile();
        size_t tried = 0;

        (void)state;
        for (size_t k = 0; k < g->iface_count; k++) {
                for (size_t n = 0; n < ARRAY_SIZE(ids); n++) {
                        CLEANUP(text_done) struct text word = {0};
                        CLEANUP(text_done) struct text t = {0};
                        CLEANUP(plan_freep) struct plan *p = NULL;
                        struct intent in = {.verb = ids[n], .value_count = 2};

                        query_put_iface(&word, g, k);
                        in.values[0] = text_str(&word);
                        switch (ids[n]) {
                        case VERB_MOVE: in.values[1] = "a\"b'c<d>&|{}\\"; break;
                        case VERB_MTU: in.values[1] = "1400"; break;
                        case VERB_RENAME: in.values[1] = "plain0"; break;
                        case VERB_ADDRESS_ADD: in.values[1] = "10.0.0.1/24"; break;
                        case VERB_ALIAS: in.values[1] = "\033]0;x\a $(reboot) `id` 'q'"; break;
                        default: in.value_count = 1; break;
                        }
                        if (plan_build(&in, g, &p, NULL) < 0)
                                continue;
                        tried++;
                        plan_put_preview(&t, p);
                        for (size_t s = 0; s < p->step_count; s++) {
                                for (size_t u = 0; u < p->steps[s].undo_count; u++) {
                                        step_put_sentence(&t, &p->steps[s].undo[u]);
                                        text_put_char(&t, '\n');
                                }
                        }
                        assert_harmless(text_str(&t));

                        /* The journal gets all of it back, byte for byte. */
                        json_t *j = plan_to_json(p);
                        CLEANUP(plan_freep) struct plan *back = NULL;

                        assert_int_equal(plan_from_json(j, &back, NULL), 0);
                        assert_string_equal(back->steps[0].at.iface, p->steps[0].at.iface);
                        json_decref(j);
                }
        }
        assert_true(tried > 20);
}

/* Names that look like options, or hold what a shell would act on, stand quoted behind a keyword. */
static void test_shell_words(void **state)
{
        static const struct {
                const char *name, *line;
        } rows[] = {
                {"-rf", "ip link set dev -rf up\n"},    {"$(id)", "ip link set dev '$(id)' up\n"},
                {"a;b", "ip link set dev 'a;b' up\n"},  {"it's", "ip link set dev 'it'\\''s' up\n"},
                {"a\nb", "ip link set dev 'a?b' up\n"},
        };

        (void)state;
        for (size_t k = 0; k < ARRAY_SIZE(rows); k++) {
                struct step s = {.op = STEP_LINK_UP, .at = {.jail = "host"}};
                CLEANUP(text_done) struct text t = {0};

                (void)str_copy(s.at.iface, sizeof(s.at.iface), rows[k].name);
                step_put_iproute2(&t, &s);
                assert_string_equal(text_str(&t), rows[k].line);
        }
}

/* A jail that `ip netns` does not know is entered by its path. */
static void test_unnamed_jails(void **state)
{
        struct topo *t = topo_begin();
        size_t redis = topo_jail(t, "redis"), eth0;

        (void)state;
        topo_jail_facts(t, redis)->origin = ORIGIN_CONTAINER;
        topo_jail_facts(t, redis)->path = "/proc/4211/ns/net";
        eth0 = topo_link(t, redis, "eth0", KIND_VETH, "veth");
        topo_address(t, eth0, "172.17.0.2/16");
        (void)topo_link(t, 0, "veth7", KIND_VETH, "veth");

        const struct graph *g CLEANUP(graph_unrefp) = topo_finish(t, NULL);
        CLEANUP(plan_freep) struct plan *up = planned(g, "address add redis/eth0 10.0.0.1/24");
        CLEANUP(plan_freep) struct plan *move = planned(g, "move veth7 redis");
        CLEANUP(plan_freep) struct plan *forward = planned(g, "forwarding redis on");

        assert_iproute2(up, "nsenter --net=/proc/4211/ns/net ip address add 10.0.0.1/24 dev eth0\n");
        assert_iproute2(move, "ip link set dev veth7 netns /proc/4211/ns/net up\n");
        assert_iproute2(forward, "nsenter --net=/proc/4211/ns/net sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward'\n");
}

/* In Linux's words a sentence calls things as Linux does, and leaves names as they are. */
static void test_linux_words(void **state)
{
        const struct graph *g CLEANUP(graph_unrefp) = topo_empty();
        CLEANUP(plan_freep) struct plan *p = planned(g, "create jail jail");
        CLEANUP(text_done) struct text linux_words = {0}, both = {0};

        (void)state;
        plan_put_preview_in(&linux_words, p, PLAN_WORDS_LINUX);
        plan_put_preview_in(&both, p, PLAN_WORDS_BOTH);
        assert_non_null(strstr(text_str(&linux_words), "1. make namespace jail\n"));
        assert_non_null(strstr(text_str(&both), "1. make jail jail\n"));
        assert_null(strstr(text_str(&linux_words), "FreeBSD:"));
        assert_true(str_has_prefix(text_str(&linux_words), "create namespace jail\n"));
        assert_true(str_has_prefix(text_str(&both), "create jail jail\n"));
}

/* In FreeBSD's words the title is the equal command, and a port is a member. */
static void test_freebsd_words(void **state)
{
        const struct graph *g CLEANUP(graph_unrefp) = topo_demo();
        CLEANUP(plan_freep) struct plan *detach = planned(g, "detach epair0a");
        CLEANUP(plan_freep) struct plan *jail = planned(g, "create jail attach");
        CLEANUP(text_done) struct text t = {0};

        (void)state;
        plan_put_preview_in(&t, detach, PLAN_WORDS_FREEBSD);
        assert_true(str_has_prefix(text_str(&t), "ifconfig lan0 deletem epair0a\n  1. deletem epair0a\n"));
        assert_null(strstr(text_str(&t), "iproute2:"));
        text_clear(&t);
        plan_put_title(&t, jail, PLAN_WORDS_FREEBSD);
        assert_true(str_has_prefix(text_str(&t), "jail -c "));
        assert_non_null(strstr(text_str(&t), "attach"));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_preview),     cmocka_unit_test(test_hostile_names),
                cmocka_unit_test(test_shell_words), cmocka_unit_test(test_unnamed_jails),
                cmocka_unit_test(test_linux_words), cmocka_unit_test(test_freebsd_words),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
