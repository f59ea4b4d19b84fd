/*
 * test_ngctl_changes.c - what ngctl changes: hooks of its own, what a friendly one takes that a strict one refuses, and
 * nodes that Linux makes of bonds and VLANs.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "tests/lib/ngctl_bench.h"

/* -- Hooks ------------------------------------------------------------------------------------------------------------
 */

/* The how-to's session: FreeBSD refuses its second line, since the hook is taken; what is meant is clear. */
static void test_provisional_hooks(void **state)
{
        static const char text[] = "mkpeer eiface ether ether\n"
                                   "mkpeer eiface ether ether\n"
                                   "mkpeer ng_eiface ether ether\n"
                                   "name ngeth2: outer\n" /* ngeth1 is there already */
                                   "name ngeth3: inner\n"
                                   "/* a comment\n"
                                   " * over lines */\n"
                                   "  # and one that is indented\n"
                                   "mkpeer bridge link0 link0\n"
                                   "name link0 lan\n"
                                   "connect lan: outer: link0 ether # joined\n"
                                   "connect lan: inner link1 ether\n"
                                   "connect lan: inner: link1 ether\n";
        struct bench b;

        (void)state;
        bench_begin(&b, topo_eiface(), false);
        assert_int_equal(bench_script(&b, text, strlen(text)), NGCTL_DONE);
        assert_non_null(strstr(text_str(&b.d.said), "ng_eiface: taken for the type eiface"));
        assert_non_null(strstr(text_str(&b.d.said), "ngctl: inner: taken for the node inner:"));
        assert_non_null(strstr(text_str(&b.d.said), "held by ngctl alone"));
        assert_non_null(strstr(text_str(&b.d.said), "joined already; nothing is done"));
        assert_int_equal(bench_line(&b, "show lan:link1"), NGCTL_DONE);
        assert_non_null(strstr(text_str(&b.d.out), "Name: inner "));
        assert_int_equal(bench_line(&b, "show -n ."), NGCTL_DONE);
        assert_non_null(strstr(text_str(&b.d.out), "Num hooks: 1")); /* the third is joined to nothing else */
        bench_end(&b);

        bench_begin(&b, topo_eiface(), true);
        assert_int_equal(bench_script(&b, text, strlen(text)), NGCTL_FAILED);
        assert_string_equal(text_str(&b.d.said), "ngctl: send msg: File exists\nngctl: line 2: error in file\n");
        bench_end(&b);
}

static void test_own_hooks(void **state)
{
        struct bench b;

        (void)state;
        bench_begin(&b, topo_eiface(), false);
        assert_int_equal(bench_line(&b, "mkpeer . bridge virt link0"), NGCTL_DONE);
        assert_int_equal(bench_line(&b, "name virt lan"), NGCTL_DONE);
        assert_int_equal(bench_line(&b, "show lan:"), NGCTL_DONE);
        assert_non_null(strstr(text_str(&b.d.out),
                               "  link0           me              socket       e0000009        virt           \n"));
        assert_prints(&b, "show -n lan:link0",
                      "  Name: me              Type: socket          ID: e0000009   "
                      "Num hooks: 1\n");
        assert_int_equal(bench_line(&b, "mkpeer lan: eiface link2 ether"), NGCTL_DONE);
        assert_int_equal(bench_line(&b, "show -n virt.link2"), NGCTL_DONE);
        assert_non_null(strstr(text_str(&b.d.out), "Name: ngeth2 "));

        /* The end: the bridge has another hook and stays. */
        size_t before = b.d.requests;

        assert_int_equal(ngctl_end(b.n), NGCTL_DONE);
        assert_int_equal(b.d.requests, before);

        /* One that hangs from ngctl alone goes with it. */
        assert_int_equal(bench_line(&b, "mkpeer bridge a link0"), NGCTL_DONE);
        assert_int_equal(bench_line(&b, "mkpeer bridge b link0"), NGCTL_DONE);
        assert_int_equal(bench_line(&b, "name b kept"), NGCTL_DONE);
        assert_int_equal(bench_line(&b, "msg b setpersistent"), NGCTL_DONE);
        assert_int_equal(bench_line(&b, "name a lost"), NGCTL_DONE);
        assert_int_equal(ngctl_end(b.n), NGCTL_DONE);
        assert_non_null(strstr(text_str(&b.d.said), "ngctl: lost: hung from ngctl alone"));
        assert_int_equal(bench_line(&b, "show lost:"), NGCTL_FAILED);
        assert_int_equal(bench_line(&b, "show kept:"), NGCTL_DONE);

        /* rmhook of the socket node's hook is the last hook's end too. */
        assert_int_equal(bench_line(&b, "mkpeer bridge c link0"), NGCTL_DONE);
        assert_int_equal(bench_line(&b, "name c third"), NGCTL_DONE);
        assert_int_equal(bench_line(&b, "rmhook c"), NGCTL_DONE);
        assert_int_equal(bench_line(&b, "show third:"), NGCTL_FAILED);
        assert_int_equal(bench_line(&b, "rmhook nosuch"), NGCTL_DONE);
        bench_end(&b);
}

