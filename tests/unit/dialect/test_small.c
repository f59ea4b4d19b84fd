/* test_small.c - the small commands of FreeBSD's scripts: what they print, what they ask for, what they refuse. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/dialect/small.h"
#include "tests/lib/topo.h"

static uint32_t missing; /* what the kernel of the test lacks */
static const char *file; /* what every file holds */

static int fake_missing(struct dialect *d, uint32_t kinds, uint32_t *ret, struct err *e)
{
        (void)d;
        (void)e;
        *ret = kinds & missing;
        return 0;
}

static int fake_read(struct dialect *d, const char *path, char **ret, size_t *ret_length, struct err *e)
{
        (void)d;
        (void)path;
        (void)e;
        *ret = xstrdup(file);
        *ret_length = strlen(file);
        return 0;
}

static char written[1024]; /* what was put into one; "" nothing */

static int fake_write(struct dialect *d, const char *path, const char *content, size_t length, struct err *e)
{
        (void)d;
        (void)path;
        (void)length;
        (void)e;
        (void)str_copy(written, sizeof(written), content);
        return 0;
}

/* Two, on the first interface of the jail. */
static int fake_neighbours(struct dialect *d, size_t jail, struct neighbour **ret, size_t *ret_count, struct err *e)
{
        struct neighbour *n = xcalloc(2, sizeof(*n));

        (void)e;
        *ret = n;
        *ret_count = 2;
        for (size_t i = 0; i < 2; i++)
                n[i].ifindex = d->live->ifaces[d->live->jails[jail].iface_first + 1].id.ifindex;
        n[1].is_permanent = true;
        (void)mac_parse("02:00:00:00:00:07", &n[1].mac);
        return prefix_parse("10.0.0.8", &n[0].address, e) + prefix_parse("10.0.0.9", &n[1].address, e);
}

static const struct dialect_services services = {
        .neighbours = fake_neighbours, .write_file = fake_write, .missing_kinds = fake_missing, .read_file = fake_read};

/* A command line in a stack: its outcome; what it printed and the sentence are kept. */
static char printed[8192], said[512];
static size_t requests;

static int run(const struct graph *g, const char *jail, bool is_strict, dialect_language *language, const char *line)
{
        char words[512], *argv[16], *rest = words;
        struct err e = {0};
        struct dialect d;
        int argc = 0;

        (void)str_copy(words, sizeof(words), line);
        for (char *word; argc < 15 && (word = strtok_r(rest, " ", &rest));)
                argv[argc++] = word;
        argv[argc] = NULL;
        written[0] = '\0';
        dialect_init(&d, g, jail, is_strict);
        d.services = &services;

        int r = language(&d, argc, argv, &e);

        (void)str_copy(printed, sizeof(printed), text_str(&d.out));
        (void)str_copy(said, sizeof(said), e.what);
        requests = d.requests;
        dialect_done(&d);
        return r;
}

static void test_route(void **state)
{
        CLEANUP(graph_unrefp) const struct graph *g = topo_seeds();

        (void)state;
        assert_int_equal(run(g, "host", false, dialect_route, "route add -net 10.9.0.0/16 10.0.0.7"), 0);
        assert_string_equal(printed, "add net 10.9.0.0: gateway 10.0.0.7\n");
        assert_int_equal(requests, 1);
        assert_int_equal(run(g, "host", false, dialect_route, "route -q add 10.9/16 10.0.0.7"), 0);
        assert_string_equal(printed, "");
        assert_int_equal(run(g, "host", false, dialect_route, "route add 10.9.0.7 10.0.0.7"), 0);
        assert_string_equal(printed, "add host 10.9.0.7: gateway 10.0.0.7\n");
        assert_int_equal(run(g, "host", false, dialect_route, "route add -net 10.9.0.0 -netmask 255.255.0.0 10.0.0.7"),
                         0);
        assert_string_equal(printed, "add net 10.9.0.0: gateway 10.0.0.7\n");
        assert_true(run(g, "host", false, dialect_route, "route add 10.9.0.0/16 203.0.113.1") < 0);
        assert_string_equal(said, "add net 10.9.0.0: gateway 203.0.113.1 fib 0: Network is unreachable");
        assert_true(run(g, "host", false, dialect_route, "route delete 10.9.0.0/16") < 0);
        assert_string_equal(said, "delete net 10.9.0.0 fib 0: not in table");
        assert_true(run(g, "host", false, dialect_route, "route add default -iface eth0") < 0);
        assert_non_null(strstr(said, "without a gateway"));
        assert_true(run(g, "host", false, dialect_route, "route add 10.9.0.0/99 10.0.0.7") < 0);
        assert_true(run(g, "host", false, dialect_route, "route") < 0);
        assert_true(run(g, "host", false, dialect_route, "route frobnicate") < 0);
        assert_true(run(g, "host", false, dialect_route, "route add") < 0);
}

