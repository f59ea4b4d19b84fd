/* Proves the grammar of netgraph addresses, the words that people type, and the rules for names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/base/text.h"
#include "core/graph/marks.h"
#include "core/graph/names.h"
#include "core/graph/path.h"
#include "core/graph/query.h"
#include "tests/lib/topo.h"

/* The seeds' graph: bridge0 (id 3) with link0 eth0, link1 epair0a, link2 epair1a. */
static void addresses_by_the_grammar(void **state)
{
        static const struct {
                const char *address, *node; /* NULL: the error below */
                int error;
        } rows[] = {
                {"bridge0:", "bridge0", 0},
                {"bridge0:link0", "eth0", 0},
                {"bridge0:link1.ether", "epair0b", 0}, /* hooks on the near side, one after another */
                {"bridge0:.link1.ether.", "epair0b", 0},
                {"bridge0:.", "bridge0", 0},
                {"link0", "eth0", 0}, /* without a colon: the sender's hook, not a node */
                {".link0", "eth0", 0},
                {"link0.", "eth0", 0},
                {".:link0", "eth0", 0},
                {".", "bridge0", 0},
                {".:", "bridge0", 0},
                {"", "bridge0", 0},
                {"[3]:", "bridge0", 0},
                {"[00000003]:", "bridge0", 0},
                {"[3]:link0", "eth0", 0},
                {"[0]:", NULL, -ENOENT},
                {"[1ffffffff]:", NULL, -ENOENT},
                {"[3]", NULL, -ENOENT}, /* without the colon it is a hook's name */
                {"bridge0", NULL, -ENOENT},
                {"nobody:", NULL, -ENOENT},
                {"bridge0:link9", NULL, -ENOENT},
                {"bridge0:link0.nothing", NULL, -ENOENT},
                {":link0", NULL, -EINVAL},
                {"a:b:c", NULL, -EINVAL},
                {"a..b", NULL, -EINVAL},
                {"a.b:c", NULL, -EINVAL},
                {"..", NULL, -EINVAL},
                {"epair0b:", NULL, -ENOENT}, /* its node is www's, not the host's */
        };

        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_seeds();
        size_t sender = graph_find_node_named(g, 0, "bridge0");

        for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
                size_t node = NONE;
                int r = path_resolve(g, 0, sender, rows[i].address, &node);

                if (r != rows[i].error)
                        print_error("address \"%s\"\n", rows[i].address);
                assert_int_equal(r, rows[i].error);
                if (rows[i].node)
                        assert_string_equal(g->nodes[node].name, rows[i].node);
                else
                        assert_int_equal(node, NONE); /* untouched on failure */
        }

        size_t node;

        assert_int_equal(path_resolve(g, 0, NONE, "link0", &node), -ENOENT);
        assert_int_equal(path_resolve(g, 0, NONE, ".", &node), -ENOENT);
        assert_int_equal(path_resolve(g, 1, NONE, "[3]:", &node), -ENOENT); /* ids are per jail */
        assert_int_equal(path_resolve(g, NONE, NONE, "[3]:", &node), 0);    /* unless asked otherwise */
}

static void node_names_from_interfaces(void **state)
{
        char name[NODE_NAME_SIZE];

        (void)state;
        path_node_name("em0.20", name);
        assert_string_equal(name, "em0_20");
        path_node_name("a:b.c", name);
        assert_string_equal(name, "a_b_c");
}

static void assert_iface(const struct graph *g, const char *word, const char *jail, const char *name)
{
        size_t i = NONE;

        assert_int_equal(query_iface(g, word, &i, NULL), 0);
        assert_string_equal(g->ifaces[i].name, name);
        assert_string_equal(g->jails[g->ifaces[i].jail].name, jail);
}

static void assert_refused(int r, const struct err *e, int code, const char *sentence)
{
        assert_int_equal(r, code);
        assert_int_equal(e->code, code);
        assert_string_equal(e->what, sentence);
}

