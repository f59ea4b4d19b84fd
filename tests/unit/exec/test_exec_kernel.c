/*
 * test_exec_kernel.c - whole plans on a real kernel, in a private network: done, and taken back so that nothing is
 * different from before, seen by ip.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "core/exec/exec.h"
#include "core/graph/build.h"
#include "core/kernel/apply.h"
#include "core/kernel/netns.h"
#include "tests/lib/netbox.h"

/* A journal that forgets, but counts. */
static int begun, finished;
static uint32_t next_number;

static int journal_lock(struct journal *j, int timeout_ms, struct err *e)
{
        (void)j;
        (void)timeout_ms;
        (void)e;
        return 0;
}

static void journal_unlock(struct journal *j)
{
        (void)j;
}

static int journal_begin(struct journal *j, struct plan *p, struct err *e)
{
        (void)j;
        (void)e;
        begun++;
        for (size_t i = 0; i < p->step_count; i++) {
                if (p->steps[i].op != STEP_LINK_ADD)
                        continue;
                p->steps[i].link.number = ++next_number;
                p->steps[i].link.peer_number = ++next_number;
        }
        return 0;
}

static int journal_rows(struct journal *j, const struct plan *p, size_t first, size_t count, struct err *e)
{
        (void)j;
        (void)p;
        (void)first;
        (void)count;
        (void)e;
        return 0;
}

static int journal_finish(struct journal *j, const struct plan *p, struct err *e)
{
        (void)j;
        (void)p;
        (void)e;
        finished++;
        return 0;
}

static struct journal journal = {journal_lock, journal_unlock, journal_begin, journal_rows,
                                 journal_rows, journal_finish, NULL};

static const struct graph *graph;
static uint64_t host_cookie;

static int setup(void **state)
{
        struct graph_build *b = graph_build_new("box");

        (void)state;
        host_cookie = netns_cookie_here();

        const struct jail host = {.name = "host", .origin = ORIGIN_HOST, .cookie = host_cookie, .nsid = -1};
        const struct iface lo = {.id = {host_cookie, 1}, .name = "lo", .kind = KIND_LOOPBACK, .kind_name = ""};

        (void)graph_build_jail(b, &host);
        (void)graph_build_iface(b, 0, &lo);
        graph = graph_build_finish(b, NULL, 1);
        begun = finished = 0;
        return 0;
}

static int teardown(void **state)
{
        (void)state;
        graph_unref(graph);
        graph = NULL;
        free(netbox_read("for f in /run/netns/*; do [ -e \"$f\" ] && ip netns del \"${f##*/}\"; done;"
                         " for l in $(ip -j link | jq -r '.[] | select(.ifname != \"lo\") | .ifname'); do"
                         " ip link del $l 2>/dev/null; done; :"));
        return 0;
}

static struct target on(const char *jail, const char *iface)
{
        struct target t = {0};

        (void)str_copy(t.jail, sizeof(t.jail), jail);
        (void)str_copy(t.iface, sizeof(t.iface), iface);
        if (strcmp(jail, "host") == 0)
                t.cookie = host_cookie;
        return t;
}

static struct target by_index(const char *iface)
{
        CLEANUP(freep) char *index = netbox_read("ip -j link show %s | jq '.[0].ifindex'", iface);
        struct target t = on("host", iface);

        t.ifindex = (int)strtol(index, NULL, 10);
        (void)str_copy(t.kind, sizeof(t.kind), "veth");
        return t;
}

static struct step *add(struct plan *p, enum step_op op, struct target at)
{
        struct step *s = plan_add(p, op);

        s->at = at;
        return s;
}

static struct step *undo(struct step *s, enum step_op op, struct target at)
{
        struct step *u = step_add_undo(s, op);

        u->at = at;
        return u;
}

/* A step that no kernel does. */
static void add_impossible(struct plan *p, struct target at)
{
        add(p, STEP_LINK_MTU, at)->number = 1000000;
}

