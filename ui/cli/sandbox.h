/*
 * sandbox.h - a private place to work in: user, mount, network and PID namespaces of its own.
 *
 * Inside, the caller is root, /run is empty, JAILNET_DB is a file in it, JAILNET_SANDBOX is 1, and neither jailnet nor
 * `ip netns` can see or touch the host. Everything in it ends with the function or command that it was made for.
 */
#ifndef UI_CLI_SANDBOX_H
#define UI_CLI_SANDBOX_H

#include "core/base/err.h"

/*
 * sandbox_enter - runs inside(user) in a new sandbox and waits for its end.
 *
 *   shape    *ret_status is what inside returned (0 to 255), or 128 + the signal that ended it. inside runs in a forked
 *            child, in the caller's process group, with the caller's signal handling. Stopping it (Ctrl-Z) stops the
 *            caller too, and "fg" continues both.
 *   errors   -EPERM, -ENOSPC, ...; e says which setting forbids it and how to do it as root. Nothing is left behind.
 *   caller   must have one thread only
 */
int sandbox_enter(int (*inside)(void *user), void *user, int *ret_status, struct err *e);

/* jailnet sandbox [--] [CMD ARGS...]; argv[0] is "sandbox". Without CMD: the user's shell. Returns the exit status. */
int sandbox_main(int argc, char **argv);

#endif
