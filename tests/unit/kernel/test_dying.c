/*
 * test_dying.c - the ends of jails on a real kernel: the observer holds none, so one whose name is removed is gone at
 * once; one that something else holds is shown as dying, with what holds it, until that lets go.
 *
 * The program moves itself into private namespaces first, and changes are made with ip(8).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "core/kernel/netns.h"
#include "tests/lib/netbox.h"
#include "tests/lib/watcher.h"

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
        return watcher_sees_no_t1(g) && !graph_iface(g, "host", "h0");
}

static void nothing_is_held(bool with_handles)
{
        struct watcher w;

        if (!with_handles)
                assert_int_equal(setenv("JAILNET_NO_HANDLES", "1", 1), 0);
        free(netbox_read("ip netns add t1; ip link add h0 type veth peer name eth0 netns t1"));
        watcher_start(&w);
        assert_true(watcher_sees_pair(w.graph));
        assert_int_equal(count_foreign(), 0);
        /* The other end lives in t1: when it goes, t1 is really gone, whoever asks. */
        free(netbox_read("ip netns del t1; n=0; while ip link show h0 >/dev/null 2>&1; do"
                         " n=$((n+1)); [ $n -lt 200 ] || exit 1; sleep 0.01; done"));
        (void)watcher_wait(&w, has_no_jail_and_pair);
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
        const struct jail *j = graph_jail(g, "t1");

        return j && j->state == JAIL_DYING && j->holder_count > 0;
}

static bool has_process(const struct graph *g)
{
        const struct jail *j = graph_jail(g, "t1");

        return j && j->process_count == 1;
}

static void a_held_namespace_is_dying(void **state)
{
        struct watcher w;
        pid_t pid;

        (void)state;
        free(netbox_read("ip netns add t1"));
        pid = process_start("exec ip netns exec t1 sleep 100");
        free(netbox_read("until [ \"$(cat /proc/%d/comm)\" = sleep ]; do :; done", (int)pid));
        watcher_start(&w);
        assert_true(has_process(w.graph));
        (void)watcher_run(&w, "ip netns del t1", is_dying);
        assert_int_equal(graph_jail(w.graph, "t1")->holders[0].kind, HOLDER_PROCESS);
        assert_int_equal(graph_jail(w.graph, "t1")->holders[0].pid, pid);
        assert_string_equal(graph_jail(w.graph, "t1")->holders[0].command, "sleep");
        process_end(pid);
        (void)watcher_wait(&w, watcher_sees_no_t1);
        watcher_stop(&w);
}

/* Held by a descriptor alone: no process lives in it, and its name is gone. */
static void a_descriptor_holds(void **state)
{
        struct watcher w;
        pid_t pid;

        (void)state;
        free(netbox_read("ip netns add t1"));
        pid = process_start("exec sleep 100 7</run/netns/t1");
        watcher_start(&w);
        free(netbox_read("until [ -e /proc/%d/fd/7 ]; do :; done", (int)pid));
        (void)watcher_run(&w, "ip netns del t1", is_dying);
        assert_int_equal(graph_jail(w.graph, "t1")->holders[0].kind, HOLDER_DESCRIPTOR);
        assert_string_equal(graph_jail(w.graph, "t1")->holders[0].detail, "fd 7");
        process_end(pid);
        (void)watcher_wait(&w, watcher_sees_no_t1);
        watcher_stop(&w);
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
        const struct jail *j = graph_jail(g, "t1");

        return j && j->state == JAIL_DYING && j->origin == ORIGIN_KERNEL && j->iface_count == 1;
}

static void held_by_what_nobody_can_find(void **state)
{
        struct ns_handle handle;
        struct watcher w;
        int ends[2];

        (void)state;
        free(netbox_read("ip netns add t1"));
        watcher_start(&w);
        put_in_flight(ends, &handle);
        (void)watcher_run(&w, "ip netns del t1", is_dying_unheld);
        assert_int_equal(close(ends[0]), 0);
        assert_int_equal(close(ends[1]), 0);
        (void)watcher_wait(&w, watcher_sees_no_t1);
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

/* Started anew, jailnet finds by its handle what lost its name before; and knows it as the jail that it was. */
static void remembered_by_its_handle(void **state)
{
        struct registry_store store = {load_remembered, store_never_changes, store_saves_nothing};
        struct observer_options o = {.store = &store, .read_only = true};
        const struct graph *g = NULL;
        struct ns_handle handle;
        bool is_gone = false;
        int ends[2];

        (void)state;
        free(netbox_read("ip netns add t1"));
        g = watcher_scan(true);
        remembered = (struct reg_jail){.cookie = graph_jail(g, "t1")->cookie, .name = "t1", .had_name = true};
        graph_unref(g);
        put_in_flight(ends, &handle);
        remembered.handle = handle;
        free(netbox_read("ip netns del t1"));
        if (handle.length) {
                assert_int_equal(observer_scan(&o, &g, NULL), 0);
                assert_true(is_dying_unheld(g));
                assert_int_equal(graph_jail(g, "t1")->cookie, remembered.cookie);
                graph_unref(g);
        }
        assert_int_equal(close(ends[0]), 0);
        assert_int_equal(close(ends[1]), 0);
        /* The kernel lets go of it in its own time. */
        for (int64_t start = clock_now_ms(); !is_gone; graph_unref(g)) {
                assert_true(clock_now_ms() - start < 6 * WATCHER_PATIENCE_MS);
                assert_int_equal(observer_scan(&o, &g, NULL), 0);
                is_gone = watcher_sees_no_t1(g);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup(nothing_is_held_with_handles, watcher_empty_box),
                cmocka_unit_test_setup(nothing_is_held_by_ids_alone, watcher_empty_box),
                cmocka_unit_test_setup(a_held_namespace_is_dying, watcher_empty_box),
                cmocka_unit_test_setup(a_descriptor_holds, watcher_empty_box),
                cmocka_unit_test_setup(held_by_what_nobody_can_find, watcher_empty_box),
                cmocka_unit_test_setup(remembered_by_its_handle, watcher_empty_box),
        };
        int r = netbox_enter();

        if (r < 0) {
                printf("skipped: no private namespaces here: %s\n", strerror(-r));
                return 77;
        }
        return cmocka_run_group_tests(tests, NULL, NULL);
}
