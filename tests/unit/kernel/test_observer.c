/*
 * test_observer.c - the live picture on a real kernel: everything is found, changes by other hands show within 100 ms,
 * and nothing is held: a namespace whose name is removed is gone at once, with the observer running.
 *
 * The program moves itself into private namespaces first, and changes are made with ip(8).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "core/graph/diff.h"
#include "core/kernel/netns.h"
#include "core/kernel/observer.h"
#include "tests/lib/netbox.h"

#define LATENCY_MS  100   /* the median, as the machine may have something else to do for a moment */
#define PATIENCE_MS 20000 /* each */

static int64_t latencies[64];
static size_t latency_count;

/* One running observer and what a test waits for. */
struct watcher {
        struct observer *observer;
        int fd;
        const struct graph *graph;
};

static void watcher_start(struct watcher *w, bool read_only)
{
        struct observer_options o = {.want_routes = true, .want_holders = true, .read_only = read_only};
        struct err e = {0};

        assert_int_equal(observer_start(&o, &w->observer, &w->fd, &e), 0);
        w->graph = observer_latest(w->observer);
}

static void watcher_stop(struct watcher *w)
{
        graph_unref(w->graph);
        observer_stop(w->observer);
}

typedef bool (*condition)(const struct graph *g);

/* Milliseconds until a published graph fulfils c. */
static int64_t wait_until(struct watcher *w, condition c)
{
        int64_t start = clock_now_ms();

        while (!c(w->graph)) {
                struct pollfd p = {.fd = w->fd, .events = POLLIN};
                int64_t left = start + PATIENCE_MS - clock_now_ms();

                if (left <= 0 || poll(&p, 1, (int)left) <= 0)
                        fail_msg("the picture did not come within %d ms", PATIENCE_MS);
                graph_unref(w->graph);
                w->graph = observer_latest(w->observer);
        }
        return clock_now_ms() - start;
}

/* Waits until a published graph fulfils c; the time counts. */
static void await(struct watcher *w, condition c, const char *after)
{
        int64_t took = wait_until(w, c);

        print_message("%4d ms after: %s\n", (int)took, after);
        assert_true(latency_count < sizeof(latencies) / sizeof(*latencies));
        latencies[latency_count++] = took;
}

/* Runs a command of another program; the picture must follow its end. */
static void expect_soon(struct watcher *w, const char *command, condition c)
{
        assert_false(c(w->graph));
        free(netbox_read("%s", command));
        await(w, c, command);
}

static const struct jail *jail_named(const struct graph *g, const char *name)
{
        size_t k = graph_find_jail(g, name);

        return k == NONE ? NULL : &g->jails[k];
}

static const struct iface *iface_named(const struct graph *g, const char *jail, const char *name)
{
        size_t j = graph_find_jail(g, jail), i = j == NONE ? NONE : graph_find_iface_in(g, j, name);

        return i == NONE ? NULL : &g->ifaces[i];
}

static bool has_jail(const struct graph *g)
{
        return jail_named(g, "t1") != NULL;
}

static bool has_no_jail(const struct graph *g)
{
        return jail_named(g, "t1") == NULL;
}

static bool has_pair(const struct graph *g)
{
        const struct iface *a = iface_named(g, "host", "h0"), *b = iface_named(g, "t1", "eth0");

        return a && b && a->peer_state == PEER_KNOWN && &g->ifaces[a->peer] == b;
}

static bool has_address(const struct graph *g)
{
        const struct iface *i = iface_named(g, "t1", "eth0");
        char text[PREFIX_TEXT_SIZE];

        return i && i->address_count && strcmp(prefix_format(&i->addresses[0], text), "10.9.0.2/24") == 0;
}

static bool is_port(const struct graph *g)
{
        const struct iface *i = iface_named(g, "host", "h0"), *b = iface_named(g, "host", "br0");

        return i && b && i->master != NONE && &g->ifaces[i->master] == b && i->port_number == 1;
}

static bool is_forwarding(const struct graph *g)
{
        return is_port(g) && iface_named(g, "host", "h0")->port_state == STP_FORWARDING;
}

static bool is_no_port(const struct graph *g)
{
        const struct iface *i = iface_named(g, "host", "h0");

        return i && i->master == NONE && i->port_number == 0;
}