static void test_sysctl(void **state)
{
        CLEANUP(graph_unrefp) const struct graph *g = topo_seeds();

        (void)state;
        assert_int_equal(run(g, "host", false, dialect_sysctl, "sysctl -n security.jail.jailed"), 0);
        assert_string_equal(printed, "0\n");
        assert_int_equal(run(g, "www", false, dialect_sysctl, "sysctl security.jail.jailed"), 0);
        assert_string_equal(printed, "security.jail.jailed: 1\n");
        assert_int_equal(run(g, "host", false, dialect_sysctl, "sysctl -e kern.features.vimage"), 0);
        assert_string_equal(printed, "kern.features.vimage=1\n");
        assert_int_equal(run(g, "host", false, dialect_sysctl, "sysctl -N net.link.tap"), 0);
        assert_string_equal(printed, "net.link.tap.up_on_open\nnet.link.tap.user_open\n");
        assert_int_equal(run(g, "host", false, dialect_sysctl, "sysctl net.link.bridge.pfil_member=0"), 0);
        assert_string_equal(printed, "net.link.bridge.pfil_member: 0 -> 0\n");
        assert_int_equal(requests, 0);
        assert_int_equal(run(g, "host", false, dialect_sysctl, "sysctl net.graph.maxdgram=8388608"), 0);

        /* What would matter and cannot be is refused, not passed over. */
        assert_true(run(g, "host", false, dialect_sysctl, "sysctl net.link.bridge.pfil_member=1") < 0);
        assert_true(run(g, "host", false, dialect_sysctl, "sysctl kern.features.vimage=0") < 0);
        assert_string_equal(said, "oid 'kern.features.vimage' is read only");
        assert_true(run(g, "host", false, dialect_sysctl, "sysctl vm.swapping") < 0);
        assert_string_equal(said, "unknown oid 'vm.swapping'");
        assert_true(run(g, "host", false, dialect_sysctl, "sysctl net.link.brid") < 0);
        assert_int_equal(run(g, "host", false, dialect_sysctl, "sysctl -i vm.swapping vm.other=1"), 0);
        assert_true(run(g, "host", false, dialect_sysctl, "sysctl") < 0);
        assert_int_equal(run(g, "host", true, dialect_sysctl, "sysctl -n kern.ostype"), 0);
        assert_string_equal(printed, "FreeBSD\n");
}

static void test_forwarding(void **state)
{
        CLEANUP(graph_unrefp) const struct graph *g = topo_seeds();

        (void)state;
        assert_int_equal(run(g, "www", false, dialect_sysctl, "sysctl net.inet.ip.forwarding=1"), 0);
        assert_string_equal(printed, "net.inet.ip.forwarding: 0 -> 1\n");
        assert_int_equal(requests, 1);
        assert_int_equal(run(g, "www", false, dialect_sysctl, "sysctl net.inet6.ip6.forwarding=1"), 0);
        assert_string_equal(printed, "net.inet6.ip6.forwarding: 0 -> 1\n");
        assert_true(run(g, "www", false, dialect_sysctl, "sysctl net.inet.ip.forwarding=yes") < 0);
}

