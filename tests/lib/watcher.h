/*
 * watcher.h - a running observer in a private network (netbox.h), for tests that wait for what its picture shows.
 *
 * Nothing here sleeps: a new picture, or a deadline of many seconds, ends each wait. What fails, fails the test
 * (cmocka).
 */
#ifndef TESTS_LIB_WATCHER_H
#define TESTS_LIB_WATCHER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/kernel/observer.h"

#define WATCHER_PATIENCE_MS 20000 /* of each wait */

/* One running observer and its newest picture. */
struct watcher {
        struct observer *observer;
        int fd;
        const struct graph *graph;
};

/* With routes and holders. */
void watcher_start(struct watcher *w);
void watcher_stop(struct watcher *w);

typedef bool (*watcher_condition)(const struct graph *g);

/* Milliseconds until a published graph fulfils c. */
int64_t watcher_wait(struct watcher *w, watcher_condition c);

/* Runs a command of another program, which makes c true; milliseconds from its end until the picture shows it. */
int64_t watcher_run(struct watcher *w, const char *command, watcher_condition c);

/* One fresh picture without an observer. Caller unrefs. */
const struct graph *watcher_scan(bool read_only);

/* NULL where there is none. Borrowed from g. */
const struct jail *graph_jail(const struct graph *g, const char *name);
const struct iface *graph_iface(const struct graph *g, const char *jail, const char *name);

/* Conditions of more than one test: h0 on the host is joined to eth0 in jail t1; no jail is called t1. */
bool watcher_sees_pair(const struct graph *g);
bool watcher_sees_no_t1(const struct graph *g);

/* Of a store that nobody else writes to, and that keeps nothing. */
bool store_never_changes(struct registry_store *s);
int store_saves_nothing(struct registry_store *s, struct registry *r, struct err *e);

/* Runs a shell's words beside the test, which does not outlive it; its pid. */
pid_t process_start(const char *how);
void process_end(pid_t pid);

/* A test's setup: waits for the end of what the one before destroyed, which the kernel takes away in its own time. */
int watcher_empty_box(void **state);

#endif