static bool is_down(const struct graph *g)
{
        const struct iface *i = iface_named(g, "t1", "eth0");

        return i && !i->is_up;
}

static bool has_route(const struct graph *g)
{
        const struct jail *j = jail_named(g, "t1");

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
        return jail_named(g, "t1")->forwarding == 1;
}

static bool has_alias(const struct graph *g)
{
        const struct iface *i = iface_named(g, "host", "h0");

        return i && i->alias && strcmp(i->alias, "to t1") == 0 && i->altname_count == 1;
}

static void changes_show_at_once(void **state)
{
        struct watcher w;

        (void)state;
        watcher_start(&w, false);
        expect_soon(&w, "ip netns add t1", has_jail);
        expect_soon(&w, "ip link add h0 type veth peer name eth0 netns t1", has_pair);
        expect_soon(&w, "ip -n t1 addr add 10.9.0.2/24 dev eth0", has_address);
        free(netbox_read("ip link add br0 type bridge; ip link set br0 up"));
        expect_soon(&w, "ip link set h0 master br0", is_port);
        free(netbox_read("ip link set h0 up; ip -n t1 link set eth0 up"));
        (void)wait_until(&w, is_forwarding); /* after the carrier's own delay */
        expect_soon(&w, "ip -n t1 route add default via 10.9.0.1", has_route);
        expect_soon(&w, "ip netns exec t1 sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward'", is_forwarding_on);
        expect_soon(&w, "ip link set h0 alias 'to t1'; ip link property add dev h0 altname another-name-of-h0",
                    has_alias);
        expect_soon(&w, "ip -n t1 link set eth0 down", is_down);
        assert_true(has_no_route(w.graph)); /* the kernel drops it without a word */
        expect_soon(&w, "ip link set h0 nomaster", is_no_port);
        expect_soon(&w, "ip netns del t1", has_no_jail);
        free(netbox_read("ip link del br0"));
        watcher_stop(&w);
}

static bool has_moved(const struct graph *g)
{
        return iface_named(g, "t1", "renamed") && !iface_named(g, "host", "m0");
}

static bool is_back(const struct graph *g)
{
        return iface_named(g, "host", "renamed") != NULL;
}

/* Moved and renamed by another program, without any mark of ours: it stays the same interface, and is lent. */
static void a_move_keeps_the_number(void **state)
{
        struct watcher w;
        uint32_t number;

        (void)state;
        free(netbox_read("ip netns add t1; ip link add m0 type veth peer name m1"));
        watcher_start(&w, false);
        number = iface_named(w.graph, "host", "m0")->number;
        expect_soon(&w, "ip link set m0 netns t1 name renamed", has_moved);
        assert_int_equal(iface_named(w.graph, "t1", "renamed")->number, number);
        assert_int_equal(w.graph->loan_count, 1);
        assert_int_equal(w.graph->loans[0].state, LOAN_ON_LOAN);
        assert_string_equal(w.graph->loans[0].iface, "m0");
        assert_string_equal(w.graph->loans[0].jail_name, "t1");
        expect_soon(&w, "ip -n t1 link set renamed netns $PPID", is_back);
        assert_int_equal(iface_named(w.graph, "host", "renamed")->number, number);
        assert_int_equal(w.graph->loans[0].state, LOAN_RETURNED);
        watcher_stop(&w);
        free(netbox_read("ip netns del t1; ip link del renamed"));
}

/* Descriptors of ours on a namespace other than the host's. */
static unsigned count_foreign(void)
{
        DIR *d = opendir("/proc/self/fd");
        struct dirent *entry;
        unsigned count = 0;
        struct stat home, st;

        assert_int_equal(stat("/proc/self/ns/net", &home), 0);
        while ((entry = readdir(d)))
                count += fstatat(dirfd(d), entry->d_name, &st, 0) == 0 && st.st_dev == home.st_dev &&
                        st.st_ino != home.st_ino;
        (void)closedir(d);
        return count;
}

static bool has_no_jail_and_pair(const struct graph *g)
{
        return has_no_jail(g) && !iface_named(g, "host", "h0");
}

