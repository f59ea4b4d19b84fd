/*
 * test_wrong_files.c - whatever is wrong in a file that is imported is told with file, line and column, and the line
 * with a mark; and nothing is asked for. One table a kind of file.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/dialect/ezjail.h"
#include "core/dialect/ngimport.h"
#include "core/dialect/pfconf.h"
#include "core/dialect/rcimport.h"
#include "tests/lib/topo.h"

struct wrong {
        const char *text;
        const char *place, *sentence; /* "LINE:COLUMN", and what is said of it, in part */
        size_t length;                /* with NUL bytes; 0: up to the end */
};

typedef int import_fn(struct dialect *d, struct source *s, struct err *e);

static void check(const struct wrong *w, import_fn *import)
{
        CLEANUP(graph_unrefp) const struct graph *g = topo_seeds();
        struct source s = {.name = "f", .text = w->text, .length = w->length ? w->length : strlen(w->text)};
        CLEANUP(freep) char *place = xasprintf("f:%s: ", w->place);
        struct dialect d;
        struct err e = {0};

        dialect_init(&d, g, "host", false);
        if (import(&d, &s, &e) >= 0)
                fail_msg("%s: was taken", w->text);
        if (strncmp(e.what, place, strlen(place)) != 0 || !strstr(e.what, w->sentence))
                fail_msg("%s\nwanted: %s%s\ngot:    %s", w->text, place, w->sentence, e.what);
        assert_non_null(strstr(text_str(&s.mark), "^\n"));
        assert_int_equal(strncmp(text_str(&s.mark), "    ", 4), 0);
        dialect_done(&d);
        source_done(&s);
}

static void check_all(const struct wrong *list, size_t count, import_fn *import)
{
        for (size_t i = 0; i < count; i++)
                check(&list[i], import);
}

/* -- pf.conf ------------------------------------------------------------------------------------------------------- */

static void test_pf(void **state)
{
        static const struct wrong list[] = {
                {"pass in all\n", "1:1", "'pass'", 0},
                {"nat\n", "1:4", "'on' is missing", 0},
                {"nat on\n", "1:7", "interface", 0},
                {"nat on eth0 10.0.0.0/8\n", "1:13", "'from' was expected", 0},
                {"nat on eth0 from\n", "1:17", "is missing", 0},
                {"nat on eth0 from 10.0.0.300 -> (eth0)\n", "1:18", "is not an address", 0},
                {"nat on eth0 from 10.0.0.0/40 -> (eth0)\n", "1:18", "10.0.0.0/40", 0},
                {"nat on eth0 from 10.0.0.0/8\n", "1:28", "'->' is missing", 0},
                {"nat on eth0 from 10.0.0.0/8 -> (eth0:0\n", "1:32", "the ( that is opened here", 0},
                {"nat on eth0 from 10.0.0.0/8 -> (eth0:0) surely\n", "1:41", "'surely'", 0},
                {"nat on eth0 \\\n from 10.0.0.0/8 \\\n -> (eth0:0) surely\n", "3:14", "'surely'", 0},
                {"# no \\\nrule\nnat on eth0 \\\r\n10.0.0.0/8\n", "4:1", "'from' was expected", 0},
                {"nat on eth0 from 10.0.0.0/8 -> \\", "1:33", "is missing", 0},
                {"x = \"eth0 \\\n\"\n", "1:5", "is not closed on its line", 0},
                {"x = \"eth0\nnat on $x from 10.0.0.0/8 -> ($x)\n", "1:5", "is not closed on its line", 0},
                {"a = eth0\nnat on $b from 10.0.0.0/8 -> ($b)\n", "2:8", "$b: no line before", 0},
                {"a = $a\n", "1:5", "$a: no line before", 0},
                {"a = \"x\" y\n", "1:1", "one value", 0},
                {"rdr on eth0 proto icmp to eth0 port 1 -> 10.0.0.1\n", "1:19", "tcp or udp", 0},
                {"rdr on eth0 proto tcp to eth0 port 70000 -> 10.0.0.1\n", "1:36", "port", 0},
                {"rdr on eth0 proto tcp to eth0 port 0 -> 10.0.0.1\n", "1:36", "port", 0},
                {"rdr on eth0 proto tcp to eth0 port 80 -> 10.9.9.9\n", "1:1", "no jail has that address", 0},
                {"a = x\r\nrdr on eth0 proto tcp\r\n", "2:22", "'to' is missing", 0},
                {"nat on eth0 from `id` -> (eth0)\n", "1:18", "", 0},
                {"nat on eth0 from $(id) -> (eth0)\n", "1:18", "", 0},
                {"a = x\nnat \0n", "2:5", "", 12},
                {"table <x> { 10.0.0.1", "1:7", "", 0},
        };

        (void)state;
        check_all(list, ARRAY_SIZE(list), pf_import);
}

/* -- ngctl's scripts ----------------------------------------------------------------------------------------------- */

