/*
 * test_observer.c - the live picture on a real kernel: changes by other hands show within 100 ms, lost events are made
 * up for, and an idle observer rests.
 *
 * The program moves itself into private namespaces first, and changes are made with ip(8).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "tests/lib/netbox.h"
#include "tests/lib/watcher.h"

#define LATENCY_MS 100 /* the median, as the machine may have something else to do for a moment */

static int64_t latencies[64];
static size_t latency_count;

static void keep_latency(int64_t took_ms, const char *after)
{
        print_message("%4d ms after: %s\n", (int)took_ms, after);
        assert_true(latency_count < ARRAY_SIZE(latencies));
        latencies[latency_count++] = took_ms;
}

/* Runs a command of another program; the picture must follow its end. */
static void expect_soon(struct watcher *w, const char *command, watcher_condition c)
{
        keep_latency(watcher_run(w, command, c), command);
}

static bool has_jail(const struct graph *g)
{
        return graph_jail(g, "t1") != NULL;
}

static bool has_address(const struct graph *g)
{
        const struct iface *i = graph_iface(g, "t1", "eth0");
        char text[PREFIX_TEXT_SIZE];

        return i && i->address_count && strcmp(prefix_format(&i->addresses[0], text), "10.9.0.2/24") == 0;
}

static bool is_port(const struct graph *g)
{
        const struct iface *i = graph_iface(g, "host", "h0"), *b = graph_iface(g, "host", "br0");

        return i && b && i->master != NONE && &g->ifaces[i->master] == b && i->port_number == 1;
}

static bool is_forwarding(const struct graph *g)
{
        return is_port(g) && graph_iface(g, "host", "h0")->port_state == STP_FORWARDING;
}

static bool is_no_port(const struct graph *g)
{
        const struct iface *i = graph_iface(g, "host", "h0");

        return i && i->master == NONE && i->port_number == 0;
}

static bool is_down(const struct graph *g)
{
        const struct iface *i = graph_iface(g, "t1", "eth0");

        return i && !i->is_up;
}

static bool has_route(const struct graph *g)
{
        const struct jail *j = graph_jail(g, "t1");

        for (size_t k = 0; j && k < j->route_count; k++)
                if (g->routes[j->route_first + k].destination.length == 0)
                        return true;
        return false;
}

static bool has_no_route(const struct graph *g)
{
        return !has_route(g);
}

static bool is_forwarding_on(const struct graph *g)
{
        return graph_jail(g, "t1")->forwarding == 1;
}

static bool has_alias(const struct graph *g)
{
        const struct iface *i = graph_iface(g, "host", "h0");

        return i && i->alias && strcmp(i->alias, "to t1") == 0 && i->altname_count == 1;
}

static void changes_show_at_once(void **state)
{
        struct watcher w;

        (void)state;
        watcher_start(&w);
        expect_soon(&w, "ip netns add t1", has_jail);
        expect_soon(&w, "ip link add h0 type veth peer name eth0 netns t1", watcher_sees_pair);
        expect_soon(&w, "ip -n t1 addr add 10.9.0.2/24 dev eth0", has_address);
        free(netbox_read("ip link add br0 type bridge; ip link set br0 up"));
        expect_soon(&w, "ip link set h0 master br0", is_port);
        free(netbox_read("ip link set h0 up; ip -n t1 link set eth0 up"));
        (void)watcher_wait(&w, is_forwarding); /* after the carrier's own delay */
        expect_soon(&w, "ip -n t1 route add default via 10.9.0.1", has_route);
        expect_soon(&w, "ip netns exec t1 sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward'", is_forwarding_on);
        expect_soon(&w, "ip link set h0 alias 'to t1'; ip link property add dev h0 altname another-name-of-h0",
                    has_alias);
        expect_soon(&w, "ip -n t1 link set eth0 down", is_down);
        assert_true(has_no_route(w.graph)); /* the kernel drops it without a word */
        expect_soon(&w, "ip link set h0 nomaster", is_no_port);
        expect_soon(&w, "ip netns del t1", watcher_sees_no_t1);
        free(netbox_read("ip link del br0"));
        watcher_stop(&w);
}