static void nothing_is_held(bool with_handles)
{
        struct watcher w;

        if (!with_handles)
                assert_int_equal(setenv("JAILNET_NO_HANDLES", "1", 1), 0);
        free(netbox_read("ip netns add t1; ip link add h0 type veth peer name eth0 netns t1"));
        watcher_start(&w, false);
        assert_true(has_pair(w.graph));
        assert_int_equal(count_foreign(), 0);
        /* The other end lives in t1: when it goes, t1 is really gone, whoever asks. */
        free(netbox_read("ip netns del t1; n=0; while ip link show h0 >/dev/null 2>&1; do"
                         " n=$((n+1)); [ $n -lt 200 ] || exit 1; sleep 0.01; done"));
        await(&w, has_no_jail_and_pair, "the end of a jail and its pair");
        assert_int_equal(count_foreign(), 0);
        watcher_stop(&w);
        assert_int_equal(unsetenv("JAILNET_NO_HANDLES"), 0);
}

static void nothing_is_held_with_handles(void **state)
{
        (void)state;
        nothing_is_held(true);
}

static void nothing_is_held_by_ids_alone(void **state)
{
        (void)state;
        nothing_is_held(false);
}

static bool is_dying(const struct graph *g)
{
        const struct jail *j = jail_named(g, "t1");

        return j && j->state == JAIL_DYING && j->holder_count > 0;
}

/* A program that sleeps in the namespace named t1; its pid. */
static pid_t sleep_in(const char *how)
{
        pid_t pid = fork();

        assert_true(pid >= 0);
        if (pid == 0) {
                (void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* also with a test that has failed */
                execl("/bin/sh", "sh", "-c", how, (char *)NULL);
                _exit(127);
        }
        return pid;
}

static void end(pid_t pid)
{
        assert_int_equal(kill(pid, SIGKILL), 0);
        assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static bool has_process(const struct graph *g)
{
        const struct jail *j = jail_named(g, "t1");

        return j && j->process_count == 1;
}

static void a_held_namespace_is_dying(void **state)
{
        struct watcher w;
        pid_t pid;

        (void)state;
        free(netbox_read("ip netns add t1"));
        pid = sleep_in("exec ip netns exec t1 sleep 100");
        free(netbox_read("until [ \"$(cat /proc/%d/comm)\" = sleep ]; do :; done", (int)pid));
        watcher_start(&w, false);
        assert_true(has_process(w.graph));
        expect_soon(&w, "ip netns del t1", is_dying);
        assert_int_equal(jail_named(w.graph, "t1")->holders[0].kind, HOLDER_PROCESS);
        assert_int_equal(jail_named(w.graph, "t1")->holders[0].pid, pid);
        assert_string_equal(jail_named(w.graph, "t1")->holders[0].command, "sleep");
        end(pid);
        await(&w, has_no_jail, "the end of what held a jail");
        watcher_stop(&w);
}

/* Held by a descriptor alone: no process lives in it, and its name is gone. */
static void a_descriptor_holds(void **state)
{
        struct watcher w;
        pid_t pid;

        (void)state;
        free(netbox_read("ip netns add t1"));
        pid = sleep_in("exec sleep 100 7</run/netns/t1");
        watcher_start(&w, false);
        free(netbox_read("until [ -e /proc/%d/fd/7 ]; do :; done", (int)pid));
        expect_soon(&w, "ip netns del t1", is_dying);
        assert_int_equal(jail_named(w.graph, "t1")->holders[0].kind, HOLDER_DESCRIPTOR);
        assert_string_equal(jail_named(w.graph, "t1")->holders[0].detail, "fd 7");
        end(pid);
        await(&w, has_no_jail, "the end of what held a jail");
        watcher_stop(&w);
}

/* A search in the smallest slices finds what one at once does, a descriptor among many too. */
static void slices_find_the_same(void **state)
{
        struct task_search *s = NULL;
        struct netns_list list = {0};
        size_t slices = 1;
        pid_t pids[2];
        struct err e = {0};

        (void)state;
        free(netbox_read("ip netns add t1; ip netns add t2"));
        pids[0] = sleep_in("exec ip netns exec t1 sleep 100");
        pids[1] = sleep_in("for i in 3 4 5 6 8 9; do eval \"exec $i</dev/null\"; done; exec sleep 100 7</run/netns/t2");
        for (size_t k = 0; k < ARRAY_SIZE(pids); k++)
                free(netbox_read("until [ \"$(cat /proc/%d/comm)\" = sleep ]; do :; done", (int)pids[k]));
        assert_int_equal(netns_find_tasks(&list, true, NULL, &e), 0);
        assert_int_equal(netns_tasks_begin(true, NULL, &s, &e), 0);
        while (!netns_tasks_step(s, 0))
                slices++;
        print_message("%zu slices\n", slices);
        assert_int_equal(netns_tasks_list(s)->count, list.count);
        for (size_t k = 0; k < list.count; k++) {
                const struct netns_ref *ref =
                        netns_list_find(netns_tasks_list(s), list.refs[k].inode, list.refs[k].device);

                assert_non_null(ref);
                assert_int_equal(ref->origin, list.refs[k].origin);
                assert_int_equal(ref->holder_count, list.refs[k].holder_count);
        }
        netns_tasks_end(s);
        netns_list_done(&list);
        for (size_t k = 0; k < ARRAY_SIZE(pids); k++)
                end(pids[k]);
        free(netbox_read("ip netns del t1; ip netns del t2"));
}

static const struct graph *scan(bool read_only)
{
        struct observer_options o = {.want_routes = true, .want_counters = true, .read_only = read_only};
        const struct graph *g = NULL;
        struct err e = {0};

        assert_int_equal(observer_scan(&o, &g, &e), 0);
        return g;
}

/* A descriptor on t1's file, on its way through a pair of sockets: no process has it, and nothing in /proc shows it. */
static void put_in_flight(int ends[2], struct ns_handle *ret_handle)
{
        union {
                struct cmsghdr header;
                unsigned char room[CMSG_SPACE(sizeof(int))];
        } control = {.header = {.cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS}};
        struct iovec part = {(char[]){"x"}, 1};
        struct msghdr m = {
                .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)};
        int fd = open("/run/netns/t1", O_RDONLY | O_CLOEXEC);

        assert_true(fd >= 0);
        *ret_handle = (struct ns_handle){0};
        (void)netns_handle(fd, ret_handle); /* none before Linux 6.18 */
        memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
        assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends), 0);
        assert_int_equal(sendmsg(ends[0], &m, 0), 1);
        assert_int_equal(close(fd), 0);
}

