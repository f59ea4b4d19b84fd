/* test_jailconf.c - jail.conf is read and merged by jail(8)'s rules, and every error names its place. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/dialect/jailconf.h"

/* What `.include` finds: one file a name. */
static const char *const library[][2] = {
        {"common.conf", "$net = 10.4;\nmount.devfs;\n"},
        {"loop.conf", ".include \"loop.conf\";\n"},
        {"bad.conf", "a {\n  vnet\n}\n"},
};

static int give(void *user, const char *from, const char *pattern, struct jailconf_text **ret, size_t *ret_count,
                struct err *e)
{
        (void)user;
        (void)from;
        for (size_t i = 0; i < ARRAY_SIZE(library); i++) {
                if (strcmp(library[i][0], pattern) != 0)
                        continue;
                *ret = xcalloc(1, sizeof(**ret));
                **ret = (struct jailconf_text){xstrdup(pattern), xstrdup(library[i][1]), strlen(library[i][1])};
                *ret_count = 1;
                return 0;
        }
        return err_set(e, -EACCES, "%s: no permission", pattern);
}

/* The values of a parameter joined by "|"; "-" when it is not given. */
static void gives(const char *text, const char *jail, const char *param, const char *values)
{
        CLEANUP(jailconf_freep) struct jailconf *c = jailconf_new(give, NULL);
        CLEANUP(text_done) struct text t = {0};
        struct jail_params p = {0};
        struct err e = {0};

        if (jailconf_read(c, "jail.conf", text, strlen(text), &e) < 0 || jailconf_jail(c, jail, &p, &e) < 0)
                fail_msg("%s: %s\n%s", text, e.what, jailconf_mark(c));

        const struct jail_param *n = jail_params_find(&p, param);

        for (size_t i = 0; n && i < n->count; i++)
                text_putf(&t, "%s%s", i ? "|" : "", n->values[i]);
        assert_string_equal(n ? text_str(&t) : "-", values);
        jail_params_done(&p);
}

static void refuses_n(const char *text, size_t length, const char *place, const char *sentence, const char *mark)
{
        CLEANUP(jailconf_freep) struct jailconf *c = jailconf_new(give, NULL);
        struct jail_params p = {0};
        struct err e = {0};
        int r = jailconf_read(c, "jail.conf", text, length, &e);

        if (r == 0)
                r = jailconf_jail(c, "www", &p, &e);
        assert_true(r < 0);
        if (strncmp(e.what, place, strlen(place)) != 0 || !strstr(e.what, sentence))
                fail_msg("%s\n%s: %s", text, place, e.what);
        if (mark && !strstr(jailconf_mark(c), mark))
                fail_msg("%s\n%s", mark, jailconf_mark(c));
}

static void refuses(const char *text, const char *place, const char *sentence, const char *mark)
{
        refuses_n(text, strlen(text), place, sentence, mark);
}

static void test_strings(void **state)
{
        (void)state;
        gives("www { path = /j/www; }", "www", "path", "/j/www");
        gives("www{path=\"/j/a b\";}", "www", "path", "/j/a b");
        gives("www { path = '/j/$x'; }", "www", "path", "/j/$x");
        gives("www { meta = a\"b c\"'d'\\e; }", "www", "meta", "ab cde");
        gives("www { meta = \"\\x41\\102\\t\\\"\\$x\\\n.\"; }", "www", "meta", "AB\t\"$x.");
        gives("www { exec.start = \"a\nb\"; }", "www", "exec.start", "a\nb");
        gives("www { exec.start = \"a\r\nb\";\r\n }\r\n", "www", "exec.start", "a\nb");
        gives("www { ip4.addr = em0|10.7.0.2/24; }", "www", "ip4.addr", "em0|10.7.0.2/24");
        gives("www { meta = \"a $ b\"$; }", "www", "meta", "a $ b$");
        gives("www { meta = 5\xc3\xa4; }", "www", "meta", "5\xc3\xa4");
        gives("\xef\xbb\xbfwww { meta = 1; }", "www", "meta", "1");
}

