/* test_form_model.c - a verb's form without a terminal: what its fields take, say, complete and become. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "tests/lib/topo.h"
#include "ui/tui/form_model.h"

static const struct graph *network(void)
{
        struct topo *t = topo_begin();
        size_t www = topo_jail(t, "www");
        size_t lan = topo_bridge(t, 0, "lan0");
        size_t eth = topo_link(t, 0, "eth0", KIND_PHYSICAL, "");
        size_t a, b;

        topo_port(t, lan, eth);
        topo_pair(t, 0, "epair0a", www, "epair0b", &a, &b);
        return topo_finish(t, NULL);
}

static void test_required_fields(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = network();
        struct form_model m;

        form_model_init(&m, &verbs[VERB_ATTACH]);
        assert_int_equal(m.count, 4); /* with the switch --upper */
        assert_false(form_model_check(&m, g));
        assert_true(m.fields[0].is_missing && m.fields[1].is_missing);
        assert_false(m.fields[2].is_missing); /* the hook is optional */
        form_model_set(&m, 0, "epair0a");
        form_model_set(&m, 1, "lan0");
        assert_true(form_model_check(&m, g));

        struct intent in;

        form_model_intent(&m, &in);
        assert_int_equal(in.verb, VERB_ATTACH);
        assert_int_equal(in.value_count, 2);
        assert_string_equal(in.values[1], "lan0");
        form_model_done(&m);
}

static void test_errors_stand_at_their_field(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = network();
        struct form_model m;

        form_model_init(&m, &verbs[VERB_ADDRESS_ADD]);
        form_model_set(&m, 0, "eth9");
        form_model_set(&m, 1, "10.0.0.300/24");
        assert_false(form_model_check(&m, g));
        assert_non_null(strstr(m.fields[0].error, "eth9"));
        assert_non_null(strstr(m.fields[1].error, "10.0.0.300/24"));
        form_model_set(&m, 0, "www/epair0b");
        form_model_set(&m, 1, "10.0.0.30/24");
        assert_true(form_model_check(&m, g));
        assert_string_equal(m.fields[0].error, "");
        assert_string_equal(m.fields[1].error, "");
        form_model_done(&m);
}

static void test_an_argument_left_out_before_another(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = network();
        struct form_model m;

        form_model_init(&m, &verbs[VERB_CREATE_EPAIR]);
        assert_true(form_model_check(&m, g)); /* both are optional */
        form_model_set(&m, 1, "b0");
        assert_false(form_model_check(&m, g));
        assert_non_null(strstr(m.fields[1].error, "One end"));
        form_model_set(&m, 0, "a0");
        assert_true(form_model_check(&m, g));
        form_model_done(&m);
}

static void test_several_words_and_options(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = network();
        struct form_model m;
        struct intent in;

        form_model_init(&m, &verbs[VERB_CREATE_LAGG]);
        form_model_set(&m, 0, "lagg0");
        form_model_set(&m, 1, "eth0  epair0a");
        assert_true(form_model_check(&m, g));
        form_model_set(&m, 1, "eth0 nothere");
        assert_false(form_model_check(&m, g));
        assert_non_null(strstr(m.fields[1].error, "nothere"));
        form_model_set(&m, 1, "eth0  epair0a");
        assert_true(form_field_cycle(&m.fields[2], 1));
        assert_string_equal(m.fields[2].value, "failover");
        assert_true(form_field_cycle(&m.fields[2], -1));
        assert_string_equal(m.fields[2].value, ""); /* an option may be left out */
        assert_true(form_field_cycle(&m.fields[2], -1));
        assert_string_equal(m.fields[2].value, "roundrobin");
        form_model_intent(&m, &in);
        assert_int_equal(in.value_count, 3);
        assert_string_equal(in.values[2], "epair0a");
        assert_int_equal(in.option_count, 1);
        assert_string_equal(intent_option(&in, "proto"), "roundrobin");
        form_model_done(&m);

        form_model_init(&m, &verbs[VERB_PIN]);
        form_model_set(&m, 0, "epair0a");
        for (size_t i = 0; i < m.count; i++) {
                if (m.fields[i].option && strcmp(m.fields[i].option->name, "jib") == 0)
                        form_model_set(&m, i, "eth0 www");
        }
        assert_false(form_model_check(&m, g)); /* jib takes three words */
        for (size_t i = 0; i < m.count; i++) {
                if (m.fields[i].option && strcmp(m.fields[i].option->name, "jib") == 0)
                        form_model_set(&m, i, "eth0 www 0");
        }
        assert_true(form_model_check(&m, g));
        form_model_intent(&m, &in);
        assert_string_equal(in.options[0].name, "jib");
        assert_string_equal(in.options[0].values[2], "0");
        form_model_done(&m);
}