static bool is_dying_unheld(const struct graph *g)
{
        const struct jail *j = jail_named(g, "t1");

        return j && j->state == JAIL_DYING && j->origin == ORIGIN_KERNEL && j->iface_count == 1;
}

static void held_by_what_nobody_can_find(void **state)
{
        struct ns_handle handle;
        struct watcher w;
        int ends[2];

        (void)state;
        free(netbox_read("ip netns add t1"));
        watcher_start(&w, false);
        put_in_flight(ends, &handle);
        expect_soon(&w, "ip netns del t1", is_dying_unheld);
        assert_int_equal(close(ends[0]), 0);
        assert_int_equal(close(ends[1]), 0);
        await(&w, has_no_jail, "the end of what held a jail");
        watcher_stop(&w);
}

/* An inventory that remembers one namespace. */
static struct reg_jail remembered;

static int load_remembered(struct registry_store *s, struct registry *r, struct err *e)
{
        struct reg_jail *row = registry_add_jail(r, remembered.cookie);
        int jid = row->jid;

        (void)s;
        (void)e;
        *row = remembered;
        row->jid = jid;
        return 0;
}

static bool never_changes(struct registry_store *s)
{
        (void)s;
        return false;
}

static int save_nothing(struct registry_store *s, struct registry *r, struct err *e)
{
        (void)s;
        (void)r;
        (void)e;
        return 0;
}