static void test_comments(void **state)
{
        (void)state;
        gives("# a {\nwww { // x\n meta = a# c\n; /* ; \n } */ }", "www", "meta", "a");
        gives("www { path = /jails//web;\n; }", "www", "path", "/jails");
        gives("www { meta = a/* x */; }", "www", "meta", "a");
        gives("www { meta = \"a # b /* c\"; }", "www", "meta", "a # b /* c");
}

static void test_values(void **state)
{
        (void)state;
        gives("www { vnet.interface = e0b_a, e1b_a; }", "www", "vnet.interface", "e0b_a|e1b_a");
        gives("www { vnet.interface = \"e0b_a e1b_a\"; }", "www", "vnet.interface", "e0b_a e1b_a");
        gives("www { path \"/j\"; }", "www", "path", "/j");
        gives("www { persist; }", "www", "persist", "");
        gives("www { nopersist; }", "www", "persist", "false");
        gives("www { exec.noclean; }", "www", "exec.clean", "false");
        gives("www { allow.noraw_sockets; }", "www", "allow.raw_sockets", "false");
        gives("www { allow.raw_sockets = 1; }", "www", "allow.raw_sockets", "1");
        gives("www { }", "www", "name", "www");
        gives("100 { }", "100", "jid", "100");
        gives("100 { }", "100", "name", "-");
        gives("www { ; };", "www", "persist", "-");
}

static void test_merge(void **state)
{
        (void)state;
        gives("exec.prestart = \"a\"; www { exec.prestart += \"b\"; }", "www", "exec.prestart", "a|b");
        gives("www { exec.prestart += \"b\"; } exec.prestart = \"a\";", "www", "exec.prestart", "a");
        gives("www { persist; } nopersist;", "www", "persist", "false");
        gives("exec.start = a; www { exec.start; }", "www", "exec.start", "");
        gives("* { meta = a; } www { }", "www", "meta", "a");
        gives("\"*.lab\" { meta = a; } www.lab { } www { }", "www.lab", "meta", "a");
        gives("\"*.lab\" { meta = a; } www.lab { } www { }", "www", "meta", "-");
        gives("\"lab.*\" { meta = a; } lab.a.b { }", "lab.a.b", "meta", "a");
        gives("\"*.x.*\" { meta = a; } lab.x.b { }", "lab.x.b", "meta", "a");
        gives("\"lab.*\" { meta = a; } lab { }", "lab", "meta", "-");
        gives("www { meta = a; } www { osrelease = b; }", "www", "meta", "a");
        gives("www { meta = a, b; }", "www", "meta", "a|b");
}

static void test_variables(void **state)
{
        (void)state;
        gives("path = \"/j/$name\"; www { }", "www", "path", "/j/www");
        gives("host.hostname = $name.lab; www { }", "www", "host.hostname", "www.lab");
        gives("$id = 7; $if = \"e${id}b\"; www { vnet.interface = $if; }", "www", "vnet.interface", "e7b");
        gives("$id = 7; $if = \"e${id}b\"; www { vnet.interface = $if; $id = 8; }", "www", "vnet.interface", "e8b");
        gives("www { meta = \"${host.hostname}!\"; host.hostname = h; }", "www", "meta", "h!");
        gives("$ips = 10.7.0.2, 10.7.0.3; www { ip4.addr = 10.7.0.1, $ips; }", "www", "ip4.addr",
              "10.7.0.1|10.7.0.2|10.7.0.3");
        gives("$none; www { exec.start = $none; }", "www", "exec.start", "");
        refuses("www { meta = $x; }", "jail.conf:1:14: ", "variable \"x\" not found", "             ^");
        refuses("$a = $b; $b = \"$a\"; www { meta = $a; }", "jail.conf:1:", "variable loop", NULL);
        refuses("$a = $a; www { }", "jail.conf:1:6: ", "variable loop", NULL);
        refuses("$a = 1, 2; www { meta = \"x$a\"; }", "jail.conf:1:27: ", "is a list of 2", NULL);
        refuses("$path = 1; www { path = /; }", "jail.conf:1:18: ", "there is a parameter of that name", NULL);
        refuses("www { exec.start = \"echo $HOME\"; }", "jail.conf:1:26: ", "\"HOME\" not found", NULL);
}