static bool has_moved(const struct graph *g)
{
        return graph_iface(g, "t1", "renamed") && !graph_iface(g, "host", "m0");
}

static bool is_back(const struct graph *g)
{
        return graph_iface(g, "host", "renamed") != NULL;
}

/* Moved and renamed by another program, without any mark of ours: it stays the same interface, and is lent. */
static void a_move_keeps_the_number(void **state)
{
        struct watcher w;
        uint32_t number;

        (void)state;
        free(netbox_read("ip netns add t1; ip link add m0 type veth peer name m1"));
        watcher_start(&w);
        number = graph_iface(w.graph, "host", "m0")->number;
        expect_soon(&w, "ip link set m0 netns t1 name renamed", has_moved);
        assert_int_equal(graph_iface(w.graph, "t1", "renamed")->number, number);
        assert_int_equal(w.graph->loan_count, 1);
        assert_int_equal(w.graph->loans[0].state, LOAN_ON_LOAN);
        assert_string_equal(w.graph->loans[0].iface, "m0");
        assert_string_equal(w.graph->loans[0].jail_name, "t1");
        expect_soon(&w, "ip -n t1 link set renamed netns $PPID", is_back);
        assert_int_equal(graph_iface(w.graph, "host", "renamed")->number, number);
        assert_int_equal(w.graph->loans[0].state, LOAN_RETURNED);
        watcher_stop(&w);
        free(netbox_read("ip netns del t1; ip link del renamed"));
}

/* An inventory whose writer takes its time between the log and the word that it is written. */
static atomic_int load_count;
static atomic_bool is_written;

static int count_load(struct registry_store *s, struct registry *r, struct err *e)
{
        (void)s;
        (void)r;
        (void)e;
        load_count++;
        is_written = false;
        return 0;
}

static bool is_news(struct registry_store *s)
{
        (void)s;
        return is_written;
}

static void what_is_written_slowly_is_seen(void **state)
{
        struct registry_store store = {count_load, is_news, store_saves_nothing};
        struct observer_options o = {.store = &store, .store_path = "/run/slow.db"};
        struct watcher w = {0};

        (void)state;
        load_count = 0;
        is_written = false;
        assert_int_equal(observer_start(&o, &w.observer, &w.fd, NULL), 0);
        w.graph = observer_latest(w.observer);
        assert_int_equal(load_count, 1);
        free(netbox_read("echo >/run/slow.db-wal"));
        (void)poll(NULL, 0, 2000); /* what a busy disk takes */
        is_written = true;
        for (int64_t start = clock_now_ms(); load_count < 2 && clock_now_ms() - start < WATCHER_PATIENCE_MS;)
                (void)poll(NULL, 0, 10);
        assert_int_equal(load_count, 2);
        watcher_stop(&w);
}

static bool are_all_there(const struct graph *g)
{
        const struct iface *last = graph_iface(g, "host", "v0");

        return last && last->is_up && last->mtu_bytes == 1280;
}

/* The observer stands still while far more events come than its socket can keep. */
static void lost_events_are_made_up_for(void **state)
{
        bool was_told = false;
        struct watcher w;

        (void)state;
        free(netbox_read("ip link add v0 type veth peer name v1"));
        watcher_start(&w);
        free(netbox_read("p=$PPID; kill -STOP $p; for i in $(seq 8000); do echo link set v0 up; echo link set v0 down; "
                         "done | ip -batch -; ip link set v0 up mtu 1280; kill -CONT $p"));
        for (int64_t start = clock_now_ms(); !are_all_there(w.graph) || !was_told;) {
                struct pollfd p = {.fd = w.fd, .events = POLLIN};

                assert_true(clock_now_ms() - start < WATCHER_PATIENCE_MS);
                assert_true(poll(&p, 1, WATCHER_PATIENCE_MS) > 0);
                graph_unref(w.graph);
                w.graph = observer_latest(w.observer);
                for (size_t k = 0; k < w.graph->warning_count; k++)
                        was_told |= strstr(w.graph->warnings[k], "read anew") != NULL;
        }
        watcher_stop(&w);
        free(netbox_read("ip link del v0"));
}