/* A jail, a pair with its other end there, a bridge with the near end as its port, an address, a route. */
static struct plan *network_plan(void)
{
        struct plan *p = plan_new("a small network");
        struct step *s = add(p, STEP_JAIL_ADD, on("www", ""));

        (void)undo(s, STEP_JAIL_DEL, on("www", ""));

        s = add(p, STEP_LINK_ADD, on("host", ""));
        s->link = (struct link_spec){.kind = KIND_BRIDGE, .name = "br0", .is_up = true};
        (void)undo(s, STEP_LINK_DEL, on("host", "br0"));

        s = add(p, STEP_LINK_ADD, on("host", ""));
        s->link = (struct link_spec){.kind = KIND_VETH, .role = ROLE_EPAIR, .peer_role = ROLE_EPAIR, .name = "epair0a"};
        (void)str_copy(s->link.peer_name, sizeof(s->link.peer_name), "epair0b");
        s->link.peer_jail = on("www", "");
        (void)undo(s, STEP_LINK_DEL, on("host", "epair0a"));

        s = add(p, STEP_LINK_MASTER, on("host", "epair0a"));
        s->to = on("host", "br0");
        (void)undo(s, STEP_LINK_MASTER, on("host", "epair0a"));

        (void)undo(add(p, STEP_LINK_UP, on("host", "epair0a")), STEP_LINK_DOWN, on("host", "epair0a"));
        (void)undo(add(p, STEP_LINK_UP, on("www", "epair0b")), STEP_LINK_DOWN, on("www", "epair0b"));

        s = add(p, STEP_ADDRESS_ADD, on("www", "epair0b"));
        assert_int_equal(prefix_parse("10.0.0.2/24", &s->address, NULL), 0);
        undo(s, STEP_ADDRESS_DEL, on("www", "epair0b"))->address = s->address;

        s = add(p, STEP_ROUTE_ADD, on("www", ""));
        s->route.destination.family = AF_INET;
        assert_int_equal(prefix_parse("10.0.0.1", &s->route.gateway, NULL), 0);
        undo(s, STEP_ROUTE_DEL, on("www", ""))->route = s->route;
        return p;
}

static int run(struct plan *p, struct err *e)
{
        const struct exec_options o = {.graph = graph, .journal = &journal, .lock_timeout_ms = 1000};
        int r = exec_run(p, &o, e);

        if (p->failure[0])
                print_message("  %s\n", p->failure);
        return r;
}

static void test_network_is_made(void **state)
{
        CLEANUP(plan_freep) struct plan *p = network_plan();
        struct err e = {0};

        (void)state;
        assert_int_equal(run(p, &e), 0);
        assert_int_equal(p->state, PLAN_DONE);
        netbox_expect("br0 true",
                      "ip -j link show epair0a | jq -r '.[0] | \"\\(.master) "
                      "\\(.flags | index(\"UP\") != null)\"'");
        netbox_expect("10.0.0.2/24",
                      "ip -n www -j -4 addr show epair0b | jq -r '.[0].addr_info[0] | "
                      "\"\\(.local)/\\(.prefixlen)\"'");
        netbox_expect("10.0.0.1", "ip -n www -j route show default | jq -r '.[0].gateway'");
        assert_int_equal(finished, 1);
}

static void test_network_is_taken_back(void **state)
{
        CLEANUP(plan_freep) struct plan *p = network_plan();
        CLEANUP(freep) char *before = NULL;
        CLEANUP(freep) char *after = NULL;
        struct err e = {0};

        (void)state;
        add_impossible(p, on("www", "epair0b"));
        free(netbox_read("ip link add other0 type veth peer name other1 && ip link set other0 up"));
        before = netbox_read("ip -j link; ip -j -4 addr; ip -j route; ls /run/netns");
        assert_int_equal(run(p, &e), -EINVAL);
        assert_int_equal(p->state, PLAN_ROLLED_BACK);
        assert_string_equal(e.kernel, "mtu greater than device maximum");
        after = netbox_read("ip -j link; ip -j -4 addr; ip -j route; ls /run/netns");
        assert_string_equal(before, after);
        assert_int_equal(finished, 1);
}

