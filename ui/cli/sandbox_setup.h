/* sandbox_setup.h - what a new sandbox's first process does to its namespaces, and why the system may forbid it. */
#ifndef UI_CLI_SANDBOX_SETUP_H
#define UI_CLI_SANDBOX_SETUP_H

#include <stdbool.h>
#include <sys/types.h>

#include "core/base/err.h"

/* The part of the way that failed. */
enum sandbox_stage {
        SANDBOX_NAMESPACES, /* making them */
        SANDBOX_IDS,        /* mapping the user to root */
        SANDBOX_MOUNTS,     /* private mounts, /run */
        SANDBOX_PROC,       /* a /proc for the new PID namespace */
        SANDBOX_NETWORK,    /* loopback up */
};

struct sandbox_plan {
        bool has_user; /* a user namespace */
        bool has_pids; /* a PID namespace */
        uid_t uid;     /* the caller's, outside */
        gid_t gid;
};

/* CLONE_* flags for p. */
unsigned long sandbox_clone_flags(const struct sandbox_plan *p);

/* Runs in the first process inside: 0, or a negative errno with *ret_stage telling where. */
int sandbox_setup(const struct sandbox_plan *p, enum sandbox_stage *ret_stage);

/* Sets what programs inside find in their environment. */
void sandbox_set_environment(void);

/* Fills e with the setting that forbids sandboxes here, as far as it can be found out; returns code. */
int sandbox_explain(enum sandbox_stage stage, int code, struct err *e);

#endif
