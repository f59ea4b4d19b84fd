/* observer_parts.h - what the files of the observer share; nobody else includes it. */
#ifndef CORE_KERNEL_OBSERVER_PARTS_H
#define CORE_KERNEL_OBSERVER_PARTS_H

#include <pthread.h>
#include <stdatomic.h>

#include "core/kernel/events.h"
#include "core/kernel/holders.h"
#include "core/kernel/scan.h"

/* A link on its way from one namespace to another: it has left, and has not been told of where it goes. */
struct move {
        struct iface_id from, to;
        char name[IF_NAME_SIZE];
        struct mac mac;
        bool has_arrived;
        int64_t deadline_ms;
};

struct observer {
        /* Shared between threads. */
        pthread_t thread;
        pthread_mutex_t lock; /* over graph and is_ready */
        pthread_cond_t ready;
        bool is_ready; /* the first graph is there, or result says why not */
        int result;
        struct err error;
        const struct graph *graph;
        const struct graph *built; /* the newest that was not made by following; the thread's own reference */
        int published_fd, wake_fd; /* eventfds: out and in */
        atomic_bool is_stopping, wants_refresh, wants_rates;

        /* The thread's own. */
        struct observer_options options;
        char *store_path;
        struct facts facts;
        struct scan scan;
        struct events events;
        struct folder_watch folders;
        struct process_watch processes;
        int mounts_fd; /* /proc/self/mountinfo: it tells of mounts coming and going */
        struct registry *registry;
        char hostname[256];
        uint64_t serial;

        unsigned searches; /* wanted, SEARCH_* */
        bool are_events_lost;
        bool is_store_old; /* somebody may have written it */
        int64_t store_ms;  /* it is asked again then; 0 not */
        int64_t store_heard_ms;
        bool is_file_young; /* a file in the run directory that is not a namespace yet */
        bool has_dying;
        bool has_rates;
        bool are_routes_due;     /* as soon as the states are shown that came with what may have changed them */
        bool are_routes_left;    /* for a quieter time: a large table was read lately */
        bool has_built_warnings; /* of one picture alone: the next is built too */
        unsigned long long process_stamp;
        struct move *moves;
        size_t move_count, move_capacity;
        struct holders holders;
        bool is_holders_wanted;              /* something new is dying */
        int64_t holders_ms, holders_cost_ms; /* when the search may go on or begin anew; what this round took */
        unsigned rate_count;                 /* since they are wanted */
        int64_t next_publish_ms, changed_ms, processes_ms, rates_ms;
        int64_t quick_ms, slow_ms, deep_ms, slow_cost_ms; /* searches: when, and what the slow one took */

        /* The search through the processes that is under way. */
        struct task_search *tasks; /* NULL: none */
        unsigned slow_searches;
        int64_t slow_begun_ms, slow_spent_ms;
        int64_t deep_begun_ms; /* of the last deep one that is over */
        bool is_hurried;       /* what is wanted is wanted at once */
};

/* observer_search.c: begins and goes on with what is due; when that is. */
void observer_search(struct observer *o, int64_t now);
int64_t observer_search_time(const struct observer *o, int64_t now);
void observer_search_all(struct observer *o);              /* everything, soon */
void observer_search_ended(struct observer *o, pid_t pid); /* a process has ended: it may have been one's place */
void observer_judge_lost(struct observer *o, int64_t now);

/* Has anything begun or ended since the last look, and is it time for one? Then the processes are worth a search. */
void observer_watch_processes(struct observer *o, int64_t now);
int64_t observer_processes_time(const struct observer *o);

/* observer_events.c: an event becomes facts, or a wish to search. */
void observer_take_event(struct nlmsghdr *h, int nsid, void *observer);
void observer_settle_moves(struct observer *o, int64_t now); /* those that arrived keep their number in the registry */

/* observer_holders.c: sockets and closing connections that keep what is dying. */
void observer_set_dying(struct observer *o, const struct graph *g);
void observer_find_holders(struct observer *o); /* goes on with the search when it is time; some milliseconds at most */
int64_t observer_holders_time(const struct observer *o); /* when it is; INT64_MAX: nothing is dying */

/* The whole search at once. True when it found anything, or could not look at something: the graph is old then. */
bool picture_find_holders(struct scan *sc, const struct graph *g);

/* Dying namespaces that are known by their id alone get to be known by their sockets. Before the graph is built, which
 * would take what nobody shows for gone. */
void picture_find_unknown(struct scan *sc);

/* observer_scan.c */
void picture_hostname(char *buf, size_t size);

/* The first search of all, and the registry from the store: empty (with a warning) when it can't be read.
 * registry_free. */
struct registry *picture_first(struct scan *sc, bool *ret_pending);

/* Saves it when it is dirty and may be. A failure becomes a warning in f and is returned. */
int picture_save(const struct observer_options *o, struct registry *registry, struct facts *f);

/*
 * picture_build - the graph of the facts, saved: built again when saving gave other numbers or a complaint.
 *
 *   owner    one reference, the caller's
 */
const struct graph *picture_build(const struct observer_options *o, struct facts *f, struct registry *registry,
                                  uint64_t serial, const char *hostname);

#endif
