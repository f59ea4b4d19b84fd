/* watcher.c - see watcher.h. */
#include "tests/lib/watcher.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "tests/lib/netbox.h"

void watcher_start(struct watcher *w)
{
        struct observer_options o = {.want_routes = true, .want_holders = true};
        struct err e = {0};

        assert_int_equal(observer_start(&o, &w->observer, &w->fd, &e), 0);
        w->graph = observer_latest(w->observer);
}

void watcher_stop(struct watcher *w)
{
        graph_unref(w->graph);
        observer_stop(w->observer);
}

int64_t watcher_wait(struct watcher *w, watcher_condition c)
{
        int64_t start = clock_now_ms();

        while (!c(w->graph)) {
                struct pollfd p = {.fd = w->fd, .events = POLLIN};
                int64_t left = start + WATCHER_PATIENCE_MS - clock_now_ms();

                if (left <= 0 || poll(&p, 1, (int)left) <= 0)
                        fail_msg("the picture did not come within %d ms", WATCHER_PATIENCE_MS);
                graph_unref(w->graph);
                w->graph = observer_latest(w->observer);
        }
        return clock_now_ms() - start;
}

int64_t watcher_run(struct watcher *w, const char *command, watcher_condition c)
{
        assert_false(c(w->graph));
        free(netbox_read("%s", command));
        return watcher_wait(w, c);
}

const struct graph *watcher_scan(bool read_only)
{
        struct observer_options o = {.want_routes = true, .want_counters = true, .read_only = read_only};
        const struct graph *g = NULL;
        struct err e = {0};

        assert_int_equal(observer_scan(&o, &g, &e), 0);
        return g;
}

const struct jail *graph_jail(const struct graph *g, const char *name)
{
        size_t k = graph_find_jail(g, name);

        return k == NONE ? NULL : &g->jails[k];
}

const struct iface *graph_iface(const struct graph *g, const char *jail, const char *name)
{
        size_t j = graph_find_jail(g, jail), i = j == NONE ? NONE : graph_find_iface_in(g, j, name);

        return i == NONE ? NULL : &g->ifaces[i];
}

bool watcher_sees_pair(const struct graph *g)
{
        const struct iface *a = graph_iface(g, "host", "h0"), *b = graph_iface(g, "t1", "eth0");

        return a && b && a->peer_state == PEER_KNOWN && &g->ifaces[a->peer] == b;
}

bool watcher_sees_no_t1(const struct graph *g)
{
        return graph_jail(g, "t1") == NULL;
}

bool store_never_changes(struct registry_store *s)
{
        (void)s;
        return false;
}

int store_saves_nothing(struct registry_store *s, struct registry *r, struct err *e)
{
        (void)s;
        (void)r;
        (void)e;
        return 0;
}

pid_t process_start(const char *how)
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

void process_end(pid_t pid)
{
        assert_int_equal(kill(pid, SIGKILL), 0);
        assert_int_equal(waitpid(pid, NULL, 0), pid);
}

int watcher_empty_box(void **state)
{
        (void)state;
        free(netbox_read("until [ \"$(ip -br link | wc -l)\" = 1 ]; do :; done"));
        return 0;
}
