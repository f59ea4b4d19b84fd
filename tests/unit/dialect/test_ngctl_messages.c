/*
 * test_ngctl_messages.c - ngctl's msg: what each type of node answers, to the letter, and how values are written.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "tests/lib/ngctl_bench.h"

static void test_messages(void **state)
{
        struct bench b;

        (void)state;
        bench_begin(&b, topo_eiface(), true);
        assert_prints(&b, "msg sw0:link0 getifname",
                      "Rec'd response \"getifname\" (1) from \"[100]:\":\n"
                      "Args:\t\"ngeth0\"\n");
        assert_prints(&b, "msg sw0: gettable",
                      "Rec'd response \"gettable\" (7) from \"[107]:\":\n"
                      "Args:\t{ numHosts=2 hosts=[ { addr=02:00:00:00:00:00 hook=\"link0\" } "
                      "{ addr=02:00:00:00:00:01 age=9 staleness=7 hook=\"link1\" } ] }\n");
        assert_prints(&b, "msg sw0: nodeinfo",
                      "Rec'd response \"nodeinfo\" (805306374) from \"[107]:\":\n"
                      "Args:\t{ name=\"sw0\" type=\"bridge\" id=0x107 hooks=2 }\n");
        assert_fails(&b, "msg sw0: getstats 2", NGCTL_FAILED, "ngctl: send msg: Socket is not connected\n");
        assert_fails(&b, "msg sw0: getstats two", NGCTL_FAILED, "ngctl: send msg: Invalid argument\n");
        assert_fails(&b, "msg sw0: getifname", NGCTL_FAILED, "ngctl: send msg: Function not implemented\n");
        assert_fails(&b, "msg sw9: gettable", NGCTL_FAILED, "ngctl: send msg: No such file or directory\n");
        assert_fails(&b, "msg ngeth0: set nonsense", NGCTL_FAILED, "ngctl: send msg: Invalid argument\n");
        assert_int_equal(bench_line(&b, "msg ngeth1: set 02:00:00:00:12:34"), NGCTL_DONE);
        assert_int_equal(b.d.requests, 1);
        assert_prints(
                &b, "msg sw0: listhooks",
                "Rec'd response \"listhooks\" (805306375) from \"[107]:\":\n"
                "Args:\t{ nodeinfo={ name=\"sw0\" type=\"bridge\" id=0x107 hooks=2 } linkinfo=[ "
                "{ ourhook=\"link1\" peerhook=\"link0\" nodeinfo={ name=\"sw1\" type=\"bridge\" id=0x108 hooks=1 } } "
                "{ ourhook=\"link0\" peerhook=\"ether\" nodeinfo={ name=\"ngeth0\" type=\"eiface\" id=0x100 "
                "hooks=1 } } ] }\n");
        assert_prints(&b, "msg ngeth1: listhooks",
                      "Rec'd response \"listhooks\" (805306375) from \"[104]:\":\n"
                      "Args:\t{ nodeinfo={ name=\"ngeth1\" type=\"eiface\" id=0x104 } }\n");
        assert_int_equal(bench_line(&b, "msg sw0: listnames"), NGCTL_DONE);
        assert_non_null(strstr(text_str(&b.d.out), "(805306376) from \"[107]:\":\nArgs:\t{ numnames="));
        assert_non_null(strstr(text_str(&b.d.out), "{ name=\"me\" type=\"socket\" id=0xe0000009 } ] }\n"));
        assert_int_equal(bench_line(&b, "msg .: listnodes"), NGCTL_DONE);
        assert_non_null(strstr(text_str(&b.d.out), "(805306377) from \"[e0000009]:\":\n"));
        assert_int_equal(bench_line(&b, "msg .: listtypes"), NGCTL_DONE);
        assert_non_null(strstr(text_str(&b.d.out), "{ typename=\"bridge\" numnodes=2 } "));
        assert_non_null(strstr(text_str(&b.d.out), "{ typename=\"hub\" } "));
        assert_fails(&b, "msg sw0: textstatus", NGCTL_FAILED, "ngctl: send msg: Invalid argument\n");
        assert_fails(&b, "msg sw0: listhooks now", NGCTL_FAILED, "ngctl: send msg: Invalid argument\n");
        assert_fails(&b, "msg sw0: rmhook { ourhook=\"link0\" }", NGCTL_FAILED, "ngctl: send msg: Invalid argument\n");
        assert_int_equal(bench_line(&b, "msg sw0: rmhook { hook=\"link0\" }"), NGCTL_DONE);
        assert_fails(&b, "show sw0:link0", NGCTL_FAILED, "ngctl: send msg: No such file or directory\n");
        bench_end(&b);
}

static const struct graph *counted_bridge(void)
{
        struct topo *t = topo_begin();
        size_t sw0 = topo_bridge(t, 0, "sw0"), eth0 = topo_link(t, 0, "eth0", KIND_PHYSICAL, "");

        topo_port(t, sw0, eth0);
        topo_iface_facts(t, eth0)->counters = (struct counters){
                .rx_bytes = 842, .rx_packets = 9, .tx_bytes = 1200, .tx_packets = 0, .is_known = true};
        return topo_finish(t, NULL);
}

static void test_statistics(void **state)
{
        struct bench b;

        (void)state;
        bench_begin(&b, counted_bridge(), false);
        assert_prints(&b, "msg sw0: getstats 0",
                      "Rec'd response \"getstats\" (4) from \"[2]:\":\n"
                      "Args:\t{ recvOctets=842 recvPackets=9 xmitOctets=1200 }\n");
        assert_int_equal(bench_line(&b, "msg sw0: getclrstats 0"), NGCTL_DONE);
        assert_non_null(strstr(text_str(&b.d.out), "\"getclrstats\" (6)"));
        assert_non_null(strstr(text_str(&b.d.out), "recvOctets=842"));
        assert_non_null(strstr(text_str(&b.d.said), "this run of ngctl alone"));
        assert_prints(&b, "msg sw0: getstats 0", "Rec'd response \"getstats\" (4) from \"[2]:\":\nArgs:\t{}\n");
        bench_end(&b);
}

static void test_ether_messages(void **state)
{
        struct bench b;

        (void)state;
        bench_begin(&b, topo_seeds(), false);
        assert_int_equal(bench_line(&b, "msg eth0: getenaddr"), NGCTL_DONE);
        assert_true(str_has_prefix(text_str(&b.d.out), "Rec'd response \"getenaddr\" (3) from \"["));
        assert_non_null(strstr(text_str(&b.d.out), "Args:\t02:00:00:00:"));
        assert_int_equal(bench_line(&b, "msg eth0: getpromisc"), NGCTL_DONE);
        assert_non_null(strstr(text_str(&b.d.out), "Args:\t1\n"));
        assert_int_equal(bench_line(&b, "msg eth0: getautosrc"), NGCTL_DONE);
        assert_non_null(strstr(text_str(&b.d.out), "Args:\t0\n"));
        assert_prints(&b, "msg eth0: setautosrc 0", "");
        assert_int_equal(bench_line(&b, "msg eth0: setautosrc 1"), NGCTL_FAILED);
        assert_int_equal(bench_line(&b, "msg eth0: setenaddr 02:00:00:00:ab:cd"), NGCTL_DONE);
        assert_int_equal(bench_line(&b, "msg eth0: getifname extra"), NGCTL_FAILED);
        bench_end(&b);
}

static void test_values(void **state)
{
        CLEANUP(value_fields_done) struct value_fields f = {0}, wrong = {0};
        char s[8];
        int64_t number;

        (void)state;
        assert_int_equal(value_parse_struct(" { vlan=7 hook=\"a \\\"b\\\"\" list=[ 1=2 { x=\"]\" } ] } ", &f), 0);
        assert_string_equal(value_get(&f, "vlan"), "7");
        assert_string_equal(value_get(&f, "hook"), "a \"b\"");
        assert_string_equal(value_get(&f, "list"), "[ 1=2 { x=\"]\" } ]");
        assert_null(value_get(&f, "none"));
        assert_int_equal(value_parse_struct("{ a=", &wrong), -EINVAL);
        assert_int_equal(value_parse_struct("{ a=\"", &wrong), -EINVAL);
        assert_int_equal(value_parse_struct("{ a=[ }", &wrong), -EINVAL);
        assert_int_equal(value_parse_struct("{ } x", &wrong), -EINVAL);
        assert_int_equal(value_parse_string(" \"ab\" ", s, sizeof(s)), 0);
        assert_string_equal(s, "ab");
        assert_int_equal(value_parse_string("toolongforit", s, sizeof(s)), -EINVAL);
        assert_int_equal(value_parse_number(" 0x10 ", 0, 16, &number), 0);
        assert_int_equal(number, 16);
        assert_int_equal(value_parse_number("17", 0, 16, &number), -EINVAL);
        assert_int_equal(value_parse_number("1x", 0, 16, &number), -EINVAL);
        assert_int_equal(value_parse_number("", 0, 16, &number), -EINVAL);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_messages),
                cmocka_unit_test(test_statistics),
                cmocka_unit_test(test_ether_messages),
                cmocka_unit_test(test_values),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