static bool has_rate(const struct graph *g)
{
        const struct iface *i = graph_iface(g, "host", "lo");

        return i && i->rx_Bps != RATE_UNKNOWN && i->rx_Bps > 0;
}

/* Of a jail's end of a pair, which is told by its other end at home: a rate, and the counters that the kernel has. */
static bool has_rate_in_jail(const struct graph *g)
{
        const struct iface *near = graph_iface(g, "host", "r0"), *far = graph_iface(g, "r1", "r0b");

        return near && far && far->rx_Bps != RATE_UNKNOWN && far->rx_Bps > 0 && far->rx_Bps == near->tx_Bps &&
                far->counters.rx_bytes == near->counters.tx_bytes;
}

static bool has_loopback_rate_in_jail(const struct graph *g)
{
        const struct iface *i = graph_iface(g, "r1", "lo");

        return i && i->rx_Bps != RATE_UNKNOWN && i->rx_Bps > 0;
}

static bool has_no_rate(const struct graph *g)
{
        const struct iface *i = graph_iface(g, "host", "lo");

        return i && i->rx_Bps == RATE_UNKNOWN;
}

static void rates_when_wanted(void **state)
{
        struct watcher w;
        pid_t pids[3];

        (void)state;
        free(netbox_read("ip link set lo up"));
        free(netbox_read("ip netns add r1; ip link add r0 up type veth peer name r0b netns r1;"
                         "ip -n r1 link set r0b up; ip -n r1 link set lo up; ip addr add 10.8.0.1/24 dev r0;"
                         "ip -n r1 addr add 10.8.0.2/24 dev r0b"));
        pids[0] = process_start("exec ping -q -i 0.02 127.0.0.1 >/dev/null");
        pids[1] = process_start("exec ping -q -i 0.02 10.8.0.2 >/dev/null");
        pids[2] = process_start("exec ip netns exec r1 ping -q -i 0.02 127.0.0.1 >/dev/null");
        watcher_start(&w);
        assert_true(has_no_rate(w.graph));
        observer_set_rates(w.observer, true);
        assert_in_range(watcher_wait(&w, has_rate), 500, 2500);
        (void)watcher_wait(&w, has_rate_in_jail);
        (void)watcher_wait(&w, has_loopback_rate_in_jail);
        observer_set_rates(w.observer, false);
        keep_latency(watcher_wait(&w, has_no_rate), "the end of the rates");
        for (size_t k = 0; k < ARRAY_SIZE(pids); k++)
                process_end(pids[k]);
        free(netbox_read("ip netns del r1"));
        watcher_stop(&w);
}

static bool br9_is_up(const struct graph *g)
{
        const struct iface *i = graph_iface(g, "host", "br9");

        return i && i->is_up;
}

static bool br9_is_down(const struct graph *g)
{
        const struct iface *i = graph_iface(g, "host", "br9");

        return i && !i->is_up;
}

static bool br9_has_route(const struct graph *g)
{
        for (size_t k = 0; k < g->route_count; k++)
                if (g->routes[k].destination.length == 24)
                        return true;
        return false;
}

static bool br9_has_no_route(const struct graph *g)
{
        return !br9_has_route(g);
}

/* A state alone makes no new graph but for the interfaces, and what the kernel does with it and does not tell, to
 * routes, comes after it. */
