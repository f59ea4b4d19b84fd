/*
 * scan.h - reads whole network stacks into struct facts: finds them, enters each for the moment of its dumps, leaves.
 *
 * It changes the calling thread's namespace and puts it back: never call it on the main thread.
 */
#ifndef CORE_KERNEL_SCAN_H
#define CORE_KERNEL_SCAN_H

#include "core/kernel/facts.h"
#include "core/kernel/observer.h"
#include "core/kernel/reader.h"

struct nl_msg;

enum scan_message {
        MESSAGE_LINKS,
        MESSAGE_ADDRESSES,
        MESSAGE_ROUTES4,
        MESSAGE_ROUTES6,
        MESSAGE_FORWARDING,
        MESSAGE_FORWARDING6,
        MESSAGE_STATS,
        MESSAGE_COUNT
};

struct scan {
        struct facts *facts;
        const struct observer_options *options;
        int home_fd;
        struct reader home; /* request socket in the host's namespace */
        unsigned char *buffer;
        struct nl_msg *messages[MESSAGE_COUNT];
        size_t all_turn, due_turn; /* whose counters are read next */
        bool is_away;              /* the thread is not in the host's namespace now */
        bool is_first;             /* until the first search is over: the host has been read a moment ago */
        struct reader *left; /* links are for later, since another thread has the kernel's lock over all of them: it
                                gets the socket in that stack; NULL: now */
        struct host_reading *host; /* the thread that reads the host beside the first search; NULL none */
};

int scan_init(struct scan *sc, struct facts *f, const struct observer_options *o, struct err *e);
void scan_done(struct scan *sc);

/*
 * scan_make_room - for the descriptors of a first search. To be called while the process has one thread: with more of
 * them the kernel makes a larger table of descriptors wait for all processors, which was 10 ms.
 */
#define SCAN_DESCRIPTORS 1024 /* as many as most may have */
void scan_make_room(void);

/* Begins to read the host in a thread of its own, which the first search joins; with a few jails, or without this, that
 * one reads it. */
void scan_begin_host(struct scan *sc);
void scan_drop_host(struct scan *sc); /* nothing of it is wanted any more */

enum scan_search {
        SEARCH_NAMED = 1,
        SEARCH_MOUNTS = 2,
        SEARCH_TASKS = 4,
        SEARCH_DEEP = 8, /* with descriptors and all mount namespaces; also tasks */
        SEARCH_IDS = 16, /* namespaces known by their id alone, and those that the registry remembers */
        SEARCH_ALL = 31
};

/*
 * scan_search - looks for namespaces; new ones are read at once, others lose or gain places.
 *
 *   shape    registry: remembered namespaces (SEARCH_IDS), may be NULL. *ret_pending (may be NULL): a file in the run
 *            directory is not mounted yet. The first search reads the host too.
 */
void scan_search(struct scan *sc, unsigned what, struct registry *registry, bool *ret_pending);

/* What a search through the tasks in slices has found, instead of SEARCH_TASKS or SEARCH_DEEP. */
void scan_take_tasks(struct scan *sc, const struct netns_list *list, bool is_deep);

/* Reads one stack (or all) anew. What can't be read becomes its warning. */
void scan_read(struct scan *sc, struct stack *s);
void scan_read_all(struct scan *sc);

/* Asks once more for links that an event told of half made: a veth's far end is announced before it has its peer. */
void scan_read_incomplete(struct scan *sc);

/* Reads routes anew where something happened to them, but for tables with more than at_most. True when some are left
 * for later (those, or a large table that was read lately). */
bool scan_read_routes(struct scan *sc, size_t at_most);

/* Reads counters, all of them (is_whole) or those whose turn it is, and works out the rates since the last time. */
void scan_read_counters(struct scan *sc, bool is_whole);

/* Puts the ids that foreign namespaces use for veth peers into the host's numbering. */
void scan_translate(struct scan *sc);

/* Does it live? Asked by its handle, else by its id: for stacks that no place shows any more. */
bool scan_is_alive(struct scan *sc, const struct stack *s);

/* Where a link moved, told in s's numbering; NULL unknown. */
struct stack *scan_find_target(struct scan *sc, const struct stack *s, int nsid);

/* Back to the host's namespace, after any of the above. They do it themselves but for this one's being cheap to repeat.
 */
void scan_go_home(struct scan *sc);

#endif
