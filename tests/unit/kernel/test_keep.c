/* test_keep.c - what a link loses when it goes down is there again, as ip sees it. Runs in a private network. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/kernel/ack.h"
#include "core/kernel/keep.h"
#include "tests/lib/netbox.h"

/* Routes without those that the kernel makes, and addresses without those that the link has of itself. */
#define LOOK                                                                                                         \
        "{ ip -j -4 route show table all; ip -j -6 route show table all; ip -j address show dev a0; } | jq -cS -s '" \
        "(.[0] + .[1] | map(select(.protocol != \"kernel\") | {dst, gateway, via, dev, metric, prefsrc, scope,"      \
        " protocol, table}) | sort_by(tojson)[]), (.[2][0].addr_info[] | select(.scope != \"link\") | .local)'"

static struct nl_sock *sk;

static int setup(void **state)
{
        (void)state;
        free(netbox_read("sysctl -qw net.ipv6.conf.default.accept_dad=0 2>/dev/null;"
                         "ip link add a0 type veth peer name b0 && ip link set a0 up && ip link set b0 up &&"
                         "ip address add 10.0.0.1/24 dev a0 && ip -6 address add fd00::1/64 dev a0"));
        return ack_open(&sk, NULL);
}

static int teardown(void **state)
{
        (void)state;
        ack_close(sk);
        free(netbox_read("ip link del a0"));
        return 0;
}

static void what_goes_comes_back(void **state)
{
        (void)state;
        free(netbox_read("ip route add default via 10.0.0.254 metric 5 && ip route add 10.8.0.0/16 dev a0 table 77 && "
                         "ip route add 10.7.0.0/16 via 10.0.0.253 src 10.0.0.1 proto static && "
                         "ip -6 route add fd07::/16 via fd00::2 && ip -6 route add fd08::/16 dev a0 metric 9 && "
                         "ip route add unreachable 10.6.0.0/16"));

        CLEANUP(keep_done) struct kept kept = {0};
        CLEANUP(freep) char *before = netbox_read(LOOK);
        CLEANUP(freep) char *without = NULL;
        CLEANUP(freep) char *after = NULL;

        assert_int_equal(keep_read(&kept, sk, (int)if_nametoindex("a0"), NULL), 0);
        assert_int_equal(kept.count, 7); /* two addresses, since the link-local one goes as well */
        free(netbox_read("ip link set a0 down"));
        free(netbox_read("ip link set a0 up"));
        without = netbox_read(LOOK);
        assert_string_not_equal(before, without);
        assert_int_equal(keep_restore(&kept, sk, NULL), 0);
        after = netbox_read(LOOK);
        assert_string_equal(before, after);
        assert_int_equal(keep_restore(&kept, sk, NULL), 0); /* what is there already is no trouble */
}

/* One that can't be had any more does not keep the rest away. */
static void the_first_trouble_is_told(void **state)
{
        (void)state;
        CLEANUP(keep_done) struct kept kept = {0};
        struct err e = {0};

        free(netbox_read("ip route flush proto static; ip route replace 10.5.0.0/16 via 10.0.0.9; "
                         "ip route replace 10.4.0.0/16 via 10.0.0.8"));
        assert_int_equal(keep_read(&kept, sk, (int)if_nametoindex("a0"), NULL), 0);
        free(netbox_read("ip link set a0 down && ip address flush dev a0 && ip link set a0 up && "
                         "ip address add 10.0.0.8/32 dev a0"));
        assert_true(keep_restore(&kept, sk, &e) < 0);
        assert_true(e.code < 0 && *e.what);
        netbox_expect("fd00::1", "ip -j -6 address show dev a0 scope global | jq -r '.[].addr_info[]?.local // empty'");
}

int main(void)
{
        static const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(what_goes_comes_back, setup, teardown),
                cmocka_unit_test_setup_teardown(the_first_trouble_is_told, setup, teardown),
        };
        int r = netbox_enter();

        if (r < 0) {
                printf("skipped: no user namespace here: %s\n", strerror(-r));
                return 77;
        }
        return cmocka_run_group_tests(tests, NULL, NULL);
}
