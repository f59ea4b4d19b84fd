/*
 * test_holders.c - the search for sockets that keep a namespace: it takes small steps through many processes, sees what
 * a living picture should show, and tells how long the kernel's patience with a lost connection lasts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "core/kernel/holders.h"
#include "core/kernel/holders_tcp.h"
#include "core/kernel/observer.h"
#include "tests/lib/netbox.h"

#define PROCESSES   300
#define SOCKETS     20
#define STEP_MS     5
#define PATIENCE_MS 20000

static void patience_with_lost_connections(void **state)
{
        int64_t since;

        (void)state;
        /* Measured: a socket whose first wait was 206 ms stayed for 105.7 s. */
        assert_int_equal(tcp_time_left(&(struct tcp_patience){206, 0, 206, 0}, &since), 105266);
        assert_int_equal(since, 0);
        /* 7 waits are over, and half of the eighth. */
        assert_int_equal(tcp_time_left(&(struct tcp_patience){206, 7, 13184, 0}, &since), 13184 + 256 * 206);
        assert_int_equal(since, 127 * 206 + 13184);
        /* A setting of 1 ends it with the second wait; the last wait is in no case cut short. */
        assert_int_equal(tcp_time_left(&(struct tcp_patience){206, 0, 206, 1}, &since), 618);
        assert_int_equal(tcp_time_left(&(struct tcp_patience){206, 1, 100, 1}, &since), 100);
        /* No wait is longer than two minutes, and nonsense ends too. */
        assert_int_equal(tcp_time_left(&(struct tcp_patience){90000, 0, 1000, 0}, &since), 1000 + 120000);
        assert_true(tcp_time_left(&(struct tcp_patience){0, 0, 0, 255}, &since) > 0);
        assert_int_equal(tcp_time_left(&(struct tcp_patience){206, 4000000000U, 5, 3}, &since), 5);
}

static void lines_of_proc(void **state)
{
        uint64_t inode = 0;
        uid_t uid = 1;

        (void)state;
        assert_int_equal(socket_parse("socket:[4711]", &inode), DESCRIPTOR_SOCKET);
        assert_int_equal(inode, 4711);
        assert_int_equal(socket_parse("/dev/net/tun", &inode), DESCRIPTOR_TUN);
        assert_int_equal(socket_parse("socket:[4711", &inode), DESCRIPTOR_OTHER);
        assert_int_equal(socket_parse("socket:[4711] (deleted)", &inode), DESCRIPTOR_OTHER);
        assert_int_equal(socket_parse("", &inode), DESCRIPTOR_OTHER);
        assert_true(tasks_parse_uid("Name:\tx\nUid:\t1000\t0\t0\t0\n", &uid));
        assert_int_equal(uid, 1000);
        assert_false(tasks_parse_uid("Name:\tx\nUid:\t", &uid));
        assert_false(tasks_parse_uid("Name:\tUid:\t7\n", &uid));
}

/* A process with so many sockets; with t1, one of them is made in there. It lives elsewhere, and ends with the test. */
static pid_t start_process(int sockets, bool with_t1)
{
        int ready[2];
        char byte;
        pid_t pid;

        assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
        pid = fork();
        assert_true(pid >= 0);
        if (pid == 0) {
                int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), t1 = -1;

                (void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* also with one that has failed */
                for (int k = 0; k < sockets; k++)
                        (void)socket(AF_UNIX, SOCK_DGRAM, 0);
                if (with_t1) {
                        t1 = open("/run/netns/t1", O_RDONLY | O_CLOEXEC);
                        (void)setns(t1, CLONE_NEWNET);
                        (void)socket(AF_INET, SOCK_DGRAM, 0);
                        (void)setns(home, CLONE_NEWNET);
                        (void)close(t1);
                }
                (void)close(home);
                (void)!write(ready[1], "x", 1);
                for (;;)
                        (void)pause();
        }
        assert_int_equal(read(ready[0], &byte, 1), 1);
        (void)close(ready[0]);
        (void)close(ready[1]);
        return pid;
}

static void end(pid_t pid)
{
        assert_int_equal(kill(pid, SIGKILL), 0);
        assert_int_equal(waitpid(pid, NULL, 0), pid);
}

/* Of this thread: what other programs do meanwhile is not counted. */
static int64_t spent_ms(void)
{
        struct timespec t;

        assert_int_equal(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t), 0);
        return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* One round in steps; what the longest of them cost, and how many. */
