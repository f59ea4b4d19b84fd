/* test_verb.c - the verb table, words to intents and back, checks of single values, completion, and what is allowed. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/verb/verb.h"
#include "tests/lib/topo.h"

static int parse(const char *words, struct intent *ret, struct err *e)
{
        static char copy[512];
        char *argv[40], *save = NULL;
        int argc = 0;

        (void)str_copy(copy, sizeof(copy), words);
        for (char *w = strtok_r(copy, " ", &save); w && argc < 40; w = strtok_r(NULL, " ", &save))
                argv[argc++] = w;
        return verb_parse(argc, argv, ret, e);
}

static void refused(const char *words, int code, const char *why)
{
        struct intent in;
        struct err e = {0};

        assert_int_equal(parse(words, &in, &e), code);
        if (!strstr(e.what, why))
                print_error("%s: '%s' is not in '%s'\n", words, why, e.what);
        assert_non_null(strstr(e.what, why));
}

/* Each group has a title and a letter of its own, none of which moves in menus. */
static void test_groups(void **state)
{
        (void)state;
        for (enum verb_group g = VERB_GROUP_STATE; g < VERB_GROUP_COUNT; g++) {
                assert_true(verb_group_title(g)[0]);
                assert_true(verb_group_letter(g) && !strchr("jk", verb_group_letter(g)));
                for (enum verb_group h = VERB_GROUP_STATE; h < g; h++)
                        assert_true(verb_group_letter(g) != verb_group_letter(h));
        }
        assert_int_equal(verb_group_of(&verbs[VERB_MTU]), VERB_GROUP_STATE);
        assert_int_equal(verb_group_of(&verbs[VERB_MKPEER]), VERB_GROUP_NETGRAPH);
        assert_int_equal(verb_group_of(&verbs[VERB_CREATE_BRIDGE]), VERB_GROUP_BRIDGE); /* by its menu */
}

/* The rows stand at their ids, and each says all that menus and help need. */
static void test_table(void **state)
{
        (void)state;
        for (size_t k = 0; k < VERB_COUNT; k++) {
                const struct verb *v = &verbs[k];
                bool optional = false;

                assert_int_equal(v->id, k);
                assert_non_null(v->words);
                assert_non_null(v->freebsd);
                assert_non_null(v->iproute2);
                assert_true(v->help && v->help[0] && v->help[strlen(v->help) - 1] != '.');
                assert_true(v->title && v->title[0]);
                assert_true(verb_group_of(v) > VERB_GROUP_OTHER && verb_group_of(v) < VERB_GROUP_COUNT);
                assert_true(strcmp(v->menu, "Jail") == 0 || strcmp(v->menu, "Interface") == 0 ||
                            strcmp(v->menu, "Bridge") == 0 || strcmp(v->menu, "Hook") == 0);
                assert_in_range(v->arg_count, 1, VERB_ARGS_MAX);
                assert_in_range(v->option_count, 0, VERB_OPTIONS_MAX);
                for (size_t a = 0; a < v->arg_count; a++) {
                        assert_non_null(v->args[a].label);
                        assert_true(v->args[a].is_optional || !optional); /* optional ones come last */
                        optional = v->args[a].is_optional;
                        if (v->args[a].type == ARG_CHOICE)
                                assert_non_null(v->args[a].choices);
                }
                for (size_t o = 0; o < v->option_count; o++)
                        assert_non_null(v->options[o].help);
                for (size_t other = 0; other < k; other++) {
                        assert_string_not_equal(v->words, verbs[other].words);
                        assert_true(v->key == 0 || v->key != verbs[other].key);
                }
        }
}