static void words_for_interfaces(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_seeds();
        struct err e = {0};
        size_t i = 77;

        assert_iface(g, "eth0", "host", "eth0");
        assert_iface(g, "host/eth0", "host", "eth0");
        assert_iface(g, "www/epair0b", "www", "epair0b");
        assert_iface(g, "if:www/epair0b", "www", "epair0b");
        assert_iface(g, "1/epair0b", "www", "epair0b"); /* by jid */
        assert_iface(g, "[00000003]", "host", "bridge0");
        assert_refused(query_iface(g, "www/eth9", &i, &e), &e, -ENOENT,
                       "www/eth9: no such interface; jailnet show lists them");
        assert_refused(query_iface(g, "eth1", &i, &e), &e, -ENOENT, "eth1: no such interface; did you mean eth0?");
        assert_refused(query_iface(g, "www/epair0a", &i, &e), &e, -ENOENT,
                       "www/epair0a: no such interface; did you mean epair0a?");
        assert_refused(query_iface(g, "epair1b", &i, &e), &e, -ENOENT,
                       "epair1b: no such interface; did you mean db/epair1b?");
        assert_refused(query_iface(g, "wwww/eth0", &i, &e), &e, -ENOENT, "wwww: no such jail; did you mean www?");
        assert_int_equal(query_iface(g, "www/", &i, &e), -EINVAL);
        assert_int_equal(query_iface(g, "", &i, &e), -EINVAL);
        assert_int_equal(i, 77);
        for (i = 0; i < g->iface_count; i++) {
                CLEANUP(text_done) struct text word = {0};
                size_t found = NONE;

                query_put_iface(&word, g, i);
                assert_int_equal(query_iface(g, text_str(&word), &found, NULL), 0);
                assert_int_equal(found, i);
        }
}

static void words_for_jails(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_demo();
        struct err e = {0};
        size_t jail = NONE;

        assert_int_equal(query_jail(g, "router", &jail, &e), 0);
        assert_string_equal(g->jails[jail].name, "router");
        assert_int_equal(query_jail(g, "host", &jail, &e), 0);
        assert_int_equal(jail, 0);
        assert_int_equal(query_jail(g, "jail:db1", &jail, &e), 0);
        assert_refused(query_jail(g, "ruoter", &jail, &e), &e, -ENOENT, "ruoter: no such jail; did you mean router?");
        assert_refused(query_jail(g, "zzzzzzzz", &jail, &e), &e, -ENOENT,
                       "zzzzzzzz: no such jail; jailnet show lists them");
        assert_int_equal(query_jail(g, "99", &jail, &e), -ENOENT);
}

static void words_for_nodes_and_hooks(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_seeds();
        size_t node = NONE, hook = NONE;
        char name[HOOK_NAME_SIZE];
        struct err e = {0};

        assert_int_equal(query_node(g, "bridge0", &node, &e), 0);
        assert_int_equal(g->nodes[node].id, 3);
        assert_int_equal(query_node(g, "bridge0:link1", &node, &e), 0);
        assert_string_equal(g->nodes[node].name, "epair0a");
        assert_int_equal(query_node(g, "node:www/epair0b:ether", &node, &e), 0);
        assert_string_equal(g->nodes[node].name, "epair0a");
        assert_int_equal(query_node(g, "[00000003]:link0", &node, &e), 0);
        assert_string_equal(g->nodes[node].name, "eth0");
        assert_refused(query_node(g, "bridge1", &node, &e), &e, -ENOENT,
                       "bridge1: no such node; did you mean bridge0?");
        assert_int_equal(query_node(g, "a:b:c", &node, &e), -EINVAL);

        assert_int_equal(query_hook(g, "bridge0:link2", &node, &hook, name, &e), 0);
        assert_int_not_equal(hook, NONE);
        assert_int_equal(query_hook(g, "bridge0:link7", &node, &hook, name, &e), 0);
        assert_int_equal(hook, NONE);
        assert_string_equal(name, "link7");
        assert_int_equal(query_hook(g, "www/epair0b:ether", &node, &hook, name, &e), 0);
        assert_string_equal(g->hooks[hook].name, "ether");
        assert_int_equal(query_hook(g, "bridge0", &node, &hook, name, &e), -EINVAL);
        assert_int_equal(query_hook(g, "bridge0:", &node, &hook, name, &e), -EINVAL);
        assert_int_equal(query_hook(g, "bridge0:a.b", &node, &hook, name, &e), -EINVAL);
}

