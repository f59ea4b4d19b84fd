/*
 * cell.h - a running jail's processes: an init of its own that keeps its namespaces, and a keeper outside that hears of
 * their end.
 *
 * FreeBSD's kernel keeps a jail; on Linux a process must. The keeper (a process of jailnet's) starts the init in new
 * PID, mount, UTS and IPC namespaces and in the jail's network namespace, and waits for it. The init reaps. It ends
 * when it is alone and nothing makes the jail persist, or when it is told to; with it end all the jail's processes.
 */
#ifndef CORE_EXEC_CELL_H
#define CORE_EXEC_CELL_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/base/arena.h"
#include "core/base/err.h"
#include "core/exec/confine.h"

/* What to mount for it; source is the host's path, target the jail's. */
struct cell_mount {
        const char *source, *target, *type; /* nullfs (also bind, none), tmpfs, procfs */
        bool is_read_only;
};

struct cell_spec {
        const char *name;
        const char *netns_path;   /* NULL: the host's stack */
        const char *root;         /* "/": it shares the host's files */
        const char *hostname;     /* NULL: the host's */
        bool has_devfs;           /* a minimal /dev */
        const char *const *nodes; /* of /dev, by the names that it has on Linux; NULL ends them */
        bool has_procfs;          /* /proc must be there; else it is mounted where there is a folder for it */
        const struct cell_mount *mounts;
        size_t mount_count;
        const struct confine *confine; /* NULL: nothing keeps it to addresses */
};

json_t *cell_to_json(const struct cell_spec *s);
/* Everything in ret is j's and the arena's, and lasts as long. -EINVAL */
int cell_from_json(const json_t *j, struct cell_spec *ret, struct arena *arena);

/* A process for good: its number and when it began, since numbers are used again. */
struct cell_id {
        pid_t pid;
        uint64_t began; /* field 22 of /proc/PID/stat */
};

/*
 * cell_start - starts the init; the caller is its keeper (a process with one thread). It persists until it is told
 * otherwise.
 *
 *   shape    ret_open: why it is not confined though it should be; else it stays as it is
 *   errors   what could not be set up; nothing is left
 */
int cell_start(const struct cell_spec *s, struct cell_id *ret, struct err *ret_open, struct err *e);
/* The keeper: until the init has ended; what confined it is cleared away. */
void cell_wait(const struct cell_spec *s, const struct cell_id *id);

bool cell_is_alive(const struct cell_id *id);
bool cell_is_alone(const struct cell_id *id); /* nothing runs in it but its init, or it has ended */

enum cell_word {
        CELL_PERSIST, /* stay, also when alone */
        CELL_LEAVE,   /* end when alone */
        CELL_LOOK,    /* somebody who came in from outside has ended: alone now? */
        CELL_TERM,    /* SIGTERM to all, and end when alone */
        CELL_KILL,    /* now */
};

int cell_tell(const struct cell_id *id, enum cell_word word);
/* Waits until it has ended, at most so long; -ETIMEDOUT. timeout_ms -1: for ever */
int cell_wait_end(const struct cell_id *id, int timeout_ms);

/* A host name for a running jail. */
int cell_set_hostname(const struct cell_id *id, const char *hostname, struct err *e);

/* cell_root.c: within the init, before it has its root: the tree, /dev, /proc and mounts. */
int cell_enter_root(const struct cell_spec *s, struct err *e);

#endif