static void test_ngctl(void **state)
{
        static const struct wrong list[] = {
                {"mkpeer eiface e ether\n  conect ngeth0: x: a b\n", "2:3", "\"conect\": unknown command", 0},
                {"s x\n", "1:1", "\"s\": ambiguous command", 0},
                {"mkpeer eiface e\n", "1:1", "usage: mkpeer", 0},
                {"mkpeer eiface e ether\r\nrmhook e\r\nconnect ngeth0: nosuch: ether link0\r\n", "3:17", "no such node",
                 0},
                {"name $(id): x\n", "1:6", "no such node", 0},
                {"msg a..b: getifname\n", "1:5", "", 0},
                {"mkpeer switch a b\n", "1:8", "switch", 0},
                {"/* one\nmkpeer eiface e ether\n", "1:1", "this comment is never closed", 0},
                {"mkpeer eiface e ether # ok\n\n  /* two\n", "3:3", "this comment is never closed", 0},
                {"mkpeer eiface e ether\nnam\0e", "2:4", "a NUL byte", 27},
                {"write x 1\n", "1:1", "", 0},
                {"read /etc/passwd", "1:6", "no other file is read", 0},
        };
        CLEANUP(text_done) struct text t = {0};

        (void)state;
        check_all(list, ARRAY_SIZE(list), ng_import);
        text_put(&t, "mkpeer eiface e ether\nname ");
        for (int i = 0; i < 5000; i++)
                text_put_char(&t, 'x');
        check(&(const struct wrong){text_str(&t), "2:1", "at most 2047", 0}, ng_import);
}

/* -- ezjail's files ------------------------------------------------------------------------------------------------ */

static int ezjail(struct dialect *d, struct source *s, struct err *e)
{
        struct rc_file f = {0};
        struct ezjails jails = {0};
        int r = rcconf_read(s, &f, e);

        (void)d;
        if (r == 0)
                r = ezjail_read(&f, "www", &jails, e);
        ezjails_done(&jails);
        rcconf_done(&f);
        return r;
}

static void test_ezjail(void **state)
{
        static const struct wrong list[] = {
                {"export jail_www_ip=\"em0|10.0.0.2\nexport jail_www_rootdir=\"/j\"\n", "2:28",
                 "the one that was opened at line 1, column 20 goes on to line 2", 0},
                {"export jail_www_ip=\"em0|10.0.0.2", "1:20", "never closed", 0},
                {"export jail_www_ip='em0|10.0.0.2\n", "1:20", "never closed", 0},
                {"export jail_www_ip=\"em0|$(cat /etc/passwd)\"\n", "1:25", "a command to be run", 0},
                {"export jail_www_ip=`id`\n", "1:20", "executed", 0},
                {"export jail_www_ip=\"em0|${ip:-10.0.0.2}\"\n", "1:29", "without an operator", 0},
                {"export jail_www_ip=\"em0|$ip\"\n", "1:25", "no line before", 0},
                {"export jail_www_ip=\"em0|10.0.0.x\"\r\n", "1:25", "is not an address", 0},
                {"export jail_www_ip=\"em0|10.0.0.2,\"\n", "1:34", "an address is missing", 0},
                {"export jail_www_ip=\"em0|10.0.0.2/33\"\n", "1:25", "", 0},
                {"if true; then export jail_www_ip=x; fi\n", "1:1", "not an assignment", 0},
                {". /etc/rc.subr\n", "1:1", "not an assignment", 0},
                {"export jail_www_ip=em0\0|", "1:23", "NUL", 24},
        };

        (void)state;
        check_all(list, ARRAY_SIZE(list), ezjail);
}

/* -- rc.conf ------------------------------------------------------------------------------------------------------- */

static int rcconf(struct dialect *d, struct source *s, struct err *e)
{
        struct rc_file f = {0};
        int r = rcconf_read(s, &f, e);

        if (r == 0)
                r = rc_import_made(d, &f, "host", e);
        if (r == 0)
                r = rc_import_set(d, &f, "host", e);
        rcconf_done(&f);
        return r;
}

static void test_rcconf(void **state)
{
        static const struct wrong list[] = {
                {"cloned_interfaces=\"bridge8 wlan0\"\n", "1:28", "wlan0", 0},
                {"cloned_interfaces=\"bridge8\n", "1:19", "never closed", 0},
                {"cloned_interfaces=\"bridge8 epair7 ifconfig_bridge8=\"up addm eth0\"\n", "1:56",
                 "opened at line 1, column 19", 0},
                {"ifconfig_eth0=\"inet 10.0.0.999/24\"\n", "1:21", "is not an address", 0},
                {"ifconfig_eth0=\"inet 10.0.0.1 netmask 255.0.255.0\"\n", "1:38", "with a gap", 0},
                {"ifconfig_eth0=\"inet 10.0.0.1 netmask\"\n", "1:30", "needs a value", 0},
                {"ifconfig_eth0=\"inet 10.0.0.1/24 frobnicate\"\n", "1:33", "frobnicate", 0},
                {"x=10\r\nifconfig_eth7=\"inet $x.0.0.1/24\"\r\n", "2:16", "eth7: no such interface", 0},
                {"ifconfig_eth0_ipv6=\"2001:db8::1/64\"\n", "1:21", "inet6 must stand first", 0},
                {"static_routes=\"lab\"\n", "1:16", "there is no route_lab", 0},
                {"defaultrouter=\"somewhere\"\n", "1:16", "is not an address", 0},
                {"ifconfig_eth0=\"$(id)\"\n", "1:16", "a command to be run", 0},
                {"service netif restart\n", "1:1", "not an assignment", 0},
                {"a=\"x\"\nb=\"y\0\"\n", "2:5", "NUL", 14},
        };

        (void)state;
        check_all(list, ARRAY_SIZE(list), rcconf);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_pf),
                cmocka_unit_test(test_ngctl),
                cmocka_unit_test(test_ezjail),
                cmocka_unit_test(test_rcconf),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