/* Started anew, jailnet finds by its handle what lost its name before; and knows it as the jail that it was. */
static void remembered_by_its_handle(void **state)
{
        struct registry_store store = {load_remembered, never_changes, save_nothing};
        struct observer_options o = {.store = &store, .read_only = true};
        const struct graph *g = NULL;
        struct ns_handle handle;
        bool is_gone = false;
        int ends[2];

        (void)state;
        free(netbox_read("ip netns add t1"));
        g = scan(true);
        remembered = (struct reg_jail){.cookie = jail_named(g, "t1")->cookie, .name = "t1", .had_name = true};
        graph_unref(g);
        put_in_flight(ends, &handle);
        remembered.handle = handle;
        free(netbox_read("ip netns del t1"));
        if (handle.length) {
                assert_int_equal(observer_scan(&o, &g, NULL), 0);
                assert_true(is_dying_unheld(g));
                assert_int_equal(jail_named(g, "t1")->cookie, remembered.cookie);
                graph_unref(g);
        }
        assert_int_equal(close(ends[0]), 0);
        assert_int_equal(close(ends[1]), 0);
        /* The kernel lets go of it in its own time. */
        for (int64_t start = clock_now_ms(); !is_gone; graph_unref(g)) {
                assert_true(clock_now_ms() - start < 6 * PATIENCE_MS);
                assert_int_equal(observer_scan(&o, &g, NULL), 0);
                is_gone = has_no_jail(g);
        }
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

struct prepared {
        struct registry_store *store;
        int count;
        bool is_elsewhere;
};

/* Who is not at home goes there; the second time nobody asks. */
static bool prepare(struct observer_options *o, void *context)
{
        struct prepared *p = context;

        p->count++;
        o->store = p->store;
        if (p->is_elsewhere)
                assert_int_equal(unshare(CLONE_NEWNET), 0);
        return !p->is_elsewhere;
}

/* What is told while the host is read counts; a host that turns out to be another one is read instead. */
static void the_host_is_read_before_all_is_known(void **state)
{
        struct registry_store store = {count_load, is_news, save_nothing};
        int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
        struct observer_rest *rest = NULL;
        const struct graph *g = NULL;
        uint64_t cookie = 0;

        (void)state;
        assert_true(home >= 0);
        free(netbox_read("i=0; while [ $i -lt 40 ]; do ip netns add w$i; i=$((i + 1)); done"));
        for (int is_elsewhere = 0; is_elsewhere < 2; is_elsewhere++) {
                struct prepared p = {.store = &store, .is_elsewhere = is_elsewhere};
                struct observer_options o = {.want_routes = true, .prepare = prepare, .context = &p, .rest = &rest};

                load_count = 0;
                assert_int_equal(observer_scan(&o, &g, NULL), 0);
                assert_int_equal(p.count, 1);
                assert_int_equal(load_count, 1);
                assert_non_null(rest);
                observer_rest_free(rest);
                assert_true(g->jails[0].cookie != cookie);
                assert_true(graph_find_iface_in(g, 0, "lo") != NONE);
                assert_true(graph_find_jail(g, "w39") != NONE);
                cookie = g->jails[0].cookie;
                graph_unref(g);
        }
        assert_int_equal(setns(home, CLONE_NEWNET), 0);
        (void)close(home);
        free(netbox_read("i=0; while [ $i -lt 40 ]; do ip netns del w$i; i=$((i + 1)); done"));
}

static void what_is_written_slowly_is_seen(void **state)
{
        struct registry_store store = {count_load, is_news, save_nothing};
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
        for (int64_t start = clock_now_ms(); load_count < 2 && clock_now_ms() - start < PATIENCE_MS;)
                (void)poll(NULL, 0, 10);
        assert_int_equal(load_count, 2);
        watcher_stop(&w);
}

static bool are_all_there(const struct graph *g)
{
        const struct iface *last = iface_named(g, "host", "v0");

        return last && last->is_up && last->mtu_bytes == 1280;
}

/* The observer stands still while far more events come than its socket can keep. */
static void lost_events_are_made_up_for(void **state)
{
        bool was_told = false;
        struct watcher w;

        (void)state;
        free(netbox_read("ip link add v0 type veth peer name v1"));
        watcher_start(&w, false);
        free(netbox_read("p=$PPID; kill -STOP $p; for i in $(seq 8000); do echo link set v0 up; echo link set v0 down; "
                         "done | ip -batch -; ip link set v0 up mtu 1280; kill -CONT $p"));
        for (int64_t start = clock_now_ms(); !are_all_there(w.graph) || !was_told;) {
                struct pollfd p = {.fd = w.fd, .events = POLLIN};

                assert_true(clock_now_ms() - start < PATIENCE_MS);
                assert_true(poll(&p, 1, PATIENCE_MS) > 0);
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
        const struct iface *i = iface_named(g, "host", "lo");

        return i && i->rx_Bps != RATE_UNKNOWN && i->rx_Bps > 0;
}

/* Of a jail's end of a pair, which is told by its other end at home: a rate, and the counters that the kernel has. */
static bool has_rate_in_jail(const struct graph *g)
{
        const struct iface *near = iface_named(g, "host", "r0"), *far = iface_named(g, "r1", "r0b");

        return near && far && far->rx_Bps != RATE_UNKNOWN && far->rx_Bps > 0 && far->rx_Bps == near->tx_Bps &&
                far->counters.rx_bytes == near->counters.tx_bytes;
}

static bool has_loopback_rate_in_jail(const struct graph *g)
{
        const struct iface *i = iface_named(g, "r1", "lo");

        return i && i->rx_Bps != RATE_UNKNOWN && i->rx_Bps > 0;
}

static bool has_no_rate(const struct graph *g)
{
        const struct iface *i = iface_named(g, "host", "lo");

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
        pids[0] = sleep_in("exec ping -q -i 0.02 127.0.0.1 >/dev/null");
        pids[1] = sleep_in("exec ping -q -i 0.02 10.8.0.2 >/dev/null");
        pids[2] = sleep_in("exec ip netns exec r1 ping -q -i 0.02 127.0.0.1 >/dev/null");
        watcher_start(&w, false);
        assert_true(has_no_rate(w.graph));
        observer_set_rates(w.observer, true);
        assert_in_range(wait_until(&w, has_rate), 500, 2500);
        (void)wait_until(&w, has_rate_in_jail);
        (void)wait_until(&w, has_loopback_rate_in_jail);
        observer_set_rates(w.observer, false);
        await(&w, has_no_rate, "the end of the rates");
        for (size_t k = 0; k < ARRAY_SIZE(pids); k++)
                end(pids[k]);
        free(netbox_read("ip netns del r1"));
        watcher_stop(&w);
}

/* Every way in which a namespace can be there, and each of them once. */
static void one_scan_finds_all(void **state)
{
        CLEANUP(graph_unrefp) const struct graph *g = NULL;
        const struct jail *j;
        pid_t pid, holder;

        (void)state;
        free(netbox_read("ip netns add t1; ip netns add t2; ip link add h0 type veth peer name eth0 netns t1;"
                         "ip -n t1 link add far type veth peer name near netns t2; mkdir -p /run/other;"
                         "touch /run/other/mounted /run/other/fd; unshare -n mount --bind /proc/self/ns/net "
                         "/run/other/mounted; unshare -n mount --bind /proc/self/ns/net /run/other/fd"));
        pid = sleep_in("exec unshare -n sleep 100");
        holder = sleep_in("exec sleep 100 7</run/other/fd");
        free(netbox_read("until [ -e /proc/%d/fd/7 ] && [ \"$(cat /proc/%d/comm)\" = sleep ]; do :; done;"
                         "umount -l /run/other/fd",
                         (int)holder, (int)pid));
        g = scan(false);
        assert_int_equal(g->jail_count, 6); /* host, t1, t2, mounted, descriptor, process */
        assert_string_equal(g->jails[0].name, "host");
        assert_int_equal(jail_named(g, "t1")->origin, ORIGIN_NAMED);
        assert_string_equal(jail_named(g, "t1")->path, "/run/netns/t1");
        assert_int_equal(jail_named(g, "mounted")->origin, ORIGIN_BIND_MOUNT);
        for (size_t k = 0; k < g->jail_count; k++) {
                j = &g->jails[k];
                assert_true(j->cookie != 0);
                assert_int_equal(j->state, JAIL_ALIVE);
                assert_true(k == 0 || j->nsid >= 0);
                if (j->origin == ORIGIN_PROCESS || j->origin == ORIGIN_UNIT || j->origin == ORIGIN_CONTAINER)
                        assert_int_equal(j->pid, pid);
                if (j->origin == ORIGIN_DESCRIPTOR)
                        assert_int_equal(j->holders[0].pid, holder);
        }
        assert_true(has_pair(g));
        assert_int_equal(iface_named(g, "t1", "far")->peer_state, PEER_KNOWN);
        assert_ptr_equal(&g->ifaces[iface_named(g, "t1", "far")->peer], iface_named(g, "t2", "near"));
        assert_true(iface_named(g, "host", "h0")->counters.is_known);
        end(pid);
        end(holder);
        free(netbox_read("ip netns del t1; ip netns del t2; umount /run/other/mounted; rm -r /run/other"));
}

/* With read_only, the kernel is left as it was: no ids are given. */
static void a_look_leaves_no_ids(void **state)
{
        CLEANUP(graph_unrefp) const struct graph *g = NULL;

        (void)state;
        free(netbox_read("ip netns add t1"));
        g = scan(true);
        assert_non_null(jail_named(g, "t1"));
        assert_int_equal(jail_named(g, "t1")->nsid, -1);
        netbox_expect("t1", "ip netns list"); /* with an id it would be "t1 (id: 0)" */
        free(netbox_read("ip netns del t1"));
}

static void names_and_handles(void **state)
{
        struct ns_handle handle;
        struct jail j = {.name = "t2", .path = "/run/netns/t2"};
        struct err e = {0};
        int fd = -1;

        (void)state;
        assert_int_equal(netns_create("t1", &fd, &e), 0);
        netbox_expect("t1", "ip netns list");
        assert_int_equal(netns_create("t1", NULL, &e), -EEXIST);
        assert_int_equal(netns_create("a/b", NULL, &e), -EINVAL);
        netbox_expect("lo", "ip -n t1 -j link | jq -r .[].ifname");
        assert_int_equal(netns_rename("t1", "t2", &e), 0);
        netbox_expect("t2", "ip netns list");
        netbox_expect("lo", "ip -n t2 -j link | jq -r .[].ifname");
        assert_int_equal(netns_rename("t1", "t3", &e), -ENOENT);
        netbox_expect("t2", "ip netns list");
        if (netns_handle(fd, &handle) == 0) {
                int again = netns_open_handle(&handle);

                assert_true(again >= 0);
                assert_int_equal(close(again), 0);
                j.handle = handle;
        }
        assert_int_equal(close(fd), 0);
        fd = netns_open(&j, &e);
        assert_true(fd >= 0);
        assert_int_equal(close(fd), 0);
        assert_int_equal(netns_remove("t2", &e), 0);
        assert_int_equal(netns_remove("t2", &e), -ENOENT);
        netbox_expect("", "ip netns list");
        /* Another one under the old name is not that one, which may live on for a moment. */
        free(netbox_read("ip netns add t2"));
        fd = netns_open(&j, &e);
        if (j.handle.length && fd < 0)
                assert_int_equal(fd, -ESTALE);
        if (j.handle.length && fd >= 0) {
                struct stat found, other;

                assert_int_equal(fstat(fd, &found), 0);
                assert_int_equal(stat("/run/netns/t2", &other), 0);
                assert_int_not_equal(found.st_ino, other.st_ino);
        }
        if (fd >= 0)
                assert_int_equal(close(fd), 0);
        free(netbox_read("ip netns del t2"));
}

static void an_idle_observer_rests(void **state)
{
        struct timespec before, after;
        struct watcher w;
        double spent_ms;

        (void)state;
        watcher_start(&w, false);
        assert_int_equal(poll(&(struct pollfd){.fd = w.fd, .events = POLLIN}, 1, 300) < 0, 0); /* what is on its way */
        assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before), 0);
        (void)poll(NULL, 0, 3000);
        assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after), 0);
        spent_ms = (double)(after.tv_sec - before.tv_sec) * 1e3 + (double)(after.tv_nsec - before.tv_nsec) / 1e6;
        print_message("%.2f ms of processor time in 3 s\n", spent_ms);
        assert_true(spent_ms < 30); /* 1 %: other tests' programs may start and end meanwhile */
        watcher_stop(&w);
}

