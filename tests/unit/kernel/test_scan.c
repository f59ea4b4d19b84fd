/*
 * test_scan.c - one look at a real kernel: everything is found, each thing once, the kernel is left as it was, and many
 * jails are read together; names and handles of namespaces.
 *
 * The program moves itself into private namespaces first, and what is found is made with ip(8).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/graph/diff.h"
#include "core/kernel/netns.h"
#include "tests/lib/netbox.h"
#include "tests/lib/watcher.h"

#define MANY_DESCRIPTORS 1024

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
        pid = process_start("exec unshare -n sleep 100");
        holder = process_start("exec sleep 100 7</run/other/fd");
        free(netbox_read("until [ -e /proc/%d/fd/7 ] && [ \"$(cat /proc/%d/comm)\" = sleep ]; do :; done;"
                         "umount -l /run/other/fd",
                         (int)holder, (int)pid));
        g = watcher_scan(false);
        assert_int_equal(g->jail_count, 6); /* host, t1, t2, mounted, descriptor, process */
        assert_string_equal(g->jails[0].name, "host");
        assert_int_equal(graph_jail(g, "t1")->origin, ORIGIN_NAMED);
        assert_string_equal(graph_jail(g, "t1")->path, "/run/netns/t1");
        assert_int_equal(graph_jail(g, "mounted")->origin, ORIGIN_BIND_MOUNT);
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
        assert_true(watcher_sees_pair(g));
        assert_int_equal(graph_iface(g, "t1", "far")->peer_state, PEER_KNOWN);
        assert_ptr_equal(&g->ifaces[graph_iface(g, "t1", "far")->peer], graph_iface(g, "t2", "near"));
        assert_true(graph_iface(g, "host", "h0")->counters.is_known);
        process_end(pid);
        process_end(holder);
        free(netbox_read("ip netns del t1; ip netns del t2; umount /run/other/mounted; rm -r /run/other"));
}

/* With read_only, the kernel is left as it was: no ids are given. */
static void a_look_leaves_no_ids(void **state)
{
        CLEANUP(graph_unrefp) const struct graph *g = NULL;

        (void)state;
        free(netbox_read("ip netns add t1"));
        g = watcher_scan(true);
        assert_non_null(graph_jail(g, "t1"));
        assert_int_equal(graph_jail(g, "t1")->nsid, -1);
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
        pids[0] = process_start("exec ip netns exec t1 sleep 100");
        pids[1] = process_start(
                "for i in 3 4 5 6 8 9; do eval \"exec $i</dev/null\"; done; exec sleep 100 7</run/netns/t2");
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
                process_end(pids[k]);
        free(netbox_read("ip netns del t1; ip netns del t2"));
}

static void limit_descriptors(rlim_t limit)
{
        struct rlimit l;

        assert_int_equal(getrlimit(RLIMIT_NOFILE, &l), 0);
        l.rlim_cur = limit;
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &l), 0);
}

/* The same picture as ever, jails in the order in which they were made. */
static void read_together(unsigned count, rlim_t descriptors)
{
        CLEANUP(graph_unrefp) const struct graph *g = NULL, *again = NULL;
        struct diff_entry *changes = NULL;
        struct rlimit before;
        size_t next = 0;

        free(netbox_read(
                "for i in $(seq %u); do echo netns add m$i; echo link add h$i type veth peer name eth0 netns m$i;"
                "done | ip -batch -",
                count));
        assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
        limit_descriptors(descriptors);
        g = watcher_scan(false);
        for (int tries = 0; g->jail_count > count + 1 && tries < 1000; tries++) { /* one of before may be dying still */
                graph_unref(g);
                g = watcher_scan(false);
        }
        again = watcher_scan(false);
        limit_descriptors(before.rlim_cur);
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
                far = graph_iface(g, name, "eth0");
                near = graph_iface(g, "host", host);
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
        read_together(100, MANY_DESCRIPTORS);
}

/* With so many the host's own links take a while, in which the first jails are read but for theirs. */
static void more_are_read_in_two_parts(void **state)
{
        (void)state;
        read_together(450, MANY_DESCRIPTORS);
}

/* With few descriptors the first jails' sockets cannot all be kept for their links. */
static void few_descriptors_are_enough(void **state)
{
        (void)state;
        read_together(450, 48);
}

static void set_forwarding(const char *jail, const char *what, int value)
{
        free(netbox_read("ip netns exec %s sh -c 'echo %d >/proc/sys/net/%s/forwarding'", jail, value, what));
}

static void expect_forwarding(bool only_shows, const char *name, int v4, int v6)
{
        struct observer_options o = {.want_routes = true, .only_shows = only_shows};
        CLEANUP(graph_unrefp) const struct graph *g = NULL;

        assert_int_equal(observer_scan(&o, &g, NULL), 0);
        assert_int_equal(graph_jail(g, name)->forwarding, v4);
        assert_int_equal(graph_jail(g, name)->forwarding6, v6);
}

/* Where all devices agree they are believed, in a picture that nothing is planned on; else the stack is asked. */
static void forwarding_by_the_devices(void **state)
{
        (void)state;
        free(netbox_read("ip netns add t1; ip -n t1 link add far type veth peer name near; ip netns add t2"));
        set_forwarding("t1", "ipv4/conf/all", 1);
        set_forwarding("t1", "ipv6/conf/all", 0);
        set_forwarding("t2", "ipv4/conf/all", 0);
        set_forwarding("t2", "ipv6/conf/all", 1);
        for (int only_shows = 0; only_shows <= 1; only_shows++) {
                expect_forwarding(only_shows, "t1", 1, 0);
                expect_forwarding(only_shows, "t2", 0, 1);
        }
        set_forwarding("t1", "ipv4/conf/far", 0);
        set_forwarding("t1", "ipv6/conf/near", 1);
        expect_forwarding(false, "t1", 1, 0);
        expect_forwarding(true, "t1", 1, 0);
        set_forwarding("t1", "ipv4/conf/near", 0);
        set_forwarding("t1", "ipv4/conf/lo", 0); /* now all of them are against the stack */
        expect_forwarding(false, "t1", 1, 0);
        expect_forwarding(true, "t1", 0, 0);
        free(netbox_read("ip netns del t1; ip netns del t2"));
}

/* An inventory that is empty, and counts how often it is asked. */
static int load_count;

static int count_load(struct registry_store *s, struct registry *r, struct err *e)
{
        (void)s;
        (void)r;
        (void)e;
        load_count++;
        return 0;
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
        struct registry_store store = {count_load, store_never_changes, store_saves_nothing};
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

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup(one_scan_finds_all, watcher_empty_box),
                cmocka_unit_test_setup(a_look_leaves_no_ids, watcher_empty_box),
                cmocka_unit_test_setup(names_and_handles, watcher_empty_box),
                cmocka_unit_test_setup(slices_find_the_same, watcher_empty_box),
                cmocka_unit_test_setup(many_are_read_together, watcher_empty_box),
                cmocka_unit_test_setup(the_host_is_read_before_all_is_known, watcher_empty_box),
                cmocka_unit_test_setup(more_are_read_in_two_parts, watcher_empty_box),
                cmocka_unit_test_setup(few_descriptors_are_enough, watcher_empty_box),
                cmocka_unit_test_setup(forwarding_by_the_devices, watcher_empty_box),
        };
        int r = netbox_enter();

        if (r < 0) {
                printf("skipped: no private namespaces here: %s\n", strerror(-r));
                return 77;
        }
        return cmocka_run_group_tests(tests, NULL, NULL);
}