static void test_filling_from_an_intent_and_back(void **state)
{
        (void)state;
        char *const words[] = {(char[]){"move"},   (char[]){"epair0a"}, (char[]){"www"},
                               (char[]){"--name"}, (char[]){"net0"},    (char[]){"--no-up"}};
        struct intent in, out;
        struct form_model m;

        assert_int_equal(verb_parse((int)(sizeof(words) / sizeof(words[0])), words, &in, NULL), 0);
        form_model_init(&m, &verbs[VERB_MOVE]);
        form_model_fill(&m, &in);
        form_model_intent(&m, &out);
        assert_int_equal(out.value_count, 2);
        assert_string_equal(out.values[0], "epair0a");
        assert_string_equal(intent_option(&out, "name"), "net0");
        assert_non_null(intent_option(&out, "no-up"));
        assert_null(intent_option(&out, "no-addresses"));
        form_model_done(&m);
}

static void collect(void *user, const char *word)
{
        text_putf(user, "%s|", word);
}

static void test_completion_of_the_last_word(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = network();
        CLEANUP(text_done) struct text t = {0};
        struct form_model m;

        form_model_init(&m, &verbs[VERB_CREATE_LAGG]);
        form_model_set(&m, 1, "epair0a et");
        assert_true(form_field_complete(&m, &m.fields[1], g, 10, collect, &t) > 0);
        assert_non_null(strstr(text_str(&t), "eth0|"));
        form_field_take(&m.fields[1], "eth0");
        assert_string_equal(m.fields[1].value, "epair0a eth0");
        form_model_done(&m);

        form_model_init(&m, &verbs[VERB_ATTACH]);
        form_model_set(&m, 1, "la");
        form_field_take(&m.fields[1], "lan0");
        assert_string_equal(m.fields[1].value, "lan0");
        form_model_done(&m);
}

static void lists(struct form_model *m, size_t field, const struct graph *g, const char *expected)
{
        CLEANUP(text_done) struct text t = {0};

        (void)form_field_complete(m, &m->fields[field], g, 10, collect, &t);
        assert_string_equal(text_str(&t), expected);
}

/* A bridge says which address the next jail may have, and whom it sends by; until one is typed. */
static void test_a_free_address_is_offered(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_demo();
        CLEANUP(text_done) struct text t = {0};
        struct form_model m;

        form_model_init(&m, &verbs[VERB_CREATE_JAIL]);
        form_model_set(&m, 0, "www3");
        (void)form_model_check(&m, g);
        assert_string_equal(m.fields[4].free, "");
        lists(&m, 4, g, "");
        form_model_set(&m, 3, "lan0");
        assert_true(form_model_check(&m, g));
        assert_string_equal(m.fields[4].free, "10.1.0.13/24");
        assert_string_equal(m.fields[5].free, "10.1.0.1");
        lists(&m, 4, g, "10.1.0.13/24|");
        form_field_put_hint(&t, &m.fields[4]);
        assert_string_equal(text_str(&t), "10.1.0.13/24 is free; the address of its end of that epair");
        form_model_set(&m, 4, "10.1.0.77/24");
        assert_true(form_model_check(&m, g));
        assert_string_equal(m.fields[4].free, "");
        form_model_done(&m);

        form_model_init(&m, &verbs[VERB_ADDRESS_ADD]);
        form_model_set(&m, 0, "db2/eth0");
        (void)form_model_check(&m, g);
        assert_string_equal(m.fields[1].free, "10.2.0.13/24");
        form_model_done(&m);

        form_model_init(&m, &verbs[VERB_ADDRESS_DEL]);
        form_model_set(&m, 0, "db2/eth0");
        (void)form_model_check(&m, g);
        assert_string_equal(m.fields[1].free, "");
        lists(&m, 1, g, "10.2.0.12/24|");
        form_model_done(&m);
}

static void test_every_verb_has_a_form(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = network();

        for (int v = 0; v < VERB_COUNT; v++) {
                struct form_model m;
                struct intent in;

                form_model_init(&m, &verbs[v]);
                (void)form_model_check(&m, g); /* empty: whatever it says, it must not trip */
                for (size_t i = 0; i < m.count; i++) {
                        CLEANUP(text_done) struct text t = {0};

                        form_field_put_hint(&t, &m.fields[i]);
                        assert_true(t.length > 0);
                        if (!m.fields[i].is_switch)
                                form_model_set(&m, i, "some thing");
                        else
                                assert_true(form_field_cycle(&m.fields[i], 1));
                }
                (void)form_model_check(&m, g);
                form_model_intent(&m, &in);
                assert_int_equal(in.verb, v);
                assert_true(in.value_count > 0);
                form_model_done(&m);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_required_fields),
                cmocka_unit_test(test_errors_stand_at_their_field),
                cmocka_unit_test(test_an_argument_left_out_before_another),
                cmocka_unit_test(test_several_words_and_options),
                cmocka_unit_test(test_filling_from_an_intent_and_back),
                cmocka_unit_test(test_completion_of_the_last_word),
                cmocka_unit_test(test_a_free_address_is_offered),
                cmocka_unit_test(test_every_verb_has_a_form),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