static void test_refusals(void **state)
{
        struct bench b;

        (void)state;
        bench_begin(&b, topo_eiface(), true);
        assert_fails(&b, "mkpeer sw0: eiface link0 ether", NGCTL_FAILED, "ngctl: send msg: File exists\n");
        assert_fails(&b, "mkpeer sw0: ng_eiface link7 ether", NGCTL_FAILED,
                     "ngctl: send msg: No such file or directory\n");
        assert_fails(&b, "mkpeer nosuch: ether a b", NGCTL_FAILED, "ngctl: send msg: Invalid argument\n");
        assert_fails(&b, "mkpeer sw0: eiface link01 ether", NGCTL_FAILED, "ngctl: send msg: Invalid argument\n");
        assert_fails(&b, "mkpeer sw0: eiface link7 lower", NGCTL_FAILED,
                     "ngctl: send msg: Protocol family not supported\n");
        assert_fails(&b, "connect sw0: ngeth1: link0 ether", NGCTL_FAILED, "ngctl: send msg: File exists\n");
        assert_fails(&b, "connect sw0: : link0 ether", NGCTL_FAILED, "ngctl: send msg: Invalid argument\n");
        assert_fails(&b, "name ngeth1: sw0", NGCTL_FAILED, "ngctl: send msg: Address already in use\n");
        assert_fails(&b, "name ngeth1: ngeth1", NGCTL_FAILED, "ngctl: send msg: Address already in use\n");
        assert_fails(&b, "name ngeth1: a.b", NGCTL_FAILED, "ngctl: send msg: Invalid argument\n");
        assert_fails(&b, "name ngeth1: [1e]", NGCTL_FAILED, "ngctl: send msg: Invalid argument\n");
        assert_fails(&b, "shutdown nosuch:", NGCTL_FAILED, "ngctl: shutdown: No such file or directory\n");
        assert_fails(&b, "name ngeth1 x", NGCTL_FAILED, "ngctl: send msg: No such file or directory\n");
        assert_int_equal(b.d.requests, 0);
        assert_int_equal(bench_line(&b, "name ngeth1: a123456789b123456789c123456789d123456789"), NGCTL_DONE);
        assert_int_equal(bench_line(&b, "show a123456789b123456789c123456789d:"), NGCTL_DONE);
        assert_int_equal(bench_line(&b, "show a123456789b123456789c123456789:"), NGCTL_FAILED);
        assert_int_equal(bench_line(&b, "show a123456789b123456789c123456789:x"), NGCTL_FAILED);
        assert_int_equal(bench_line(&b, "show a123456789b123456789c123456789d12345678:"), NGCTL_FAILED);
        bench_end(&b);

        /* A friendly one says why behind FreeBSD's words. */
        bench_begin(&b, topo_eiface(), false);
        assert_int_equal(bench_line(&b, "mkpeer sw0: netflow link7 left"), NGCTL_FAILED);
        assert_true(str_has_prefix(text_str(&b.d.said),
                                   "ngctl: send msg: No such file or directory (netflow: no such type of node; "));
        assert_int_equal(b.d.requests, 0);
        assert_fails(&b, "mkpeer sw0: eiface link0 ether", NGCTL_FAILED,
                     "ngctl: send msg: File exists (sw0:link0: is joined to ngeth0:ether already; take another hook, "
                     "or rmhook it first)\n");
        bench_end(&b);
}

/* -- Laggs, VLANs and one2manys ---------------------------------------------------------------------------------------
 */

static const struct graph *two_nics(void)
{
        struct topo *t = topo_begin();

        topo_address(t, topo_link(t, 0, "eth0", KIND_PHYSICAL, ""), "192.0.2.10/24");
        (void)topo_link(t, 0, "eth1", KIND_PHYSICAL, "");
        return topo_finish(t, NULL);
}