static void test_synopses(void **state)
{
        static const struct {
                enum verb_id id;
                const char *text;
        } rows[] = {
                {VERB_CREATE_JAIL,
                 "create jail NAME [--path DIR] [--hostname H] [--bridge BRIDGE] [--address ADDR/LEN] [--gateway ADDR] [--mac MAC]"},
                {VERB_CREATE_BRIDGE, "create bridge NAME [--jail J] [--mac MAC] [--stp]"},
                {VERB_CREATE_EPAIR, "create epair [A [B]]"},
                {VERB_CREATE_VLAN, "create vlan PARENT ID [NAME]"},
                {VERB_CREATE_LAGG,
                 "create lagg NAME [PORT ...] [--proto failover|broadcast|lacp|loadbalance|roundrobin]"},
                {VERB_ATTACH, "attach IF BRIDGE [HOOK] [--upper]"},
                {VERB_CONNECT, "connect NODE:HOOK NODE:HOOK"},
                {VERB_PIN,
                 "pin IF [MAC] [--current] [--stable] [--jib PARENT JAIL N] [--jng PARENT JAIL N] [--shared]"},
                {VERB_ADDRESS_ADD, "address add IF ADDR/LEN"},
        };

        (void)state;
        for (size_t k = 0; k < ARRAY_SIZE(rows); k++) {
                CLEANUP(text_done) struct text t = {0};

                verb_put_synopsis(&t, &verbs[rows[k].id]);
                assert_string_equal(text_str(&t), rows[k].text);
        }
}

static void test_parse(void **state)
{
        struct intent in;

        (void)state;
        assert_int_equal(parse("create epair a b", &in, NULL), 0);
        assert_int_equal(in.verb, VERB_CREATE_EPAIR);
        assert_int_equal(in.value_count, 2);
        assert_string_equal(in.values[1], "b");

        /* Options stand anywhere behind the verb, with or without '='. */
        assert_int_equal(parse("create bridge --mac=02:00:00:00:00:01 br0 --jail www --stp", &in, NULL), 0);
        assert_string_equal(intent_option(&in, "mac"), "02:00:00:00:00:01");
        assert_string_equal(intent_option(&in, "jail"), "www");
        assert_string_equal(intent_option(&in, "stp"), "");
        assert_null(intent_option(&in, "other"));
        assert_string_equal(in.values[0], "br0");

        assert_int_equal(parse("pin e0b_www --jib eth0 www 3", &in, NULL), 0);
        assert_string_equal(in.options[0].values[2], "3");
        assert_int_equal(in.value_count, 1);

        /* Behind "--" nothing is an option. */
        assert_int_equal(parse("destroy -- --help", &in, NULL), 0);
        assert_string_equal(in.values[0], "--help");
        assert_int_equal(parse("create lagg lagg0 a b c d e", &in, NULL), 0);
        assert_int_equal(in.value_count, 6);
}

static void test_parse_refuses(void **state)
{
        (void)state;
        refused("attach", -EINVAL, "attach: IF is missing; usage: attach IF BRIDGE [HOOK]");
        refused("attach a", -EINVAL, "BRIDGE is missing");
        refused("up a b", -EINVAL, "b is one word too many");
        refused("create bridge x --colour red", -EINVAL, "--colour is not one of its options");
        refused("create bridge x -s", -EINVAL, "-s is not one of its options");
        refused("create bridge x --jail", -EINVAL, "--jail needs a value");
        refused("create bridge x --stp=1", -EINVAL, "takes no value");
        refused("create bridge x --stp --stp", -EINVAL, "given twice");
        refused("pin x --jib eth0 www", -EINVAL, "needs three values");
        refused("create brigde x", -ENOENT, "did you mean 'create bridge'?");
        refused("destory x", -ENOENT, "did you mean 'destroy'?");
        refused("create zebra", -ENOENT, "one of jail, bridge");
        refused("create", -EINVAL, "must follow");
        refused("xyzzyplugh", -ENOENT, "no such command");
}

/* An intent's words give the same intent again. */
static void test_words(void **state)
{
        static const char *const lines[] = {
                "create epair a b",
                "create bridge br0 --jail www --stp",
                "pin e0b_www --jib eth0 www 3",
                "destroy -- -rf",
                "move eth0 www --no-up",
                "destroy --abandon -- -rf",
        };
        struct intent in;

        (void)state;
        for (size_t k = 0; k < ARRAY_SIZE(lines); k++) {
                CLEANUP(text_done) struct text t = {0};

                assert_int_equal(parse(lines[k], &in, NULL), 0);
                intent_put_words(&t, &in);
                assert_string_equal(text_str(&t), lines[k]);
        }
        in = (struct intent){.verb = VERB_ALIAS, .values = {"eth0", "it's $(rm)"}, .value_count = 2};

        CLEANUP(text_done) struct text t = {0};

        intent_put_words(&t, &in);
        assert_string_equal(text_str(&t), "alias eth0 'it'\\''s $(rm)'");
}