/* The same picture as ever, jails in the order in which they were made. */
static void read_together(unsigned count)
{
        CLEANUP(graph_unrefp) const struct graph *g = NULL, *again = NULL;
        struct diff_entry *changes = NULL;
        size_t next = 0;

        free(netbox_read(
                "for i in $(seq %u); do echo netns add m$i; echo link add h$i type veth peer name eth0 netns m$i;"
                "done | ip -batch -",
                count));
        g = scan(false);
        for (int tries = 0; g->jail_count > count + 1 && tries < 1000; tries++) { /* one of before may be dying still */
                graph_unref(g);
                g = scan(false);
        }
        again = scan(false);
        assert_int_equal(g->jail_count, count + 1);
        assert_int_equal(diff_graphs(g, again, &changes), 0);
        free(changes);
        for (size_t k = 1; k < g->jail_count; k++) {
                char name[24], host[24];
                const struct iface *far, *near;

                assert_true(k == 1 || g->jails[k].inode > g->jails[k - 1].inode);
                assert_int_equal(g->jails[k].jid, k);
                assert_true(g->jails[k].nsid >= 0);
                (void)snprintf(name, sizeof(name), "m%zu", ++next);
                (void)snprintf(host, sizeof(host), "h%zu", next);
                far = iface_named(g, name, "eth0");
                near = iface_named(g, "host", host);
                assert_true(far && near && near->peer_state == PEER_KNOWN && &g->ifaces[near->peer] == far);
        }
        free(netbox_read("for i in $(seq %u); do echo netns del m$i; done | ip -batch -; "
                         "until [ -z \"$(ip -br link | grep '^h[1-9]')\" ]; do :; done",
                         count));
}