static void test_modules(void **state)
{
        CLEANUP(graph_unrefp) const struct graph *g = topo_empty();

        (void)state;
        missing = 1u << KIND_VLAN;
        assert_int_equal(run(g, "host", false, dialect_kldstat, "kldstat -qm if_bridge"), 0);
        assert_int_equal(run(g, "host", false, dialect_kldstat, "kldstat -q -m ng_vlan"), 1);
        assert_string_equal(said, "");
        assert_int_equal(run(g, "host", false, dialect_kldstat, "kldstat -q -n if_epair.ko"), 0);
        assert_true(run(g, "host", false, dialect_kldstat, "kldstat -m if_vlan") < 0);
        assert_string_equal(said, "can't find module if_vlan: No such file or directory");
        assert_int_equal(run(g, "host", false, dialect_kldstat, "kldstat"), 0);
        assert_non_null(strstr(printed, " if_bridge.ko\n"));
        assert_null(strstr(printed, "vlan"));
        assert_true(run(g, "host", false, dialect_kldstat, "kldstat -x") < 0);
        assert_true(run(g, "host", false, dialect_kldstat, "kldstat -m") < 0);
        assert_int_equal(run(g, "host", false, dialect_kldload, "kldload -n if_bridge /boot/kernel/ng_ether.ko"), 0);
        assert_string_equal(printed, "");
        assert_true(run(g, "host", false, dialect_kldload, "kldload if_vlan") < 0);
        assert_true(run(g, "host", false, dialect_kldload, "kldload nosuch") < 0);
        assert_string_equal(said, "can't load nosuch: No such file or directory");
        assert_true(run(g, "host", false, dialect_kldunload, "kldunload if_bridge") < 0);
}

static void test_text(void **state)
{
        CLEANUP(graph_unrefp) const struct graph *g = topo_empty();

        (void)state;
        file = "Foo";
        assert_int_equal(run(g, "host", false, dialect_sum, "sum"), 0);
        assert_string_equal(printed, "184 1\n");
        file = "jail_with_a_long_name";
        assert_int_equal(run(g, "host", false, dialect_sum, "sum x"), 0);
        assert_string_equal(printed, "3042 1 x\n");
        file = "Args: { recvOctets=5 recvPackets=1 }\n\nx y\n";
        assert_int_equal(run(g, "host", false, dialect_fmt, "fmt 2"), 0);
        assert_string_equal(printed, "Args:\n{\nrecvOctets=5\nrecvPackets=1\n}\n\nx\ny\n");
        assert_int_equal(run(g, "host", false, dialect_fmt, "fmt 20 24 x"), 0);
        assert_string_equal(printed, "Args: { recvOctets=5\nrecvPackets=1 }\n\nx y\n");
        assert_true(run(g, "host", false, dialect_fmt, "fmt -w 3") < 0);
        assert_int_equal(run(g, "host", true, dialect_uname, "uname"), 0);
        assert_string_equal(printed, "FreeBSD\n");
        assert_true(run(g, "host", true, dialect_uname, "uname -x") < 0);
}

static void test_arp(void **state)
{
        CLEANUP(graph_unrefp) const struct graph *g = topo_empty();

        (void)state;
        assert_int_equal(run(g, "host", false, dialect_arp, "arp -an"), 0);
        assert_string_equal(printed,
                            "? (10.0.0.8) at (incomplete) on eth0 [ethernet]\n"
                            "? (10.0.0.9) at 02:00:00:00:00:07 on eth0 permanent [ethernet]\n");
        assert_int_equal(run(g, "host", false, dialect_arp, "arp -i lo -a"), 0);
        assert_string_equal(printed, "");
        assert_int_equal(run(g, "host", false, dialect_arp, "arp -n 10.0.0.8"), 0);
        assert_string_equal(printed, "? (10.0.0.8) at (incomplete) on eth0 [ethernet]\n");
        assert_true(run(g, "host", false, dialect_arp, "arp 10.0.0.7") < 0);
        assert_string_equal(said, "10.0.0.7 (10.0.0.7) -- no entry");
        assert_true(run(g, "host", false, dialect_arp, "arp www.example.org") < 0);
        assert_true(run(g, "host", false, dialect_arp, "arp -d 10.0.0.8") < 0);
        assert_true(run(g, "host", false, dialect_arp, "arp -i") < 0);
        assert_true(run(g, "host", false, dialect_arp, "arp") < 0);
}