static int lacks_bonds(struct dialect *d, uint32_t kinds, uint32_t *ret, struct err *e)
{
        (void)d;
        (void)e;
        *ret = kinds & 1u << KIND_BOND;
        return 0;
}

static void test_bond_missing(void **state)
{
        struct bench b;

        (void)state;
        bench_begin(&b, two_nics(), true);
        b.services.missing_kinds = lacks_bonds;
        assert_int_equal(bench_line(&b, "mkpeer eth0: one2many upper one"), NGCTL_FAILED);
        assert_int_equal(bench_line(&b, "mkpeer eth0: lagg lower link0"), NGCTL_FAILED);
        assert_int_equal(bench_line(&b, "types"), NGCTL_DONE);
        assert_null(strstr(text_str(&b.d.out), "one2many"));
        assert_int_equal(bench_line(&b, "mkpeer eth0: bridge lower link0"), NGCTL_DONE);
        bench_end(&b);
        bench_begin(&b, two_nics(), false);
        b.services.missing_kinds = lacks_bonds;
        assert_int_equal(bench_line(&b, "mkpeer eth0: one2many upper one"), NGCTL_FAILED);
        assert_non_null(strstr(text_str(&b.d.said), "one2many: is made of a bond, which this kernel lacks"));
        bench_end(&b);
}

static int lacks_vlans(struct dialect *d, uint32_t kinds, uint32_t *ret, struct err *e)
{
        (void)d;
        (void)e;
        *ret = kinds & 1u << KIND_VLAN;
        return 0;
}

/* The manual's shape: a trunk by lower, the host's stack by nomatch, an interface for each VLAN. */
static void test_vlan(void **state)
{
        struct bench b;

        (void)state;
        bench_begin(&b, two_nics(), true);
        b.services.missing_kinds = lacks_vlans;
        assert_int_equal(bench_line(&b, "mkpeer eth0: vlan lower downstream"), NGCTL_FAILED);
        bench_end(&b);
        bench_begin(&b, two_nics(), false);
        assert_int_equal(bench_line(&b, "mkpeer eth0: vlan lower downstream"), NGCTL_DONE);
        assert_int_equal(bench_line(&b, "name eth0:lower v"), NGCTL_DONE);
        assert_int_equal(bench_line(&b, "connect v: eth0: nomatch upper"), NGCTL_DONE);
        assert_int_equal(bench_line(&b, "mkpeer v: eiface a ether"), NGCTL_DONE);
        assert_int_equal(bench_line(&b, "mkpeer v: eiface b ether"), NGCTL_DONE);
        assert_int_equal(bench_line(&b, "msg v: addfilter { vlan=8 hook=\"a\" }"), NGCTL_DONE);
        assert_int_equal(bench_line(&b, "msg v: addfilter { vid=7 hook=\"b\" }"), NGCTL_DONE);
        assert_int_equal(bench_line(&b, "msg v: addfilter { vid=7 hook=\"a\" }"), NGCTL_FAILED);
        assert_int_equal(bench_line(&b, "msg v: addfilter { vid=9 hook=\"c\" }"), NGCTL_FAILED);
        assert_int_equal(bench_line(&b, "msg v: addfilter { vid=9 pcp=8 hook=\"a\" }"), NGCTL_FAILED);
        assert_int_equal(bench_line(&b, "msg v: addfilter { vid=9 hook=\"nomatch\" }"), NGCTL_FAILED);
        assert_int_equal(bench_line(&b, "msg v: addfilter 7"), NGCTL_FAILED);
        assert_int_equal(bench_line(&b, "msg v: getifname"), NGCTL_FAILED);
        text_clear(&b.d.out);
        assert_int_equal(bench_line(&b, "msg v: gettable"), NGCTL_DONE);
        assert_non_null(strstr(text_str(&b.d.out),
                               "Args:\t{ n=2 filter=[ { hook=\"b\" vlan=7 vid=7 } { hook=\"a\" "
                               "vlan=8 vid=8 } ] }\n"));
        assert_int_equal(bench_line(&b, "msg v: delfilter \"a\""), NGCTL_DONE);
        assert_int_equal(bench_line(&b, "msg v: delvidflt 7"), NGCTL_DONE);
        assert_int_equal(bench_line(&b, "msg v: delvidflt 7"), NGCTL_FAILED);
        text_clear(&b.d.out);
        assert_int_equal(bench_line(&b, "msg v: gettable"), NGCTL_DONE);
        assert_non_null(strstr(text_str(&b.d.out), "Args:\t{}\n"));
        assert_int_equal(bench_line(&b, "msg v: setencap 1"), NGCTL_DONE);
        assert_int_equal(bench_line(&b, "msg v: setencap 3"), NGCTL_FAILED);
        assert_int_equal(bench_line(&b, "msg v: setencapproto 0x8100"), NGCTL_DONE);
        assert_int_equal(bench_line(&b, "msg v: getencapproto"), NGCTL_DONE);
        assert_non_null(strstr(text_str(&b.d.out), "Args:\t0x8100\n"));
        bench_end(&b);
}