/* A port with addresses goes to a jail under another name; then a later step fails. Master, name, state, addresses and
 * place are as before, and so is the index. */
static void test_move_is_taken_back(void **state)
{
        CLEANUP(plan_freep) struct plan *p = plan_new("lend eth1 to www");
        CLEANUP(freep) char *before = NULL;
        CLEANUP(freep) char *after = NULL;
        struct err e = {0};

        (void)state;
        free(netbox_read("ip link add br0 type bridge && ip link add eth1 address 02:00:00:00:00:01 type veth peer "
                         "name wire && ip link set eth1 master br0 && ip link set eth1 alias 'the wire' && "
                         "ip link set wire up && ip link set eth1 up && ip addr add 10.1.0.1/24 dev eth1 && "
                         "ip route add 10.2.0.0/16 via 10.1.0.9"));

        const struct target eth1 = by_index("eth1");
        struct target home = on("host", "eth1");
        struct step *s = add(p, STEP_JAIL_ADD, on("www", ""));

        (void)undo(s, STEP_JAIL_DEL, on("www", ""));
        s = add(p, STEP_LINK_MOVE, eth1);
        s->to = on("www", "");
        (void)str_copy(s->name, sizeof(s->name), "wan");
        s->is_up = true;

        struct step *u = undo(s, STEP_LINK_MOVE, on("www", "wan"));

        u->to = on("host", "");
        (void)str_copy(u->name, sizeof(u->name), "eth1");
        undo(s, STEP_LINK_MASTER, home)->to = on("host", "br0");
        (void)undo(s, STEP_LINK_UP, home);
        assert_int_equal(prefix_parse("10.1.0.1/24", &undo(s, STEP_ADDRESS_ADD, home)->address, NULL), 0);
        u = undo(s, STEP_ROUTE_ADD, home);
        assert_int_equal(prefix_parse("10.2.0.0/16", &u->route.destination, NULL), 0);
        assert_int_equal(prefix_parse("10.1.0.9", &u->route.gateway, NULL), 0);

        s = add(p, STEP_ADDRESS_ADD, on("www", "wan"));
        assert_int_equal(prefix_parse("10.1.0.1/24", &s->address, NULL), 0);
        undo(s, STEP_ADDRESS_DEL, on("www", "wan"))->address = s->address;
        s = add(p, STEP_LINK_RENAME, on("www", "wan"));
        (void)str_copy(s->name, sizeof(s->name), "wan0");
        (void)str_copy(undo(s, STEP_LINK_RENAME, on("www", "wan0"))->name, 16, "wan");
        add_impossible(p, on("www", "wan0"));

        before = netbox_snapshot();
        assert_int_equal(run(p, &e), -EINVAL);
        assert_int_equal(p->state, PLAN_ROLLED_BACK);
        after = netbox_snapshot();
        assert_string_equal(before, after);
}

