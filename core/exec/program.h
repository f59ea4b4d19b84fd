/*
 * program.h - runs one program and waits for it: on the host, in a jail's stack, or among a running jail's processes.
 *
 * For exec.* of jail.conf and for jexec. The program gets an argv as it is; no shell stands between. To be called while
 * the process has one thread (the command line): the child works on between fork and exec.
 */
#ifndef CORE_EXEC_PROGRAM_H
#define CORE_EXEC_PROGRAM_H

#include <stdbool.h>
#include <sys/types.h>

#include "core/base/err.h"

/* Where it runs. Zeroed: here. */
struct program_place {
        pid_t init;             /* of a running jail (core/exec/cell.h): all its namespaces; 0 none */
        const char *netns_path; /* without init: the file of a network namespace; NULL this one */
        const char *root;       /* without init: the root folder; NULL this one */
        bool is_shared_stack;   /* it has the host's stack: no right to change it */
        bool has_own_root;      /* its root's root is not to get at the host's files */
        bool may_mount;         /* with has_own_root: it may mount all the same, and so is trusted as the host is */
        bool has_raw_sockets;   /* with is_shared_stack: it may make them */
};

struct program {
        char *const *argv; /* ends with NULL; argv[0] is looked for in PATH */
        struct program_place place;
        const char *user;       /* NULL: as we are */
        bool is_user_of_host;   /* the user is the host's passwd's, not the jail's */
        bool is_clean;          /* an environment of HOME, SHELL, TERM, USER and PATH alone, in the home folder */
        const char *folder;     /* to run in; NULL: the home folder when clean, else where we are, or / in a jail */
        const char *const *env; /* further NAME=VALUE; ends with NULL; NULL none */
        const char *log;        /* a file that its output is appended to; NULL ours */
        unsigned timeout_s;     /* 0 none */
        bool is_apart;          /* in a session of its own, so that it and what it starts can be ended together */
        bool is_background;     /* not waited for */
};

/*
 * program_run - runs it to its end.
 *
 *   shape    *ret_status is the exit status as a shell tells it: 128 + the signal that ended it
 *   errors   what kept it from being run, or -ETIMEDOUT, -EINTR (we were asked to end: it was ended first)
 */
int program_run(const struct program *c, int *ret_status, struct err *e);

#endif