static void words_that_could_be_two(void **state)
{
        (void)state;
        struct topo *t = topo_begin();
        struct object o = {0};
        struct err e = {0};
        size_t web = topo_jail(t, "web");

        (void)topo_link(t, 0, "web", KIND_DUMMY, "dummy");
        (void)topo_link(t, 0, "eth0", KIND_PHYSICAL, "");
        (void)topo_link(t, web, "eth7", KIND_DUMMY, "dummy");
        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(t, NULL);

        assert_refused(query_object(g, "web", &o, &e), &e, -ENOTUNIQ,
                       "web: is a jail and an interface; write jail:web or if:web");
        assert_int_equal(query_object(g, "jail:web", &o, &e), 0);
        assert_int_equal(o.type, OBJECT_JAIL);
        assert_int_equal(query_object(g, "if:web", &o, &e), 0);
        assert_int_equal(o.type, OBJECT_IFACE);
        assert_int_equal(query_object(g, "node:web", &o, &e), 0);
        assert_int_equal(o.type, OBJECT_NODE);
        assert_int_equal(query_object(g, "eth0", &o, &e), 0); /* the interface and its own node are one thing */
        assert_int_equal(o.type, OBJECT_IFACE);
        assert_int_equal(query_object(g, "[00000003]", &o, &e), 0);
        assert_int_equal(o.type, OBJECT_NODE);
        assert_refused(query_object(g, "eth7", &o, &e), &e, -ENOENT,
                       "eth7: no such jail, interface or node; did you mean web/eth7?");
        assert_int_equal(query_object(g, "", &o, &e), -ENOENT);
}

static void names_that_the_kernel_takes(void **state)
{
        static const char *const good[] = {"e", "eth0", "123456789012345", "a.b", "\xe2\x98\x83\xe2\x98\x83", "-rf"};
        static const char *const bad[] = {"", "1234567890123456", ".", "..", "a/b", "a:b", "a b", "a\tb", "a\033b"};

        (void)state;
        for (size_t i = 0; i < ARRAY_SIZE(good); i++)
                assert_int_equal(name_check_iface(good[i], NULL), 0);
        for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
                struct err e = {0};

                assert_true(name_check_iface(bad[i], &e) < 0);
                assert_non_null(strstr(e.what, ": ")); /* OBJECT: what is wrong, also where the name is nothing */
        }
        assert_int_equal(name_check_jail("www.example.org", NULL), 0);
        assert_true(name_check_jail("-rf", NULL) < 0);
        assert_true(name_check_jail(".hidden", NULL) < 0);
        assert_true(name_check_jail("a/b", NULL) < 0);
        assert_true(name_check_jail("host", NULL) < 0);
        assert_true(name_check_jail("", NULL) < 0);
        assert_true(name_check_jail("a\nb", NULL) < 0);
        assert_true(name_check_jail("1234567890123456789012345678901234567890123456789012345678901234", NULL) < 0);
        assert_int_equal(name_check_node("1234567890123456789012345678901", NULL), 0);
        assert_true(name_check_node("12345678901234567890123456789012", NULL) < 0);
        assert_true(name_check_node("[1e]", NULL) < 0);
        assert_int_equal(name_check_hook("[1e]", NULL), 0);
        assert_true(name_check_hook("a.b", NULL) < 0);
        assert_true(name_check_hook("a:b", NULL) < 0);
        assert_true(name_check_hook("", NULL) < 0);
}