static void check(const struct graph *g, enum arg_type type, const char *value, bool ok)
{
        struct verb_arg a = {.name = "X", .type = type, .label = "X", .choices = "on|off"};
        struct err e = {0};
        int r = verb_check_arg(&a, value, g, &e);

        if ((r == 0) != ok)
                print_error("type %d, '%s': %d %s\n", (int)type, value, r, e.what);
        assert_true((r == 0) == ok);
        assert_true(ok || e.what[0]);
}

static void test_check_arg(void **state)
{
        const struct graph *g CLEANUP(graph_unrefp) = topo_seeds();
        struct verb_arg optional = {.name = "X", .type = ARG_MAC, .is_optional = true};

        (void)state;
        check(g, ARG_JAIL, "www", true);
        check(g, ARG_JAIL, "nope", false);
        check(g, ARG_JAIL_NEW, "web", true);
        check(g, ARG_JAIL_NEW, "www", false);
        check(g, ARG_JAIL_NEW, "-x", false);
        check(g, ARG_IFACE, "www/epair0b", true);
        check(g, ARG_IFACE, "www/eth9", false);
        check(g, ARG_IFACE_NEW, "www/eth9", true);
        check(g, ARG_IFACE_NEW, "www/epair0b", false);
        check(g, ARG_IFACE_NEW, "nope/eth9", false);
        check(g, ARG_IFACE_NEW, "a_name_longer_than_15", true);
        check(g, ARG_IFACE_PLAIN, "a b", false);
        check(g, ARG_BRIDGE, "bridge0", true);
        check(g, ARG_BRIDGE, "eth0", false);
        check(g, ARG_OBJECT, "db", true);
        check(g, ARG_NODE, "bridge0:", true);
        check(g, ARG_NODE_NEW, "a.b", false);
        check(g, ARG_NODE_HOOK, "bridge0:link9", true);
        check(g, ARG_HOOK_NEW, "link9", true);
        check(g, ARG_MAC, "02:00:00:00:00:01", true);
        check(g, ARG_MAC, "03:00:00:00:00:01", false);
        check(g, ARG_MAC, "00:00:00:00:00:00", false);
        check(g, ARG_MTU, "67", false);
        check(g, ARG_MTU, "9000", true);
        check(g, ARG_VLAN_ID, "0", false);
        check(g, ARG_VLAN_ID, "4094", true);
        check(g, ARG_VXLAN_ID, "16777216", false);
        check(g, ARG_ADDRESS, "10.0.0.1/24", true);
        check(g, ARG_ADDRESS, "10.0.0.1", false);
        check(g, ARG_IP, "fe80::1", true);
        check(g, ARG_IP, "10.0.0.0/8", false);
        check(g, ARG_DESTINATION, "default", true);
        check(g, ARG_DESTINATION, "10.0.0.0/8", true);
        check(g, ARG_CHOICE, "on", true);
        check(g, ARG_CHOICE, "o", false);
        check(g, ARG_PATH, "jails", false);
        check(g, ARG_JAIL, "", false);
        assert_int_equal(verb_check_arg(&optional, "", g, NULL), 0);
}

static void collect(void *user, const char *word)
{
        struct text *t = user;

        text_put(t, word);
        text_put_char(t, ' ');
}

static void completes(const struct graph *g, enum arg_type type, const char *prefix, const char *expected)
{
        struct verb_arg a = {.name = "X", .type = type, .choices = "on|off"};
        CLEANUP(text_done) struct text t = {0};

        (void)verb_complete(&a, NULL, prefix, g, 20, collect, &t);
        assert_string_equal(text_str(&t), expected);
}

static void test_complete(void **state)
{
        const struct graph *g CLEANUP(graph_unrefp) = topo_seeds();
        const struct graph *ng CLEANUP(graph_unrefp) = topo_eiface();
        struct verb_arg iface = {.name = "IF", .type = ARG_IFACE};
        CLEANUP(text_done) struct text t = {0};

        (void)state;
        completes(g, ARG_IFACE, "www/", "www/epair0b ");
        completes(g, ARG_IFACE, "epair", "epair0a epair1a ");
        completes(g, ARG_BRIDGE, "", "bridge0 ");
        completes(g, ARG_JAIL, "d", "db ");
        completes(g, ARG_CHOICE, "of", "off ");
        completes(g, ARG_DESTINATION, "", "default ");
        completes(g, ARG_IFACE_NEW, "epair", "epair2a epair2b ");
        completes(g, ARG_NODE_HOOK, "bridge0:", "bridge0:link0 bridge0:link1 bridge0:link2 bridge0:link ");
        completes(ng, ARG_NODE_HOOK, "ngeth1:", "ngeth1:ether ");
        completes(ng, ARG_IFACE, "ngfab", ""); /* hidden */
        assert_int_equal(verb_complete(&iface, NULL, "", g, 2, collect, &t), 2);
}