/* The manual's example; then another algorithm, for which Linux makes the bond anew with all that it was joined to. */
static void test_one2many(void **state)
{
        struct bench b;
        const struct graph *g;
        size_t bond;

        (void)state;
        bench_begin(&b, two_nics(), false);
        assert_int_equal(bench_line(&b, "mkpeer eth0: one2many upper one"), NGCTL_DONE);
        assert_int_equal(bench_line(&b, "connect eth0: eth0:upper lower many0"), NGCTL_DONE);
        assert_int_equal(bench_line(&b, "connect eth1: eth0:upper lower many2"), NGCTL_DONE);
        assert_int_equal(bench_line(&b, "msg eth1: setautosrc 0"), NGCTL_DONE);
        assert_int_equal(bench_line(&b, "msg eth0:upper setconfig { xmitAlg=1 failAlg=2 enabledLinks=[ 1 2=1 ] }"),
                         NGCTL_DONE);
        assert_int_equal(bench_line(&b, "name eth0:upper om"), NGCTL_DONE);
        assert_int_equal(bench_line(&b, "msg om: getconfig"), NGCTL_DONE);
        assert_non_null(strstr(text_str(&b.d.out), "Args:\t{ xmitAlg=1 failAlg=2 enabledLinks=[ 1 2=1 ] }\n"));
        assert_int_equal(bench_line(&b, "msg om: setconfig { xmitAlg=1 failAlg=2 enabledLinks=[ 1 ] }"), NGCTL_FAILED);
        assert_non_null(strstr(text_str(&b.d.said), "many2: Linux uses each link"));
        assert_int_equal(bench_line(&b, "msg om: setconfig { failAlg=2 }"), NGCTL_FAILED);
        assert_int_equal(bench_line(&b, "msg om: setconfig { xmitAlg=4 failAlg=2 }"), NGCTL_FAILED);
        assert_int_equal(bench_line(&b, "msg om: setconfig { xmitAlg=1 failAlg=2 enabledLinks=[ x ] }"), NGCTL_FAILED);
        assert_int_equal(bench_line(&b, "msg om: setconfig { xmitAlg=2 failAlg=1 enabledLinks=[ 1 0 1 ] }"),
                         NGCTL_DONE);
        assert_int_equal(bench_line(&b, "msg om: getconfig"), NGCTL_DONE);
        assert_non_null(strstr(text_str(&b.d.out), "Args:\t{ xmitAlg=2 failAlg=2 enabledLinks=[ 1 2=1 ] }\n"));
        assert_int_equal(bench_line(&b, "msg om: getstats 1"), NGCTL_FAILED); /* no such link */
        g = dialect_graph(&b.d);
        bond = graph_find_iface_in(g, 0, "ngmany0");
        assert_int_not_equal(bond, NONE);
        assert_int_equal(g->ifaces[bond].bond_mode, 3);
        assert_int_equal(g->ifaces[bond].address_count, 1);
        assert_int_equal(graph_ports(g, bond, NULL, 0), 2);
        assert_int_equal(g->nodes[g->ifaces[bond].node].hook_count, 3);
        assert_int_equal(bench_line(&b, "rmhook om: many0"), NGCTL_DONE);
        assert_int_equal(bench_line(&b, "shutdown om:"), NGCTL_DONE);
        g = dialect_graph(&b.d);
        assert_int_equal(g->ifaces[graph_find_iface_in(g, 0, "eth0")].address_count, 1);
        assert_int_equal(graph_find_iface_in(g, 0, "ngmany0"), NONE);
        bench_end(&b);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_provisional_hooks),
                cmocka_unit_test(test_own_hooks),
                cmocka_unit_test(test_refusals),
                cmocka_unit_test(test_bond_missing),
                cmocka_unit_test(test_vlan),
                cmocka_unit_test(test_one2many),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