static void clashes_offer_a_free_name(void **state)
{
        (void)state;
        struct topo *t = topo_begin();
        size_t www = topo_jail(t, "www"), i;
        char name[IF_NAME_SIZE];
        struct err e = {0};

        (void)topo_link(t, www, "eth0", KIND_VETH, "veth");
        i = topo_link(t, www, "eth1", KIND_VETH, "veth");
        topo_altname(t, i, "uplink");
        (void)topo_link(t, www, "abcdefghijklmno", KIND_DUMMY, "dummy");
        (void)topo_link(t, www, "web99999999999x", KIND_DUMMY, "dummy");
        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(t, NULL);

        assert_int_equal(name_check_free(g, 0, "eth0", &e), 0);
        assert_refused(name_check_free(g, 1, "eth0", &e), &e, -EEXIST, "www/eth0: taken by a veth; eth2 is free");
        assert_refused(name_check_free(g, 1, "uplink", &e), &e, -EEXIST,
                       "www/uplink: is an alternative name of eth1; uplink1 is free");
        name_offer(g, 1, "eth0", name);
        assert_string_equal(name, "eth2");
        name_offer(g, 1, "web", name);
        assert_string_equal(name, "web");
        name_offer(g, 1, "abcdefghijklmno", name);
        assert_string_equal(name, "abcdefghijklmn1");
}

static void lowest_units(void **state)
{
        (void)state;
        struct topo *t = topo_begin();
        size_t www = topo_jail(t, "www"), last = NONE;

        for (unsigned i = 0; i < 100; i++) {
                char name[IF_NAME_SIZE];

                if (i == 10)
                        continue;
                (void)str_format(name, sizeof(name), i % 2 ? "epair%ua" : "epair%ub", i);
                last = topo_link(t, i % 3 ? 0 : www, name, KIND_VETH, "veth");
        }
        topo_altname(t, last, "ngeth0");
        (void)topo_link(t, 0, "ngeth01", KIND_DUMMY, "dummy"); /* not a unit: zeros lead */
        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(t, NULL);

        assert_int_equal(name_lowest_unit(g, "epair", true), 10);
        assert_int_equal(name_lowest_unit(g, "bridge", false), 0);
        assert_int_equal(name_lowest_unit(g, "ngeth", false), 1);

        CLEANUP(graph_unrefp) const struct graph *many = topo_many(100);

        assert_int_equal(name_lowest_unit(many, "epair", true), 100); /* 99 is not the end of counting */
        assert_int_equal(name_lowest_unit(many, "bridge", false), 3);
}

static void long_names_are_cut(void **state)
{
        (void)state;
        struct topo *t = topo_begin();
        char name[IF_NAME_SIZE], again[IF_NAME_SIZE];

        (void)topo_link(t, 0, "e0a_verylongjai", KIND_VETH, "veth");
        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(t, NULL);

        assert_false(name_shorten(g, 0, "short", name));
        assert_string_equal(name, "short");
        assert_true(name_shorten(g, 0, "e1a_verylongjail", name));
        assert_string_equal(name, "e1a_verylongjai");
        assert_true(name_shorten(g, 0, "e0a_verylongjailname", name)); /* the short form is taken */
        assert_int_equal(strlen(name), 15);
        assert_int_equal(strncmp(name, "e0a_verylon~", 12), 0);
        assert_true(name_shorten(g, 0, "e0a_verylongjailname", again));
        assert_string_equal(name, again); /* the same every time */
        assert_true(name_shorten(g, 0, "e0a_verylongjailnome", again));
        assert_string_not_equal(name, again);
        /* Never half a character: five snowmen are 15 bytes, a letter before them pushes the last one out. */
        assert_true(name_shorten(g, 0, "x\xe2\x98\x83\xe2\x98\x83\xe2\x98\x83\xe2\x98\x83\xe2\x98\x83", name));
        assert_string_equal(name, "x\xe2\x98\x83\xe2\x98\x83\xe2\x98\x83\xe2\x98\x83");
}

static void marks_come_back(void **state)
{
        static const char *const bad[] = {"jn.0000001e",       "jn.0000001e.",      "jn.0000001e.plainx", "jn.1e.plain",
                                          "jn.0000001E.plain", "jn.00000000.plain", "jx.0000001e.plain",  "",
                                          "jn.0000001e_plain"};
        char mark[MARK_SIZE];
        uint32_t number;
        enum iface_role role;

        (void)state;
        for (enum iface_role r = ROLE_PLAIN; r <= ROLE_FABRIC; r++) {
                mark_format(0xfffffffe, r, mark);
                assert_true(mark_parse(mark, &number, &role));
                assert_int_equal(number, 0xfffffffe);
                assert_int_equal(role, r);
        }
        mark_format(0x1e, ROLE_FABRIC, mark);
        assert_string_equal(mark, "jn.0000001e.fabric");
        for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
                assert_false(mark_parse(bad[i], &number, &role));
}