/* The link arrives, and then cannot come up: the move is a failed step, and has to be taken back all the same. */
static void test_half_a_move_is_taken_back(void **state)
{
        CLEANUP(plan_freep) struct plan *p = plan_new("move mv1 to www");
        struct applier *a = applier_new(graph);
        bool has_macvlan = applier_has_kind(a, KIND_MACVLAN) == 1;
        struct err e = {0};

        (void)state;
        applier_free(a);
        if (!has_macvlan)
                skip();

        /* Two with one address on one parent: the second one stays down. */
        free(netbox_read("ip netns add www && ip link add eth1 type veth peer name wire && ip link set eth1 up && "
                         "ip link add mv0 link eth1 address 02:00:00:00:00:77 type macvlan mode bridge && "
                         "ip link set mv0 up && "
                         "ip link add mv1 link eth1 address 02:00:00:00:00:77 type macvlan mode bridge && "
                         "ip addr add 10.3.0.1/24 dev mv1 && ip link set mv1 alias keep"));

        struct step *s = add(p, STEP_LINK_MOVE, by_index("mv1"));

        s->at.kind[0] = '\0';
        s->to = on("www", "");
        (void)str_copy(s->name, sizeof(s->name), "wan");
        s->is_up = true;

        struct step *u = undo(s, STEP_LINK_MOVE, on("www", "wan"));

        u->to = on("host", "");
        (void)str_copy(u->name, sizeof(u->name), "mv1");
        assert_int_equal(prefix_parse("10.3.0.1/24", &undo(s, STEP_ADDRESS_ADD, on("host", "mv1"))->address, NULL), 0);

        CLEANUP(freep) char *before = netbox_snapshot();

        assert_int_equal(run(p, &e), -EADDRINUSE);
        assert_int_equal(p->state, PLAN_ROLLED_BACK);

        CLEANUP(freep) char *after = netbox_snapshot();

        assert_string_equal(before, after);
}

/* A kind that this kernel lacks is refused as a whole, in one sentence, before the journal has a row. */
static void test_missing_kind(void **state)
{
        static const enum iface_kind candidates[] = {KIND_VLAN, KIND_DUMMY, KIND_BOND, KIND_IPVLAN};
        CLEANUP(plan_freep) struct plan *p = network_plan();
        struct applier *a = applier_new(graph);
        CLEANUP(freep) char *before = netbox_snapshot();
        enum iface_kind missing = KIND_OTHER;
        struct err e = {0};

        (void)state;
        for (size_t i = 0; i < ARRAY_SIZE(candidates) && missing == KIND_OTHER; i++)
                if (applier_has_kind(a, candidates[i]) == 0)
                        missing = candidates[i];
        applier_free(a);
        if (missing == KIND_OTHER)
                skip(); /* a kernel that has them all */

        struct step *s = add(p, STEP_LINK_ADD, on("host", ""));

        s->link = (struct link_spec){.kind = missing, .name = "x0", .vlan_id = 5, .parent = on("host", "lo")};
        assert_int_equal(run(p, &e), -EOPNOTSUPP);
        assert_non_null(strstr(e.what, "this kernel has no such link kind"));
        assert_int_equal(p->state, PLAN_DRAFT);
        assert_int_equal(begun, 0);

        CLEANUP(freep) char *after = netbox_snapshot();

        assert_string_equal(before, after);
}

/* Somebody else took the interface away between planning and running. */
static void test_stale(void **state)
{
        CLEANUP(plan_freep) struct plan *p = network_plan();
        struct err e = {0};

        (void)state;
        free(netbox_read("ip link add eth1 type veth peer name wire"));
        (void)add(p, STEP_LINK_UP, by_index("eth1"));
        free(netbox_read("ip link del eth1 && ip link add eth1 type veth peer name wire"));

        CLEANUP(freep) char *before = netbox_snapshot();

        assert_int_equal(run(p, &e), -ESTALE);
        assert_string_equal(e.what, "eth1: is gone (or another interface has its place); look again and repeat");

        CLEANUP(freep) char *after = netbox_snapshot();

        assert_string_equal(before, after);
        assert_int_equal(begun, 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_network_is_made, setup, teardown),
                cmocka_unit_test_setup_teardown(test_network_is_taken_back, setup, teardown),
                cmocka_unit_test_setup_teardown(test_move_is_taken_back, setup, teardown),
                cmocka_unit_test_setup_teardown(test_half_a_move_is_taken_back, setup, teardown),
                cmocka_unit_test_setup_teardown(test_missing_kind, setup, teardown),
                cmocka_unit_test_setup_teardown(test_stale, setup, teardown),
        };
        int r = netbox_enter();

        if (r < 0) {
                printf("skipped: no private network here: %s\n", strerror(-r));
                return 77;
        }
        return cmocka_run_group_tests(tests, NULL, NULL);
}