/* Variables that double each other are stopped before memory is. */
static void test_growth(void **state)
{
        CLEANUP(text_done) struct text t = {0};

        (void)state;
        text_put(&t, "$v0 = \"0123456789abcdef\";\n");
        for (int i = 1; i < 40; i++)
                text_putf(&t, "$v%d = \"${v%d}${v%d}\";\n", i, i - 1, i - 1);
        text_put(&t, "www { meta = $v39; }\n");
        refuses(text_str(&t), "jail.conf:", "longer than", NULL);

        text_clear(&t);
        text_put(&t, "$v0 = a, b;\n");
        for (int i = 1; i < 40; i++)
                text_putf(&t, "$v%d = $v%d, $v%d;\n", i, i - 1, i - 1);
        text_put(&t, "www { }\n");
        refuses(text_str(&t), "jail.conf:", "more than", NULL);

        text_clear(&t);
        text_put(&t, "$v0 = a;\n");
        for (int i = 1; i < 200; i++)
                text_putf(&t, "$v%d = $v%d;\n", i, i - 1);
        text_put(&t, "www { meta = $v199; }\n");
        gives(text_str(&t), "www", "meta", "a"); /* in this order each is made of one that is done */
}

static void test_include(void **state)
{
        (void)state;
        gives(".include \"common.conf\";\nwww { ip4.addr = \"$net.0.2\"; }", "www", "ip4.addr", "10.4.0.2");
        refuses(".include \"loop.conf\";", "loop.conf:1:1: ", "include each other", NULL);
        refuses("\n.include \"bad.conf\";", "bad.conf:2:7: ", "expected ; here, before the }", "  vnet\n          ^");
        refuses(".include \"gone.conf\";", "jail.conf:1:1: ", "no permission", NULL);
        refuses("www {\n .include \"common.conf\"; }", "jail.conf:2:2: ", "outside of blocks", NULL);
}

static void test_lost(void **state)
{
        (void)state;
        refuses("www {\n  vnet;\n", "jail.conf:1:5: ", "this { is never closed", "    ^");
        refuses("www {\n  vnet;\ndb {\n  vnet;\n}\n", "jail.conf:3:4: ", "www was opened at line 1, column 5", NULL);
        refuses("vnet;\n}\n", "jail.conf:2:1: ", "closes nothing", NULL);
        refuses("www {\n path = \"/j;\n}\n", "jail.conf:2:9: ", "this quote is never closed", "        ^");
        refuses("www {\n path = \"/j;\n meta = \"x y\";\n}\n", "jail.conf:3:13: ", "opened at line 2, column 9", NULL);
        refuses("www { /* x }\n", "jail.conf:1:7: ", "this comment is never closed", NULL);
        refuses("www { meta = ${x;\n}", "jail.conf:1:14: ", "${ is never closed", NULL);
        refuses("www { meta = a }", "jail.conf:1:15: ", "expected ; here, before the }", NULL);
        refuses("www {\n meta = a\n vnet;\n}", "jail.conf:2:10: ", "before the next line", NULL);
        refuses("www {\n vnet\n persist;\n}", "jail.conf:2:6: ", "before the next line", NULL);
        refuses("www { meta = a", "jail.conf:1:15: ", "www was opened at line 1, column 5", NULL);
        refuses("www { meta = ; }", "jail.conf:1:14: ", "expected a value", NULL);
        refuses("www { meta = a,; }", "jail.conf:1:16: ", "expected a value", NULL);
        refuses("www { exec.start = /bin/sh /etc/rc; }", "jail.conf:1:28: ", "only in quotes", NULL);
        refuses("www { a = b = c; }", "jail.conf:1:13: ", "not another =", NULL);
        refuses("= x;", "jail.conf:1:1: ", "expected the name", NULL);
        refuses("{ }", "jail.conf:1:1: ", "expected a jail's name", NULL);
        refuses("foo.* { vnet; }", "jail.conf:1:1: ", "put this name in quotes", NULL);
        refuses("$x { vnet; }", "jail.conf:1:1: ", "without variables", NULL);
        refuses("www { meta = a\x01; }", "jail.conf:1:15: ", "cannot stand here", "a\\x01");
        refuses_n("www {\n me\0ta; }", 16, "jail.conf:2:4: ", "a NUL byte", NULL);
        refuses("www { meta = \"\\0\"; }", "jail.conf:1:15: ", "NUL byte", NULL);
        refuses("www { meta = \\", "jail.conf:1:14: ", "behind this backslash", NULL);
}