/* What a node was given stands in its marks: any name that a node can have, and nothing that it cannot. */
static void node_marks(void **state)
{
        static const char *const names[] = {"lan", "to the jail", "a%b",
                                            "-x_", "\xc3\xa4",    "1234567890123456789012345678901"};
        static const char *const others[] = {
                "jn.node.lan",
                "jn.node.lan.123",
                "jn.node..12345678",
                "jn.node.a%2.12345678",
                "jn.node.a b.12345678",
                "jn.node.a%2e.12345678",
                "jn.node.a%00.12345678",
                "jn.node.%5b1%5d.12345678",
                "jn.node.lan.1234567g",
                "jn.node.lan.12345678.1",
                "jn.keep.1234567",
                "jn.group.lan.12345678",
                "jn.node.12345678901234567890123456789012.12345678",
        };
        char mark[NODE_MARK_SIZE], name[NODE_NAME_SIZE];

        (void)state;
        for (size_t k = 0; k < ARRAY_SIZE(names); k++) {
                node_mark_format(names[k], 0xcafe, mark);
                assert_true(node_mark_parse(mark, name));
                assert_string_equal(name, names[k]);
                assert_true(is_node_mark(mark));
        }
        for (size_t k = 0; k < ARRAY_SIZE(others); k++)
                assert_false(is_node_mark(others[k]));
        keep_mark_format(7, mark);
        assert_string_equal(mark, "jn.keep.00000007");
        assert_true(keep_mark_parse(mark) && !node_mark_parse(mark, name));
}

/* A mark says the hook's name whole, whatever bytes that has, and is no longer than the kernel takes. */
static void hook_marks(void **state)
{
        static const char *const names[] = {"link7",    "uplink1", "a-b_c", "%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%",
                                            "$(x)\"'/", "\xc3\xa9"};
        static const char *const others[] = {
                "jn.hook.link7",
                "jn.hook.link7.1234567",
                "jn.hook.link7.1234567g",
                "jn.hook..12345678",
                "jn.hook.a.b.12345678",
                "jn.hook.a%2.12345678",
                "jn.hook.a%00.12345678",
                "jn.hook.a%2eb.12345678",
                "jn.hook.a%3ab.12345678",
                "jn.own.",
                "jn.upper.x.",
                "jn.stack.1234567",
                "jn.hook.12345678901234567890123456789012.12345678",
        };
        char mark[NODE_MARK_SIZE];
        uint32_t digits;

        (void)state;
        for (size_t k = 0; k < ARRAY_SIZE(names) * 3; k++) {
                struct hook_mark m = {.sort = (enum hook_mark_sort)(k % 3), .digits = 0xfffffffe}, again;

                assert_true(str_copy(m.name, sizeof(m.name), names[k / 3]));
                hook_mark_format(&m, mark);
                assert_true(hook_mark_parse(mark, &again));
                assert_string_equal(again.name, m.name);
                assert_int_equal(again.sort, m.sort);
                assert_true(again.digits == m.digits);
                assert_true(is_node_mark(mark));
        }
        for (size_t k = 0; k < ARRAY_SIZE(others); k++)
                assert_false(is_node_mark(others[k]));
        stack_mark_format(0xcafe, mark);
        assert_true(stack_mark_parse(mark, &digits) && digits == 0xcafe && is_node_mark(mark));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(node_marks),
                cmocka_unit_test(hook_marks),
                cmocka_unit_test(addresses_by_the_grammar),
                cmocka_unit_test(node_names_from_interfaces),
                cmocka_unit_test(words_for_interfaces),
                cmocka_unit_test(words_for_jails),
                cmocka_unit_test(words_for_nodes_and_hooks),
                cmocka_unit_test(words_that_could_be_two),
                cmocka_unit_test(names_that_the_kernel_takes),
                cmocka_unit_test(clashes_offer_a_free_name),
                cmocka_unit_test(lowest_units),
                cmocka_unit_test(long_names_are_cut),
                cmocka_unit_test(marks_come_back),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