static int64_t go_round(struct holders *h, int step_ms, unsigned *ret_steps)
{
        int64_t longest = 0;
        bool is_over;

        *ret_steps = 0;
        holders_begin(h);
        do {
                int64_t before = spent_ms(), took;

                is_over = holders_step(h, clock_now_ms() + step_ms);
                took = spent_ms() - before;
                longest = took > longest ? took : longest;
                (*ret_steps)++;
        } while (!is_over);
        return longest;
}

static void many_processes_in_small_steps(void **state)
{
        struct stat st;
        struct jail jails[2] = {{.name = "host"}, {.name = "t1", .state = JAIL_DYING}};
        struct graph g = {.jails = jails, .jail_count = 2};
        struct holders h = {0};
        pid_t pids[PROCESSES];
        unsigned steps;
        int64_t longest;

        (void)state;
        free(netbox_read("ip netns add t1"));
        for (int k = 0; k < PROCESSES; k++)
                pids[k] = start_process(SOCKETS, k == PROCESSES / 2);
        assert_int_equal(stat("/run/netns/t1", &st), 0);
        jails[1].inode = st.st_ino;
        jails[1].device = st.st_dev;
        assert_true(holders_set_targets(&h, &g));
        assert_false(holders_set_targets(&h, &g)); /* nothing new */
        for (int round = 0; round < 2; round++) {
                longest = go_round(&h, STEP_MS, &steps);
                print_message("%u steps, the longest %d ms\n", steps, (int)longest);
                assert_true(longest < 10 * STEP_MS); /* one process more, at most, than the time was for */
                assert_int_equal(h.found.count, 1);
                assert_int_equal(h.found.refs[0].holder_count, 1);
                assert_int_equal(h.found.refs[0].holders[0].kind, HOLDER_SOCKET);
                assert_int_equal(h.found.refs[0].holders[0].pid, pids[PROCESSES / 2]);
        }
        (void)go_round(&h, 0, &steps); /* without any time it still goes on */
        assert_true(steps > PROCESSES);
        assert_int_equal(h.found.refs[0].holder_count, 1);
        jails[1].state = JAIL_ALIVE;
        assert_false(holders_set_targets(&h, &g));
        assert_null(h.seen); /* all is forgotten */
        for (int k = 0; k < PROCESSES; k++)
                end(pids[k]);
        free(netbox_read("ip netns del t1"));
        holders_done(&h);
}

/* The live picture shows the holder soon after the name is gone, and the jail's end when it lets go. */
static void a_socket_in_the_live_picture(void **state)
{
        struct observer_options options = {.want_holders = true};
        struct observer *o = NULL;
        struct err e = {0};
        int64_t start;
        pid_t pid;
        int fd = -1;

        (void)state;
        free(netbox_read("ip netns add t1"));
        pid = start_process(0, true);
        assert_int_equal(observer_start(&options, &o, &fd, &e), 0);
        free(netbox_read("ip netns del t1"));
        start = clock_now_ms();
        for (bool is_held = false, is_gone = false; !is_gone;) {
                const struct graph *g = observer_latest(o);
                size_t k = graph_find_jail(g, "t1");

                if (!is_held && k != NONE && g->jails[k].state == JAIL_DYING && g->jails[k].holder_count) {
                        is_held = true;
                        print_message("%d ms\n", (int)(clock_now_ms() - start));
                        assert_int_equal(g->jails[k].holders[0].kind, HOLDER_SOCKET);
                        assert_int_equal(g->jails[k].holders[0].pid, pid);
                        assert_string_equal(g->jails[k].holders[0].user, "root");
                        end(pid);
                }
                is_gone = is_held && k == NONE;
                graph_unref(g);
                if (!is_gone) {
                        assert_true(clock_now_ms() - start < PATIENCE_MS);
                        (void)poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, PATIENCE_MS);
                }
        }
        observer_stop(o);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(patience_with_lost_connections),
                cmocka_unit_test(lines_of_proc),
                cmocka_unit_test(many_processes_in_small_steps),
                cmocka_unit_test(a_socket_in_the_live_picture),
        };
        int r = netbox_enter();

        if (r < 0) {
                printf("skipped: no private namespaces here: %s\n", strerror(-r));
                return 77;
        }
        return cmocka_run_group_tests(tests, NULL, NULL);
}