/* So many are read by several threads. */
static void many_are_read_together(void **state)
{
        (void)state;
        read_together(100);
}

/* With so many the host's own links take a while, in which the first jails are read but for theirs. */
static void more_are_read_in_two_parts(void **state)
{
        (void)state;
        read_together(450);
}

static bool br9_is_up(const struct graph *g)
{
        const struct iface *i = iface_named(g, "host", "br9");

        return i && i->is_up;
}

static bool br9_is_down(const struct graph *g)
{
        const struct iface *i = iface_named(g, "host", "br9");

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
        watcher_start(&w, false);
        expect_soon(&w, "ip link set br9 up", br9_is_up);
        wait_until(&w, br9_has_route);
        before = graph_ref(w.graph);
        free(netbox_read("ip link set br9 down"));
        wait_until(&w, br9_is_down);
        assert_ptr_equal(w.graph->nodes, before->nodes);
        assert_ptr_not_equal(w.graph->ifaces, before->ifaces);
        wait_until(&w, br9_has_no_route);
        free(netbox_read("ip link del br9; ip link del br8"));
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

/* The kernel takes away in its own time what the test before destroyed. */
static int wait_for_an_empty_box(void **state)
{
        (void)state;
        free(netbox_read("until [ \"$(ip -br link | wc -l)\" = 1 ]; do :; done"));
        return 0;
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup(one_scan_finds_all, wait_for_an_empty_box),
                cmocka_unit_test_setup(a_look_leaves_no_ids, wait_for_an_empty_box),
                cmocka_unit_test_setup(names_and_handles, wait_for_an_empty_box),
                cmocka_unit_test_setup(changes_show_at_once, wait_for_an_empty_box),
                cmocka_unit_test_setup(a_move_keeps_the_number, wait_for_an_empty_box),
                cmocka_unit_test_setup(nothing_is_held_with_handles, wait_for_an_empty_box),
                cmocka_unit_test_setup(nothing_is_held_by_ids_alone, wait_for_an_empty_box),
                cmocka_unit_test_setup(a_held_namespace_is_dying, wait_for_an_empty_box),
                cmocka_unit_test_setup(a_descriptor_holds, wait_for_an_empty_box),
                cmocka_unit_test_setup(held_by_what_nobody_can_find, wait_for_an_empty_box),
                cmocka_unit_test_setup(remembered_by_its_handle, wait_for_an_empty_box),
                cmocka_unit_test_setup(what_is_written_slowly_is_seen, wait_for_an_empty_box),
                cmocka_unit_test_setup(lost_events_are_made_up_for, wait_for_an_empty_box),
                cmocka_unit_test_setup(slices_find_the_same, wait_for_an_empty_box),
                cmocka_unit_test_setup(rates_when_wanted, wait_for_an_empty_box),
                cmocka_unit_test_setup(many_are_read_together, wait_for_an_empty_box),
                cmocka_unit_test_setup(the_host_is_read_before_all_is_known, wait_for_an_empty_box),
                cmocka_unit_test_setup(more_are_read_in_two_parts, wait_for_an_empty_box),
                cmocka_unit_test_setup(states_are_followed, wait_for_an_empty_box),
                cmocka_unit_test_setup(an_idle_observer_rests, wait_for_an_empty_box),
                cmocka_unit_test(pictures_follow_within_100_ms),
        };
        int r = netbox_enter();

        if (r < 0) {
                printf("skipped: no private namespaces here: %s\n", strerror(-r));
                return 77;
        }
        return cmocka_run_group_tests(tests, NULL, NULL);
}