static void test_wrong(void **state)
{
        (void)state;
        refuses("www { ip4.addrs += 10.7.0.2; }", "jail.conf:1:7: ", "did you mean ip4.addr?", "      ^");
        refuses("www { vnet = \"false\"; }", "jail.conf:1:7: ", "unknown value \"false\"", NULL);
        refuses("www { persist = maybe; }", "jail.conf:1:7: ", "no yes or no", NULL);
        refuses("www { path = j; }", "jail.conf:1:7: ", "no absolute path", NULL);
        refuses("www { path; }", "jail.conf:1:7: ", "needs a value", NULL);
        refuses("www { ip4.addr = \"10.7.0.300/24\"; }", "jail.conf:1:7: ", "is not an address", NULL);
        refuses("www { exec.timeout = soon; }", "jail.conf:1:7: ", "no number", NULL);
        refuses("www { name = x; }", "jail.conf:1:7: ", "cannot be set again", NULL);
        refuses("www { nopersist = 1; }", "jail.conf:1:7: ", "takes no value", NULL);
        refuses("www { meta = \"\xe4\"; }", "jail.conf:1:7: ", "not UTF-8", NULL);
        refuses("www { meta = \"\\xff\"; }", "jail.conf:1:7: ", "not UTF-8", NULL);
        refuses("www { allow.\xff; }", "jail.conf:1:7: ", "unknown parameter", NULL);
        refuses("db { vnet; }", "\"www\" not found", "", NULL);
}

/* No depth, no cut of a good file does harm. */
static void test_hard(void **state)
{
        static const char good[] =
                "$a = \"x\"; # c\n* { path = '/j/'$a; }\nwww { vnet; ip4.addr += \"em0|10.7.0.2/24\";"
                " exec.start = \"a \\\"$a\\\"\", b; /* c */ }\n";
        CLEANUP(text_done) struct text deep = {0};

        (void)state;
        for (size_t length = 0; length < sizeof(good); length++) {
                CLEANUP(jailconf_freep) struct jailconf *c = jailconf_new(NULL, NULL);
                struct jail_params p = {0};
                struct err e = {0};
                CLEANUP(freep) char *part = xstrndup(good, length);

                if (jailconf_read(c, "jail.conf", part, length, &e) == 0 && jailconf_count(c) > 0)
                        (void)jailconf_jail(c, "www", &p, &e);
                jail_params_done(&p);
        }
        for (int i = 0; i < 100000; i++)
                text_put(&deep, "a{");
        refuses(text_str(&deep), "jail.conf:1:4: ", "cannot stand in another", NULL);
}

static void test_words(void **state)
{
        static const char *const words[] = {
                "vnet", "persist", "ip4.addr=em0|10.7.0.2/24,10.7.0.3", "meta=$x", "command=/bin/echo", "a=b", "c"};
        CLEANUP(jailconf_freep) struct jailconf *c = jailconf_new(NULL, NULL);
        struct jail_params p = {0};
        struct jail_address *addresses = NULL;
        struct err e = {0};

        (void)state;
        assert_int_equal(jailconf_words(c, "www", ARRAY_SIZE(words), words, &e), 0);
        assert_int_equal(jailconf_jail(c, "www", &p, &e), 0);
        assert_true(jail_params_is_vnet(&p));
        assert_string_equal(jail_params_get(&p, "meta"), "$x");
        assert_int_equal(jail_params_find(&p, "command")->count, 3);
        assert_string_equal(jail_params_find(&p, "command")->values[1], "a=b");
        assert_int_equal(jail_params_addresses(&p, &addresses), 2);
        assert_string_equal(addresses[0].iface, "em0");
        assert_int_equal(addresses[0].prefix.length, 24);
        assert_int_equal(addresses[1].prefix.length, 32);
        free(addresses);
        jail_params_done(&p);
}