static bool allowed(enum verb_id id, const struct graph *g, const char *word, char *ret_why)
{
        struct object o;
        struct err e = {0};
        bool ok;

        assert_int_equal(query_object(g, word, &o, NULL), 0);
        ok = verb_is_allowed(&verbs[id], g, o, &e);
        (void)str_copy(ret_why, 256, e.what);
        assert_true(ok == (e.what[0] == '\0'));
        return ok;
}

static void test_is_allowed(void **state)
{
        static const struct {
                enum verb_id id;
                const char *word, *why;
        } refusals[] = {
                {VERB_MOVE, "bridge0", "a bridge cannot change its jail; make it anew there and move its ports"},
                {VERB_MOVE, "lo", "loopback"},
                {VERB_DESTROY, "lo", "loopback"},
                {VERB_DESTROY, "eth0", "a physical interface cannot be destroyed"},
                {VERB_RETURN, "eth0", "is on the host already"},
                {VERB_ATTACH, "epair0a", "detach it first"},
                {VERB_DETACH, "www/epair0b", "attached to no bridge"},
                {VERB_UNPIN, "eth0", "has no pin"},
                {VERB_UP, "eth0", "is up already"},
                {VERB_DESTROY, "jail:host", "cannot be destroyed"},
                {VERB_RENAME, "jail:host", "cannot be renamed"},
                {VERB_UP, "jail:www", "needs"},
        };
        const struct graph *g CLEANUP(graph_unrefp) = topo_seeds();
        char why[256];

        (void)state;
        for (size_t k = 0; k < ARRAY_SIZE(refusals); k++) {
                assert_false(allowed(refusals[k].id, g, refusals[k].word, why));
                if (!strstr(why, refusals[k].why))
                        print_error("'%s' is not in '%s'\n", refusals[k].why, why);
                assert_non_null(strstr(why, refusals[k].why));
        }
        assert_true(allowed(VERB_MOVE, g, "epair0a", why));
        assert_true(allowed(VERB_DESTROY, g, "jail:www", why));
        assert_true(allowed(VERB_RETURN, g, "www/epair0b", why));
        assert_true(allowed(VERB_DETACH, g, "epair0a", why));
}

static void test_takes(void **state)
{
        const struct graph *g CLEANUP(graph_unrefp) = topo_seeds();
        struct object jail = {.type = OBJECT_JAIL, .index = 1};
        struct object iface, node = {.type = OBJECT_NODE, .index = 0}, nothing = {0};

        (void)state;
        assert_int_equal(query_object(g, "eth0", &iface, NULL), 0);
        assert_true(verb_takes(&verbs[VERB_DESTROY], g, jail));
        assert_true(verb_takes(&verbs[VERB_ROUTE_ADD], g, jail));
        assert_false(verb_takes(&verbs[VERB_MOVE], g, jail));
        assert_true(verb_takes(&verbs[VERB_MOVE], g, iface));
        assert_true(verb_takes(&verbs[VERB_NAME], g, node));
        assert_true(verb_takes(&verbs[VERB_MOVE], g, node));
        assert_false(verb_takes(&verbs[VERB_CREATE_EPAIR], g, iface));
        assert_true(verb_takes(&verbs[VERB_CREATE_VLAN], g, iface));
        assert_false(verb_takes(&verbs[VERB_MOVE], g, nothing));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_table),         cmocka_unit_test(test_groups),
                cmocka_unit_test(test_synopses),      cmocka_unit_test(test_parse),
                cmocka_unit_test(test_parse_refuses), cmocka_unit_test(test_words),
                cmocka_unit_test(test_check_arg),     cmocka_unit_test(test_complete),
                cmocka_unit_test(test_is_allowed),    cmocka_unit_test(test_takes),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