static void states_are_followed(void **state)
{
        CLEANUP(graph_unrefp) const struct graph *before = NULL;
        struct watcher w;

        (void)state;
        free(netbox_read(
                "ip link add br9 type bridge; ip address add 10.8.0.1/24 dev br9; ip link add br8 type bridge"));
        watcher_start(&w);
        expect_soon(&w, "ip link set br9 up", br9_is_up);
        watcher_wait(&w, br9_has_route);
        before = graph_ref(w.graph);
        free(netbox_read("ip link set br9 down"));
        watcher_wait(&w, br9_is_down);
        assert_ptr_equal(w.graph->nodes, before->nodes);
        assert_ptr_not_equal(w.graph->ifaces, before->ifaces);
        watcher_wait(&w, br9_has_no_route);
        free(netbox_read("ip link del br9; ip link del br8"));
        watcher_stop(&w);
}

static bool has_v9(const struct graph *g)
{
        return graph_iface(g, "host", "v9") != NULL;
}

static bool is_passed_on(const struct graph *g)
{
        static const struct mac wanted = {.bytes = {2, 0, 0, 0, 0, 0x42}, .is_set = true};
        const struct iface *i = graph_iface(g, "host", "mv9");

        return i && mac_equal(i->mac, wanted);
}

/* A macvlan that passes all on has the MAC address of what it stands on: the kernel changes both, and tells of one. */
static void a_mac_address_is_passed_on(void **state)
{
        struct watcher w;

        (void)state;
        free(netbox_read("ip link add v9 type veth peer name u9; "
                         "ip link add link v9 name mv9 type macvlan mode passthru 2>/dev/null || :"));
        watcher_start(&w);
        watcher_wait(&w, has_v9);
        if (graph_iface(w.graph, "host", "mv9"))
                expect_soon(&w, "ip link set v9 address 02:00:00:00:00:42", is_passed_on);
        free(netbox_read("ip link del v9"));
        watcher_stop(&w);
}

static void an_idle_observer_rests(void **state)
{
        struct timespec before, after;
        struct watcher w;
        double spent_ms;

        (void)state;
        watcher_start(&w);
        assert_int_equal(poll(&(struct pollfd){.fd = w.fd, .events = POLLIN}, 1, 300) < 0, 0); /* what is on its way */
        assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before), 0);
        (void)poll(NULL, 0, 3000);
        assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after), 0);
        spent_ms = (double)(after.tv_sec - before.tv_sec) * 1e3 + (double)(after.tv_nsec - before.tv_nsec) / 1e6;
        print_message("%.2f ms of processor time in 3 s\n", spent_ms);
        assert_true(spent_ms < 30); /* 1 %: other tests' programs may start and end meanwhile */
        watcher_stop(&w);
}

static int compare_times(const void *a, const void *b)
{
        const int64_t *x = a, *y = b;

        return (*x > *y) - (*x < *y);
}

static void pictures_follow_within_100_ms(void **state)
{
        (void)state;
        assert_true(latency_count > 10);
        qsort(latencies, latency_count, sizeof(*latencies), compare_times);
        print_message("%d ms, the median of %zu\n", (int)latencies[latency_count / 2], latency_count);
        assert_true(latencies[latency_count / 2] <= LATENCY_MS);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup(changes_show_at_once, watcher_empty_box),
                cmocka_unit_test_setup(a_move_keeps_the_number, watcher_empty_box),
                cmocka_unit_test_setup(what_is_written_slowly_is_seen, watcher_empty_box),
                cmocka_unit_test_setup(lost_events_are_made_up_for, watcher_empty_box),
                cmocka_unit_test_setup(rates_when_wanted, watcher_empty_box),
                cmocka_unit_test_setup(states_are_followed, watcher_empty_box),
                cmocka_unit_test_setup(a_mac_address_is_passed_on, watcher_empty_box),
                cmocka_unit_test_setup(an_idle_observer_rests, watcher_empty_box),
                cmocka_unit_test(pictures_follow_within_100_ms),
        };
        int r = netbox_enter();

        if (r < 0) {
                printf("skipped: no private namespaces here: %s\n", strerror(-r));
                return 77;
        }
        return cmocka_run_group_tests(tests, NULL, NULL);
}