static void test_addresses(void **state)
{
        struct jail_address a;
        struct err e = {0};

        (void)state;
        assert_int_equal(jail_address_parse("10.7.0.2 netmask 255.255.255.0", &a, &e), 0);
        assert_int_equal(a.prefix.length, 24);
        assert_int_equal(jail_address_parse("10.7.0.2/255.255.0.0", &a, &e), 0);
        assert_int_equal(a.prefix.length, 16);
        assert_int_equal(jail_address_parse("em0|fd00:7::2 prefixlen 64", &a, &e), 0);
        assert_int_equal(a.prefix.length, 64);
        assert_int_equal(jail_address_parse("fd00:7::2", &a, &e), 0);
        assert_int_equal(a.prefix.length, 128);
        assert_int_equal(jail_address_parse("10.7.0.2/255.0.255.0", &a, &e), -EINVAL);
        assert_int_equal(jail_address_parse("10.7.0.2/33", &a, &e), -EINVAL);
        assert_int_equal(jail_address_parse("em0|", &a, &e), -EINVAL);
        assert_int_equal(jail_address_parse("", &a, &e), -EINVAL);
        assert_int_equal(jail_address_parse("10.7.0.2 media auto", &a, &e), -EINVAL);
        assert_int_equal(jail_address_parse("a-name-that-is-too-long|10.7.0.2", &a, &e), -EINVAL);
}

static void test_order(void **state)
{
        static const char text[] = "web { depend = db, log; } db { depend = log; } log { } x { depend = y; } y { }";
        static const char loop[] = "a { depend = b; } b { depend = a; }";
        CLEANUP(jailconf_freep) struct jailconf *c = jailconf_new(NULL, NULL);
        CLEANUP(jailconf_freep) struct jailconf *l = jailconf_new(NULL, NULL);
        struct jail_params jails[5] = {0};
        size_t order[5];
        struct err e = {0};

        (void)state;
        assert_int_equal(jailconf_read(c, "f", text, strlen(text), &e), 0);
        for (size_t i = 0; i < 5; i++)
                assert_int_equal(jailconf_jail(c, jailconf_name(c, i), &jails[i], &e), 0);
        assert_int_equal(jail_params_order(jails, 5, order, &e), 0);
        assert_string_equal(jails[order[0]].name, "log");
        assert_string_equal(jails[order[1]].name, "db");
        assert_string_equal(jails[order[2]].name, "web");
        assert_string_equal(jails[order[3]].name, "y");
        for (size_t i = 0; i < 5; i++)
                jail_params_done(&jails[i]);

        assert_int_equal(jailconf_read(l, "f", loop, strlen(loop), &e), 0);
        for (size_t i = 0; i < 2; i++)
                assert_int_equal(jailconf_jail(l, jailconf_name(l, i), &jails[i], &e), 0);
        assert_int_equal(jail_params_order(jails, 2, order, &e), -ELOOP);
        assert_non_null(strstr(e.what, "depends on a, which depends on b"));
        for (size_t i = 0; i < 2; i++)
                jail_params_done(&jails[i]);
}

static void test_json(void **state)
{
        static const char text[] = "www { vnet; exec.start = a, \"b c\"; path = /; }";
        CLEANUP(jailconf_freep) struct jailconf *c = jailconf_new(NULL, NULL);
        struct jail_params p = {0}, q = {0};
        struct err e = {0};

        (void)state;
        assert_int_equal(jailconf_read(c, "f", text, strlen(text), &e), 0);
        assert_int_equal(jailconf_jail(c, "www", &p, &e), 0);

        json_t *j = jail_params_to_json(&p);

        assert_int_equal(jail_params_from_json(j, "www", &q), 0);
        assert_int_equal(q.count, p.count);
        assert_true(jail_params_is_vnet(&q));
        assert_string_equal(jail_params_find(&q, "exec.start")->values[1], "b c");
        json_decref(j);
        jail_params_done(&p);
        jail_params_done(&q);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_strings), cmocka_unit_test(test_comments),  cmocka_unit_test(test_values),
                cmocka_unit_test(test_merge),   cmocka_unit_test(test_variables), cmocka_unit_test(test_growth),
                cmocka_unit_test(test_include), cmocka_unit_test(test_lost),      cmocka_unit_test(test_wrong),
                cmocka_unit_test(test_hard),    cmocka_unit_test(test_words),     cmocka_unit_test(test_addresses),
                cmocka_unit_test(test_order),   cmocka_unit_test(test_json),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