static void test_sysrc(void **state)
{
        CLEANUP(graph_unrefp) const struct graph *g = topo_empty();

        (void)state;
        file = "# mine\nifconfig_em0=\"DHCP\" # as before\nkld_list='if_bridge'\nifconfig_em0=up\n";
        assert_int_equal(run(g, "host", false, dialect_sysrc, "sysrc ifconfig_em0"), 0);
        assert_string_equal(printed, "ifconfig_em0: up\n");
        assert_int_equal(run(g, "host", false, dialect_sysrc, "sysrc -n kld_list gateway_enable"), 0);
        assert_string_equal(printed, "if_bridge\nNO\n");
        assert_int_equal(run(g, "host", false, dialect_sysrc, "sysrc -f /x ifconfig_em0=inet_1"), 0);
        assert_string_equal(printed, "ifconfig_em0: up -> inet_1\n");
        assert_string_equal(written,
                            "# mine\nifconfig_em0=\"DHCP\" # as before\nkld_list='if_bridge'\n"
                            "ifconfig_em0=\"inet_1\"\n");
        assert_int_equal(run(g, "host", false, dialect_sysrc, "sysrc -q kld_list+=ng_ether new=a$b"), 0);
        assert_string_equal(printed, "");
        assert_string_equal(written,
                            "# mine\nifconfig_em0=\"DHCP\" # as before\nkld_list=\"if_bridge ng_ether\"\n"
                            "ifconfig_em0=up\nnew=\"a\\$b\"\n");
        assert_int_equal(run(g, "host", false, dialect_sysrc, "sysrc kld_list+=if_bridge"), 0);
        assert_string_equal(printed, "kld_list: if_bridge -> if_bridge\n");
        assert_string_equal(written, "");
        assert_int_equal(run(g, "host", false, dialect_sysrc, "sysrc kld_list-=if_bridge"), 0);
        assert_string_equal(printed, "kld_list: if_bridge -> \n");
        assert_int_equal(run(g, "host", false, dialect_sysrc, "sysrc -x ifconfig_em0"), 0);
        assert_string_equal(written, "# mine\n # as before\nkld_list='if_bridge'\n");
        assert_int_equal(run(g, "host", false, dialect_sysrc, "sysrc -c ifconfig_em0=up"), 0);
        assert_int_equal(run(g, "host", false, dialect_sysrc, "sysrc -c ifconfig_em0=down"), 1);
        assert_string_equal(written, "");
        assert_int_equal(run(g, "host", false, dialect_sysrc, "sysrc -e kld_list"), 0);
        assert_string_equal(printed, "kld_list=\"if_bridge\"\n");
        assert_int_equal(run(g, "host", false, dialect_sysrc, "sysrc -a"), 0);
        assert_string_equal(printed, "kld_list: if_bridge\nifconfig_em0: up\n");
        assert_true(run(g, "host", false, dialect_sysrc, "sysrc nosuch") < 0);
        assert_string_equal(said, "unknown variable 'nosuch'");
        assert_true(run(g, "host", false, dialect_sysrc, "sysrc -x nosuch") < 0);
        assert_int_equal(run(g, "host", false, dialect_sysrc, "sysrc -i nosuch"), 0);
        assert_true(run(g, "host", false, dialect_sysrc, "sysrc a.b=1") < 0);
        assert_true(run(g, "host", false, dialect_sysrc, "sysrc -f") < 0);
        file = "reboot now\n";
        assert_true(run(g, "host", false, dialect_sysrc, "sysrc a=1") < 0);
        assert_string_equal(written, "");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_route),   cmocka_unit_test(test_sysctl), cmocka_unit_test(test_forwarding),
                cmocka_unit_test(test_modules), cmocka_unit_test(test_text),   cmocka_unit_test(test_sysrc),
                cmocka_unit_test(test_arp),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
